//! What a graph shows, before anything has a place: rows by Namespace, worst first; listeners by Gateway.

use super::words::{self, Mark};
use crate::paths;
use engine::report::{
    Attachment, Gate, GatewayReport, ListenerReport, Report, RouteId, RouteReport, Tally, Verdict,
};
use engine::routing::{gate_word, verdict_word};
use engine::sentence::visible;
use std::collections::{BTreeMap, BTreeSet};

/// How many routes are drawn at most; the rest folds.
pub(super) const ROUTES: usize = 60;
/// How many listeners of a Gateway are drawn at most; the rest folds.
pub(super) const LISTENERS: usize = 16;
/// How many Gateways are drawn at most around a route.
const PARENTS: usize = 8;
/// How many ends of one route's edges are drawn at most, apart from attached ones.
const STOPS: usize = 8;

/// A whole graph.
pub(super) struct Model<'a> {
    pub(super) label: String,
    pub(super) groups: Vec<Group<'a>>,
    pub(super) folds: Vec<Fold>,
    pub(super) parents: Vec<Parent>,
    /// Title of the gates' lane.
    pub(super) gate: String,
    /// The rule of all listeners, if it is one: words and names.
    pub(super) rule: Option<(String, String)>,
}

/// A Namespace with its routes.
pub(super) struct Group<'a> {
    pub(super) namespace: &'a str,
    pub(super) marks: Vec<Mark>,
    pub(super) routes: Vec<Route<'a>>,
}

impl Group<'_> {
    /// True if all edges of its routes reach a listener.
    pub(super) fn is_attached(&self) -> bool {
        self.routes.iter().all(|route| route.stops.is_empty())
    }
}

/// A route and the ends of its edges.
pub(super) struct Route<'a> {
    pub(super) report: &'a RouteReport,
    pub(super) stops: Vec<Stop>,
    /// Listeners that it is attached to.
    pub(super) ports: Vec<Port>,
}

/// An edge that ends on a listener.
pub(super) struct Port {
    /// Index of the listener's box, counted over all parents.
    pub(super) at: usize,
    pub(super) listener: String,
    pub(super) label: String,
}

/// An edge that ends before a listener.
pub(super) struct Stop {
    pub(super) verdict: Verdict,
    pub(super) gate: Option<Gate>,
    pub(super) title: String,
    pub(super) note: String,
    pub(super) label: String,
    pub(super) listeners: Vec<String>,
    /// A refusal that somebody evidently wanted.
    pub(super) calm: bool,
}

/// Routes that are not drawn one by one.
pub(super) struct Fold {
    pub(super) verdict: Verdict,
    pub(super) title: String,
    pub(super) note: String,
    pub(super) href: String,
    /// Listeners that its routes are attached to.
    pub(super) ports: BTreeSet<usize>,
}

/// A Gateway with its listeners.
pub(super) struct Parent {
    pub(super) lines: Vec<(&'static str, String)>,
    pub(super) href: String,
    pub(super) label: String,
    pub(super) boxes: Vec<ListenerBox>,
}

/// A listener, or several that are not drawn one by one.
pub(super) struct ListenerBox {
    pub(super) lines: Vec<(&'static str, String)>,
    pub(super) href: String,
    pub(super) label: String,
}

/// Where attachments end: the box of each listener by Gateway and listener name.
type Places<'a> = BTreeMap<(&'a str, &'a str, &'a str), usize>;

/// The graph of a Gateway, whole or through one listener.
pub(super) fn of_gateway<'a>(
    report: &'a Report,
    gateway: &'a GatewayReport,
    listener: Option<&str>,
    attachments: &[&'a Attachment],
) -> Model<'a> {
    let chosen: Vec<&ListenerReport> = gateway
        .listeners
        .iter()
        .filter(|one| listener.is_none_or(|name| one.name == name))
        .collect();
    let full = format!("{}/{}", visible(&gateway.namespace), visible(&gateway.name));
    let (of, tally) = match (listener, chosen.first()) {
        (Some(name), Some(one)) => (format!("{full}, listener {}", visible(name)), one.tally),
        (_, _) => (full, gateway.tally),
    };
    let label = format!(
        "Acceptance graph of {of}: {}",
        words::tally_line(tally).replace(" · ", ", ")
    );
    let scope = format!("gateway:{}/{}", gateway.namespace, gateway.name);
    let scope = listener.map_or(scope.clone(), |name| format!("{scope} listener:{name}"));
    assemble(
        report,
        vec![(gateway, chosen)],
        attachments,
        (label, &scope),
    )
}

