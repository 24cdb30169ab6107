//! Forms of answers: assets and compression.

mod support;

use axum::http::{Method, StatusCode};
use support::{get, send};

#[test]
fn assets_are_kept_for_ever_and_come_in_the_form_that_the_client_takes() {
    let page = get("/").text();
    let style = page
        .split("href=\"")
        .filter_map(|after| after.split('"').next())
        .find(|path| path.ends_with(".css"))
        .expect("the page has a style");
    let asked = |accepted: &str| {
        send(
            Method::GET,
            style,
            &[("host", "localhost"), ("accept-encoding", accepted)],
        )
    };
    let plain = asked("identity");
    for (accepted, coding) in [
        ("br", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip, br;q=0", "gzip"),
    ] {
        let answer = asked(accepted);
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
        assert!(answer.body.len() < plain.body.len(), "{accepted}");
    }
    assert_eq!(plain.header("content-encoding"), "");
    assert!(
        plain.body.len() < 30_000,
        "styles are {} bytes",
        plain.body.len()
    );
}

#[test]
fn pages_and_json_are_compressed_and_streams_are_not() {
    for (path, coding) in [
        ("/", "br"),
        ("/api/v1/overview", "br"),
        ("/api/v1/events", ""),
    ] {
        let answer = support::start_with(
            path,
            &[("host", "localhost"), ("accept-encoding", "br, gzip")],
        );
        assert_eq!(answer.header("content-encoding"), coding, "{path}");
    }
}
