//! One backendRef: its kind, permission, existence, port, in this order.
//!
//! Permission is asked before existence, so that nobody learns what exists in another namespace.

use super::Grants;
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

/// What became of a backendRef.
#[derive(Clone, Copy, Debug)]
enum Found<'a> {
    /// A kind of an extension.
    Foreign,
    /// A kind that is no backend.
    WrongKind,
    /// No ReferenceGrant permits it.
    NotPermitted,
    /// Not all ReferenceGrants can be seen.
    GrantsHidden,
    /// The Service is there, but another name for something else.
    External,
    /// No port is named.
    NoPort,
    /// The Service has other ports.
    OtherPorts(&'a Service),
    /// Good; with the grant that permits it, if it needed one.
    Good(Option<&'a str>),
    /// The Service is there but cannot be read.
    Unreadable,
    /// Services may be hidden.
    Hidden,
    /// The files hold no Service at all.
    NoServices,
    /// There is no such Service.
    Missing,
}

impl Found<'_> {
    fn outcome(self) -> (GateOutcome, &'static str) {
        match self {
            Self::Good(_) => (GateOutcome::Passed, "ResolvedRefs"),
            Self::WrongKind => (GateOutcome::Failed, "InvalidKind"),
            Self::NotPermitted => (GateOutcome::Failed, "RefNotPermitted"),
            Self::NoPort | Self::OtherPorts(_) | Self::Missing => {
                (GateOutcome::Failed, "BackendNotFound")
            }
            Self::Foreign
            | Self::GrantsHidden
            | Self::External
            | Self::Unreadable
            | Self::Hidden
            | Self::NoServices => (GateOutcome::Unknown, "Unknown"),
        }
    }
}

/// Outcome and reason word of one backendRef of a route.
pub fn ruling(
    world: &Snapshot,
    route: &RouteId,
    backend: &BackendRef,
    grants: Grants,
) -> (GateOutcome, &'static str) {
    find(world, route, backend, grants).outcome()
}

/// Judges one backendRef of a route, with words.
pub fn judge(world: &Snapshot, route: &RouteId, backend: &BackendRef) -> Judged {
    let found = find(world, route, backend, Grants::Needed);
    let (outcome, reason) = found.outcome();
    (outcome, reason, words(world, route, backend, found))
}

fn find<'a>(
    world: &'a Snapshot,
    route: &RouteId,
    backend: &BackendRef,
    needs: Grants,
) -> Found<'a> {
    let group = backend.group.as_deref().unwrap_or_default();
    let kind = backend.kind.as_deref().unwrap_or("Service");
    if (group, kind) != ("", "Service") {
        return if FOREIGN_BACKENDS.contains(&group) {
            Found::Foreign
        } else {
            Found::WrongKind
        };
    }
    let namespace = backend.namespace_or(&route.namespace);
    let grant = if namespace == route.namespace || needs == Grants::NotNeeded {
        None
    } else {
        match grants::find(world, reference(route, backend)) {
            Grant::Given(name) => Some(name),
            Grant::None => return Found::NotPermitted,
            Grant::Unknown => return Found::GrantsHidden,
        }
    };
    match world.service(namespace, &backend.name) {
        Some(service) => by_port(service, backend.port, grant),
        None => absent(world, namespace, &backend.name),
    }
}

fn reference<'a>(route: &'a RouteId, backend: &'a BackendRef) -> Reference<'a> {
    Reference {
        from_kind: route.kind.as_str(),
        from_namespace: &route.namespace,
        group: "",
        kind: "Service",
        namespace: backend.namespace_or(&route.namespace),
        name: &backend.name,
    }
}

fn by_port<'a>(service: &'a Service, port: Option<u16>, grant: Option<&'a str>) -> Found<'a> {
    if service.spec.type_.as_deref() == Some("ExternalName") {
        return Found::External;
    }
    match port {
        None => Found::NoPort,
        Some(port) if service.spec.ports.iter().any(|known| known.port == port) => {
            Found::Good(grant)
        }
        Some(_) => Found::OtherPorts(service),
    }
}

