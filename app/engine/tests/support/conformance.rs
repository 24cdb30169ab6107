//! Upstream's cases as data: manifests with mutations, from a folder beside the repository.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

use super::{documents, snapshot};
use engine::Snapshot;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const CLASS: &str = "conformance";

/// The folder with the cases; another of the same form may be named by `GATEWATCH_CONFORMANCE`.
pub(crate) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("GATEWATCH_CONFORMANCE").filter(|named| !named.is_empty());
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance");
    let folder = named
        .as_ref()
        .map_or_else(|| PathBuf::from(beside), PathBuf::from);
    // A folder that is named has to be there; the one beside the repository may be missing.
    assert!(
        named.is_none() || folder.is_dir(),
        "{} is no folder",
        folder.display()
    );
    folder.is_dir().then_some(folder)
}

/// The cases of a file.
pub(crate) fn cases(folder: &std::path::Path, file: &str) -> Vec<Value> {
    let path = folder.join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Manifests, each parsed once.
pub(crate) struct Manifests {
    folder: PathBuf,
    parsed: BTreeMap<String, Vec<Value>>,
}

impl Manifests {
    pub(crate) fn new(folder: &std::path::Path) -> Self {
        Self {
            folder: folder.join("manifests"),
            parsed: BTreeMap::new(),
        }
    }

    fn of(&mut self, file: &str) -> Vec<Value> {
        let folder = &self.folder;
        let parse = || {
            let path = folder.join(file);
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            documents(&text.replace("{GATEWAY_CLASS_NAME}", CLASS))
        };
        self.parsed
            .entry(file.to_owned())
            .or_insert_with(parse)
            .clone()
    }

    /// The world of a case: its manifests, what the suite makes itself, and its mutations.
    pub(crate) fn world(&mut self, case: &Value) -> Snapshot {
        let mut objects = self.of("_synthetic/programmatic-resources.yaml");
        let files: Vec<String> = case["manifests"]
            .as_array()
            .map(|files| {
                files
                    .iter()
                    .filter_map(|file| file.as_str().map(str::to_owned))
                    .collect()
            })
            .unwrap_or_else(|| vec!["base/manifests.yaml".to_owned()]);
        for file in &files {
            objects.extend(self.of(file));
        }
        for object in &mut objects {
            if object["kind"] == "GatewayClass" {
                object["spec"]["controllerName"] = "example.net/conformance-controller".into();
            }
        }
        objects.iter_mut().for_each(|object| dated(object, 0));
        for mutation in case["mutations"].as_array().into_iter().flatten() {
            mutate(&mut objects, mutation);
        }
        snapshot(&objects)
    }
}

/// Gives an object the time of creation that an API server would: what is applied later is younger.
fn dated(object: &mut Value, second: u32) {
    let written = object["metadata"]["creationTimestamp"].as_str();
    if written.is_none_or(|written| written.starts_with('(')) {
        let time = format!("2026-01-01T00:00:{second:02}Z");
        object["metadata"]["creationTimestamp"] = time.into();
    }
}

/// `Kind namespace/name` or `Kind name`.
fn name(object: &Value) -> String {
    let text = |pointer: &str| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    match text("/metadata/namespace") {
        "" => format!("{} {}", text("/kind"), text("/metadata/name")),
        namespace => format!("{} {namespace}/{}", text("/kind"), text("/metadata/name")),
    }
}

fn mutate(objects: &mut Vec<Value>, mutation: &Value) {
    let mut mutation = mutation.clone();
    fill(&mut mutation["value"], objects);
    let mutation = &mutation;
    let wanted = mutation["object"].as_str().unwrap_or_default();
    let path = mutation["path"].as_str().unwrap_or_default();
    match mutation["op"].as_str().unwrap_or_default() {
        "delete" => objects.retain(|object| name(object) != wanted),
        "create" => {
            let mut created = mutation["value"].clone();
            dated(&mut created, 10);
            objects.push(created);
        }
        op => {
            let object = objects
                .iter_mut()
                .find(|object| name(object) == wanted)
                .unwrap_or_else(|| panic!("{wanted} is not there: {mutation}"));
            change(place(object, path), op, mutation);
        }
    }
}

/// Values that the data describes instead of writing them: "(copy of ConfigMap x ca.crt)", "(valid CA again)".
fn fill(value: &mut Value, objects: &[Value]) {
    match value {
        Value::String(text) if text.starts_with("(copy of ") || text.starts_with("(valid CA") => {
            let is_it = |object: &&Value| {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                let meant = text.split([' ', ')']).any(|word| word == name);
                object["kind"] == "ConfigMap" && (meant || text.starts_with("(valid CA"))
            };
            let mut found = objects.iter().filter(is_it);
            if let Some(original) = found.find_map(|object| object["data"]["ca.crt"].as_str()) {
                *text = original.to_owned();
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| fill(value, objects)),
        Value::Array(items) => items.iter_mut().for_each(|value| fill(value, objects)),
        _ => {}
    }
}

fn change(target: &mut Value, op: &str, mutation: &Value) {
    match (op, target) {
        ("set", target) => *target = mutation["value"].clone(),
        ("append", Value::Array(list)) => list.push(mutation["value"].clone()),
        ("append", target) => *target = Value::Array(vec![mutation["value"].clone()]),
        ("remove" | "retain", Value::Array(list)) => {
            // The condition is prose; what is meant is the one word in it that is no prose.
            let condition = mutation["where"].as_str().unwrap_or_default();
            let word = condition
                .split_whitespace()
                .find(|word| word.contains(['/', '_']))
                .unwrap_or_else(|| panic!("no word to look for: {mutation}"));
            list.retain(|item| item.to_string().contains(word) == (op == "retain"));
        }
        (op, _) => panic!("{op} is not understood: {mutation}"),
    }
}

/// The place that a path such as `spec.rules[0].name` names; made if it is missing.
fn place<'a>(object: &'a mut Value, path: &str) -> &'a mut Value {
    let mut place = object;
    // A dot within a name is written with a backslash before it.
    for step in path.replace("\\.", "\u{0}").split('.') {
        let step = &step.replace('\u{0}', ".");
        let (field, indexes) = step.split_once('[').unwrap_or((step, ""));
        place = &mut place[field];
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            let index: usize = index.trim_end_matches(']').parse().expect("an index");
            place = &mut place[index];
        }
    }
    place
}
