//! `gatewatch test`: holds request assertions against the routing engine.

use super::output::{clean, print, print_data};
use super::table::Paint;
use super::{Exit, Failure, is_partial, read};
use crate::cli::{Example, Output, SourceArgs, Test, TestOutput};
use crate::source::document;
use app::api::assertions::{ACME, Covered, Held, Results, Suite, hold};
use app::api::envelope::Answer;
use engine::sentence::visible;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Holds assertions.
pub fn run(options: &Test) -> Result<Exit, Failure> {
    let suites = of(&options.assertions, &options.source)?;
    if suites.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "name a file of assertions, such as: gatewatch test -f manifests/ assertions.yaml",
        ));
    }
    let published = read(&options.source, None)?;
    let results = hold(&published, &suites);
    let answer = Answer::new(&published, "AssertionList", &results);
    match options.output {
        TestOutput::Json => {
            print_data(Output::Json, &answer)?;
        }
        TestOutput::Yaml => {
            print_data(Output::Yaml, &answer)?;
        }
        TestOutput::Junit => print(&junit(&results))?,
        TestOutput::Table => print(&text(&results, Paint::of(&std::io::stdout())))?,
    }
    Ok(if results.failed > 0 {
        Exit::No
    } else if is_partial(&published) {
        Exit::Unknown
    } else {
        Exit::Done
    })
}

/// The files of assertions that are named; with the example and none named its own.
pub fn of(files: &[PathBuf], source: &SourceArgs) -> Result<Vec<(String, Suite)>, Failure> {
    if files.is_empty() && source.example == Some(Example::Acme) {
        return suite("acme-assertions.yaml", ACME).map(|suite| vec![suite]);
    }
    files.iter().map(|path| file(path)).collect()
}

/// Reads a file of assertions.
fn file(path: &Path) -> Result<(String, Suite), Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let name = visible(&name);
        Failure::new(Exit::Unreadable, format!("{name} cannot be read: {error}"))
    })?;
    suite(&name, &text)
}

/// Reads the text of assertions.
fn suite(name: &str, text: &str) -> Result<(String, Suite), Failure> {
    let failed = |words: String| {
        let words = format!("{}: {words}", visible(name));
        Failure::new(Exit::Unreadable, words)
    };
    let value = document::value(text).map_err(failed)?;
    let suite: Suite = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        failed(visible(&format!("at {path}: {}.", error.inner())).into_owned())
    })?;
    if suite.assertions.is_empty() {
        return Err(failed("there is no assertion in it.".to_owned()));
    }
    Ok((name.to_owned(), suite))
}

/// Writes a line; a `String` takes everything.
macro_rules! line {
    ($text:expr, $($words:tt)*) => {
        let _ = writeln!($text, $($words)*);
    };
}

fn text(results: &Results, paint: Paint) -> String {
    let mut text = String::new();
    for held in &results.items {
        let word = if held.holds { "ok    " } else { "FAILED" };
        line!(text, "{word}  {}", clean(&held.name));
        if !held.holds {
            failure(&mut text, held);
        }
    }
    let (bare, covered): (Vec<&Covered>, Vec<&Covered>) =
        results.coverage.iter().partition(|rule| rule.hits == 0);
    let held = results.total - results.failed;
    let summary = format!(
        "{held} of {} hold; {} of {} rules of attached routes are hit",
        results.total,
        covered.len(),
        results.coverage.len()
    );
    line!(text, "\n{}", paint.strong(&summary));
    for rule in bare {
        line!(
            text,
            "  no assertion hits rule {} of {}",
            rule.rule + 1,
            clean(&rule.route)
        );
    }
    text
}

fn failure(text: &mut String, held: &Held) {
    line!(text, "        {}", clean(&held.url));
    for difference in &held.differences {
        line!(text, "        {}", clean(difference));
    }
    for words in [&held.sentence, &held.because] {
        if !words.is_empty() {
            line!(text, "        {}", clean(words));
        }
    }
}

/// The results as JUnit XML, one test case an assertion.
fn junit(results: &Results) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    line!(
        text,
        "<testsuites tests=\"{0}\" failures=\"{1}\">\n<testsuite name=\"gatewatch\" tests=\"{0}\" failures=\"{1}\">",
        results.total,
        results.failed
    );
    for held in &results.items {
        let (name, file) = (xml(&held.name), xml(&held.file));
        if held.holds {
            line!(text, "<testcase classname=\"{file}\" name=\"{name}\"/>");
            continue;
        }
        let message = xml(&held.differences.join("; "));
        let words = xml(&format!(
            "{}\n{}\n{}",
            held.url, held.sentence, held.because
        ));
        line!(
            text,
            "<testcase classname=\"{file}\" name=\"{name}\"><failure message=\"{message}\">{words}</failure></testcase>"
        );
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

/// Text for XML: its signs escaped, and what XML cannot hold made visible.
fn xml(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| visible(line).into_owned())
        .collect();
    lines
        .join("\n")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_assertions_say_where_and_what() {
        let check = |text: &str, words: &str| {
            let failure = suite("a.yaml", text)
                .expect_err("this file is wrong")
                .to_string();
            assert!(failure.contains(words), "{text}: {failure}");
        };
        check("assertions: [", "a.yaml");
        check("assertions: []", "no assertion");
        check("tests: []", "unknown field `tests`");
        check(
            "assertions: [{request: x}]",
            "at assertions[0]: missing field `expect`",
        );
        check(
            "assertions: [{request: x, expect: {stauts: 1}}]",
            "unknown field `stauts`",
        );
        check(
            "assertions: [{request: {uri: x}, expect: {}}]",
            "unknown field `uri`",
        );
        check(
            "assertions: [{request: x, expect: {outcome: served}}]",
            "unknown variant `served`",
        );
    }

    #[test]
    fn xml_holds_nothing_that_ends_it() {
        assert_eq!(xml("a<b>\"&\u{1b}\nc"), "a&lt;b&gt;&quot;&amp;\\u{1b}\nc");
    }
}
