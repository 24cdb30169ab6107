//! `/visibility`: what can we not see?

use crate::api::envelope::Answer;
use crate::api::visibility::{Served, VisibilityView, get_visibility};
use crate::components::attachments::AttachmentTable;
use crate::components::copy::CopyButton;
use crate::components::loaded::Loaded;
use crate::components::sentence::SentenceView;
use crate::{live, paths};
use engine::sentence::visible;
use engine::snapshot::{KindState, Problem, Visibility};
use leptos::prelude::*;
use leptos_meta::Title;

/// The page.
#[component]
pub fn VisibilityPage() -> impl IntoView {
    let data = Resource::new(live::revision, |_| get_visibility());
    view! {
        <Title text="Visibility"/>
        <Loaded data what="what can be seen" page=page/>
    }
}

fn page(answer: Answer<VisibilityView>) -> impl IntoView {
    let view = answer.body;
    let source = visible(&answer.source.name).into_owned();
    let read_at = answer.source.read_at.clone();
    let stale = answer
        .source
        .problem
        .map(|problem| view! { <p class="wrong">{visible(&problem).into_owned()}</p> });
    let problems =
        (!answer.problems.is_empty()).then(|| view! { <Problems problems=answer.problems/> });
    let unknown = (!view.unknown.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="unknown">
                <header><h2 id="unknown">"Unknown because of it"</h2><span class="sub">{view.unknown_total}</span></header>
                <AttachmentTable rows=view.unknown caption="Attachments whose verdict is unknown"/>
            </section>
        }
    });
    let role = view.role.map(|role| {
        view! {
            <section class="panel" aria-labelledby="rights">
                <header><h2 id="rights">"Rights that are missing"</h2><span class="sub">"for an administrator to apply and bind"</span></header>
                <pre class="inset">{role.clone()}</pre>
                <p class="inset"><CopyButton text=role label="Copy"/></p>
            </section>
        }
    });
    let limits = view
        .limits
        .into_iter()
        .map(|limit| view! { <li><SentenceView sentence=limit/></li> });
    view! {
        <div class="head"><div>
            <h1>{view.headline}</h1>
            <p class="sub">{source} " \u{b7} read " <time datetime=read_at.clone()>{read_at.clone()}</time> {format!(" \u{b7} revision {}", answer.revision)}</p>
            {stale}
            <p><a href=paths::SNAPSHOT download="" rel="external">"Download what was read"</a>", as a snapshot that " <code>"gatewatch -f"</code> " reads later with the same answers"</p>
        </div></div>
        {problems}
        <section class="panel" aria-labelledby="kinds">
            <header><h2 id="kinds">"Kinds"</h2></header>
            <Kinds kinds=answer.visibility served=view.served/>
        </section>
        {role}
        {unknown}
        <section class="panel" aria-labelledby="limits">
            <header><h2 id="limits">"What this version does not judge"</h2></header>
            <ul class="inset">{limits.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Problems(problems: Vec<Problem>) -> impl IntoView {
    let total = problems.len();
    let rows = problems.into_iter().take(200).map(|problem| {
        let object = problem.object.map(|id| visible(&id.to_string()).into_owned());
        view! {
            <tr>
                <td data-head="Object">{object.map_or_else(|| "not readable".into_any(), |object| view! { <bdi class="name">{object}</bdi> }.into_any())}</td>
                <td data-head="Where"><code>{visible(&problem.path).into_owned()}</code></td>
                <td data-head="What">{visible(&problem.message).into_owned()}</td>
            </tr>
        }
    });
    view! {
        <section class="panel" aria-labelledby="problems">
            <header><h2 id="problems">"Problems in what was read"</h2><span class="sub">{total}</span></header>
            <div class="scroll">
                <table class="stack">
                    <caption class="visually-hidden">"Problems"</caption>
                    <thead><tr><th scope="col">"Object"</th><th scope="col">"Where"</th><th scope="col">"What"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Kinds(kinds: Vec<Visibility>, served: Vec<Served>) -> impl IntoView {
    let rows = kinds.into_iter().map(|kind| {
        let (attribute, words) = state(kind.state);
        let of_it: Vec<&Served> = served.iter().filter(|one| one.kind == kind.kind).collect();
        let versions: Vec<String> = of_it.iter().map(|one| version(one)).collect();
        let proof = kind.last_seen.map(|seen| {
            let time = seen.get(11..19).unwrap_or_default().to_owned();
            view! { <time datetime=seen>{time}</time> }
        });
        view! {
            <tr>
                <td data-head="Kind" class="name">{kind.kind.as_str()}</td>
                <td data-head="State"><span data-state=attribute>{words}</span></td>
                <td data-head="Objects" class="number">{kind.objects}</td>
                <td data-head="Version">{visible(&versions.join(", ")).into_owned()}</td>
                <td data-head="Proved">{proof}</td>
                <td data-head="Problem">{kind.problem.map(|problem| visible(&problem).into_owned()).unwrap_or_else(|| "none".to_owned())}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll">
            <table class="stack">
                <caption class="visually-hidden">"Kinds and how far they can be seen"</caption>
                <thead>
                    <tr><th scope="col">"Kind"</th><th scope="col">"State"</th><th scope="col" class="number">"Objects"</th><th scope="col">"Version"</th><th scope="col">"Proved, UTC"</th><th scope="col">"Problem"</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// `v1 · v1.6.3 standard`: the version that is read, and the release that its CRD is of.
fn version(served: &Served) -> String {
    let group = served.api_version.rsplit_once('/');
    let version = group.map_or(served.api_version.as_str(), |(_, version)| version);
    let bundle = served.bundle.iter().chain(&served.channel);
    let bundle: Vec<&str> = bundle.map(String::as_str).collect();
    if bundle.is_empty() {
        version.to_owned()
    } else {
        format!("{version} \u{b7} {}", bundle.join(" "))
    }
}

fn state(state: KindState) -> (&'static str, &'static str) {
    match state {
        KindState::Complete => ("good", "\u{2713} read completely"),
        KindState::Live => ("good", "\u{2713} live"),
        KindState::Waiting => ("open", "not asked yet"),
        KindState::Listing => ("open", "being listed"),
        KindState::Degraded => ("bad", "in part only"),
        KindState::Denied => ("bad", "\u{2717} denied"),
        KindState::Absent => ("open", "not installed"),
        KindState::Stale => ("bad", "old"),
    }
}
