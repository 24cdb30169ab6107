//! A graph's equivalent table.

use super::Row;
use super::model::Model;
use super::words;
use crate::paths;
use engine::report::Verdict;
use engine::sentence::visible;

/// The equivalent table: one row per route and way in which its edges end.
pub(super) fn rows(model: &Model<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for group in &model.groups {
        let labels: Vec<&str> = group.marks.iter().map(|mark| mark.text.as_str()).collect();
        for route in &group.routes {
            let id = &route.report.route;
            let backends: Vec<String> = words::backends(&route.report)
                .into_iter()
                .map(|one| words::backend_name(one, &route.report))
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
