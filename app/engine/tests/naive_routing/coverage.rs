//! How often each outcome, each step of precedence and each reason of not knowing came up.

use super::answer::{Answer, Share};
use super::evaluator::Expected;
use engine::routing::Outcome;
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Coverage {
    pub(crate) requests: u64,
    counts: BTreeMap<String, u64>,
}

impl Coverage {
    fn count(&mut self, what: String) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// Counts a request by what was expected of the engine and what it said.
    pub(crate) fn add(&mut self, expected: &Expected, answer: &Answer) {
        self.requests += 1;
        let strict = &expected.strict;
        self.count(match (strict.outcome, strict.status) {
            (Outcome::Redirect, Some(status)) => format!("outcome redirect {status}"),
            (Outcome::Error, Some(status)) => format!("outcome error {status}"),
            (Outcome::Backend, _) => self::backend(expected),
            (outcome, _) => format!("outcome {}", crate::support::word(&outcome)),
        });
        if let Some((kind, ..)) = &strict.rule {
            self.count(format!("winner {kind}"));
        }
        if let Some(step) = expected.step {
            self.count(format!("step {step:?}"));
        }
        if let Some(status) = &strict.grpc_status {
            self.count(format!("gRPC {status}"));
        }
        if !expected.others.is_empty() {
            self.count("several answers allowed".to_owned());
        }
        if answer.outcome == Outcome::Unknown {
            self.count("unknown, by an expression beyond".to_owned());
        } else if answer != strict {
            self.count("another answer than the strict one".to_owned());
        }
    }

    pub(crate) fn of(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    pub(crate) fn print(&self) {
        println!("requests {}", self.requests);
        for (what, count) in &self.counts {
            println!("{what} {count}");
        }
    }
}

fn backend(expected: &Expected) -> String {
    let broken = |one: &Share| !one.resolved && one.weight > 0;
    match expected.strict.backends.iter().any(broken) {
        true => "outcome backend, partly 500".to_owned(),
        false => "outcome backend".to_owned(),
    }
}
