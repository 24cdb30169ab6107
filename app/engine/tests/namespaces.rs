//! The namespace gate: rules, selectors and labels, as rows.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use serde_json::{Value, json};
use support::{class, ends, gateway, namespace, route, snapshot};

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

fn from(rule: &Value) -> Value {
    listener(&json!({"allowedRoutes": {"namespaces": rule}}))
}

const NABL: &str = "l refused namespace NotAllowedByListeners";
const ATTACHED: &str = "l attached - Accepted";

#[test]
fn namespace_gate() {
    let check = |case: &str, labels: &Value, rule: &Value, expected: &str| {
        let world = [
            class(),
            namespace("a", labels),
            gateway("b/gw", &json!([from(rule)])),
            route(
                "a/r",
                &json!([{"name": "gw", "namespace": "b"}]),
                &json!([]),
            ),
        ];
        check(case, &world, &[expected]);
    };
    let none = json!({});
    let env = json!({"env": "prod"});
    let labels =
        |selector: Value| json!({"from": "Selector", "selector": {"matchLabels": selector}});
    let term = |key: &str, operator: &str, values: &[&str]| json!({"from": "Selector", "selector": {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}});
    check("All", &none, &json!({"from": "All"}), ATTACHED);
    check("Same", &none, &json!({"from": "Same"}), NABL);
    check("absent is Same", &none, &none, NABL);
    check(
        "8.7: Selector without selector is nobody",
        &none,
        &json!({"from": "Selector"}),
        NABL,
    );
    check(
        "8.7: an empty selector is everybody",
        &none,
        &json!({"from": "Selector", "selector": {}}),
        ATTACHED,
    );
    check(
        "label there",
        &env,
        &labels(json!({"env": "prod"})),
        ATTACHED,
    );
    check(
        "label missing",
        &none,
        &labels(json!({"env": "prod"})),
        NABL,
    );
    check("another value", &env, &labels(json!({"env": "Prod"})), NABL);
    check(
        "all labels must hold",
        &env,
        &labels(json!({"env": "prod", "tier": "web"})),
        NABL,
    );
    check("In", &env, &term("env", "In", &["dev", "prod"]), ATTACHED);
    check("In, other value", &env, &term("env", "In", &["dev"]), NABL);
    check("In, no label", &none, &term("env", "In", &["dev"]), NABL);
    check("NotIn", &env, &term("env", "NotIn", &["prod"]), NABL);
    check(
        "NotIn, other value",
        &env,
        &term("env", "NotIn", &["dev"]),
        ATTACHED,
    );
    check(
        "8.8: NotIn holds where the label is missing",
        &none,
        &term("env", "NotIn", &["prod"]),
        ATTACHED,
    );
    check("Exists", &env, &term("env", "Exists", &[]), ATTACHED);
    check("Exists, no label", &none, &term("env", "Exists", &[]), NABL);
    check(
        "DoesNotExist",
        &none,
        &term("env", "DoesNotExist", &[]),
        ATTACHED,
    );
    check(
        "DoesNotExist, label there",
        &env,
        &term("env", "DoesNotExist", &[]),
        NABL,
    );
    check(
        "8.9: the name's label need not be written",
        &none,
        &labels(json!({"kubernetes.io/metadata.name": "a"})),
        ATTACHED,
    );
    check(
        "the name's label cannot be forged",
        &json!({"kubernetes.io/metadata.name": "b"}),
        &labels(json!({"kubernetes.io/metadata.name": "b"})),
        NABL,
    );
    for (case, rule) in [
        ("In without values", term("env", "In", &[])),
        ("NotIn without values", term("env", "NotIn", &[])),
        ("Exists with values", term("env", "Exists", &["prod"])),
        (
            "DoesNotExist with values",
            term("env", "DoesNotExist", &["prod"]),
        ),
        ("an unknown operator", term("env", "in", &["prod"])),
        ("an illegal key", term("-env", "Exists", &[])),
        ("an empty key", term("", "Exists", &[])),
        ("an illegal value", term("env", "In", &["prod", "a b"])),
        (
            "a value too long",
            term("env", "In", &["prod", &"x".repeat(64)]),
        ),
        ("two slashes in a key", term("a/b/c", "DoesNotExist", &[])),
    ] {
        check(case, &env, &rule, NABL);
    }
}

#[test]
fn labels_of_others_do_not_open_a_gate() {
    let mut own = route(
        "a/r",
        &json!([{"name": "gw", "namespace": "b"}]),
        &json!([]),
    );
    own["metadata"]["labels"] = json!({"env": "prod"});
    let rule = from(&json!({"from": "Selector", "selector": {"matchLabels": {"env": "prod"}}}));
    let world = [
        class(),
        namespace("a", &json!({})),
        namespace("b", &json!({"env": "prod"})),
        gateway("b/gw", &json!([rule])),
        own,
    ];
    check(
        "8.10: labels of the route and of the Gateway's Namespace",
        &world,
        &[NABL],
    );
    let mentioned = [world[0].clone(), world[3].clone(), world[4].clone()];
    check(
        "in files a Namespace that is only mentioned has no labels",
        &mentioned,
        &[NABL],
    );
    let broken =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": 1}});
    let unreadable = [world[0].clone(), world[3].clone(), world[4].clone(), broken];
    check(
        "a Namespace that cannot be read",
        &unreadable,
        &["l unknown namespace -"],
    );
}
