//! The hostname gate: intersection of `listeners[].hostname` with the route's `hostnames`.
//!
//! A leading `*.` stands for one or more labels; it never covers the name behind it. No hostname is any.

use super::finding::Finding;
use crate::object::RouteKind;
use crate::report::{Evidence, Gate, Owner};
use crate::resource::gateway::Listener;
use crate::sentence::Sentence;

/// Whether a pattern (exact or `*.suffix`) covers a name, itself possibly a pattern.
pub fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix('*') {
        // "*.example.com" covers "a.example.com" and "*.a.example.com", not "example.com".
        Some(suffix) if suffix.starts_with('.') => {
            pattern == name
                || (name.len() > suffix.len() && name.ends_with(suffix) && !name.starts_with('.'))
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

/// The hostnames that a listener and a route have in common, and those of the route that the listener ignores. `*`
/// alone means any.
pub fn effective(listener: Option<&str>, route: &[String]) -> (Vec<String>, Vec<String>) {
    match (listener, route) {
        (None, []) => (vec!["*".to_owned()], Vec::new()),
        (Some(host), []) => (vec![host.to_owned()], Vec::new()),
        (None, hosts) => {
            let mut common: Vec<String> = Vec::new();
            for name in hosts {
                if !common.contains(name) {
                    common.push(name.clone());
                }
            }
            (common, Vec::new())
        }
        (Some(host), hosts) => {
            let (mut common, mut ignored): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
            for name in hosts {
                match intersection(host, name) {
                    Some(shared) if !common.iter().any(|known| known == shared) => {
                        common.push(shared.to_owned());
                    }
                    Some(_) => {}
                    None => ignored.push(name.clone()),
                }
            }
            (common, ignored)
        }
    }
}

/// The effective hostnames for a kind of route; none if the listener refuses it.
pub fn ruling(host: Option<&str>, kind: RouteKind, hostnames: &[String]) -> Vec<String> {
    if matches!(kind, RouteKind::Tcp | RouteKind::Udp) {
        vec!["*".to_owned()]
    } else {
        effective(host, hostnames).0
    }
}

/// Judges the hostnames; the second value holds the effective ones.
pub fn judge(listener: &Listener, kind: RouteKind, hostnames: &[String]) -> (Finding, Vec<String>) {
    if matches!(kind, RouteKind::Tcp | RouteKind::Udp) {
        let words = Sentence::new()
            .text(kind.as_str())
            .text("s have no hostnames.");
        let any = vec!["*".to_owned()];
        return (passed(&any, words), any);
    }
    let (common, ignored) = effective(listener.host(), hostnames);
    let start = Sentence::new().text("Listener ").name(&listener.name);
    let finding = match (listener.host(), hostnames) {
        (None, []) => passed(
            &common,
            start.text(" takes any host, and the route names none."),
        ),
        (Some(host), []) => passed(
            &common,
            start
                .text(" has hostname ")
                .name(host)
                .text("; the route names none and serves that one."),
        ),
        (None, _) => passed(
            &common,
            start.text(" takes any host, so all of the route's hostnames hold."),
        ),
        (Some(host), hosts) if common.is_empty() => refused(listener, host, hosts),
        (Some(host), _) => {
            let sentence = start
                .text(" has hostname ")
                .name(host)
                .text("; the route serves ")
                .names(&common, " and ")
                .text(" here");
            let sentence = match ignored.as_slice() {
                [] => sentence.text("."),
                [one] => sentence.text("; its ").name(one).text(" is ignored here."),
                several => sentence
                    .text("; its ")
                    .names(several, " and ")
                    .text(" are ignored here."),
            };
            passed(&common, sentence)
        }
    };
    let finding = finding.evidence(Evidence::Hostname {
        listener: listener.host().map(str::to_owned),
        route: hostnames.to_vec(),
        ignored,
    });
    (finding, common)
}

/// Passed, with the effective hostnames in few words.
fn passed(common: &[String], sentence: Sentence) -> Finding {
    let words = match common {
        [any] if any == "*" => Sentence::new().text("any host"),
        [one] => Sentence::new().text("host ").name(one),
        [first, rest @ ..] => Sentence::new()
            .text("host ")
            .name(first)
            .text(&format!(" and {} more", rest.len())),
        [] => Sentence::new(),
    };
    Finding::passed(Gate::Hostname, "", sentence)
        .summary(words.clone())
        .brief(words)
}

fn refused(listener: &Listener, host: &str, hosts: &[String]) -> Finding {
    let mut serves = Sentence::new()
        .text("serves ")
        .name(host)
        .text("; the route asks for ")
        .names(hosts, " and ")
        .text(if hosts.len() == 1 {
            ", which that does not cover"
        } else {
            ", none of which that covers"
        });
    let apex = host
        .strip_prefix("*.")
        .filter(|apex| hosts.iter().any(|name| name == apex));
    if let Some(apex) = apex {
        serves = serves
            .text(" (")
            .name(host)
            .text(" stands for names under ")
            .name(apex)
            .text(", not for that name itself)");
    }
    let sentence = Sentence::new()
        .text("Listener ")
        .name(&listener.name)
        .text(" ")
        .then(&serves)
        .text(".");
    let remedy = Sentence::new()
        .text("The route's owner can name a host that ")
        .name(host)
        .text(" covers, or attach the route to a listener for its hostnames.");
    Finding::failed(
        Gate::Hostname,
        "no common hostname",
        sentence,
        "NoMatchingListenerHostname",
    )
    .brief(serves)
    .remedy(Owner::Application, remedy, None)
}
