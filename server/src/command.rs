//! The verbs of the command line: what they share.

pub mod explain;
pub mod get;
pub mod serve;
pub mod table;
pub mod try_;

use crate::cli::{Cli, Example, Output, SourceArgs, Verb};
use crate::source::files::{Files, Reader};
use crate::source::{Reading, example};
use crate::store::{self, Work};
use app::api::envelope::SourceStateView;
use app::published::Published;
use clap::CommandFactory;
use serde::Serialize;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing to complain about.
    Done = 0,
    /// The answer is no.
    No = 1,
    /// Wrong usage.
    Usage = 2,
    /// Nothing could be read, or the server could not start.
    Unreadable = 3,
    /// Read in part, so that the answer is unknown.
    Unknown = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Does what the command line says.
pub fn run(arguments: Cli) -> Result<Exit, Failure> {
    match arguments.verb() {
        Verb::Serve(options) => serve::run(options),
        Verb::Get(options) => get::run(&options),
        Verb::Explain(options) => explain::run(&options),
        Verb::Try(options) => try_::run(options),
        Verb::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "gatewatch", &mut script);
            print(&String::from_utf8_lossy(&script)).map(|()| Exit::Done)
        }
    }
}

/// Why a command ended early: one line for people.
#[derive(Debug)]
pub struct Failure {
    /// Exit code.
    pub exit: Exit,
    message: String,
}

impl Failure {
    /// A failure with its words.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// An error with the errors behind it, as one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        words.push_str(": ");
        words.push_str(&source.to_string());
        behind = source.source();
    }
    words
}

/// The first reading of a source, and what to follow it with.
pub fn open(source: &SourceArgs) -> Result<(Reading, Option<Reader>), Failure> {
    if source.example == Some(Example::Acme) {
        return Ok((example::acme(), None));
    }
    if source.files.is_empty() {
        return Err(no_cluster(source));
    }
    let mut reader = Reader::new(Files { paths: source.files.clone(), recursive: source.recursive });
    // The first reading always brings something new, if only an empty list.
    let reading = reader.read().ok_or_else(|| Failure::new(Exit::Unreadable, "nothing to read"))?;
    if reading.objects.is_empty() && reading.lost.is_some() {
        let told: Vec<String> = reading.problems.iter().take(3).map(|problem| format!("{}: {}", problem.path, problem.message)).collect();
        return Err(Failure::new(Exit::Unreadable, format!("nothing could be read. {}", told.join(" "))));
    }
    Ok((reading, Some(reader)))
}

/// Says what was looked for, and what can be done instead.
fn no_cluster(source: &SourceArgs) -> Failure {
    let found = |path: Option<PathBuf>| match path {
        Some(path) if path.exists() => format!("{}: found", path.display()),
        Some(path) => format!("{}: not found", path.display()),
        None => "no home directory".to_owned(),
    };
    let token = Path::new("/var/run/secrets/kubernetes.io/serviceaccount/token");
    let named = source.kubeconfig.clone().or_else(|| std::env::var_os("KUBECONFIG").filter(|paths| !paths.is_empty()).map(PathBuf::from));
    let usual = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".kube/config"));
    let context = source.context.as_ref().map(|context| format!(", context {context}")).unwrap_or_default();
    let message = format!(
        "no source of objects. This version does not follow a live cluster yet.\n\
         Looked for: a ServiceAccount token ({}); a kubeconfig ({}{context}).\n\
         What works: gatewatch serve -f FILE|DIR|- for manifests (kubectl get -A -o yaml gatewayclasses,gateways,httproutes,namespaces,services,referencegrants | gatewatch serve -f -), \
         or gatewatch serve --example acme.",
        found(Some(token.to_owned())),
        found(named.or_else(usual)),
    );
    Failure::new(Exit::Unreadable, message)
}

/// Reads a source once; tells its problems on standard error.
pub fn read(source: &SourceArgs) -> Result<Published, Failure> {
    let (mut reading, _) = open(source)?;
    // A command reads once.
    reading.source.state = SourceStateView::Fixed;
    let published = store::first(reading, &Work::default());
    for problem in &published.report.problems {
        let object = problem.object.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
        eprintln!("gatewatch: {}", engine::sentence::visible(&format!("{}: {object}{}", problem.path, problem.message)));
    }
    Ok(published)
}

/// Writes an answer to standard output. A reader that went away ends the program quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Failure::new(Exit::Unreadable, format!("cannot write the answer: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Prints an answer as JSON or YAML; false if another form was asked for.
pub fn print_data<T: Serialize>(output: Output, answer: &T) -> Result<bool, Failure> {
    let failed = |error: &dyn std::error::Error| Failure::new(Exit::Unreadable, format!("cannot write the answer: {error}"));
    let text = match output {
        Output::Json => serde_json::to_string_pretty(answer).map_err(|error| failed(&error))? + "\n",
        Output::Yaml => {
            let value = serde_json::to_value(answer).map_err(|error| failed(&error))?;
            serde_saphyr::to_string(&value).map_err(|error| failed(&error))?
        }
        Output::Table | Output::Wide => return Ok(false),
    };
    print(&text)?;
    Ok(true)
}
