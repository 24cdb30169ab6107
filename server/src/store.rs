//! The only owner of mutable state: folds changes into snapshots and publishes what follows from them.

use crate::source::{Change, Reading};
use app::api::envelope::SourceView;
use app::published::Published;
use engine::snapshot::{KindState, Visibility};
use engine::{Kind, Snapshot};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// At most ten publications a second.
const APART: Duration = Duration::from_millis(100);

/// What the store says about its own work.
#[derive(Debug, Default)]
pub struct Work {
    /// Evaluations so far.
    pub evaluations: AtomicU64,
    /// Microseconds that they took in all.
    pub microseconds: AtomicU64,
    /// Evaluations that panicked; the state before them stays.
    pub panics: AtomicU64,
}

impl Work {
    fn measure<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = evaluate();
        self.evaluations.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(
            u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
        done
    }
}

/// The snapshot and source that a change leads to.
fn fold(change: Change) -> (Snapshot, SourceView) {
    let Change::Replace(Reading {
        objects,
        problems,
        lost,
        source,
    }) = change;
    let mut snapshot = Snapshot::default();
    for object in &objects {
        snapshot.apply(object);
    }
    for problem in problems {
        snapshot.add_problem(problem);
    }
    if let Some(lost) = lost {
        // Nobody can tell what a lost document was, so no kind is known in full: what is missing is unknown, not absent.
        for kind in Kind::ALL.into_iter().chain(Kind::FROM_FILES) {
            let problem = Some(lost.clone());
            let state = KindState::Degraded;
            snapshot.set_visibility(Visibility {
                kind,
                state,
                objects: 0,
                resource_version: None,
                last_seen: None,
                problem,
            });
        }
    }
    (snapshot, source)
}

/// Evaluates the first change: what commands read and servers begin with.
pub fn first(reading: Reading, work: &Work) -> Published {
    let (snapshot, source) = fold(Change::Replace(reading));
    work.measure(|| Published::new(1, snapshot, source))
}

/// Publishes changes until their source ends: at once if the last publication is a tenth of a second ago, else as soon
/// as it is. The revision rises only if something can be seen to differ.
pub async fn run(
    mut changes: mpsc::Receiver<Change>,
    publish: watch::Sender<Arc<Published>>,
    work: Arc<Work>,
) {
    let mut last: Option<Instant> = None;
    while let Some(mut change) = changes.recv().await {
        if let Some(last) = last {
            tokio::time::sleep_until(last + APART).await;
        }
        // Each change holds everything, so the newest is enough.
        while let Ok(newer) = changes.try_recv() {
            change = newer;
        }
        let before = Arc::clone(&publish.borrow());
        let measured = Arc::clone(&work);
        let evaluated = tokio::task::spawn_blocking(move || next(&before, change, &measured)).await;
        last = Some(Instant::now());
        match evaluated {
            Ok(Some(published)) => {
                tracing::info!(
                    revision = published.revision,
                    problems = published.report.problems.len(),
                    "published"
                );
                publish.send_replace(Arc::new(published));
            }
            Ok(None) => {}
            Err(error) => {
                work.panics.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, "evaluation failed; the last state stays");
            }
        }
    }
}

/// The moment after a change, if it can be told from the one before.
fn next(before: &Published, change: Change, work: &Work) -> Option<Published> {
    let (snapshot, source) = fold(change);
    let is_same = snapshot == before.snapshot
        && SourceView {
            read_at: before.source.read_at.clone(),
            ..source.clone()
        } == before.source;
    (!is_same).then(|| work.measure(|| Published::new(before.revision + 1, snapshot, source)))
}
