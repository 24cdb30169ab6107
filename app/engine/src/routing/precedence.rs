//! Which of several matching rules wins (`HTTPRoute` and `HTTPRouteRule.matches`, "precedence").

use super::matcher::{Match, PathRule};
use std::cmp::Reverse;

/// Smaller wins. The fields stand in the order in which the specification names them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Precedence {
    /// "Characters in a matching non-wildcard hostname."
    pub exact_host: Reverse<usize>,
    /// "Characters in a matching hostname."
    pub host: Reverse<usize>,
    /// "'Exact' path match."
    pub exact_path: Reverse<bool>,
    /// "'Prefix' path match with largest number of characters."
    pub prefix: Reverse<usize>,
    /// "Method match."
    pub method: Reverse<bool>,
    /// "Largest number of header matches."
    pub headers: Reverse<usize>,
    /// "Largest number of query param matches."
    pub query: Reverse<usize>,
    /// "The oldest Route based on creation timestamp"; a route without one comes last.
    pub created: (bool, String),
    /// "The Route appearing first in alphabetical order by {namespace}/{name}", compared as one text.
    pub name: String,
    /// "FIRST matching rule (in list order)."
    pub rule: usize,
    /// The first match within the rule.
    pub index: usize,
}

/// What of the precedence belongs to the route and its place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `creationTimestamp` as written.
    pub created: Option<String>,
    /// `namespace/name`.
    pub name: String,
    /// Rule index.
    pub rule: usize,
    /// Match index.
    pub index: usize,
}

impl Precedence {
    /// Ranks a match under a hostname (`*` is any) at its place.
    pub fn of(hostname: &str, matched: &Match, place: &Place) -> Self {
        let length = if hostname == "*" { 0 } else { hostname.len() };
        let (exact_path, prefix) = match &matched.path {
            PathRule::Exact(_) => (true, 0),
            PathRule::Prefix(prefix) => (false, prefix.len()),
            PathRule::Unpredictable(_) => (false, 0),
        };
        Self {
            exact_host: Reverse(if hostname.starts_with('*') { 0 } else { length }),
            host: Reverse(length),
            exact_path: Reverse(exact_path),
            prefix: Reverse(prefix),
            method: Reverse(matched.method.is_some()),
            headers: Reverse(matched.headers.len()),
            query: Reverse(matched.query.len()),
            created: (
                place.created.is_none(),
                place.created.clone().unwrap_or_default(),
            ),
            name: place.name.clone(),
            rule: place.rule,
            index: place.index,
        }
    }

    /// The first field in which the winner is better, in words that follow "because".
    pub fn why(&self, loser: &Self) -> &'static str {
        if self.exact_host != loser.exact_host || self.host != loser.host {
            "its hostname is more specific"
        } else if self.exact_path != loser.exact_path {
            "its path is exact"
        } else if self.prefix != loser.prefix {
            "its path prefix is longer"
        } else if self.method != loser.method {
            "it names the method"
        } else if self.headers != loser.headers {
            "it names more headers"
        } else if self.query != loser.query {
            "it names more query parameters"
        } else if self.created != loser.created {
            "its route is older"
        } else if self.name != loser.name {
            "its route comes first by namespace and name"
        } else {
            "it stands first in the route"
        }
    }
}
