//! Computed, reported, counted: what a controller would write, what controllers wrote, and how the two compare.

use crate::attachment::Finding;
use crate::report::{
    Agreement, Attachment, Computed, ComputedParent, Condition, Gate, GateOutcome, ParentRef,
    Reported, Status, Verdict,
};
use crate::resource::route::HttpRoute;
use crate::sentence::Sentence;

/// Before anything is computed, and where a controller writes no entry at all.
pub fn nothing_computed() -> ComputedParent {
    ComputedParent {
        accepted: None,
        resolved_refs: None,
    }
}

/// `status.parents[]` of a route with the defaults of parentRefs applied.
pub fn reported(route: &HttpRoute) -> Vec<(ParentRef, Reported)> {
    let namespace = route.metadata.namespace.as_deref().unwrap_or("default");
    let entry = |parent: &crate::resource::route::ParentStatus| {
        let conditions: Vec<Condition> = parent.conditions.iter().map(Condition::from).collect();
        (
            parent.parent_ref.resolve(0, namespace),
            Reported {
                controller: parent.controller_name.clone(),
                conditions,
            },
        )
    };
    route.status.parents.iter().map(entry).collect()
}

/// Two parentRefs that speak of the same thing: all fields but the index.
fn same(a: &ParentRef, b: &ParentRef) -> bool {
    (
        &a.group,
        &a.kind,
        &a.namespace,
        &a.name,
        &a.section_name,
        a.port,
    ) == (
        &b.group,
        &b.kind,
        &b.namespace,
        &b.name,
        &b.section_name,
        b.port,
    )
}

/// Status entries about parentRefs that the route no longer has.
pub fn leftovers(reported: Vec<(ParentRef, Reported)>, parent_refs: &[ParentRef]) -> Vec<Reported> {
    let is_left = |(parent_ref, _): &(ParentRef, Reported)| {
        !parent_refs.iter().any(|known| same(known, parent_ref))
    };
    reported
        .into_iter()
        .filter(is_left)
        .map(|(_, entry)| entry)
        .collect()
}

/// Fills in, for all attachments of one parentRef, what is computed for it and what was reported about it.
pub fn compare(
    attachments: &mut [Attachment],
    parent_ref: &ParentRef,
    reported: &[(ParentRef, Reported)],
    generation: Option<i64>,
    references: &Finding,
) {
    let entries: Vec<Reported> = reported
        .iter()
        .filter(|(about, _)| same(about, parent_ref))
        .map(|(_, entry)| entry.clone())
        .collect();
    let computed = computed(attachments, references);
    let (agreement, words) = agreement(computed.accepted.as_ref(), &entries, generation);
    for attachment in attachments {
        attachment.computed = computed.clone();
        attachment.reported.clone_from(&entries);
        attachment.agreement = agreement;
        attachment.agreement_sentence = words.clone();
    }
}

/// What a conforming controller would write for a parentRef: one admitting listener suffices; otherwise the reason
/// of the furthest stage that any listener reached.
fn computed(attachments: &[Attachment], references: &Finding) -> ComputedParent {
    let of = |status: Status, reason: &str| {
        Some(Computed {
            status,
            reason: reason.to_owned(),
        })
    };
    let any = |verdict: Verdict| {
        attachments
            .iter()
            .any(|attachment| attachment.verdict == verdict)
    };
    let furthest = attachments
        .iter()
        .filter(|a| !a.reason.is_empty())
        .max_by_key(|attachment| attachment.gate);
    let accepted = if any(Verdict::Attached) {
        of(Status::True, "Accepted")
    } else if any(Verdict::Unknown) {
        of(Status::Unknown, "Unknown")
    } else {
        furthest.and_then(|attachment| of(Status::False, &attachment.reason))
    };
    let resolved_refs = accepted
        .as_ref()
        .and_then(|_| match references.result.outcome {
            GateOutcome::Passed => of(Status::True, "ResolvedRefs"),
            GateOutcome::Failed => of(Status::False, references.reason),
            GateOutcome::Unknown | GateOutcome::NotReached => of(Status::Unknown, "Unknown"),
        });
    ComputedParent {
        accepted,
        resolved_refs,
    }
}

fn agreement(
    computed: Option<&Computed>,
    entries: &[Reported],
    generation: Option<i64>,
) -> (Agreement, Sentence) {
    let said: Vec<(&str, &Condition)> = entries
        .iter()
        .flat_map(|entry| {
            entry
                .conditions
                .iter()
                .map(|condition| (entry.controller.as_str(), condition))
        })
        .filter(|(_, condition)| condition.type_ == "Accepted")
        .collect();
    let judged: Vec<_> = said
        .iter()
        .map(|(by, condition)| judge(computed, by, condition, generation))
        .collect();
    let worst = judged
        .into_iter()
        .max_by_key(|(agreement, _)| match agreement {
            Agreement::Contradicts => 4,
            Agreement::Stale | Agreement::Leftover => 3,
            Agreement::Unknown => 2,
            Agreement::Agrees => 1,
            Agreement::Silent => 0,
        });
    worst.unwrap_or_else(|| {
        let words = match computed {
            Some(_) => "No controller has said anything about this parentRef.",
            None => "No controller has said anything, as is usual for a parent that no controller looks after.",
        };
        (Agreement::Silent, Sentence::new().text(words))
    })
}

fn judge(
    computed: Option<&Computed>,
    by: &str,
    said: &Condition,
    generation: Option<i64>,
) -> (Agreement, Sentence) {
    let start = Sentence::new().text("Controller ").name(by);
    if let (Some(observed), Some(current)) = (said.observed_generation, generation)
        && observed < current
    {
        let words = start
            .text(" judged generation ")
            .name(&observed.to_string())
            .text("; the route is at ")
            .name(&current.to_string())
            .text(".");
        return (Agreement::Stale, words);
    }
    let Some(computed) = computed else {
        let words = start.text(" wrote a status for a parent that Gatewatch does not find.");
        return (Agreement::Contradicts, words);
    };
    let same_status = match computed.status {
        Status::True => said.status == "True",
        Status::False => said.status == "False",
        Status::Unknown => {
            let words = start
                .text(" says ")
                .name(&format!("Accepted={}", said.status))
                .text("; Gatewatch cannot see enough to compare.");
            return (Agreement::Unknown, words);
        }
    };
    match (same_status, said.reason == computed.reason) {
        (true, true) => (Agreement::Agrees, start.text(" says the same.")),
        (true, false) => (
            Agreement::Agrees,
            start
                .text(" says the same with its own word ")
                .name(&said.reason)
                .text("."),
        ),
        (false, _) => {
            let words = start
                .text(" says ")
                .name(&format!("Accepted={} ({})", said.status, said.reason))
                .text("; by the specification it would be ")
                .name(&format!(
                    "{} ({})",
                    status_word(computed.status),
                    computed.reason
                ))
                .text(".");
            (Agreement::Contradicts, words)
        }
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
    attachment.verdict == Verdict::Attached
        && attachment.gate == Some(Gate::References)
        && attachment
            .gates
            .iter()
            .any(|gate| gate.gate == Gate::References && gate.outcome == GateOutcome::Failed)
}
