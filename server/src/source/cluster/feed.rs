//! One kind, listed once and then watched: tells the store what there is, what changes, and what goes wrong.

use super::backoff::Backoff;
use super::connect::{self, Connection};
use super::lines::Lines;
use super::list;
use super::news::{Event, FeedId, Item, News};
use super::pace::Pace;
use super::trouble::Trouble;
use super::watch::{self, Line, Reading};
use crate::source::Change;
use axum::http::header::ACCEPT;
use engine::Kind;
use engine::resource::Decoded;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch as signal};
use tokio::time::{Instant, timeout};

/// Events that are handed over at once.
const BATCH: usize = 500;
/// A watch that ends sooner than this without a word is waited for before it is begun anew.
const SHORT: Duration = Duration::from_millis(900);
/// The largest single object that is read, in bytes.
const LARGEST_OBJECT: usize = 16 << 20;

/// The store has ended, and so do we.
struct Closed;

/// Why a watch came to an end.
enum End {
    /// The server ended it, as it does after a while.
    Done,
    /// It has to be listed anew.
    Relist,
    /// Something is wrong.
    Trouble(Trouble),
}

/// What the feeds of a cluster share.
#[derive(Debug)]
pub struct Shared {
    /// True once the server refused a streaming list, or never ended one.
    pages_only: AtomicBool,
    /// Names of the Namespaces that can be seen.
    pub namespaces: signal::Sender<BTreeSet<String>>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            pages_only: AtomicBool::new(false),
            namespaces: signal::Sender::new(BTreeSet::new()),
        }
    }
}

/// A kind that is read.
pub struct Feed {
    /// Over this connection.
    pub connection: Connection,
    /// Which.
    pub id: FeedId,
    /// Whom to tell.
    pub store: mpsc::Sender<Change>,
    /// How fast.
    pub pace: Pace,
    /// Whether texts are kept, for a snapshot.
    pub keep: bool,
    /// With whom to share.
    pub shared: Arc<Shared>,
    /// True while the server denies this feed.
    pub denied: signal::Sender<bool>,
}

impl Feed {
    /// Reads until the store ends.
    pub async fn run(self) {
        let mut backoff = Backoff::new(self.pace);
        while let Ok(trouble) = self.session(&mut backoff).await {
            if let Some(trouble) = trouble
                && self.fail(&mut backoff, trouble).await.is_err()
            {
                break;
            }
        }
    }

    /// Lists and watches until that fails, or has to begin anew.
    async fn session(&self, backoff: &mut Backoff) -> Result<Option<Trouble>, Closed> {
        self.tell(News::Listing(self.id.clone())).await?;
        if self.is_single() {
            return self.poll(backoff).await;
        }
        let (mut version, mut stream) = match self.everything().await {
            Ok((objects, version, stream)) => {
                self.listed(objects, version.clone()).await?;
                backoff.reset();
                (version, stream)
            }
            Err(trouble) => return Ok(Some(trouble)),
        };
        loop {
            let opened = match stream.take() {
                Some(lines) => Ok(lines),
                None => watch::after(&self.connection, &self.id.path(), &version, self.pace).await,
            };
            let started = Instant::now();
            let mut told = false;
            let end = match opened {
                Ok(lines) => self.follow(lines, &mut version, &mut told).await?,
                Err(Trouble::Gone | Trouble::Refused(_)) => End::Relist,
                Err(Trouble::Denied(_)) => return self.poll(backoff).await,
                Err(trouble) => End::Trouble(trouble),
            };
            if told {
                backoff.reset();
            }
            match end {
                End::Done if told || started.elapsed() > SHORT => {}
                End::Done => {
                    let trouble = Trouble::Unreachable("watches end at once".to_owned());
                    tokio::time::sleep(backoff.next(&trouble)).await;
                }
                End::Relist => {
                    self.tell(News::Listing(self.id.clone())).await?;
                    match self.everything().await {
                        Ok((objects, newer, lines)) => {
                            self.listed(objects, newer.clone()).await?;
                            version = newer;
                            stream = lines;
                        }
                        Err(trouble) => return Ok(Some(trouble)),
                    }
                }
                End::Trouble(trouble) => {
                    if matches!(trouble, Trouble::Absent | Trouble::Refused(_)) {
                        return Ok(Some(trouble));
                    }
                    self.fail(backoff, trouble).await?;
                }
            }
        }
    }

    fn reading(&self) -> Reading {
        let resource = &self.id.resource;
        Reading {
            kind: resource.kind,
            api_version: resource.api_version(),
            keep: self.keep,
        }
    }

