//! Watches of the scriptable API server.

use super::{Asked, Change, Cut, Faults, Shared, body, status, text_of};
use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{Error, ErrorKind};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Waits until the server no longer stalls.
pub(super) async fn until_healed(shared: &Shared) {
    let mut changed = shared.changed.subscribe();
    while shared.held().faults.stall {
        let _ = changed.changed().await;
    }
}

/// One watch.
struct Watch {
    shared: Shared,
    asked: Asked,
    version: u64,
    waiting: VecDeque<Result<Bytes, Error>>,
    changed: watch::Receiver<u64>,
    broken: watch::Receiver<u64>,
    ends: Instant,
    bookmarked: bool,
    ended: bool,
}

fn line(type_: &str, object: &Value) -> Result<Bytes, Error> {
    let text = format!("{{\"type\":\"{type_}\",\"object\":{}}}\n", text_of(object));
    Ok(Bytes::from(text))
}

fn bookmark(version: u64, is_end: bool) -> Result<Bytes, Error> {
    let mark = if is_end {
        json!({"k8s.io/initial-events-end": "true"})
    } else {
        json!({})
    };
    let metadata = json!({"resourceVersion": version.to_string(), "annotations": mark});
    line("BOOKMARK", &json!({"metadata": metadata}))
}

fn broken() -> Result<Bytes, Error> {
    Err(Error::from(ErrorKind::ConnectionReset))
}

/// Answers a watch.
pub(super) fn watch(shared: &Shared, asked: &Asked) -> Response {
    let held = shared.held();
    let number = |name: &str| {
        asked
            .query
            .get(name)
            .and_then(|text| text.parse::<u64>().ok())
    };
    let streams = asked.query.contains_key("sendInitialEvents");
    if held.faults.gone_as_status && !streams {
        return status(410, "too old resource version");
    }
    if streams && held.faults.no_streams {
        return status(422, "sendInitialEvents is forbidden for watch");
    }
    let mut waiting = VecDeque::new();
    let version = if streams {
        let all = held.objects.get(&asked.key);
        for ((namespace, _), object) in all.into_iter().flatten() {
            if asked
                .namespace
                .as_ref()
                .is_none_or(|wanted| wanted == namespace)
            {
                waiting.push_back(line("ADDED", object));
            }
        }
        if !held.faults.endless_streams {
            waiting.push_back(bookmark(held.version, true));
        }
        held.version
    } else {
        let version = number("resourceVersion").unwrap_or_default();
        if version < held.oldest || version > held.version {
            let gone = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version"});
            waiting.push_back(line("ERROR", &gone));
        }
        version
    };
    let lasts = Duration::from_secs(number("timeoutSeconds").unwrap_or(60));
    let lasts = held
        .faults
        .close_after
        .map_or(lasts, |short| lasts.min(short));
    drop(held);
    let watch = Watch {
        shared: shared.clone(),
        asked: asked.clone(),
        version,
        waiting,
        changed: shared.changed.subscribe(),
        broken: shared.broken.subscribe(),
        ends: Instant::now() + lasts,
        bookmarked: false,
        ended: false,
    };
    body(stream::unfold(watch, next))
}

async fn next(mut watch: Watch) -> Option<(Result<Bytes, Error>, Watch)> {
    loop {
        if let Some(chunk) = watch.waiting.pop_front() {
            watch.ended |= chunk.is_err();
            return Some((chunk, watch));
        }
        if watch.ended {
            return None;
        }
        until_healed(&watch.shared).await;
        watch.read();
        if !watch.waiting.is_empty() {
            continue;
        }
        // As the real one: a bookmark shortly before the end.
        let shortly = watch.ends - Duration::from_millis(100);
        let until = if watch.bookmarked {
            watch.ends
        } else {
            shortly
        };
        tokio::select! {
            _ = watch.broken.changed() => watch.waiting.push_back(broken()),
            _ = watch.changed.changed() => {}
            () = tokio::time::sleep_until(until) => {
                if watch.bookmarked {
                    return None;
                }
                watch.bookmarked = true;
                watch.read();
                let version = watch.version.max(watch.shared.held().version);
                watch.waiting.push_back(bookmark(version, false));
            }
        }
    }
}

impl Watch {
    /// Takes what happened since.
    fn read(&mut self) {
        let shared = self.shared.clone();
        let mut held = shared.held();
        let since = |change: &&Change| change.0 > self.version && change.1 == self.asked.key;
        let mine = |change: &&Change| {
            let namespace = change
                .3
                .pointer("/metadata/namespace")
                .and_then(Value::as_str);
            self.asked.namespace.is_none() || namespace == self.asked.namespace.as_deref()
        };
        let mut changes: Vec<Change> = held
            .log
            .iter()
            .filter(since)
            .filter(mine)
            .cloned()
            .collect();
        let Some(last) = changes.iter().map(|change| change.0).max() else {
            return;
        };
        let faults = held.faults.clone();
        if let Some(spoilt) = spoilt(&faults, changes.first()) {
            held.faults.cut = None;
            held.faults.gone_in_stream = false;
            self.waiting.push_back(spoilt);
            self.waiting.push_back(broken());
            return;
        }
        if faults.reorder {
            changes.reverse();
        }
        for (_, _, type_, object) in &changes {
            self.waiting.push_back(line(type_, object));
            if faults.duplicate {
                self.waiting.push_back(line(type_, object));
            }
        }
        self.version = last;
    }
}

/// What is sent in place of a change.
fn spoilt(faults: &Faults, change: Option<&Change>) -> Option<Result<Bytes, Error>> {
    if faults.gone_in_stream {
        let gone = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version"});
        return Some(line("ERROR", &gone));
    }
    let half = || {
        let (_, _, type_, object) = change?;
        let text = json!({"type": type_, "object": object}).to_string();
        let (half, _) = text.split_at(text.len() / 2);
        Some(half.to_owned())
    };
    match faults.cut? {
        Cut::MidLine => Some(Ok(Bytes::from(half()?))),
        Cut::HalfLine => Some(Ok(Bytes::from(half()? + "\n"))),
        Cut::Garbage => Some(Ok(Bytes::from_static(b"\x00\xff}{ no json\n"))),
        Cut::Endless => Some(Ok(Bytes::from(vec![b'x'; 64 << 20]))),
    }
}
