//! Rules as people write them.

use super::matcher::{Match, PathRule};
use crate::resource::route::HttpRule;

/// The matches of a rule: `PathPrefix /hr`, `GET Exact /a, header x=1`.
pub fn matches(rule: &HttpRule) -> Vec<String> {
    Match::of_rule(rule)
        .iter()
        .map(|matched| matched.text.clone())
        .collect()
}

/// A path that a rule could serve, if one is evident from its first match.
pub fn example_path(rule: &HttpRule) -> Option<String> {
    match &Match::of_rule(rule).first()?.path {
        PathRule::Exact(path) | PathRule::Prefix(path) => Some(if path.is_empty() {
            "/".to_owned()
        } else {
            path.clone()
        }),
        PathRule::Unpredictable(_) => None,
    }
}
