//! From a snapshot to a report.

mod doors;
mod gateways;
mod merged;
mod policies;

pub use doors::doors;

use crate::attachment;
use crate::attachment::implementation;
use crate::attachment::verdicts::{Judge, Subject};
use crate::object::RouteKind;
use crate::references::{self, Grants};
use crate::report::{
    Agreement, Attachment, BackendReport, BackendRole, Explained, NamespaceReport, ParentRef,
    Report, RouteId, RouteReport, RouteSummary, RuleReport, Tally, Verdict,
};
use crate::resource::route::{Route, RuleRefs};
use crate::routing::describe;
use crate::snapshot::Snapshot;
use crate::status::{self, agreement};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Derives the report. Total: never fails, never panics; equal for equal snapshots.
pub fn evaluate(world: &Snapshot) -> Report {
    let mut judge = Judge::new(world);
    let mut routes = Vec::new();
    let mut attachments = Vec::new();
    for route in world.routes() {
        routes.push(judge_route(&mut judge, world, &route, &mut attachments));
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
        world: world.clone(),
    }
}

/// A length as a number on the wire.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn judge_route<'a>(
    judge: &mut Judge<'a>,
    world: &'a Snapshot,
    route: &Route<'a>,
    attachments: &mut Vec<Attachment>,
) -> RouteSummary {
    let references = references::ruling(world, route, Grants::Needed);
    let subject = Subject {
        route,
        id: Arc::new(route.id.clone()),
        hostnames: route.hostnames.into(),
        references: references.0,
    };
    let start = attachments.len();
    let mut parent_refs = Vec::with_capacity(route.parent_refs.len());
    for (index, raw) in route.parent_refs.iter().enumerate() {
        let parent_ref = raw.resolve(index, &route.id.namespace);
        let mut judged = judge.judge(&subject, parent_ref);
        let in_mesh = judged.first().is_some_and(Attachment::is_in_mesh);
        let references = if in_mesh {
            references::ruling(world, route, Grants::NotNeeded)
        } else {
            references
        };
        let computed = Arc::new(status::computed(&judged, references));
        if let Some(first) = judged.first() {
            parent_refs.push(Arc::clone(&first.parent_ref));
            let agreement = agreement::of(world, route, first, &computed).0;
            for one in &mut judged {
                one.computed = Arc::clone(&computed);
                one.agreement = agreement;
            }
        }
        attachments.append(&mut judged);
    }
    let own = attachments.get(start..).unwrap_or_default();
    RouteSummary {
        created: route.metadata.creation_timestamp.clone(),
        verdict: overall(own),
        references: references.0,
        leftovers: count(status::leftovers(route, &parent_refs).count()),
        hostnames: subject.hostnames,
        route: subject.id,
    }
}

impl Report {
    /// Everything that led to an attachment of this report.
    pub fn explain(&self, attachment: &Attachment) -> Explained {
        let Some(route) = self.world.route(&attachment.route) else {
            // Only with an attachment of another report.
            return attachment::unexplained(attachment);
        };
        let references = references::judge(&self.world, &route);
        let mut explained = attachment::explain(&self.world, &route, attachment, &references);
        explained.reported = status::reported(&route)
            .into_iter()
            .filter(|entry| status::is_same(&entry.parent_ref, &attachment.parent_ref))
            .collect();
        explained.agreement_sentence =
            agreement::of(&self.world, &route, attachment, &attachment.computed).1;
        explained.expected = implementation::expected(self, self.siblings(attachment));
        if let (Agreement::Contradicts, Some(expected)) = (explained.agreement, &explained.expected)
        {
            let says = explained.reported.iter().flat_map(|one| &one.conditions);
            let mut says = says.filter(|one| one.type_ == "Accepted");
            let known = expected
                .accepted
                .map(|yes| if yes { "True" } else { "False" });
            if says.any(|one| Some(one.status.as_str()) == known) {
                let words = explained.agreement_sentence.text(" That is known of it: ");
                explained.agreement_sentence = words.then(&expected.sentence);
            }
        }
        explained
    }

