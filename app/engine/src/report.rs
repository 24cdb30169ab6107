//! Everything derived from a snapshot: verdicts of the whole cluster in little space, explanations on demand.

mod explained;
mod gateways;

pub use explained::*;
pub use gateways::*;

use crate::object::RouteKind;
use crate::snapshot::{Problem, Snapshot, Visibility};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The whole derived state. Equal for equal snapshots, whatever the order in which objects arrived.
///
/// Verdicts are held without words; [`Report::explain`] and [`Report::route`] say why, from the same snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What it was derived from.
    pub world: Snapshot,
    /// Gateways, sorted by namespace and name.
    pub gateways: Vec<GatewayReport>,
    /// ListenerSets, sorted by namespace and name.
    pub listener_sets: Vec<ListenerSetReport>,
    /// BackendTLSPolicies, sorted by namespace and name.
    pub policies: Vec<PolicyReport>,
    /// Routes, sorted by kind, namespace, name.
    pub routes: Vec<RouteSummary>,
    /// One item per route x parentRef x listener, sorted by route, parentRef index, listener index. A
    /// parentRef that reaches no listener has one item without listener.
    pub attachments: Vec<Attachment>,
    /// Namespaces, sorted by name; also those only mentioned by objects in them.
    pub namespaces: Vec<NamespaceReport>,
    /// How far each kind could be seen.
    pub visibility: Vec<Visibility>,
    /// Unreadable objects and other problems of input.
    pub problems: Vec<Problem>,
}

/// Outcome of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A listener or parent says no.
    Refused,
    /// The parent, section or port does not exist.
    Orphan,
    /// What decides cannot be seen.
    Unknown,
    /// The listener admits the route.
    Attached,
}

/// One check on the way to a listener, in the order of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// The Gateway's class exists and has a controller.
    Class,
    /// The parent exists.
    Gateway,
    /// `sectionName` and `port` select this listener.
    Listener,
    /// `allowedRoutes.kinds` and the listener's protocol.
    Kind,
    /// `allowedRoutes.namespaces`.
    Namespace,
    /// Hostname intersection.
    Hostname,
    /// backendRefs; never changes the verdict.
    References,
}

impl Gate {
    /// All gates in the order of the way.
    pub const ALL: [Self; 7] = [
        Self::Class,
        Self::Gateway,
        Self::Listener,
        Self::Kind,
        Self::Namespace,
        Self::Hostname,
        Self::References,
    ];
}

/// What a gate said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateOutcome {
    /// Passed.
    Passed,
    /// Failed: the first that fails is the reason of the verdict.
    Failed,
    /// Cannot be told from what we see.
    Unknown,
    /// An earlier gate already decided.
    NotReached,
}

/// How the controller's words compare with ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// Same status.
    Agrees,
    /// The status is older than what it speaks about.
    Stale,
    /// The status speaks about a parentRef that is no longer there.
    Leftover,
    /// The status says the opposite.
    Contradicts,
    /// No controller wrote anything.
    Silent,
    /// A controller spoke, but we cannot see enough to compare.
    Unknown,
}

/// Who can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Whoever runs Gateways and Namespaces.
    Platform,
    /// Whoever owns the route.
    Application,
}

/// Status of a condition: `True`, `False` or `Unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// `True`.
    True,
    /// `False`.
    False,
    /// `Unknown`.
    Unknown,
}

/// A condition that we compute (`conditions[].status`, `.reason`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Computed {
    /// Status.
    pub status: Status,
    /// Reason word of the Gateway API.
    pub reason: String,
}

/// One route x parentRef x listener: the verdict without words.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// The route.
    pub route: Arc<RouteId>,
    /// The parentRef with defaults applied.
    pub parent_ref: Arc<ParentRef>,
    /// Listener name; `None` if the parentRef reaches none.
    pub listener: Option<Arc<str>>,
    /// Place of that listener in the list that declares it, from 0.
    pub listener_index: usize,
    /// The ListenerSet that declares the listener, if one does.
    pub listener_set: Option<Arc<NamespacedName>>,
    /// The Gateway that serves the listener, if it exists.
    pub gateway: Option<Arc<NamespacedName>>,
    /// Outcome.
    pub verdict: Verdict,
    /// The gate that decided against or could not be read; `References` on an attached route with a backend that is
    /// known to be broken.
    pub gate: Option<Gate>,
    /// Reason word of the route's `Accepted` condition for this listener alone.
    pub reason: &'static str,
    /// A refusal that a person evidently wanted (a selector that simply does not match), not breakage.
    pub intended: bool,
    /// Effective hostnames on this listener; `*` alone means any. Empty unless attached.
    pub hostnames: Arc<[String]>,
    /// What a conforming controller would write for the whole parentRef.
    pub computed: Arc<ComputedParent>,
    /// How that compares with what controllers wrote.
    pub agreement: Agreement,
}

/// A route in few words; [`Report::route`] tells the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteSummary {
    /// The route.
    pub route: Arc<RouteId>,
    /// `metadata.creationTimestamp`, as written.
    pub created: Option<String>,
    /// `spec.hostnames`.
    pub hostnames: Arc<[String]>,
    /// Verdict over all attachments: attached if any is, else unknown if any is (it may be attached there), else
    /// refused, else orphan. A route without parentRefs is an orphan.
    pub verdict: Verdict,
    /// Whether all its references hold.
    pub references: GateOutcome,
    /// Number of status entries about parentRefs that are no longer there.
    pub leftovers: u32,
}

/// Names a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RouteId {
    /// Kind of route.
    pub kind: RouteKind,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// Namespace and name of an object whose kind is plain from the context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NamespacedName {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// Kind, namespace and name of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// A parentRef with its defaults applied (`spec.parentRefs[]`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParentRef {
    /// Index in `spec.parentRefs`, from 0.
    pub index: u32,
    /// API group.
    pub group: String,
    /// Kind, `Gateway` by default.
    pub kind: String,
    /// Namespace, the route's own by default.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Listener name asked for.
    pub section_name: Option<String>,
    /// Port asked for.
    pub port: Option<u16>,
}

/// What a conforming controller would write for a parentRef.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComputedParent {
    /// `Accepted`. `None` where a controller writes no entry at all (no such parent, foreign controller).
    pub accepted: Option<Computed>,
    /// `ResolvedRefs`.
    pub resolved_refs: Option<Computed>,
}

impl Attachment {
    /// True if its parent is a Service.
    pub fn is_in_mesh(&self) -> bool {
        let asked = &self.parent_ref;
        (asked.group.as_str(), asked.kind.as_str()) == ("", "Service")
    }

    /// [`ListenerReport::key`] of its listener.
    pub fn listener_key(&self) -> Option<String> {
        let listener = self.listener.as_ref()?;
        Some(gateways::listener_key(
            self.listener_set.as_deref(),
            listener,
        ))
    }
}
