//! Server-sent events: each says only the newest revision; pages then fetch what they show.

use super::Surface;
use super::problem::problem;
use app::published::Current;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// A comment is sent this often, so that both sides know that the other lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long browsers wait before they connect again.
const RETRY: Duration = Duration::from_secs(1);

/// One client's stream: at once the newest revision, then each newer one. A slow client skips revisions.
struct Client {
    current: Current,
    ending: watch::Receiver<bool>,
    is_first: bool,
    _place: OwnedSemaphorePermit,
}

/// `/api/v1/events`.
pub(super) async fn stream(State(surface): State<Surface>) -> Response {
    let Ok(place) = Arc::clone(&surface.counters.places).try_acquire_owned() else {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many pages follow this server; close some.",
        );
    };
    let client = Client {
        current: surface.current,
        ending: surface.ending,
        is_first: true,
        _place: place,
    };
    let events = stream::unfold(client, |mut client| async move {
        let is_first = std::mem::take(&mut client.is_first);
        if !is_first {
            let ends = tokio::select! {
                changed = client.current.changed() => changed.is_err(),
                _ = client.ending.wait_for(|ending| *ending) => true,
            };
            if ends {
                return None;
            }
        }
        let revision = client.current.borrow_and_update().revision;
        let event = Event::default()
            .event("revision")
            .data(format!("{{\"revision\":{revision}}}"));
        let event = if is_first { event.retry(RETRY) } else { event };
        Some((Ok::<_, Infallible>(event), client))
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response();
    // Proxies that gather answers before they pass them on would hold the events back.
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
