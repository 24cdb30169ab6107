//! Errors as `application/problem+json` (RFC 9457).

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

const MEDIA: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An error answer; `detail` says what, where and what to do. Never holds anything of the request.
pub(super) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    (status, [(CONTENT_TYPE, MEDIA)], body.to_string()).into_response()
}

/// Gives error answers of server functions their media type.
pub(super) fn mark(response: &mut Response) {
    if response.status().is_client_error() || response.status().is_server_error() {
        response.headers_mut().insert(CONTENT_TYPE, MEDIA);
    }
}
