//! The namespace gate: `listeners[].allowedRoutes.namespaces` against the labels of the route's Namespace.

use super::finding::{Finding, Ruling, cannot_see};
use super::remedy;
use super::selector::{self, Labels, NAME_LABEL, Selected};
use crate::object::Kind;
use crate::report::{
    Evidence, Gate, NamespaceEvidence, NamespacedName, Owner as Who, SelectorTerm, TermOutcome,
};
use crate::resource::gateway::{LabelSelector, Listener, RouteNamespaces};
use crate::sentence::Sentence;
use crate::snapshot::{KindState, Snapshot};
use std::collections::BTreeMap;

/// How many labels evidence carries at most; those that the selector asks for are always among them.
const LABELS: usize = 64;

/// Labels of a Namespace, with the one that the API server adds.
///
/// In files a Namespace that is only mentioned counts as existing with that label alone.
pub fn labels(world: &Snapshot, namespace: &str) -> Labels {
    if let Some(found) = world.namespace(namespace) {
        let mut labels = found.metadata.labels.clone();
        labels.insert(NAME_LABEL.to_owned(), namespace.to_owned());
        return Labels::Known(labels);
    }
    let only_files = world.state(Kind::Namespace) == KindState::Complete;
    let unreadable = world.is_unreadable(&Kind::Namespace.id("", namespace));
    if only_files && !unreadable && !world.may_hide(Kind::Namespace) {
        Labels::Mentioned(namespace.to_owned())
    } else {
        Labels::Unknown(namespace.to_owned())
    }
}

/// Whom a listener admits, in words that follow its name: "admits namespaces with `a=b`".
pub fn admits(listener: &Listener, gateway_namespace: &str) -> Sentence {
    let rule = &listener.allowed_routes.namespaces;
    let start = Sentence::new();
    match (rule.from_or_default(), &rule.selector) {
        ("All", _) => start.text("admits every namespace"),
        ("Same", _) => start
            .text("admits only its own namespace ")
            .name(gateway_namespace),
        ("Selector", None) => start.text("admits nobody: it asks for a selector and has none"),
        ("Selector", Some(selector)) => admits_selector(selector),
        (other, _) => start
            .text("has the rule ")
            .name(&format!("from: {other}"))
            .text(", which Gatewatch does not know"),
    }
}

fn admits_selector(selector: &LabelSelector) -> Sentence {
    if let Some((term, why)) = selector::illegal(selector) {
        return Sentence::new()
            .text("admits nobody: its selector has the illegal term ")
            .name(&term)
            .text(" (")
            .text(why)
            .text(")");
    }
    let texts = selector::texts(selector);
    if texts.is_empty() {
        Sentence::new().text("admits every namespace (its selector is empty)")
    } else {
        Sentence::new()
            .text("admits namespaces with ")
            .names(&texts, " and ")
    }
}

/// The object that declares a listener.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Its name; `Same` means its namespace.
    pub name: &'a NamespacedName,
    /// Its kind as kubectl takes it: `gateway`, `listenerset`.
    pub kind: &'static str,
}

/// What a rule of a listener in namespace `owner` says to a Namespace with these labels, without words.
pub fn ruling(rule: &RouteNamespaces, owner: &str, labels: &Labels) -> Ruling {
    let refused = |intended| Ruling::failed("NotAllowedByListeners", intended);
    match (rule.from_or_default(), &rule.selector) {
        ("All", _) => Ruling::PASSED,
        ("Same", _) if labels.namespace() == owner => Ruling::PASSED,
        ("Same", _) => refused(true),
        ("Selector", None) => refused(false),
        ("Selector", Some(selector)) => match selector::selected(selector, labels) {
            Selected::Yes => Ruling::PASSED,
            Selected::Illegal => refused(false),
            Selected::No => refused(is_intended(selector, labels)),
            Selected::Unknown => Ruling::UNKNOWN,
        },
        (_, _) => Ruling::UNKNOWN,
    }
}

/// Whether somebody evidently wanted a selector not to select: no label looks like a slip of the pen, and the labels
/// were there to be seen.
fn is_intended(selector: &LabelSelector, labels: &Labels) -> bool {
    matches!(labels, Labels::Known(_)) && !selector::has_near_miss(selector, labels)
}

