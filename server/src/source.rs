//! Where objects come from. Every source tells the store the same thing: a [`Change`].

pub mod cluster;
pub mod document;
pub mod example;
pub mod files;
pub mod follow;
pub mod listing;
pub mod snapshot;

use app::api::envelope::SourceView;
use engine::RawObject;
use engine::snapshot::{Problem, Visibility};

/// Something that a source has to say to the store.
#[derive(Clone, Debug)]
pub enum Change {
    /// Everything that the source holds, swapped in whole.
    Replace(Reading),
    /// News of a cluster.
    Cluster(cluster::news::News),
}

/// Everything that a source held at one moment.
#[derive(Clone, Debug)]
pub struct Reading {
    /// All objects.
    pub objects: Vec<RawObject>,
    /// Problems of the source itself, such as a document that is not YAML.
    pub problems: Vec<Problem>,
    /// How far each kind could be seen, where that is known, as in a file of what was read from a cluster.
    pub visibility: Vec<Visibility>,
    /// What is missing, in words, if objects may be missing of which not even the kind is known.
    pub lost: Option<String>,
    /// Where it comes from and how fresh it is.
    pub source: SourceView,
}

/// Now, as RFC 3339 in whole seconds of UTC.
pub fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second())
        .unwrap_or(now)
        .to_string()
}
