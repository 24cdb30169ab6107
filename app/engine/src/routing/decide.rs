//! The answer to a request: winner, ladder, and what would change it.

use super::decision::{
    Assumption, BackendShare, Candidate, Counterfactual, Decision, LostAt, NearMiss, Outcome,
    RuleId,
};
use super::filters;
use super::listener::{Arrival, Isolation, arrive};
use super::matcher::{Answer, PathRule};
use super::precedence::Precedence;
use super::request::Request;
use super::table::{Entry, RoutingTable};
use crate::attachment::hostname::covers;
use crate::evaluate::evaluate;
use crate::object::RouteKind;
use crate::report::{
    Attachment, BackendReport, Gate, GateOutcome, GatewayReport, ListenerReport, NamespacedName,
    Report, RouteId, Verdict,
};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

/// How many candidates a decision lists at most.
const CANDIDATES: usize = 50;
/// How many changes a decision evaluates at most; each costs an evaluation.
const COUNTERFACTUALS: usize = 3;

/// Answers where `request` would go, with the whole ladder of candidates. Total.
pub fn decide(
    world: &Snapshot,
    report: &Report,
    table: &RoutingTable,
    request: &Request,
) -> Decision {
    let mut decision = judge(report, table, request, Isolation::On);
    let other = judge(report, table, request, Isolation::Off);
    decision.assumptions = vec![isolation_assumption(&decision, &other)];
    decision.counterfactuals = counterfactuals(world, report, request, &decision);
    decision
}

/// A candidate with what is needed to rank and to answer with it.
struct Ranked<'a> {
    entry: &'a Entry,
    attachment: &'a Attachment,
    answer: Answer,
    precedence: Precedence,
}

impl Ranked<'_> {
    fn is_in(&self) -> bool {
        self.attachment.verdict == Verdict::Attached
    }

    fn is_possible(&self) -> bool {
        !matches!(self.answer, Answer::No(..))
    }

    /// True if it may take the request, but that cannot be told: its attachment or its match is unknown.
    fn is_open(&self) -> bool {
        let unknown = self.attachment.verdict == Verdict::Unknown;
        self.is_possible()
            && (unknown || (self.is_in() && matches!(self.answer, Answer::Perhaps(_))))
    }
}

fn judge(
    report: &Report,
    table: &RoutingTable,
    request: &Request,
    isolation: Isolation,
) -> Decision {
    let mut decision = Decision {
        request: request.clone(),
        ..Decision::default()
    };
    let (gateway, listeners) = match arrive(report, request, isolation) {
        Arrival::At(gateway, listeners) => (gateway, listeners),
        Arrival::Nowhere(gateway, outcome, sentence) => {
            decision.gateway = gateway.map(full_name);
            decision.outcome = outcome;
            decision.status = (outcome == Outcome::NotFound).then_some(404);
            decision.sentence = sentence;
            return decision;
        }
    };
    decision.gateway = Some(full_name(gateway));
    decision.listener = listeners.first().map(|listener| listener.name.clone());
    let mut ranked = rank(report, table, request, (gateway, &listeners));
    ranked.sort_by(|a, b| {
        order(a)
            .cmp(&order(b))
            .then_with(|| a.precedence.cmp(&b.precedence))
    });
    let winner = ranked
        .iter()
        .position(|one| one.is_in() && one.answer == Answer::Yes);
    let winner = winner.and_then(|index| ranked.get(index));
    let open = ranked.iter().find(|one| {
        one.is_open() && winner.is_none_or(|winner| one.precedence < winner.precedence)
    });
    let foreign = open
        .is_none()
        .then(|| grpc_route(report, request, (gateway, &listeners)))
        .flatten();
    match (open, winner) {
        (Some(open), _) => cannot_tell(report, &mut decision, open),
        (None, _) if foreign.is_some() => {
            let name = foreign.map(|route| format!("{}/{}", route.namespace, route.name));
            decision.sentence = Sentence::new()
                .text("This may be a request of gRPC, and GRPCRoute ")
                .name(&name.unwrap_or_default())
                .text(" may take it; this version does not judge that.");
        }
        (None, Some(winner)) => answer(
            report,
            &mut decision,
            winner,
            listeners.first().map_or(80, |listener| listener.port),
        ),
        (None, None) => nobody(report, &mut decision, &ranked, request),
    }
    let best = (decision.outcome != Outcome::Unknown)
        .then_some(winner)
        .flatten();
    decision.near_misses = if best.is_none() {
        near_misses(&ranked, request)
    } else {
        Vec::new()
    };
    decision.candidates_total = u32::try_from(ranked.len()).unwrap_or(u32::MAX);
    decision.candidates = ranked
        .iter()
        .take(CANDIDATES)
        .map(|one| candidate(one, best))
        .collect();
    decision
}

