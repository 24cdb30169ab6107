//! Findings: a clean world has none; each row breaks one thing and finds exactly that.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::evaluate;
use engine::findings::{CATALOGUE, find};
use serde_json::{Value, json};
use support::{class, gateway, namespace, object, route, service, snapshot};

/// Nothing in it is worth a look.
fn clean() -> Vec<Value> {
    let by_name = json!({"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "a"}}});
    let listener = json!({"name": "l", "port": 80, "protocol": "HTTP", "hostname": "a.com", "allowedRoutes": {"namespaces": by_name}});
    vec![
        class(),
        namespace("a", &json!({"team": "one"})),
        gateway("b/gw", &json!([listener])),
        service("a/s"),
        route(
            "a/r",
            &json!([{"name": "gw", "namespace": "b"}]),
            &json!(["a.com"]),
        ),
    ]
}

fn found(world: &engine::Snapshot) -> Vec<engine::findings::Finding> {
    let report = evaluate(world);
    let table = engine::RoutingTable::build(world, &report);
    find(world, &report, &table)
}

/// Changes the clean world and compares what is found, as `check subject part`.
fn check(case: &str, change: impl FnOnce(&mut Vec<Value>), expected: &[&str]) {
    let mut objects = clean();
    change(&mut objects);
    let world = snapshot(&objects);
    let found = found(&world);
    let told: Vec<String> = found
        .iter()
        .map(|one| {
            let subject = &one.subject;
            format!(
                "{} {}/{} {}",
                one.check, subject.namespace, subject.name, subject.part
            )
            .trim_end()
            .to_owned()
        })
        .collect();
    assert_eq!(told, expected, "{case}");
    for one in &found {
        assert!(!one.sentence.is_empty(), "{case}");
        assert!(
            engine::findings::check(&one.check).is_some_and(|check| check.severity == one.severity),
            "{case}"
        );
    }
}

#[test]
fn the_catalogue_is_in_order_and_says_what_it_means() {
    let ids: Vec<&str> = CATALOGUE.iter().map(|one| one.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    assert!(
        CATALOGUE
            .iter()
            .all(|one| one.meaning.ends_with('.') && !one.title.ends_with('.'))
    );
}

#[test]
fn each_check_finds_its_own() {
    check("clean", |_| {}, &[]);
    check(
        "a backend that is not there",
        |w| w[3]["metadata"]["name"] = json!("other"),
        &["backend-broken a/r rule 1, a/s"],
    );
    check(
        "a label that others may set",
        |w| {
            w[2]["spec"]["listeners"][0]["allowedRoutes"]["namespaces"]["selector"]["matchLabels"] =
                json!({"team": "one"});
        },
        &["delegation-by-custom-label b/gw l"],
    );
    check(
        "one listener twice",
        |w| {
            w[4]["spec"]["parentRefs"] = json!([{"name": "gw", "namespace": "b"}, {"name": "gw", "namespace": "b", "sectionName": "l"}]);
        },
        &["duplicate-parent-ref a/r parentRef 2"],
    );
    check(
        "8.51: two kinds on one hostname",
        |w| {
            let mut other = w[4].clone();
            other["kind"] = json!("GRPCRoute");
            other["metadata"]["name"] = json!("g");
            other["spec"]["rules"][0]["matches"] = json!([]);
            w.push(other);
        },
        &["kinds-on-one-hostname a/g a.com"],
    );
    let grant = |to: Value| {
        object(
            "ReferenceGrant",
            "b/g",
            &json!({"from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "a"}], "to": [to]}),
        )
    };
    let uses = |w: &mut Vec<Value>| {
        w[3]["metadata"]["namespace"] = json!("b");
        w[4]["spec"]["rules"][0]["backendRefs"][0]["namespace"] = json!("b");
    };
    check(
        "a grant for a whole kind",
        |w| {
            uses(w);
            w.push(grant(json!({"group": "", "kind": "Service"})));
        },
        &["grant-broad b/g"],
    );
    check(
        "a grant for nobody",
        |w| w.push(grant(json!({"group": "", "kind": "Service", "name": "s"}))),
        &["grant-unused b/g"],
    );
    check(
        "a grant that is used",
        |w| {
            uses(w);
            w.push(grant(json!({"group": "", "kind": "Service", "name": "s"})));
        },
        &[],
    );
    check(
        "one hostname, two namespaces",
        |w| {
            let listener = &mut w[2]["spec"]["listeners"][0]["allowedRoutes"]["namespaces"];
            *listener = json!({"from": "All"});
            w.push(service("z/s"));
            w.push(route(
                "z/r",
                &json!([{"name": "gw", "namespace": "b"}]),
                &json!(["a.com"]),
            ));
        },
        &["hostname-takeover z/r a.com PathPrefix /"],
    );
    check(
        "any host on an open listener",
        |w| {
            w[2]["spec"]["listeners"][0]["allowedRoutes"] = json!({"namespaces": {"from": "All"}});
            w[2]["spec"]["listeners"][0]["hostname"] = Value::Null;
            w[4]["spec"]["hostnames"] = json!([]);
        },
        &["hostnameless-route a/r parentRef 1", "open-listener b/gw l"],
    );
    check(
        "a status that is left over",
        |w| {
            w[4]["status"] = json!({"parents": [{"parentRef": {"name": "old"}, "controllerName": "example.com/controller", "conditions": []}]});
        },
        &["leftover-status a/r status 1"],
    );
    check(
        "listeners in conflict",
        |w| {
            let mut other = w[2]["spec"]["listeners"][0].clone();
            other["name"] = json!("m");
            w[2]["spec"]["listeners"]
                .as_array_mut()
                .expect("a list")
                .push(other);
        },
        &["listener-conflict b/gw l", "listener-conflict b/gw m"],
    );
    check(
        "a slip of the pen",
        |w| {
            w[1]["metadata"]["labels"] = json!({"shared-acces": "true"});
            w[2]["spec"]["listeners"][0]["allowedRoutes"]["namespaces"]["selector"] = json!({"matchExpressions": [{"key": "shared-access", "operator": "In", "values": ["true"]}]});
        },
        &[
            "near-miss-label a/r parentRef 1",
            "selector-matches-nobody b/gw l",
            "unused-listener b/gw l",
        ],
    );
    check(
        "a parent that is not there",
        |w| w[4]["spec"]["parentRefs"][0]["name"] = json!("gone"),
        &[
            "orphan-parent-ref a/r parentRef 1",
            "unused-listener b/gw l",
        ],
    );
    check(
        "no selector",
        |w| w[2]["spec"]["listeners"][0]["allowedRoutes"]["namespaces"]["selector"] = Value::Null,
        &["selector-missing b/gw l", "unused-listener b/gw l"],
    );
    check(
        "a controller that says the opposite",
        |w| {
            let parent = json!({"name": "gw", "namespace": "b"});
            w[4]["status"] = json!({"parents": [{"parentRef": parent, "controllerName": "example.com/controller", "conditions": [{"type": "Accepted", "status": "False", "reason": "NotAllowedByListeners"}]}]});
        },
        &["status-contradicts a/r parentRef 1"],
    );
    check(
        "an object that cannot be read",
        |w| w.push(object("HTTPRoute", "a/bad", &json!({"rules": 5}))),
        &["unreadable-object a/bad"],
    );
    check(
        "a listener for nobody",
        |w| {
            w.pop();
        },
        &["unused-listener b/gw l"],
    );
}

#[test]
fn what_cannot_be_seen_is_no_finding() {
    check(
        "an unreadable Namespace may be selected, and its routes may attach",
        |w| {
            w[1]["metadata"]["labels"] = json!(5);
            w[2]["spec"]["listeners"][0]["allowedRoutes"]["namespaces"]["selector"] =
                json!({"matchExpressions": [{"key": "shared", "operator": "Exists"}]});
        },
        &["unreadable-object /a"],
    );
}

/// The rules of the clean world's route.
fn rules(rules: Value) -> impl FnOnce(&mut Vec<Value>) {
    move |objects| objects[4]["spec"]["rules"] = rules
}

#[test]
fn each_check_of_rules_finds_its_own() {
    let served =
        |matches: Value| json!({"matches": matches, "backendRefs": [{"name": "s", "port": 80}]});
    let at = |kind: &str, value: &str| json!([{"path": {"type": kind, "value": value}}]);
    let redirect = |change: Value| json!([{"filters": [{"type": "RequestRedirect", "requestRedirect": change}]}]);
    let rewrite = |matches: Value, path: Value| {
        let mut rule = served(matches);
        rule["filters"] = json!([{"type": "URLRewrite", "urlRewrite": {"path": path}}]);
        json!([rule])
    };
    check(
        "the same match twice",
        rules(json!([
            served(at("Exact", "/x")),
            served(at("Exact", "/x"))
        ])),
        &["shadowed-rule a/r rule 2"],
    );
    check(
        "another match beside it keeps a rule alive",
        rules(json!([
            served(at("Exact", "/x")),
            served(json!([{"path": {"type": "Exact", "value": "/x"}}, {"method": "GET"}]))
        ])),
        &[],
    );
    check(
        "a redirect to itself",
        rules(redirect(json!({}))),
        &["redirect-loop a/r rule 1"],
    );
    check(
        "a redirect to where nobody listens is none",
        rules(redirect(json!({"scheme": "https"}))),
        &[],
    );
    check(
        "weights of nothing",
        rules(json!([{"backendRefs": [{"name": "s", "port": 80, "weight": 0}]}])),
        &["weight-zero a/r rule 1"],
    );
    check(
        "an expression that does not compile",
        rules(json!([served(at("RegularExpression", "("))])),
        &["regex-broken a/r rule 1"],
    );
    check(
        "a query in a path",
        rules(json!([served(at("Exact", "/x?y=1"))])),
        &["rule-never-matches a/r rule 1"],
    );
    check(
        "a prefix replaced where there is none",
        rules(rewrite(
            at("Exact", "/x"),
            json!({"type": "ReplacePrefixMatch", "replacePrefixMatch": "/y"}),
        )),
        &["rewrite-nowhere a/r rule 1"],
    );
    check(
        "a path without a slash",
        rules(rewrite(
            at("PathPrefix", "/x"),
            json!({"type": "ReplaceFullPath", "replaceFullPath": "y"}),
        )),
        &["rewrite-nowhere a/r rule 1"],
    );
    check(
        "a name that nobody can ask for",
        |objects| objects[4]["spec"]["hostnames"] = json!(["a.com", "a_b.com"]),
        &["hostname-impossible a/r hostname a_b.com"],
    );
}
