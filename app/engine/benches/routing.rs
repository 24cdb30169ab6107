//! `make bench`: how long it takes to find the rule that takes a request, beside matchit and a linear scan.
//!
//! Prints figures and ratios of one run; asserts the answers, never the times.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![allow(clippy::print_stdout, reason = "a benchmark prints")]
#![allow(dead_code, reason = "worlds are shared with another benchmark")]

mod worlds;

use engine::profile::Profile;
use engine::report::NamespacedName;
use engine::routing::{Outcome, Seen};
use engine::{RawObject, Request, RoutingTable, Snapshot, decide, evaluate};
use std::hint::black_box;
use std::time::Instant;
use worlds::{PROFILES, crowded, texts};

/// Median of the nanoseconds that each request takes.
fn median(requests: usize, mut work: impl FnMut(usize)) -> f64 {
    const ROUNDS: usize = 21;
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            (0..requests).for_each(&mut work);
            start.elapsed().as_nanos() as f64 / requests as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds.get(ROUNDS / 2).copied().unwrap_or_default()
}

struct Case {
    gateway: NamespacedName,
    listener: String,
    request: Request,
    /// What matchit is asked: host and path as one.
    joined: String,
}

fn world(texts: &[String]) -> Snapshot {
    let mut world = Snapshot::default();
    for text in texts {
        world.apply(&RawObject {
            json: text.as_str().into(),
            origin: "".into(),
        });
    }
    world
}

fn row(name: &str, texts: &[String]) -> f64 {
    let world = world(texts);
    let report = evaluate(&world);
    let table = RoutingTable::build(&world, &report);
    let switches = Profile::SPEC.routing;
    let mut matchit = matchit::Router::new();
    let mut cases = Vec::new();
    let mut rules: Vec<(String, String)> = Vec::new();
    for attachment in &report.attachments {
        let (Some(gateway), Some(listener)) = (&attachment.gateway, attachment.listener_key())
        else {
            continue;
        };
        let Some(host) = attachment.hostnames.first() else {
            continue;
        };
        let Some(route) = world.http_route(&attachment.route.namespace, &attachment.route.name)
        else {
            continue;
        };
        for rule in &route.spec.rules {
            let path = rule.matches.first().and_then(|one| one.path.value.clone());
            let path = path.unwrap_or_default();
            let place = format!("{}/{listener}", gateway.name);
            let prefix = format!("/{place}/{host}{path}");
            // matchit has no prefixes; a catch-all under each is what comes nearest.
            if matchit.insert(format!("{prefix}/{{*rest}}"), ()).is_err() {
                continue;
            }
            rules.push((format!("{place}/{host}"), path.clone()));
            let mut request =
                Request::parse(&format!("https://{host}{path}/x")).unwrap_or_default();
            request.gateway = Some(format!("{}/{}", gateway.namespace, gateway.name));
            request.listener = Some(listener.clone());
            cases.push(Case {
                gateway: (**gateway).clone(),
                listener: listener.clone(),
                joined: format!("{prefix}/x"),
                request,
            });
        }
    }
    let count = cases.len();
    // Spread over the table, so that no cache line helps.
    let step = (count / 2000).max(1) | 1;
    let chosen: Vec<&Case> = (0..2000.min(count))
        .filter_map(|index| cases.get(index * step % count))
        .collect();
    let seen: Vec<Seen<'_>> = chosen.iter().map(|case| Seen::new(&case.request)).collect();
    for (case, seen) in chosen.iter().zip(&seen) {
        let found = table.winner((&case.gateway, &case.listener), seen, switches);
        assert!(found.is_some(), "{}", case.joined);
        assert!(matchit.at(&case.joined).is_ok());
    }
    let ours = median(chosen.len(), |index| {
        if let (Some(case), Some(seen)) = (chosen.get(index), seen.get(index)) {
            black_box(table.winner((&case.gateway, &case.listener), seen, switches));
        }
    });
    let peer = median(chosen.len(), |index| {
        if let Some(case) = chosen.get(index) {
            black_box(matchit.at(&case.joined).is_ok());
        }
    });
    let linear = median(20, |index| {
        if let Some(case) = chosen.get(index * 97 % chosen.len().max(1)) {
            let longest = rules
                .iter()
                .filter(|(host, path)| {
                    case.joined
                        .strip_prefix('/')
                        .and_then(|rest| rest.strip_prefix(host.as_str()))
                        .and_then(|rest| rest.strip_prefix(path.as_str()))
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
                .max_by_key(|(_, path)| path.len());
            black_box(longest);
        }
    });
    let whole = median(100, |index| {
        if let Some(case) = chosen.get(index * 19 % chosen.len().max(1)) {
            let decision = decide(&world, &report, &table, &case.request);
            assert!(matches!(
                decision.outcome,
                Outcome::Backend | Outcome::Error
            ));
            black_box(decision);
        }
    });
    println!(
        "{name:>8} {:>8} {ours:>10.0} {peer:>10.0} {:>8.2} {:>12.0} {:>8.0} {:>12.1}",
        rules.len(),
        ours / peer,
        linear,
        linear / ours,
        whole / 1000.0,
    );
    ours
}

fn main() {
    println!(
        "Medians. P3 wants a decision in 1,000 ns and 3 times matchit, 300 times faster than a linear scan, XL at most"
    );
    println!("1.5 times L, and the whole explanation in 100 us.");
    println!(
        "{:>8} {:>8} {:>10} {:>10} {:>8} {:>12} {:>8} {:>12}",
        "", "rules", "ours ns", "matchit ns", "ratio", "linear ns", "times", "explained us"
    );
    let mut large = None;
    for profile in PROFILES.iter().filter(|profile| profile.name != "S") {
        let ours = row(profile.name, &texts(profile));
        match (profile.name, large) {
            ("L", _) => large = Some(ours),
            ("XL", Some(large)) => println!("XL takes {:.2} times L", ours / large),
            _ => {}
        }
    }
    row("crowded", &crowded());
}
