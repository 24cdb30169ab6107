//! What known implementations do beside the specification, as rows; the facts are observations of real controllers.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::evaluate;
use serde_json::{Value, json};
use support::{gateway, namespace, object, service, snapshot};

const CILIUM: &str = "io.cilium/gateway-controller";
const TRAEFIK: &str = "traefik.io/gateway-controller";
const ENVOY: &str = "gateway.envoyproxy.io/gatewayclass-controller";

/// Checks what is expected of `controller`: `accepted served`, or `-` where it does what is computed.
fn check(case: &str, controller: &str, listeners: &Value, route: &Value, expected: &str) {
    let class = object(
        "GatewayClass",
        "class",
        &json!({"controllerName": controller}),
    );
    let world = [
        class,
        namespace("a", &json!({"team": "a"})),
        namespace("b", &json!({"team": "b"})),
        gateway("a/gw", listeners),
        service("b/s"),
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "a", "name": "other"}}),
        route.clone(),
    ];
    let report = evaluate(&snapshot(&world));
    let first = report.attachments.first().expect("judged");
    let told = report.explain(first).expected.map_or_else(
        || "-".to_owned(),
        |one| {
            assert!(!one.sentence.is_empty(), "{case}");
            let accepted = one
                .accepted
                .map_or("none", |yes| if yes { "True" } else { "False" });
            let served = if one.served { " served" } else { "" };
            format!("{accepted}{served}")
        },
    );
    assert_eq!(told, expected, "{case} with {controller}");
}

fn http(name: &str, port: u16, namespaces: &Value, kinds: &[&str], hostname: &str) -> Value {
    let kinds: Vec<Value> = kinds.iter().map(|kind| json!({"kind": kind})).collect();
    let mut one = json!({"name": name, "port": port, "protocol": "HTTP", "allowedRoutes": {"namespaces": namespaces, "kinds": kinds}});
    if !hostname.is_empty() {
        one["hostname"] = hostname.into();
    }
    one
}

fn route(kind: &str, parent: Value, hostnames: &[&str]) -> Value {
    let mut parent = parent;
    parent["name"] = "gw".into();
    parent["namespace"] = "a".into();
    let rules = json!([{"backendRefs": [{"name": "s", "port": 80}]}]);
    let mut spec = json!({"parentRefs": [parent], "rules": rules});
    if !hostnames.is_empty() {
        spec["hostnames"] = json!(hostnames);
    }
    object(kind, "b/r", &spec)
}

#[test]
fn cilium_checks_each_thing_over_all_listeners() {
    let (all, same) = (json!({"from": "All"}), json!({"from": "Same"}));
    let apart = json!([
        http("x", 80, &all, &["GRPCRoute"], ""),
        http("y", 81, &same, &["HTTPRoute"], "")
    ]);
    let any = route("HTTPRoute", json!({}), &[]);
    check(
        "kind-and-namespace-apart",
        CILIUM,
        &apart,
        &any,
        "True served",
    );
    check("kind-and-namespace-apart", ENVOY, &apart, &any, "-");
    check("kind-and-namespace-apart", TRAEFIK, &apart, &any, "-");
    check(
        "kind-and-namespace-apart",
        "example.com/other",
        &apart,
        &any,
        "-",
    );
    let two = json!([http("x", 80, &all, &[], ""), http("y", 81, &all, &[], "")]);
    let section = route("HTTPRoute", json!({"sectionName": "x", "port": 81}), &[]);
    check("section-and-port-apart", CILIUM, &two, &section, "True");
    let hosts = json!([
        http("x", 80, &all, &[], "x.com"),
        http("y", 81, &all, &[], "y.com")
    ]);
    let picked = route("HTTPRoute", json!({"sectionName": "x"}), &["y.com"]);
    check("section-hostname", CILIUM, &hosts, &picked, "True");
    let port = route("HTTPRoute", json!({"port": 80}), &["y.com"]);
    check("port-hostname", CILIUM, &hosts, &port, "True");
    let refused = json!([http("x", 80, &same, &[], "")]);
    check(
        "a plain refusal is one everywhere",
        CILIUM,
        &refused,
        &any,
        "-",
    );
    let neither = route("HTTPRoute", json!({}), &["z.com"]);
    check(
        "no listener has the hostname",
        CILIUM,
        &hosts,
        &neither,
        "-",
    );
}

#[test]
fn traefik_asks_for_healthy_listeners() {
    let https = |secret: &str| {
        json!([{"name": "x", "port": 443, "protocol": "HTTPS", "allowedRoutes": {"namespaces": {"from": "All"}},
            "tls": {"certificateRefs": [{"name": secret}]}}])
    };
    let any = route("HTTPRoute", json!({}), &[]);
    check("secret-missing", TRAEFIK, &https("gone"), &any, "False");
    check("secret-missing", CILIUM, &https("gone"), &any, "-");
    let plain = json!([http("x", 80, &json!({"from": "All"}), &[], "")]);
    check("a healthy listener", TRAEFIK, &plain, &any, "-");
}

#[test]
fn envoy_gateway_takes_tcp_within_tls() {
    let tls = |mode: &str| {
        json!([{"name": "x", "port": 443, "protocol": "TLS", "allowedRoutes": {"namespaces": {"from": "All"}},
            "tls": {"mode": mode, "certificateRefs": [{"name": "gone"}]}}])
    };
    let tcp = route("TCPRoute", json!({}), &[]);
    check("tcp-on-tls", ENVOY, &tls("Terminate"), &tcp, "True served");
    check(
        "tcp-on-tls, passed through",
        ENVOY,
        &tls("Passthrough"),
        &tcp,
        "-",
    );
    check("tcp-on-tls", CILIUM, &tls("Terminate"), &tcp, "-");
}

#[test]
fn a_difference_that_is_known_is_told_with_the_status() {
    let class = object("GatewayClass", "class", &json!({"controllerName": CILIUM}));
    let (all, same) = (json!({"from": "All"}), json!({"from": "Same"}));
    let listeners = json!([
        http("x", 80, &all, &["GRPCRoute"], ""),
        http("y", 81, &same, &["HTTPRoute"], "")
    ]);
    let mut one = route("HTTPRoute", json!({}), &[]);
    let parent = json!({"name": "gw", "namespace": "a"});
    one["status"] = json!({"parents": [{"parentRef": parent, "controllerName": CILIUM,
        "conditions": [{"type": "Accepted", "status": "True", "reason": "Accepted"}]}]});
    let world = [class, gateway("a/gw", &listeners), service("b/s"), one];
    let report = evaluate(&snapshot(&world));
    let words = report.explain(&report.attachments[0]).agreement_sentence;
    assert!(
        words
            .as_str()
            .contains("That is known of it: Cilium passes each check"),
        "{words}"
    );
}
