//! Every rule of every route, by Gateway, with the attachments through which requests reach it.

use super::matcher::Match;
use super::precedence::Place;
use crate::object::RouteKind;
use crate::report::{NamespacedName, Report, RouteId};
use crate::resource::route::HttpRule;
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A match of a rule of a route.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The route.
    pub route: RouteId,
    /// Place in precedence.
    pub place: Place,
    /// The match, ready to compare.
    pub matched: Match,
    /// The rule, for its filters and backends.
    pub rule: Arc<HttpRule>,
}

/// An attachment of a route at a Gateway, by index into the report, with the entries of the route.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Index into `Report.attachments`.
    pub attachment: usize,
    /// The route's matches.
    pub entries: Arc<[Entry]>,
}

/// The routing table.
#[derive(Clone, Debug, Default)]
pub struct RoutingTable {
    by_gateway: BTreeMap<NamespacedName, Vec<Reach>>,
}

impl RoutingTable {
    /// Builds the table of a report. Total.
    pub fn build(world: &Snapshot, report: &Report) -> Self {
        let mut table = Self::default();
        let mut last: Option<(&RouteId, Arc<[Entry]>)> = None;
        for (index, attachment) in report.attachments.iter().enumerate() {
            let Some(gateway) = attachment.gateway.as_deref() else {
                continue;
            };
            let entries = match &last {
                Some((route, entries)) if **route == *attachment.route => Arc::clone(entries),
                _ => entries(world, &attachment.route),
            };
            last = Some((&attachment.route, Arc::clone(&entries)));
            table
                .by_gateway
                .entry(gateway.clone())
                .or_default()
                .push(Reach {
                    attachment: index,
                    entries,
                });
        }
        table
    }

    /// What reaches a Gateway, attached or not, in the order of the report.
    pub fn at(&self, gateway: &NamespacedName) -> &[Reach] {
        self.by_gateway.get(gateway).map_or(&[], Vec::as_slice)
    }
}

fn entries(world: &Snapshot, route: &RouteId) -> Arc<[Entry]> {
    if route.kind != RouteKind::Http {
        return Arc::new([]);
    }
    let Some(found) = world.http_route(&route.namespace, &route.name) else {
        return Arc::new([]);
    };
    let name = format!("{}/{}", route.namespace, route.name);
    let mut entries = Vec::new();
    for (rule_index, rule) in found.spec.rules.iter().enumerate() {
        let shared = Arc::new(rule.clone());
        for (index, matched) in Match::of_rule(rule).into_iter().enumerate() {
            let place = Place {
                created: found.metadata.creation_timestamp.clone(),
                name: name.clone(),
                rule: rule_index,
                index,
            };
            entries.push(Entry {
                route: route.clone(),
                place,
                matched,
                rule: Arc::clone(&shared),
            });
        }
    }
    entries.into()
}
