//! Reads fields of JSON objects the long way round.

use serde_json::Value;

pub(crate) const GROUP: &str = "gateway.networking.k8s.io";

/// The text at a JSON pointer, empty if there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    text_or(value, pointer, "")
}

/// The text at a JSON pointer, or a default if the field is not there.
pub(crate) fn text_or<'a>(value: &'a Value, pointer: &str, default: &'a str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or(default)
}

/// The items at a JSON pointer, none if there is no list.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

/// The texts at a JSON pointer.
pub(crate) fn texts<'a>(value: &'a Value, pointer: &str) -> Vec<&'a str> {
    let items = list(value, pointer).iter();
    items.filter_map(Value::as_str).collect()
}

pub(crate) fn kind(object: &Value) -> &str {
    text(object, "/kind")
}

pub(crate) fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

pub(crate) fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

/// `namespace/name`.
pub(crate) fn full_name(object: &Value) -> String {
    format!("{}/{}", namespace(object), name(object))
}

/// The object of a kind with this namespace (empty for cluster-scoped kinds) and name.
pub(crate) fn find<'a>(world: &'a [Value], wanted: [&str; 3]) -> Option<&'a Value> {
    let is_it = |one: &&Value| [kind(one), namespace(one), name(one)] == wanted;
    world.iter().find(is_it)
}
