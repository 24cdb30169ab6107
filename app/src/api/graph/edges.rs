//! Draws how far each route gets: edges, the signs and words at their ends, and the gate between.

use super::Item;
use super::draw::line;
use super::layout::{
    GATE, GATE_TOP, LISTENER, Layout, NAMESPACE, ROUTE, RoutePlace, Span, WIDTH, size,
};
use super::measure::{Font, fit};
use super::model::{Fold, Model, Route, Stop};
use crate::paths;
use engine::report::Verdict;
use std::collections::BTreeMap;

/// How many attached edges of one route are drawn where there are many routes.
const EDGES: usize = 4;

/// Where each attached edge meets its listener: by the edge's height at its route and the listener's box.
pub(super) type Ports = BTreeMap<(i32, usize), Port>;

/// An edge's end on a listener.
#[derive(Clone, Copy)]
pub(super) struct Port {
    y: i32,
    /// Height at which it passes the gate.
    gate: i32,
}

/// An edge without outcome.
pub(super) fn neutral(path: String) -> Item {
    Item::Edge {
        verdict: None,
        path,
        href: None,
        label: String::new(),
    }
}

/// Gives every attached edge its place on its listener, in the order in which edges arrive from above.
pub(super) fn ports(model: &Model<'_>, layout: &Layout) -> Ports {
    let mut arriving: BTreeMap<usize, Vec<(i32, bool)>> = BTreeMap::new();
    for (group, place) in model.groups.iter().zip(&layout.groups) {
        for (route, place) in group.routes.iter().zip(&place.routes) {
            let Some(exit) = place.exits.last() else {
                continue;
            };
            let shown = if layout.compact { EDGES } else { usize::MAX };
            for port in route.ports.iter().take(shown) {
                arriving
                    .entry(port.at)
                    .or_default()
                    .push((*exit, place.dives));
            }
        }
    }
    for (fold, place) in model.folds.iter().zip(&layout.folds) {
        for at in fold
            .ports
            .iter()
            .filter(|_| fold.verdict == Verdict::Attached)
        {
            arriving
                .entry(*at)
                .or_default()
                .push((place.middle(), false));
        }
    }
    let mut ports = Ports::new();
    for (at, edges) in arriving {
        let Some(span) = layout.boxes.get(at) else {
            continue;
        };
        let step = (span.height - 24)
            .checked_div(size(edges.len()) - 1)
            .unwrap_or(0)
            .clamp(0, 20);
        let first = span.middle() - step * (size(edges.len()) - 1) / 2;
        for (index, (exit, dives)) in edges.into_iter().enumerate() {
            let y = (first + step * size(index)).min(span.end() - 8);
            ports.insert(
                (exit, at),
                Port {
                    y,
                    gate: if dives { y } else { exit },
                },
            );
        }
    }
    ports
}

/// All edges of a route.
pub(super) fn of_route(items: &mut Vec<Item>, route: &Route, place: &RoutePlace, ports: &Ports) {
    let id = &route.report.route;
    let href = paths::route(id.kind, &id.namespace, &id.name);
    for (stop, exit) in route.stops.iter().zip(&place.exits) {
        stopped(items, stop, *exit, &href);
    }
    let Some(exit) = place.exits.last() else {
        return;
    };
    for port in &route.ports {
        if let Some(end) = ports.get(&(*exit, port.at)) {
            attached(items, *exit, *end, (&href, &port.label));
        }
    }
}

/// An edge that ends on a listener. Where words stand in its way it goes down before the gate.
fn attached(items: &mut Vec<Item>, exit: i32, end: Port, (href, label): (&str, &str)) {
    let (start, tip, y) = (ROUTE.end(), LISTENER.x, end.y);
    let path = if end.gate == exit {
        let (from, middle) = (GATE + 12, i32::midpoint(GATE + 12, tip));
        format!("M{start} {exit}H{from}C{middle} {exit} {middle} {y} {tip} {y}")
    } else {
        let (from, to) = (NAMESPACE.end(), GATE - 16);
        let middle = i32::midpoint(from, to);
        format!("M{start} {exit}H{from}C{middle} {exit} {middle} {y} {to} {y}H{tip}")
    };
    items.push(Item::Edge {
        verdict: Some(Verdict::Attached),
        path,
        href: Some(href.to_owned()),
        label: label.to_owned(),
    });
    items.push(Item::Sign {
        shape: "arrow".to_owned(),
        verdict: Verdict::Attached,
        x: tip,
        y,
    });
}

