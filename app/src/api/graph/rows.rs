//! The left side of a graph: Namespaces, their routes, and where the edges of each end.

use super::model::{Group, Places, Port, Route, Stop};
use super::words;
use engine::report::{Attachment, Explained, Report, RouteId, Verdict};
use engine::routing::verdict_word;
use engine::sentence::visible;
use std::collections::BTreeMap;

/// How many ends of one route's edges are drawn at most, apart from attached ones.
const STOPS: usize = 8;

/// A route with its attachments and the worst of their verdicts.
pub(super) type Row<'a> = (Verdict, &'a RouteId, Vec<&'a Attachment>);

/// Attachments by route: first what does not reach its listeners, Namespaces by their worst verdict and name, routes
/// in them likewise; then what does. A Namespace may occur in both.
pub(super) fn by_route<'a>(attachments: &[&'a Attachment]) -> Vec<Row<'a>> {
    let mut routes: BTreeMap<&RouteId, Vec<&Attachment>> = BTreeMap::new();
    for attachment in attachments {
        routes
            .entry(&attachment.route)
            .or_default()
            .push(attachment);
    }
    let mut namespaces: BTreeMap<(bool, &str), Verdict> = BTreeMap::new();
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(routes.len());
    for (id, mut of_route) in routes {
        of_route.sort_by_key(|attachment| attachment.parent_ref.index);
        let worst = of_route
            .iter()
            .map(|attachment| attachment.verdict)
            .min()
            .unwrap_or(Verdict::Unknown);
        let namespace = namespaces
            .entry((reaches(worst), &id.namespace))
            .or_insert(worst);
        *namespace = worst.min(*namespace);
        rows.push((worst, id, of_route));
    }
    rows.sort_by_cached_key(|(worst, id, _)| {
        let of_namespace = namespaces
            .get(&(reaches(*worst), id.namespace.as_str()))
            .copied();
        (
            reaches(*worst),
            of_namespace,
            &id.namespace,
            *worst,
            &id.name,
            id.kind,
        )
    });
    rows
}

fn reaches(worst: Verdict) -> bool {
    worst == Verdict::Attached
}

pub(super) fn group<'a>(
    report: &'a Report,
    rows: Vec<Row<'a>>,
    places: &Places<'_>,
    several: bool,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut last = None;
    for (worst, id, attachments) in rows {
        let Some(route) = report.summary(id) else {
            continue;
        };
        let place = Some((reaches(worst), id.namespace.as_str()));
        if last != place {
            last = place;
            groups.push(Group {
                namespace: &id.namespace,
                marks: Vec::new(),
                routes: Vec::new(),
            });
        }
        let Some(group) = groups.last_mut() else {
            continue;
        };
        let explained: Vec<Explained> = attachments
            .into_iter()
            .map(|attachment| report.explain(attachment))
            .collect();
        group.marks.extend(explained.iter().flat_map(words::marks));
        group.marks.sort();
        group.marks.dedup();
        let (stops, ports) = ends(&explained, places, several);
        group.routes.push(Route {
            report: report.route(route),
            stops,
            ports,
        });
    }
    groups
}

/// Where the edges of a route end: attached ones on listeners, others once per verdict, gate and reason.
fn ends(attachments: &[Explained], places: &Places<'_>, several: bool) -> (Vec<Stop>, Vec<Port>) {
    let mut stops: Vec<Stop> = Vec::new();
    let mut ports: Vec<Port> = Vec::new();
    for attachment in attachments {
        let id = &attachment.route;
        let listener = attachment
            .listener
            .as_deref()
            .map(|name| visible(name).into_owned());
        let label = format!(
            "{}/{}: {}. {}",
            visible(&id.namespace),
            visible(&id.name),
            verdict_word(attachment.verdict),
            words::plain(&attachment.sentence)
        );
        let place = attachment.gateway.as_ref().and_then(|gateway| {
            let key = attachment.listener_key().unwrap_or_default();
            places.get(&(gateway.namespace.as_str(), gateway.name.as_str(), key))
        });
        if let (Verdict::Attached, Some(at)) = (attachment.verdict, place) {
            ports.push(Port {
                at: *at,
                listener: listener.unwrap_or_default(),
                label,
            });
            continue;
        }
        let title = words::title(attachment);
        let same = |stop: &&mut Stop| {
            (stop.verdict, stop.gate, &stop.title) == (attachment.verdict, attachment.gate, &title)
        };
        match stops.iter_mut().find(same) {
            Some(stop) => {
                stop.listeners.extend(listener);
                stop.calm &= attachment.intended;
            }
            None => stops.push(Stop {
                verdict: attachment.verdict,
                gate: attachment.gate,
                title,
                note: words::note(attachment),
                label,
                listeners: listener.into_iter().collect(),
                calm: attachment.intended,
            }),
        }
    }
    ports.sort_by_key(|port| port.at);
    ports.dedup_by_key(|port| port.at);
    stops.sort_by_key(|stop| stop.verdict);
    if several {
        stops.iter_mut().for_each(name_listeners);
    }
    cut(&mut stops);
    (stops, ports)
}

/// "refused at the hostname gate of web", where there are several listeners.
fn name_listeners(stop: &mut Stop) {
    match stop.listeners.as_slice() {
        [] => {}
        [one] => stop.title = format!("{} of {one}", stop.title),
        many => stop.title = format!("{} of {} listeners", stop.title, many.len()),
    }
}

fn cut(stops: &mut Vec<Stop>) {
    let more = stops.len().saturating_sub(STOPS);
    stops.truncate(STOPS);
    if more > 0
        && let Some(last) = stops.last_mut()
    {
        last.note = format!("and {more} more");
    }
}
