//! Which listeners a Namespace's labels open.

use crate::attachment::namespaces;
use crate::report::{Attachment, Door, NamespacedName, Report, Verdict};
use crate::resource::gateway::Listener;
use crate::snapshot::Snapshot;
use std::collections::BTreeSet;

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
    let is_used = |attachment: &&Attachment| {
        let parent = attachment.parent.as_ref();
        attachment.verdict == Verdict::Attached
            && attachment.route.namespace == namespace
            && parent.is_some_and(|parent| {
                (&parent.namespace, &parent.name) == (&gateway.namespace, &gateway.name)
            })
    };
    let used: BTreeSet<&str> = report
        .attachments
        .iter()
        .filter(is_used)
        .filter_map(|attachment| attachment.listener.as_deref())
        .collect();
    let door = |one: (usize, &Listener)| {
        let listener = one.1;
        let finding = namespaces::judge(world, gateway, one, namespace);
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
