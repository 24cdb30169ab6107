//! Gateways with their listeners, ListenerSets, policies and Namespaces as people see them.

use super::{Computed, Condition, GateOutcome, NamespacedName};
use crate::sentence::Sentence;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// Name of a listener after that of its ListenerSet.
pub(super) fn listener_key(set: Option<&NamespacedName>, listener: &str) -> String {
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