fn full_name(gateway: &GatewayReport) -> NamespacedName {
    NamespacedName {
        namespace: gateway.namespace.clone(),
        name: gateway.name.clone(),
    }
}

/// A GRPCRoute that may take a request: one POSTed to a path of two parts, `/package.Service/Method`.
fn grpc_route<'a>(
    report: &'a Report,
    request: &Request,
    (gateway, listeners): (&GatewayReport, &[&ListenerReport]),
) -> Option<&'a RouteId> {
    let parts = request.path.split('/').filter(|part| !part.is_empty());
    if request.method != "POST" || parts.count() != 2 {
        return None;
    }
    let name = full_name(gateway);
    let host = request.host_name();
    let may_take = |one: &&Attachment| {
        one.route.kind == RouteKind::Grpc
            && matches!(one.verdict, Verdict::Attached | Verdict::Unknown)
            && one.gateway.as_deref() == Some(&name)
            && one
                .listener_key()
                .is_none_or(|key| listeners.iter().any(|listener| listener.key() == key))
            && hostname_for(report, one, &host).is_ok()
    };
    let found = report.attachments.iter().find(may_take)?;
    Some(&*found.route)
}

/// All rules of all routes that name this Gateway and could be meant, attached or not.
fn rank<'a>(
    report: &'a Report,
    table: &'a RoutingTable,
    request: &Request,
    at: (&GatewayReport, &[&ListenerReport]),
) -> Vec<Ranked<'a>> {
    let (gateway, listeners) = at;
    let host = request.host_name();
    let mut ranked = Vec::new();
    for reach in table.at(&full_name(gateway)) {
        let Some(attachment) = report.attachments.get(reach.attachment) else {
            continue;
        };
        let here = attachment
            .listener_key()
            .is_none_or(|key| listeners.iter().any(|listener| listener.key() == key));
        if !here {
            continue;
        }
        let hostname = hostname_for(report, attachment, &host);
        for entry in reach.entries.iter() {
            let answer = match &hostname {
                Ok(_) => entry.matched.judge(request),
                Err(words) => Answer::No(LostAt::Hostname, words.clone()),
            };
            let under = hostname.as_deref().unwrap_or("*");
            let precedence = Precedence::of(under, &entry.matched, &entry.place);
            ranked.push(Ranked {
                entry,
                attachment,
                answer,
                precedence,
            });
        }
    }
    ranked
}

/// The most specific hostname of an attachment that covers the request's host. For a route that is not attached:
/// of those that it asks for, as if it were.
fn hostname_for(report: &Report, attachment: &Attachment, host: &str) -> Result<String, Sentence> {
    let hostnames: &[String] = if attachment.verdict == Verdict::Attached {
        &attachment.hostnames
    } else {
        let asked = report.summary(&attachment.route);
        asked.map_or(&[], |route| &*route.hostnames)
    };
    if hostnames.is_empty() || hostnames.iter().any(|name| name == "*") {
        return Ok("*".to_owned());
    }
    let covering = hostnames.iter().filter(|name| covers(name, host));
    covering
        .max_by_key(|name| (!name.starts_with('*'), name.len()))
        .cloned()
        .ok_or_else(|| {
            Sentence::new()
                .text("host ")
                .name(host)
                .text(" is none of ")
                .name(&hostnames.join(", "))
        })
}

