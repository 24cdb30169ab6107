//! Findings about rules: those that can never win or match, redirects in circles, weights of nothing.

use super::{Finding, Subject, finding};
use crate::object::RouteKind;
use crate::profile::Profile;
use crate::report::{Attachment, Owner, Report, RouteId, Verdict};
use crate::resource::filter::{HttpFilter, PathModifier};
use crate::resource::route::{BackendRef, HttpRule};
use crate::routing::matcher::{Match, PathRule, ValueTest};
use crate::routing::table::{Entry, RoutingTable, Stand};
use crate::routing::{Outcome, Request, follow};
use crate::sentence::Sentence;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check_all(report: &Report, table: &RoutingTable, found: &mut Vec<Finding>) {
    check_shadowed(table, found);
    for entry in table.entries() {
        check_pattern(entry, found);
        check_never(entry, found);
    }
    for summary in &report.routes {
        let id = &summary.route;
        for hostname in summary.hostnames.iter() {
            check_hostname(id, hostname, found);
        }
        let http = report.world.http_route(&id.namespace, &id.name);
        if let (RouteKind::Http, Some(route)) = (id.kind, http) {
            for (index, rule) in route.spec.rules.iter().enumerate() {
                check_weights(id, index, &rule.backend_refs, found);
                check_rewrite(id, (index, rule), found);
            }
        }
    }
    check_redirects(report, table, found);
}

fn subject(route: &RouteId, part: String) -> Subject {
    Subject {
        kind: route.kind.as_str().to_owned(),
        namespace: route.namespace.clone(),
        name: route.name.clone(),
        part,
    }
}

fn rule_part(entry: &Entry) -> String {
    format!("rule {}", entry.rank.rule + 1)
}

/// Rules all of whose matches are taken by others, wherever their route is attached.
fn check_shadowed(table: &RoutingTable, found: &mut Vec<Finding>) {
    // By rule: for each of its stands the entry that takes its requests; `None` if one is free.
    let mut rules: BTreeMap<(&RouteId, usize), Option<Stand>> = BTreeMap::new();
    for (_, at) in table.listeners() {
        for hostname in at.attached.values() {
            for stands in hostname.by_path(table) {
                judge_stands(table, stands, &mut rules);
            }
        }
    }
    for ((route, rule), shadow) in rules {
        let Some(other) = shadow.and_then(|stand| table.entry(stand)) else {
            continue;
        };
        // Of different namespaces this is a takeover, which is told as such.
        if other.route.namespace != route.namespace {
            continue;
        }
        let by = format!("{}/{}", other.route.namespace, other.route.name);
        let sentence = Sentence::new()
            .text("Rule ")
            .name(&(rule + 1).to_string())
            .text(" never takes a request: rule ")
            .name(&(other.rank.rule + 1).to_string())
            .text(" of ")
            .name(&by)
            .text(" matches the same and comes first.");
        let evidence = Sentence::new().name(&other.matched.text);
        found.push(
            finding(
                "shadowed-rule",
                subject(route, format!("rule {}", rule + 1)),
                sentence,
            )
            .evidence(evidence)
            .remedy(
                Owner::Application,
                "The route's owner can remove the rule, or make its match more specific.",
            ),
        );
    }
}

/// Judges what stands under one hostname at one path.
fn judge_stands<'a>(
    table: &'a RoutingTable,
    stands: &[Stand],
    rules: &mut BTreeMap<(&'a RouteId, usize), Option<Stand>>,
) {
    // Equal matches have equal keys; of each the best stands first.
    let mut best: BTreeMap<&str, Stand> = BTreeMap::new();
    let switches = Profile::SPEC.routing;
    for stand in stands {
        let Some(entry) = table.entry(*stand) else {
            continue;
        };
        let first = best.entry(&entry.matched.text).or_insert(*stand);
        let known = table.entry(*first);
        if known.is_some_and(|known| entry.rank.compare(&known.rank, switches).0 == Ordering::Less)
        {
            *first = *stand;
        }
    }
    for stand in stands {
        let Some(entry) = table.entry(*stand) else {
            continue;
        };
        let winner = best.get(entry.matched.text.as_str()).copied();
        let shadow = winner.filter(|winner| winner.entry != stand.entry);
        let key = (&*entry.route, entry.rank.rule);
        match rules.get_mut(&key) {
            None => {
                rules.insert(key, shadow);
            }
            Some(known) if shadow.is_none() => *known = None,
            Some(_) => {}
        }
    }
}

