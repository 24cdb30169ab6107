//! Random routes, requests that are near to what they ask for, and the routes as Envoy's virtual hosts.

use super::dice::Dice;
use super::support::{class, gateway, object, service};
use engine::profile::{Profile, Switch};
use engine::routing::matcher::{Match, PathRule, ValueRule, ValueTest};
use engine::routing::table::Entry;
use engine::{Report, Request, RoutingTable};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const HOSTS: [&[&str]; 6] = [
    &[],
    &["a.example.com"],
    &["*.example.com"],
    &["*.com", "b.org"],
    &["*.a.example.com"],
    &["b.org"],
];
const PATHS: [&str; 9] = [
    "/", "/a", "/a/", "/a/b", "/A", "/ab", "/a%20b", "/a.b", "/v1/x",
];
const EXPRESSIONS: [&str; 6] = ["/a.*", "/[a-z]+", "/v[0-9]+/x", "/a", ".*", "/(a|v1)/?.*"];
const VALUES: [&str; 4] = ["x", "X", "x,y", "long value"];

/// Class of the controller, Gateway with one open listener, a Service, and some routes.
pub(crate) fn objects(dice: &mut Dice, of: &Profile) -> Vec<Value> {
    let listener = json!({"name": "l", "port": 80, "protocol": "HTTP"});
    let mut class = class();
    if let Some(controller) = of.controllers.first() {
        class["spec"]["controllerName"] = json!(controller);
    }
    let mut all = vec![class, gateway("a/gw", &json!([listener])), service("a/s")];
    for index in 0..dice.between(1, 7) {
        let rules: Vec<Value> = (0..dice.between(1, 3))
            .map(|_| {
                let matches: Vec<Value> =
                    (0..dice.between(1, 2)).map(|_| one_match(dice)).collect();
                json!({"matches": matches, "backendRefs": [{"name": "s", "port": 80}]})
            })
            .collect();
        let hosts = *dice.pick(&HOSTS);
        let spec = json!({"parentRefs": [{"name": "gw"}], "hostnames": hosts, "rules": rules});
        let mut route = object("HTTPRoute", &format!("a/r{index}"), &spec);
        let second = dice.below(3);
        route["metadata"]["creationTimestamp"] = json!(format!("2026-01-01T00:00:0{second}Z"));
        all.push(route);
    }
    all
}

fn one_match(dice: &mut Dice) -> Value {
    let path = match dice.below(4) {
        0 => json!({"type": "Exact", "value": dice.pick(&PATHS)}),
        1 => json!({"type": "RegularExpression", "value": dice.pick(&EXPRESSIONS)}),
        _ => json!({"type": "PathPrefix", "value": dice.pick(&PATHS)}),
    };
    let mut one = json!({"path": path});
    if dice.percent(20) {
        one["method"] = json!(dice.pick(&["GET", "POST"]));
    }
    let value = |dice: &mut Dice, names: &[&str]| {
        let mut one = json!({"name": dice.pick(names), "value": dice.pick(&VALUES)});
        if dice.percent(30) {
            one["type"] = "RegularExpression".into();
            one["value"] = json!(dice.pick(&["x.*", "[xX]"]));
        }
        one
    };
    if dice.percent(30) {
        one["headers"] = json!([value(dice, &["x-a", "X-B"])]);
    }
    if dice.percent(25) {
        one["queryParams"] = json!([value(dice, &["q", "Q"])]);
    }
    one
}

