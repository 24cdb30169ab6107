//! `make bench`: how much memory a world keeps, beside the JSON that it came as; counted by the allocator.
#![allow(clippy::print_stdout, reason = "a benchmark prints")]
#![allow(dead_code, reason = "worlds are shared with other benchmarks")]

mod worlds;

use engine::{RawObject, RoutingTable, Snapshot, evaluate};
use peak_alloc::PeakAlloc;
use worlds::{PROFILES, crowded, hostile, texts, worst};

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

fn row(name: &str, texts: Vec<String>) {
    let json: usize = texts.iter().map(String::len).sum();
    let with_texts = COUNTED.current_usage();
    let mut world = Snapshot::default();
    for text in &texts {
        world.apply(&RawObject {
            json: text.as_str().into(),
            origin: "".into(),
        });
    }
    let objects = COUNTED.current_usage() - with_texts;
    let report = evaluate(&world);
    let verdicts = COUNTED.current_usage() - with_texts - objects;
    let table = RoutingTable::build(&world, &report);
    let routing = COUNTED.current_usage() - with_texts - objects - verdicts;
    drop(texts);
    let all = objects + verdicts + routing;
    let mb = |bytes: usize| bytes as f64 / 1e6;
    println!(
        "{name:>8} {:>8.1} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>7.2}",
        mb(json),
        mb(objects),
        mb(verdicts),
        mb(routing),
        mb(all),
        all as f64 / json as f64,
    );
    assert!(!report.attachments.is_empty() && !table.entries().is_empty());
}

fn main() {
    println!("Megabytes kept; P4 wants all of it at most 1.0 times the JSON.");
    println!(
        "{:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "", "JSON", "objects", "verdicts", "table", "all", "ratio"
    );
    for profile in &PROFILES {
        row(profile.name, texts(profile));
    }
    row("W", worst());
    row("crowded", crowded());
    for (name, texts) in hostile() {
        row(name, texts);
    }
}
