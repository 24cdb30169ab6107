//! The references gate: backendRefs, ReferenceGrants, existence (`rules[].backendRefs`, condition `ResolvedRefs`).
//!
//! A broken reference never refuses a route; its share of requests is answered 500.

pub mod backend;
pub mod certificates;
pub mod grants;

use crate::attachment::finding::Finding;
use crate::report::{BackendReport, BackendRole, Evidence, Gate, GateOutcome, Owner, RouteId};
use crate::resource::filter::HttpFilter;
use crate::resource::route::{BackendRef, Route, RuleRefs};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

/// Whether backends of other Namespaces need a ReferenceGrant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grants {
    /// For routes of Gateways.
    Needed,
    /// For routes of a mesh.
    NotNeeded,
}

/// Outcome of all references of a route and the reason word of `ResolvedRefs`, without words for people.
pub fn ruling(world: &Snapshot, route: &Route<'_>, grants: Grants) -> (GateOutcome, &'static str) {
    let mut unknown = false;
    for rule in &route.rules {
        let mirrored = filters(rule).filter_map(|filter| filter.request_mirror.as_ref());
        let mirrored = mirrored.map(|mirror| &mirror.backend_ref);
        for backend in rule.backend_refs.iter().chain(mirrored) {
            match backend::ruling(world, &route.id, backend, grants) {
                (GateOutcome::Failed, reason) => return (GateOutcome::Failed, reason),
                (outcome, _) => unknown |= outcome == GateOutcome::Unknown,
            }
        }
        unknown |= filters(rule).any(is_foreign);
    }
    if unknown {
        (GateOutcome::Unknown, "Unknown")
    } else {
        (GateOutcome::Passed, "ResolvedRefs")
    }
}

/// Filters of a rule and of its backends.
fn filters<'a>(rule: &RuleRefs<'a>) -> impl Iterator<Item = &'a HttpFilter> {
    let of_backends = rule.backend_refs.iter().flat_map(|one| &one.filters);
    rule.filters.iter().chain(of_backends)
}

/// A filter that refers to something that is not judged.
fn is_foreign(filter: &HttpFilter) -> bool {
    matches!(filter.type_.as_str(), "ExtensionRef" | "ExternalAuth")
}

/// Judges all references of a route in rule order: of each rule the backends, then the filters.
pub fn judge(world: &Snapshot, route: &Route<'_>) -> Finding {
    let mut backends = Vec::new();
    let mut foreign = None;
    for (index, rule) in route.rules.iter().enumerate() {
        let route = &route.id;
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        for backend in rule.backend_refs {
            backends.push(report(world, route, (index, BackendRole::Serves), backend));
        }
        for filter in filters(rule) {
            if let Some(mirror) = &filter.request_mirror {
                let backend = &mirror.backend_ref;
                backends.push(report(world, route, (index, BackendRole::Mirrors), backend));
            }
            if is_foreign(filter) {
                foreign.get_or_insert(filter.type_.as_str());
            }
        }
    }
    summarise(&backends, foreign).evidence(Evidence::References { backends })
}

/// What became of each backendRef of a route, in rule order.
pub fn backends(world: &Snapshot, route: &Route<'_>) -> Vec<BackendReport> {
    match judge(world, route).result.evidence {
        Some(Evidence::References { backends }) => backends,
        _ => Vec::new(),
    }
}

/// The first broken reference decides, then the first unknown one.
fn summarise(backends: &[BackendReport], foreign: Option<&str>) -> Finding {
    let first = |outcome: GateOutcome| backends.iter().find(|backend| backend.outcome == outcome);
    if let Some(broken) = first(GateOutcome::Failed) {
        return failed(broken);
    }
    if let Some(unknown) = first(GateOutcome::Unknown) {
        return Finding::unknown(Gate::References, "cannot be seen", unknown.sentence.clone());
    }
    if let Some(filter) = foreign {
        let sentence = Sentence::new()
            .text("What the filter ")
            .name(filter)
            .text(" refers to is not judged by this version.");
        return Finding::unknown(Gate::References, "not judged yet", sentence);
    }
    let (summary, words) = if backends.is_empty() {
        (
            "no backends",
            "The route refers to no backend; a rule without backends answers 500 unless it redirects.",
        )
    } else {
        (
            "backends exist",
            "Every backend exists and may be referred to.",
        )
    };
    let mut finding = Finding::passed(Gate::References, summary, Sentence::new().text(words));
    finding.reason = "ResolvedRefs";
    finding
}

fn failed(broken: &BackendReport) -> Finding {
    let (summary, reason, remedy) = match broken.reason.as_str() {
        "RefNotPermitted" => (
            "grant missing",
            "RefNotPermitted",
            "The owner of the backend's namespace can allow it with a ReferenceGrant there.",
        ),
        "InvalidKind" => (
            "kind not valid",
            "InvalidKind",
            "The route's owner can correct group and kind of the backendRef.",
        ),
        _ => (
            "backend not found",
            "BackendNotFound",
            "The route's owner can correct the backendRef, or create the Service.",
        ),
    };
    Finding::failed(Gate::References, summary, broken.sentence.clone(), reason).remedy(
        Owner::Application,
        Sentence::new().text(remedy),
        None,
    )
}

fn report(
    world: &Snapshot,
    route: &RouteId,
    (rule, role): (u32, BackendRole),
    backend: &BackendRef,
) -> BackendReport {
    let (outcome, reason, sentence) = backend::judge(world, route, backend);
    BackendReport {
        rule,
        kind: backend.kind.clone().unwrap_or_else(|| "Service".to_owned()),
        namespace: backend.namespace_or(&route.namespace).to_owned(),
        name: backend.name.clone(),
        port: backend.port,
        role,
        weight: backend.weight.unwrap_or(1),
        outcome,
        reason: reason.to_owned(),
        sentence,
    }
}
