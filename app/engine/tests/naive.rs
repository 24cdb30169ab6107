//! Compares the engine with a naive evaluator, written from the specification alone, on random worlds.
//!
//! `GATEWATCH_WORLDS=100000` compares more worlds, `GATEWATCH_WORLD=7` only that of seed 7.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

#[path = "naive/admitting.rs"]
mod admitting;
#[path = "naive/answer.rs"]
mod answer;
#[path = "naive/compare.rs"]
mod compare;
#[path = "naive/conflicts.rs"]
mod conflicts;
#[path = "naive/listeners.rs"]
mod listeners;
#[path = "naive/listening.rs"]
mod listening;
#[path = "naive/parents.rs"]
mod parents;
#[path = "naive/permitting.rs"]
mod permitting;
#[path = "naive/random.rs"]
mod random;
#[path = "naive/reading.rs"]
mod reading;
#[path = "naive/routes.rs"]
mod routes;
#[path = "naive/smallest.rs"]
mod smallest;
#[path = "naive/world.rs"]
mod world;

use compare::{Comparison, Difference};
use engine::Kind;
use engine::snapshot::{KindState, Visibility};
use serde_json::Value;
use std::collections::BTreeMap;

/// Worlds that are compared unless more are asked for.
const WORLDS: u64 = 2_000;

/// Words that have to occur, or the worlds are too dull to prove anything.
const OCCUR: [(&str, &str); 25] = [
    ("accepted", "none"),
    ("accepted", "Unknown"),
    ("accepted", "True Accepted"),
    ("accepted", "False NoMatchingParent"),
    ("accepted", "False NotAllowedByListeners"),
    ("accepted", "False NoMatchingListenerHostname"),
    ("resolvedRefs", "True ResolvedRefs"),
    ("resolvedRefs", "False BackendNotFound"),
    ("resolvedRefs", "False InvalidKind"),
    ("resolvedRefs", "False RefNotPermitted"),
    ("listener", "Accepted"),
    ("listener", "NotAllowedByListeners"),
    ("listener", "NoMatchingListenerHostname"),
    ("conflicted", "none"),
    ("conflicted", "True HostnameConflict"),
    ("conflicted", "True ProtocolConflict"),
    ("listener accepted", "True Accepted"),
    ("listener accepted", "False HostnameConflict"),
    ("listener accepted", "False ProtocolConflict"),
    ("listener resolvedRefs", "True ResolvedRefs"),
    ("listener resolvedRefs", "Unknown"),
    ("listener resolvedRefs", "False InvalidRouteKinds"),
    ("listener resolvedRefs", "False InvalidCertificateRef"),
    ("listener resolvedRefs", "False RefNotPermitted"),
    ("set", "False NotAllowed"),
];

/// From a cluster where everything can be seen, so that what is not there is known not to be there.
fn compare(world: &[Value]) -> Comparison {
    let mut snapshot = support::snapshot(world);
    for kind in Kind::ALL {
        snapshot.set_visibility(Visibility::new(kind, KindState::Live, None));
    }
    compare::compare(&answer::answer(world), &engine::evaluate(&snapshot))
}

/// Seed, what differs, and the smallest world in which the same differs.
fn complaint(seed: u64, world: &[Value], difference: &Difference) -> String {
    let same = |world: &[Value]| {
        let differences = compare(world).differences;
        let mut same = differences.into_iter();
        same.find(|one| one.what == difference.what && one.answers == difference.answers)
    };
    let small = smallest::smallest(world, &|world| same(world).is_some());
    format!(
        "GATEWATCH_WORLD={seed} at {}; smallest world, at {}:\n{}\n",
        difference.place,
        same(&small).expect("still differs").place,
        serde_json::to_string_pretty(&small).expect("JSON"),
    )
}

fn number(variable: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "tests are told how long to run")]
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}

#[test]
fn engine_and_naive_evaluator_agree() {
    let (seeds, long) = match (number("GATEWATCH_WORLD"), number("GATEWATCH_WORLDS")) {
        (Some(seed), _) => (seed..seed + 1, false),
        (None, worlds) => (0..worlds.unwrap_or(WORLDS), true),
    };
    let mut occurred: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut failed: BTreeMap<(&str, String), (usize, String)> = BTreeMap::new();
    for seed in seeds.clone() {
        let world = world::world(seed);
        let comparison = compare(&world);
        for (word, times) in comparison.occurred {
            *occurred.entry(word).or_default() += times;
        }
        for one in &comparison.differences {
            let complain = || (0, complaint(seed, &world, one));
            let kind = (one.what, one.answers.clone());
            failed.entry(kind).or_insert_with(complain).0 += 1;
        }
    }
    for ((what, word), times) in &occurred {
        println!("{what}: {word}: {times}");
    }
    for ((what, answers), (times, complaint)) in &failed {
        println!("\n{what}: {answers}, {times} times, first in\n{complaint}");
    }
    assert!(
        failed.is_empty(),
        "the engine and the naive evaluator differ"
    );
    for (what, word) in OCCUR.into_iter().filter(|_| long) {
        let occurs = occurred.contains_key(&(what, word.to_owned()));
        assert!(occurs, "no world of {seeds:?} has {what}: {word}");
    }
}
