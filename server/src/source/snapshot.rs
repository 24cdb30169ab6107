//! A snapshot: everything that was read at one moment, as one compressed file that gives the same answers later.
//!
//! Gzipped JSON, versioned; readers ignore fields that they do not know, so that newer files lose as little as possible
//! in older programs, and older files nothing in newer ones.

use app::api::envelope::{API_VERSION, SourceKind, SourceStateView, SourceView};
use engine::RawObject;
use engine::snapshot::{Problem, Visibility};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::io::{Read, Write};
use std::sync::Arc;

/// Version of the form of the file.
const VERSION: u32 = 1;
/// `kind` of the file.
pub const KIND: &str = "Snapshot";
/// The largest snapshot that is read, in bytes once it is unpacked.
const LARGEST: u64 = 1 << 30;
/// The annotation in which kubectl keeps a whole object as it was applied, and with it what was removed since.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What a snapshot holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Where it was read from.
    pub source: SourceView,
    /// How far each kind could be seen.
    pub visibility: Vec<Visibility>,
    /// What was wrong with the source itself.
    pub problems: Vec<Problem>,
    /// The objects.
    pub objects: Vec<RawObject>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    api_version: &'a str,
    kind: &'a str,
    version: u32,
    gatewatch: &'a str,
    taken_at: &'a str,
    source: &'a SourceView,
    visibility: &'a [Visibility],
    problems: &'a [Problem],
    items: Vec<ItemWritten<'a>>,
}

#[derive(Serialize)]
struct ItemWritten<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    origin: &'a str,
    object: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    #[serde(default)]
    version: u32,
    source: SourceView,
    #[serde(default)]
    taken_at: String,
    #[serde(default)]
    visibility: Vec<Value>,
    #[serde(default)]
    problems: Vec<Value>,
    #[serde(borrow, default)]
    items: Vec<ItemFound<'a>>,
}

#[derive(Deserialize)]
struct ItemFound<'a> {
    #[serde(default)]
    origin: String,
    #[serde(borrow)]
    object: &'a RawValue,
}

/// The file of a snapshot.
///
/// # Errors
///
/// If it cannot be written into memory.
pub fn write(taken: &Taken) -> std::io::Result<Vec<u8>> {
    let items = taken.objects.iter().filter_map(|object| {
        Some(ItemWritten {
            origin: &object.origin,
            object: RawValue::from_string(object.json.to_string()).ok()?,
        })
    });
    let written = Written {
        api_version: API_VERSION,
        kind: KIND,
        version: VERSION,
        gatewatch: env!("CARGO_PKG_VERSION"),
        taken_at: &taken.source.read_at,
        source: &taken.source,
        visibility: &taken.visibility,
        problems: &taken.problems,
        items: items.collect(),
    };
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    serde_json::to_writer(&mut packed, &written)?;
    packed.flush()?;
    packed.finish()
}

/// Unpacks a file that begins as gzip does.
///
/// # Errors
///
/// If it is no gzip, or too large once it is unpacked.
pub fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        let words = format!("larger than {} MiB once it is unpacked", LARGEST >> 20);
        return Err(std::io::Error::other(words));
    }
    Ok(bytes)
}

/// True if a file is gzip.
pub fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Reads a snapshot, unpacked.
///
/// # Errors
///
/// If it is none, or of a form that a newer Gatewatch wrote: in words.
pub fn read(text: &str) -> Result<Taken, String> {
    let found: Found<'_> = serde_json::from_str(text)
        .map_err(|error| format!("This snapshot is damaged: {error}."))?;
    if found.version > VERSION {
        return Err(format!(
            "This snapshot was written by a newer Gatewatch (form {}, this one reads up to {VERSION}); use that one.",
            found.version
        ));
    }
    // Kinds and fields that are not known here are nothing that we could judge.
    let known = |values: Vec<Value>| values.into_iter();
    let visibility = known(found.visibility).filter_map(|one| serde_json::from_value(one).ok());
    let problems = known(found.problems).filter_map(|one| serde_json::from_value(one).ok());
    let objects = found.items.iter().map(|item| RawObject {
        json: Arc::from(item.object.get()),
        origin: Arc::from(item.origin.as_str()),
    });
    let day = found
        .taken_at
        .get(..16)
        .unwrap_or(&found.taken_at)
        .replace('T', " ");
    Ok(Taken {
        visibility: visibility.collect(),
        problems: problems.collect(),
        objects: objects.collect(),
        source: SourceView {
            kind: SourceKind::Snapshot,
            name: format!("snapshot of {day} UTC, {}", found.source.name),
            state: SourceStateView::Fixed,
            read_at: found.taken_at,
            problem: found.source.problem,
        },
    })
}

/// The text of an object for a snapshot: without what only servers need, and without what may tell secrets. `kind` and
/// `version` are put in where an item of a list does not say them.
pub fn trimmed(json: &str, api_version: &str, kind: &str) -> Arc<str> {
    let Ok(Value::Object(mut object)) = serde_json::from_str::<Value>(json) else {
        // Too deep or too odd to be taken apart; it is kept as it is, and will be a problem again.
        return Arc::from(json);
    };
    object
        .entry("apiVersion")
        .or_insert_with(|| api_version.into());
    object.entry("kind").or_insert_with(|| kind.into());
    if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
        metadata.remove("managedFields");
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.remove(LAST_APPLIED);
        }
    }
    Arc::from(Value::Object(object).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_noise_stay_out() {
        let text = r#"{"metadata":{"name":"a","managedFields":[{}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"password","keep":"1"}}}"#;
        let trimmed = trimmed(text, "v1", "Namespace");
        let value: Value = serde_json::from_str(&trimmed).expect("JSON");
        let wanted = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "annotations": {"keep": "1"}}});
        assert_eq!(value, wanted);
        assert_eq!(&*super::trimmed("no object", "v1", "Service"), "no object");
    }

    #[test]
    fn a_newer_form_is_told_and_unknown_kinds_are_passed_over() {
        let source = r#""source":{"kind":"cluster","name":"cluster: x","state":"live","readAt":"","problem":null}"#;
        let newer = read(&format!(r#"{{"version":2,{source}}}"#));
        assert!(newer.is_err_and(|words| words.contains("newer Gatewatch")));
        let odd = read(&format!(
            r#"{{"version":1,{source},"takenAt":"2026-11-20T10:02:11Z","visibility":[{{"kind":"Odd"}}],"more":1}}"#
        ));
        let taken = odd.expect("it can be read");
        assert_eq!(
            taken.source.name,
            "snapshot of 2026-11-20 10:02 UTC, cluster: x"
        );
        assert!(taken.visibility.is_empty());
    }
}
