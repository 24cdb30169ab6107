//! Reports of Gateways and their listeners.

use super::{count, tally};
use crate::attachment::{class, kinds, namespaces, selector};
use crate::object::Kind;
use crate::report::{
    AttachedRoutes, Attachment, Condition, GatewayReport, ListenerReport, NamespacedName, RouteId,
    Verdict,
};
use crate::resource::gateway::{Address, Gateway, Listener};
use crate::snapshot::Snapshot;
use crate::status::{self, listeners::Judged};
use std::collections::{BTreeMap, BTreeSet};

/// Reports of all Gateways, by namespace and name.
pub(super) fn reports(world: &Snapshot, attachments: &[Attachment]) -> Vec<GatewayReport> {
    let by_gateway = group(attachments);
    let report = |(id, gateway): (&crate::object::ObjectId, &Gateway)| {
        let name = NamespacedName {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        let here = by_gateway.get(&name).map_or(&[][..], Vec::as_slice);
        report(world, name, gateway, here)
    };
    world.gateways().map(report).collect()
}

fn group(attachments: &[Attachment]) -> BTreeMap<NamespacedName, Vec<&Attachment>> {
    let mut groups: BTreeMap<NamespacedName, Vec<&Attachment>> = BTreeMap::new();
    for attachment in attachments {
        let parent = attachment.parent.as_ref();
        if let Some(parent) = parent.filter(|parent| parent.kind == Kind::Gateway.as_str()) {
            let name = NamespacedName {
                namespace: parent.namespace.clone(),
                name: parent.name.clone(),
            };
            groups.entry(name).or_default().push(attachment);
        }
    }
    groups
}

fn report(
    world: &Snapshot,
    name: NamespacedName,
    gateway: &Gateway,
    here: &[&Attachment],
) -> GatewayReport {
    let class = class::judge(world, gateway);
    let judged: Vec<Judged> = gateway
        .spec
        .listeners
        .iter()
        .enumerate()
        .map(|one| status::listeners::judge(gateway, one))
        .collect();
    let conditions = status::gateways::judge(gateway, &class, &judged);
    let found = world.gateway_class(&gateway.spec.gateway_class_name);
    let looked_after = class.is_passed();
    let listeners = gateway.spec.listeners.iter().zip(judged);
    let listeners = listeners.map(|(listener, judged)| {
        // Where no controller looks, none writes conditions.
        let judged = if looked_after {
            judged
        } else {
            Judged::default()
        };
        listener_report(&name, gateway, (listener, judged), here)
    });
    let attached_namespaces: BTreeSet<&str> = here
        .iter()
        .filter(|attachment| attachment.verdict == Verdict::Attached)
        .map(|attachment| attachment.route.namespace.as_str())
        .collect();
    GatewayReport {
        class: gateway.spec.gateway_class_name.clone(),
        controller: found.map(|class| class.spec.controller_name.clone()),
        conditions,
        reported: gateway
            .status
            .conditions
            .iter()
            .map(Condition::from)
            .collect(),
        addresses: addresses(gateway),
        listeners: listeners.collect(),
        tally: tally(here.iter().copied()),
        attached_namespaces: attached_namespaces.into_iter().map(str::to_owned).collect(),
        namespace: name.namespace,
        name: name.name,
    }
}

/// Addresses that were given, else those asked for.
fn addresses(gateway: &Gateway) -> Vec<String> {
    let values = |addresses: &[Address]| -> Vec<String> {
        let values = addresses.iter().filter_map(|address| address.value.clone());
        values.filter(|value| !value.is_empty()).collect()
    };
    let given = values(&gateway.status.addresses);
    if given.is_empty() {
        values(&gateway.spec.addresses)
    } else {
        given
    }
}

fn listener_report(
    owner: &NamespacedName,
    gateway: &Gateway,
    (listener, judged): (&Listener, Judged),
    here: &[&Attachment],
) -> ListenerReport {
    let is_here =
        |attachment: &&Attachment| attachment.listener.as_deref() == Some(listener.name.as_str());
    let here: Vec<&Attachment> = here.iter().copied().filter(is_here).collect();
    let attached: BTreeSet<&RouteId> = here
        .iter()
        .filter(|attachment| attachment.verdict == Verdict::Attached)
        .map(|attachment| &attachment.route)
        .collect();
    let mut counters = gateway.status.listeners.iter();
    let counted = counters.find(|status| status.name == listener.name);
    let rule = &listener.allowed_routes.namespaces;
    let admits_terms = match (rule.from_or_default(), &rule.selector) {
        ("Selector", Some(selector)) => selector::texts(selector),
        _ => Vec::new(),
    };
    let supported = kinds::supported(listener);
    ListenerReport {
        name: listener.name.clone(),
        listener_set: None,
        port: listener.port,
        protocol: listener.protocol.clone(),
        hostname: listener.host().map(str::to_owned),
        supported_kinds: supported
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        attached_routes: AttachedRoutes {
            computed: count(attached.len()),
            counted: counted.and_then(|status| status.attached_routes),
        },
        conditions: judged.conditions,
        conflicts_with: judged.conflicts_with,
        admits: namespaces::admits(listener, &owner.namespace),
        admits_terms,
        from: rule.from_or_default().to_owned(),
        tally: tally(here),
    }
}
