//! Gatewatch following a scriptable API server, and a fresh one beside it.
#![allow(dead_code, reason = "each test file uses its own part")]

use app::published::Published;
use engine::Kind;
use engine::snapshot::KindState;
use server::source::cluster::connect::{Connection, Wanted};
use server::source::cluster::pace::Pace;
use server::source::cluster::{self, Cluster};
use server::store::feeds::Feeds;
use server::store::{self, Work};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How fast the tests live.
pub(crate) const FASTER: u32 = 20;

/// A store that follows a server.
pub(crate) struct Following {
    pub(crate) current: watch::Receiver<Arc<Published>>,
    pub(crate) work: Arc<Work>,
    following: JoinHandle<()>,
    storing: JoinHandle<()>,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.following.abort();
        self.storing.abort();
    }
}

/// The cluster of a kubeconfig.
pub(crate) async fn cluster(kubeconfig: &Path, namespaces: &[&str], pace: Pace) -> Cluster {
    let wanted = Wanted {
        kubeconfig: Some(kubeconfig.to_owned()),
        context: None,
    };
    Cluster {
        connection: Connection::open(&wanted).await.expect("a kubeconfig"),
        namespaces: namespaces.iter().map(|&name| name.to_owned()).collect(),
        tries: Vec::new(),
        pace,
        keep: false,
    }
}

impl Following {
    /// Begins to follow.
    pub(crate) async fn start(kubeconfig: &Path, namespaces: &[&str]) -> Self {
        Self::at_pace(kubeconfig, namespaces, Pace::faster(FASTER)).await
    }

    /// The same at another pace.
    pub(crate) async fn at_pace(kubeconfig: &Path, namespaces: &[&str], pace: Pace) -> Self {
        let cluster = cluster(kubeconfig, namespaces, pace).await;
        let feeds = Feeds::new(cluster.connection.name(), &cluster.namespaces, pace);
        let work = Arc::new(Work::default());
        let (changes, receiver) = mpsc::channel(256);
        let (publish, current) = watch::channel(Arc::new(store::before(&feeds, &work)));
        Self {
            current,
            following: tokio::spawn(cluster::follow(cluster, changes)),
            storing: tokio::spawn(store::run(
                receiver,
                Some(feeds),
                publish,
                Arc::clone(&work),
            )),
            work,
        }
    }

    /// What is published now.
    pub(crate) fn now(&self) -> Arc<Published> {
        Arc::clone(&self.current.borrow())
    }

    /// State of a kind.
    pub(crate) fn state(&self, kind: Kind) -> KindState {
        self.now().snapshot.state(kind)
    }

    /// Waits until what is published is as wanted; panics with `words` and what there is after `within`.
    pub(crate) async fn until(
        &self,
        within: Duration,
        words: &str,
        is_so: impl Fn(&Published) -> bool,
    ) {
        let mut current = self.current.clone();
        let waited = tokio::time::timeout(within, current.wait_for(|now| is_so(now))).await;
        if !matches!(waited, Ok(Ok(_))) {
            let now = self.now();
            panic!("{words}: {:?}\n{:?}", now.visibility, now.source);
        }
    }

    /// Waits until what is published is what a fresh process would say.
    pub(crate) async fn until_as_fresh(&self, kubeconfig: &Path, within: Duration, words: &str) {
        let fresh = fresh(kubeconfig).await;
        let same = |now: &Published| {
            now.snapshot == fresh.snapshot && now.source.state == fresh.source.state
        };
        self.until(within, words, same).await;
        assert_eq!(
            self.now().report.attachments.len(),
            fresh.report.attachments.len(),
            "{words}"
        );
    }
}

/// What a process that starts now says.
pub(crate) async fn fresh(kubeconfig: &Path) -> Published {
    let pace = Pace::faster(FASTER);
    let cluster = cluster(kubeconfig, &[], pace).await;
    let feeds = Feeds::new(cluster.connection.name(), &[], pace);
    let (changes, receiver) = mpsc::channel(256);
    let following = tokio::spawn(cluster::follow(cluster, changes));
    let until = Instant::now() + Duration::from_secs(20);
    let read = store::once(feeds, receiver, until, &Work::default()).await;
    following.abort();
    read.expect("something can be read").0
}
