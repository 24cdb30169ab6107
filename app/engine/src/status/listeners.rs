//! Conditions of listeners (`Gateway.status.listeners[].conditions`), as far as this version can tell.
//!
//! What needs something that is not judged yet (certificates, an implementation's own protocols) is absent.

use super::condition;
use crate::attachment::{kinds, selector};
use crate::report::{Computed, Status};
use crate::resource::gateway::{Gateway, Listener};
use std::collections::BTreeMap;

/// Conditions and conflicts of a listener.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Computed conditions by type.
    pub conditions: BTreeMap<String, Computed>,
    /// Names of listeners that it conflicts with.
    pub conflicts_with: Vec<String>,
}

impl Judged {
    /// Status of a condition, if it could be computed.
    pub fn status(&self, type_: &str) -> Option<Status> {
        self.conditions.get(type_).map(|found| found.status)
    }

    fn set(&mut self, type_: &str, status: Status, reason: &str) {
        self.conditions
            .insert(type_.to_owned(), condition(status, reason));
    }
}

/// Why two listeners of one Gateway cannot both be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    /// One port, protocols that cannot be told apart there.
    Protocol,
    /// One port, one protocol, one hostname.
    Hostname,
}

impl Conflict {
    /// Reason word of `Conflicted`.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Protocol => "ProtocolConflict",
            Self::Hostname => "HostnameConflict",
        }
    }
}

/// Whether two listeners of one Gateway conflict. No winner: both lose.
pub fn conflict(a: &Listener, b: &Listener) -> Option<Conflict> {
    let known = |listener: &Listener| kinds::of_protocol(&listener.protocol).is_some();
    // A protocol that is not understood takes no part; its listener has another problem.
    if a.port != b.port || !known(a) || !known(b) {
        return None;
    }
    let same_host = a.host() == b.host();
    match (a.protocol.as_str(), b.protocol.as_str()) {
        ("UDP", "UDP") | ("TCP", "TCP") => Some(Conflict::Hostname),
        ("UDP", _) | (_, "UDP") => None,
        ("TCP", _) | (_, "TCP") => Some(Conflict::Protocol),
        (one, other) if one == other => same_host.then_some(Conflict::Hostname),
        // Cleartext and TLS cannot be told apart on one port.
        ("HTTP", _) | (_, "HTTP") => Some(Conflict::Protocol),
        // HTTPS and TLS are told apart by SNI.
        (_, _) => same_host.then_some(Conflict::Hostname),
    }
}

/// Judges the `index`th listener of a Gateway.
pub fn judge(gateway: &Gateway, (index, listener): (usize, &Listener)) -> Judged {
    let mut judged = Judged::default();
    if kinds::of_protocol(&listener.protocol).is_none() {
        unknown_protocol(&mut judged, listener);
        return judged;
    }
    let others = gateway.spec.listeners.iter().enumerate();
    let conflicts: Vec<(Conflict, &Listener)> = others
        .filter(|(other, _)| *other != index)
        .filter_map(|(_, other)| Some((conflict(listener, other)?, other)))
        .collect();
    resolved_refs(&mut judged, gateway, listener);
    if let Some((worst, _)) = conflicts.iter().min_by_key(|(conflict, _)| *conflict) {
        judged.set("Conflicted", Status::True, worst.reason());
        judged.set("Accepted", Status::False, worst.reason());
        judged.set("Programmed", Status::False, "Invalid");
        judged.conflicts_with = conflicts
            .iter()
            .map(|(_, other)| other.name.clone())
            .collect();
        return judged;
    }
    accepted(&mut judged, listener);
    judged
}

/// A protocol that the Gateway API does not name. One with a domain, and Istio's `HBONE`, belongs to an
/// implementation, and whether that is the one at work cannot be told.
fn unknown_protocol(judged: &mut Judged, listener: &Listener) {
    if !listener.protocol.contains('/') && listener.protocol != "HBONE" {
        judged.set("Accepted", Status::False, "UnsupportedProtocol");
        judged.set("Programmed", Status::False, "Invalid");
        judged.set("ResolvedRefs", Status::True, "ResolvedRefs");
    }
}

/// Whether what decides about a listener's TLS is understood.
fn is_plain(gateway: &Gateway, listener: &Listener) -> bool {
    let passthrough = listener
        .tls
        .as_ref()
        .is_some_and(|tls| tls.mode.as_deref() == Some("Passthrough"));
    let plain = match listener.protocol.as_str() {
        "HTTP" | "TCP" | "UDP" => listener.tls.is_none(),
        "TLS" => passthrough,
        _ => false,
    };
    plain && gateway.spec.tls.is_none()
}

fn resolved_refs(judged: &mut Judged, gateway: &Gateway, listener: &Listener) {
    if !kinds::illegal(listener).is_empty() {
        judged.set("ResolvedRefs", Status::False, "InvalidRouteKinds");
    } else if is_plain(gateway, listener) {
        judged.set("ResolvedRefs", Status::True, "ResolvedRefs");
    }
}

fn accepted(judged: &mut Judged, listener: &Listener) {
    let rule = &listener.allowed_routes.namespaces;
    let selector_is_wrong = match (rule.from_or_default(), &rule.selector) {
        ("Selector", None) => true,
        ("Selector", Some(selector)) => selector::illegal(selector).is_some(),
        (_, _) => false,
    };
    if selector_is_wrong {
        // Implementations differ on Accepted; they agree that it is not programmed.
        judged.set("Programmed", Status::False, "Invalid");
        return;
    }
    match judged.status("ResolvedRefs") {
        Some(Status::True) => {
            judged.set("Accepted", Status::True, "Accepted");
            judged.set("Programmed", Status::True, "Programmed");
        }
        // Illegal kinds leave the listener accepted as far as the specification goes.
        Some(Status::False | Status::Unknown) if listener.protocol != "HTTPS" => {
            judged.set("Accepted", Status::True, "Accepted");
            judged.set("Programmed", Status::True, "Programmed");
        }
        Some(Status::False | Status::Unknown) | None => {}
    }
}
