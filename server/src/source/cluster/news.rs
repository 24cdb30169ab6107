//! What the readers of a cluster tell the store.

use super::discovery::{Bundle, Resource};
use super::trouble::Trouble;
use engine::ObjectId;
use engine::resource::Decoded;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Names a feed: one kind as the cluster serves it, everywhere or in one Namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedId {
    /// The kind.
    pub resource: Resource,
    /// The Namespace, where not all can be read.
    pub namespace: Option<String>,
}

impl FeedId {
    /// The path that is listed and watched.
    pub fn path(&self) -> String {
        self.resource.path(self.namespace.as_deref())
    }
}

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// An object, and its text where a snapshot is taken.
#[derive(Clone, Debug)]
pub struct Item {
    /// As it is judged.
    pub decoded: Decoded,
    /// As it is kept.
    pub json: Option<Arc<str>>,
}

/// A change of an object.
#[derive(Clone, Debug)]
pub enum Event {
    /// It is there, as it is now.
    Apply(Item),
    /// It is gone.
    Delete(ObjectId),
}

/// Something that a feed, or discovery, has to say. What a feed says arrives in the order in which it was said.
#[derive(Clone, Debug)]
pub enum News {
    /// A list is under way.
    Listing(FeedId),
    /// Everything that there is now; swapped in whole. `version` is the moment of the list.
    Listed {
        /// Whose.
        feed: FeedId,
        /// All objects.
        objects: Vec<Item>,
        /// Their resource version.
        version: String,
    },
    /// Changes since, which may be none: then it is only proof that the watch lives.
    Events {
        /// Whose.
        feed: FeedId,
        /// In order.
        events: Vec<Event>,
        /// The newest resource version, if it was told.
        version: Option<String>,
    },
    /// The kind may be listed but not watched; it is listed again and again.
    Polled(FeedId),
    /// Something went wrong; it will be tried again.
    Trouble(FeedId, Trouble),
    /// The feed is no more, and neither are its objects.
    Ended(FeedId),
    /// What the cluster has, as the resources that will be read.
    Discovered(Vec<Resource>),
    /// The cluster could not say what it has.
    Undiscovered(Trouble),
    /// Where the CRDs come from.
    Bundles(BTreeMap<Resource, Bundle>),
}
