//! The acceptance graph: laid out on the server, drawn as SVG; equal input gives equal bytes.

use engine::report::Verdict;
use serde::{Deserialize, Serialize};

/// A drawing: boxes, edges and words in drawing order, in SVG user units (px at 100 %).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Graph {
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Accessible name: "Acceptance graph of infra-ns/shared-gateway: 2 attached, 1 refused".
    pub label: String,
    /// Elements in reading order.
    pub items: Vec<Item>,
    /// The same content as text lines, for the equivalent table.
    pub rows: Vec<Row>,
}

/// An element of the drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Item {
    /// A box, with a link if it stands for something that has a page. Its words follow as `lines`.
    Box {
        /// CSS class: `box`, `ns`.
        class: String,
        /// Left.
        x: i32,
        /// Top.
        y: i32,
        /// Width.
        width: i32,
        /// Height.
        height: i32,
        /// Link within the site.
        href: Option<String>,
        /// What its words stand for; ends its accessible name, which begins with the words.
        label: String,
        /// Words in it.
        lines: Vec<Line>,
    },
    /// An edge.
    Edge {
        /// Outcome, for its colour; `None` for neutral edges.
        verdict: Option<Verdict>,
        /// SVG path data.
        path: String,
        /// Link within the site.
        href: Option<String>,
        /// Accessible name: the attachment's sentence; empty for decoration.
        label: String,
    },
    /// A gate: a vertical bar in pieces.
    Gate {
        /// SVG path data.
        path: String,
    },
    /// A sign on an edge: stop, question mark, arrow head, loose end.
    Sign {
        /// `stop`, `question`, `arrow`, `loose`.
        shape: String,
        /// Outcome, for its colour.
        verdict: Verdict,
        /// Centre or tip.
        x: i32,
        /// Centre or tip.
        y: i32,
    },
    /// Free words.
    Words {
        /// The words.
        line: Line,
    },
}

/// One line of words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Left, middle or right, as `anchor` says.
    pub x: i32,
    /// Baseline.
    pub y: i32,
    /// CSS class: `mono`, `soft`, `strong`, `met`, `missing`, `lane`, ...
    pub class: String,
    /// `start`, `middle`, `end`.
    pub anchor: String,
    /// The words, shortened to fit; the full ones are in the accessible name.
    pub text: String,
}

/// One route's way as words: the graph's equivalent table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Namespace and route.
    pub route: String,
    /// Link to the route.
    pub href: String,
    /// Labels that the selectors ask for: met or missing.
    pub labels: String,
    /// Backends.
    pub backends: String,
    /// Listener.
    pub listener: String,
    /// Outcome.
    pub verdict: Verdict,
    /// The gate that decided, or empty.
    pub gate: String,
}

#[cfg(feature = "ssr")]
mod boxes;
#[cfg(feature = "ssr")]
mod draw;
#[cfg(feature = "ssr")]
mod edges;
#[cfg(feature = "ssr")]
mod folds;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod measure;
#[cfg(feature = "ssr")]
mod model;
#[cfg(feature = "ssr")]
mod parents;
#[cfg(feature = "ssr")]
mod rows;
#[cfg(feature = "ssr")]
mod table;
#[cfg(feature = "ssr")]
mod words;

/// Graph of a Gateway, or of what goes through one of its listeners.
#[cfg(feature = "ssr")]
pub fn of_gateway(
    report: &engine::Report,
    gateway: &engine::report::GatewayReport,
    listener: Option<&str>,
    attachments: &[&engine::report::Attachment],
) -> Graph {
    draw::draw(&model::of_gateway(report, gateway, listener, attachments))
}

/// Graph centred on a route: all its parents.
#[cfg(feature = "ssr")]
pub fn of_route(
    report: &engine::Report,
    route: &engine::report::RouteSummary,
    attachments: &[&engine::report::Attachment],
) -> Graph {
    draw::draw(&model::of_route(report, route, attachments))
}
