//! An answer in a form in which the engine's and the naive one can be compared.

use engine::routing::{Decision, Outcome, RuleId};
use std::collections::BTreeMap;

/// What happens to a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) grpc_status: Option<String>,
    pub(crate) listener: Option<String>,
    /// Kind, `namespace/name`, rule and match.
    pub(crate) rule: Option<(String, String, usize, usize)>,
    pub(crate) location: Option<String>,
    /// Host and path that the backend sees, where a backend takes the request.
    pub(crate) seen: Option<(String, String)>,
    pub(crate) request_headers: BTreeMap<String, String>,
    pub(crate) response_headers: BTreeMap<String, String>,
    pub(crate) backends: Vec<Share>,
}

/// A backend with its share in millionths.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    pub(crate) kind: String,
    /// `namespace/name:port`.
    pub(crate) name: String,
    pub(crate) weight: u64,
    pub(crate) millionths: u64,
    pub(crate) resolved: bool,
}

impl Answer {
    /// An answer that no rule gives.
    pub(crate) fn without_rule(
        outcome: Outcome,
        status: Option<u16>,
        listener: Option<&str>,
    ) -> Self {
        Self {
            outcome,
            status,
            grpc_status: None,
            listener: listener.map(str::to_owned),
            rule: None,
            location: None,
            seen: None,
            request_headers: BTreeMap::new(),
            response_headers: BTreeMap::new(),
            backends: Vec::new(),
        }
    }

    /// A client of gRPC sees 404 as UNIMPLEMENTED and 500 as UNAVAILABLE.
    pub(crate) fn tell_grpc(&mut self) {
        let status = match self.status {
            Some(404) => Some("UNIMPLEMENTED"),
            Some(500) => Some("UNAVAILABLE"),
            _ => None,
        };
        self.grpc_status = status.map(str::to_owned);
    }

    /// What the engine says.
    pub(crate) fn of_engine(decision: &Decision) -> Self {
        let backend = decision.outcome == Outcome::Backend;
        let rewritten = decision.rewritten.as_ref();
        let host = rewritten.and_then(|to| to.host.clone());
        let path = rewritten.and_then(|to| to.path.clone());
        let request = &decision.request;
        let host = host.unwrap_or_else(|| request.host_name());
        let path = path.unwrap_or_else(|| request.path.clone());
        let headers = |headers: &BTreeMap<String, String>| match backend {
            true => headers.clone(),
            false => BTreeMap::new(),
        };
        Self {
            outcome: decision.outcome,
            status: decision.status,
            grpc_status: decision.grpc_status.clone(),
            listener: decision.listener.clone(),
            rule: decision.route.as_ref().map(rule),
            location: decision.location.clone(),
            seen: backend.then_some((host, path)),
            request_headers: headers(&decision.request_headers),
            response_headers: headers(&decision.response_headers),
            backends: decision.backends.iter().map(share).collect(),
        }
    }
}

fn rule(id: &RuleId) -> (String, String, usize, usize) {
    let index = |index: u32| usize::try_from(index).expect("a small number");
    let kind = crate::support::word(&id.kind);
    let name = format!("{}/{}", id.namespace, id.name);
    (kind, name, index(id.rule), index(id.match_))
}

fn share(one: &engine::routing::BackendShare) -> Share {
    let port = one.port.map(|port| port.to_string()).unwrap_or_default();
    Share {
        kind: one.kind.clone(),
        name: format!("{}/{}:{port}", one.namespace, one.name),
        weight: one.weight.into(),
        millionths: format!("{:.0}", one.share * 1e6)
            .parse()
            .unwrap_or(u64::MAX),
        resolved: one.resolved,
    }
}
