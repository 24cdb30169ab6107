//! The references gate: backendRefs, ReferenceGrants, existence (`rules[].backendRefs`, condition `ResolvedRefs`).
//!
//! Permission is asked before existence, so that nobody learns what exists in another namespace. A broken
//! reference never refuses a route; its share of requests is answered 500.

use crate::attachment::Finding;
use crate::nearest::nearest;
use crate::object::Kind;
use crate::report::{BackendReport, Evidence, Gate, GateOutcome, Owner, RouteId};
use crate::resource::GATEWAY_GROUP;
use crate::resource::cluster::ReferenceGrant;
use crate::resource::route::{BackendRef, HttpRule};
use crate::sentence::Sentence;
use crate::snapshot::{KindState, Snapshot};

/// Judges all backendRefs of a route, in rule order.
pub fn judge(world: &Snapshot, route: &RouteId, rules: &[HttpRule]) -> Finding {
    let backends: Vec<BackendReport> = rules
        .iter()
        .enumerate()
        .flat_map(|(index, rule)| {
            rule.backend_refs
                .iter()
                .map(move |backend| (index, backend))
        })
        .map(|(index, backend)| {
            judge_backend(
                world,
                route,
                u32::try_from(index).unwrap_or(u32::MAX),
                backend,
            )
        })
        .collect();
    let worst = |outcome: GateOutcome| backends.iter().find(|backend| backend.outcome == outcome);
    let (outcome, summary, sentence, reason) =
        match (worst(GateOutcome::Failed), worst(GateOutcome::Unknown)) {
            (Some(broken), _) => (
                GateOutcome::Failed,
                "a backend is broken",
                broken.sentence.clone(),
                broken.reason.clone(),
            ),
            (None, Some(unknown)) => (
                GateOutcome::Unknown,
                "cannot be seen",
                unknown.sentence.clone(),
                "Unknown".to_owned(),
            ),
            (None, None) if backends.is_empty() => {
                let sentence = Sentence::new().text(
                    "The route refers to no backend; its rules answer 500 unless they redirect.",
                );
                (
                    GateOutcome::Passed,
                    "no backends",
                    sentence,
                    "ResolvedRefs".to_owned(),
                )
            }
            (None, None) => {
                let sentence = Sentence::new().text("Every backend exists and may be referred to.");
                (
                    GateOutcome::Passed,
                    "backends exist",
                    sentence,
                    "ResolvedRefs".to_owned(),
                )
            }
        };
    let mut finding =
        Finding::new(Gate::References, outcome, summary, sentence).reason(reason_word(&reason));
    if outcome == GateOutcome::Failed {
        let remedy = match reason.as_str() {
            "RefNotPermitted" => (
                Owner::Application,
                "The backend's owner can allow it with a ReferenceGrant in the backend's namespace.",
            ),
            "InvalidKind" => (
                Owner::Application,
                "The route's owner can correct group and kind of the backendRef.",
            ),
            _ => (
                Owner::Application,
                "The route's owner can correct the backendRef or create the Service.",
            ),
        };
        finding = finding.remedy(remedy.0, Sentence::new().text(remedy.1), None);
    }
    finding.evidence(Evidence::References { backends })
}

fn reason_word(reason: &str) -> &'static str {
    [
        "ResolvedRefs",
        "BackendNotFound",
        "RefNotPermitted",
        "InvalidKind",
    ]
    .into_iter()
    .find(|word| *word == reason)
    .unwrap_or("Unknown")
}

/// Judges one backendRef.
fn judge_backend(
    world: &Snapshot,
    route: &RouteId,
    rule: u32,
    backend: &BackendRef,
) -> BackendReport {
    let group = backend.group.as_deref().unwrap_or_default();
    let kind = backend.kind.as_deref().unwrap_or("Service");
    let namespace = backend.namespace.as_deref().unwrap_or(&route.namespace);
    let (outcome, reason, sentence) = if (group, kind) != ("", "Service") {
        other_kind(group, kind)
    } else if namespace == route.namespace {
        service(
            world,
            namespace,
            backend,
            Sentence::new().text("same namespace, no grant needed"),
        )
    } else {
        match granted(world, route, namespace, &backend.name) {
            Grant::Given(name) => {
                let note = Sentence::new()
                    .text("allowed by ReferenceGrant ")
                    .name(&format!("{namespace}/{name}"));
                service(world, namespace, backend, note)
            }
            Grant::None(near) => not_permitted(route, namespace, &backend.name, near),
            Grant::Unknown => {
                let sentence = Sentence::new()
                    .text("Gatewatch cannot read all ReferenceGrants in namespace ")
                    .name(namespace)
                    .text(", so whether this route may refer to Service ")
                    .name(&backend.name)
                    .text(" is not known.");
                (GateOutcome::Unknown, "Unknown", sentence)
            }
        }
    };
    BackendReport {
        rule,
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: backend.name.clone(),
        port: backend.port,
        weight: backend.weight.unwrap_or(1),
        outcome,
        reason: reason.to_owned(),
        sentence,
    }
}

