//! `/api/v1/namespaces` and the page `/namespaces`: which labels open which doors?

use engine::report::NamespaceReport;
use serde::{Deserialize, Serialize};

/// The matrix of Namespaces and listeners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespacesView {
    /// Columns: every listener of every Gateway, in the order of each Namespace's doors.
    pub listeners: Vec<Column>,
    /// Rows, at most 200 a page.
    pub items: Vec<NamespaceReport>,
    /// Number of Namespaces.
    pub total: u32,
}

/// A listener as a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// Namespace of the Gateway.
    pub gateway_namespace: String,
    /// Name of the Gateway.
    pub gateway_name: String,
    /// Name of the listener.
    pub listener: String,
    /// "namespaces with `shared-gateway-access=true`".
    pub admits: engine::sentence::Sentence,
}
