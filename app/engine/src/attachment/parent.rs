//! The first three gates: class, Gateway, listener (`parentRefs[]`, digest of the rules in the module docs).
//!
//! A parentRef names its parent by group, kind, namespace and name; `sectionName` and `port` together pick
//! listeners, both on the same listener. A cross-namespace parentRef needs no ReferenceGrant.

use super::{Finding, cannot_see};
use crate::nearest::nearest;
use crate::object::Kind;
use crate::report::{Evidence, Gate, GateOutcome, Owner, ParentRef};
use crate::resource::GATEWAY_GROUP;
use crate::resource::gateway::{Gateway, Listener};
use crate::sentence::Sentence;
use crate::snapshot::{KindState, Snapshot};

/// The gates passed so far, the last of which may have failed.
pub type Way = Vec<Finding>;

/// A parent that exists, with the listeners that the parentRef selects and their index.
pub struct Parent<'a> {
    /// The Gateway.
    pub gateway: &'a Gateway,
    /// At least one listener.
    pub listeners: Vec<(usize, &'a Listener)>,
}

/// Follows a parentRef as far as it leads.
pub fn find<'a>(world: &'a Snapshot, parent_ref: &ParentRef) -> (Way, Option<Parent<'a>>) {
    if let Some(finding) = foreign(parent_ref) {
        return (vec![finding], None);
    }
    let Some(gateway) = world.gateway(&parent_ref.namespace, &parent_ref.name) else {
        return (vec![missing(world, parent_ref)], None);
    };
    let exists = Finding::new(
        Gate::Gateway,
        GateOutcome::Passed,
        "exists",
        Sentence::new()
            .text("Gateway ")
            .name(&full_name(parent_ref))
            .text(" exists."),
    );
    let class = class(world, gateway);
    let passed = class.result.outcome == GateOutcome::Passed;
    let mut way = vec![class, exists];
    if !passed {
        return (way, None);
    }
    let listeners: Vec<_> = gateway
        .spec
        .listeners
        .iter()
        .enumerate()
        .filter(|(_, l)| selects(parent_ref, l))
        .collect();
    way.push(section(gateway, parent_ref, &listeners));
    let parent = (!listeners.is_empty()).then_some(Parent { gateway, listeners });
    (way, parent)
}

/// Whether `sectionName` and `port` select a listener; both must hold on the same one.
fn selects(parent_ref: &ParentRef, listener: &Listener) -> bool {
    parent_ref
        .section_name
        .as_deref()
        .is_none_or(|name| name == listener.name)
        && parent_ref.port.is_none_or(|port| port == listener.port)
}

fn full_name(parent_ref: &ParentRef) -> String {
    format!("{}/{}", parent_ref.namespace, parent_ref.name)
}

/// Parents other than Gateways.
fn foreign(parent_ref: &ParentRef) -> Option<Finding> {
    let unknown = |summary: &str, words: &str| {
        let sentence = Sentence::new()
            .text("The parent is ")
            .name(&format!("{} {}", parent_ref.kind, full_name(parent_ref)))
            .text(words);
        Some(Finding::new(
            Gate::Gateway,
            GateOutcome::Unknown,
            summary,
            sentence,
        ))
    };
    match (parent_ref.group.as_str(), parent_ref.kind.as_str()) {
        (GATEWAY_GROUP, "Gateway") => None,
        (GATEWAY_GROUP, "ListenerSet") | ("gateway.networking.x-k8s.io", "XListenerSet") => {
            unknown(
                "ListenerSet: not judged yet",
                "; this version of Gatewatch does not judge ListenerSets yet.",
            )
        }
        ("", "Service") => unknown(
            "mesh: not judged yet",
            "; this version of Gatewatch does not judge mesh routes yet.",
        ),
        (GATEWAY_GROUP, kind) => {
            let sentence = Sentence::new()
                .text("The Gateway API has no parent kind ")
                .name(kind)
                .text(" in group ")
                .name(GATEWAY_GROUP)
                .text(if kind == "Service" {
                    ", so no controller looks at this parentRef; a Service as parent needs `group: \"\"`."
                } else {
                    ", so no controller looks at this parentRef."
                });
            Some(
                Finding::new(Gate::Gateway, GateOutcome::Failed, "no such kind", sentence).remedy(
                    Owner::Application,
                    Sentence::new()
                        .text("The route's owner can correct group and kind of the parentRef."),
                    None,
                ),
            )
        }
        (_, _) => unknown(
            "foreign kind",
            ", a kind that Gatewatch does not know; its controller decides.",
        ),
    }
}

