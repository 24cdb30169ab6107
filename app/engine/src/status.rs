//! Computed, reported, counted: what a controller would write, what controllers wrote, and how the two compare.

pub mod agreement;
pub mod conflict;
pub mod gateways;
pub mod listeners;

use crate::attachment::finding::Finding;
use crate::report::{
    Attachment, Computed, ComputedParent, Condition, Gate, GateOutcome, ParentRef, Reported,
    Status, Verdict,
};
use crate::resource::route::{ParentStatus, Route};

/// `status.parents[]` of a route, with the defaults of parentRefs applied.
pub fn reported(route: &Route<'_>) -> Vec<Reported> {
    let namespace = route.id.namespace.as_str();
    let entry = |(index, parent): (usize, &ParentStatus)| Reported {
        parent_ref: parent.parent_ref.resolve(index, namespace),
        controller: parent.controller_name.clone(),
        conditions: parent.conditions.iter().map(Condition::from).collect(),
    };
    route.status.parents.iter().enumerate().map(entry).collect()
}

/// Two parentRefs that speak of the same thing: all fields but the index.
pub fn is_same(a: &ParentRef, b: &ParentRef) -> bool {
    ParentRef {
        index: 0,
        ..a.clone()
    } == ParentRef {
        index: 0,
        ..b.clone()
    }
}

/// Status entries about parentRefs that the route no longer has.
pub fn leftovers(reported: &[Reported], parent_refs: &[ParentRef]) -> Vec<Reported> {
    let is_left = |entry: &&Reported| {
        !parent_refs
            .iter()
            .any(|known| is_same(known, &entry.parent_ref))
    };
    reported.iter().filter(is_left).cloned().collect()
}

/// A condition of ours.
pub fn condition(status: Status, reason: &str) -> Computed {
    Computed {
        status,
        reason: reason.to_owned(),
    }
}

/// What a conforming controller would write for a parentRef: one admitting listener suffices; otherwise the reason
/// of the furthest stage that any listener reached.
pub fn computed(attachments: &[Attachment], references: &Finding) -> ComputedParent {
    let any = |verdict: Verdict| attachments.iter().any(|one| one.verdict == verdict);
    let accepted = if any(Verdict::Attached) {
        Some(condition(Status::True, "Accepted"))
    } else if any(Verdict::Unknown) {
        Some(condition(Status::Unknown, "Unknown"))
    } else {
        let furthest = attachments
            .iter()
            .filter(|one| !one.reason.is_empty())
            .max_by_key(|one| one.gate);
        furthest.map(|one| condition(Status::False, &one.reason))
    };
    // Written also where Accepted is False; nowhere where there is no entry at all.
    let resolved_refs = accepted.as_ref().map(|_| match references.result.outcome {
        GateOutcome::Passed => condition(Status::True, "ResolvedRefs"),
        GateOutcome::Failed => condition(Status::False, references.reason),
        GateOutcome::Unknown | GateOutcome::NotReached => condition(Status::Unknown, "Unknown"),
    });
    ComputedParent {
        accepted,
        resolved_refs,
    }
}

/// `True`, `False` or `Unknown`.
pub fn status_word(status: Status) -> &'static str {
    match status {
        Status::True => "True",
        Status::False => "False",
        Status::Unknown => "Unknown",
    }
}

/// True if an attachment's references are known to be broken.
pub fn has_broken_references(attachment: &Attachment) -> bool {
    attachment.verdict == Verdict::Attached && attachment.gate == Some(Gate::References)
}
