//! Documents of a YAML or JSON text as raw objects. One broken document never takes others with it.

mod json;
mod split;
mod yaml;

use super::snapshot;
use app::api::envelope::SourceView;
use engine::admission::{self, Violation};
use engine::resource::{content, identity, known_kind};
use engine::snapshot::{Problem, Visibility};
use engine::{Kind, ObjectId, RawObject};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What a text holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The objects in order, `List`s taken apart.
    pub documents: Vec<Document>,
    /// What is wrong with the text.
    pub problems: Vec<Problem>,
    /// True if a document could not be parsed at all, so that objects may be missing.
    pub broken: bool,
    /// How far kinds could be seen, and where, of a snapshot.
    pub taken: Option<(SourceView, Vec<Visibility>)>,
}

/// An object as it stood in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its identity, for kinds that Gatewatch reads and names that can be told.
    pub id: Option<ObjectId>,
    /// The object.
    pub raw: RawObject,
}

/// Parses a text that is called `name` in problems: documents between `---` lines, each YAML or JSON.
pub fn parse(name: &str, text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, part) in split::documents(text).into_iter().enumerate() {
        let place = Place {
            origin: format!("{name}, document {}", index + 1),
            first_line: part.first_line,
        };
        if part.text.trim_start().starts_with(['{', '[']) {
            json::parse(&mut parsed, &place, part.text);
        } else {
            yaml::parse(&mut parsed, &place, part.text);
        }
    }
    parsed
}

/// Reads a text that is one YAML document and no object of a cluster; the error says where it is broken.
pub fn value(text: &str) -> Result<Value, String> {
    yaml::whole(text)
}

/// Where a document stands.
#[derive(Clone, Debug)]
struct Place {
    /// `routes.yaml, document 3`.
    origin: String,
    /// Number of the file's line on which the document begins.
    first_line: usize,
}

impl Place {
    /// `routes.yaml, document 3, line 40, column 7`; lines count from the start of the file.
    fn at(&self, line: usize, column: usize) -> String {
        format!(
            "{}, line {}, column {column}",
            self.origin,
            (self.first_line + line).saturating_sub(1)
        )
    }

    /// An item of a list in this document.
    fn item(&self, index: usize) -> Self {
        Self {
            origin: format!("{}, items[{index}]", self.origin),
            first_line: self.first_line,
        }
    }
}

impl Parsed {
    /// Notes that a document is lost.
    fn lose(&mut self, path: String, message: impl Into<String>) {
        self.broken = true;
        self.tell(None, path, message);
    }

    /// Notes something that is wrong.
    fn tell(&mut self, object: Option<ObjectId>, path: String, message: impl Into<String>) {
        self.problems.push(Problem {
            object,
            path,
            message: message.into(),
        });
    }

    /// Keeps an object; tells what an API server would have said to it.
    fn keep(&mut self, place: &Place, json: String, head: &Head<'_>) {
        self.admit(place, &json, head);
        let raw = RawObject {
            json: Arc::from(json),
            origin: Arc::from(place.origin.as_str()),
        };
        self.documents.push(Document { id: head.id(), raw });
    }
}

impl Parsed {
    /// Takes in a snapshot as it was taken: whatever was told then is told now.
    fn snapshot(&mut self, place: &Place, text: &str) {
        let taken = match snapshot::read(text) {
            Ok(taken) => taken,
            Err(words) => return self.lose(place.origin.clone(), words),
        };
        self.problems.extend(taken.problems);
        let documents = taken.objects.into_iter().map(|raw| {
            let id = identity::scan(&raw.json).id();
            let id = id.filter(|id| known_kind(&id.group, &id.kind).is_some());
            Document { id, raw }
        });
        self.documents.extend(documents);
        self.taken = Some((taken.source, taken.visibility));
    }
}

impl Parsed {
    /// Objects in files were never admitted by an API server, so its rules are asked here.
    fn admit(&mut self, place: &Place, json: &str, head: &Head<'_>) {
        let Some(id) = head.id() else { return };
        let group = id.group.as_str();
        let (Some(kind), Ok(object)) = (known_kind(group, &id.kind), serde_json::from_str(json))
        else {
            return;
        };
        for Violation { path, message } in admission::violations(kind, &object) {
            let path = format!("{}, {path}", place.origin);
            let message = format!("An API server would refuse this: {}", lower_first(&message));
            self.tell(Some(id.clone()), path, message);
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// What tells which object it is.
#[derive(Clone, Copy, Debug, Default)]
struct Head<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

impl Head<'_> {
    /// The identity that the engine will give the object, if it will give it one.
    fn id(&self) -> Option<ObjectId> {
        let group = self
            .api_version
            .split_once('/')
            .map_or("", |(group, _)| group);
        let kind = known_kind(group, self.kind)?;
        let namespace = match (kind.is_namespaced(), self.namespace) {
            (false, _) => "",
            (true, "") => "default",
            (true, namespace) => namespace,
        };
        (!self.name.is_empty()).then(|| Kind::id(kind, namespace, self.name))
    }

    /// Of Secrets and ConfigMaps nothing passes this door but names, type, and whether certificates and keys parse.
    fn without_data(&self, object: impl FnOnce() -> Option<Value>) -> Option<String> {
        if !matches!(self.kind, "Secret" | "ConfigMap") {
            return None;
        }
        let mut object = object().unwrap_or_else(|| Value::Object(Map::new()));
        if let Some(object) = object.as_object_mut() {
            object.insert("apiVersion".to_owned(), self.api_version.into());
            object.insert("kind".to_owned(), self.kind.into());
        }
        Some(content::without_data(&object).to_string())
    }
}

/// The kind of a list's items where they do not say it themselves: `HTTPRoute` of `HTTPRouteList`.
fn item_kind(list: &str) -> Option<&str> {
    list.strip_suffix("List").filter(|kind| !kind.is_empty())
}

const NO_OBJECT: &str =
    "This document is no object; an object of Kubernetes is a mapping with apiVersion and kind.";
/// How deep lists may stand within lists.
const DEEPEST_LIST: usize = 4;
