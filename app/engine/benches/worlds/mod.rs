//! Seeded worlds of the profiles S, M, L, XL and W, as JSON texts.
//!
//! Every 100th object is broken; 5 of 100 routes name a whole Gateway, the others one listener; half of the Namespaces
//! have the label that listeners ask for; every tenth route has a backend that is not there.

use serde_json::{Value, json};

/// What a world consists of.
pub(crate) struct Profile {
    /// Its name.
    pub(crate) name: &'static str,
    /// HTTPRoutes.
    pub(crate) routes: usize,
    /// Namespaces.
    pub(crate) namespaces: usize,
    /// Gateways.
    pub(crate) gateways: usize,
    /// Listeners of each.
    pub(crate) listeners: usize,
    /// ListenerSets, all of the first Gateway.
    pub(crate) sets: usize,
}

/// All profiles but W.
pub(crate) const PROFILES: [Profile; 4] = [
    Profile {
        name: "S",
        routes: 200,
        namespaces: 20,
        gateways: 1,
        listeners: 3,
        sets: 0,
    },
    Profile {
        name: "M",
        routes: 5_000,
        namespaces: 50,
        gateways: 1,
        listeners: 4,
        sets: 0,
    },
    Profile {
        name: "L",
        routes: 10_000,
        namespaces: 1_000,
        gateways: 20,
        listeners: 64,
        sets: 0,
    },
    Profile {
        name: "XL",
        routes: 40_000,
        namespaces: 10_000,
        gateways: 20,
        listeners: 64,
        sets: 2_500,
    },
];

/// A small generator of numbers that look random (xorshift), always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (most.max(1) as u64)).unwrap_or(0)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "specs are made where they are passed"
)]
fn object(kind: &str, namespace: &str, name: &str, spec: Value) -> Value {
    let version = match kind {
        "Namespace" | "Service" => "v1",
        _ => "gateway.networking.k8s.io/v1",
    };
    // What an API server adds, so that sizes are those of a cluster.
    let fields: Value = (0..24)
        .map(|index| (format!("f:field-number-{index}"), json!({"f:value": {}})))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let managed = json!([
        {"manager": "kubectl-client-side-apply", "operation": "Update", "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": fields}},
        {"manager": "controller", "operation": "Update", "subresource": "status", "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:status": fields}},
    ]);
    let metadata = json!({
        "namespace": namespace, "name": name, "generation": 1, "resourceVersion": "12345", "uid": "00000000-0000-0000-0000-000000000000",
        "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": managed,
    });
    json!({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec})
}

