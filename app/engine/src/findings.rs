//! Findings: what a person should look at, with severity, evidence, remedy and owner.
//!
//! Every check is one `check_*` function over the snapshot and its report. A check that cannot see what it needs finds
//! nothing: a finding is never a guess.

mod grants;
mod kinds;
mod listeners;
mod routes;
mod rules;

use crate::report::{Owner, Remedy, Report};
use crate::routing::RoutingTable;
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something does not work, or lets in what was meant to stay out.
    High,
    /// Something is weaker or wider than it looks.
    Medium,
    /// Something is left over or unclear.
    Low,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The severity as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// Kind of the object.
    pub kind: String,
    /// Its namespace; empty for cluster-scoped kinds.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The part of it that is meant: a listener's name, `parentRef 1`, `rule 2`; empty for the whole.
    pub part: String,
}

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Id of its check; see [`CATALOGUE`].
    pub check: String,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// What is so, in one sentence.
    pub sentence: Sentence,
    /// What it rests on, each in few words.
    pub evidence: Vec<Sentence>,
    /// What can be done, and by whom.
    pub remedies: Vec<Remedy>,
}

impl Finding {
    /// The same for the same trouble of the same object, from one evaluation to the next.
    pub fn key(&self) -> String {
        let Subject {
            kind,
            namespace,
            name,
            part,
        } = &self.subject;
        format!("{}/{kind}/{namespace}/{name}/{part}", self.check)
    }
}

/// What a check looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable id.
    pub id: &'static str,
    /// Severity of what it finds.
    pub severity: Severity,
    /// In a few words.
    pub title: &'static str,
    /// What it means and why it matters.
    pub meaning: &'static str,
}

/// All checks, by id.
pub const CATALOGUE: [Check; 27] = [
    Check {
        id: "backend-broken",
        severity: Severity::High,
        title: "A rule refers to a backend that cannot serve",
        meaning: "The Service does not exist, lacks the port, or may not be referred to. Requests that this rule takes are answered 500, for its share of the weights.",
    },
    Check {
        id: "delegation-by-custom-label",
        severity: Severity::Low,
        title: "A label that others may set opens a listener",
        meaning: "Whoever may label a Namespace may let its routes in. The label kubernetes.io/metadata.name cannot be chosen and is the stronger key.",
    },
    Check {
        id: "duplicate-parent-ref",
        severity: Severity::Low,
        title: "A route names the same listener twice",
        meaning: "Two parentRefs reach one listener. The route is served once; the second only adds to the status.",
    },
    Check {
        id: "grant-broad",
        severity: Severity::Medium,
        title: "A ReferenceGrant opens a whole kind",
        meaning: "The grant names no object, so that everything of that kind in its namespace may be referred to, also what is created later.",
    },
    Check {
        id: "grant-unused",
        severity: Severity::Low,
        title: "A ReferenceGrant permits nothing that anybody asks for",
        meaning: "No reference that is there needs it. Grants that are left over permit what nobody remembers.",
    },
    Check {
        id: "hostname-impossible",
        severity: Severity::Medium,
        title: "A route has a hostname that nobody can ask for",
        meaning: "The name is no DNS name, or an address. The rules of the route are served for its other hostnames, if it has some.",
    },
    Check {
        id: "hostname-takeover",
        severity: Severity::High,
        title: "Routes of several namespaces serve one hostname",
        meaning: "On one listener, routes of different namespaces claim the same hostname and the same match. The older route takes the requests; whoever is younger is not told.",
    },
    Check {
        id: "hostnameless-route",
        severity: Severity::Medium,
        title: "A route without hostnames on a listener for everybody",
        meaning: "The route takes requests for any host that reaches the listener, also for hosts that others add later.",
    },
    Check {
        id: "implementation-lets-in",
        severity: Severity::High,
        title: "The controller is known to let in what no listener admits",
        meaning: "By the specification the route is refused. The implementation that looks after the Gateway is known to accept and to serve it all the same, so that what the listeners were meant to keep out is reachable.",
    },
    Check {
        id: "kinds-on-one-hostname",
        severity: Severity::Low,
        title: "An HTTPRoute and a GRPCRoute serve one hostname",
        meaning: "On one listener, routes of both kinds claim the same hostname. Implementations may refuse one of the two kinds, and the specification lets them choose which.",
    },
    Check {
        id: "leftover-status",
        severity: Severity::Low,
        title: "A status speaks of a parentRef that is gone",
        meaning: "A controller wrote about a parentRef that the route no longer has. Who reads the status is misled.",
    },
    Check {
        id: "listener-conflict",
        severity: Severity::High,
        title: "Listeners cannot both be served",
        meaning: "Two listeners share port, protocol and hostname, or speak protocols that cannot be told apart on one port.",
    },
    Check {
        id: "near-miss-label",
        severity: Severity::High,
        title: "A route is refused for what looks like a typing error",
        meaning: "The Namespace has a label that differs from the one that the selector wants by a slip of the pen.",
    },
    Check {
        id: "object-problem",
        severity: Severity::Medium,
        title: "Something is wrong with an object as it is written",
        meaning: "An API server would refuse it, or it stands in several places, or a part of it cannot be read. It is judged as far as it can be.",
    },
    Check {
        id: "open-listener",
        severity: Severity::Medium,
        title: "A listener takes routes of every namespace, for any host",
        meaning: "Whoever may create a route anywhere in the cluster may serve requests here, for any host that nobody else serves.",
    },
    Check {
        id: "orphan-parent-ref",
        severity: Severity::High,
        title: "A route names a parent or a listener that is not there",
        meaning: "The parentRef reaches nothing. No controller has to say so, and most say nothing.",
    },
    Check {
        id: "redirect-loop",
        severity: Severity::High,
        title: "A redirect leads back to itself",
        meaning: "Clients that follow it go in a circle and give up. Often a redirect to https is attached to the listener of https as well.",
    },
    Check {
        id: "regex-broken",
        severity: Severity::High,
        title: "A regular expression cannot be read",
        meaning: "The expression does not compile as RE2, or is too complex. Many gateways refuse such a rule or the whole route; what it would match is not known.",
    },
    Check {
        id: "rewrite-nowhere",
        severity: Severity::High,
        title: "A path is replaced by what is no path",
        meaning: "The replacement cannot be made for this match, or makes a path without a slash. Gateways differ in what they do then.",
    },
    Check {
        id: "rule-never-matches",
        severity: Severity::High,
        title: "A rule asks for what no request has",
        meaning: "The path holds a query or a fragment, which are no part of a path. The rule never takes a request.",
    },
    Check {
        id: "selector-matches-nobody",
        severity: Severity::Medium,
        title: "A listener's selector selects no namespace",
        meaning: "No Namespace that is there has the labels that the listener asks for, so that no route can attach.",
    },
    Check {
        id: "selector-missing",
        severity: Severity::High,
        title: "A listener asks for a selector that is missing or illegal",
        meaning: "With `from: Selector` and no selector, or one that is illegal, a listener admits nobody.",
    },
    Check {
        id: "shadowed-rule",
        severity: Severity::Medium,
        title: "A rule never takes a request",
        meaning: "Another rule of the same namespace matches exactly the same and comes first, by age, by name or by its place in the route.",
    },
    Check {
        id: "status-contradicts",
        severity: Severity::High,
        title: "A controller says the opposite",
        meaning: "What the controller reports about a parentRef is not what follows from the objects. Either it is wrong, or it has not seen the newest objects.",
    },
    Check {
        id: "unreadable-object",
        severity: Severity::Medium,
        title: "An object cannot be read",
        meaning: "What it says is not part of any answer; answers that depend on it are unknown.",
    },
    Check {
        id: "unused-listener",
        severity: Severity::Low,
        title: "No route is attached to a listener",
        meaning: "The listener is open and serves nothing; requests to it are answered 404.",
    },
    Check {
        id: "weight-zero",
        severity: Severity::High,
        title: "A rule gives all its backends weight 0",
        meaning: "Nothing serves the requests that the rule takes; most gateways answer them 500.",
    },
];

