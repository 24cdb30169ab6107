//! `/api/v1/gateways`, `/api/v1/gateway` and the pages of Gateways.

use super::envelope::{Answer, Items};
use super::error::ApiError;
use super::graph::Graph;
use super::routes::AttachmentRow;
use engine::report::{GatewayReport, Tally};
use engine::sentence::Sentence;
use leptos::prelude::*;
use leptos::server_fn::codec;
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
    /// Health in words: what the controller says, and where its counts differ from ours.
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

/// All Gateways with their listeners, for JSON clients.
#[server(prefix = "/api/v1", endpoint = "gateways", input = codec::GetUrl, output = codec::Json)]
pub async fn list_gateways(
    /// Words in namespace, name, class or address.
    filter: Option<String>,
    /// `name` (the default), `class`, `attached`, `refused` or `unknown`, with `-` reversed.
    sort: Option<String>,
    /// How many, at most 10,000.
    limit: Option<u32>,
    /// How many to leave out first.
    offset: Option<u32>,
) -> Result<Answer<Items<GatewayReport>>, ApiError> {
    let published = super::published()?;
    let passing = list(
        &published.report,
        filter.as_deref().unwrap_or_default(),
        sort.as_deref().unwrap_or_default(),
    );
    let items = passing
        .iter()
        .skip(offset.unwrap_or(0) as usize)
        .take(limit.unwrap_or(500).min(10_000) as usize);
    let body = Items {
        items: items.map(|gateway| (*gateway).clone()).collect(),
        total: super::count(passing.len()),
    };
    Ok(Answer::new(&published, "GatewayList", body))
}

/// Rows of the Gateways table, worst first.
#[server(prefix = "/api/v1", endpoint = "gateway-rows", input = codec::GetUrl, output = codec::Json)]
pub async fn get_gateways() -> Result<Answer<Items<GatewayRow>>, ApiError> {
    let published = super::published()?;
    let rows = rows(&published.report);
    let body = Items {
        total: super::count(rows.len()),
        items: rows.into_iter().take(1000).collect(),
    };
    Ok(Answer::new(&published, "GatewayRows", body))
}

/// One Gateway with its listeners, graph and attachments.
#[server(prefix = "/api/v1", endpoint = "gateway", input = codec::GetUrl, output = codec::Json)]
pub async fn get_gateway(
    /// Namespace.
    namespace: String,
    /// Name.
    name: String,
    /// Only what goes through this listener.
    listener: Option<String>,
) -> Result<Answer<GatewayView>, ApiError> {
    let published = super::published()?;
    let listener = listener.filter(|listener| !listener.is_empty());
    let body = view(&published.report, &namespace, &name, listener).map_err(super::with_status)?;
    Ok(Answer::new(&published, "Gateway", body))
}

#[cfg(feature = "ssr")]
pub use build::*;

#[cfg(feature = "ssr")]
mod build {
    use super::*;
    use crate::api::error::Nearest;
    use crate::api::routes::{PAGE, row as attachment_row, worst_first};
    use crate::api::{count, graph};
    use engine::Report;
    use engine::report::Attachment;

    /// Rows of all Gateways, worst first.
    pub fn rows(report: &Report) -> Vec<GatewayRow> {
        let mut rows: Vec<GatewayRow> = report.gateways.iter().map(row).collect();
        rows.sort_by_key(|row| {
            let bad = row.tally.refused + row.tally.orphan;
            (
                std::cmp::Reverse(bad),
                row.healthy,
                row.namespace.clone(),
                row.name.clone(),
            )
        });
        rows
    }

    /// The row of a Gateway.
    pub fn row(gateway: &GatewayReport) -> GatewayRow {
        let (healthy, health) = health(gateway);
        GatewayRow {
            namespace: gateway.namespace.clone(),
            name: gateway.name.clone(),
            class: gateway.class.clone(),
            controller: gateway.controller.clone(),
            listeners: count(gateway.listeners.len()),
            attached_namespaces: gateway.attached_namespaces.clone(),
            tally: gateway.tally,
            openness: openness(gateway),
            addresses: gateway.addresses.clone(),
            health,
            healthy,
        }
    }

