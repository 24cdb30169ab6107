//! Class, Gateway, listener and kind gate with every way to end, as rows.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use serde_json::{Value, json};
use support::{class, ends, gateway, object, route, snapshot};

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

const NABL: &str = "l refused namespace NotAllowedByListeners";
const ATTACHED: &str = "l attached - Accepted";

#[test]
fn class_gate() {
    let world = |classes: &[Value]| {
        let mut all = classes.to_vec();
        all.push(gateway("a/gw", &json!([listener(&json!({}))])));
        all.push(route("a/r", &json!([{"name": "gw"}]), &json!([])));
        all
    };
    check("the class is there", &world(&[class()]), &[ATTACHED]);
    check("in files a class may be left out", &world(&[]), &[ATTACHED]);
    let broken = object("GatewayClass", "class", &json!({"controllerName": 5}));
    check(
        "a class that cannot be read",
        &world(&[broken]),
        &["l unknown class -"],
    );
}

#[test]
fn gateway_gate() {
    let gateway = |name: &str| gateway(name, &json!([listener(&json!({}))]));
    let check = |case: &str, parent: &Value, expected: &[&str]| {
        let world = [
            class(),
            gateway("b/gw"),
            route("a/r", &json!([parent]), &json!([])),
        ];
        check(case, &world, expected);
    };
    let orphan = "- orphan gateway -";
    check(
        "8.1: the namespace defaults to the route's",
        &json!({"name": "gw"}),
        &[orphan],
    );
    check(
        "named across namespaces",
        &json!({"name": "gw", "namespace": "b"}),
        &[NABL],
    );
    check(
        "8.2: the group of a Service is never guessed",
        &json!({"kind": "Service", "name": "gw"}),
        &[orphan],
    );
    check(
        "a kind that the group does not have",
        &json!({"kind": "Door", "name": "gw"}),
        &[orphan],
    );
    check(
        "a foreign parent is for its own controller",
        &json!({"group": "example.com", "kind": "Door", "name": "gw"}),
        &["- unknown gateway -"],
    );
    check(
        "an empty namespace is the route's",
        &json!({"name": "gw", "namespace": ""}),
        &[orphan],
    );
    let broken = object("Gateway", "b/gw", &json!({"listeners": "none"}));
    let world = [
        broken,
        route(
            "a/r",
            &json!([{"name": "gw", "namespace": "b"}]),
            &json!([]),
        ),
    ];
    self::check(
        "a Gateway that cannot be read",
        &world,
        &["- unknown gateway -"],
    );
    self::check(
        "no parent at all",
        &[route("a/r", &json!([]), &json!([]))],
        &[],
    );
}

#[test]
fn listener_gate() {
    let check = |case: &str, parent: &Value, expected: &[&str]| {
        let all = json!({"allowedRoutes": {"namespaces": {"from": "All"}}});
        let named = |name: &str, port: u16, all: &Value| {
            let mut one = listener(all);
            one["name"] = json!(name);
            one["port"] = json!(port);
            one
        };
        let listeners = json!([named("http", 80, &json!({})), named("alt", 8080, &all)]);
        let mut parent = parent.clone();
        parent["name"] = json!("gw");
        parent["namespace"] = json!("b");
        let world = [
            class(),
            gateway("b/gw", &listeners),
            route("a/r", &json!([parent]), &json!([])),
        ];
        check(case, &world, expected);
    };
    let refused = "http refused namespace NotAllowedByListeners";
    let attached = "alt attached - Accepted";
    let nowhere = "- orphan listener NoMatchingParent";
    check("all listeners", &json!({}), &[refused, attached]);
    check("by name", &json!({"sectionName": "alt"}), &[attached]);
    check("8.4: by port", &json!({"port": 80}), &[refused]);
    check(
        "by both",
        &json!({"sectionName": "alt", "port": 8080}),
        &[attached],
    );
    check(
        "8.3: both must hold on one listener",
        &json!({"sectionName": "http", "port": 8080}),
        &[nowhere],
    );
    check("no such name", &json!({"sectionName": "htpp"}), &[nowhere]);
    check(
        "names are compared letter by letter",
        &json!({"sectionName": "HTTP"}),
        &[nowhere],
    );
    check("no such port", &json!({"port": 81}), &[nowhere]);
    check(
        "an empty name is none",
        &json!({"sectionName": ""}),
        &[refused, attached],
    );
}

#[test]
fn kind_gate() {
    let check = |case: &str, fields: &Value, expected: &str| {
        let world = [
            class(),
            gateway("a/gw", &json!([listener(fields)])),
            route("a/r", &json!([{"name": "gw"}]), &json!([])),
        ];
        check(case, &world, &[expected]);
    };
    let refused = "l refused kind NotAllowedByListeners";
    let kinds = |kinds: Value| json!({"allowedRoutes": {"kinds": kinds}});
    check("HTTP carries HTTPRoutes", &json!({}), ATTACHED);
    check(
        "HTTPS carries HTTPRoutes",
        &json!({"protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "c"}]}}),
        ATTACHED,
    );
    check("TLS does not", &json!({"protocol": "TLS"}), refused);
    check("TCP does not", &json!({"protocol": "TCP"}), refused);
    check("UDP does not", &json!({"protocol": "UDP"}), refused);
    check(
        "a protocol of an implementation",
        &json!({"protocol": "example.com/quic"}),
        "l unknown kind -",
    );
    check("listed", &kinds(json!([{"kind": "HTTPRoute"}])), ATTACHED);
    check(
        "another kind listed",
        &kinds(json!([{"kind": "GRPCRoute"}])),
        refused,
    );
    check("an empty list is the default", &kinds(json!([])), ATTACHED);
    check(
        "8.12: group \"\" is another group",
        &kinds(json!([{"group": "", "kind": "HTTPRoute"}])),
        refused,
    );
    check(
        "8.13: one good kind suffices",
        &kinds(json!([{"kind": "HTTPRoute"}, {"kind": "FooRoute"}])),
        ATTACHED,
    );
    check(
        "8.11: kinds leave the namespaces alone",
        &kinds(json!([{"kind": "HTTPRoute"}])),
        ATTACHED,
    );
}

#[test]
fn gates_do_not_combine_over_listeners() {
    let one = |name: &str, kind: &str, from: &str| {
        let mut one = listener(
            &json!({"allowedRoutes": {"kinds": [{"kind": kind}], "namespaces": {"from": from}}}),
        );
        one["name"] = json!(name);
        one
    };
    let world = [
        class(),
        gateway(
            "b/gw",
            &json!([
                one("l1", "GRPCRoute", "All"),
                one("l2", "HTTPRoute", "Same")
            ]),
        ),
        route(
            "a/r",
            &json!([{"name": "gw", "namespace": "b"}]),
            &json!([]),
        ),
    ];
    let expected = [
        "l1 refused kind NotAllowedByListeners",
        "l2 refused namespace NotAllowedByListeners",
    ];
    check("8.6: partial successes", &world, &expected);
}
