//! From a snapshot to a report.

use crate::attachment::{self, kinds, namespaces, selector};
use crate::object::{Kind, RouteKind};
use crate::report::{
    AttachedRoutes, Attachment, Computed, Condition, Door, Evidence, Gate, GateOutcome,
    GatewayReport, ListenerReport, NamespaceReport, NamespacedName, Report, RouteId, RouteReport,
    RuleReport, Status, Tally, Verdict,
};
use crate::resource::gateway::{Address, Gateway, Listener};
use crate::resource::route::HttpRoute;
use crate::routing::describe;
use crate::snapshot::Snapshot;
use crate::status;
use std::collections::{BTreeMap, BTreeSet};

/// Derives the report. Total: never fails, never panics; equal for equal snapshots.
pub fn evaluate(world: &Snapshot) -> Report {
    let mut routes = Vec::new();
    let mut attachments = Vec::new();
    for (id, route) in world.http_routes() {
        let route_id = RouteId {
            kind: RouteKind::Http,
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        let judged = attachment::judge_http(world, &route_id, route);
        routes.push(http_route(world, route_id, route, &judged));
        attachments.extend(judged);
    }
    for (kind, id, route) in world.other_routes() {
        let route_id = RouteId {
            kind,
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        attachments.extend(attachment::judge_other(kind, &route_id, route));
        routes.push(RouteReport {
            route: route_id,
            generation: route.metadata.generation,
            created: route.metadata.creation_timestamp.clone(),
            hostnames: route.spec.hostnames.clone(),
            parents: count(route.spec.parent_refs.len()),
            rules: Vec::new(),
            verdict: Verdict::Unknown,
            leftovers: Vec::new(),
        });
    }
    let by_gateway = group_by_gateway(&attachments);
    let gateways = world.gateways().map(|(id, gateway)| {
        let name = NamespacedName {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        let here = by_gateway.get(&name).map_or(&[][..], Vec::as_slice);
        gateway_report(world, name, gateway, here)
    });
    let gateways = gateways.collect();
    let namespaces = namespace_reports(world, &routes);
    Report {
        gateways,
        routes,
        attachments,
        namespaces,
        visibility: world.visibility(),
        problems: world.problems(),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn group_by_gateway(attachments: &[Attachment]) -> BTreeMap<NamespacedName, Vec<&Attachment>> {
    let mut groups: BTreeMap<NamespacedName, Vec<&Attachment>> = BTreeMap::new();
    for attachment in attachments {
        if let Some(parent) = &attachment.parent
            && parent.kind == Kind::Gateway.as_str()
        {
            let name = NamespacedName {
                namespace: parent.namespace.clone(),
                name: parent.name.clone(),
            };
            groups.entry(name).or_default().push(attachment);
        }
    }
    groups
}

/// A route's verdict over all its attachments: attached if any is, then unknown, refused, orphan. A route without
/// parentRefs is an orphan.
fn overall<'a>(attachments: impl IntoIterator<Item = &'a Attachment>) -> Verdict {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Attached => 3,
        Verdict::Unknown => 2,
        Verdict::Refused => 1,
        Verdict::Orphan => 0,
    };
    attachments
        .into_iter()
        .map(|attachment| attachment.verdict)
        .max_by_key(rank)
        .unwrap_or(Verdict::Orphan)
}

fn http_route(
    world: &Snapshot,
    id: RouteId,
    route: &HttpRoute,
    judged: &[Attachment],
) -> RouteReport {
    let references = crate::references::judge(world, &id, &route.spec.rules);
    let backends = match references.result.evidence {
        Some(Evidence::References { backends }) => backends,
        _ => Vec::new(),
    };
    let rules = route
        .spec
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| RuleReport {
            name: rule.name.clone(),
            matches: describe::matches(rule),
            filters: rule
                .filters
                .iter()
                .map(|filter| filter.type_.clone())
                .collect(),
            backends: backends
                .iter()
                .filter(|backend| backend.rule == count(index))
                .cloned()
                .collect(),
            example_path: describe::example_path(rule),
        });
    let parent_refs: Vec<_> = route
        .spec
        .parent_refs
        .iter()
        .enumerate()
        .map(|(index, raw)| raw.resolve(index, &id.namespace))
        .collect();
    RouteReport {
        generation: route.metadata.generation,
        created: route.metadata.creation_timestamp.clone(),
        hostnames: route.spec.hostnames.clone(),
        parents: count(parent_refs.len()),
        rules: rules.collect(),
        verdict: overall(judged),
        leftovers: status::leftovers(status::reported(route), &parent_refs),
        route: id,
    }
}

fn gateway_report(
    world: &Snapshot,
    name: NamespacedName,
    gateway: &Gateway,
    here: &[&Attachment],
) -> GatewayReport {
    let class = world.gateway_class(&gateway.spec.gateway_class_name);
    let values = |addresses: &[Address]| -> Vec<String> {
        addresses
            .iter()
            .filter_map(|address| address.value.clone())
            .collect()
    };
    let addresses = match values(&gateway.status.addresses) {
        given if given.is_empty() => values(&gateway.spec.addresses),
        given => given,
    };
    let listeners = gateway
        .spec
        .listeners
        .iter()
        .map(|listener| listener_report(&name, gateway, listener, here));
    let attached = here
        .iter()
        .filter(|attachment| attachment.verdict == Verdict::Attached);
    let attached_namespaces: BTreeSet<&str> = attached
        .map(|attachment| attachment.route.namespace.as_str())
        .collect();
    GatewayReport {
        class: gateway.spec.gateway_class_name.clone(),
        controller: class.map(|class| class.spec.controller_name.clone()),
        conditions: BTreeMap::new(),
        reported: gateway
            .status
            .conditions
            .iter()
            .map(Condition::from)
            .collect(),
        addresses,
        listeners: listeners.collect(),
        tally: tally(here),
        attached_namespaces: attached_namespaces.into_iter().map(str::to_owned).collect(),
        namespace: name.namespace,
        name: name.name,
    }
}

/// Distinct routes by their verdict over the given attachments.
pub fn tally(attachments: &[&Attachment]) -> Tally {
    let mut by_route: BTreeMap<&RouteId, Vec<&Attachment>> = BTreeMap::new();
    for attachment in attachments {
        by_route
            .entry(&attachment.route)
            .or_default()
            .push(attachment);
    }
    let mut tally = Tally::default();
    for attachments in by_route.values() {
        let slot = match overall(attachments.iter().copied()) {
            Verdict::Attached => &mut tally.attached,
            Verdict::Refused => &mut tally.refused,
            Verdict::Orphan => &mut tally.orphan,
            Verdict::Unknown => &mut tally.unknown,
        };
        *slot += 1;
    }
    tally
}

fn listener_report(
    owner: &NamespacedName,
    gateway: &Gateway,
    listener: &Listener,
    here: &[&Attachment],
) -> ListenerReport {
    let here: Vec<&Attachment> = here
        .iter()
        .filter(|attachment| attachment.listener.as_deref() == Some(listener.name.as_str()))
        .copied()
        .collect();
    let attached: BTreeSet<&RouteId> = here
        .iter()
        .filter(|attachment| attachment.verdict == Verdict::Attached)
        .map(|attachment| &attachment.route)
        .collect();
    let counted = gateway
        .status
        .listeners
        .iter()
        .find(|status| status.name == listener.name);
    let rule = &listener.allowed_routes.namespaces;
    let terms = match (rule.from_or_default(), &rule.selector) {
        ("Selector", Some(selector)) => selector::texts(selector),
        _ => Vec::new(),
    };
    ListenerReport {
        name: listener.name.clone(),
        listener_set: None,
        port: listener.port,
        protocol: listener.protocol.clone(),
        hostname: listener.host().map(str::to_owned),
        supported_kinds: kinds::supported(listener)
            .into_iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        attached_routes: AttachedRoutes {
            computed: count(attached.len()),
            counted: counted.and_then(|status| status.attached_routes),
        },
        conditions: listener_conditions(gateway, listener),
        conflicts_with: Vec::new(),
        admits: namespaces::admits(listener, &owner.namespace),
        admits_terms: terms,
        from: rule.from_or_default().to_owned(),
        tally: tally(&here),
    }
}

/// Conditions of a listener, only those that this version can compute: kinds always; acceptance where no
/// other listener of the Gateway shares the port, so that no conflict is possible.
fn listener_conditions(gateway: &Gateway, listener: &Listener) -> BTreeMap<String, Computed> {
    let mut conditions = BTreeMap::new();
    let mut set = |type_: &str, status: Status, reason: &str| {
        conditions.insert(
            type_.to_owned(),
            Computed {
                status,
                reason: reason.to_owned(),
            },
        );
    };
    if kinds::of_protocol(&listener.protocol).is_none() {
        return conditions;
    }
    if !kinds::illegal(listener).is_empty() {
        set("ResolvedRefs", Status::False, "InvalidRouteKinds");
    } else if matches!(listener.protocol.as_str(), "HTTP" | "TCP" | "UDP") {
        set("ResolvedRefs", Status::True, "ResolvedRefs");
    }
    let alone = gateway
        .spec
        .listeners
        .iter()
        .filter(|other| other.port == listener.port)
        .count()
        == 1;
    if alone && listener.protocol == "HTTP" {
        set("Accepted", Status::True, "Accepted");
    }
    conditions
}

fn namespace_reports(world: &Snapshot, routes: &[RouteReport]) -> Vec<NamespaceReport> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for route in routes {
        *counts.entry(route.route.namespace.as_str()).or_default() += 1;
    }
    let report = |name: &str| NamespaceReport {
        name: name.to_owned(),
        labels: match namespaces::labels(world, name) {
            selector::Labels::Known(labels) => Some(labels),
            selector::Labels::OnlyName(_) | selector::Labels::Unknown => None,
        },
        seen: world.namespace(name).is_some(),
        routes: counts.get(name).copied().unwrap_or_default(),
    };
    world.namespace_names().into_iter().map(report).collect()
}

/// Whether a Gateway's listeners admit a Namespace, in listener order. Made on demand: the whole matrix of a large
/// cluster would be larger than the cluster.
pub fn doors(
    world: &Snapshot,
    report: &Report,
    gateway: &NamespacedName,
    namespace: &str,
) -> Vec<Door> {
    let Some(found) = world.gateway(&gateway.namespace, &gateway.name) else {
        return Vec::new();
    };
    let owner = (gateway.namespace.as_str(), gateway.name.as_str());
    let used: BTreeSet<&str> = report
        .attachments
        .iter()
        .filter(|attachment| {
            attachment.verdict == Verdict::Attached && attachment.route.namespace == namespace
        })
        .filter(|attachment| {
            attachment
                .parent
                .as_ref()
                .is_some_and(|parent| (parent.namespace.as_str(), parent.name.as_str()) == owner)
        })
        .filter_map(|attachment| attachment.listener.as_deref())
        .collect();
    let door = |(index, listener): (usize, &Listener)| {
        let finding = namespaces::judge(world, listener, index, owner, namespace);
        Door {
            gateway: gateway.clone(),
            listener: listener.name.clone(),
            outcome: finding.result.outcome,
            summary: finding.result.summary,
            sentence: finding.result.sentence,
            used: used.contains(listener.name.as_str()),
        }
    };
    found.spec.listeners.iter().enumerate().map(door).collect()
}

/// True if a gate of an attachment has the given outcome.
pub fn gate_is(attachment: &Attachment, gate: Gate, outcome: GateOutcome) -> bool {
    attachment
        .gates
        .iter()
        .any(|result| result.gate == gate && result.outcome == outcome)
}
