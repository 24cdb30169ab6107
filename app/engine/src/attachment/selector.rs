//! Label selectors exactly as apimachinery validates and evaluates them, term by term.

use crate::nearest::is_near;
use crate::report::{SelectorTerm, TermOutcome};
use crate::resource::gateway::{Expression, LabelSelector};
use std::collections::{BTreeMap, BTreeSet};

/// Labels of a Namespace, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labels {
    /// All of them.
    Known(BTreeMap<String, String>),
    /// Only that the API server sets `kubernetes.io/metadata.name`; the rest is unknown.
    OnlyName(String),
    /// Nothing.
    Unknown,
}

/// The label that the API server puts on every Namespace.
pub const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Labels to set and to remove on a Namespace so that a selector selects it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelChange {
    /// The Namespace.
    pub namespace: String,
    /// Labels to set.
    pub set: BTreeMap<String, String>,
    /// Keys to remove.
    pub remove: BTreeSet<String>,
}

/// What a selector says to a set of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// Selected.
    Yes,
    /// Not selected.
    No,
    /// A term is illegal, so that the selector selects nothing.
    Illegal,
    /// Cannot be told.
    Unknown,
}

/// One requirement, from `matchLabels` or `matchExpressions`.
struct Requirement<'a> {
    key: &'a str,
    operator: &'a str,
    values: Vec<&'a str>,
}

fn requirements(selector: &LabelSelector) -> impl Iterator<Item = Requirement<'_>> {
    let labels = selector
        .match_labels
        .iter()
        .map(|(key, value)| Requirement {
            key,
            operator: "In",
            values: vec![value],
        });
    let expressions = selector.match_expressions.iter().map(
        |Expression {
             key,
             operator,
             values,
         }| Requirement {
            key,
            operator,
            values: values.iter().map(String::as_str).collect(),
        },
    );
    labels.chain(expressions)
}

/// The terms of a selector as people write them.
pub fn texts(selector: &LabelSelector) -> Vec<String> {
    requirements(selector)
        .map(|requirement| requirement.text())
        .collect()
}

/// Evaluates a selector: every term with its outcome, and what follows. No terms selects everything.
pub fn evaluate(selector: &LabelSelector, labels: &Labels) -> (Selected, Vec<SelectorTerm>) {
    let terms: Vec<SelectorTerm> = requirements(selector)
        .map(|requirement| requirement.judge(labels))
        .collect();
    let any = |outcome: TermOutcome| terms.iter().any(|term| term.outcome == outcome);
    let selected = if any(TermOutcome::Illegal) {
        Selected::Illegal
    } else if any(TermOutcome::Missing) || any(TermOutcome::WrongValue) {
        Selected::No
    } else if any(TermOutcome::Unknown) {
        Selected::Unknown
    } else {
        Selected::Yes
    };
    (selected, terms)
}

/// The smallest change of labels that would make a Namespace selected; `None` if no change can.
pub fn change(selector: &LabelSelector, namespace: &str, labels: &Labels) -> Option<LabelChange> {
    let mut change = LabelChange {
        namespace: namespace.to_owned(),
        ..LabelChange::default()
    };
    for requirement in requirements(selector) {
        let outcome = requirement.judge(labels).outcome;
        if outcome == TermOutcome::Illegal
            || (outcome != TermOutcome::Met && requirement.key == NAME_LABEL)
        {
            return None;
        }
        if outcome == TermOutcome::Met {
            continue;
        }
        match requirement.operator {
            "In" => {
                let value = *requirement.values.first()?;
                change
                    .set
                    .insert(requirement.key.to_owned(), value.to_owned());
            }
            "Exists" => {
                change
                    .set
                    .insert(requirement.key.to_owned(), "true".to_owned());
            }
            _ => {
                change.remove.insert(requirement.key.to_owned());
            }
        }
    }
    let contradiction = change.remove.iter().any(|key| change.set.contains_key(key));
    (!contradiction).then_some(change)
}

