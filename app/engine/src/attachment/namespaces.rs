//! The namespace gate: `listeners[].allowedRoutes.namespaces` against the labels of the route's Namespace.

use super::selector::{self, LabelChange, Labels, NAME_LABEL, Selected};
use super::{Finding, cannot_see};
use crate::object::Kind;
use crate::report::{
    Evidence, Gate, GateOutcome, NamespaceEvidence, Owner, SelectorTerm, TermOutcome,
};
use crate::resource::gateway::{LabelSelector, Listener};
use crate::sentence::{Sentence, visible};
use crate::shell;
use crate::snapshot::Snapshot;

/// Labels of a Namespace, with the one that the API server adds.
pub fn labels(world: &Snapshot, namespace: &str) -> Labels {
    if let Some(found) = world.namespace(namespace) {
        let mut labels = found.metadata.labels.clone();
        labels.insert(NAME_LABEL.to_owned(), namespace.to_owned());
        return Labels::Known(labels);
    }
    let is_there = world.state(Kind::Namespace).is_complete()
        && !world.is_unreadable(&Kind::Namespace.id("", namespace));
    if is_there {
        Labels::OnlyName(namespace.to_owned())
    } else {
        Labels::Unknown
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
            .name(other)
            .text(", which Gatewatch does not know"),
    }
}

fn admits_selector(selector: &LabelSelector) -> Sentence {
    let texts = selector::texts(selector);
    if texts.is_empty() {
        return Sentence::new().text("admits every namespace (its selector is empty)");
    }
    let (selected, terms) = selector::evaluate(selector, &Labels::Unknown);
    if selected == Selected::Illegal {
        let illegal = terms
            .iter()
            .find(|term| term.outcome == TermOutcome::Illegal);
        let text = illegal.map_or_else(String::new, |term| term.text.clone());
        return Sentence::new()
            .text("admits nobody: its selector has the illegal term ")
            .name(&text);
    }
    list(Sentence::new().text("admits namespaces with "), &texts)
}

fn list(mut sentence: Sentence, names: &[String]) -> Sentence {
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            sentence = sentence.text(if index + 1 == names.len() {
                " and "
            } else {
                ", "
            });
        }
        sentence = sentence.name(name);
    }
    sentence
}

/// Judges a listener (its index in the spec is for the path) for a route's Namespace.
pub fn judge(
    world: &Snapshot,
    listener: &Listener,
    index: usize,
    (gateway_namespace, gateway): (&str, &str),
    namespace: &str,
) -> Finding {
    let rule = &listener.allowed_routes.namespaces;
    let from = rule.from_or_default();
    let labels = labels(world, namespace);
    let admits = Sentence::new()
        .text("Listener ")
        .name(&listener.name)
        .text(" ")
        .then(&admits(listener, gateway_namespace));
    let mut terms = Vec::new();
    let finding = match (from, &rule.selector) {
        ("All", _) => passed("any namespace", admits.text(".")),
        ("Same", _) if namespace == gateway_namespace => {
            passed("same namespace", admits.text(", where the route is."))
        }
        ("Same", _) => same_refused(admits, (gateway_namespace, gateway, index), namespace),
        ("Selector", None) => {
            let remedy = Sentence::new()
                .text("A platform engineer can give the listener a selector, or another ")
                .name("from")
                .text(".");
            failed("no selector", admits.text(".")).remedy(Owner::Platform, remedy, None)
        }
        ("Selector", Some(selector)) => {
            let (selected, judged) = selector::evaluate(selector, &labels);
            let finding = by_selector(admits, selector, (selected, &judged), &labels, namespace);
            terms = judged;
            finding
        }
        (other, _) => Finding::new(
            Gate::Namespace,
            GateOutcome::Unknown,
            "rule not known",
            admits
                .text("; ")
                .name(other)
                .text(" is none of All, Same, Selector."),
        ),
    };
    let field = if from == "Selector" { ".selector" } else { "" };
    finding.evidence(Evidence::Namespace(NamespaceEvidence {
        path: format!("spec.listeners[{index}].allowedRoutes.namespaces{field}"),
        from: from.to_owned(),
        terms,
        namespace: namespace.to_owned(),
        labels: match labels {
            Labels::Known(labels) => Some(labels),
            Labels::OnlyName(_) | Labels::Unknown => None,
        },
    }))
}

fn passed(summary: &str, sentence: Sentence) -> Finding {
    Finding::new(Gate::Namespace, GateOutcome::Passed, summary, sentence)
}

fn failed(summary: &str, sentence: Sentence) -> Finding {
    Finding::new(Gate::Namespace, GateOutcome::Failed, summary, sentence)
        .reason("NotAllowedByListeners")
}

