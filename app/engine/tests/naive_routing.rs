//! Holds the engine's decisions against a naive reading of the specification, in random worlds.
//!
//! `GATEWATCH_WORLDS=100000` looks at more worlds, `GATEWATCH_WORLD=17` at that one alone.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

mod naive_routing {
    pub(crate) mod answer;
    pub(crate) mod attachment;
    pub(crate) mod coverage;
    pub(crate) mod dice;
    pub(crate) mod effects;
    pub(crate) mod evaluator;
    pub(crate) mod listeners;
    pub(crate) mod matching;
    pub(crate) mod patterns;
    pub(crate) mod precedence;
    pub(crate) mod requests;
    pub(crate) mod routes;
    pub(crate) mod rules;
    pub(crate) mod shrink;
    pub(crate) mod worlds;
}

use engine::routing::Outcome;
use engine::{Report, Request, RoutingTable, Snapshot, decide, evaluate};
use naive_routing::answer::Answer;
use naive_routing::coverage::Coverage;
use naive_routing::dice::Dice;
use naive_routing::evaluator::{Expected, expected};
use naive_routing::worlds::World;
use naive_routing::{requests, shrink};
use serde_json::json;

const WORLDS: u64 = 2_000;
const REQUESTS: usize = 10;
/// So many differences are shown before the test gives up.
const SHOWN: usize = 3;

/// A world as the engine sees it.
struct Seen {
    snapshot: Snapshot,
    report: Report,
    table: RoutingTable,
}

impl Seen {
    fn new(world: &World) -> Self {
        let snapshot = support::snapshot(&world.objects);
        let report = evaluate(&snapshot);
        let table = RoutingTable::build(&snapshot, &report);
        Self {
            snapshot,
            report,
            table,
        }
    }

    fn answer(&self, request: &Request) -> (Answer, String) {
        let decision = decide(&self.snapshot, &self.report, &self.table, request);
        let sentence = decision.sentence.as_str().to_owned();
        (Answer::of_engine(&decision), sentence)
    }
}

/// True if the engine may give this answer.
fn allowed(expected: &Expected, answer: &Answer) -> bool {
    match answer.outcome {
        Outcome::Unknown => expected.beyond,
        _ => *answer == expected.strict || expected.others.contains(answer),
    }
}

fn differs(world: &World, request: &Request) -> bool {
    let (answer, _) = Seen::new(world).answer(request);
    !allowed(&expected(world, request), &answer)
}

/// Number from the environment.
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var_os(variable)?;
    let number = text.to_str().and_then(|text| text.parse().ok());
    Some(number.unwrap_or_else(|| panic!("{variable} is no number: {}", text.display())))
}

fn tell(seed: u64, world: &World, request: &Request) -> String {
    let (world, request) = shrink::smallest(world.clone(), request.clone(), differs);
    let (answer, sentence) = Seen::new(&world).answer(&request);
    let expected = expected(&world, &request);
    let told: Vec<_> = world
        .objects
        .iter()
        .filter(|one| {
            ["Gateway", "HTTPRoute", "GRPCRoute", "ReferenceGrant"]
                .iter()
                .any(|kind| one["kind"] == *kind)
        })
        .collect();
    format!(
        "GATEWATCH_WORLD={seed}, made smaller (besides what `surroundings` has):\n{}\nrequest {}\nengine {answer:?}\n\
         {sentence}\nnaive  {:?}\nor {:?}\nor unknown {:?}\n",
        json!(told),
        json!(request),
        expected.strict,
        expected.others,
        expected.beyond,
    )
}

#[test]
fn decisions_are_those_of_a_naive_reading() {
    let only = number("GATEWATCH_WORLD");
    let seeds = match only {
        Some(seed) => seed..seed + 1,
        None => 0..number("GATEWATCH_WORLDS").unwrap_or(WORLDS),
    };
    let mut coverage = Coverage::default();
    let mut differences = Vec::new();
    for seed in seeds {
        let mut dice = Dice::new(seed);
        let world = World::random(&mut dice);
        let seen = Seen::new(&world);
        let before = differences.len();
        for _ in 0..REQUESTS {
            let request = requests::random(&mut dice, &world);
            let expected = expected(&world, &request);
            let (answer, _) = seen.answer(&request);
            coverage.add(&expected, &answer);
            if !allowed(&expected, &answer) && differences.len() == before {
                differences.push(tell(seed, &world, &request));
            }
        }
        if differences.len() == SHOWN {
            break;
        }
    }
    coverage.print();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    if only.is_none() {
        all_came_up(&coverage);
    }
}

/// A generator that no longer reaches something would make the comparison worth less without anyone seeing it.
fn all_came_up(coverage: &Coverage) {
    let often = [
        "outcome backend",
        "outcome backend, partly 500",
        "outcome error 500",
        "outcome not-found",
        "outcome redirect 302",
        "outcome error 421",
        "outcome redirect 301",
        "outcome redirect 303",
        "outcome redirect 307",
        "outcome redirect 308",
        "outcome refused-connection",
        "winner HTTPRoute",
        "winner GRPCRoute",
        "gRPC UNIMPLEMENTED",
        "gRPC UNAVAILABLE",
        "unknown, by an expression beyond",
        "step ExactHost",
        "step HostLength",
        "step RouteKind",
        "step PathKind",
        "step PathLength",
        "step Method",
        "step ServiceLength",
        "step MethodLength",
        "step Headers",
        "step Query",
        "step Age",
        "step Name",
        "step Rule",
        "step Match",
    ];
    for what in often {
        let count = coverage.of(what);
        assert!(
            count * 2_000 >= coverage.requests,
            "{what} came up {count} times in {} requests",
            coverage.requests
        );
    }
}
