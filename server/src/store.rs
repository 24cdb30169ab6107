//! The only owner of mutable state: folds changes into snapshots and publishes what follows from them.

pub mod feeds;

use crate::source::{Change, Reading};
use app::api::envelope::SourceView;
use app::published::Published;
use engine::snapshot::{KindState, Visibility};
use engine::{Kind, Snapshot};
use feeds::{Counts, Feeds, Moment};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};

/// At most ten publications a second.
const APART: Duration = Duration::from_millis(100);
/// While a cluster is read for the first time it is published so often: all of it is wanted soon, and parts take time.
const APART_AT_FIRST: Duration = Duration::from_secs(2);
/// How often is looked whether a cluster is still proved to be as it was.
const TICK: Duration = Duration::from_secs(1);
/// How often the proofs are published where nothing else is.
const PROVE: Duration = Duration::from_secs(5);
/// Changes that are taken in at once.
const BATCH: usize = 256;

/// What the store says about its own work.
#[derive(Debug, Default)]
pub struct Work {
    /// Evaluations so far.
    pub evaluations: AtomicU64,
    /// Microseconds that they took in all.
    pub microseconds: AtomicU64,
    /// Evaluations that panicked; the state before them stays.
    pub panics: AtomicU64,
    /// What is counted of a cluster's kinds.
    pub kinds: Mutex<BTreeMap<Kind, Counts>>,
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

/// The snapshot and source that a reading leads to.
fn fold(reading: Reading) -> (Snapshot, SourceView) {
    let mut snapshot = Snapshot::default();
    for object in &reading.objects {
        snapshot.apply(object);
    }
    for problem in reading.problems {
        snapshot.add_problem(problem);
    }
    for kind in reading.visibility {
        snapshot.set_visibility(kind);
    }
    if let Some(lost) = reading.lost {
        // Nobody can tell what a lost document was, so no kind is known in full: what is missing is unknown, not absent.
        for kind in Kind::ALL.into_iter().chain(Kind::FROM_FILES) {
            see(&mut snapshot, kind, KindState::Degraded, Some(lost.clone()));
        }
    }
    (snapshot, reading.source)
}

/// Notes how far a kind can be seen.
fn see(snapshot: &mut Snapshot, kind: Kind, state: KindState, problem: Option<String>) {
    snapshot.set_visibility(Visibility::new(kind, state, problem));
}

/// Evaluates the first reading: what commands read and servers begin with.
pub fn first(reading: Reading, work: &Work) -> Published {
    let (snapshot, source) = fold(reading);
    work.measure(|| Published::new(1, snapshot, source))
}

/// A cluster before anything was read of it.
pub fn before(feeds: &Feeds, work: &Work) -> Published {
    let mut state = State::of_cluster(feeds.clone());
    state.look(Moment::now());
    let source = feeds.source(Moment::now());
    work.measure(|| Published::new(1, state.snapshot, source))
}

/// Reads a cluster until each kind was read, or cannot be, and evaluates once. Ends early at `until`.
///
/// # Errors
///
/// If nothing could be read: why.
pub async fn once(
    feeds: Feeds,
    mut changes: mpsc::Receiver<Change>,
    until: Instant,
    work: &Work,
) -> Result<(Published, Feeds), String> {
    let mut state = State::of_cluster(feeds);
    while !state.feeds.as_ref().is_some_and(Feeds::is_settled) {
        match tokio::time::timeout_at(until, changes.recv()).await {
            Ok(Some(change)) => state.take(change),
            Ok(None) | Err(_) => break,
        }
    }
    let now = Moment::now();
    state.look(now);
    let State {
        snapshot, feeds, ..
    } = state;
    let feeds = feeds.ok_or_else(|| "no cluster".to_owned())?;
    if let Some(words) = feeds.nothing_read() {
        return Err(words);
    }
    let published = work.measure(|| Published::new(1, snapshot, feeds.source(now)));
    let mut published = published.proved(feeds.source(now), &feeds.visibility(now));
    published.served = Arc::new(feeds.served());
    Ok((published, feeds))
}

/// What the store holds between publications.
struct State {
    snapshot: Snapshot,
    feeds: Option<Feeds>,
    /// A reading that was not taken in yet; each holds everything, so the newest is enough.
    reading: Option<Reading>,
    /// Something that can be seen differs from what was handed to the last evaluation.
    dirty: bool,
}

impl State {
    fn of_cluster(feeds: Feeds) -> Self {
        let mut snapshot = Snapshot::default();
        for kind in Kind::FROM_FILES {
            let words = "Never read from a cluster.".to_owned();
            see(&mut snapshot, kind, KindState::Denied, Some(words));
        }
        Self {
            snapshot,
            feeds: Some(feeds),
            reading: None,
            dirty: false,
        }
    }

    fn take(&mut self, change: Change) {
        match change {
            Change::Replace(reading) => {
                self.reading = Some(reading);
                self.dirty = true;
            }
            Change::Cluster(news) => {
                if let Some(feeds) = &mut self.feeds {
                    self.dirty |= feeds.take(news, &mut self.snapshot, Moment::now());
                }
            }
        }
    }

