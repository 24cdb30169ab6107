//! `/api/v1/gateways`, `/api/v1/gateway` and the pages of Gateways.

use super::graph::Graph;
use super::routes::AttachmentRow;
use engine::report::{GatewayReport, Tally};
use engine::sentence::Sentence;
use serde::{Deserialize, Serialize};

/// One Gateway in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayRow {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Class.
    pub class: String,
    /// Controller, if the class can be seen.
    pub controller: Option<String>,
    /// Number of listeners.
    pub listeners: u32,
    /// Namespaces with attached routes.
    pub attached_namespaces: Vec<String>,
    /// Distinct routes by verdict.
    pub tally: Tally,
    /// Whom it is open to: "open to namespaces with `shared-gateway-access=true`".
    pub openness: Sentence,
    /// Addresses.
    pub addresses: Vec<String>,
    /// Health in words, with computed against reported: "healthy", "a listener is not valid".
    pub health: Sentence,
    /// False if something about the Gateway itself needs a look.
    pub healthy: bool,
}

/// A Gateway's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayView {
    /// The Gateway.
    pub gateway: GatewayReport,
    /// Row data, for the header.
    pub row: GatewayRow,
    /// Chosen listener, if one was.
    pub listener: Option<String>,
    /// Graph of the Gateway, or of the chosen listener.
    pub graph: Graph,
    /// Attachments, worst first, at most 200.
    pub attachments: Vec<AttachmentRow>,
    /// Number of attachments.
    pub attachments_total: u32,
}
