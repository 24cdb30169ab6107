//! Requests within a mesh: from a client's Namespace to a Service that routes name as their parent (GAMMA).

use super::decide::by_rules;
use super::decision::{BackendShare, Decision, Outcome};
use super::find::{Asked, Place};
use super::request::Request;
use super::result::good_names;
use super::table::Hostname;
use crate::object::RouteKind;
use crate::report::{Attachment, NamespacedName};
use crate::resource::cluster::Service;
use crate::sentence::Sentence;
use std::borrow::Cow;

/// Answers for a request to a Service: consumer routes of the client's Namespace, else the producer's own, else the
/// Service itself.
pub(super) fn answer<'a>(
    asked: Asked<'a>,
    decision: &mut Decision,
    request: &Request,
    from: &str,
) -> Option<Place<'a>> {
    let name = service_name(&request.host, from);
    let full = format!("{}/{}", name.namespace, name.name);
    let world = &asked.report.world;
    let port = request.dialled().unwrap_or(80);
    let Some(service) = world.service(&name.namespace, &name.name) else {
        decision.sentence = Sentence::new()
            .text("Service ")
            .name(&full)
            .text(" is not held, so nobody can tell what becomes of requests to it.");
        return None;
    };
    let Some(place) = place(asked, &name, (service, port), from) else {
        itself(decision, &name, (service, port));
        return None;
    };
    by_rules(asked, decision, &place);
    if decision.outcome == Outcome::NotFound {
        decision.sentence = Sentence::new()
            .text("404: no rule of the routes of Service ")
            .name(&full)
            .text(" matches ")
            .name(&format!("{} {}", request.method, request.path))
            .text(".");
    }
    Some(place)
}

/// `echo`, `echo.ns`, `echo.ns.svc`, `echo.ns.svc.cluster.local`.
fn service_name(host: &str, from: &str) -> NamespacedName {
    let mut parts = host.split('.');
    let name = parts.next().unwrap_or_default().to_owned();
    NamespacedName {
        namespace: parts.next().unwrap_or(from).to_owned(),
        name,
    }
}

/// The routes of a Service's port that count for a client; `None` if there are none.
fn place<'a>(
    asked: Asked<'a>,
    name: &NamespacedName,
    (service, port): (&Service, u16),
    from: &str,
) -> Option<Place<'a>> {
    let at = asked.table.of_service(name)?;
    let stands = at.outside.values().flat_map(Hostname::all);
    let mut named: Vec<(u32, &Attachment)> = stands
        .filter_map(|stand| Some((stand.attachment, asked.entry(stand)?.1)))
        .filter(|(_, one)| is_for_port(one, service, port))
        .collect();
    let consumer = |one: &Attachment| from != name.namespace && one.route.namespace == from;
    let has_consumer = named.iter().any(|(_, one)| consumer(one));
    named.retain(|(_, one)| {
        if has_consumer {
            consumer(one)
        } else {
            one.route.namespace == name.namespace
        }
    });
    // Where both kinds name a port, GRPCRoutes hold it.
    let has_grpc = named
        .iter()
        .any(|(_, one)| one.route.kind == RouteKind::Grpc);
    named.retain(|(_, one)| !has_grpc || one.route.kind == RouteKind::Grpc);
    if named.is_empty() {
        return None;
    }
    let kept = at.only(|index| named.iter().any(|(known, _)| *known == index));
    Some(Place {
        at: vec![Cow::Owned(kept)],
        mesh: true,
        ..Place::default()
    })
}

fn is_for_port(one: &Attachment, service: &Service, port: u16) -> bool {
    let asked = &one.parent_ref;
    let named = asked.section_name.as_ref().is_none_or(|section| {
        let mut ports = service.spec.ports.iter();
        ports.any(|known| known.name.as_ref() == Some(section) && known.port == port)
    });
    named && asked.port.is_none_or(|wanted| wanted == port)
}

/// Without routes a Service takes its requests itself.
fn itself(decision: &mut Decision, name: &NamespacedName, (service, port): (&Service, u16)) {
    let full = format!("{}/{}:{port}", name.namespace, name.name);
    if !service.spec.ports.iter().any(|known| known.port == port) {
        decision.outcome = Outcome::RefusedConnection;
        decision.sentence = Sentence::new()
            .text("Service ")
            .name(&format!("{}/{}", name.namespace, name.name))
            .text(" has no port ")
            .name(&port.to_string())
            .text(".");
        return;
    }
    decision.outcome = Outcome::Backend;
    decision.sentence = Sentence::new()
        .text("No route of the mesh names the Service; the request goes to ")
        .name(&full)
        .text(".");
    decision.backends = vec![BackendShare {
        kind: "Service".to_owned(),
        namespace: name.namespace.clone(),
        name: name.name.clone(),
        port: Some(port),
        weight: 1,
        share: 1.0,
        resolved: true,
        sentence: Sentence::new(),
    }];
}

/// In a mesh backends of other Namespaces need no grant: that they are there suffices.
pub(super) fn without_grants(asked: Asked<'_>, decision: &mut Decision) {
    let world = &asked.report.world;
    let mut healed = false;
    for backend in decision.backends.iter_mut().filter(|one| !one.resolved) {
        let service = world.service(&backend.namespace, &backend.name);
        let own = decision
            .route
            .as_ref()
            .map(|route| route.namespace.as_str());
        let elsewhere = own != Some(backend.namespace.as_str());
        let has_port = service.is_some_and(|service| {
            let mut ports = service.spec.ports.iter();
            ports.any(|known| Some(known.port) == backend.port)
        });
        if elsewhere && has_port {
            backend.resolved = true;
            backend.sentence = Sentence::new().text("no grant is needed in a mesh");
            healed = true;
        }
    }
    let serves = decision
        .backends
        .iter()
        .any(|one| one.resolved && one.share > 0.0);
    if healed && serves && decision.outcome == Outcome::Error {
        decision.outcome = Outcome::Backend;
        decision.status = None;
        decision.because = Sentence::new();
        decision.sentence = Sentence::new()
            .text("The request goes to ")
            .name(&good_names(&decision.backends))
            .text(".");
    }
}
