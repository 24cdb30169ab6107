//! Draws a model that has its places: boxes and words in reading order, and the same as rows of a table.

use super::edges;
use super::layout::{
    self, BACKEND, GATE, GATEWAY, GroupPlace, LINE, LISTENER, Lane, Layout, NAMESPACE, ROUTE,
    RoutePlace, Span, WIDTH, size,
};
use super::measure::{Font, fit, width};
use super::model::{Fold, Group, Model, Route};
use super::words;
use super::{Graph, Item, Line, Row};
use crate::paths;
use engine::report::{GateOutcome, Verdict};
use engine::sentence::visible;

/// Lays out and draws.
pub(super) fn draw(model: &Model<'_>) -> Graph {
    let layout = layout::layout(model);
    let mut items = Vec::new();
    titles(&mut items, model);
    let ports = edges::ports(model, &layout);
    let column = label_column(model);
    for (group, place) in model.groups.iter().zip(&layout.groups) {
        namespace(&mut items, group, place, column);
        for (route, place) in group.routes.iter().zip(&place.routes) {
            backends(&mut items, route, place);
            route_box(&mut items, route, place, layout.compact);
            edges::of_route(&mut items, route, place, &ports);
        }
    }
    for (fold, place) in model.folds.iter().zip(&layout.folds) {
        fold_box(&mut items, fold, *place);
        edges::of_fold(&mut items, fold, *place, &ports);
    }
    edges::gate(&mut items, model, &layout, &ports);
    parents(&mut items, model, &layout);
    Graph {
        width: WIDTH,
        height: layout.height,
        label: model.label.clone(),
        items,
        rows: rows(model),
    }
}

/// Words in one place.
pub(super) fn line(x: i32, y: i32, class: &str, text: String) -> Line {
    Line {
        x,
        y,
        class: class.to_owned(),
        anchor: "start".to_owned(),
        text,
    }
}

/// Titles of the lanes, and the rule above the gate.
fn titles(items: &mut Vec<Item>, model: &Model<'_>) {
    let mut title = |x: i32, anchor: &str, text: &str| {
        let line = Line {
            anchor: anchor.to_owned(),
            ..line(x, 24, "lane", text.to_owned())
        };
        items.push(Item::Words { line });
    };
    title(BACKEND.x, "start", "Backends");
    title(NAMESPACE.x, "start", "Namespaces and their routes");
    title(GATE, "middle", &model.gate);
    if model.parents.iter().any(|parent| !parent.boxes.is_empty()) {
        title(LISTENER.x, "start", "Listeners");
    }
    if !model.parents.is_empty() {
        title(GATEWAY.x, "start", "Gateway");
    }
    let Some((said, names)) = &model.rule else {
        return;
    };
    // Centred on the gate where that keeps clear of the Namespaces.
    let left = NAMESPACE.end() + 10;
    let mut rule = |y: i32, class: &str, text: &str, font: Font| {
        let text = fit(text, WIDTH - 20 - left, font);
        let x = GATE.max(left + (width(&text, font) + 1) / 2);
        items.push(Item::Words {
            line: Line {
                anchor: "middle".to_owned(),
                ..line(x, y, class, text)
            },
        });
    };
    if names.is_empty() {
        rule(68, "soft", said, Font::Soft);
    } else {
        rule(50, "soft", said, Font::Soft);
        rule(68, "mono", names, Font::Mono);
    }
}

/// Where the labels of Namespaces begin: right of the longest name, so that they stand below each other.
fn label_column(model: &Model<'_>) -> i32 {
    let longest = model
        .groups
        .iter()
        .map(|group| width(&visible(group.namespace), Font::Strong))
        .max();
    ROUTE.x + longest.unwrap_or(0).clamp(40, 140) + 22
}