/// A request near to what the routes ask for. Headers are repeated only where Envoy's way with them is the profile's.
pub(crate) fn request(dice: &mut Dice, of: &Profile) -> Request {
    let hosts = [
        "a.example.com",
        "x.a.example.com",
        "b.org",
        "example.com",
        "z.net",
        "A.example.com",
        "10.0.0.1",
    ];
    let host = *dice.pick(&hosts);
    let tails = ["", "", "/", "/b", "b", "//", "/../a", "/%2F", ";v=1", "."];
    let path = format!("{}{}", dice.pick(&PATHS), dice.pick(&tails));
    let mut request = Request::parse(&format!("http://{host}{path}")).expect("legal");
    request.method = (*dice.pick(&["GET", "POST", "PUT"])).to_owned();
    request.gateway = Some("a/gw".to_owned());
    let names = ["x-a", "X-b", "x-a"];
    let once = !of.routing.is_on(Switch::EachHeader);
    for name in names.iter().copied().take(if once { 2 } else { 3 }) {
        if dice.percent(35) {
            let value = (*dice.pick(&VALUES)).to_owned();
            request.headers.push((name.to_owned(), value));
        }
    }
    if dice.percent(50) {
        let queries = [
            "q=x",
            "Q=x",
            "q=X&q=x",
            "q=xy",
            "q",
            "q=",
            "a=b&q=x",
            "q=long%20value",
        ];
        request.query = Some((*dice.pick(&queries)).to_owned());
    }
    request
}

/// All hostnames of a world as virtual hosts: what stands under each in our order, then, where the profile has it so,
/// what stands under less specific ones, since a request that no rule takes is offered to those.
pub(crate) fn virtual_hosts(report: &Report, table: &RoutingTable, of: &Profile) -> Value {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut standing: Vec<(&str, &Entry)> = Vec::new();
    for attachment in &report.attachments {
        for hostname in attachment.hostnames.iter() {
            names.insert(hostname);
            standing.extend(
                table
                    .entries_of(&attachment.route)
                    .iter()
                    .map(|entry| (hostname.as_str(), entry)),
            );
        }
    }
    let falls = of.routing.is_on(Switch::FallThrough);
    let host = |name: &str| {
        let mut under: Vec<&(&str, &Entry)> = standing
            .iter()
            .filter(|(wide, _)| name == *wide || (falls && is_within(name, wide)))
            .collect();
        let order = |one: &(&str, &Entry)| engine::routing::precedence::host_rank(one.0);
        under.sort_by(|a, b| {
            let ranks = a.1.rank.compare(&b.1.rank, of.routing).0;
            order(a).cmp(&order(b)).then(ranks)
        });
        let routes: Vec<Value> = under.iter().map(|(_, entry)| route(entry)).collect();
        json!({"name": name, "domains": [name], "routes": routes})
    };
    names.iter().map(|name| host(name)).collect()
}

/// Whether all that a hostname stands for is also within a wider one.
fn is_within(name: &str, wide: &str) -> bool {
    let suffix = wide.strip_prefix('*');
    name == wide || suffix.is_some_and(|suffix| name.len() > suffix.len() && name.ends_with(suffix))
}

fn route(entry: &Entry) -> Value {
    let Match {
        path,
        method,
        headers,
        query,
        ..
    } = &entry.matched;
    let mut matched = match path {
        PathRule::Exact(path) => json!({"path": path}),
        PathRule::Prefix(prefix) if prefix.is_empty() => json!({"prefix": "/"}),
        PathRule::Prefix(prefix) => json!({"path_separated_prefix": prefix}),
        PathRule::Regex(pattern) => json!({"safe_regex": {"regex": &*pattern.source}}),
        other => panic!("not generated: {other:?}"),
    };
    let mut all: Vec<Value> = headers.iter().map(value).collect();
    if let Some(method) = method {
        all.push(json!({"name": ":method", "string_match": {"exact": method}}));
    }
    matched["headers"] = all.into();
    matched["query_parameters"] = query.iter().map(value).collect();
    let name = format!(
        "{} {} {}",
        entry.route.name, entry.rank.rule, entry.rank.index
    );
    json!({"match": matched, "direct_response": {"status": 200, "body": {"inline_string": name}}})
}

fn value(rule: &ValueRule) -> Value {
    let test = match &rule.value {
        ValueTest::Exact(value) => json!({"exact": value}),
        ValueTest::Regex(pattern) => json!({"safe_regex": {"regex": &*pattern.source}}),
        ValueTest::Unpredictable(type_) => panic!("not generated: {type_}"),
    };
    json!({"name": rule.name, "string_match": test})
}