/// The ladder's order: in and matching, refused but matching, open, then by how far they came.
fn order(one: &Ranked<'_>) -> (u8, u8) {
    match &one.answer {
        Answer::Yes if one.is_in() => (0, 0),
        Answer::Yes | Answer::Perhaps(_) if one.is_open() => (1, 0),
        Answer::Yes | Answer::Perhaps(_) => (2, 0),
        Answer::No(step, _) => match step {
            LostAt::Query => (3, 0),
            LostAt::Headers => (3, 1),
            LostAt::Method => (3, 2),
            LostAt::Path => (3, 3),
            LostAt::Hostname => (3, 4),
            LostAt::Gate | LostAt::Precedence | LostAt::Unpredictable => (3, 5),
        },
    }
}

fn rule_words(entry: &Entry) -> Sentence {
    let number = (entry.place.rule + 1).to_string();
    Sentence::new()
        .text("ule ")
        .text(&number)
        .text(" of ")
        .name(&format!("{}/{}", entry.route.namespace, entry.route.name))
}

fn request_words(request: &Request) -> String {
    format!("{} {}", request.method, request.path)
}

/// A rule takes the request: redirect, error, or its backends.
fn answer(report: &Report, decision: &mut Decision, winner: &Ranked<'_>, port: u16) {
    let entry = winner.entry;
    decision.listener = winner.attachment.listener.as_deref().map(str::to_owned);
    decision.route = Some(RuleId {
        kind: entry.route.kind,
        namespace: entry.route.namespace.clone(),
        name: entry.route.name.clone(),
        rule: u32::try_from(entry.place.rule).unwrap_or(u32::MAX),
        match_: u32::try_from(entry.place.index).unwrap_or(u32::MAX),
        rule_name: entry.rule.name.clone(),
    });
    let rule = Sentence::new().text("R").then(&rule_words(entry));
    let effects = filters::apply(&entry.rule.filters, &decision.request, &entry.matched, port);
    decision.request_headers = effects.request_headers;
    decision.response_headers = effects.response_headers;
    decision.rewritten = effects.rewritten;
    decision.backends = shares(report, winner);
    if let Some(filter) = effects.unpredictable {
        decision.outcome = Outcome::Unknown;
        decision.sentence = rule
            .text(" takes the request, but what its filter ")
            .name(&filter)
            .text(" does is not predicted by this version.");
        return;
    }
    if let Some((status, location)) = effects.redirect {
        decision.outcome = Outcome::Redirect;
        decision.status = Some(status);
        decision.sentence = Sentence::new()
            .text(&status.to_string())
            .text(": r")
            .then(&rule_words(entry))
            .text(" redirects to ")
            .name(&location)
            .text(".");
        decision.location = Some(location);
        return;
    }
    by_backends(decision, entry, &rule);
}

fn by_backends(decision: &mut Decision, entry: &Entry, rule: &Sentence) {
    let served: f64 = decision
        .backends
        .iter()
        .filter(|backend| backend.resolved)
        .map(|backend| backend.share)
        .sum();
    let broken = decision
        .backends
        .iter()
        .find(|backend| !backend.resolved && backend.share > 0.0);
    let lower = Sentence::new().text("r").then(&rule_words(entry));
    if decision.backends.is_empty() {
        decision.outcome = Outcome::Error;
        decision.status = Some(500);
        decision.sentence = Sentence::new()
            .text("500: ")
            .then(&lower)
            .text(" takes the request and has no backend.");
    } else if served <= 0.0 {
        decision.outcome = Outcome::Error;
        decision.status = Some(500);
        decision.sentence = Sentence::new()
            .text("500: ")
            .then(&lower)
            .text(" takes the request, but no backend of it can serve it.");
        if let Some(broken) = broken {
            decision.because = broken.sentence.clone();
        }
    } else {
        decision.outcome = Outcome::Backend;
        let names: Vec<String> = decision
            .backends
            .iter()
            .filter(|backend| backend.share > 0.0 && backend.resolved)
            .map(backend_name)
            .collect();
        decision.sentence = rule
            .clone()
            .text(" takes the request; it goes to ")
            .name(&names.join(", "))
            .text(".");
        if let Some(broken) = broken {
            let share = format!("{:.0} %", (1.0 - served) * 100.0);
            decision.because = Sentence::new()
                .text(&share)
                .text(" of such requests are answered 500: ")
                .then(&broken.sentence);
        }
    }
}

