//! The revision that pages show: a constant on the server, followed by server-sent events in the browser.

use leptos::prelude::*;

/// What the page knows of its connection to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not connected yet, or JavaScript has not started: the page shows the moment at which it was made.
    Still,
    /// Connected; changes appear by themselves.
    Live,
    /// The connection is lost and being retried; the old data stays.
    Reconnecting,
    /// Held still by the person.
    Paused,
}

/// The live state of the page, provided as context by [`crate::app::App`].
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// Newest revision that the server announced; part of every resource's key.
    pub revision: RwSignal<u64>,
    /// State of the connection.
    pub connection: RwSignal<Connection>,
}

/// The newest revision, to be read in every resource's source so that pages refetch.
pub fn revision() -> u64 {
    use_context::<Live>().map_or(0, |live| live.revision.get())
}
