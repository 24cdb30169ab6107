//! Where requests go: hosts before paths, listeners, elements of paths, as rows.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::Request;
use serde_json::{Value, json};
use support::requests::{answer, check, exact, prefix, route, rule, told};

#[test]
fn hosts_come_before_paths() {
    let wide = route(
        "wide",
        &json!(["*.example.com"]),
        &json!([rule(&[exact("/api/v1/users")]), rule(&[prefix("/")])]),
    );
    let narrow = route(
        "narrow",
        &json!(["a.example.com"]),
        &json!([rule(&[prefix("/api")])]),
    );
    let both = [wide, narrow];
    check(
        "8.55: the exact host wins over the exact path",
        &both,
        "http://a.example.com/api/v1/users",
        "narrow 0",
    );
    check(
        "8.56: a less exact host takes what is left",
        &both,
        "http://a.example.com/y",
        "wide 1",
    );
    check(
        "another host",
        &both,
        "http://b.example.com/api/v1/users",
        "wide 0",
    );
    check(
        "nobody's host",
        &both,
        "http://example.com/",
        "not-found 404",
    );
    check(
        "8.96: case and port do not count",
        &both,
        "http://A.EXAMPLE.com:80/api",
        "narrow 0",
    );
    check(
        "of two wildcards the longer",
        &[
            route("short", &json!(["*.com"]), &json!([rule(&[exact("/x")])])),
            route(
                "long",
                &json!(["*.example.com"]),
                &json!([rule(&[prefix("/")])]),
            ),
        ],
        "http://a.example.com/x",
        "long 0",
    );
    check(
        "a host before any host",
        &[
            route("any", &json!([]), &json!([rule(&[exact("/x")])])),
            route("one", &json!(["*.com"]), &json!([rule(&[prefix("/")])])),
        ],
        "http://a.com/x",
        "one 0",
    );
}

#[test]
fn a_more_specific_listener_keeps_its_hosts() {
    let listeners = json!([
        {"name": "l1", "port": 80, "protocol": "HTTP", "hostname": "a.example.com"},
        {"name": "l2", "port": 80, "protocol": "HTTP", "hostname": "*.example.com"},
        {"name": "l3", "port": 8080, "protocol": "HTTP", "hostname": "a.example.com"},
    ]);
    let at = |name: &str, section: &str, path: &str| {
        let mut one = route(name, &json!([]), &json!([rule(&[prefix(path)])]));
        one["spec"]["parentRefs"][0]["sectionName"] = json!(section);
        one
    };
    let routes = [
        at("one", "l1", "/x"),
        at("two", "l2", "/"),
        at("three", "l3", "/"),
    ];
    let check = |case: &str, url: &str, expected: &str| {
        let request = Request::parse(url).expect("legal");
        assert_eq!(
            told(&answer(&listeners, &routes, &request)),
            expected,
            "{case}"
        );
    };
    check(
        "8.57: not found although another listener's route matches",
        "http://a.example.com/y",
        "not-found 404",
    );
    check("its own path", "http://a.example.com/x", "one 0");
    check(
        "the other listener's host",
        "http://b.example.com/y",
        "two 0",
    );
    check(
        "8.97: the port chooses",
        "http://a.example.com:8080/y",
        "three 0",
    );
    check(
        "a port where nothing listens",
        "http://a.example.com:81/y",
        "refused-connection -",
    );
}

#[test]
fn paths_match_by_element() {
    let one = |one: Value| [route("r", &json!([]), &json!([rule(&[one])]))];
    let hit = "r 0";
    let miss = "not-found 404";
    for (case, kind, path, request, expected) in [
        ("8.58", "PathPrefix", "/foo", "/foobar", miss),
        ("8.58", "PathPrefix", "/foo", "/foo/", hit),
        ("8.58", "PathPrefix", "/foo", "/foo/bar", hit),
        ("8.58", "PathPrefix", "/foo/", "/foo", hit),
        ("8.59", "Exact", "/foo", "/foo", hit),
        ("8.59", "Exact", "/foo", "/foo/", miss),
        ("8.59", "Exact", "/foo", "/foo?x=1", hit),
        ("case counts", "PathPrefix", "/foo", "/Foo", miss),
        ("8.105", "PathPrefix", "/caf%C3%A9", "/caf%C3%A9/x", hit),
        ("8.106", "PathPrefix", "/a", "/a%2Fb", miss),
        ("all", "PathPrefix", "/", "/", hit),
    ] {
        let path = json!({"path": {"type": kind, "value": path}});
        check(
            &format!("{case}: {kind} {path} {request}"),
            &one(path),
            &format!("http://h{request}"),
            expected,
        );
    }
    check(
        "8.71: no matches take everything",
        &[route("r", &json!([]), &json!([{"matches": []}]))],
        "http://h/x",
        hit,
    );
    check(
        "8.70: no path is any path",
        &one(json!({"method": "GET"})),
        "http://h/x",
        hit,
    );
    check(
        "8.103: a regular expression covers the whole path",
        &one(json!({"path": {"type": "RegularExpression", "value": "/f.*"}})),
        "http://h/foo",
        hit,
    );
    check(
        "8.104: and nothing less",
        &one(json!({"path": {"type": "RegularExpression", "value": "foo"}})),
        "http://h/xfoo",
        miss,
    );
    check(
        "an expression that does not compile is no no",
        &one(json!({"path": {"type": "RegularExpression", "value": "("}})),
        "http://h/foo",
        "unknown -",
    );
}
