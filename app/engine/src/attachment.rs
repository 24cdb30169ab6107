//! Judges each route x parentRef x listener: the gates in order, each with its inputs and its sentence.

pub mod hostname;
pub mod kinds;
pub mod namespaces;
pub mod parent;
pub mod selector;

use crate::object::{Kind, RouteKind};
use crate::references;
use crate::report::{
    Attachment, Evidence, Gate, GateOutcome, GateResult, ObjectRef, Owner, ParentRef, Remedy,
    RouteId, Verdict,
};
use crate::resource::gateway::{Gateway, Listener};
use crate::resource::meta::Meta;
use crate::resource::route::{HttpRoute, OtherRoute};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use crate::status;
use parent::{Parent, Way};
use selector::LabelChange;

/// A gate's result together with what follows from it for the attachment.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The gate's result as people see it.
    pub result: GateResult,
    /// Reason word of `Accepted` if the gate failed.
    pub reason: &'static str,
    /// True if the failure is evidently what somebody wanted.
    pub intended: bool,
    /// What would change it.
    pub remedies: Vec<Remedy>,
    /// The labels that would open a namespace gate.
    pub change: Option<LabelChange>,
}

impl Finding {
    /// A result of a gate; failures say more with the fields of [`Finding`].
    pub fn new(gate: Gate, outcome: GateOutcome, summary: &str, sentence: Sentence) -> Self {
        Self {
            result: GateResult {
                gate,
                outcome,
                summary: Sentence::from_marked(summary),
                sentence,
                evidence: None,
            },
            reason: "",
            intended: false,
            remedies: Vec::new(),
            change: None,
        }
    }

    /// With the inputs that led to it.
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.result.evidence = Some(evidence);
        self
    }

    /// With the reason word of the Gateway API.
    pub fn reason(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    /// With something that would change it.
    pub fn remedy(mut self, owner: Owner, text: Sentence, command: Option<String>) -> Self {
        self.remedies.push(Remedy {
            owner,
            text,
            command,
        });
        self
    }

    fn passed(&self) -> bool {
        self.result.outcome == GateOutcome::Passed
    }
}

/// The parts of any route on which attachment depends.
#[derive(Clone, Copy)]
pub(crate) struct RouteFacts<'a> {
    pub(crate) id: &'a RouteId,
    pub(crate) meta: &'a Meta,
    pub(crate) hostnames: &'a [String],
}

/// All attachments of an HTTPRoute, in parentRef and listener order.
pub fn judge_http(world: &Snapshot, id: &RouteId, route: &HttpRoute) -> Vec<Attachment> {
    let facts = RouteFacts {
        id,
        meta: &route.metadata,
        hostnames: &route.spec.hostnames,
    };
    let references = references::judge(world, id, &route.spec.rules);
    let reported = status::reported(route);
    let mut all = Vec::new();
    for (index, raw) in route.spec.parent_refs.iter().enumerate() {
        let parent_ref = raw.resolve(index, &id.namespace);
        let mut judged = judge_parent_ref(world, facts, &parent_ref, &references);
        status::compare(
            &mut judged,
            &parent_ref,
            &reported,
            facts.meta.generation,
            &references,
        );
        all.append(&mut judged);
    }
    all
}

/// Attachments of a route of a kind that this version does not judge: always unknown, never guessed.
pub fn judge_other(kind: RouteKind, id: &RouteId, route: &OtherRoute) -> Vec<Attachment> {
    let sentence = Sentence::new()
        .text("This version of Gatewatch does not judge ")
        .text(kind.as_str())
        .text("s yet.");
    let unjudged = |(index, raw): (usize, &crate::resource::route::RawParentRef)| {
        let finding = Finding::new(
            Gate::Kind,
            GateOutcome::Unknown,
            "not judged yet",
            sentence.clone(),
        );
        attachment(
            id,
            raw.resolve(index, &id.namespace),
            None,
            vec![finding],
            Vec::new(),
        )
    };
    route
        .spec
        .parent_refs
        .iter()
        .enumerate()
        .map(unjudged)
        .collect()
}

fn judge_parent_ref(
    world: &Snapshot,
    route: RouteFacts<'_>,
    parent_ref: &ParentRef,
    references: &Finding,
) -> Vec<Attachment> {
    let (way, parent) = parent::find(world, parent_ref);
    let Some(Parent { gateway, listeners }) = parent else {
        return vec![attachment(
            route.id,
            parent_ref.clone(),
            None,
            way,
            Vec::new(),
        )];
    };
    let judge = |(index, listener): (usize, &Listener)| {
        judge_listener(
            world,
            route,
            (parent_ref, gateway),
            (index, listener),
            (&way, references),
        )
    };
    listeners.into_iter().map(judge).collect()
}

