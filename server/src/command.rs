//! The verbs of the command line: what they share.

pub mod assertions;
pub mod explain;
pub mod get;
pub mod output;
pub mod serve;
pub mod snapshot;
pub mod table;
pub mod try_;

use crate::cli::{Cli, Example, SourceArgs, Verb};
use crate::source::cluster::connect::{Connection, Wanted};
use crate::source::cluster::pace::Pace;
use crate::source::cluster::{self, Cluster};
use crate::source::files::{Files, Reader};
use crate::source::{Reading, example};
use crate::store::feeds::Feeds;
use crate::store::{self, Work};
use app::api::envelope::SourceStateView;
use app::published::Published;
use clap::CommandFactory;
use engine::Kind;
use engine::sentence::visible;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::time::Instant;

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
        Verb::Snapshot(options) => snapshot::run(&options),
        Verb::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "gatewatch", &mut script);
            output::print(&String::from_utf8_lossy(&script)).map(|()| Exit::Done)
        }
    }
}

/// A source that was chosen.
pub enum Opened {
    /// Everything that it holds at first, and what to follow it with.
    Read(Box<Reading>, Option<Reader>),
    /// A cluster, of which nothing was read yet.
    Cluster(Cluster),
}

/// Chooses a source, and reads it unless it is a cluster.
pub async fn open(source: &SourceArgs) -> Result<Opened, Failure> {
    if source.example == Some(Example::Acme) {
        return Ok(Opened::Read(Box::new(example::acme()), None));
    }
    if source.files.is_empty() {
        let wanted = Wanted {
            kubeconfig: source.kubeconfig.clone(),
            context: source.context.clone(),
        };
        let connection = Connection::open(&wanted)
            .await
            .map_err(|error| Failure::new(Exit::Unreadable, error.to_string()))?;
        return Ok(Opened::Cluster(Cluster {
            connection,
            namespaces: Vec::new(),
            tries: Vec::new(),
            pace: Pace::default(),
            keep: false,
        }));
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
    Ok(Opened::Read(Box::new(reading), Some(reader)))
}

/// A runtime for what has to wait for the outside.
pub fn runtime() -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| Failure::new(Exit::Unreadable, format!("cannot start: {error}")))
}

/// How long a command waits for a cluster.
const PATIENCE: Duration = Duration::from_secs(60);
/// A step that takes longer than this is announced on a terminal.
const ANNOUNCED: Duration = Duration::from_secs(1);

/// Reads a cluster once.
pub async fn read_cluster(cluster: Cluster) -> Result<(Published, Feeds), Failure> {
    let feeds = Feeds::new(cluster.connection.name(), &cluster.namespaces, cluster.pace);
    let (news, changes) = mpsc::channel(256);
    let following = tokio::spawn(cluster::follow(cluster, news));
    let work = Work::default();
    let read = store::once(feeds, changes, Instant::now() + PATIENCE, &work);
    tokio::pin!(read);
    let read = match tokio::time::timeout(ANNOUNCED, &mut read).await {
        Ok(read) => read,
        Err(_) => {
            if std::io::stderr().is_terminal() {
                eprintln!("gatewatch: reading the cluster");
            }
            read.await
        }
    };
    following.abort();
    read.map_err(|words| {
        Failure::new(
            Exit::Unreadable,
            format!("nothing could be read of the cluster. {words}"),
        )
    })
}

/// How many problems a command tells.
const TOLD: usize = 20;

/// Reads a source once; tells its problems on standard error. `namespace` is one that the answer is about, if it is
/// about one: where not all of a cluster may be read, it is tried by itself.
pub fn read(source: &SourceArgs, namespace: Option<&str>) -> Result<Published, Failure> {
    let runtime = runtime()?;
    let published = runtime.block_on(async {
        match open(source).await? {
            Opened::Read(mut reading, _) => {
                reading.source.state = SourceStateView::Fixed;
                Ok(store::first(*reading, &Work::default()))
            }
            Opened::Cluster(mut cluster) => {
                cluster.tries.extend(namespace.map(str::to_owned));
                let (mut published, _) = read_cluster(cluster).await?;
                published.source.state = SourceStateView::Fixed;
                Ok(published)
            }
        }
    });
    runtime.shutdown_background();
    let published = published?;
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
