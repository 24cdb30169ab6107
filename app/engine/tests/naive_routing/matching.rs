//! Whether a match takes a request: its conditions, one by one.

use super::patterns::fits;
use super::worlds::{list, text};
use engine::Request;
use serde_json::Value;

/// One condition of a match, held against a request.
pub(crate) enum Condition<'a> {
    Plain(bool),
    /// A regular expression and the text it is held against.
    Expression(&'a str, String),
}

impl Condition<'_> {
    /// Whether it holds; `None` where implementations differ.
    pub(crate) fn holds(&self) -> Option<bool> {
        match self {
            Self::Plain(holds) => Some(*holds),
            Self::Expression(pattern, text) => fits(pattern, text),
        }
    }
}

/// Conditions of an HTTPRoute's match (`HTTPRouteMatch`), all of which have to hold.
pub(crate) fn http<'a>(one: &'a Value, request: &Request) -> Vec<Condition<'a>> {
    let mut conditions = vec![path(&one["path"], &request.path)];
    if let Some(method) = one["method"].as_str() {
        conditions.push(Condition::Plain(method == request.method));
    }
    conditions.extend(headers(one, request));
    for wanted in list(&one["queryParams"]) {
        conditions.push(value(wanted, parameter(request, text(&wanted["name"]))));
    }
    conditions
}

/// Conditions of a GRPCRoute's match (`GRPCRouteMatch`) on a request of gRPC. Where the path does not name a service's
/// method, the service may still be told from it, but no regular expression fits.
pub(crate) fn grpc<'a>(one: &'a Value, request: &Request) -> Vec<Condition<'a>> {
    let (service, method) = service_and_method(request);
    let mut conditions = Vec::new();
    for (part, found) in [("service", service), ("method", method)] {
        if let Some(wanted) = one["method"][part].as_str() {
            conditions.push(match by_type(&one["method"]["type"], wanted, found) {
                Condition::Expression(..) if !has_form_of_grpc(request) => Condition::Plain(false),
                condition => condition,
            });
        }
    }
    conditions.extend(headers(one, request));
    conditions
}

/// Service and method of a path such as `/{service}/{method}`; all after the service is the method.
fn service_and_method(request: &Request) -> (&str, &str) {
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    path.split_once('/').unwrap_or((path, ""))
}

/// Whether the request names a service's method as gRPC does.
pub(crate) fn has_form_of_grpc(request: &Request) -> bool {
    let (service, method) = service_and_method(request);
    let named = !service.is_empty() && !method.is_empty() && !method.contains('/');
    request.method == "POST" && named
}

/// Whether the client says that it speaks gRPC.
pub(crate) fn says_grpc(request: &Request) -> bool {
    let content = header(request, "content-type").unwrap_or_default();
    request.scheme.starts_with("grpc") || content.starts_with("application/grpc")
}

fn by_type<'a>(kind: &Value, wanted: &'a str, found: &str) -> Condition<'a> {
    if kind == "RegularExpression" {
        Condition::Expression(wanted, found.to_owned())
    } else {
        Condition::Plain(wanted == found)
    }
}

/// A header's or parameter's value; one that is missing fits nothing.
fn value(wanted: &Value, found: Option<String>) -> Condition<'_> {
    match found {
        Some(found) => by_type(&wanted["type"], text(&wanted["value"]), &found),
        None => Condition::Plain(false),
    }
}

fn path<'a>(wanted: &'a Value, path: &str) -> Condition<'a> {
    let value = wanted["value"].as_str().unwrap_or("/");
    match wanted["type"].as_str().unwrap_or("PathPrefix") {
        "Exact" => Condition::Plain(path == value),
        "RegularExpression" => Condition::Expression(value, path.to_owned()),
        _ => {
            let value = value.strip_suffix('/').unwrap_or(value);
            let below = path.strip_prefix(value);
            Condition::Plain(below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        }
    }
}

/// Entries that count: of equal names, whatever their case, the first.
pub(crate) fn counted_headers(one: &Value) -> Vec<&Value> {
    let mut counted: Vec<&Value> = Vec::new();
    for entry in list(&one["headers"]) {
        let same = |other: &&Value| text(&other["name"]).eq_ignore_ascii_case(text(&entry["name"]));
        if !counted.iter().any(same) {
            counted.push(entry);
        }
    }
    counted
}

fn headers<'a>(one: &'a Value, request: &Request) -> Vec<Condition<'a>> {
    counted_headers(one)
        .into_iter()
        .map(|wanted| value(wanted, header(request, text(&wanted["name"]))))
        .collect()
}

/// The name that hostnames are compared with: of `Host` if there is one, else of the URL; no port, lower case.
pub(crate) fn host(request: &Request) -> String {
    let name = match header(request, "host") {
        Some(value) => value.split(':').next().unwrap_or_default().to_owned(),
        None => request.host.clone(),
    };
    name.to_ascii_lowercase()
}

/// The value of a header; several of one name are joined with commas.
pub(crate) fn header(request: &Request, name: &str) -> Option<String> {
    let fields = request.headers.iter();
    let values: Vec<&str> = fields
        .filter(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// The first value of a query parameter; without `=` it is empty.
fn parameter(request: &Request, name: &str) -> Option<String> {
    let query = request.query.as_ref()?;
    query
        .split('&')
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .find(|(other, _)| *other == name)
        .map(|(_, value)| value.to_owned())
}
