//! The ladder of candidates: who was considered, and the step at which each lost.

use super::decision::{Candidate, Decision, LostAt, Outcome};
use super::find::{Asked, Place, Possible};
use super::matcher::{Answer, Fit};
use super::table::{Hostname, Hostnames, Stand, covering};
use super::words::{gate_word, rule_words, step_word, verdict_word};
use crate::report::{Attachment, Verdict};
use crate::sentence::Sentence;
use std::collections::BTreeSet;

/// How many candidates a decision lists at most.
const CANDIDATES: usize = 50;
/// How many of those that lost by their hostname are listed at most.
const OTHER_HOSTS: usize = 10;
/// How many entries are looked at for the ladder at most; the rest is only counted.
const LOOKED_AT: usize = 500;

/// Fills in the candidates: the winner, refused rules that match, open ones, then the others by how far they came.
pub(super) fn fill(
    asked: Asked<'_>,
    place: &Place<'_>,
    possible: &[Possible<'_>],
    decision: &mut Decision,
) {
    let winner = possible
        .iter()
        .find(|one| one.is_in() && one.fit == Fit::Yes)
        .filter(|_| decision.outcome != Outcome::Unknown || decision.route.is_some());
    let mut ordered: Vec<&Possible<'_>> = possible.iter().collect();
    ordered.sort_by_key(|one| match (one.is_in(), one.fit) {
        (true, Fit::Yes) => 0,
        (_, _) if one.is_open() => 1,
        (_, _) => 2,
    });
    let shown = ordered.iter().take(CANDIDATES);
    let mut candidates: Vec<Candidate> = shown.map(|one| of_possible(asked, one, winner)).collect();
    let known: BTreeSet<Stand> = possible.iter().map(|one| one.stand).collect();
    let mut total = 0;
    let mut lost: Vec<(LostAt, Stand)> = Vec::new();
    let host = asked.seen.host(asked.switches);
    let tables = place.at.iter().map(|at| (&at.attached, &at.outside));
    for (attached, outside) in tables {
        for hostnames in [attached, outside] {
            total += count(hostnames);
            let near = covering(hostnames, host).flat_map(|(_, hostname)| hostname.all());
            add(asked, near, &known, &mut lost);
        }
    }
    if let Some(at) = place.nowhere {
        total += count(&at.outside);
        let near = covering(&at.outside, host).flat_map(|(_, hostname)| hostname.all());
        add(asked, near, &known, &mut lost);
    }
    let mut seen: BTreeSet<Stand> = lost.iter().map(|(_, stand)| *stand).collect();
    let all = place.at.iter().flat_map(|at| [&at.attached, &at.outside]);
    let strangers = all
        .flat_map(|hostnames| hostnames.values().flat_map(Hostname::all))
        .take(LOOKED_AT)
        .filter(|stand| !known.contains(stand) && seen.insert(*stand));
    lost.extend(
        strangers
            .take(OTHER_HOSTS)
            .map(|stand| (LostAt::Hostname, stand)),
    );
    lost.sort();
    lost.dedup();
    let room = CANDIDATES.saturating_sub(candidates.len());
    let rest = lost.iter().take(room);
    candidates.extend(rest.filter_map(|(step, stand)| of_lost(asked, *stand, *step)));
    total = total.max(candidates.len());
    decision.candidates = candidates;
    decision.candidates_total = u32::try_from(total).unwrap_or(u32::MAX);
}

fn count(hostnames: &Hostnames) -> usize {
    hostnames.values().map(Hostname::len).sum()
}

/// Adds entries that do not take the request, with the step at which they lose.
fn add(
    asked: Asked<'_>,
    stands: impl Iterator<Item = Stand>,
    known: &BTreeSet<Stand>,
    lost: &mut Vec<(LostAt, Stand)>,
) {
    for stand in stands.take(LOOKED_AT) {
        if known.contains(&stand) || lost.len() >= LOOKED_AT {
            continue;
        }
        let Some((entry, _)) = asked.entry(stand) else {
            continue;
        };
        if let Fit::No(step) = entry.matched.fit(asked.seen, asked.switches) {
            lost.push((step, stand));
        }
    }
}

fn candidate(asked: Asked<'_>, stand: Stand) -> Option<(Candidate, &Attachment)> {
    let (entry, attachment) = asked.entry(stand)?;
    let candidate = Candidate {
        route: (*entry.route).clone(),
        rule: u32::try_from(entry.rank.rule).unwrap_or(u32::MAX),
        match_: u32::try_from(entry.rank.index).unwrap_or(u32::MAX),
        listener: attachment.listener_key(),
        attached: attachment.verdict == Verdict::Attached,
        verdict: attachment.verdict,
        matches: entry.matched.text.clone(),
        lost_at: None,
        gate: attachment
            .gate
            .filter(|_| attachment.verdict != Verdict::Attached),
        sentence: Sentence::new(),
    };
    Some((candidate, attachment))
}

fn of_lost(asked: Asked<'_>, stand: Stand, step: LostAt) -> Option<Candidate> {
    let (mut candidate, attachment) = candidate(asked, stand)?;
    let (entry, _) = asked.entry(stand)?;
    let words = match entry.matched.judge(asked.seen, asked.switches) {
        _ if step == LostAt::Hostname => host_words(asked, attachment),
        Answer::No(_, words) => words,
        Answer::Yes | Answer::Perhaps(_) => Sentence::new(),
    };
    candidate.lost_at = Some(step);
    candidate.sentence = Sentence::new()
        .text("Lost at the ")
        .text(step_word(step))
        .text(": ")
        .then(&words)
        .text(".");
    Some(candidate)
}

/// "host `a` is none of `b`, `c`"
fn host_words(asked: Asked<'_>, attachment: &Attachment) -> Sentence {
    let summary = asked.report.summary(&attachment.route);
    let names = if attachment.verdict == Verdict::Attached {
        &attachment.hostnames[..]
    } else {
        summary.map_or(&[][..], |route| &route.hostnames)
    };
    Sentence::new()
        .text("host ")
        .name(asked.seen.host(asked.switches))
        .text(" is none of ")
        .name(&names.join(", "))
}

fn of_possible(asked: Asked<'_>, one: &Possible<'_>, winner: Option<&Possible<'_>>) -> Candidate {
    let (lost_at, sentence) = words(asked, one, winner);
    let id = &one.entry.route;
    Candidate {
        route: (**id).clone(),
        rule: u32::try_from(one.entry.rank.rule).unwrap_or(u32::MAX),
        match_: u32::try_from(one.entry.rank.index).unwrap_or(u32::MAX),
        listener: one.attachment.listener_key(),
        attached: one.is_in(),
        verdict: one.attachment.verdict,
        matches: one.entry.matched.text.clone(),
        lost_at,
        gate: one.attachment.gate.filter(|_| !one.is_in()),
        sentence,
    }
}

fn words(
    asked: Asked<'_>,
    one: &Possible<'_>,
    winner: Option<&Possible<'_>>,
) -> (Option<LostAt>, Sentence) {
    if !one.is_in() {
        let gate = one.attachment.gate.map_or("first", gate_word);
        let words = Sentence::new()
            .text("Matches the request. Not in the routing table: ")
            .text(verdict_word(one.attachment.verdict))
            .text(" at the ")
            .text(gate)
            .text(" gate.");
        return (Some(LostAt::Gate), words);
    }
    if one.fit == Fit::Perhaps {
        let why = match one.entry.matched.judge(asked.seen, asked.switches) {
            Answer::Perhaps(why) => why,
            Answer::Yes | Answer::No(..) => Sentence::new(),
        };
        let words = Sentence::new().text("Cannot be predicted: ").then(&why);
        return (Some(LostAt::Unpredictable), words.text("."));
    }
    match winner {
        Some(winner) if winner.stand == one.stand => {
            (None, Sentence::new().text("Takes the request."))
        }
        Some(winner) => {
            let criterion = winner.compare(one, asked.switches).1;
            let words = Sentence::new()
                .text("Matches the request, but r")
                .then(&rule_words(winner.entry))
                .text(" wins: ")
                .text(criterion.words())
                .text(".");
            (Some(LostAt::Precedence), words)
        }
        None => (
            Some(LostAt::Precedence),
            Sentence::new()
                .text("Matches the request, but a rule that cannot be predicted stands before it."),
        ),
    }
}
