//! What an API server would refuse: the Gateway API's rules of admission, for objects that no server has seen.
//!
//! Rules of both channels are asked; where the channels differ, the experimental one, which allows more.

mod format;
mod rules;
mod schema;
mod shape;

pub use shape::{Field, List, Shape, Text, Unique};

use crate::object::Kind;
use serde_json::Value;

/// A rule that an object breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// JSON path of what breaks it: `spec.listeners[0].port`.
    pub path: String,
    /// What is wrong, in words.
    pub message: String,
}

/// How many violations of one object are told.
const TOLD: usize = 20;

/// The rules that an object of a kind breaks, by path. What has the wrong type is left to whoever decodes it.
pub fn violations(kind: Kind, object: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    if let Some(shape) = schema::of(kind) {
        shape::walk(shape, object, &mut String::new(), &mut found);
    }
    rules::check(kind, object, &mut found);
    found.sort();
    found.dedup();
    found.truncate(TOLD);
    found
}

/// The shape of a kind's objects, for those who want to read the rules.
pub fn shape_of(kind: Kind) -> Option<&'static Shape> {
    schema::of(kind)
}