/// A Gateway that is not there: nearest names, or an honest unknown.
fn missing(world: &Snapshot, parent_ref: &ParentRef) -> Finding {
    let name = full_name(parent_ref);
    if world.is_unreadable(&Kind::Gateway.id(&parent_ref.namespace, &parent_ref.name)) {
        let sentence = Sentence::new()
            .text("Gateway ")
            .name(&name)
            .text(" is there but cannot be read; the problem is listed under Visibility.");
        return Finding::new(Gate::Gateway, GateOutcome::Unknown, "unreadable", sentence);
    }
    let state = world.state(Kind::Gateway);
    if !state.is_complete() {
        let sentence = Sentence::new()
            .text("Gatewatch cannot see whether Gateway ")
            .name(&name)
            .text(" exists.")
            .then(&cannot_see(Kind::Gateway));
        return Finding::new(
            Gate::Gateway,
            GateOutcome::Unknown,
            "cannot be seen",
            sentence,
        );
    }
    let names: Vec<String> = world
        .gateways()
        .map(|(id, _)| format!("{}/{}", id.namespace, id.name))
        .collect();
    let near: Vec<String> = nearest(&name, names.iter().map(String::as_str), 3)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let elsewhere = world
        .gateways()
        .find(|(id, _)| id.name == parent_ref.name)
        .map(|(id, _)| id.namespace.clone());
    let mut sentence = Sentence::new()
        .text("Gateway ")
        .name(&name)
        .text(match state {
            KindState::Complete => " is not among the objects that were read",
            _ => " does not exist",
        });
    let mut remedy = Sentence::new().text("The route's owner can correct the parentRef");
    sentence = match (&elsewhere, near.first()) {
        (Some(namespace), _) => {
            remedy = remedy.text(": set its namespace to ").name(namespace);
            sentence
                .text("; there is one of that name in namespace ")
                .name(namespace)
                .text(".")
        }
        (None, Some(best)) => {
            remedy = remedy.text(", if ").name(best).text(" was meant");
            sentence.text("; the nearest name is ").name(best).text(".")
        }
        (None, None) => sentence.text("; there is no Gateway at all."),
    };
    let evidence = Evidence::Choice {
        asked: name,
        existing: near,
    };
    Finding::new(
        Gate::Gateway,
        GateOutcome::Failed,
        "does not exist",
        sentence,
    )
    .evidence(evidence)
    .remedy(Owner::Application, remedy.text("."), None)
}

