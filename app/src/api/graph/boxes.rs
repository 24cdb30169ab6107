//! Boxes of a graph with their words, each shortened to fit.

use super::Item;
use super::draw::line;
use super::edges;
use super::layout::{
    self, BACKEND, GATEWAY, GroupPlace, LINE, LISTENER, Lane, Layout, NAMESPACE, ROUTE, RoutePlace,
    Span, size,
};
use super::measure::{Font, fit, width};
use super::model::{Fold, Group, Model, Route};
use super::{Line, words};
use crate::paths;
use engine::report::GateOutcome;
use engine::sentence::visible;

pub(super) fn namespace(items: &mut Vec<Item>, group: &Group<'_>, place: &GroupPlace, column: i32) {
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
    let label = if group.marks.len() <= shown {
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
pub(super) fn backends(items: &mut Vec<Item>, route: &Route, place: &RoutePlace) {
    let mut all = words::backends(&route.report);
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
        let name = words::backend_name(one, &route.report);
        format!("{name}: {}", words::plain(&one.sentence))
    });
    let label = format!(
        "backends of {}/{}: {}",
        visible(&id.namespace),
        visible(&id.name),
        said.collect::<Vec<_>>().join("; ")
    );
    let middle = place.span.middle();
    let lines = [
        ("mono", words::backend_name(first, &route.report)),
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

pub(super) fn route_box(items: &mut Vec<Item>, route: &Route, place: &RoutePlace, compact: bool) {
    let id = &route.report.route;
    let (left, right) = (ROUTE.x + 14, ROUTE.end() - 14);
    let path = fit(&words::path_line(&route.report), 150, Font::Mono);
    let name = fit(
        &visible(&id.name),
        right - left - width(&path, Font::Mono) - 14,
        Font::Mono,
    );
    let mut about = words::route_line(&route.report);
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

pub(super) fn fold_box(items: &mut Vec<Item>, fold: &Fold, place: Span) {
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
        label: "folded".to_owned(),
        lines,
    });
}

/// Listeners, the Gateway that each belongs to, and what connects them.
pub(super) fn parents(items: &mut Vec<Item>, model: &Model<'_>, layout: &Layout) {
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
