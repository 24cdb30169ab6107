//! YAML documents, with bounds on depth, aliases and size.

use super::{DEEPEST_LIST, Head, NO_OBJECT, Parsed, Place, item_kind};
use engine::sentence::visible;
use serde_json::Value;
use serde_saphyr::options::AliasLimits;
use serde_saphyr::{Options, budget, from_str_with_options, options};

/// Reads a document.
pub(super) fn parse(parsed: &mut Parsed, place: &Place, text: &str) {
    match value(text, Booleans::OfYaml12) {
        Ok(value) => {
            let slips = slips(text, &value);
            let before = parsed.documents.len();
            object(parsed, place, value, None, 0);
            let id = match parsed.documents.get(before..) {
                Some([only]) => only.id.clone(),
                _ => None,
            };
            for Slip { path, word } in slips {
                let message = format!(
                    "kubectl reads the unquoted word {word} as true or false, and the API server then refuses the object; \
                     put it in quotes. Here it is taken as text."
                );
                parsed.tell(id.clone(), format!("{}, {path}", place.origin), message);
            }
        }
        Err(lost) => {
            let path = lost.at.map_or_else(
                || place.origin.clone(),
                |(line, column)| place.at(line, column),
            );
            parsed.lose(path, lost.message);
        }
    }
}

/// Reads a document if it is YAML; false, and nothing changed, if it is not.
pub(super) fn try_parse(parsed: &mut Parsed, place: &Place, text: &str) -> bool {
    let is_yaml = value(text, Booleans::OfYaml12).is_ok();
    if is_yaml {
        parse(parsed, place, text);
    }
    is_yaml
}

/// A text as one document.
pub(super) fn whole(text: &str) -> Result<Value, String> {
    value(text, Booleans::OfYaml12).map_err(|lost| match lost.at {
        Some((line, column)) => format!("line {line}, column {column}: {}", lost.message),
        None => lost.message,
    })
}

/// Which unquoted words are booleans.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Booleans {
    /// `true` and `false`.
    OfYaml12,
    /// Also `yes`, `no`, `on`, `off`, `y`, `n`: what kubectl reads.
    OfKubectl,
}

struct Lost {
    at: Option<(usize, usize)>,
    message: String,
}

fn value(text: &str, booleans: Booleans) -> Result<Value, Lost> {
    from_str_with_options(text, bounds(text.len(), booleans)).map_err(|error| {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let message = visible(&error.without_snippet().to_string()).into_owned();
        Lost {
            at: error
                .location()
                .map(|at| (number(at.line()), number(at.column()))),
            message: format!("This is no YAML: {message}."),
        }
    })
}

/// Without aliases the work grows with the text alone, so that its own bound is enough; aliases multiply it and are
/// bounded in number, in what they repeat and in how deep they stand.
fn bounds(bytes: usize, booleans: Booleans) -> Options {
    let mut aliases = AliasLimits::default();
    aliases.max_total_replayed_events = 100_000;
    aliases.max_replay_stack_depth = 16;
    options! {
        budget: budget! {
            max_events: bytes.saturating_add(1_000),
            max_nodes: bytes.saturating_add(1_000),
            max_depth: 64,
            max_aliases: 10_000,
            max_anchors: 10_000,
            max_merge_keys: 1_000,
        },
        alias_limits: aliases,
        strict_booleans: booleans == Booleans::OfYaml12,
        with_snippet: false,
    }
}

fn object(
    parsed: &mut Parsed,
    place: &Place,
    mut value: Value,
    list: Option<(&str, &str)>,
    depth: usize,
) {
    if let (Some((version, kind)), Some(object)) = (list, value.as_object_mut()) {
        object.entry("apiVersion").or_insert_with(|| version.into());
        object.entry("kind").or_insert_with(|| kind.into());
    }
    if !value.is_object() {
        parsed.tell(None, place.origin.clone(), NO_OBJECT);
        return;
    }
    let is_list = value
        .get("kind")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.ends_with("List"));
    if is_list
        && depth < DEEPEST_LIST
        && let Some(items) = value.get_mut("items").and_then(Value::as_array_mut)
    {
        let items = std::mem::take(items);
        let head = head(&value);
        let of = item_kind(head.kind).map(|kind| (head.api_version, kind));
        for (index, item) in items.into_iter().enumerate() {
            object(parsed, &place.item(index), item, of, depth + 1);
        }
        return;
    }
    let head = head(&value);
    parsed.keep(
        place,
        head.without_data(|| Some(value.clone()))
            .unwrap_or_else(|| value.to_string()),
        &head,
    );
}

fn head(value: &Value) -> Head<'_> {
    let text = |pointer: &str| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    Head {
        api_version: text("/apiVersion"),
        kind: text("/kind"),
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name"),
    }
}

/// An unquoted word such as `yes` that kubectl reads as a boolean while YAML 1.2 reads text.
struct Slip {
    path: String,
    word: String,
}

fn slips(text: &str, value: &Value) -> Vec<Slip> {
    const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let may_slip = text
        .split(|c| !is_letter(c))
        .any(|word| WORDS.iter().any(|slip| word.eq_ignore_ascii_case(slip)));
    let mut found = Vec::new();
    if may_slip && let Ok(loose) = self::value(text, Booleans::OfKubectl) {
        compare(value, &loose, &mut String::new(), &mut found);
    }
    found
}

fn compare(strict: &Value, loose: &Value, path: &mut String, found: &mut Vec<Slip>) {
    let length = path.len();
    match (strict, loose) {
        (Value::String(word), Value::Bool(_)) => {
            found.push(Slip {
                path: path.trim_start_matches('.').to_owned(),
                word: word.clone(),
            });
        }
        (Value::Object(strict), Value::Object(loose)) => {
            for (key, strict) in strict {
                if let Some(loose) = loose.get(key) {
                    path.push('.');
                    path.push_str(key);
                    compare(strict, loose, path, found);
                    path.truncate(length);
                }
            }
        }
        (Value::Array(strict), Value::Array(loose)) => {
            for (index, (strict, loose)) in strict.iter().zip(loose).enumerate() {
                path.push_str(&format!("[{index}]"));
                compare(strict, loose, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
