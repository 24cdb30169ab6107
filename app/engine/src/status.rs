//! Computed, reported, counted: what a controller would write, what controllers wrote, and how the two compare.

pub mod agreement;
pub mod conflict;
pub mod gateways;
pub mod listeners;

use crate::report::{
    Attachment, Computed, ComputedParent, Condition, GateOutcome, ParentRef, Reported, Status,
    Verdict,
};
use crate::resource::route::{ParentStatus, Route};
use std::sync::Arc;

/// `status.parents[]` of a route, with the defaults of parentRefs applied.
pub fn reported(route: &Route<'_>) -> Vec<Reported> {
    let namespace = route.id.namespace.as_str();
    let entries = route.status.parents.iter().enumerate();
    entries
        .map(|(index, parent)| entry(parent.parent_ref.resolve(index, namespace), parent))
        .collect()
}

/// Two parentRefs that speak of the same thing: all fields but the index.
pub fn is_same(a: &ParentRef, b: &ParentRef) -> bool {
    (&a.group, &a.kind, &a.namespace, &a.name) == (&b.group, &b.kind, &b.namespace, &b.name)
        && (&a.section_name, a.port) == (&b.section_name, b.port)
}

/// Status entries about parentRefs that the route no longer has.
pub fn leftovers<'a>(
    route: &'a Route<'_>,
    parent_refs: &'a [Arc<ParentRef>],
) -> impl Iterator<Item = Reported> + 'a {
    let namespace = route.id.namespace.as_str();
    let entries = route.status.parents.iter().enumerate();
    entries.filter_map(move |(index, parent)| {
        let named = parent.parent_ref.resolve(index, namespace);
        let is_left = !parent_refs.iter().any(|known| is_same(known, &named));
        is_left.then(|| entry(named, parent))
    })
}

fn entry(parent_ref: ParentRef, parent: &ParentStatus) -> Reported {
    Reported {
        parent_ref,
        controller: parent.controller_name.clone(),
        conditions: parent.conditions.iter().map(Condition::from).collect(),
    }
}

/// A condition of ours.
pub fn condition(status: Status, reason: &str) -> Computed {
    Computed {
        status,
        reason: reason.to_owned(),
    }
}

/// What a conforming controller would write for a parentRef: one admitting listener suffices; otherwise the reason
/// of the furthest stage that any listener reached. `references` are the outcome and the reason word of `ResolvedRefs`.
pub fn computed(
    attachments: &[Attachment],
    references: (GateOutcome, &'static str),
) -> ComputedParent {
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
        furthest.map(|one| condition(Status::False, one.reason))
    };
    // Written also where Accepted is False; nowhere where there is no entry at all.
    let is_open = accepted
        .as_ref()
        .is_some_and(|one| one.status == Status::Unknown);
    let reaches = |one: &Attachment| one.gateway.is_some() || one.is_in_mesh();
    let resolved_refs = accepted.as_ref().map(|_| match references.0 {
        // Whether there is an entry at all is not known.
        _ if is_open && !attachments.iter().any(reaches) => condition(Status::Unknown, "Unknown"),
        GateOutcome::Passed => condition(Status::True, "ResolvedRefs"),
        GateOutcome::Failed => condition(Status::False, references.1),
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