/// The objects of a profile as JSON texts.
pub(crate) fn texts(profile: &Profile) -> Vec<String> {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let mut all = vec![object(
        "GatewayClass",
        "",
        "class",
        json!({"controllerName": "example.com/controller"}),
    )];
    for index in 0..profile.namespaces {
        let mut one = object("Namespace", "", &format!("ns-{index}"), Value::Null);
        let open = if index % 2 == 0 {
            json!({"shared-access": "true"})
        } else {
            json!({"team": format!("t{index}")})
        };
        if let Some(metadata) = one.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("labels".to_owned(), open);
        }
        all.push(one);
        all.push(object(
            "Service",
            &format!("ns-{index}"),
            "app",
            json!({"ports": [{"port": 80}]}),
        ));
    }
    let listener = |index: usize, host: &str| {
        json!({
            "name": format!("l{index}"), "port": 443, "protocol": "HTTPS", "hostname": format!("*.{host}{index}.example.com"),
            "tls": {"mode": "Terminate", "certificateRefs": [{"name": "cert"}]},
            "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"shared-access": "true"}}}},
        })
    };
    for index in 0..profile.gateways {
        let listeners: Vec<Value> = (0..profile.listeners)
            .map(|one| listener(one, "h"))
            .collect();
        let mut spec = json!({"gatewayClassName": "class", "listeners": listeners});
        if let Some(spec) = spec.as_object_mut() {
            spec.insert(
                "allowedListeners".to_owned(),
                json!({"namespaces": {"from": "All"}}),
            );
        }
        all.push(object("Gateway", "infra", &format!("gw-{index}"), spec));
    }
    for index in 0..profile.sets {
        let parent = json!({"name": "gw-0", "namespace": "infra"});
        let spec = json!({"parentRef": parent, "listeners": [listener(index, "s")]});
        all.push(object(
            "ListenerSet",
            &format!("ns-{}", index % profile.namespaces),
            &format!("set-{index}"),
            spec,
        ));
    }
    for index in 0..profile.routes {
        let namespace = format!("ns-{}", dice.below(profile.namespaces));
        let gateway = format!("gw-{}", dice.below(profile.gateways));
        let section = dice.below(profile.listeners);
        let mut parent = json!({"name": gateway, "namespace": "infra"});
        if index % 20 != 0
            && let Some(parent) = parent.as_object_mut()
        {
            parent.insert("sectionName".to_owned(), json!(format!("l{section}")));
        }
        let backend = if index % 10 == 0 { "gone" } else { "app" };
        let rules: Vec<Value> = (0..2)
            .map(|rule| json!({"matches": [{"path": {"type": "PathPrefix", "value": format!("/app-{index}/{rule}")}}], "backendRefs": [{"name": backend, "port": 80}]}))
            .collect();
        let hosts = json!([format!("app-{index}.h{section}.example.com")]);
        let mut one = object(
            "HTTPRoute",
            &namespace,
            &format!("route-{index}"),
            json!({"parentRefs": [parent], "hostnames": hosts, "rules": rules}),
        );
        let condition = |type_: &str| json!({"type": type_, "status": "True", "reason": type_, "message": "", "observedGeneration": 1, "lastTransitionTime": "2026-01-01T00:00:00Z"});
        if let Some(one) = one.as_object_mut() {
            one.insert("status".to_owned(), json!({"parents": [{"parentRef": parent, "controllerName": "example.com/controller", "conditions": [condition("Accepted"), condition("ResolvedRefs")]}]}));
        }
        all.push(one);
    }
    finish(all)
}

/// One route as large as it may be, at Gateways of 64 listeners.
pub(crate) fn worst() -> Vec<String> {
    let listener = |index: usize| json!({"name": format!("l{index}"), "port": 80, "protocol": "HTTP", "hostname": format!("*.h{index}.example.com"), "allowedRoutes": {"namespaces": {"from": "All"}}});
    let listeners: Vec<Value> = (0..64).map(listener).collect();
    let mut all = vec![object(
        "GatewayClass",
        "",
        "class",
        json!({"controllerName": "example.com/controller"}),
    )];
    let mut parents = Vec::new();
    for index in 0..32 {
        let name = format!("gw-{index}");
        parents.push(json!({"name": name, "namespace": "infra"}));
        all.push(object(
            "Gateway",
            "infra",
            &name,
            json!({"gatewayClassName": "class", "listeners": listeners}),
        ));
    }
    let header =
        |index: usize| json!({"name": format!("x-header-{index}"), "value": "v".repeat(600)});
    let one_match = |index: usize| json!({"path": {"type": "PathPrefix", "value": format!("/p{index}")}, "headers": (0..16).map(header).collect::<Vec<_>>()});
    let rule = |index: usize| json!({"matches": (0..8).map(|one| one_match(index * 8 + one)).collect::<Vec<_>>(), "backendRefs": [{"name": "app", "port": 80}]});
    let hosts: Vec<String> = (0..16)
        .map(|index| format!("a.h{index}.example.com"))
        .collect();
    all.push(object("HTTPRoute", "ns-0", "worst", json!({"parentRefs": parents, "hostnames": hosts, "rules": (0..16).map(rule).collect::<Vec<_>>()})));
    all.push(object(
        "Service",
        "ns-0",
        "app",
        json!({"ports": [{"port": 80}]}),
    ));
    all.iter().map(Value::to_string).collect()
}

