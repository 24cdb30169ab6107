//! Listeners that cannot both be served (`Conflicted`).

use crate::attachment::kinds;
use crate::resource::gateway::Listener;

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

/// Whether two listeners conflict.
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
