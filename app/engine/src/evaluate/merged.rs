//! All listeners of a Gateway in order of precedence: its own, then those of its ListenerSets, oldest set first.

use crate::attachment::finding::Finding;
use crate::attachment::sets;
use crate::object::Kind;
use crate::report::{GateOutcome, NamespacedName};
use crate::resource::cluster::ListenerSet;
use crate::resource::gateway::{Gateway, Listener};
use crate::snapshot::Snapshot;
use crate::status::conflict::{Conflict, conflict};
use std::collections::BTreeMap;

/// A ListenerSet of a Gateway.
#[derive(Clone, Debug)]
pub(crate) struct Set<'a> {
    /// Its name.
    pub(crate) name: NamespacedName,
    /// The set.
    pub(crate) set: &'a ListenerSet,
    /// Whether the Gateway admits it.
    pub(crate) admission: Finding,
}

/// A listener with where it is declared and what it conflicts with.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    /// The listener.
    pub(crate) listener: &'a Listener,
    /// Index into [`Merged::sets`]; `None` for the Gateway's own.
    pub(crate) set: Option<usize>,
    /// Worst conflict that it lost.
    pub(crate) conflict: Option<Conflict>,
    /// Names of the listeners that it conflicts with.
    pub(crate) conflicts_with: Vec<String>,
    /// True if something that cannot be seen may take its place.
    pub(crate) unsure: bool,
}

/// The merged list.
#[derive(Clone, Debug)]
pub(crate) struct Merged<'a> {
    /// ListenerSets that name the Gateway, in order of precedence, admitted or not.
    pub(crate) sets: Vec<Set<'a>>,
    /// Listeners of the Gateway and of its sets.
    pub(crate) entries: Vec<Entry<'a>>,
}

/// ListenerSets by the Gateway that they name.
pub(crate) type SetsByGateway<'a> =
    BTreeMap<NamespacedName, Vec<(NamespacedName, &'a ListenerSet)>>;

/// Groups all ListenerSets.
pub(crate) fn by_gateway(world: &Snapshot) -> SetsByGateway<'_> {
    let mut groups = SetsByGateway::new();
    for (id, set) in world.listener_sets() {
        let name = NamespacedName {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
        };
        if let Some(gateway) = sets::gateway_of(&name, set) {
            groups.entry(gateway).or_default().push((name, set));
        }
    }
    for sets in groups.values_mut() {
        // Oldest first; without a time last, then by `namespace/name` as one text.
        sets.sort_by_key(|(name, set)| {
            let created = set.metadata.creation_timestamp.clone();
            (
                created.is_none(),
                created,
                format!("{}/{}", name.namespace, name.name),
            )
        });
    }
    groups
}

/// The merged list of a Gateway.
pub(crate) fn merge<'a>(
    world: &Snapshot,
    name: &NamespacedName,
    gateway: &'a Gateway,
    sets: &[(NamespacedName, &'a ListenerSet)],
) -> Merged<'a> {
    let sets: Vec<Set<'a>> = sets
        .iter()
        .map(|(set_name, set)| Set {
            name: set_name.clone(),
            set,
            admission: sets::admission(world, name, gateway, &set_name.namespace),
        })
        .collect();
    let mut merged = Merged {
        entries: Vec::new(),
        sets,
    };
    // A set that cannot be seen may come before any other.
    let hidden = world.may_hide(Kind::ListenerSet);
    let mut holders = Holders::default();
    holders.add(&mut merged.entries, &gateway.spec.listeners, None, false);
    for (index, set) in merged.sets.iter().enumerate() {
        let listeners = &set.set.spec.listeners;
        let source = Some((index, &set.name));
        match set.admission.result.outcome {
            GateOutcome::Passed => {
                holders.add(&mut merged.entries, listeners, source, hidden);
            }
            // Whether it holds anything is not known, so what meets it later is not known either.
            GateOutcome::Unknown | GateOutcome::NotReached => {
                holders.add(&mut merged.entries, listeners, source, true);
            }
            GateOutcome::Failed => {
                Holders::default().add(&mut merged.entries, listeners, source, false);
            }
        }
    }
    merged
}

