//! The HTTP surface without a port: statuses, headers, doors, forms of answers.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use axum::http::{HeaderMap, Method, StatusCode};
use std::collections::BTreeSet;
use support::{Answer, get, send};

const PAGES: [&str; 10] = [
    "/",
    "/gateways",
    "/gateways/infra-ns/shared-gateway",
    "/routes",
    "/routes/HTTPRoute/hr/cross-namespace",
    "/namespaces",
    "/try?url=http%3A%2F%2F172.18.255.201%2Fhr",
    "/findings",
    "/findings/delegation-by-custom-label",
    "/visibility",
];

/// Headers in order, with what differs each time put in brackets.
fn headers(answer: &Answer) -> String {
    let mut lines: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "content-length" && *name != "etag" && *name != "date")
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value = match nonce(&answer.headers) {
                Some(nonce) => value.replace(&nonce, "[nonce]"),
                None => value.into_owned(),
            };
            format!("{name}: {value}")
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn nonce(headers: &HeaderMap) -> Option<String> {
    let policy = headers.get("content-security-policy")?.to_str().ok()?;
    let (_, after) = policy.split_once("'nonce-")?;
    Some(after.split_once('\'')?.0.to_owned())
}

const FIXED: &str = "content-security-policy: default-src 'none'; script-src 'nonce-[nonce]' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'
cross-origin-opener-policy: same-origin
cross-origin-resource-policy: same-origin
permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()
referrer-policy: no-referrer
x-content-type-options: nosniff
x-frame-options: DENY";

/// The fixed headers together with those of one kind of answer.
fn with_fixed(own: &[&str]) -> String {
    let mut lines: Vec<&str> = FIXED.lines().chain(own.iter().copied()).collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn every_page_is_there_whole_and_carries_its_headers() {
    for page in PAGES {
        let answer = get(page);
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        let own = [
            "cache-control: no-store",
            "content-type: text/html; charset=utf-8",
        ];
        let vary = ["vary: accept-encoding"];
        let expected = with_fixed(&[&own[..], &vary[..]].concat());
        assert_eq!(headers(&answer), expected, "{page}");
        let text = answer.text();
        assert!(
            text.starts_with("<!DOCTYPE html>") && text.contains("</html>"),
            "{page}"
        );
        assert!(
            !text.contains(" style=\"") && !text.contains("<style"),
            "{page}: no inline style"
        );
        assert!(
            !text.contains(" onclick=") && !text.contains("javascript:"),
            "{page}"
        );
    }
}

#[test]
fn the_first_page_tells_the_story() {
    let text = support::words(&get("/").text());
    for sentence in [
        "1 of 3 routes cannot attach",
        "Listener shared-http admits namespaces with shared-gateway-access=true ; namespace hr has no label shared-gateway-access",
        "kubectl label namespace hr shared-gateway-access=true",
        "InvalidHTTPRoute",
    ] {
        let squeezed = |text: &str| text.replace(' ', "");
        assert!(
            squeezed(&text).contains(&squeezed(sentence)),
            "{sentence}\n{text}"
        );
    }
}

#[test]
fn nonces_are_fresh_and_every_script_has_the_one_of_its_answer() {
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let answer = get("/routes");
        let nonce = nonce(&answer.headers).expect("the policy names a nonce");
        assert!(nonce.len() >= 16, "{nonce}");
        for script in answer.text().split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
        }
        assert!(seen.insert(nonce), "a nonce came twice");
    }
}

