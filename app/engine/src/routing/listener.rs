//! From a connection to a Gateway and a listener: address, port, protocol, SNI, hostname.

use super::decision::Outcome;
use super::request::{Request, Transport};
use super::seen::Seen;
use crate::attachment::hostname::covers;
use crate::profile::{Switch, Switches};
use crate::report::{GatewayReport, ListenerReport, Report, Status};
use crate::sentence::Sentence;

/// Where a connection ends up.
pub(super) enum Arrival<'a> {
    /// At these listeners, most specific first; more than one only without listener isolation.
    At(Vec<&'a ListenerReport>),
    /// At a listener that passes on or terminates TLS without looking at HTTP.
    Stream(&'a ListenerReport),
    /// Nowhere.
    Nowhere(Nowhere<'a>),
}

/// Why a request reaches no route.
pub(super) struct Nowhere<'a> {
    /// What the client sees.
    pub(super) outcome: Outcome,
    /// Status, if the gateway gives one.
    pub(super) status: Option<u16>,
    /// The listener that took the connection, if one did.
    pub(super) listener: Option<&'a ListenerReport>,
    /// In words.
    pub(super) sentence: Sentence,
}

fn nowhere<'a>(outcome: Outcome, status: Option<u16>, sentence: Sentence) -> Arrival<'a> {
    Arrival::Nowhere(Nowhere {
        outcome,
        status,
        listener: None,
        sentence,
    })
}

/// The Gateway of a request: the one that is named, else by address, else by hostname, else the only one.
pub(super) fn gateway<'a>(
    report: &'a Report,
    request: &Request,
) -> Result<&'a GatewayReport, Sentence> {
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

/// Finds the listeners of a Gateway that a request arrives at.
pub(super) fn arrive<'a>(
    gateway: &'a GatewayReport,
    seen: &Seen<'_>,
    request: &Request,
    switches: Switches,
) -> Arrival<'a> {
    let name = format!("{}/{}", gateway.namespace, gateway.name);
    let start = || Sentence::new().text("Gateway ").name(&name);
    let is_named = |listener: &&ListenerReport| {
        request
            .listener
            .as_ref()
            .is_none_or(|wanted| listener.name == *wanted || listener.key() == *wanted)
    };
    let candidates: Vec<&ListenerReport> = gateway.listeners.iter().filter(is_named).collect();
    if candidates.is_empty() {
        let sentence = match &request.listener {
            Some(wanted) => start().text(" has no listener ").name(wanted),
            None => start().text(" has no listener"),
        };
        return nowhere(Outcome::RefusedConnection, None, sentence.text("."));
    }
    let transport = request.transport();
    // A named listener is dialled on its own port unless the URL says otherwise.
    let of_named = candidates
        .first()
        .filter(|_| request.listener.is_some() && request.port.is_none());
    let port = of_named.map(|one| one.port).or(request.dialled());
    let on_port: Vec<&ListenerReport> = candidates
        .iter()
        .filter(|listener| port.is_none_or(|port| port == listener.port))
        .copied()
        .collect();
    if on_port.is_empty() {
        return nowhere(Outcome::RefusedConnection, None, no_port(gateway, port));
    }
    let speaks = |listener: &&ListenerReport| {
        let protocol = listener.protocol.as_str();
        // TLS is told apart by SNI before anybody knows what is within it.
        protocol == transport.protocol() || (transport == Transport::Https && protocol == "TLS")
    };
    let mut speaking: Vec<&ListenerReport> =
        on_port.iter().filter(|one| speaks(one)).copied().collect();
    if speaking.is_empty() {
        let other = on_port.first().map_or("", |one| one.protocol.as_str());
        return nowhere(
            Outcome::RefusedConnection,
            None,
            other_protocol(&name, &on_port, other, transport),
        );
    }
    // A port all of whose listeners are broken is not opened.
    if speaking.iter().all(|one| not_served(one).is_some())
        && let Some(sentence) = speaking.first().and_then(|one| not_served(one))
    {
        return nowhere(Outcome::RefusedConnection, None, sentence);
    }
    match transport {
        Transport::Tcp | Transport::Udp => by_port(&name, &speaking),
        Transport::Tls => by_sni(&name, &speaking, request),
        Transport::Https => by_sni_and_host(&name, speaking, (seen, request), switches),
        Transport::Http => {
            if switches.is_on(Switch::SharedPorts) {
                let others = candidates.into_iter().filter(|one| one.protocol == "HTTP");
                speaking.extend(others.filter(|one| Some(one.port) != port));
            }
            by_host(&name, &speaking, seen, switches)
        }
    }
}

