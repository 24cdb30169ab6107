//! Changes of a kind as an API server streams them.

use super::connect::Connection;
use super::lines::Lines;
use super::pace::Pace;
use super::trouble::Trouble;
use axum::http::header::ACCEPT;
use engine::Kind;
use engine::RawObject;
use engine::resource::{decode_as, identity};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::backoff;
use super::news::{Event, Item};
use crate::source::snapshot::trimmed;

/// The mark of the bookmark behind the last object of a streaming list.
const END_OF_LIST: &str = "k8s.io/initial-events-end";

/// A line of a watch.
#[derive(Debug)]
pub enum Line {
    /// A change, and its resource version if it can be read.
    Change(Box<Event>, Option<String>),
    /// No change up to this resource version; true behind the last object of a streaming list.
    Bookmark(Option<String>, bool),
    /// The server ends the watch.
    End(Trouble),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    type_: Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

#[derive(Default, Deserialize)]
struct Head {
    #[serde(default)]
    metadata: Option<HeadMeta>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeadMeta {
    #[serde(default)]
    resource_version: Option<String>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

impl Head {
    fn of(object: &RawValue) -> HeadMeta {
        let head: Result<Self, _> = serde_json::from_str(object.get());
        head.ok().and_then(|head| head.metadata).unwrap_or_default()
    }
}

/// How objects of a feed are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// As this kind.
    pub kind: Kind,
    /// The version for those that do not say theirs.
    pub api_version: String,
    /// Whether their text is kept, for a snapshot.
    pub keep: bool,
}

impl Reading {
    /// Decodes an object of a list or watch.
    pub fn item(&self, object: &RawValue) -> Item {
        let raw = RawObject {
            json: Arc::from(object.get()),
            origin: Arc::from(""),
        };
        let text = || trimmed(object.get(), &self.api_version, self.kind.as_str());
        Item {
            decoded: decode_as(self.kind, &raw),
            json: self.keep.then(text),
        }
    }
}

/// What a line says.
///
/// # Errors
///
/// If it is no event.
pub fn read(reading: &Reading, line: &str) -> Result<Line, Trouble> {
    let broken = |error| Trouble::Broken(format!("a line that is no event: {error}"));
    let envelope: Envelope<'_> = serde_json::from_str(line).map_err(broken)?;
    let object = envelope.object;
    Ok(match &*envelope.type_ {
        "ADDED" | "MODIFIED" => {
            let event = Box::new(Event::Apply(reading.item(object)));
            Line::Change(event, Head::of(object).resource_version)
        }
        "DELETED" => match identity::scan(object.get()).id_as(reading.kind) {
            Some(id) => Line::Change(
                Box::new(Event::Delete(id)),
                Head::of(object).resource_version,
            ),
            // Something is gone, nobody knows what: only a new list tells.
            None => Line::End(Trouble::Gone),
        },
        "BOOKMARK" => {
            let head = Head::of(object);
            let mark = head.annotations.unwrap_or_default();
            let ends = mark.get(END_OF_LIST).is_some_and(|value| value == "true");
            Line::Bookmark(head.resource_version, ends)
        }
        "ERROR" => Line::End(Trouble::of_event(object.get())),
        // A type of event that we do not know cannot be passed over: it may be a change.
        other => {
            let words = format!("an event of type {other}");
            return Err(Trouble::Broken(super::trouble::shortened(&words)));
        }
    })
}

/// Begins a watch behind a resource version.
///
/// # Errors
///
/// If the server does not begin it.
pub async fn after(
    connection: &Connection,
    path: &str,
    version: &str,
    pace: Pace,
) -> Result<Lines, Trouble> {
    let version = utf8_percent_encode(version, NON_ALPHANUMERIC);
    let query = format!("{path}?watch=1&allowWatchBookmarks=true&resourceVersion={version}");
    open(connection, query, pace).await
}

/// Begins a watch that first tells everything that there is.
///
/// # Errors
///
/// If the server does not begin it; [`Trouble::Refused`] if it does not know such lists.
pub async fn whole(connection: &Connection, path: &str, pace: Pace) -> Result<Lines, Trouble> {
    let query = format!(
        "{path}?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    );
    open(connection, query, pace).await
}

async fn open(connection: &Connection, query: String, pace: Pace) -> Result<Lines, Trouble> {
    let lasts = backoff::between(pace.watch.0, pace.watch.1);
    let query = format!("{query}&timeoutSeconds={}", lasts.as_secs().max(1));
    let answer = connection
        .get(&query, &[(ACCEPT, "application/json")])
        .await?;
    Ok(Lines::new(answer.into_body()))
}