/// One host with 2,000 prefixes, in one namespace that holds them all.
pub(crate) fn crowded() -> Vec<String> {
    let listener = json!({"name": "l", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "cert"}]}, "allowedRoutes": {"namespaces": {"from": "All"}}});
    let mut all = vec![
        object(
            "GatewayClass",
            "",
            "class",
            json!({"controllerName": "example.com/controller"}),
        ),
        object(
            "Gateway",
            "infra",
            "gw-0",
            json!({"gatewayClassName": "class", "listeners": [listener]}),
        ),
        object("Service", "ns-0", "app", json!({"ports": [{"port": 80}]})),
    ];
    for index in 0..2_000 {
        let rule = json!({"matches": [{"path": {"type": "PathPrefix", "value": format!("/team-{}/app-{index}", index % 40)}}], "backendRefs": [{"name": "app", "port": 80}]});
        let spec = json!({"parentRefs": [{"name": "gw-0", "namespace": "infra"}], "hostnames": ["www.example.com"], "rules": [rule]});
        all.push(object("HTTPRoute", "ns-0", &format!("route-{index}"), spec));
    }
    all.iter().map(Value::to_string).collect()
}

/// Worlds that somebody made to hurt: endless statuses, sets, expressions, routes on every listener.
pub(crate) fn hostile() -> Vec<(&'static str, Vec<String>)> {
    let class = || {
        object(
            "GatewayClass",
            "",
            "class",
            json!({"controllerName": "example.com/controller"}),
        )
    };
    let open = |name: &str, port: usize| json!({"name": name, "port": port, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}});
    let gateway = |listeners: Vec<Value>| {
        let allowed = json!({"namespaces": {"from": "All"}});
        let spec = json!({"gatewayClassName": "class", "listeners": listeners, "allowedListeners": allowed});
        object("Gateway", "infra", "gw-0", spec)
    };
    let parent = json!({"name": "gw-0", "namespace": "infra"});
    let rule = |value: String, kind: &str| json!({"matches": [{"path": {"type": kind, "value": value}}], "backendRefs": [{"name": "app", "port": 80}]});
    let route = |name: String, rules: Vec<Value>| {
        object(
            "HTTPRoute",
            "ns-0",
            &name,
            json!({"parentRefs": [parent], "rules": rules}),
        )
    };
    let text = |all: Vec<Value>| all.iter().map(Value::to_string).collect::<Vec<String>>();
    let mut told = route("told".to_owned(), vec![rule("/".to_owned(), "PathPrefix")]);
    let parents: Vec<Value> = (0..5_000)
        .map(|index| json!({"parentRef": {"name": format!("gone-{index}")}, "controllerName": "example.com/controller", "conditions": [{"type": "Accepted", "status": "True", "reason": "Accepted"}]}))
        .collect();
    if let Some(told) = told.as_object_mut() {
        told.insert("status".to_owned(), json!({"parents": parents}));
    }
    let statuses = vec![class(), gateway(vec![open("l", 80)]), told];
    let mut sets = vec![class(), gateway(vec![open("l", 80)])];
    sets.extend((0..2_500).map(|index| {
        let spec = json!({"parentRef": parent, "listeners": [open("s", 1000 + index)]});
        object("ListenerSet", "ns-0", &format!("set-{index}"), spec)
    }));
    sets.push(route(
        "r".to_owned(),
        vec![rule("/".to_owned(), "PathPrefix")],
    ));
    let mut wide = vec![
        class(),
        gateway(
            (0..64)
                .map(|index| open(&format!("l{index}"), 1000 + index))
                .collect(),
        ),
    ];
    wide.extend((0..10_000).map(|index| {
        route(
            format!("r-{index}"),
            vec![rule(format!("/{index}"), "PathPrefix")],
        )
    }));
    let mut expressions = vec![class(), gateway(vec![open("l", 80)])];
    expressions.extend((0..1_000).map(|index| {
        let rules = (0..16).map(|rule_index| {
            rule(
                format!(
                    "/(a{{1,{}}}|b){{100}}{}",
                    100 + (index + rule_index) % 200,
                    "x?".repeat(50)
                ),
                "RegularExpression",
            )
        });
        route(format!("r-{index}"), rules.collect())
    }));
    vec![
        ("statuses", text(statuses)),
        ("sets", text(sets)),
        ("wide", text(wide)),
        ("regexes", text(expressions)),
    ]
}

/// Texts, every 100th cut in the middle of its spec.
fn finish(all: Vec<Value>) -> Vec<String> {
    let cut = |(index, object): (usize, Value)| {
        let text = object.to_string();
        if index % 100 == 99 {
            text.replacen("\"spec\":{", "\"spec\":[{", 1)
        } else {
            text
        }
    };
    all.into_iter().enumerate().map(cut).collect()
}
