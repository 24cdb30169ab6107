//! Judges each route x parentRef x listener: the gates in order, each with its inputs and its sentence.

pub mod class;
pub mod finding;
pub mod hostname;
pub mod implementation;
pub mod kinds;
pub mod namespaces;
pub mod parent_ref;
pub mod remedy;
pub mod section;
pub mod selector;
pub mod sets;
pub mod verdicts;

use crate::report::{
    Attachment, ComputedParent, Explained, Gate, GateOutcome, GateResult, ObjectRef, ParentRef,
    RouteId, Verdict,
};
use crate::resource::route::Route;
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use finding::{Finding, Ruling};
use parent_ref::Parent;

/// What led to an attachment: all gates with their inputs, the sentence and the remedies. What was reported about the
/// parentRef is left to the caller.
pub fn explain(
    world: &Snapshot,
    route: &Route<'_>,
    attachment: &Attachment,
    references: &Finding,
) -> Explained {
    let id = &route.id;
    let parent_ref = &attachment.parent_ref;
    let parent = match parent_ref::find(world, id, parent_ref) {
        Ok(parent) => parent,
        Err(finding) => return Judged::new(vec![*finding]).explained(attachment, None),
    };
    let way = vec![
        class::judge(world, parent.gateway),
        parent.gate.clone(),
        section::judge(id, parent_ref, parent.listeners),
    ];
    let mut judged = Judged::new(way);
    let listener = parent.listeners.get(attachment.listener_index);
    if let (Some(listener), true) = (listener, attachment.listener.is_some()) {
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
            let place = (attachment.listener_index, listener);
            namespaces::judge(world, owner, place, &id.namespace)
        });
        judged.step(|| hostname::judge(listener, id.kind, route.hostnames).0);
        judged.step(|| references.clone());
    }
    judged.explained(attachment, Some(&parent))
}

/// An attachment whose route is not there to explain it.
pub fn unexplained(attachment: &Attachment) -> Explained {
    Judged::new(Vec::new()).explained(attachment, None)
}

/// The gates judged so far; the first that was not passed ends the way.
struct Judged {
    findings: Vec<Finding>,
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
        Self { findings }
    }

    fn step(&mut self, judge: impl FnOnce() -> Finding) {
        if self.findings.iter().all(Finding::is_passed) {
            self.findings.push(judge());
        }
    }

    fn decisive(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| !finding.is_passed())
    }

    /// Puts the explanation together: the first gate that was not passed decides.
    fn explained(self, attachment: &Attachment, parent: Option<&Parent<'_>>) -> Explained {
        let parent_ref = &attachment.parent_ref;
        let decisive = self.decisive();
        let end = decisive.map(|finding| (finding.result.gate, Ruling::from(finding)));
        let verdict = verdict_of(end);
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
        Explained {
            route: RouteId::clone(&attachment.route),
            parent: parent.map(|_| ObjectRef {
                kind: parent_ref.kind.clone(),
                namespace: parent_ref.namespace.clone(),
                name: parent_ref.name.clone(),
            }),
            parent_ref: ParentRef::clone(parent_ref),
            listener: attachment.listener.as_deref().map(str::to_owned),
            listener_set: parent.and_then(|parent| parent.set.clone()),
            gateway: parent.map(|parent| parent.gateway_name.clone()),
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
            hostnames: attachment.hostnames.to_vec(),
            gates: in_order(self.findings),
            computed: ComputedParent::clone(&attachment.computed),
            reported: Vec::new(),
            agreement: attachment.agreement,
            agreement_sentence: Sentence::new(),
            expected: None,
        }
    }
}

/// The verdict that follows from the first gate that was not passed, if there is one. A broken reference never refuses
/// a route; a missing parent or listener makes an orphan.
fn verdict_of(end: Option<(Gate, Ruling)>) -> Verdict {
    let Some((gate, ruling)) = end else {
        return Verdict::Attached;
    };
    match (gate, ruling.outcome) {
        (Gate::References, _) => Verdict::Attached,
        (_, GateOutcome::Unknown | GateOutcome::NotReached | GateOutcome::Passed) => {
            Verdict::Unknown
        }
        // A parent that is there and says no itself: a ListenerSet that its Gateway does not admit.
        (Gate::Gateway, GateOutcome::Failed) if !ruling.reason.is_empty() => Verdict::Refused,
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
