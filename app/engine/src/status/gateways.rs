//! Conditions of Gateways and ListenerSets (`status.conditions`), as far as they can be told from the objects.

use super::condition;
use super::listeners::Judged;
use crate::attachment::finding::Finding;
use crate::references::certificates::{self, Fault, Referrer, Wanted};
use crate::report::{Computed, GateOutcome, Status};
use crate::resource::gateway::{Gateway, GatewaySpec};
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;

/// Computed conditions by type; what cannot be told is absent.
pub type Conditions = BTreeMap<String, Computed>;

fn both(accepted: Computed, programmed: Computed) -> Conditions {
    Conditions::from([
        ("Accepted".to_owned(), accepted),
        ("Programmed".to_owned(), programmed),
    ])
}

/// Judges a Gateway by its class, its own spec and the listeners of its merged list.
pub fn judge(
    world: &Snapshot,
    gateway: (&str, &Gateway),
    class: &Finding,
    listeners: &[&Judged],
) -> Conditions {
    match class.result.outcome {
        GateOutcome::Passed => {}
        // Nobody touches it: the defaults of the CRD stay.
        GateOutcome::Failed => {
            let pending = condition(Status::Unknown, "Pending");
            return both(pending.clone(), pending);
        }
        GateOutcome::Unknown | GateOutcome::NotReached => return Conditions::new(),
    }
    let (namespace, gateway) = gateway;
    let mut conditions = of_spec(&gateway.spec).unwrap_or_else(|| of_listeners(listeners));
    if !gateway.spec.addresses.is_empty()
        && conditions.get("Programmed").map(|one| one.status) == Some(Status::True)
    {
        // Whether an address that was asked for can be had, only the controller knows.
        conditions.remove("Programmed");
    }
    if let Some(resolved) = resolved_refs(world, namespace, &gateway.spec, listeners) {
        conditions.insert("ResolvedRefs".to_owned(), resolved);
    }
    if falls_back(&gateway.spec) {
        let insecure = condition(Status::True, "ConfigurationChanged");
        conditions.insert("InsecureFrontendValidationMode".to_owned(), insecure);
    }
    conditions
}

/// What the spec alone says, if it decides.
fn of_spec(spec: &GatewaySpec) -> Option<Conditions> {
    let types = spec.addresses.iter().filter_map(|one| one.type_.as_deref());
    let mut foreign =
        types.filter(|type_| !["IPAddress", "Hostname", "NamedAddress"].contains(type_));
    if foreign.next().is_some() {
        return Some(both(
            condition(Status::False, "UnsupportedAddress"),
            condition(Status::False, "Invalid"),
        ));
    }
    // Parameters are an implementation's own; whether it takes these cannot be told.
    spec.infrastructure
        .parameters_ref
        .is_some()
        .then(Conditions::new)
}

fn of_listeners(listeners: &[&Judged]) -> Conditions {
    let served = |one: &&&Judged| one.status("Programmed") == Some(Status::True);
    let refused = |one: &&&Judged| one.status("Programmed") == Some(Status::False);
    let accepted = |one: &&&Judged| one.status("Accepted") == Some(Status::True);
    let (all, good, bad) = (
        listeners.len(),
        listeners.iter().filter(served).count(),
        listeners.iter().filter(refused).count(),
    );
    if all == 0 {
        return Conditions::new();
    }
    if good == all && listeners.iter().filter(accepted).count() == all {
        both(
            condition(Status::True, "Accepted"),
            condition(Status::True, "Programmed"),
        )
    } else if good > 0 && bad > 0 {
        both(
            condition(Status::True, "ListenersNotValid"),
            condition(Status::True, "Programmed"),
        )
    } else if bad == all {
        both(
            condition(Status::False, "ListenersNotValid"),
            condition(Status::False, "Invalid"),
        )
    } else {
        Conditions::new()
    }
}

/// The Gateway's own references; then those of its listeners.
fn resolved_refs(
    world: &Snapshot,
    namespace: &str,
    spec: &GatewaySpec,
    listeners: &[&Judged],
) -> Option<Computed> {
    let from = Referrer {
        kind: "Gateway",
        namespace,
    };
    if let Some(named) = &spec.tls.backend.client_certificate_ref {
        let judged = certificates::judge(world, from, Wanted::KeyPair, named);
        match (judged.outcome, judged.fault) {
            (_, Some(Fault::NotPermitted)) => {
                return Some(condition(Status::False, "RefNotPermitted"));
            }
            (_, Some(Fault::Kind | Fault::Broken)) => {
                return Some(condition(Status::False, "InvalidClientCertificateRef"));
            }
            (GateOutcome::Passed, None) => {}
            (_, None) => return None,
        }
    }
    let statuses = || listeners.iter().map(|one| one.status("ResolvedRefs"));
    if statuses().any(|status| status == Some(Status::False)) {
        Some(condition(Status::False, "ListenersNotResolved"))
    } else if statuses().all(|status| status == Some(Status::True)) {
        Some(condition(Status::True, "ResolvedRefs"))
    } else {
        None
    }
}

fn falls_back(spec: &GatewaySpec) -> bool {
    let frontend = &spec.tls.frontend;
    let default = frontend.default.validation.iter();
    let per_port = frontend
        .per_port
        .iter()
        .filter_map(|one| one.tls.validation.as_ref());
    default
        .chain(per_port)
        .any(|validation| validation.mode.as_deref() == Some("AllowInsecureFallback"))
}

/// Judges a ListenerSet: admission, its Gateway, then its own entries.
pub fn judge_set(admission: &Finding, gateway: &Conditions, entries: &[&Judged]) -> Conditions {
    match admission.result.outcome {
        GateOutcome::Passed => {}
        GateOutcome::Failed => {
            let refused = condition(Status::False, "NotAllowed");
            return both(refused.clone(), refused);
        }
        GateOutcome::Unknown | GateOutcome::NotReached => return Conditions::new(),
    }
    // A Gateway that is refused for its listeners is judged by the merged list, so that its sets are by their own.
    let refused = gateway
        .get("Accepted")
        .is_some_and(|one| one.status == Status::False && one.reason != "ListenersNotValid");
    if refused {
        return both(
            condition(Status::False, "ParentNotAccepted"),
            condition(Status::False, "ParentNotProgrammed"),
        );
    }
    let mut conditions = of_listeners(entries);
    let all_bad = conditions
        .get("Accepted")
        .is_some_and(|one| one.status == Status::False);
    if all_bad {
        let invalid = condition(Status::False, "ListenersNotValid");
        conditions = both(invalid.clone(), invalid);
    }
    conditions
}
