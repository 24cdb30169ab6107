//! `gatewatch explain KIND/NAMESPACE/NAME`: all parents, all gates with what they looked at, remedies.

use super::output::{clean, print, print_data};
use super::table::Paint;
use super::{Exit, Failure, is_partial, read};
use crate::cli::Explain;
use app::api::envelope::Answer;
use app::api::filter::agreement_word;
use app::api::routes::{RouteView, route_view};
use engine::report::{
    Computed, Condition, Evidence, Explained, GateOutcome, NamespaceEvidence, Owner, TermOutcome,
    Verdict,
};
use engine::routing::gate_word;
use engine::status::status_word;
use std::fmt::Write;

/// Explains.
pub fn run(options: &Explain) -> Result<Exit, Failure> {
    let parts: Vec<&str> = options.route.split('/').collect();
    let [kind, namespace, name] = parts.as_slice() else {
        let words = "name the route as KIND/NAMESPACE/NAME, such as httproute/hr/cross-namespace";
        return Err(Failure::new(Exit::Usage, words));
    };
    if engine::RouteKind::parse(kind).is_none() {
        let known: Vec<&str> = engine::RouteKind::ALL
            .into_iter()
            .map(engine::RouteKind::as_str)
            .collect();
        return Err(Failure::new(
            Exit::Usage,
            format!("{kind} is no kind of route; there are {}", known.join(", ")),
        ));
    }
    let published = read(&options.source, Some(namespace))?;
    let view = route_view(&published, kind, namespace, name).map_err(|error| {
        let near: Vec<&str> = error
            .nearest
            .iter()
            .map(|near| near.name.as_str())
            .collect();
        let near = if near.is_empty() {
            String::new()
        } else {
            format!(" Nearest: {}.", near.join(", "))
        };
        let exit = if is_partial(&published) {
            Exit::Unknown
        } else {
            Exit::No
        };
        Failure::new(exit, format!("{}{near}", error.detail))
    })?;
    if !print_data(options.output, &Answer::new(&published, "Route", &view))? {
        print(&text(&view, Paint::of(&std::io::stdout())))?;
    }
    Ok(match view.route.verdict {
        Verdict::Attached => Exit::Done,
        Verdict::Refused | Verdict::Orphan => Exit::No,
        Verdict::Unknown => Exit::Unknown,
    })
}

/// Writes a line; a `String` takes everything.
macro_rules! line {
    ($text:expr, $($words:tt)*) => {
        let _ = writeln!($text, $($words)*);
    };
}

fn text(view: &RouteView, paint: Paint) -> String {
    let mut text = String::new();
    let id = &view.route.route;
    let name = clean(format!("{} {}/{}", id.kind.as_str(), id.namespace, id.name));
    line!(
        text,
        "{}: {}",
        paint.strong(&name),
        paint.verdict(view.route.verdict)
    );
    if view.attachments.is_empty() {
        line!(text, "It names no parent.");
    }
    for attachment in &view.attachments {
        parent(&mut text, attachment, paint);
    }
    for leftover in &view.route.leftovers {
        let by = clean(&leftover.controller);
        line!(
            text,
            "\nLeft over: controller {by} still reports on a parent that the route no longer names."
        );
    }
    text
}

/// One parentRef at one listener.
fn parent(text: &mut String, attachment: &Explained, paint: Paint) {
    let asked = &attachment.parent_ref;
    let name = clean(format!("{} {}/{}", asked.kind, asked.namespace, asked.name));
    let listener = attachment
        .listener_key()
        .map(|name| format!(", listener {}", clean(name)))
        .unwrap_or_default();
    line!(
        text,
        "\nparentRef {}: {}: {}",
        asked.index + 1,
        paint.strong(&format!("{name}{listener}")),
        paint.verdict(attachment.verdict)
    );
    line!(text, "  {}", clean(&attachment.sentence));
    for gate in &attachment.gates {
        let words = if gate.sentence.is_empty() {
            &gate.summary
        } else {
            &gate.sentence
        };
        line!(
            text,
            "  {} {:<10} {}",
            paint.outcome(gate.outcome),
            gate_word(gate.gate),
            clean(words)
        );
        if let (Some(evidence), GateOutcome::Failed | GateOutcome::Unknown) =
            (&gate.evidence, gate.outcome)
        {
            witnesses(text, evidence);
        }
    }
    if attachment.verdict == Verdict::Attached {
        let hosts: Vec<&str> = attachment
            .hostnames
            .iter()
            .map(|host| if host == "*" { "any" } else { host })
            .collect();
        line!(text, "  hosts        {}", clean(hosts.join(", ")));
    }
    let computed = [
        ("Accepted", &attachment.computed.accepted),
        ("ResolvedRefs", &attachment.computed.resolved_refs),
    ];
    let computed: Vec<String> = computed
        .into_iter()
        .filter_map(|(name, value)| Some(condition(name, value.as_ref()?)))
        .collect();
    line!(
        text,
        "  computed     {}",
        if computed.is_empty() {
            "nothing: no controller looks after this parent".to_owned()
        } else {
            clean(computed.join(", "))
        }
    );
    for reported in &attachment.reported {
        for condition in &reported.conditions {
            line!(
                text,
                "  reported     {}",
                clean(format!(
                    "{}: {}",
                    reported.controller,
                    as_written(condition)
                ))
            );
        }
    }
    line!(
        text,
        "  agreement    {}: {}",
        agreement_word(attachment.agreement),
        clean(&attachment.agreement_sentence)
    );
    if let Some(expected) = &attachment.expected {
        line!(
            text,
            "  expected of {}: {}",
            expected.implementation,
            clean(&expected.sentence)
        );
    }
    for remedy in &attachment.remedies {
        let owner = match remedy.owner {
            Owner::Platform => "platform",
            Owner::Application => "application",
        };
        line!(text, "  remedy       {} ({owner})", clean(&remedy.text));
        if let Some(command) = &remedy.command {
            line!(text, "               {}", clean(command));
        }
    }
}