    /// A Namespace by itself can be read with rights to nothing else, but neither listed nor watched.
    fn is_single(&self) -> bool {
        self.id.resource.kind == Kind::Namespace && self.id.namespace.is_some()
    }

    /// Lists again and again what may not be watched.
    async fn poll(&self, backoff: &mut Backoff) -> Result<Option<Trouble>, Closed> {
        loop {
            let read = if self.is_single() {
                self.single().await
            } else {
                self.by_pages().await
            };
            match read {
                Ok((objects, version)) => {
                    self.listed(objects, version).await?;
                    if !self.is_single() {
                        self.tell(News::Polled(self.id.clone())).await?;
                    }
                    backoff.reset();
                }
                Err(trouble) => return Ok(Some(trouble)),
            }
            tokio::time::sleep(self.pace.poll).await;
            if !self.is_single() {
                let probe = self.id.path() + "?watch=1&timeoutSeconds=1";
                let headers = [(ACCEPT, "application/json")];
                if self.connection.get(&probe, &headers).await.is_ok() {
                    return Ok(None);
                }
            }
        }
    }

    /// Everything that there is: as a stream if the server has such lists, else in pages.
    async fn everything(&self) -> Result<(Vec<Item>, String, Option<Lines>), Trouble> {
        if !self.shared.pages_only.load(Ordering::Relaxed) {
            match self.by_stream().await {
                Ok((objects, version, lines)) => return Ok((objects, version, Some(lines))),
                // What else is wrong will be wrong with pages as well, or not: they decide.
                Err(Trouble::Refused(_)) => self.shared.pages_only.store(true, Ordering::Relaxed),
                // A streaming list is a watch to RBAC; whoever may not watch may still list.
                Err(Trouble::Broken(_) | Trouble::Gone | Trouble::Denied(_)) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        let (objects, version) = self.by_pages().await?;
        Ok((objects, version, None))
    }

    async fn by_stream(&self) -> Result<(Vec<Item>, String, Lines), Trouble> {
        let mut lines = watch::whole(&self.connection, &self.id.path(), self.pace).await?;
        let reading = self.reading();
        let mut objects = Vec::new();
        loop {
            let unfinished = || Trouble::Broken("a streaming list that does not end".to_owned());
            let line = timeout(self.pace.silent_list, lines.next())
                .await
                .map_err(|_| {
                    self.shared.pages_only.store(true, Ordering::Relaxed);
                    unfinished()
                })??;
            let line = line.ok_or_else(unfinished)?;
            match watch::read(&reading, &line)? {
                Line::Change(event, _) => match *event {
                    Event::Apply(object) => keep(&mut objects, object)?,
                    Event::Delete(_) => return Err(Trouble::Gone),
                },
                Line::Bookmark(Some(version), true) => return Ok((objects, version, lines)),
                Line::Bookmark(..) => {}
                Line::End(trouble) => return Err(trouble),
            }
        }
    }

    async fn by_pages(&self) -> Result<(Vec<Item>, String), Trouble> {
        let reading = self.reading();
        let mut starts = 0;
        loop {
            let mut objects = Vec::new();
            let path = self.id.path();
            let mut each = |item: &RawValue| keep(&mut objects, reading.item(item));
            let version = list::pages(&self.connection, &path, &mut each).await;
            match version {
                Err(Trouble::Gone) if starts < list::MOST_STARTS => starts += 1,
                version => return Ok((objects, version?)),
            }
        }
    }

    async fn single(&self) -> Result<(Vec<Item>, String), Trouble> {
        let name = self.id.namespace.as_deref().unwrap_or_default();
        let path = format!("/api/v1/namespaces/{name}");
        let answer = self
            .connection
            .get(&path, &[(ACCEPT, "application/json")])
            .await;
        let text = match answer {
            // Not "no such kind": no such Namespace.
            Err(Trouble::Absent) => return Ok((Vec::new(), String::new())),
            answer => connect::text(answer?, LARGEST_OBJECT).await?,
        };
        let object = text.and_then(|text| RawValue::from_string(text).ok());
        let object =
            object.ok_or_else(|| Trouble::Broken("a Namespace that is none".to_owned()))?;
        Ok((vec![self.reading().item(&object)], String::new()))
    }

    /// Hands over what a watch says until it ends. `version` follows; `told` turns true with the first word.
    async fn follow(
        &self,
        mut lines: Lines,
        version: &mut String,
        told: &mut bool,
    ) -> Result<End, Closed> {
        // That the server has begun a watch is proof that it lives.
        self.events(Vec::new(), version).await?;
        let reading = self.reading();
        loop {
            let Ok(mut next) = timeout(self.pace.silence, lines.next()).await else {
                let words = format!("silent for {} s", self.pace.silence.as_secs());
                return Ok(End::Trouble(Trouble::Unreachable(words)));
            };
            let mut events = Vec::new();
            let mut end = None;
            while end.is_none() {
                match next {
                    Err(trouble) => end = Some(End::Trouble(trouble)),
                    Ok(None) => end = Some(End::Done),
                    Ok(Some(line)) => {
                        *told = true;
                        end = take(&reading, &line, version, &mut events).err();
                    }
                }
                if end.is_some() || events.len() >= BATCH {
                    break;
                }
                next = match lines.ready() {
                    Ok(Some(line)) => Ok(Some(line)),
                    Ok(None) => break,
                    Err(trouble) => Err(trouble),
                };
            }
            if *told {
                self.events(events, version).await?;
            }
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    async fn events(&self, events: Vec<Event>, version: &str) -> Result<(), Closed> {
        if self.id.resource.kind == Kind::Namespace {
            self.shared.namespaces.send_if_modified(|names| {
                let before = names.clone();
                for event in &events {
                    match event {
                        Event::Apply(object) => names.extend(name(&object.decoded)),
                        Event::Delete(id) => drop(names.remove(&id.name)),
                    }
                }
                *names != before
            });
        }
        self.tell(News::Events {
            feed: self.id.clone(),
            events,
            version: Some(version.to_owned()),
        })
        .await
    }

    async fn listed(&self, objects: Vec<Item>, version: String) -> Result<(), Closed> {
        self.denied.send_if_modified(std::mem::take);
        if self.id.resource.kind == Kind::Namespace && !self.is_single() {
            let names: BTreeSet<String> = objects
                .iter()
                .filter_map(|one| name(&one.decoded))
                .collect();
            self.shared.namespaces.send_replace(names);
        }
        self.tell(News::Listed {
            feed: self.id.clone(),
            objects,
            version,
        })
        .await
    }

    /// Tells of trouble, then waits.
    async fn fail(&self, backoff: &mut Backoff, trouble: Trouble) -> Result<(), Closed> {
        if backoff.failures() == 0 {
            let words = trouble.words();
            let words = engine::sentence::visible(&words);
            tracing::warn!(path = %self.id, trouble = %words, "cannot read; will be tried again");
        }
        let denied = matches!(trouble, Trouble::Denied(_));
        self.denied
            .send_if_modified(|held| std::mem::replace(held, denied) != denied);
        let wait = backoff.next(&trouble);
        self.tell(News::Trouble(self.id.clone(), trouble)).await?;
        tokio::time::sleep(wait).await;
        Ok(())
    }

    async fn tell(&self, news: News) -> Result<(), Closed> {
        let sent = self.store.send(Change::Cluster(news)).await;
        sent.map_err(|_| Closed)
    }
}

/// Reads a line of a watch.
fn take(
    reading: &Reading,
    line: &str,
    version: &mut String,
    events: &mut Vec<Event>,
) -> Result<(), End> {
    let newer = match watch::read(reading, line).map_err(End::Trouble)? {
        Line::Change(event, newer) => {
            if is_older(newer.as_deref(), version) {
                return Err(End::Relist);
            }
            events.push(*event);
            newer
        }
        Line::Bookmark(newer, _) => newer,
        Line::End(Trouble::Gone) => return Err(End::Relist),
        Line::End(trouble) => return Err(End::Trouble(trouble)),
    };
    if is_older(newer.as_deref(), version) {
        return Err(End::Relist);
    }
    if let Some(newer) = newer {
        *version = newer;
    }
    Ok(())
}

/// True if a resource version lies before another: a server that goes back has lost something.
fn is_older(newer: Option<&str>, version: &str) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    match (newer.and_then(number), number(version)) {
        (Some(newer), Some(version)) => newer < version,
        _ => false,
    }
}

fn keep(objects: &mut Vec<Item>, object: Item) -> Result<(), Trouble> {
    if objects.len() >= list::MOST_OBJECTS {
        let words = format!("more than {} objects", list::MOST_OBJECTS);
        return Err(Trouble::Broken(words));
    }
    objects.push(object);
    Ok(())
}

fn name(object: &Decoded) -> Option<String> {
    match object {
        Decoded::Read(id, ..) | Decoded::Unreadable(id, _) => Some(id.name.clone()),
        Decoded::Ignored | Decoded::Nameless(..) => None,
    }
}