fn check_pattern(entry: &Entry, found: &mut Vec<Finding>) {
    let matched = &entry.matched;
    let of_path = match &matched.path {
        PathRule::Regex(pattern) => vec![pattern],
        PathRule::Grpc(service, method) => [service, method].into_iter().flatten().collect(),
        PathRule::Exact(_)
        | PathRule::Prefix(_)
        | PathRule::Method(_)
        | PathRule::Unpredictable(_) => Vec::new(),
    };
    let values = matched.headers.iter().chain(&matched.query);
    let of_values = values.filter_map(|rule| match &rule.value {
        ValueTest::Regex(pattern) => Some(pattern),
        ValueTest::Exact(_) | ValueTest::Unpredictable(_) => None,
    });
    let faulty = of_path
        .into_iter()
        .chain(of_values)
        .find(|one| one.fault().is_some());
    if let Some(pattern) = faulty {
        let sentence = Sentence::new()
            .text("The regular expression ")
            .name(&pattern.source)
            .text(" ")
            .text(pattern.fault().unwrap_or_default())
            .text("; many gateways refuse the rule, and what it would match is not known.");
        found.push(
            finding(
                "regex-broken",
                subject(&entry.route, rule_part(entry)),
                sentence,
            )
            .remedy(
                Owner::Application,
                "The route's owner can write an expression that RE2 reads.",
            ),
        );
    }
}

/// Matches that no request has: a path with a query or a fragment in it, the same header twice.
fn check_never(entry: &Entry, found: &mut Vec<Finding>) {
    let Match { path, grpc, .. } = &entry.matched;
    let (PathRule::Exact(value) | PathRule::Prefix(value)) = path else {
        return;
    };
    let Some(sign) = value.chars().find(|sign| matches!(sign, '?' | '#')) else {
        return;
    };
    if *grpc {
        return;
    }
    let sentence = Sentence::new()
        .text("No request has the path ")
        .name(value)
        .text(": what follows ")
        .name(&sign.to_string())
        .text(" is no part of a path.");
    found.push(
        finding(
            "rule-never-matches",
            subject(&entry.route, rule_part(entry)),
            sentence,
        )
        .remedy(
            Owner::Application,
            "The route's owner can match query parameters by themselves.",
        ),
    );
}

/// A name that no DNS name satisfies: no client can ask for it.
fn check_hostname(id: &RouteId, hostname: &str, found: &mut Vec<Finding>) {
    let bare = hostname.strip_prefix("*.").unwrap_or(hostname);
    let is_edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| is_edge(*byte) || *byte == b'-')
            && bytes.first().is_some_and(|byte| is_edge(*byte))
            && bytes.last().is_some_and(|byte| is_edge(*byte))
    };
    let is_address = bare.parse::<std::net::IpAddr>().is_ok();
    if bare.len() <= 253 && !is_address && bare.split('.').all(is_label) {
        return;
    }
    let sentence = Sentence::new()
        .text("No client can ask for the hostname ")
        .name(hostname)
        .text(if is_address {
            ": an address is no name."
        } else {
            ": no DNS name is like that."
        });
    found.push(
        finding(
            "hostname-impossible",
            subject(id, format!("hostname {hostname}")),
            sentence,
        )
        .remedy(
            Owner::Application,
            "The route's owner can correct the hostname.",
        ),
    );
}

fn check_weights(id: &RouteId, index: usize, backends: &[BackendRef], found: &mut Vec<Finding>) {
    let weight: u64 = backends
        .iter()
        .map(|one| u64::from(one.weight.unwrap_or(1)))
        .sum();
    if backends.is_empty() || weight > 0 {
        return;
    }
    let sentence = Sentence::new()
        .text("All backends of rule ")
        .name(&(index + 1).to_string())
        .text(" have weight 0; its requests are answered 500.");
    found.push(
        finding(
            "weight-zero",
            subject(id, format!("rule {}", index + 1)),
            sentence,
        )
        .remedy(
            Owner::Application,
            "The route's owner can give a backend some weight, or remove the rule.",
        ),
    );
}