/// Who holds a port, by protocol and hostname.
#[derive(Clone, Debug, Default)]
struct Holders<'a> {
    by_port: BTreeMap<u16, BTreeMap<&'a str, Hosts<'a>>>,
}

/// Listeners of one port and protocol by hostname; none is empty.
type Hosts<'a> = BTreeMap<&'a str, Vec<Holder<'a>>>;

#[derive(Clone, Debug)]
struct Holder<'a> {
    listener: &'a Listener,
    name: String,
    /// True if it is not known whether it holds its place.
    unsure: bool,
}

/// How many names of others a listener's conflicts list.
const NAMED: usize = 16;

impl<'a> Holders<'a> {
    /// Those that a listener conflicts with, the first few of each protocol.
    fn against(&self, listener: &Listener) -> Vec<(Conflict, &Holder<'a>)> {
        let mut found = Vec::new();
        for hosts in self
            .by_port
            .get(&listener.port)
            .into_iter()
            .flat_map(BTreeMap::values)
        {
            let same_host = hosts
                .get(listener.host().unwrap_or_default())
                .into_iter()
                .flatten();
            let first = hosts.values().flatten().take(NAMED);
            let mut seen: Vec<(Conflict, &Holder<'a>)> = Vec::new();
            for holder in same_host.take(NAMED).chain(first) {
                let is_new = !seen.iter().any(|(_, other)| std::ptr::eq(*other, holder));
                if let Some(conflict) = conflict(listener, holder.listener).filter(|_| is_new) {
                    seen.push((conflict, holder));
                }
            }
            seen.truncate(NAMED);
            found.extend(seen);
        }
        found
    }

    fn insert(&mut self, holder: Holder<'a>) {
        let listener = holder.listener;
        self.by_port
            .entry(listener.port)
            .or_default()
            .entry(&listener.protocol)
            .or_default()
            .entry(listener.host().unwrap_or_default())
            .or_default()
            .push(holder);
    }

    /// Adds the listeners of one object. Against earlier objects the earlier listener wins; within an object nobody
    /// does. Who lost to an earlier one holds nothing; members of a conflict within their object still do.
    fn add(
        &mut self,
        entries: &mut Vec<Entry<'a>>,
        listeners: &'a [Listener],
        set: Option<(usize, &NamespacedName)>,
        unsure: bool,
    ) {
        let shown = |listener: &Listener| match set {
            Some((_, name)) => format!("{}/{}/{}", name.namespace, name.name, listener.name),
            None => listener.name.clone(),
        };
        let lost: Vec<Vec<(Conflict, String, bool)>> = listeners
            .iter()
            .map(|listener| {
                let against = self.against(listener).into_iter();
                against
                    .map(|(conflict, other)| (conflict, other.name.clone(), other.unsure))
                    .collect()
            })
            .collect();
        for (index, (listener, lost_here)) in listeners.iter().zip(&lost).enumerate() {
            let mut conflicts = lost_here.clone();
            let surely = conflicts.iter().any(|(_, _, unsure)| !unsure);
            if !surely {
                let others = listeners.iter().zip(&lost).enumerate();
                let own = others
                    .filter(|(other, (_, lost))| *other != index && lost.is_empty())
                    .filter_map(|(_, (other, _))| {
                        Some((conflict(listener, other)?, shown(other), false))
                    });
                conflicts.extend(own);
                self.insert(Holder {
                    listener,
                    name: shown(listener),
                    unsure: unsure || !lost_here.is_empty(),
                });
            }
            let known: Vec<&(Conflict, String, bool)> =
                conflicts.iter().filter(|(_, _, unsure)| !unsure).collect();
            entries.push(Entry {
                listener,
                set: set.map(|(index, _)| index),
                conflict: known.iter().map(|(conflict, _, _)| *conflict).min(),
                conflicts_with: known.iter().map(|(_, name, _)| name.clone()).collect(),
                unsure: known.is_empty() && (unsure || !conflicts.is_empty()),
            });
        }
    }
}
