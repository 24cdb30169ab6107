//! JSON documents. Objects are cut out of the text as they stand, so that a damaged one damages nothing else.

use super::{DEEPEST_LIST, Head, NO_OBJECT, Parsed, Place, item_kind, yaml};
use crate::source::snapshot;
use app::api::envelope::API_VERSION;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The parts of an object that are needed here, each as it stands.
#[derive(Default, Deserialize)]
struct Outline<'a> {
    #[serde(borrow, default, rename = "apiVersion")]
    api_version: Option<&'a RawValue>,
    #[serde(borrow, default)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    items: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Name<'a> {
    #[serde(borrow, default)]
    namespace: Option<&'a RawValue>,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
}

/// Reads the JSON values of a document, one after the other. A first one that is no JSON may be YAML in braces.
pub(super) fn parse(parsed: &mut Parsed, place: &Place, text: &str) {
    let values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    for (index, value) in values.enumerate() {
        match value {
            Ok(value) => object(parsed, place, value.get(), None, 0),
            Err(error) => {
                if index > 0 || !yaml::try_parse(parsed, place, text) {
                    parsed.lose(place.at(error.line(), error.column()), words(&error));
                }
                return;
            }
        }
    }
}

/// The error without its place, which is told apart.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let end = words.rfind(" at line ").unwrap_or(words.len());
    format!("This is no JSON: {}.", words.get(..end).unwrap_or(&words))
}

fn object(
    parsed: &mut Parsed,
    place: &Place,
    text: &str,
    list: Option<(&str, &str)>,
    depth: usize,
) {
    let Ok(outline) = serde_json::from_str::<Outline<'_>>(text) else {
        parsed.tell(None, place.origin.clone(), NO_OBJECT);
        return;
    };
    let name: Name<'_> = outline
        .metadata
        .and_then(|metadata| serde_json::from_str(metadata.get()).ok())
        .unwrap_or_default();
    let own = [outline.api_version, outline.kind, name.namespace, name.name].map(string);
    let [api_version, kind, namespace, name] = own;
    let (list_version, list_kind) = list.unwrap_or_default();
    let head = Head {
        api_version: api_version.as_deref().unwrap_or(list_version),
        kind: kind.as_deref().unwrap_or(list_kind),
        namespace: namespace.as_deref().unwrap_or_default(),
        name: name.as_deref().unwrap_or_default(),
    };
    if (head.api_version, head.kind) == (API_VERSION, snapshot::KIND) && depth == 0 {
        parsed.snapshot(place, text);
        return;
    }
    let items = outline
        .items
        .and_then(|items| serde_json::from_str::<Vec<&RawValue>>(items.get()).ok());
    if let (true, Some(items)) = (head.kind.ends_with("List") && depth < DEEPEST_LIST, items) {
        let of = item_kind(head.kind).map(|kind| (head.api_version, kind));
        for (index, item) in items.into_iter().enumerate() {
            object(parsed, &place.item(index), item.get(), of, depth + 1);
        }
        return;
    }
    let json = head
        .without_data(|| serde_json::from_str(text).ok())
        .unwrap_or_else(|| {
            let missing = [
                ("apiVersion", &api_version, list_version),
                ("kind", &kind, list_kind),
            ];
            let missing = missing
                .into_iter()
                .filter(|(_, own, of_list)| own.is_none() && !of_list.is_empty());
            with_fields(text, missing.map(|(field, _, value)| (field, value)))
        });
    parsed.keep(place, json, &head);
}

fn string(value: Option<&RawValue>) -> Option<String> {
    value.and_then(|value| serde_json::from_str(value.get()).ok())
}

/// The text of an object with fields put in front of its own.
fn with_fields<'a>(object: &str, fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let Some(rest) = object.trim_start().strip_prefix('{') else {
        return object.to_owned();
    };
    let separator = if rest.trim_start().starts_with('}') {
        ""
    } else {
        ","
    };
    let fields: Vec<String> = fields
        .map(|(field, value)| format!("\"{field}\":{}", serde_json::Value::from(value)))
        .collect();
    if fields.is_empty() {
        object.to_owned()
    } else {
        format!("{{{}{separator}{rest}", fields.join(","))
    }
}
