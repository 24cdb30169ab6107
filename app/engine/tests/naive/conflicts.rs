//! Listeners that cannot be told apart on their port.

use crate::admitting::PROTOCOLS;
use crate::reading::text;
use serde_json::Value;
use std::collections::BTreeSet;

/// A listener with its place: 0 for the Gateway's own, then the ListenerSets in order of precedence.
pub(crate) struct Placed<'a> {
    pub(crate) owner: usize,
    pub(crate) listener: &'a Value,
}

/// Reasons that `Conflicted` may have for each listener; none for a listener that is not in a conflict.
///
/// Within one owner nobody wins. Between owners the earlier wins and says nothing. A listener that lost to an earlier
/// owner stands in nobody's way, members of a conflict among equals do.
pub(crate) fn conflicts(listeners: &[Placed<'_>]) -> Vec<BTreeSet<&'static str>> {
    let mut lost: Vec<bool> = Vec::new();
    for one in listeners {
        let mut loses = false;
        for (index, other) in listeners.iter().enumerate() {
            let stands = other.owner < one.owner && !lost[index];
            loses |= stands && !clash(one.listener, other.listener).is_empty();
        }
        lost.push(loses);
    }
    let mut conflicts = Vec::new();
    for (here, one) in listeners.iter().enumerate() {
        let mut reasons = BTreeSet::new();
        for (there, other) in listeners.iter().enumerate() {
            let counts = there != here && other.owner <= one.owner && !lost[there];
            if counts {
                reasons.extend(clash(one.listener, other.listener));
            }
        }
        conflicts.push(reasons);
    }
    conflicts
}

/// Reasons for which two listeners conflict. Several are possible where the specification names none.
fn clash(one: &Value, other: &Value) -> Vec<&'static str> {
    let protocols = [text(one, "/protocol"), text(other, "/protocol")];
    let supported = protocols.iter().all(|one| PROTOCOLS.contains(one));
    if one["port"] != other["port"] || !supported {
        return Vec::new();
    }
    let same_hostname = text(one, "/hostname") == text(other, "/hostname");
    let [first, second] = protocols;
    let has = |protocol: &str| first == protocol || second == protocol;
    if first == second {
        // Passthrough and Terminate live on one port, the feature for that taken as supported like all features. Of
        // one hostname they cannot be told apart, and the reason is left to implementations.
        let mixed = first == "TLS" && mode(one) != mode(other);
        return match (same_hostname, mixed) {
            (true, true) => vec!["HostnameConflict", "ProtocolConflict"],
            (true, false) => vec!["HostnameConflict"],
            (false, _) => Vec::new(),
        };
    }
    if has("UDP") {
        Vec::new()
    } else if has("TCP") || has("HTTP") {
        vec!["ProtocolConflict"]
    } else if same_hostname {
        // HTTPS and TLS; the reason is left to implementations.
        vec!["HostnameConflict", "ProtocolConflict"]
    } else {
        Vec::new()
    }
}

fn mode(listener: &Value) -> &str {
    match text(listener, "/tls/mode") {
        "Passthrough" => "Passthrough",
        _ => "Terminate",
    }
}
