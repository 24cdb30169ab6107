//! Reports of Gateways and their listeners.

use super::merged::{self, Entry, Merged, Set};
use super::{count, tally};
use crate::attachment::{class, kinds, namespaces, selector, sets};
use crate::object::Kind;
use crate::references::certificates::Referrer;
use crate::report::{
    AttachedRoutes, Attachment, Condition, GatewayReport, ListenerReport, ListenerSetReport,
    NamespacedName, RouteId, Status, Verdict,
};
use crate::resource::cluster::ListenerSet;
use crate::resource::gateway::{Address, Gateway};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;
use crate::status::{self, listeners::Judged};
use std::collections::{BTreeMap, BTreeSet};

/// Reports of all Gateways and of all ListenerSets, by namespace and name.
pub(super) fn reports(
    world: &Snapshot,
    attachments: &[Attachment],
) -> (Vec<GatewayReport>, Vec<ListenerSetReport>) {
    let by_gateway = group(attachments);
    let sets = merged::by_gateway(world);
    let report = |(id, gateway): (&crate::object::ObjectId, &Gateway)| {
        let name = NamespacedName {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        let here = by_gateway.get(&name).map_or(&[][..], Vec::as_slice);
        let sets = sets.get(&name).map_or(&[][..], Vec::as_slice);
        let merged = merged::merge(world, &name, gateway, sets);
        report(world, name, gateway, (&merged, here))
    };
    let gateways: Vec<GatewayReport> = world.gateways().map(report).collect();
    let judged: BTreeMap<(&str, &str), &ListenerSetReport> = gateways
        .iter()
        .flat_map(|gateway| &gateway.listener_sets)
        .map(|set| ((set.namespace.as_str(), set.name.as_str()), set))
        .collect();
    let sets = world.listener_sets().map(|(id, set)| {
        let known = judged.get(&(id.namespace.as_str(), id.name.as_str()));
        known.map_or_else(|| without_gateway(id, set), |known| (*known).clone())
    });
    let sets = sets.collect();
    (gateways, sets)
}

/// A ListenerSet whose Gateway is not there: nobody judges it.
fn without_gateway(id: &crate::object::ObjectId, set: &ListenerSet) -> ListenerSetReport {
    let name = NamespacedName {
        namespace: id.namespace.clone(),
        name: id.name.clone(),
    };
    ListenerSetReport {
        gateway: sets::gateway_of(&name, set),
        admission: Sentence::new().text("Its Gateway is not there."),
        conditions: BTreeMap::new(),
        reported: set.status.conditions.iter().map(Condition::from).collect(),
        namespace: name.namespace,
        name: name.name,
    }
}

fn group(attachments: &[Attachment]) -> BTreeMap<&NamespacedName, Vec<&Attachment>> {
    let mut groups: BTreeMap<&NamespacedName, Vec<&Attachment>> = BTreeMap::new();
    for attachment in attachments {
        if let Some(gateway) = &attachment.gateway {
            groups.entry(&**gateway).or_default().push(attachment);
        }
    }
    groups
}

fn report(
    world: &Snapshot,
    name: NamespacedName,
    gateway: &Gateway,
    (merged, here): (&Merged<'_>, &[&Attachment]),
) -> GatewayReport {
    let class = class::judge(world, gateway);
    // Where no controller looks, none writes conditions.
    let looked_after = class.is_passed();
    let judge = |entry: &Entry<'_>| {
        let set = entry.set.and_then(|index| merged.sets.get(index));
        let is_in = set.is_none_or(|set| set.admission.is_passed());
        if !looked_after || !is_in || entry.unsure {
            return Judged::default();
        }
        let owner = match set {
            Some(set) => Referrer {
                kind: "ListenerSet",
                namespace: &set.name.namespace,
            },
            None => Referrer {
                kind: "Gateway",
                namespace: &name.namespace,
            },
        };
        let context = status::listeners::Context {
            world,
            owner,
            gateway: Referrer {
                kind: "Gateway",
                namespace: &name.namespace,
            },
            frontend: &gateway.spec.tls.frontend,
            conflict: entry.conflict,
        };
        status::listeners::judge(context, entry.listener)
    };
    let judged: Vec<Judged> = merged.entries.iter().map(judge).collect();
    let of = |set: Option<usize>| -> Vec<&Judged> {
        let entries = merged.entries.iter().zip(&judged);
        let own = entries.filter(|(entry, _)| entry.set == set);
        own.map(|(_, judged)| judged).collect()
    };
    let is_in = |set: &Option<usize>| {
        let set = set.and_then(|index| merged.sets.get(index));
        set.is_none_or(|set| set.admission.is_passed())
    };
    let counted: Vec<&Judged> = merged
        .entries
        .iter()
        .zip(&judged)
        .filter(|(entry, _)| is_in(&entry.set))
        .map(|(_, judged)| judged)
        .collect();
    let mut conditions =
        status::gateways::judge(world, (&name.namespace, gateway), &class, &counted);
    let found = world.gateway_class(&gateway.spec.gateway_class_name);
    let listener_sets: Vec<ListenerSetReport> = merged
        .sets
        .iter()
        .enumerate()
        .map(|(index, set)| ListenerSetReport {
            namespace: set.name.namespace.clone(),
            name: set.name.name.clone(),
            gateway: Some(name.clone()),
            admission: set.admission.result.sentence.clone(),
            conditions: if looked_after {
                status::gateways::judge_set(&set.admission, &conditions, &of(Some(index)))
            } else {
                BTreeMap::new()
            },
            reported: set
                .set
                .status
                .conditions
                .iter()
                .map(Condition::from)
                .collect(),
        })
        .collect();
    let is_accepted = |set: &&ListenerSetReport| {
        let accepted = set.conditions.get("Accepted");
        accepted.is_some_and(|one| one.status == Status::True)
    };
    let attached_sets = listener_sets.iter().filter(is_accepted).count();
    let admits_sets = !matches!(
        gateway.spec.allowed_listeners.namespaces.from.as_deref(),
        None | Some("None")
    );
    let hidden_sets = admits_sets && world.may_hide(Kind::ListenerSet);
    let nobody_serves = conditions
        .get("Accepted")
        .is_some_and(|one| one.status == Status::False && one.reason == "ListenersNotValid");
    if hidden_sets && nobody_serves {
        // A set that cannot be seen may bring a listener that can be served.
        conditions.remove("Accepted");
        conditions.remove("Programmed");
    }
    let by_listener = by_listener(here);
    let listeners = merged.entries.iter().zip(judged);
    let listeners = listeners
        .filter(|(entry, _)| is_in(&entry.set))
        .map(|(entry, judged)| {
            let set = entry.set.and_then(|index| merged.sets.get(index));
            let key = (set.map(|set| &set.name), entry.listener.name.as_str());
            let here = by_listener.get(&key).map_or(&[][..], Vec::as_slice);
            listener_report(&name, gateway, (entry, set, judged), here)
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
        attached_listener_sets: (!hidden_sets).then_some(count(attached_sets)),
        listener_sets,
        tally: tally(here.iter().copied()),
        attached_namespaces: attached_namespaces.into_iter().map(str::to_owned).collect(),
        namespace: name.namespace,
        name: name.name,
    }
}

/// Attachments of a Gateway by ListenerSet and listener name.
fn by_listener<'a>(
    here: &[&'a Attachment],
) -> BTreeMap<(Option<&'a NamespacedName>, &'a str), Vec<&'a Attachment>> {
    let mut groups: BTreeMap<_, Vec<&Attachment>> = BTreeMap::new();
    for attachment in here {
        if let Some(listener) = attachment.listener.as_deref() {
            let key = (attachment.listener_set.as_deref(), listener);
            groups.entry(key).or_default().push(attachment);
        }
    }
    groups
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
    (entry, set, judged): (&Entry<'_>, Option<&Set<'_>>, Judged),
    here: &[&Attachment],
) -> ListenerReport {
    let listener = entry.listener;
    let set_name = set.map(|set| &set.name);
    let attached: BTreeSet<&RouteId> = here
        .iter()
        .filter(|attachment| attachment.verdict == Verdict::Attached)
        .map(|attachment| &*attachment.route)
        .collect();
    let status = set.map_or(&gateway.status, |set| &set.set.status);
    let mut counters = status.listeners.iter();
    let counted = counters.find(|status| status.name == listener.name);
    let rule = &listener.allowed_routes.namespaces;
    let admits_terms = match (rule.from_or_default(), &rule.selector) {
        ("Selector", Some(selector)) => selector::texts(selector),
        _ => Vec::new(),
    };
    let supported = kinds::supported(listener);
    ListenerReport {
        name: listener.name.clone(),
        listener_set: set_name.cloned(),
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
        conflicts_with: entry.conflicts_with.clone(),
        admits: namespaces::admits(
            listener,
            set_name.map_or(&owner.namespace, |set| &set.namespace),
        ),
        admits_terms,
        from: rule.from_or_default().to_owned(),
        tally: tally(here.iter().copied()),
    }
}
