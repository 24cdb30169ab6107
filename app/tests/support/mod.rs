//! Worlds for tests: from YAML, and generated from a few numbers.

use engine::{RawObject, Report, Snapshot};
use serde_json::{Value, json};

/// The ACME example.
pub const ACME: &str = include_str!("../../../end2end/clusters/acme.yaml");

/// The objects of a YAML text.
pub fn objects(yaml: &str) -> Vec<Value> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(yaml).expect("the test's YAML is legal");
    documents.into_iter().filter(|document| !document.is_null()).collect()
}

/// A snapshot of objects.
pub fn snapshot(objects: &[Value]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for object in objects {
        snapshot.apply(&RawObject { json: object.to_string().into(), origin: "test.yaml".into() });
    }
    snapshot
}

/// The report of objects.
pub fn report(objects: &[Value]) -> Report {
    engine::evaluate(&snapshot(objects))
}

/// A Namespace.
pub fn namespace(name: &str, labels: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

/// A GatewayClass `c`.
pub fn class() -> Value {
    json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "c"},
        "spec": {"controllerName": "example.com/c"}})
}

/// A Gateway `infra/name` with listeners.
pub fn gateway(name: &str, listeners: Value) -> Value {
    json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
        "metadata": {"name": name, "namespace": "infra"},
        "spec": {"gatewayClassName": "c", "listeners": listeners}})
}

/// An HTTP listener that admits Namespaces with `open=true`.
pub fn listener(name: &str, port: u16) -> Value {
    json!({"name": name, "protocol": "HTTP", "port": port, "allowedRoutes": {"namespaces":
        {"from": "Selector", "selector": {"matchLabels": {"open": "true"}}}}})
}

/// An HTTPRoute with parentRefs.
pub fn route(namespace: &str, name: &str, parents: Value) -> Value {
    json!({"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"parentRefs": parents, "rules": [{
            "matches": [{"path": {"type": "PathPrefix", "value": format!("/{name}")}}],
            "backendRefs": [{"name": name, "port": 80}]}]}})
}
