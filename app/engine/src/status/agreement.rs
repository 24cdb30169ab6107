//! How the conditions that controllers wrote for a parentRef compare with ours.

use super::status_word;
use crate::report::{Agreement, Attachment, Computed, ComputedParent, NamespacedName, Status};
use crate::resource::meta::RawCondition;
use crate::resource::route::{ParentStatus, Route};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

/// What is compared with.
#[derive(Clone, Copy, Debug)]
struct Known<'a> {
    /// What we compute for the parentRef.
    computed: &'a ComputedParent,
    /// `metadata.generation` of the route.
    generation: Option<i64>,
    /// Controller of the parent's class, where it is known.
    controller: Option<&'a str>,
}

/// How what controllers wrote about the parentRef of an attachment compares with what is computed for it, in words too.
pub fn of(
    world: &Snapshot,
    route: &Route<'_>,
    attachment: &Attachment,
    computed: &ComputedParent,
) -> (Agreement, Sentence) {
    let entries: Vec<&ParentStatus> = route
        .status
        .parents
        .iter()
        .filter(|entry| {
            let asked = &attachment.parent_ref;
            entry.parent_ref.means(asked, &route.id.namespace)
        })
        .collect();
    let gateway = attachment.gateway.as_ref();
    let known = Known {
        computed,
        generation: route.metadata.generation,
        controller: gateway.and_then(|name| controller(world, name)),
    };
    judge(&entries, known)
}

/// The controller that looks after a Gateway, as far as can be seen.
fn controller<'a>(world: &'a Snapshot, gateway: &NamespacedName) -> Option<&'a str> {
    let gateway = world.gateway(&gateway.namespace, &gateway.name)?;
    let class = world.gateway_class(&gateway.spec.gateway_class_name)?;
    Some(&class.spec.controller_name)
}

/// Compares all entries about a parentRef; those of the parent's own controller decide, if there are any.
fn judge(entries: &[&ParentStatus], known: Known<'_>) -> (Agreement, Sentence) {
    let is_own = |entry: &&&ParentStatus| {
        known
            .controller
            .is_none_or(|own| entry.controller_name == own)
    };
    let own = entries.iter().filter(is_own);
    let stranger = entries.iter().find(|entry| !is_own(entry));
    let worst = own
        .map(|entry| by_controller(entry, known))
        .max_by_key(|(agreement, _)| rank(*agreement));
    let (agreement, sentence) = match (worst, stranger, known.controller) {
        (Some(found), _, _) => found,
        (None, Some(stranger), Some(own)) => {
            let words = Sentence::new()
                .text("Controller ")
                .name(own)
                .text(" of the Gateway's class is silent; ")
                .name(&stranger.controller_name)
                .text(", which does not look after this Gateway, has written a status.");
            return (Agreement::Leftover, words);
        }
        (None, _, _) => silent(known.computed),
    };
    let sentence = match stranger {
        Some(stranger) => sentence
            .text(" Another controller, ")
            .name(&stranger.controller_name)
            .text(", has written a status as well."),
        None => sentence,
    };
    (agreement, sentence)
}

fn rank(agreement: Agreement) -> u8 {
    match agreement {
        Agreement::Contradicts => 5,
        Agreement::Stale => 4,
        Agreement::Leftover => 3,
        Agreement::Unknown => 2,
        Agreement::Agrees => 1,
        Agreement::Silent => 0,
    }
}

fn silent(computed: &ComputedParent) -> (Agreement, Sentence) {
    let words = match computed.accepted {
        Some(_) => "No controller has said anything about this parentRef.",
        None => "No controller has said anything, as is usual where none looks after the parent.",
    };
    (Agreement::Silent, Sentence::new().text(words))
}

/// `Accepted` decides; where that agrees, `ResolvedRefs` may still differ.
fn by_controller(entry: &ParentStatus, known: Known<'_>) -> (Agreement, Sentence) {
    let of_type = |type_: &str| entry.conditions.iter().find(|said| said.type_ == type_);
    let start = Sentence::new()
        .text("Controller ")
        .name(&entry.controller_name);
    let Some(said) = of_type("Accepted") else {
        let words = start.text(" has written a status without the condition `Accepted`.");
        return (Agreement::Silent, words);
    };
    let accepted = compare_condition(start.clone(), said, known.computed.accepted.as_ref(), known);
    let resolved = of_type("ResolvedRefs")
        .zip(known.computed.resolved_refs.as_ref())
        .filter(|(_, computed)| computed.status != Status::Unknown)
        .map(|(said, computed)| compare_condition(start, said, Some(computed), known));
    match resolved {
        Some(differs) if rank(differs.0) > rank(accepted.0).max(rank(Agreement::Agrees)) => differs,
        _ => accepted,
    }
}

fn compare_condition(
    start: Sentence,
    said: &RawCondition,
    computed: Option<&Computed>,
    known: Known<'_>,
) -> (Agreement, Sentence) {
    if let (Some(observed), Some(current)) = (said.observed_generation, known.generation)
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
    let says = format!("{}={}", said.type_, said.status);
    let Some(computed) = computed else {
        // Some controllers write an entry for a parent that is not there; only a claim to have accepted is wrong.
        return if said.status == "True" {
            let words = start
                .text(" says ")
                .name(&says)
                .text(" about a parent that is not there.");
            (Agreement::Contradicts, words)
        } else {
            let words = start
                .text(" says ")
                .name(&says)
                .text(" with the reason ")
                .name(&said.reason)
                .text(", where the specification would have it say nothing.");
            (Agreement::Agrees, words)
        };
    };
    let expected = status_word(computed.status);
    if computed.status == Status::Unknown {
        let words = start
            .text(" says ")
            .name(&says)
            .text("; Gatewatch cannot see enough to compare.");
        return (Agreement::Unknown, words);
    }
    match (said.status.as_str(), said.reason == computed.reason) {
        (status, true) if status == expected => (Agreement::Agrees, start.text(" says the same.")),
        (status, false) if status == expected => {
            let words = start
                .text(" says the same with its own word ")
                .name(&said.reason)
                .text(".");
            (Agreement::Agrees, words)
        }
        ("True" | "False", _) => {
            let words = start
                .text(" says ")
                .name(&format!("{says} ({})", said.reason))
                .text("; by the specification it would be ")
                .name(&format!("{expected} ({})", computed.reason))
                .text(".");
            (Agreement::Contradicts, words)
        }
        _ => {
            let words = start
                .text(" has not decided yet: ")
                .name(&format!("{says} ({})", said.reason))
                .text(".");
            (Agreement::Silent, words)
        }
    }
}
