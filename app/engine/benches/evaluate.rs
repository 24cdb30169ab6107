//! `make bench`: how long a full evaluation takes beside parsing the same JSON once, and how it grows.
//!
//! Prints figures and ratios of one run; asserts the answers, never the times.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![allow(clippy::print_stdout, reason = "a benchmark prints")]
#![allow(dead_code, reason = "worlds are shared with another benchmark")]

mod worlds;

use engine::report::Verdict;
use engine::{RawObject, Report, RoutingTable, Snapshot, evaluate, findings};
use std::time::{Duration, Instant};
use worlds::{PROFILES, hostile, texts, worst};

/// The fastest of several runs, and its result.
fn best<T>(runs: usize, mut work: impl FnMut() -> T) -> (Duration, T) {
    let once = |work: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        let done = work();
        (start.elapsed(), done)
    };
    let mut fastest = once(&mut work);
    for _ in 1..runs {
        let next = once(&mut work);
        if next.0 < fastest.0 {
            fastest = next;
        }
    }
    fastest
}

fn decode(texts: &[String]) -> Snapshot {
    let mut world = Snapshot::default();
    for text in texts {
        world.apply(&RawObject {
            json: text.as_str().into(),
            origin: "".into(),
        });
    }
    world
}

fn parse(texts: &[String]) -> usize {
    let parsed = texts
        .iter()
        .map(|text| serde_json::from_str::<serde_json::Value>(text));
    parsed.filter(Result::is_ok).count()
}

fn attached(report: &Report) -> usize {
    let all = report.attachments.iter();
    all.filter(|one| one.verdict == Verdict::Attached).count()
}

fn row(name: &str, texts: &[String], runs: usize) -> Duration {
    let bytes: usize = texts.iter().map(String::len).sum();
    let (parsing, _) = best(runs, || parse(texts));
    let (decoding, world) = best(runs, || decode(texts));
    let (evaluating, report) = best(runs, || evaluate(&world));
    let (tabling, table) = best(runs, || RoutingTable::build(&world, &report));
    let (finding, found) = best(runs, || findings::find(&world, &report, &table));
    let first = report.attachments.first();
    assert!(
        attached(&report) > 0
            && report
                .attachments
                .iter()
                .all(|one| one.computed.accepted.is_some())
            && first.is_some_and(|one| !report.explain(one).sentence.is_empty())
    );
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{name:>8} {:>8} {:>8.1} {:>9} {:>9} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>7.2}",
        texts.len(),
        bytes as f64 / 1e6,
        report.attachments.len(),
        found.len(),
        ms(parsing),
        ms(decoding),
        ms(evaluating),
        ms(tabling),
        ms(finding),
        evaluating.as_secs_f64() / parsing.as_secs_f64(),
    );
    evaluating
}

/// Writes the profiles as files of one object a line, for benchmarks of other programs.
fn write(folder: &std::path::Path) {
    for profile in &PROFILES {
        let path = folder.join(format!("{}.jsonl", profile.name));
        std::fs::write(&path, texts(profile).join("\n")).expect("the folder takes files");
        println!("{}", path.display());
    }
}

fn main() {
    if let Some(folder) = std::env::var_os("GATEWATCH_WRITE").filter(|folder| !folder.is_empty()) {
        return write(folder.as_ref());
    }
    println!(
        "Times in milliseconds, the fastest of several runs; P1 wants evaluate/parse at most 0.5, L at most 100 ms."
    );
    println!(
        "{:>8} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "",
        "objects",
        "MB",
        "attachm.",
        "findings",
        "parse",
        "decode",
        "evaluate",
        "table",
        "find",
        "ratio"
    );
    let mut large = None;
    for profile in &PROFILES {
        let runs = if profile.routes > 10_000 { 2 } else { 4 };
        let evaluating = row(profile.name, &texts(profile), runs);
        match (profile.name, large) {
            ("L", _) => large = Some(evaluating),
            ("XL", Some(large)) => println!(
                "XL takes {:.1} times L (P1: at most 5)",
                evaluating.as_secs_f64() / large.as_secs_f64()
            ),
            _ => {}
        }
    }
    row("W", &worst(), 4);
    for (name, texts) in hostile() {
        row(name, &texts, 2);
    }
}
