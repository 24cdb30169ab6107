//! How long lists may be: the limits of the CRDs, so that no object multiplies into more than it should.
//!
//! An API server refuses longer ones; files can hold anything.

use super::cluster::ListenerSet;
use super::gateway::{Gateway, Listener};
use super::policy::BackendTlsPolicy;
use super::route::{HttpRoute, HttpRule, OtherRoute};

/// A list that is longer than the API allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// JSON path of the list.
    pub path: String,
    /// How many entries it has.
    pub length: usize,
    /// How many it may have.
    pub most: usize,
}

/// `listeners` of a Gateway.
const LISTENERS: usize = 64;
/// `allowedRoutes.kinds`.
const KINDS: usize = 8;
/// `parentRefs`, and entries of `status.parents`.
pub const PARENTS: usize = 32;
/// `hostnames` of an HTTPRoute, `rules`, `filters`, `backendRefs`, `headers`, `queryParams`.
const ENTRIES: usize = 16;
/// `matches` of a rule.
const MATCHES: usize = 64;

/// Models whose lists are bounded.
pub trait Bounded {
    /// The first list that is too long.
    fn excess(&self) -> Option<Excess>;
}

/// A list against its limit.
pub fn check(path: String, length: usize, most: usize) -> Option<Excess> {
    (length > most).then_some(Excess { path, length, most })
}

impl Bounded for Gateway {
    fn excess(&self) -> Option<Excess> {
        of_listeners(&self.spec.listeners).or_else(|| {
            check(
                "spec.addresses".to_owned(),
                self.spec.addresses.len(),
                ENTRIES,
            )
        })
    }
}

impl Bounded for ListenerSet {
    fn excess(&self) -> Option<Excess> {
        of_listeners(&self.spec.listeners)
    }
}

impl Bounded for BackendTlsPolicy {
    fn excess(&self) -> Option<Excess> {
        let spec = &self.spec;
        check(
            "spec.targetRefs".to_owned(),
            spec.target_refs.len(),
            ENTRIES,
        )
        .or_else(|| {
            let path = "spec.validation.caCertificateRefs".to_owned();
            check(path, spec.validation.ca_certificate_refs.len(), KINDS)
        })
    }
}

impl Bounded for OtherRoute {
    fn excess(&self) -> Option<Excess> {
        let spec = &self.spec;
        check(
            "spec.parentRefs".to_owned(),
            spec.parent_refs.len(),
            PARENTS,
        )
        .or_else(|| check("spec.hostnames".to_owned(), spec.hostnames.len(), ENTRIES))
        .or_else(|| check("spec.rules".to_owned(), spec.rules.len(), ENTRIES))
        .or_else(|| {
            spec.rules.iter().enumerate().find_map(|(index, rule)| {
                let field = |name: &str| format!("spec.rules[{index}].{name}");
                check(field("filters"), rule.filters.len(), ENTRIES)
                    .or_else(|| check(field("backendRefs"), rule.backend_refs.len(), ENTRIES))
            })
        })
    }
}

fn of_listeners(listeners: &[Listener]) -> Option<Excess> {
    check("spec.listeners".to_owned(), listeners.len(), LISTENERS).or_else(|| {
        listeners.iter().enumerate().find_map(|(index, listener)| {
            let path = format!("spec.listeners[{index}].allowedRoutes.kinds");
            check(path, listener.allowed_routes.kinds.len(), KINDS)
        })
    })
}

impl Bounded for HttpRoute {
    fn excess(&self) -> Option<Excess> {
        let spec = &self.spec;
        check(
            "spec.parentRefs".to_owned(),
            spec.parent_refs.len(),
            PARENTS,
        )
        .or_else(|| check("spec.hostnames".to_owned(), spec.hostnames.len(), ENTRIES))
        .or_else(|| check("spec.rules".to_owned(), spec.rules.len(), ENTRIES))
        .or_else(|| {
            let mut rules = spec.rules.iter().enumerate();
            rules.find_map(|(index, rule)| of_rule(&format!("spec.rules[{index}]"), rule))
        })
    }
}

fn of_rule(path: &str, rule: &HttpRule) -> Option<Excess> {
    let field = |name: &str| format!("{path}.{name}");
    check(field("matches"), rule.matches.len(), MATCHES)
        .or_else(|| check(field("filters"), rule.filters.len(), ENTRIES))
        .or_else(|| check(field("backendRefs"), rule.backend_refs.len(), ENTRIES))
        .or_else(|| {
            rule.matches.iter().enumerate().find_map(|(index, one)| {
                let field = |name: &str| format!("{path}.matches[{index}].{name}");
                check(field("headers"), one.headers.len(), ENTRIES)
                    .or_else(|| check(field("queryParams"), one.query_params.len(), ENTRIES))
            })
        })
}
