//! Hostname and references gate, computed conditions and counts, as rows.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use serde_json::{Value, json};
use support::{class, ends, gateway, object, route, service, snapshot};

/// Judges the route `a/r` in a world of the given objects and compares how its attachments end.
fn check(case: &str, objects: &[Value], expected: &[&str]) {
    let report = engine::evaluate(&snapshot(objects));
    assert_eq!(ends(&report, "a/r"), expected, "{case}");
}

/// One listener on port 80 with the given fields beside.
fn listener(fields: &Value) -> Value {
    let mut listener = json!({"name": "l", "port": 80, "protocol": "HTTP"});
    if let (Value::Object(listener), Value::Object(fields)) = (&mut listener, fields) {
        listener.extend(fields.clone());
    }
    listener
}

const ATTACHED: &str = "l attached - Accepted";

#[test]
fn hostname_gate() {
    let check =
        |case: &str, listener_host: Option<&str>, hosts: &[&str], expected: Option<&[&str]>| {
            let fields = listener_host.map_or_else(|| json!({}), |host| json!({"hostname": host}));
            let world = [
                class(),
                gateway("a/gw", &json!([listener(&fields)])),
                route("a/r", &json!([{"name": "gw"}]), &json!(hosts)),
            ];
            let report = engine::evaluate(&snapshot(&world));
            let found = report
                .attachments
                .first()
                .expect("one listener, one attachment");
            match expected {
                Some(names) => assert_eq!(
                    (support::word(&found.verdict).as_str(), &*found.hostnames),
                    (
                        "attached",
                        names
                            .iter()
                            .map(|name| (*name).to_owned())
                            .collect::<Vec<_>>()
                            .as_slice()
                    ),
                    "{case}"
                ),
                None => assert_eq!(
                    ends(&report, "a/r"),
                    ["l refused hostname NoMatchingListenerHostname"],
                    "{case}"
                ),
            }
        };
    let e = "*.example.com";
    check("none, none", None, &[], Some(&["*"]));
    check("an empty one is none", Some(""), &["a.b"], Some(&["a.b"]));
    check(
        "8.17: the listener's alone",
        Some("a.example.com"),
        &[],
        Some(&["a.example.com"]),
    );
    check(
        "the route's alone",
        None,
        &["a.example.com", e],
        Some(&["a.example.com", e]),
    );
    check(
        "equal",
        Some("a.example.com"),
        &["a.example.com"],
        Some(&["a.example.com"]),
    );
    check(
        "a wildcard covers a name",
        Some(e),
        &["a.example.com"],
        Some(&["a.example.com"]),
    );
    check(
        "a wildcard covers several labels",
        Some(e),
        &["a.b.example.com"],
        Some(&["a.b.example.com"]),
    );
    check(
        "a route's wildcard meets a name",
        Some("a.example.com"),
        &[e],
        Some(&["a.example.com"]),
    );
    check(
        "8.15: of two wildcards the longer",
        Some(e),
        &["*.com"],
        Some(&[e]),
    );
    check(
        "of two wildcards the longer, other way",
        Some("*.com"),
        &[e],
        Some(&[e]),
    );
    check(
        "8.16: the others are ignored",
        Some("a.example.com"),
        &["a.example.com", "b.example.com"],
        Some(&["a.example.com"]),
    );
    check("8.14: not the name itself", Some(e), &["example.com"], None);
    check(
        "8.18: a suffix ends at a dot",
        Some(e),
        &["*.badexample.com"],
        None,
    );
    check(
        "another name",
        Some("a.example.com"),
        &["b.example.com"],
        None,
    );
    check(
        "a wildcard under another",
        Some("*.a.example.com"),
        &["*.b.example.com"],
        None,
    );
}

