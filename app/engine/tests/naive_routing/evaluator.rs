//! The naive answer: all matches of all routes of the one listener, looked at one after the other.

use super::answer::Answer;
use super::attachment::{covers, hostnames};
use super::effects::{Winner, answer};
use super::listeners::{listener, shielded};
use super::matching::{self, Condition, has_form_of_grpc, says_grpc};
use super::precedence::{self, Place, Rank, Step};
use super::worlds::{World, list, text};
use engine::Request;
use engine::routing::Outcome;
use serde_json::Value;

/// A way to read what is left open, where nothing says which way is the usual one.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Whether the request is one of gRPC.
    is_grpc: bool,
    /// Whether GRPCRoutes go before HTTPRoutes of the same hostname.
    grpc_first: bool,
    /// Whether expressions hold that are beyond what all implementations understand.
    beyond: bool,
    /// Whether regular expressions for services count by their characters.
    expressions_count: bool,
}

/// What the engine may answer.
pub(crate) struct Expected {
    /// The answer of the strict reading.
    pub(crate) strict: Answer,
    /// Other answers, where the specification leaves open which.
    pub(crate) others: Vec<Answer>,
    /// Whether it may also say that it does not know: all else fits, and a match that would go first hangs on a regular
    /// expression beyond what all implementations understand.
    pub(crate) beyond: bool,
    /// The step that decided between the two best matches, if there were two.
    pub(crate) step: Option<Step>,
}

impl Expected {
    fn only(strict: Answer) -> Self {
        Self {
            strict,
            others: Vec::new(),
            beyond: false,
            step: None,
        }
    }

    fn or(&mut self, other: Answer) {
        if other != self.strict && !self.others.contains(&other) {
            self.others.push(other);
        }
    }
}

/// What the specification says about a request.
pub(crate) fn expected(world: &World, request: &Request) -> Expected {
    let mut expected = match listener(world, request) {
        Err(answer) => Expected::only(*answer),
        Ok(listener) => on_listener(world, request, listener),
    };
    if let Some(other) = shielded(world, request) {
        expected.or(other);
    }
    if says_grpc(request) {
        expected.strict.tell_grpc();
        expected.others.iter_mut().for_each(Answer::tell_grpc);
    }
    expected
}

/// A match whose conditions under its hostname are known.
struct Candidate<'a> {
    winner: Winner<'a>,
    grpc: bool,
    hostname: String,
    conditions: Vec<Condition<'a>>,
}

impl Candidate<'_> {
    fn rank(&self, reading: Reading) -> Rank {
        let (one, place) = (self.winner.one, self.winner.place);
        match self.grpc {
            true => precedence::grpc(&self.hostname, one, place, reading.expressions_count),
            false => precedence::http(&self.hostname, one, place),
        }
    }

    fn takes(&self, reading: Reading) -> bool {
        let holds = |one: &Condition<'_>| one.holds().unwrap_or(reading.beyond);
        (reading.is_grpc || !self.grpc) && self.conditions.iter().all(holds)
    }
}

/// The hostname under which the listener serves the route that fits the host best.
fn serving(world: &World, request: &Request, listener: &Value, route: &Value) -> Option<String> {
    let host = matching::host(request);
    let mut serving = hostnames(world, route, listener);
    serving.retain(|name| covers(name, &host));
    serving
        .into_iter()
        .max_by_key(|name| (!name.starts_with('*'), name.len()))
}

/// All matches of all routes that serve the host on a listener, whether they fit or not.
fn candidates<'a>(world: &'a World, request: &Request, listener: &Value) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::new();
    for route in world.routes() {
        if let Some(hostname) = serving(world, request, listener, route) {
            let grpc = route["kind"] == "GRPCRoute";
            candidates.extend(of_route(route).into_iter().map(|winner| Candidate {
                grpc,
                hostname: hostname.clone(),
                conditions: match grpc {
                    true => matching::grpc(winner.one, request),
                    false => matching::http(winner.one, request),
                },
                winner,
            }));
        }
    }
    candidates
}

