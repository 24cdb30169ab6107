//! Worlds from YAML, for tests.

use engine::{RawObject, Report, RoutingTable, Snapshot};
use serde_json::Value;

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
