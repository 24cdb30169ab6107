//! Rules of admission: rows, what upstream's objects and rules say, and that a legal object breaks none.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]
#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod support;

use engine::Kind;
use engine::admission::{Shape, Unique, shape_of, violations};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use support::conformance::{cases, folder};
use support::{documents, gateway, object, route};

fn kind(object: &Value) -> Option<Kind> {
    let version = object["apiVersion"].as_str()?;
    let group = version.split_once('/').map_or("", |(group, _)| group);
    engine::resource::known_kind(group, object["kind"].as_str()?)
}

/// Compares the paths of what a spec breaks.
fn check(case: &str, object: &Value, expected: &[&str]) {
    let found = violations(kind(object).expect("a known kind"), object);
    let paths: Vec<&str> = found.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, expected, "{case}: {found:?}");
    assert!(
        found.iter().all(|one| one.message.ends_with('.')),
        "{case}: {found:?}"
    );
}

fn listener(fields: &Value) -> Value {
    let mut listener = json!({"name": "l", "port": 80, "protocol": "HTTP"});
    if let (Value::Object(listener), Value::Object(fields)) = (&mut listener, fields) {
        listener.extend(fields.clone());
    }
    gateway("a/gw", &json!([listener]))
}

#[test]
fn rules_about_listeners() {
    let l = "spec.listeners[0]";
    let at = |field: &str| format!("{l}.{field}");
    let row =
        |case: &str, fields: Value, expected: &[&str]| check(case, &listener(&fields), expected);
    row("legal", json!({"hostname": "*.example.com"}), &[]);
    row("a name in upper case", json!({"name": "L"}), &[&at("name")]);
    row(
        "a hostname with a port",
        json!({"hostname": "a.com:80"}),
        &[&at("hostname")],
    );
    row(
        "a star in the middle",
        json!({"hostname": "a.*.com"}),
        &[&at("hostname")],
    );
    row(
        "an empty hostname",
        json!({"hostname": ""}),
        &[&at("hostname")],
    );
    row("port 0", json!({"port": 0}), &[&at("port")]);
    row("port 65536", json!({"port": 65_536}), &[&at("port")]);
    row("no protocol", json!({"protocol": null}), &[&at("protocol")]);
    row(
        "tls on HTTP",
        json!({"tls": {"mode": "Passthrough"}}),
        &[&at("tls")],
    );
    row(
        "passthrough on HTTPS",
        json!({"protocol": "HTTPS", "tls": {"mode": "Passthrough"}}),
        &[&at("tls.mode")],
    );
    row("TLS without tls", json!({"protocol": "TLS"}), &[l]);
    row(
        "terminating without certificates",
        json!({"protocol": "HTTPS", "tls": {}}),
        &[&at("tls")],
    );
    row(
        "a hostname on TCP",
        json!({"protocol": "TCP", "hostname": "a.com"}),
        &[&at("hostname")],
    );
    row(
        "from None",
        json!({"allowedRoutes": {"namespaces": {"from": "None"}}}),
        &[&at("allowedRoutes.namespaces.from")],
    );
    row(
        "nine kinds",
        json!({"allowedRoutes": {"kinds": vec![json!({"kind": "HTTPRoute"}); 9]}}),
        &[&at("allowedRoutes.kinds")],
    );
    check(
        "no listeners",
        &gateway("a/gw", &json!([])),
        &["spec.listeners"],
    );
    let twice = json!([{"name": "l", "port": 80, "protocol": "HTTP"}, {"name": "l", "port": 80, "protocol": "HTTP"}]);
    check(
        "the same twice",
        &gateway("a/gw", &twice),
        &["spec.listeners[1]", "spec.listeners[1]"],
    );
}

fn with_rule(rule: &Value) -> Value {
    let mut one = route("a/r", &json!([{"name": "gw"}]), &json!([]));
    one["spec"]["rules"] = json!([rule]);
    one
}

