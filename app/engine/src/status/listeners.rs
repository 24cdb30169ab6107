//! Conditions of listeners (`status.listeners[].conditions` of Gateways and ListenerSets).
//!
//! What cannot be told (an implementation's own protocols, certificates that cannot be read) is absent.

use super::condition;
use super::conflict::Conflict;
use crate::attachment::{kinds, selector};
use crate::references::certificates::{self, Fault, Referrer, Wanted};
use crate::report::{Computed, GateOutcome, Status};
use crate::resource::gateway::{FrontendTls, Listener, Reference};
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;

/// Computed conditions of a listener by type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Computed conditions by type.
    pub conditions: BTreeMap<String, Computed>,
}

impl Judged {
    /// Status of a condition, if it could be computed.
    pub fn status(&self, type_: &str) -> Option<Status> {
        self.conditions.get(type_).map(|found| found.status)
    }

    fn set(&mut self, type_: &str, status: Status, reason: &str) {
        self.conditions
            .insert(type_.to_owned(), condition(status, reason));
    }
}

/// What a listener's conditions depend on besides itself.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// All objects.
    pub world: &'a Snapshot,
    /// The object that declares the listener: its certificates are its own business.
    pub owner: Referrer<'a>,
    /// The Gateway, which says how client certificates are checked.
    pub gateway: Referrer<'a>,
    /// `tls.frontend` of the Gateway.
    pub frontend: &'a FrontendTls,
    /// The worst conflict that the listener lost.
    pub conflict: Option<Conflict>,
}

/// Judges a listener.
pub fn judge(context: Context<'_>, listener: &Listener) -> Judged {
    let mut judged = Judged::default();
    if kinds::of_protocol(&listener.protocol).is_none() {
        unknown_protocol(&mut judged, listener);
        return judged;
    }
    let resolved = resolved(context, listener);
    match resolved {
        Resolved::Yes => judged.set("ResolvedRefs", Status::True, "ResolvedRefs"),
        Resolved::No(reason) | Resolved::NoAuthority(reason) => {
            judged.set("ResolvedRefs", Status::False, reason);
        }
        Resolved::Unknown => {}
    }
    if let Some(conflict) = context.conflict {
        judged.set("Conflicted", Status::True, conflict.reason());
        judged.set("Accepted", Status::False, conflict.reason());
        // Gateways say that it is invalid, ListenerSets repeat the reason.
        let reason = match context.owner.kind {
            "ListenerSet" => conflict.reason(),
            _ => "Invalid",
        };
        judged.set("Programmed", Status::False, reason);
        return judged;
    }
    accepted(&mut judged, listener, resolved);
    judged
}

/// A protocol that the Gateway API does not name. Istio's `HBONE` belongs to an implementation, and whether that is
/// the one at work cannot be told.
fn unknown_protocol(judged: &mut Judged, listener: &Listener) {
    if listener.protocol != "HBONE" && !listener.protocol.contains('/') {
        judged.set("Accepted", Status::False, "UnsupportedProtocol");
        judged.set("Programmed", Status::False, "Invalid");
        judged.set("ResolvedRefs", Status::True, "ResolvedRefs");
    }
}

