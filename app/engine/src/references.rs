//! The references gate: backendRefs, ReferenceGrants, existence (`rules[].backendRefs`, condition `ResolvedRefs`).
//!
//! A broken reference never refuses a route; its share of requests is answered 500.

pub mod backend;
pub mod certificates;
pub mod grants;

use crate::attachment::finding::Finding;
use crate::report::{BackendReport, BackendRole, Evidence, Gate, GateOutcome, Owner, RouteId};
use crate::resource::route::{BackendRef, Route};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

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
        let of_backends = rule
            .backend_refs
            .iter()
            .flat_map(|backend| &backend.filters);
        for filter in rule.filters.iter().chain(of_backends) {
            if let Some(mirror) = &filter.request_mirror {
                let backend = &mirror.backend_ref;
                backends.push(report(world, route, (index, BackendRole::Mirrors), backend));
            }
            if matches!(filter.type_.as_str(), "ExtensionRef" | "ExternalAuth") {
                foreign.get_or_insert(filter.type_.as_str());
            }
        }
    }
    summarise(&backends, foreign).evidence(Evidence::References { backends })
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
