//! BackendTLSPolicies: conflicts, certificates, and the Gateways through which their Services are reached.

use crate::object::{Kind, RouteKind};
use crate::references::certificates::{self, Fault, Referrer, Wanted};
use crate::report::{
    Attachment, Computed, GateOutcome, NamespacedName, PolicyReport, RouteId, Status, Verdict,
};
use crate::resource::policy::{BackendTlsPolicy, TargetRef};
use crate::snapshot::{KindState, Snapshot};
use crate::status::condition;
use std::collections::{BTreeMap, BTreeSet};

/// A Service in a namespace, or one port of it: what a policy is about.
type Target<'a> = (&'a str, &'a TargetRef);

/// Reports of all policies, by namespace and name.
pub(super) fn reports(world: &Snapshot, attachments: &[Attachment]) -> Vec<PolicyReport> {
    let winners = winners(world);
    let reached = reached(world, attachments);
    let report = |(id, policy): (&crate::object::ObjectId, &BackendTlsPolicy)| {
        let name = NamespacedName {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        let ancestors: BTreeSet<NamespacedName> = policy
            .spec
            .target_refs
            .iter()
            .filter(|target| (target.group.as_str(), target.kind.as_str()) == ("", "Service"))
            .filter_map(|target| reached.get(&(id.namespace.clone(), target.name.clone())))
            .flatten()
            .map(|gateway| (*gateway).clone())
            .collect();
        PolicyReport {
            conditions: conditions(world, &name, policy, &winners),
            ancestors: ancestors.into_iter().collect(),
            namespace: name.namespace,
            name: name.name,
        }
    };
    world.policies().map(report).collect()
}

/// Who governs each target: the oldest policy, then the first by `namespace/name`.
fn winners(world: &Snapshot) -> BTreeMap<(String, String, Option<String>), String> {
    let mut all: Vec<(bool, Option<String>, String, Target<'_>)> = Vec::new();
    for (id, policy) in world.policies() {
        let created = policy.metadata.creation_timestamp.clone();
        for target in &policy.spec.target_refs {
            let place = (id.namespace.as_str(), target);
            all.push((created.is_none(), created.clone(), id.name.clone(), place));
        }
    }
    all.sort_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
    let mut winners = BTreeMap::new();
    for (_, _, name, (namespace, target)) in all {
        let key = (
            namespace.to_owned(),
            target.name.clone(),
            target.section_name.clone(),
        );
        winners.entry(key).or_insert(name);
    }
    winners
}

/// Gateways through which attached routes reach each Service, by namespace and name: with its requests or copies of
/// them, of HTTPRoutes, GRPCRoutes, and TLSRoutes whose TLS ends at the gateway.
fn reached<'a>(
    world: &'a Snapshot,
    attachments: &'a [Attachment],
) -> BTreeMap<(String, String), BTreeSet<&'a NamespacedName>> {
    let mut gateways: BTreeMap<&RouteId, BTreeSet<&NamespacedName>> = BTreeMap::new();
    for attachment in attachments {
        let counts = match attachment.route.kind {
            RouteKind::Http | RouteKind::Grpc => true,
            RouteKind::Tls => terminates(world, attachment),
            RouteKind::Tcp | RouteKind::Udp => false,
        };
        if let (true, Verdict::Attached, Some(gateway)) =
            (counts, attachment.verdict, &attachment.gateway)
        {
            gateways
                .entry(&attachment.route)
                .or_default()
                .insert(gateway);
        }
    }
    let mut reached: BTreeMap<(String, String), BTreeSet<&NamespacedName>> = BTreeMap::new();
    for route in world.routes() {
        let Some(through) = gateways.get(&route.id) else {
            continue;
        };
        let serving = route.rules.iter().flat_map(|rule| rule.backend_refs);
        let filters = route.rules.iter().flat_map(|rule| {
            let own = rule.filters.iter();
            own.chain(rule.backend_refs.iter().flat_map(|one| &one.filters))
        });
        let mirrors =
            filters.filter_map(|filter| Some(&filter.request_mirror.as_ref()?.backend_ref));
        for backend in serving.chain(mirrors) {
            let kind = (
                backend.group.as_deref().unwrap_or_default(),
                backend.kind.as_deref().unwrap_or("Service"),
            );
            if kind == ("", "Service") {
                let namespace = backend.namespace_or(&route.id.namespace).to_owned();
                let service = (namespace, backend.name.clone());
                reached.entry(service).or_default().extend(through);
            }
        }
    }
    reached
}

