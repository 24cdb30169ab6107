//! The switch of the colour scheme: a link's worth of state in a cookie, for pages without JavaScript.

use super::problem::problem;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What was chosen and where to go back to.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// `/scheme?to=dark&back=/routes`: remembers the choice and goes back.
pub(super) async fn switch(choice: Result<Query<Choice>, QueryRejection>) -> Response {
    let known = |to: &str| {
        ["light", "dark", "auto"]
            .into_iter()
            .find(|known| *known == to)
    };
    let Some((to, back)) = choice
        .ok()
        .and_then(|Query(choice)| Some((known(&choice.to)?, choice.back)))
    else {
        return problem(
            StatusCode::BAD_REQUEST,
            "The colour scheme is light, dark or auto: /scheme?to=dark&back=/routes.",
        );
    };
    let back = if is_of_this_site(&back) {
        back
    } else {
        "/".to_owned()
    };
    let cookie = format!("scheme={to}; Path=/; Max-Age=31536000; SameSite=Strict");
    let (Ok(back), Ok(cookie)) = (HeaderValue::try_from(back), HeaderValue::try_from(cookie))
    else {
        return problem(StatusCode::BAD_REQUEST, "The way back is no path.");
    };
    (
        StatusCode::SEE_OTHER,
        [(LOCATION, back), (SET_COOKIE, cookie)],
    )
        .into_response()
}

/// A path of this site: browsers read `//` and `/\` as the start of another site's name, and drop control characters.
fn is_of_this_site(back: &str) -> bool {
    let mut letters = back.chars();
    letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && back.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_of_this_site;

    #[test]
    fn the_way_back_never_leaves_the_site() {
        for back in [
            "/",
            "/routes",
            "/routes?filter=verdict%3Arefused&page=2",
            "/a//b",
            "/a\\b",
        ] {
            assert!(is_of_this_site(back), "{back:?}");
        }
        for back in [
            "",
            "routes",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/\n",
            "/\u{e9}",
            " /",
        ] {
            assert!(!is_of_this_site(back), "{back:?}");
        }
    }
}