    /// Notes how far each kind can be seen now.
    fn look(&mut self, now: Moment) {
        let Some(feeds) = &mut self.feeds else {
            return;
        };
        self.dirty |= feeds.tick(&mut self.snapshot, now);
        for kind in feeds.visibility(now) {
            let known = self.snapshot.seen(kind.kind);
            let same = known.is_some_and(|known| {
                let before = (known.state, &known.problem, &known.within);
                before == (kind.state, &kind.problem, &kind.within)
            });
            if !same {
                self.dirty = true;
                let fresh = Visibility::new(kind.kind, kind.state, kind.problem);
                self.snapshot.set_visibility(Visibility {
                    within: kind.within,
                    ..fresh
                });
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.feeds.as_ref().is_none_or(Feeds::is_settled)
    }
}

/// An evaluation under way; `None` if it led to nothing that can be seen to differ.
type Evaluation = JoinHandle<Option<Published>>;

/// Publishes changes until their source ends: at once if that is long enough ago, else as soon as it is. The revision
/// rises only if something can be seen to differ. `feeds` are those of a cluster.
pub async fn run(
    mut changes: mpsc::Receiver<Change>,
    feeds: Option<Feeds>,
    publish: watch::Sender<Arc<Published>>,
    work: Arc<Work>,
) {
    let mut state = match feeds {
        Some(feeds) => State::of_cluster(feeds),
        None => State {
            snapshot: publish.borrow().snapshot.clone(),
            feeds: None,
            reading: None,
            dirty: false,
        },
    };
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut evaluation: Option<(Instant, Evaluation)> = None;
    let mut not_before = match state.is_settled() {
        true => Instant::now(),
        false => Instant::now() + APART_AT_FIRST,
    };
    let mut settled = state.is_settled();
    let mut proved = Instant::now();
    loop {
        let can_start = state.dirty && evaluation.is_none();
        tokio::select! {
            change = changes.recv() => {
                let Some(change) = change else { return };
                state.take(change);
                for _ in 0..BATCH {
                    let Ok(change) = changes.try_recv() else { break };
                    state.take(change);
                }
                state.look(Moment::now());
                if !settled && state.is_settled() {
                    settled = true;
                    not_before = Instant::now();
                }
            }
            () = tokio::time::sleep_until(not_before), if can_start => {
                state.dirty = false;
                let before = Arc::clone(&publish.borrow());
                evaluation = Some((Instant::now(), start(&mut state, before, &work)));
            }
            done = async { match &mut evaluation { Some((_, job)) => job.await, None => std::future::pending().await } } => {
                let started = evaluation.take().map_or_else(Instant::now, |(started, _)| started);
                // Evaluating takes at most half of the time, so that a restless cluster does not take a whole core.
                let pause = if state.is_settled() { APART } else { APART_AT_FIRST };
                not_before = Instant::now() + pause.max(started.elapsed());
                announce(done, &publish, &work);
            }
            _ = tick.tick(), if state.feeds.is_some() => {
                let now = Moment::now();
                state.look(now);
                let Some(feeds) = &state.feeds else { continue };
                *work.kinds.lock().unwrap_or_else(PoisonError::into_inner) = feeds.counts();
                if proved.elapsed() >= PROVE {
                    proved = Instant::now();
                    let same = publish.borrow().proved(feeds.source(now), &feeds.visibility(now));
                    publish.send_replace(Arc::new(same));
                }
            }
        }
    }
}

/// Evaluates what the store holds, beside it.
fn start(state: &mut State, before: Arc<Published>, work: &Arc<Work>) -> Evaluation {
    let work = Arc::clone(work);
    let now = Moment::now();
    let feeds = state.feeds.as_ref();
    let seen = feeds.map(|feeds| (feeds.source(now), feeds.visibility(now), feeds.served()));
    let snapshot = state.snapshot.clone();
    let reading = state.reading.take();
    tokio::task::spawn_blocking(move || {
        let (snapshot, source) = match (reading, &seen) {
            (Some(reading), _) => fold(reading),
            (None, Some((source, ..))) => (snapshot, source.clone()),
            (None, None) => return None,
        };
        let as_before = SourceView {
            read_at: before.source.read_at.clone(),
            ..source.clone()
        };
        // What feeds tell is known to differ; comparing everything is for files.
        if seen.is_none() && snapshot == before.snapshot && as_before == before.source {
            return None;
        }
        let next = work.measure(|| Published::new(before.revision + 1, snapshot, source));
        Some(match seen {
            Some((source, proofs, served)) => {
                let mut next = next.proved(source, &proofs);
                next.served = Arc::new(served);
                next
            }
            None => next,
        })
    })
}

/// Publishes what an evaluation led to.
fn announce(
    done: Result<Option<Published>, tokio::task::JoinError>,
    publish: &watch::Sender<Arc<Published>>,
    work: &Work,
) {
    match done {
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
