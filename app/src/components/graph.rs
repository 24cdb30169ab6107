//! The acceptance graph as SVG, with the same content as a table; attributes and classes only, no inline style.

use crate::api::graph::{Graph, Item, Line, Row};
use crate::components::verdict::{VerdictChip, word};
use engine::report::Verdict;
use leptos::prelude::*;

/// The drawing in a panel that scrolls; on narrow screens and where asked for, the table.
#[component]
pub fn AcceptanceGraph(
    /// What the server laid out.
    graph: Graph,
) -> impl IntoView {
    let Graph {
        width,
        height,
        label,
        items,
        rows,
    } = graph;
    let items = items.into_iter().map(item).collect_view();
    view! {
        <div class="graph-panel">
            <div class="graph-scroll">
                <svg
                    class="graph"
                    role="group"
                    aria-label=label.clone()
                    width=width
                    height=height
                    viewBox=format!("0 0 {width} {height}")
                >
                    {items}
                </svg>
            </div>
            <details class="graph-table">
                <summary>"Show as table"</summary>
                <GraphTable rows caption=label/>
            </details>
        </div>
    }
}

/// One element of the drawing. Words beside an edge are part of its accessible name already.
fn item(item: Item) -> AnyView {
    match item {
        Item::Box {
            class,
            x,
            y,
            width,
            height,
            href,
            label,
            lines,
        } => {
            let radius = if class.starts_with("ns") { 8 } else { 7 };
            let name = name(&lines, &label);
            let lines = lines.into_iter().map(text).collect_view();
            let rect = view! { <rect class=class x=x y=y width=width height=height rx=radius/> };
            match href {
                Some(href) => view! { <a href=href aria-label=name>{rect}{lines}</a> }.into_any(),
                None => view! { <g role="img" aria-label=name>{rect}{lines}</g> }.into_any(),
            }
        }
        Item::Edge {
            verdict: Some(verdict),
            path,
            href: Some(href),
            label,
        } => view! {
            <a href=href aria-label=label>
                <path class="reach" d=path.clone()/>
                <path class="edge" data-verdict=word(verdict) d=path/>
            </a>
        }
        .into_any(),
        Item::Edge { verdict, path, .. } => {
            view! { <path class="edge" data-verdict=verdict.map(word) d=path aria-hidden="true"/> }
                .into_any()
        }
        Item::Gate { path } => view! { <path class="gate" d=path aria-hidden="true"/> }.into_any(),
        Item::Sign {
            shape,
            verdict,
            x,
            y,
        } => sign(&shape, verdict, x, y),
        Item::Words { line } => {
            let lane = line.class == "lane";
            let words = text(line);
            view! { <g aria-hidden=(!lane).then_some("true")>{words}</g> }.into_any()
        }
    }
}

/// The words in a box first, as people who speak to their machine say them, then what they stand for.
fn name(lines: &[Line], label: &str) -> String {
    let words: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    format!("{}, {label}", words.join(" "))
}

fn text(line: Line) -> impl IntoView {
    let Line {
        x,
        y,
        class,
        anchor,
        text,
    } = line;
    let anchor = (anchor != "start").then_some(anchor);
    view! { <text class=class x=x y=y text-anchor=anchor>{text}</text>" " }
}

/// The sign at the end of an edge, drawn around its own origin.
fn sign(shape: &str, verdict: Verdict, x: i32, y: i32) -> AnyView {
    let inside = match shape {
        "arrow" => view! { <path class="tip" d="M0 0-9-4.5V4.5Z"/> }.into_any(),
        "question" => view! {
            <circle class="ground" r="10"/>
            <circle class="ring" r="8.5"/>
            <path class="line" d="M-2.6-1.6a2.7 2.7 0 1 1 3.9 2.4C.3 1.3 0 1.7 0 2.6M0 5v.2"/>
        }
        .into_any(),
        "loose" => view! {
            <circle class="ground" r="6"/>
            <circle class="ring dashed" r="5"/>
        }
        .into_any(),
        "stop-broken" => view! {
            <circle class="ground" r="11"/>
            <circle class="disc" r="10"/>
            <path class="bar" d="M-5.5 0H5.5"/>
        }
        .into_any(),
        _ => view! {
            <circle class="ground" r="10"/>
            <circle class="ring" r="8.5"/>
            <path class="line" d="M-6 6 6-6"/>
        }
        .into_any(),
    };
    view! {
        <g class="sign" data-verdict=word(verdict) transform=format!("translate({x} {y})") aria-hidden="true">
            {inside}
        </g>
    }
    .into_any()
}

/// The same content as a table.
#[component]
fn GraphTable(
    /// One row per route and way in which its edges end.
    rows: Vec<Row>,
    /// What the table shows.
    caption: String,
) -> impl IntoView {
    let rows = rows.into_iter().map(|row| {
        let [labels, backends, listener, gate] =
            [&row.labels, &row.backends, &row.listener, &row.gate]
                .map(|text| text.is_empty().then_some(""));
        view! {
            <tr>
                <td data-head="Verdict"><VerdictChip verdict=row.verdict/></td>
                <td data-head="Route"><a class="name" href=row.href>{row.route}</a></td>
                <td data-head="Labels asked for" class="name" data-empty=labels>{row.labels}</td>
                <td data-head="Backends" class="name" data-empty=backends>{row.backends}</td>
                <td data-head="Listener" class="name" data-empty=listener>{row.listener}</td>
                <td data-head="Gate" data-empty=gate>{row.gate}</td>
            </tr>
        }
    });
    view! {
        <table class="stack">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">"Verdict"</th>
                    <th scope="col">"Route"</th>
                    <th scope="col">"Labels asked for"</th>
                    <th scope="col">"Backends"</th>
                    <th scope="col">"Listener"</th>
                    <th scope="col">"Gate"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
