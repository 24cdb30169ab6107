//! Judges each route x parentRef x listener: the gates in order, each with its inputs and its sentence.

pub mod class;
pub mod finding;
pub mod hostname;
pub mod kinds;
pub mod namespaces;
pub mod parent_ref;
pub mod remedy;
pub mod section;
pub mod selector;
pub mod sets;

use crate::report::{
    Agreement, Attachment, ComputedParent, Gate, GateOutcome, GateResult, ObjectRef, ParentRef,
    RouteId, Verdict,
};
use crate::resource::gateway::Listener;
use crate::resource::route::Route;
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use finding::Finding;
use parent_ref::Parent;

/// Attachments of one parentRef of a route, in listener order; one without listener if it reaches none.
pub fn judge(
    world: &Snapshot,
    route: &Route<'_>,
    parent_ref: &ParentRef,
    references: &Finding,
) -> Vec<Attachment> {
    let id = &route.id;
    let parent = match parent_ref::find(world, id, parent_ref) {
        Ok(parent) => parent,
        Err(finding) => return vec![Judged::new(vec![*finding]).attachment(id, parent_ref, None)],
    };
    let way = vec![
        class::judge(world, parent.gateway),
        parent.gate.clone(),
        section::judge(id, parent_ref, parent.listeners),
    ];
    let candidates: Vec<(usize, &Listener)> = parent
        .listeners
        .iter()
        .enumerate()
        .filter(|(_, listener)| section::selects(parent_ref, listener))
        .collect();
    if candidates.is_empty() {
        return vec![Judged::new(way).attachment(id, parent_ref, Some((&parent, None)))];
    }
    let judge = |(index, listener): (usize, &Listener)| {
        let mut judged = Judged::new(way.clone());
        judged.step(|| kinds::judge(listener, id.kind));
        judged.step(|| {
            let owner = namespaces::Owner {
                name: parent.owner(),
                kind: if parent.set.is_some() {
                    "listenerset"
                } else {
                    "gateway"
                },
            };
            namespaces::judge(world, owner, (index, listener), &id.namespace)
        });
        let mut hostnames = Vec::new();
        judged.step(|| {
            let (finding, effective) = hostname::judge(listener, id.kind, route.hostnames);
            hostnames = effective;
            finding
        });
        judged.step(|| references.clone());
        judged.hostnames = hostnames;
        judged.attachment(id, parent_ref, Some((&parent, Some(listener))))
    };
    candidates.into_iter().map(judge).collect()
}

/// The gates judged so far; the first that was not passed ends the way.
struct Judged {
    findings: Vec<Finding>,
    hostnames: Vec<String>,
}

impl Judged {
    fn new(way: Vec<Finding>) -> Self {
        let mut findings = Vec::new();
        for finding in way {
            let passed = finding.is_passed();
            findings.push(finding);
            if !passed {
                break;
            }
        }
        Self {
            findings,
            hostnames: Vec::new(),
        }
    }

    fn step(&mut self, judge: impl FnOnce() -> Finding) {
        if self.findings.iter().all(Finding::is_passed) {
            self.findings.push(judge());
        }
    }

