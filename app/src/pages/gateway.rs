//! `/gateways/{namespace}/{name}`: who gets in through which listener?

use super::overview::TallyView;
use crate::api::envelope::Answer;
use crate::api::gateways::{GatewayView, get_gateway};
use crate::components::attachments::AttachmentTable;
use crate::components::graph::AcceptanceGraph;
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::components::sentence::SentenceView;
use crate::{live, paths};
use engine::report::{Computed, ListenerReport, ListenerSetReport, Status};
use engine::sentence::{Sentence, visible};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::collections::BTreeMap;

/// The page.
#[component]
pub fn GatewayPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = move || {
        let of = |name: &str| params.read().get(name).unwrap_or_default();
        (
            of("namespace"),
            of("name"),
            query.read().get("listener"),
            live::revision(),
        )
    };
    let data = Resource::new(asked, |(namespace, name, listener, _)| {
        get_gateway(namespace, name, listener)
    });
    view! { <Loaded data what="the Gateway" page=page/> }
}

fn page(answer: Answer<GatewayView>) -> impl IntoView {
    let GatewayView {
        gateway,
        row,
        listener,
        graph,
        attachments,
        attachments_total,
    } = answer.body;
    let full = format!("{}/{}", gateway.namespace, gateway.name);
    let controller = gateway.controller.clone().map_or_else(
        || "controller not known".to_owned(),
        |name| format!("controller {name}"),
    );
    let mut sub = vec![format!("class {}", gateway.class), controller];
    sub.extend((!gateway.addresses.is_empty()).then(|| gateway.addresses.join(", ")));
    let all = (attachments_total as usize > attachments.len()).then(|| {
        let href = paths::routes_filtered(&format!("gateway:{full}"));
        view! { <a class="more" href=href>{format!("all {attachments_total}")}</a> }
    });
    let table = if attachments.is_empty() {
        view! { <p class="empty">"No route names this " {if listener.is_some() { "listener." } else { "Gateway." }}</p> }.into_any()
    } else {
        view! { <AttachmentTable rows=attachments caption="Attachments, worst first"/> }.into_any()
    };
    view! {
        <Title text=visible(&full).into_owned()/>
        <nav class="crumbs" aria-label="Breadcrumbs"><a href=paths::GATEWAYS>"Gateways"</a></nav>
        <div class="head">
            <div>
                <h1 class="name"><bdi>{visible(&full).into_owned()}</bdi></h1>
                <p class="sub">{visible(&sub.join(" \u{b7} ")).into_owned()} " \u{b7} " <SentenceView sentence=row.openness/></p>
            </div>
            <TallyView tally=gateway.tally/>
        </div>
        <Tabs gateway=gateway.clone() chosen=listener.clone()/>
        <section class="panel" aria-label="Acceptance graph"><AcceptanceGraph graph/></section>
        <section class="panel" aria-labelledby="listeners">
            <header><h2 id="listeners">"Listeners"</h2></header>
            <Listeners namespace=gateway.namespace name=gateway.name listeners=gateway.listeners/>
        </section>
        <Sets sets=gateway.listener_sets/>
        <section class="panel" aria-labelledby="attachments">
            <header><h2 id="attachments">"Attachments"</h2><span class="sub">"worst first"</span>{all}</header>
            {table}
        </section>
    }
}

#[component]
fn Tabs(gateway: engine::report::GatewayReport, chosen: Option<String>) -> impl IntoView {
    (gateway.listeners.len() > 1).then(|| {
        let whole = paths::gateway(&gateway.namespace, &gateway.name);
        let tabs = gateway.listeners.iter().map(|listener| {
            let key = listener.key();
            let href = paths::gateway_listener(&gateway.namespace, &gateway.name, &key);
            let current = (chosen.as_ref() == Some(&key)).then_some("true");
            view! { <a href=href aria-current=current><bdi>{visible(&key).into_owned()}</bdi></a> }
        });
        view! {
            <nav class="tabs" aria-label="Listeners">
                <a href=whole aria-current=chosen.is_none().then_some("true")>"All listeners"</a>
                {tabs.collect_view()}
            </nav>
        }
    })
}

/// How many ListenerSets are listed.
const SETS: usize = 200;

