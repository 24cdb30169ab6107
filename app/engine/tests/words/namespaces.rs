//! Sentences of the namespace gate.

use super::{Book, listener, selecting, world};
use engine::object::Kind;
use engine::snapshot::KindState;
use serde_json::{Value, json};

pub(crate) fn namespaces(book: &mut Book) {
    let add = |book: &mut Book, case: &str, listener: &Value, labels: &Value| {
        book.add(case, &world(listener, labels));
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
    let mut own = world(&listener(&json!({"from": "Same"})), &none);
    own[2] = super::support::route("infra/r", &json!([{"name": "gw"}]), &json!([]));
    book.add("its own namespace", &own);
    let mut broken = super::support::snapshot(&gone);
    broken.add_unparsed(engine::snapshot::Problem {
        object: None,
        path: "bad.yaml".to_owned(),
        message: "This is no YAML.".to_owned(),
    });
    book.add_world("a namespace that a broken file may hold", &broken);
    let mut bad = world(&wants, &none);
    bad[3]["metadata"]["labels"] = json!(5);
    book.add("a namespace that cannot be read", &bad);
}