/// Judges a listener, the `index`th of its owner, for a route's Namespace.
pub fn judge(
    world: &Snapshot,
    owner: Owner<'_>,
    (index, listener): (usize, &Listener),
    namespace: &str,
) -> Finding {
    let gateway = owner.name;
    let rule = &listener.allowed_routes.namespaces;
    let from = rule.from_or_default();
    let labels = labels(world, namespace);
    let admits = Sentence::new()
        .text("Listener ")
        .name(&listener.name)
        .text(" ")
        .then(&admits(listener, &gateway.namespace));
    let mut terms = Vec::new();
    let finding = match (from, &rule.selector) {
        ("All", _) => passed("any namespace", admits.text(".")),
        ("Same", _) if namespace == gateway.namespace => {
            passed("same namespace", admits.text(", where the route is."))
        }
        ("Same", _) => other_namespace(admits, owner, index, namespace),
        ("Selector", None) => {
            let brief = Sentence::new().text("admits nobody: it asks for a selector and has none");
            failed("no selector", admits.text("."), brief).remedy(
                Who::Platform,
                Sentence::new()
                    .text("A platform engineer can give the listener a selector, or another ")
                    .name("from")
                    .text("."),
                None,
            )
        }
        ("Selector", Some(selector)) => {
            let (selected, judged) = selector::evaluate(selector, &labels);
            terms = judged;
            match selected {
                Selected::Yes => selected_by(admits, &terms, &labels),
                Selected::Illegal => illegal(admits, selector),
                Selected::No => not_selected(admits, selector, &terms, &labels),
                Selected::Unknown => not_known(world, admits, namespace),
            }
        }
        (other, _) => {
            let sentence = admits
                .text("; ")
                .name(other)
                .text(" is none of All, Same, Selector.");
            Finding::unknown(Gate::Namespace, "rule not known", sentence)
        }
    };
    let field = if from == "Selector" { ".selector" } else { "" };
    finding.evidence(Evidence::Namespace(NamespaceEvidence {
        path: format!("spec.listeners[{index}].allowedRoutes.namespaces{field}"),
        from: from.to_owned(),
        labels: labels.known().map(|labels| few(&labels, &terms)),
        terms,
        namespace: namespace.to_owned(),
    }))
}

