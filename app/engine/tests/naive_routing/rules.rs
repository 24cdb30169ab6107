//! Random rules of HTTPRoutes and GRPCRoutes: matches, filters, backends.

use super::dice::Dice;
use super::worlds::{NAMESPACES, list};
use serde_json::{Value, json};

const PATHS: [&str; 16] = [
    "/",
    "/a",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/ab",
    "/A",
    "/a/b/c",
    "/foo",
    "/foo/bar",
    "/a%20b",
    "/v;x=1",
    "/a.b",
    "/foo.Bar",
    "/foo.Bar/Get",
];

/// Regular expressions with a path that fits wholly and one that does not fit so. The last two are not understood by
/// all: one looks ahead, one is broken.
pub(crate) const PATTERNS: [(&str, &str, &str); 9] = [
    ("/a/.*", "/a/b", "/a"),
    ("^/a$", "/a", "/a/b"),
    ("/[a-f]+", "/ab", "/foo"),
    ("/a/b", "/a/b", "/a/b/c"),
    ("/.*b$", "/a/b", "/a"),
    ("/foo.*r", "/foo/bar", "/foo"),
    ("^/.+$", "/a", "/"),
    ("/a(?!/b).*", "/a/c", "/a/b"),
    ("/a(b", "/ab", "/a"),
];

pub(crate) fn http(dice: &mut Dice, regular: bool) -> Value {
    let mut rule = json!({});
    match dice.below(20) {
        0 => {}
        1 => rule["matches"] = json!([]),
        _ => {
            let count = *dice.pick(&[1, 1, 1, 2, 3]);
            let matches: Vec<Value> = (0..count).map(|_| http_match(dice, regular)).collect();
            rule["matches"] = json!(matches);
        }
    }
    let redirects = dice.percent(15);
    let filters = filters(dice, &rule, redirects);
    if !filters.is_empty() {
        rule["filters"] = json!(filters);
    }
    if !redirects {
        backends(dice, &mut rule);
    }
    rule
}

pub(crate) fn grpc(dice: &mut Dice, regular: bool) -> Value {
    let mut rule = json!({});
    match dice.below(10) {
        0 => {}
        1 => rule["matches"] = json!([]),
        _ => {
            let count = *dice.pick(&[1, 1, 2]);
            let matches: Vec<Value> = (0..count).map(|_| grpc_match(dice, regular)).collect();
            rule["matches"] = json!(matches);
        }
    }
    if dice.percent(20) {
        rule["filters"] = json!([modifier(dice, "RequestHeaderModifier")]);
    }
    backends(dice, &mut rule);
    rule
}

fn http_match(dice: &mut Dice, regular: bool) -> Value {
    let mut one = json!({});
    if dice.percent(80) {
        let value = dice.pick(&PATHS);
        one["path"] = match dice.below(10) {
            0..=2 => json!({"type": "Exact", "value": value}),
            3 => json!({"value": value}),
            4 if regular => json!({"type": "RegularExpression", "value": dice.pick(&PATTERNS).0}),
            _ => json!({"type": "PathPrefix", "value": value}),
        };
    }
    if dice.percent(25) {
        one["method"] = json!(dice.pick(&["GET", "GET", "POST", "HEAD"]));
    }
    if dice.percent(35) {
        one["headers"] = json!(headers(dice, regular));
    }
    if dice.percent(35) {
        one["queryParams"] = json!(query(dice, regular));
    }
    one
}

fn headers(dice: &mut Dice, regular: bool) -> Vec<Value> {
    let mut names = dice.some(&["X-Env", "x-env", "x-flag", "X-User"], 3);
    if dice.percent(15) {
        // Admitted, since lists are keyed by the name as written; only the first counts.
        names = vec!["X-Env", "x-env"];
    }
    let mut one = |name: &&str| {
        let kind = dice.below(8);
        let value = dice.pick(&["1", "2", "One", "1,2"]);
        match kind {
            0 if regular => json!({"name": name, "type": "RegularExpression", "value": "^[0-9]+$"}),
            1 => json!({"name": name, "type": "Exact", "value": value}),
            _ => json!({"name": name, "value": value}),
        }
    };
    names.iter().map(&mut one).collect()
}

fn query(dice: &mut Dice, regular: bool) -> Vec<Value> {
    let names = dice.some(&["q", "Q", "v"], 3);
    let mut one = |name: &&str| {
        let kind = dice.below(8);
        let value = dice.pick(&["1", "2", "One"]);
        match kind {
            0 if regular => json!({"name": name, "type": "RegularExpression", "value": "[0-9]+"}),
            1 => json!({"name": name, "type": "Exact", "value": value}),
            _ => json!({"name": name, "value": value}),
        }
    };
    names.iter().map(&mut one).collect()
}