/// Replacements of a prefix that cannot be made, or that make no path.
fn check_rewrite(id: &RouteId, (index, rule): (usize, &HttpRule), found: &mut Vec<Finding>) {
    let of_backends = rule.backend_refs.iter().flat_map(|one| &one.filters);
    let modifiers = rule
        .filters
        .iter()
        .chain(of_backends)
        .filter_map(path_modifier);
    let is_prefix = |kind: &Option<String>| matches!(kind.as_deref(), None | Some("PathPrefix"));
    let all_prefixes = rule.matches.iter().all(|one| is_prefix(&one.path.type_));
    for modifier in modifiers {
        let replacement = modifier.replace_prefix_match.as_deref();
        let words = match (modifier.type_.as_str(), replacement) {
            ("ReplacePrefixMatch", Some(_)) if !all_prefixes => {
                "replaces a prefix, but not all of its matches are prefixes"
            }
            ("ReplacePrefixMatch", Some(text)) if !text.is_empty() && !text.starts_with('/') => {
                "replaces a prefix by something that does not begin with a slash"
            }
            ("ReplaceFullPath", _)
                if modifier
                    .replace_full_path
                    .as_deref()
                    .is_some_and(|path| !path.starts_with('/')) =>
            {
                "replaces the path by something that does not begin with a slash"
            }
            _ => continue,
        };
        let sentence = Sentence::new()
            .text("Rule ")
            .name(&(index + 1).to_string())
            .text(" ")
            .text(words)
            .text(".");
        found.push(
            finding(
                "rewrite-nowhere",
                subject(id, format!("rule {}", index + 1)),
                sentence,
            )
            .remedy(
                Owner::Application,
                "The route's owner can correct the replacement.",
            ),
        );
    }
}

fn path_modifier(filter: &HttpFilter) -> Option<&PathModifier> {
    let of_rewrite = filter
        .url_rewrite
        .as_ref()
        .and_then(|one| one.path.as_ref());
    let of_redirect = filter
        .request_redirect
        .as_ref()
        .and_then(|one| one.path.as_ref());
    of_rewrite.or(of_redirect)
}

/// Redirects that lead back to where they came from.
fn check_redirects(report: &Report, table: &RoutingTable, found: &mut Vec<Finding>) {
    let mut seen: BTreeSet<(&RouteId, usize)> = BTreeSet::new();
    let attached =
        |one: &&Attachment| one.verdict == Verdict::Attached && one.route.kind == RouteKind::Http;
    for attachment in report.attachments.iter().filter(attached) {
        let id = &*attachment.route;
        let Some(route) = report.world.http_route(&id.namespace, &id.name) else {
            continue;
        };
        for (index, rule) in route.spec.rules.iter().enumerate() {
            let redirects = rule
                .filters
                .iter()
                .any(|one| one.request_redirect.is_some());
            if !redirects || !seen.insert((id, index)) {
                continue;
            }
            let Some(request) = example(report, attachment, rule) else {
                continue;
            };
            let hops = follow(report, table, &request);
            let (Some(last), true) = (hops.last(), hops.iter().any(|hop| hop.again)) else {
                continue;
            };
            if last.outcome != Outcome::Redirect {
                continue;
            }
            let urls: Vec<String> = hops.iter().map(|hop| hop.url.clone()).collect();
            let sentence = Sentence::new()
                .text("Rule ")
                .name(&(index + 1).to_string())
                .text(" redirects in a circle: ")
                .names(&urls, ", then ")
                .text(".");
            found.push(
                finding(
                    "redirect-loop",
                    subject(id, format!("rule {}", index + 1)),
                    sentence,
                )
                .remedy(
                    Owner::Application,
                    "The route's owner can let the redirect lead to another host, scheme or path.",
                ),
            );
        }
    }
}

/// A request that a rule takes at the listener of an attachment.
fn example(report: &Report, attachment: &Attachment, rule: &HttpRule) -> Option<Request> {
    let gateway = attachment.gateway.as_ref()?;
    let mut gateways = report.gateways.iter();
    let found =
        gateways.find(|one| (&one.namespace, &one.name) == (&gateway.namespace, &gateway.name))?;
    let key = attachment.listener_key()?;
    let listener = found.listeners.iter().find(|one| one.key() == key)?;
    let host = attachment.hostnames.first()?.replacen('*', "any", 1);
    let host = if host == "any" {
        "any.example.com".to_owned()
    } else {
        host
    };
    let scheme = if listener.protocol == "HTTPS" {
        "https"
    } else {
        "http"
    };
    let path = crate::routing::describe::example_path(rule)?;
    let mut request = Request::parse(&format!("{scheme}://{host}:{}{path}", listener.port)).ok()?;
    request.gateway = Some(format!("{}/{}", gateway.namespace, gateway.name));
    Some(request)
}
