//! ListenerSets and conflicts: who may add listeners, who wins, who attaches where, as rows.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::{Report, evaluate};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::{class, ends, gateway, namespace, object, route, snapshot, word};

fn listener(name: &str, port: u16, protocol: &str, hostname: &str) -> Value {
    let tls = if matches!(protocol, "HTTPS" | "TLS") {
        json!({"mode": "Passthrough"})
    } else {
        Value::Null
    };
    json!({"name": name, "port": port, "protocol": protocol, "hostname": hostname, "tls": tls})
}

fn open(gateway: Value, from: &Value) -> Value {
    let mut gateway = gateway;
    gateway["spec"]["allowedListeners"] = json!({"namespaces": from});
    gateway
}

fn set(name: &str, listeners: &Value) -> Value {
    let parent = json!({"name": "gw", "namespace": "a"});
    object(
        "ListenerSet",
        name,
        &json!({"parentRef": parent, "listeners": listeners}),
    )
}

/// `TYPE=status (reason)` of conditions, in order.
fn said(conditions: &BTreeMap<String, engine::report::Computed>, types: &[&str]) -> Vec<String> {
    let one = |type_: &&str| {
        let one = conditions.get(*type_)?;
        Some(format!("{type_}={} {}", word(&one.status), one.reason))
    };
    types.iter().filter_map(one).collect()
}

const BOTH: [&str; 3] = ["Accepted", "Programmed", "Conflicted"];

fn of_listener(report: &Report, key: &str) -> Vec<String> {
    let mut all = report
        .gateways
        .iter()
        .flat_map(|gateway| &gateway.listeners);
    let found = all
        .find(|one| one.key() == key)
        .expect("the listener is there");
    said(&found.conditions, &BOTH)
}

fn of_set(report: &Report, name: &str) -> Vec<String> {
    let mut sets = report.listener_sets.iter();
    let found = sets.find(|one| format!("{}/{}", one.namespace, one.name) == name);
    said(&found.expect("the set is there").conditions, &BOTH)
}

fn of_gateway(report: &Report) -> Vec<String> {
    said(&report.gateways[0].conditions, &BOTH)
}

const FINE: [&str; 2] = ["Accepted=True Accepted", "Programmed=True Programmed"];

#[test]
fn conflicts_within_a_gateway_have_no_winner() {
    let check = |case: &str, listeners: &[Value], conflicts: &[(&str, &str)], expected: &[&str]| {
        let report = evaluate(&snapshot(&[class(), gateway("a/gw", &json!(listeners))]));
        for listener in &report.gateways[0].listeners {
            let conflict = conflicts.iter().find(|(name, _)| *name == listener.name);
            let got = of_listener(&report, &listener.name);
            match conflict {
                Some((_, reason)) => {
                    let lost = [
                        format!("Accepted=False {reason}"),
                        "Programmed=False Invalid".to_owned(),
                        format!("Conflicted=True {reason}"),
                    ];
                    assert_eq!(got, lost, "{case}: {}", listener.name);
                }
                None => assert_eq!(got, FINE, "{case}: {}", listener.name),
            }
        }
        assert_eq!(of_gateway(&report), expected, "{case}");
    };
    let invalid = [
        "Accepted=False ListenersNotValid",
        "Programmed=False Invalid",
    ];
    let partly = [
        "Accepted=True ListenersNotValid",
        "Programmed=True Programmed",
    ];
    let protocol = "ProtocolConflict";
    let hostname = "HostnameConflict";
    check(
        "8.34",
        &[
            listener("l1", 80, "HTTP", "a.com"),
            listener("l2", 80, "HTTP", "b.com"),
            listener("l3", 80, "TCP", ""),
        ],
        &[("l1", protocol), ("l2", protocol), ("l3", protocol)],
        &invalid,
    );
    check(
        "8.35",
        &[
            listener("l1", 80, "HTTP", "a.com"),
            listener("l2", 81, "TCP", ""),
            listener("l3", 81, "UDP", ""),
        ],
        &[],
        &FINE,
    );
    check(
        "one name twice",
        &[
            listener("l1", 80, "HTTP", "a.com"),
            listener("l2", 80, "HTTP", "a.com"),
            listener("l3", 81, "HTTP", "a.com"),
        ],
        &[("l1", hostname), ("l2", hostname)],
        &partly,
    );
    check(
        "no name twice",
        &[
            listener("l1", 80, "HTTP", ""),
            listener("l2", 80, "HTTP", ""),
        ],
        &[("l1", hostname), ("l2", hostname)],
        &invalid,
    );
    check(
        "a name and none",
        &[
            listener("l1", 80, "HTTP", ""),
            listener("l2", 80, "HTTP", "a.com"),
        ],
        &[],
        &FINE,
    );
    check(
        "cleartext and TLS",
        &[
            listener("l1", 443, "HTTP", "a.com"),
            listener("l2", 443, "TLS", "b.com"),
        ],
        &[("l1", protocol), ("l2", protocol)],
        &invalid,
    );
    check(
        "TCP twice",
        &[listener("l1", 80, "TCP", ""), listener("l2", 80, "TCP", "")],
        &[("l1", hostname), ("l2", hostname)],
        &invalid,
    );
    check(
        "UDP twice",
        &[listener("l1", 53, "UDP", ""), listener("l2", 53, "UDP", "")],
        &[("l1", hostname), ("l2", hostname)],
        &invalid,
    );
    check(
        "UDP beside TCP",
        &[listener("l1", 53, "UDP", ""), listener("l2", 53, "TCP", "")],
        &[],
        &FINE,
    );
}

