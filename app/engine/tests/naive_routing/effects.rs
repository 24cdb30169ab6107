//! What the winning rule does: redirect, rewrite, header changes, backends with their shares.

use super::answer::{Answer, Share};
use super::listeners::protocol;
use super::matching::{header, host};
use super::precedence::Place;
use super::worlds::{World, list, text};
use engine::Request;
use engine::routing::Outcome;
use serde_json::Value;
use std::collections::BTreeMap;

/// A match that takes the request, and where it stands.
pub(crate) struct Winner<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) rule: &'a Value,
    pub(crate) one: &'a Value,
}

/// The answer of the rule of a match that has won on a listener.
pub(crate) fn answer(
    world: &World,
    request: &Request,
    listener: &Value,
    winner: &Winner<'_>,
) -> Answer {
    let metadata = &winner.place.route["metadata"];
    let name = format!(
        "{}/{}",
        text(&metadata["namespace"]),
        text(&metadata["name"])
    );
    let kind = text(&winner.place.route["kind"]).to_owned();
    let mut answer = Answer::without_rule(Outcome::Error, Some(500), Some(text(&listener["name"])));
    answer.rule = Some((kind, name, winner.place.rule, winner.place.one));
    if let Some(redirect) = filter(winner.rule, "requestRedirect") {
        let status = redirect["statusCode"].as_u64().unwrap_or(302);
        answer.outcome = Outcome::Redirect;
        answer.status = Some(u16::try_from(status).expect("a status"));
        answer.location = Some(location(redirect, request, listener, winner.one));
        return answer;
    }
    answer.backends = shares(world, winner);
    if answer
        .backends
        .iter()
        .any(|one| one.resolved && one.weight > 0)
    {
        answer.outcome = Outcome::Backend;
        answer.status = None;
        answer.seen = Some(seen(request, winner));
        answer.request_headers = changes(winner.rule, "requestHeaderModifier", |name| {
            header(request, name)
        });
        answer.response_headers = changes(winner.rule, "responseHeaderModifier", |_| None);
    }
    answer
}

/// The field of a rule's filter, of which admission lets one be.
fn filter<'a>(rule: &'a Value, field: &str) -> Option<&'a Value> {
    list(&rule["filters"])
        .iter()
        .find_map(|filter| filter.get(field))
}

/// `Location` of a RequestRedirect: what the filter leaves out comes from the request, the port from the listener.
fn location(redirect: &Value, request: &Request, listener: &Value, one: &Value) -> String {
    let scheme = redirect["scheme"].as_str();
    let named = redirect["hostname"].as_str();
    let host = named.map_or_else(|| host(request), str::to_owned);
    let port = match (redirect["port"].as_u64(), scheme) {
        (Some(port), _) => port,
        (None, Some("https")) => 443,
        (None, Some(_)) => 80,
        (None, None) => listener["port"].as_u64().expect("listeners have ports"),
    };
    let own = protocol(request).to_lowercase();
    let scheme = scheme.unwrap_or(&own);
    let port = match (scheme, port) {
        ("http", 80) | ("https", 443) => String::new(),
        (_, port) => format!(":{port}"),
    };
    let path = changed_path(&redirect["path"], one, &request.path);
    let query = request.query.as_ref();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{host}{port}{path}{query}")
}

/// Host and path that the backend sees.
fn seen(request: &Request, winner: &Winner<'_>) -> (String, String) {
    let rewrite = filter(winner.rule, "urlRewrite").unwrap_or(&Value::Null);
    let named = rewrite["hostname"].as_str();
    let host = named.map_or_else(|| host(request), str::to_owned);
    let path = changed_path(&rewrite["path"], winner.one, &request.path);
    (host, path)
}

fn changed_path(change: &Value, one: &Value, path: &str) -> String {
    if let Some(full) = change["replaceFullPath"].as_str() {
        return full.to_owned();
    }
    let Some(new) = change["replacePrefixMatch"].as_str() else {
        return path.to_owned();
    };
    let matched = one["path"]["value"].as_str().unwrap_or("/");
    let matched = matched.strip_suffix('/').unwrap_or(matched);
    let rest = path.strip_prefix(matched).expect("the prefix has matched");
    let new = new.strip_suffix('/').unwrap_or(new);
    match format!("{new}{rest}") {
        changed if changed.is_empty() => "/".to_owned(),
        changed => changed,
    }
}

/// Header changes by name in lower case; what is removed is empty.
fn changes(
    rule: &Value,
    field: &str,
    now: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, String> {
    let modifier = filter(rule, field).unwrap_or(&Value::Null);
    let mut changes = BTreeMap::new();
    for one in list(&modifier["set"]) {
        changes.insert(
            text(&one["name"]).to_lowercase(),
            text(&one["value"]).to_owned(),
        );
    }
    for one in list(&modifier["add"]) {
        let (name, value) = (text(&one["name"]), text(&one["value"]));
        let value = match now(name) {
            Some(now) => format!("{now},{value}"),
            None => value.to_owned(),
        };
        changes.insert(name.to_lowercase(), value);
    }
    for name in list(&modifier["remove"]) {
        changes.insert(text(name).to_lowercase(), String::new());
    }
    changes
}

fn shares(world: &World, winner: &Winner<'_>) -> Vec<Share> {
    let backends = list(&winner.rule["backendRefs"]);
    let weight = |one: &Value| one["weight"].as_u64().unwrap_or(1);
    let sum: u64 = backends.iter().map(weight).sum();
    let own = text(&winner.place.route["metadata"]["namespace"]);
    backends
        .iter()
        .map(|one| {
            let namespace = one["namespace"].as_str().unwrap_or(own);
            let millionths = (weight(one) * 1_000_000 + sum / 2).checked_div(sum);
            Share {
                kind: one["kind"].as_str().unwrap_or("Service").to_owned(),
                name: format!("{namespace}/{}:{}", text(&one["name"]), one["port"]),
                weight: weight(one),
                millionths: millionths.unwrap_or(0),
                resolved: resolved(world, winner.place.route, one, namespace),
            }
        })
        .collect()
}

/// True if the reference is to a Service, permitted, and the Service has that port.
fn resolved(world: &World, route: &Value, backend: &Value, namespace: &str) -> bool {
    let core = backend["group"].as_str().unwrap_or_default().is_empty();
    let has_port = |service: &Value| {
        let ports = list(&service["spec"]["ports"]);
        ports.iter().any(|port| port["port"] == backend["port"])
    };
    core && backend["kind"].as_str().unwrap_or("Service") == "Service"
        && permitted(world, route, backend, namespace)
        && world.of_kind("Service").any(|service| {
            service["metadata"]["namespace"] == namespace
                && service["metadata"]["name"] == backend["name"]
                && has_port(service)
        })
}

/// A ReferenceGrant in the backend's namespace, with one fitting `from` and one fitting `to`.
fn permitted(world: &World, route: &Value, backend: &Value, namespace: &str) -> bool {
    let own = &route["metadata"]["namespace"];
    let from = |one: &Value| {
        one["group"] == "gateway.networking.k8s.io"
            && one["kind"] == route["kind"]
            && one["namespace"] == *own
    };
    let to = |one: &Value| {
        one["group"] == ""
            && one["kind"] == "Service"
            && (one["name"].is_null() || one["name"] == backend["name"])
    };
    own == namespace
        || world.of_kind("ReferenceGrant").any(|grant| {
            grant["metadata"]["namespace"] == namespace
                && list(&grant["spec"]["from"]).iter().any(from)
                && list(&grant["spec"]["to"]).iter().any(to)
        })
}
