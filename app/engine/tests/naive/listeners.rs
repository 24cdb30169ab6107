//! Random listeners, as Gateways and ListenerSets hold them.

use crate::random::Random;
use crate::world::Names;
use serde_json::{Value, json};

const HOSTS: [&str; 9] = [
    "a.example.com",
    "b.example.com",
    "x.a.example.com",
    "example.com",
    "*.example.com",
    "*.a.example.com",
    "*.com",
    "*.badexample.com",
    "b.org",
];

pub(crate) fn hostname(random: &mut Random) -> &'static str {
    random.pick(&HOSTS)
}

/// No listeners up to four, of different names and, as admission wants it, of different keys.
pub(crate) fn listeners(random: &mut Random, names: &Names) -> Value {
    let wanted = if random.chance(4) {
        0
    } else {
        random.between(1, 4)
    };
    let mut listeners: Vec<Value> = Vec::new();
    for index in 1..=wanted {
        let listener = listener(random, names, &format!("l{index}"));
        if !listeners.iter().any(|other| same_key(other, &listener)) {
            listeners.push(listener);
        }
    }
    json!(listeners)
}

fn same_key(one: &Value, other: &Value) -> bool {
    let hostname = |listener: &Value| listener["hostname"].as_str().unwrap_or("").to_owned();
    one["port"] == other["port"]
        && one["protocol"] == other["protocol"]
        && hostname(one) == hostname(other)
}

fn listener(random: &mut Random, names: &Names, name: &str) -> Value {
    let protocols = [
        "HTTP",
        "HTTP",
        "HTTP",
        "HTTP",
        "HTTP",
        "HTTP",
        "HTTPS",
        "HTTPS",
        "TLS",
        "TLS",
        "TCP",
        "UDP",
        "example.com/foo",
    ];
    let protocol = random.pick(&protocols);
    let port = random.pick(&[80, 80, 81, 443]);
    let mut listener = json!({"name": name, "port": port, "protocol": protocol});
    if !["TCP", "UDP"].contains(&protocol) && random.chance(65) {
        listener["hostname"] = json!(hostname(random));
    } else if random.chance(5) {
        listener["hostname"] = json!("");
    }
    if let Some(tls) = tls(random, names, protocol) {
        listener["tls"] = tls;
    }
    if random.chance(85) {
        listener["allowedRoutes"] = allowed_routes(random, protocol);
    }
    listener
}

/// `tls` where admission wants it; HTTPS is admitted without.
fn tls(random: &mut Random, names: &Names, protocol: &str) -> Option<Value> {
    let passthrough = protocol == "TLS" && random.chance(50);
    let wanted = protocol == "TLS" || protocol == "HTTPS" && random.chance(92);
    if !wanted {
        return None;
    }
    let mut tls = json!({});
    if passthrough || random.chance(50) {
        tls["mode"] = json!(if passthrough {
            "Passthrough"
        } else {
            "Terminate"
        });
    }
    if random.chance(60) {
        tls["options"] = json!({"example.com/certificates": "default"});
    }
    let needs_one = !passthrough && tls.get("options").is_none();
    if needs_one || random.chance(20) {
        tls["certificateRefs"] = json!([certificate(random, names)]);
    }
    Some(tls)
}

fn certificate(random: &mut Random, names: &Names) -> Value {
    match random.below(5) {
        0 => json!({"name": "cert"}),
        1 => json!({"kind": "ConfigMap", "name": "cert"}),
        2 => json!({"group": "example.com", "kind": "Secret", "name": "cert"}),
        _ => json!({"name": "cert", "namespace": names.namespace(random)}),
    }
}

fn allowed_routes(random: &mut Random, protocol: &str) -> Value {
    let namespaces = [
        json!({}),
        json!({"from": "Same"}),
        json!({"from": "All"}),
        json!({"from": "All"}),
        json!({"from": "All"}),
        json!({"from": "All", "selector": {"matchLabels": {"env": "nobody"}}}),
        json!({"from": "Selector"}),
        json!({"from": "Selector", "selector": selector(random)}),
        json!({"from": "Selector", "selector": selector(random)}),
    ];
    let mut allowed = json!({});
    if random.chance(85) {
        allowed["namespaces"] = random.pick(&namespaces);
    }
    if random.chance(35) {
        let mut kinds = Vec::new();
        for _ in 0..random.between(0, 2) {
            kinds.push(allowed_kind(random, protocol));
        }
        allowed["kinds"] = json!(kinds);
    }
    allowed
}

fn allowed_kind(random: &mut Random, protocol: &str) -> Value {
    let fitting = match protocol {
        "TLS" => "TLSRoute",
        "TCP" => "TCPRoute",
        "UDP" => "UDPRoute",
        _ => "HTTPRoute",
    };
    match random.below(10) {
        0..=3 => json!({"kind": fitting}),
        4 => json!({"group": "gateway.networking.k8s.io", "kind": fitting}),
        5 => json!({"kind": "GRPCRoute"}),
        6 => json!({"kind": "TCPRoute"}),
        7 => json!({"group": "", "kind": fitting}),
        8 => json!({"group": "example.com", "kind": fitting}),
        _ => json!({"kind": "FooRoute"}),
    }
}

/// A selector over the labels of Namespaces, illegal in about one of five cases.
pub(crate) fn selector(random: &mut Random) -> Value {
    let mut selector = json!({});
    if random.chance(35) {
        selector["matchLabels"] = match random.below(6) {
            0 => json!({"kubernetes.io/metadata.name": random.pick(&["a", "b"])}),
            1 => json!({"env": ""}),
            2 => json!({"env": "x", "example.com/team": "red"}),
            3 => json!({"bad key!": "x"}),
            _ => json!({"env": random.pick(&["x", "y"])}),
        };
    }
    if random.chance(55) {
        let mut terms = Vec::new();
        for _ in 0..random.between(1, 2) {
            terms.push(expression(random));
        }
        selector["matchExpressions"] = json!(terms);
    }
    selector
}

fn expression(random: &mut Random) -> Value {
    let key = random.pick(&[
        "env",
        "env",
        "example.com/team",
        "kubernetes.io/metadata.name",
    ]);
    let values = random.pick(&[json!(["x"]), json!(["x", "red"]), json!(["a", "y", ""])]);
    match random.below(14) {
        0..=3 => json!({"key": key, "operator": "In", "values": values}),
        4..=6 => json!({"key": key, "operator": "NotIn", "values": values}),
        7..=8 => json!({"key": key, "operator": "Exists"}),
        9..=10 => json!({"key": key, "operator": "DoesNotExist", "values": []}),
        11 => {
            json!({"key": key, "operator": random.pick(&["in", "Equals", "Gt"]), "values": ["1"]})
        }
        12 => json!({"key": key, "operator": random.pick(&["In", "NotIn"]), "values": []}),
        _ => {
            json!({"key": key, "operator": random.pick(&["Exists", "DoesNotExist"]), "values": values})
        }
    }
}