/// What became of a listener's references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resolved {
    Yes,
    No(&'static str),
    /// No authority is left that client certificates could be checked with.
    NoAuthority(&'static str),
    Unknown,
}

/// Certificates first, then authorities, then kinds.
fn resolved(context: Context<'_>, listener: &Listener) -> Resolved {
    let certificates = certificates(context, listener);
    let authorities = authorities(context, listener);
    for found in [certificates, authorities] {
        if matches!(found, Resolved::No(_) | Resolved::NoAuthority(_)) {
            return found;
        }
    }
    if !kinds::illegal(listener).is_empty() {
        return Resolved::No("InvalidRouteKinds");
    }
    if certificates == Resolved::Unknown || authorities == Resolved::Unknown {
        return Resolved::Unknown;
    }
    Resolved::Yes
}

fn certificates(context: Context<'_>, listener: &Listener) -> Resolved {
    let terminates =
        matches!(listener.protocol.as_str(), "HTTPS" | "TLS") && !listener.passes_through();
    if !terminates {
        return Resolved::Yes;
    }
    let refs = listener
        .tls
        .as_ref()
        .map_or(&[][..], |tls| &tls.certificate_refs);
    let (faults, unknown) = faults(context, context.owner, Wanted::KeyPair, refs);
    match faults.first() {
        Some(Fault::NotPermitted) => Resolved::No("RefNotPermitted"),
        Some(Fault::Kind | Fault::Broken) => Resolved::No("InvalidCertificateRef"),
        // Without references the certificates come from somewhere else (`tls.options`), or are forgotten.
        None if unknown || refs.is_empty() => Resolved::Unknown,
        None => Resolved::Yes,
    }
}

fn authorities(context: Context<'_>, listener: &Listener) -> Resolved {
    let Some(validation) = context
        .frontend
        .at(listener.port)
        .filter(|_| listener.protocol == "HTTPS")
    else {
        return Resolved::Yes;
    };
    let refs = &validation.ca_certificate_refs;
    let (faults, unknown) = faults(context, context.gateway, Wanted::Authority, refs);
    let reason = match faults.first() {
        Some(Fault::NotPermitted) => "RefNotPermitted",
        Some(Fault::Kind) => "InvalidCACertificateKind",
        Some(Fault::Broken) => "InvalidCACertificateRef",
        None if unknown => return Resolved::Unknown,
        None => return Resolved::Yes,
    };
    if faults.len() == refs.len() {
        Resolved::NoAuthority(reason)
    } else {
        Resolved::No(reason)
    }
}

/// What is wrong with references, permission first; and whether something about them is unknown.
fn faults(
    context: Context<'_>,
    from: Referrer<'_>,
    wanted: Wanted,
    refs: &[Reference],
) -> (Vec<Fault>, bool) {
    let judged: Vec<_> = refs
        .iter()
        .map(|named| certificates::judge(context.world, from, wanted, named))
        .collect();
    let unknown = judged.iter().any(|one| one.outcome == GateOutcome::Unknown);
    let mut faults: Vec<Fault> = judged.into_iter().filter_map(|one| one.fault).collect();
    faults.sort_by_key(|fault| *fault != Fault::NotPermitted);
    (faults, unknown)
}

fn accepted(judged: &mut Judged, listener: &Listener, resolved: Resolved) {
    let rule = &listener.allowed_routes.namespaces;
    let selector_is_wrong = match (rule.from_or_default(), &rule.selector) {
        ("Selector", None) => true,
        ("Selector", Some(selector)) => selector::illegal(selector).is_some(),
        (_, _) => false,
    };
    let no_tls = listener.protocol == "HTTPS" && listener.tls.is_none();
    if no_tls {
        judged.set("Accepted", Status::False, "Invalid");
        judged.set("Programmed", Status::False, "Invalid");
        return;
    }
    match resolved {
        Resolved::NoAuthority(_) => {
            judged.set("Accepted", Status::False, "NoValidCACertificate");
            judged.set("Programmed", Status::False, "Invalid");
        }
        Resolved::No("InvalidRouteKinds") | Resolved::Yes if !selector_is_wrong => {
            judged.set("Accepted", Status::True, "Accepted");
            judged.set("Programmed", Status::True, "Programmed");
        }
        // Implementations differ on Accepted; they agree that it is not programmed.
        _ if selector_is_wrong => judged.set("Programmed", Status::False, "Invalid"),
        Resolved::No(_) => {
            judged.set("Accepted", Status::True, "Accepted");
            judged.set("Programmed", Status::False, "Invalid");
        }
        Resolved::Yes => {}
        Resolved::Unknown => judged.set("Accepted", Status::True, "Accepted"),
    }
}