#[test]
fn what_does_not_exist_is_404_in_the_form_that_was_asked_for() {
    for (path, form) in [
        ("/nowhere", "text/html; charset=utf-8"),
        ("/gateways/a/b", "text/html; charset=utf-8"),
        (
            "/routes/HTTPRoute/hr/cross-namespce",
            "text/html; charset=utf-8",
        ),
        ("/findings/delegation-by-label", "text/html; charset=utf-8"),
        ("/api/v1/nothing", "application/problem+json"),
        (
            "/api/v1/gateway?namespace=a&name=b",
            "application/problem+json",
        ),
        ("/assets/none.js", "application/problem+json"),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), form, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[test]
fn problems_say_what_and_what_to_do() {
    for (path, status, words) in [
        ("/api/v1/routes?filter=colour%3Ared", 400, "colour"),
        ("/api/v1/try?url=gopher%3A%2F%2Fx", 400, "gopher"),
        (
            "/api/v1/findings?severity=dire",
            400,
            "high, medium and low",
        ),
        ("/scheme?to=pink", 400, "light, dark or auto"),
    ] {
        let answer = get(path);
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        let body: serde_json::Value =
            serde_json::from_str(&answer.text()).expect("a problem is JSON");
        assert_eq!(body["status"], status, "{path}");
        assert!(
            body["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains(words)),
            "{path}: {body}"
        );
    }
}

#[test]
fn the_json_interface_answers_with_its_names() {
    for (path, kind) in [
        ("/api/v1/overview", "Overview"),
        ("/api/v1/routes", "AttachmentList"),
        ("/api/v1/gateways", "GatewayList"),
        ("/api/v1/findings", "Findings"),
        (
            "/api/v1/try?url=http%3A%2F%2F172.18.255.201%2Fhr",
            "Decision",
        ),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        let body: serde_json::Value = serde_json::from_str(&answer.text()).expect("JSON");
        assert_eq!(body["apiVersion"], "gatewatch/v1", "{path}");
        assert_eq!(body["kind"], kind, "{path}");
        for field in ["revision", "source", "visibility", "problems"] {
            assert!(body.get(field).is_some(), "{path} has no {field}");
        }
    }
}

#[test]
fn a_stream_begins_with_the_newest_revision() {
    let answer = support::start("/api/v1/events");
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer.text().contains("event: revision"),
        "{}",
        answer.text()
    );
    assert!(
        answer.text().contains("data: {\"revision\":1}"),
        "{}",
        answer.text()
    );
}

#[test]
fn only_get_and_head_mean_something() {
    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
        Method::TRACE,
    ] {
        let answer = send(method.clone(), "/", &[("host", "localhost")]);
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    for path in ["/", "/api/v1/overview"] {
        let head = send(Method::HEAD, path, &[("host", "localhost")]);
        assert_eq!(
            (head.status, head.body.len()),
            (StatusCode::OK, 0),
            "{path}"
        );
    }
    let body = send(
        Method::GET,
        "/",
        &[("host", "localhost"), ("content-length", "70000")],
    );
    assert_eq!(body.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn requests_to_other_names_get_no_data() {
    let check = |case: &str, headers: &[(&str, &str)], path: &str, allowed: bool| {
        let answer = send(Method::GET, path, headers);
        let expected = if allowed {
            StatusCode::OK
        } else {
            StatusCode::MISDIRECTED_REQUEST
        };
        assert_eq!(answer.status, expected, "{case}");
        if !allowed {
            assert!(!answer.text().contains("shared-gateway"), "{case}");
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{case}"
            );
        }
    };
    check("its own name", &[("host", "localhost:3000")], "/", true);
    check(
        "an allowed name",
        &[("host", "gatewatch.example.com")],
        "/",
        true,
    );
    check("another name", &[("host", "evil.example")], "/", false);
    check(
        "another name for JSON",
        &[("host", "evil.example")],
        "/api/v1/overview",
        false,
    );
    check(
        "another name for events",
        &[("host", "evil.example")],
        "/api/v1/events",
        false,
    );
    check("no name", &[], "/", false);
    check("an empty name", &[("host", "")], "/", false);
    check(
        "two names",
        &[("host", "localhost"), ("host", "evil.example")],
        "/",
        false,
    );
    check(
        "two names that are alike",
        &[("host", "localhost"), ("host", "localhost")],
        "/",
        false,
    );
    check(
        "a target of another name",
        &[("host", "localhost")],
        "http://evil.example/",
        false,
    );
    check(
        "a target of its own name",
        &[("host", "localhost")],
        "http://localhost/",
        true,
    );
    check(
        "a forwarded name does not count",
        &[("host", "evil.example"), ("x-forwarded-host", "localhost")],
        "/",
        false,
    );
}

#[test]
fn a_slash_too_many_leads_to_the_page() {
    for (path, place) in [
        ("/routes/", "/routes"),
        ("/routes/?filter=ns%3Ahr", "/routes?filter=ns%3Ahr"),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        assert_eq!(answer.header("location"), place, "{path}");
    }
    assert_eq!(get("//evil.example/").status, StatusCode::NOT_FOUND);
}

#[test]
fn the_scheme_is_remembered_and_the_way_back_stays_here() {
    for (path, back) in [
        ("/scheme?to=dark&back=%2Froutes", "/routes"),
        ("/scheme?to=dark&back=https%3A%2F%2Fevil.example", "/"),
        ("/scheme?to=dark&back=%2F%2Fevil.example", "/"),
        ("/scheme?to=dark&back=%2F%5Cevil.example", "/"),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.header("location"), back, "{path}");
        assert_eq!(
            answer.header("set-cookie"),
            "scheme=dark; Path=/; Max-Age=31536000; SameSite=Strict"
        );
    }
    let dark = send(
        Method::GET,
        "/",
        &[("host", "localhost"), ("cookie", "a=b; scheme=dark")],
    );
    assert!(dark.text().contains("data-scheme=\"dark\""));
    let odd = send(
        Method::GET,
        "/",
        &[("host", "localhost"), ("cookie", "scheme=\"><script>")],
    );
    assert!(!odd.text().contains("\"><script>"));
}

#[test]
fn hostile_words_in_the_address_stay_words() {
    for path in [
        "/routes?filter=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/routes/HTTPRoute/%3Cscript%3Ealert(1)%3C%2Fscript%3E/x",
        "/gateways/%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E/x",
        "/try?url=http%3A%2F%2Fh%2F%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/namespaces?gateway=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/try?url=http%3A%2F%2Fh%2F%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    ] {
        let text = get(path).text();
        assert!(
            !text.contains("<script>alert") && !text.contains("<img src=x"),
            "{path}"
        );
    }
}
