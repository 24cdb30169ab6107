//! What people read: for each way through the gates the summary, the sentence, the remedy and the evidence, compared
//! with `cases/words.txt`. A line there changes only together with what it says.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

#[path = "words/namespaces.rs"]
mod namespaces;
#[path = "words/others.rs"]
mod others;
#[path = "words/parents.rs"]
mod parents;
mod support;

use engine::object::Kind;
use engine::report::{Evidence, Explained, GateOutcome};
use engine::snapshot::{KindState, Visibility};
use engine::{Snapshot, evaluate};
use serde_json::{Value, json};
use support::{class, gateway, namespace, route, service, snapshot, word};

/// What the first attachment of each case says, line by line; what every open Gateway says is left out.
struct Book {
    text: String,
    usual: Vec<String>,
}

impl Book {
    fn add(&mut self, case: &str, objects: &[Value]) {
        self.add_world(case, &snapshot(objects));
    }

    /// From a cluster where everything but `hidden` is seen.
    fn add_live(&mut self, case: &str, objects: &[Value], hidden: &[(Kind, KindState)]) {
        let mut world = snapshot(objects);
        for kind in Kind::ALL {
            let state = hidden.iter().find(|(other, _)| *other == kind);
            world.set_visibility(Visibility::new(
                kind,
                state.map_or(KindState::Live, |(_, state)| *state),
                None,
            ));
        }
        self.add_world(case, &world);
    }

    fn add_world(&mut self, case: &str, world: &Snapshot) {
        let report = evaluate(world);
        let first = report.attachments.first().expect("judged");
        self.text.push_str(&format!("# {case}\n"));
        let told = lines(&report.explain(first));
        for line in told.iter().filter(|line| !self.usual.contains(line)) {
            self.text.push_str(&format!("{line}\n"));
        }
        self.text.push('\n');
    }
}

fn lines(one: &Explained) -> Vec<String> {
    let mut lines = vec![format!(
        "{} {}: {}",
        word(&one.verdict),
        word(&one.gate),
        one.sentence
    )];
    if one.intended {
        lines.push("  on purpose".to_owned());
    }
    if !one.brief.is_empty() {
        lines.push(format!("  in brief: {}", one.brief));
    }
    for gate in &one.gates {
        if gate.outcome != GateOutcome::NotReached {
            lines.push(format!(
                "  {} {}: {} | {}",
                word(&gate.gate),
                word(&gate.outcome),
                gate.summary,
                gate.sentence
            ));
        }
        lines.extend(
            gate.evidence
                .as_ref()
                .map(|evidence| format!("    {}", shown(evidence))),
        );
    }
    for remedy in &one.remedies {
        lines.push(format!("  {}: {}", word(&remedy.owner), remedy.text));
        lines.extend(
            remedy
                .command
                .iter()
                .map(|command| format!("    {command}")),
        );
    }
    if let Some(change) = &one.label_change {
        lines.push(format!(
            "  change: {} set {:?} remove {:?}",
            change.namespace, change.set, change.remove
        ));
    }
    lines
}

fn shown(evidence: &Evidence) -> String {
    match evidence {
        Evidence::References { backends } => {
            let one = |backend: &engine::report::BackendReport| {
                format!("{} {}: {}", backend.name, backend.reason, backend.sentence)
            };
            backends.iter().map(one).collect::<Vec<_>>().join("; ")
        }
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

fn listener(namespaces: &Value) -> Value {
    json!({"name": "l", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": namespaces}})
}

fn selecting(selector: &Value) -> Value {
    listener(&json!({"from": "Selector", "selector": selector}))
}

/// Gateway `infra/gw` with a listener, route `b/r`, Namespace `b` with labels.
fn world(listener: &Value, labels: &Value) -> Vec<Value> {
    vec![
        class(),
        gateway("infra/gw", &json!([listener])),
        route(
            "b/r",
            &json!([{"name": "gw", "namespace": "infra"}]),
            &json!([]),
        ),
        namespace("b", labels),
        service("b/s"),
    ]
}

#[test]
fn people_read_what_was_written_for_them() {
    let plain = world(&listener(&json!({"from": "All"})), &json!({}));
    let report = evaluate(&snapshot(&plain));
    let mut book = Book {
        text: String::new(),
        usual: lines(&report.explain(&report.attachments[0])).split_off(1),
    };
    namespaces::namespaces(&mut book);
    parents::parents(&mut book);
    others::others(&mut book);
    let expected = include_str!("cases/words.txt");
    let blocks = |text: &str| -> Vec<String> {
        text.split("\n\n")
            .map(|block| block.trim().to_owned())
            .filter(|block| !block.is_empty())
            .collect()
    };
    let (expected, got) = (blocks(expected), blocks(&book.text));
    for block in &got {
        assert!(
            expected.contains(block),
            "not as in cases/words.txt:\n\n{block}\n"
        );
    }
    assert_eq!(expected.len(), got.len(), "cases/words.txt has others");
}
