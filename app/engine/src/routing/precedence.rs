//! Which of several matching rules wins (`HTTPRouteRule.matches` and `GRPCRouteRule.matches`, "precedence").

use super::matcher::{Match, PathRule};
use crate::profile::{Switch, Switches};
use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

/// What the criteria compare, of one match. What depends on the request is only the hostname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank {
    path: PathKind,
    /// Letters of the path's value; of a prefix without a trailing slash.
    length: usize,
    method: bool,
    headers: usize,
    query: usize,
    /// `creationTimestamp`; a route without one comes last.
    created: (bool, Arc<str>),
    /// `namespace/name`.
    name: Arc<str>,
    /// Rule index.
    pub rule: usize,
    /// Match index.
    pub index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathKind {
    Exact,
    Prefix,
    Regex,
    /// A gRPC method of any service.
    Method,
    /// Any method of gRPC.
    Any,
}

/// Where a rule's route stands among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `creationTimestamp` as written.
    pub created: Option<Arc<str>>,
    /// `namespace/name`.
    pub name: Arc<str>,
    /// Rule index.
    pub rule: usize,
    /// Match index.
    pub index: usize,
}

/// The criterion by which one match beats another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criterion {
    /// Its hostname is more specific.
    Hostname,
    /// Exact before others.
    Path,
    /// The longer path.
    Length,
    /// It names the method.
    Method,
    /// More headers.
    Headers,
    /// More query parameters.
    Query,
    /// The older route.
    Age,
    /// `namespace/name`.
    Name,
    /// The earlier rule.
    Order,
}

impl Criterion {
    /// In words that follow "because".
    pub fn words(self) -> &'static str {
        match self {
            Self::Hostname => "its hostname is more specific",
            Self::Path => "its path is more exact",
            Self::Length => "its path is longer",
            Self::Method => "it names the method",
            Self::Headers => "it names more headers",
            Self::Query => "it names more query parameters",
            Self::Age => "its route is older",
            Self::Name => "its route comes first by namespace and name",
            Self::Order => "it stands first in the route",
        }
    }
}

/// How specific a hostname is (`*` is any): exact names before wildcards, longer before shorter. Smaller wins.
pub fn host_rank(hostname: &str) -> (Reverse<usize>, Reverse<usize>) {
    let length = if hostname == "*" { 0 } else { hostname.len() };
    let exact = if hostname.starts_with('*') { 0 } else { length };
    (Reverse(exact), Reverse(length))
}

impl Rank {
    /// Ranks a match at its place.
    pub fn of(matched: &Match, place: &Place) -> Self {
        let (path, length) = match &matched.path {
            PathRule::Exact(path) => (PathKind::Exact, path.len()),
            PathRule::Prefix(prefix) if matched.grpc && prefix.is_empty() => (PathKind::Any, 0),
            PathRule::Prefix(prefix) => (PathKind::Prefix, prefix.len()),
            PathRule::Regex(pattern) => (PathKind::Regex, pattern.source.len()),
            PathRule::Method(called) => (PathKind::Method, called.len()),
            PathRule::Grpc(service, called) => {
                let length = [service, called].into_iter().flatten();
                let length = length.map(|pattern| pattern.source.len()).sum();
                (PathKind::Regex, length)
            }
            PathRule::Unpredictable(_) => (PathKind::Regex, 0),
        };
        Self {
            path,
            length,
            method: matched.method.is_some(),
            headers: matched.headers.len(),
            query: matched.query.len(),
            created: (
                place.created.is_none(),
                place.created.clone().unwrap_or_default(),
            ),
            name: Arc::clone(&place.name),
            rule: place.rule,
            index: place.index,
        }
    }

    fn path_order(&self, switches: Switches) -> u8 {
        match self.path {
            PathKind::Exact => 0,
            PathKind::Regex if switches.is_on(Switch::RegexFirst) => 1,
            // A service comes before a method of any service, and that before what names neither.
            PathKind::Prefix if self.length > 0 || !switches.is_on(Switch::RegexFirst) => 2,
            PathKind::Regex => 3,
            PathKind::Method => 4,
            PathKind::Prefix | PathKind::Any => 5,
        }
    }

    /// Compares under one hostname: the winner is less; with the criterion that decides.
    pub fn compare(&self, other: &Self, switches: Switches) -> (Ordering, Criterion) {
        let path = self.path_order(switches).cmp(&other.path_order(switches));
        let more = |a: usize, b: usize| Reverse(a).cmp(&Reverse(b));
        let age = if switches.is_on(Switch::Age) {
            self.created.cmp(&other.created)
        } else {
            Ordering::Equal
        };
        let name = if switches.is_on(Switch::NamesApart) {
            self.name.split('/').cmp(other.name.split('/'))
        } else {
            self.name.cmp(&other.name)
        };
        let steps = [
            (path, Criterion::Path),
            (more(self.length, other.length), Criterion::Length),
            (
                Reverse(self.method).cmp(&Reverse(other.method)),
                Criterion::Method,
            ),
            (more(self.headers, other.headers), Criterion::Headers),
            (more(self.query, other.query), Criterion::Query),
            (age, Criterion::Age),
            (name, Criterion::Name),
        ];
        let order = (self.rule, self.index).cmp(&(other.rule, other.index));
        steps
            .into_iter()
            .find(|(order, _)| *order != Ordering::Equal)
            .unwrap_or((order, Criterion::Order))
    }
}
