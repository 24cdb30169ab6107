//! Regular expressions of matches: read as RE2 reads them, bounded, compiled once.

use crate::sentence::Sentence;
use regex::bytes::{Regex, RegexBuilder};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much memory a compiled expression may take, in bytes.
const SIZE_LIMIT: usize = 256 * 1024;
/// How long an expression may be; the CRDs allow 1,024 to 4,096 letters.
const LONGEST: usize = 4096;

/// A regular expression, or why it cannot be predicted.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As written.
    pub source: Arc<str>,
    compiled: Result<Arc<Compiled>, Arc<str>>,
}

#[derive(Debug)]
struct Compiled {
    /// Matches anywhere.
    anywhere: Regex,
    /// Covers the whole text.
    whole: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// Compiles an expression. Classes such as `\d` are those of ASCII, as in RE2.
    pub fn new(source: &str) -> Self {
        Self {
            source: source.into(),
            compiled: compile(source).map(Arc::new).map_err(Into::into),
        }
    }

    /// Whether it matches a text; `None` if that cannot be predicted.
    pub fn matches(&self, text: &str, whole: bool) -> Option<bool> {
        let compiled = self.compiled.as_ref().ok()?;
        let regex = if whole {
            &compiled.whole
        } else {
            &compiled.anywhere
        };
        Some(regex.is_match(text.as_bytes()))
    }

    /// Why it cannot be predicted, in words that follow "its regular expression `x`".
    pub fn fault(&self) -> Option<&str> {
        self.compiled.as_ref().err().map(|words| &**words)
    }

    /// "its regular expression `x` does not compile"
    pub fn cannot(&self) -> Sentence {
        Sentence::new()
            .text("its regular expression ")
            .name(&self.source)
            .text(" ")
            .text(self.fault().unwrap_or("cannot be predicted"))
    }
}

fn compile(source: &str) -> Result<Compiled, String> {
    if source.len() > LONGEST {
        return Err(format!("has more than {LONGEST} letters"));
    }
    let build = |text: &str| {
        RegexBuilder::new(text)
            .unicode(false)
            .size_limit(SIZE_LIMIT)
            .dfa_size_limit(SIZE_LIMIT)
            .nest_limit(64)
            .build()
    };
    // Both are compiled, so that a stray bracket cannot close the group around the whole.
    let anywhere = build(source).map_err(|error| words(&error))?;
    let whole = build(&format!("^(?:{source})$")).map_err(|error| words(&error))?;
    Ok(Compiled { anywhere, whole })
}

fn words(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "is too complex to be predicted".to_owned(),
        regex::Error::Syntax(text) => {
            let cause = text
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix("error: "));
            let cause = cause.unwrap_or("its syntax is not known");
            format!("does not compile: {cause}")
        }
        _ => "cannot be predicted".to_owned(),
    }
}

/// Expressions by their text, each compiled once however many matches use it.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    known: BTreeMap<Arc<str>, Pattern>,
    unread: bool,
}

impl Patterns {
    /// For describing matches only: nothing is compiled, no request can be judged.
    pub fn unread() -> Self {
        Self {
            unread: true,
            ..Self::default()
        }
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The expression of a text.
    pub fn get(&mut self, source: &str) -> Pattern {
        if let Some(known) = self.known.get(source) {
            return known.clone();
        }
        let pattern = if self.unread {
            Pattern {
                source: source.into(),
                compiled: Err("was not read".into()),
            }
        } else {
            Pattern::new(source)
        };
        self.known
            .insert(Arc::clone(&pattern.source), pattern.clone());
        pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_match_whole_or_anywhere() {
        let check = |source: &str, text: &str, whole: Option<bool>, anywhere: Option<bool>| {
            let pattern = Pattern::new(source);
            let got = (pattern.matches(text, true), pattern.matches(text, false));
            assert_eq!(got, (whole, anywhere), "{source} on {text}");
        };
        let (yes, no) = (Some(true), Some(false));
        check("foo", "/xfoo", no, yes);
        check("/v[0-9]+/.*", "/v12/a", yes, yes);
        check("a|/b", "/b", yes, yes);
        check("a|/b", "/bc", no, yes);
        check(r"/\d", "/7", yes, yes);
        check("(?i)/FOO", "/foo", yes, yes);
        check("^/a$", "/a", yes, yes);
    }

    #[test]
    fn what_cannot_be_predicted_says_why() {
        let check = |source: &str, words: &str| {
            let pattern = Pattern::new(source);
            assert_eq!(pattern.matches("/", true), None, "{source}");
            let fault = pattern.fault().unwrap_or_default();
            assert!(fault.contains(words), "{source}: {fault}");
        };
        check("(", "does not compile");
        check("a)|(b", "does not compile");
        check(r"(?=a)b", "look-around");
        check(r"(a)\1", "backreferences");
        check("((a{100}){100}){100}", "too complex");
        check(&"a".repeat(5000), "more than 4096");
    }

    #[test]
    fn equal_expressions_are_compiled_once() {
        let mut patterns = Patterns::default();
        let (a, b) = (patterns.get("/a.*"), patterns.get("/a.*"));
        assert!(Arc::ptr_eq(&a.source, &b.source));
    }
}
