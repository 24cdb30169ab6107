//! Random routes of all kinds: parentRefs, hostnames, rules with backends and mirrors.

use crate::listeners::hostname;
use crate::random::Random;
use crate::world::{NAMESPACES, Names, object};
use serde_json::{Value, json};

pub(crate) fn route(random: &mut Random, names: &Names, index: usize) -> Value {
    let kinds = [
        "HTTPRoute",
        "HTTPRoute",
        "HTTPRoute",
        "GRPCRoute",
        "TLSRoute",
        "TCPRoute",
        "UDPRoute",
    ];
    let kind = random.pick(&kinds);
    let namespace = names.namespace(random);
    let mut spec = json!({"parentRefs": parents(random, names, namespace)});
    let hostnames = hostnames(random, kind);
    if !hostnames.is_empty() || kind == "HTTPRoute" && random.chance(20) {
        spec["hostnames"] = json!(hostnames);
    }
    // Without rules an HTTPRoute has one rule by default.
    if kind != "HTTPRoute" || random.chance(92) {
        spec["rules"] = rules(random, names, kind);
    }
    let version = match kind {
        "HTTPRoute" => random.pick(&["v1", "v1", "v1beta1"]),
        "GRPCRoute" => "v1",
        _ => random.pick(&["v1", "v1alpha2"]),
    };
    let name = format!("r{index}");
    object(random, names, [kind, version, namespace, &name], &spec)
}

fn hostnames(random: &mut Random, kind: &str) -> Vec<&'static str> {
    let wanted = match kind {
        "TCPRoute" | "UDPRoute" => 0,
        "TLSRoute" => random.between(1, 2),
        _ => random.between(0, 2),
    };
    let mut hostnames = Vec::new();
    for _ in 0..wanted {
        let one = hostname(random);
        if !hostnames.contains(&one) {
            hostnames.push(one);
        }
    }
    hostnames
}

/// One to three parentRefs, as the experimental channel admits them.
fn parents(random: &mut Random, names: &Names, namespace: &str) -> Vec<Value> {
    let mut parents: Vec<Value> = Vec::new();
    for _ in 0..random.between(1, 3) {
        let parent = parent(random, names, namespace);
        if parents.iter().all(|other| distinguishable(other, &parent)) {
            parents.push(parent);
        }
    }
    parents
}

/// Whether admission takes both: refs to one object have the same fields set, and not the same values.
fn distinguishable(one: &Value, other: &Value) -> bool {
    let same = |field: &str, default: &str| {
        let read = |parent: &Value| parent[field].as_str().unwrap_or(default).to_owned();
        read(one) == read(other)
    };
    let one_object = same("group", "gateway.networking.k8s.io")
        && same("kind", "Gateway")
        && same("namespace", "")
        && same("name", "");
    let as_present = |field: &str| one.get(field).is_some() == other.get(field).is_some();
    let differ = one["sectionName"] != other["sectionName"] || one["port"] != other["port"];
    !one_object || as_present("sectionName") && as_present("port") && differ
}

fn parent(random: &mut Random, names: &Names, namespace: &str) -> Value {
    let (kind, parent_namespace, name) = random.pick(&names.parents);
    let mut parent = json!({"name": name});
    if kind != "Gateway" || random.chance(30) {
        parent["kind"] = json!(kind);
    }
    if random.chance(20) {
        parent["group"] = json!("gateway.networking.k8s.io");
    }
    if parent_namespace != namespace && random.chance(94) || random.chance(25) {
        parent["namespace"] = json!(parent_namespace);
    }
    if random.chance(10) {
        let (field, value) = random.pick(&[
            ("name", "absent"),
            ("kind", "Service"),
            ("kind", "Mesh"),
            ("kind", "gateway"),
            ("group", "example.com"),
            ("namespace", "elsewhere"),
        ]);
        parent[field] = json!(value);
    }
    if random.chance(4) {
        parent = service_parent(random, names);
    }
    if random.chance(30) {
        parent["sectionName"] =
            json!(random.pick(&["l1", "l1", "l1", "l2", "l2", "l3", "l4", "l9"]));
    }
    if random.chance(15) {
        parent["port"] = json!(random.pick(&[80, 80, 80, 81, 443, 8080]));
    }
    parent
}

/// A Service as parent, for a mesh; `web` is the name of a port of some.
fn service_parent(random: &mut Random, names: &Names) -> Value {
    let namespace = names.namespace(random);
    let name = random.pick(&["s", "t", "absent"]);
    let mut parent = json!({"group": "", "kind": "Service", "namespace": namespace, "name": name});
    if random.chance(30) {
        parent["sectionName"] = json!("web");
    }
    parent
}

fn rules(random: &mut Random, names: &Names, kind: &str) -> Value {
    let one_rule = ["TLSRoute", "TCPRoute", "UDPRoute"].contains(&kind);
    let mut rules = Vec::new();
    for _ in 0..if one_rule { 1 } else { random.between(1, 2) } {
        let fewest = usize::from(one_rule);
        let mut backends = Vec::new();
        for _ in 0..random.between(fewest, 2) {
            backends.push(backend(random, names));
        }
        let mut rule = json!({"backendRefs": backends});
        if !one_rule && random.chance(15) {
            let mirror = json!({"backendRef": backend(random, names)});
            rule["filters"] = json!([{"type": "RequestMirror", "requestMirror": mirror}]);
        }
        rules.push(rule);
    }
    json!(rules)
}

/// A backendRef, right in about two of three cases as far as its own words go.
fn backend(random: &mut Random, names: &Names) -> Value {
    let mut backend = json!({"name": random.pick(&["s", "s", "t"]), "port": 80});
    match random.below(24) {
        0 => backend["name"] = json!("absent"),
        1 => backend["port"] = json!(8080),
        2 => backend["port"] = json!(53),
        3 => backend["kind"] = json!("Foo"),
        4 => backend["group"] = json!("example.com"),
        5 => backend["kind"] = json!("Secret"),
        6 => backend["group"] = json!("gateway.networking.k8s.io"),
        7 => backend["kind"] = json!("Service"),
        8 => backend["weight"] = json!(0),
        _ => {}
    }
    if random.chance(2) {
        backend = json!({"name": "s"});
    }
    if random.chance(35) {
        backend["namespace"] = json!(random.pick(&names.namespaces));
    }
    if random.chance(3) {
        backend["namespace"] = json!(random.pick(&NAMESPACES));
    }
    backend
}
