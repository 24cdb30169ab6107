//! TLS, TCP and UDP: which route takes a connection, without looking into it.

use super::decision::{Decision, Outcome, RuleId};
use super::find::{Asked, Place};
use super::precedence::host_rank;
use super::request::{Request, Transport};
use super::result::{backends, good_names, shares};
use crate::attachment::hostname::covers;
use crate::object::RouteKind;
use crate::report::{Attachment, ListenerReport, Verdict};
use crate::sentence::Sentence;
use std::sync::Arc;

/// Answers for a connection at a listener.
pub(super) fn answer(
    asked: Asked<'_>,
    decision: &mut Decision,
    place: &Place<'_>,
    listener: &ListenerReport,
    request: &Request,
) {
    decision.listener = Some(listener.key());
    let kind = match listener.protocol.as_str() {
        "TLS" => RouteKind::Tls,
        "TCP" => RouteKind::Tcp,
        _ => RouteKind::Udp,
    };
    let sni = request.server_name().unwrap_or_default();
    let mut routes: Vec<(&Attachment, String)> = asked
        .streams(place)
        .filter_map(|index| asked.report.attachments.get(*index))
        .filter(|one| one.route.kind == kind)
        .filter_map(|one| Some((one, hostname(asked, one, kind, &sni)?)))
        .collect();
    routes.sort_by_key(|(one, host)| {
        let created = asked
            .report
            .summary(&one.route)
            .and_then(|route| route.created.clone());
        let name = format!("{}/{}", one.route.namespace, one.route.name);
        (host_rank(host), created.is_none(), created, name)
    });
    let open = routes
        .iter()
        .position(|(one, _)| one.verdict == Verdict::Unknown);
    let winner = routes
        .iter()
        .position(|(one, _)| one.verdict == Verdict::Attached);
    match (winner, open) {
        (winner, Some(open)) if winner.is_none_or(|winner| open < winner) => {
            if let Some((open, _)) = routes.get(open) {
                cannot_tell(asked, decision, open);
            }
        }
        (Some(winner), _) => {
            if let Some((winner, _)) = routes.get(winner) {
                serve(asked, decision, winner, listener, routes.len());
            }
        }
        (None, _) => nobody(asked, decision, (listener, &sni), &routes),
    }
}

/// The hostname under which a TLSRoute takes a server name; other kinds take anything.
fn hostname(asked: Asked<'_>, one: &Attachment, kind: RouteKind, sni: &str) -> Option<String> {
    if kind != RouteKind::Tls {
        return Some("*".to_owned());
    }
    let written = asked
        .report
        .summary(&one.route)
        .map(|route| Arc::clone(&route.hostnames));
    let names = if one.verdict == Verdict::Attached {
        Arc::clone(&one.hostnames)
    } else {
        written.unwrap_or_default()
    };
    if names.is_empty() {
        return Some("*".to_owned());
    }
    let covering = names
        .iter()
        .filter(|name| *name == "*" || covers(&name.to_ascii_lowercase(), sni));
    covering.min_by_key(|name| host_rank(name)).cloned()
}

fn cannot_tell(asked: Asked<'_>, decision: &mut Decision, open: &Attachment) {
    decision.outcome = Outcome::Unknown;
    decision.sentence = Sentence::new()
        .text(open.route.kind.as_str())
        .text(" ")
        .name(&format!("{}/{}", open.route.namespace, open.route.name))
        .text(" would take the connection, but whether it is attached cannot be told.");
    decision.because = asked.report.explain(open).sentence;
}

fn serve(
    asked: Asked<'_>,
    decision: &mut Decision,
    winner: &Attachment,
    listener: &ListenerReport,
    candidates: usize,
) {
    let id = &winner.route;
    decision.route = Some(RuleId {
        kind: id.kind,
        namespace: id.namespace.clone(),
        name: id.name.clone(),
        rule: 0,
        match_: 0,
        rule_name: None,
    });
    decision.backends = shares(&backends(asked.report, id, 0), asked.switches);
    let serving = || decision.backends.iter().filter(|one| one.share > 0.0);
    let served = serving().any(|one| one.resolved);
    let broken = serving()
        .find(|one| !one.resolved)
        .map(|one| one.sentence.clone());
    let start = Sentence::new()
        .text(id.kind.as_str())
        .text(" ")
        .name(&format!("{}/{}", id.namespace, id.name));
    if !served {
        decision.outcome = Outcome::RefusedConnection;
        decision.sentence = start.text(" takes the connection, but no backend of it can serve it.");
        decision.because = broken.unwrap_or_default();
        return;
    }
    let passes = listener.protocol == "TLS" && passes_through(asked, winner, listener);
    decision.outcome = if passes {
        Outcome::Passthrough
    } else {
        Outcome::Backend
    };
    decision.sentence = start
        .text(if passes {
            " takes the connection; its bytes are passed on, still encrypted, to "
        } else {
            " takes the connection; it goes to "
        })
        .name(&good_names(&decision.backends))
        .text(".");
    if let Some(broken) = broken {
        decision.because = Sentence::new()
            .text("Some connections are rejected: ")
            .then(&broken);
    } else if candidates > 1 && id.kind != RouteKind::Tls {
        decision.because = Sentence::new().text(
            "Of several routes on this listener only the oldest gets traffic, then the first by namespace and name.",
        );
    }
}

/// True if TLS does not end at the listener.
fn passes_through(asked: Asked<'_>, winner: &Attachment, listener: &ListenerReport) -> bool {
    let world = &asked.report.world;
    let listeners = match (&winner.listener_set, &winner.gateway) {
        (Some(set), _) => world
            .listener_set(&set.namespace, &set.name)
            .map(|set| &set.spec.listeners),
        (None, Some(gateway)) => world
            .gateway(&gateway.namespace, &gateway.name)
            .map(|gateway| &gateway.spec.listeners),
        (None, None) => None,
    };
    let mut own = listeners.into_iter().flatten();
    own.any(|one| one.name == listener.name && one.passes_through())
}

fn nobody(
    asked: Asked<'_>,
    decision: &mut Decision,
    (listener, sni): (&ListenerReport, &str),
    routes: &[(&Attachment, String)],
) {
    decision.outcome = Outcome::RefusedConnection;
    let start = Sentence::new()
        .text("No attached route of listener ")
        .name(&listener.key());
    decision.sentence = if decision.request.transport() == Transport::Udp {
        start.text(" takes the datagrams; they are dropped.")
    } else if listener.protocol == "TLS" {
        start
            .text(" takes the server name ")
            .name(sni)
            .text("; the connection is closed.")
    } else {
        start.text(" takes the connection; it is closed.")
    };
    if let Some((refused, _)) = routes.first() {
        decision.because = Sentence::new()
            .text(refused.route.kind.as_str())
            .text(" ")
            .name(&format!(
                "{}/{}",
                refused.route.namespace, refused.route.name
            ))
            .text(" would take it, but is not attached: ")
            .then(&asked.report.explain(refused).sentence.lower_first());
    }
}
