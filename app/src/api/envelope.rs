//! What every answer carries: version, revision, source, visibility, problems.

use engine::snapshot::{Problem, Visibility};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// Version of the JSON interface.
pub const API_VERSION: &str = "gatewatch/v1";

/// Where objects come from and how fresh they are (`source`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceView {
    /// Kind of source.
    pub kind: SourceKind,
    /// For people: `example: ACME`, `files: acme/`.
    pub name: String,
    /// Whether changes would be seen.
    pub state: SourceStateView,
    /// When the newest objects were read, RFC 3339 in UTC.
    pub read_at: String,
    /// What is wrong with the source itself, such as a file that keeps its last good state.
    pub problem: Option<String>,
}

/// Kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Embedded example.
    Example,
    /// Files, a directory or standard input.
    Files,
    /// A cluster.
    Cluster,
    /// A file of what was read at an earlier moment.
    Snapshot,
}

/// Whether changes of the source would be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceStateView {
    /// Nothing can change (example, standard input, a command's single read).
    Fixed,
    /// Followed; changes appear by themselves.
    Live,
    /// Something is wrong; the last good state is shown.
    Stale,
    /// A cluster that has not been read in full yet.
    Connecting,
}

/// The answer to every question, with what it is based on. `T` flattens beside the common fields.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<T> {
    /// [`API_VERSION`].
    pub api_version: String,
    /// Kind of answer: `AttachmentList`, `Overview`, ...
    pub kind: String,
    /// Number of the moment that it speaks about.
    pub revision: u64,
    /// Where the objects come from.
    pub source: SourceView,
    /// How far each kind could be seen.
    pub visibility: Vec<Visibility>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The answer proper.
    #[serde(flatten)]
    pub body: T,
}

/// The fields of every [`Answer`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Common {
    api_version: String,
    kind: String,
    revision: u64,
    source: SourceView,
    visibility: Vec<Visibility>,
    problems: Vec<Problem>,
}

/// Reads the text twice: `flatten` would hold every answer in between as a tree of its own, and code for that is a
/// third of what the browser has to load.
impl<'de, T: DeserializeOwned> Deserialize<'de> for Answer<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let common: Common = serde_json::from_str(text.get()).map_err(D::Error::custom)?;
        Ok(Self {
            api_version: common.api_version,
            kind: common.kind,
            revision: common.revision,
            source: common.source,
            visibility: common.visibility,
            problems: common.problems,
            body: serde_json::from_str(text.get()).map_err(D::Error::custom)?,
        })
    }
}

/// A list answer: `items`, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Items<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Number of items that pass the filter, on all pages.
    pub total: u32,
}

#[cfg(feature = "ssr")]
impl<T> Answer<T> {
    /// Wraps a body with what it is based on.
    pub fn new(published: &crate::published::Published, kind: &str, body: T) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: kind.to_owned(),
            revision: published.revision,
            source: published.source.clone(),
            visibility: published.visibility.clone(),
            problems: published.report.problems.clone(),
            body,
        }
    }
}
