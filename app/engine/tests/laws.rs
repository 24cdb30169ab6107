//! What holds for every world: order does not matter, strangers change nothing, what is hidden only becomes unknown,
//! nothing panics.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::attachment::hostname::effective;
use engine::object::RouteKind;
use engine::object::{Kind, RawObject};
use engine::report::{Evidence, Verdict};
use engine::snapshot::{KindState, Visibility};
use engine::{Report, Request, RoutingTable, Snapshot, decide, evaluate};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::{class, gateway, namespace, object, raw, route, service, snapshot};

const NAMESPACES: [&str; 3] = ["a", "b", "c"];
const HOSTS: [&str; 5] = ["", "a.example.com", "*.example.com", "*.com", "b.org"];

fn pick<T: Clone + std::fmt::Debug + 'static>(
    from: &'static [T],
) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(from)
}

fn a_namespace() -> impl Strategy<Value = Value> {
    (pick(&NAMESPACES), pick(&["", "x", "y"])).prop_map(|(name, value)| {
        let labels = if value.is_empty() {
            json!({})
        } else {
            json!({"l": value})
        };
        namespace(name, &labels)
    })
}

fn a_listener() -> impl Strategy<Value = Value> {
    let from = prop_oneof![
        Just(json!({"from": "All"})),
        Just(json!({"from": "Same"})),
        Just(json!({"from": "Selector"})),
        Just(json!({"from": "Selector", "selector": {"matchLabels": {"l": "x"}}})),
        Just(
            json!({"from": "Selector", "selector": {"matchExpressions": [{"key": "l", "operator": "NotIn", "values": ["x"]}]}})
        ),
        Just(
            json!({"from": "Selector", "selector": {"matchExpressions": [{"key": "l", "operator": "Exists", "values": ["x"]}]}})
        ),
    ];
    let kinds = prop_oneof![4 => Just(json!([])), 1 => Just(json!([{"kind": "GRPCRoute"}]))];
    (
        pick(&["l1", "l2"]),
        pick(&[80u16, 81]),
        pick(&["HTTP", "HTTP", "TCP"]),
        pick(&HOSTS),
        from,
        kinds,
    )
        .prop_map(|(name, port, protocol, hostname, namespaces, kinds)| {
            json!({
                "name": name, "port": port, "protocol": protocol, "hostname": hostname,
                "allowedRoutes": {"namespaces": namespaces, "kinds": kinds},
            })
        })
}

fn a_gateway() -> impl Strategy<Value = Value> {
    let from = pick(&["None", "Same", "All", "Selector"]);
    (
        pick(&NAMESPACES),
        prop::collection::vec(a_listener(), 0..3),
        from,
    )
        .prop_map(|(namespace, listeners, from)| {
            let mut one = gateway(&format!("{namespace}/gw"), &json!(listeners));
            let selector = json!({"matchLabels": {"l": "x"}});
            one["spec"]["allowedListeners"] =
                json!({"namespaces": {"from": from, "selector": selector}});
            one
        })
}

fn a_set() -> impl Strategy<Value = Value> {
    let parent = pick(&NAMESPACES);
    (
        pick(&NAMESPACES),
        parent,
        prop::collection::vec(a_listener(), 0..3),
    )
        .prop_map(|(namespace, parent, listeners)| {
            let parent = json!({"name": "gw", "namespace": parent});
            object(
                "ListenerSet",
                &format!("{namespace}/set"),
                &json!({"parentRef": parent, "listeners": listeners}),
            )
        })
}

fn a_route() -> impl Strategy<Value = Value> {
    let parent = (
        pick(&NAMESPACES),
        pick(&["gw", "gw", "set", "no"]),
        pick(&["", "", "l1", "l9"]),
    )
        .prop_map(|(namespace, name, section)| {
            let kind = if name == "set" {
                "ListenerSet"
            } else {
                "Gateway"
            };
            json!({"kind": kind, "namespace": namespace, "name": name, "sectionName": section})
        });
    let hosts = prop::collection::vec(pick(&["a.example.com", "*.example.com", "b.org"]), 0..3);
    let rule = (pick(&["/", "/a", "/a/b"]), pick(&["PathPrefix", "Exact", "RegularExpression"]), pick(&["s", "t"]))
        .prop_map(|(path, kind, backend)| {
            json!({"matches": [{"path": {"type": kind, "value": path}}], "backendRefs": [{"name": backend, "port": 80}]})
        });
    (
        pick(&NAMESPACES),
        pick(&["r1", "r2"]),
        pick(&["HTTPRoute", "HTTPRoute", "GRPCRoute", "TCPRoute"]),
        prop::collection::vec(parent, 0..3),
        hosts,
        prop::collection::vec(rule, 0..3),
    )
        .prop_map(|(namespace, name, kind, parents, hosts, rules)| {
            let mut one = route(
                &format!("{namespace}/{name}"),
                &json!(parents),
                &json!(hosts),
            );
            one["spec"]["rules"] = json!(rules);
            one["kind"] = json!(kind);
            if kind != "HTTPRoute" {
                for rule in one["spec"]["rules"].as_array_mut().into_iter().flatten() {
                    rule["matches"] = Value::Null;
                }
            }
            one
        })
}

