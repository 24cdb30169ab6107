//! References of routes and listeners, and the ReferenceGrants that permit them.

use crate::reading::{GROUP, find, kind, list, namespace, text, text_or};
use serde_json::Value;
use std::collections::BTreeSet;

/// Who refers: kind (of the Gateway API's group) and namespace.
#[derive(Clone, Copy)]
struct From<'a> {
    kind: &'a str,
    namespace: &'a str,
    grants: Grants,
}

/// Whether references to other namespaces need a grant; those of a mesh do not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grants {
    Needed,
    NotNeeded,
}

impl<'a> From<'a> {
    fn of(object: &'a Value, grants: Grants) -> Self {
        Self {
            kind: kind(object),
            namespace: namespace(object),
            grants,
        }
    }
}

/// Whether a reference to a core object is within one namespace or granted.
fn is_permitted(world: &[Value], from: From<'_>, to: [&str; 3]) -> bool {
    let [to_kind, to_namespace, to_name] = to;
    if from.namespace == to_namespace || from.grants == Grants::NotNeeded {
        return true;
    }
    for grant in world {
        if kind(grant) != "ReferenceGrant" || namespace(grant) != to_namespace {
            continue;
        }
        let from_fits = list(grant, "/spec/from").iter().any(|one| {
            text(one, "/group") == GROUP
                && text(one, "/kind") == from.kind
                && text(one, "/namespace") == from.namespace
        });
        let to_fits = list(grant, "/spec/to").iter().any(|one| {
            text(one, "/group").is_empty()
                && text(one, "/kind") == to_kind
                && text_or(one, "/name", to_name) == to_name
        });
        if from_fits && to_fits {
            return true;
        }
    }
    false
}

/// Reasons that `ResolvedRefs` of a route may have; `ResolvedRefs` if all is well.
///
/// Several errors have one reason; which, is open. Our answer is the first in the order of rules, backendRefs before
/// filters; whether the filters of one rule come before the backendRefs of the next, nobody says: both are right.
pub(crate) fn resolved_refs(
    world: &[Value],
    route: &Value,
    grants: Grants,
) -> BTreeSet<&'static str> {
    let from = From::of(route, grants);
    let mut rule_by_rule = Vec::new();
    let mut backends_first = Vec::new();
    let mut mirrors = Vec::new();
    for rule in list(route, "/spec/rules") {
        for backend in list(rule, "/backendRefs") {
            rule_by_rule.extend(fault(world, from, backend));
            backends_first.extend(fault(world, from, backend));
        }
        for filter in list(rule, "/filters") {
            let mirror = &filter["requestMirror"]["backendRef"];
            rule_by_rule.extend(fault(world, from, mirror));
            mirrors.extend(fault(world, from, mirror));
        }
    }
    backends_first.extend(mirrors);
    let first = |faults: &[&'static str]| faults.first().copied().unwrap_or("ResolvedRefs");
    BTreeSet::from([first(&rule_by_rule), first(&backends_first)])
}

/// What is wrong with a backendRef: its kind, then the permission, then whether Service and port exist.
///
/// That order is open for an unknown kind in another namespace; `InvalidKind` is usual. A Service named without port,
/// which admission refuses, names no port that exists.
fn fault(world: &[Value], from: From<'_>, backend: &Value) -> Option<&'static str> {
    let is_core = text(backend, "/group").is_empty();
    if !is_core || text_or(backend, "/kind", "Service") != "Service" {
        return Some("InvalidKind");
    }
    let namespace = text_or(backend, "/namespace", from.namespace);
    let to = ["Service", namespace, text(backend, "/name")];
    if !is_permitted(world, from, to) {
        return Some("RefNotPermitted");
    }
    let Some(service) = find(world, to) else {
        return Some("BackendNotFound");
    };
    let ports = list(service, "/spec/ports");
    let has_port = ports
        .iter()
        .any(|port| port.get("port") == backend.get("port"));
    (!has_port).then_some("BackendNotFound")
}

/// What a listener's certificate is worth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certificates {
    /// None is asked for.
    Fine,
    /// One is needed, but nothing that the specification knows says where it is: only `options`, or no `tls` at all.
    Unnamed,
    /// The content of a Secret decides, and the worlds have none.
    Hidden,
    Wrong(&'static str),
}

/// `tls.certificateRefs` of a listener (at most one); for `Passthrough` it is not read.
pub(crate) fn certificates(world: &[Value], owner: &Value, listener: &Value) -> Certificates {
    let terminates = ["HTTPS", "TLS"].contains(&text(listener, "/protocol"))
        && text(listener, "/tls/mode") != "Passthrough";
    if !terminates {
        return Certificates::Fine;
    }
    let Some(reference) = list(listener, "/tls/certificateRefs").first() else {
        return Certificates::Unnamed;
    };
    let is_core = text(reference, "/group").is_empty();
    if !is_core || text_or(reference, "/kind", "Secret") != "Secret" {
        return Certificates::Wrong("InvalidCertificateRef");
    }
    let namespace = text_or(reference, "/namespace", namespace(owner));
    let to = ["Secret", namespace, text(reference, "/name")];
    if is_permitted(world, From::of(owner, Grants::Needed), to) {
        Certificates::Hidden
    } else {
        Certificates::Wrong("RefNotPermitted")
    }
}
