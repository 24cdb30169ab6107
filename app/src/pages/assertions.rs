//! `/try/assertions`: do the requests that somebody wrote down still go where they should?

use crate::api::assertions::{Covered, Held, Results, get_assertions};
use crate::api::envelope::Answer;
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::{live, paths};
use engine::sentence::visible;
use leptos::prelude::*;
use leptos_meta::Title;

/// All assertions, the failed ones first.
#[component]
pub fn AssertionsPage() -> impl IntoView {
    let data = Resource::new(live::revision, |_| get_assertions());
    view! {
        <Title text="Assertions"/>
        <nav class="crumbs" aria-label="Breadcrumbs"><a href=paths::TRY>"Try a path"</a></nav>
        <Loaded data what="the assertions" page=page/>
    }
}

fn page(answer: Answer<Results>) -> impl IntoView {
    let results = answer.body;
    let heading = match (results.total, results.failed) {
        (0, _) => "No assertions".to_owned(),
        (1, 0) => "The only assertion holds".to_owned(),
        (total, 0) => format!("All {total} assertions hold"),
        (total, failed) => format!("{failed} of {total} assertions fail"),
    };
    let (bare, hit): (Vec<Covered>, Vec<Covered>) =
        results.coverage.into_iter().partition(|one| one.hits == 0);
    let covered = format!(
        "{} of {} rules of attached routes are hit by an assertion",
        hit.len(),
        hit.len() + bare.len()
    );
    let none = (results.total == 0).then(|| {
        view! {
            <p class="empty">
                "Start the server with " <code>"--assertions FILE"</code>
                " to hold requests against each change; "
                <code>"gatewatch test"</code> " does the same once."
            </p>
        }
    });
    let mut items = results.items;
    items.sort_by_key(|held| held.holds);
    let rows = items.into_iter().map(row).collect_view();
    let bare = bare
        .into_iter()
        .map(|one| view! { <li><Name text=format!("{} rule {}", one.route, one.rule + 1)/></li> });
    let bare = bare.collect_view();
    view! {
        <div class="head"><div><h1>{heading}</h1><p class="sub">{covered}</p></div></div>
        <section class="panel" aria-label="Assertions">
            {none}
            <ul class="rows">{rows}</ul>
        </section>
        {(!bare.is_empty()).then(|| view! {
            <section class="panel" aria-labelledby="bare">
                <header><h2 id="bare">"Rules that no assertion hits"</h2></header>
                <ul class="rows">{bare}</ul>
            </section>
        })}
    }
}

fn row(held: Held) -> impl IntoView {
    let (class, word) = if held.holds {
        ("2", "holds")
    } else {
        ("4", "fails")
    };
    let href = paths::try_request(&[("url", &held.url)]);
    let shown = |text: &str| visible(text).into_owned();
    let differences = held
        .differences
        .iter()
        .map(|line| view! { <p class="wrong">{shown(line)}</p> })
        .collect_view();
    view! {
        <li>
            <span class="outcome" data-class=class>{word}</span> " "
            <b>{shown(&held.name)}</b> " "
            <a href=href><code>{shown(&held.url)}</code></a>
            {differences}
            <p class="fix">{shown(&held.sentence).replace('`', "")}</p>
        </li>
    }
}
