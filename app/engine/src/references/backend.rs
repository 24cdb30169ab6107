//! One backendRef: its kind, permission, existence, port, in this order.
//!
//! Permission is asked before existence, so that nobody learns what exists in another namespace.

use super::grants::{self, Grant, Reference};
use crate::nearest::nearest;
use crate::object::Kind;
use crate::report::{GateOutcome, RouteId};
use crate::resource::GATEWAY_GROUP;
use crate::resource::cluster::Service;
use crate::resource::route::BackendRef;
use crate::sentence::Sentence;
use crate::snapshot::{KindState, Snapshot};

/// Outcome, reason word of `ResolvedRefs`, and words.
pub type Judged = (GateOutcome, &'static str, Sentence);

/// Groups of implementations and extensions that define backends of their own.
const FOREIGN_BACKENDS: [&str; 15] = [
    "agentgateway.dev",
    "application-networking.k8s.aws",
    "cilium.io",
    "configuration.konghq.com",
    "gateway.envoyproxy.io",
    "gateway.kgateway.dev",
    "gateway.networking.x-k8s.io",
    "gateway.solo.io",
    "inference.networking.k8s.io",
    "inference.networking.x-k8s.io",
    "kuma.io",
    "multicluster.x-k8s.io",
    "net.gke.io",
    "networking.istio.io",
    "traefik.io",
];

/// Judges one backendRef of a route.
pub fn judge(world: &Snapshot, route: &RouteId, backend: &BackendRef) -> Judged {
    let group = backend.group.as_deref().unwrap_or_default();
    let kind = backend.kind.as_deref().unwrap_or("Service");
    if (group, kind) != ("", "Service") {
        return other_kind(group, kind);
    }
    let namespace = backend.namespace_or(&route.namespace);
    if namespace == route.namespace {
        let note = Sentence::new().text("same namespace, no grant needed");
        return exists(world, namespace, backend, note);
    }
    let reference = Reference {
        from_kind: route.kind.as_str(),
        from_namespace: &route.namespace,
        group: "",
        kind: "Service",
        namespace,
        name: &backend.name,
    };
    match grants::find(world, reference) {
        Grant::Given(name) => {
            let note = Sentence::new()
                .text("allowed by ReferenceGrant ")
                .name(&format!("{namespace}/{name}"));
            exists(world, namespace, backend, note)
        }
        Grant::None(near) => failed("RefNotPermitted", grants::not_permitted(reference, near)),
        Grant::Unknown => unknown(grants::not_known(reference)),
    }
}

fn unknown(sentence: Sentence) -> Judged {
    (GateOutcome::Unknown, "Unknown", sentence)
}

fn failed(reason: &'static str, sentence: Sentence) -> Judged {
    (GateOutcome::Failed, reason, sentence)
}

fn other_kind(group: &str, kind: &str) -> Judged {
    let shown = match group {
        "" => kind.to_owned(),
        group => format!("{kind}.{group}"),
    };
    let sentence = Sentence::new().text("The backend is of kind ").name(&shown);
    if FOREIGN_BACKENDS.contains(&group) {
        unknown(
            sentence.text(", an extension that Gatewatch does not judge; its controller decides."),
        )
    } else if group == GATEWAY_GROUP && kind == "Service" {
        let sentence = sentence
            .text("; a Service has ")
            .name("group: \"\"")
            .text(", so no gateway serves this.");
        failed("InvalidKind", sentence)
    } else {
        failed(
            "InvalidKind",
            sentence.text(", which is not a backend of the Gateway API."),
        )
    }
}

fn exists(world: &Snapshot, namespace: &str, backend: &BackendRef, note: Sentence) -> Judged {
    let name = Sentence::new()
        .text("Service ")
        .name(&format!("{namespace}/{}", backend.name));
    match world.service(namespace, &backend.name) {
        Some(service) => has_port(service, name, backend.port, note),
        None => missing(world, name, (namespace, &backend.name)),
    }
}

fn has_port(service: &Service, name: Sentence, port: Option<u16>, note: Sentence) -> Judged {
    if service.spec.type_.as_deref() == Some("ExternalName") {
        return unknown(name.text(
            " is an ExternalName; many gateways refuse those, so whether it serves is not known.",
        ));
    }
    let Some(port) = port else {
        return failed(
            "BackendNotFound",
            name.text(" is referred to without a port."),
        );
    };
    let ports: Vec<String> = service
        .spec
        .ports
        .iter()
        .map(|known| known.port.to_string())
        .collect();
    if service.spec.ports.iter().any(|known| known.port == port) {
        return (GateOutcome::Passed, "ResolvedRefs", note);
    }
    let sentence = name.text(" has no port ").name(&port.to_string());
    let is_target = |known: &crate::resource::cluster::ServicePort| {
        known
            .target_port
            .as_ref()
            .and_then(serde_json::Value::as_u64)
            == Some(u64::from(port))
    };
    let sentence = match service.spec.ports.iter().find(|known| is_target(known)) {
        Some(meant) => sentence
            .text("; that is the targetPort of its port ")
            .name(&meant.port.to_string()),
        None if ports.is_empty() => sentence,
        None => sentence.text("; it has ").names(&ports, " and "),
    };
    failed("BackendNotFound", sentence.text("."))
}

fn missing(world: &Snapshot, name: Sentence, (namespace, service): (&str, &str)) -> Judged {
    if world.is_unreadable(&Kind::Service.id(namespace, service)) {
        return unknown(
            name.text(" is there but cannot be read; see the problems under Visibility."),
        );
    }
    if world.may_hide(Kind::Service) {
        let why = crate::attachment::finding::cannot_see(world, Kind::Service);
        return unknown(name.text(" cannot be seen.").then(&why));
    }
    let state = world.state(Kind::Service);
    if state == KindState::Complete && !world.has(Kind::Service) {
        return unknown(name.text(" is not known: no Service is in these files."));
    }
    let sentence = name.text(match state {
        KindState::Complete => " is not in these files",
        _ => " does not exist",
    });
    let near = nearest(service, world.services_in(namespace), 1);
    let sentence = match near.first() {
        Some(near) => sentence.text("; the nearest name there is ").name(near),
        None => match world.namespaces_of_service(service).as_slice() {
            [] => sentence,
            elsewhere => sentence
                .text("; there is one of that name in namespace ")
                .names(elsewhere, " and "),
        },
    };
    failed("BackendNotFound", sentence.text("."))
}
