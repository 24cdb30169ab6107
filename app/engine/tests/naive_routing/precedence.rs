//! Which of two matches goes first: the steps of the specification in order, each with the key that decides it.

use super::matching::counted_headers;
use super::worlds::{list, text};
use serde_json::Value;

/// A step of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    ExactHost,
    HostLength,
    /// HTTPRoute against GRPCRoute under one hostname.
    RouteKind,
    PathKind,
    PathLength,
    Method,
    ServiceLength,
    MethodLength,
    Headers,
    Query,
    Age,
    Name,
    Rule,
    Match,
}

/// Smaller goes first; numbers of which the larger goes first are negative.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
}

/// Steps in order with their keys.
pub(crate) type Rank = Vec<(Step, Key)>;

/// Where a match stands: route, indexes of rule and match.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) route: &'a Value,
    pub(crate) rule: usize,
    pub(crate) one: usize,
}

fn more_first(count: usize) -> Key {
    Key::Number(-i64::try_from(count).expect("a small number"))
}

fn host(hostname: &str) -> Rank {
    let length = match hostname {
        "*" => 0,
        name => name.chars().count(),
    };
    let exact = if hostname.starts_with('*') { 0 } else { length };
    vec![
        (Step::ExactHost, more_first(exact)),
        (Step::HostLength, more_first(length)),
    ]
}

/// Of equals the older route, then by `namespace/name`, then the first rule, then the first match.
fn ties(place: Place<'_>) -> Rank {
    let metadata = &place.route["metadata"];
    let number = |number: usize| Key::Number(i64::try_from(number).expect("a small number"));
    let name = format!(
        "{}/{}",
        text(&metadata["namespace"]),
        text(&metadata["name"])
    );
    vec![
        (
            Step::Age,
            Key::Text(text(&metadata["creationTimestamp"]).to_owned()),
        ),
        (Step::Name, Key::Text(name)),
        (Step::Rule, number(place.rule)),
        (Step::Match, number(place.one)),
    ]
}

/// Rank of an HTTPRoute's match under a hostname. That regular expressions stand between `Exact` and prefixes, the
/// longer first, is how most implementations fill what the specification leaves open.
pub(crate) fn http(hostname: &str, one: &Value, place: Place<'_>) -> Rank {
    let value = one["path"]["value"].as_str().unwrap_or("/");
    let prefix = value.strip_suffix('/').unwrap_or(value);
    let (kind, length) = match one["path"]["type"].as_str().unwrap_or("PathPrefix") {
        "Exact" => (0, 0),
        "RegularExpression" => (1, value.chars().count()),
        _ => (2, prefix.chars().count()),
    };
    let method = usize::from(!one["method"].is_null());
    let mut rank = host(hostname);
    rank.extend([
        (Step::PathKind, Key::Number(kind)),
        (Step::PathLength, more_first(length)),
        (Step::Method, more_first(method)),
        (Step::Headers, more_first(counted_headers(one).len())),
        (Step::Query, more_first(list(&one["queryParams"]).len())),
    ]);
    rank.extend(ties(place));
    rank
}

/// Rank of a GRPCRoute's match under a hostname. Whether the characters of a regular expression count is left open.
pub(crate) fn grpc(hostname: &str, one: &Value, place: Place<'_>, expressions_count: bool) -> Rank {
    let wanted = &one["method"];
    let counts = expressions_count || wanted["type"] != "RegularExpression";
    let length = |part: &str| match counts {
        true => more_first(text(&wanted[part]).chars().count()),
        false => more_first(0),
    };
    let mut rank = host(hostname);
    rank.extend([
        (Step::ServiceLength, length("service")),
        (Step::MethodLength, length("method")),
        (Step::Headers, more_first(counted_headers(one).len())),
    ]);
    rank.extend(ties(place));
    rank
}

/// The step that decides between two ranks of one kind of route.
pub(crate) fn deciding(one: &Rank, other: &Rank) -> Option<Step> {
    one.iter()
        .zip(other)
        .find(|(one, other)| one != other)
        .map(|((step, _), _)| *step)
}
