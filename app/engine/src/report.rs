//! Everything derived from a snapshot, as plain data; serialises with the names of the public JSON interface.

use crate::attachment::selector::LabelChange;
use crate::object::RouteKind;
use crate::sentence::Sentence;
use crate::snapshot::{Problem, Visibility};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The whole derived state. Equal for equal snapshots, whatever the order in which objects arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Gateways, sorted by namespace and name.
    pub gateways: Vec<GatewayReport>,
    /// ListenerSets, sorted by namespace and name.
    pub listener_sets: Vec<ListenerSetReport>,
    /// BackendTLSPolicies, sorted by namespace and name.
    pub policies: Vec<PolicyReport>,
    /// Routes, sorted by kind, namespace, name.
    pub routes: Vec<RouteReport>,
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

/// One route x parentRef x listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The route.
    pub route: RouteId,
    /// The parentRef with defaults applied.
    pub parent_ref: ParentRef,
    /// The parent object, if it exists.
    pub parent: Option<ObjectRef>,
    /// Listener name; `None` if the parentRef reaches none.
    pub listener: Option<String>,
    /// The ListenerSet that declares the listener, if one does.
    pub listener_set: Option<NamespacedName>,
    /// The Gateway that serves the listener, if it exists.
    pub gateway: Option<NamespacedName>,
    /// Outcome.
    pub verdict: Verdict,
    /// The gate that decided against or could not be read; `References` on an attached route with a backend that is
    /// known to be broken.
    pub gate: Option<Gate>,
    /// Reason word of the route's `Accepted` condition for this listener alone.
    pub reason: String,
    /// The one sentence, the same everywhere.
    pub sentence: Sentence,
    /// A refusal in few words that follow the listener's name: "refuses namespace `hr`: it has no label `a`".
    #[serde(skip)]
    pub brief: Sentence,
    /// A refusal that a person evidently wanted (a selector that simply does not match), not breakage.
    pub intended: bool,
    /// Effective hostnames on this listener; `*` alone means any. Empty unless attached.
    pub hostnames: Vec<String>,
    /// All gates in order, passed ones too.
    pub gates: Vec<GateResult>,
    /// What a conforming controller would write for the whole parentRef.
    pub computed: ComputedParent,
    /// What controllers wrote for this parentRef.
    pub reported: Vec<Reported>,
    /// How the two compare.
    pub agreement: Agreement,
    /// The comparison in words.
    pub agreement_sentence: Sentence,
    /// What would let a refused or orphaned route in, most likely first.
    pub remedies: Vec<Remedy>,
    /// Labels that would open the namespace gate; for "what would change the answer".
    #[serde(skip)]
    pub label_change: Option<LabelChange>,
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

/// One gate's outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GateResult {
    /// The gate.
    pub gate: Gate,
    /// What it said.
    pub outcome: GateOutcome,
    /// Two to four words for a small box: `label missing`, `HTTPRoute allowed`, `not reached`.
    pub summary: Sentence,
    /// The outcome as a full sentence; empty when not reached.
    pub sentence: Sentence,
    /// The inputs that led to it.
    pub evidence: Option<Evidence>,
}

/// Inputs of a gate, for a reader who wants to check it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Evidence {
    /// Namespace gate: the rule of the listener and the labels of the route's Namespace.
    Namespace(NamespaceEvidence),
    /// Hostname gate.
    #[serde(rename_all = "camelCase")]
    Hostname {
        /// `spec.listeners[].hostname`; `None` is any.
        listener: Option<String>,
        /// `spec.hostnames`; empty is any.
        route: Vec<String>,
        /// The hostnames of the route that this listener ignores.
        ignored: Vec<String>,
    },
    /// Kind gate.
    #[serde(rename_all = "camelCase")]
    Kind {
        /// Protocol of the listener.
        protocol: String,
        /// Kinds that it admits.
        allowed: Vec<String>,
    },
    /// Listener or Gateway gate: what was asked for, what there is, nearest first.
    #[serde(rename_all = "camelCase")]
    Choice {
        /// What was asked for.
        asked: String,
        /// What there is.
        existing: Vec<String>,
    },
    /// References gate: one row per backendRef.
    #[serde(rename_all = "camelCase")]
    References {
        /// The backendRefs in rule order.
        backends: Vec<BackendReport>,
    },
}

