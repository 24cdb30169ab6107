//! Findings about listeners: conflicts, who is admitted, who is not.

use super::{Finding, Subject, finding};
use crate::attachment::namespaces;
use crate::attachment::selector::{self, Labels, NAME_LABEL, Selected};
use crate::object::Kind;
use crate::report::{GatewayReport, ListenerReport, Owner, Report};
use crate::resource::gateway::{LabelSelector, Listener};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;

pub(super) fn check_all(world: &Snapshot, report: &Report, found: &mut Vec<Finding>) {
    let mut selectors = Selectors::new(world);
    for gateway in &report.gateways {
        for listener in &gateway.listeners {
            check_conflict(gateway, listener, found);
            check_open(gateway, listener, found);
            check_unused(gateway, listener, found);
            if let Some(spec) = spec(world, gateway, listener) {
                check_selector(&mut selectors, (gateway, listener, spec), found);
            }
        }
    }
}

/// The listener as it is written.
fn spec<'a>(
    world: &'a Snapshot,
    gateway: &GatewayReport,
    listener: &ListenerReport,
) -> Option<&'a Listener> {
    let listeners = match &listener.listener_set {
        Some(set) => {
            &world
                .listener_set(&set.namespace, &set.name)?
                .spec
                .listeners
        }
        None => {
            &world
                .gateway(&gateway.namespace, &gateway.name)?
                .spec
                .listeners
        }
    };
    listeners.iter().find(|one| one.name == listener.name)
}

pub(super) fn subject(gateway: &GatewayReport, listener: &ListenerReport) -> Subject {
    match &listener.listener_set {
        Some(set) => Subject {
            kind: "ListenerSet".to_owned(),
            namespace: set.namespace.clone(),
            name: set.name.clone(),
            part: listener.name.clone(),
        },
        None => Subject {
            kind: "Gateway".to_owned(),
            namespace: gateway.namespace.clone(),
            name: gateway.name.clone(),
            part: listener.name.clone(),
        },
    }
}

fn start(listener: &ListenerReport) -> Sentence {
    Sentence::new().text("Listener ").name(&listener.name)
}

fn check_conflict(gateway: &GatewayReport, listener: &ListenerReport, found: &mut Vec<Finding>) {
    if listener.conflicts_with.is_empty() {
        return;
    }
    let sentence = start(listener)
        .text(" cannot be served: it conflicts with ")
        .names(&listener.conflicts_with, " and ")
        .text(".");
    let place = Sentence::new()
        .name(&listener.protocol)
        .text(" on port ")
        .name(&listener.port.to_string())
        .text(" for ")
        .name(listener.hostname.as_deref().unwrap_or("any host"));
    found.push(
        finding("listener-conflict", subject(gateway, listener), sentence)
            .evidence(place)
            .remedy(
                Owner::Platform,
                "A platform engineer can give one of them another port or hostname.",
            ),
    );
}

fn check_open(gateway: &GatewayReport, listener: &ListenerReport, found: &mut Vec<Finding>) {
    let has_hosts = matches!(listener.protocol.as_str(), "HTTP" | "HTTPS" | "TLS");
    if listener.from != "All" || listener.hostname.is_some() || !has_hosts {
        return;
    }
    let sentence = start(listener).text(" admits routes of every namespace, for any host.");
    found.push(
        finding("open-listener", subject(gateway, listener), sentence).remedy(
            Owner::Platform,
            "A platform engineer can set a hostname, or admit namespaces by a selector.",
        ),
    );
}

fn check_unused(gateway: &GatewayReport, listener: &ListenerReport, found: &mut Vec<Finding>) {
    // What is unknown may be attached; a conflict is told already.
    let in_conflict = !listener.conflicts_with.is_empty();
    if in_conflict || listener.attached_routes.computed > 0 || listener.tally.unknown > 0 {
        return;
    }
    let sentence = start(listener).text(" has no attached route.");
    let words = Sentence::new()
        .text("refused: ")
        .name(&listener.tally.refused.to_string());
    found.push(
        finding("unused-listener", subject(gateway, listener), sentence)
            .evidence(words)
            .remedy(
                Owner::Platform,
                "A platform engineer can remove it, if nobody is meant to use it.",
            ),
    );
}

fn check_selector(
    selectors: &mut Selectors,
    (gateway, listener, spec): (&GatewayReport, &ListenerReport, &Listener),
    found: &mut Vec<Finding>,
) {
    let rule = &spec.allowed_routes.namespaces;
    if rule.from_or_default() != "Selector" {
        return;
    }
    let Some(selector) = &rule.selector else {
        let sentence = start(listener).text(" asks for a selector and has none: it admits nobody.");
        found.push(missing(subject(gateway, listener), sentence));
        return;
    };
    if let Some((term, why)) = selector::illegal(selector) {
        let sentence = start(listener)
            .text(" has the illegal term ")
            .name(&term)
            .text(" (")
            .text(why)
            .text("): it admits nobody.");
        found.push(missing(subject(gateway, listener), sentence));
        return;
    }
    let texts = selector::texts(selector);
    if selectors.match_nobody(selector, &texts) {
        let sentence = start(listener)
            .text(" admits namespaces with ")
            .names(&texts, " and ")
            .text("; no Namespace has that.");
        found.push(
            finding(
                "selector-matches-nobody",
                subject(gateway, listener),
                sentence,
            )
            .remedy(
                Owner::Platform,
                "A platform engineer can label a Namespace, or correct the selector.",
            ),
        );
    }
    let keys = selector.match_labels.keys();
    let own: Vec<&String> = keys.filter(|key| *key != NAME_LABEL).collect();
    let by_name = selector.match_labels.contains_key(NAME_LABEL)
        || selector
            .match_expressions
            .iter()
            .any(|one| one.key == NAME_LABEL && one.operator == "In");
    if let (false, Some(key)) = (by_name, own.first()) {
        let sentence = start(listener)
            .text(" is opened by the label ")
            .name(key)
            .text(": whoever may label a Namespace may let its routes in.");
        found.push(
            finding("delegation-by-custom-label", subject(gateway, listener), sentence).remedy(
                Owner::Platform,
                "A platform engineer can guard that label by a policy of admission, or select Namespaces by their names.",
            ),
        );
    }
}

fn missing(subject: Subject, sentence: Sentence) -> Finding {
    finding("selector-missing", subject, sentence).remedy(
        Owner::Platform,
        "A platform engineer can correct the selector.",
    )
}

/// Whether selectors select nobody, each looked at once: many listeners share one.
struct Selectors {
    /// Labels of all Namespaces; `None` if some may be hidden.
    labels: Option<Vec<Labels>>,
    known: BTreeMap<Vec<String>, bool>,
}

impl Selectors {
    fn new(world: &Snapshot) -> Self {
        let all_seen = !world.may_hide(Kind::Namespace);
        let labels = || {
            let names = world.namespace_names().into_iter();
            names.map(|name| namespaces::labels(world, name)).collect()
        };
        Self {
            labels: all_seen.then(labels),
            known: BTreeMap::new(),
        }
    }

    /// True if there are Namespaces, all can be seen, and none is selected.
    fn match_nobody(&mut self, wanted: &LabelSelector, texts: &[String]) -> bool {
        let Some(labels) = &self.labels else {
            return false;
        };
        *self.known.entry(texts.to_vec()).or_insert_with(|| {
            let refused = |labels: &Labels| selector::evaluate(wanted, labels).0 == Selected::No;
            !labels.is_empty() && labels.iter().all(refused)
        })
    }
}
