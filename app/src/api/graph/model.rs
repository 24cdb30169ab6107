//! What a graph shows, before anything has a place: rows by Namespace, worst first; listeners by Gateway.

use super::words::{self, Mark};
use super::{folds, parents, rows};
use engine::report::{
    Attachment, Gate, GatewayReport, ListenerReport, NamespacedName, Report, RouteReport,
    RouteSummary, Tally, Verdict,
};
use engine::routing::gate_word;
use engine::sentence::visible;
use std::collections::{BTreeMap, BTreeSet};

/// How many routes are drawn at most; the rest folds.
pub(super) const ROUTES: usize = 60;
/// How many Gateways are drawn at most around a route.
const PARENTS: usize = 8;

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
    pub(super) routes: Vec<Route>,
}

impl Group<'_> {
    /// True if all edges of its routes reach a listener.
    pub(super) fn is_attached(&self) -> bool {
        self.routes.iter().all(|route| route.stops.is_empty())
    }
}

/// A route and the ends of its edges.
pub(super) struct Route {
    pub(super) report: RouteReport,
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
pub(super) type Places<'a> = BTreeMap<(&'a str, &'a str, String), usize>;

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
        .filter(|one| listener.is_none_or(|key| one.key() == key))
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
    route: &'a RouteSummary,
    attachments: &[&'a Attachment],
) -> Model<'a> {
    let mut tally = Tally::default();
    let mut named: BTreeMap<&NamespacedName, BTreeSet<String>> = BTreeMap::new();
    for attachment in attachments {
        *slot(&mut tally, attachment.verdict) += 1;
        if let Some(gateway) = &attachment.gateway {
            named
                .entry(gateway)
                .or_default()
                .extend(attachment.listener_key());
        }
    }
    let found = named.iter().filter_map(|(served, reached)| {
        let gateway = report
            .gateways
            .iter()
            .find(|one| one.namespace == served.namespace && one.name == served.name)?;
        let shown = gateway.listeners.iter();
        let shown = shown.filter(|one| reached.is_empty() || reached.contains(&one.key()));
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
    let rule = parents::common_rule(
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
        let parent = parents::parent(gateway, &listeners, rule.is_none(), (&mut places, next));
        next += parent.boxes.len();
        parents.push(parent);
    }
    let mut routes = rows::by_route(attachments);
    let folded = routes.split_off(routes.len().min(ROUTES));
    let mut groups = rows::group(report, routes, &places, several);
    // The layout puts what reaches a listener last; indexes have to stay the same.
    groups.sort_by_key(Group::is_attached);
    let folds = folds::fold(&folded, &places, scope);
    Model {
        label,
        gate: most_refusing(&groups),
        groups,
        folds,
        parents,
        rule,
    }
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
