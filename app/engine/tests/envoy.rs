//! The engine beside a real Envoy: random worlds as route tables, the same requests to both.
//!
//! Runs where `GATEWATCH_ENVOY` names the binary. Envoy gets our rules in our order and matches them its own way: what is
//! compared is whether a rule takes a request, and so who is first. No backend is needed: each rule answers with its name.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]
#![allow(clippy::print_stdout, reason = "the counts are what people read")]
#![allow(clippy::disallowed_methods, reason = "it talks to another program")]

mod support;

#[path = "naive_routing/dice.rs"]
#[allow(dead_code, reason = "another test throws more of them")]
mod dice;
#[path = "envoy/proxy.rs"]
mod proxy;
#[path = "envoy/worlds.rs"]
mod worlds;

use dice::Dice;
use engine::profile::{Profile, Switch};
use engine::routing::Outcome;
use engine::{Request, RoutingTable, Snapshot, decide, evaluate};
use proxy::Envoy;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Worlds in one Envoy, each on a port of its own.
const BATCH: usize = 40;
/// Requests to each world.
const REQUESTS: usize = 80;

struct World {
    of: &'static Profile,
    objects: Vec<Value>,
    snapshot: Snapshot,
    report: engine::Report,
    table: RoutingTable,
}

impl World {
    fn random(dice: &mut Dice, of: &'static Profile) -> Self {
        let objects = worlds::objects(dice, of);
        let snapshot = support::snapshot(&objects);
        let report = evaluate(&snapshot);
        let table = RoutingTable::build(&snapshot, &report);
        Self {
            of,
            objects,
            snapshot,
            report,
            table,
        }
    }

    /// `name rule match` of who takes it, or the status.
    fn answer(&self, request: &Request) -> String {
        let decision = decide(&self.snapshot, &self.report, &self.table, request);
        match (&decision.route, decision.outcome) {
            (Some(route), Outcome::Backend) => {
                format!("{} {} {}", route.name, route.rule, route.match_)
            }
            (_, outcome) => decision.status.map_or_else(
                || format!("{outcome:?}: {}", decision.sentence),
                |status| status.to_string(),
            ),
        }
    }
}

fn number(variable: &str) -> Option<usize> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}

#[test]
fn rules_take_the_requests_that_envoy_gives_them() {
    let Some(binary) = std::env::var_os("GATEWATCH_ENVOY").filter(|name| !name.is_empty()) else {
        println!("GATEWATCH_ENVOY names no Envoy; this did not run");
        return;
    };
    // The specification, and the implementation whose data plane is an Envoy of this release.
    let profiles = ["spec", "envoy-gateway"].map(|name| {
        let mut all = Profile::ALL.iter();
        all.find(|one| one.name.starts_with(name))
            .expect("a profile")
    });
    let batches = number("GATEWATCH_REQUESTS").map_or(1, |all| all.div_ceil(BATCH * REQUESTS));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for batch in 0..batches {
        let mut dice = Dice::new(batch as u64 + 1);
        let worlds: Vec<World> = (0..BATCH)
            .map(|index| World::random(&mut dice, profiles[index % 2]))
            .collect();
        let tables: Vec<(bool, Value)> = worlds
            .iter()
            .map(|world| {
                let normal = world.of.routing.is_on(Switch::NormalPath);
                let hosts = worlds::virtual_hosts(&world.report, &world.table, world.of);
                (normal, hosts)
            })
            .collect();
        let envoy = Envoy::start(&binary, &tables);
        for (index, world) in worlds.iter().enumerate() {
            for _ in 0..REQUESTS {
                let request = worlds::request(&mut dice, world.of);
                let (ours, theirs) = (world.answer(&request), envoy.ask(index, &request));
                let kind = if theirs.contains(' ') {
                    "taken"
                } else {
                    &theirs
                };
                *counts.entry(kind.to_owned()).or_default() += 1;
                if ours != theirs && differences.len() < 3 {
                    let routes: Vec<&Value> = world
                        .objects
                        .iter()
                        .filter(|one| one["kind"] == "HTTPRoute")
                        .collect();
                    differences.push(format!("batch {batch}, world {index}, {}:\n{}\nrequest {}\nours {ours}, Envoy {theirs}", world.of.name, json!(routes), json!(request)));
                }
            }
        }
    }
    println!("{counts:?}");
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    assert!(
        counts["taken"] > 100 && counts["404"] > 100,
        "the requests are too much alike: {counts:?}"
    );
}
