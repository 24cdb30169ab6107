//! Precedence, conditions of a match, redirects and what is near, as rows.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::Request;
use engine::routing::Outcome;
use serde_json::{Value, json};
use support::requests::{answer, check, check_with, exact, http, prefix, route, rule, told};

#[test]
fn precedence_within_a_host() {
    let two = |a: Value, b: Value| [route("r", &json!([]), &json!([rule(&[a]), rule(&[b])]))];
    let headers = |count: usize| -> Value {
        (0..count)
            .map(|index| json!({"name": format!("h{index}"), "value": "v"}))
            .collect()
    };
    let all = [
        ("h0", "v"),
        ("h1", "v"),
        ("h2", "v"),
        ("h3", "v"),
        ("h4", "v"),
    ];
    let mut prefixed = prefix("/foo");
    prefixed["headers"] = headers(5);
    check_with(
        "8.60: Exact before any number of headers",
        &two(prefixed, exact("/foo")),
        "GET",
        &all,
        "r 1",
    );
    let mut short = prefix("/");
    short["headers"] = headers(3);
    short["method"] = json!("GET");
    check_with(
        "8.61: the longer prefix first",
        &two(short, prefix("/foo")),
        "GET",
        &all,
        "r 1",
    );
    let mut many = prefix("/foo");
    many["headers"] = headers(3);
    let mut method = prefix("/foo");
    method["method"] = json!("GET");
    check_with(
        "8.62: a method before headers",
        &two(many, method),
        "GET",
        &all,
        "r 1",
    );
    let mut fewer = prefix("/foo");
    fewer["headers"] = headers(1);
    fewer["queryParams"] = json!([]);
    let mut more = prefix("/foo");
    more["headers"] = headers(2);
    check_with(
        "8.63: more headers first",
        &two(fewer, more),
        "GET",
        &all,
        "r 1",
    );
    check_with(
        "8.65: of equals the first rule",
        &two(prefix("/foo"), prefix("/foo")),
        "GET",
        &[],
        "r 0",
    );
    let same = |name: &str| route(name, &json!([]), &json!([rule(&[prefix("/foo")])]));
    check_with(
        "8.65: of equal routes by name",
        &[same("z"), same("b")],
        "GET",
        &[],
        "b 0",
    );
    let mut old = same("z");
    old["metadata"]["creationTimestamp"] = json!("2020-01-01T00:00:00Z");
    let mut young = same("b");
    young["metadata"]["creationTimestamp"] = json!("2021-01-01T00:00:00Z");
    check_with(
        "8.65: of equal routes the older",
        &[young, old],
        "GET",
        &[],
        "z 0",
    );
}

#[test]
fn methods_headers_and_query() {
    let one = |field: &str, value: Value| {
        let mut one = prefix("/");
        one[field] = value;
        [route("r", &json!([]), &json!([rule(&[one])]))]
    };
    let hit = "r 0";
    let miss = "not-found 404";
    check_with("the method", &one("method", json!("GET")), "GET", &[], hit);
    check_with(
        "8.66: HEAD is another method",
        &one("method", json!("GET")),
        "HEAD",
        &[],
        miss,
    );
    let version = one("headers", json!([{"name": "Version", "value": "one"}]));
    check_with(
        "8.67: names without case",
        &version,
        "GET",
        &[("VERSION", "one")],
        hit,
    );
    check_with(
        "8.67: values letter by letter",
        &version,
        "GET",
        &[("version", "ONE")],
        miss,
    );
    check_with("a header that is missing", &version, "GET", &[], miss);
    let twice = one(
        "headers",
        json!([{"name": "Foo", "value": "a"}, {"name": "foo", "value": "b"}]),
    );
    check_with(
        "8.69: of one name the first counts",
        &twice,
        "GET",
        &[("foo", "a")],
        hit,
    );
    let animal = one("queryParams", json!([{"name": "animal", "value": "whale"}]));
    check("query", &animal, "http://h/?animal=whale", hit);
    check(
        "8.68: names letter by letter",
        &animal,
        "http://h/?Animal=whale",
        miss,
    );
    check(
        "8.68: the first value",
        &animal,
        "http://h/?animal=whale&animal=dolphin",
        hit,
    );
    check(
        "8.68: not the second",
        &animal,
        "http://h/?animal=dolphin&animal=whale",
        miss,
    );
    check(
        "8.64: the longer path of the other rule",
        &[route(
            "r",
            &json!([]),
            &json!([
                {"matches": [prefix("/"), {"headers": [{"name": "version", "value": "one"}]}]},
                {"matches": [prefix("/v2")]},
            ]),
        )],
        "http://h/v2",
        "r 1",
    );
}