/// The labels that a selector asks for, and others up to a bound.
fn few(labels: &BTreeMap<String, String>, terms: &[SelectorTerm]) -> BTreeMap<String, String> {
    let asked = |key: &String| terms.iter().any(|term| term.key == *key);
    let (wanted, others): (Vec<_>, Vec<_>) = labels.iter().partition(|(key, _)| asked(key));
    let room = LABELS.saturating_sub(wanted.len());
    let all = wanted.into_iter().chain(others.into_iter().take(room));
    all.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn passed(summary: &str, sentence: Sentence) -> Finding {
    Finding::passed(Gate::Namespace, summary, sentence).brief(Sentence::new().text(summary))
}

fn failed(summary: &str, sentence: Sentence, brief: Sentence) -> Finding {
    Finding::failed(Gate::Namespace, summary, sentence, "NotAllowedByListeners").brief(brief)
}

fn selected_by(admits: Sentence, terms: &[SelectorTerm], labels: &Labels) -> Finding {
    let texts: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
    let brief = match texts.as_slice() {
        [] => Sentence::new().text("any namespace"),
        [one] => Sentence::new().text("namespace label ").name(one),
        several => Sentence::new()
            .text("namespace labels ")
            .names(several, " and "),
    };
    let namespace = Sentence::new().text("namespace ").name(labels.namespace());
    let sentence = match labels {
        _ if texts.is_empty() => admits.text("."),
        Labels::Mentioned(_) => admits.text("; ").then(&namespace).text(
            " is not in these files and counts as having no label but its name, which suffices.",
        ),
        Labels::Known(_) | Labels::Unknown(_) => {
            admits.text("; ").then(&namespace).text(" is one of them.")
        }
    };
    let summary = match texts.as_slice() {
        [] => "any namespace",
        [_] => "label present",
        _ => "labels present",
    };
    Finding::passed(Gate::Namespace, summary, sentence).brief(brief)
}

fn other_namespace(admits: Sentence, owner: Owner<'_>, index: usize, namespace: &str) -> Finding {
    let gateway = owner.name;
    let sentence = admits
        .text("; the route is in namespace ")
        .name(namespace)
        .text(".");
    let brief = Sentence::new()
        .text("refuses namespace ")
        .name(namespace)
        .text(": it admits only its own, ")
        .name(&gateway.namespace);
    let remedy = Sentence::new()
        .text("If this route should attach, a platform engineer can admit namespace ")
        .name(namespace)
        .text(" with a selector on the listener.");
    let command = remedy::admit_namespace(owner, index, namespace);
    let mut finding =
        failed("other namespace", sentence, brief).remedy(Who::Platform, remedy, command);
    finding.intended = true;
    finding
}

fn illegal(admits: Sentence, selector: &LabelSelector) -> Finding {
    let brief = admits_selector(selector);
    failed("illegal selector", admits.text("."), brief).remedy(
        Who::Platform,
        Sentence::new().text(
            "A platform engineer can correct the selector; until then the listener admits nobody.",
        ),
        None,
    )
}

fn not_known(world: &Snapshot, admits: Sentence, namespace: &str) -> Finding {
    let admits = admits.text("; ");
    let sentence = if world.is_unreadable(&Kind::Namespace.id("", namespace)) {
        admits
            .text("namespace ")
            .name(namespace)
            .text(" is there but cannot be read; see the problems under Visibility.")
    } else if world.state(Kind::Namespace).is_complete() && !world.may_hide(Kind::Namespace) {
        admits
            .text("namespace ")
            .name(namespace)
            .text(" has not been seen, so its labels are not known.")
    } else {
        admits
            .text("Gatewatch cannot see the labels of namespace ")
            .name(namespace)
            .text(".")
            .then(&cannot_see(world, Kind::Namespace))
    };
    Finding::unknown(Gate::Namespace, "labels not known", sentence)
}

fn not_selected(
    admits: Sentence,
    selector: &LabelSelector,
    terms: &[SelectorTerm],
    labels: &Labels,
) -> Finding {
    let unmet: Vec<&SelectorTerm> = terms
        .iter()
        .filter(|term| matches!(term.outcome, TermOutcome::Missing | TermOutcome::WrongValue))
        .collect();
    let namespace = labels.namespace();
    let is_mentioned = matches!(labels, Labels::Mentioned(_));
    let mut sentence = admits.text("; namespace ").name(namespace).text(" ");
    if is_mentioned {
        sentence =
            sentence.text("is not in these files and counts as having no label but its name");
    }
    let mut brief = Sentence::new()
        .text("refuses namespace ")
        .name(namespace)
        .text(": it ");
    for (index, term) in unmet.iter().enumerate() {
        let and = if index == 0 { "" } else { " and " };
        brief = brief.text(and).then(&why(term));
        if !is_mentioned {
            sentence = sentence.text(and).then(&why(term));
        }
    }
    let is_missing = |term: &&SelectorTerm| term.outcome == TermOutcome::Missing;
    let summary = if unmet.iter().all(is_missing) {
        "label missing"
    } else {
        "label differs"
    };
    let mut finding = failed(summary, sentence.text("."), brief);
    finding.intended = is_intended(selector, labels);
    let change = selector::change(selector, namespace, labels);
    let start = Sentence::new().text("If this route should attach, a platform engineer can ");
    let text = match &change {
        Some(_) => start.text("label the namespace."),
        None => start
            .text("change the selector: no label of namespace ")
            .name(namespace)
            .text(" can satisfy it."),
    };
    let command = change
        .as_ref()
        .and_then(|change| remedy::label(change, labels));
    finding.change = change;
    finding.remedy(Who::Platform, text, command)
}

/// "has no label `a`", "has `a=c`", with a near miss called out.
fn why(term: &SelectorTerm) -> Sentence {
    let sentence = match (&term.outcome, &term.actual) {
        (TermOutcome::Missing, _) => Sentence::new().text("has no label ").name(&term.key),
        (_, Some(actual)) => Sentence::new()
            .text("has ")
            .name(&format!("{}={actual}", term.key)),
        (_, None) => Sentence::new().text("does not satisfy ").name(&term.text),
    };
    match &term.near_miss {
        Some(near) if term.outcome == TermOutcome::Missing => sentence
            .text(" (it has ")
            .name(near)
            .text(": a typing error?)"),
        Some(_) => sentence.text(" (a typing error? values are compared letter by letter)"),
        None => sentence,
    }
}
