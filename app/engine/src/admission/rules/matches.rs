//! Rules about matches, timeouts and sessions of a route's rule.

use super::super::Violation;
use super::super::format::{self, Format};
use super::super::shape::tell;
use super::{has, items, size, text};
use serde_json::Value;

pub(super) fn http_rule(path: &str, rule: &Value, found: &mut Vec<Violation>) {
    let filters = items(rule, path, "filters");
    let redirects = filters
        .iter()
        .any(|(_, filter)| has(filter, "requestRedirect"));
    if redirects && size(rule, "backendRefs") > 0 {
        tell(found, path, "A rule that redirects has no backendRefs.");
    }
    let matches = items(rule, path, "matches");
    // Absent matches are one prefix of "/".
    let one_prefix = match matches.as_slice() {
        [] => !has(rule, "matches"),
        [(_, only)] => only
            .get("path")
            .is_none_or(|path| matches!(text(path, "type"), "" | "PathPrefix")),
        _ => false,
    };
    let of_backends = items(rule, path, "backendRefs");
    let of_backends = of_backends
        .iter()
        .flat_map(|(path, backend)| items(backend, path, "filters"));
    for (path, filter) in filters.iter().cloned().chain(of_backends) {
        for name in ["requestRedirect", "urlRewrite"] {
            let modifier = filter.get(name).and_then(|filter| filter.get("path"));
            let replaces = modifier.is_some_and(|path| {
                text(path, "type") == "ReplacePrefixMatch" && has(path, "replacePrefixMatch")
            });
            if replaces && !one_prefix {
                let words =
                    "ReplacePrefixMatch needs a rule with exactly one match, of a PathPrefix.";
                tell(found, &format!("{path}.{name}.path"), words);
            }
        }
    }
    for (path, one) in &matches {
        if let Some(wanted) = one.get("path").filter(|wanted| wanted.is_object()) {
            http_path(&format!("{path}.path"), wanted, found);
        }
    }
    if let Some(timeouts) = rule.get("timeouts") {
        let of = |field: &str| format::duration(text(timeouts, field));
        if let (Some(request), Some(backend)) = (of("request"), of("backendRequest"))
            && request != 0
            && backend > request
        {
            let words = "backendRequest is longer than request.";
            tell(found, &format!("{path}.timeouts"), words);
        }
    }
}

fn http_path(path: &str, wanted: &Value, found: &mut Vec<Violation>) {
    if text(wanted, "type") == "RegularExpression" {
        return;
    }
    let value = wanted.get("value").and_then(Value::as_str).unwrap_or("/");
    let mut no = |words: &str| tell(found, path, &format!("{value:?} {words}."));
    if !value.starts_with('/') {
        no("does not begin with /");
    }
    for part in ["//", "/./", "/../", "%2f", "%2F", "#"] {
        if value.contains(part) {
            no(&format!("has {part} in it"));
        }
    }
    for end in ["/..", "/."] {
        if value.ends_with(end) {
            no(&format!("ends with {end}"));
        }
    }
    if !Format::Path.fits(value) {
        no(&format!("is {}", Format::Path.words()));
    }
}

pub(super) fn grpc_rule(path: &str, rule: &Value, found: &mut Vec<Violation>) {
    for (path, one) in items(rule, path, "matches") {
        let Some(method) = one.get("method").filter(|method| method.is_object()) else {
            continue;
        };
        let path = format!("{path}.method");
        if !has(method, "service") && !has(method, "method") {
            tell(found, &path, "It names neither service nor method.");
        }
        if text(method, "type") == "RegularExpression" {
            continue;
        }
        let is_word = |word: &str| {
            let start = |c: char| c.is_ascii_alphabetic() || c == '_';
            word.starts_with(start) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let service = text(method, "service");
        let service = service.strip_prefix('.').unwrap_or(service);
        if has(method, "service") && !service.split('.').all(is_word) {
            tell(
                found,
                &path,
                "The service is no name such as package.Service.",
            );
        }
        if has(method, "method") && !is_word(text(method, "method")) {
            tell(found, &path, "The method is no name.");
        }
    }
}

pub(super) fn session(path: &str, rule: &Value, found: &mut Vec<Violation>) {
    let Some(session) = rule.get("sessionPersistence") else {
        return;
    };
    let path = format!("{path}.sessionPersistence");
    let type_ = match text(session, "type") {
        "" => "Cookie",
        type_ => type_,
    };
    for (wanted, field) in [("Cookie", "cookie"), ("Header", "header")] {
        let excluded = has(session, field) && type_ != wanted;
        if excluded {
            tell(
                found,
                &path,
                &format!("{field} and type {wanted} go together."),
            );
        }
    }
    let cookie = session.get("cookie");
    if cookie.is_some_and(|cookie| text(cookie, "lifetimeType") == "Permanent")
        && !has(session, "absoluteTimeout")
    {
        tell(found, &path, "A permanent cookie needs an absoluteTimeout.");
    }
}