    /// A route of this report with its rules.
    pub fn route(&self, summary: &RouteSummary) -> RouteReport {
        let mut report = RouteReport {
            route: RouteId::clone(&summary.route),
            generation: None,
            created: summary.created.clone(),
            hostnames: summary.hostnames.to_vec(),
            parents: 0,
            rules: Vec::new(),
            verdict: summary.verdict,
            leftovers: Vec::new(),
        };
        if let Some(route) = self.world.route(&summary.route) {
            let parent_refs: Vec<Arc<ParentRef>> = route
                .parent_refs
                .iter()
                .enumerate()
                .map(|(index, raw)| Arc::new(raw.resolve(index, &route.id.namespace)))
                .collect();
            report.generation = route.metadata.generation;
            report.parents = count(parent_refs.len());
            report.rules = rules(&self.world, &route);
            report.leftovers = status::leftovers(&route, &parent_refs).collect();
        }
        report
    }

    /// The attachments of the same parentRef.
    fn siblings(&self, attachment: &Attachment) -> &[Attachment] {
        let own = self.attachments_of(&attachment.route);
        let index = attachment.parent_ref.index;
        let start = own.partition_point(|one| one.parent_ref.index < index);
        let rest = own.get(start..).unwrap_or_default();
        let end = rest.partition_point(|one| one.parent_ref.index == index);
        rest.get(..end).unwrap_or_default()
    }

    /// The summary of a route, if it is there.
    pub fn summary(&self, id: &RouteId) -> Option<&RouteSummary> {
        let place = self.routes.binary_search_by(|one| (*one.route).cmp(id));
        place.ok().and_then(|index| self.routes.get(index))
    }

    /// The attachments of a route, in order.
    pub fn attachments_of(&self, id: &RouteId) -> &[Attachment] {
        let start = self.attachments.partition_point(|one| *one.route < *id);
        let rest = self.attachments.get(start..).unwrap_or_default();
        let end = rest.partition_point(|one| *one.route == *id);
        rest.get(..end).unwrap_or_default()
    }
}

fn rules(world: &Snapshot, route: &Route<'_>) -> Vec<RuleReport> {
    let backends = references::backends(world, route);
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
    let grpc = world
        .other_route(&route.id)
        .filter(|_| route.id.kind == RouteKind::Grpc);
    let report = |(index, rule): (usize, &RuleRefs<'_>)| {
        let http = http.and_then(|route| route.spec.rules.get(index));
        let grpc = grpc.and_then(|route| route.spec.rules.get(index));
        RuleReport {
            name: rule.name.map(str::to_owned),
            matches: http
                .map(describe::matches)
                .or(grpc.map(describe::grpc_matches))
                .unwrap_or_default(),
            filters: rule
                .filters
                .iter()
                .map(|filter| filter.type_.clone())
                .collect(),
            backends: of_rule(index),
            example_path: http
                .and_then(describe::example_path)
                .or(grpc.and_then(describe::grpc_example_path)),
        }
    };
    route.rules.iter().enumerate().map(report).collect()
}

/// A route's verdict over all its attachments: attached if any is, then unknown (it may be attached there), refused,
/// orphan. A route without parentRefs is an orphan.
fn overall<'a>(attachments: impl IntoIterator<Item = &'a Attachment>) -> Verdict {
    let verdicts = attachments.into_iter().map(|one| one.verdict);
    verdicts.fold(Verdict::Orphan, better)
}

/// The one that counts for a route that has both.
fn better(a: Verdict, b: Verdict) -> Verdict {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Attached => 3,
        Verdict::Unknown => 2,
        Verdict::Refused => 1,
        Verdict::Orphan => 0,
    };
    std::cmp::max_by_key(a, b, rank)
}

/// Distinct routes by their verdict over the given attachments.
pub fn tally<'a>(attachments: impl IntoIterator<Item = &'a Attachment>) -> Tally {
    let mut by_route: BTreeMap<&RouteId, Verdict> = BTreeMap::new();
    for attachment in attachments {
        let verdict = by_route
            .entry(&attachment.route)
            .or_insert(attachment.verdict);
        *verdict = better(*verdict, attachment.verdict);
    }
    let mut tally = Tally::default();
    for verdict in by_route.into_values() {
        let slot = match verdict {
            Verdict::Attached => &mut tally.attached,
            Verdict::Refused => &mut tally.refused,
            Verdict::Orphan => &mut tally.orphan,
            Verdict::Unknown => &mut tally.unknown,
        };
        *slot += 1;
    }
    tally
}

fn namespaces(world: &Snapshot, routes: &[RouteSummary]) -> Vec<NamespaceReport> {
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
