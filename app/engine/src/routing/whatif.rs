//! What would change the answer: labels that would let a refused route in, and switches that are set otherwise.

use super::decide::{answer, with_switches};
use super::decision::{Assumption, Candidate, Counterfactual, Decision, LostAt, Outcome};
use super::find::{Asked, Place};
use super::request::{Request, Transport};
use super::table::{RoutingTable, covering};
use crate::attachment::hostname::covers;
use crate::evaluate::evaluate;
use crate::profile::{Switch, Switches};
use crate::report::{Gate, GatewayReport, ListenerReport, RouteId};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use std::collections::BTreeSet;

/// How many changes a decision evaluates at most; each costs an evaluation of what names the Gateway.
const COUNTERFACTUALS: usize = 3;

/// Changes that would let a refused rule in, each really evaluated.
pub(super) fn changes(
    world: &Snapshot,
    asked: Asked<'_>,
    decision: &Decision,
) -> Vec<Counterfactual> {
    let mut found: Vec<Counterfactual> = Vec::new();
    let mut changes = Vec::new();
    let mut small = None;
    let refused = decision
        .candidates
        .iter()
        .filter(|one| one.lost_at == Some(LostAt::Gate) && one.gate == Some(Gate::Namespace));
    for candidate in refused {
        let own = asked.report.attachments_of(&candidate.route).iter();
        let attachment = own
            .filter(|one| one.gate == Some(Gate::Namespace))
            .find(|one| one.listener_key() == candidate.listener);
        let Some(explained) = attachment.map(|one| asked.report.explain(one)) else {
            continue;
        };
        let Some(change) = explained.label_change else {
            continue;
        };
        if changes.contains(&change) || changes.len() == COUNTERFACTUALS {
            continue;
        }
        let world = small.get_or_insert_with(|| what_matters(world, asked, decision));
        let changed = world.with_labels(&change.namespace, &change.set, &change.remove);
        let outcome = ask(&changed, asked, &decision.request);
        let mut labels: Vec<String> = change
            .set
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        labels.extend(change.remove.iter().map(|key| format!("{key}-")));
        let words = Sentence::new()
            .text("Label namespace ")
            .name(&change.namespace)
            .text(" with ")
            .name(&labels.join(", "));
        let mut remedies = explained.remedies.into_iter();
        found.push(Counterfactual {
            change: words,
            command: remedies.find_map(|remedy| remedy.command),
            outcome,
        });
        changes.push(change);
    }
    found
}

/// The world without the routes that do not name the Gateway of a decision: they cannot change its answer.
fn what_matters(world: &Snapshot, asked: Asked<'_>, decision: &Decision) -> Snapshot {
    let own = asked.report.attachments.iter();
    let own = own.filter(|one| one.gateway.as_deref() == decision.gateway.as_ref());
    let routes: BTreeSet<&RouteId> = own.map(|one| &*one.route).collect();
    world.with_routes(&routes)
}

/// What the answer is in another world.
fn ask(world: &Snapshot, asked: Asked<'_>, request: &Request) -> Sentence {
    let report = evaluate(world);
    let table = RoutingTable::build_after(asked.table, world, &report);
    let asked = Asked {
        report: &report,
        table: &table,
        ..asked
    };
    answer(asked, request).0.sentence
}

/// For each switch whether turning it changes the answer, and to what.
pub(super) fn assumptions(
    asked: Asked<'_>,
    request: &Request,
    decision: &Decision,
    place: Option<&Place<'_>>,
) -> Vec<Assumption> {
    let relevant = Relevant::new(asked, (request, decision), place);
    Switch::ALL
        .into_iter()
        .map(|switch| {
            let (name, [off, on]) = switch.words();
            let value = if asked.switches.is_on(switch) {
                on
            } else {
                off
            };
            let other = relevant
                .of(switch)
                .then(|| with_switches(asked, request, asked.switches.turned(switch)))
                .filter(|other| !is_same(decision, other));
            Assumption {
                name: name.to_owned(),
                value: value.to_owned(),
                changes_answer: other.is_some(),
                alternative: other.map(|other| other.sentence),
            }
        })
        .collect()
}

fn is_same(a: &Decision, b: &Decision) -> bool {
    (a.outcome, a.status, &a.route, &a.location) == (b.outcome, b.status, &b.route, &b.location)
        && (&a.listener, &a.backends, &a.rewritten) == (&b.listener, &b.backends, &b.rewritten)
}

/// What of a request and its Gateway a switch could make a difference to: only then is it turned.
struct Relevant<'a> {
    asked: Asked<'a>,
    request: &'a Request,
    decision: &'a Decision,
    gateway: Option<&'a GatewayReport>,
    /// How many hostnames of the listeners cover the host.
    hostnames: usize,
    /// How many rules match.
    matching: usize,
}

impl<'a> Relevant<'a> {
    fn new(
        asked: Asked<'a>,
        (request, decision): (&'a Request, &'a Decision),
        place: Option<&Place<'_>>,
    ) -> Self {
        let host = asked.seen.host(asked.switches);
        let at = place.map_or(&[][..], |place| &place.at);
        let hostnames = at
            .iter()
            .map(|at| covering(&at.attached, host).count())
            .sum();
        let is_rival = |one: &&Candidate| {
            matches!(
                one.lost_at,
                None | Some(LostAt::Precedence | LostAt::Unpredictable)
            )
        };
        let matching = decision.candidates.iter().filter(is_rival).count();
        let gateway = decision.gateway.as_ref().and_then(|name| {
            let mut all = asked.report.gateways.iter();
            all.find(|one| (&one.namespace, &one.name) == (&name.namespace, &name.name))
        });
        Self {
            asked,
            request,
            decision,
            gateway,
            hostnames,
            matching,
        }
    }

    fn of(&self, switch: Switch) -> bool {
        let Some(gateway) = self.gateway else {
            return false;
        };
        let transport = self.request.transport();
        let web = matches!(transport, Transport::Http | Transport::Https);
        let several = gateway.listeners.len() > 1;
        let host = self.asked.seen.host(self.asked.switches);
        let takes = |one: &&ListenerReport| {
            one.hostname
                .as_deref()
                .is_none_or(|name| covers(name, host))
        };
        let takers = || gateway.listeners.iter().filter(takes).take(2).count();
        match switch {
            Switch::Isolation => web && several && takers() > 1,
            Switch::SharedPorts => transport == Transport::Http && several && takers() > 1,
            Switch::Misdirected => transport == Transport::Https && several,
            Switch::FallThrough => web && self.hostnames > 1,
            Switch::OriginalHostnames => web && self.matching > 1,
            Switch::RegexFirst | Switch::RegexWhole => web && self.asked.table.has_patterns(),
            Switch::Age | Switch::NamesApart => self.matching > 1,
            Switch::NormalPath => {
                let on = Switches::ALL_ON;
                self.asked.seen.path(on) != self.request.path
            }
            Switch::MergeLast => {
                self.asked.switches.is_on(Switch::NormalPath) && self.request.path.contains("//")
            }
            Switch::TrailingDot => self.request.host_name().ends_with('.'),
            Switch::JoinedHeaders | Switch::EachHeader => self.has_repeated_header(),
            Switch::OnlyGrpc => self.request.method == "POST" && !self.request.is_grpc(),
            Switch::BrokenShare => {
                let broken = self.decision.backends.iter().any(|one| !one.resolved);
                broken && self.decision.outcome == Outcome::Backend
            }
        }
    }

    fn has_repeated_header(&self) -> bool {
        let mut names: Vec<String> = self
            .request
            .headers
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.sort();
        names
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
    }
}
