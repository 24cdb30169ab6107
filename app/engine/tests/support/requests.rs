//! Requests against a Gateway `a/gw`, in few words.

use super::{class, gateway, object, service, snapshot, word};
use engine::routing::{Decision, Outcome};
use engine::{Request, RoutingTable, decide, evaluate};
use serde_json::{Value, json};

/// A route `a/NAME` to Gateway `a/gw` with Service `NAME` behind each rule.
pub(crate) fn route(name: &str, hostnames: &Value, rules: &Value) -> Value {
    let mut rules = rules.clone();
    for rule in rules.as_array_mut().expect("rules are a list") {
        if rule.get("filters").is_none() && rule.get("backendRefs").is_none() {
            rule["backendRefs"] = json!([{"name": name, "port": 80}]);
        }
    }
    let spec = json!({"parentRefs": [{"name": "gw"}], "hostnames": hostnames, "rules": rules});
    object("HTTPRoute", &format!("a/{name}"), &spec)
}

pub(crate) fn prefix(path: &str) -> Value {
    json!({"path": {"type": "PathPrefix", "value": path}})
}

pub(crate) fn exact(path: &str) -> Value {
    json!({"path": {"type": "Exact", "value": path}})
}

pub(crate) fn rule(matches: &[Value]) -> Value {
    json!({"matches": matches})
}

pub(crate) fn answer(listeners: &Value, routes: &[Value], request: &Request) -> Decision {
    let mut objects = vec![class(), gateway("a/gw", listeners)];
    for one in routes {
        objects.push(service(
            one["metadata"]["name"]
                .as_str()
                .map(|name| format!("a/{name}"))
                .as_deref()
                .unwrap_or_default(),
        ));
        objects.push(one.clone());
    }
    let world = snapshot(&objects);
    let report = evaluate(&world);
    let table = RoutingTable::build(&world, &report);
    decide(&world, &report, &table, request)
}

/// `NAME rule` of who takes the request, else the outcome's word and status.
pub(crate) fn told(decision: &Decision) -> String {
    match (&decision.route, decision.outcome) {
        (Some(route), Outcome::Backend) => format!("{} {}", route.name, route.rule),
        (_, outcome) => {
            let status = decision
                .status
                .map_or_else(|| "-".to_owned(), |status| status.to_string());
            format!("{} {status}", word(&outcome))
        }
    }
}

pub(crate) fn http() -> Value {
    json!([{"name": "l", "port": 80, "protocol": "HTTP"}])
}

pub(crate) fn check(case: &str, routes: &[Value], url: &str, expected: &str) {
    let request = Request::parse(url).expect("the test's URL is legal");
    assert_eq!(told(&answer(&http(), routes, &request)), expected, "{case}");
}

/// Checks requests with a method and headers.
pub(crate) fn check_with(
    case: &str,
    routes: &[Value],
    method: &str,
    headers: &[(&str, &str)],
    expected: &str,
) {
    let mut request = Request::parse("http://a.example.com/foo").expect("legal");
    request.method = method.to_owned();
    request.headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(told(&answer(&http(), routes, &request)), expected, "{case}");
}
