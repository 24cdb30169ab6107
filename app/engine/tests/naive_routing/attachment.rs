//! Which routes a listener admits, and under which hostnames: section by section of the specification, over JSON.

use super::worlds::{World, list, text};
use serde_json::Value;

const GROUP: &str = "gateway.networking.k8s.io";

/// The hostnames under which the listener serves the route; none if it does not. `*` is any.
pub(crate) fn hostnames(world: &World, route: &Value, listener: &Value) -> Vec<String> {
    let parents = list(&route["spec"]["parentRefs"]);
    let selects = parents.iter().any(|one| selects(one, route, listener));
    if !selects || !kind_allowed(route, listener) || !namespace_allowed(world, route, listener) {
        return Vec::new();
    }
    let listener = listener["hostname"].as_str().unwrap_or("*");
    match list(&route["spec"]["hostnames"]) {
        [] => vec![listener.to_owned()],
        own => own
            .iter()
            .filter_map(|name| intersection(listener, text(name)))
            .map(str::to_owned)
            .collect(),
    }
}

/// `parentRefs[]`: Gateway `a/gw`, and `sectionName` and `port` on the same listener.
fn selects(parent: &Value, route: &Value, listener: &Value) -> bool {
    let or =
        |field: &str, default: &'static str| parent[field].as_str().unwrap_or(default) == default;
    let namespace = match &parent["namespace"] {
        Value::Null => &route["metadata"]["namespace"],
        given => given,
    };
    or("group", GROUP)
        && or("kind", "Gateway")
        && namespace == "a"
        && parent["name"] == "gw"
        && (parent["sectionName"].is_null() || parent["sectionName"] == listener["name"])
        && (parent["port"].is_null() || parent["port"] == listener["port"])
}

/// `allowedRoutes.kinds` of a listener for HTTP or HTTPS, which carry HTTPRoutes and GRPCRoutes.
fn kind_allowed(route: &Value, listener: &Value) -> bool {
    let kinds = list(&listener["allowedRoutes"]["kinds"]);
    kinds.is_empty()
        || kinds.iter().any(|one| {
            one["group"].as_str().unwrap_or(GROUP) == GROUP && one["kind"] == route["kind"]
        })
}

/// `allowedRoutes.namespaces` of a listener of a Gateway in namespace `a`.
fn namespace_allowed(world: &World, route: &Value, listener: &Value) -> bool {
    let allowed = &listener["allowedRoutes"]["namespaces"];
    let namespace = text(&route["metadata"]["namespace"]);
    match allowed["from"].as_str().unwrap_or("Same") {
        "All" => true,
        "Selector" => allowed
            .get("selector")
            .is_some_and(|selector| selected(world, namespace, selector)),
        _ => namespace == "a",
    }
}

fn selected(world: &World, namespace: &str, selector: &Value) -> bool {
    let object = world
        .of_kind("Namespace")
        .find(|one| one["metadata"]["name"] == namespace)
        .expect("all Namespaces are there");
    let label = |key: &str| match key {
        "kubernetes.io/metadata.name" => Some(namespace),
        _ => object["metadata"]["labels"][key].as_str(),
    };
    let labels = selector["matchLabels"].as_object();
    let labels = labels.into_iter().flatten();
    let expressions = list(&selector["matchExpressions"]);
    labels
        .into_iter()
        .all(|(key, value)| label(key) == value.as_str())
        && expressions.iter().all(|one| {
            let found = label(text(&one["key"]));
            let among = found.is_some_and(|found| list(&one["values"]).iter().any(|v| v == found));
            match text(&one["operator"]) {
                "In" => among,
                "NotIn" => !among,
                "Exists" => found.is_some(),
                "DoesNotExist" => found.is_none(),
                other => panic!("{other} is no operator of this test"),
            }
        })
}

/// The more specific of two hostnames that have names in common.
fn intersection<'a>(listener: &'a str, route: &'a str) -> Option<&'a str> {
    if covers(listener, route) {
        Some(route)
    } else if covers(route, listener) {
        Some(listener)
    } else {
        None
    }
}

/// True if every name of `narrow`, a hostname with or without wildcard, is one of `wide`.
pub(crate) fn covers(wide: &str, narrow: &str) -> bool {
    match wide.strip_prefix('*') {
        Some("") => true,
        Some(suffix) => match narrow.strip_prefix('*') {
            Some(other) => other.ends_with(suffix),
            None => narrow.len() > suffix.len() && narrow.ends_with(suffix),
        },
        None => wide == narrow,
    }
}