/// A route's matches; an HTTPRoute without rules has one, and a rule without matches takes everything.
fn of_route(route: &Value) -> Vec<Winner<'_>> {
    let rules = match (route["kind"] == "HTTPRoute", list(&route["spec"]["rules"])) {
        (true, []) => std::slice::from_ref(&Value::Null),
        (_, rules) => rules,
    };
    let mut all = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let matches = match list(&rule["matches"]) {
            [] => std::slice::from_ref(&Value::Null),
            matches => matches,
        };
        for (number, one) in matches.iter().enumerate() {
            let place = Place {
                route,
                rule: index,
                one: number,
            };
            all.push(Winner { place, rule, one });
        }
    }
    all
}

/// All readings, the strict one first.
fn readings(request: &Request) -> Vec<Reading> {
    // Requests of gRPC say what they are. Whether one that does so without naming a service's method is one is open.
    let is_grpc = match (has_form_of_grpc(request), request.method == "POST") {
        _ if !says_grpc(request) => vec![false],
        (true, _) => vec![true],
        (false, true) => vec![false, true],
        (false, false) => vec![false],
    };
    let mut readings = Vec::new();
    for is_grpc in is_grpc {
        for grpc_first in [true, false] {
            for beyond in [false, true] {
                for expressions_count in [true, false] {
                    readings.push(Reading {
                        is_grpc,
                        grpc_first,
                        beyond,
                        expressions_count,
                    });
                }
            }
        }
    }
    readings
}

fn on_listener(world: &World, request: &Request, listener: &Value) -> Expected {
    let candidates = candidates(world, request, listener);
    let told = |reading: Reading| match winner(&candidates, reading) {
        Some(one) => answer(world, request, listener, &one.winner),
        None => Answer::without_rule(Outcome::NotFound, Some(404), Some(text(&listener["name"]))),
    };
    let readings = readings(request);
    let mut expected = Expected::only(told(readings[0]));
    for reading in &readings {
        expected.or(told(*reading));
        let beyond = |beyond: bool| {
            let reading = Reading { beyond, ..*reading };
            winner(&candidates, reading).map(|one| one.rank(reading))
        };
        expected.beyond |= beyond(true) != beyond(false);
    }
    expected.step = step(&candidates, readings[0]);
    expected
}

fn best<'a, 'b>(
    candidates: &'a [Candidate<'b>],
    reading: Reading,
    grpc: bool,
) -> Option<(Rank, &'a Candidate<'b>)> {
    let of_kind = candidates.iter().filter(|one| one.grpc == grpc);
    let fitting = of_kind.filter(|one| one.takes(reading));
    let ranked = fitting.map(|one| (one.rank(reading), one));
    ranked.min_by(|one, other| one.0.cmp(&other.0))
}

/// HTTPRoutes and GRPCRoutes are judged by their own rules; between the best of each the hostname decides first.
fn winner<'a, 'b>(candidates: &'a [Candidate<'b>], reading: Reading) -> Option<&'a Candidate<'b>> {
    let http = best(candidates, reading, false);
    let grpc = best(candidates, reading, true);
    let (Some(http), Some(grpc)) = (&http, &grpc) else {
        return http.or(grpc).map(|one| one.1);
    };
    let host = |one: &(Rank, &Candidate<'_>)| one.0.iter().take(2).cloned().collect::<Rank>();
    let first = match reading.grpc_first {
        true => host(grpc) <= host(http),
        false => host(grpc) < host(http),
    };
    Some(if first { grpc.1 } else { http.1 })
}

/// The step that decided between the two best matches.
fn step(candidates: &[Candidate<'_>], reading: Reading) -> Option<Step> {
    let fitting = candidates.iter().filter(|one| one.takes(reading));
    let mut ranks: Vec<(Rank, bool)> = fitting.map(|one| (one.rank(reading), one.grpc)).collect();
    ranks.sort_by(|one, other| {
        let host = one.0.iter().take(2).cmp(other.0.iter().take(2));
        host.then(other.1.cmp(&one.1)).then(one.0.cmp(&other.0))
    });
    let [(one, grpc), (other, other_grpc), ..] = ranks.as_slice() else {
        return None;
    };
    match precedence::deciding(one, other) {
        Some(step @ (Step::ExactHost | Step::HostLength)) => Some(step),
        step if grpc == other_grpc => step,
        _ => Some(Step::RouteKind),
    }
}