/// The check of an id.
pub fn check(id: &str) -> Option<&'static Check> {
    CATALOGUE.iter().find(|check| check.id == id)
}

/// All findings, worst first, then by check and subject. Total; equal for equal snapshots.
pub fn find(world: &Snapshot, report: &Report, table: &RoutingTable) -> Vec<Finding> {
    let mut found = Vec::new();
    listeners::check_all(world, report, &mut found);
    routes::check_all(report, table, &mut found);
    rules::check_all(report, table, &mut found);
    grants::check_all(world, report, &mut found);
    check_problems(world, report, &mut found);
    found.sort_by_cached_key(|one| (one.severity, one.check.clone(), one.subject.clone()));
    found.dedup();
    found
}

/// A finding of a check of the catalogue.
fn finding(id: &'static str, subject: Subject, sentence: Sentence) -> Finding {
    Finding {
        check: id.to_owned(),
        severity: check(id).map_or(Severity::Medium, |check| check.severity),
        subject,
        sentence,
        evidence: Vec::new(),
        remedies: Vec::new(),
    }
}

impl Finding {
    fn evidence(mut self, words: Sentence) -> Self {
        self.evidence.push(words);
        self
    }

    fn remedy(mut self, owner: Owner, text: &str) -> Self {
        self.remedies.push(Remedy {
            owner,
            text: Sentence::new().text(text),
            command: None,
        });
        self
    }
}

fn check_problems(world: &Snapshot, report: &Report, found: &mut Vec<Finding>) {
    for problem in &report.problems {
        let Some(object) = &problem.object else {
            continue;
        };
        let subject = Subject {
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            part: String::new(),
        };
        let id = if world.is_unreadable(object) {
            "unreadable-object"
        } else {
            "object-problem"
        };
        let sentence = Sentence::new().text(&problem.message);
        let place = Sentence::new().name(&problem.path);
        found.push(finding(id, subject, sentence).evidence(place));
    }
}
