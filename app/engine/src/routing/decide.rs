//! The answer to a request: where it arrives, which rule takes it, what follows; then why not elsewhere.

use super::decision::{Decision, Outcome};
use super::find::{Asked, Place, Possible};
use super::listener::{Arrival, arrive, gateway};
use super::matcher::{Answer, Fit};
use super::redirects::follow;
use super::request::Request;
use super::seen::Seen;
use super::table::RoutingTable;
use super::words::{request_words, rule_words};
use super::{ladder, mesh, near, result, stream, whatif};
use crate::profile::{Profile, Switches};
use crate::report::{GatewayReport, ListenerReport, NamespacedName, Report, Verdict};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

/// Answers where `request` would go, with the whole ladder of candidates. Total.
///
/// Answers by the profile that the request names, else by that of the Gateway's controller.
pub fn decide(
    world: &Snapshot,
    report: &Report,
    table: &RoutingTable,
    request: &Request,
) -> Decision {
    let seen = Seen::new(request);
    let profile = match profile(report, request) {
        Ok(profile) => profile,
        Err(sentence) => {
            return Decision {
                request: request.clone(),
                sentence,
                ..Decision::default()
            };
        }
    };
    let asked = Asked {
        report,
        table,
        seen: &seen,
        switches: profile.routing,
    };
    let (mut decision, place) = answer(asked, request);
    decision.implementation = profile.name.to_owned();
    if let Some(place) = &place {
        let possible = asked.possible(place);
        ladder::fill(asked, place, &possible, &mut decision);
        if decision.route.is_none() && decision.outcome == Outcome::NotFound {
            decision.near_misses = near::misses(asked, place, &decision);
        }
        decision.counterfactuals = whatif::changes(world, asked, &decision);
    }
    if decision.outcome == Outcome::Redirect {
        decision.hops = follow(report, table, request);
    }
    decision.assumptions = whatif::assumptions(asked, request, &decision, place.as_ref());
    decision
}

/// The profile to answer by.
fn profile(report: &Report, request: &Request) -> Result<Profile, Sentence> {
    let Some(name) = &request.implementation else {
        let found = gateway(report, request).ok();
        let controller = found.and_then(|gateway| gateway.controller.as_deref());
        return Ok(Profile::of_controller(controller));
    };
    Profile::named(name).ok_or_else(|| {
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name).collect();
        Sentence::new()
            .text("There is no profile ")
            .name(name)
            .text("; there are ")
            .names(&names, " and ")
            .text(".")
    })
}

/// The answer without the ladder, and where the request arrived if rules of HTTP or gRPC were asked.
pub(super) fn answer<'a>(asked: Asked<'a>, request: &Request) -> (Decision, Option<Place<'a>>) {
    let mut decision = Decision {
        request: request.clone(),
        ..Decision::default()
    };
    if let Some(from) = &request.from {
        let place = mesh::answer(asked, &mut decision, request, from);
        grpc_status(&mut decision);
        return (decision, place);
    }
    let gateway = match gateway(asked.report, request) {
        Ok(gateway) => gateway,
        Err(sentence) => {
            decision.sentence = sentence;
            return (decision, None);
        }
    };
    decision.gateway = Some(full_name(gateway));
    let listeners = match arrive(gateway, asked.seen, request, asked.switches) {
        Arrival::At(listeners) => listeners,
        Arrival::Stream(listener) => {
            let place = asked.place(gateway, vec![listener]);
            stream::answer(asked, &mut decision, &place, listener, request);
            return (decision, None);
        }
        Arrival::Nowhere(nowhere) => {
            decision.outcome = nowhere.outcome;
            decision.status = nowhere.status;
            decision.listener = nowhere.listener.map(ListenerReport::key);
            decision.sentence = nowhere.sentence;
            grpc_status(&mut decision);
            return (decision, None);
        }
    };
    decision.listener = listeners.first().map(|listener| listener.key());
    let place = asked.place(gateway, listeners);
    by_rules(asked, &mut decision, &place);
    grpc_status(&mut decision);
    (decision, Some(place))
}

