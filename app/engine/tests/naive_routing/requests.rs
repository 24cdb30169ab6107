//! Random requests aimed at a match of a world and then moved by one step: a slash more, a label deeper, another case.

use super::attachment::hostnames;
use super::dice::Dice;
use super::matching::counted_headers;
use super::rules::PATTERNS;
use super::worlds::{World, list, text};
use engine::Request;
use serde_json::Value;

/// A request that some match of the world would take, more or less.
pub(crate) fn random(dice: &mut Dice, world: &World) -> Request {
    let (route, listener) = target(dice, world);
    let rules = list(&route["spec"]["rules"]);
    let matches: Vec<&Value> = rules
        .iter()
        .flat_map(|rule| list(&rule["matches"]))
        .collect();
    let aim = if matches.is_empty() {
        &Value::Null
    } else {
        *dice.pick(&matches)
    };
    let grpc = route["kind"] == "GRPCRoute";
    let (scheme, port) = door(dice, listener);
    let mut request = Request {
        method: method(dice, aim, grpc),
        path: path(dice, aim, grpc),
        query: query(dice, aim),
        headers: headers(dice, aim),
        host: host(dice, world, route, listener),
        ..Request::default()
    };
    let scheme = match scheme.as_str() {
        "https" if grpc && dice.percent(30) => "grpcs".to_owned(),
        "http" if grpc && dice.percent(30) => "grpc".to_owned(),
        _ => scheme,
    };
    let implied = if scheme.ends_with('s') { 443 } else { 80 };
    request.port = (port != implied || dice.percent(30)).then_some(port);
    request.scheme = scheme;
    if dice.percent(30) {
        request.gateway = Some("a/gw".to_owned());
    }
    if grpc && dice.percent(40) || dice.percent(3) {
        let field = ("Content-Type".to_owned(), "application/grpc".to_owned());
        request.headers.push(field);
    }
    names(dice, &mut request, world);
    request
}

/// A route and a listener that serves it in most cases.
fn target<'a>(dice: &mut Dice, world: &'a World) -> (&'a Value, &'a Value) {
    let routes: Vec<&Value> = world.routes().collect();
    let listeners: Vec<&Value> = world.listeners().iter().collect();
    let mut target = (*dice.pick(&routes), *dice.pick(&listeners));
    for _ in 0..8 {
        if hostnames(world, target.0, target.1).is_empty() {
            target = (*dice.pick(&routes), *dice.pick(&listeners));
        }
    }
    target
}

/// Scheme and port of the listener, or now and then what fits none.
fn door(dice: &mut Dice, listener: &Value) -> (String, u16) {
    let port = listener["port"].as_u64().unwrap_or_default();
    let port = u16::try_from(port).expect("the world's ports are small");
    let scheme = match listener["protocol"] == "HTTPS" {
        true => "https",
        false => "http",
    };
    match dice.below(40) {
        0 => (scheme.to_owned(), *dice.pick(&[80, 81, 443, 9000])),
        1 => ((*dice.pick(&["http", "https"])).to_owned(), port),
        _ => (scheme.to_owned(), port),
    }
}

/// Another `Host` or another SNI than the URL's host, now and then.
fn names(dice: &mut Dice, request: &mut Request, world: &World) {
    let (route, listener) = target(dice, world);
    if dice.percent(5) {
        let host = host(dice, world, route, listener);
        let value = match dice.below(2) {
            0 => host,
            _ => format!("{host}:8443"),
        };
        let name = *dice.pick(&["Host", "host"]);
        request.headers.push((name.to_owned(), value));
    }
    if request.scheme.ends_with('s') && dice.percent(12) {
        request.sni = Some(match dice.below(4) {
            0 => request.host.clone(),
            _ => host(dice, world, route, listener),
        });
    }
}

/// A name under which the listener serves the route, or another of theirs, or a step beside one.
fn host(dice: &mut Dice, world: &World, route: &Value, listener: &Value) -> String {
    let mut names = hostnames(world, route, listener);
    if names.is_empty() || dice.percent(20) {
        names.extend(
            list(&route["spec"]["hostnames"])
                .iter()
                .map(|one| text(one).to_owned()),
        );
        names.extend(
            world
                .listeners()
                .iter()
                .map(|one| text(&one["hostname"]).to_owned()),
        );
    }
    let names: Vec<&str> = names
        .iter()
        .map(|name| match name.as_str() {
            "" | "*" => "a.example.com",
            name => name,
        })
        .collect();
    let name = *dice.pick(&names);
    let name = match name.strip_prefix("*.") {
        Some(rest) => match dice.below(6) {
            0 => rest.to_owned(),
            1 => format!("v.w.{rest}"),
            2 => format!("bad{rest}"),
            _ => format!("w.{rest}"),
        },
        None => name.to_owned(),
    };
    match dice.below(30) {
        0 => format!("x.{name}"),
        1 => name
            .split_once('.')
            .map_or(name.clone(), |(_, rest)| rest.to_owned()),
        2 => format!("{name}."),
        3 => "10.0.0.1".to_owned(),
        4..=5 => name.to_ascii_uppercase(),
        _ => name,
    }
}

