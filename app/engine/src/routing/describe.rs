//! Rules as people write them.

use super::matcher::{Match, PathRule};
use super::pattern::Patterns;
use crate::resource::route::{HttpRule, OtherRule};

/// The matches of a rule: `PathPrefix /hr`, `GET Exact /a, header x=1`.
pub fn matches(rule: &HttpRule) -> Vec<String> {
    words(&Match::of_rule(rule, &mut Patterns::unread()))
}

/// The matches of a GRPCRoute's rule: `Exact package.Service/Method`.
pub fn grpc_matches(rule: &OtherRule) -> Vec<String> {
    words(&Match::of_grpc(rule, &mut Patterns::unread()))
}

fn words(matches: &[Match]) -> Vec<String> {
    matches.iter().map(|matched| matched.text.clone()).collect()
}

/// A path that a rule could serve, if one is evident from its first match.
pub fn example_path(rule: &HttpRule) -> Option<String> {
    example(Match::of_rule(rule, &mut Patterns::unread()).first()?)
}

/// The same for a rule of a GRPCRoute.
pub fn grpc_example_path(rule: &OtherRule) -> Option<String> {
    example(Match::of_grpc(rule, &mut Patterns::unread()).first()?)
}

fn example(matched: &Match) -> Option<String> {
    match &matched.path {
        PathRule::Exact(path) => Some(path.clone()),
        PathRule::Prefix(path) if matched.grpc => Some(match path.as_str() {
            "" => "/any.Service/Method".to_owned(),
            service => format!("{service}/Method"),
        }),
        PathRule::Prefix(path) if path.is_empty() => Some("/".to_owned()),
        PathRule::Prefix(path) => Some(path.clone()),
        PathRule::Method(called) => Some(format!("/any.Service/{called}")),
        PathRule::Regex(_) | PathRule::Grpc(..) | PathRule::Unpredictable(_) => None,
    }
}
