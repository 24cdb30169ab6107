//! The naive answer about routes: who their parents are and what each says, with plain loops over JSON.

use crate::admitting::{PROTOCOLS, admits_namespace, served, takes_kind};
use crate::listening::{Listener, gateway_listeners};
use crate::parents::{admits_set, candidates, has_controller, has_port, key, owner, set_gateway};
use crate::permitting::{Grants, resolved_refs};
use crate::reading::{GROUP, find, full_name, kind, list, namespace, text, text_or, texts};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Status and reason words of a condition; several where the specification leaves the choice.
pub(crate) type Words = BTreeSet<String>;

/// A listener by what declares it: `Gateway a/gw l1`, `ListenerSet b/set l1`.
pub(crate) type ListenerKey = String;

/// A parentRef by its place: `HTTPRoute a/r1`, 0.
pub(crate) type ParentKey = (String, usize);

/// What follows from a world.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) parents: BTreeMap<ParentKey, Parent>,
    /// By Gateway, in order of precedence.
    pub(crate) listeners: BTreeMap<String, Vec<Listener>>,
    /// Whether a ListenerSet of a Gateway with a controller is admitted.
    pub(crate) sets: BTreeMap<String, bool>,
}

/// What a controller writes for a parentRef, and what each listener says.
pub(crate) struct Parent {
    /// `Accepted` and `ResolvedRefs`; none where a controller writes no entry.
    pub(crate) entry: Option<(Words, Words)>,
    pub(crate) listeners: BTreeMap<ListenerKey, Said>,
}

/// What one listener says to a route.
pub(crate) struct Said {
    /// `Accepted` or the reason of a refusal; several if the protocol leaves the kinds open.
    pub(crate) reasons: BTreeSet<&'static str>,
    /// The protocol is implementation-defined: to know nothing is then right as well, even where `allowedRoutes` or the
    /// hostnames refuse the route whatever the protocol means.
    pub(crate) open: bool,
    /// The hostnames that the route serves there, if it is attached.
    pub(crate) hostnames: BTreeSet<String>,
}

/// Answers for all routes and listeners of a world.
pub(crate) fn answer(world: &[Value]) -> Answer {
    let mut answer = Answer::default();
    for object in world {
        if kind(object) == "Gateway" {
            let listeners = gateway_listeners(world, object);
            answer.listeners.insert(full_name(object), listeners);
        }
        if let Some(gateway) = set_gateway(world, object)
            && has_controller(world, gateway)
        {
            let admitted = admits_set(world, gateway, object);
            answer.sets.insert(full_name(object), admitted);
        }
        for (index, parent) in list(object, "/spec/parentRefs").iter().enumerate() {
            let route = format!("{} {}", kind(object), full_name(object));
            let parent = judge(world, object, parent);
            answer.parents.insert((route, index), parent);
        }
    }
    count(&mut answer);
    answer
}

/// Counts every route once on each listener that admits it for some parentRef.
fn count(answer: &mut Answer) {
    for ((route, _), parent) in &answer.parents {
        for listener in answer.listeners.values_mut().flatten() {
            let said = parent.listeners.get(&listener.key);
            if said.is_some_and(|said| said.reasons == BTreeSet::from(["Accepted"])) {
                listener.attached.insert(route.clone());
            }
        }
    }
}

fn judge(world: &[Value], route: &Value, parent: &Value) -> Parent {
    let mut judged = Parent {
        entry: None,
        listeners: BTreeMap::new(),
    };
    let group = text_or(parent, "/group", GROUP);
    if group == GROUP {
        if let Some(owner) = owner(world, route, parent) {
            for listener in candidates(world, owner, parent) {
                let said = ask(world, owner, listener, route);
                judged.listeners.insert(key(owner, listener), said);
            }
            let accepted = accepted(&judged.listeners);
            judged.entry = Some((accepted, resolved(world, route, Grants::Needed)));
        }
    } else if group.is_empty() {
        judged.entry = mesh_entry(world, route, parent);
    } else {
        judged.entry = Some(stranger(world, route));
    }
    judged
}

/// A parent of a group that is not the Gateway API's: nobody of ours writes an entry, but somebody may.
fn stranger(world: &[Value], route: &Value) -> (Words, Words) {
    let accepted = ["none", "Unknown"].map(str::to_owned);
    let mut resolved = resolved(world, route, Grants::Needed);
    resolved.extend(accepted.clone());
    (Words::from(accepted), resolved)
}

