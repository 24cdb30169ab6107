//! Sentences about parents: Gateways, listeners, classes, ListenerSets, Services.

use super::support::{class, gateway, object, route};
use super::{Book, listener, world};
use engine::object::Kind;
use engine::snapshot::KindState;
use serde_json::{Value, json};

pub(crate) fn parents(book: &mut Book) {
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
    let mut named = with(
        json!({"name": "gw", "namespace": "infra", "sectionName": "shraed-http"}),
        &[],
    );
    named[1]["spec"]["listeners"] = json!([
        {"name": "shared-http", "port": 80, "protocol": "HTTP"},
        {"name": "shared-https", "port": 443, "protocol": "HTTPS"},
    ]);
    book.add("a listener's name with a slip", &named);
    named[2]["spec"]["parentRefs"][0] =
        json!({"name": "gw", "namespace": "infra", "sectionName": "shared-htt", "port": 443});
    book.add("a slip, and a port that only one has", &named);
    let set = object(
        "ListenerSet",
        "b/doors",
        &json!({"parentRef": {"name": "gw", "namespace": "infra"}, "listeners": []}),
    );
    book.add(
        "a ListenerSet's name with a slip",
        &with(json!({"kind": "ListenerSet", "name": "door"}), &[set]),
    );
    add(
        book,
        "a kind of the core group",
        json!({"group": "", "kind": "Pod", "name": "p"}),
    );
    let mut odd = with(json!({"name": "gww", "namespace": "infra"}), &[]);
    odd[2]["metadata"]["name"] = "-x".into();
    book.add("a name that would be an option", &odd);
    odd[2]["metadata"]["name"] = "r".into();
    odd[2]["metadata"]["namespace"] = "-n".into();
    book.add("a namespace that would be an option", &odd);
    let of_mesh = |name: &str| with(json!({"group": "", "kind": "Service", "name": name}), &[]);
    book.add_live(
        "a Service as parent that may not be read",
        &of_mesh("gone"),
        &[(Kind::Service, KindState::Denied)],
    );
    book.add_live(
        "a Service as parent that does not exist",
        &of_mesh("gone"),
        &[],
    );
    let mut damaged = of_mesh("s");
    damaged[4]["spec"]["ports"] = json!("all");
    book.add("a Service as parent that cannot be read", &damaged);
    book.add(
        "a Service as parent and none in the files",
        &of_mesh("s")[..4],
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
