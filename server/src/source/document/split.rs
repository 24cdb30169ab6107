//! Splits a text into its documents before anything is parsed, so that a broken one ends at its own edge.

/// A document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    /// Number of the line on which it begins, from 1.
    pub(super) first_line: usize,
    /// Its text, without the marker.
    pub(super) text: &'a str,
}

/// The documents of a text that say something. `---` at the start of a line begins one and `...` ends one: YAML
/// allows neither within a document, not even in a block scalar, and JSON's strings hold no line breaks.
pub(super) fn documents(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let (mut start, mut first_line, mut offset) = (0, 1, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if is_marker(line, "---") || is_marker(line, "...") {
            found.push(Part {
                first_line,
                text: text.get(start..offset).unwrap_or_default(),
            });
            start = offset + 3;
            first_line = index + 1;
        }
        offset += line.len();
    }
    found.push(Part {
        first_line,
        text: text.get(start..).unwrap_or_default(),
    });
    found.retain(|part| !is_blank(part.text));
    found
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// True for comments, directives and nothing.
fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        line.is_empty()
            || line.starts_with('#')
            || line.starts_with("%YAML")
            || line.starts_with("%TAG")
    })
}
