//! What an object calls itself, read from text that may be damaged further on.
//!
//! Walks the text once without recursion and without decoding: neither nesting, nor a broken escape, nor a cut end
//! hides the name of what is wrong.

use crate::object::{Kind, ObjectId};

/// `apiVersion`, `kind` and the two names of `metadata`, as far as they could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `apiVersion`.
    pub api_version: Option<String>,
    /// `kind`.
    pub kind: Option<String>,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: Option<String>,
}

impl Identity {
    /// API group: what stands before the slash of `apiVersion`, empty for the core group.
    pub fn group(&self) -> &str {
        let version = self.api_version.as_deref().unwrap_or_default();
        version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The id, if kind and name could be read.
    pub fn id(&self) -> Option<ObjectId> {
        let kind = self.kind.clone().filter(|kind| !kind.is_empty())?;
        if let Some(kind) = super::known_kind(self.group(), &kind) {
            return self.id_as(kind);
        }
        let namespace = super::namespace_of(true, self.namespace.as_deref());
        Some(ObjectId {
            group: self.group().to_owned(),
            kind,
            namespace,
            name: self.written_name()?.to_owned(),
        })
    }

    /// The id as an object of a kind that is known, if the name could be read.
    pub fn id_as(&self, kind: Kind) -> Option<ObjectId> {
        let namespace = super::namespace_of(kind.is_namespaced(), self.namespace.as_deref());
        Some(kind.id(&namespace, self.written_name()?))
    }

    fn written_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|name| !name.is_empty())
    }
}

/// Reads the identity of a JSON object, as far as the text goes.
pub fn scan(json: &str) -> Identity {
    let mut found = Identity::default();
    let mut keys: [&str; 2] = ["", ""];
    let mut is_object = [false; 2];
    let mut depth = 0_usize;
    let mut rest = json;
    while let Some(start) = rest.find(['{', '[', '}', ']', '"']) {
        let (_, from) = rest.split_at(start);
        let (token, after) = from.split_at(1);
        rest = after;
        match token {
            "{" | "[" => {
                if let Some(slot) = is_object.get_mut(depth) {
                    *slot = token == "{";
                }
                if let Some(key) = keys.get_mut(depth) {
                    *key = "";
                }
                depth += 1;
            }
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {
                let Some(end) = end_of_string(rest) else {
                    break;
                };
                let (text, after) = rest.split_at(end);
                rest = after.get(1..).unwrap_or_default();
                let in_object = depth > 0 && is_object.get(depth - 1) == Some(&true);
                if !in_object {
                    continue;
                }
                if rest.trim_start().starts_with(':') {
                    if let Some(key) = keys.get_mut(depth - 1) {
                        *key = text;
                    }
                } else {
                    found.take(depth, keys, text);
                }
            }
        }
    }
    found
}

impl Identity {
    fn take(&mut self, depth: usize, keys: [&str; 2], text: &str) {
        let slot = match (depth, keys) {
            (1, ["apiVersion", _]) => &mut self.api_version,
            (1, ["kind", _]) => &mut self.kind,
            (2, ["metadata", "namespace"]) => &mut self.namespace,
            (2, ["metadata", "name"]) => &mut self.name,
            _ => return,
        };
        slot.get_or_insert_with(|| {
            serde_json::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| text.to_owned())
        });
    }
}

/// Where a string ends: the first quote that no backslash escapes.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, id: Option<&str>) {
        let got = scan(json).id().map(|id| format!("{} {id}", id.group));
        assert_eq!(got.as_deref(), id, "{json}");
    }

    #[test]
    fn damage_behind_the_name_does_not_hide_it() {
        let head = r#"{"apiVersion":"gateway.networking.k8s.io/v1","kind":"Gateway","metadata":{"name":"a\u0062","namespace":"n"}"#;
        let id = Some("gateway.networking.k8s.io Gateway n/ab");
        check(&format!("{head}}}"), id);
        check(&format!("{head},\"spec\":{{\"x\":\"\\ud800"), id);
        check(&format!("{head},\"spec\":{}", "[".repeat(100_000)), id);
        check(
            &format!("{head},\"spec\":{{\"kind\":\"No\",\"metadata\":{{\"name\":\"no\"}}"),
            id,
        );
    }

    #[test]
    fn names_elsewhere_are_not_the_name() {
        check(r#"[{"kind":"Gateway","metadata":{"name":"a"}}]"#, None);
        check(r#"{"kind":"Service","spec":{"name":"a"}}"#, None);
        check(r#"{"kind":["metadata",{"name":"a"}]}"#, None);
        check(
            r#"{"metadata":{"name":"a"},"kind":"Service","apiVersion":"v1"}"#,
            Some(" Service default/a"),
        );
        check(
            r#"{"metadata":{"name":"a","namespace":"b"},"kind":"Namespace","apiVersion":"v1"}"#,
            Some(" Namespace a"),
        );
        check("", None);
        check("\"", None);
    }
}
