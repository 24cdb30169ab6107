//! The Gateway gate: a parentRef names its parent by group, kind, namespace and name (`spec.parentRefs[]`).
//!
//! A parentRef across namespaces needs no ReferenceGrant: the listener's `allowedRoutes` decides.

use super::finding::{Finding, cannot_see};
use super::sets;
use crate::nearest::nearest;
use crate::object::{Kind, ObjectId};
use crate::report::{Evidence, Gate, GateOutcome, NamespacedName, Owner, ParentRef, RouteId};
use crate::resource::cluster::{ListenerSet, ServicePort};
use crate::resource::gateway::{Gateway, Listener};
use crate::resource::{EXPERIMENTAL_GROUP, GATEWAY_GROUP};
use crate::sentence::Sentence;
use crate::shell;
use crate::snapshot::{KindState, Snapshot};

/// How many names a report lists as alternatives.
const LISTED: usize = 5;

/// What a parentRef leads to: a Gateway with its own listeners, or a ListenerSet with those it adds to its Gateway.
#[derive(Clone, Debug)]
pub struct Parent<'a> {
    /// Name of the Gateway that serves it.
    pub gateway_name: NamespacedName,
    /// The Gateway that serves it.
    pub gateway: &'a Gateway,
    /// The ListenerSet, if that is what is named.
    pub set: Option<NamespacedName>,
    /// The listeners that the parentRef chooses from.
    pub listeners: &'a [Listener],
    /// The gate of the parent: that it exists, and that a ListenerSet is admitted by its Gateway.
    pub gate: Finding,
}

impl Parent<'_> {
    /// Namespace that `Same` means: the one of the object that declares the listeners.
    pub fn owner(&self) -> &NamespacedName {
        self.set.as_ref().unwrap_or(&self.gateway_name)
    }
}

/// The parent that a parentRef names, or why there is none to be judged.
pub fn find<'a>(
    world: &'a Snapshot,
    route: &RouteId,
    parent_ref: &ParentRef,
) -> Result<Parent<'a>, Box<Finding>> {
    match (parent_ref.group.as_str(), parent_ref.kind.as_str()) {
        (GATEWAY_GROUP, "Gateway") => world
            .gateway(&parent_ref.namespace, &parent_ref.name)
            .map(|gateway| Parent {
                gateway_name: NamespacedName {
                    namespace: parent_ref.namespace.clone(),
                    name: parent_ref.name.clone(),
                },
                gateway,
                set: None,
                listeners: &gateway.spec.listeners,
                gate: exists(parent_ref),
            })
            .ok_or_else(|| Box::new(not_held(world, route, parent_ref, Kind::Gateway))),
        (GATEWAY_GROUP, "ListenerSet") | (EXPERIMENTAL_GROUP, "XListenerSet") => {
            let set = world
                .listener_set(&parent_ref.namespace, &parent_ref.name)
                .ok_or_else(|| Box::new(not_held(world, route, parent_ref, Kind::ListenerSet)))?;
            of_set(world, parent_ref, set)
        }
        ("", "Service") => Err(Box::new(mesh(world, parent_ref))),
        (GATEWAY_GROUP, kind) => Err(Box::new(no_such_kind(kind))),
        (_, _) => Err(not_judged(
            parent_ref,
            "foreign kind",
            "; that is not a Gateway API parent that Gatewatch judges, its own controller decides.",
        )),
    }
}

/// A ListenerSet as a parent: its Gateway must be there and admit it.
fn of_set<'a>(
    world: &'a Snapshot,
    parent_ref: &ParentRef,
    set: &'a ListenerSet,
) -> Result<Parent<'a>, Box<Finding>> {
    let name = NamespacedName {
        namespace: parent_ref.namespace.clone(),
        name: parent_ref.name.clone(),
    };
    let gateway_name = sets::gateway_of(&name, set);
    let start = Sentence::new()
        .text("ListenerSet ")
        .name(&full_name(parent_ref));
    let Some(gateway) = gateway_name
        .as_ref()
        .and_then(|name| world.gateway(&name.namespace, &name.name))
    else {
        let words = match &gateway_name {
            Some(name) => start
                .text(" belongs to Gateway ")
                .name(&format!("{}/{}", name.namespace, name.name)),
            None => start.text(" names no Gateway as its parent"),
        };
        let hidden = gateway_name.as_ref().is_some_and(|name| {
            world.may_hide_in(Kind::Gateway, &name.namespace)
                || world.is_unreadable(&Kind::Gateway.id(&name.namespace, &name.name))
        });
        return Err(Box::new(if hidden {
            let words = words
                .text(", which cannot be seen.")
                .then(&cannot_see(world, Kind::Gateway));
            Finding::unknown(Gate::Gateway, "cannot be seen", words)
        } else {
            let end = if gateway_name.is_some() {
                ", which does not exist."
            } else {
                "."
            };
            Finding::failed(Gate::Gateway, "no Gateway", words.text(end), "")
        }));
    };
    let gateway_name = gateway_name.unwrap_or_else(|| name.clone());
    let admission = sets::admission(world, &gateway_name, gateway, &name.namespace);
    let gate = match admission.result.outcome {
        GateOutcome::Passed => Finding::passed(
            Gate::Gateway,
            "exists",
            start
                .text(" exists; ")
                .then(&admission.result.sentence.lower_first()),
        ),
        GateOutcome::Failed => Finding::failed(
            Gate::Gateway,
            "set not admitted",
            start
                .text(" is not admitted: ")
                .then(&admission.result.sentence.lower_first()),
            "NoMatchingParent",
        )
        .brief(Sentence::new().text("belongs to a ListenerSet that its Gateway does not admit")),
        GateOutcome::Unknown | GateOutcome::NotReached => Finding::unknown(
            Gate::Gateway,
            "cannot be seen",
            admission.result.sentence.clone(),
        ),
    };
    Ok(Parent {
        gateway_name,
        gateway,
        set: Some(name),
        listeners: &set.spec.listeners,
        gate,
    })
}

