//! From a connection to a Gateway and a listener: address, port, protocol, hostname.

use super::decision::Outcome;
use super::request::Request;
use crate::attachment::hostname::covers;
use crate::report::{GatewayReport, ListenerReport, Report};
use crate::sentence::Sentence;

/// Where a connection ends up.
pub(super) enum Arrival<'a> {
    /// At these listeners of a Gateway, most specific first; more than one only without listener isolation.
    At(&'a GatewayReport, Vec<&'a ListenerReport>),
    /// Nowhere, for this reason.
    Nowhere(Option<&'a GatewayReport>, Outcome, Sentence),
}

/// Finds the Gateway of a request: the one that is named, else by address, else by hostname, else the only one.
fn gateway<'a>(report: &'a Report, request: &Request) -> Result<&'a GatewayReport, Sentence> {
    let full = |gateway: &GatewayReport| format!("{}/{}", gateway.namespace, gateway.name);
    if let Some(name) = &request.gateway {
        return report
            .gateways
            .iter()
            .find(|gateway| full(gateway) == *name)
            .ok_or_else(|| {
                let names: Vec<String> = report.gateways.iter().map(full).collect();
                let near = crate::nearest::nearest(name, names.iter().map(String::as_str), 1);
                let sentence = Sentence::new().text("There is no Gateway ").name(name);
                match near.first() {
                    Some(near) => sentence.text("; the nearest name is ").name(near).text("."),
                    None => sentence.text("."),
                }
            });
    }
    let host = request.host.to_ascii_lowercase();
    let by_address: Vec<_> = report
        .gateways
        .iter()
        .filter(|gateway| {
            gateway
                .addresses
                .iter()
                .any(|address| address.eq_ignore_ascii_case(&host))
        })
        .collect();
    let name = request.host_name();
    let takes = |listener: &ListenerReport| {
        listener
            .hostname
            .as_deref()
            .is_some_and(|hostname| covers(hostname, &name))
    };
    let by_hostname: Vec<_> = report
        .gateways
        .iter()
        .filter(|gateway| gateway.listeners.iter().any(takes))
        .collect();
    for found in [by_address, by_hostname] {
        match found.as_slice() {
            [one] => return Ok(one),
            [] => {}
            several => {
                return Err(choose(
                    &several
                        .iter()
                        .map(|gateway| full(gateway))
                        .collect::<Vec<_>>(),
                    &request.host,
                ));
            }
        }
    }
    match report.gateways.as_slice() {
        [] => Err(Sentence::new().text("There is no Gateway that could take a request.")),
        [one] => Ok(one),
        several => Err(choose(
            &several.iter().map(full).collect::<Vec<_>>(),
            &request.host,
        )),
    }
}

fn choose(names: &[String], host: &str) -> Sentence {
    let shown: Vec<String> = names.iter().take(5).cloned().collect();
    Sentence::new()
        .text("Nothing tells which Gateway answers for ")
        .name(host)
        .text("; name one of ")
        .name(&shown.join(", "))
        .text(if names.len() > 5 { " and others." } else { "." })
}