/// Why a listener serves nothing, if it does not (`Programmed`).
fn not_served(listener: &ListenerReport) -> Option<Sentence> {
    let broken = listener.conditions.get("Programmed")?;
    (broken.status == Status::False).then(|| {
        Sentence::new()
            .text("Listener ")
            .name(&listener.key())
            .text(" is there but cannot be served: ")
            .name(&format!("Programmed=False ({})", broken.reason))
            .text(".")
    })
}

fn no_port(gateway: &GatewayReport, port: Option<u16>) -> Sentence {
    let mut ports: Vec<u16> = gateway.listeners.iter().map(|one| one.port).collect();
    ports.sort_unstable();
    ports.dedup();
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    Sentence::new()
        .text("Nothing listens on port ")
        .name(&port.unwrap_or_default().to_string())
        .text(" of ")
        .name(&format!("{}/{}", gateway.namespace, gateway.name))
        .text("; it has ")
        .name(&ports.join(", "))
        .text(".")
}

fn other_protocol(
    name: &str,
    on_port: &[&ListenerReport],
    other: &str,
    transport: Transport,
) -> Sentence {
    let port = on_port.first().map_or(0, |one| one.port);
    Sentence::new()
        .text("Port ")
        .name(&port.to_string())
        .text(" of ")
        .name(name)
        .text(" speaks ")
        .name(other)
        .text(", not ")
        .name(transport.protocol())
        .text("; the connection fails.")
}

fn by_port<'a>(name: &str, speaking: &[&'a ListenerReport]) -> Arrival<'a> {
    match speaking {
        [only] => match not_served(only) {
            Some(sentence) => nowhere(Outcome::RefusedConnection, None, sentence),
            None => Arrival::Stream(only),
        },
        several => {
            let ports: Vec<String> = several.iter().map(|one| one.port.to_string()).collect();
            let sentence = Sentence::new()
                .text("Gateway ")
                .name(name)
                .text(" has several such listeners; name a port, one of ")
                .name(&ports.join(", "))
                .text(".");
            nowhere(Outcome::Unknown, None, sentence)
        }
    }
}

/// Listeners that take a name, the most specific first.
fn taking<'a>(speaking: &[&'a ListenerReport], name: Option<&str>) -> Vec<&'a ListenerReport> {
    let takes = |listener: &&&ListenerReport| match (&listener.hostname, name) {
        (None, _) => true,
        (Some(hostname), Some(name)) => covers(&hostname.to_ascii_lowercase(), name),
        (Some(_), None) => false,
    };
    let mut matching: Vec<&ListenerReport> = speaking.iter().filter(takes).copied().collect();
    // Exact names first, then longer wildcards, then no hostname.
    matching.sort_by_key(|listener| match listener.hostname.as_deref() {
        Some(hostname) if hostname.starts_with('*') => (1, usize::MAX - hostname.len()),
        Some(_) => (0, 0),
        None => (2, 0),
    });
    matching
}

fn no_sni(name: &str, sni: Option<&str>) -> Sentence {
    let start = Sentence::new().text("No listener of ").name(name);
    match sni {
        Some(sni) => start
            .text(" on that port takes the server name ")
            .name(sni)
            .text("; the TLS handshake fails."),
        None => start.text(
            " on that port takes a connection without a server name; the TLS handshake fails.",
        ),
    }
}

