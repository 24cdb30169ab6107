//! The filter grammar of pages and API: words, and `key:value` terms; all must hold.

use engine::report::{Attachment, Report};

/// A parsed filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Word(String),
    Keyed(Key, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Verdict,
    Namespace,
    Gateway,
    Gate,
    Kind,
    Listener,
    Route,
    Agreement,
}

const KEYS: [(&str, Key); 8] = [
    ("verdict", Key::Verdict),
    ("ns", Key::Namespace),
    ("gateway", Key::Gateway),
    ("gate", Key::Gate),
    ("kind", Key::Kind),
    ("listener", Key::Listener),
    ("route", Key::Route),
    ("agreement", Key::Agreement),
];

impl Filter {
    /// Reads a filter such as `verdict:refused ns:hr gateway:infra-ns/shared-gateway label`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let term = |word: &str| match word.split_once(':') {
            None => Ok(Term::Word(word.to_lowercase())),
            Some((key, value)) => match KEYS.iter().find(|(name, _)| *name == key) {
                Some((_, key)) => Ok(Term::Keyed(*key, value.to_lowercase())),
                None => {
                    let names: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
                    let shown = engine::sentence::visible(key);
                    Err(format!(
                        "The filter knows no key \u{201c}{shown}\u{201d}; it knows {}.",
                        names.join(", ")
                    ))
                }
            },
        };
        let terms = text
            .split_whitespace()
            .take(32)
            .map(term)
            .collect::<Result<_, _>>()?;
        Ok(Self { terms })
    }

    /// Whether an attachment of a report passes. Words are looked for in its names first, then in its sentence.
    pub fn passes(&self, report: &Report, one: &Attachment) -> bool {
        let keyed = self.terms.iter().all(|term| match term {
            Term::Word(_) => true,
            Term::Keyed(key, value) => value_of(*key, one).to_lowercase() == *value,
        });
        if !keyed {
            return false;
        }
        let words = self.terms.iter().filter_map(|term| match term {
            Term::Word(word) => Some(word),
            Term::Keyed(..) => None,
        });
        let names = names(one).to_lowercase();
        let rest: Vec<&String> = words.filter(|word| !names.contains(*word)).collect();
        if rest.is_empty() {
            return true;
        }
        let sentence = report.explain(one).sentence.as_str().to_lowercase();
        rest.into_iter().all(|word| sentence.contains(word))
    }
}

/// Names of the route, its parent and its listener, one a line.
fn names(one: &Attachment) -> String {
    let (route, parent) = (&one.route, &one.parent_ref);
    format!(
        "{}/{}\n{}/{}\n{}",
        route.namespace,
        route.name,
        parent.namespace,
        parent.name,
        one.listener_key().unwrap_or_default()
    )
}

fn value_of(key: Key, row: &Attachment) -> String {
    match key {
        Key::Verdict => engine::routing::verdict_word(row.verdict).to_owned(),
        Key::Namespace => row.route.namespace.clone(),
        Key::Gateway => match &row.gateway {
            Some(gateway) => format!("{}/{}", gateway.namespace, gateway.name),
            None => format!("{}/{}", row.parent_ref.namespace, row.parent_ref.name),
        },
        Key::Gate => row.gate.map_or("", engine::routing::gate_word).to_owned(),
        Key::Kind => row.route.kind.as_str().to_owned(),
        Key::Listener => row.listener_key().unwrap_or_default(),
        Key::Route => format!("{}/{}", row.route.namespace, row.route.name),
        Key::Agreement => agreement_word(row.agreement).to_owned(),
    }
}

/// The agreement as a word.
pub fn agreement_word(agreement: engine::report::Agreement) -> &'static str {
    use engine::report::Agreement;
    match agreement {
        Agreement::Agrees => "agrees",
        Agreement::Stale => "stale",
        Agreement::Leftover => "leftover",
        Agreement::Contradicts => "contradicts",
        Agreement::Silent => "silent",
        Agreement::Unknown => "unknown",
    }
}