/// A Service as parent, which is for a mesh. Whether there is one, no object says.
///
/// That a Service that is not there has no entry, and one without the port is `NoMatchingParent`, is open; our answer.
fn mesh_entry(world: &[Value], route: &Value, parent: &Value) -> Option<(Words, Words)> {
    if text(parent, "/kind") != "Service" {
        return None;
    }
    let namespace = text_or(parent, "/namespace", namespace(route));
    let service = find(world, ["Service", namespace, text(parent, "/name")])?;
    let accepted = if has_port(service, parent) {
        Words::from(["Unknown".to_owned()])
    } else {
        condition(Holds::No, ["NoMatchingParent"])
    };
    Some((accepted, resolved(world, route, Grants::NotNeeded)))
}

fn resolved(world: &[Value], route: &Value, grants: Grants) -> Words {
    let reasons = resolved_refs(world, route, grants);
    let all_well = reasons.contains("ResolvedRefs");
    condition(if all_well { Holds::Yes } else { Holds::No }, reasons)
}

/// The reasons in the order of the way; that of the listener where the route came furthest is the parentRef's. (For
/// listeners that refuse for different reasons this is open; our answer.)
const WAY: [&str; 4] = [
    "NoMatchingParent",
    "NotAllowedByListeners",
    "NoMatchingListenerHostname",
    "Accepted",
];

fn rank(reason: &str) -> usize {
    WAY.iter().position(|one| *one == reason).expect("listed")
}

/// `Accepted` of a parentRef. One listener that surely takes the route is enough; without one, a listener of an
/// implementation-defined protocol leaves it open.
fn accepted(listeners: &BTreeMap<ListenerKey, Said>) -> Words {
    let ranks = |said: &Said| -> Vec<usize> { said.reasons.iter().map(|one| rank(one)).collect() };
    let sure = |said: &Said| ranks(said).into_iter().min();
    let surely = listeners.values().filter_map(sure).max().unwrap_or(0);
    if WAY[surely] == "Accepted" {
        return condition(Holds::Yes, ["Accepted"]);
    }
    let mut possible = vec![WAY[surely]];
    for rank in listeners.values().flat_map(ranks) {
        if rank > surely {
            possible.push(WAY[rank]);
        }
    }
    let mut words = Words::new();
    if listeners.values().any(|said| said.open) {
        words.insert("Unknown".to_owned());
    }
    if !possible.contains(&"Accepted") {
        words.extend(condition(Holds::No, possible));
    }
    words
}

/// Status of a condition that somebody writes.
#[derive(Clone, Copy)]
pub(crate) enum Holds {
    Yes,
    No,
}

/// `True Accepted`, `False NotAllowedByListeners`, one for each reason.
pub(crate) fn condition(holds: Holds, reasons: impl IntoIterator<Item = &'static str>) -> Words {
    let status = match holds {
        Holds::Yes => "True",
        Holds::No => "False",
    };
    let words = reasons.into_iter().map(|one| format!("{status} {one}"));
    words.collect()
}

fn ask(world: &[Value], owner: &Value, listener: &Value, route: &Value) -> Said {
    let takes_kind = takes_kind(listener, route);
    let rule = &listener["allowedRoutes"]["namespaces"];
    let places = (namespace(owner), namespace(route));
    let admitted = admits_namespace(world, rule, "Same", places);
    let hostnames = hostnames(listener, route);
    let mut reasons = BTreeSet::new();
    if takes_kind != Some(true) || !admitted {
        reasons.insert("NotAllowedByListeners");
    }
    if takes_kind != Some(false) && admitted {
        let meet = !hostnames.is_empty();
        let reason = if meet {
            "Accepted"
        } else {
            "NoMatchingListenerHostname"
        };
        reasons.insert(reason);
    }
    Said {
        reasons,
        open: !PROTOCOLS.contains(&text(listener, "/protocol")),
        hostnames,
    }
}

/// The hostnames that a route serves on a listener; those kinds that have none serve any.
fn hostnames(listener: &Value, route: &Value) -> BTreeSet<String> {
    let served = match kind(route) {
        "HTTPRoute" | "GRPCRoute" | "TLSRoute" => served(
            text(listener, "/hostname"),
            &texts(route, "/spec/hostnames"),
        ),
        _ => vec!["*".to_owned()],
    };
    served.into_iter().collect()
}
