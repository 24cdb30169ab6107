//! Sentences of the kind, hostname and references gates.

use super::support::{object, service};
use super::{Book, listener, world};
use engine::object::Kind;
use engine::snapshot::KindState;
use serde_json::{Value, json};

pub(crate) fn others(book: &mut Book) {
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
                json!([{"kind": "GRPCRoute"}]);
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
