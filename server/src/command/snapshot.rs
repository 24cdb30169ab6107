//! `gatewatch snapshot`: what was read, as one file that gives the same answers later.

use super::{Exit, Failure, Opened, open, read_cluster, runtime};
use crate::cli::{SourceArgs, TakeSnapshot};
use crate::source::Reading;
use crate::source::snapshot::{self, Taken};
use crate::store::{self, Work};
use app::published::Published;
use engine::Kind;
use engine::RawObject;
use engine::sentence::visible;
use std::io::{IsTerminal, Write};
use std::sync::Arc;

/// Takes a snapshot.
pub fn run(options: &TakeSnapshot) -> Result<Exit, Failure> {
    if options.out.is_none() && std::io::stdout().is_terminal() {
        let words = "a snapshot is compressed: name a file with --out FILE, or send it on";
        return Err(Failure::new(Exit::Usage, words));
    }
    let runtime = runtime()?;
    let taken = runtime.block_on(take(&options.source, &options.namespaces));
    runtime.shutdown_background();
    let taken = taken?;
    let file = snapshot::write(&taken).map_err(|error| cannot("a snapshot", &error))?;
    match &options.out {
        None => match std::io::stdout().lock().write_all(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                return Err(cannot("standard output", &error));
            }
            _ => {}
        },
        Some(path) => {
            let shown = visible(&path.display().to_string()).into_owned();
            std::fs::write(path, &file).map_err(|error| cannot(&shown, &error))?;
            eprintln!("gatewatch: {} objects in {shown}", taken.objects.len());
        }
    }
    let partial = taken
        .visibility
        .iter()
        .any(|kind| !kind.state.is_complete() && !Kind::FROM_FILES.contains(&kind.kind));
    Ok(if partial { Exit::Unknown } else { Exit::Done })
}

fn cannot(what: &str, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Unreadable, format!("cannot write {what}: {error}"))
}

/// Reads a source once, for a snapshot.
pub async fn take(source: &SourceArgs, namespaces: &[String]) -> Result<Taken, Failure> {
    match open(source).await? {
        Opened::Read(reading, _) => Ok(of_reading(&reading)),
        Opened::Cluster(mut cluster) => {
            cluster.keep = true;
            cluster.namespaces = namespaces.to_vec();
            let (published, feeds) = read_cluster(cluster).await?;
            let objects = feeds.texts().map(|json| RawObject {
                json: Arc::clone(json),
                origin: Arc::from(""),
            });
            Ok(Taken {
                objects: objects.collect(),
                visibility: visibility(&published),
                problems: Vec::new(),
                source: published.source,
            })
        }
    }
}

/// The snapshot of what was read from files.
pub fn of_reading(reading: &Reading) -> Taken {
    let published = store::first(reading.clone(), &Work::default());
    let trimmed = reading.objects.iter().map(|object| RawObject {
        json: snapshot::trimmed(&object.json, "", ""),
        origin: Arc::clone(&object.origin),
    });
    Taken {
        objects: trimmed.collect(),
        visibility: visibility(&published),
        problems: reading.problems.clone(),
        source: published.source,
    }
}

/// What is known about how far kinds could be seen; nothing for kinds of files that were read in full.
fn visibility(published: &Published) -> Vec<engine::snapshot::Visibility> {
    let seen = |kind: Kind| published.snapshot.seen(kind).cloned();
    let proved = |mut one: engine::snapshot::Visibility| {
        let proof = published
            .visibility
            .iter()
            .find(|known| known.kind == one.kind);
        if let Some(proof) = proof {
            one.clone_from(proof);
        }
        one
    };
    let kinds = Kind::ALL.into_iter().chain(Kind::FROM_FILES);
    kinds.filter_map(seen).map(proved).collect()
}
