//! ReferenceGrant: whether a reference may cross namespaces, by which grant, or which grant comes near.
//!
//! A grant stands in the namespace of what is referred to. One entry of `from` and one of `to` of the same grant must
//! both fit; all fields are compared letter by letter, and grants only ever add.

use crate::object::{Kind, RouteKind};
use crate::report::RouteId;
use crate::resource::GATEWAY_GROUP;
use crate::resource::cluster::{GrantFrom, GrantTo, ReferenceGrant};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

/// How many grants of other namespaces are looked at for one that stands in the wrong place.
const LOOKED_AT: usize = 1000;

/// A reference from a route to a Service in another namespace.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// The route.
    pub from: &'a RouteId,
    /// Namespace of the Service.
    pub namespace: &'a str,
    /// Name of the Service.
    pub service: &'a str,
}

/// Whether a reference may cross namespaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// By the grant of this name, in the Service's namespace.
    Given(String),
    /// By none; the words say which grant comes nearest and what is wrong with it.
    None(Option<Sentence>),
    /// Grants cannot all be read.
    Unknown,
}

/// Looks for a grant that permits a reference.
pub fn find(world: &Snapshot, reference: Reference<'_>) -> Grant {
    let here = || world.grants_in(reference.namespace);
    if let Some(grant) = here().find(|grant| permits(grant, reference)) {
        return Grant::Given(grant.metadata.name.clone());
    }
    let hidden = world.may_hide(Kind::ReferenceGrant)
        || world
            .unreadable(Kind::ReferenceGrant)
            .any(|id| id.namespace == reference.namespace);
    if hidden {
        return Grant::Unknown;
    }
    // The nearest of the grants in the right place; else one that would do if it stood there.
    let near = here()
        .filter_map(|grant| Some((faults(grant, reference)?, &grant.metadata.name)))
        .min_by_key(|(faults, _)| faults.len())
        .map(|(faults, name)| near_miss(reference.namespace, name, &faults));
    let misplaced = || {
        let mut elsewhere = world
            .grants()
            .take(LOOKED_AT)
            .filter(|(namespace, _)| *namespace != reference.namespace);
        let (namespace, grant) = elsewhere.find(|(_, grant)| permits(grant, reference))?;
        let words = Sentence::new()
            .text("it stands in namespace ")
            .name(namespace)
            .text(", not in that of the Service");
        Some(near_miss(namespace, &grant.metadata.name, &[words]))
    };
    Grant::None(near.or_else(misplaced))
}

fn permits(grant: &ReferenceGrant, reference: Reference<'_>) -> bool {
    let from = |entry: &GrantFrom| from_faults(entry, reference).is_empty();
    let to = |entry: &GrantTo| to_faults(entry, reference).is_empty();
    grant.spec.from.iter().any(from) && grant.spec.to.iter().any(to)
}

/// What keeps a grant from permitting a reference; `None` if it has too little in common with it.
fn faults(grant: &ReferenceGrant, reference: Reference<'_>) -> Option<Vec<Sentence>> {
    let from = grant
        .spec
        .from
        .iter()
        .map(|entry| from_faults(entry, reference));
    let to = grant
        .spec
        .to
        .iter()
        .map(|entry| to_faults(entry, reference));
    let mut faults = from.min_by_key(Vec::len)?;
    faults.extend(to.min_by_key(Vec::len)?);
    (faults.len() <= 2).then_some(faults)
}

fn differs(field: &str, has: &str, needs: &str) -> Option<Sentence> {
    let shown = |text: &str| {
        if text.is_empty() {
            "\"\"".to_owned()
        } else {
            text.to_owned()
        }
    };
    (has != needs).then(|| {
        Sentence::new()
            .text("its ")
            .name(field)
            .text(" is ")
            .name(&shown(has))
            .text(", not ")
            .name(&shown(needs))
    })
}

fn from_faults(entry: &GrantFrom, reference: Reference<'_>) -> Vec<Sentence> {
    let kind = RouteKind::as_str(reference.from.kind);
    [
        differs("from.group", &entry.group, GATEWAY_GROUP),
        differs("from.kind", &entry.kind, kind),
        differs(
            "from.namespace",
            &entry.namespace,
            &reference.from.namespace,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn to_faults(entry: &GrantTo, reference: Reference<'_>) -> Vec<Sentence> {
    let name = entry.name.as_deref();
    [
        differs("to.group", &entry.group, ""),
        differs("to.kind", &entry.kind, "Service"),
        name.and_then(|name| differs("to.name", name, reference.service)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn near_miss(namespace: &str, name: &str, faults: &[Sentence]) -> Sentence {
    let mut sentence = Sentence::new()
        .text(" ReferenceGrant ")
        .name(&format!("{namespace}/{name}"))
        .text(" comes near, but ");
    for (index, fault) in faults.iter().enumerate() {
        sentence = sentence
            .text(if index == 0 { "" } else { " and " })
            .then(fault);
    }
    sentence.text(".")
}
