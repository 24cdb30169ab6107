//! What is known of each feed of a cluster, and what that makes of each kind: live, old, denied, not there.

use crate::source::cluster::discovery::{Bundle, Resource};
use crate::source::cluster::news::{Event, FeedId, Item, News};
use crate::source::cluster::pace::Pace;
use crate::source::cluster::trouble::Trouble;
use app::api::envelope::{SourceKind, SourceStateView, SourceView};
use app::api::visibility::Served;
use engine::resource::Decoded;
use engine::snapshot::{KindState, Visibility};
use engine::{Kind, ObjectId, Snapshot};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A first read that fails so often is taken for failed, by those who read once.
const TRIES: u32 = 3;

/// A moment by both clocks: one stops while the machine sleeps, the other can be set.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    instant: Instant,
    wall: Timestamp,
}

impl Moment {
    /// Now.
    pub fn now() -> Self {
        Self {
            instant: Instant::now(),
            wall: Timestamp::now(),
        }
    }

    /// How long ago it was, by the clock that says more.
    fn age(self, now: Self) -> Duration {
        let wall = now.wall.duration_since(self.wall);
        let wall = Duration::try_from(wall).unwrap_or_default();
        now.instant
            .saturating_duration_since(self.instant)
            .max(wall)
    }

    fn shown(self) -> String {
        let seconds = Timestamp::from_second(self.wall.as_second());
        seconds.unwrap_or(self.wall).to_string()
    }
}

/// What is counted for one kind (`/metrics`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Changes that arrived.
    pub events: u64,
    /// Lists that were swapped in.
    pub lists: u64,
    /// Failures.
    pub failures: u64,
}

#[derive(Clone, Debug)]
struct Feed {
    known: BTreeSet<(Box<str>, Box<str>)>,
    listed: bool,
    asked: bool,
    polled: bool,
    version: Option<String>,
    proof: Option<Moment>,
    trouble: Option<(Trouble, Moment, u32)>,
    counts: Counts,
}

/// The feeds of a cluster.
#[derive(Clone, Debug)]
pub struct Feeds {
    pace: Pace,
    name: String,
    namespaces: Vec<String>,
    resources: Option<BTreeSet<Resource>>,
    undiscovered: Option<Trouble>,
    bundles: BTreeMap<Resource, Bundle>,
    feeds: BTreeMap<FeedId, Feed>,
    texts: BTreeMap<ObjectId, Arc<str>>,
}

impl Feeds {
    /// No feed yet of a cluster, which is called `name`; only these Namespaces are read, all if there is none.
    pub fn new(name: &str, namespaces: &[String], pace: Pace) -> Self {
        Self {
            pace,
            name: name.to_owned(),
            namespaces: namespaces.to_vec(),
            resources: None,
            undiscovered: None,
            bundles: BTreeMap::new(),
            feeds: BTreeMap::new(),
            texts: BTreeMap::new(),
        }
    }

    fn feed(&mut self, id: &FeedId) -> &mut Feed {
        self.feeds.entry(id.clone()).or_insert_with(|| Feed {
            known: BTreeSet::new(),
            listed: false,
            asked: false,
            polled: false,
            version: None,
            proof: None,
            trouble: None,
            counts: Counts::default(),
        })
    }

    /// Takes in what a cluster's reader says; true if the snapshot differs now.
    pub fn take(&mut self, news: News, snapshot: &mut Snapshot, now: Moment) -> bool {
        match news {
            News::Listing(id) => {
                self.feed(&id).asked = true;
                false
            }
            News::Listed {
                feed: id,
                objects,
                version,
            } => {
                let feed = self.feed(&id);
                feed.counts.lists += 1;
                feed.alive(Some(version), now);
                feed.listed = true;
                feed.polled = false;
                self.swap(&id, objects, snapshot)
            }
            News::Events {
                feed: id,
                events,
                version,
            } => {
                let feed = self.feed(&id);
                feed.alive(version, now);
                feed.counts.events += events.len() as u64;
                let mut changed = false;
                for event in events {
                    changed |= self.apply(&id, event, snapshot);
                }
                changed
            }
            News::Polled(id) => {
                self.feed(&id).polled = true;
                false
            }
            News::Trouble(id, trouble) => {
                let feed = self.feed(&id);
                feed.counts.failures += 1;
                let (since, times) = match &feed.trouble {
                    Some((_, since, times)) => (*since, *times),
                    None => (now, 0),
                };
                let absent = trouble == Trouble::Absent;
                feed.trouble = Some((trouble, since, times + 1));
                absent && self.swap(&id, Vec::new(), snapshot)
            }
            News::Ended(id) => {
                let changed = self.feeds.contains_key(&id) && self.swap(&id, Vec::new(), snapshot);
                self.feeds.remove(&id);
                changed
            }
            News::Discovered(resources) => {
                self.undiscovered = None;
                let resources: BTreeSet<Resource> = resources.into_iter().collect();
                let changed = self.resources.as_ref() != Some(&resources);
                self.resources = Some(resources);
                changed
            }
            News::Undiscovered(trouble) => {
                self.undiscovered = Some(trouble);
                false
            }
            News::Bundles(bundles) => {
                let changed = self.bundles != bundles;
                self.bundles = bundles;
                changed
            }
        }
    }

