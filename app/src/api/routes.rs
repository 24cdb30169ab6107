//! `/api/v1/routes`, `/api/v1/route` and the pages of routes: every attachment, one row each.

use super::graph::Graph;
use engine::report::{Agreement, Attachment, Gate, Remedy, RouteId, RouteReport, Verdict};
use engine::sentence::Sentence;
use serde::{Deserialize, Serialize};

/// One attachment in a table: what people read at a glance, without the gates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentRow {
    /// The route.
    pub route: RouteId,
    /// Index of the parentRef from 0.
    pub parent_ref: u32,
    /// Kind, namespace and name of the parent as asked for.
    pub parent_kind: String,
    /// Namespace of the parent.
    pub parent_namespace: String,
    /// Name of the parent.
    pub parent_name: String,
    /// True if the parent exists (so that a link makes sense).
    pub parent_exists: bool,
    /// Listener, if the parentRef reaches one.
    pub listener: Option<String>,
    /// Outcome.
    pub verdict: Verdict,
    /// The gate that decided.
    pub gate: Option<Gate>,
    /// The one sentence.
    pub sentence: Sentence,
    /// True for a refusal that somebody evidently wanted.
    pub intended: bool,
    /// Reason words that controllers reported for `Accepted`: `Accepted`, `NotAllowedByListeners`.
    pub reported: Vec<String>,
    /// How reported and computed compare.
    pub agreement: Agreement,
    /// The comparison in words.
    pub agreement_sentence: Sentence,
    /// First remedy.
    pub remedy: Option<Remedy>,
}

/// A route's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteView {
    /// The route with its rules.
    pub route: RouteReport,
    /// Its attachments with all gates, in parentRef and listener order.
    pub attachments: Vec<Attachment>,
    /// `attachedRoutes` per attachment's listener, in the same order: computed and counted.
    pub counted: Vec<Option<engine::report::AttachedRoutes>>,
    /// The graph centred on this route.
    pub graph: Graph,
    /// Requests to try, one per rule where one is evident: label and parameters of the tester.
    pub tries: Vec<super::tester::TryLink>,
}