/// An edge that ends at the gate or in the air, with its sign and words.
fn stopped(items: &mut Vec<Item>, stop: &Stop, y: i32, href: &str) {
    let start = ROUTE.end();
    let (shape, end, class) = match stop.verdict {
        Verdict::Refused if stop.calm => ("stop", GATE, "missing"),
        Verdict::Refused => ("stop-broken", GATE, "missing"),
        Verdict::Orphan => ("loose", GATE + 36, "orphan"),
        Verdict::Unknown => ("question", GATE, "unsure"),
        Verdict::Attached => ("loose", GATE + 36, "met"),
    };
    items.push(Item::Edge {
        verdict: Some(stop.verdict),
        path: format!("M{start} {y}H{}", end - 9),
        href: Some(href.to_owned()),
        label: stop.label.clone(),
    });
    items.push(Item::Sign {
        shape: shape.to_owned(),
        verdict: stop.verdict,
        x: end,
        y,
    });
    let x = end + 20;
    let room = WIDTH - 24 - x;
    let title = fit(&stop.title, room, Font::Plain);
    let note = fit(&stop.note, room, Font::Soft);
    let first = if note.is_empty() { y + 4 } else { y - 3 };
    items.push(Item::Words {
        line: line(x, first, class, title),
    });
    if !note.is_empty() {
        items.push(Item::Words {
            line: line(x, y + 15, "soft", note),
        });
    }
}

/// The edge of a fold.
pub(super) fn of_fold(items: &mut Vec<Item>, fold: &Fold, place: Span, ports: &Ports) {
    let y = place.middle();
    if fold.verdict == Verdict::Attached && !fold.ports.is_empty() {
        for end in fold.ports.iter().filter_map(|at| ports.get(&(y, *at))) {
            attached(items, y, *end, (&fold.href, &fold.title));
        }
        return;
    }
    let shape = match fold.verdict {
        Verdict::Refused => "stop",
        Verdict::Orphan | Verdict::Attached => "loose",
        Verdict::Unknown => "question",
    };
    items.push(Item::Edge {
        verdict: Some(fold.verdict),
        path: format!("M{} {y}H{}", NAMESPACE.end(), GATE - 9),
        href: Some(fold.href.clone()),
        label: fold.title.clone(),
    });
    items.push(Item::Sign {
        shape: shape.to_owned(),
        verdict: fold.verdict,
        x: GATE,
        y,
    });
}

/// The gate's bar, open wherever something passes or a sign stands in it.
pub(super) fn gate(items: &mut Vec<Item>, model: &Model<'_>, layout: &Layout, ports: &Ports) {
    let mut gaps: Vec<(i32, i32)> = ports
        .values()
        .map(|port| (port.gate - 12, port.gate + 12))
        .collect();
    for (group, place) in model.groups.iter().zip(&layout.groups) {
        for (route, place) in group.routes.iter().zip(&place.routes) {
            gaps.extend(
                place
                    .exits
                    .iter()
                    .take(route.stops.len())
                    .map(|exit| (exit - 15, exit + 15)),
            );
        }
    }
    gaps.extend(
        layout
            .folds
            .iter()
            .map(|place| (place.middle() - 15, place.middle() + 15)),
    );
    gaps.sort_unstable();
    let top = if model.rule.is_some() { GATE_TOP } else { 42 };
    let end = layout
        .gate_end
        .max(ports.values().map(|port| port.gate + 30).max().unwrap_or(0))
        .max(top + 40);
    let mut path = String::new();
    let mut y = top;
    for (from, to) in gaps.into_iter().chain([(end, end)]) {
        if from - y >= 6 {
            path.push_str(&format!("M{GATE} {y}V{from}"));
        }
        y = y.max(to);
    }
    if !path.is_empty() {
        items.push(Item::Gate { path });
    }
}
