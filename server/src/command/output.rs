//! Answers on standard output: plain text, JSON, YAML; safe for terminals whatever objects hold.

use super::{Exit, Failure};
use crate::cli::Output;
use engine::sentence::visible;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::io::Write;

/// Text from an object, made visible.
pub fn clean(text: impl Display) -> String {
    visible(&text.to_string()).into_owned()
}

/// Writes an answer. A reader that went away ends the program quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Failure::new(
            Exit::Unreadable,
            format!("cannot write the answer: {error}"),
        )),
        Ok(()) => Ok(()),
    }
}

/// Prints an answer as JSON or YAML; false if a form for people was asked for.
pub fn print_data<T: Serialize>(output: Output, answer: &T) -> Result<bool, Failure> {
    let text = match output {
        Output::Json => json(answer)?,
        Output::Yaml => yaml(answer)?,
        Output::Table | Output::Wide => return Ok(false),
    };
    print(&text)?;
    Ok(true)
}

fn failed(error: impl Display) -> Failure {
    Failure::new(
        Exit::Unreadable,
        format!("cannot write the answer: {error}"),
    )
}

fn json<T: Serialize>(answer: &T) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(answer).map_err(failed)?;
    Ok(escaped(&text) + "\n")
}

/// YAML, or JSON (which is YAML) if a string holds what a terminal might act on: YAML's plain strings know no escapes.
fn yaml<T: Serialize>(answer: &T) -> Result<String, Failure> {
    let value = serde_json::to_value(answer).map_err(failed)?;
    let text = serde_saphyr::to_string(&value).map_err(failed)?;
    if text
        .chars()
        .all(|letter| letter == '\n' || !is_invisible(letter))
    {
        Ok(text)
    } else {
        json(&value)
    }
}

/// JSON with control, bidi and zero-width characters as `\uXXXX`, which means the same. Outside of strings there are
/// none but line breaks.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter == '\n' || !is_invisible(letter) {
            text.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

fn is_invisible(letter: char) -> bool {
    matches!(visible(letter.encode_utf8(&mut [0; 4])), Cow::Owned(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_holds_nothing_that_a_terminal_acts_on_and_means_the_same() {
        let strings = [
            "plain",
            "\u{1b}[31mred",
            "\u{9b}31m",
            "a\u{202e}b",
            "a\u{200b}b",
            "\u{e0041}",
            "\u{7f}",
            "two\nlines",
            "\u{feff}",
            "'\"\\",
        ];
        for string in strings {
            let value = serde_json::json!({ "name": string });
            for text in [json(&value).expect("writes"), yaml(&value).expect("writes")] {
                assert!(
                    text.chars()
                        .all(|letter| letter == '\n' || !is_invisible(letter)),
                    "{text:?}"
                );
                let back: serde_json::Value = serde_saphyr::from_str(&text).expect("reads");
                assert_eq!(back, value, "{text:?}");
            }
        }
    }
}
