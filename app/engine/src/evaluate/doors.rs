//! Which listeners a Namespace's labels open.

use super::merged;
use crate::attachment::namespaces;
use crate::report::{Attachment, Door, NamespacedName, Report, Verdict};
use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};

/// Whether the listeners of a Gateway and of its ListenerSets admit a Namespace, in their order. Made on demand: the whole matrix of a large
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
    let sets = merged::by_gateway(world);
    let sets = sets.get(gateway).map_or(&[][..], Vec::as_slice);
    let merged = merged::merge(world, gateway, found, sets);
    let is_used = |attachment: &&Attachment| {
        attachment.verdict == Verdict::Attached
            && attachment.route.namespace == namespace
            && attachment.gateway.as_deref() == Some(gateway)
    };
    let used: BTreeSet<String> = report
        .attachments
        .iter()
        .filter(is_used)
        .filter_map(Attachment::listener_key)
        .collect();
    let mut indexes: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    let mut doors = Vec::new();
    for entry in &merged.entries {
        let set = entry.set.and_then(|index| merged.sets.get(index));
        if set.is_some_and(|set| !set.admission.is_passed()) {
            continue;
        }
        let index = indexes.entry(entry.set).or_default();
        let owner = match set {
            Some(set) => namespaces::Owner {
                name: &set.name,
                kind: "listenerset",
            },
            None => namespaces::Owner {
                name: gateway,
                kind: "gateway",
            },
        };
        let finding = namespaces::judge(world, owner, (*index, entry.listener), namespace);
        *index += 1;
        let key = match set {
            Some(set) => format!(
                "{}/{}/{}",
                set.name.namespace, set.name.name, entry.listener.name
            ),
            None => entry.listener.name.clone(),
        };
        doors.push(Door {
            gateway: gateway.clone(),
            used: used.contains(&key),
            listener: key,
            outcome: finding.result.outcome,
            summary: finding.result.summary,
            sentence: finding.result.sentence,
        });
    }
    doors
}
