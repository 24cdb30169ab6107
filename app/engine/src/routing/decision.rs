//! The answer to a request; serialises with the names of the public JSON interface (`try`).

use super::request::Request;
use crate::object::RouteKind;
use crate::report::{Gate, NamespacedName, RouteId, Verdict};
use crate::sentence::Sentence;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The whole answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The request as it was understood.
    pub request: Request,
    /// What happens.
    pub outcome: Outcome,
    /// Status that the gateway itself would send; `None` with outcome `backend` and where unknown.
    pub status: Option<u16>,
    /// Status of gRPC, by its name, that a client of gRPC sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grpc_status: Option<String>,
    /// Name of the profile that was answered by: `spec`, `cilium-1.20`.
    #[serde(default)]
    pub implementation: String,
    /// Gateway that takes the request.
    pub gateway: Option<NamespacedName>,
    /// Listener that takes it.
    pub listener: Option<String>,
    /// Rule that wins.
    pub route: Option<RuleId>,
    /// `Location` of a redirect.
    pub location: Option<String>,
    /// What the backend would see instead of the request's own host and path.
    pub rewritten: Option<Rewritten>,
    /// Header changes towards the backend, by name.
    pub request_headers: BTreeMap<String, String>,
    /// Header changes towards the client, by name.
    pub response_headers: BTreeMap<String, String>,
    /// Those of them that come after what the backend itself sends under that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_headers_appended: Vec<String>,
    /// Backends of the winning rule with their shares.
    pub backends: Vec<BackendShare>,
    /// Backends that get copies.
    #[serde(default)]
    pub mirrors: Vec<Mirror>,
    /// Timeouts and retries of the winning rule, as written.
    #[serde(default)]
    pub timeouts: BTreeMap<String, String>,
    /// The answer in one or two sentences: what happens.
    pub sentence: Sentence,
    /// Why, where the answer is not a backend: the refused rule that would have served it, and its reason.
    pub because: Sentence,
    /// The ladder: winner first, then refused rules that match, then the others by how far they came.
    pub candidates: Vec<Candidate>,
    /// Number of candidates before the list was cut.
    pub candidates_total: u32,
    /// Changes that would let a refused rule in.
    pub counterfactuals: Vec<Counterfactual>,
    /// Requests that would have matched.
    pub near_misses: Vec<NearMiss>,
    /// What the specification leaves to implementations.
    pub assumptions: Vec<Assumption>,
    /// Where redirects lead, step by step, from the request itself; empty if it is not redirected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<Hop>,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A backend serves it.
    Backend,
    /// The gateway redirects.
    Redirect,
    /// The gateway answers with an error (500).
    Error,
    /// No attached rule matches (404).
    NotFound,
    /// Nothing listens there.
    RefusedConnection,
    /// Bytes are passed on.
    Passthrough,
    /// What decides cannot be seen or is not understood.
    #[default]
    Unknown,
}

/// Names a match of a rule; indexes from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleId {
    /// Kind of the route.
    pub kind: RouteKind,
    /// Namespace of the route.
    pub namespace: String,
    /// Name of the route.
    pub name: String,
    /// Rule index.
    pub rule: u32,
    /// Match index.
    #[serde(rename = "match")]
    pub match_: u32,
    /// Rule name.
    pub rule_name: Option<String>,
}

impl RuleId {
    /// The route that the rule is of.
    pub fn route(&self) -> RouteId {
        RouteId {
            kind: self.kind,
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

/// Host and path after URLRewrite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewritten {
    /// Host.
    pub host: Option<String>,
    /// Path.
    pub path: Option<String>,
}

/// A backend of the winning rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackendShare {
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Port.
    pub port: Option<u16>,
    /// Weight.
    pub weight: u32,
    /// Share of requests, 0 to 1.
    pub share: f64,
    /// False if the reference is broken: its share is answered 500.
    pub resolved: bool,
    /// In words, where it is broken or unknown.
    pub sentence: Sentence,
}

/// A backend that gets copies of requests (`RequestMirror`); its answers are dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mirror {
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Port.
    pub port: Option<u16>,
    /// Share of requests that are copied, 0 to 1.
    pub share: f64,
    /// False if the reference is broken: nothing is copied.
    pub resolved: bool,
}

/// A rule that was considered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The route.
    pub route: RouteId,
    /// Rule index.
    pub rule: u32,
    /// Match index.
    #[serde(rename = "match")]
    pub match_: u32,
    /// Listener at which it was considered.
    pub listener: Option<String>,
    /// True if its route is attached to that listener.
    pub attached: bool,
    /// Verdict of its attachment.
    pub verdict: Verdict,
    /// The match as people write it: `PathPrefix /hr`.
    pub matches: String,
    /// Where it lost; `None` for the winner.
    pub lost_at: Option<LostAt>,
    /// The gate that refused its route, where `lost_at` is `gate`.
    pub gate: Option<Gate>,
    /// In words.
    pub sentence: Sentence,
}

/// The step at which a candidate lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LostAt {
    /// Its route is not attached; the rest matches.
    Gate,
    /// Another candidate that also matches has precedence.
    Precedence,
    /// Not understood yet: cannot be predicted.
    Unpredictable,
    /// Query parameters.
    Query,
    /// Headers.
    Headers,
    /// Method.
    Method,
    /// Path.
    Path,
    /// Hostname.
    Hostname,
}

/// One step of a client that follows redirects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// The URL asked.
    pub url: String,
    /// What happens.
    pub outcome: Outcome,
    /// Status of the gateway.
    pub status: Option<u16>,
    /// True if this URL was asked before: the redirects lead in a circle.
    pub again: bool,
    /// In words.
    pub sentence: Sentence,
}

/// A change that would change the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterfactual {
    /// The change in words.
    pub change: Sentence,
    /// Command to copy.
    pub command: Option<String>,
    /// What the answer would be then, found by evaluating that change.
    pub outcome: Sentence,
}

/// A request close to this one that would match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearMiss {
    /// Part of the request: `host`, `path`, `method`, ...
    pub part: String,
    /// What a rule wants.
    pub expected: String,
    /// What the request has.
    pub got: String,
    /// In words.
    pub sentence: Sentence,
}

/// A point that the specification leaves open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assumption {
    /// Name of the switch: `listener isolation`.
    pub name: String,
    /// Its value: `on`.
    pub value: String,
    /// True if the other value gives another answer.
    pub changes_answer: bool,
    /// The other answer, in words.
    pub alternative: Option<Sentence>,
}
