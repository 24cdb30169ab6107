//! Makes a world and a request smaller as long as engine and naive answer still differ.

use super::worlds::World;
use engine::Request;
use serde_json::Value;
use std::collections::BTreeSet;

/// Lists that may lose elements, and fields that may go; what is left stays admissible.
const LISTS: [&str; 9] = [
    "listeners",
    "parentRefs",
    "hostnames",
    "rules",
    "matches",
    "headers",
    "queryParams",
    "filters",
    "backendRefs",
];
const FIELDS: [&str; 8] = [
    "hostname",
    "allowedRoutes",
    "hostnames",
    "method",
    "headers",
    "queryParams",
    "filters",
    "weight",
];

/// The smallest world and request that simple steps lead to.
pub(crate) fn smallest(
    mut world: World,
    mut request: Request,
    differs: impl Fn(&World, &Request) -> bool,
) -> (World, Request) {
    loop {
        let smaller = worlds(&world)
            .into_iter()
            .find(|smaller| differs(smaller, &request));
        if let Some(smaller) = smaller {
            world = smaller;
            continue;
        }
        let smaller = requests(&request)
            .into_iter()
            .find(|smaller| differs(&world, smaller));
        match smaller {
            Some(smaller) => request = smaller,
            None => return (world, request),
        }
    }
}

fn worlds(world: &World) -> Vec<World> {
    let mut smaller = Vec::new();
    for (index, object) in world.objects.iter().enumerate() {
        let kind = object["kind"].as_str().unwrap_or_default();
        let route = kind.ends_with("Route") && world.routes().count() > 1;
        if route || kind == "ReferenceGrant" {
            let mut without = world.clone();
            without.objects.remove(index);
            smaller.push(without);
        }
        if kind == "Gateway" || kind.ends_with("Route") {
            smaller.extend(values(object).into_iter().map(|object| {
                let mut changed = world.clone();
                changed.objects[index] = object;
                changed
            }));
        }
    }
    smaller.retain(listeners_differ);
    smaller
}

/// Admission refuses two listeners with one port and hostname.
fn listeners_differ(world: &World) -> bool {
    let key = |one: &Value| (one["port"].to_string(), one["hostname"].to_string());
    let keys: BTreeSet<_> = world.listeners().iter().map(key).collect();
    keys.len() == world.listeners().len()
}

/// A value with one element or field less, anywhere in it.
fn values(value: &Value) -> Vec<Value> {
    let Some(fields) = value.as_object() else {
        return Vec::new();
    };
    let mut smaller = Vec::new();
    for (name, inner) in fields {
        let mut put = |new: Value| {
            let mut changed = value.clone();
            changed[name.as_str()] = new;
            smaller.push(changed);
        };
        values(inner).into_iter().for_each(&mut put);
        let items = inner.as_array().map_or(&[][..], Vec::as_slice);
        for index in 0..items.len() {
            let mut items = items.to_vec();
            for item in values(&items[index].clone()) {
                items[index] = item;
                put(Value::Array(items.clone()));
            }
        }
        for index in 0..items.len() {
            let mut items = items.to_vec();
            items.remove(index);
            if LISTS.contains(&name.as_str()) && !items.is_empty() {
                put(Value::Array(items));
            }
        }
        if FIELDS.contains(&name.as_str()) {
            let mut changed = value.clone();
            let fields = changed.as_object_mut().expect("it has fields");
            fields.remove(name);
            smaller.push(changed);
        }
    }
    smaller
}

fn requests(request: &Request) -> Vec<Request> {
    let mut smaller = Vec::new();
    for index in 0..request.headers.len() {
        let mut without = request.clone();
        without.headers.remove(index);
        smaller.push(without);
    }
    let plain = |change: &dyn Fn(&mut Request)| {
        let mut changed = request.clone();
        change(&mut changed);
        changed
    };
    smaller.push(plain(&|one| one.query = None));
    smaller.push(plain(&|one| one.gateway = None));
    smaller.push(plain(&|one| one.method = "GET".to_owned()));
    smaller.push(plain(&|one| one.path = "/".to_owned()));
    smaller.retain(|one| one != request);
    smaller
}
