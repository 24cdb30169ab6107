//! Requests next to this one that an attached rule would take: a slash, a letter's case, another method, a header.

use super::decision::{Decision, LostAt, NearMiss};
use super::find::{Asked, Place};
use super::matcher::{Fit, Match, PathRule, ValueRule, ValueTest};
use super::request::Request;
use super::seen::Seen;
use super::table::{Entry, covering};
use super::words::rule_words;
use crate::nearest::is_near;
use crate::report::Verdict;
use crate::sentence::Sentence;

/// How many near misses a decision lists at most.
const LISTED: usize = 5;
/// How many entries are looked at for them.
const LOOKED_AT: usize = 500;

/// Near misses of a request that no attached rule takes.
pub(super) fn misses(asked: Asked<'_>, place: &Place<'_>, decision: &Decision) -> Vec<NearMiss> {
    let request = &decision.request;
    let host = asked.seen.host(asked.switches);
    let mut found: Vec<NearMiss> = Vec::new();
    for at in &place.at {
        let here = covering(&at.attached, host).flat_map(|(_, hostname)| hostname.all());
        for stand in here.take(LOOKED_AT) {
            let Some((entry, attachment)) = asked.entry(stand) else {
                continue;
            };
            if attachment.verdict == Verdict::Attached {
                of_entry(asked, entry, request, &mut found);
            }
        }
        of_hosts(
            asked,
            at.attached.iter().take(LOOKED_AT),
            request,
            &mut found,
        );
    }
    found.dedup_by(|a, b| (&a.part, &a.expected) == (&b.part, &b.expected));
    found.truncate(LISTED);
    found
}

fn takes(asked: Asked<'_>, matched: &Match, changed: &Request) -> bool {
    matched.fit(&Seen::new(changed), asked.switches) == Fit::Yes
}

fn of_entry(asked: Asked<'_>, entry: &Entry, request: &Request, found: &mut Vec<NearMiss>) {
    let matched = &entry.matched;
    match matched.fit(asked.seen, asked.switches) {
        Fit::No(LostAt::Path) => {
            for path in paths(matched, &request.path).into_iter().flatten() {
                let changed = Request {
                    path: path.clone(),
                    ..request.clone()
                };
                if takes(asked, matched, &changed) {
                    found.push(near_miss("path", &path, &request.path, entry));
                }
            }
        }
        Fit::No(LostAt::Method) => {
            if let Some(method) = &matched.method {
                found.push(near_miss("method", method, &request.method, entry));
            }
        }
        Fit::No(LostAt::Headers) => {
            let lost = matched
                .headers
                .iter()
                .find(|rule| differs(asked, rule, true));
            found.extend(lost.map(|rule| value_miss("header", rule, asked, true, entry)));
        }
        Fit::No(LostAt::Query) => {
            let lost = matched
                .query
                .iter()
                .find(|rule| differs(asked, rule, false));
            found.extend(lost.map(|rule| value_miss("query", rule, asked, false, entry)));
        }
        _ => {}
    }
}

/// Paths like the one asked for: with and without a slash at the end, in lower case, with a slip mended.
fn paths(matched: &Match, path: &str) -> [Option<String>; 4] {
    let bare = path.strip_suffix('/').filter(|path| !path.is_empty());
    let lower = path.to_lowercase();
    [
        bare.map(str::to_owned),
        (!path.ends_with('/')).then(|| format!("{path}/")),
        Some(lower).filter(|lower| lower != path),
        slip(matched, path),
    ]
}

/// The path with its first elements replaced by a rule's, where that looks like a slip.
fn slip(matched: &Match, path: &str) -> Option<String> {
    let (PathRule::Prefix(wanted) | PathRule::Exact(wanted)) = &matched.path else {
        return None;
    };
    let length = wanted.matches('/').count();
    let end = path
        .match_indices('/')
        .nth(length)
        .map_or(path.len(), |(index, _)| index);
    let (head, tail) = path.split_at_checked(end)?;
    is_near(head, wanted).then(|| format!("{wanted}{tail}"))
}

fn got(asked: Asked<'_>, rule: &ValueRule, header: bool) -> Option<String> {
    if header {
        asked
            .seen
            .header(&rule.name, asked.switches)
            .map(Into::into)
    } else {
        asked.seen.parameter(&rule.name).map(str::to_owned)
    }
}

fn differs(asked: Asked<'_>, rule: &ValueRule, header: bool) -> bool {
    match &rule.value {
        ValueTest::Exact(wanted) => got(asked, rule, header).as_ref() != Some(wanted),
        ValueTest::Regex(_) | ValueTest::Unpredictable(_) => false,
    }
}

fn value_miss(
    part: &str,
    rule: &ValueRule,
    asked: Asked<'_>,
    header: bool,
    entry: &Entry,
) -> NearMiss {
    let wanted = match &rule.value {
        ValueTest::Exact(wanted) => wanted.as_str(),
        ValueTest::Regex(_) | ValueTest::Unpredictable(_) => "",
    };
    let expected = format!("{}={wanted}", rule.name);
    let got = got(asked, rule, header);
    let got = got.map_or_else(|| "-".to_owned(), |got| format!("{}={got}", rule.name));
    near_miss(part, &expected, &got, entry)
}

fn near_miss(part: &str, expected: &str, got: &str, entry: &Entry) -> NearMiss {
    let sentence = Sentence::new()
        .text("With ")
        .text(part)
        .text(" ")
        .name(expected)
        .text(", r")
        .then(&rule_words(entry))
        .text(" would take it.");
    NearMiss {
        part: part.to_owned(),
        expected: expected.to_owned(),
        got: got.to_owned(),
        sentence,
    }
}

/// Hosts that look like the one asked for and have a rule that takes the rest of the request.
fn of_hosts<'a>(
    asked: Asked<'_>,
    hostnames: impl Iterator<Item = (&'a std::sync::Arc<str>, &'a super::table::Hostname)>,
    request: &Request,
    found: &mut Vec<NearMiss>,
) {
    let host = asked.seen.host(asked.switches);
    for (name, hostname) in hostnames {
        if name.starts_with('*') || **name == *host || !is_near(name, host) {
            continue;
        }
        let path = asked.seen.path(asked.switches);
        let mut entries = hostname
            .for_path(asked.table, path)
            .filter_map(|stand| asked.entry(stand));
        let taking = entries.find(|(entry, _)| takes(asked, &entry.matched, request));
        if let Some((entry, _)) = taking {
            found.push(near_miss("host", name, host, entry));
        }
    }
}
