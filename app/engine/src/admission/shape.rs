//! Shapes of values: what must be there, how long and how large it may be, which forms it may have.

use super::Violation;
use super::format::Format;
use crate::resource::shortened;
use serde_json::Value;

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    /// Anything.
    Any,
    /// An object with known fields; others are not looked at.
    Object(&'static [Field]),
    /// A list.
    List(List),
    /// An object with free keys.
    Map {
        /// How many entries at most.
        most: usize,
        /// Its values.
        value: &'static Shape,
    },
    /// Text.
    Text(Text),
    /// One of some words.
    Word(&'static [&'static str]),
    /// A whole number between two, both included.
    Number(i64, i64),
    /// One of some numbers.
    Code(&'static [i64]),
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// True if it must be there.
    pub required: bool,
    /// What it may be.
    pub shape: &'static Shape,
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// How many items at least.
    pub least: usize,
    /// How many items at most.
    pub most: usize,
    /// Its items.
    pub item: &'static Shape,
    /// Which of them must differ.
    pub unique: Unique,
}

/// Which items of a list must differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// They may be alike.
    No,
    /// Each is there once.
    Items,
    /// Each has another value in this field.
    By(&'static str),
}

/// Text.
#[derive(Debug)]
pub struct Text {
    /// How many letters at least.
    pub least: usize,
    /// How many letters at most.
    pub most: usize,
    /// Its form.
    pub format: Option<Format>,
}

/// Walks a value along its shape. `null` counts as absent.
pub(super) fn walk(shape: &Shape, value: &Value, path: &mut String, found: &mut Vec<Violation>) {
    match (shape, value) {
        (_, Value::Null) | (Shape::Any, _) => {}
        (Shape::Object(fields), Value::Object(object)) => {
            for field in *fields {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(field.name);
                match object.get(field.name).filter(|value| !value.is_null()) {
                    Some(value) => walk(field.shape, value, path, found),
                    None if field.required => tell(found, path, "This field must be there."),
                    None => {}
                }
                path.truncate(length);
            }
        }
        (Shape::List(list), Value::Array(items)) => walk_list(list, items, path, found),
        (Shape::Map { most, value }, Value::Object(object)) => {
            if object.len() > *most {
                let words = format!(
                    "There are {} entries; at most {most} are allowed.",
                    object.len()
                );
                tell(found, path, &words);
            }
            let length = path.len();
            for (key, one) in object.iter().take(*most) {
                path.push_str(&format!("[{key}]"));
                walk(value, one, path, found);
                path.truncate(length);
            }
        }
        (Shape::Text(text), Value::String(written)) => walk_text(text, written, path, found),
        (Shape::Word(words), Value::String(written)) if !words.contains(&written.as_str()) => {
            let words = format!("{written:?} is none of {}.", words.join(", "));
            tell(found, path, &words);
        }
        (Shape::Number(least, most), Value::Number(number)) => {
            let fits = number
                .as_i64()
                .is_some_and(|number| (*least..=*most).contains(&number));
            if !fits {
                let words = match *most {
                    i64::MAX => format!("{number} is less than {least}."),
                    most => format!("{number} is not between {least} and {most}."),
                };
                tell(found, path, &words);
            }
        }
        (Shape::Code(codes), Value::Number(number))
            if !number
                .as_i64()
                .is_some_and(|number| codes.contains(&number)) =>
        {
            let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
            let words = format!("{number} is none of {}.", codes.join(", "));
            tell(found, path, &words);
        }
        _ => {}
    }
}

pub(super) fn tell(found: &mut Vec<Violation>, path: &str, message: &str) {
    found.push(Violation {
        path: shortened(path),
        message: shortened(message),
    });
}

/// How many items of a list are looked at: as many as any legal list has, so that no input makes it slow.
const LOOKED_AT: usize = 1024;

fn walk_list(list: &List, items: &[Value], path: &mut String, found: &mut Vec<Violation>) {
    if items.len() < list.least {
        let words = format!(
            "There are {} entries; at least {} are needed.",
            items.len(),
            list.least
        );
        tell(found, path, &words);
    }
    if items.len() > list.most {
        let words = format!(
            "There are {} entries; at most {} are allowed.",
            items.len(),
            list.most
        );
        tell(found, path, &words);
    }
    let mut seen: Vec<&Value> = Vec::new();
    for (index, item) in items.iter().take(list.most.min(LOOKED_AT)).enumerate() {
        let length = path.len();
        path.push_str(&format!("[{index}]"));
        let key = match list.unique {
            Unique::No => None,
            Unique::Items => Some(item),
            Unique::By(field) => item.get(field),
        };
        if let Some(key) = key {
            if seen.contains(&key) {
                tell(found, path, &format!("{key} is there twice."));
            }
            seen.push(key);
        }
        walk(list.item, item, path, found);
        path.truncate(length);
    }
}

fn walk_text(text: &Text, written: &str, path: &str, found: &mut Vec<Violation>) {
    let length = written.chars().count();
    if length < text.least {
        let words = match length {
            0 => "It is empty; leave it out, or fill it.".to_owned(),
            _ => format!(
                "It has {length} letters; at least {} are needed.",
                text.least
            ),
        };
        tell(found, path, &words);
    } else if length > text.most {
        let words = format!(
            "It has {length} letters; at most {} are allowed.",
            text.most
        );
        tell(found, path, &words);
    } else if let Some(format) = text.format.filter(|format| !format.fits(written)) {
        tell(found, path, &format!("{written:?} is {}.", format.words()));
    }
}
