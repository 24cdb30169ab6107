//! Worlds from YAML and from short builders, for tests.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

pub(crate) mod conformance;
pub(crate) mod requests;

use engine::{RawObject, Report, RoutingTable, Snapshot};
use serde_json::{Value, json};

/// The documents of a YAML text as JSON values.
pub(crate) fn documents(yaml: &str) -> Vec<Value> {
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(yaml).expect("the test's YAML is legal");
    documents
        .into_iter()
        .filter(|document| !document.is_null())
        .collect()
}

/// A raw object of a JSON value.
pub(crate) fn raw(value: &Value) -> RawObject {
    RawObject {
        json: value.to_string().into(),
        origin: "test.yaml".into(),
    }
}

/// A snapshot of the given objects.
pub(crate) fn snapshot(objects: &[Value]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for object in objects {
        snapshot.apply(&raw(object));
    }
    snapshot
}

/// Snapshot, report and table of a YAML text.
pub(crate) fn world(yaml: &str) -> (Snapshot, Report, RoutingTable) {
    let snapshot = snapshot(&documents(yaml));
    let report = engine::evaluate(&snapshot);
    let table = RoutingTable::build(&snapshot, &report);
    (snapshot, report, table)
}

/// The word that a value has in JSON.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or("-").to_owned()
}

/// How the attachments of a route end, one line each: `listener verdict gate reason`, `-` for nothing.
pub(crate) fn ends(report: &Report, route: &str) -> Vec<String> {
    let own = report
        .attachments
        .iter()
        .filter(|one| format!("{}/{}", one.route.namespace, one.route.name) == route);
    own.map(|one| {
        let reason = if one.reason.is_empty() {
            "-"
        } else {
            one.reason
        };
        let listener = one.listener.as_deref().unwrap_or("-");
        format!(
            "{listener} {} {} {reason}",
            word(&one.verdict),
            word(&one.gate)
        )
    })
    .collect()
}

/// An object: `kind` and `metadata` in short, the rest as given.
pub(crate) fn object(kind: &str, name: &str, spec: &Value) -> Value {
    let version = match kind {
        "Namespace" | "Service" => "v1",
        "ReferenceGrant" => "gateway.networking.k8s.io/v1beta1",
        _ => "gateway.networking.k8s.io/v1",
    };
    let metadata = match name.split_once('/') {
        Some((namespace, name)) => json!({"namespace": namespace, "name": name}),
        None => json!({"name": name}),
    };
    json!({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec})
}

/// GatewayClass `class` with a controller.
pub(crate) fn class() -> Value {
    object(
        "GatewayClass",
        "class",
        &json!({"controllerName": "example.com/controller"}),
    )
}

/// A Gateway of class `class`.
pub(crate) fn gateway(name: &str, listeners: &Value) -> Value {
    object(
        "Gateway",
        name,
        &json!({"gatewayClassName": "class", "listeners": listeners}),
    )
}

/// An HTTPRoute with one rule to Service `s`.
pub(crate) fn route(name: &str, parents: &Value, hostnames: &Value) -> Value {
    let rules = json!([{"backendRefs": [{"name": "s", "port": 80}]}]);
    object(
        "HTTPRoute",
        name,
        &json!({"parentRefs": parents, "hostnames": hostnames, "rules": rules}),
    )
}

/// A Namespace with labels.
pub(crate) fn namespace(name: &str, labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

/// A Service with port 80.
pub(crate) fn service(name: &str) -> Value {
    object("Service", name, &json!({"ports": [{"port": 80}]}))
}