    /// Drops what may no longer be read; true if the snapshot differs now.
    pub fn tick(&mut self, snapshot: &mut Snapshot, now: Moment) -> bool {
        let long = self.pace.revoked;
        let is_revoked = |feed: &Feed| {
            feed.listed
                && matches!(&feed.trouble, Some((Trouble::Denied(_), since, _)) if since.age(now) >= long)
        };
        let revoked = self.feeds.iter().filter(|(_, feed)| is_revoked(feed));
        let revoked: Vec<FeedId> = revoked.map(|(id, _)| id.clone()).collect();
        let mut changed = false;
        for id in revoked {
            self.feed(&id).listed = false;
            changed |= self.swap(&id, Vec::new(), snapshot);
        }
        changed
    }

    /// Puts a list in the place of what a feed held.
    fn swap(&mut self, id: &FeedId, objects: Vec<Item>, snapshot: &mut Snapshot) -> bool {
        let kind = id.resource.kind;
        let feed = self.feed(id);
        let mut gone = std::mem::take(&mut feed.known);
        let mut changed = snapshot.forget_nameless(kind);
        let mut texts = Vec::new();
        for object in objects {
            if let Some(id) = id_of(&object.decoded) {
                let key = key(id);
                gone.remove(&key);
                feed.known.insert(key);
                texts.extend(object.json.map(|json| (id.clone(), json)));
            }
            changed |= snapshot.apply_decoded(object.decoded);
        }
        // While rights change, an object can be seen by two feeds.
        let others = self
            .feeds
            .iter()
            .filter(|(other, _)| other.resource.kind == kind && *other != id);
        let others: Vec<&Feed> = others.map(|(_, feed)| feed).collect();
        for key in gone {
            if !others.iter().any(|feed| feed.known.contains(&key)) {
                let id = kind.id(&key.0, &key.1);
                snapshot.delete(&id);
                self.texts.remove(&id);
                changed = true;
            }
        }
        self.texts.extend(texts);
        changed
    }

    /// Takes in a change of an object.
    fn apply(&mut self, id: &FeedId, event: Event, snapshot: &mut Snapshot) -> bool {
        match event {
            Event::Apply(Item { decoded, json }) => {
                if let Some(object) = id_of(&decoded) {
                    self.feed(id).known.insert(key(object));
                    let id = object;
                    self.texts.extend(json.map(|json| (id.clone(), json)));
                }
                snapshot.apply_decoded(decoded)
            }
            Event::Delete(object) => {
                self.feed(id).known.remove(&key(&object));
                self.texts.remove(&object);
                let held = snapshot.holds(&object);
                snapshot.delete(&object);
                held
            }
        }
    }

    /// The texts of all objects, where they are kept.
    pub fn texts(&self) -> impl Iterator<Item = &Arc<str>> {
        self.texts.values()
    }

    /// True once each kind was read, or cannot be for now.
    pub fn is_settled(&self) -> bool {
        let Some(resources) = &self.resources else {
            return matches!(&self.undiscovered, Some(Trouble::Unauthenticated(_)));
        };
        let settled = |feed: &Feed| feed.listed || feed.has_given_up();
        resources.iter().all(|resource| {
            let mut of_it = self.feeds.iter().filter(|(id, _)| id.resource == *resource);
            self.feeds.keys().any(|id| id.resource == *resource)
                && of_it.all(|(_, feed)| settled(feed))
        })
    }

