//! Upstream's request cases, run from their data: where each request goes, beside what upstream expects.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]
#![allow(clippy::print_stdout, reason = "the counts are what people read")]

mod support;

use engine::routing::{Decision, Outcome};
use engine::{Request, RoutingTable, decide, evaluate};
use serde_json::Value;
use std::collections::BTreeMap;
use support::conformance::{Manifests, cases, folder};

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// The request of a case; `None` where it is of a kind that this program does not take.
fn request(case: &Value, address: &str) -> Option<Request> {
    let asked = &case["request"];
    let scheme = match asked["protocol"].as_str()? {
        "HTTP" | "H2C_PRIOR_KNOWLEDGE" => "http",
        "HTTPS" => "https",
        "H2" => asked["scheme"].as_str().unwrap_or("https"),
        "grpc" => match asked["scheme"].as_str() {
            Some("https" | "grpcs") => "grpcs",
            _ => "grpc",
        },
        protocol @ ("tls" | "tcp" | "udp") => protocol,
        _ => return None,
    };
    let host = asked["host"].as_str().unwrap_or(address);
    let (host_only, named) = host.rsplit_once(':').unwrap_or((host, ""));
    // Within a mesh the port stands with the Service's name.
    let port = case["port"].as_u64().or(named.parse().ok()).unwrap_or(80);
    let mut request = Request::parse(&format!("{scheme}://{host_only}:{port}/")).ok()?;
    request.gateway = case["gateway"].as_str().map(str::to_owned);
    request.from = text(case, "/client/namespace").map(str::to_owned);
    request.sni = asked["sni"].as_str().map(str::to_owned);
    if let Some(method) = asked["method"].as_str().filter(|method| !method.is_empty()) {
        request.method = method.to_owned();
    }
    if let Some(path) = asked["path"].as_str().filter(|path| !path.is_empty()) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        request.path = path.to_owned();
        request.query = Some(query.to_owned()).filter(|query| !query.is_empty());
    }
    if let Some(query) = asked["query"].as_str() {
        request.query = Some(query.to_owned());
    }
    if let (Some(service), Some(method)) =
        (text(asked, "/grpc/service"), text(asked, "/grpc/method"))
    {
        request.path = format!("/{service}/{method}");
        request.method = "POST".to_owned();
    }
    for (name, value) in asked["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        request.headers.push((name.clone(), value.to_owned()));
    }
    Some(request)
}

/// The first thing in which a decision differs from what upstream expects.
fn difference(case: &Value, decision: &Decision) -> Option<String> {
    let expected = &case["expect"];
    let served = matches!(decision.outcome, Outcome::Backend | Outcome::Passthrough);
    match expected["outcome"].as_str()? {
        "connected" | "echo" | "answered" if !served => {
            return Some(format!("expected a connection: {}", decision.sentence));
        }
        "failure" | "tls_or_connection_failure" | "connection_rejected" => {
            let fails = matches!(
                decision.outcome,
                Outcome::RefusedConnection | Outcome::Error
            );
            return (!fails).then(|| format!("expected a failure: {}", decision.sentence));
        }
        _ => {}
    }
    status(expected, decision, served)
        .or_else(|| backend(expected, decision))
        .or_else(|| redirect(expected, decision))
        .or_else(|| seen_by_backend(expected, decision))
        .or_else(|| headers(case, decision))
        .or_else(|| weights(expected, decision))
}

fn status(expected: &Value, decision: &Decision, served: bool) -> Option<String> {
    // A backend that is reached answers 200.
    let got = decision.status.or(served.then_some(200));
    let has = |list: &Value| {
        list.as_array()
            .into_iter()
            .flatten()
            .any(|one| one.as_u64() == got.map(u64::from))
    };
    let shown = || format!("status {got:?}: {}", decision.sentence);
    if let Some(list) = expected["status"]
        .as_array()
        .filter(|list| !list.is_empty())
        && !has(&expected["status"])
    {
        return Some(format!("expected {list:?}, {}", shown()));
    }
    if has(&expected["status_not"]) {
        return Some(format!(
            "expected anything but {}, {}",
            expected["status_not"],
            shown()
        ));
    }
    let grpc = decision.grpc_status.as_deref().unwrap_or("OK");
    let is_one = |value: &Value| match value {
        Value::Array(list) => list.iter().any(|one| same_code(one, grpc)),
        one => same_code(one, grpc),
    };
    let wanted = &expected["grpc_status"];
    if !wanted.is_null() && !is_one(wanted) {
        return Some(format!(
            "expected {wanted}, gRPC status {grpc}: {}",
            decision.sentence
        ));
    }
    let unwanted = &expected["grpc_status_not"];
    (!unwanted.is_null() && is_one(unwanted))
        .then(|| format!("gRPC status {grpc}: {}", decision.sentence))
}

