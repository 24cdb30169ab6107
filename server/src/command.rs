//! The verbs of the command line: what they share.

pub mod assertions;
pub mod explain;
pub mod get;
pub mod output;
pub mod serve;
pub mod table;
pub mod try_;

use crate::cli::{Cli, Example, SourceArgs, Verb};
use crate::source::files::{Files, Reader};
use crate::source::{Reading, example};
use crate::store::{self, Work};
use app::api::envelope::SourceStateView;
use app::published::Published;
use clap::CommandFactory;
use engine::Kind;
use engine::sentence::visible;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use thiserror::Error;

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

/// Why a command ended early: a line or a few for people.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct Failure {
    /// Exit code.
    pub exit: Exit,
    message: String,
}

impl Failure {
    /// A failure with its words.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
        }
    }
}

/// Does what the command line says.
pub fn run(arguments: Cli) -> Result<Exit, Failure> {
    match arguments.verb() {
        Verb::Serve(options) => serve::run(options),
        Verb::Get(options) => get::run(&options),
        Verb::Audit(options) => get::audit(&options),
        Verb::Explain(options) => explain::run(&options),
        Verb::Try(options) => try_::run(options),
        Verb::Test(options) => assertions::run(&options),
        Verb::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "gatewatch", &mut script);
            output::print(&String::from_utf8_lossy(&script)).map(|()| Exit::Done)
        }
    }
}

/// The first reading of a source, and what to follow it with.
pub fn open(source: &SourceArgs) -> Result<(Reading, Option<Reader>), Failure> {
    if source.example == Some(Example::Acme) {
        return Ok((example::acme(), None));
    }
    if source.files.is_empty() {
        return Err(no_cluster(source));
    }
    let mut reader = Reader::new(Files {
        paths: source.files.clone(),
        recursive: source.recursive,
    });
    // The first reading always brings something new, if only an empty list.
    let reading = reader
        .read()
        .ok_or_else(|| Failure::new(Exit::Unreadable, "nothing to read"))?;
    if reading.objects.is_empty() && reading.lost.is_some() {
        let told: Vec<String> = reading
            .problems
            .iter()
            .take(3)
            .map(|problem| format!("{}: {}", problem.path, problem.message))
            .collect();
        return Err(Failure::new(
            Exit::Unreadable,
            format!("nothing could be read.\n{}", told.join("\n")),
        ));
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
    let from_environment = || {
        std::env::var_os("KUBECONFIG")
            .filter(|paths| !paths.is_empty())
            .map(PathBuf::from)
    };
    let usual = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".kube/config"));
    let kubeconfig = source
        .kubeconfig
        .clone()
        .or_else(from_environment)
        .or_else(usual);
    let context = source
        .context
        .as_ref()
        .map(|context| format!(", context {context}"))
        .unwrap_or_default();
    let message = format!(
        "no source of objects: following a live cluster is not in this version yet.\n\
         Looked for a ServiceAccount token ({}) and a kubeconfig ({}{context}).\n\
         What works: -f FILE|DIR|- for manifests, or --example acme. To look at a cluster as it is now:\n\
         kubectl get -A -o yaml gatewayclasses,gateways,httproutes,referencegrants,namespaces,services | gatewatch -f -",
        found(Some(token.to_owned())),
        found(kubeconfig),
    );
    Failure::new(Exit::Unreadable, message)
}

/// How many problems a command tells.
const TOLD: usize = 20;

/// Reads a source once; tells its problems on standard error.
pub fn read(source: &SourceArgs) -> Result<Published, Failure> {
    let (mut reading, _) = open(source)?;
    reading.source.state = SourceStateView::Fixed;
    let published = store::first(reading, &Work::default());
    let problems = &published.report.problems;
    for problem in problems.iter().take(TOLD) {
        let object = problem
            .object
            .as_ref()
            .map(|id| format!(" ({id})"))
            .unwrap_or_default();
        eprintln!(
            "gatewatch: {}",
            visible(&format!("{}{object}: {}", problem.path, problem.message))
        );
    }
    if problems.len() > TOLD {
        eprintln!(
            "gatewatch: {} more problems; -o json lists all of them",
            problems.len() - TOLD
        );
    }
    Ok(published)
}

/// True if objects were lost on the way, so that what is not there may exist.
pub fn is_partial(published: &Published) -> bool {
    published
        .report
        .visibility
        .iter()
        .any(|kind| !kind.state.is_complete())
        || Kind::ALL
            .into_iter()
            .any(|kind| published.snapshot.unreadable(kind).next().is_some())
}