#[test]
fn a_gateway_says_whose_sets_it_admits() {
    let check = |case: &str, rule: Option<&Value>, labels: &Value, expected: &[&str]| {
        let own = gateway("a/gw", &json!([listener("l", 80, "HTTP", "")]));
        let own = rule.map_or_else(|| own.clone(), |rule| open(own.clone(), rule));
        let added = set("team/s", &json!([listener("m", 81, "HTTP", "")]));
        let report = evaluate(&snapshot(&[class(), namespace("team", labels), own, added]));
        assert_eq!(of_set(&report, "team/s"), expected, "{case}");
        let admitted = expected == FINE;
        assert_eq!(
            report.gateways[0].attached_listener_sets,
            Some(u32::from(admitted)),
            "{case}"
        );
        assert_eq!(
            report.gateways[0].listeners.len(),
            1 + usize::from(admitted),
            "{case}"
        );
    };
    let refused = ["Accepted=False NotAllowed", "Programmed=False NotAllowed"];
    let none = json!({});
    let wanted = json!({"from": "Selector", "selector": {"matchLabels": {"x": "y"}}});
    check("8.38: absent is None", None, &none, &refused);
    check("empty is None", Some(&json!({})), &none, &refused);
    check("None", Some(&json!({"from": "None"})), &none, &refused);
    check("Same", Some(&json!({"from": "Same"})), &none, &refused);
    check("All", Some(&json!({"from": "All"})), &none, &FINE);
    check("Selector", Some(&wanted), &json!({"x": "y"}), &FINE);
    check("Selector, no label", Some(&wanted), &none, &refused);
}

