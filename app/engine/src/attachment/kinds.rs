//! The kind gate: the listener's protocol and `allowedRoutes.kinds`.

use super::finding::{Finding, Ruling};
use crate::object::RouteKind;
use crate::report::{Evidence, Gate, Owner};
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
    let entries = listener.allowed_routes.kinds.iter();
    let mut kinds: Vec<RouteKind> = entries
        .filter_map(|entry| usable(entry, &listener.protocol))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Entries of `allowedRoutes.kinds` that nobody can use there (`InvalidRouteKinds`).
pub fn illegal(listener: &Listener) -> Vec<&RouteGroupKind> {
    let entries = listener.allowed_routes.kinds.iter();
    entries
        .filter(|entry| usable(entry, &listener.protocol).is_none())
        .collect()
}

/// What a listener says to a kind of route, without words.
pub fn ruling(listener: &Listener, kind: RouteKind) -> Ruling {
    let Some(carried) = of_protocol(&listener.protocol) else {
        return Ruling::UNKNOWN;
    };
    let supported = supported(listener);
    if supported.contains(&kind) {
        Ruling::PASSED
    } else {
        let intended = carried.contains(&kind) && !supported.is_empty();
        Ruling::failed("NotAllowedByListeners", intended)
    }
}

/// Judges a listener for a kind of route.
pub fn judge(listener: &Listener, kind: RouteKind) -> Finding {
    let supported = supported(listener);
    let words: Vec<String> = supported
        .iter()
        .map(|kind| kind.as_str().to_owned())
        .collect();
    let start = Sentence::new().text("Listener ").name(&listener.name);
    let finding = match of_protocol(&listener.protocol) {
        None => Finding::unknown(
            Gate::Kind,
            "protocol not known",
            start
                .text(" speaks ")
                .name(&listener.protocol)
                .text(", a protocol whose routes its implementation defines."),
        ),
        Some(_) if supported.contains(&kind) => Finding::passed(
            Gate::Kind,
            &format!("{} allowed", kind.as_str()),
            start.text(" admits ").text(kind.as_str()).text("s."),
        )
        .brief(Sentence::new().text("kind ").text(kind.as_str())),
        Some(carried) if !carried.contains(&kind) => not_carried(listener, kind),
        Some(_) => not_listed(listener, kind, &words),
    };
    finding.evidence(Evidence::Kind {
        protocol: listener.protocol.clone(),
        allowed: words,
    })
}

fn not_carried(listener: &Listener, kind: RouteKind) -> Finding {
    let speaks = Sentence::new()
        .text("speaks ")
        .name(&listener.protocol)
        .text(", which carries no ")
        .text(kind.as_str())
        .text("s");
    let sentence = Sentence::new()
        .text("Listener ")
        .name(&listener.name)
        .text(" ")
        .then(&speaks)
        .text(".");
    let remedy = Sentence::new()
        .text("The route's owner can attach it to a listener whose protocol carries ")
        .text(kind.as_str())
        .text("s.");
    Finding::failed(
        Gate::Kind,
        "kind not allowed",
        sentence,
        "NotAllowedByListeners",
    )
    .brief(speaks)
    .remedy(Owner::Application, remedy, None)
}

fn not_listed(listener: &Listener, kind: RouteKind, admitted: &[String]) -> Finding {
    let admits = if admitted.is_empty() {
        let entry = |entry: &RouteGroupKind| match entry.group_or_default() {
            GATEWAY_GROUP => entry.kind.clone(),
            "" => format!("{} of the core group", entry.kind),
            group => format!("{}.{group}", entry.kind),
        };
        let written: Vec<String> = listener.allowed_routes.kinds.iter().map(entry).collect();
        Sentence::new()
            .text("admits no kind at all: its ")
            .name("allowedRoutes.kinds")
            .text(" lists ")
            .names(&written, " and ")
            .text(", nothing that ")
            .name(&listener.protocol)
            .text(" can carry")
    } else {
        Sentence::new()
            .text("admits only ")
            .text(&admitted.join(" and "))
            .text("s; this is an ")
            .text(kind.as_str())
    };
    let sentence = Sentence::new()
        .text("Listener ")
        .name(&listener.name)
        .text(" ")
        .then(&admits)
        .text(".");
    let remedy = Sentence::new()
        .text("If this route should attach, a platform engineer can add ")
        .text(kind.as_str())
        .text(" to the listener's ")
        .name("allowedRoutes.kinds")
        .text(".");
    let mut finding = Finding::failed(
        Gate::Kind,
        "kind not allowed",
        sentence,
        "NotAllowedByListeners",
    )
    .brief(admits)
    .remedy(Owner::Platform, remedy, None);
    finding.intended = !admitted.is_empty();
    finding
}
