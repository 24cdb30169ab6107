//! The hostname gate: intersection of `listeners[].hostname` with the route's `hostnames`.
//!
//! A leading `*.` stands for one or more labels; it never covers the name behind it. No hostname is any.

use super::{Finding, RouteFacts};
use crate::report::{Evidence, Gate, GateOutcome, Owner};
use crate::resource::gateway::Listener;
use crate::sentence::Sentence;

/// Whether a pattern (exact or `*.suffix`) covers a name, itself possibly a pattern.
pub fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix('*') {
        // "*.example.com" covers "a.example.com" and "*.a.example.com", not "example.com".
        Some(suffix) if suffix.starts_with('.') => {
            pattern == name
                || (name.len() > suffix.len()
                    && name.ends_with(suffix)
                    && !name.starts_with('.')
                    && name != pattern)
        }
        _ => pattern == name,
    }
}

/// What a listener's and a route's hostname have in common; the more specific of the two.
pub fn intersection<'a>(listener: &'a str, route: &'a str) -> Option<&'a str> {
    if covers(listener, route) {
        Some(route)
    } else if covers(route, listener) {
        Some(listener)
    } else {
        None
    }
}

/// Judges the hostnames; the second value holds the effective ones, `*` alone meaning any.
pub(crate) fn judge(listener: &Listener, route: RouteFacts<'_>) -> (Finding, Vec<String>) {
    let evidence = |ignored: Vec<String>| Evidence::Hostname {
        listener: listener.host().map(str::to_owned),
        route: route.hostnames.to_vec(),
        ignored,
    };
    let start = Sentence::new().text("Listener ").name(&listener.name);
    match (listener.host(), route.hostnames) {
        (None, []) => {
            let sentence = start.text(" takes any host, and the route asks for none.");
            (
                Finding::new(Gate::Hostname, GateOutcome::Passed, "any host", sentence)
                    .evidence(evidence(Vec::new())),
                vec!["*".into()],
            )
        }
        (Some(host), []) => {
            let sentence = start
                .text(" gives its hostname ")
                .name(host)
                .text(" to the route, which asks for none.");
            let finding = Finding::new(
                Gate::Hostname,
                GateOutcome::Passed,
                &format!("host `{}`", shown(host)),
                sentence,
            );
            (
                finding.evidence(evidence(Vec::new())),
                vec![host.to_owned()],
            )
        }
        (None, hosts) => {
            let sentence = start.text(" takes any host, so all of the route's hostnames hold.");
            let finding = Finding::new(
                Gate::Hostname,
                GateOutcome::Passed,
                &summary(hosts),
                sentence,
            );
            (finding.evidence(evidence(Vec::new())), hosts.to_vec())
        }
        (Some(host), hosts) => {
            let mut effective = Vec::new();
            let mut ignored = Vec::new();
            for name in hosts {
                match intersection(host, name) {
                    Some(common) if !effective.iter().any(|known| known == common) => {
                        effective.push(common.to_owned())
                    }
                    Some(_) => {}
                    None => ignored.push(name.clone()),
                }
            }
            let finding = if effective.is_empty() {
                refused(listener, host, hosts)
            } else {
                passed(start, host, &effective, &ignored)
            };
            (finding.evidence(evidence(ignored)), effective)
        }
    }
}

fn passed(start: Sentence, host: &str, effective: &[String], ignored: &[String]) -> Finding {
    let mut sentence = start
        .text(" has hostname ")
        .name(host)
        .text("; the route serves ")
        .name(&effective.join(", "))
        .text(" here");
    if !ignored.is_empty() {
        sentence = sentence
            .text(", and its ")
            .name(&ignored.join(", "))
            .text(" is ignored");
    }
    Finding::new(
        Gate::Hostname,
        GateOutcome::Passed,
        &summary(effective),
        sentence.text("."),
    )
}

fn refused(listener: &Listener, host: &str, hosts: &[String]) -> Finding {
    let mut sentence = Sentence::new()
        .text("Listener ")
        .name(&listener.name)
        .text(" has hostname ")
        .name(host)
        .text("; the route asks for ")
        .name(&hosts.join(", "))
        .text(if hosts.len() == 1 {
            ", which it does not cover"
        } else {
            ", none of which it covers"
        });
    let apex = host
        .strip_prefix("*.")
        .filter(|apex| hosts.iter().any(|name| name == apex));
    if let Some(apex) = apex {
        sentence = sentence
            .text(" (")
            .name(host)
            .text(" stands for names under ")
            .name(apex)
            .text(", not for it)");
    }
    let remedy = Sentence::new()
        .text("The route's owner can add a hostname that ")
        .name(host)
        .text(" covers, or attach the route to a listener for its hostnames.");
    Finding::new(
        Gate::Hostname,
        GateOutcome::Failed,
        "no common hostname",
        sentence.text("."),
    )
    .reason("NoMatchingListenerHostname")
    .remedy(Owner::Application, remedy, None)
}

fn shown(host: &str) -> String {
    crate::sentence::visible(host).replace('`', "\u{2cb}")
}

fn summary(hosts: &[String]) -> String {
    match hosts {
        [one] => format!("host `{}`", shown(one)),
        [first, rest @ ..] => format!("host `{}` and {} more", shown(first), rest.len()),
        [] => "any host".to_owned(),
    }
}