/// The graph of a route: the Gateways that it names with the listeners that it reaches, or all of them.
pub(super) fn of_route<'a>(
    report: &'a Report,
    route: &'a RouteReport,
    attachments: &[&'a Attachment],
) -> Model<'a> {
    let mut tally = Tally::default();
    let mut named: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for attachment in attachments {
        *slot(&mut tally, attachment.verdict) += 1;
        let asked = &attachment.parent_ref;
        if attachment.parent.is_some() {
            named
                .entry((&asked.namespace, &asked.name))
                .or_default()
                .extend(attachment.listener.as_deref());
        }
    }
    let found = named.iter().filter_map(|((namespace, name), reached)| {
        let gateway = report
            .gateways
            .iter()
            .find(|one| one.namespace == *namespace && one.name == *name)?;
        let shown = gateway.listeners.iter();
        let shown = shown.filter(|one| reached.is_empty() || reached.contains(one.name.as_str()));
        Some((gateway, shown.collect()))
    });
    let id = &route.route;
    let full = format!(
        "{} {}/{}",
        id.kind.as_str(),
        visible(&id.namespace),
        visible(&id.name)
    );
    let label = format!(
        "Acceptance graph of {full}: {}",
        words::tally_line(tally).replace(" · ", ", ")
    );
    let scope = format!("route:{}/{}", id.namespace, id.name);
    assemble(
        report,
        found.take(PARENTS).collect(),
        attachments,
        (label, &scope),
    )
}

fn slot(tally: &mut Tally, verdict: Verdict) -> &mut u32 {
    match verdict {
        Verdict::Attached => &mut tally.attached,
        Verdict::Refused => &mut tally.refused,
        Verdict::Orphan => &mut tally.orphan,
        Verdict::Unknown => &mut tally.unknown,
    }
}

fn assemble<'a>(
    report: &'a Report,
    chosen: Vec<(&'a GatewayReport, Vec<&'a ListenerReport>)>,
    attachments: &[&'a Attachment],
    (label, scope): (String, &str),
) -> Model<'a> {
    let rule = common_rule(
        chosen
            .iter()
            .flat_map(|(_, listeners)| listeners.iter().copied()),
    );
    let several = chosen
        .iter()
        .map(|(_, listeners)| listeners.len())
        .sum::<usize>()
        > 1;
    let mut places = Places::new();
    let mut parents = Vec::new();
    let mut next = 0;
    for (gateway, listeners) in chosen {
        let parent = parent(gateway, &listeners, rule.is_none(), (&mut places, next));
        next += parent.boxes.len();
        parents.push(parent);
    }
    let mut routes = by_route(attachments);
    let folded = routes.split_off(routes.len().min(ROUTES));
    let mut groups = group(report, routes, &places, several);
    // The layout puts what reaches a listener last; indexes have to stay the same.
    groups.sort_by_key(Group::is_attached);
    let folds = fold(&folded, &places, scope);
    Model {
        label,
        gate: most_refusing(&groups),
        groups,
        folds,
        parents,
        rule,
    }
}

/// The rule of all listeners, if they have the same.
fn common_rule<'a>(
    mut listeners: impl Iterator<Item = &'a ListenerReport>,
) -> Option<(String, String)> {
    let first = words::rule_lines(listeners.next()?);
    listeners
        .all(|listener| words::rule_lines(listener) == first)
        .then_some(first)
}

/// The boxes of a Gateway. Of many listeners those with routes are drawn, in their order.
fn parent<'a>(
    gateway: &'a GatewayReport,
    listeners: &[&'a ListenerReport],
    own_rules: bool,
    (places, next): (&mut Places<'a>, usize),
) -> Parent {
    let mut order: Vec<usize> = (0..listeners.len()).collect();
    if listeners.len() > LISTENERS {
        let idle = |index: &usize| {
            listeners
                .get(*index)
                .is_none_or(|one| one.tally == Tally::default())
        };
        order.sort_by_key(|index| (idle(index), *index));
        order.truncate(LISTENERS - 1);
        order.sort_unstable();
    }
    let mut boxes: Vec<ListenerBox> = Vec::new();
    for listener in order.iter().filter_map(|index| listeners.get(*index)) {
        places.insert(
            (&gateway.namespace, &gateway.name, &listener.name),
            next + boxes.len(),
        );
        boxes.push(listener_box(gateway, listener, own_rules));
    }
    let page = paths::gateway(&gateway.namespace, &gateway.name);
    if boxes.len() < listeners.len() {
        for listener in listeners {
            places
                .entry((&gateway.namespace, &gateway.name, &listener.name))
                .or_insert(next + boxes.len());
        }
        let words = format!("+ {} listeners", listeners.len() - boxes.len());
        boxes.push(ListenerBox {
            lines: vec![("soft", words.clone())],
            href: page.clone(),
            label: words,
        });
    }
    let full = format!("{}/{}", visible(&gateway.namespace), visible(&gateway.name));
    let class = format!(
        "{} · class {}",
        visible(&gateway.namespace),
        visible(&gateway.class)
    );
    let address = gateway
        .addresses
        .first()
        .map_or("no address".into(), |address| visible(address));
    Parent {
        lines: vec![
            ("mono strong", visible(&gateway.name).into_owned()),
            ("soft", class),
            ("soft", address.into_owned()),
        ],
        href: page,
        label: format!("Gateway {full}: {}", words::tally_line(gateway.tally)),
        boxes,
    }
}

fn listener_box(gateway: &GatewayReport, listener: &ListenerReport, own_rule: bool) -> ListenerBox {
    let mut lines = vec![
        ("mono strong", visible(&listener.name).into_owned()),
        ("soft", words::listener_line(listener)),
        ("", words::tally_line(listener.tally)),
        words::counted_line(listener),
    ];
    if own_rule {
        let (words, names) = words::rule_lines(listener);
        lines.push(if names.is_empty() {
            ("soft", words)
        } else {
            ("soft mono", names)
        });
    }
    let said: Vec<&str> = lines
        .iter()
        .skip(1)
        .map(|(_, line)| line.as_str())
        .collect();
    ListenerBox {
        label: format!("Listener {}: {}", visible(&listener.name), said.join(", ")),
        href: paths::gateway_listener(&gateway.namespace, &gateway.name, &listener.name),
        lines,
    }
}

/// A route with its attachments and the worst of their verdicts.
type Row<'a> = (Verdict, &'a RouteId, Vec<&'a Attachment>);

/// Attachments by route: first what does not reach its listeners, Namespaces by their worst verdict and name, routes
/// in them likewise; then what does. A Namespace may occur in both.
fn by_route<'a>(attachments: &[&'a Attachment]) -> Vec<Row<'a>> {
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

