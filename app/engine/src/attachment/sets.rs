//! ListenerSets: which Gateway each belongs to, and whether that admits it (`Gateway.spec.allowedListeners`).

use super::finding::Finding;
use super::namespaces;
use super::selector::{self, Selected};
use crate::report::{Gate, NamespacedName};
use crate::resource::GATEWAY_GROUP;
use crate::resource::cluster::ListenerSet;
use crate::resource::gateway::Gateway;
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

/// The Gateway that a ListenerSet names, with the defaults of `spec.parentRef`.
pub fn gateway_of(name: &NamespacedName, set: &ListenerSet) -> Option<NamespacedName> {
    let parent = set.spec.parent_ref.as_ref()?;
    let resolved = parent.resolve(0, &name.namespace);
    (resolved.group == GATEWAY_GROUP && resolved.kind == "Gateway").then_some(NamespacedName {
        namespace: resolved.namespace,
        name: resolved.name,
    })
}

/// Whether a Gateway admits ListenerSets of a namespace. Without a rule it admits none.
pub fn admission(
    world: &Snapshot,
    name: &NamespacedName,
    gateway: &Gateway,
    namespace: &str,
) -> Finding {
    let rule = &gateway.spec.allowed_listeners.namespaces;
    let full = format!("{}/{}", name.namespace, name.name);
    let start = Sentence::new().text("Gateway ").name(&full);
    let from = rule.from.as_deref().unwrap_or("None");
    let passed = |words: Sentence| Finding::passed(Gate::Gateway, "set admitted", words);
    let failed = |words: Sentence| {
        let mut finding = Finding::failed(Gate::Gateway, "set not admitted", words, "NotAllowed");
        finding.intended = true;
        finding
    };
    let labels = || namespaces::labels(world, namespace);
    match (from, &rule.selector) {
        ("All", _) => passed(start.text(" admits ListenerSets of every namespace.")),
        ("Same", _) if namespace == name.namespace => {
            passed(start.text(" admits ListenerSets of its own namespace."))
        }
        ("Same", _) => failed(
            start
                .text(" admits only ListenerSets of its own namespace ")
                .name(&name.namespace)
                .text("."),
        ),
        ("None", _) => failed(start.text(" admits no ListenerSets.")),
        ("Selector", None) => {
            failed(start.text(" admits no ListenerSets: it asks for a selector and has none."))
        }
        ("Selector", Some(wanted)) => {
            let start = start
                .text(" admits ListenerSets of namespaces with ")
                .names(&selector::texts(wanted), " and ")
                .text("; namespace ")
                .name(namespace);
            match selector::evaluate(wanted, &labels()).0 {
                Selected::Yes => passed(start.text(" is one of them.")),
                Selected::No | Selected::Illegal => failed(start.text(" is none of them.")),
                Selected::Unknown => Finding::unknown(
                    Gate::Gateway,
                    "labels not known",
                    start.text(" cannot be seen, so its labels are not known."),
                ),
            }
        }
        (other, _) => Finding::unknown(
            Gate::Gateway,
            "rule not known",
            start
                .text(" has the rule ")
                .name(&format!("from: {other}"))
                .text(" for ListenerSets, which Gatewatch does not know."),
        ),
    }
}
