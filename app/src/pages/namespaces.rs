//! `/namespaces`: which labels open which doors?

use crate::api::envelope::Answer;
use crate::api::namespaces::{Column, NamespaceRow, NamespacesView, get_namespaces};
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::components::pager::Pager;
use crate::components::sentence::SentenceView;
use crate::{live, paths};
use engine::report::{Door, GateOutcome};
use engine::sentence::visible;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn NamespacesPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || {
        let page = query
            .read()
            .get("page")
            .and_then(|page| page.parse::<u32>().ok());
        (query.read().get("gateway"), page, live::revision())
    };
    let data = Resource::new(asked, |(gateway, page, _)| get_namespaces(gateway, page));
    view! {
        <Title text="Namespaces"/>
        <Loaded data what="the Namespaces" page=page/>
    }
}

fn page(answer: Answer<NamespacesView>) -> impl IntoView {
    let NamespacesView {
        listeners,
        listeners_total,
        items,
        total,
        gateways,
        gateway,
        page,
        pages,
    } = answer.body;
    let heading = if total == 1 {
        "1 namespace".to_owned()
    } else {
        format!("{total} namespaces")
    };
    let sub = match (listeners_total, listeners.len()) {
        (0, _) => "No listener to open yet.".to_owned(),
        (all, shown) if all as usize > shown => format!(
            "Which labels open which doors: the first {shown} of {all} listeners. Choose a Gateway to see its own."
        ),
        _ => "Which labels open which doors.".to_owned(),
    };
    let chosen = gateway.clone();
    let href = Callback::new(move |page: u32| {
        let page = page.to_string();
        format!(
            "{}?{}",
            paths::NAMESPACES,
            paths::query(&[("gateway", &chosen), ("page", &page)])
        )
    });
    let choice = (gateways.len() > 1).then(|| view! { <GatewayChoice gateways gateway/> });
    let table = if items.is_empty() {
        view! { <p class="empty">"No Namespace was read, and no object names one."</p> }.into_any()
    } else {
        view! { <Matrix listeners items/> }.into_any()
    };
    view! {
        <div class="head"><div><h1>{heading}</h1><p class="sub">{sub}</p></div></div>
        <section class="panel" aria-label="Namespaces and listeners">{choice} {table} <Pager page pages href/></section>
    }
}

#[component]
fn GatewayChoice(gateways: Vec<String>, gateway: String) -> impl IntoView {
    let options = gateways.into_iter().map(move |name| {
        let selected = name == gateway;
        view! { <option value=name.clone() selected=selected>{visible(&name).into_owned()}</option> }
    });
    view! {
        <Form method="GET" action=paths::NAMESPACES attr:class="filter">
            <label>"Gateway" <select name="gateway"><option value="">"all"</option>{options.collect_view()}</select></label>
            <button>"Show"</button>
        </Form>
    }
}

#[component]
fn Matrix(listeners: Vec<Column>, items: Vec<NamespaceRow>) -> impl IntoView {
    let heads: Vec<String> = listeners
        .iter()
        .map(|column| {
            format!(
                "{}/{} {}",
                column.gateway_namespace, column.gateway_name, column.listener
            )
        })
        .collect();
    let columns = listeners.into_iter().map(|column| {
        let href = paths::gateway_listener(&column.gateway_namespace, &column.gateway_name, &column.listener);
        view! {
            <th scope="col">
                <Name text=column.listener href/>
                <div class="fix">{visible(&format!("{}/{}", column.gateway_namespace, column.gateway_name)).into_owned()}</div>
                <div class="fix"><SentenceView sentence=column.admits/></div>
            </th>
        }
    });
    let rows = items.into_iter().map(|row| {
        let namespace = row.namespace;
        let labels = match namespace.labels {
            Some(labels) => {
                let labels = labels.into_iter().map(|(key, value)| view! { <li class="label">{visible(&format!("{key}={value}")).into_owned()}</li> });
                view! { <ul class="labels">{labels.collect_view()}</ul> }.into_any()
            }
            None => view! { <span class="fix">"not among what was read; labels not known"</span> }.into_any(),
        };
        let doors = row.doors.into_iter().zip(heads.clone()).map(|(door, head)| view! { <DoorCell door head/> });
        let routes = if namespace.routes == 1 { "1 route".to_owned() } else { format!("{} routes", namespace.routes) };
        let href = paths::routes_filtered(&format!("ns:{}", namespace.name));
        view! {
            <tr>
                <th scope="row"><bdi class="name">{visible(&namespace.name).into_owned()}</bdi> <div class="fix"><a href=href>{routes}</a></div></th>
                <td data-head="Labels">{labels}</td>
                {doors.collect_view()}
            </tr>
        }
    });
    view! {
        <div class="scroll">
            <table class="stack matrix">
                <caption class="visually-hidden">"Namespaces against listeners"</caption>
                <thead><tr><th scope="col">"Namespace"</th><th scope="col">"Labels"</th>{columns.collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn DoorCell(door: Door, head: String) -> impl IntoView {
    let (attribute, sign) = match door.outcome {
        GateOutcome::Passed => ("attached", "\u{2713} admitted"),
        GateOutcome::Failed => ("refused", "\u{2717} refused"),
        GateOutcome::Unknown | GateOutcome::NotReached => ("unknown", "? not known"),
    };
    let used = match (door.outcome, door.used) {
        (_, true) => ", in use",
        (GateOutcome::Passed, false) => ", not used",
        _ => "",
    };
    let why = (door.outcome != GateOutcome::Passed)
        .then(|| view! { <div class="fix"><SentenceView sentence=door.sentence/></div> });
    view! { <td data-head=visible(&head).into_owned()><b class="door" data-verdict=attribute>{sign}</b> {used} {why}</td> }
}
