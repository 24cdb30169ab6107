//! One bad object is one problem with name and place, and hides no other.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::{RawObject, Snapshot, evaluate};
use serde_json::{Value, json};
use support::{class, gateway, namespace, object, raw, route, service};

fn good() -> Vec<Value> {
    let listeners = json!([{"name": "l", "port": 80, "protocol": "HTTP"}]);
    vec![
        class(),
        namespace("a", &json!({})),
        gateway("a/gw", &listeners),
        service("a/s"),
        route("a/r", &json!([{"name": "gw"}]), &json!([])),
    ]
}

/// Puts a text among good objects: they stay as they were, and one problem says where it stood and what it is.
fn check(case: &str, text: &str, path: &str) {
    let mut alone = Snapshot::default();
    let mut together = Snapshot::default();
    for object in &good() {
        alone.apply(&raw(object));
        together.apply(&raw(object));
    }
    together.apply(&RawObject {
        json: text.into(),
        origin: "bad.yaml, document 7".into(),
    });
    let (before, after) = (evaluate(&alone), evaluate(&together));
    let own = |report: &engine::Report| {
        let mut own = report.attachments.clone();
        own.retain(|one| one.route.name == "r" && one.route.namespace == "a");
        own
    };
    assert_eq!(own(&before), own(&after), "{case}");
    let [problem] = after.problems.as_slice() else {
        panic!("{case}: {:?}", after.problems)
    };
    assert!(
        problem.path.starts_with("bad.yaml, document 7"),
        "{case}: {}",
        problem.path
    );
    assert!(
        problem.path.contains(path),
        "{case}: {} has no {path}",
        problem.path
    );
    assert!(
        !problem.message.is_empty() && problem.message.len() < 1000,
        "{case}: {}",
        problem.message
    );
    if !path.is_empty() {
        let name = problem.object.as_ref().map(|id| id.name.as_str());
        assert_eq!(name, Some("bad"), "{case}");
    }
}

/// Replaces what stands at a JSON pointer.
fn with(mut object: Value, pointer: &str, value: Option<Value>) -> String {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
    let parent = object.pointer_mut(parent).expect("the parent is there");
    match (parent, value) {
        (Value::Object(map), Some(value)) => {
            map.insert(key.to_owned(), value);
        }
        (Value::Object(map), None) => {
            map.remove(key);
        }
        (Value::Array(list), Some(value)) => {
            list[key.parse::<usize>().expect("an index")] = value;
        }
        (parent, _) => panic!("{parent} has no fields"),
    }
    object.to_string()
}

fn bad_route() -> Value {
    let mut bad = route("a/bad", &json!([{"name": "gw"}]), &json!(["a.example.com"]));
    bad["spec"]["rules"] = json!([{
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}, "headers": [{"name": "a", "value": "b"}]}],
        "backendRefs": [{"name": "s", "port": 80}],
    }]);
    bad
}

#[test]
fn fields_of_wrong_types() {
    let listeners = json!([{"name": "l", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}}]);
    let gateway = || gateway("a/bad", &listeners);
    let rows: [(Value, &[&str]); 6] = [
        (
            bad_route(),
            &[
                "/spec",
                "/spec/parentRefs",
                "/spec/parentRefs/0",
                "/spec/parentRefs/0/name",
                "/spec/hostnames",
                "/spec/hostnames/0",
                "/spec/rules",
                "/spec/rules/0",
                "/spec/rules/0/matches",
                "/spec/rules/0/matches/0/path",
                "/spec/rules/0/matches/0/headers",
                "/spec/rules/0/matches/0/headers/0/name",
                "/spec/rules/0/backendRefs",
                "/spec/rules/0/backendRefs/0/name",
                "/spec/rules/0/backendRefs/0/port",
            ],
        ),
        (
            gateway(),
            &[
                "/spec",
                "/spec/gatewayClassName",
                "/spec/listeners",
                "/spec/listeners/0",
                "/spec/listeners/0/name",
                "/spec/listeners/0/port",
                "/spec/listeners/0/protocol",
                "/spec/listeners/0/allowedRoutes",
                "/spec/listeners/0/allowedRoutes/namespaces",
            ],
        ),
        (
            object("GatewayClass", "bad", &json!({"controllerName": "a.b/c"})),
            &["/spec", "/spec/controllerName"],
        ),
        (
            namespace("bad", &json!({"a": "b"})),
            &["/metadata/labels", "/metadata/labels/a"],
        ),
        (
            object("Service", "a/bad", &json!({"ports": [{"port": 80}]})),
            &["/spec/ports", "/spec/ports/0/port"],
        ),
        (
            object(
                "ReferenceGrant",
                "a/bad",
                &json!({"from": [{"group": "g", "kind": "k", "namespace": "n"}], "to": [{"group": "", "kind": "Service"}]}),
            ),
            &[
                "/spec",
                "/spec/from",
                "/spec/from/0/namespace",
                "/spec/to",
                "/spec/to/0/kind",
            ],
        ),
    ];
    let mut seen = 0;
    for (object, pointers) in rows {
        for pointer in pointers {
            let field = pointer
                .trim_start_matches('/')
                .replace("/0", "[0]")
                .replace('/', ".");
            let is_number = pointer.ends_with("/port");
            let wrong = [
                json!({"no": ["such", "type"]}),
                json!(true),
                if is_number { json!("eighty") } else { json!(5) },
            ];
            for value in wrong {
                let is_right = value.is_object()
                    && (pointer.ends_with("/spec")
                        || pointer.ends_with("labels")
                        || pointer.ends_with("allowedRoutes")
                        || pointer.ends_with("namespaces")
                        || pointer.ends_with("/0")
                        || pointer.ends_with("path"));
                if is_right {
                    continue;
                }
                seen += 1;
                check(
                    &format!("{} {pointer} = {value}", object["kind"]),
                    &with(object.clone(), pointer, Some(value)),
                    &field,
                );
            }
        }
    }
    assert!(seen >= 90, "{seen} rows");
}

