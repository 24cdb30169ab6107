//! Findings about routes: parents that are not there, slips of the pen, statuses, backends, shared hostnames.

use super::kinds::check_kinds;
use super::{Finding, Subject, finding};
use crate::attachment::implementation;
use crate::profile::{Attaching, Profile};
use crate::report::{
    Agreement, Attachment, BackendReport, Evidence, Gate, GateOutcome, GatewayReport,
    ListenerReport, NamespacedName, Owner, Report, RouteId, RouteReport, RouteSummary, Verdict,
};
use crate::routing::RoutingTable;
use crate::sentence::Sentence;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check_all(report: &Report, table: &RoutingTable, found: &mut Vec<Finding>) {
    for attachment in &report.attachments {
        check_orphan(report, attachment, found);
        check_near_miss(report, attachment, found);
    }
    check_statuses(report, found);
    check_implementation(report, found);
    let reached = by_listener(report);
    check_hostnameless(report, &reached, found);
    check_takeover((report, table), &reached, found);
    check_kinds(&reached, found);
    check_duplicates(report, found);
    for route in &report.routes {
        let is_suspect = route.leftovers > 0 || route.references == GateOutcome::Failed;
        if is_suspect {
            let route = report.route(route);
            check_leftovers(&route, found);
            check_backends(&route, found);
        }
    }
}

pub(super) fn subject(route: &RouteId, part: String) -> Subject {
    Subject {
        kind: route.kind.as_str().to_owned(),
        namespace: route.namespace.clone(),
        name: route.name.clone(),
        part,
    }
}

fn parent(attachment: &Attachment) -> String {
    format!("parentRef {}", attachment.parent_ref.index + 1)
}

fn check_orphan(report: &Report, attachment: &Attachment, found: &mut Vec<Finding>) {
    if attachment.verdict == Verdict::Orphan {
        let explained = report.explain(attachment);
        let subject = subject(&attachment.route, parent(attachment));
        let mut one = finding("orphan-parent-ref", subject, explained.sentence);
        one.remedies = explained.remedies;
        found.push(one);
    }
}

fn check_near_miss(report: &Report, attachment: &Attachment, found: &mut Vec<Finding>) {
    // A refusal by labels without a slip of the pen is on purpose.
    let by_labels = attachment.verdict == Verdict::Refused
        && attachment.gate == Some(Gate::Namespace)
        && !attachment.intended;
    if !by_labels {
        return;
    }
    let explained = report.explain(attachment);
    let evidence = explained
        .gates
        .iter()
        .find_map(|gate| match &gate.evidence {
            Some(Evidence::Namespace(evidence)) => Some(evidence),
            _ => None,
        });
    let Some(evidence) = evidence else {
        return;
    };
    let near: Vec<String> = evidence
        .terms
        .iter()
        .filter_map(|term| term.near_miss.clone())
        .collect();
    if near.is_empty() {
        return;
    }
    let mut one = finding(
        "near-miss-label",
        subject(&attachment.route, parent(attachment)),
        explained.sentence.clone(),
    )
    .evidence(
        Sentence::new()
            .text("namespace ")
            .name(&evidence.namespace)
            .text(" has ")
            .names(&near, " and "),
    );
    one.remedies = explained.remedies;
    found.push(one);
}

/// One per parentRef, however many listeners it reaches.
fn check_statuses(report: &Report, found: &mut Vec<Finding>) {
    let mut seen: BTreeSet<(&RouteId, u32)> = BTreeSet::new();
    for attachment in &report.attachments {
        let key = (&*attachment.route, attachment.parent_ref.index);
        if attachment.agreement != Agreement::Contradicts || !seen.insert(key) {
            continue;
        }
        let subject = subject(&attachment.route, parent(attachment));
        let explained = report.explain(attachment);
        found.push(
            finding("status-contradicts", subject, explained.agreement_sentence)
                .evidence(explained.sentence)
                .remedy(
                    Owner::Platform,
                    "A platform engineer can see whether the controller runs, and what its log says of this route.",
                ),
        );
    }
}

