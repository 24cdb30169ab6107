//! ReferenceGrant: whether a reference may cross namespaces, by which grant, or which grant comes near.
//!
//! A grant stands in the namespace of what is referred to. One entry of `from` and one of `to` of the same grant must
//! both fit; all fields are compared letter by letter, and grants only ever add.

use crate::object::Kind;
use crate::resource::GATEWAY_GROUP;
use crate::resource::cluster::{GrantFrom, GrantTo, ReferenceGrant};
use crate::sentence::Sentence;
use crate::snapshot::Snapshot;

/// How many grants of other namespaces are looked at for one that stands in the wrong place.
const LOOKED_AT: usize = 1000;

/// A reference into another namespace.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// Kind of the referrer, always of the Gateway API's own group.
    pub from_kind: &'a str,
    /// Namespace of the referrer.
    pub from_namespace: &'a str,
    /// Group of what is referred to; `""` is the core group.
    pub group: &'a str,
    /// Kind of what is referred to.
    pub kind: &'a str,
    /// Namespace of what is referred to.
    pub namespace: &'a str,
    /// Name of what is referred to.
    pub name: &'a str,
}

/// Whether a reference may cross namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant<'a> {
    /// By the grant of this name, in the namespace of what is referred to.
    Given(&'a str),
    /// By none.
    None,
    /// Grants cannot all be read.
    Unknown,
}

/// Looks for a grant that permits a reference.
pub fn find<'a>(world: &'a Snapshot, reference: Reference<'_>) -> Grant<'a> {
    let mut here = world.grants_in(reference.namespace);
    if let Some(grant) = here.find(|grant| permits(grant, reference)) {
        return Grant::Given(&grant.metadata.name);
    }
    let hidden = world.may_hide_in(Kind::ReferenceGrant, reference.namespace)
        || world
            .unreadable(Kind::ReferenceGrant)
            .any(|id| id.namespace == reference.namespace);
    if hidden { Grant::Unknown } else { Grant::None }
}

/// The grant that comes nearest to permitting a reference, and what is wrong with it.
fn nearest(world: &Snapshot, reference: Reference<'_>) -> Option<Sentence> {
    let here = world.grants_in(reference.namespace);
    // The nearest of the grants in the right place; else one that would do if it stood there.
    let near = here
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
            .text(", not in that of what is referred to");
        Some(near_miss(namespace, &grant.metadata.name, &[words]))
    };
    near.or_else(misplaced)
}

fn permits(grant: &ReferenceGrant, reference: Reference<'_>) -> bool {
    let from = |entry: &GrantFrom| {
        (entry.group.as_str(), entry.kind.as_str()) == (GATEWAY_GROUP, reference.from_kind)
            && entry.namespace == reference.from_namespace
    };
    let to = |entry: &GrantTo| {
        let name = entry.name.as_deref();
        (entry.group.as_str(), entry.kind.as_str()) == (reference.group, reference.kind)
            && name.is_none_or(|name| name == reference.name)
    };
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
    [
        differs("from.group", &entry.group, GATEWAY_GROUP),
        differs("from.kind", &entry.kind, reference.from_kind),
        differs("from.namespace", &entry.namespace, reference.from_namespace),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn to_faults(entry: &GrantTo, reference: Reference<'_>) -> Vec<Sentence> {
    let name = entry.name.as_deref();
    [
        differs("to.group", &entry.group, reference.group),
        differs("to.kind", &entry.kind, reference.kind),
        name.and_then(|name| differs("to.name", name, reference.name)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Words for a reference that no grant permits.
pub fn not_permitted(world: &Snapshot, reference: Reference<'_>) -> Sentence {
    Sentence::new()
        .text("No ReferenceGrant in namespace ")
        .name(reference.namespace)
        .text(" allows ")
        .text(reference.from_kind)
        .text("s of namespace ")
        .name(reference.from_namespace)
        .text(" to refer to ")
        .text(reference.kind)
        .text(" ")
        .name(reference.name)
        .text(".")
        .then(&nearest(world, reference).unwrap_or_default())
}

/// Words for a reference of which nobody can tell whether a grant permits it.
pub fn not_known(reference: Reference<'_>) -> Sentence {
    Sentence::new()
        .text("Gatewatch cannot see all ReferenceGrants of namespace ")
        .name(reference.namespace)
        .text(", so whether ")
        .text(reference.kind)
        .text(" ")
        .name(reference.name)
        .text(" may be referred to is not known.")
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
