//! The frame around every page: name, places, source and freshness, what cannot be seen.

use crate::api::envelope::SourceStateView;
use crate::live::{self, Connection, Moment};
use crate::paths;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

const PLACES: [(&str, &str); 7] = [
    (paths::OVERVIEW, "Overview"),
    (paths::GATEWAYS, "Gateways"),
    (paths::ROUTES, "Routes"),
    (paths::NAMESPACES, "Namespaces"),
    (paths::TRY, "Try a path"),
    (paths::FINDINGS, "Findings"),
    (paths::VISIBILITY, "Visibility"),
];

/// Top bar, strip of what cannot be seen, and the page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    // The page comes first in time: it says which moment it shows, and the bar above shows that.
    let page = children();
    let places =
        PLACES.map(|(href, name)| view! { <A href=href exact=href == paths::OVERVIEW>{name}</A> });
    view! {
        <a class="skip" href="#main">"To the page"</a>
        <header class="top">
            <a class="brand" href=paths::OVERVIEW>
                <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
                    <path d="M3 18V8a7 7 0 0 1 14 0v10M10 3v15M3 12h14" fill="none" stroke="currentColor" stroke-width="1.8"/>
                </svg>
                "Gatewatch"
            </a>
            <nav aria-label="Places">{places}</nav>
            <Freshness/>
            <SchemeSwitch/>
        </header>
        <Strip/>
        <main id="main" tabindex="-1">{page}</main>
        <Changes/>
    }
}

/// "live · revision 42 · read 10:02:11 · files: acme/", with the button that holds the page still.
#[component]
fn Freshness() -> impl IntoView {
    let live = live::live();
    // Our connection to the server is one thing, the server's to the cluster another; the worse one counts.
    let source = move || live.moment.get().map(|moment| moment.source.state);
    let state = move || match (live.connection.get(), source()) {
        (Connection::Paused, _) => ("paused", "paused"),
        (Connection::Reconnecting, _) => ("reconnecting", "reconnecting"),
        (_, Some(SourceStateView::Connecting)) => ("reconnecting", "reading the cluster"),
        (_, Some(SourceStateView::Stale)) => ("reconnecting", "not up to date"),
        (Connection::Still, _) => ("still", "as loaded"),
        (Connection::Live, _) => ("live", "\u{25cf} live"),
    };
    let moment = move || {
        live.moment
            .get()
            .map(|moment| view! { <MomentView moment/> })
    };
    let can_pause = move || live.connection.get() != Connection::Still;
    let words = move || {
        if live.connection.get() == Connection::Paused {
            "Follow"
        } else {
            "Pause"
        }
    };
    view! {
        <div class="fresh">
            <span class="state" data-state=move || state().0>{move || state().1}</span>
            {moment}
            <button type="button" class="quiet" hidden=move || !can_pause() on:click=|_| live::pause_or_go()>{words}</button>
        </div>
    }
}

#[component]
fn MomentView(moment: Moment) -> impl IntoView {
    let time = moment
        .source
        .read_at
        .get(11..19)
        .unwrap_or_default()
        .to_owned();
    let name = engine::sentence::visible(&moment.source.name).into_owned();
    view! {
        <span>{format!("revision {}", moment.revision)}</span>
        <span title="When this was read"><time datetime=moment.source.read_at.clone()>{time} " UTC"</time></span>
        <span class="source" title=name.clone()>{name.clone()}</span>
    }
}

/// The colour scheme: a form, so that it works without JavaScript.
#[component]
fn SchemeSwitch() -> impl IntoView {
    let location = use_location();
    let back = move || {
        let query = location.search.get();
        let path = location.pathname.get();
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.trim_start_matches('?'))
        }
    };
    view! {
        <form class="scheme" method="get" action="/scheme" aria-label="Colour scheme">
            <input type="hidden" name="back" value=back/>
            <button name="to" value="light" title="Light" aria-label="Light colours">"\u{2600}"</button>
            <button name="to" value="dark" title="Dark" aria-label="Dark colours">"\u{263e}"</button>
            <button name="to" value="auto" title="As the system has it" aria-label="Colours as the system has them">"\u{25d0}"</button>
        </form>
    }
}

/// What cannot be seen or is old, with a link to more.
#[component]
fn Strip() -> impl IntoView {
    let live = live::live();
    let words = move || {
        let moment = live.moment.get()?;
        let mut parts = Vec::new();
        parts.extend(moment.source.problem);
        if !moment.hidden.is_empty() {
            parts.push(format!(
                "Not everything can be seen: {}",
                moment.hidden.join(", ")
            ));
        }
        match moment.problems {
            0 => {}
            1 => parts.push("1 problem in what was read".to_owned()),
            many => parts.push(format!("{many} problems in what was read")),
        }
        (!parts.is_empty()).then(|| engine::sentence::visible(&parts.join(" \u{b7} ")).into_owned())
    };
    move || {
        words().map(|words| view! { <p class="strip">{words} " " <a href=paths::VISIBILITY>"Visibility"</a></p> })
    }
}

/// "1 attachment changed since you looked", with the button that takes note of it; spoken politely.
#[component]
fn Changes() -> impl IntoView {
    let live = live::live();
    let count = move || live.changed.with(std::collections::BTreeMap::len);
    let words = move || match count() {
        0 => String::new(),
        1 => "1 attachment changed since you looked".to_owned(),
        many => format!("{many} attachments changed since you looked"),
    };
    view! {
        <div class="changes" data-empty=move || (count() == 0).then_some("")>
            <span role="status">{words}</span>
            <button type="button" hidden=move || count() == 0 on:click=|_| live::seen()>"Mark as seen"</button>
        </div>
    }
}
