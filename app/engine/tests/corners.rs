//! Hard cases of what happens to a request once a rule has it: shares, redirects, rewrites, headers, CORS; each row is
//! named by its number in the list of hard cases.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::routing::{Decision, Outcome};
use engine::{Request, RoutingTable, decide, evaluate};
use serde_json::{Value, json};
use support::{class, gateway, object, service, snapshot, word};

/// What happens, in a few words.
fn told(decision: &Decision) -> String {
    let mut parts = vec![match decision.status {
        Some(status) => format!("{} {status}", word(&decision.outcome)),
        None => word(&decision.outcome).to_owned(),
    }];
    for backend in &decision.backends {
        let broken = if backend.resolved { "" } else { " broken" };
        parts.push(format!(
            "{} {:.0}%{broken}",
            backend.name,
            backend.share * 100.0
        ));
    }
    parts.extend(decision.location.clone());
    parts.extend(decision.rewritten.as_ref().map(|seen| {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        format!("as {}{}", part(&seen.host), part(&seen.path))
    }));
    let headers = |sign: &str, headers: &std::collections::BTreeMap<String, String>| {
        let shown = headers
            .iter()
            .map(|(name, value)| format!("{sign} {name}: {value}"));
        shown.collect::<Vec<_>>()
    };
    parts.extend(headers(">", &decision.request_headers));
    parts.extend(headers("<", &decision.response_headers));
    parts.join(", ")
}

fn decided(rules: &Value, request: &Request) -> Decision {
    let listener = json!([{"name": "l", "port": 80, "protocol": "HTTP"}]);
    let spec = json!({"parentRefs": [{"name": "gw"}], "rules": rules});
    let world = [
        class(),
        gateway("a/gw", &listener),
        service("a/good"),
        service("b/far"),
        object("HTTPRoute", "a/r", &spec),
    ];
    let world = snapshot(&world);
    let report = evaluate(&world);
    let table = RoutingTable::build(&world, &report);
    decide(&world, &report, &table, request)
}

/// Checks what happens to `METHOD URL` with some headers.
fn check(case: &str, rules: &Value, asked: &str, headers: &[(&str, &str)], expected: &str) {
    let (method, url) = asked.split_once(' ').expect("a method and a URL");
    let mut request = Request::parse(url).expect("the test's URL is legal");
    request.method = method.to_owned();
    for (name, value) in headers {
        request
            .headers
            .push(((*name).to_owned(), (*value).to_owned()));
    }
    assert_eq!(told(&decided(rules, &request)), expected, "{case}");
}

fn to(backends: &Value) -> Value {
    json!([{"backendRefs": backends}])
}

fn filtered(path: &str, filters: &Value) -> Value {
    json!([{"matches": [{"path": {"value": path}}], "filters": filters, "backendRefs": [{"name": "good", "port": 80}]}])
}

