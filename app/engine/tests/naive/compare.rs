//! Compares the engine's report with the naive answer and counts what occurred.
//!
//! Every word of the engine has to be one of those that the naive answer holds possible. Several are possible, and to
//! know nothing is one of them, only where the specification leaves it open: for protocols and parents of other groups
//! than its own, for a Service as parent, for a certificate in a Secret (no world has Secrets) or named by `options`
//! only, and for the `Accepted` of a listener whose selector is illegal.

use crate::answer::{Answer, Parent, ParentKey, Said, Words};
use crate::listening::{Conditions, Listener};
use engine::Report;
use engine::report::{Attachment, Computed, ListenerReport, Status, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// A difference: about what (`accepted`), where, and both answers.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) what: &'static str,
    pub(crate) place: String,
    pub(crate) answers: String,
}

/// What was compared: the differences, and how often each word occurred.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) differences: Vec<Difference>,
    pub(crate) occurred: BTreeMap<(&'static str, String), usize>,
}

impl Comparison {
    /// Takes the engine's word if it is one of those expected.
    fn words(&mut self, what: &'static str, place: &str, expected: &Words, got: &str) {
        *self.occurred.entry((what, got.to_owned())).or_default() += 1;
        if got == "Unknown" && expected.len() > 1 {
            let left = ("left open where more may be said", what.to_owned());
            *self.occurred.entry(left).or_default() += 1;
        }
        if !expected.contains(got) {
            self.differ(what, place, format!("naive {expected:?}, engine {got:?}"));
        }
    }

    fn differ(&mut self, what: &'static str, place: &str, answers: String) {
        self.differences.push(Difference {
            what,
            place: place.to_owned(),
            answers,
        });
    }

    fn equal<T: PartialEq + Debug>(&mut self, what: &'static str, place: &str, naive: &T, got: &T) {
        if naive != got {
            self.differ(what, place, format!("naive {naive:?}, engine {got:?}"));
        }
    }
}

/// Compares the whole.
pub(crate) fn compare(naive: &Answer, report: &Report) -> Comparison {
    let mut comparison = Comparison::default();
    parents(&mut comparison, naive, report);
    listeners(&mut comparison, naive, report);
    for set in &report.listener_sets {
        let name = format!("{}/{}", set.namespace, set.name);
        if let Some(admitted) = naive.sets.get(&name) {
            let got = written(set.conditions.get("Accepted"));
            *comparison.occurred.entry(("set", got.clone())).or_default() += 1;
            let refused = got == "False NotAllowed";
            comparison.equal("set", &name, &!admitted, &refused);
        }
    }
    comparison
}

/// `True Accepted`; `none` where nothing is written. Unknown has no reason here.
fn written(condition: Option<&Computed>) -> String {
    match condition {
        None => "none".to_owned(),
        Some(Computed { status, .. }) if *status == Status::Unknown => "Unknown".to_owned(),
        Some(Computed { status, reason }) => format!("{status:?} {reason}"),
    }
}

fn parents(comparison: &mut Comparison, naive: &Answer, report: &Report) {
    let mut said: BTreeMap<ParentKey, Vec<&Attachment>> = BTreeMap::new();
    for one in &report.attachments {
        let route = &one.route;
        let name = format!("{} {}/{}", route.kind.as_str(), route.namespace, route.name);
        let index = usize::try_from(one.parent_ref.index).expect("few parentRefs");
        said.entry((name, index)).or_default().push(one);
    }
    let expected: Vec<_> = naive.parents.keys().collect();
    let got: Vec<_> = said.keys().collect();
    comparison.equal("parentRefs", "all", &expected, &got);
    for (key, attachments) in &said {
        if let Some(parent) = naive.parents.get(key) {
            let place = format!("{} parentRefs[{}]", key.0, key.1);
            entries(comparison, &place, parent, attachments);
            candidates(comparison, &place, parent, attachments);
        }
    }
}

fn entries(comparison: &mut Comparison, place: &str, naive: &Parent, attachments: &[&Attachment]) {
    let Some(computed) = attachments.first().map(|one| &one.computed) else {
        return;
    };
    for one in attachments {
        comparison.equal("one entry", place, computed, &one.computed);
    }
    let none = || Words::from(["none".to_owned()]);
    let (accepted, resolved) = naive.entry.clone().unwrap_or_else(|| (none(), none()));
    let got = written(computed.accepted.as_ref());
    comparison.words("accepted", place, &accepted, &got);
    let got = written(computed.resolved_refs.as_ref());
    comparison.words("resolvedRefs", place, &resolved, &got);
}