/// Codes of gRPC are written as `OK`, `Unimplemented`, `UNAVAILABLE`.
fn same_code(written: &Value, ours: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace('_', "");
    written
        .as_str()
        .is_some_and(|written| plain(written) == plain(ours))
}

fn backend(expected: &Value, decision: &Decision) -> Option<String> {
    let wanted = expected["backend_service"]
        .as_str()
        .or(expected["backend"].as_str())?;
    let namespace = expected["namespace"].as_str();
    // Pods are named after their Deployment; the data gives that prefix, which is also the Service's name.
    let names = |backend: &engine::routing::BackendShare| {
        let same = backend.name == wanted || backend.name.starts_with(wanted);
        same && namespace.is_none_or(|namespace| namespace == backend.namespace)
    };
    let mut good = decision
        .backends
        .iter()
        .filter(|one| one.resolved && one.share > 0.0);
    let found = good.any(names);
    (!found).then(|| format!("expected backend {wanted}: {}", decision.sentence))
}

fn redirect(expected: &Value, decision: &Decision) -> Option<String> {
    let wanted = expected["redirect"].as_object()?;
    let location = decision.location.as_deref().unwrap_or_default();
    let got = Request::parse(location).ok();
    let Some(got) = got else {
        return Some(format!(
            "expected a redirect to {wanted:?}: {}",
            decision.sentence
        ));
    };
    let field = |name: &str| {
        wanted
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let scheme = field("scheme").is_none_or(|scheme| scheme == got.scheme);
    let host = field("host").is_none_or(|host| host == got.host);
    let path = field("path").is_none_or(|path| path == got.path);
    let port = match wanted.get("port") {
        Some(Value::String(port)) if !port.is_empty() => port.parse().ok(),
        Some(Value::Number(port)) => port.as_u64(),
        _ => None,
    };
    // A port that is usual for the scheme may be left out.
    let port = port.is_none_or(|port| Some(port) == got.dialled().map(u64::from));
    (!(scheme && host && path && port)).then(|| format!("expected {wanted:?}, Location {location}"))
}

fn seen_by_backend(expected: &Value, decision: &Decision) -> Option<String> {
    if decision.outcome != Outcome::Backend || decision.backends.is_empty() {
        return None;
    }
    let rewritten = decision.rewritten.clone();
    let path = rewritten.as_ref().and_then(|one| one.path.clone());
    let mut path = path.unwrap_or_else(|| decision.request.path.clone());
    if let Some(query) = &decision.request.query {
        path = format!("{path}?{query}");
    }
    let host = rewritten
        .and_then(|one| one.host)
        .unwrap_or_else(|| decision.request.host.clone());
    let differs = |name: &str, got: &str| {
        let wanted = expected[name].as_str()?;
        let bare = got.split('?').next().unwrap_or_default();
        (wanted != got && wanted != bare).then(|| format!("{name}: expected {wanted}, got {got}"))
    };
    differs("backend_path", &path)
        .or_else(|| differs("rewritten_path", &path))
        .or_else(|| {
            let wanted = expected["backend_host"].as_str()?;
            let bare = wanted.rsplit_once(':').map_or(wanted, |(host, _)| host);
            (bare != host).then(|| format!("backend_host: expected {wanted}, got {host}"))
        })
        .or_else(|| differs("rewritten_host", &host))
}

/// Headers as they leave the gateway: what was sent, changed by the filters.
struct Changed<'a> {
    changes: &'a BTreeMap<String, String>,
    sent: &'a [(String, String)],
    appended: &'a [String],
}