fn backend_name(backend: &BackendShare) -> String {
    let port = backend
        .port
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!("{}/{}{port}", backend.namespace, backend.name)
}

/// Backends of the winner with their share of requests (`weight` divided by the sum of weights).
fn shares(report: &Report, winner: &Ranked<'_>) -> Vec<BackendShare> {
    let rule = u32::try_from(winner.entry.place.rule).unwrap_or(u32::MAX);
    let summary = report.summary(&winner.attachment.route);
    let of_rule: Vec<BackendReport> = summary
        .map(|summary| report.route(summary).rules)
        .into_iter()
        .flatten()
        .flat_map(|rule| rule.backends)
        .filter(|backend| backend.rule == rule)
        .collect();
    let total: u64 = of_rule
        .iter()
        .map(|backend| u64::from(backend.weight))
        .sum();
    let share = |weight: u32| {
        if total == 0 {
            0.0
        } else {
            f64::from(weight) / total as f64
        }
    };
    of_rule
        .into_iter()
        .map(|backend| BackendShare {
            kind: backend.kind.clone(),
            namespace: backend.namespace.clone(),
            name: backend.name.clone(),
            port: backend.port,
            weight: backend.weight,
            share: share(backend.weight),
            resolved: backend.outcome != GateOutcome::Failed,
            sentence: backend.sentence.clone(),
        })
        .collect()
}

fn cannot_tell(report: &Report, decision: &mut Decision, open: &Ranked<'_>) {
    decision.outcome = Outcome::Unknown;
    let rule = Sentence::new().text("R").then(&rule_words(open.entry));
    decision.sentence = match &open.answer {
        Answer::Perhaps(why) => Sentence::new()
            .text("Cannot be predicted: r")
            .then(&rule_words(open.entry))
            .text(" may take the request; ")
            .then(why)
            .text("."),
        Answer::Yes | Answer::No(..) => {
            rule.text(" matches the request, but whether it is attached cannot be told.")
        }
    };
    if open.attachment.verdict == Verdict::Unknown {
        decision.because = report.explain(open.attachment).sentence;
    }
}

