//! Ready requests: for each match of a route one that it takes, or who takes it instead.

use super::decide::answer;
use super::decision::Decision;
use super::find::Asked;
use super::matcher::{Match, PathRule, ValueRule, ValueTest};
use super::request::Request;
use super::seen::Seen;
use super::table::RoutingTable;
use crate::profile::Profile;
use crate::report::{Attachment, GatewayReport, ListenerReport, Report, RouteId, Verdict};
use crate::sentence::Sentence;

/// A match of a route with a request that is made for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Rule index.
    pub rule: usize,
    /// Match index.
    pub index: usize,
    /// A request that has everything the match asks for; `None` if none can be made up, as for most expressions.
    pub request: Option<Request>,
    /// Who takes that request instead, if another rule does: of an attached route such a match never takes a request
    /// that this one stands for.
    pub instead: Option<Sentence>,
}

/// Requests for the matches of a route, through the first listener that admits it, else the first that it names.
pub fn examples(report: &Report, table: &RoutingTable, id: &RouteId) -> Vec<Example> {
    let own = report.attachments_of(id);
    let attached = own.iter().find(|one| one.verdict == Verdict::Attached);
    let Some(attachment) = attached.or(own.first()) else {
        return Vec::new();
    };
    let Some((gateway, listener)) = place(report, attachment) else {
        return Vec::new();
    };
    let entries = table.entries_of(id);
    entries
        .iter()
        .map(|entry| {
            let request = made(report, attachment, (gateway, listener), &entry.matched);
            let instead = request
                .as_ref()
                .filter(|_| attachment.verdict == Verdict::Attached)
                .and_then(|request| instead(report, table, request, (id, entry.rank.rule)));
            Example {
                rule: entry.rank.rule,
                index: entry.rank.index,
                request,
                instead,
            }
        })
        .collect()
}

fn place<'a>(
    report: &'a Report,
    attachment: &Attachment,
) -> Option<(&'a GatewayReport, &'a ListenerReport)> {
    let served = attachment.gateway.as_ref()?;
    let mut gateways = report.gateways.iter();
    let gateway =
        gateways.find(|one| (&one.namespace, &one.name) == (&served.namespace, &served.name))?;
    let key = attachment.listener_key();
    let mut listeners = gateway.listeners.iter();
    let listener = listeners.find(|one| key.as_ref().is_none_or(|key| *key == one.key()))?;
    Some((gateway, listener))
}

/// A request that has what a match asks for.
fn made(
    report: &Report,
    attachment: &Attachment,
    (gateway, listener): (&GatewayReport, &ListenerReport),
    matched: &Match,
) -> Option<Request> {
    let (scheme, usual) = match (listener.protocol.as_str(), matched.grpc) {
        ("HTTPS", false) => ("https", 443),
        ("HTTPS", true) => ("grpcs", 443),
        (_, false) => ("http", 80),
        (_, true) => ("grpc", 80),
    };
    let host = host(report, attachment, gateway, listener);
    let port = if listener.port == usual {
        String::new()
    } else {
        format!(":{}", listener.port)
    };
    let mut request = Request::parse(&format!("{scheme}://{host}{port}/")).ok()?;
    request.path = path(matched)?;
    if let Some(method) = &matched.method {
        request.method.clone_from(method);
    }
    for rule in &matched.headers {
        request.headers.push((rule.name.clone(), value(rule)?));
    }
    let query: Option<Vec<String>> = matched
        .query
        .iter()
        .map(|rule| Some(format!("{}={}", rule.name, value(rule)?)))
        .collect();
    request.query = Some(query?.join("&")).filter(|query| !query.is_empty());
    Some(request)
}

/// The host to ask: one that the route serves here, else the listener's, else the Gateway's address.
fn host(
    report: &Report,
    attachment: &Attachment,
    gateway: &GatewayReport,
    listener: &ListenerReport,
) -> String {
    let summary = report.summary(&attachment.route);
    let written = summary.and_then(|route| route.hostnames.first());
    let common = attachment.hostnames.first().filter(|name| *name != "*");
    let named = common.or(written).or(listener.hostname.as_ref());
    let host = match named {
        Some(name) => name.replacen('*', "any", 1),
        None => {
            let address = gateway.addresses.first().cloned();
            address.unwrap_or_else(|| "example.com".to_owned())
        }
    };
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host
    }
}

/// A path that a match takes.
fn path(matched: &Match) -> Option<String> {
    match &matched.path {
        PathRule::Exact(path) => Some(path.clone()),
        PathRule::Prefix(path) if matched.grpc => Some(match path.as_str() {
            "" => "/any.Service/Method".to_owned(),
            service => format!("{service}/Method"),
        }),
        PathRule::Prefix(path) if path.is_empty() => Some("/".to_owned()),
        PathRule::Prefix(path) => Some(path.clone()),
        PathRule::Method(called) => Some(format!("/any.Service/{called}")),
        PathRule::Regex(pattern) => {
            // Only what is found by leaving out what an expression leaves open, and then really matches.
            let plain: String = pattern.source.replace(['^', '$'], "").replace(".*", "any");
            (plain.starts_with('/') && pattern.matches(&plain, true) == Some(true)).then_some(plain)
        }
        PathRule::Grpc(..) | PathRule::Unpredictable(_) => None,
    }
}

fn value(rule: &ValueRule) -> Option<String> {
    match &rule.value {
        ValueTest::Exact(value) => Some(value.clone()),
        ValueTest::Regex(pattern) => {
            let plain = pattern.source.replace(['^', '$'], "").replace(".*", "any");
            (pattern.matches(&plain, true) == Some(true)).then_some(plain)
        }
        ValueTest::Unpredictable(_) => None,
    }
}

fn asked<'a>(report: &'a Report, table: &'a RoutingTable, seen: &'a Seen<'a>) -> Asked<'a> {
    Asked {
        report,
        table,
        seen,
        switches: Profile::SPEC.routing,
    }
}

/// Who takes a request, if it is not the rule that it was made for.
fn instead(
    report: &Report,
    table: &RoutingTable,
    request: &Request,
    (id, rule): (&RouteId, usize),
) -> Option<Sentence> {
    let seen = Seen::new(request);
    let decision = answer(asked(report, table, &seen), request).0;
    let winner = decision.route?;
    let is_it = winner.route() == *id && usize::try_from(winner.rule).ok() == Some(rule);
    (!is_it).then(|| {
        Sentence::new()
            .text("Rule ")
            .name(&(winner.rule + 1).to_string())
            .text(" of ")
            .name(&format!("{}/{}", winner.namespace, winner.name))
            .text(" takes the request that is made for this match.")
    })
}

/// The answers of all profiles to one request, in the order of [`Profile::ALL`], without their ladders.
pub fn by_profiles(
    report: &Report,
    table: &RoutingTable,
    request: &Request,
) -> Vec<(Profile, Decision)> {
    let seen = Seen::new(request);
    let each = |profile: Profile| {
        let asked = Asked {
            switches: profile.routing,
            ..asked(report, table, &seen)
        };
        (profile, answer(asked, request).0)
    };
    Profile::ALL.into_iter().map(each).collect()
}