#[test]
fn references_gate_never_refuses() {
    let check = |case: &str, backends: &Value, others: &[Value], expected: (&str, &str, &str)| {
        let mut own = route("a/r", &json!([{"name": "gw"}]), &json!([]));
        own["spec"]["rules"] = json!([{"backendRefs": backends}]);
        let mut world = vec![
            class(),
            gateway("a/gw", &json!([listener(&json!({}))])),
            service("a/other"),
            own,
        ];
        world.extend_from_slice(others);
        let report = engine::evaluate(&snapshot(&world));
        let found = report
            .attachments
            .first()
            .expect("one listener, one attachment");
        let resolved = found
            .computed
            .resolved_refs
            .as_ref()
            .expect("always computed");
        let got = (
            ends(&report, "a/r").concat(),
            word(resolved.status),
            resolved.reason.clone(),
        );
        assert_eq!(
            (got.0.as_str(), got.1.as_str(), got.2.as_str()),
            expected,
            "{case}"
        );
    };
    fn word(status: impl serde::Serialize) -> String {
        support::word(&status)
    }
    let broken = "l attached references Accepted";
    let grant = |from: Value, to: Value| {
        object(
            "ReferenceGrant",
            "b/g",
            &json!({"from": [from], "to": [to]}),
        )
    };
    let route_from =
        || json!({"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "a"});
    let service_to = || json!({"group": "", "kind": "Service"});
    let cross = json!([{"name": "s", "namespace": "b", "port": 80}]);
    let check_grant = |case: &str, grants: &[Value], allowed: bool| {
        let mut others = vec![service("b/s")];
        others.extend_from_slice(grants);
        let expected = if allowed {
            (ATTACHED, "True", "ResolvedRefs")
        } else {
            (broken, "False", "RefNotPermitted")
        };
        check(case, &cross, &others, expected);
    };
    check(
        "there",
        &json!([{"name": "s", "port": 80}]),
        &[service("a/s")],
        (ATTACHED, "True", "ResolvedRefs"),
    );
    check(
        "8.26: missing",
        &json!([{"name": "s", "port": 80}]),
        &[],
        (broken, "False", "BackendNotFound"),
    );
    check(
        "8.73: no backend at all",
        &json!([]),
        &[],
        (ATTACHED, "True", "ResolvedRefs"),
    );
    check(
        "an unknown kind",
        &json!([{"kind": "Bucket", "group": "example.com", "name": "s"}]),
        &[],
        (broken, "False", "InvalidKind"),
    );
    check_grant("no grant", &[], false);
    check_grant("granted", &[grant(route_from(), service_to())], true);
    check_grant(
        "8.45: wrong group",
        &[grant(
            json!({"group": "", "kind": "HTTPRoute", "namespace": "a"}),
            service_to(),
        )],
        false,
    );
    check_grant(
        "wrong namespace",
        &[grant(
            json!({"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "c"}),
            service_to(),
        )],
        false,
    );
    check_grant(
        "wrong kind",
        &[grant(
            json!({"group": "gateway.networking.k8s.io", "kind": "GRPCRoute", "namespace": "a"}),
            service_to(),
        )],
        false,
    );
    check_grant(
        "8.47: another name",
        &[grant(
            route_from(),
            json!({"group": "", "kind": "Service", "name": "x"}),
        )],
        false,
    );
    check_grant(
        "this name",
        &[grant(
            route_from(),
            json!({"group": "", "kind": "Service", "name": "s"}),
        )],
        true,
    );
    let mut misplaced = grant(route_from(), service_to());
    misplaced["metadata"]["namespace"] = json!("a");
    check_grant("8.44: in the route's namespace", &[misplaced], false);
    let mut other = grant(route_from(), json!({"group": "", "kind": "Secret"}));
    other["metadata"]["name"] = json!("g2");
    let wrong = grant(
        json!({"group": "gateway.networking.k8s.io", "kind": "GRPCRoute", "namespace": "a"}),
        service_to(),
    );
    check_grant("8.46: two halves are no grant", &[other, wrong], false);
}

#[test]
fn conditions_stand_side_by_side() {
    let mut own = route("a/r", &json!([{"name": "gw"}]), &json!(["b.example.com"]));
    own["spec"]["rules"] = json!([{"backendRefs": [{"name": "s", "port": 80}]}]);
    let world = [
        class(),
        service("a/s"),
        gateway(
            "a/gw",
            &json!([listener(&json!({"hostname": "a.example.com"}))]),
        ),
        own,
    ];
    let report = engine::evaluate(&snapshot(&world));
    let computed = &report.attachments.first().expect("judged").computed;
    let said = |one: &Option<engine::report::Computed>| {
        one.as_ref()
            .map(|one| (support::word(&one.status), one.reason.clone()))
    };
    let both = (said(&computed.accepted), said(&computed.resolved_refs));
    let expected = |status: &str, reason: &str| Some((status.to_owned(), reason.to_owned()));
    assert_eq!(
        both,
        (
            expected("False", "NoMatchingListenerHostname"),
            expected("True", "ResolvedRefs")
        ),
        "8.27"
    );
}

#[test]
fn routes_are_counted_where_they_attach() {
    let check = |case: &str,
                 hosts: [&str; 2],
                 rules: [&str; 2],
                 route_hosts: &Value,
                 expected: [u32; 2]| {
        let one = |name: &str, host: &str, from: &str| {
            let mut one = listener(
                &json!({"hostname": host, "allowedRoutes": {"namespaces": {"from": from}}}),
            );
            one["name"] = json!(name);
            one
        };
        let [(h1, h2), (f1, f2)] = [hosts, rules].map(|[a, b]| (a, b));
        let world = [
            class(),
            gateway("b/gw", &json!([one("l1", h1, f1), one("l2", h2, f2)])),
            route(
                "a/r",
                &json!([{"name": "gw", "namespace": "b"}]),
                route_hosts,
            ),
        ];
        let report = engine::evaluate(&snapshot(&world));
        let counts: Vec<u32> = report.gateways[0]
            .listeners
            .iter()
            .map(|one| one.attached_routes.computed)
            .collect();
        assert_eq!(counts, expected, "{case}");
    };
    check(
        "8.5: where it is admitted",
        ["", ""],
        ["Same", "All"],
        &json!([]),
        [0, 1],
    );
    check(
        "8.19: where a hostname is shared",
        ["foo.com", "bar.com"],
        ["All", "All"],
        &json!(["foo.com"]),
        [1, 0],
    );
}

#[test]
fn several_parent_refs_are_several_attachments() {
    let listeners = json!([
        {"name": "l1", "port": 80, "protocol": "HTTP", "hostname": "a.com"},
        {"name": "l2", "port": 80, "protocol": "HTTP", "hostname": "b.com"},
    ]);
    let parents = json!([{"name": "gw", "sectionName": "l1"}, {"name": "gw", "sectionName": "l2"}]);
    let world = [
        class(),
        gateway("a/gw", &listeners),
        route("a/r", &parents, &json!(["b.com"])),
    ];
    check(
        "8.20",
        &world,
        &[
            "l1 refused hostname NoMatchingListenerHostname",
            "l2 attached - Accepted",
        ],
    );
    let twice = json!([{"name": "gw", "sectionName": "l2"}, {"name": "gw", "namespace": "a", "sectionName": "l2"}]);
    let world = [
        class(),
        gateway("a/gw", &listeners),
        route("a/r", &twice, &json!(["b.com"])),
    ];
    check(
        "8.23",
        &world,
        &["l2 attached - Accepted", "l2 attached - Accepted"],
    );
    let report = engine::evaluate(&snapshot(&world));
    let counts: Vec<u32> = report.gateways[0]
        .listeners
        .iter()
        .map(|one| one.attached_routes.computed)
        .collect();
    assert_eq!(counts, [0, 1], "8.23: one route is counted once");
}
