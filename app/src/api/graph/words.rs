//! Words of the drawing: short ones beside a sign, labels of a Namespace, lines of a box.

use engine::nearest::is_near;
use engine::report::{
    BackendReport, Evidence, Explained, Gate, GateOutcome, ListenerReport, RouteReport,
    SelectorTerm, TermOutcome, Verdict,
};
use engine::routing::gate_word;
use engine::sentence::{Part, Sentence, visible};

/// A label that a selector asks for, met or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// Unmet ones sort first.
    pub(super) state: MarkState,
    /// `✓ shared-gateway-access=true`.
    pub(super) text: String,
}

/// What a Namespace's labels say to a selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MarkState {
    Missing,
    Unsure,
    Met,
}

impl MarkState {
    /// CSS class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Missing => "mono missing",
            Self::Unsure => "mono unsure",
            Self::Met => "mono met",
        }
    }
}

/// Sentences without their backticks, for accessible names and the words of a drawing.
pub(super) fn plain(sentence: &Sentence) -> String {
    sentence.as_str().replace('`', "")
}

/// What the namespace gate of an attachment says about the labels of the route's Namespace.
pub(super) fn marks(attachment: &Explained) -> Vec<Mark> {
    let evidence = attachment
        .gates
        .iter()
        .find_map(|gate| match &gate.evidence {
            Some(Evidence::Namespace(evidence)) => Some((evidence, gate.outcome)),
            _ => None,
        });
    let Some((evidence, outcome)) = evidence else {
        return Vec::new();
    };
    if evidence.from == "Same" {
        return match outcome {
            GateOutcome::Passed => {
                vec![mark(MarkState::Met, "✓ the Gateway's namespace".to_owned())]
            }
            GateOutcome::Failed => vec![mark(MarkState::Missing, "✗ another namespace".to_owned())],
            GateOutcome::Unknown | GateOutcome::NotReached => Vec::new(),
        };
    }
    evidence.terms.iter().map(term).collect()
}

fn mark(state: MarkState, text: String) -> Mark {
    Mark { state, text }
}

fn term(term: &SelectorTerm) -> Mark {
    let text = visible(&term.text);
    let key = visible(&term.key);
    match (term.outcome, &term.actual, &term.near_miss) {
        (TermOutcome::Met, _, _) => mark(MarkState::Met, format!("✓ {text}")),
        (TermOutcome::Missing, _, Some(near)) => mark(
            MarkState::Missing,
            format!("✗ {} is not {text}", visible(near)),
        ),
        (TermOutcome::Missing, _, None) => mark(MarkState::Missing, format!("✗ no label {key}")),
        (TermOutcome::WrongValue, Some(actual), _) => mark(
            MarkState::Missing,
            format!("✗ {key}={} is not {text}", visible(actual)),
        ),
        (TermOutcome::WrongValue, None, _) => mark(MarkState::Missing, format!("✗ not {text}")),
        (TermOutcome::Illegal, _, _) => mark(MarkState::Missing, format!("✗ illegal: {text}")),
        (TermOutcome::Unknown, _, _) => mark(MarkState::Unsure, format!("? {text}")),
    }
}

/// What an edge ends with: "refused at the namespace gate".
pub(super) fn title(attachment: &Explained) -> String {
    let gate = attachment.gate.map_or("first", gate_word);
    let asked = &attachment.parent_ref;
    match (attachment.verdict, attachment.gate) {
        (Verdict::Attached, _) => "attached".to_owned(),
        (Verdict::Refused, _) => format!("refused at the {gate} gate"),
        (Verdict::Unknown, _) => format!("cannot be told at the {gate} gate"),
        (Verdict::Orphan, Some(Gate::Listener)) => match (&asked.section_name, asked.port) {
            (Some(section), Some(port)) => {
                format!("no listener {} on port {port}", visible(section))
            }
            (Some(section), None) => format!("no listener {}", visible(section)),
            (None, Some(port)) => format!("no listener on port {port}"),
            (None, None) => "no listener".to_owned(),
        },
        (Verdict::Orphan, _) => {
            format!(
                "no {} {}/{}",
                visible(&asked.kind),
                visible(&asked.namespace),
                visible(&asked.name)
            )
        }
    }
}

/// The reason in a few words: "the selector wants shared-gateway-access=true".
pub(super) fn note(attachment: &Explained) -> String {
    let decisive = attachment
        .gates
        .iter()
        .find(|gate| Some(gate.gate) == attachment.gate);
    let Some(decisive) = decisive else {
        return String::new();
    };
    match (&decisive.evidence, decisive.outcome) {
        (Some(Evidence::Namespace(evidence)), GateOutcome::Failed)
            if evidence.from == "Selector" =>
        {
            let unmet = evidence
                .terms
                .iter()
                .filter(|term| term.outcome != TermOutcome::Met);
            let wanted: Vec<_> = unmet.map(|term| visible(&term.text)).collect();
            if wanted.is_empty() {
                plain(&decisive.summary)
            } else {
                format!("the selector wants {}", wanted.join(", "))
            }
        }
        (
            Some(Evidence::Hostname {
                listener, route, ..
            }),
            GateOutcome::Failed,
        ) => {
            let asked = route.first().map_or("any host", String::as_str);
            format!(
                "the listener takes {}, not {}",
                visible(listener.as_deref().unwrap_or("any host")),
                visible(asked)
            )
        }
        (Some(Evidence::Kind { allowed, .. }), GateOutcome::Failed) if !allowed.is_empty() => {
            format!("the listener takes {}", visible(&allowed.join(", ")))
        }
        (Some(Evidence::Choice { asked, existing }), GateOutcome::Failed) => {
            choice(asked, existing).unwrap_or_else(|| plain(&decisive.summary))
        }
        (_, _) => plain(&decisive.summary),
    }
}