/// `allowedRoutes.namespaces` beside the labels of the route's Namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceEvidence {
    /// JSON path of the rule: `spec.listeners[0].allowedRoutes.namespaces.selector`.
    pub path: String,
    /// `from`: `All`, `Same`, `Selector`, or as written.
    pub from: String,
    /// The selector term by term; empty unless `from` is `Selector`.
    pub terms: Vec<SelectorTerm>,
    /// Namespace of the route.
    pub namespace: String,
    /// Labels of that Namespace, the ones asked for first if there are very many; `None` if it could not be read.
    pub labels: Option<BTreeMap<String, String>>,
}

/// One requirement of a label selector against live labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectorTerm {
    /// As people write it: `shared-gateway-access=true`, `env in (prod, qa)`, `!legacy`.
    pub text: String,
    /// Label key.
    pub key: String,
    /// What the labels say to it.
    pub outcome: TermOutcome,
    /// The value that the Namespace has, if it has the key.
    pub actual: Option<String>,
    /// A label that looks as if it was meant: `shared-gateway-acces=true`.
    pub near_miss: Option<String>,
}

/// What labels say to one requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermOutcome {
    /// Satisfied.
    Met,
    /// The key is not there.
    Missing,
    /// The key is there with a value that does not satisfy.
    WrongValue,
    /// The requirement itself is illegal, so that the selector selects nothing.
    Illegal,
    /// The labels cannot be read.
    Unknown,
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

/// What one controller wrote about a parentRef (`status.parents[]`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reported {
    /// The parentRef that it speaks of, with defaults applied; its index is that of the status entry.
    pub parent_ref: ParentRef,
    /// `controllerName`.
    pub controller: String,
    /// Conditions as written.
    pub conditions: Vec<Condition>,
}

/// A condition as a controller wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `type`.
    #[serde(rename = "type")]
    pub type_: String,
    /// `status`, as written.
    pub status: String,
    /// `reason`, as written.
    pub reason: String,
    /// `message`, as written.
    pub message: String,
    /// `observedGeneration`.
    pub observed_generation: Option<i64>,
    /// `lastTransitionTime`, as written.
    pub last_transition_time: Option<String>,
}

/// Something that would change a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// Who can do it.
    pub owner: Owner,
    /// What to do: "If this route should attach, a platform engineer can label the namespace."
    pub text: Sentence,
    /// Shell command to copy, quoted safely; `None` if there is no single one.
    pub command: Option<String>,
}

/// A Gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayReport {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `spec.gatewayClassName`.
    pub class: String,
    /// `spec.controllerName` of the class, if the class can be seen.
    pub controller: Option<String>,
    /// Computed conditions by type.
    pub conditions: BTreeMap<String, Computed>,
    /// What the controller wrote.
    pub reported: Vec<Condition>,
    /// Addresses from `status.addresses`, else from `spec.addresses`.
    pub addresses: Vec<String>,
    /// Listeners in order of precedence: the Gateway's own in spec order, then those of its ListenerSets.
    pub listeners: Vec<ListenerReport>,
    /// ListenerSets that name this Gateway, in order of precedence.
    pub listener_sets: Vec<ListenerSetReport>,
    /// Number of those that are accepted (`status.attachedListenerSets`); `None` if ListenerSets may be hidden.
    pub attached_listener_sets: Option<u32>,
    /// Distinct routes by their verdict over all their attachments at this Gateway.
    pub tally: Tally,
    /// Namespaces (sorted) with at least one attached route.
    pub attached_namespaces: Vec<String>,
}

/// A ListenerSet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerSetReport {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// The Gateway that it names.
    pub gateway: Option<NamespacedName>,
    /// Whether that Gateway admits it, in words.
    pub admission: Sentence,
    /// Computed conditions by type.
    pub conditions: BTreeMap<String, Computed>,
    /// What the controller wrote.
    pub reported: Vec<Condition>,
}

/// A BackendTLSPolicy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyReport {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Computed conditions, the same for every ancestor.
    pub conditions: BTreeMap<String, Computed>,
    /// Gateways through whose routes its Service is reached (`status.ancestors[]`).
    pub ancestors: Vec<NamespacedName>,
}

