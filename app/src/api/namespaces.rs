//! `/api/v1/namespaces` and the page `/namespaces`: which labels open which doors?

use super::envelope::Answer;
use super::error::ApiError;
use engine::report::{Door, NamespaceReport};
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};

/// The matrix of Namespaces and listeners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespacesView {
    /// Columns: listeners, in the order of each row's doors; at most 12.
    pub listeners: Vec<Column>,
    /// Number of listeners of all Gateways, or of the chosen one.
    pub listeners_total: u32,
    /// Rows, at most 200 a page.
    pub items: Vec<NamespaceRow>,
    /// Number of Namespaces.
    pub total: u32,
    /// Gateways to choose from (`namespace/name`).
    pub gateways: Vec<String>,
    /// The chosen Gateway, or empty for all.
    pub gateway: String,
    /// Page number from 1.
    pub page: u32,
    /// Number of pages.
    pub pages: u32,
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
    /// "admits namespaces with `shared-gateway-access=true`".
    pub admits: engine::sentence::Sentence,
}

/// A Namespace with one door per column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamespaceRow {
    /// The Namespace.
    pub namespace: NamespaceReport,
    /// Doors in column order.
    pub doors: Vec<Door>,
}

/// The matrix, of all Gateways or of one.
#[server(prefix = "/api/v1", endpoint = "namespaces", input = codec::GetUrl, output = codec::Json)]
pub async fn get_namespaces(
    /// Only the listeners of this Gateway (`namespace/name`).
    gateway: Option<String>,
    /// Page number from 1.
    page: Option<u32>,
) -> Result<Answer<NamespacesView>, ApiError> {
    let published = super::published()?;
    let body = build(
        &published,
        gateway.as_deref().unwrap_or_default(),
        page.unwrap_or(1),
    );
    Ok(Answer::new(&published, "Namespaces", body))
}

/// How many listeners fit beside each other.
#[cfg(feature = "ssr")]
const COLUMNS: usize = 12;

/// Builds the matrix. Pure.
#[cfg(feature = "ssr")]
pub fn build(published: &crate::published::Published, gateway: &str, page: u32) -> NamespacesView {
    use super::routes::PAGE;
    use engine::report::NamespacedName;
    let report = &published.report;
    let full = |g: &engine::report::GatewayReport| format!("{}/{}", g.namespace, g.name);
    let chosen: Vec<_> = report
        .gateways
        .iter()
        .filter(|g| gateway.is_empty() || full(g) == gateway)
        .collect();
    let columns: Vec<Column> = chosen
        .iter()
        .flat_map(|gateway| {
            gateway.listeners.iter().map(|listener| Column {
                gateway_namespace: gateway.namespace.clone(),
                gateway_name: gateway.name.clone(),
                listener: listener.key(),
                admits: listener.admits.clone(),
            })
        })
        .collect();
    let shown: Vec<Column> = columns.iter().take(COLUMNS).cloned().collect();
    let total = super::count(report.namespaces.len());
    let pages = total.div_ceil(PAGE).max(1);
    let page = page.clamp(1, pages);
    let doors = |namespace: &str| -> Vec<Door> {
        let all = chosen.iter().flat_map(|gateway| {
            let name = NamespacedName {
                namespace: gateway.namespace.clone(),
                name: gateway.name.clone(),
            };
            engine::evaluate::doors(&published.snapshot, report, &name, namespace)
        });
        all.take(shown.len()).collect()
    };
    let rows = report
        .namespaces
        .iter()
        .skip(((page - 1) * PAGE) as usize)
        .take(PAGE as usize);
    let items = rows.map(|namespace| NamespaceRow {
        doors: doors(&namespace.name),
        namespace: namespace.clone(),
    });
    NamespacesView {
        items: items.collect(),
        listeners_total: super::count(columns.len()),
        listeners: shown,
        total,
        gateways: report.gateways.iter().map(full).collect(),
        gateway: gateway.to_owned(),
        page,
        pages,
    }
}
