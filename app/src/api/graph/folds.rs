//! Routes that are not drawn one by one, because there are too many.

use super::model::{Fold, Places};
use super::rows::Row;
use crate::paths;
use engine::report::{Attachment, Verdict};
use engine::routing::verdict_word;
use engine::sentence::visible;
use std::collections::{BTreeMap, BTreeSet};

/// "+ 212 attached from 14 namespaces", one fold a verdict.
pub(super) fn fold(rows: &[Row<'_>], places: &Places<'_>, scope: &str) -> Vec<Fold> {
    let mut folds = Vec::new();
    for verdict in [
        Verdict::Refused,
        Verdict::Orphan,
        Verdict::Unknown,
        Verdict::Attached,
    ] {
        let mut namespaces: BTreeMap<&str, usize> = BTreeMap::new();
        let of_verdict: Vec<&Row<'_>> = rows
            .iter()
            .filter(|(worst, _, _)| *worst == verdict)
            .collect();
        for (_, id, _) in &of_verdict {
            *namespaces.entry(&id.namespace).or_default() += 1;
        }
        if of_verdict.is_empty() {
            continue;
        }
        let word = verdict_word(verdict);
        let from = if namespaces.len() == 1 {
            "1 namespace".to_owned()
        } else {
            format!("{} namespaces", namespaces.len())
        };
        let mut counts: Vec<_> = namespaces.into_iter().collect();
        counts.sort_by_key(|(name, number)| (std::cmp::Reverse(*number), *name));
        let shown: Vec<String> = counts
            .iter()
            .take(8)
            .map(|(name, number)| format!("{} {number}", visible(name)))
            .collect();
        folds.push(Fold {
            verdict,
            title: format!("+ {} {word} from {from}", of_verdict.len()),
            note: shown.join(", "),
            href: paths::routes_filtered(&format!("{scope} verdict:{word}")),
            ports: reached(&of_verdict, places),
        });
    }
    folds
}

/// The boxes of all listeners that admit any of these routes.
fn reached(rows: &[&Row<'_>], places: &Places<'_>) -> BTreeSet<usize> {
    let attachments = rows.iter().flat_map(|(_, _, attachments)| attachments);
    let attached = attachments.filter(|one| one.verdict == Verdict::Attached);
    let place = |one: &&Attachment| {
        let gateway = one.gateway.as_ref()?;
        let key = one.listener_key()?;
        places
            .get(&(gateway.namespace.as_str(), gateway.name.as_str(), key))
            .copied()
    };
    attached.filter_map(place).collect()
}
