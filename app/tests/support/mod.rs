//! Worlds for tests: from YAML, and generated from a few numbers.

use engine::{RawObject, Report, Snapshot};
use serde_json::{Value, json};

/// The ACME example.
pub(crate) const ACME: &str = include_str!("../../../end2end/clusters/acme.yaml");

/// The objects of a YAML text.
pub(crate) fn objects(yaml: &str) -> Vec<Value> {
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(yaml).expect("the test's YAML is legal");
    documents
        .into_iter()
        .filter(|document| !document.is_null())
        .collect()
}

/// A snapshot of objects.
pub(crate) fn snapshot(objects: &[Value]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for object in objects {
        snapshot.apply(&RawObject {
            json: object.to_string().into(),
            origin: "test.yaml".into(),
        });
    }
    snapshot
}

/// The report of objects.
pub(crate) fn report(objects: &[Value]) -> Report {
    engine::evaluate(&snapshot(objects))
}

/// A Namespace.
pub(crate) fn namespace(name: &str, labels: Value) -> Value {
    let mut object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    object["metadata"]["labels"] = labels;
    object
}

/// A GatewayClass `c`.
pub(crate) fn class() -> Value {
    json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "c"},
        "spec": {"controllerName": "example.com/c"}})
}

/// A Gateway `infra/name` with listeners.
pub(crate) fn gateway(name: &str, listeners: Value) -> Value {
    let mut object = json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
        "metadata": {"name": name, "namespace": "infra"},
        "spec": {"gatewayClassName": "c"}});
    object["spec"]["listeners"] = listeners;
    object
}

/// An HTTP listener that admits Namespaces with `open=true`.
pub(crate) fn listener(name: &str, port: u16) -> Value {
    json!({"name": name, "protocol": "HTTP", "port": port, "allowedRoutes": {"namespaces":
        {"from": "Selector", "selector": {"matchLabels": {"open": "true"}}}}})
}

/// An HTTPRoute with parentRefs.
pub(crate) fn route(namespace: &str, name: &str, parents: Value) -> Value {
    let mut object = json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"rules": [{
            "matches": [{"path": {"type": "PathPrefix", "value": format!("/{name}")}}],
            "backendRefs": [{"name": name, "port": 80}]}]}});
    object["spec"]["parentRefs"] = parents;
    object
}
