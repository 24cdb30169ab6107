//! Label selectors exactly as apimachinery validates and evaluates them, term by term.

use crate::nearest::is_near;
use crate::report::{SelectorTerm, TermOutcome};
use crate::resource::gateway::{Expression, LabelSelector};
use std::collections::{BTreeMap, BTreeSet};

/// Labels of a Namespace, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labels {
    /// All of them, the one with the name among them.
    Known(BTreeMap<String, String>),
    /// The Namespace is only mentioned in files: it counts as having the label with its name alone.
    Mentioned(String),
    /// Nothing but the label with its name.
    Unknown(String),
}

impl Labels {
    /// Name of the Namespace.
    pub fn namespace(&self) -> &str {
        match self {
            Self::Known(labels) => labels.get(NAME_LABEL).map_or("", String::as_str),
            Self::Mentioned(name) | Self::Unknown(name) => name,
        }
    }

    /// All labels, if they are known or taken as known.
    pub fn known(&self) -> Option<BTreeMap<String, String>> {
        match self {
            Self::Known(labels) => Some(labels.clone()),
            Self::Mentioned(name) => Some(BTreeMap::from([(NAME_LABEL.to_owned(), name.clone())])),
            Self::Unknown(_) => None,
        }
    }

    /// A label's value; the outer `None` if it cannot be told.
    fn get(&self, key: &str) -> Option<Option<&str>> {
        match self {
            Self::Known(labels) => Some(labels.get(key).map(String::as_str)),
            Self::Mentioned(name) | Self::Unknown(name) if key == NAME_LABEL => Some(Some(name)),
            Self::Mentioned(_) => Some(None),
            Self::Unknown(_) => None,
        }
    }
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

/// The first illegal term of a selector and what is illegal about it: such a selector selects nothing.
pub fn illegal(selector: &LabelSelector) -> Option<(String, &'static str)> {
    requirements(selector).find_map(|requirement| {
        let why = requirement.illegal()?;
        Some((requirement.text(), why))
    })
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

/// What follows from a selector, as [`evaluate`] has it, without its terms.
pub fn selected(selector: &LabelSelector, labels: &Labels) -> Selected {
    let mut worst = Selected::Yes;
    for requirement in requirements(selector) {
        if requirement.illegal().is_some() {
            return Selected::Illegal;
        }
        match labels.get(requirement.key) {
            None if worst == Selected::Yes => worst = Selected::Unknown,
            None => {}
            Some(value) if requirement.outcome(value) != TermOutcome::Met => worst = Selected::No,
            Some(_) => {}
        }
    }
    worst
}

/// True if a term is not met and a label looks as if it was meant.
pub fn has_near_miss(selector: &LabelSelector, labels: &Labels) -> bool {
    requirements(selector).any(|requirement| requirement.judge(labels).near_miss.is_some())
}

/// The smallest change of labels that would make a Namespace selected; `None` if no change can.
///
/// Found by setting and removing what each unmet term asks for, and believed only if the selector then selects.
pub fn change(selector: &LabelSelector, namespace: &str, labels: &Labels) -> Option<LabelChange> {
    let mut change = LabelChange {
        namespace: namespace.to_owned(),
        ..LabelChange::default()
    };
    let mut then = labels.known()?;
    for requirement in requirements(selector) {
        let key = requirement.key.to_owned();
        let is_met = requirement.judge(&Labels::Known(then.clone())).outcome == TermOutcome::Met;
        if is_met {
            continue;
        }
        if requirement.key == NAME_LABEL {
            return None;
        }
        match requirement.operator {
            "In" | "Exists" => {
                let value = requirement.acceptable(selector)?.to_owned();
                then.insert(key.clone(), value.clone());
                change.set.insert(key, value);
            }
            _ => {
                then.remove(&key);
                change.remove.insert(key);
            }
        }
    }
    let selected = evaluate(selector, &Labels::Known(then)).0 == Selected::Yes;
    let touched_twice = change.remove.iter().any(|key| change.set.contains_key(key));
    (selected && !touched_twice).then_some(change)
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

    /// What is wrong with it by `NewRequirement` of apimachinery: operator, number of values, key and values.
    fn illegal(&self) -> Option<&'static str> {
        match (self.operator, self.values.is_empty()) {
            ("In" | "NotIn", true) => return Some("In and NotIn need values"),
            ("Exists" | "DoesNotExist", false) => {
                return Some("Exists and DoesNotExist take no values");
            }
            ("In" | "NotIn", false) | ("Exists" | "DoesNotExist", true) => {}
            _ => return Some("the operators are In, NotIn, Exists and DoesNotExist"),
        }
        if !is_label_key(self.key) {
            return Some("no label can have this key");
        }
        let values = self.values.iter().all(|value| is_label_value(value));
        (!values).then_some("no label can have such a value")
    }

    /// A value that all terms about this key would take.
    fn acceptable<'a>(&self, selector: &'a LabelSelector) -> Option<&'a str> {
        let same_key = || requirements(selector).filter(|other| other.key == self.key);
        let values: Vec<&str> = same_key()
            .filter(|other| other.operator == "In")
            .flat_map(|other| other.values)
            .chain(["true", "yes"])
            .collect();
        values
            .into_iter()
            .find(|value| same_key().all(|other| other.outcome(Some(value)) == TermOutcome::Met))
    }

    fn judge(&self, labels: &Labels) -> SelectorTerm {
        let value = labels.get(self.key);
        let outcome = match value {
            _ if self.illegal().is_some() => TermOutcome::Illegal,
            None => TermOutcome::Unknown,
            Some(value) => self.outcome(value),
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
            actual: value.flatten().map(str::to_owned),
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

    /// A label that looks as if it was meant: a slip in the key, or in the value.
    fn near_miss(&self, labels: &BTreeMap<String, String>) -> Option<String> {
        if !matches!(self.operator, "In" | "Exists") || self.key == NAME_LABEL {
            return None;
        }
        let takes = |value: &str| {
            self.values.is_empty()
                || self
                    .values
                    .iter()
                    .any(|wanted| *wanted == value || is_near(wanted, value))
        };
        let slip = |(key, value): &(&String, &String)| {
            (*key == self.key && takes(value))
                || (*key != NAME_LABEL && is_near(key, self.key) && takes(value))
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
