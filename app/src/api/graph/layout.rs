//! Gives everything its place: fixed lanes, heights that grow. Only integers, so that equal input gives equal bytes.
//!
//! From top to bottom: Namespaces with an edge that does not reach a listener, then those whose routes are all
//! attached. Words stand right of the gate beside the former; listeners and Gateway stand beside the latter, never
//! higher than the last words, so that nothing overlaps.

use super::model::{Group, Model, Parent, Route};
use engine::report::Verdict;

/// Width of the drawing.
pub(super) const WIDTH: i32 = 1230;
/// Backends.
pub(super) const BACKEND: Lane = Lane { x: 28, width: 170 };
/// Namespaces.
pub(super) const NAMESPACE: Lane = Lane { x: 250, width: 380 };
/// Routes, inside their Namespaces.
pub(super) const ROUTE: Lane = Lane { x: 264, width: 352 };
/// Listeners.
pub(super) const LISTENER: Lane = Lane { x: 800, width: 190 };
/// Gateways.
pub(super) const GATEWAY: Lane = Lane {
    x: 1050,
    width: 160,
};
/// The gate's bar.
pub(super) const GATE: i32 = 708;
/// Where the gate's bar begins, below the words of its rule.
pub(super) const GATE_TOP: i32 = 84;
/// Height of a fold.
pub(super) const FOLD: i32 = 50;

const TOP: i32 = 46;
/// Distance of two edges that end in words.
const SLOT: i32 = 42;
/// Distance of two lines of a box.
pub(super) const LINE: i32 = 19;

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Lane {
    pub(super) x: i32,
    pub(super) width: i32,
}

impl Lane {
    /// Its right edge.
    pub(super) const fn end(self) -> i32 {
        self.x + self.width
    }
}

/// A vertical stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) y: i32,
    pub(super) height: i32,
}

impl Span {
    pub(super) fn end(self) -> i32 {
        self.y + self.height
    }

    pub(super) fn middle(self) -> i32 {
        self.y + self.height / 2
    }
}

/// A Namespace's place with those of its routes.
pub(super) struct GroupPlace {
    pub(super) span: Span,
    pub(super) routes: Vec<RoutePlace>,
}

/// A route's place.
pub(super) struct RoutePlace {
    pub(super) span: Span,
    /// Heights at which edges leave: one per stop, then one for all attached ones.
    pub(super) exits: Vec<i32>,
    /// True if words stand between its attached edges and the listeners, so that those pass lower down.
    pub(super) dives: bool,
}

/// Where everything is; indexes are those of the model.
pub(super) struct Layout {
    pub(super) groups: Vec<GroupPlace>,
    pub(super) folds: Vec<Span>,
    pub(super) boxes: Vec<Span>,
    pub(super) parents: Vec<Span>,
    /// True if rows and boxes are drawn smaller, because there are many.
    pub(super) compact: bool,
    /// True if listeners show two lines only.
    pub(super) short_boxes: bool,
    pub(super) gate_end: i32,
    pub(super) height: i32,
}

/// How many lines a listener's box shows.
pub(super) fn box_lines(short: bool, lines: usize) -> usize {
    if short { lines.min(2) } else { lines }
}