fn grpc_match(dice: &mut Dice, regular: bool) -> Value {
    let mut one = json!({});
    if dice.percent(85) {
        let service = dice.pick(&["foo.Bar", "foo.Baz", "foo"]);
        let method = dice.pick(&["Get", "Set", "GetAll"]);
        one["method"] = match dice.below(8) {
            0..=2 => json!({"service": service}),
            3 => json!({"method": method}),
            4 if regular => json!({"type": "RegularExpression", "service": "foo\\.B.*"}),
            5 => json!({"type": "Exact", "service": service, "method": method}),
            _ => json!({"service": service, "method": method}),
        };
    }
    if dice.percent(25) {
        one["headers"] = json!(headers(dice, regular));
    }
    one
}

fn filters(dice: &mut Dice, rule: &Value, redirects: bool) -> Vec<Value> {
    let mut filters = Vec::new();
    if dice.percent(15) {
        filters.push(modifier(dice, "RequestHeaderModifier"));
    }
    if dice.percent(10) {
        filters.push(modifier(dice, "ResponseHeaderModifier"));
    }
    if redirects {
        filters.push(redirect(dice, rule));
    } else if dice.percent(18) {
        filters.push(rewrite(dice, rule));
    }
    if dice.percent(30) {
        filters.reverse();
    }
    filters
}

fn modifier(dice: &mut Dice, kind: &str) -> Value {
    let mut changes = json!({});
    if dice.percent(50) {
        changes["set"] = json!([{"name": "X-Set", "value": "s"}]);
    }
    if dice.percent(50) {
        changes["add"] = json!([{"name": "x-env", "value": "more"}]);
    }
    if dice.percent(50) {
        changes["remove"] = json!(["X-Flag"]);
    }
    let field = match kind {
        "RequestHeaderModifier" => "requestHeaderModifier",
        _ => "responseHeaderModifier",
    };
    json!({"type": kind, field: changes})
}

fn redirect(dice: &mut Dice, rule: &Value) -> Value {
    let mut redirect = json!({});
    if dice.percent(35) {
        redirect["scheme"] = json!(dice.pick(&["http", "https"]));
    }
    if dice.percent(35) {
        redirect["hostname"] = json!("new.example.com");
    }
    if dice.percent(35) {
        redirect["port"] = json!(dice.pick(&[80, 443, 8443]));
    }
    if dice.percent(40) {
        redirect["statusCode"] = json!(dice.pick(&[301, 302, 303, 307, 308]));
    }
    if dice.percent(50) {
        redirect["path"] = path_change(dice, rule);
    }
    json!({"type": "RequestRedirect", "requestRedirect": redirect})
}

fn rewrite(dice: &mut Dice, rule: &Value) -> Value {
    let mut rewrite = json!({});
    if dice.percent(50) {
        rewrite["hostname"] = json!("inner.example.com");
    }
    if dice.percent(80) {
        rewrite["path"] = path_change(dice, rule);
    }
    json!({"type": "URLRewrite", "urlRewrite": rewrite})
}

/// `ReplacePrefixMatch` only where admission lets it: one match, by prefix. An absent list has such a match.
fn path_change(dice: &mut Dice, rule: &Value) -> Value {
    let value = dice.pick(&["", "/", "/new", "/new/", "/new/deep"]);
    let by_prefix = match (rule.get("matches"), list(&rule["matches"])) {
        (None, _) => true,
        (Some(_), [one]) => one["path"]["type"].as_str().unwrap_or("PathPrefix") == "PathPrefix",
        (Some(_), _) => false,
    };
    if by_prefix && dice.percent(75) {
        json!({"type": "ReplacePrefixMatch", "replacePrefixMatch": value})
    } else {
        let value = if value.is_empty() { "/full" } else { value };
        json!({"type": "ReplaceFullPath", "replaceFullPath": value})
    }
}

fn backends(dice: &mut Dice, rule: &mut Value) {
    match dice.below(25) {
        0 => {}
        1 => rule["backendRefs"] = json!([]),
        _ => {
            let count = *dice.pick(&[1, 1, 2, 3]);
            let backends: Vec<Value> = (0..count).map(|_| backend(dice)).collect();
            rule["backendRefs"] = json!(backends);
        }
    }
}

fn backend(dice: &mut Dice) -> Value {
    let mut one = json!({
        "name": dice.pick(&["s1", "s1", "s1", "s1", "s1", "s2", "s2", "gone"]),
        "port": dice.pick(&[80, 80, 80, 80, 80, 80, 80, 8080, 8080, 81]),
    });
    if dice.percent(25) {
        one["namespace"] = json!(dice.pick(&NAMESPACES));
    }
    match dice.below(30) {
        0 => {
            one["group"] = json!("example.com");
            one["kind"] = json!("Bucket");
        }
        1..=3 => {
            one["group"] = json!("");
            one["kind"] = json!("Service");
        }
        _ => {}
    }
    if dice.percent(50) {
        one["weight"] = json!(dice.pick(&[0, 0, 1, 2, 9, 90]));
    }
    one
}