/// Finds the listeners that a request arrives at. With isolation only the most specific one counts.
pub(super) fn arrive<'a>(
    report: &'a Report,
    request: &Request,
    isolation: Isolation,
) -> Arrival<'a> {
    let gateway = match gateway(report, request) {
        Ok(gateway) => gateway,
        Err(sentence) => return Arrival::Nowhere(None, Outcome::Unknown, sentence),
    };
    let name = format!("{}/{}", gateway.namespace, gateway.name);
    let named = |listener: &&ListenerReport| {
        request
            .listener
            .as_ref()
            .is_none_or(|wanted| listener.name == *wanted || listener.key() == *wanted)
    };
    let candidates: Vec<&ListenerReport> = gateway.listeners.iter().filter(named).collect();
    if candidates.is_empty() {
        let sentence = match &request.listener {
            Some(wanted) => Sentence::new()
                .text("Gateway ")
                .name(&name)
                .text(" has no listener ")
                .name(wanted)
                .text("."),
            None => Sentence::new()
                .text("Gateway ")
                .name(&name)
                .text(" has no listener."),
        };
        return Arrival::Nowhere(Some(gateway), Outcome::RefusedConnection, sentence);
    }
    // A named listener is dialled on its own port unless the URL says otherwise.
    let port = match (request.port, &request.listener, candidates.first()) {
        (None, Some(_), Some(listener)) => listener.port,
        _ => request.dialled(),
    };
    let on_port: Vec<&ListenerReport> = candidates
        .into_iter()
        .filter(|listener| listener.port == port)
        .collect();
    if on_port.is_empty() {
        let mut ports: Vec<String> = gateway
            .listeners
            .iter()
            .map(|listener| listener.port.to_string())
            .collect();
        ports.sort();
        ports.dedup();
        let sentence = Sentence::new()
            .text("Nothing listens on port ")
            .name(&port.to_string())
            .text(" of ")
            .name(&name)
            .text("; it has ")
            .name(&ports.join(", "))
            .text(".");
        return Arrival::Nowhere(Some(gateway), Outcome::RefusedConnection, sentence);
    }
    let protocol = if request.scheme == "https" {
        "HTTPS"
    } else {
        "HTTP"
    };
    let speaking: Vec<&ListenerReport> = on_port
        .iter()
        .filter(|listener| listener.protocol == protocol)
        .copied()
        .collect();
    if speaking.is_empty() {
        let other = on_port
            .first()
            .map_or("", |listener| listener.protocol.as_str());
        let sentence = Sentence::new()
            .text("Port ")
            .name(&port.to_string())
            .text(" of ")
            .name(&name)
            .text(" speaks ")
            .name(other)
            .text(", not ")
            .name(protocol)
            .text("; the connection fails.");
        return Arrival::Nowhere(Some(gateway), Outcome::RefusedConnection, sentence);
    }
    by_hostname(gateway, speaking, request, isolation)
}

/// Whether a request is matched to exactly one listener (`GatewayHTTPListenerIsolation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isolation {
    /// Only the most specific listener's routes count.
    On,
    /// Routes of less specific listeners on the port count as well.
    Off,
}

fn by_hostname<'a>(
    gateway: &'a GatewayReport,
    speaking: Vec<&'a ListenerReport>,
    request: &Request,
    isolation: Isolation,
) -> Arrival<'a> {
    let host = request.host_name();
    let chosen_by = match (request.scheme.as_str(), &request.sni) {
        ("https", Some(sni)) if !sni.eq_ignore_ascii_case(&host) => {
            let words = Sentence::new()
                .text("SNI ")
                .name(sni)
                .text(" and Host ")
                .name(&host)
                .text(" differ; this version does not predict what becomes of such a connection.");
            return Arrival::Nowhere(Some(gateway), Outcome::Unknown, words);
        }
        _ => host,
    };
    let mut matching: Vec<&ListenerReport> = speaking
        .into_iter()
        .filter(|listener| {
            listener
                .hostname
                .as_deref()
                .is_none_or(|hostname| covers(hostname, &chosen_by))
        })
        .collect();
    // Exact names first, then longer wildcards, then no hostname.
    let rank = |listener: &ListenerReport| match listener.hostname.as_deref() {
        Some(hostname) if hostname.starts_with('*') => (1, usize::MAX - hostname.len()),
        Some(_) => (0, 0),
        None => (2, 0),
    };
    matching.sort_by_key(|listener| rank(listener));
    if matching.is_empty() {
        let sentence = Sentence::new()
            .text("404: no listener of ")
            .name(&format!("{}/{}", gateway.namespace, gateway.name))
            .text(" on that port takes host ")
            .name(&chosen_by)
            .text(".");
        return Arrival::Nowhere(Some(gateway), Outcome::NotFound, sentence);
    }
    if isolation == Isolation::On {
        matching.truncate(1);
    }
    Arrival::At(gateway, matching)
}
