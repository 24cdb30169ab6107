//! Findings about ReferenceGrants: too broad, or for nobody.

use super::{Finding, Subject, finding};
use crate::object::Kind;
use crate::report::{Owner, Report};
use crate::resource::cluster::ReferenceGrant;
use crate::resource::gateway::{Listener, Reference};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use std::collections::BTreeSet;

/// A reference that crosses namespaces: from kind and namespace, to kind, namespace and name.
type Crossing = (String, String, String, String, String);

pub(super) fn check_all(world: &Snapshot, report: &Report, found: &mut Vec<Finding>) {
    let crossings = crossings(world, report);
    // A referrer that cannot be seen may need it.
    let all_seen = Kind::ALL
        .into_iter()
        .all(|kind| !world.may_hide(kind) && world.unreadable(kind).next().is_none());
    for (namespace, grant) in world.grants() {
        check_broad(namespace, grant, found);
        if all_seen {
            check_unused((namespace, grant), &crossings, found);
        }
    }
}

fn subject(namespace: &str, grant: &ReferenceGrant) -> Subject {
    Subject {
        kind: "ReferenceGrant".to_owned(),
        namespace: namespace.to_owned(),
        name: grant.metadata.name.clone(),
        part: String::new(),
    }
}

fn check_broad(namespace: &str, grant: &ReferenceGrant, found: &mut Vec<Finding>) {
    let broad = grant.spec.to.iter().find(|to| to.name.is_none());
    let (Some(to), false) = (broad, grant.spec.from.is_empty()) else {
        return;
    };
    let mut from: Vec<String> = grant
        .spec
        .from
        .iter()
        .map(|from| format!("{}s of {}", from.kind, from.namespace))
        .collect();
    from.dedup();
    let sentence = Sentence::new()
        .text("Every ")
        .name(&to.kind)
        .text(" of namespace ")
        .name(namespace)
        .text(" may be referred to by ")
        .names(&from, " and ")
        .text(".");
    found.push(
        finding("grant-broad", subject(namespace, grant), sentence).remedy(
            Owner::Platform,
            "The grant's owner can name the objects in its `to`.",
        ),
    );
}

fn check_unused(
    (namespace, grant): (&str, &ReferenceGrant),
    crossings: &BTreeSet<Crossing>,
    found: &mut Vec<Finding>,
) {
    let serves = |(kind, from, to_kind, to, name): &Crossing| {
        let is_from = grant
            .spec
            .from
            .iter()
            .any(|one| one.kind == *kind && one.namespace == *from);
        let is_to = grant.spec.to.iter().any(|one| {
            one.kind == *to_kind && one.name.as_ref().is_none_or(|wanted| wanted == name)
        });
        to == namespace && is_from && is_to
    };
    if !crossings.iter().any(serves) {
        let sentence = Sentence::new().text("No reference that is there needs this grant.");
        found.push(
            finding("grant-unused", subject(namespace, grant), sentence).remedy(
                Owner::Platform,
                "The grant's owner can remove it, or correct what it names.",
            ),
        );
    }
}

/// All references that cross namespaces.
fn crossings(world: &Snapshot, report: &Report) -> BTreeSet<Crossing> {
    let mut all = BTreeSet::new();
    for route in world.routes() {
        let filters = route.rules.iter().flat_map(|rule| rule.filters);
        let mirrors = filters.filter_map(|one| Some(&one.request_mirror.as_ref()?.backend_ref));
        let serving = route.rules.iter().flat_map(|rule| rule.backend_refs);
        for backend in serving.chain(mirrors) {
            all.insert((
                route.id.kind.as_str().to_owned(),
                route.id.namespace.clone(),
                backend.kind.clone().unwrap_or_else(|| "Service".to_owned()),
                backend.namespace_or(&route.id.namespace).to_owned(),
                backend.name.clone(),
            ));
        }
    }
    let mut add = |kind: &str, namespace: &str, to_kind: &str, named: &Reference| {
        let to = named.namespace.as_deref().unwrap_or(namespace);
        all.insert((
            kind.to_owned(),
            namespace.to_owned(),
            named.kind.clone().unwrap_or_else(|| to_kind.to_owned()),
            to.to_owned(),
            named.name.clone(),
        ));
    };
    let certificates = |listeners: &[Listener]| -> Vec<Reference> {
        let tls = listeners.iter().filter_map(|one| one.tls.clone());
        tls.flat_map(|tls| tls.certificate_refs).collect()
    };
    for gateway in &report.gateways {
        let Some(found) = world.gateway(&gateway.namespace, &gateway.name) else {
            continue;
        };
        let own = certificates(&found.spec.listeners);
        let client = found.spec.tls.backend.client_certificate_ref.clone();
        for named in own.iter().chain(&client) {
            add("Gateway", &gateway.namespace, "Secret", named);
        }
        let frontend = &found.spec.tls.frontend;
        let per_port = frontend.per_port.iter().map(|one| &one.tls);
        for config in std::iter::once(&frontend.default).chain(per_port) {
            let refs = config.validation.iter();
            for named in refs.flat_map(|one| &one.ca_certificate_refs) {
                add("Gateway", &gateway.namespace, "ConfigMap", named);
            }
        }
    }
    for (id, set) in world.listener_sets() {
        for named in certificates(&set.spec.listeners) {
            add("ListenerSet", &id.namespace, "Secret", &named);
        }
    }
    all.retain(|(_, from, _, to, _)| from != to);
    all
}
