//! Random HTTPRoutes and GRPCRoutes whose hostnames, paths and names meet often.

use super::dice::Dice;
use super::rules;
use super::worlds::NAMESPACES;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const HOSTS: [&str; 9] = [
    "a.example.com",
    "*.example.com",
    "*.a.example.com",
    "x.a.example.com",
    "*.com",
    "example.com",
    "b.org",
    "b.example.com",
    "*.badexample.com",
];

const NAMES: [&str; 4] = ["r", "s", "r-1", "z"];

const TIMES: [&str; 4] = [
    "2024-05-01T00:00:00Z",
    "2024-05-01T00:00:00Z",
    "2024-05-01T00:00:01Z",
    "2023-12-31T23:59:59Z",
];

/// The routes of a world whose listeners have these names.
pub(crate) fn random(dice: &mut Dice, listeners: &[String]) -> Vec<Value> {
    // Either all have a time of creation or none: what an absent one is worth beside others is written nowhere.
    let times = dice.percent(85);
    // Some worlds speak about one host only, so that the later steps of precedence decide.
    let hosts = match dice.below(3) {
        0 => dice.some(&HOSTS, 1),
        1 => dice.some(&HOSTS, 3),
        _ => HOSTS.to_vec(),
    };
    let regular = dice.percent(25);
    let http = dice.between(1, 8);
    let grpc = dice.below(8).saturating_sub(4);
    let mut taken = BTreeSet::new();
    let mut routes = Vec::new();
    for number in 0..http + grpc {
        let kind = if number < http {
            "HTTPRoute"
        } else {
            "GRPCRoute"
        };
        let name = format!("{}/{}", dice.pick(&NAMESPACES), dice.pick(&NAMES));
        if taken.insert((kind, name.clone())) {
            let mut one = route(dice, kind, &name, regular);
            let namespace = name.split('/').next().unwrap_or_default();
            one["spec"]["parentRefs"] = json!(parents(dice, namespace, listeners));
            if dice.percent(70) {
                one["spec"]["hostnames"] = json!(dice.some(&hosts, 3));
            }
            if times {
                one["metadata"]["creationTimestamp"] = json!(dice.pick(&TIMES));
            }
            routes.push(one);
        }
    }
    routes
}

fn route(dice: &mut Dice, kind: &str, name: &str, regular: bool) -> Value {
    let mut spec = json!({});
    // An absent list has a default in HTTPRoutes and means no rule in GRPCRoutes.
    if dice.percent(97) {
        let count = dice.between(1, 4);
        let rules: Vec<Value> = (0..count)
            .map(|_| match kind {
                "HTTPRoute" => rules::http(dice, regular),
                _ => rules::grpc(dice, regular),
            })
            .collect();
        spec["rules"] = json!(rules);
    }
    crate::support::object(kind, name, &spec)
}

fn parents(dice: &mut Dice, namespace: &str, listeners: &[String]) -> Vec<Value> {
    let whole = |dice: &mut Dice| {
        let mut one = json!({"name": "gw"});
        if namespace != "a" || dice.percent(20) {
            one["namespace"] = json!("a");
        }
        one
    };
    let mut one = whole(dice);
    match dice.below(30) {
        0..=2 => one["sectionName"] = json!(dice.pick(listeners)),
        3..=4 => one["port"] = json!(dice.pick(&[80, 81, 443])),
        5 => {
            one["sectionName"] = json!(dice.pick(listeners));
            one["port"] = json!(dice.pick(&[80, 443]));
        }
        6 => return vec![json!({"name": "gw"})],
        7 => return vec![json!({"name": "other", "namespace": "a"})],
        8 => one["kind"] = json!("Service"),
        9 if listeners.len() > 1 => {
            let mut other = whole(dice);
            one["sectionName"] = json!(listeners[0]);
            other["sectionName"] = json!(listeners[1]);
            return vec![one, other];
        }
        _ => {}
    }
    vec![one]
}