fn absent<'a>(world: &Snapshot, namespace: &str, service: &str) -> Found<'a> {
    if world.is_unreadable(&Kind::Service.id(namespace, service)) {
        Found::Unreadable
    } else if world.may_hide_in(Kind::Service, namespace) {
        Found::Hidden
    } else if world.state(Kind::Service) == KindState::Complete && !world.has(Kind::Service) {
        Found::NoServices
    } else {
        Found::Missing
    }
}

fn words(world: &Snapshot, route: &RouteId, backend: &BackendRef, found: Found<'_>) -> Sentence {
    let namespace = backend.namespace_or(&route.namespace);
    let name = Sentence::new()
        .text("Service ")
        .name(&format!("{namespace}/{}", backend.name));
    match found {
        Found::Foreign | Found::WrongKind => other_kind(backend),
        Found::NotPermitted => grants::not_permitted(world, reference(route, backend)),
        Found::GrantsHidden => grants::not_known(reference(route, backend)),
        Found::External => name.text(
            " is an ExternalName; many gateways refuse those, so whether it serves is not known.",
        ),
        Found::NoPort => name.text(" is referred to without a port."),
        Found::OtherPorts(service) => other_ports(service, name, backend.port.unwrap_or_default()),
        Found::Good(None) => Sentence::new().text("same namespace, no grant needed"),
        Found::Good(Some(grant)) => Sentence::new()
            .text("allowed by ReferenceGrant ")
            .name(&format!("{namespace}/{grant}")),
        Found::Unreadable => {
            name.text(" is there but cannot be read; see the problems under Visibility.")
        }
        Found::Hidden => {
            let why = crate::attachment::finding::cannot_see(world, Kind::Service);
            name.text(" cannot be seen.").then(&why)
        }
        Found::NoServices => name.text(" is not known: no Service is in these files."),
        Found::Missing => missing(world, name, (namespace, &backend.name)),
    }
}

fn other_kind(backend: &BackendRef) -> Sentence {
    let group = backend.group.as_deref().unwrap_or_default();
    let kind = backend.kind.as_deref().unwrap_or("Service");
    let shown = match group {
        "" => kind.to_owned(),
        group => format!("{kind}.{group}"),
    };
    let sentence = Sentence::new().text("The backend is of kind ").name(&shown);
    if FOREIGN_BACKENDS.contains(&group) {
        sentence.text(", an extension that Gatewatch does not judge; its controller decides.")
    } else if group == GATEWAY_GROUP && kind == "Service" {
        sentence
            .text("; a Service has ")
            .name("group: \"\"")
            .text(", so no gateway serves this.")
    } else {
        sentence.text(", which is not a backend of the Gateway API.")
    }
}

fn other_ports(service: &Service, name: Sentence, port: u16) -> Sentence {
    let ports: Vec<String> = service
        .spec
        .ports
        .iter()
        .map(|known| known.port.to_string())
        .collect();
    let sentence = name.text(" has no port ").name(&port.to_string());
    let is_target = |known: &&crate::resource::cluster::ServicePort| {
        let target = known.target_port.as_ref();
        target.and_then(serde_json::Value::as_u64) == Some(u64::from(port))
    };
    let sentence = match service.spec.ports.iter().find(is_target) {
        Some(meant) => sentence
            .text("; that is the targetPort of its port ")
            .name(&meant.port.to_string()),
        None if ports.is_empty() => sentence,
        None => sentence.text("; it has ").names(&ports, " and "),
    };
    sentence.text(".")
}

fn missing(world: &Snapshot, name: Sentence, (namespace, service): (&str, &str)) -> Sentence {
    let sentence = name.text(match world.state(Kind::Service) {
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
    sentence.text(".")
}