/// The class gate (`Gateway.spec.gatewayClassName`).
fn class(world: &Snapshot, gateway: &Gateway) -> Finding {
    let name = &gateway.spec.gateway_class_name;
    if let Some(class) = world.gateway_class(name) {
        let sentence = Sentence::new()
            .text("Class ")
            .name(name)
            .text(" exists; its controller is ")
            .name(&class.spec.controller_name)
            .text(".");
        return Finding::new(Gate::Class, GateOutcome::Passed, "exists", sentence);
    }
    if world.is_unreadable(&Kind::GatewayClass.id("", name)) {
        let sentence = Sentence::new()
            .text("GatewayClass ")
            .name(name)
            .text(" is there but cannot be read.");
        return Finding::new(Gate::Class, GateOutcome::Unknown, "unreadable", sentence);
    }
    match world.state(Kind::GatewayClass) {
        KindState::Complete => {
            let sentence = Sentence::new().text("GatewayClass ").name(name).text(
                " is not among the objects that were read; it is taken as existing and accepted.",
            );
            Finding::new(
                Gate::Class,
                GateOutcome::Passed,
                "class taken as existing",
                sentence,
            )
            .reason("Assumed")
        }
        KindState::Live | KindState::Absent => {
            let sentence = Sentence::new()
                .text("GatewayClass ")
                .name(name)
                .text(" does not exist, so no controller looks at this Gateway.");
            Finding::new(Gate::Class, GateOutcome::Failed, "does not exist", sentence).remedy(
                Owner::Platform,
                Sentence::new().text("A platform engineer can install the controller's GatewayClass or correct the Gateway's ").name("gatewayClassName").text("."),
                None,
            )
        }
        KindState::Waiting
        | KindState::Listing
        | KindState::Degraded
        | KindState::Denied
        | KindState::Stale => {
            let sentence = Sentence::new()
                .text("Gatewatch cannot see whether GatewayClass ")
                .name(name)
                .text(" exists.")
                .then(&cannot_see(Kind::GatewayClass));
            Finding::new(
                Gate::Class,
                GateOutcome::Unknown,
                "cannot be seen",
                sentence,
            )
        }
    }
}

/// The listener gate (`parentRefs[].sectionName` and `.port`).
fn section(gateway: &Gateway, parent_ref: &ParentRef, selected: &[(usize, &Listener)]) -> Finding {
    let asked = match (&parent_ref.section_name, parent_ref.port) {
        (None, None) => "any listener".to_owned(),
        (Some(name), None) => name.clone(),
        (None, Some(port)) => format!("port {port}"),
        (Some(name), Some(port)) => format!("{name}, port {port}"),
    };
    if !selected.is_empty() {
        return Finding::new(
            Gate::Listener,
            GateOutcome::Passed,
            match (&parent_ref.section_name, parent_ref.port) {
                (None, None) => "any section, any port",
                (Some(_), None) => "named by section",
                (None, Some(_)) => "named by port",
                (Some(_), Some(_)) => "named by section and port",
            },
            Sentence::new()
                .text("The parentRef asks for ")
                .name(&asked)
                .text("."),
        );
    }
    let gateway_name = full_name(parent_ref);
    let mut sentence = Sentence::new().text("Gateway ").name(&gateway_name);
    sentence = match (&parent_ref.section_name, parent_ref.port) {
        (Some(name), None) => sentence.text(" has no listener ").name(name),
        (None, Some(port)) => sentence
            .text(" has no listener on port ")
            .name(&port.to_string()),
        (Some(name), Some(port)) => sentence
            .text(" has no listener that is both ")
            .name(name)
            .text(" and on port ")
            .name(&port.to_string()),
        (None, None) => sentence.text(" has no listener"),
    };
    let existing: Vec<String> = gateway
        .spec
        .listeners
        .iter()
        .map(|listener| format!("{} (port {})", listener.name, listener.port))
        .collect();
    let wanted = parent_ref.section_name.as_deref().unwrap_or_default();
    let best = nearest(
        wanted,
        gateway
            .spec
            .listeners
            .iter()
            .map(|listener| listener.name.as_str()),
        1,
    );
    let mut remedy = Sentence::new().text("The route's owner can correct the parentRef");
    sentence = match (parent_ref.section_name.as_deref(), best.first()) {
        (Some(_), Some(best)) => {
            remedy = remedy.text(", for instance with sectionName ").name(best);
            sentence.text("; the nearest name is ").name(best).text(".")
        }
        (None, Some(_)) => {
            let shown: Vec<String> = existing.iter().take(5).cloned().collect();
            sentence.text("; it has ").name(&shown.join(", ")).text(".")
        }
        (_, None) => sentence.text("."),
    };
    Finding::new(
        Gate::Listener,
        GateOutcome::Failed,
        "no such listener",
        sentence,
    )
    .reason("NoMatchingParent")
    .evidence(Evidence::Choice { asked, existing })
    .remedy(Owner::Application, remedy.text("."), None)
}
