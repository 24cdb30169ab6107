//! What a listener says to a route: kinds, namespaces, hostnames, each by the letter of the specification.

use crate::reading::{GROUP, find, kind, list, text, text_or, texts};
use serde_json::Value;
use std::collections::BTreeMap;

/// Protocols of which the specification says which kinds of route they take. Others are implementation-defined.
pub(crate) const PROTOCOLS: [&str; 5] = ["HTTP", "HTTPS", "TLS", "TCP", "UDP"];

fn fitting_kinds(protocol: &str) -> &'static [&'static str] {
    match protocol {
        "HTTP" | "HTTPS" => &["HTTPRoute", "GRPCRoute"],
        "TLS" => &["TLSRoute"],
        "TCP" => &["TCPRoute"],
        "UDP" => &["UDPRoute"],
        _ => &[],
    }
}

/// `allowedRoutes.kinds`: the kinds that can attach, and whether one is listed that cannot.
pub(crate) fn kinds(listener: &Value) -> (Vec<&'static str>, bool) {
    let fitting = fitting_kinds(text(listener, "/protocol"));
    let listed = list(listener, "/allowedRoutes/kinds");
    if listed.is_empty() {
        return (fitting.to_vec(), false);
    }
    let mut usable = Vec::new();
    let mut illegal = false;
    for one in listed {
        let known = text_or(one, "/group", GROUP) == GROUP;
        let found = fitting.iter().find(|kind| **kind == text(one, "/kind"));
        match found {
            Some(kind) if known => usable.push(*kind),
            _ => illegal = true,
        }
    }
    (usable, illegal)
}

/// Whether the kind of a route can attach; none if it is not ruled out and the protocol is implementation-defined.
pub(crate) fn takes_kind(listener: &Value, route: &Value) -> Option<bool> {
    if PROTOCOLS.contains(&text(listener, "/protocol")) {
        return Some(kinds(listener).0.contains(&kind(route)));
    }
    let listed = list(listener, "/allowedRoutes/kinds");
    let is_it =
        |one: &Value| text_or(one, "/group", GROUP) == GROUP && text(one, "/kind") == kind(route);
    let ruled_out = !listed.is_empty() && !listed.iter().any(is_it);
    ruled_out.then_some(false)
}

/// Whether `namespaces` of an object in `home` admits a namespace. `default` is what an absent `from` means.
pub(crate) fn admits_namespace(
    world: &[Value],
    namespaces: &Value,
    default: &str,
    (home, namespace): (&str, &str),
) -> bool {
    match text_or(namespaces, "/from", default) {
        "All" => true,
        "Same" => home == namespace,
        "Selector" => namespaces
            .get("selector")
            .is_some_and(|selector| selects(selector, &labels(world, namespace))),
        _ => false,
    }
}

/// Labels of a Namespace with the one that the API server adds.
fn labels<'a>(world: &'a [Value], namespace: &'a str) -> BTreeMap<&'a str, &'a str> {
    let mut labels = BTreeMap::new();
    let object = find(world, ["Namespace", "", namespace]);
    let written = object.and_then(|object| object.pointer("/metadata/labels")?.as_object());
    for (key, value) in written.into_iter().flatten() {
        labels.insert(key.as_str(), value.as_str().unwrap_or(""));
    }
    labels.insert("kubernetes.io/metadata.name", namespace);
    labels
}

/// A label selector. One illegal term makes the whole select nothing.
fn selects(selector: &Value, labels: &BTreeMap<&str, &str>) -> bool {
    is_legal(selector) && holds(selector, labels)
}

fn holds(selector: &Value, labels: &BTreeMap<&str, &str>) -> bool {
    let wanted = selector.get("matchLabels").and_then(Value::as_object);
    for (key, value) in wanted.into_iter().flatten() {
        if labels.get(key.as_str()).copied() != value.as_str() {
            return false;
        }
    }
    for term in list(selector, "/matchExpressions") {
        let label = labels.get(text(term, "/key"));
        let listed = label.is_some_and(|label| texts(term, "/values").contains(label));
        let holds = match text(term, "/operator") {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => label.is_some(),
            _ => label.is_none(),
        };
        if !holds {
            return false;
        }
    }
    true
}

/// Whether the terms of a selector are such that Kubernetes can evaluate them.
pub(crate) fn is_legal(selector: &Value) -> bool {
    let labels = selector.get("matchLabels").and_then(Value::as_object);
    for (key, _) in labels.into_iter().flatten() {
        if !is_label_key(key) {
            return false;
        }
    }
    for term in list(selector, "/matchExpressions") {
        let values = !list(term, "/values").is_empty();
        let legal = match text(term, "/operator") {
            "In" | "NotIn" => values,
            "Exists" | "DoesNotExist" => !values,
            _ => false,
        };
        if !legal || !is_label_key(text(term, "/key")) {
            return false;
        }
    }
    true
}

/// Enough for the keys that the worlds have: words of letters, digits and `-_.`, at most one slash.
fn is_label_key(key: &str) -> bool {
    let is_word = |word: &str| {
        let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        !word.is_empty() && word.chars().all(fits)
    };
    key.split('/').count() <= 2 && key.split('/').all(is_word)
}

/// The hostnames that a route serves on a listener; none if they do not intersect. Missing is written `*`.
pub(crate) fn served(listener: &str, route: &[&str]) -> Vec<String> {
    if route.is_empty() {
        let any = if listener.is_empty() { "*" } else { listener };
        return vec![any.to_owned()];
    }
    let mut served = Vec::new();
    for hostname in route {
        if let Some(both) = intersection(listener, hostname) {
            served.push(both.to_owned());
        }
    }
    served
}

fn intersection<'a>(listener: &'a str, route: &'a str) -> Option<&'a str> {
    if listener.is_empty() || listener == route || is_under(route, listener) {
        Some(route)
    } else if is_under(listener, route) {
        Some(listener)
    } else {
        None
    }
}

/// Whether a wildcard covers a name or a longer wildcard: `*.` stands for one label or more.
fn is_under(name: &str, wildcard: &str) -> bool {
    let name = name.strip_prefix('*').unwrap_or(name);
    let Some(suffix) = wildcard.strip_prefix('*') else {
        return false;
    };
    name.len() > suffix.len() && name.ends_with(suffix)
}