#[test]
fn rules_about_routes() {
    let r = "spec.rules[0]";
    let row = |case: &str, rule: Value, expected: &[&str]| check(case, &with_rule(&rule), expected);
    let path = |value: &str| json!({"matches": [{"path": {"type": "PathPrefix", "value": value}}]});
    let p = format!("{r}.matches[0].path");
    row("legal", path("/a/b"), &[]);
    for value in [
        "a", "/a//b", "/a/./b", "/a/../b", "/a%2Fb", "/a#b", "/a/..", "/a/.", "/a b", "/%zz",
    ] {
        let found = violations(Kind::HTTPRoute, &with_rule(&path(value)));
        assert!(
            !found.is_empty() && found.iter().all(|one| one.path == p),
            "{value}: {found:?}"
        );
    }
    row(
        "a regular expression may be anything",
        json!({"matches": [{"path": {"type": "RegularExpression", "value": "(//"}}]}),
        &[],
    );
    row(
        "a Service without port",
        json!({"backendRefs": [{"name": "s"}]}),
        &[&format!("{r}.backendRefs[0]")],
    );
    row(
        "a weight too large",
        json!({"backendRefs": [{"name": "s", "port": 80, "weight": 1_000_001}]}),
        &[&format!("{r}.backendRefs[0].weight")],
    );
    let redirect = json!({"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}});
    row(
        "a redirect with backends",
        json!({"filters": [redirect], "backendRefs": [{"name": "s", "port": 80}]}),
        &[r],
    );
    row(
        "a redirect twice",
        json!({"filters": [redirect, redirect]}),
        &[&format!("{r}.filters[1]")],
    );
    row(
        "redirect and rewrite",
        json!({"filters": [redirect, {"type": "URLRewrite", "urlRewrite": {"hostname": "x"}}]}),
        &[&format!("{r}.filters")],
    );
    row(
        "a filter without its field",
        json!({"filters": [{"type": "RequestRedirect"}]}),
        &[&format!("{r}.filters[0]")],
    );
    row(
        "a status that is none",
        json!({"filters": [{"type": "RequestRedirect", "requestRedirect": {"statusCode": 300}}]}),
        &[&format!("{r}.filters[0].requestRedirect.statusCode")],
    );
    let replace = json!({"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}}});
    row(
        "8.86: replacing one of two prefixes",
        json!({"filters": [replace], "matches": [{}, {}]}),
        &[&format!("{r}.filters[0].urlRewrite.path")],
    );
    row(
        "a timeout that outlasts",
        json!({"timeouts": {"request": "1s", "backendRequest": "2s"}}),
        &[&format!("{r}.timeouts")],
    );
    row(
        "8.109: no timeout at all",
        json!({"timeouts": {"request": "0s", "backendRequest": "2s"}}),
        &[],
    );
    row(
        "a duration that is none",
        json!({"timeouts": {"request": "1 s"}}),
        &[&format!("{r}.timeouts.request")],
    );
    let parents = |parents: Value| route("a/r", &parents, &json!([]));
    check(
        "8.21",
        &parents(json!([{"name": "gw"}, {"name": "gw", "sectionName": "l"}])),
        &["spec.parentRefs[1]"],
    );
    check(
        "8.22: ports tell apart",
        &parents(json!([{"name": "gw", "port": 80}, {"name": "gw", "port": 81}])),
        &[],
    );
    check(
        "8.23: compared as written",
        &parents(json!([{"name": "gw"}, {"name": "gw", "namespace": "a"}])),
        &[],
    );
    check(
        "8.72: no rules",
        &{
            let mut one = parents(json!([]));
            one["spec"]["rules"] = json!([]);
            one
        },
        &["spec.rules"],
    );
    let many = json!(vec![json!({"matches": vec![json!({}); 64]}); 3]);
    check(
        "too many matches",
        &{
            let mut one = parents(json!([]));
            one["spec"]["rules"] = many;
            one
        },
        &["spec.rules"],
    );
}

#[test]
fn messages_do_not_quote_without_end() {
    let long = "x".repeat(1_000_000);
    let labels = json!({"infrastructure": {"labels": {long.clone(): "-"}}, "gatewayClassName": "c", "listeners": [{"name": long, "port": 80, "protocol": long}]});
    let found = violations(Kind::Gateway, &object("Gateway", "a/gw", &labels));
    assert!(found.len() >= 3, "{found:?}");
    assert!(
        found
            .iter()
            .all(|one| one.path.len() < 1_000 && one.message.len() < 1_000)
    );
    let filter = json!({"filters": [{"type": long}]});
    let found = violations(Kind::HTTPRoute, &with_rule(&filter));
    assert!(!found.is_empty() && found.iter().all(|one| one.message.len() < 1_000));
}

#[test]
fn endless_lists_take_no_endless_time() {
    let many = |item: Value| Value::Array(vec![item; 50_000]);
    let rule = json!({"matches": many(json!({})), "filters": many(json!({"type": "CORS"})), "backendRefs": many(json!({"name": "s"})), "retry": {"codes": many(json!(500))}});
    let mut object = with_rule(&rule);
    object["spec"]["parentRefs"] = many(json!({"name": "gw"}));
    object["spec"]["hostnames"] = many(json!("A"));
    assert!(violations(Kind::HTTPRoute, &object).len() <= 20);
    let listeners = gateway(
        "a/gw",
        &many(json!({"name": "l", "port": 80, "protocol": "HTTP"})),
    );
    assert!(violations(Kind::Gateway, &listeners).len() <= 20);
}

#[test]
fn wrong_types_are_left_to_the_decoder() {
    check(
        "a number for a list",
        &object("HTTPRoute", "a/r", &json!({"rules": 5})),
        &[],
    );
    check("text for a port", &listener(&json!({"port": "80"})), &[]);
}

/// Every object of upstream's manifests was admitted by an API server.
#[test]
fn objects_that_were_admitted_break_no_rule() {
    let Some(folder) = folder() else {
        println!("NOT RUN: no conformance data beside the repository");
        return;
    };
    let mut seen = 0;
    let mut broken = Vec::new();
    let mut folders = vec![folder.join("manifests")];
    while let Some(folder) = folders.pop() {
        let files = std::fs::read_dir(folder).expect("manifests");
        for file in files.map(|file| file.expect("readable").path()) {
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            if file.extension().is_none_or(|ending| ending != "yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&file).expect("text");
            for object in documents(&text.replace("{GATEWAY_CLASS_NAME}", "conformance")) {
                let Some(kind) = kind(&object) else { continue };
                seen += 1;
                for one in violations(kind, &object) {
                    broken.push(format!(
                        "{} {}: {one:?}",
                        file.display(),
                        object["metadata"]["name"]
                    ));
                }
            }
        }
    }
    println!("{seen} objects of upstream");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

type Rules = BTreeSet<(String, String, String)>;

/// All constraints of a shape as (path, keyword, value).
fn flatten(shape: &Shape, path: &str, rules: &mut Rules) {
    let mut add = |path: &str, keyword: &str, value: String| {
        rules.insert((path.to_owned(), keyword.to_owned(), value));
    };
    match shape {
        Shape::Any => {}
        Shape::Object(fields) => {
            let required: BTreeSet<&str> = fields
                .iter()
                .filter(|one| one.required)
                .map(|one| one.name)
                .collect();
            if !required.is_empty() {
                let names: Vec<&str> = required.into_iter().collect();
                add(
                    if path.is_empty() { "." } else { path },
                    "required",
                    names.join(","),
                );
            }
            for field in *fields {
                flatten(field.shape, &format!("{path}.{}", field.name), rules);
            }
        }
        Shape::List(list) => {
            add(path, "minItems", list.least.to_string());
            add(path, "maxItems", list.most.to_string());
            match list.unique {
                Unique::No => {}
                Unique::Items => add(path, "list-set", String::new()),
                Unique::By(key) => add(path, "list-map", key.to_owned()),
            }
            flatten(list.item, &format!("{path}[]"), rules);
        }
        Shape::Map { most, value } => {
            add(path, "maxProperties", most.to_string());
            flatten(value, &format!("{path}{{}}"), rules);
        }
        Shape::Text(text) => {
            add(path, "minLength", text.least.to_string());
            add(path, "maxLength", text.most.to_string());
            if text.format.is_some() {
                add(path, "pattern", String::new());
            }
        }
        Shape::Word(words) => {
            let words: BTreeSet<&str> = words.iter().copied().collect();
            add(
                path,
                "enum",
                words.into_iter().collect::<Vec<_>>().join("|"),
            );
        }
        Shape::Number(least, most) => {
            add(path, "minimum", least.to_string());
            add(path, "maximum", most.to_string());
        }
        Shape::Code(codes) => {
            let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
            add(path, "enum", codes.join("|"));
        }
    }
}

/// Compares our shapes with the rules of upstream's CRDs, where their list lies beside the repository: what we ask is
/// what they ask, and how much of it we ask is told.
#[test]
fn shapes_are_those_of_the_crds() {
    let Some(spec) = folder().and_then(|folder| Some(folder.parent()?.join("spec"))) else {
        println!("NOT RUN: no list of rules beside the repository");
        return;
    };
    if !spec.join("admission-rules.json").is_file() {
        println!("NOT RUN: no list of rules beside the repository");
        return;
    }
    let mut own: BTreeMap<&str, Rules> = BTreeMap::new();
    for kind in Kind::ALL {
        if let Some(shape) = shape_of(kind) {
            flatten(shape, "", own.entry(kind.as_str()).or_default());
        }
    }
    let sorted = |text: &str, by: char| {
        let words: BTreeSet<&str> = text.split(by).collect();
        words.into_iter().collect::<Vec<_>>().join(&by.to_string())
    };
    let mut covered: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut differing = Vec::new();
    for rule in cases(&spec, "admission-rules.json") {
        let text = |field: &str| {
            rule[field]
                .as_str()
                .map_or_else(|| rule[field].to_string(), str::to_owned)
        };
        let (kind, keyword, path) = (text("kind"), text("keyword"), text("path"));
        if rule["type"] != "schema" || keyword == "default" {
            *covered
                .entry((text("type") + " " + &text("channel"), false))
                .or_default() += 1;
            continue;
        }
        let value = match keyword.as_str() {
            "required" => sorted(&text("value"), ','),
            "enum" => sorted(&text("value"), '|'),
            "pattern" | "list-set" => String::new(),
            _ => text("value"),
        };
        let rules = own.get(kind.as_str());
        let holds = rules
            .is_some_and(|rules| rules.contains(&(path.clone(), keyword.clone(), value.clone())));
        *covered
            .entry((format!("schema {}", text("channel")), holds))
            .or_default() += 1;
        let same_place = |one: &&(String, String, String)| one.0 == path && one.1 == keyword;
        let other = rules.and_then(|rules| rules.iter().find(same_place));
        // The standard channel may allow less.
        if let (false, Some(other), false) = (holds, other, rule["channel"] == "standard") {
            differing.push(format!(
                "{kind} {path} {keyword}: {value}, ours {}",
                other.2
            ));
        }
    }
    for ((what, holds), count) in &covered {
        println!(
            "{what}: {count} {}",
            if *holds {
                "covered by shapes"
            } else {
                "not by shapes"
            }
        );
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
