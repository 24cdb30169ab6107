//! From a snapshot to a report.

mod doors;
mod gateways;
mod merged;
mod policies;

pub use doors::doors;

use crate::attachment;
use crate::attachment::finding::Finding;
use crate::object::RouteKind;
use crate::references;
use crate::report::{
    Attachment, BackendReport, BackendRole, Evidence, Gate, GateOutcome, NamespaceReport,
    NamespacedName, ParentRef, Report, RouteId, RouteReport, RuleReport, Tally, Verdict,
};
use crate::resource::route::{Route, RuleRefs};
use crate::routing::describe;
use crate::snapshot::Snapshot;
use crate::status::{self, agreement};
use std::collections::BTreeMap;

/// Derives the report. Total: never fails, never panics; equal for equal snapshots.
pub fn evaluate(world: &Snapshot) -> Report {
    let mut routes = Vec::new();
    let mut attachments = Vec::new();
    for route in world.routes() {
        let (report, judged) = judge_route(world, &route);
        routes.push(report);
        attachments.extend(judged);
    }
    let (gateways, listener_sets) = gateways::reports(world, &attachments);
    let namespaces = namespaces(world, &routes);
    let policies = policies::reports(world, &attachments);
    Report {
        gateways,
        listener_sets,
        policies,
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

fn judge_route(world: &Snapshot, route: &Route<'_>) -> (RouteReport, Vec<Attachment>) {
    let references = references::judge(world, route);
    let reported = status::reported(route);
    let parent_refs: Vec<ParentRef> = route
        .parent_refs
        .iter()
        .enumerate()
        .map(|(index, raw)| raw.resolve(index, &route.id.namespace))
        .collect();
    let mut all = Vec::new();
    for parent_ref in &parent_refs {
        let mut judged = attachment::judge(world, route, parent_ref, &references);
        let computed = status::computed(&judged, &references);
        let controller = judged
            .first()
            .and_then(|one| one.gateway.as_ref())
            .and_then(|name| controller(world, name));
        let known = agreement::Known {
            computed: &computed,
            generation: route.metadata.generation,
            controller,
        };
        agreement::compare(&mut judged, parent_ref, &reported, known);
        all.append(&mut judged);
    }
    let report = RouteReport {
        generation: route.metadata.generation,
        created: route.metadata.creation_timestamp.clone(),
        hostnames: route.hostnames.to_vec(),
        parents: count(parent_refs.len()),
        rules: rules(world, route, references),
        verdict: overall(&all),
        leftovers: status::leftovers(&reported, &parent_refs),
        route: route.id.clone(),
    };
    (report, all)
}

/// The controller that looks after a Gateway, as far as can be seen.
fn controller<'a>(world: &'a Snapshot, gateway: &NamespacedName) -> Option<&'a str> {
    let gateway = world.gateway(&gateway.namespace, &gateway.name)?;
    let class = world.gateway_class(&gateway.spec.gateway_class_name)?;
    Some(&class.spec.controller_name)
}

fn rules(world: &Snapshot, route: &Route<'_>, references: Finding) -> Vec<RuleReport> {
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
    let http = match route.id.kind {
        RouteKind::Http => world.http_route(&route.id.namespace, &route.id.name),
        RouteKind::Grpc | RouteKind::Tls | RouteKind::Tcp | RouteKind::Udp => None,
    };
    let report = |(index, rule): (usize, &RuleRefs<'_>)| {
        let http = http.and_then(|route| route.spec.rules.get(index));
        RuleReport {
            name: rule.name.map(str::to_owned),
            matches: http.map(describe::matches).unwrap_or_default(),
            filters: rule
                .filters
                .iter()
                .map(|filter| filter.type_.clone())
                .collect(),
            backends: of_rule(index),
            example_path: http.and_then(describe::example_path),
        }
    };
    route.rules.iter().enumerate().map(report).collect()
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
