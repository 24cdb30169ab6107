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

    /// Appends a name or value from an object or a request, made visible, cut if it is endless, and put between
    /// backticks.
    pub fn name(mut self, name: &str) -> Self {
        self.0.push('`');
        self.0.push_str(&as_name(name));
        self.0.push('`');
        self
    }

    /// Appends several names: "`a`, `b` and `c`"; of many, the first few.
    pub fn names<S: AsRef<str>>(mut self, names: &[S], last: &str) -> Self {
        const SHOWN: usize = 8;
        let shown = names.len().min(SHOWN);
        for (index, name) in names.iter().take(SHOWN).enumerate() {
            if index > 0 {
                self = self.text(if index + 1 == names.len() { last } else { ", " });
            }
            self = self.name(name.as_ref());
        }
        if names.len() > shown {
            self = self
                .text(" and ")
                .text(&(names.len() - shown).to_string())
                .text(" more");
        }
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

/// The longest name that a sentence shows; names of objects have at most 253 characters.
const LONGEST: usize = 256;

/// A name as it stands between backticks.
fn as_name(name: &str) -> String {
    let cut = name.char_indices().nth(LONGEST).map(|(end, _)| end);
    let shown = cut.and_then(|end| name.get(..end)).unwrap_or(name);
    let mut shown = visible(shown).replace('`', "\u{2cb}");
    if cut.is_some() {
        shown.push('\u{2026}');
    }
    shown
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

    #[test]
    fn endless_names_are_cut() {
        let sentence = Sentence::new().name(&"x".repeat(1_000_000));
        assert_eq!(sentence.as_str().chars().count(), LONGEST + 3);
        assert!(sentence.as_str().ends_with("\u{2026}`"));
    }

    #[test]
    fn lists_of_names_read_as_prose_and_end() {
        let check = |names: &[&str], words: &str| {
            assert_eq!(Sentence::new().names(names, " and ").as_str(), words);
        };
        check(&["a"], "`a`");
        check(&["a", "b"], "`a` and `b`");
        check(&["a", "b", "c"], "`a`, `b` and `c`");
        let many: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let words = Sentence::new().names(&many, " and ");
        assert!(words.as_str().ends_with("`7` and 2 more"));
    }
}
