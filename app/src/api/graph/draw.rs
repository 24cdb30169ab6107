//! Draws a model that has its places: boxes and words in reading order, and the same as rows of a table.

use super::layout::{self, BACKEND, GATE, GATEWAY, LISTENER, NAMESPACE, ROUTE, WIDTH};
use super::measure::{Font, fit, width};
use super::model::Model;
use super::{Graph, Item, Line, boxes, edges, table};
use engine::sentence::visible;

/// Lays out and draws.
pub(super) fn draw(model: &Model<'_>) -> Graph {
    let layout = layout::layout(model);
    let mut items = Vec::new();
    titles(&mut items, model);
    let ports = edges::ports(model, &layout);
    let column = label_column(model);
    for (group, place) in model.groups.iter().zip(&layout.groups) {
        boxes::namespace(&mut items, group, place, column);
        for (route, place) in group.routes.iter().zip(&place.routes) {
            boxes::backends(&mut items, route, place);
            boxes::route_box(&mut items, route, place, layout.compact);
            edges::of_route(&mut items, route, place, &ports);
        }
    }
    for (fold, place) in model.folds.iter().zip(&layout.folds) {
        boxes::fold_box(&mut items, fold, *place);
        edges::of_fold(&mut items, fold, *place, &ports);
    }
    edges::gate(&mut items, model, &layout, &ports);
    boxes::parents(&mut items, model, &layout);
    Graph {
        width: WIDTH,
        height: layout.height,
        label: model.label.clone(),
        items,
        rows: table::rows(model),
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