#[test]
fn rules_that_answer_themselves() {
    let filter = |redirect: Value| {
        [route(
            "r",
            &json!([]),
            &json!([{"filters": [{"type": "RequestRedirect", "requestRedirect": redirect}]}]),
        )]
    };
    let listeners = |port: u16| json!([{"name": "l", "port": port, "protocol": "HTTP"}]);
    let location = |case: &str, port: u16, redirect: Value, url: &str, expected: &str| {
        let request = Request::parse(url).expect("legal");
        let decision = answer(&listeners(port), &filter(redirect), &request);
        assert_eq!(
            (decision.outcome, decision.location.as_deref()),
            (Outcome::Redirect, Some(expected)),
            "{case}"
        );
    };
    location(
        "8.79",
        8080,
        json!({"scheme": "https"}),
        "http://h:8080/p",
        "https://h/p",
    );
    location(
        "8.80",
        8080,
        json!({"hostname": "x"}),
        "http://h:8080/p",
        "http://x:8080/p",
    );
    location(
        "8.81",
        80,
        json!({"port": 443}),
        "http://h/p",
        "http://h:443/p",
    );
    check(
        "8.73: no backend",
        &[route("r", &json!([]), &json!([{"backendRefs": []}]))],
        "http://h/",
        "error 500",
    );
    let broken = json!([{"backendRefs": [{"name": "gone", "port": 80}], "matches": [prefix("/a")]}, {"matches": [prefix("/")]}]);
    check(
        "8.74: no fall-through",
        &[route("r", &json!([]), &broken)],
        "http://h/a",
        "error 500",
    );
    check(
        "a filter that is not understood",
        &[route(
            "r",
            &json!([]),
            &json!([{"filters": [{"type": "ExtensionRef", "extensionRef": {"group": "x.y", "kind": "K", "name": "n"}}], "backendRefs": [{"name": "r", "port": 80}]}]),
        )],
        "http://h/",
        "unknown -",
    );
}

#[test]
fn what_is_near_or_refused_is_told() {
    let request = |url: &str| Request::parse(url).expect("legal");
    let routes = [route(
        "r",
        &json!(["a.example.com"]),
        &json!([rule(&[exact("/foo")])]),
    )];
    let near = |url: &str| {
        let decision = answer(&http(), &routes, &request(url));
        decision
            .near_misses
            .first()
            .map(|near| near.sentence.as_str().to_owned())
            .unwrap_or_default()
    };
    assert!(
        near("http://a.example.com/foo/").contains("/foo"),
        "{}",
        near("http://a.example.com/foo/")
    );
    assert!(
        near("http://a.example.com/Foo").contains("/foo"),
        "{}",
        near("http://a.example.com/Foo")
    );
    let mut refused = routes[0].clone();
    refused["spec"]["parentRefs"][0]["sectionName"] = json!("no");
    let decision = answer(&http(), &[refused], &request("http://a.example.com/foo"));
    assert_eq!(told(&decision), "not-found 404");
    let candidate = decision
        .candidates
        .first()
        .expect("the refused rule is told");
    assert!(!candidate.attached);
    assert!(
        decision.because.as_str().contains("`a/r`"),
        "{}",
        decision.because.as_str()
    );
}
