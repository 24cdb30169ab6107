//! The Gateway gate: a parentRef names its parent by group, kind, namespace and name (`spec.parentRefs[]`).
//!
//! A parentRef across namespaces needs no ReferenceGrant: the listener's `allowedRoutes` decides.

use super::finding::{Finding, cannot_see};
use crate::nearest::nearest;
use crate::object::Kind;
use crate::report::{Evidence, Gate, Owner, ParentRef, RouteId};
use crate::resource::GATEWAY_GROUP;
use crate::resource::gateway::Gateway;
use crate::sentence::Sentence;
use crate::shell;
use crate::snapshot::{KindState, Snapshot};

/// How many names a report lists as alternatives.
const LISTED: usize = 5;

/// The Gateway that a parentRef names, or why there is none to be judged.
pub fn find<'a>(
    world: &'a Snapshot,
    route: &RouteId,
    parent_ref: &ParentRef,
) -> Result<&'a Gateway, Box<Finding>> {
    match (parent_ref.group.as_str(), parent_ref.kind.as_str()) {
        (GATEWAY_GROUP, "Gateway") => world
            .gateway(&parent_ref.namespace, &parent_ref.name)
            .ok_or_else(|| Box::new(not_held(world, route, parent_ref))),
        (GATEWAY_GROUP, "ListenerSet") | ("gateway.networking.x-k8s.io", "XListenerSet") => {
            Err(not_judged(
                parent_ref,
                "ListenerSet: not judged yet",
                "; this version of Gatewatch does not judge ListenerSets yet.",
            ))
        }
        ("", "Service") => Err(not_judged(
            parent_ref,
            "mesh: not judged yet",
            "; this version of Gatewatch does not judge mesh routes yet.",
        )),
        (GATEWAY_GROUP, kind) => Err(Box::new(no_such_kind(kind))),
        (_, _) => Err(not_judged(
            parent_ref,
            "foreign kind",
            "; that is not a Gateway API parent that Gatewatch judges, its own controller decides.",
        )),
    }
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

/// A Gateway that is not held: an honest unknown, or the nearest names.
fn not_held(world: &Snapshot, route: &RouteId, parent_ref: &ParentRef) -> Finding {
    let name = full_name(parent_ref);
    if world.is_unreadable(&Kind::Gateway.id(&parent_ref.namespace, &parent_ref.name)) {
        let sentence = Sentence::new()
            .text("Gateway ")
            .name(&name)
            .text(" is there but cannot be read; see the problems under Visibility.");
        return Finding::unknown(Gate::Gateway, "unreadable", sentence);
    }
    if world.may_hide(Kind::Gateway) {
        let sentence = Sentence::new()
            .text("Gatewatch cannot see whether Gateway ")
            .name(&name)
            .text(" exists.")
            .then(&cannot_see(world, Kind::Gateway));
        return Finding::unknown(Gate::Gateway, "cannot be seen", sentence);
    }
    missing(world, route, parent_ref)
}

fn missing(world: &Snapshot, route: &RouteId, parent_ref: &ParentRef) -> Finding {
    let name = full_name(parent_ref);
    let sentence = Sentence::new().text("Gateway ").name(&name);
    let sentence = sentence.text(match world.state(Kind::Gateway) {
        KindState::Complete => " is not in these files",
        _ => " does not exist",
    });
    let elsewhere: Vec<String> = world
        .gateways()
        .filter(|(id, _)| id.name == parent_ref.name)
        .map(|(id, _)| format!("{}/{}", id.namespace, id.name))
        .take(LISTED)
        .collect();
    let all = || {
        world
            .gateways()
            .map(|(id, _)| format!("{}/{}", id.namespace, id.name))
            .take(256)
    };
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
        ([], None, []) => (sentence.text("; there is no Gateway at all"), None),
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