#[test]
fn shares_of_backends() {
    let good = |weight: i32| json!({"name": "good", "port": 80, "weight": weight});
    let missing = |weight: i32| json!({"name": "none", "port": 80, "weight": weight});
    let row = |case: &str, backends: Value, expected: &str| {
        check(
            case,
            &to(&backends),
            "GET http://a.example.com/",
            &[],
            expected,
        );
    };
    row(
        "8.75",
        json!([good(90), missing(10)]),
        "backend, good 90%, none 10% broken",
    );
    row(
        "8.76: only the missing one has weight",
        json!([good(0), missing(1)]),
        "error 500, good 0%, none 100% broken",
    );
    row(
        "8.76: the missing one has none",
        json!([good(1), missing(0)]),
        "backend, good 100%, none 0% broken",
    );
    let other = json!([{"name": "good", "port": 8080}]);
    row(
        "8.78: the number of a targetPort",
        other,
        "error 500, good 100% broken",
    );
    let mirrored = json!([{"filters": [{"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "far", "namespace": "b", "port": 80}}}], "backendRefs": [good(1)]}]);
    check(
        "8.48: a mirror that is not permitted",
        &mirrored,
        "GET http://a.example.com/",
        &[],
        "backend, good 100%",
    );
}

#[test]
fn redirects_and_rewrites() {
    let redirect = json!([{"matches": [{"path": {"value": "/"}}], "filters": [{"type": "RequestRedirect", "requestRedirect": {}}]}]);
    check(
        "8.82, 8.83: the listener's port counts, not the one in Host",
        &redirect,
        "GET http://h/x",
        &[("Host", "h:8080")],
        "redirect 302, http://h/x",
    );
    let replaced = |with: &str| {
        filtered(
            "/foo",
            &json!([{"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": with}}}]),
        )
    };
    check(
        "8.84",
        &replaced(""),
        "GET http://h/foo",
        &[],
        "backend, good 100%, as /",
    );
    check(
        "8.84: more follows",
        &replaced(""),
        "GET http://h/foo/bar",
        &[],
        "backend, good 100%, as /bar",
    );
    check(
        "8.85",
        &replaced("/"),
        "GET http://h/foo/bar",
        &[],
        "backend, good 100%, as /bar",
    );
    let twice = json!([
        replaced("/other")[0],
        {"matches": [{"path": {"value": "/other"}}], "backendRefs": [{"name": "none", "port": 80}]},
    ]);
    check(
        "8.87: rules are not asked again",
        &twice,
        "GET http://h/foo",
        &[],
        "backend, good 100%, as /other",
    );
}

#[test]
fn headers_and_cors() {
    let changed = |modifier: Value| {
        filtered(
            "/",
            &json!([{"type": "RequestHeaderModifier", "requestHeaderModifier": modifier}]),
        )
    };
    let added = json!({"add": [{"name": "X", "value": "b"}]});
    check(
        "8.89",
        &changed(added.clone()),
        "GET http://h/",
        &[("X", "a")],
        "backend, good 100%, > x: a,b",
    );
    check(
        "8.89: there was none",
        &changed(added),
        "GET http://h/",
        &[],
        "backend, good 100%, > x: b",
    );
    let cors = |origins: &[&str], credentials: bool| {
        filtered(
            "/",
            &json!([{"type": "CORS", "cors": {"allowOrigins": origins, "allowMethods": ["GET"], "allowCredentials": credentials}}]),
        )
    };
    let wild = cors(&["https://*.example.com"], false);
    check(
        "8.90: without a method asked for it is no preflight",
        &wild,
        "OPTIONS http://h/",
        &[("Origin", "https://a.b.example.com")],
        "backend, good 100%, < access-control-allow-origin: https://a.b.example.com",
    );
    check(
        "8.91: two labels",
        &wild,
        "GET http://h/",
        &[("Origin", "https://a.b.example.com")],
        "backend, good 100%, < access-control-allow-origin: https://a.b.example.com",
    );
    check(
        "8.91: no label",
        &wild,
        "GET http://h/",
        &[("Origin", "https://example.com")],
        "backend, good 100%",
    );
    check(
        "8.91: another scheme",
        &wild,
        "GET http://h/",
        &[("Origin", "http://a.example.com")],
        "backend, good 100%",
    );
    check(
        "8.92",
        &cors(&["*"], true),
        "GET http://h/",
        &[("Origin", "https://x.org")],
        "backend, good 100%, < access-control-allow-credentials: true, < access-control-allow-origin: https://x.org",
    );
}

#[test]
fn ties_say_what_decided() {
    let route = |name: &str| {
        object(
            "HTTPRoute",
            name,
            &json!({"parentRefs": [{"name": "gw", "namespace": "a"}], "rules": [{"backendRefs": [{"name": "good", "port": 80}]}]}),
        )
    };
    let listener = json!([{"name": "l", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}}]);
    let world = snapshot(&[
        class(),
        gateway("a/gw", &listener),
        service("a/good"),
        route("a/z"),
        route("a/b"),
    ]);
    let report = evaluate(&world);
    let table = RoutingTable::build(&world, &report);
    let decision = decide(
        &world,
        &report,
        &table,
        &Request::parse("http://h/").expect("legal"),
    );
    assert_eq!(
        decision.route.as_ref().map(|route| route.name.as_str()),
        Some("b")
    );
    assert_eq!(decision.outcome, Outcome::Backend);
    let told: Vec<String> = decision
        .candidates
        .iter()
        .map(|one| one.sentence.to_string())
        .collect();
    assert!(
        told.iter().any(|words| words.contains("name")),
        "8.108: {told:?}"
    );
}

/// `Accepted` and `ResolvedRefs` of the first attachment, as `status/reason`.
fn conditions(objects: &[Value]) -> String {
    let report = evaluate(&snapshot(objects));
    let first = report.attachments.first().expect("judged");
    let explained = serde_json::to_value(report.explain(first)).expect("it serialises");
    let one = |name: &str| {
        let value = &explained["computed"][name];
        format!(
            "{}/{}",
            value["status"].as_str().unwrap_or("-"),
            value["reason"].as_str().unwrap_or("-")
        )
    };
    // A condition that holds for a part of the rules only would be a third one.
    let others = explained["computed"]
        .as_object()
        .map_or(0, serde_json::Map::len);
    assert_eq!(others, 2, "{explained}");
    format!("{} {}", one("accepted"), one("resolvedRefs"))
}

#[test]
fn statuses_of_routes_that_are_broken_in_part() {
    let world = |rules: Value| {
        vec![
            class(),
            gateway(
                "a/gw",
                &json!([{"name": "l", "port": 80, "protocol": "HTTP"}]),
            ),
            service("a/good"),
            service("b/far"),
            object(
                "HTTPRoute",
                "a/r",
                &json!({"parentRefs": [{"name": "gw"}], "rules": rules}),
            ),
        ]
    };
    let check = |case: &str, rules: Value, expected: &str| {
        let mut objects = world(rules);
        assert_eq!(conditions(&objects), expected, "{case}");
        let route = objects.last_mut().expect("a route");
        route["status"] = json!({"parents": [{"controllerName": "example.com/gateway", "parentRef": {"name": "gw"},
            "conditions": [{"type": "Accepted", "status": "False", "reason": "NoMatchingParent"}, {"type": "PartiallyInvalid", "status": "False"}]}]});
        assert_eq!(
            conditions(&objects),
            expected,
            "8.54: an old status plays no part; {case}"
        );
    };
    let good = json!({"backendRefs": [{"name": "good", "port": 80}]});
    let far = json!({"backendRefs": [{"name": "far", "namespace": "b", "port": 80}]});
    check(
        "8.28, 8.30",
        json!([good, far]),
        "True/Accepted False/RefNotPermitted",
    );
    let mut regex = good.clone();
    regex["matches"] = json!([{"path": {"type": "RegularExpression", "value": "("}}]);
    check(
        "8.29: the specification asks nobody to look into expressions",
        json!([good, regex]),
        "True/Accepted True/ResolvedRefs",
    );
    let mut mirrored = good.clone();
    mirrored["filters"] = json!([{"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "far", "namespace": "b", "port": 80}}}]);
    check(
        "8.48",
        json!([mirrored]),
        "True/Accepted False/RefNotPermitted",
    );
    check(
        "8.77: nobody asks whether a Service has endpoints",
        json!([good]),
        "True/Accepted True/ResolvedRefs",
    );
    let mut twice = good.clone();
    twice["filters"] = json!([{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "x", "value": "1"}], "add": [{"name": "X", "value": "2"}]}}]);
    check(
        "8.88: set and add of one name pass the door",
        json!([twice]),
        "True/Accepted True/ResolvedRefs",
    );
}

#[test]
fn a_listener_that_passes_tls_through_needs_no_certificate() {
    let listener = json!({"name": "l", "port": 443, "protocol": "TLS", "tls": {"mode": "Passthrough", "certificateRefs": [{"name": "none"}]}});
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "a", "name": "other"}});
    let world = snapshot(&[class(), gateway("a/gw", &json!([listener])), secret]);
    let report = evaluate(&world);
    let told =
        serde_json::to_value(&report.gateways[0].listeners[0].conditions).expect("it serialises");
    assert_eq!(told["ResolvedRefs"]["status"], "True", "8.102: {told}");
}