impl Requirement<'_> {
    fn text(&self) -> String {
        let Requirement {
            key,
            operator,
            values,
        } = self;
        match (*operator, values.as_slice()) {
            ("In", [value]) => format!("{key}={value}"),
            ("NotIn", [value]) => format!("{key}!={value}"),
            ("In", values) => format!("{key} in ({})", values.join(", ")),
            ("NotIn", values) => format!("{key} notin ({})", values.join(", ")),
            ("Exists", []) => (*key).to_owned(),
            ("DoesNotExist", []) => format!("!{key}"),
            (other, values) => format!("{key} {other} ({})", values.join(", ")),
        }
    }

    /// `NewRequirement` of apimachinery: operator, number of values, key and values must be legal.
    fn is_legal(&self) -> bool {
        let values = match self.operator {
            "In" | "NotIn" => !self.values.is_empty(),
            "Exists" | "DoesNotExist" => self.values.is_empty(),
            _ => false,
        };
        values && is_label_key(self.key) && self.values.iter().all(|value| is_label_value(value))
    }

    fn judge(&self, labels: &Labels) -> SelectorTerm {
        let actual = match labels {
            Labels::Known(labels) => labels.get(self.key).cloned(),
            Labels::OnlyName(name) if self.key == NAME_LABEL => Some(name.clone()),
            Labels::OnlyName(_) | Labels::Unknown => None,
        };
        let is_known = match labels {
            Labels::Known(_) => true,
            Labels::OnlyName(_) => self.key == NAME_LABEL,
            Labels::Unknown => false,
        };
        let outcome = if !self.is_legal() {
            TermOutcome::Illegal
        } else if !is_known {
            TermOutcome::Unknown
        } else {
            self.outcome(actual.as_deref())
        };
        let near_miss = match (outcome, labels) {
            (TermOutcome::Missing | TermOutcome::WrongValue, Labels::Known(labels)) => {
                self.near_miss(labels)
            }
            _ => None,
        };
        SelectorTerm {
            text: self.text(),
            key: self.key.to_owned(),
            outcome,
            actual,
            near_miss,
        }
    }

    fn outcome(&self, actual: Option<&str>) -> TermOutcome {
        let is_in = actual.is_some_and(|actual| self.values.contains(&actual));
        match (self.operator, actual) {
            ("In", None) | ("Exists", None) => TermOutcome::Missing,
            ("In", Some(_)) if !is_in => TermOutcome::WrongValue,
            ("NotIn", Some(_)) if is_in => TermOutcome::WrongValue,
            ("DoesNotExist", Some(_)) => TermOutcome::WrongValue,
            _ => TermOutcome::Met,
        }
    }

    /// A label that looks as if it was meant: a slip in the key, or the value in other letters.
    fn near_miss(&self, labels: &BTreeMap<String, String>) -> Option<String> {
        if !matches!(self.operator, "In" | "Exists") {
            return None;
        }
        let same_value = |value: &str| {
            self.values.is_empty()
                || self
                    .values
                    .iter()
                    .any(|wanted| wanted.eq_ignore_ascii_case(value))
        };
        let slip = |(key, value): &(&String, &String)| {
            (*key == self.key && self.values.iter().any(|wanted| is_near(wanted, value)))
                || (is_near(key, self.key) && same_value(value))
        };
        labels
            .iter()
            .find(slip)
            .map(|(key, value)| format!("{key}={value}"))
    }
}

/// A qualified name: an optional DNS subdomain and `/`, then at most 63 letters, digits, `-`, `_`, `.`.
fn is_label_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    prefix.is_none_or(is_subdomain) && !name.is_empty() && is_label_value(name)
}

/// Empty, or at most 63 letters, digits, `-`, `_`, `.` that begin and end with a letter or digit.
fn is_label_value(value: &str) -> bool {
    value.is_empty()
        || (value.len() <= 63
            && is_bounded(
                value,
                |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte),
                |byte| byte.is_ascii_alphanumeric(),
            ))
}

fn is_subdomain(text: &str) -> bool {
    let is_edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 253
        && text
            .split('.')
            .all(|label| is_bounded(label, |byte| is_edge(byte) || byte == b'-', is_edge))
}

fn is_bounded(text: &str, inner: impl Fn(u8) -> bool, edge: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|byte| edge(*byte))
        && bytes.last().is_some_and(|byte| edge(*byte))
        && bytes.iter().all(|byte| inner(*byte))
}