/// A listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerReport {
    /// Name.
    pub name: String,
    /// The ListenerSet that declares it.
    pub listener_set: Option<NamespacedName>,
    /// Port.
    pub port: u16,
    /// Protocol.
    pub protocol: String,
    /// Hostname; `None` is any.
    pub hostname: Option<String>,
    /// Kinds that can attach.
    pub supported_kinds: Vec<String>,
    /// Attached routes, computed and counted.
    pub attached_routes: AttachedRoutes,
    /// Computed conditions by type.
    pub conditions: BTreeMap<String, Computed>,
    /// Names of listeners it conflicts with.
    pub conflicts_with: Vec<String>,
    /// Whom it admits, in words: "admits namespaces with `shared-gateway-access=true`".
    pub admits: Sentence,
    /// The rule term by term without any Namespace: `shared-gateway-access=true`; for graph and matrix.
    pub admits_terms: Vec<String>,
    /// `from` after defaults: `Same`, `All`, `Selector`, or as written.
    pub from: String,
    /// Distinct routes by their verdict at this listener.
    pub tally: Tally,
}

impl ListenerReport {
    /// What tells it from all other listeners of its Gateway: its name, after that of its ListenerSet if it has one.
    pub fn key(&self) -> String {
        listener_key(self.listener_set.as_ref(), &self.name)
    }
}

impl Attachment {
    /// [`ListenerReport::key`] of its listener.
    pub fn listener_key(&self) -> Option<String> {
        let listener = self.listener.as_ref()?;
        Some(listener_key(self.listener_set.as_ref(), listener))
    }
}

fn listener_key(set: Option<&NamespacedName>, listener: &str) -> String {
    match set {
        Some(set) => format!("{}/{}/{listener}", set.namespace, set.name),
        None => listener.to_owned(),
    }
}

/// `attachedRoutes`: ours beside the controller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedRoutes {
    /// Distinct attached routes that we compute.
    pub computed: u32,
    /// `status.listeners[].attachedRoutes`, if written.
    pub counted: Option<u32>,
}

/// Counts by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Attached.
    pub attached: u32,
    /// Refused.
    pub refused: u32,
    /// Orphan.
    pub orphan: u32,
    /// Unknown.
    pub unknown: u32,
}

/// A route with its rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteReport {
    /// The route.
    pub route: RouteId,
    /// `metadata.generation`.
    pub generation: Option<i64>,
    /// `metadata.creationTimestamp`, as written.
    pub created: Option<String>,
    /// `spec.hostnames`.
    pub hostnames: Vec<String>,
    /// Number of parentRefs.
    pub parents: u32,
    /// Rules in order.
    pub rules: Vec<RuleReport>,
    /// Verdict over all attachments: attached if any is, else unknown if any is (it may be attached there), else
    /// refused, else orphan. A route without parentRefs is an orphan.
    pub verdict: Verdict,
    /// Status entries about parentRefs that are no longer there.
    pub leftovers: Vec<Reported>,
}

/// A rule of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleReport {
    /// `name`.
    pub name: Option<String>,
    /// Matches as people write them: `PathPrefix /hr`, `GET Exact /a, header x=1`.
    pub matches: Vec<String>,
    /// Filters as people write them: `RequestRedirect`.
    pub filters: Vec<String>,
    /// Backends.
    pub backends: Vec<BackendReport>,
    /// Path to try that this rule could serve, if one is evident.
    pub example_path: Option<String>,
}

/// A backendRef and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendReport {
    /// Rule index from 0.
    pub rule: u32,
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Port.
    pub port: Option<u16>,
    /// What it is for.
    pub role: BackendRole,
    /// Weight.
    pub weight: u32,
    /// Passed, failed, unknown.
    pub outcome: GateOutcome,
    /// Reason word: `ResolvedRefs`, `BackendNotFound`, `RefNotPermitted`, `InvalidKind`; `Unknown`.
    pub reason: String,
    /// In words: "same namespace, no grant needed".
    pub sentence: Sentence,
}

/// What a backendRef is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackendRole {
    /// Serves requests (`rules[].backendRefs`).
    #[default]
    Serves,
    /// Gets copies (`RequestMirror`).
    Mirrors,
}

/// A Namespace and the doors that its labels open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceReport {
    /// Name.
    pub name: String,
    /// Labels; `None` if the Namespace cannot be read.
    pub labels: Option<BTreeMap<String, String>>,
    /// False if the Namespace is only mentioned by objects in it.
    pub seen: bool,
    /// Number of routes in it.
    pub routes: u32,
}

/// Whether a listener admits a Namespace; made by [`crate::evaluate::doors`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Door {
    /// The Gateway.
    pub gateway: NamespacedName,
    /// The listener.
    pub listener: String,
    /// Passed (admitted), failed or unknown.
    pub outcome: GateOutcome,
    /// In two to four words: `label missing`.
    pub summary: Sentence,
    /// Why, in words.
    pub sentence: Sentence,
    /// True if a route of the Namespace is attached here.
    pub used: bool,
}
