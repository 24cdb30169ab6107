//! Worlds that follow from a seed: Namespaces, a class, Gateways, ListenerSets, Services and grants.
//!
//! Everything that decides is in the world, except Secrets. Admission would take nearly all of it; what it refuses
//! and files may still hold: a Gateway without listeners, an empty hostname, a Service named without port.

use crate::listeners::{listeners, selector};
use crate::random::Random;
use crate::routes::route;
use serde_json::{Value, json};

pub(crate) const NAMESPACES: [&str; 3] = ["a", "b", "c"];

/// What routes and grants need to know of the rest.
pub(crate) struct Names {
    pub(crate) namespaces: Vec<&'static str>,
    /// Kind, namespace and name of Gateways and ListenerSets.
    pub(crate) parents: Vec<(&'static str, &'static str, &'static str)>,
    dated: bool,
}

impl Names {
    pub(crate) fn namespace(&self, random: &mut Random) -> &'static str {
        random.pick(&self.namespaces)
    }

    /// `metadata`; either all objects of a world are dated or none, with ties.
    pub(crate) fn metadata(&self, random: &mut Random, namespace: &str, name: &str) -> Value {
        let mut metadata = json!({"namespace": namespace, "name": name});
        if self.dated {
            let day = random.between(1, 3);
            metadata["creationTimestamp"] = json!(format!("2026-01-0{day}T00:00:00Z"));
        }
        metadata
    }

    fn gateways(&self) -> Vec<(&'static str, &'static str)> {
        let gateways = self.parents.iter().filter(|parent| parent.0 == "Gateway");
        gateways.map(|parent| (parent.1, parent.2)).collect()
    }

    fn add(&mut self, random: &mut Random, kind: &'static str, names: &[&'static str]) {
        let parent = (kind, self.namespace(random), random.pick(names));
        if !self.parents.contains(&parent) {
            self.parents.push(parent);
        }
    }
}

/// The world of a seed.
pub(crate) fn world(seed: u64) -> Vec<Value> {
    let random = &mut Random::new(seed);
    let names = names(random);
    let mut objects = vec![json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "class"},
        "spec": {"controllerName": "example.com/controller"},
    })];
    for namespace in &names.namespaces {
        objects.push(namespace_object(random, namespace));
        objects.extend(services(random, namespace));
    }
    for (kind, namespace, name) in &names.parents {
        objects.push(match *kind {
            "Gateway" => gateway(random, &names, namespace, name),
            _ => listener_set(random, &names, namespace, name),
        });
    }
    for index in 0..random.between(0, 4) {
        objects.push(grant(random, &names, index));
    }
    for index in 0..random.between(1, 5) {
        objects.push(route(random, &names, index));
    }
    random.shuffle(&mut objects);
    objects
}

fn names(random: &mut Random) -> Names {
    let mut namespaces = NAMESPACES.to_vec();
    random.shuffle(&mut namespaces);
    namespaces.truncate(random.between(1, 3));
    let mut names = Names {
        namespaces,
        parents: Vec::new(),
        dated: random.chance(85),
    };
    for _ in 0..random.between(1, 2) {
        names.add(random, "Gateway", &["gw", "gx"]);
    }
    for _ in 0..random.between(0, 2) {
        // One name for both kinds, so that nobody finds a parent by its name alone.
        names.add(random, "ListenerSet", &["gw", "set"]);
    }
    names
}

fn namespace_object(random: &mut Random, name: &str) -> Value {
    let mut labels = json!({});
    if random.chance(70) {
        labels["env"] = json!(random.pick(&["x", "y", "X", ""]));
    }
    if random.chance(40) {
        labels["example.com/team"] = json!("red");
    }
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

fn services(random: &mut Random, namespace: &str) -> Vec<Value> {
    let ports = [
        json!([{"port": 80, "targetPort": 8080}]),
        json!([{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "web", "port": 80}]),
    ];
    let mut services = Vec::new();
    for name in ["s", "t"] {
        if random.chance(70) {
            services.push(json!({
                "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": namespace, "name": name},
                "spec": {"ports": random.pick(&ports)},
            }));
        }
    }
    services
}

fn gateway(random: &mut Random, names: &Names, namespace: &str, name: &str) -> Value {
    let class = if random.chance(94) { "class" } else { "absent" };
    let mut spec = json!({"gatewayClassName": class, "listeners": listeners(random, names)});
    let allowed = [
        json!({}),
        json!({"namespaces": {}}),
        json!({"namespaces": {"from": "None"}}),
        json!({"namespaces": {"from": "Same"}}),
        json!({"namespaces": {"from": "Selector"}}),
        json!({"namespaces": {"from": "Selector", "selector": selector(random)}}),
    ];
    if random.chance(95) {
        let any = json!({"namespaces": {"from": "All"}});
        spec["allowedListeners"] = if random.chance(65) {
            any
        } else {
            random.pick(&allowed)
        };
    }
    let version = random.pick(&["v1", "v1", "v1beta1"]);
    object(random, names, ["Gateway", version, namespace, name], &spec)
}

fn listener_set(random: &mut Random, names: &Names, namespace: &str, name: &str) -> Value {
    let (gateway_namespace, gateway) = random.pick(&names.gateways());
    let mut parent = json!({"name": gateway});
    if gateway_namespace != namespace && random.chance(95) || random.chance(30) {
        parent["namespace"] = json!(gateway_namespace);
    }
    if random.chance(5) {
        parent["kind"] = json!(random.pick(&["Gateway", "Mesh"]));
    }
    let spec = json!({"parentRef": parent, "listeners": listeners(random, names)});
    object(random, names, ["ListenerSet", "v1", namespace, name], &spec)
}

/// An object of the Gateway API: kind, version, namespace, name.
pub(crate) fn object(random: &mut Random, names: &Names, id: [&str; 4], spec: &Value) -> Value {
    let [kind, version, namespace, name] = id;
    let metadata = names.metadata(random, namespace, name);
    let version = format!("gateway.networking.k8s.io/{version}");
    json!({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec})
}

/// A grant that is often right and often wrong in one word.
fn grant(random: &mut Random, names: &Names, index: usize) -> Value {
    const GROUP: &str = "gateway.networking.k8s.io";
    let right = |random: &mut Random, right: &'static str, wrong: &[&'static str]| {
        if random.chance(90) {
            right
        } else {
            random.pick(wrong)
        }
    };
    let froms = [
        "HTTPRoute",
        "GRPCRoute",
        "TLSRoute",
        "TCPRoute",
        "UDPRoute",
        "Gateway",
        "ListenerSet",
    ];
    let mut from = Vec::new();
    for _ in 0..random.between(1, 4) {
        from.push(json!({
            "group": right(random, GROUP, &["", "gateway.networking.k8s.IO"]),
            "kind": random.pick(&froms),
            "namespace": names.namespace(random),
        }));
    }
    let mut to = Vec::new();
    for _ in 0..random.between(1, 2) {
        let kind = random.pick(&["Service", "Service", "Secret", "service"]);
        let mut one = json!({"group": right(random, "", &["core", "v1"]), "kind": kind});
        if random.chance(40) {
            one["name"] = json!(random.pick(&["s", "t", "cert"]));
        }
        to.push(one);
    }
    let namespace = names.namespace(random);
    let name = format!("grant-{index}");
    let version = random.pick(&["v1", "v1beta1"]);
    object(
        random,
        names,
        ["ReferenceGrant", version, namespace, &name],
        &json!({"from": from, "to": to}),
    )
}