/// True if TLS ends at the listener of an attachment.
fn terminates(world: &Snapshot, attachment: &Attachment) -> bool {
    let listeners = match (&attachment.listener_set, &attachment.gateway) {
        (Some(set), _) => world
            .listener_set(&set.namespace, &set.name)
            .map(|set| &set.spec.listeners),
        (None, Some(gateway)) => world
            .gateway(&gateway.namespace, &gateway.name)
            .map(|gateway| &gateway.spec.listeners),
        (None, None) => None,
    };
    let mut own = listeners.into_iter().flatten();
    own.any(|one| {
        attachment.listener.as_deref() == Some(one.name.as_str()) && !one.passes_through()
    })
}

fn conditions(
    world: &Snapshot,
    name: &NamespacedName,
    policy: &BackendTlsPolicy,
    winners: &BTreeMap<(String, String, Option<String>), String>,
) -> BTreeMap<String, Computed> {
    let with = |accepted: Computed, resolved: Option<Computed>| {
        let mut conditions = BTreeMap::from([("Accepted".to_owned(), accepted)]);
        if let Some(resolved) = resolved {
            conditions.insert("ResolvedRefs".to_owned(), resolved);
        }
        conditions
    };
    let no = |reason: &str| condition(Status::False, reason);
    let authorities = authorities(world, name, policy);
    let resolved = match authorities {
        Authorities::Good => Some(condition(Status::True, "ResolvedRefs")),
        Authorities::Bad { reason, .. } => Some(no(reason)),
        Authorities::Unknown => None,
    };
    let lost = policy.spec.target_refs.iter().any(|target| {
        let key = (
            name.namespace.clone(),
            target.name.clone(),
            target.section_name.clone(),
        );
        winners.get(&key).is_some_and(|winner| *winner != name.name)
    });
    if lost {
        return with(no("Conflicted"), resolved);
    }
    if policy
        .spec
        .validation
        .well_known_ca_certificates
        .as_deref()
        .is_some_and(|known| known != "System")
    {
        return with(no("Invalid"), resolved);
    }
    if let Authorities::Bad { all: true, .. } = authorities {
        return with(no("NoValidCACertificate"), resolved);
    }
    if policy
        .spec
        .target_refs
        .iter()
        .any(|target| is_gone(world, &name.namespace, target))
    {
        return with(no("TargetNotFound"), resolved);
    }
    match resolved {
        Some(resolved) => with(condition(Status::True, "Accepted"), Some(resolved)),
        None => BTreeMap::new(),
    }
}

fn is_gone(world: &Snapshot, namespace: &str, target: &TargetRef) -> bool {
    let known = !world.may_hide_in(Kind::Service, namespace)
        && (world.state(Kind::Service) != KindState::Complete || world.has(Kind::Service));
    let is_service = (target.group.as_str(), target.kind.as_str()) == ("", "Service");
    match world.service(namespace, &target.name) {
        // A part of a Service is a port, by its name.
        Some(service) => target.section_name.as_ref().is_some_and(|port| {
            let mut ports = service.spec.ports.iter();
            is_service && !ports.any(|known| known.name.as_ref() == Some(port))
        }),
        None => {
            let id = Kind::Service.id(namespace, &target.name);
            known && is_service && !world.is_unreadable(&id)
        }
    }
}

/// What became of `caCertificateRefs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Authorities {
    Good,
    Bad { reason: &'static str, all: bool },
    Unknown,
}

fn authorities(world: &Snapshot, name: &NamespacedName, policy: &BackendTlsPolicy) -> Authorities {
    let from = Referrer {
        kind: "BackendTLSPolicy",
        namespace: &name.namespace,
    };
    let refs = &policy.spec.validation.ca_certificate_refs;
    let judged: Vec<_> = refs
        .iter()
        .map(|named| certificates::judge(world, from, Wanted::Authority, named))
        .collect();
    let faults: Vec<Fault> = judged.iter().filter_map(|one| one.fault).collect();
    match faults.first() {
        Some(fault) => Authorities::Bad {
            reason: if *fault == Fault::Kind {
                "InvalidKind"
            } else {
                "InvalidCACertificateRef"
            },
            all: faults.len() == refs.len(),
        },
        None if judged.iter().any(|one| one.outcome == GateOutcome::Unknown) => {
            Authorities::Unknown
        }
        None => Authorities::Good,
    }
}
