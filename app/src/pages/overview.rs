//! `/`: is anything wrong, and what is shared?

use crate::api::envelope::Answer;
use crate::api::gateways::GatewayRow;
use crate::api::overview::{Nothing, Overview, get_overview};
use crate::api::tester::TryForm;
use crate::components::attachments::AttachmentTable;
use crate::components::graph::AcceptanceGraph;
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::components::sentence::SentenceView;
use crate::components::try_form::TryFormView;
use crate::{live, paths};
use engine::report::Tally;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let data = Resource::new(live::revision, |_| get_overview());
    view! {
        <Title text="Overview"/>
        <Loaded data what="the overview" page=page/>
    }
}

fn page(answer: Answer<Overview>) -> impl IntoView {
    let view = answer.body;
    let more = view.gateways_total.saturating_sub(1);
    let first = view.gateways.into_iter().next();
    let graph = first
        .zip(view.graph)
        .map(|(row, graph)| view! { <FirstGateway row graph more/> });
    let shown = view.attachments.len();
    let rest = (view.attachments_total as usize > shown).then(|| {
        view! { <a class="more" href=paths::ROUTES>{format!("all {}", view.attachments_total)}</a> }
    });
    let form = TryForm {
        url: view.suggested_url,
        ..TryForm::default()
    };
    view! {
        <div class="head">
            <div>
                <h1>{view.headline}</h1>
                <p class="sub">{view.subline}</p>
            </div>
            <TallyView tally=view.tally/>
        </div>
        {graph}
        {if shown == 0 {
            let nothing = view.nothing.unwrap_or(Nothing::Empty);
            view! { <NothingView nothing/> }.into_any()
        } else {
            view! {
                <section class="panel" aria-labelledby="attachments">
                    <header><h2 id="attachments">"Attachments"</h2><span class="sub">"worst first"</span>{rest}</header>
                    <AttachmentTable rows=view.attachments caption="Attachments, worst first"/>
                </section>
            }.into_any()
        }}
        <section class="panel" aria-labelledby="try">
            <header><h2 id="try">"Try a path"</h2><span class="sub">"No request is sent."</span></header>
            <TryFormView form through=view.through/>
        </section>
    }
}

#[component]
fn FirstGateway(row: GatewayRow, graph: crate::api::graph::Graph, more: u32) -> impl IntoView {
    let href = paths::gateway(&row.namespace, &row.name);
    let listeners = if row.listeners == 1 {
        "1 listener".to_owned()
    } else {
        format!("{} listeners", row.listeners)
    };
    let others = (more > 0)
        .then(|| view! { <a class="more" href=paths::GATEWAYS>{format!("and {more} more")}</a> });
    view! {
        <section class="panel" aria-labelledby="gateway">
            <header>
                <h2 id="gateway"><Name text=format!("{}/{}", row.namespace, row.name) href=href.clone()/></h2>
                <span class="sub">
                    {format!("class {} \u{b7} {listeners} \u{b7} ", engine::sentence::visible(&row.class))}
                    <SentenceView sentence=row.openness/>
                </span>
                {others}
                <a class="more" href=href>"Open Gateway"</a>
            </header>
            <AcceptanceGraph graph/>
        </section>
    }
}

/// Four numbers: routes by verdict.
#[component]
pub fn TallyView(
    /// The numbers.
    tally: Tally,
) -> impl IntoView {
    let numbers = [
        ("attached", tally.attached),
        ("refused", tally.refused),
        ("orphan", tally.orphan),
        ("unknown", tally.unknown),
    ];
    let items = numbers.map(|(word, number)| {
        view! {
            <li data-verdict=word data-zero=(number == 0).then_some("")>
                <a href=paths::routes_filtered(&format!("verdict:{word}"))><b>{number}</b>" "<span>{word}</span></a>
            </li>
        }
    });
    view! { <ul class="tally" aria-label="Routes by verdict">{items}</ul> }
}

/// Says why nothing is here, and what would bring something.
#[component]
fn NothingView(nothing: Nothing) -> impl IntoView {
    let visibility = || view! { <a href=paths::VISIBILITY>"Visibility"</a> };
    let (title, words) = match nothing {
        Nothing::Reading => (
            "Waiting for the API server",
            view! { "What was read already stands on " {visibility()} ", kind by kind. This page follows by itself." }.into_any(),
        ),
        Nothing::NotInstalled => (
            "No kind of route exists here",
            view! { "The API server has no CRDs of the Gateway API. Once they are installed, this page follows by itself within half a minute." }.into_any(),
        ),
        Nothing::Denied => (
            "The API server lets nobody of our name look at routes",
            view! { {visibility()} " has the missing rights as a ClusterRole that an administrator can apply." }.into_any(),
        ),
        Nothing::Unseen => (
            "Whether there are routes is not known",
            view! { {visibility()} " says what is wrong." }.into_any(),
        ),
        Nothing::Empty => (
            "No route names a parent",
            view! {
                "Routes appear here once an HTTPRoute with a parentRef is read. Look at " {visibility()}
                " for what was read, or start with " <code>"gatewatch serve --example acme"</code> "."
            }.into_any(),
        ),
    };
    view! {
        <section class="panel empty">
            <h2>{title}</h2>
            <p>{words}</p>
        </section>
    }
}
