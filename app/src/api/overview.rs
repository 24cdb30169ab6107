//! `/api/v1/overview` and the page `/`: is anything wrong, and what is shared?

use super::envelope::Answer;
use super::error::ApiError;
use super::gateways::GatewayRow;
use super::graph::Graph;
use super::routes::AttachmentRow;
use engine::report::Tally;
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};

/// The first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// "1 of 3 routes cannot attach"; the page's heading.
    pub headline: String,
    /// "1 shared Gateway · 4 namespaces · everything readable".
    pub subline: String,
    /// Distinct routes by verdict.
    pub tally: Tally,
    /// The worst Gateways first, at most five, with how many there are.
    pub gateways: Vec<GatewayRow>,
    /// Number of Gateways.
    pub gateways_total: u32,
    /// Graph of the first of them.
    pub graph: Option<Graph>,
    /// Attachments worst first, at most 20.
    pub attachments: Vec<AttachmentRow>,
    /// Number of attachments.
    pub attachments_total: u32,
    /// Gateways and listeners that a request can go through, for the tester's form.
    pub through: Vec<super::tester::Through>,
    /// URL that the tester's form starts with: the most telling request, such as that of a refused route.
    pub suggested_url: String,
}

/// The first page's data.
#[server(prefix = "/api/v1", endpoint = "overview", input = codec::GetUrl, output = codec::Json)]
pub async fn get_overview() -> Result<Answer<Overview>, ApiError> {
    let published = super::published()?;
    Ok(Answer::new(&published, "Overview", build(&published)))
}

/// Builds the first page's data. Pure.
#[cfg(feature = "ssr")]
pub fn build(published: &crate::published::Published) -> Overview {
    let _ = published;
    Overview {
        headline: String::new(),
        subline: String::new(),
        tally: Tally::default(),
        gateways: Vec::new(),
        gateways_total: 0,
        graph: None,
        attachments: Vec::new(),
        attachments_total: 0,
        through: Vec::new(),
        suggested_url: String::new(),
    }
}