type Judged = (GateOutcome, &'static str, Sentence);

fn other_kind(group: &str, kind: &str) -> Judged {
    let shown = if group.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}.{group}")
    };
    let sentence = Sentence::new().text("The backend is of kind ").name(&shown);
    // Core and Gateway API groups have no other backend kinds; kinds of other groups are an implementation's own.
    if group.is_empty() || group == GATEWAY_GROUP {
        (
            GateOutcome::Failed,
            "InvalidKind",
            sentence.text(", which no gateway can serve."),
        )
    } else {
        (
            GateOutcome::Unknown,
            "Unknown",
            sentence.text(", which Gatewatch does not know; its controller decides."),
        )
    }
}

fn service(world: &Snapshot, namespace: &str, backend: &BackendRef, note: Sentence) -> Judged {
    let name = format!("{namespace}/{}", backend.name);
    let Some(service) = world.service(namespace, &backend.name) else {
        return missing(world, namespace, &backend.name);
    };
    match backend.port {
        Some(port) if service.spec.ports.iter().any(|known| known.port == port) => {
            (GateOutcome::Passed, "ResolvedRefs", note)
        }
        Some(port) => {
            let ports: Vec<String> = service
                .spec
                .ports
                .iter()
                .map(|port| port.port.to_string())
                .collect();
            let sentence = Sentence::new()
                .text("Service ")
                .name(&name)
                .text(" has no port ")
                .name(&port.to_string());
            let sentence = if ports.is_empty() {
                sentence
            } else {
                sentence.text("; it has ").name(&ports.join(", "))
            };
            (GateOutcome::Failed, "BackendNotFound", sentence.text("."))
        }
        None => {
            let sentence = Sentence::new()
                .text("The backendRef to Service ")
                .name(&name)
                .text(" names no port.");
            (GateOutcome::Failed, "BackendNotFound", sentence)
        }
    }
}

fn missing(world: &Snapshot, namespace: &str, service: &str) -> Judged {
    let name = format!("{namespace}/{service}");
    let state = world.state(Kind::Service);
    let sentence = Sentence::new().text("Service ").name(&name);
    if world.is_unreadable(&Kind::Service.id(namespace, service)) {
        return (
            GateOutcome::Unknown,
            "Unknown",
            sentence.text(" is there but cannot be read."),
        );
    }
    if !state.is_complete() {
        return (
            GateOutcome::Unknown,
            "Unknown",
            sentence.text(" cannot be seen: Gatewatch may not read Services."),
        );
    }
    if state == KindState::Complete && !world.has_services() {
        return (
            GateOutcome::Unknown,
            "Unknown",
            sentence.text(" is not known: no Services are among the objects that were read."),
        );
    }
    let names: Vec<&str> = world.services_in(namespace).collect();
    let sentence = sentence.text(" does not exist");
    let near = nearest(service, names, 1);
    let sentence = match near.first() {
        Some(near) => sentence
            .text("; the nearest name there is ")
            .name(near)
            .text("."),
        None => sentence.text("."),
    };
    (GateOutcome::Failed, "BackendNotFound", sentence)
}

/// Whether a reference may cross namespaces.
enum Grant {
    /// By the grant of this name.
    Given(String),
    /// By none; the words say which grant comes nearest and which field is wrong.
    None(Option<Sentence>),
    /// Grants cannot all be read.
    Unknown,
}

fn granted(world: &Snapshot, route: &RouteId, namespace: &str, service: &str) -> Grant {
    let from = |grant: &ReferenceGrant| {
        grant.spec.from.iter().any(|from| {
            from.group == GATEWAY_GROUP
                && from.kind == route.kind.as_str()
                && from.namespace == route.namespace
        })
    };
    let to = |grant: &ReferenceGrant| {
        let names = |name: &Option<String>| name.as_deref().is_none_or(|name| name == service);
        grant
            .spec
            .to
            .iter()
            .any(|to| to.group.is_empty() && to.kind == "Service" && names(&to.name))
    };
    let mut near = None;
    for grant in world.grants_in(namespace) {
        match (from(grant), to(grant)) {
            (true, true) => return Grant::Given(grant.metadata.name.clone()),
            (true, false) => {
                near = Some(near_miss(
                    namespace,
                    grant,
                    "its `to` does not name this Service",
                ))
            }
            (false, true) if near.is_none() => {
                near = Some(near_miss(
                    namespace,
                    grant,
                    "its `from` does not name this kind of route in this namespace",
                ));
            }
            (false, _) => {}
        }
    }
    let readable = world.state(Kind::ReferenceGrant).is_complete()
        && !world.has_unreadable(Kind::ReferenceGrant);
    if readable {
        Grant::None(near)
    } else {
        Grant::Unknown
    }
}

fn near_miss(namespace: &str, grant: &ReferenceGrant, words: &str) -> Sentence {
    let name = format!("{namespace}/{}", grant.metadata.name);
    Sentence::new()
        .text(" ReferenceGrant ")
        .name(&name)
        .text(" comes near: ")
        .then(&Sentence::from_marked(words))
        .text(".")
}

fn not_permitted(
    route: &RouteId,
    namespace: &str,
    service: &str,
    near: Option<Sentence>,
) -> Judged {
    let sentence = Sentence::new()
        .text("No ReferenceGrant in namespace ")
        .name(namespace)
        .text(" allows ")
        .text(route.kind.as_str())
        .text("s of namespace ")
        .name(&route.namespace)
        .text(" to refer to Service ")
        .name(service)
        .text(".");
    (
        GateOutcome::Failed,
        "RefNotPermitted",
        sentence.then(&near.unwrap_or_default()),
    )
}
