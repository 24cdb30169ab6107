//! All inputs at one moment.

use crate::object::{Kind, ObjectId, RawObject};
use serde::{Deserialize, Serialize};

/// How far a kind can be seen, as the source last knew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindState {
    /// Read completely from files; nothing more will come unless the files change.
    Complete,
    /// Watched and up to date.
    Live,
    /// Not asked yet.
    Waiting,
    /// The first list is under way.
    Listing,
    /// Readable in part only, or with trouble.
    Degraded,
    /// The server refuses to show this kind.
    Denied,
    /// The kind does not exist on this server (no such CRD).
    Absent,
    /// Was live; what is shown is old.
    Stale,
}

/// What is known about one kind's visibility (`visibility[]` of every answer).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visibility {
    /// The kind.
    pub kind: Kind,
    /// Its state.
    pub state: KindState,
    /// How many objects of it are held.
    pub objects: u32,
    /// Resource version of the last list or event, where there is one.
    pub resource_version: Option<String>,
    /// When the source last had proof of life, RFC 3339 in UTC.
    pub last_seen: Option<String>,
    /// What is wrong, in words.
    pub problem: Option<String>,
}

/// An object or document that could not be read, or is wrong in itself (`problems[]` of every answer).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The object as far as its identity could be read.
    pub object: Option<ObjectId>,
    /// Where: `routes.yaml, document 3, spec.listeners[0].port`; the parts that are known.
    pub path: String,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// Immutable set of objects, unreadable ones included. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    visibility: Vec<Visibility>,
    problems: Vec<Problem>,
}

impl Snapshot {
    /// Adds or replaces an object. What does not decode is kept as a [`Problem`].
    pub fn apply(&mut self, _raw: &RawObject) {}

    /// Removes an object; unknown ids are ignored.
    pub fn delete(&mut self, _id: &ObjectId) {}

    /// Says how far a kind can be seen. A kind never mentioned counts as [`KindState::Complete`].
    pub fn set_visibility(&mut self, _visibility: Visibility) {}

    /// Visibility of every kind, sorted by kind, object counts filled in.
    pub fn visibility(&self) -> &[Visibility] {
        &self.visibility
    }

    /// What could not be read, sorted.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}