    /// True if nothing at all could be read, with what is wrong.
    pub fn nothing_read(&self) -> Option<String> {
        if self.feeds.values().any(|feed| feed.listed) {
            return None;
        }
        let of_feeds = self.feeds.values().filter_map(|feed| feed.trouble.as_ref());
        let troubles = of_feeds.map(|(trouble, ..)| trouble);
        let first = self
            .undiscovered
            .as_ref()
            .into_iter()
            .chain(troubles)
            .next();
        Some(first.map_or_else(|| "no answer yet".to_owned(), Trouble::words))
    }

    /// How far each kind can be seen; object counts are left at zero.
    pub fn visibility(&self, now: Moment) -> Vec<Visibility> {
        let of_kind = |kind: Kind| self.of_kind(kind, now);
        Kind::ALL.into_iter().map(of_kind).collect()
    }

    fn of_kind(&self, kind: Kind, now: Moment) -> Visibility {
        let mut seen = Visibility::new(kind, KindState::Waiting, None);
        let of_it: Vec<_> = self
            .feeds
            .iter()
            .filter(|(id, _)| id.resource.kind == kind)
            .collect();
        if of_it.is_empty() {
            let is_served = |all: &BTreeSet<Resource>| all.iter().any(|one| one.kind == kind);
            match (&self.resources, &self.undiscovered) {
                (Some(all), _) if !is_served(all) => seen.state = KindState::Absent,
                (_, Some(trouble)) => seen.problem = Some(trouble.words()),
                (_, None) => {}
            }
            return seen;
        }
        let wide = of_it.iter().filter(|(id, _)| id.namespace.is_none());
        let wide: Vec<_> = wide.map(|(_, feed)| *feed).collect();
        let narrow: Vec<_> = of_it
            .iter()
            .filter(|(id, _)| id.namespace.is_some())
            .collect();
        let worst = wide
            .iter()
            .max_by_key(|feed| severity(feed.state(self.pace, now)));
        if let Some(feed) = worst {
            seen.state = feed.state(self.pace, now);
            seen.problem = feed.problem(self.pace, now);
        }
        let all = of_it.iter().map(|(_, feed)| feed);
        let proof = all
            .clone()
            .filter_map(|feed| feed.proof)
            .min_by_key(|proof| proof.wall);
        seen.last_seen = proof.map(Moment::shown);
        if let [(_, feed)] = of_it.as_slice() {
            seen.resource_version = feed.version.clone().filter(|version| !version.is_empty());
        }
        let good = |feed: &Feed| feed.listed && feed.state(self.pace, now) == KindState::Live;
        let names: Vec<&str> = narrow
            .iter()
            .filter(|(_, feed)| good(feed))
            .filter_map(|(id, _)| id.namespace.as_deref())
            .collect();
        if wide.is_empty() || (seen.state == KindState::Denied && !names.is_empty()) {
            let denied = narrow
                .iter()
                .all(|(_, feed)| feed.state(self.pace, now) == KindState::Denied);
            let waits = narrow
                .iter()
                .any(|(_, feed)| !feed.listed && !feed.has_given_up());
            seen.state = match (names.is_empty(), denied, waits) {
                (true, true, _) => KindState::Denied,
                (true, false, true) => KindState::Listing,
                _ => KindState::Degraded,
            };
            seen.within = names.iter().map(|&name| name.to_owned()).collect();
            let trouble = narrow
                .iter()
                .find_map(|(_, feed)| feed.problem(self.pace, now));
            let read = match names.as_slice() {
                [] => None,
                names => Some(format!("Only read in {}.", several(names))),
            };
            let words: Vec<String> = read.into_iter().chain(trouble).collect();
            seen.problem = Some(words.join(" "));
        }
        seen
    }

