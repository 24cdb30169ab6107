//! Every URL of the site, built in one place. Names are percent-encoded here and nowhere else.

use engine::RouteKind;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// `/`
pub const OVERVIEW: &str = "/";
/// `/gateways`
pub const GATEWAYS: &str = "/gateways";
/// `/routes`
pub const ROUTES: &str = "/routes";
/// `/namespaces`
pub const NAMESPACES: &str = "/namespaces";
/// `/findings`
pub const FINDINGS: &str = "/findings";
/// Assertions about requests.
pub const ASSERTIONS: &str = "/try/assertions";
/// `/try`
pub const TRY: &str = "/try";
/// `/visibility`
pub const VISIBILITY: &str = "/visibility";
/// Download of everything that was read.
pub const SNAPSHOT: &str = "/api/v1/snapshot";
/// Server-sent events: one `revision` message per published moment.
pub const EVENTS: &str = "/api/v1/events";

/// Page of a Gateway.
pub fn gateway(namespace: &str, name: &str) -> String {
    format!("{GATEWAYS}/{}/{}", encoded(namespace), encoded(name))
}

/// Page of a Gateway, seen through one listener.
pub fn gateway_listener(namespace: &str, name: &str, listener: &str) -> String {
    format!(
        "{}?{}",
        gateway(namespace, name),
        query(&[("listener", listener)])
    )
}

/// Page of a route.
pub fn route(kind: RouteKind, namespace: &str, name: &str) -> String {
    format!(
        "{ROUTES}/{}/{}/{}",
        kind.as_str(),
        encoded(namespace),
        encoded(name)
    )
}

/// Page of a check of the catalogue.
pub fn finding(check: &str) -> String {
    format!("{FINDINGS}/{}", encoded(check))
}

/// Findings of a severity.
pub fn findings_of(severity: &str) -> String {
    format!("{FINDINGS}?{}", query(&[("severity", severity)]))
}

/// Routes page with a filter.
pub fn routes_filtered(filter: &str) -> String {
    format!("{ROUTES}?{}", query(&[("filter", filter)]))
}

/// Tester with a request filled in; empty values are left out.
pub fn try_request(parameters: &[(&str, &str)]) -> String {
    format!("{TRY}?{}", query(parameters))
}

/// A query string; pairs with empty values are left out.
pub fn query(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{}={}", encoded(key), encoded(value)))
        .collect();
    pairs.join("&")
}