/// No attached rule matches: 404, with the refused rule that would have served it.
fn nobody(report: &Report, decision: &mut Decision, ranked: &[Ranked<'_>], request: &Request) {
    decision.outcome = Outcome::NotFound;
    decision.status = Some(404);
    let listener = decision.listener.clone().unwrap_or_default();
    decision.sentence = Sentence::new()
        .text("404: no attached rule matches ")
        .name(&request_words(request))
        .text(" on ")
        .name(&listener)
        .text(".");
    let refused = ranked
        .iter()
        .filter(|one| !one.is_in() && one.answer == Answer::Yes)
        .min_by(|a, b| a.precedence.cmp(&b.precedence));
    if let Some(refused) = refused {
        decision.because = would_have(report, refused);
    }
}

/// "Rule 1 of `hr/cross-namespace` would have served it with `echo-hr:9080`, but ..."
fn would_have(report: &Report, refused: &Ranked<'_>) -> Sentence {
    let backends: Vec<String> = refused
        .entry
        .rule
        .backend_refs
        .iter()
        .map(|backend| {
            backend.port.map_or_else(
                || backend.name.clone(),
                |port| format!("{}:{port}", backend.name),
            )
        })
        .collect();
    let mut sentence = Sentence::new()
        .text("R")
        .then(&rule_words(refused.entry))
        .text(" would have served it");
    if !backends.is_empty() {
        sentence = sentence.text(" with ").name(&backends.join(", "));
    }
    sentence
        .text(", but it is not attached: ")
        .then(&report.explain(refused.attachment).sentence.lower_first())
}

fn candidate(one: &Ranked<'_>, winner: Option<&Ranked<'_>>) -> Candidate {
    let gate = if one.is_in() {
        None
    } else {
        one.attachment.gate
    };
    let (lost_at, sentence) = match (&one.answer, winner) {
        (Answer::No(step, words), _) => (
            Some(*step),
            Sentence::new()
                .text("Lost at the ")
                .text(step_word(*step))
                .text(": ")
                .then(words)
                .text("."),
        ),
        (_, _) if !one.is_in() => {
            let words = Sentence::new()
                .text("Matches the request. Not in the routing table: ")
                .text(verdict_word(one.attachment.verdict))
                .text(" at the ");
            (
                Some(LostAt::Gate),
                words.text(gate.map_or("first", gate_word)).text(" gate."),
            )
        }
        (Answer::Perhaps(why), _) => (
            Some(LostAt::Unpredictable),
            Sentence::new()
                .text("Cannot be predicted: ")
                .then(why)
                .text("."),
        ),
        (Answer::Yes, Some(winner)) if !std::ptr::eq(winner, one) => {
            let words = Sentence::new()
                .text("Matches the request, but r")
                .then(&rule_words(winner.entry))
                .text(" wins: ");
            (
                Some(LostAt::Precedence),
                words.text(winner.precedence.why(&one.precedence)).text("."),
            )
        }
        (Answer::Yes, Some(_)) => (None, Sentence::new().text("Takes the request.")),
        (Answer::Yes, None) => (
            Some(LostAt::Precedence),
            Sentence::new()
                .text("Matches the request, but a rule that cannot be predicted stands before it."),
        ),
    };
    Candidate {
        route: one.entry.route.clone(),
        rule: u32::try_from(one.entry.place.rule).unwrap_or(u32::MAX),
        match_: u32::try_from(one.entry.place.index).unwrap_or(u32::MAX),
        listener: one.attachment.listener.as_deref().map(str::to_owned),
        attached: one.is_in(),
        verdict: one.attachment.verdict,
        matches: one.entry.matched.text.clone(),
        lost_at,
        gate,
        sentence,
    }
}

fn step_word(step: LostAt) -> &'static str {
    match step {
        LostAt::Gate => "gate",
        LostAt::Precedence => "precedence",
        LostAt::Unpredictable => "unpredictable part",
        LostAt::Query => "query",
        LostAt::Headers => "headers",
        LostAt::Method => "method",
        LostAt::Path => "path",
        LostAt::Hostname => "hostname",
    }
}

/// The gate as a word in a sentence.
pub fn gate_word(gate: Gate) -> &'static str {
    match gate {
        Gate::Class => "class",
        Gate::Gateway => "Gateway",
        Gate::Listener => "listener",
        Gate::Kind => "kind",
        Gate::Namespace => "namespace",
        Gate::Hostname => "hostname",
        Gate::References => "references",
    }
}

/// The verdict as a word in a sentence.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attached => "attached",
        Verdict::Refused => "refused",
        Verdict::Orphan => "orphan",
        Verdict::Unknown => "unknown",
    }
}