    /// Where everything comes from, and how fresh it is.
    pub fn source(&self, now: Moment) -> SourceView {
        let kinds = self.visibility(now);
        let proofs = self.feeds.values().filter_map(|feed| feed.proof);
        let proof = proofs.min_by_key(|proof| proof.wall);
        let is = |state: KindState| kinds.iter().any(|kind| kind.state == state);
        let state = if is(KindState::Stale) {
            SourceStateView::Stale
        } else if self.is_settled() && self.feeds.values().any(|feed| feed.listed) {
            SourceStateView::Live
        } else {
            SourceStateView::Connecting
        };
        let trouble = self.undiscovered.as_ref().map(Trouble::words);
        let problem = match state {
            SourceStateView::Live | SourceStateView::Fixed => None,
            SourceStateView::Stale | SourceStateView::Connecting => trouble.or_else(|| {
                let failing = self.feeds.values().find_map(|feed| feed.trouble.as_ref());
                failing.map(|(trouble, ..)| trouble.words())
            }),
        };
        SourceView {
            kind: SourceKind::Cluster,
            name: match self.namespaces.as_slice() {
                [] => self.name.clone(),
                names => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    format!("{}, only {}", self.name, several(&names))
                }
            },
            state,
            read_at: proof.map_or_else(crate::source::now, Moment::shown),
            problem,
        }
    }

    /// What is counted, by kind.
    pub fn counts(&self) -> BTreeMap<Kind, Counts> {
        let mut all: BTreeMap<Kind, Counts> = BTreeMap::new();
        for (id, feed) in &self.feeds {
            let sum = all.entry(id.resource.kind).or_default();
            sum.events += feed.counts.events;
            sum.lists += feed.counts.lists;
            sum.failures += feed.counts.failures;
        }
        all
    }

    /// As what the cluster serves the kinds.
    pub fn served(&self) -> Vec<Served> {
        let served = |resource: &Resource| {
            let bundle = self.bundles.get(resource).cloned().unwrap_or_default();
            Served {
                kind: resource.kind,
                api_version: resource.api_version(),
                bundle: bundle.version,
                channel: bundle.channel,
            }
        };
        self.resources.iter().flatten().map(served).collect()
    }
}

/// The first few of many names.
fn several(names: &[&str]) -> String {
    match names {
        [a, b, c, rest @ ..] if !rest.is_empty() => {
            format!("{a}, {b}, {c} and {} more", rest.len())
        }
        few => few.join(", "),
    }
}

/// Which state says most where a kind has several.
fn severity(state: KindState) -> u8 {
    match state {
        KindState::Absent => 0,
        KindState::Complete | KindState::Live => 1,
        KindState::Degraded => 2,
        KindState::Listing => 3,
        KindState::Waiting => 4,
        KindState::Stale => 5,
        KindState::Denied => 6,
    }
}

impl Feed {
    fn alive(&mut self, version: Option<String>, now: Moment) {
        self.proof = Some(now);
        self.trouble = None;
        if version.is_some() {
            self.version = version;
        }
    }

    fn has_given_up(&self) -> bool {
        match &self.trouble {
            Some((Trouble::Denied(_) | Trouble::Absent | Trouble::Unauthenticated(_), ..)) => true,
            Some((_, _, times)) => *times >= TRIES,
            None => false,
        }
    }

    fn state(&self, pace: Pace, now: Moment) -> KindState {
        let fails_for = self.trouble.as_ref().map(|(_, since, _)| since.age(now));
        let is_fresh = self.proof.is_some_and(|proof| proof.age(now) < pace.proof);
        match (&self.trouble, self.listed) {
            (Some((Trouble::Absent, ..)), _) => KindState::Absent,
            (Some((Trouble::Denied(_), ..)), false) => KindState::Denied,
            (_, false) if self.asked && self.trouble.is_none() => KindState::Listing,
            (_, false) => KindState::Waiting,
            (_, true) if !is_fresh || fails_for.is_some_and(|long| long >= pace.grace) => {
                KindState::Stale
            }
            (_, true) if self.polled => KindState::Degraded,
            (_, true) => KindState::Live,
        }
    }

    fn problem(&self, pace: Pace, now: Moment) -> Option<String> {
        let words = self
            .trouble
            .as_ref()
            .map(|(trouble, since, _)| match self.listed {
                true => format!(
                    "{} What is shown is from before {}.",
                    trouble.words(),
                    since.shown()
                ),
                false => trouble.words(),
            });
        let unproved = || {
            (self.state(pace, now) == KindState::Stale)
                .then(|| "The API server has been silent for a minute.".to_owned())
        };
        let polled = || {
            self.polled.then(|| {
                "It may be listed but not watched, so it is up to 15 s old; allow the verb `watch`."
                    .to_owned()
            })
        };
        words.or_else(unproved).or_else(polled)
    }
}

fn id_of(object: &Decoded) -> Option<&ObjectId> {
    match object {
        Decoded::Read(id, ..) | Decoded::Unreadable(id, _) => Some(id),
        Decoded::Ignored | Decoded::Nameless(..) => None,
    }
}

fn key(id: &ObjectId) -> (Box<str>, Box<str>) {
    (id.namespace.as_str().into(), id.name.as_str().into())
}
