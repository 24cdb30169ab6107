//! The HTTP surface: pages, JSON, events, assets; every answer passes the same doors and carries the same headers.

pub mod accept;
mod assets;
mod events;
mod headers;
pub mod host;
mod page;
mod patience;
pub mod probes;
mod problem;
mod reading;
mod scheme;
pub mod snapshot;

use app::published::{Current, Suites};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use host::Hosts;
use probes::Counters;
use snapshot::Taker;
use std::any::Any;
use std::sync::Arc;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// What the surface needs to know.
#[derive(Clone)]
pub struct Surface {
    /// The newest published moment.
    pub current: Current,
    /// Names under which requests may arrive.
    pub hosts: Arc<Hosts>,
    /// Turns true when the server ends, so that streams end.
    pub ending: watch::Receiver<bool>,
    /// What is counted.
    pub counters: Arc<Counters>,
    /// Assertions to hold against each moment.
    pub suites: Suites,
    /// How snapshots are taken.
    pub taker: Arc<Taker>,
}

/// The whole surface as one service.
pub fn router(surface: &Surface) -> Router {
    guarded(routes(surface), surface)
}

/// Routes within the doors that every request passes, outermost last: Host before anything that could panic or answer
/// data, headers around everything.
fn guarded(routes: Router, surface: &Surface) -> Router {
    let counters = Arc::clone(&surface.counters);
    routes
        .layer(CompressionLayer::new())
        .layer(from_fn(reading::only))
        .layer(from_fn_with_state(Arc::clone(&surface.hosts), host::check))
        .layer(CatchPanicLayer::custom(
            move |panic: Box<dyn Any + Send>| -> Response { probes::caught(&counters, &*panic) },
        ))
        .layer(from_fn(headers::put))
}

fn routes(surface: &Surface) -> Router {
    let site = page::Site::new(
        surface.current.clone(),
        assets::addresses(),
        surface.suites.clone(),
    );
    let mut router = Router::new();
    for path in page::paths(&site) {
        router = router.route(&path, get(page::render));
    }
    for (path, _) in page::functions() {
        router = router.route(path, get(page::answer));
    }
    router
        .fallback(page::not_found)
        .with_state(site)
        .route(
            app::paths::EVENTS,
            get(events::stream).with_state(surface.clone()),
        )
        .route(
            app::paths::SNAPSHOT,
            get(snapshot::take).with_state(Arc::clone(&surface.taker)),
        )
        .route("/api/{*rest}", get(no_such_address))
        .route("/assets/{*name}", get(assets::serve))
        .route("/favicon.ico", get(assets::icon))
        .route("/robots.txt", get(assets::robots))
        .route("/scheme", get(scheme::switch))
}

async fn no_such_address() -> Response {
    problem::problem(
        StatusCode::NOT_FOUND,
        "The JSON interface has no such address; /api/v1/overview is one.",
    )
}
