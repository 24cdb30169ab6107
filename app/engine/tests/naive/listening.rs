//! The naive answer about listeners: their order, conflicts and conditions.

use crate::admitting::{PROTOCOLS, is_legal, kinds};
use crate::answer::{Holds, ListenerKey, Words, condition};
use crate::conflicts::{Placed, conflicts};
use crate::parents::{admits_set, has_controller, key, set_gateway};
use crate::permitting::{Certificates, certificates};
use crate::reading::{full_name, list, name, namespace, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a controller writes for a listener.
pub(crate) struct Listener {
    pub(crate) key: ListenerKey,
    pub(crate) attached: BTreeSet<String>,
    /// None where no controller writes conditions.
    pub(crate) conditions: Option<Conditions>,
}

/// Conditions of a listener; none conflicted if there is no conflict, no kinds where implementations differ.
pub(crate) struct Conditions {
    pub(crate) conflicted: Words,
    pub(crate) accepted: Words,
    pub(crate) resolved_refs: Words,
    pub(crate) supported_kinds: Option<BTreeSet<&'static str>>,
}

/// The Gateway and its admitted ListenerSets: oldest first, then by name.
fn owners<'a>(world: &'a [Value], gateway: &'a Value) -> Vec<&'a Value> {
    let mut sets: Vec<&Value> = Vec::new();
    for set in world {
        let named = set_gateway(world, set);
        let is_ours = named.is_some_and(|named| full_name(named) == full_name(gateway));
        if is_ours && admits_set(world, gateway, set) {
            sets.push(set);
        }
    }
    let created = |set: &Value| text(set, "/metadata/creationTimestamp").to_owned();
    sets.sort_by_key(|set| {
        (
            created(set),
            namespace(set).to_owned(),
            name(set).to_owned(),
        )
    });
    sets.insert(0, gateway);
    sets
}

/// Listeners of a Gateway and its ListenerSets in order of precedence, not yet counted.
pub(crate) fn gateway_listeners(world: &[Value], gateway: &Value) -> Vec<Listener> {
    let mut owned = Vec::new();
    for (place, owner) in owners(world, gateway).into_iter().enumerate() {
        for listener in list(owner, "/spec/listeners") {
            owned.push((place, owner, listener));
        }
    }
    let placed: Vec<Placed<'_>> = owned
        .iter()
        .map(|(owner, _, listener)| Placed {
            owner: *owner,
            listener,
        })
        .collect();
    let conflicts = conflicts(&placed);
    let mut listeners = Vec::new();
    for ((_, owner, listener), conflict) in owned.into_iter().zip(conflicts) {
        let conditions =
            has_controller(world, gateway).then(|| conditions(world, owner, listener, &conflict));
        listeners.push(Listener {
            key: key(owner, listener),
            attached: BTreeSet::new(),
            conditions,
        });
    }
    listeners
}

fn conditions(
    world: &[Value],
    owner: &Value,
    listener: &Value,
    conflict: &BTreeSet<&'static str>,
) -> Conditions {
    let supported = PROTOCOLS.contains(&text(listener, "/protocol"));
    // A listener that lost keeps its kinds with some and has none with others.
    let settled = supported && conflict.is_empty();
    let kinds = kinds(listener).0.into_iter().collect();
    Conditions {
        conflicted: condition(Holds::Yes, conflict.iter().copied()),
        accepted: accepted(listener, conflict),
        resolved_refs: references(world, owner, listener),
        supported_kinds: settled.then_some(kinds),
    }
}

/// `Accepted` of a listener. It is left to implementations where the selector is missing or illegal, and for protocols
/// that the specification does not know. HTTPS without `tls` is open; our answer. Of two faults either may be told.
fn accepted(listener: &Value, conflict: &BTreeSet<&'static str>) -> Words {
    let namespaces = &listener["allowedRoutes"]["namespaces"];
    let selector = namespaces.get("selector");
    let unclear = text(namespaces, "/from") == "Selector" && !selector.is_some_and(is_legal);
    let protocol = text(listener, "/protocol");
    let mut faults = conflict.clone();
    if protocol == "HTTPS" && listener.get("tls").is_none() {
        faults.insert("Invalid");
    }
    let mut words = condition(Holds::No, faults.iter().copied());
    if !PROTOCOLS.contains(&protocol) {
        words.extend(["Unknown".to_owned(), "False UnsupportedProtocol".to_owned()]);
    } else if faults.is_empty() {
        words.extend(condition(Holds::Yes, ["Accepted"]));
    }
    if unclear {
        words.extend(["Unknown".to_owned(), "False Invalid".to_owned()]);
    }
    words
}

/// `ResolvedRefs` of a listener. Of two faults either may be told. Without a fault it is open where the protocol is
/// implementation-defined, where the certificate's Secret decides, or where nothing says where the certificate is.
fn references(world: &[Value], owner: &Value, listener: &Value) -> Words {
    let known = PROTOCOLS.contains(&text(listener, "/protocol"));
    let certificates = certificates(world, owner, listener);
    let mut faults = BTreeSet::new();
    if known && kinds(listener).1 {
        faults.insert("InvalidRouteKinds");
    }
    if let Certificates::Wrong(reason) = certificates {
        faults.insert(reason);
    }
    if !faults.is_empty() {
        return condition(Holds::No, faults);
    }
    let mut words = Words::new();
    if certificates != Certificates::Hidden {
        words.extend(condition(Holds::Yes, ["ResolvedRefs"]));
    }
    if certificates != Certificates::Fine || !known {
        words.insert("Unknown".to_owned());
    }
    words
}