fn same_refused(
    admits: Sentence,
    (gateway_namespace, gateway, index): (&str, &str, usize),
    namespace: &str,
) -> Finding {
    let sentence = admits
        .text("; the route is in namespace ")
        .name(namespace)
        .text(".");
    let patch = format!(
        r#"[{{"op":"add","path":"/spec/listeners/{index}/allowedRoutes","value":{{"namespaces":{{"from":"Selector","selector":{{"matchLabels":{{"{NAME_LABEL}":{}}}}}}}}}}}]"#,
        serde_json::Value::from(namespace)
    );
    let command = format!(
        "kubectl patch gateway {} -n {} --type=json -p {}",
        shell::quote(gateway),
        shell::quote(gateway_namespace),
        shell::quote(&patch)
    );
    let remedy = Sentence::new()
        .text("If this route should attach, a platform engineer can admit namespace ")
        .name(namespace)
        .text(" with a selector on the listener; mind that the command replaces its ")
        .name("allowedRoutes")
        .text(".");
    let mut finding =
        failed("other namespace", sentence).remedy(Owner::Platform, remedy, Some(command));
    finding.intended = true;
    finding
}

fn by_selector(
    admits: Sentence,
    selector: &LabelSelector,
    (selected, terms): (Selected, &[SelectorTerm]),
    labels: &Labels,
    namespace: &str,
) -> Finding {
    match selected {
        Selected::Yes => {
            let texts: Vec<String> = terms
                .iter()
                .map(|term| visible(&term.text).replace('`', "\u{2cb}"))
                .collect();
            let summary = match texts.as_slice() {
                [] => "any namespace".to_owned(),
                texts => format!("namespace label `{}`", texts.join(", ")),
            };
            passed(
                &summary,
                admits
                    .text("; namespace ")
                    .name(namespace)
                    .text(" has what it asks for."),
            )
        }
        Selected::Illegal => {
            let remedy = Sentence::new().text("A platform engineer can correct the selector; until then the listener admits nobody.");
            failed("illegal selector", admits.text(".")).remedy(Owner::Platform, remedy, None)
        }
        Selected::No => refused(admits, selector, terms, labels, namespace),
        Selected::Unknown => {
            let sentence = admits.text("; ").then(&match labels {
                Labels::OnlyName(_) => Sentence::new()
                    .text("namespace ")
                    .name(namespace)
                    .text(" is not among the objects that were read, so its labels are not known."),
                Labels::Known(_) | Labels::Unknown => Sentence::new()
                    .text("Gatewatch cannot read the labels of namespace ")
                    .name(namespace)
                    .text(".")
                    .then(&cannot_see(Kind::Namespace)),
            });
            Finding::new(
                Gate::Namespace,
                GateOutcome::Unknown,
                "labels not known",
                sentence,
            )
        }
    }
}

fn refused(
    admits: Sentence,
    selector: &LabelSelector,
    terms: &[SelectorTerm],
    labels: &Labels,
    namespace: &str,
) -> Finding {
    let unmet = |term: &&SelectorTerm| {
        matches!(term.outcome, TermOutcome::Missing | TermOutcome::WrongValue)
    };
    let mut sentence = admits.text("; namespace ").name(namespace).text(" ");
    for (index, term) in terms.iter().filter(unmet).enumerate() {
        sentence = sentence
            .text(if index == 0 { "" } else { " and " })
            .then(&why(term));
    }
    let near = terms.iter().any(|term| term.near_miss.is_some());
    let missing = terms
        .iter()
        .filter(unmet)
        .all(|term| term.outcome == TermOutcome::Missing);
    let mut finding = failed(
        if missing {
            "label missing"
        } else {
            "label differs"
        },
        sentence.text("."),
    );
    finding.intended = !near;
    let change = selector::change(selector, namespace, labels);
    let mut remedy = Sentence::new().text("If this route should attach, a platform engineer can ");
    remedy = match &change {
        Some(_) => remedy.text("label the namespace."),
        None => remedy
            .text("widen the selector: no label of namespace ")
            .name(namespace)
            .text(" can satisfy it."),
    };
    let command = change.as_ref().map(|change| label_command(change, labels));
    finding.change = change;
    finding.remedy(Owner::Platform, remedy, command)
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
            .text(", perhaps a slip of the pen)"),
        Some(_) => {
            sentence.text(" (perhaps a slip of the pen: values are compared letter by letter)")
        }
        None => sentence,
    }
}

/// `kubectl label namespace hr shared-gateway-access=true`.
pub fn label_command(change: &LabelChange, labels: &Labels) -> String {
    let mut command = format!(
        "kubectl label namespace {}",
        shell::quote(&change.namespace)
    );
    for (key, value) in &change.set {
        command.push(' ');
        command.push_str(&shell::quote(&format!("{key}={value}")));
    }
    for key in &change.remove {
        command.push(' ');
        command.push_str(&shell::quote(&format!("{key}-")));
    }
    let overwrites = matches!(labels, Labels::Known(labels) if change.set.keys().any(|key| labels.contains_key(key)));
    if overwrites {
        command.push_str(" --overwrite");
    }
    command
}
