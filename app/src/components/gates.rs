//! The gates on the way to a listener, and the explainer of the namespace gate.

use super::sentence::SentenceView;
use engine::report::{Gate, GateOutcome, GateResult, NamespaceEvidence, SelectorTerm, TermOutcome};
use engine::sentence::visible;
use leptos::prelude::*;

/// The gate as a heading.
fn title(gate: Gate) -> &'static str {
    match gate {
        Gate::Class => "Class",
        Gate::Gateway => "Gateway",
        Gate::Listener => "Listener",
        Gate::Kind => "Kind",
        Gate::Namespace => "Namespace",
        Gate::Hostname => "Hostname",
        Gate::References => "References",
    }
}

fn outcome(outcome: GateOutcome) -> (&'static str, &'static str) {
    match outcome {
        GateOutcome::Passed => ("passed", "passed: "),
        GateOutcome::Failed => ("failed", "failed: "),
        GateOutcome::Unknown => ("unknown", "unknown: "),
        GateOutcome::NotReached => ("unreached", ""),
    }
}

/// All gates in order.
#[component]
pub fn Gates(
    /// The gates.
    gates: Vec<GateResult>,
) -> impl IntoView {
    let steps = gates.into_iter().map(|gate| {
        let (attribute, words) = outcome(gate.outcome);
        view! {
            <li data-gate=attribute>
                <b>{title(gate.gate)}</b>
                <span class="visually-hidden">{words}</span>
                <SentenceView sentence=gate.summary/>
            </li>
        }
    });
    view! { <ol class="steps">{steps.collect_view()}</ol> }
}

/// The listener's rule beside the labels of the route's Namespace, term by term.
#[component]
pub fn NamespaceExplainer(
    /// Both sides.
    evidence: NamespaceEvidence,
) -> impl IntoView {
    let NamespaceEvidence {
        path,
        from,
        terms,
        namespace,
        labels,
    } = evidence;
    let wanted: Vec<String> = terms.iter().map(|term| term.key.clone()).collect();
    let rule = if terms.is_empty() {
        view! { <p><span class="label">{format!("from: {}", visible(&from))}</span></p> }.into_any()
    } else {
        view! { <ul class="labels">{terms.clone().into_iter().map(|term| view! { <Term term/> }).collect_view()}</ul> }.into_any()
    };
    let missing = terms.into_iter().filter(|term| term.outcome == TermOutcome::Missing).map(|term| {
        view! { <li class="label" data-term="missing">{format!("{} missing", visible(&term.key))}</li> }
    });
    let labels = match labels {
        Some(labels) => {
            let present = labels.into_iter().map(|(key, value)| {
                let asked = wanted.contains(&key).then_some("asked");
                view! { <li class="label" data-term=asked>{visible(&format!("{key}={value}")).into_owned()}</li> }
            });
            view! { <ul class="labels">{present.collect_view()} {missing.collect_view()}</ul> }
                .into_any()
        }
        None => view! { <p>"Its labels are not known."</p> }.into_any(),
    };
    view! {
        <div class="two explainer">
            <div>
                <h3>"Rule of the listener"</h3>
                <p class="fix"><code>{path}</code></p>
                {rule}
            </div>
            <div>
                <h3>"Labels of namespace " <code>{visible(&namespace).into_owned()}</code></h3>
                {labels}
            </div>
        </div>
    }
}

#[component]
fn Term(term: SelectorTerm) -> impl IntoView {
    let (attribute, words) = match term.outcome {
        TermOutcome::Met => ("met", "\u{2713} met".to_owned()),
        TermOutcome::Missing => ("missing", "\u{2717} missing".to_owned()),
        TermOutcome::WrongValue => (
            "missing",
            format!("\u{2717} has {}", visible(&term.actual.unwrap_or_default())),
        ),
        TermOutcome::Illegal => ("missing", "\u{2717} illegal term".to_owned()),
        TermOutcome::Unknown => ("unknown", "? not known".to_owned()),
    };
    let near = term.near_miss.map(|near| view! { <span class="near">"near miss: " <code>{visible(&near).into_owned()}</code></span> });
    view! {
        <li>
            <span class="label" data-term=attribute>{visible(&term.text).into_owned()}</span>
            " "
            <span>{words}</span>
            {near}
        </li>
    }
}