#[test]
fn earlier_listeners_win_over_sets() {
    let own = |listeners: Value| open(gateway("a/gw", &listeners), &json!({"from": "All"}));
    let report = evaluate(&snapshot(&[
        class(),
        own(json!([listener("http", 80, "HTTP", "a.com")])),
        set("a/s", &json!([listener("mine", 80, "HTTP", "a.com")])),
    ]));
    assert_eq!(
        of_listener(&report, "http"),
        FINE,
        "8.36: the winner carries no Conflicted"
    );
    let lost = [
        "Accepted=False HostnameConflict",
        "Programmed=False HostnameConflict",
        "Conflicted=True HostnameConflict",
    ];
    assert_eq!(of_listener(&report, "a/s/mine"), lost, "8.36");
    let invalid = [
        "Accepted=False ListenersNotValid",
        "Programmed=False ListenersNotValid",
    ];
    assert_eq!(of_set(&report, "a/s"), invalid, "8.36");
    assert_eq!(
        of_gateway(&report)[0],
        "Accepted=True ListenersNotValid",
        "8.36"
    );

    let twice = |first: &str, second: &str, times: [Option<&str>; 2]| {
        let mut sets = [
            set(first, &json!([listener("x", 81, "HTTP", "")])),
            set(second, &json!([listener("x", 81, "HTTP", "")])),
        ];
        for (set, time) in sets.iter_mut().zip(times) {
            if let Some(time) = time {
                set["metadata"]["creationTimestamp"] = json!(time);
            }
        }
        let [one, two] = sets;
        evaluate(&snapshot(&[
            class(),
            own(json!([listener("http", 80, "HTTP", "")])),
            one,
            two,
        ]))
    };
    let old = Some("2024-01-01T00:00:00Z");
    let young = Some("2025-01-01T00:00:00Z");
    let report = twice("a/b", "b/a", [None, None]);
    assert_eq!(
        (of_set(&report, "a/b"), of_set(&report, "b/a")),
        (
            FINE.map(str::to_owned).to_vec(),
            invalid.map(str::to_owned).to_vec()
        ),
        "8.37: by name"
    );
    let report = twice("a/z", "b/a", [young, old]);
    assert_eq!(
        (of_set(&report, "b/a"), of_set(&report, "a/z")),
        (
            FINE.map(str::to_owned).to_vec(),
            invalid.map(str::to_owned).to_vec()
        ),
        "8.37: the older"
    );
}

#[test]
fn routes_attach_to_a_set_by_its_own_rules() {
    let from = |name: &str, port: u16, from: &str| {
        let mut one = listener(name, port, "HTTP", "");
        one["allowedRoutes"] = json!({"namespaces": {"from": from}});
        one
    };
    let world = |parent: Value, route_name: &str| {
        snapshot(&[
            class(),
            open(
                gateway("a/gw", &json!([from("l", 80, "All")])),
                &json!({"from": "All"}),
            ),
            set(
                "team/s",
                &json!([from("l", 81, "Same"), from("m", 82, "All")]),
            ),
            route(route_name, &json!([parent]), &json!([])),
        ])
    };
    let check = |case: &str, parent: Value, route: &str, expected: &[&str]| {
        assert_eq!(
            ends(&evaluate(&world(parent, route)), route),
            expected,
            "{case}"
        );
    };
    let to_set = || json!({"kind": "ListenerSet", "name": "s", "namespace": "team"});
    let section = |name: &str| json!({"name": "gw", "namespace": "a", "sectionName": name});
    check(
        "8.39: Same is the set's namespace",
        to_set(),
        "team/r",
        &["l attached - Accepted", "m attached - Accepted"],
    );
    check(
        "8.39: not the Gateway's",
        to_set(),
        "a/r",
        &[
            "l refused namespace NotAllowedByListeners",
            "m attached - Accepted",
        ],
    );
    check(
        "8.41: a set's entry is no section of the Gateway",
        section("m"),
        "a/r",
        &["- orphan listener NoMatchingParent"],
    );
    check(
        "8.42: a name may be in both",
        section("l"),
        "a/r",
        &["l attached - Accepted"],
    );
    let report = evaluate(&world(to_set(), "team/r"));
    let counts: Vec<(String, u32)> = report.gateways[0]
        .listeners
        .iter()
        .map(|one| (one.key(), one.attached_routes.computed))
        .collect();
    let expected = [
        ("l".to_owned(), 0),
        ("team/s/l".to_owned(), 1),
        ("team/s/m".to_owned(), 1),
    ];
    assert_eq!(counts, expected, "8.40: counters stand apart");
    let refused = snapshot(&[
        class(),
        gateway("a/gw", &json!([from("l", 80, "All")])),
        set("team/s", &json!([from("m", 82, "All")])),
        route("a/r", &json!([to_set()]), &json!([])),
    ]);
    assert_eq!(
        ends(&evaluate(&refused), "a/r"),
        ["m refused gateway NoMatchingParent"],
        "a set that is not admitted"
    );
    let lost = snapshot(&[
        class(),
        set("team/s", &json!([])),
        route("a/r", &json!([to_set()]), &json!([])),
    ]);
    assert_eq!(
        ends(&evaluate(&lost), "a/r"),
        ["- orphan gateway -"],
        "a set without its Gateway"
    );
}
