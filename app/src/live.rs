//! The revision that pages show: fixed on the server, followed by server-sent events in the browser.

use crate::api::envelope::{Answer, SourceView};
use engine::snapshot::Visibility;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the page knows of its connection to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// JavaScript has not started: the page shows the moment at which it was made.
    Still,
    /// Connected; changes appear by themselves.
    Live,
    /// The connection is lost and being retried; the old data stays.
    Reconnecting,
    /// Held still by the person.
    Paused,
}

/// What pages show of the moment that they speak about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Its number.
    pub revision: u64,
    /// Where the objects come from.
    pub source: SourceView,
    /// Kinds that cannot all be seen.
    pub hidden: Vec<String>,
    /// Number of objects and documents that could not be read.
    pub problems: u32,
}

/// The live state of the page, provided as context by [`crate::app::App`].
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// Newest revision that the server announced and that pages may fetch; part of every resource's key.
    pub revision: RwSignal<u64>,
    /// State of the connection.
    pub connection: RwSignal<Connection>,
    /// The moment of the newest answer that a page shows.
    pub moment: RwSignal<Option<Moment>>,
    /// What was shown when the person last looked: verdict words by attachment.
    pub seen: RwSignal<BTreeMap<String, &'static str>>,
    /// Attachments that changed since: the verdict before and now.
    pub changed: RwSignal<BTreeMap<String, (&'static str, &'static str)>>,
}

/// Provides the live state and, in the browser, begins to follow the server.
pub fn provide() {
    let first = SharedValue::new(now).into_inner();
    let live = Live {
        revision: RwSignal::new(0),
        connection: RwSignal::new(Connection::Still),
        moment: RwSignal::new(first),
        seen: RwSignal::new(BTreeMap::new()),
        changed: RwSignal::new(BTreeMap::new()),
    };
    provide_context(live);
    #[cfg(feature = "hydrate")]
    browser::follow(live);
}

/// The moment at which the server made the page; it travels to the browser with the page.
fn now() -> Option<Moment> {
    #[cfg(feature = "ssr")]
    {
        crate::published::pin().map(|published| {
            Moment::of(
                published.revision,
                &published.source,
                &published.visibility,
                published.report.problems.len(),
            )
        })
    }
    #[cfg(not(feature = "ssr"))]
    None
}

impl Moment {
    fn of(revision: u64, source: &SourceView, visibility: &[Visibility], problems: usize) -> Self {
        let hidden = visibility
            .iter()
            .filter(|kind| !kind.state.is_complete())
            .map(|kind| kind.kind.as_str().to_owned());
        Self {
            revision,
            source: source.clone(),
            hidden: hidden.collect(),
            problems: u32::try_from(problems).unwrap_or(u32::MAX),
        }
    }
}

/// The live state.
pub fn live() -> Live {
    expect_context::<Live>()
}

/// The newest revision, to be read in every resource's source so that pages fetch again.
pub fn revision() -> u64 {
    live().revision.get()
}

/// Tells the frame which moment an answer speaks about.
pub fn show<T>(answer: &Answer<T>) {
    let moment = Moment::of(
        answer.revision,
        &answer.source,
        &answer.visibility,
        answer.problems.len(),
    );
    let shown = live().moment;
    if shown.with_untracked(|known| known.as_ref() != Some(&moment)) {
        shown.set(Some(moment));
    }
}

/// Compares a verdict with what the person saw last: the first time it counts as seen, later a difference is marked.
pub fn mark(key: &str, verdict: &'static str) {
    let live = live();
    let before = live.seen.with_untracked(|seen| seen.get(key).copied());
    let known = live
        .changed
        .with_untracked(|changed| changed.get(key).copied());
    let now = match before {
        None => {
            live.seen.update_untracked(|seen| {
                seen.insert(key.to_owned(), verdict);
            });
            None
        }
        Some(before) => (before != verdict).then_some((before, verdict)),
    };
    if now != known {
        live.changed.update(|changed| match now {
            Some(change) => {
                changed.insert(key.to_owned(), change);
            }
            None => {
                changed.remove(key);
            }
        });
    }
}

/// The verdict that the person saw before, if it changed since.
pub fn before(key: &str) -> Option<&'static str> {
    live()
        .changed
        .with(|changed| changed.get(key).map(|(before, _)| *before))
}

/// The person has looked: what is shown now is what later changes are compared with.
pub fn seen() {
    let live = live();
    let changed = live.changed.get_untracked();
    live.seen.update_untracked(|seen| {
        seen.extend(changed.into_iter().map(|(key, (_, now))| (key, now)));
    });
    live.changed.update(BTreeMap::clear);
}

/// Holds the page still, or lets it follow again.
pub fn pause_or_go() {
    let connection = live().connection;
    match connection.get_untracked() {
        Connection::Paused => connection.set(Connection::Reconnecting),
        Connection::Still | Connection::Live | Connection::Reconnecting => {
            connection.set(Connection::Paused);
        }
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{Connection, Live};
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{EventSource, MessageEvent, VisibilityState};

    /// One stream a tab, closed while the tab is hidden or paused.
    pub(super) fn follow(live: Live) {
        let stream: StoredValue<Option<EventSource>, LocalStorage> = StoredValue::new_local(None);
        let close = move || {
            stream.update_value(|stream| {
                if let Some(stream) = stream.take() {
                    stream.close();
                }
            });
        };
        let open = move || {
            close();
            stream.set_value(opened(live));
        };
        Effect::new(move |_| match live.connection.get() {
            Connection::Paused => close(),
            Connection::Still | Connection::Reconnecting | Connection::Live => {
                if stream.with_value(Option::is_none) && is_visible() {
                    open();
                }
            }
        });
        let handle = Closure::<dyn Fn()>::new(move || {
            let paused = live.connection.get_untracked() == Connection::Paused;
            if is_visible() && !paused {
                open();
            } else {
                close();
            }
        });
        let _ = document()
            .add_event_listener_with_callback("visibilitychange", handle.as_ref().unchecked_ref());
        handle.forget();
    }

    fn is_visible() -> bool {
        document().visibility_state() == VisibilityState::Visible
    }

    fn opened(live: Live) -> Option<EventSource> {
        let stream = EventSource::new(crate::paths::EVENTS).ok()?;
        let on_revision = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(text) = event.data().as_string() else {
                return;
            };
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let Ok(revision) = digits.parse::<u64>() else {
                return;
            };
            live.connection.set(Connection::Live);
            // The page already shows the revision that it was made at.
            let shown = live
                .moment
                .with_untracked(|moment| moment.as_ref().map(|moment| moment.revision));
            if shown != Some(revision) {
                live.revision.set(revision);
            }
        });
        let _ = stream
            .add_event_listener_with_callback("revision", on_revision.as_ref().unchecked_ref());
        on_revision.forget();
        let on_error = Closure::<dyn Fn()>::new(move || {
            if live.connection.get_untracked() == Connection::Live {
                live.connection.set(Connection::Reconnecting);
            }
        });
        stream.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        Some(stream)
    }
}