fn judge_listener(
    world: &Snapshot,
    route: RouteFacts<'_>,
    (parent_ref, gateway): (&ParentRef, &Gateway),
    (index, listener): (usize, &Listener),
    (way, references): (&Way, &Finding),
) -> Attachment {
    let mut findings = way.clone();
    findings.push(kinds::judge(listener, route.id.kind));
    if findings.iter().all(Finding::passed) {
        let owner = (
            parent_ref.namespace.as_str(),
            gateway.metadata.name.as_str(),
        );
        findings.push(namespaces::judge(
            world,
            listener,
            index,
            owner,
            &route.id.namespace,
        ));
    }
    let mut hostnames = Vec::new();
    if findings.iter().all(Finding::passed) {
        let (finding, effective) = hostname::judge(listener, route);
        findings.push(finding);
        hostnames = effective;
    }
    if findings.iter().all(Finding::passed) {
        findings.push(references.clone());
    }
    attachment(
        route.id,
        parent_ref.clone(),
        Some((gateway, listener)),
        findings,
        hostnames,
    )
}

/// Puts an attachment together: the first gate that did not pass decides.
fn attachment(
    route: &RouteId,
    parent_ref: ParentRef,
    reached: Option<(&Gateway, &Listener)>,
    findings: Vec<Finding>,
    hostnames: Vec<String>,
) -> Attachment {
    let decisive = findings.iter().find(|finding| !finding.passed());
    let verdict = match decisive {
        None => Verdict::Attached,
        Some(finding) => match (finding.result.gate, finding.result.outcome) {
            (Gate::References, _) => Verdict::Attached,
            (_, GateOutcome::Unknown | GateOutcome::NotReached | GateOutcome::Passed) => {
                Verdict::Unknown
            }
            (Gate::Gateway | Gate::Listener, GateOutcome::Failed) => Verdict::Orphan,
            (Gate::Class | Gate::Kind | Gate::Namespace | Gate::Hostname, GateOutcome::Failed) => {
                Verdict::Refused
            }
        },
    };
    let parent_exists = reached.is_some()
        || findings
            .iter()
            .any(|finding| finding.result.gate == Gate::Gateway && finding.passed());
    let reason = match (verdict, decisive) {
        (Verdict::Attached, _) => "Accepted",
        (_, Some(finding)) => finding.reason,
        (_, None) => "",
    };
    let (sentence, intended, remedies) = match decisive {
        None => (all_passed(&findings), false, Vec::new()),
        Some(finding) if verdict == Verdict::Attached => {
            let sentence = Sentence::new()
                .text("Attached, but not every reference holds: ")
                .then(&finding.result.sentence);
            (sentence, false, finding.remedies.clone())
        }
        Some(finding) => (
            finding.result.sentence.clone(),
            finding.intended,
            finding.remedies.clone(),
        ),
    };
    let hostnames = if verdict == Verdict::Attached {
        hostnames
    } else {
        Vec::new()
    };
    Attachment {
        route: route.clone(),
        parent: parent_exists.then(|| ObjectRef {
            kind: parent_ref.kind.clone(),
            namespace: parent_ref.namespace.clone(),
            name: parent_ref.name.clone(),
        }),
        parent_ref,
        listener: reached.map(|(_, listener)| listener.name.clone()),
        listener_set: None,
        verdict,
        gate: decisive.map(|finding| finding.result.gate),
        reason: reason.to_owned(),
        sentence,
        intended,
        hostnames,
        label_change: decisive.and_then(|finding| finding.change.clone()),
        gates: in_order(findings),
        computed: status::nothing_computed(),
        reported: Vec::new(),
        agreement: crate::report::Agreement::Silent,
        agreement_sentence: Sentence::new(),
        remedies,
    }
}

/// "All gates passed: kind HTTPRoute, namespace label `a=b`, any host."
fn all_passed(findings: &[Finding]) -> Sentence {
    let mut sentence = Sentence::new().text("All gates passed");
    let mut separator = ": ";
    for finding in findings {
        if let Gate::Kind | Gate::Namespace | Gate::Hostname = finding.result.gate {
            sentence = sentence.text(separator).then(&finding.result.summary);
            separator = ", ";
        }
    }
    if let Some(note) = findings
        .iter()
        .find(|finding| finding.result.gate == Gate::Class && finding.reason == "Assumed")
    {
        sentence = sentence.text("; ").then(&note.result.summary);
    }
    sentence.text(".")
}

const ORDER: [Gate; 7] = [
    Gate::Class,
    Gate::Gateway,
    Gate::Listener,
    Gate::Kind,
    Gate::Namespace,
    Gate::Hostname,
    Gate::References,
];

/// All gates in order; those that were not judged are not reached.
fn in_order(findings: Vec<Finding>) -> Vec<GateResult> {
    let mut results: Vec<GateResult> = findings.into_iter().map(|finding| finding.result).collect();
    for gate in ORDER {
        if !results.iter().any(|result| result.gate == gate) {
            results.push(
                Finding::new(
                    gate,
                    GateOutcome::NotReached,
                    "not reached",
                    Sentence::new(),
                )
                .result,
            );
        }
    }
    results.sort_by_key(|result| result.gate);
    results
}

/// "Gatewatch cannot read X. The permission to list `x` would settle it."
pub(crate) fn cannot_see(kind: Kind) -> Sentence {
    Sentence::new()
        .text(" The permission to get, list and watch ")
        .name(format!("{}.{}", kind.resource(), kind.group()).trim_end_matches('.'))
        .text(" would settle it.")
}