fn group<'a>(
    report: &'a Report,
    rows: Vec<Row<'a>>,
    places: &Places<'_>,
    several: bool,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut last = None;
    for (worst, id, attachments) in rows {
        let found = report
            .routes
            .binary_search_by(|route| route.route.cmp(id))
            .ok();
        let Some(route) = found.and_then(|index| report.routes.get(index)) else {
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
        group.marks.extend(
            attachments
                .iter()
                .flat_map(|attachment| words::marks(attachment)),
        );
        group.marks.sort();
        group.marks.dedup();
        let (stops, ports) = ends(&attachments, places, several);
        group.routes.push(Route {
            report: route,
            stops,
            ports,
        });
    }
    groups
}

/// Where the edges of a route end: attached ones on listeners, others once per verdict, gate and reason.
fn ends(attachments: &[&Attachment], places: &Places<'_>, several: bool) -> (Vec<Stop>, Vec<Port>) {
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
        let asked = &attachment.parent_ref;
        let name = attachment.listener.as_deref().unwrap_or_default();
        let place = places.get(&(asked.namespace.as_str(), asked.name.as_str(), name));
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

/// "+ 212 attached from 14 namespaces", one fold a verdict.
fn fold(rows: &[Row<'_>], places: &Places<'_>, scope: &str) -> Vec<Fold> {
    let mut folds = Vec::new();
    for verdict in [
        Verdict::Refused,
        Verdict::Orphan,
        Verdict::Unknown,
        Verdict::Attached,
    ] {
        let mut namespaces: BTreeMap<&str, usize> = BTreeMap::new();
        let of_verdict: Vec<&Row<'_>> = rows
            .iter()
            .filter(|(worst, _, _)| *worst == verdict)
            .collect();
        for (_, id, _) in &of_verdict {
            *namespaces.entry(&id.namespace).or_default() += 1;
        }
        if of_verdict.is_empty() {
            continue;
        }
        let word = verdict_word(verdict);
        let from = if namespaces.len() == 1 {
            "1 namespace".to_owned()
        } else {
            format!("{} namespaces", namespaces.len())
        };
        let mut counts: Vec<_> = namespaces.into_iter().collect();
        counts.sort_by_key(|(name, number)| (std::cmp::Reverse(*number), *name));
        let shown: Vec<String> = counts
            .iter()
            .take(8)
            .map(|(name, number)| format!("{} {number}", visible(name)))
            .collect();
        folds.push(Fold {
            verdict,
            title: format!("+ {} {word} from {from}", of_verdict.len()),
            note: shown.join(", "),
            href: paths::routes_filtered(&format!("{scope} verdict:{word}")),
            ports: reached(&of_verdict, places),
        });
    }
    folds
}

/// The boxes of all listeners that admit any of these routes.
fn reached(rows: &[&Row<'_>], places: &Places<'_>) -> BTreeSet<usize> {
    let attachments = rows.iter().flat_map(|(_, _, attachments)| attachments);
    let attached = attachments.filter(|one| one.verdict == Verdict::Attached);
    let place = |one: &&Attachment| {
        let asked = &one.parent_ref;
        places
            .get(&(
                asked.namespace.as_str(),
                asked.name.as_str(),
                one.listener.as_deref()?,
            ))
            .copied()
    };
    attached.filter_map(place).collect()
}

/// The gate at which most drawn edges end; the Namespace gate if none does.
fn most_refusing(groups: &[Group<'_>]) -> String {
    let gates = [Gate::Namespace, Gate::Hostname, Gate::Kind, Gate::Class];
    let stops = || {
        groups
            .iter()
            .flat_map(|group| &group.routes)
            .flat_map(|route| &route.stops)
    };
    let number = |gate: Gate| stops().filter(|stop| stop.gate == Some(gate)).count();
    // Of equal numbers the last counts for `max_by_key`; the Namespace gate has to win.
    let most = gates
        .into_iter()
        .rev()
        .max_by_key(|gate| number(*gate))
        .unwrap_or(Gate::Namespace);
    let word = gate_word(most);
    let (first, rest) = word.split_at(1);
    format!("{}{rest} gate", first.to_uppercase())
}