fn by_sni<'a>(name: &str, speaking: &[&'a ListenerReport], request: &Request) -> Arrival<'a> {
    let sni = request.server_name();
    match taking(speaking, sni.as_deref()).first() {
        Some(listener) => match not_served(listener) {
            Some(sentence) => nowhere(Outcome::RefusedConnection, None, sentence),
            None => Arrival::Stream(listener),
        },
        None => nowhere(
            Outcome::RefusedConnection,
            None,
            no_sni(name, sni.as_deref()),
        ),
    }
}

/// HTTPS: the listener is chosen by SNI; its routes then by Host, if Host belongs to the same listener.
fn by_sni_and_host<'a>(
    name: &str,
    speaking: Vec<&'a ListenerReport>,
    (seen, request): (&Seen<'_>, &Request),
    switches: Switches,
) -> Arrival<'a> {
    let sni = request.server_name();
    let connected = taking(&speaking, sni.as_deref());
    let Some(first) = connected.first() else {
        return nowhere(
            Outcome::RefusedConnection,
            None,
            no_sni(name, sni.as_deref()),
        );
    };
    if let Some(sentence) = not_served(first) {
        // Without a certificate there is no TLS; otherwise it keeps its hostname, and nobody else answers for it.
        let refs = first.conditions.get("ResolvedRefs");
        let no_tls = refs.is_some_and(|refs| refs.status == Status::False);
        if no_tls || first.protocol == "TLS" {
            return nowhere(Outcome::RefusedConnection, None, sentence);
        }
        let sentence = Sentence::new().text("404: ").then(&sentence.lower_first());
        return nowhere(Outcome::NotFound, Some(404), sentence);
    }
    if first.protocol == "TLS" {
        return Arrival::Stream(first);
    }
    let host = seen.host(switches);
    let web: Vec<&ListenerReport> = speaking
        .into_iter()
        .filter(|one| one.protocol == "HTTPS")
        .collect();
    let by_host = taking(&web, Some(host));
    if let Some(sentence) = by_host.first().and_then(|best| not_served(best)) {
        let sentence = Sentence::new().text("404: ").then(&sentence.lower_first());
        return nowhere(Outcome::NotFound, Some(404), sentence);
    }
    match by_host.first() {
        Some(best) if std::ptr::eq(*best, *first) => {
            let isolated = switches.is_on(Switch::Isolation);
            Arrival::At(if isolated { vec![first] } else { by_host })
        }
        Some(best) if switches.is_on(Switch::Misdirected) => {
            let sentence = Sentence::new()
                .text("421: the connection's server name ")
                .name(sni.as_deref().unwrap_or("-"))
                .text(" belongs to listener ")
                .name(&first.key())
                .text(", host ")
                .name(host)
                .text(" to listener ")
                .name(&best.key())
                .text(".");
            Arrival::Nowhere(Nowhere {
                outcome: Outcome::Error,
                status: Some(421),
                listener: Some(first),
                sentence,
            })
        }
        Some(_) => Arrival::At(vec![first]),
        None => no_host(name, host),
    }
}

fn by_host<'a>(
    name: &str,
    speaking: &[&'a ListenerReport],
    seen: &Seen<'_>,
    switches: Switches,
) -> Arrival<'a> {
    let host = seen.host(switches);
    let mut matching = taking(speaking, Some(host));
    if matching.is_empty() {
        return no_host(name, host);
    }
    // One that is not served keeps its hostname: nobody else answers for it.
    if let Some(sentence) = matching.first().and_then(|one| not_served(one)) {
        let sentence = Sentence::new().text("404: ").then(&sentence.lower_first());
        return nowhere(Outcome::NotFound, Some(404), sentence);
    }
    matching.retain(|one| not_served(one).is_none());
    if switches.is_on(Switch::Isolation) {
        // Listeners of several ports that share a table may have the same hostname.
        let best = matching.first().and_then(|one| one.hostname.clone());
        matching.retain(|one| one.hostname == best);
    }
    Arrival::At(matching)
}

fn no_host<'a>(name: &str, host: &str) -> Arrival<'a> {
    let sentence = Sentence::new()
        .text("404: no listener of ")
        .name(name)
        .text(" on that port takes host ")
        .name(host)
        .text(".");
    nowhere(Outcome::NotFound, Some(404), sentence)
}
