//! What an attachment and a route are explained with; made on demand, with the names of the public JSON interface.

use super::{
    Agreement, ComputedParent, Gate, GateOutcome, NamespacedName, ObjectRef, Owner, ParentRef,
    RouteId, Verdict, gateways::listener_key,
};
use crate::attachment::selector::LabelChange;
use crate::sentence::Sentence;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One route x parentRef x listener with everything that led to its verdict; made by [`Report::explain`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
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
    /// What the implementation that looks after the Gateway is known to do with the parentRef, where that is not what
    /// is computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// What would let a refused or orphaned route in, most likely first.
    pub remedies: Vec<Remedy>,
    /// Labels that would open the namespace gate; for "what would change the answer".
    #[serde(skip)]
    pub label_change: Option<LabelChange>,
}

/// What a known implementation does with a parentRef, where that differs from the specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Name of its profile: `cilium-1.20`.
    pub implementation: String,
    /// Whether it accepts the route; `None` where it writes no entry.
    pub accepted: Option<bool>,
    /// True if it serves what the listeners were meant to keep out.
    pub served: bool,
    /// In words.
    pub sentence: Sentence,
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

impl Explained {
    /// [`super::ListenerReport::key`] of its listener.
    pub fn listener_key(&self) -> Option<String> {
        let listener = self.listener.as_ref()?;
        Some(listener_key(self.listener_set.as_ref(), listener))
    }
}
