//! The kind gate: the listener's protocol and `allowedRoutes.kinds`.

use super::Finding;
use crate::object::RouteKind;
use crate::report::{Evidence, Gate, GateOutcome, Owner};
use crate::resource::GATEWAY_GROUP;
use crate::resource::gateway::{Listener, RouteGroupKind};
use crate::sentence::Sentence;

/// Route kinds that a protocol can carry; `None` for a protocol that an implementation defined.
pub fn of_protocol(protocol: &str) -> Option<&'static [RouteKind]> {
    match protocol {
        "HTTP" | "HTTPS" => Some(&[RouteKind::Http, RouteKind::Grpc]),
        "TLS" => Some(&[RouteKind::Tls]),
        "TCP" => Some(&[RouteKind::Tcp]),
        "UDP" => Some(&[RouteKind::Udp]),
        _ => None,
    }
}

/// The kind of an entry of `allowedRoutes.kinds`, if it is one that this protocol can carry.
pub fn usable(entry: &RouteGroupKind, protocol: &str) -> Option<RouteKind> {
    let kind = RouteKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == entry.kind)?;
    let carried = of_protocol(protocol).is_some_and(|kinds| kinds.contains(&kind));
    (entry.group_or_default() == GATEWAY_GROUP && carried).then_some(kind)
}

/// Kinds that can attach to a listener (`supportedKinds`), in order.
pub fn supported(listener: &Listener) -> Vec<RouteKind> {
    if listener.allowed_routes.kinds.is_empty() {
        return of_protocol(&listener.protocol).unwrap_or_default().to_vec();
    }
    let mut kinds: Vec<RouteKind> = listener
        .allowed_routes
        .kinds
        .iter()
        .filter_map(|entry| usable(entry, &listener.protocol))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Entries of `allowedRoutes.kinds` that nobody can use there (`InvalidRouteKinds`).
pub fn illegal(listener: &Listener) -> Vec<&RouteGroupKind> {
    listener
        .allowed_routes
        .kinds
        .iter()
        .filter(|entry| usable(entry, &listener.protocol).is_none())
        .collect()
}

/// Judges a listener for a kind of route.
pub fn judge(listener: &Listener, kind: RouteKind) -> Finding {
    let supported = supported(listener);
    let evidence = Evidence::Kind {
        protocol: listener.protocol.clone(),
        allowed: supported
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
    };
    let start = Sentence::new().text("Listener ").name(&listener.name);
    let finding = match of_protocol(&listener.protocol) {
        None => Finding::new(
            Gate::Kind,
            GateOutcome::Unknown,
            "protocol not known",
            start
                .text(" speaks ")
                .name(&listener.protocol)
                .text(", a protocol whose routes its implementation defines."),
        ),
        Some(_) if supported.contains(&kind) => Finding::new(
            Gate::Kind,
            GateOutcome::Passed,
            &format!("kind {}", kind.as_str()),
            start.text(" admits ").text(kind.as_str()).text("s."),
        ),
        Some(carried) if !carried.contains(&kind) => Finding::new(
            Gate::Kind,
            GateOutcome::Failed,
            "kind not allowed",
            start
                .text(" speaks ")
                .name(&listener.protocol)
                .text(", which carries no ")
                .text(kind.as_str())
                .text("s."),
        )
        .reason("NotAllowedByListeners")
        .remedy(
            Owner::Application,
            Sentence::new()
                .text("The route's owner can attach it to a listener whose protocol carries ")
                .text(kind.as_str())
                .text("s."),
            None,
        ),
        Some(_) => refused(listener, kind, &supported),
    };
    finding.evidence(evidence)
}

fn refused(listener: &Listener, kind: RouteKind, supported: &[RouteKind]) -> Finding {
    let mut sentence = Sentence::new().text("Listener ").name(&listener.name);
    sentence = if supported.is_empty() {
        let written = listener.allowed_routes.kinds.first();
        let written = written.map_or_else(String::new, |entry| {
            format!("{}/{}", entry.group_or_default(), entry.kind)
        });
        sentence
            .text(" admits no kind at all: what its ")
            .name("allowedRoutes.kinds")
            .text(" names (")
            .name(&written)
            .text(") is not a route kind that it can carry.")
    } else {
        let kinds: Vec<&str> = supported.iter().map(|kind| kind.as_str()).collect();
        sentence
            .text(" admits only ")
            .text(&kinds.join(" and "))
            .text("; this is an ")
            .text(kind.as_str())
            .text(".")
    };
    let mut finding = Finding::new(
        Gate::Kind,
        GateOutcome::Failed,
        "kind not allowed",
        sentence,
    )
    .reason("NotAllowedByListeners")
    .remedy(
        Owner::Platform,
        Sentence::new()
            .text("If this route should attach, a platform engineer can add ")
            .text(kind.as_str())
            .text(" to the listener's ")
            .name("allowedRoutes.kinds")
            .text("."),
        None,
    );
    finding.intended = !supported.is_empty();
    finding
}
