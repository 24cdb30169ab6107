//! `/api/v1/snapshot`: what was read, as one file. A cluster is read once more for it, since texts are not kept.

use super::problem::problem;
use crate::cli::SourceArgs;
use crate::command::snapshot as command;
use crate::source::snapshot::{self, Taken};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How snapshots are taken: one at a time, for a cluster has to be read for it.
pub struct Taker {
    source: SourceArgs,
    namespaces: Vec<String>,
    /// Of a source that can be read only once.
    fixed: Option<Taken>,
    place: Semaphore,
}

impl Taker {
    /// Takes them of this source; of `fixed`, if that is all that there will be.
    pub fn new(source: SourceArgs, namespaces: Vec<String>, fixed: Option<Taken>) -> Self {
        Self {
            source,
            namespaces,
            fixed,
            place: Semaphore::new(1),
        }
    }
}

/// Takes a snapshot.
pub(super) async fn take(State(taker): State<Arc<Taker>>) -> Response {
    let Ok(_place) = taker.place.try_acquire() else {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "A snapshot is being taken; try again in a moment.",
        );
    };
    let taken = match &taker.fixed {
        Some(taken) => taken.clone(),
        None => match command::take(&taker.source, &taker.namespaces).await {
            Ok(taken) => taken,
            Err(failure) => {
                return problem(StatusCode::SERVICE_UNAVAILABLE, &failure.to_string());
            }
        },
    };
    // Packing is work for a thread of its own.
    let name = format!(
        "gatewatch-{}.json.gz",
        taken.source.read_at.replace([':', '/'], "")
    );
    let packed = tokio::task::spawn_blocking(move || snapshot::write(&taken)).await;
    match packed {
        Ok(Ok(file)) => {
            let headers = [
                (CONTENT_TYPE, "application/gzip".to_owned()),
                (
                    CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}\""),
                ),
            ];
            (headers, file).into_response()
        }
        _ => problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The snapshot could not be written.",
        ),
    }
}
