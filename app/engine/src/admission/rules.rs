//! Rules that look at several fields at once.

mod filters;
mod listeners;
mod matches;

use super::Violation;
use super::shape::tell;
use crate::object::Kind;
use serde_json::Value;
use std::net::IpAddr;

/// Checks the rules of a kind.
pub(super) fn check(kind: Kind, object: &Value, found: &mut Vec<Violation>) {
    let Some(spec) = object.get("spec") else {
        return;
    };
    match kind {
        Kind::Gateway => {
            listeners::addresses(spec, found);
            listeners::listeners(spec, found);
        }
        Kind::ListenerSet => listeners::listeners(spec, found),
        Kind::BackendTLSPolicy => policy(spec, found),
        Kind::HTTPRoute | Kind::GRPCRoute | Kind::TLSRoute | Kind::TCPRoute | Kind::UDPRoute => {
            route(kind, spec, found);
        }
        Kind::GatewayClass
        | Kind::ReferenceGrant
        | Kind::Namespace
        | Kind::Service
        | Kind::Secret
        | Kind::ConfigMap => {}
    }
}

/// How many items of a list are looked at: as many as any legal list has, so that no input makes it slow.
const LOOKED_AT: usize = 1024;
/// How many references are compared with each other.
const COMPARED: usize = 64;

/// Items of a list field, with their paths.
fn items<'a>(value: &'a Value, path: &str, field: &str) -> Vec<(String, &'a Value)> {
    let list = value.get(field).and_then(Value::as_array);
    let items = list.into_iter().flatten().take(LOOKED_AT).enumerate();
    let prefix = format!("{path}.{field}");
    items
        .map(|(index, item)| (format!("{prefix}[{index}]"), item))
        .collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn has(value: &Value, field: &str) -> bool {
    value.get(field).is_some_and(|value| !value.is_null())
}

fn size(value: &Value, field: &str) -> usize {
    match value.get(field) {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(entries)) => entries.len(),
        _ => 0,
    }
}

fn policy(spec: &Value, found: &mut Vec<Violation>) {
    let targets = items(spec, "spec", "targetRefs");
    same_target(
        &targets,
        &["group", "kind", "name"],
        &["sectionName"],
        found,
    );
    let Some(validation) = spec.get("validation") else {
        return;
    };
    let path = "spec.validation";
    let own = size(validation, "caCertificateRefs") > 0;
    let known = !text(validation, "wellKnownCACertificates").is_empty();
    if own && known {
        tell(
            found,
            path,
            "It names both caCertificateRefs and wellKnownCACertificates; one is allowed.",
        );
    }
    if !own && !known {
        tell(
            found,
            path,
            "It names neither caCertificateRefs nor wellKnownCACertificates; one is needed.",
        );
    }
    for (path, name) in items(validation, path, "subjectAltNames") {
        for (type_, field) in [("Hostname", "hostname"), ("URI", "uri")] {
            let wants = text(name, "type") == type_;
            if wants == text(name, field).is_empty() {
                let words = format!("{field} and type {type_} go together.");
                tell(found, &path, &words);
            }
        }
    }
}

/// References to one object must be told apart: each says a part, and no two the same.
fn same_target(
    refs: &[(String, &Value)],
    object: &[&str],
    parts: &[&str],
    found: &mut Vec<Violation>,
) {
    let key = |value: &Value, fields: &[&str]| -> Vec<String> {
        let one = |field: &&str| match value.get(*field) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        fields.iter().map(one).collect()
    };
    for (index, (path, one)) in refs.iter().take(COMPARED).enumerate() {
        let before = refs.iter().take(index);
        let others: Vec<_> = before
            .filter(|(_, other)| key(one, object) == key(other, object))
            .collect();
        if others.is_empty() {
            continue;
        }
        let own = key(one, parts);
        let is_bare = |key: &[String]| key.iter().all(String::is_empty);
        let words = parts.join(" or ");
        if others.iter().any(|(_, other)| key(other, parts) == own) {
            tell(
                found,
                path,
                &format!("It names the same as another entry; {words} must tell them apart."),
            );
        } else if is_bare(&own) || others.iter().any(|(_, other)| is_bare(&key(other, parts))) {
            tell(
                found,
                path,
                &format!("Several entries name this object; each must say {words}."),
            );
        }
    }
}

fn route(kind: Kind, spec: &Value, found: &mut Vec<Violation>) {
    let parents = items(spec, "spec", "parentRefs");
    let object = ["group", "kind", "namespace", "name"];
    same_target(&parents, &object, &["sectionName", "port"], found);
    if kind == Kind::TLSRoute {
        for (path, hostname) in items(spec, "spec", "hostnames") {
            if hostname
                .as_str()
                .is_some_and(|name| name.parse::<IpAddr>().is_ok())
            {
                tell(found, &path, "An address is no hostname.");
            }
        }
    }
    let mut names: Vec<&str> = Vec::new();
    let mut matches = 0;
    for (path, rule) in items(spec, "spec", "rules") {
        let name = text(rule, "name");
        if !name.is_empty() && names.contains(&name) {
            tell(
                found,
                &format!("{path}.name"),
                &format!("{name:?} is the name of another rule."),
            );
        }
        names.push(name);
        matches += size(rule, "matches");
        for (path, backend) in items(rule, &path, "backendRefs") {
            backend_port(&path, backend, found);
            filters::filters(kind, &path, backend, found);
        }
        filters::filters(kind, &path, rule, found);
        if kind == Kind::HTTPRoute {
            matches::http_rule(&path, rule, found);
        }
        if kind == Kind::GRPCRoute {
            matches::grpc_rule(&path, rule, found);
        }
        matches::session(&path, rule, found);
    }
    if matches > 128 {
        let words = format!("The rules have {matches} matches together; at most 128 are allowed.");
        tell(found, "spec.rules", &words);
    }
}

fn backend_port(path: &str, backend: &Value, found: &mut Vec<Violation>) {
    let is_service =
        text(backend, "group").is_empty() && matches!(text(backend, "kind"), "" | "Service");
    if is_service && !has(backend, "port") {
        tell(found, path, "A Service is referred to with a port.");
    }
}
