//! What becomes of a request that a rule takes: filters, backends with their shares, the status that the gateway gives.

use super::decision::{BackendShare, Decision, Mirror, Outcome, RuleId};
use super::filters::{self, Effects};
use super::find::{Asked, Possible};
use super::words::rule_words;
use crate::object::RouteKind;
use crate::profile::{Switch, Switches};
use crate::report::{BackendReport, BackendRole, GateOutcome, ListenerReport, Report, RouteId};
use crate::resource::filter::HttpFilter;
use crate::resource::route::BackendRef;
use crate::sentence::Sentence;
use std::collections::BTreeMap;

/// Filters and backends of a rule, whatever the kind of its route.
pub(super) struct Rule<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) filters: &'a [HttpFilter],
    pub(super) backends: &'a [BackendRef],
    timeouts: BTreeMap<String, String>,
}

/// A rule of a route.
pub(super) fn rule<'a>(report: &'a Report, id: &RouteId, index: usize) -> Option<Rule<'a>> {
    if id.kind != RouteKind::Http {
        let rule = report.world.other_route(id)?.spec.rules.get(index)?;
        return Some(Rule {
            name: rule.name.as_deref(),
            filters: &rule.filters,
            backends: &rule.backend_refs,
            timeouts: BTreeMap::new(),
        });
    }
    let route = report.world.http_route(&id.namespace, &id.name)?;
    let rule = route.spec.rules.get(index)?;
    let mut timeouts = BTreeMap::new();
    let mut note = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            timeouts.insert(name.to_owned(), value);
        }
    };
    if let Some(written) = &rule.timeouts {
        note("request", written.request.clone());
        note("backendRequest", written.backend_request.clone());
    }
    if let Some(retry) = &rule.retry {
        let codes: Vec<String> = retry.codes.iter().map(u16::to_string).collect();
        note(
            "retryAttempts",
            retry.attempts.map(|count| count.to_string()),
        );
        note(
            "retryCodes",
            Some(codes.join(",")).filter(|codes| !codes.is_empty()),
        );
        note("retryBackoff", retry.backoff.clone());
    }
    Some(Rule {
        name: rule.name.as_deref(),
        filters: &rule.filters,
        backends: &rule.backend_refs,
        timeouts,
    })
}

/// A rule takes the request: preflight, redirect, error, or its backends.
pub(super) fn answer(
    asked: Asked<'_>,
    decision: &mut Decision,
    winner: &Possible<'_>,
    listener: Option<&ListenerReport>,
) {
    let id = &winner.entry.route;
    let index = winner.entry.rank.rule;
    let Some(rule) = rule(asked.report, id, index) else {
        return;
    };
    decision.listener = winner
        .attachment
        .listener_key()
        .or(decision.listener.take());
    decision.route = Some(RuleId {
        kind: id.kind,
        namespace: id.namespace.clone(),
        name: id.name.clone(),
        rule: u32::try_from(index).unwrap_or(u32::MAX),
        match_: u32::try_from(winner.entry.rank.index).unwrap_or(u32::MAX),
        rule_name: rule.name.map(str::to_owned),
    });
    let reports = backends(asked.report, id, index);
    decision.backends = shares(&reports, asked.switches);
    decision.mirrors = mirrors(&reports, rule.filters);
    decision.timeouts = rule.timeouts;
    let port = listener.map_or(80, |listener| listener.port);
    let chosen = only_backend(rule.backends);
    let of_backend = chosen.map_or(&[][..], |backend| &backend.filters);
    let all = rule.filters.iter().chain(of_backend);
    let effects = filters::apply(all, &decision.request, &winner.entry.matched, port);
    let words = rule_words(winner.entry);
    effect(decision, effects, &words);
    if decision.outcome == Outcome::Unknown && decision.sentence.is_empty() {
        by_backends(decision, &words);
    }
}

/// The backend that takes every request of a rule, if there is only one that takes any.
fn only_backend(backends: &[BackendRef]) -> Option<&BackendRef> {
    let mut serving = backends.iter().filter(|one| one.weight != Some(0));
    let first = serving.next()?;
    serving.next().is_none().then_some(first)
}

/// What the filters do; leaves the outcome open if the backends decide.
fn effect(decision: &mut Decision, effects: Effects, words: &Sentence) {
    let rule = Sentence::new().text("R").then(words);
    decision.request_headers = effects.request_headers;
    decision.response_headers = effects.response_headers;
    decision.response_headers_appended = effects.appended;
    decision.rewritten = effects.rewritten;
    if let Some((status, location)) = effects.redirect {
        decision.outcome = Outcome::Redirect;
        decision.status = Some(status);
        decision.sentence = Sentence::new()
            .text(&status.to_string())
            .text(": r")
            .then(words)
            .text(" redirects to ")
            .name(&location)
            .text(".");
        decision.location = Some(location);
    } else if let Some(allowed) = effects.preflight {
        decision.outcome = Outcome::Backend;
        decision.status = Some(204);
        decision.backends = Vec::new();
        decision.sentence = Sentence::new()
            .text("204: the gateway answers this preflight itself, by r")
            .then(words)
            .text(if allowed {
                "; the origin is allowed."
            } else {
                "; the origin is not allowed."
            });
    } else if let Some(filter) = effects.unpredictable {
        decision.sentence = rule
            .text(" takes the request, but what its filter ")
            .name(&filter)
            .text(" does is not predicted.");
    }
}