/// What a known implementation lets in although no listener admits it.
fn check_implementation(report: &Report, found: &mut Vec<Finding>) {
    let differs = |gateway: &GatewayReport| {
        let profile = Profile::of_controller(gateway.controller.as_deref());
        profile.attachment != Attaching::Specified
    };
    if !report.gateways.iter().any(differs) {
        return;
    }
    let same = |a: &Attachment, b: &Attachment| {
        a.route == b.route && a.parent_ref.index == b.parent_ref.index
    };
    for own in report.attachments.chunk_by(same) {
        let Some(first) = own.first().filter(|one| one.verdict == Verdict::Refused) else {
            continue;
        };
        let Some(expected) = implementation::expected(report, own).filter(|one| one.served) else {
            continue;
        };
        let subject = subject(&first.route, parent(first));
        let why = report.explain(first).sentence;
        found.push(
            finding("implementation-lets-in", subject, expected.sentence)
                .evidence(why)
                .remedy(
                    Owner::Platform,
                    "A platform engineer can give the listeners the same rules, or a Gateway each, until the implementation is mended.",
                ),
        );
    }
}

fn check_leftovers(route: &RouteReport, found: &mut Vec<Finding>) {
    for entry in &route.leftovers {
        let asked = &entry.parent_ref;
        let part = format!("status {}", asked.index + 1);
        let sentence = Sentence::new()
            .text("Controller ")
            .name(&entry.controller)
            .text(" speaks of ")
            .text(&asked.kind)
            .text(" ")
            .name(&format!("{}/{}", asked.namespace, asked.name))
            .text(", which the route does not name any more.");
        found.push(finding(
            "leftover-status",
            subject(&route.route, part),
            sentence,
        ));
    }
}

fn check_backends(route: &RouteReport, found: &mut Vec<Finding>) {
    if route.verdict != Verdict::Attached {
        return;
    }
    let broken = |backend: &&BackendReport| backend.outcome == GateOutcome::Failed;
    for (index, rule) in route.rules.iter().enumerate() {
        for backend in rule.backends.iter().filter(broken) {
            let part = format!("rule {}, {}/{}", index + 1, backend.namespace, backend.name);
            let weight: u64 = rule.backends.iter().map(|one| u64::from(one.weight)).sum();
            let share = Sentence::new()
                .text("weight ")
                .name(&format!("{} of {weight}", backend.weight));
            found.push(
                finding(
                    "backend-broken",
                    subject(&route.route, part),
                    backend.sentence.clone(),
                )
                .evidence(share)
                .remedy(
                    Owner::Application,
                    "The route's owner can correct the backendRef, create the Service, or ask for a ReferenceGrant.",
                ),
            );
        }
    }
}

/// A listener: its Gateway, the ListenerSet that declares it, its name.
pub(super) type Place<'a> = (&'a NamespacedName, Option<&'a NamespacedName>, &'a str);

fn place(attachment: &Attachment) -> Option<Place<'_>> {
    let gateway = attachment.gateway.as_deref()?;
    let listener = attachment.listener.as_deref()?;
    Some((gateway, attachment.listener_set.as_deref(), listener))
}

/// Attached routes by listener.
fn by_listener(report: &Report) -> BTreeMap<Place<'_>, Vec<&Attachment>> {
    let mut all: BTreeMap<Place<'_>, Vec<&Attachment>> = BTreeMap::new();
    let attached = |one: &&Attachment| one.verdict == Verdict::Attached;
    for attachment in report.attachments.iter().filter(attached) {
        if let Some(place) = place(attachment) {
            all.entry(place).or_default().push(attachment);
        }
    }
    all
}

/// Name of a Gateway and of a listener, with its ListenerSet, for people.
pub(super) fn words((gateway, set, listener): Place<'_>) -> (String, String) {
    let full = |name: &NamespacedName| format!("{}/{}", name.namespace, name.name);
    let listener = set.map_or(listener.to_owned(), |set| {
        format!("{}/{listener}", full(set))
    });
    (full(gateway), listener)
}

