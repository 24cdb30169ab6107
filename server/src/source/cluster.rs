//! A live cluster: what it has, each kind listed once and watched, with whatever rights there are.
//!
//! `kube` chooses the cluster and speaks to it (credentials, TLS, proxies). Lists and watches are read here and not by
//! its `watcher`, which hides bookmarks, and so the proof that a watch lives, retries what is denied without a word, and
//! puts no bound on a line.

pub mod backoff;
pub mod connect;
pub mod discovery;
pub mod feed;
pub mod lines;
pub mod list;
pub mod news;
pub mod pace;
pub mod trouble;
pub mod watch;

use super::Change;
use backoff::Backoff;
use connect::Connection;
use discovery::{Bundle, Found, Resource};
use engine::Kind;
use feed::{Feed, Shared};
use futures_util::future::join_all;
use news::{FeedId, News};
use pace::Pace;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{mpsc, watch as signal};
use tokio::task::JoinHandle;
use trouble::Trouble;

/// CRDs are looked at again after so many of these rounds even if nothing seems to have changed.
const ROUNDS_TO_CRDS: u32 = 15;
/// Namespaces that are tried one by one where not all can be read at once.
const MOST_NAMESPACES: usize = 20;

/// What to read of a cluster.
#[derive(Clone)]
pub struct Cluster {
    /// How to reach it.
    pub connection: Connection,
    /// Only these Namespaces; all if there is none.
    pub namespaces: Vec<String>,
    /// Namespaces to try by themselves where not all may be read at once.
    pub tries: Vec<String>,
    /// How fast.
    pub pace: Pace,
    /// Whether the texts of objects are kept, for a snapshot.
    pub keep: bool,
}

/// Follows a cluster until nobody listens any more.
pub async fn follow(cluster: Cluster, store: mpsc::Sender<Change>) {
    let shared = Arc::new(Shared::default());
    let mut keepers: BTreeMap<Resource, Keeper> = BTreeMap::new();
    let mut known = Found::default();
    let mut bundles = BTreeMap::new();
    let mut backoff = Backoff::new(cluster.pace);
    for round in 0_u32.. {
        let asked = discovery::ask(&cluster.connection, &known).await;
        let (found, trouble) = match asked {
            Ok(found) => (found, None),
            // Whoever may not ask what there is may still read it.
            Err(trouble @ Trouble::Denied(_)) => (Some(discovery::guess()), Some(trouble)),
            Err(trouble) => (None, Some(trouble)),
        };
        let changed = found.is_some();
        if let Some(found) = found {
            keepers.retain(|resource, _| found.resources.contains(resource));
            for resource in &found.resources {
                keepers
                    .entry(resource.clone())
                    .or_insert_with(|| Keeper::start(&cluster, resource, &store, &shared));
            }
            known = found;
            let news = News::Discovered(known.resources.clone());
            if store.send(Change::Cluster(news)).await.is_err() {
                return;
            }
        }
        let wait = match trouble {
            Some(Trouble::Denied(_)) | None => {
                backoff.reset();
                cluster.pace.rediscover
            }
            Some(trouble) => {
                let wait = backoff.next(&trouble);
                let news = News::Undiscovered(trouble);
                if store.send(Change::Cluster(news)).await.is_err() {
                    return;
                }
                wait
            }
        };
        if changed || round.is_multiple_of(ROUNDS_TO_CRDS) {
            let newer = crds(&cluster.connection, &known.resources).await;
            if newer != bundles {
                bundles = newer;
                let news = News::Bundles(bundles.clone());
                if store.send(Change::Cluster(news)).await.is_err() {
                    return;
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = store.closed() => return,
        }
    }
}

/// Where the CRDs come from, as far as they can be read.
async fn crds(connection: &Connection, resources: &[Resource]) -> BTreeMap<Resource, Bundle> {
    let custom = resources
        .iter()
        .filter(|resource| !resource.group.is_empty());
    let asked = custom.map(|resource| async move {
        let bundle = discovery::bundle(connection, resource).await.ok()?;
        Some((resource.clone(), bundle))
    });
    join_all(asked).await.into_iter().flatten().collect()
}

/// Reads one resource with the rights that there are: everywhere, else in the Namespaces where it may be read.
struct Keeper {
    task: JoinHandle<()>,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A feed that ends, with what it brought, when it is dropped.
struct Running {
    id: FeedId,
    task: JoinHandle<()>,
    store: mpsc::Sender<Change>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
        let (store, ended) = (self.store.clone(), News::Ended(self.id.clone()));
        // Without a runtime everything ends anyway.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let _ = store.send(Change::Cluster(ended)).await;
            });
        }
    }
}

/// What keepers need.
struct Keeping {
    cluster: Cluster,
    resource: Resource,
    store: mpsc::Sender<Change>,
    shared: Arc<Shared>,
}

impl Keeper {
    fn start(
        cluster: &Cluster,
        resource: &Resource,
        store: &mpsc::Sender<Change>,
        shared: &Arc<Shared>,
    ) -> Self {
        let keeping = Keeping {
            cluster: cluster.clone(),
            resource: resource.clone(),
            store: store.clone(),
            shared: Arc::clone(shared),
        };
        Self {
            task: tokio::spawn(keeping.run()),
        }
    }
}

impl Keeping {
    fn feed(&self, namespace: Option<String>, denied: signal::Sender<bool>) -> Running {
        let id = FeedId {
            resource: self.resource.clone(),
            namespace,
        };
        let feed = Feed {
            connection: self.cluster.connection.clone(),
            id: id.clone(),
            store: self.store.clone(),
            pace: self.cluster.pace,
            keep: self.cluster.keep,
            shared: Arc::clone(&self.shared),
            denied,
        };
        Running {
            id,
            task: tokio::spawn(feed.run()),
            store: self.store.clone(),
        }
    }

    async fn run(self) {
        let chosen = &self.cluster.namespaces;
        let kind = self.resource.kind;
        let mut narrow: BTreeMap<String, Running> = BTreeMap::new();
        if !chosen.is_empty() && kind.is_namespaced() {
            for name in chosen {
                let feed = self.feed(Some(name.clone()), signal::Sender::new(false));
                narrow.insert(name.clone(), feed);
            }
            return std::future::pending().await;
        }
        let denied = signal::Sender::new(false);
        let mut is_denied = denied.subscribe();
        let mut names = self.shared.namespaces.subscribe();
        let _wide = self.feed(None, denied);
        loop {
            let wanted = match (*is_denied.borrow_and_update(), kind) {
                (false, _) | (true, Kind::GatewayClass) => BTreeSet::new(),
                (true, _) => self.candidates(&names.borrow_and_update()),
            };
            narrow.retain(|name, _| wanted.contains(name));
            for name in wanted {
                let feed = || self.feed(Some(name.clone()), signal::Sender::new(false));
                narrow.entry(name.clone()).or_insert_with(feed);
            }
            tokio::select! {
                changed = is_denied.changed() => if changed.is_err() { return },
                changed = names.changed() => if changed.is_err() { return },
            }
        }
    }

    /// The Namespaces to try where a kind is denied everywhere: those asked for, else the one that we are in and those
    /// that can be seen.
    fn candidates(&self, seen: &BTreeSet<String>) -> BTreeSet<String> {
        if !self.cluster.namespaces.is_empty() {
            return self.cluster.namespaces.iter().cloned().collect();
        }
        let own = self.cluster.connection.namespace().to_owned();
        let others = seen.iter().take(MOST_NAMESPACES).cloned();
        let named = self.cluster.tries.iter().cloned();
        std::iter::once(own).chain(named).chain(others).collect()
    }
}
