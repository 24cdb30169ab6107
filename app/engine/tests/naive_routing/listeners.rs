//! The listener that takes a request: by port and protocol, then by the most specific hostname.

use super::answer::Answer;
use super::attachment::covers;
use super::matching::host;
use super::worlds::World;
use engine::Request;
use engine::routing::Outcome;
use serde_json::Value;

/// The listener, or what is answered where none takes the request.
pub(crate) fn listener<'a>(world: &'a World, request: &Request) -> Result<&'a Value, Box<Answer>> {
    let there: Vec<&Value> = on_port(world, request)
        .filter(|one| is_served(one))
        .collect();
    if there.is_empty() {
        return Err(Box::new(refused()));
    }
    let of_host = most_specific(&there, &host(request));
    if protocol(request) == "HTTP" {
        return of_host.ok_or_else(|| Box::new(not_found()));
    }
    let of_sni = most_specific(&there, &sni(request));
    Err(Box::new(match (of_sni, of_host) {
        // The handshake fails. Some answer 404 later, which is left to them.
        (None, _) => refused(),
        (Some(_), None) => not_found(),
        (Some(of_sni), Some(of_host)) if of_sni["name"] == of_host["name"] => return Ok(of_host),
        (Some(of_sni), Some(_)) => {
            Answer::without_rule(Outcome::Error, Some(421), of_sni["name"].as_str())
        }
    }))
}

fn refused() -> Answer {
    Answer::without_rule(Outcome::RefusedConnection, None, None)
}

fn not_found() -> Answer {
    Answer::without_rule(Outcome::NotFound, Some(404), None)
}

/// What is also allowed where a listener that is not served has the host: whether it keeps it from less specific ones
/// is left open.
pub(crate) fn shielded(world: &World, request: &Request) -> Option<Answer> {
    let all: Vec<&Value> = on_port(world, request).collect();
    let best = most_specific(&all, &host(request))?;
    let connected = all.iter().any(|one| is_served(one));
    (connected && !is_served(best)).then(not_found)
}

/// Clients send the URL's host as SNI, whatever `Host` says, unless told otherwise.
fn sni(request: &Request) -> String {
    let sni = request.sni.as_deref().unwrap_or(&request.host);
    sni.to_ascii_lowercase()
}

/// What listeners call the protocol of the request.
pub(crate) fn protocol(request: &Request) -> &'static str {
    match request.scheme.as_str() {
        "https" | "grpcs" => "HTTPS",
        _ => "HTTP",
    }
}

/// Listeners of the request's port and protocol.
fn on_port<'a>(world: &'a World, request: &Request) -> impl Iterator<Item = &'a Value> {
    let protocol = protocol(request);
    let implied = if protocol == "HTTPS" { 443 } else { 80 };
    let port = request.port.unwrap_or(implied);
    let listeners = world.listeners().iter();
    listeners.filter(move |one| one["port"] == port && one["protocol"] == protocol)
}

/// A listener that asks for a selector and has none is not programmed (`allowedRoutes.namespaces`).
fn is_served(listener: &Value) -> bool {
    let namespaces = &listener["allowedRoutes"]["namespaces"];
    namespaces["from"] != "Selector" || !namespaces["selector"].is_null()
}

/// An exact hostname before a wildcard, a longer wildcard before a shorter, any before none.
fn most_specific<'a>(listeners: &[&'a Value], host: &str) -> Option<&'a Value> {
    let hostname = |one: &Value| one["hostname"].as_str().unwrap_or("*").to_owned();
    let specific = |one: &&&Value| {
        let name = hostname(one);
        (!name.starts_with('*'), name.split('.').count(), name.len())
    };
    let covering = listeners.iter().filter(|one| covers(&hostname(one), host));
    covering.max_by_key(specific).copied()
}
