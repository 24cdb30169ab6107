//! Sentences for people: prose in which names stand between backticks, safe whatever the names contain.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Prose about one verdict, gate or decision.
///
/// Names of objects stand between backticks; pages show them in monospace, terminals and JSON as they are.
/// Built with [`Sentence::text`] and [`Sentence::name`], so that control, bidi and backtick characters in a
/// name are visible and can neither end the name nor reorder the line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sentence(String);

/// A stretch of a [`Sentence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Plain words.
    Text(&'a str),
    /// A name or value, to be shown in monospace.
    Name(&'a str),
}

impl Sentence {
    /// An empty sentence to append to.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends plain words of ours.
    pub fn text(mut self, words: &str) -> Self {
        self.0.push_str(words);
        self
    }

    /// Appends a name or value from an object or a request, made visible and put between backticks.
    pub fn name(mut self, name: &str) -> Self {
        self.0.push('`');
        self.0.push_str(&visible(name).replace('`', "\u{2cb}"));
        self.0.push('`');
        self
    }

    /// Appends another sentence as it is.
    pub fn then(mut self, other: &Sentence) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// A sentence from words of ours that already hold names between backticks.
    pub fn from_marked(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// The same with a small first letter, to stand after a colon.
    pub fn lower_first(&self) -> Self {
        let mut letters = self.0.chars();
        Self(letters.next().map_or_else(String::new, |first| {
            first.to_lowercase().chain(letters).collect()
        }))
    }

    /// The sentence with its backticks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The stretches in order, for a page that sets names in monospace.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.0
            .split('`')
            .enumerate()
            .map(|(index, part)| {
                if index % 2 == 0 {
                    Part::Text(part)
                } else {
                    Part::Name(part)
                }
            })
            .filter(|part| !matches!(part, Part::Text("")))
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `text` with every control, bidi, zero-width and other invisible character written as `\u{...}`.
///
/// For all untrusted text that people see: pages, terminal, logs.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_neither_end_itself_nor_reorder_the_line() {
        let sentence = Sentence::new()
            .text("Namespace ")
            .name("a`b\u{202e}\n")
            .text(" is odd.");
        assert_eq!(
            sentence.as_str(),
            "Namespace `a\u{2cb}b\\u{202e}\\u{a}` is odd."
        );
        let parts: Vec<_> = sentence.parts().collect();
        assert_eq!(
            parts,
            [
                Part::Text("Namespace "),
                Part::Name("a\u{2cb}b\\u{202e}\\u{a}"),
                Part::Text(" is odd.")
            ]
        );
    }
}
