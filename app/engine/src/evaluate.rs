//! From a snapshot to a report.

mod doors;
mod gateways;

pub use doors::doors;

use crate::attachment;
use crate::attachment::finding::Finding;
use crate::object::RouteKind;
use crate::references;
use crate::report::{
    Attachment, BackendReport, BackendRole, Evidence, Gate, GateOutcome, NamespaceReport,
    ParentRef, Report, RouteId, RouteReport, RuleReport, Tally, Verdict,
};
use crate::resource::route::{HttpRoute, HttpRule, OtherRoute};
use crate::routing::describe;
use crate::snapshot::Snapshot;
use crate::status::{self, agreement};
use std::collections::BTreeMap;

/// Derives the report. Total: never fails, never panics; equal for equal snapshots.
pub fn evaluate(world: &Snapshot) -> Report {
    let mut routes = Vec::new();
    let mut attachments = Vec::new();
    for (id, route) in world.http_routes() {
        let id = RouteId {
            kind: RouteKind::Http,
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        let (report, judged) = http_route(world, id, route);
        routes.push(report);
        attachments.extend(judged);
    }
    for (kind, id, route) in world.other_routes() {
        let id = RouteId {
            kind,
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        let judged = attachment::judge_other(world, &id, route);
        routes.push(other_route(id, route));
        attachments.extend(judged);
    }
    let gateways = gateways::reports(world, &attachments);
    let namespaces = namespaces(world, &routes);
    Report {
        gateways,
        routes,
        attachments,
        namespaces,
        visibility: world.visibility(),
        problems: world.problems(),
    }
}

/// A length as a number on the wire.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn http_route(world: &Snapshot, id: RouteId, route: &HttpRoute) -> (RouteReport, Vec<Attachment>) {
    let references = references::judge(world, &id, &route.spec.rules);
    let reported = status::reported(route, &id.namespace);
    let parent_refs: Vec<ParentRef> = route
        .spec
        .parent_refs
        .iter()
        .enumerate()
        .map(|(index, raw)| raw.resolve(index, &id.namespace))
        .collect();
    let mut all = Vec::new();
    for parent_ref in &parent_refs {
        let mut judged = attachment::judge(world, (&id, route), parent_ref, &references);
        let computed = status::computed(&judged, &references);
        let known = agreement::Known {
            computed: &computed,
            generation: route.metadata.generation,
            controller: controller(world, parent_ref),
        };
        agreement::compare(&mut judged, parent_ref, &reported, known);
        all.append(&mut judged);
    }
    let report = RouteReport {
        generation: route.metadata.generation,
        created: route.metadata.creation_timestamp.clone(),
        hostnames: route.spec.hostnames.clone(),
        parents: count(parent_refs.len()),
        rules: rules(&route.spec.rules, references),
        verdict: overall(&all),
        leftovers: status::leftovers(&reported, &parent_refs),
        route: id,
    };
    (report, all)
}

/// The controller that looks after a parent, as far as can be seen.
fn controller<'a>(world: &'a Snapshot, parent_ref: &ParentRef) -> Option<&'a str> {
    if parent_ref.kind != "Gateway" || parent_ref.group != crate::resource::GATEWAY_GROUP {
        return None;
    }
    let gateway = world.gateway(&parent_ref.namespace, &parent_ref.name)?;
    let class = world.gateway_class(&gateway.spec.gateway_class_name)?;
    Some(&class.spec.controller_name)
}

fn rules(rules: &[HttpRule], references: Finding) -> Vec<RuleReport> {
    let backends = match references.result.evidence {
        Some(Evidence::References { backends }) => backends,
        _ => Vec::new(),
    };
    let of_rule = |index: usize| {
        let serves = |backend: &&BackendReport| {
            backend.rule == count(index) && backend.role == BackendRole::Serves
        };
        backends.iter().filter(serves).cloned().collect()
    };
    let report = |(index, rule): (usize, &HttpRule)| RuleReport {
        name: rule.name.clone(),
        matches: describe::matches(rule),
        filters: rule
            .filters
            .iter()
            .map(|filter| filter.type_.clone())
            .collect(),
        backends: of_rule(index),
        example_path: describe::example_path(rule),
    };
    rules.iter().enumerate().map(report).collect()
}

fn other_route(id: RouteId, route: &OtherRoute) -> RouteReport {
    RouteReport {
        route: id,
        generation: route.metadata.generation,
        created: route.metadata.creation_timestamp.clone(),
        hostnames: route.spec.hostnames.clone(),
        parents: count(route.spec.parent_refs.len()),
        rules: Vec::new(),
        verdict: Verdict::Unknown,
        leftovers: Vec::new(),
    }
}

/// A route's verdict over all its attachments: attached if any is, then unknown (it may be attached there), refused,
/// orphan. A route without parentRefs is an orphan.
fn overall<'a>(attachments: impl IntoIterator<Item = &'a Attachment>) -> Verdict {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Attached => 3,
        Verdict::Unknown => 2,
        Verdict::Refused => 1,
        Verdict::Orphan => 0,
    };
    let verdicts = attachments.into_iter().map(|one| one.verdict);
    verdicts.max_by_key(rank).unwrap_or(Verdict::Orphan)
}

/// Distinct routes by their verdict over the given attachments.
pub fn tally<'a>(attachments: impl IntoIterator<Item = &'a Attachment>) -> Tally {
    let mut by_route: BTreeMap<&RouteId, Vec<&Attachment>> = BTreeMap::new();
    for attachment in attachments {
        by_route
            .entry(&attachment.route)
            .or_default()
            .push(attachment);
    }
    let mut tally = Tally::default();
    for attachments in by_route.into_values() {
        let slot = match overall(attachments) {
            Verdict::Attached => &mut tally.attached,
            Verdict::Refused => &mut tally.refused,
            Verdict::Orphan => &mut tally.orphan,
            Verdict::Unknown => &mut tally.unknown,
        };
        *slot += 1;
    }
    tally
}

fn namespaces(world: &Snapshot, routes: &[RouteReport]) -> Vec<NamespaceReport> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for route in routes {
        *counts.entry(route.route.namespace.as_str()).or_default() += 1;
    }
    let report = |name: &str| NamespaceReport {
        name: name.to_owned(),
        labels: attachment::namespaces::labels(world, name).known(),
        seen: world.namespace(name).is_some(),
        routes: counts.get(name).copied().unwrap_or_default(),
    };
    world.namespace_names().into_iter().map(report).collect()
}

/// True if a gate of an attachment has the given outcome.
pub fn gate_is(attachment: &Attachment, gate: Gate, outcome: GateOutcome) -> bool {
    let mut gates = attachment.gates.iter();
    gates.any(|result| result.gate == gate && result.outcome == outcome)
}