/// A Service as a parent: routes of a mesh. There are no listeners; that the Service and its port exist decides.
fn mesh(world: &Snapshot, parent_ref: &ParentRef) -> Finding {
    let name = full_name(parent_ref);
    let start = Sentence::new().text("The parent is Service ").name(&name);
    let Some(service) = world.service(&parent_ref.namespace, &parent_ref.name) else {
        let gone = !world.may_hide_in(Kind::Service, &parent_ref.namespace)
            && !world.is_unreadable(&Kind::Service.id(&parent_ref.namespace, &parent_ref.name))
            && (world.state(Kind::Service) != KindState::Complete || world.has(Kind::Service));
        return if gone {
            let words = start.text(", which does not exist.");
            Finding::failed(Gate::Gateway, "does not exist", words, "")
        } else {
            let mut words = start.text(", which cannot be seen.");
            if world.may_hide_in(Kind::Service, &parent_ref.namespace) {
                words = words.then(&cannot_see(world, Kind::Service));
            }
            Finding::unknown(Gate::Gateway, "cannot be seen", words)
        };
    };
    let has_port = |port: &ServicePort| {
        parent_ref.port.is_none_or(|wanted| wanted == port.port)
            && parent_ref
                .section_name
                .as_deref()
                .is_none_or(|wanted| port.name.as_deref() == Some(wanted))
    };
    if !service.spec.ports.iter().any(has_port) {
        let words = start.text(", which has no such port.");
        return Finding::failed(Gate::Listener, "no such port", words, "NoMatchingParent");
    }
    // Whether a mesh is at work cannot be told from the objects.
    let words = start.text(
        ": a route of a mesh. If a mesh that follows the Gateway API is installed, it takes this route.",
    );
    Finding::unknown(Gate::Gateway, "mesh", words)
}

/// The gate of a Gateway that was found.
pub fn exists(parent_ref: &ParentRef) -> Finding {
    let sentence = Sentence::new()
        .text("Gateway ")
        .name(&full_name(parent_ref))
        .text(" exists.");
    Finding::passed(Gate::Gateway, "exists", sentence)
}

/// `namespace/name` of the parent.
pub fn full_name(parent_ref: &ParentRef) -> String {
    format!("{}/{}", parent_ref.namespace, parent_ref.name)
}

fn not_judged(parent_ref: &ParentRef, summary: &str, words: &str) -> Box<Finding> {
    let kind = if parent_ref.group.is_empty() || parent_ref.group == GATEWAY_GROUP {
        parent_ref.kind.clone()
    } else {
        format!("{}.{}", parent_ref.kind, parent_ref.group)
    };
    let sentence = Sentence::new()
        .text("The parent is ")
        .name(&format!("{kind} {}", full_name(parent_ref)))
        .text(words);
    Box::new(Finding::unknown(Gate::Gateway, summary, sentence))
}

/// A kind that the Gateway API's own group does not have; often a Service with `group: ""` forgotten.
fn no_such_kind(kind: &str) -> Finding {
    let sentence = Sentence::new()
        .text("The Gateway API has no parent kind ")
        .name(kind)
        .text(" in group ")
        .name(GATEWAY_GROUP)
        .text(", so no controller looks at this parentRef");
    let (sentence, remedy) = if kind == "Service" {
        (
            sentence
                .text("; a Service as parent needs ")
                .name("group: \"\"")
                .text("."),
            Sentence::new()
                .text("The route's owner can add ")
                .name("group: \"\"")
                .text(" to the parentRef."),
        )
    } else {
        (
            sentence.text("."),
            Sentence::new().text("The route's owner can correct group and kind of the parentRef."),
        )
    };
    Finding::failed(Gate::Gateway, "no such kind", sentence, "").remedy(
        Owner::Application,
        remedy,
        None,
    )
}

