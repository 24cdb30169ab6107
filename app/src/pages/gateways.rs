//! `/gateways`: which Gateways are there, who shares them?

use crate::api::envelope::{Answer, Items};
use crate::api::gateways::{GatewayRow, get_gateways};
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::components::sentence::SentenceView;
use crate::{live, paths};
use leptos::prelude::*;
use leptos_meta::Title;

/// The page.
#[component]
pub fn GatewaysPage() -> impl IntoView {
    let data = Resource::new(live::revision, |_| get_gateways());
    view! {
        <Title text="Gateways"/>
        <Loaded data what="the Gateways" page=page/>
    }
}

fn page(answer: Answer<Items<GatewayRow>>) -> impl IntoView {
    let Items { items, total } = answer.body;
    let bad = items
        .iter()
        .filter(|row| !row.healthy || row.tally.refused + row.tally.orphan > 0)
        .count();
    let sub = match (total, bad) {
        (0, _) => "None was read.".to_owned(),
        (_, 0) => "All of them take what names them.".to_owned(),
        (_, 1) => "1 of them needs a look or refuses routes.".to_owned(),
        (_, bad) => format!("{bad} of them need a look or refuse routes."),
    };
    let heading = if total == 1 {
        "1 Gateway".to_owned()
    } else {
        format!("{total} Gateways")
    };
    let table = if items.is_empty() {
        view! {
            <section class="panel empty">
                <h2>"No Gateway"</h2>
                <p>"Gateways of group " <code>"gateway.networking.k8s.io"</code> " appear here with their listeners and the routes attached to them."</p>
            </section>
        }
        .into_any()
    } else {
        view! { <section class="panel"><GatewayTable rows=items/></section> }.into_any()
    };
    view! {
        <div class="head"><div><h1>{heading}</h1><p class="sub">{sub}</p></div></div>
        {table}
    }
}

#[component]
fn GatewayTable(rows: Vec<GatewayRow>) -> impl IntoView {
    view! {
        <div class="scroll">
            <table class="stack">
                <caption class="visually-hidden">"Gateways, worst first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Gateway"</th>
                        <th scope="col">"Class and controller"</th>
                        <th scope="col">"Listeners"</th>
                        <th scope="col">"Attached from"</th>
                        <th scope="col">"Attached"</th>
                        <th scope="col">"Refused"</th>
                        <th scope="col">"Unknown"</th>
                        <th scope="col">"Open to"</th>
                        <th scope="col">"Health"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| view! { <GatewayLine row/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn GatewayLine(row: GatewayRow) -> impl IntoView {
    let href = paths::gateway(&row.namespace, &row.name);
    let controller = row
        .controller
        .unwrap_or_else(|| "controller not known".to_owned());
    let from = match row.attached_namespaces.as_slice() {
        [] => "nobody".to_owned(),
        few if few.len() <= 3 => few.join(", "),
        many => format!("{} namespaces", many.len()),
    };
    view! {
        <tr>
            <td data-head="Gateway"><Name text=format!("{}/{}", row.namespace, row.name) href/></td>
            <td data-head="Class"><Name text=row.class/> <div class="fix"><Name text=controller/></div></td>
            <td data-head="Listeners">{row.listeners}</td>
            <td data-head="Attached from">{engine::sentence::visible(&from).into_owned()}</td>
            <td data-head="Attached" class="number" data-verdict="attached">{row.tally.attached}</td>
            <td data-head="Refused" class="number" data-verdict=(row.tally.refused > 0).then_some("refused")>{row.tally.refused + row.tally.orphan}</td>
            <td data-head="Unknown" class="number">{row.tally.unknown}</td>
            <td data-head="Open to"><SentenceView sentence=row.openness/></td>
            <td data-head="Health" data-bad=(!row.healthy).then_some("")><SentenceView sentence=row.health/></td>
        </tr>
    }
}