/// Requests next to this one that an attached rule would take: a slash, a letter's case, another method.
fn near_misses(ranked: &[Ranked<'_>], request: &Request) -> Vec<NearMiss> {
    let mut near = Vec::new();
    for one in ranked.iter().filter(|one| one.is_in()) {
        let variants = [
            (
                "path",
                request
                    .path
                    .strip_suffix('/')
                    .filter(|path| !path.is_empty())
                    .map(str::to_owned),
            ),
            (
                "path",
                (!request.path.ends_with('/')).then(|| format!("{}/", request.path)),
            ),
            (
                "path",
                Some(request.path.to_lowercase()).filter(|path| *path != request.path),
            ),
            ("path", slip(one, request)),
        ];
        for (part, path) in variants {
            let Some(path) = path else { continue };
            let changed = Request {
                path: path.clone(),
                ..request.clone()
            };
            let hostname_fits = !matches!(one.answer, Answer::No(LostAt::Hostname, _));
            if hostname_fits && one.entry.matched.judge(&changed) == Answer::Yes {
                near.push(near_miss(part, &path, &request.path, one));
            }
        }
        if let (Answer::No(LostAt::Method, _), Some(method)) =
            (&one.answer, &one.entry.matched.method)
        {
            near.push(near_miss("method", method, &request.method, one));
        }
    }
    near.dedup_by(|a, b| a.part == b.part && a.expected == b.expected);
    near.truncate(5);
    near
}

/// The path with its first element replaced by a rule's, where that looks like a slip.
fn slip(one: &Ranked<'_>, request: &Request) -> Option<String> {
    let (PathRule::Prefix(wanted) | PathRule::Exact(wanted)) = &one.entry.matched.path else {
        return None;
    };
    let length = wanted.matches('/').count();
    let end = request
        .path
        .match_indices('/')
        .nth(length)
        .map_or(request.path.len(), |(index, _)| index);
    let (head, tail) = request.path.split_at_checked(end)?;
    crate::nearest::is_near(head, wanted).then(|| format!("{wanted}{tail}"))
}

fn near_miss(part: &str, expected: &str, got: &str, one: &Ranked<'_>) -> NearMiss {
    let sentence = Sentence::new()
        .text("With ")
        .text(part)
        .text(" ")
        .name(expected)
        .text(", r")
        .then(&rule_words(one.entry))
        .text(" would take it.");
    NearMiss {
        part: part.to_owned(),
        expected: expected.to_owned(),
        got: got.to_owned(),
        sentence,
    }
}

fn isolation_assumption(on: &Decision, off: &Decision) -> Assumption {
    let changes = (on.outcome, &on.route, on.status) != (off.outcome, &off.route, off.status);
    Assumption {
        name: "listener isolation".to_owned(),
        value: "on".to_owned(),
        changes_answer: changes,
        alternative: changes.then(|| off.sentence.clone()),
    }
}

/// Changes that would let a refused rule in, each really evaluated.
fn counterfactuals(
    world: &Snapshot,
    report: &Report,
    request: &Request,
    decision: &Decision,
) -> Vec<Counterfactual> {
    let mut found: Vec<Counterfactual> = Vec::new();
    let mut changes = Vec::new();
    for candidate in decision
        .candidates
        .iter()
        .filter(|candidate| candidate.lost_at == Some(LostAt::Gate))
    {
        let refused = report.attachments_of(&candidate.route).iter().find(|a| {
            a.listener.as_deref() == candidate.listener.as_deref()
                && a.gate == Some(Gate::Namespace)
        });
        let Some(explained) = refused.map(|a| report.explain(a)) else {
            continue;
        };
        let Some(change) = explained.label_change else {
            continue;
        };
        if changes.contains(&change) || changes.len() == COUNTERFACTUALS {
            continue;
        }
        changes.push(change.clone());
        let changed = world.with_labels(&change.namespace, &change.set, &change.remove);
        let then = evaluate(&changed);
        let answer = judge(
            &then,
            &RoutingTable::build(&changed, &then),
            request,
            Isolation::On,
        );
        let mut words = Sentence::new()
            .text("Label namespace ")
            .name(&change.namespace)
            .text(" with ");
        let mut labels: Vec<String> = change
            .set
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        labels.extend(change.remove.iter().map(|key| format!("{key}-")));
        words = words.name(&labels.join(", "));
        let command = explained
            .remedies
            .iter()
            .find_map(|remedy| remedy.command.clone());
        found.push(Counterfactual {
            change: words,
            command,
            outcome: answer.sentence,
        });
    }
    found
}
