//! How far each kind can be seen, and what could not be read.

use crate::object::{Kind, ObjectId};
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

impl KindState {
    /// True if an object of the kind that is not held does not exist.
    pub fn is_complete(self) -> bool {
        match self {
            Self::Complete | Self::Live | Self::Absent => true,
            Self::Waiting | Self::Listing | Self::Degraded | Self::Denied | Self::Stale => false,
        }
    }
}

/// What is known about one kind's visibility (`visibility[]` of every answer).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visibility {
    /// The kind.
    pub kind: Kind,
    /// Its state.
    pub state: KindState,
    /// Namespaces in which it can be seen completely all the same, where it cannot everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
    /// How many objects of it are held.
    pub objects: u32,
    /// Resource version of the last list or event, where there is one.
    pub resource_version: Option<String>,
    /// When the source last had proof of life, RFC 3339 in UTC.
    pub last_seen: Option<String>,
    /// What is wrong, in words.
    pub problem: Option<String>,
}

impl Visibility {
    /// A kind of which nothing more is known than its state.
    pub fn new(kind: Kind, state: KindState, problem: Option<String>) -> Self {
        Self {
            kind,
            state,
            within: Vec::new(),
            objects: 0,
            resource_version: None,
            last_seen: None,
            problem,
        }
    }
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