    /// Gateways that pass a filter, in the order of a column.
    pub fn list<'a>(report: &'a Report, filter: &str, column: &str) -> Vec<&'a GatewayReport> {
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        let passes = |gateway: &&GatewayReport| {
            let name = format!(
                "{}/{} {} {}",
                gateway.namespace,
                gateway.name,
                gateway.class,
                gateway.addresses.join(" ")
            );
            words.iter().all(|word| name.to_lowercase().contains(word))
        };
        let mut passing: Vec<&GatewayReport> = report.gateways.iter().filter(passes).collect();
        let (name, reverse) = column
            .strip_prefix('-')
            .map_or((column, false), |name| (name, true));
        match name {
            "class" => passing.sort_by_key(|gateway| gateway.class.as_str()),
            "attached" => passing.sort_by_key(|gateway| gateway.tally.attached),
            "refused" => {
                passing.sort_by_key(|gateway| gateway.tally.refused + gateway.tally.orphan);
            }
            "unknown" => passing.sort_by_key(|gateway| gateway.tally.unknown),
            _ => {}
        }
        if reverse {
            passing.reverse();
        }
        passing
    }

    /// Whom a Gateway is open to: each rule of its listeners once.
    fn openness(gateway: &GatewayReport) -> Sentence {
        let mut rules: Vec<&Sentence> = gateway
            .listeners
            .iter()
            .map(|listener| &listener.admits)
            .collect();
        rules.sort();
        rules.dedup();
        match rules.as_slice() {
            [] => Sentence::new().text("no listener"),
            [one] => open_to(one),
            [first, rest @ ..] => open_to(first).text(&format!(
                ", and {} more",
                crate::api::counted(count(rest.len()), "rule")
            )),
        }
    }

    /// "admits namespaces with `a=b`" as the property of a Gateway: "open to namespaces with `a=b`".
    fn open_to(admits: &Sentence) -> Sentence {
        match admits.as_str().strip_prefix("admits ") {
            Some(rest) if rest.starts_with("nobody") => admits.clone(),
            Some(rest) => match rest.strip_prefix("only ") {
                Some(own) => Sentence::new()
                    .text("open only to ")
                    .then(&Sentence::from_marked(own)),
                None => Sentence::new()
                    .text("open to ")
                    .then(&Sentence::from_marked(rest)),
            },
            None => admits.clone(),
        }
    }

    fn health(gateway: &GatewayReport) -> (bool, Sentence) {
        let bad = gateway
            .reported
            .iter()
            .find(|c| matches!(c.type_.as_str(), "Accepted" | "Programmed") && c.status == "False");
        if let Some(condition) = bad {
            let words = Sentence::new()
                .text("controller: ")
                .name(&format!("{}=False ({})", condition.type_, condition.reason));
            return (false, words);
        }
        let off = gateway.listeners.iter().find(|l| {
            l.attached_routes
                .counted
                .is_some_and(|counted| counted != l.attached_routes.computed)
        });
        if let Some(listener) = off {
            let counts = listener.attached_routes;
            let words = Sentence::new()
                .text("listener ")
                .name(&listener.name)
                .text(&format!(
                    " counts {} routes, Gatewatch {}",
                    counts.counted.unwrap_or(0),
                    counts.computed
                ));
            return (false, words);
        }
        let illegal = gateway.listeners.iter().find(|l| {
            l.conditions
                .values()
                .any(|c| c.status == engine::report::Status::False)
        });
        if let Some(listener) = illegal {
            return (
                false,
                Sentence::new()
                    .text("listener ")
                    .name(&listener.name)
                    .text(" is not valid"),
            );
        }
        let counted = gateway
            .listeners
            .iter()
            .any(|listener| listener.attached_routes.counted.is_some());
        (
            true,
            Sentence::new().text(if counted {
                "counts agree"
            } else {
                "the controller says nothing"
            }),
        )
    }

    /// The attachments at a Gateway, or at one of its listeners.
    pub fn at<'a>(
        report: &'a Report,
        gateway: &GatewayReport,
        listener: Option<&str>,
    ) -> Vec<&'a Attachment> {
        let here = report.attachments.iter().filter(|attachment| {
            attachment.gateway.as_ref().is_some_and(|served| {
                served.namespace == gateway.namespace && served.name == gateway.name
            }) && listener.is_none_or(|key| attachment.listener_key().as_deref() == Some(key))
        });
        worst_first(here)
    }

    /// A Gateway's page, or the nearest names.
    pub fn view(
        report: &Report,
        namespace: &str,
        name: &str,
        listener: Option<String>,
    ) -> Result<GatewayView, ApiError> {
        let Some(gateway) = report
            .gateways
            .iter()
            .find(|g| g.namespace == namespace && g.name == name)
        else {
            let asked = format!("{namespace}/{name}");
            let names: Vec<String> = report
                .gateways
                .iter()
                .map(|g| format!("{}/{}", g.namespace, g.name))
                .collect();
            let near = engine::nearest::nearest(&asked, names.iter().map(String::as_str), 3);
            let link = |near: &&str| {
                let (namespace, name) = near.split_once('/')?;
                Some(Nearest {
                    name: (*near).to_owned(),
                    href: crate::paths::gateway(namespace, name),
                })
            };
            let shown = engine::sentence::visible(&asked).into_owned();
            return Err(ApiError::not_found(
                format!("There is no Gateway {shown}."),
                near.iter().filter_map(link).collect(),
            ));
        };
        if let Some(asked) = &listener
            && !gateway
                .listeners
                .iter()
                .any(|listener| listener.key() == *asked)
        {
            let link = |listener: &engine::report::ListenerReport| Nearest {
                name: listener.key(),
                href: crate::paths::gateway_listener(namespace, name, &listener.key()),
            };
            let nearest = gateway.listeners.iter().take(5).map(link).collect();
            let shown = engine::sentence::visible(asked).into_owned();
            return Err(ApiError::not_found(
                format!("Gateway {namespace}/{name} has no listener {shown}."),
                nearest,
            ));
        }
        let attachments = at(report, gateway, listener.as_deref());
        Ok(GatewayView {
            row: row(gateway),
            graph: graph::of_gateway(report, gateway, listener.as_deref(), &attachments),
            attachments_total: count(attachments.len()),
            attachments: attachments
                .into_iter()
                .take(PAGE as usize)
                .map(|one| attachment_row(report, one))
                .collect(),
            gateway: gateway.clone(),
            listener,
        })
    }
}
