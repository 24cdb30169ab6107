//! Follows changes of files: reads again shortly after something happened, and sends what there is then.

use super::Change;
use super::files::Reader;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long things must have been quiet before files are read: editors write in several steps.
const QUIET: Duration = Duration::from_millis(100);
/// Files are read at the latest this long after a change, however restless they are.
const PATIENCE: Duration = Duration::from_millis(600);
/// Times are looked at this often even if the system reports nothing, as it does for network file systems.
const ANYWAY: Duration = Duration::from_secs(2);

/// Follows changes until nobody listens any more.
pub async fn follow(mut reader: Reader, changes: mpsc::Sender<Change>) {
    let (events, mut pending) = mpsc::channel(1);
    let mut watch = Watch::new(events);
    loop {
        watch.renew(&reader);
        let _ = tokio::time::timeout(ANYWAY, pending.recv()).await;
        let wait_until_quiet = async {
            while matches!(
                tokio::time::timeout(QUIET, pending.recv()).await,
                Ok(Some(()))
            ) {}
        };
        let _ = tokio::time::timeout(PATIENCE, wait_until_quiet).await;
        let read = tokio::task::spawn_blocking(move || {
            let reading = reader.read();
            (reader, reading)
        });
        let reading = match read.await {
            Ok((same, reading)) => {
                reader = same;
                reading
            }
            Err(error) => {
                tracing::error!(%error, "reading files failed; their changes are no longer followed");
                return;
            }
        };
        if let Some(reading) = reading
            && changes.send(Change::Replace(reading)).await.is_err()
        {
            return;
        }
        if changes.is_closed() {
            return;
        }
    }
}

/// The system's reports about directories. Where there are none, looking every two seconds has to do.
struct Watch {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<(PathBuf, bool)>,
}

impl Watch {
    fn new(events: mpsc::Sender<()>) -> Self {
        let report = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // Full means that a reading is due anyway.
                let _ = events.try_send(());
            }
        };
        let watcher = notify::recommended_watcher(report)
            .inspect_err(|error| tracing::info!(%error, "the system reports no changes of files; they are looked at every two seconds"));
        Self {
            watcher: watcher.ok(),
            watched: BTreeSet::new(),
        }
    }

    /// Watches the directories that matter now. A directory that was removed and made again is another one, so that
    /// its watch is renewed.
    fn renew(&mut self, reader: &Reader) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let wanted: BTreeSet<(PathBuf, bool)> = reader
            .paths()
            .iter()
            .filter(|path| path.as_os_str() != "-")
            .flat_map(|path| folders(path, reader.is_recursive()))
            .collect();
        for gone in self
            .watched
            .iter()
            .filter(|known| !wanted.contains(known) || !known.0.exists())
        {
            let _ = watcher.unwatch(&gone.0);
        }
        self.watched
            .retain(|known| wanted.contains(known) && known.0.exists());
        for (folder, below) in wanted {
            let mode = if below {
                RecursiveMode::Recursive
            } else {
                RecursiveMode::NonRecursive
            };
            if !self.watched.contains(&(folder.clone(), below))
                && watcher.watch(&folder, mode).is_ok()
            {
                self.watched.insert((folder, below));
            }
        }
    }
}

/// The directories whose reports tell of a path. Editors replace files, so it is the directory that tells; a
/// directory's own parent tells when it is removed and made again.
fn folders(path: &Path, recursive: bool) -> Vec<(PathBuf, bool)> {
    let parent = match path.parent() {
        Some(parent) if parent == Path::new("") => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => return vec![(path.to_owned(), recursive)],
    };
    if path.is_dir() {
        vec![(path.to_owned(), recursive), (parent, false)]
    } else {
        vec![(parent, false)]
    }
}