/// Serving and mirrored backends of a rule.
pub(super) fn backends(report: &Report, id: &RouteId, rule: usize) -> Vec<BackendReport> {
    let Some(route) = report.world.route(id) else {
        return Vec::new();
    };
    let rule = u32::try_from(rule).unwrap_or(u32::MAX);
    let mut all = crate::references::backends(&report.world, &route);
    all.retain(|backend| backend.rule == rule);
    all
}

fn mirrors(reports: &[BackendReport], filters: &[HttpFilter]) -> Vec<Mirror> {
    let reports = reports
        .iter()
        .filter(|one| one.role == BackendRole::Mirrors);
    let written = filters
        .iter()
        .filter_map(|filter| filter.request_mirror.as_ref());
    let mirror =
        |(report, written): (&BackendReport, &crate::resource::filter::RequestMirror)| Mirror {
            kind: report.kind.clone(),
            namespace: report.namespace.clone(),
            name: report.name.clone(),
            port: report.port,
            share: written.share(),
            resolved: report.outcome != GateOutcome::Failed,
        };
    reports.zip(written).map(mirror).collect()
}

/// Backends with their share of requests: weight divided by the sum of weights.
pub(super) fn shares(reports: &[BackendReport], switches: Switches) -> Vec<BackendShare> {
    let serving: Vec<&BackendReport> = reports
        .iter()
        .filter(|backend| backend.role == BackendRole::Serves)
        .collect();
    let is_broken = |backend: &BackendReport| backend.outcome == GateOutcome::Failed;
    let spared = !switches.is_on(Switch::BrokenShare)
        && serving.iter().any(|one| one.weight > 0 && !is_broken(one));
    let weight = |backend: &BackendReport| {
        if spared && is_broken(backend) {
            0
        } else {
            u64::from(backend.weight)
        }
    };
    let total: u64 = serving.iter().map(|backend| weight(backend)).sum();
    let share = |backend: &BackendReport| {
        if total == 0 {
            0.0
        } else {
            weight(backend) as f64 / total as f64
        }
    };
    serving
        .into_iter()
        .map(|backend| BackendShare {
            kind: backend.kind.clone(),
            namespace: backend.namespace.clone(),
            name: backend.name.clone(),
            port: backend.port,
            weight: backend.weight,
            share: share(backend),
            resolved: !is_broken(backend),
            sentence: backend.sentence.clone(),
        })
        .collect()
}

fn by_backends(decision: &mut Decision, words: &Sentence) {
    let rule = Sentence::new().text("R").then(words);
    let serving = || decision.backends.iter().filter(|one| one.share > 0.0);
    let served: f64 = serving()
        .filter(|one| one.resolved)
        .map(|one| one.share)
        .sum();
    let broken = serving().find(|one| !one.resolved).cloned();
    let error = Sentence::new().text("500: r").then(words);
    if decision.backends.is_empty() {
        decision.outcome = Outcome::Error;
        decision.status = Some(500);
        decision.sentence = error.text(" takes the request and has no backend.");
    } else if served <= 0.0 {
        decision.outcome = Outcome::Error;
        decision.status = Some(500);
        decision.sentence = match &broken {
            Some(_) => error.text(" takes the request, but no backend of it can serve it."),
            None => error.text(" takes the request, but all its backends have weight 0."),
        };
        if let Some(broken) = broken {
            decision.because = broken.sentence;
        }
    } else {
        decision.outcome = Outcome::Backend;
        decision.sentence = rule
            .text(" takes the request; it goes to ")
            .name(&good_names(&decision.backends))
            .text(".");
        if let Some(broken) = broken {
            let share = format!("{:.0} %", (1.0 - served) * 100.0);
            decision.because = Sentence::new()
                .text(&share)
                .text(" of such requests are answered 500: ")
                .then(&broken.sentence);
        }
    }
}

/// Names of the backends that serve something.
pub(super) fn good_names(backends: &[BackendShare]) -> String {
    let good = backends
        .iter()
        .filter(|one| one.share > 0.0 && one.resolved);
    let name = |backend: &BackendShare| {
        let port = backend
            .port
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        format!("{}/{}{port}", backend.namespace, backend.name)
    };
    good.map(name).collect::<Vec<_>>().join(", ")
}
