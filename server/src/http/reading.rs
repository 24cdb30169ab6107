//! Nothing here changes anything, so only GET and HEAD mean something, and no request needs a body.

use super::problem::problem;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

/// The largest body that a request may announce, in bytes; none is ever read.
const LARGEST: u64 = 64 << 10;

/// The door.
pub(super) async fn only(request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = problem(
            StatusCode::METHOD_NOT_ALLOWED,
            "Gatewatch only answers questions: use GET or HEAD.",
        );
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LARGEST) {
        return problem(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Questions are asked in the URL; send no body.",
        );
    }
    next.run(request).await
}
