//! Random worlds: one Gateway, its Namespaces, Services and grants; `routes` makes the routes.

use super::dice::Dice;
use super::routes;
use serde_json::{Value, json};

/// Namespaces; `a` holds the Gateway. `a-b` sorts before `a` once names are joined with `/`.
pub(crate) const NAMESPACES: [&str; 3] = ["a", "b", "a-b"];

const LISTENER_HOSTS: [&str; 6] = [
    "*.example.com",
    "a.example.com",
    "*.a.example.com",
    "*.com",
    "b.org",
    "example.com",
];

/// All objects of a world.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) objects: Vec<Value>,
}

impl World {
    /// The world that belongs to the dice's seed.
    pub(crate) fn random(dice: &mut Dice) -> Self {
        let mut objects = surroundings();
        let listeners = listeners(dice);
        let names: Vec<String> = (0..listeners.len()).map(|one| format!("l{one}")).collect();
        objects.push(crate::support::gateway("a/gw", &json!(listeners)));
        for _ in 0..dice.below(4) {
            let name = objects.len();
            objects.push(grant(dice, name));
        }
        objects.extend(routes::random(dice, &names));
        Self { objects }
    }

    pub(crate) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.objects.iter().filter(move |one| one["kind"] == kind)
    }

    pub(crate) fn listeners(&self) -> &[Value] {
        let gateway = self.of_kind("Gateway").next().expect("a Gateway");
        list(&gateway["spec"]["listeners"])
    }

    /// HTTPRoutes and GRPCRoutes.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &Value> {
        self.of_kind("HTTPRoute").chain(self.of_kind("GRPCRoute"))
    }
}

/// The elements of a list, none if it is absent.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The text of a value, empty if it is absent.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What every world has, so that nothing is unknown.
fn surroundings() -> Vec<Value> {
    let mut objects = vec![crate::support::class(), secret()];
    for name in NAMESPACES {
        let labels = match name {
            "a" => json!({"team": "red"}),
            "b" => json!({"team": "blue", "env": "prod"}),
            _ => json!({}),
        };
        objects.push(crate::support::namespace(name, &labels));
        let ports = [("s1", json!([80, 8080])), ("s2", json!([80]))];
        for (service, numbers) in ports {
            let ports: Vec<Value> = list(&numbers)
                .iter()
                .map(|port| json!({"name": format!("p{port}"), "port": port}))
                .collect();
            let name = format!("{name}/{service}");
            objects.push(crate::support::object(
                "Service",
                &name,
                &json!({"ports": ports}),
            ));
        }
    }
    objects
}

fn secret() -> Value {
    let pem = |what: &str| format!("-----BEGIN {what}-----\nMAMCAQE=\n-----END {what}-----\n");
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": {"namespace": "a", "name": "certificate"},
        "stringData": {"tls.crt": pem("CERTIFICATE"), "tls.key": pem("PRIVATE KEY")},
    })
}

/// One to four listeners, no two with one port and hostname.
fn listeners(dice: &mut Dice) -> Vec<Value> {
    let mut listeners: Vec<Value> = Vec::new();
    for _ in 0..dice.between(1, 4) {
        let port = *dice.pick(&[80u16, 80, 80, 81, 8080, 443, 443]);
        let protocol = if port == 443 { "HTTPS" } else { "HTTP" };
        let name = format!("l{}", listeners.len());
        let mut one = json!({"name": name, "port": port, "protocol": protocol});
        if dice.percent(60) {
            one["hostname"] = json!(dice.pick(&LISTENER_HOSTS));
        }
        if port == 443 {
            one["tls"] = json!({"certificateRefs": [{"name": "certificate"}]});
        }
        if let Some(allowed) = allowed_routes(dice) {
            one["allowedRoutes"] = allowed;
        }
        let alike = |other: &Value| {
            (&other["port"], other.get("hostname")) == (&one["port"], one.get("hostname"))
        };
        if !listeners.iter().any(alike) {
            listeners.push(one);
        }
    }
    listeners
}

fn allowed_routes(dice: &mut Dice) -> Option<Value> {
    if dice.percent(12) {
        return None;
    }
    let mut allowed = json!({});
    if dice.percent(90) {
        allowed["namespaces"] = namespaces(dice);
    }
    if dice.percent(20) {
        allowed["kinds"] = dice
            .pick(&[
                json!([]),
                json!([{"kind": "HTTPRoute"}]),
                json!([{"kind": "GRPCRoute"}]),
                json!([{"kind": "HTTPRoute"}, {"kind": "GRPCRoute"}]),
                json!([{"kind": "TLSRoute"}, {"kind": "HTTPRoute"}]),
                json!([{"group": "", "kind": "HTTPRoute"}]),
            ])
            .clone();
    }
    Some(allowed)
}

fn namespaces(dice: &mut Dice) -> Value {
    if dice.percent(70) {
        return json!({"from": "All"});
    }
    let selector = |selector: Value| json!({"from": "Selector", "selector": selector});
    let expression = |key: &str, operator: &str, values: &[&str]| {
        let mut one = json!({"key": key, "operator": operator});
        if !values.is_empty() {
            one["values"] = json!(values);
        }
        selector(json!({"matchExpressions": [one]}))
    };
    dice.pick(&[
        json!({}),
        json!({"from": "Same"}),
        json!({"from": "Selector"}),
        selector(json!({})),
        selector(json!({"matchLabels": {"team": "blue"}})),
        selector(json!({"matchLabels": {"kubernetes.io/metadata.name": "a-b"}})),
        expression("env", "NotIn", &["prod"]),
        expression("team", "In", &["red", "blue"]),
        expression("team", "Exists", &[]),
        expression("team", "DoesNotExist", &[]),
    ])
    .clone()
}

/// A grant that helps some references, or just not.
fn grant(dice: &mut Dice, number: usize) -> Value {
    let namespace = dice.pick(&NAMESPACES);
    let from = json!({
        "group": dice.pick(&["gateway.networking.k8s.io", "gateway.networking.k8s.io", "gateway.networking.k8s.io", ""]),
        "kind": dice.pick(&["HTTPRoute", "HTTPRoute", "GRPCRoute", "Gateway"]),
        "namespace": dice.pick(&NAMESPACES),
    });
    let mut to = json!({
        "group": dice.pick(&["", "", "", "core"]),
        "kind": dice.pick(&["Service", "Service", "Service", "Secret"]),
    });
    if dice.percent(40) {
        to["name"] = json!(dice.pick(&["s1", "s2", "gone"]));
    }
    crate::support::object(
        "ReferenceGrant",
        &format!("{namespace}/grant{number}"),
        &json!({"from": [from], "to": [to]}),
    )
}