fn namespace(items: &mut Vec<Item>, group: &Group<'_>, place: &GroupPlace, column: i32) {
    let name = visible(group.namespace);
    let Span { y, height } = place.span;
    let mut lines = vec![line(
        ROUTE.x,
        y + 21,
        "strong",
        fit(&name, column - ROUTE.x - 8, Font::Strong),
    )];
    let shown = layout::mark_lines(group);
    for (index, mark) in group.marks.iter().take(shown).enumerate() {
        let more = group.marks.len() - shown;
        let text = if index + 1 == shown && more > 0 {
            format!("{} +{more}", mark.text)
        } else {
            mark.text.clone()
        };
        let text = fit(&text, ROUTE.end() - column, Font::Mono);
        lines.push(line(
            column,
            y + 21 + 18 * size(index),
            mark.state.class(),
            text,
        ));
    }
    let said: Vec<&str> = group
        .marks
        .iter()
        .take(8)
        .map(|mark| mark.text.as_str())
        .collect();
    let label = if said.is_empty() {
        format!("Namespace {name}")
    } else {
        format!("Namespace {name}: {}", said.join(", "))
    };
    items.push(Item::Box {
        class: "ns".to_owned(),
        x: NAMESPACE.x,
        y,
        width: NAMESPACE.width,
        height,
        href: Some(paths::routes_filtered(&format!("ns:{}", group.namespace))),
        label,
        lines,
    });
}