/// Lays out a model.
pub(super) fn layout(model: &Model<'_>) -> Layout {
    let rows: usize = model.groups.iter().map(|group| group.routes.len()).sum();
    let compact = rows > 12;
    let (calm, loud): (Vec<_>, Vec<_>) = model.groups.iter().partition(|group| group.is_attached());
    let mut y = TOP;
    let mut groups: Vec<GroupPlace> = Vec::with_capacity(model.groups.len());
    let mut words_end = GATE_TOP;
    for group in loud {
        let place = place_group(group, y, compact, true);
        y = place.span.end() + 16;
        words_end = place
            .routes
            .iter()
            .flat_map(|route| &route.exits)
            .fold(words_end, |end, exit| end.max(exit + 26));
        groups.push(place);
    }
    let mut folds = vec![Span::default(); model.folds.len()];
    for (_, place) in model
        .folds
        .iter()
        .zip(&mut folds)
        .filter(|(fold, _)| fold.verdict != Verdict::Attached)
    {
        *place = Span { y, height: FOLD };
        words_end = words_end.max(place.end());
        y = place.end() + 16;
    }
    let calm_top = y.max(words_end);
    for group in calm {
        let place = place_group(group, y, compact, false);
        y = place.span.end() + 16;
        groups.push(place);
    }
    for (_, place) in model
        .folds
        .iter()
        .zip(&mut folds)
        .filter(|(fold, _)| fold.verdict == Verdict::Attached)
    {
        *place = Span { y, height: FOLD };
        y = place.end() + 16;
    }
    let rows_end = y - 16;
    let short_boxes = model
        .parents
        .iter()
        .map(|parent| parent.boxes.len())
        .sum::<usize>()
        > 4;
    let (boxes, parents) = stack(
        &model.parents,
        short_boxes,
        (calm_top, rows_end),
        words_end + 8,
    );
    let stack_end = parents
        .iter()
        .chain(&boxes)
        .map(|span| span.end())
        .max()
        .unwrap_or(0);
    Layout {
        groups,
        folds,
        boxes,
        parents,
        compact,
        short_boxes,
        gate_end: rows_end,
        height: rows_end.max(stack_end).max(120) + 24,
    }
}

/// Number of lines of labels that a Namespace's box shows.
pub(super) fn mark_lines(group: &Group<'_>) -> usize {
    group.marks.len().clamp(1, 3)
}

fn place_group(group: &Group<'_>, top: i32, compact: bool, dives: bool) -> GroupPlace {
    let header = 34 + 18 * (size(mark_lines(group)) - 1);
    let gap = if compact { 6 } else { 10 };
    let mut y = top + header;
    let mut routes = Vec::with_capacity(group.routes.len());
    for route in &group.routes {
        let place = place_route(route, y, compact, dives);
        y = place.span.end() + gap;
        routes.push(place);
    }
    GroupPlace {
        span: Span {
            y: top,
            height: y - gap + 12 - top,
        },
        routes,
    }
}

fn place_route(route: &Route, y: i32, compact: bool, dives: bool) -> RoutePlace {
    let exits = size(route.stops.len()) + i32::from(!route.ports.is_empty());
    let least = if compact { 44 } else { 60 };
    let height = least.max(exits * SLOT + 8);
    let first = y + height / 2 - (exits - 1).max(0) * SLOT / 2;
    RoutePlace {
        span: Span { y, height },
        exits: (0..exits).map(|index| first + index * SLOT).collect(),
        dives,
    }
}

/// Listeners and Gateways: in the middle of the attached rows if there is room, never above `least`.
fn stack(
    parents: &[Parent],
    short: bool,
    (top, end): (i32, i32),
    least: i32,
) -> (Vec<Span>, Vec<Span>) {
    let mut boxes = Vec::new();
    let mut places = Vec::new();
    let mut y = 0;
    for parent in parents {
        let start = y;
        for one in &parent.boxes {
            let height = box_height(box_lines(short, one.lines.len()));
            boxes.push(Span { y, height });
            y += height + 14;
        }
        let height = box_height(parent.lines.len());
        let used = (y - 14 - start).max(height);
        places.push(Span {
            y: start + (used - height) / 2,
            height,
        });
        y = start + used + 24;
    }
    let total = y - 24;
    // Beside very many rows the listeners stay where the reader begins.
    let middle = i32::midpoint(top, end).min(top + 320);
    let shift = (middle - total / 2).max(least).max(92);
    for span in boxes.iter_mut().chain(&mut places) {
        span.y += shift;
    }
    (boxes, places)
}

fn box_height(lines: usize) -> i32 {
    16 + LINE * size(lines)
}

/// A small number of things.
pub(super) fn size(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX / 1000)
}