/// Computed conditions in a list, or that nobody can tell.
fn conditions(conditions: BTreeMap<String, Computed>) -> AnyView {
    if conditions.is_empty() {
        return view! { <span class="fix">"cannot be told"</span> }.into_any();
    }
    let items = conditions.into_iter().map(|(name, Computed { status, reason })| {
        let good = (status == Status::True) == (name != "Conflicted");
        let bad = (!good && status != Status::Unknown).then_some("");
        let word = match status {
            Status::True => "True",
            Status::False => "False",
            Status::Unknown => "Unknown",
        };
        view! { <li data-bad=bad>{format!("{name} {word}")} <span class="fix">{format!(" {reason}")}</span></li> }
    });
    view! { <ul class="plain">{items.collect_view()}</ul> }.into_any()
}

/// ListenerSets that name this Gateway, admitted or not.
#[component]
fn Sets(sets: Vec<ListenerSetReport>) -> impl IntoView {
    if sets.is_empty() {
        return ().into_any();
    }
    let total = sets.len();
    let rows = sets.into_iter().take(SETS).map(|set| {
        let conditions = conditions(set.conditions);
        view! {
            <tr>
                <td data-head="ListenerSet"><Name text=format!("{}/{}", set.namespace, set.name)/></td>
                <td data-head="Admission"><SentenceView sentence=set.admission/></td>
                <td data-head="Computed conditions">{conditions}</td>
            </tr>
        }
    });
    view! {
        <section class="panel" aria-labelledby="sets">
            <header><h2 id="sets">"ListenerSets"</h2><span class="sub">{total} " in order of precedence"</span></header>
            <div class="scroll">
                <table class="stack">
                    <caption class="visually-hidden">"ListenerSets"</caption>
                    <thead><tr>
                        <th scope="col">"ListenerSet"</th>
                        <th scope="col">"Admission"</th>
                        <th scope="col">"Computed conditions"</th>
                    </tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Listeners(namespace: String, name: String, listeners: Vec<ListenerReport>) -> impl IntoView {
    let rows = listeners.into_iter().map(|listener| {
        let href = paths::gateway_listener(&namespace, &name, &listener.key());
        view! { <ListenerLine listener href/> }
    });
    view! {
        <div class="scroll">
            <table class="stack">
                <caption class="visually-hidden">"Listeners"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Listener"</th>
                        <th scope="col">"Takes"</th>
                        <th scope="col">"Kinds"</th>
                        <th scope="col">"Whom"</th>
                        <th scope="col">"attachedRoutes"</th>
                        <th scope="col">"Computed conditions"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn ListenerLine(listener: ListenerReport, href: String) -> impl IntoView {
    let host = listener
        .hostname
        .clone()
        .unwrap_or_else(|| "any host".to_owned());
    let takes = format!(
        "{} \u{b7} port {} \u{b7} {host}",
        listener.protocol, listener.port
    );
    let kinds = if listener.supported_kinds.is_empty() {
        "none".to_owned()
    } else {
        listener.supported_kinds.join(", ")
    };
    let key = listener.key();
    let counts = listener.attached_routes;
    let counted = match counts.counted {
        None => view! { <span class="fix">"the controller wrote no count"</span> }.into_any(),
        Some(counted) if counted == counts.computed => {
            view! { <span class="fix">{format!("counted {counted} \u{2713}")}</span> }.into_any()
        }
        Some(counted) => {
            view! { <b class="bad">{format!("counted {counted} \u{2717}")}</b> }.into_any()
        }
    };
    let conflicts = (!listener.conflicts_with.is_empty()).then(|| {
        let words = Sentence::new()
            .text("conflicts with ")
            .names(&listener.conflicts_with, " and ");
        view! { <p class="bad"><SentenceView sentence=words/></p> }
    });
    let conditions = conditions(listener.conditions);
    view! {
        <tr>
            <td data-head="Listener"><Name text=key href/></td>
            <td data-head="Takes">{visible(&takes).into_owned()} {conflicts}</td>
            <td data-head="Kinds">{kinds}</td>
            <td data-head="Whom"><SentenceView sentence=listener.admits/></td>
            <td data-head="attachedRoutes">{format!("computed {}", counts.computed)} " \u{b7} " {counted}</td>
            <td data-head="Conditions">{conditions}</td>
        </tr>
    }
}
