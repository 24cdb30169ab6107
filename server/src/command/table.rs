//! Aligned columns and colours for terminals.

use engine::report::{GateOutcome, Verdict};
use engine::sentence::visible;
use std::io::IsTerminal;
use unicode_width::UnicodeWidthStr;

/// Rows with their header, every column as wide as its widest cell on screen; the last one runs free.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    let all: Vec<Vec<String>> = std::iter::once(&header)
        .chain(rows)
        .map(|row| row.iter().map(|cell| visible(cell).into_owned()).collect())
        .collect();
    let widest = |column: usize| {
        all.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.width())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(widest).collect();
    let mut text = String::new();
    for row in &all {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 3));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Colours, where the output is a terminal and `NO_COLOR` is not set.
#[derive(Clone, Copy, Debug)]
pub struct Paint(bool);

impl Paint {
    /// As the environment has it for an output.
    pub fn of(output: &impl IsTerminal) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self(wanted && output.is_terminal())
    }

    /// Whether there are colours.
    pub fn is_on(self) -> bool {
        self.0
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// A verdict as a coloured word.
    pub fn verdict(self, verdict: Verdict) -> String {
        let code = match verdict {
            Verdict::Attached => "32",
            Verdict::Refused => "31",
            Verdict::Orphan => "33",
            Verdict::Unknown => "2",
        };
        self.with(code, engine::routing::verdict_word(verdict))
    }

    /// A gate's outcome as a coloured sign.
    pub fn outcome(self, outcome: GateOutcome) -> String {
        match outcome {
            GateOutcome::Passed => self.with("32", "\u{2713}"),
            GateOutcome::Failed => self.with("31", "\u{2717}"),
            GateOutcome::Unknown => self.with("33", "?"),
            GateOutcome::NotReached => self.with("2", "\u{b7}"),
        }
    }

    /// Something important.
    pub fn strong(self, text: &str) -> String {
        self.with("1", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_on_screen_whatever_is_in_them() {
        let rows = [
            vec!["caf\u{e9}".to_owned(), "x".to_owned()],
            vec!["\u{8def}\u{7531}".to_owned(), "y".to_owned()],
            vec!["a\u{1b}[2J".to_owned(), "z".to_owned()],
        ];
        let text = table(&["NAME", "LAST"], &rows);
        assert_eq!(
            text,
            "NAME         LAST\ncaf\u{e9}         x\n\u{8def}\u{7531}         y\na\\u{1b}[2J   z\n"
        );
    }

    #[test]
    fn colours_are_for_terminals() {
        assert_eq!(Paint(false).verdict(Verdict::Refused), "refused");
        assert_eq!(
            Paint(true).verdict(Verdict::Refused),
            "\u{1b}[31mrefused\u{1b}[0m"
        );
    }
}
