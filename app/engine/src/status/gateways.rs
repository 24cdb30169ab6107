//! Conditions of Gateways (`Gateway.status.conditions`), as far as this version can tell.

use super::condition;
use super::listeners::Judged;
use crate::attachment::finding::Finding;
use crate::report::{Computed, GateOutcome, Status};
use crate::resource::gateway::Gateway;
use std::collections::BTreeMap;

/// Judges a Gateway by its class and its listeners. What cannot be told is absent.
pub fn judge(
    gateway: &Gateway,
    class: &Finding,
    listeners: &[Judged],
) -> BTreeMap<String, Computed> {
    let both = |accepted: Computed, programmed: Computed| {
        BTreeMap::from([
            ("Accepted".to_owned(), accepted),
            ("Programmed".to_owned(), programmed),
        ])
    };
    match class.result.outcome {
        GateOutcome::Passed => {}
        // Nobody touches it: the defaults of the CRD stay.
        GateOutcome::Failed => {
            let pending = condition(Status::Unknown, "Pending");
            return both(pending.clone(), pending);
        }
        GateOutcome::Unknown | GateOutcome::NotReached => return BTreeMap::new(),
    }
    let spec = &gateway.spec;
    let is_understood = spec.infrastructure.parameters_ref.is_none()
        && spec.addresses.is_empty()
        && spec.tls.is_none();
    let with = |type_: &str, status: Status| {
        let mut judged = listeners.iter();
        judged.any(|listener| listener.status(type_) == Some(status))
    };
    let all = |type_: &str, status: Status| {
        let mut judged = listeners.iter();
        judged.all(|listener| listener.status(type_) == Some(status))
    };
    if !is_understood || listeners.is_empty() {
        return BTreeMap::new();
    }
    if all("Programmed", Status::True) && all("Accepted", Status::True) {
        both(
            condition(Status::True, "Accepted"),
            condition(Status::True, "Programmed"),
        )
    } else if with("Programmed", Status::True) && with("Programmed", Status::False) {
        both(
            condition(Status::True, "ListenersNotValid"),
            condition(Status::True, "Programmed"),
        )
    } else if all("Programmed", Status::False) {
        both(
            condition(Status::False, "ListenersNotValid"),
            condition(Status::False, "Invalid"),
        )
    } else {
        BTreeMap::new()
    }
}
