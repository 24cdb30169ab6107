//! What people read: for each way through the gates the summary, the sentence, the remedy and the evidence, compared
//! with `cases/words.txt`. A line there changes only together with what it says.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::object::Kind;
use engine::report::{Evidence, Explained, GateOutcome};
use engine::snapshot::{KindState, Visibility};
use engine::{Snapshot, evaluate};
use serde_json::{Value, json};
use support::{class, gateway, namespace, object, route, service, snapshot, word};

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
            world.set_visibility(Visibility {
                kind,
                state: state.map_or(KindState::Live, |(_, state)| *state),
                objects: 0,
                resource_version: None,
                last_seen: None,
                problem: None,
            });
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

fn namespaces(book: &mut Book) {
    let add = |book: &mut Book, case: &str, listener: &Value, labels: &Value| {
        book.add(case, &world(listener, labels))
    };
    let none = json!({});
    add(
        book,
        "every namespace",
        &listener(&json!({"from": "All"})),
        &none,
    );
    add(
        book,
        "another namespace",
        &listener(&json!({"from": "Same"})),
        &none,
    );
    add(
        book,
        "a selector that is missing",
        &listener(&json!({"from": "Selector"})),
        &none,
    );
    add(book, "an empty selector", &selecting(&json!({})), &none);
    add(
        book,
        "a label that is there",
        &selecting(&json!({"matchLabels": {"a": "x"}})),
        &json!({"a": "x"}),
    );
    add(
        book,
        "two labels that are there",
        &selecting(&json!({"matchLabels": {"a": "x", "b": "y"}})),
        &json!({"a": "x", "b": "y"}),
    );
    add(
        book,
        "a label that is missing",
        &selecting(&json!({"matchLabels": {"team": "x"}})),
        &json!({"other": "x"}),
    );
    add(
        book,
        "a label with another value",
        &selecting(&json!({"matchLabels": {"team": "x"}})),
        &json!({"team": "other"}),
    );
    add(
        book,
        "two labels, one wrong, one missing",
        &selecting(&json!({"matchLabels": {"team": "x", "zone": "y"}})),
        &json!({"team": "other"}),
    );
    add(
        book,
        "a slip in the key",
        &selecting(&json!({"matchLabels": {"shared-access": "true"}})),
        &json!({"shared-acces": "true"}),
    );
    add(
        book,
        "a slip in the value",
        &selecting(&json!({"matchLabels": {"team": "payments"}})),
        &json!({"team": "paymnets"}),
    );
    add(
        book,
        "a label that must not be there",
        &selecting(&json!({"matchExpressions": [{"key": "legacy", "operator": "DoesNotExist"}]})),
        &json!({"legacy": ""}),
    );
    add(
        book,
        "a term that is illegal",
        &selecting(
            &json!({"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]}),
        ),
        &none,
    );
    add(
        book,
        "a name that no label can change",
        &selecting(&json!({"matchLabels": {"kubernetes.io/metadata.name": "c"}})),
        &none,
    );
    add(
        book,
        "a rule that nobody knows",
        &listener(&json!({"from": "Some"})),
        &none,
    );
    let mut many = world(&selecting(&json!({"matchLabels": {"zz": "1"}})), &none);
    let labels: serde_json::Map<String, Value> = (0..80)
        .map(|index| (format!("label-{index:02}"), json!("v")))
        .chain([("zz".to_owned(), json!("2"))])
        .collect();
    many[3]["metadata"]["labels"] = labels.into();
    book.add(
        "of very many labels those that are asked for are told",
        &many,
    );
    let wants = selecting(&json!({"matchLabels": {"a": "x"}}));
    let mut mentioned = world(&wants, &none);
    mentioned.remove(3);
    book.add("a namespace that files only mention", &mentioned);
    let named = selecting(&json!({"matchLabels": {"kubernetes.io/metadata.name": "b"}}));
    let mut by_name = world(&named, &none);
    by_name.remove(3);
    book.add("one whose name suffices", &by_name);
    let mut gone = world(&wants, &none);
    gone.remove(3);
    book.add_live("a namespace that has not been seen", &gone, &[]);
    book.add_live(
        "namespaces that may not be read",
        &gone,
        &[(Kind::Namespace, KindState::Denied)],
    );
    book.add_live(
        "namespaces that have not arrived",
        &gone,
        &[(Kind::Namespace, KindState::Listing)],
    );
    book.add_live(
        "namespaces that are old",
        &gone,
        &[(Kind::Namespace, KindState::Stale)],
    );
    let mut bad = world(&wants, &none);
    bad[3]["metadata"]["labels"] = json!(5);
    book.add("a namespace that cannot be read", &bad);
}

fn parents(book: &mut Book) {
    let open = listener(&json!({"from": "All"}));
    let with = |parent: Value, more: &[Value]| {
        let mut all = world(&open, &json!({}));
        all[2] = route("b/r", &json!([parent]), &json!([]));
        all.extend(more.iter().cloned());
        all
    };
    let add = |book: &mut Book, case: &str, parent: Value| book.add(case, &with(parent, &[]));
    add(
        book,
        "a Gateway in another namespace",
        json!({"name": "gw"}),
    );
    add(
        book,
        "a Gateway's name with a slip",
        json!({"name": "gww", "namespace": "infra"}),
    );
    add(
        book,
        "no such Gateway",
        json!({"name": "elsewhere-entirely"}),
    );
    book.add(
        "no Gateway at all",
        &[class(), route("b/r", &json!([{"name": "gw"}]), &json!([]))],
    );
    book.add(
        "Gateways of that name in other namespaces",
        &with(json!({"name": "gw"}), &[gateway("c/gw", &json!([]))]),
    );
    add(
        book,
        "a kind that there is not",
        json!({"kind": "Gatevay", "name": "gw"}),
    );
    add(
        book,
        "a Service without its group",
        json!({"kind": "Service", "name": "s"}),
    );
    add(
        book,
        "a kind of somebody else",
        json!({"group": "example.com", "kind": "Door", "name": "d"}),
    );
    add(
        book,
        "a Service of a mesh",
        json!({"group": "", "kind": "Service", "name": "s"}),
    );
    add(
        book,
        "a Service that has no such port",
        json!({"group": "", "kind": "Service", "name": "s", "port": 81}),
    );
    add(
        book,
        "a Service that is not there",
        json!({"group": "", "kind": "Service", "name": "gone"}),
    );
    add(
        book,
        "no such listener",
        json!({"name": "gw", "namespace": "infra", "sectionName": "k"}),
    );
    add(
        book,
        "a listener with another port",
        json!({"name": "gw", "namespace": "infra", "sectionName": "l", "port": 81}),
    );
    add(
        book,
        "no listener on that port",
        json!({"name": "gw", "namespace": "infra", "port": 81}),
    );
    add(
        book,
        "a listener by its name and port",
        json!({"name": "gw", "namespace": "infra", "sectionName": "l", "port": 80}),
    );
    let hidden = with(json!({"name": "else", "namespace": "infra"}), &[]);
    book.add_live(
        "Gateways that may not be read",
        &hidden,
        &[(Kind::Gateway, KindState::Denied)],
    );
    book.add_live("a Gateway that is nowhere", &hidden, &[]);
    let mut foreign = with(json!({"name": "gw", "namespace": "infra"}), &[]);
    foreign[1]["spec"]["gatewayClassName"] = "clas".into();
    book.add_live("a class that is not there", &foreign, &[]);
    book.add("a class that the files do not hold", &foreign);
    book.add_live(
        "classes that may not be read",
        &foreign,
        &[(Kind::GatewayClass, KindState::Denied)],
    );
    let set = |from: &Value| {
        let mut all = with(json!({"kind": "ListenerSet", "name": "set"}), &[]);
        all[1]["spec"]["allowedListeners"] = json!({"namespaces": from});
        let spec = json!({"parentRef": {"name": "gw", "namespace": "infra"}, "listeners": [open]});
        all.push(object("ListenerSet", "b/set", &spec));
        all
    };
    for (case, from) in [
        ("a set of an open Gateway", json!({"from": "All"})),
        ("a set that is not admitted", json!({"from": "Same"})),
        ("a set of a Gateway without a rule", json!(null)),
        (
            "a set that a selector wants",
            json!({"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "b"}}}),
        ),
        (
            "a set that a selector does not want",
            json!({"from": "Selector", "selector": {"matchLabels": {"x": "y"}}}),
        ),
        ("a set and no selector", json!({"from": "Selector"})),
    ] {
        book.add(case, &set(&from));
    }
    let mut lost = set(&json!({"from": "All"}));
    lost.remove(1);
    book.add_live("a set without its Gateway", &lost, &[]);
    book.add_live(
        "a set whose Gateway may be hidden",
        &lost,
        &[(Kind::Gateway, KindState::Denied)],
    );
}

fn others(book: &mut Book) {
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut all = world(&listener(&json!({"from": "All"})), &json!({}));
        change(&mut all);
        all
    };
    let listen = |field: &str, value: Value| {
        with(&|all| all[1]["spec"]["listeners"][0][field] = value.clone())
    };
    book.add("another protocol", &listen("protocol", json!("TCP")));
    book.add(
        "a protocol of its own",
        &listen("protocol", json!("example.com/x")),
    );
    book.add(
        "another kind alone",
        &with(&|all| {
            all[1]["spec"]["listeners"][0]["allowedRoutes"]["kinds"] =
                json!([{"kind": "GRPCRoute"}])
        }),
    );
    book.add("kinds of nobody", &with(&|all| all[1]["spec"]["listeners"][0]["allowedRoutes"]["kinds"] = json!([{"kind": "X"}, {"group": "", "kind": "HTTPRoute"}, {"group": "a.b", "kind": "Y"}])));
    let hosts = |listener: &str, route: &[&str]| {
        with(&|all| {
            if !listener.is_empty() {
                all[1]["spec"]["listeners"][0]["hostname"] = listener.into();
            }
            all[2]["spec"]["hostnames"] = json!(route);
        })
    };
    book.add("a listener's own hostname", &hosts("a.com", &[]));
    book.add(
        "any host, and the route names some",
        &hosts("", &["a.com", "b.com"]),
    );
    book.add(
        "one hostname of several",
        &hosts("*.a.com", &["x.a.com", "b.com"]),
    );
    book.add(
        "one hostname of many",
        &hosts("*.a.com", &["x.a.com", "b.com", "c.com"]),
    );
    book.add("no hostname in common", &hosts("*.a.com", &["b.com"]));
    book.add(
        "the name behind the wildcard",
        &hosts("*.a.com", &["a.com", "b.com"]),
    );
    let backend = |backend: Value, more: &[Value]| {
        let mut all = with(&|all| all[2]["spec"]["rules"][0]["backendRefs"][0] = backend.clone());
        all.extend(more.iter().cloned());
        all
    };
    book.add(
        "a Service that is not held",
        &backend(json!({"name": "t", "port": 80}), &[]),
    );
    book.add(
        "a Service of another namespace",
        &backend(json!({"name": "far", "port": 80}), &[service("c/far")]),
    );
    book.add(
        "a port that a Service has not",
        &backend(json!({"name": "s", "port": 81}), &[]),
    );
    let mut mapped = service("b/mapped");
    mapped["spec"]["ports"][0]["targetPort"] = json!(8080);
    book.add(
        "a port that is the target's",
        &backend(json!({"name": "mapped", "port": 8080}), &[mapped]),
    );
    book.add("no port", &backend(json!({"name": "s"}), &[]));
    book.add(
        "a kind that is no backend",
        &backend(json!({"kind": "Pod", "name": "s", "port": 80}), &[]),
    );
    book.add("a Service with a group", &backend(json!({"group": "gateway.networking.k8s.io", "kind": "Service", "name": "s", "port": 80}), &[]));
    book.add(
        "a kind of an extension",
        &backend(
            json!({"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "s"}),
            &[],
        ),
    );
    let far = json!({"name": "far", "namespace": "c", "port": 80});
    let grant = |namespace: &str, from: Value, to: Value| {
        object(
            "ReferenceGrant",
            &format!("{namespace}/g"),
            &json!({"from": [from], "to": [to]}),
        )
    };
    let from = json!({"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "b"});
    let to = json!({"group": "", "kind": "Service"});
    book.add("no grant", &backend(far.clone(), &[service("c/far")]));
    book.add(
        "a grant",
        &backend(
            far.clone(),
            &[service("c/far"), grant("c", from.clone(), to.clone())],
        ),
    );
    let mut other = from.clone();
    other["namespace"] = "x".into();
    book.add(
        "a grant for another namespace",
        &backend(
            far.clone(),
            &[service("c/far"), grant("c", other, to.clone())],
        ),
    );
    book.add(
        "a grant in the wrong place",
        &backend(
            far.clone(),
            &[service("c/far"), grant("b", from.clone(), to)],
        ),
    );
    book.add(
        "a grant for another name",
        &backend(
            far,
            &[
                service("c/far"),
                grant(
                    "c",
                    from,
                    json!({"group": "", "kind": "Service", "name": "near"}),
                ),
            ],
        ),
    );
    let mut named = service("b/elsewhere");
    named["spec"]["type"] = "ExternalName".into();
    book.add(
        "another name for something else",
        &backend(json!({"name": "elsewhere", "port": 80}), &[named]),
    );
    let plain = with(&|_| {});
    book.add_live(
        "Services that may not be read",
        &plain[..4],
        &[(Kind::Service, KindState::Denied)],
    );
    book.add_live("a Service that does not exist", &plain[..4], &[]);
    book.add("no Service in the files", &plain[..4]);
    book.add(
        "no backend",
        &with(&|all| all[2]["spec"]["rules"] = json!([{}])),
    );
    book.add("a filter that is not judged", &with(&|all| all[2]["spec"]["rules"][0]["filters"] = json!([{"type": "ExtensionRef", "extensionRef": {"group": "a", "kind": "B", "name": "c"}}])));
}

#[test]
fn people_read_what_was_written_for_them() {
    let plain = world(&listener(&json!({"from": "All"})), &json!({}));
    let report = evaluate(&snapshot(&plain));
    let mut book = Book {
        text: String::new(),
        usual: lines(&report.explain(&report.attachments[0])).split_off(1),
    };
    namespaces(&mut book);
    parents(&mut book);
    others(&mut book);
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