/// A box of a lane with its lines, all shortened to fit.
fn boxed(lane: Lane, span: Span, lines: &[(&'static str, String)], link: (&str, String)) -> Item {
    let fitted = lines.iter().enumerate().map(|(index, (class, text))| {
        let y = span.y + 23 + LINE * size(index);
        line(
            lane.x + 14,
            y,
            class,
            fit(text, lane.width - 24, font(class)),
        )
    });
    Item::Box {
        class: "box".to_owned(),
        x: lane.x,
        y: span.y,
        width: lane.width,
        height: span.height,
        href: Some(link.0.to_owned()),
        label: link.1,
        lines: fitted.collect(),
    }
}

fn font(class: &str) -> Font {
    match class {
        _ if class.contains("mono") => Font::Mono,
        _ if class.contains("soft") => Font::Soft,
        _ if class.contains("strong") => Font::Strong,
        _ => Font::Plain,
    }
}

/// The backends of a route in one box; a broken one first.
fn backends(items: &mut Vec<Item>, route: &Route<'_>, place: &RoutePlace) {
    let mut all = words::backends(route.report);
    all.sort_by_key(|backend| backend.outcome != GateOutcome::Failed);
    let Some(first) = all.first() else { return };
    let id = &route.report.route;
    let more = if all.len() > 1 {
        format!(" · +{} more", all.len() - 1)
    } else {
        String::new()
    };
    let (class, text) = words::backend_line(first);
    let said = all.iter().take(8).map(|one| {
        let name = words::backend_name(one, route.report);
        format!(
            "{} {name}: {}",
            visible(&one.kind),
            words::plain(&one.sentence)
        )
    });
    let label = format!(
        "Backends of {}/{}: {}",
        visible(&id.namespace),
        visible(&id.name),
        said.collect::<Vec<_>>().join("; ")
    );
    let middle = place.span.middle();
    let lines = [
        ("mono", words::backend_name(first, route.report)),
        (class, format!("{text}{more}")),
    ];
    let page = paths::route(id.kind, &id.namespace, &id.name);
    let mut item = boxed(
        BACKEND,
        Span {
            y: middle - 22,
            height: 44,
        },
        &lines,
        (&page, label),
    );
    if let Item::Box { lines, .. } = &mut item {
        for (line, y) in lines.iter_mut().zip([19, 36]) {
            line.y = middle - 22 + y;
        }
    }
    items.push(item);
    items.push(edges::neutral(format!(
        "M{} {middle}H{}",
        BACKEND.end(),
        ROUTE.x
    )));
}

fn route_box(items: &mut Vec<Item>, route: &Route<'_>, place: &RoutePlace, compact: bool) {
    let id = &route.report.route;
    let (left, right) = (ROUTE.x + 14, ROUTE.end() - 14);
    let path = fit(&words::path_line(route.report), 150, Font::Mono);
    let name = fit(
        &visible(&id.name),
        right - left - width(&path, Font::Mono) - 14,
        Font::Mono,
    );
    let mut about = words::route_line(route.report);
    if route.ports.len() > 1 {
        about.push_str(&format!(" · {} listeners", route.ports.len()));
    }
    let (first, second) = if compact { (18, 36) } else { (23, 45) };
    let middle = place.span.middle();
    let top = middle - if compact { 22 } else { 30 };
    let mut lines = vec![line(left, top + first, "mono", name)];
    if !path.is_empty() {
        lines.push(Line {
            anchor: "end".to_owned(),
            ..line(right, top + first, "mono", path)
        });
    }
    lines.push(line(
        left,
        top + second,
        "soft",
        fit(&about, right - left, Font::Soft),
    ));
    items.push(Item::Box {
        class: "box".to_owned(),
        x: ROUTE.x,
        y: place.span.y,
        width: ROUTE.width,
        height: place.span.height,
        href: Some(paths::route(id.kind, &id.namespace, &id.name)),
        label: format!(
            "{} {}/{}",
            id.kind.as_str(),
            visible(&id.namespace),
            visible(&id.name)
        ),
        lines,
    });
}

fn fold_box(items: &mut Vec<Item>, fold: &Fold, place: Span) {
    let room = NAMESPACE.width - 28;
    let lines = vec![
        line(
            ROUTE.x,
            place.y + 21,
            "strong",
            fit(&fold.title, room, Font::Strong),
        ),
        line(
            ROUTE.x,
            place.y + 39,
            "soft",
            fit(&fold.note, room, Font::Soft),
        ),
    ];
    items.push(Item::Box {
        class: "ns fold".to_owned(),
        x: NAMESPACE.x,
        y: place.y,
        width: NAMESPACE.width,
        height: place.height,
        href: Some(fold.href.clone()),
        label: format!("{}: {}", fold.title, fold.note),
        lines,
    });
}

/// Listeners, the Gateway that each belongs to, and what connects them.
fn parents(items: &mut Vec<Item>, model: &Model<'_>, layout: &Layout) {
    let mut boxes = layout.boxes.iter();
    for (parent, place) in model.parents.iter().zip(&layout.parents) {
        let to = place.middle();
        for (one, span) in parent.boxes.iter().zip(boxes.by_ref()) {
            let shown = layout::box_lines(layout.short_boxes, one.lines.len());
            let lines: Vec<_> = if layout.short_boxes {
                short(&one.lines)
            } else {
                one.lines.iter().take(shown).cloned().collect()
            };
            items.push(boxed(
                LISTENER,
                *span,
                &lines,
                (&one.href, one.label.clone()),
            ));
            let from = span.middle();
            let (start, end) = (LISTENER.end(), GATEWAY.x);
            let path = if (from - to).abs() < 2 {
                format!("M{start} {to}H{end}")
            } else {
                let middle = i32::midpoint(start, end);
                format!("M{start} {from}C{middle} {from} {middle} {to} {end} {to}")
            };
            items.push(edges::neutral(path));
        }
        items.push(boxed(
            GATEWAY,
            *place,
            &parent.lines,
            (&parent.href, parent.label.clone()),
        ));
    }
}

/// The two most telling lines of a listener: its name and who is at it.
fn short(lines: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    match lines {
        [name, _, tally, ..] => vec![name.clone(), ("soft", tally.1.clone())],
        few => few.to_vec(),
    }
}

/// The equivalent table: one row per route and way in which its edges end.
fn rows(model: &Model<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for group in &model.groups {
        let labels: Vec<&str> = group.marks.iter().map(|mark| mark.text.as_str()).collect();
        for route in &group.routes {
            let id = &route.report.route;
            let backends: Vec<String> = words::backends(route.report)
                .into_iter()
                .map(|one| words::backend_name(one, route.report))
                .collect();
            let row = |listener: String, verdict: Verdict, gate: String| Row {
                route: format!("{}/{}", visible(&id.namespace), visible(&id.name)),
                href: paths::route(id.kind, &id.namespace, &id.name),
                labels: labels.join(", "),
                backends: backends.join(", "),
                listener,
                verdict,
                gate,
            };
            for stop in &route.stops {
                let gate = if stop.note.is_empty() {
                    stop.title.clone()
                } else {
                    format!("{}: {}", stop.title, stop.note)
                };
                rows.push(row(stop.listeners.join(", "), stop.verdict, gate));
            }
            if !route.ports.is_empty() {
                let listeners: Vec<&str> = route
                    .ports
                    .iter()
                    .map(|port| port.listener.as_str())
                    .collect();
                rows.push(row(listeners.join(", "), Verdict::Attached, String::new()));
            }
        }
    }
    rows.extend(model.folds.iter().map(|fold| Row {
        route: fold.title.clone(),
        href: fold.href.clone(),
        labels: String::new(),
        backends: String::new(),
        listener: String::new(),
        verdict: fold.verdict,
        gate: fold.note.clone(),
    }));
    rows
}