#[test]
fn required_fields_missing_or_null() {
    let gateway = || {
        gateway(
            "a/bad",
            &json!([{"name": "l", "port": 80, "protocol": "HTTP"}]),
        )
    };
    for (object, pointer) in [
        (bad_route(), "/spec/parentRefs/0/name"),
        (bad_route(), "/spec/rules/0/backendRefs/0/name"),
        (bad_route(), "/spec/rules/0/matches/0/headers/0/value"),
        (gateway(), "/spec/gatewayClassName"),
        (gateway(), "/spec/listeners/0/name"),
        (gateway(), "/spec/listeners/0/port"),
        (gateway(), "/spec/listeners/0/protocol"),
        (
            object("GatewayClass", "bad", &json!({"controllerName": "a.b/c"})),
            "/spec/controllerName",
        ),
    ] {
        check(pointer, &with(object.clone(), pointer, None), "spec");
        check(pointer, &with(object, pointer, Some(Value::Null)), "spec");
    }
}

#[test]
fn texts_that_are_no_objects() {
    let whole = bad_route().to_string();
    let cut = |length: usize| whole.get(..length).unwrap_or_default().to_owned();
    check("nothing", "", "");
    check("no JSON", "]", "");
    check("cut after the first letter", "{", "");
    check("a list", "[]", "");
    check("a number", "7", "");
    check("null", "null", "");
    check("no kind", r#"{"apiVersion":"v1"}"#, "");
    check(
        "no apiVersion",
        r#"{"kind":"Namespace","metadata":{"name":"bad"}}"#,
        "",
    );
    check(
        "no name",
        r#"{"apiVersion":"v1","kind":"Namespace","metadata":{}}"#,
        "",
    );
    check(
        "no metadata",
        r#"{"apiVersion":"v1","kind":"Namespace"}"#,
        "",
    );
    check("more after the object", &format!("{whole} {{}}"), "");
    check("cut in the middle", &cut(whole.len() / 2), "");
    check(
        "a lone surrogate",
        &whole.replace("a.example.com", r"\ud800"),
        "",
    );
    let deep = "[".repeat(20_000);
    check(
        "deep nesting",
        &whole.replace(r#"["a.example.com"]"#, &deep),
        "",
    );
    check(
        "a port beyond",
        &with(
            bad_route(),
            "/spec/rules/0/backendRefs/0/port",
            Some(json!(70_000)),
        ),
        "port",
    );
    check(
        "a negative port",
        &with(
            bad_route(),
            "/spec/rules/0/backendRefs/0/port",
            Some(json!(-1)),
        ),
        "port",
    );
}

#[test]
fn lists_that_are_too_long() {
    let many = |value: Value, count: usize| Some(Value::Array(vec![value; count]));
    let listener =
        |index: usize| json!({"name": format!("l{index}"), "port": 80, "protocol": "HTTP"});
    let listeners: Vec<Value> = (0..65).map(listener).collect();
    check(
        "65 listeners",
        &gateway("a/bad", &json!(listeners)).to_string(),
        "spec.listeners",
    );
    for (pointer, value, count) in [
        ("/spec/parentRefs", json!({"name": "gw"}), 33),
        ("/spec/hostnames", json!("a.b"), 17),
        ("/spec/rules", json!({}), 17),
        ("/spec/rules/0/matches", json!({}), 65),
        ("/spec/rules/0/backendRefs", json!({"name": "s"}), 17),
    ] {
        let field = pointer
            .trim_start_matches('/')
            .replace("/0", "[0]")
            .replace('/', ".");
        check(
            pointer,
            &with(bad_route(), pointer, many(value, count)),
            &field,
        );
    }
    let mut long = bad_route();
    let entry = json!({"parentRef": {"name": "gw"}, "controllerName": "a.b/c", "conditions": []});
    long["status"] = json!({"parents": vec![entry; 5_000]});
    check(
        "5,000 parents in a status",
        &long.to_string(),
        "status.parents",
    );
    let mut huge = bad_route();
    huge["spec"]["hostnames"] = json!("x".repeat(1_400_000));
    check("1.4 MB in one field", &huge.to_string(), "spec.hostnames");
}

#[test]
fn a_damaged_status_leaves_the_object_usable() {
    let mut bad = bad_route();
    bad["status"] = json!({"parents": {"no": "list"}});
    check("status", &bad.to_string(), "status.parents");
    let mut world = Snapshot::default();
    for object in good() {
        world.apply(&raw(&object));
    }
    world.apply(&raw(&bad));
    let report = evaluate(&world);
    assert_eq!(support::ends(&report, "a/bad"), ["l attached - Accepted"]);
}

#[test]
fn odd_values_are_legal_where_the_api_takes_them() {
    let mut world = Snapshot::default();
    for object in good() {
        world.apply(&raw(&object));
    }
    for name in [
        "nul\u{0}",
        "line\nbreak",
        "\u{202e}flow",
        "<b>",
        "\u{1b}[31m",
    ] {
        let mut odd = route("a/r", &json!([{"name": name}]), &json!([name]));
        odd["metadata"]["name"] = json!(name);
        world.apply(&raw(&odd));
    }
    let report = evaluate(&world);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    for attachment in &report.attachments {
        let explained = report.explain(attachment);
        let text = explained.sentence.as_str();
        let is_safe = |c: char| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c);
        assert!(text.chars().all(is_safe), "{text:?}");
    }
}