/// The name that was probably meant, else what there is.
fn choice(asked: &str, existing: &[String]) -> Option<String> {
    let name = |text: &str| text.split(" (").next().unwrap_or_default().to_owned();
    let first = existing.first()?;
    if is_near(&name(asked), &name(first)) {
        return Some(format!("the nearest name is {}", visible(&name(first))));
    }
    let shown: Vec<_> = existing.iter().take(3).map(|one| visible(one)).collect();
    Some(format!("existing: {}", shown.join(", ")))
}

/// "HTTPRoute · any host · 1 rule".
pub(super) fn route_line(route: &RouteReport) -> String {
    let host = match route.hostnames.as_slice() {
        [] => "any host".to_owned(),
        [one] => visible(one).into_owned(),
        [first, rest @ ..] => format!("{} +{}", visible(first), rest.len()),
    };
    let rules = match route.rules.len() {
        0 => String::new(),
        1 => " · 1 rule".to_owned(),
        many => format!(" · {many} rules"),
    };
    format!("{} · {host}{rules}", route.route.kind.as_str())
}

/// The first path of a route, and how many rules follow.
pub(super) fn path_line(route: &RouteReport) -> String {
    let Some(first) = route.rules.first() else {
        return String::new();
    };
    let path = first
        .example_path
        .as_deref()
        .or(first.matches.first().map(String::as_str))
        .unwrap_or("/");
    match route.rules.len() {
        1 => visible(path).into_owned(),
        many => format!("{} +{}", visible(path), many - 1),
    }
}

/// Names of a route's backends, each once, in rule order.
pub(super) fn backends(route: &RouteReport) -> Vec<&BackendReport> {
    let mut all: Vec<&BackendReport> = Vec::new();
    for backend in route.rules.iter().flat_map(|rule| &rule.backends) {
        if !all.iter().any(|known| same_backend(known, backend)) {
            all.push(backend);
        }
    }
    all
}

fn same_backend(a: &BackendReport, b: &BackendReport) -> bool {
    (&a.kind, &a.namespace, &a.name, a.port) == (&b.kind, &b.namespace, &b.name, b.port)
}

/// `echo-hr`, with its namespace where that is not the route's.
pub(super) fn backend_name(backend: &BackendReport, route: &RouteReport) -> String {
    if backend.namespace == route.route.namespace {
        visible(&backend.name).into_owned()
    } else {
        format!("{}/{}", visible(&backend.namespace), visible(&backend.name))
    }
}

/// The class and words of a backend's second line: "Service :9080", "✗ not found".
pub(super) fn backend_line(backend: &BackendReport) -> (&'static str, String) {
    let port = backend
        .port
        .map(|port| format!(" :{port}"))
        .unwrap_or_default();
    match (backend.outcome, backend.reason.as_str()) {
        (GateOutcome::Failed, "RefNotPermitted") => {
            ("soft missing", "✗ no ReferenceGrant".to_owned())
        }
        (GateOutcome::Failed, "BackendNotFound") => ("soft missing", "✗ does not exist".to_owned()),
        (GateOutcome::Failed, _) => ("soft missing", format!("✗ {}", visible(&backend.reason))),
        (GateOutcome::Unknown, _) => ("soft unsure", format!("? {}{port}", visible(&backend.kind))),
        (GateOutcome::Passed | GateOutcome::NotReached, _) => {
            ("soft", format!("{}{port}", visible(&backend.kind)))
        }
    }
}

/// "HTTP · port 80 · any host".
pub(super) fn listener_line(listener: &ListenerReport) -> String {
    let host = listener
        .hostname
        .as_deref()
        .map_or("any host".into(), visible);
    format!(
        "{} · port {} · {host}",
        visible(&listener.protocol),
        listener.port
    )
}

/// "2 attached · 1 refused"; what does not occur is left out.
pub(super) fn tally_line(tally: engine::report::Tally) -> String {
    let parts = [
        (tally.attached, "attached"),
        (tally.refused, "refused"),
        (tally.orphan, "orphan"),
        (tally.unknown, "unknown"),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    if said.is_empty() {
        "no routes".to_owned()
    } else {
        said.join(" · ")
    }
}

/// What the controller counts beside what we compute: "counted 2 ✓".
pub(super) fn counted_line(listener: &ListenerReport) -> (&'static str, String) {
    match listener.attached_routes.counted {
        None => ("soft", "not counted".to_owned()),
        Some(theirs) if theirs == listener.attached_routes.computed => {
            ("soft", format!("counted {theirs} ✓"))
        }
        Some(theirs) if listener.tally.unknown > 0 => ("soft", format!("counted {theirs}")),
        Some(theirs) => (
            "soft missing",
            format!(
                "counted {theirs} ✗ not {}",
                listener.attached_routes.computed
            ),
        ),
    }
}

/// A rule as a line of words and a line of names: "admits namespaces with", `shared-gateway-access=true`.
pub(super) fn rule_lines(listener: &ListenerReport) -> (String, String) {
    let mut words = String::new();
    let mut names = Vec::new();
    for part in listener.admits.parts() {
        match part {
            Part::Text(text) if names.is_empty() => words = text.trim().to_owned(),
            Part::Text(_) => {}
            Part::Name(name) => names.push(name),
        }
    }
    (words, names.join(", "))
}