impl Changed<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        let mut own = self
            .sent
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(&name));
        let own = own.next().map(|(_, value)| value.clone());
        match (self.changes.get(&name), own) {
            (Some(added), Some(own)) if self.appended.contains(&name) => {
                Some(format!("{own},{added}"))
            }
            (Some(changed), _) => Some(changed.clone()).filter(|value| !value.is_empty()),
            (None, own) => own,
        }
    }

    fn check(&self, wanted: &Value, field: &str) -> Option<String> {
        let mut wanted = wanted[field].as_object()?.iter();
        wanted.find_map(|(name, value)| {
            let got = self.get(name);
            let is_it = |value: &Value| {
                plain(value.as_str().unwrap_or_default())
                    == plain(got.as_deref().unwrap_or_default())
            };
            let good = match value {
                Value::Array(list) => list.iter().any(is_it),
                one => is_it(one),
            };
            (!good).then(|| format!("{field}: {name} should be {value}, is {got:?}"))
        })
    }

    fn absent(&self, wanted: &Value, field: &str) -> Option<String> {
        let mut names = wanted[field].as_array()?.iter().filter_map(Value::as_str);
        let there = names.find(|name| self.get(name).is_some())?;
        Some(format!("{field}: {there} is there"))
    }
}

fn headers(case: &Value, decision: &Decision) -> Option<String> {
    let expected = &case["expect"];
    let own: Vec<(String, String)> = case["backend_response_headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let towards = Changed {
        changes: &decision.request_headers,
        sent: &decision.request.headers,
        appended: &[],
    };
    let back = Changed {
        changes: &decision.response_headers,
        sent: &own,
        appended: &decision.response_headers_appended,
    };
    towards
        .check(expected, "request_headers")
        .or_else(|| towards.absent(expected, "request_headers_absent"))
        .or_else(|| back.check(expected, "response_headers"))
        .or_else(|| back.check(expected, "response_headers_one_of"))
        .or_else(|| back.absent(expected, "response_headers_absent"))
}

/// Lists in headers are compared without their spaces.
fn plain(text: &str) -> String {
    text.replace(' ', "")
}

fn weights(expected: &Value, decision: &Decision) -> Option<String> {
    let wanted = expected["weights"].as_object()?;
    let tolerance = expected["weights_tolerance"].as_f64().unwrap_or(0.05);
    wanted.iter().find_map(|(name, share)| {
        let share = share.as_f64()?;
        let share = if share > 1.0 { share / 100.0 } else { share };
        let got: f64 = decision
            .backends
            .iter()
            .filter(|one| one.name.starts_with(name.as_str()))
            .map(|one| one.share)
            .sum();
        ((got - share).abs() > tolerance).then(|| format!("{name} should get {share}, gets {got}"))
    })
}

#[test]
fn requests_go_where_upstream_expects() {
    let Some(folder) = folder() else {
        println!("upstream's cases are not here");
        return;
    };
    let mut manifests = Manifests::new(&folder);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failed = Vec::new();
    for case in cases(&folder, "cases.json") {
        let id = case["id"].as_str().unwrap_or("?").to_owned();
        if case["offline"] != "full" {
            *counts
                .entry("not judged: needs facts that no manifest has")
                .or_default() += 1;
            continue;
        }
        let world = manifests.world(&case);
        let report = evaluate(&world);
        let table = RoutingTable::build(&world, &report);
        let address = "192.0.2.1";
        let Some(request) = request(&case, address) else {
            *counts.entry("not judged: protocol").or_default() += 1;
            continue;
        };
        let decision = decide(&world, &report, &table, &request);
        *counts.entry("judged").or_default() += 1;
        if let Some(words) = difference(&case, &decision) {
            failed.push(format!("{id}: {words}"));
        }
    }
    for (what, count) in &counts {
        println!("{count:>5} {what}");
    }
    assert!(
        failed.is_empty(),
        "{} differ:\n{}",
        failed.len(),
        failed.join("\n")
    );
}