fn condition(name: &str, computed: &Computed) -> String {
    format!(
        "{name}={} ({})",
        status_word(computed.status),
        computed.reason
    )
}

fn as_written(condition: &Condition) -> String {
    let mut text = format!(
        "{}={} ({})",
        condition.type_, condition.status, condition.reason
    );
    if !condition.message.is_empty() {
        let _ = write!(text, " \"{}\"", condition.message);
    }
    if let Some(generation) = condition.observed_generation {
        let _ = write!(text, ", generation {generation}");
    }
    if let Some(since) = &condition.last_transition_time {
        let _ = write!(text, ", since {since}");
    }
    text
}

/// What a gate looked at, for a reader who wants to check it.
fn witnesses(text: &mut String, evidence: &Evidence) {
    let mut witness = |name: &str, words: String| {
        line!(text, "                 {name:<10} {}", clean(words));
    };
    match evidence {
        Evidence::Namespace(namespace) => {
            witness("rule", namespace.path.clone());
            for term in &namespace.terms {
                witness("wants", wanted(term, namespace));
            }
            let labels = namespace.labels.as_ref().map_or_else(
                || "cannot be read".to_owned(),
                |labels| {
                    labels
                        .iter()
                        .map(|(key, value)| format!("{key}={value}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                },
            );
            witness(
                "labels",
                if labels.is_empty() {
                    "none".to_owned()
                } else {
                    labels
                },
            );
        }
        Evidence::Hostname {
            listener, route, ..
        } => {
            witness(
                "listener",
                listener.clone().unwrap_or_else(|| "any host".to_owned()),
            );
            witness(
                "route",
                if route.is_empty() {
                    "any host".to_owned()
                } else {
                    route.join(", ")
                },
            );
        }
        Evidence::Kind { protocol, allowed } => {
            witness("protocol", protocol.clone());
            witness("admits", allowed.join(", "));
        }
        Evidence::Choice { asked, existing } => {
            witness("asked for", asked.clone());
            witness(
                "there is",
                if existing.is_empty() {
                    "none".to_owned()
                } else {
                    existing.join(", ")
                },
            );
        }
        Evidence::References { backends } => {
            for backend in backends
                .iter()
                .filter(|backend| backend.outcome != GateOutcome::Passed)
            {
                witness(
                    "backend",
                    format!(
                        "{} {}/{} in rule {}: {}",
                        backend.kind,
                        backend.namespace,
                        backend.name,
                        backend.rule + 1,
                        backend.sentence
                    ),
                );
            }
        }
    }
}

fn wanted(term: &engine::report::SelectorTerm, namespace: &NamespaceEvidence) -> String {
    let outcome = match term.outcome {
        TermOutcome::Met => "met".to_owned(),
        TermOutcome::Missing => format!("no such label on namespace {}", namespace.namespace),
        TermOutcome::WrongValue => format!(
            "it is {}",
            term.actual.as_deref().unwrap_or("another value")
        ),
        TermOutcome::Illegal => "illegal, so that nothing is selected".to_owned(),
        TermOutcome::Unknown => "cannot be told".to_owned(),
    };
    let near = term
        .near_miss
        .as_ref()
        .map(|near| format!("; {near} looks as if it was meant"))
        .unwrap_or_default();
    format!("{}: {outcome}{near}", term.text)
}