/// What each listener says. Of listeners that the parentRef does not select the engine may say `NoMatchingParent`,
/// and nothing of listeners of a parent that is nobody's.
fn candidates(
    comparison: &mut Comparison,
    place: &str,
    naive: &Parent,
    attachments: &[&Attachment],
) {
    let silence = if naive.entry.is_none() {
        ""
    } else {
        "NoMatchingParent"
    };
    let mut heard = BTreeSet::new();
    for one in attachments {
        let Some(key) = attached_key(one) else {
            let unattached = one.verdict != Verdict::Attached;
            comparison.equal("listener", place, &true, &unattached);
            continue;
        };
        let at = format!("{place} at {key}");
        let got = match one.verdict {
            Verdict::Attached => "Accepted",
            Verdict::Unknown => "Unknown",
            Verdict::Refused | Verdict::Orphan => one.reason,
        };
        let Some(said) = naive.listeners.get(&key) else {
            comparison.words("listener", &at, &Words::from([silence.to_owned()]), got);
            continue;
        };
        comparison.words("listener", &at, &words(said), got);
        if got == "Accepted" {
            let got: BTreeSet<String> = one.hostnames.iter().cloned().collect();
            comparison.equal("hostnames", &at, &said.hostnames, &got);
        }
        heard.insert(key);
    }
    let expected: BTreeSet<_> = naive.listeners.keys().cloned().collect();
    comparison.equal("candidates", place, &expected, &heard);
}

/// The words that a listener may answer with. If it is not known whether it takes the route, none is decided.
fn words(said: &Said) -> Words {
    let surely_refused = !said.reasons.contains("Accepted");
    let decided = said.reasons.len() == 1 || surely_refused;
    let reasons = said.reasons.iter().filter(|_| decided);
    let mut words: Words = reasons.map(|one| (*one).to_owned()).collect();
    if said.open {
        words.insert("Unknown".to_owned());
    }
    words
}

fn attached_key(one: &Attachment) -> Option<String> {
    let listener = one.listener.as_ref()?;
    let (kind, owner) = match &one.listener_set {
        Some(set) => ("ListenerSet", set),
        None => ("Gateway", one.gateway.as_ref()?),
    };
    Some(format!(
        "{kind} {}/{} {listener}",
        owner.namespace, owner.name
    ))
}

fn listeners(comparison: &mut Comparison, naive: &Answer, report: &Report) {
    let got: BTreeSet<String> = report.gateways.iter().map(gateway_name).collect();
    let expected: BTreeSet<String> = naive.listeners.keys().cloned().collect();
    comparison.equal("gateways", "all", &expected, &got);
    for gateway in &report.gateways {
        let name = gateway_name(gateway);
        let expected = naive.listeners.get(&name).map_or(&[][..], Vec::as_slice);
        let keys: Vec<_> = expected.iter().map(|one| one.key.clone()).collect();
        let got: Vec<_> = gateway
            .listeners
            .iter()
            .map(|one| key(&name, one))
            .collect();
        comparison.equal("order of listeners", &name, &keys, &got);
        for (naive, one) in expected.iter().zip(&gateway.listeners) {
            listener(comparison, report, naive, one);
        }
    }
}

fn gateway_name(gateway: &engine::report::GatewayReport) -> String {
    format!("{}/{}", gateway.namespace, gateway.name)
}

fn key(gateway: &str, listener: &ListenerReport) -> String {
    match &listener.listener_set {
        Some(set) => format!(
            "ListenerSet {}/{} {}",
            set.namespace, set.name, listener.name
        ),
        None => format!("Gateway {gateway} {}", listener.name),
    }
}

fn listener(comparison: &mut Comparison, report: &Report, naive: &Listener, got: &ListenerReport) {
    let counted = usize::try_from(got.attached_routes.computed).expect("few routes");
    comparison.equal(
        "attachedRoutes",
        &naive.key,
        &naive.attached.len(),
        &counted,
    );
    let attached: BTreeSet<String> = report
        .attachments
        .iter()
        .filter(|one| one.verdict == Verdict::Attached)
        .filter(|one| attached_key(one).as_ref() == Some(&naive.key))
        .map(|one| &one.route)
        .map(|route| format!("{} {}/{}", route.kind.as_str(), route.namespace, route.name))
        .collect();
    comparison.equal("attached", &naive.key, &naive.attached, &attached);
    if let Some(conditions) = &naive.conditions {
        compare_conditions(comparison, &naive.key, conditions, got);
    }
}

fn compare_conditions(
    comparison: &mut Comparison,
    place: &str,
    naive: &Conditions,
    got: &ListenerReport,
) {
    let get = |name: &str| written(got.conditions.get(name));
    // A condition that is left out is undecided, except that without conflict there is nothing to write.
    let known = |name: &str| get(name).replace("none", "Unknown");
    let mut conflicted = naive.conflicted.clone();
    if conflicted.is_empty() {
        conflicted.insert("none".to_owned());
        conflicted.insert("False NoConflicts".to_owned());
    }
    comparison.words("conflicted", place, &conflicted, &get("Conflicted"));
    let accepted = known("Accepted");
    comparison.words("listener accepted", place, &naive.accepted, &accepted);
    let references = known("ResolvedRefs");
    comparison.words(
        "listener resolvedRefs",
        place,
        &naive.resolved_refs,
        &references,
    );
    if let Some(kinds) = &naive.supported_kinds {
        let got = got.supported_kinds.iter().map(String::as_str).collect();
        comparison.equal("supportedKinds", place, kinds, &got);
    }
}