fn method(dice: &mut Dice, aim: &Value, grpc: bool) -> String {
    let any = *dice.pick(&["GET", "POST", "HEAD", "get", "PUT"]);
    let wanted = match (grpc, aim["method"].as_str()) {
        (true, _) => "POST",
        (false, Some(method)) => method,
        (false, None) => "GET",
    };
    (if dice.percent(85) { wanted } else { any }).to_owned()
}

fn path(dice: &mut Dice, aim: &Value, grpc: bool) -> String {
    let value = if grpc {
        let part = |part: &str, other: &str| match text(&aim["method"][part]) {
            "" => other.to_owned(),
            value => value.replace("\\.", ".").replace(".*", "ar"),
        };
        format!("/{}/{}", part("service", "foo.Bar"), part("method", "Get"))
    } else {
        wanted_path(dice, &aim["path"])
    };
    let shorter = value.trim_end_matches('/').to_owned();
    let moved = match dice.below(24) {
        0 => format!("{value}/"),
        1 => shorter,
        2 => format!("{value}x"),
        3..=6 => format!("{shorter}/x"),
        7 => format!("{shorter}/x/y/"),
        8 => value.replacen('/', "//", 1),
        9 => format!("{shorter}//b"),
        10 => value.to_ascii_uppercase(),
        11 => format!("{shorter}/../a"),
        12 => "/".to_owned(),
        13 => (*dice.pick(&["/a", "/a/b", "/foo/bar", "/foo.Bar/Get", "/a%2Fb"])).to_owned(),
        _ => value,
    };
    if moved.is_empty() {
        "/".to_owned()
    } else {
        moved
    }
}

/// A path that the path of a match takes, or for regular expressions perhaps just not.
fn wanted_path(dice: &mut Dice, wanted: &Value) -> String {
    let value = match text(&wanted["value"]) {
        "" => "/",
        value => value,
    };
    let known = PATTERNS
        .iter()
        .find(|one| wanted["type"] == "RegularExpression" && one.0 == value);
    match known {
        Some(&(_, fits, fits_not)) => (*dice.pick(&[fits, fits, fits_not])).to_owned(),
        None => value.to_owned(),
    }
}

/// The value that a header or query parameter should have, or another.
fn wanted_value(dice: &mut Dice, wanted: &Value) -> String {
    let value = match wanted["type"] == "RegularExpression" {
        true => *dice.pick(&["1", "a1", "x"]),
        false => text(&wanted["value"]),
    };
    match dice.below(14) {
        0 => value.to_ascii_uppercase(),
        1 => "2".to_owned(),
        _ => value.to_owned(),
    }
}

fn query(dice: &mut Dice, aim: &Value) -> Option<String> {
    let mut parts = Vec::new();
    for wanted in list(&aim["queryParams"]) {
        let (name, value) = (text(&wanted["name"]), wanted_value(dice, wanted));
        match dice.below(12) {
            0 => {}
            1 => parts.push(name.to_owned()),
            2 => parts.push(format!("{}={value}", name.to_ascii_lowercase())),
            3 => parts.extend([format!("{name}=9"), format!("{name}={value}")]),
            4 => parts.extend([format!("{name}={value}"), format!("{name}=9")]),
            _ => parts.push(format!("{name}={value}")),
        }
    }
    if dice.percent(15) {
        parts.push((*dice.pick(&["q=1", "v=2", "other=3", "q="])).to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("&"))
}

fn headers(dice: &mut Dice, aim: &Value) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for wanted in counted_headers(aim) {
        let (name, value) = (text(&wanted["name"]), wanted_value(dice, wanted));
        let mut push = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
        match dice.below(12) {
            0 => {}
            1 => push(&name.to_ascii_uppercase(), &value),
            2 => push(&name.to_ascii_lowercase(), &value),
            3 => {
                push(name, &value);
                push(name, "9");
            }
            _ => push(name, &value),
        }
    }
    if dice.percent(15) {
        let name = *dice.pick(&["X-Env", "x-flag", "Other"]);
        fields.push((name.to_owned(), (*dice.pick(&["1", "2"])).to_owned()));
    }
    fields
}