    fn decisive(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| !finding.is_passed())
    }

    /// Puts the attachment together: the first gate that was not passed decides.
    fn attachment(
        self,
        route: &RouteId,
        parent_ref: &ParentRef,
        reached: Option<(&Parent<'_>, Option<&Listener>)>,
    ) -> Attachment {
        let decisive = self.decisive();
        let verdict = verdict(decisive);
        let is_attached = verdict == Verdict::Attached;
        let is_unsure =
            decisive.is_some_and(|finding| finding.result.outcome == GateOutcome::Unknown);
        let sentence = match decisive {
            None => all_passed(&self.findings).text("."),
            Some(finding) if is_attached && is_unsure => all_passed(&self.findings)
                .text(", but whether its backends can serve is not known: ")
                .then(&finding.result.sentence.lower_first()),
            Some(finding) if is_attached => Sentence::new()
                .text("Attached, but not every reference holds: ")
                .then(&finding.result.sentence.lower_first()),
            Some(finding) => finding.result.sentence.clone(),
        };
        Attachment {
            route: route.clone(),
            parent: reached.map(|_| ObjectRef {
                kind: parent_ref.kind.clone(),
                namespace: parent_ref.namespace.clone(),
                name: parent_ref.name.clone(),
            }),
            parent_ref: parent_ref.clone(),
            listener: reached
                .and_then(|(_, listener)| listener)
                .map(|listener| listener.name.clone()),
            listener_set: reached.and_then(|(parent, _)| parent.set.clone()),
            gateway: reached.map(|(parent, _)| parent.gateway_name.clone()),
            verdict,
            gate: decisive
                .filter(|_| !(is_attached && is_unsure))
                .map(|finding| finding.result.gate),
            reason: match decisive {
                _ if is_attached => "Accepted",
                Some(finding) => finding.reason,
                None => "",
            }
            .to_owned(),
            sentence,
            brief: decisive.map_or_else(Sentence::new, |finding| finding.brief.clone()),
            intended: decisive.is_some_and(|finding| finding.intended),
            remedies: decisive.map_or_else(Vec::new, |finding| finding.remedies.clone()),
            label_change: decisive.and_then(|finding| finding.change.clone()),
            hostnames: if is_attached {
                self.hostnames
            } else {
                Vec::new()
            },
            gates: in_order(self.findings),
            computed: ComputedParent::default(),
            reported: Vec::new(),
            agreement: Agreement::Silent,
            agreement_sentence: Sentence::new(),
        }
    }
}

/// A broken reference never refuses a route; a missing parent or listener makes an orphan.
fn verdict(decisive: Option<&Finding>) -> Verdict {
    let Some(finding) = decisive else {
        return Verdict::Attached;
    };
    match (finding.result.gate, finding.result.outcome) {
        (Gate::References, _) => Verdict::Attached,
        (_, GateOutcome::Unknown | GateOutcome::NotReached | GateOutcome::Passed) => {
            Verdict::Unknown
        }
        // A parent that is there and says no itself: a ListenerSet that its Gateway does not admit.
        (Gate::Gateway, GateOutcome::Failed) if !finding.reason.is_empty() => Verdict::Refused,
        (Gate::Gateway | Gate::Listener, GateOutcome::Failed) => Verdict::Orphan,
        (Gate::Class | Gate::Kind | Gate::Namespace | Gate::Hostname, GateOutcome::Failed) => {
            Verdict::Refused
        }
    }
}

/// "All gates passed: kind HTTPRoute, namespace label `a=b`, any host"
fn all_passed(findings: &[Finding]) -> Sentence {
    let mut sentence = Sentence::new().text("All gates passed");
    let mut separator = ": ";
    for finding in findings.iter().filter(|finding| finding.is_passed()) {
        if let Gate::Kind | Gate::Namespace | Gate::Hostname = finding.result.gate {
            sentence = sentence.text(separator).then(&finding.brief);
            separator = ", ";
        }
    }
    for assumption in findings
        .iter()
        .filter_map(|found| found.assumption.as_ref())
    {
        sentence = sentence.text("; ").then(assumption);
    }
    sentence
}

/// All gates in order; those that were not judged are not reached.
fn in_order(findings: Vec<Finding>) -> Vec<GateResult> {
    let mut results: Vec<GateResult> = findings.into_iter().map(|found| found.result).collect();
    for gate in Gate::ALL {
        if !results.iter().any(|result| result.gate == gate) {
            let outcome = GateOutcome::NotReached;
            let finding = Finding::new(gate, outcome, "not reached", Sentence::new());
            results.push(finding.result);
        }
    }
    results.sort_by_key(|result| result.gate);
    results
}
