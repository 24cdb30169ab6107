//! Rules about filters.

use super::super::Violation;
use super::super::shape::tell;
use super::{backend_port, has, items, text};
use crate::object::Kind;
use serde_json::Value;

/// Each type of filter with its field.
const FILTERS: [(&str, &str); 8] = [
    ("RequestHeaderModifier", "requestHeaderModifier"),
    ("ResponseHeaderModifier", "responseHeaderModifier"),
    ("RequestMirror", "requestMirror"),
    ("RequestRedirect", "requestRedirect"),
    ("URLRewrite", "urlRewrite"),
    ("ExtensionRef", "extensionRef"),
    ("CORS", "cors"),
    ("ExternalAuth", "externalAuth"),
];

pub(super) fn filters(kind: Kind, path: &str, owner: &Value, found: &mut Vec<Violation>) {
    let all = items(owner, path, "filters");
    let mut seen: Vec<&str> = Vec::new();
    for (path, filter) in &all {
        let type_ = text(filter, "type");
        for (name, field) in FILTERS {
            if (type_ == name) != has(filter, field) {
                tell(
                    found,
                    path,
                    &format!("{field} and type {name} go together."),
                );
            }
        }
        if !matches!(type_, "RequestMirror" | "ExtensionRef") && seen.contains(&type_) {
            tell(found, path, &format!("A filter {type_} is there twice."));
        }
        seen.push(type_);
        one_filter(path, filter, found);
    }
    if kind == Kind::HTTPRoute && seen.contains(&"RequestRedirect") && seen.contains(&"URLRewrite")
    {
        let words = "RequestRedirect and URLRewrite exclude each other.";
        tell(found, &format!("{path}.filters"), words);
    }
}

fn one_filter(path: &str, filter: &Value, found: &mut Vec<Violation>) {
    if let Some(mirror) = filter.get("requestMirror") {
        if has(mirror, "percent") && has(mirror, "fraction") {
            let words = "percent and fraction exclude each other.";
            tell(found, &format!("{path}.requestMirror"), words);
        }
        if let Some(fraction) = mirror.get("fraction") {
            let number = |field: &str, otherwise: i64| {
                let written = fraction.get(field).and_then(Value::as_i64);
                written.unwrap_or(otherwise)
            };
            if number("numerator", 0) > number("denominator", 100) {
                let words = "The numerator is larger than the denominator.";
                tell(found, &format!("{path}.requestMirror.fraction"), words);
            }
        }
        if let Some(backend) = mirror.get("backendRef") {
            backend_port(&format!("{path}.requestMirror.backendRef"), backend, found);
        }
    }
    for name in ["requestRedirect", "urlRewrite"] {
        let Some(modifier) = filter.get(name).and_then(|filter| filter.get("path")) else {
            continue;
        };
        for (type_, field) in [
            ("ReplaceFullPath", "replaceFullPath"),
            ("ReplacePrefixMatch", "replacePrefixMatch"),
        ] {
            if (text(modifier, "type") == type_) != has(modifier, field) {
                let words = format!("{field} and type {type_} go together.");
                tell(found, &format!("{path}.{name}.path"), &words);
            }
        }
    }
    if let Some(cors) = filter.get("cors") {
        for field in ["allowOrigins", "allowMethods", "allowHeaders"] {
            let all = items(cors, &format!("{path}.cors"), field);
            if all.len() > 1 && all.iter().any(|(_, one)| *one == "*") {
                tell(found, &format!("{path}.cors.{field}"), "* stands alone.");
            }
        }
    }
    if let Some(auth) = filter.get("externalAuth") {
        for (protocol, field) in [("GRPC", "grpc"), ("HTTP", "http")] {
            if (text(auth, "protocol") == protocol) != has(auth, field) {
                let words = format!("{field} and protocol {protocol} go together.");
                tell(found, &format!("{path}.externalAuth"), &words);
            }
        }
    }
}