/// The answer that the rules at a place give.
pub(super) fn by_rules(asked: Asked<'_>, decision: &mut Decision, place: &Place<'_>) {
    let possible = asked.possible(place);
    let winner = possible
        .iter()
        .position(|one| one.is_in() && one.fit == Fit::Yes);
    let open = possible.iter().position(Possible::is_open);
    match (winner, open) {
        (winner, Some(open)) if winner.is_none_or(|winner| open < winner) => {
            if let Some(open) = possible.get(open) {
                cannot_tell(asked, decision, open);
            }
        }
        (Some(winner), _) => {
            if let Some(winner) = possible.get(winner) {
                let key = winner.attachment.listener_key();
                let mut own = place.listeners.iter();
                let listener = own.find(|one| Some(one.key()) == key).copied();
                result::answer(asked, decision, winner, listener);
                if place.mesh {
                    mesh::without_grants(asked, decision);
                }
            }
        }
        (None, _) => nobody(asked, decision, &possible),
    }
}

fn full_name(gateway: &GatewayReport) -> NamespacedName {
    NamespacedName {
        namespace: gateway.namespace.clone(),
        name: gateway.name.clone(),
    }
}

/// What a client of gRPC sees of the gateway's own answer.
fn grpc_status(decision: &mut Decision) {
    if decision.request.is_grpc() {
        decision.grpc_status = match (decision.outcome, decision.status) {
            (Outcome::NotFound, _) => Some("UNIMPLEMENTED".to_owned()),
            (Outcome::Error, Some(500)) => Some("UNAVAILABLE".to_owned()),
            _ => None,
        };
    }
}

fn cannot_tell(asked: Asked<'_>, decision: &mut Decision, open: &Possible<'_>) {
    decision.outcome = Outcome::Unknown;
    let rule = rule_words(open.entry);
    decision.sentence = match open.entry.matched.judge(asked.seen, asked.switches) {
        Answer::Perhaps(why) => Sentence::new()
            .text("Cannot be predicted: r")
            .then(&rule)
            .text(" may take the request; ")
            .then(&why)
            .text("."),
        Answer::Yes | Answer::No(..) => Sentence::new()
            .text("R")
            .then(&rule)
            .text(" matches the request, but whether it is attached cannot be told."),
    };
    if open.attachment.verdict == Verdict::Unknown {
        decision.because = asked.report.explain(open.attachment).sentence;
    }
}

/// No attached rule matches: 404, with the refused rule that would have served it.
fn nobody(asked: Asked<'_>, decision: &mut Decision, possible: &[Possible<'_>]) {
    decision.outcome = Outcome::NotFound;
    decision.status = Some(404);
    let listener = decision.listener.clone().unwrap_or_default();
    decision.sentence = Sentence::new()
        .text("404: no attached rule matches ")
        .name(&request_words(&decision.request))
        .text(" on ")
        .name(&listener)
        .text(".");
    let refused = possible
        .iter()
        .find(|one| !one.is_in() && one.fit == Fit::Yes);
    if let Some(refused) = refused {
        decision.because = would_have(asked, refused);
    }
}

/// "Rule 1 of `hr/cross-namespace` would have served it with `echo-hr:9080`, but ..."
fn would_have(asked: Asked<'_>, refused: &Possible<'_>) -> Sentence {
    let entry = refused.entry;
    let backends = result::rule(asked.report, &entry.route, entry.rank.rule)
        .map_or(&[][..], |rule| rule.backends)
        .iter()
        .map(|backend| {
            let port = backend
                .port
                .map(|port| format!(":{port}"))
                .unwrap_or_default();
            format!("{}{port}", backend.name)
        })
        .collect::<Vec<_>>();
    let mut sentence = Sentence::new()
        .text("R")
        .then(&rule_words(entry))
        .text(" would have served it");
    if !backends.is_empty() {
        sentence = sentence.text(" with ").name(&backends.join(", "));
    }
    let why = asked.report.explain(refused.attachment).sentence;
    sentence
        .text(", but it is not attached: ")
        .then(&why.lower_first())
}

/// Turned switches give other answers of the same request.
pub(super) fn with_switches(asked: Asked<'_>, request: &Request, switches: Switches) -> Decision {
    answer(Asked { switches, ..asked }, request).0
}