fn check_hostnameless(
    report: &Report,
    reached: &BTreeMap<Place<'_>, Vec<&Attachment>>,
    found: &mut Vec<Finding>,
) {
    let open: BTreeSet<(&str, &str, Option<&NamespacedName>, &str)> = report
        .gateways
        .iter()
        .flat_map(|gateway| {
            let open = |one: &&ListenerReport| one.from == "All" && one.hostname.is_none();
            let listeners = gateway.listeners.iter().filter(open);
            listeners.map(|one| {
                let set = one.listener_set.as_ref();
                let name = one.name.as_str();
                (gateway.namespace.as_str(), gateway.name.as_str(), set, name)
            })
        })
        .collect();
    for (place, attachments) in reached {
        let (gateway, set, name) = *place;
        if !open.contains(&(&gateway.namespace, &gateway.name, set, name)) {
            continue;
        }
        let any = |one: &&&Attachment| one.hostnames.iter().any(|name| name == "*");
        for attachment in attachments.iter().filter(any) {
            use crate::object::RouteKind::{Tcp, Udp};
            if matches!(attachment.route.kind, Tcp | Udp) {
                continue;
            }
            let (gateway, listener) = words(*place);
            let sentence = Sentence::new()
                .text("The route names no hostname and takes any host on listener ")
                .name(&listener)
                .text(" of ")
                .name(&gateway)
                .text(", which is open to every namespace.");
            let subject = subject(&attachment.route, parent(attachment));
            found.push(finding("hostnameless-route", subject, sentence).remedy(
                Owner::Application,
                "The route's owner can name the hosts that it is meant for.",
            ));
        }
    }
}

/// Routes of different namespaces that claim one hostname with one match on one listener.
fn check_takeover(
    (report, table): (&Report, &RoutingTable),
    reached: &BTreeMap<Place<'_>, Vec<&Attachment>>,
    found: &mut Vec<Finding>,
) {
    for (place, attachments) in reached {
        if attachments.len() < 2 {
            continue;
        }
        let mut claims: BTreeMap<(&str, &str), Vec<&RouteSummary>> = BTreeMap::new();
        for attachment in attachments {
            let Some(route) = report.summary(&attachment.route) else {
                continue;
            };
            let matches = table.entries_of(&attachment.route);
            for hostname in attachment.hostnames.iter() {
                for matched in matches.iter().map(|entry| entry.matched.text.as_str()) {
                    let claim = claims.entry((hostname, matched)).or_default();
                    if claim.last().is_none_or(|last| last.route != route.route) {
                        claim.push(route);
                    }
                }
            }
        }
        for ((hostname, matched), mut routes) in claims {
            if routes.len() < 2 {
                continue;
            }
            routes.sort_by_key(|route| {
                let name = format!("{}/{}", route.route.namespace, route.route.name);
                (route.created.is_none(), route.created.clone(), name)
            });
            let Some((winner, losers)) = routes.split_first() else {
                continue;
            };
            let (gateway, listener) = words(*place);
            let full =
                |route: &RouteSummary| format!("{}/{}", route.route.namespace, route.route.name);
            for loser in losers {
                if loser.route.namespace == winner.route.namespace {
                    continue;
                }
                let part = format!("{hostname} {matched}");
                let sentence = Sentence::new()
                    .text("Requests for ")
                    .name(if hostname == "*" {
                        "any host"
                    } else {
                        hostname
                    })
                    .text(" with ")
                    .name(matched)
                    .text(" on listener ")
                    .name(&listener)
                    .text(" of ")
                    .name(&gateway)
                    .text(" go to ")
                    .name(&full(winner))
                    .text(", which claims the same and comes first.");
                let age = match (&winner.created, &loser.created) {
                    (Some(_), Some(_)) => "the older route wins",
                    _ => "without times of creation the first by namespace and name wins",
                };
                found.push(
                    finding("hostname-takeover", subject(&loser.route, part), sentence)
                        .evidence(Sentence::new().text(age))
                        .remedy(
                            Owner::Application,
                            "The owners of both routes can agree who serves this host and match.",
                        ),
                );
            }
        }
    }
}

fn check_duplicates(report: &Report, found: &mut Vec<Finding>) {
    for own in report.attachments.chunk_by(|a, b| a.route == b.route) {
        let mut seen: BTreeMap<Place<'_>, u32> = BTreeMap::new();
        for attachment in own {
            let Some(place) = place(attachment) else {
                continue;
            };
            let index = attachment.parent_ref.index;
            let first = *seen.entry(place).or_insert(index);
            if first != index {
                let (gateway, listener) = words(place);
                let sentence = Sentence::new()
                    .text("parentRef ")
                    .name(&(index + 1).to_string())
                    .text(" and parentRef ")
                    .name(&(first + 1).to_string())
                    .text(" both reach listener ")
                    .name(&listener)
                    .text(" of ")
                    .name(&gateway)
                    .text(".");
                let subject = subject(&attachment.route, parent(attachment));
                found.push(finding("duplicate-parent-ref", subject, sentence));
            }
        }
    }
}
