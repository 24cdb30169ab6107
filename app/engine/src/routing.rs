//! Where would this request go? Requests, the routing table and the decision.

mod decision;
mod request;

pub use decision::*;
pub use request::*;

use crate::report::Report;
use crate::snapshot::Snapshot;

/// Every rule of every route, attached or refused, ordered for lookup.
#[derive(Clone, Debug, Default)]
pub struct RoutingTable {}

impl RoutingTable {
    /// Builds the table of a report. Total.
    pub fn build(_snapshot: &Snapshot, _report: &Report) -> Self {
        Self {}
    }
}

/// Answers where `request` would go, with the whole ladder of candidates. Total.
pub fn decide(
    _snapshot: &Snapshot,
    _report: &Report,
    _table: &RoutingTable,
    _request: &Request,
) -> Decision {
    Decision::default()
}