/// Objects without two of one name, so that order cannot say which of two stays.
fn a_world() -> impl Strategy<Value = Vec<Value>> {
    let object = prop_oneof![
        2 => a_namespace(),
        3 => a_gateway(),
        2 => a_set(),
        4 => a_route(),
        1 => (pick(&NAMESPACES), pick(&["s", "t"])).prop_map(|(namespace, name)| service(&format!("{namespace}/{name}"))),
        1 => Just(class()),
        1 => Just(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "c", "labels": 5}})),
    ];
    prop::collection::vec(object, 0..14).prop_map(|objects| {
        let key = |one: &Value| format!("{}{}", one["kind"], one["metadata"]);
        let by_name: BTreeMap<String, Value> = objects
            .into_iter()
            .map(|mut one| {
                let labels = one["metadata"]
                    .as_object_mut()
                    .and_then(|meta| meta.remove("labels"));
                let key = key(&one);
                if let Some(labels) = labels {
                    one["metadata"]["labels"] = labels;
                }
                (key, one)
            })
            .collect();
        by_name.into_values().collect()
    })
}

type Key = (String, u32, Option<String>);

fn verdicts(report: &Report) -> BTreeMap<Key, Verdict> {
    let key = |one: &engine::report::Attachment| {
        let route = &one.route;
        (
            format!("{}/{}", route.namespace, route.name),
            one.parent_ref.index,
            one.listener.as_deref().map(str::to_owned),
        )
    };
    report
        .attachments
        .iter()
        .map(|one| (key(one), one.verdict))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_matter((world, shuffled) in a_world().prop_flat_map(|world| (Just(world.clone()), Just(world).prop_shuffle()))) {
        prop_assert_eq!(evaluate(&snapshot(&world)), evaluate(&snapshot(&shuffled)));
    }

    #[test]
    fn strangers_change_nothing(world in a_world()) {
        let before = evaluate(&snapshot(&world));
        let mut more = world;
        more.push(namespace("z", &json!({"l": "x"})));
        more.push(service("z/s"));
        more.push(gateway("z/gw", &json!([{"name": "l1", "port": 80, "protocol": "HTTP"}])));
        more.push(object("ReferenceGrant", "z/g", &json!({"from": [], "to": []})));
        let after = evaluate(&snapshot(&more));
        prop_assert_eq!(verdicts(&before), verdicts(&after));
        prop_assert_eq!(&before.gateways[..], &after.gateways[..after.gateways.len() - 1]);
    }

    /// From a cluster, so that "not there" is known of what can be seen.
    #[test]
    fn what_is_hidden_only_becomes_unknown(world in a_world(), hidden in pick(&[Kind::GatewayClass, Kind::Gateway, Kind::ListenerSet, Kind::Namespace, Kind::Service, Kind::ReferenceGrant])) {
        let seen = |state: &dyn Fn(Kind) -> KindState, objects: &[Value]| {
            let mut world = snapshot(objects);
            for kind in Kind::ALL {
                world.set_visibility(Visibility::new(kind, state(kind), None));
            }
            evaluate(&world)
        };
        let before = seen(&|_| KindState::Live, &world);
        let rest: Vec<Value> = world.into_iter().filter(|one| one["kind"] != hidden.as_str()).collect();
        let after = seen(&|kind| if kind == hidden { KindState::Denied } else { KindState::Live }, &rest);
        let before = verdicts(&before);
        for (key, now) in verdicts(&after) {
            let alike = before.iter().filter(|(other, _)| (&other.0, other.1) == (&key.0, key.1));
            let mut was = alike.filter(|(other, _)| key.2.is_none() || other.2 == key.2).map(|(_, verdict)| *verdict);
            prop_assert!(now == Verdict::Unknown || was.any(|was| was == now), "{:?} is {:?} without {:?}: {:?}", key, now, hidden, before);
        }
    }

    /// A kind that can be seen in one namespace only: what is told is what is so, or unknown.
    #[test]
    fn what_is_seen_in_part_is_never_told_wrong(world in a_world(), partly in pick(&[Kind::Gateway, Kind::ListenerSet, Kind::Service, Kind::ReferenceGrant]), within in pick(&["a", "b"])) {
        let seen = |partly: Option<Kind>, objects: &[Value]| {
            let mut world = snapshot(objects);
            for kind in Kind::ALL {
                let mut seen = Visibility::new(kind, KindState::Live, None);
                if partly == Some(kind) {
                    seen.state = KindState::Degraded;
                    seen.within = vec![within.to_owned()];
                }
                world.set_visibility(seen);
            }
            evaluate(&world)
        };
        let before = seen(None, &world);
        let rest: Vec<Value> = world
            .into_iter()
            .filter(|one| one["kind"] != partly.as_str() || one["metadata"]["namespace"] == within)
            .collect();
        let after = seen(Some(partly), &rest);
        let before = verdicts(&before);
        for (key, now) in verdicts(&after) {
            let alike = before.iter().filter(|(other, _)| (&other.0, other.1) == (&key.0, key.1));
            let mut was = alike.filter(|(other, _)| key.2.is_none() || other.2 == key.2).map(|(_, verdict)| *verdict);
            prop_assert!(now == Verdict::Unknown || was.any(|was| was == now), "{:?} is {:?} with {:?} of {} only: {:?}", key, now, partly, within, before);
        }
    }

    #[test]
    fn every_refusal_has_gate_reason_and_sentence_and_counts_add_up(world in a_world()) {
        let report = evaluate(&snapshot(&world));
        for one in &report.attachments {
            let why = report.explain(one);
            prop_assert!(!why.sentence.is_empty());
            prop_assert_eq!(
                (why.verdict, why.gate, why.reason.as_str(), why.intended),
                (one.verdict, one.gate, one.reason, one.intended)
            );
            let serves = why.gates.iter().find_map(|gate| match &gate.evidence {
                Some(Evidence::Hostname { listener, route, .. }) => Some(effective(listener.as_deref(), route).0),
                _ => None,
            });
            if let (Verdict::Attached, Some(serves), RouteKind::Http | RouteKind::Grpc | RouteKind::Tls) = (one.verdict, serves, one.route.kind) {
                prop_assert_eq!(&serves[..], &one.hostnames[..]);
            }
            match one.verdict {
                Verdict::Attached => prop_assert!(!one.hostnames.is_empty()),
                Verdict::Refused => prop_assert!(one.gate.is_some() && !one.reason.is_empty()),
                Verdict::Orphan | Verdict::Unknown => prop_assert!(one.gate.is_some()),
            }
        }
        let keys: std::collections::BTreeSet<_> = report.attachments.iter().filter(|one| one.verdict == Verdict::Attached)
            .map(|one| (&one.route, &one.gateway, &one.listener_set, &one.listener)).collect();
        // Listeners of one name in one Gateway (never admitted by a cluster) share what is counted by name.
        let distinct: std::collections::BTreeSet<_> = report.gateways.iter().flat_map(|gateway| gateway.listeners.iter().map(move |one| (&gateway.namespace, &gateway.name, one.key(), one.attached_routes.computed))).collect();
        let counted: u32 = distinct.iter().map(|one| one.3).sum();
        prop_assert_eq!(usize::try_from(counted).expect("small"), keys.len());
    }

    #[test]
    fn decisions_are_total(world in a_world(), host in pick(&["a.example.com", "x.org", "10.0.0.1"]), path in pick(&["/", "/a", "/a/b/c", "/ab"])) {
        let world = snapshot(&world);
        let report = evaluate(&world);
        let table = RoutingTable::build(&world, &report);
        let request = Request::parse(&format!("http://{host}{path}")).expect("legal");
        let decision = decide(&world, &report, &table, &request);
        prop_assert!(!decision.sentence.is_empty());
        prop_assert_eq!(&decision, &decide(&world, &report, &table, &request));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", fields in prop::collection::vec(("(metadata|spec|status|kind|apiVersion|name|listeners|rules|parentRefs|hostnames|from|to)", any_json()), 0..5), kind in pick(&["Gateway", "HTTPRoute", "GRPCRoute", "Namespace", "Service", "ReferenceGrant", "GatewayClass", "ListenerSet"])) {
        let mut world = Snapshot::default();
        world.apply(&RawObject { json: text.into(), origin: "".into() });
        let mut any = object(kind, "a/x", &json!({}));
        for (field, value) in fields {
            let whole = ["metadata", "spec", "status"].contains(&field.as_str());
            let target = if whole { Some(&mut any) } else { any.get_mut("spec") };
            if let Some(Value::Object(target)) = target {
                target.insert(field, value);
            }
        }
        world.apply(&raw(&any));
        let report = evaluate(&world);
        RoutingTable::build(&world, &report);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "(gw|a|HTTPRoute|\\*\\.b|[a-z/*.]{0,6})".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("(name|port|namespace|kind|group|matches|path|type|value|backendRefs|hostname|allowedRoutes|filters|labels)", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}