/// A parent that is not held: an honest unknown, or the nearest names.
fn not_held(world: &Snapshot, route: &RouteId, parent_ref: &ParentRef, kind: Kind) -> Finding {
    let name = full_name(parent_ref);
    let start = Sentence::new().text(kind.as_str()).text(" ").name(&name);
    if world.is_unreadable(&kind.id(&parent_ref.namespace, &parent_ref.name)) {
        let sentence =
            start.text(" is there but cannot be read; see the problems under Visibility.");
        return Finding::unknown(Gate::Gateway, "unreadable", sentence);
    }
    if world.may_hide_in(kind, &parent_ref.namespace) {
        let sentence = Sentence::new()
            .text("Gatewatch cannot see whether ")
            .then(&start)
            .text(" exists.")
            .then(&cannot_see(world, kind));
        return Finding::unknown(Gate::Gateway, "cannot be seen", sentence);
    }
    missing(world, route, parent_ref, kind)
}

fn missing(world: &Snapshot, route: &RouteId, parent_ref: &ParentRef, kind: Kind) -> Finding {
    let name = full_name(parent_ref);
    let sentence = Sentence::new().text(kind.as_str()).text(" ").name(&name);
    let sentence = sentence.text(match world.state(kind) {
        KindState::Complete => " is not in these files",
        _ => " does not exist",
    });
    let ids: Vec<&ObjectId> = match kind {
        Kind::ListenerSet => world.listener_sets().map(|(id, _)| id).collect(),
        _ => world.gateways().map(|(id, _)| id).collect(),
    };
    let full = |id: &&&ObjectId| format!("{}/{}", id.namespace, id.name);
    let elsewhere: Vec<String> = ids
        .iter()
        .filter(|id| id.name == parent_ref.name)
        .map(|id| full(&id))
        .take(LISTED)
        .collect();
    let all = || ids.iter().map(|id| full(&id)).take(256);
    let names: Vec<String> = all().collect();
    let mut existing = elsewhere.clone();
    let near = nearest(&name, names.iter().map(String::as_str), LISTED);
    existing.extend(near.iter().map(|near| (*near).to_owned()));
    existing.extend(all());
    let mut seen = std::collections::BTreeSet::new();
    existing.retain(|name| seen.insert(name.clone()));
    existing.truncate(LISTED);
    let (sentence, meant) = match (elsewhere.as_slice(), near.first(), existing.as_slice()) {
        ([only], _, _) => (
            sentence
                .text("; there is one of that name in another namespace: ")
                .name(only),
            Some(only.clone()),
        ),
        ([_, ..], _, _) => (
            sentence
                .text("; there are some of that name in other namespaces: ")
                .names(&elsewhere, " and "),
            None,
        ),
        ([], Some(near), _) => (
            sentence.text("; the nearest name is ").name(near),
            Some((*near).to_owned()),
        ),
        ([], None, []) => (
            sentence
                .text("; there is no ")
                .text(kind.as_str())
                .text(" at all"),
            None,
        ),
        ([], None, some) => (sentence.text("; there is ").names(some, " and "), None),
    };
    let mut remedy = Sentence::new().text("The route's owner can correct the parentRef");
    if let Some(meant) = &meant {
        remedy = remedy.text(", if ").name(meant).text(" was meant");
    }
    let command = meant.and_then(|meant| rename(route, parent_ref, &meant));
    Finding::failed(Gate::Gateway, "does not exist", sentence.text("."), "")
        .evidence(Evidence::Choice {
            asked: name,
            existing,
        })
        .remedy(Owner::Application, remedy.text("."), command)
}

fn rename(route: &RouteId, parent_ref: &ParentRef, meant: &str) -> Option<String> {
    let (namespace, name) = meant.split_once('/')?;
    let path = format!("/spec/parentRefs/{}", parent_ref.index);
    let value = |text: &str| serde_json::Value::from(text).to_string();
    let patch = format!(
        r#"[{{"op":"add","path":"{path}/namespace","value":{}}},{{"op":"replace","path":"{path}/name","value":{}}}]"#,
        value(namespace),
        value(name)
    );
    patch_route(route, &patch)
}

/// `kubectl patch httproute ...`; `None` if a name could be taken for an option.
pub fn patch_route(route: &RouteId, patch: &str) -> Option<String> {
    let safe = shell::is_object_name(&route.namespace) && shell::is_object_name(&route.name);
    safe.then(|| {
        format!(
            "kubectl patch {} {} -n {} --type=json -p {}",
            route.kind.as_str().to_lowercase(),
            shell::quote(&route.name),
            shell::quote(&route.namespace),
            shell::quote(patch)
        )
    })
}
