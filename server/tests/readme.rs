//! The README's commands do what it says: every `$ gatewatch ...` in a `console` block is run and compared.
//!
//! A line `...` stands for any lines; a last line `[exit N]` for an exit code other than 0.

use std::process::Command;

struct Example<'a> {
    command: &'a str,
    output: Vec<&'a str>,
}

fn examples(readme: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match (inside, line.strip_prefix("$ ")) {
            (false, _) => inside = line == "```console",
            (true, _) if line == "```" => inside = false,
            (true, Some(command)) => examples.push(Example {
                command,
                output: Vec::new(),
            }),
            (true, None) => {
                let example = examples.last_mut().expect("a command comes first");
                example.output.push(line);
            }
        }
    }
    examples
}

/// Whether lines are as written, with `...` for any number of them.
fn is_as_written(written: &[&str], lines: &[&str]) -> bool {
    match written {
        [] => lines.is_empty(),
        ["...", rest @ ..] => (0..=lines.len()).any(|skipped| {
            lines
                .get(skipped..)
                .is_some_and(|lines| is_as_written(rest, lines))
        }),
        [first, rest @ ..] => match lines {
            [line, lines @ ..] => line.trim_end() == *first && is_as_written(rest, lines),
            [] => false,
        },
    }
}

fn check(example: &Example<'_>) {
    let mut words = example.command.split(' ');
    assert_eq!(words.next(), Some("gatewatch"), "{}", example.command);
    let output = Command::new(env!("CARGO_BIN_EXE_gatewatch"))
        .args(words)
        .output()
        .expect("the binary runs");
    let mut written = example.output.clone();
    let exit = written
        .last()
        .and_then(|line| line.strip_prefix("[exit ")?.strip_suffix(']'))
        .map(|code| code.parse::<i32>().expect("an exit code is a number"));
    if exit.is_some() {
        written.pop();
    }
    let text = String::from_utf8(output.stdout).expect("answers are UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        is_as_written(&written, &lines),
        "{}\n{text}",
        example.command
    );
    assert_eq!(
        output.status.code(),
        Some(exit.unwrap_or(0)),
        "{}",
        example.command
    );
}

#[test]
fn the_commands_of_the_readme_answer_as_written() {
    let readme = include_str!("../../README.md");
    let examples = examples(readme);
    assert!(examples.len() >= 3, "the README has lost its examples");
    for example in &examples {
        check(example);
    }
}

#[test]
fn every_make_command_of_the_readme_is_a_target() {
    let makefile = include_str!("../../Makefile");
    let readme = include_str!("../../README.md");
    let mut seen = 0;
    for after in ["`make ", "\nmake "]
        .iter()
        .flat_map(|start| readme.split(start).skip(1))
    {
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let target = after.get(..end.unwrap_or(after.len())).unwrap_or_default();
        assert!(makefile.contains(&format!("\n{target}:")), "make {target}");
        seen += 1;
    }
    assert!(seen >= 6, "the README has lost its commands");
}
