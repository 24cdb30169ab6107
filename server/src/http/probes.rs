//! The second port: liveness, readiness, metrics. It holds no data and no names of objects.

use super::problem::problem;
use super::{headers, reading};
use crate::store::Work;
use crate::store::feeds::Counts;
use app::api::envelope::SourceStateView;
use app::published::{Current, Published};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engine::sentence::visible;
use engine::snapshot::Visibility;
use std::any::Any;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How many pages may follow the server at a time.
const FOLLOWERS: usize = 2_000;

/// How long a first read may take before what was read is served all the same.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is counted while serving.
#[derive(Debug)]
pub struct Counters {
    /// The store's own figures.
    pub work: Arc<Work>,
    /// Places for followers of events.
    pub places: Arc<Semaphore>,
    /// Panics that were caught.
    pub panics: AtomicU64,
    /// When serving began.
    started: Instant,
}

impl Counters {
    /// Nothing counted yet.
    pub fn new(work: Arc<Work>) -> Self {
        Self {
            work,
            places: Arc::new(Semaphore::new(FOLLOWERS)),
            panics: AtomicU64::new(0),
            started: Instant::now(),
        }
    }
}

/// Answers for a request whose handling panicked; counts and logs it.
pub(super) fn caught(counters: &Counters, panic: &(dyn Any + Send)) -> Response {
    counters.panics.fetch_add(1, Ordering::Relaxed);
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or(panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = %visible(words.unwrap_or("without words")), "a request made the server panic");
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Gatewatch has a bug and could not answer this; its log says more.",
    )
}

/// The probes' surface.
pub fn router(current: Current, counters: Arc<Counters>) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .fallback(|| async {
            problem(
                StatusCode::NOT_FOUND,
                "There are /livez, /readyz and /metrics here.",
            )
        })
        .with_state((current, counters))
        .layer(from_fn(reading::only))
        .layer(from_fn(headers::put))
}

/// Ready once each kind that may be read was read; a cluster that does not get there is served as far as it was read.
async fn ready(State((current, counters)): State<(Current, Arc<Counters>)>) -> Response {
    let published = Arc::clone(&current.borrow());
    let reads = published.source.state == SourceStateView::Connecting;
    match (reads, counters.started.elapsed() < PATIENCE) {
        (true, true) => problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "The cluster is being read for the first time.",
        ),
        (true, false) => "ok, though not all was read\n".into_response(),
        (false, _) => "ok\n".into_response(),
    }
}

/// One of the figures of a kind.
type Figure = fn(&Counts) -> u64;

/// States of kinds, and what was counted of them, with the name of the kind as the only label besides the state.
fn kinds(published: &Published, work: &Work, text: &mut String) {
    let mut of_kind =
        |name: &str, help: &str, type_: &str, values: &mut dyn Iterator<Item = String>| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {type_}");
            for value in values {
                let _ = writeln!(text, "{name}{value}");
            }
        };
    let state = |kind: &Visibility| {
        let state = serde_json::to_value(kind.state).unwrap_or_default();
        let state = state.as_str().unwrap_or_default().to_owned();
        format!("{{kind=\"{}\",state=\"{state}\"}} 1", kind.kind.as_str())
    };
    of_kind(
        "gatewatch_kind_state",
        "State of a kind: live, denied, absent, stale, ...",
        "gauge",
        &mut published.visibility.iter().map(state),
    );
    let counts = work
        .kinds
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let names: [(&str, &str, Figure); 3] = [
        (
            "gatewatch_events_total",
            "Changes that arrived, by kind.",
            |counts| counts.events,
        ),
        (
            "gatewatch_lists_total",
            "Lists that were read, by kind; more than one is a relist.",
            |counts| counts.lists,
        ),
        (
            "gatewatch_read_errors_total",
            "Failures to read, by kind.",
            |counts| counts.failures,
        ),
    ];
    for (name, help, value) in names {
        let mut lines = counts
            .iter()
            .map(|(kind, counts)| format!("{{kind=\"{}\"}} {}", kind.as_str(), value(counts)));
        of_kind(name, help, "counter", &mut lines);
    }
}

async fn metrics(State((current, counters)): State<(Current, Arc<Counters>)>) -> Response {
    let published = Arc::clone(&current.borrow());
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, kind: &str, values: &[(String, u64)]| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let objects: Vec<(String, u64)> = published
        .report
        .visibility
        .iter()
        .map(|kind| {
            (
                format!("{{kind=\"{}\"}}", kind.kind.as_str()),
                u64::from(kind.objects),
            )
        })
        .collect();
    let one = |value: u64| [(String::new(), value)];
    gauge(
        "gatewatch_revision",
        "Number of the published moment.",
        "gauge",
        &one(published.revision),
    );
    gauge(
        "gatewatch_objects",
        "Objects held, by kind.",
        "gauge",
        &objects,
    );
    gauge(
        "gatewatch_problems",
        "Objects and documents that could not be read.",
        "gauge",
        &one(published.report.problems.len() as u64),
    );
    let followers = FOLLOWERS.saturating_sub(counters.places.available_permits()) as u64;
    gauge(
        "gatewatch_followers",
        "Pages that follow the server.",
        "gauge",
        &one(followers),
    );
    let panics =
        counters.panics.load(Ordering::Relaxed) + counters.work.panics.load(Ordering::Relaxed);
    gauge(
        "gatewatch_panics_total",
        "Panics that were caught.",
        "counter",
        &one(panics),
    );
    let work = &counters.work;
    gauge(
        "gatewatch_evaluations_total",
        "Evaluations of everything.",
        "counter",
        &one(work.evaluations.load(Ordering::Relaxed)),
    );
    let seconds =
        std::time::Duration::from_micros(work.microseconds.load(Ordering::Relaxed)).as_secs_f64();
    let _ = writeln!(
        text,
        "# HELP gatewatch_evaluation_seconds_total Time that evaluations took.\n\
         # TYPE gatewatch_evaluation_seconds_total counter\n\
         gatewatch_evaluation_seconds_total {seconds}"
    );
    kinds(&published, work, &mut text);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
