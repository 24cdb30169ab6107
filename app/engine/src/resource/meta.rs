//! What all objects have: metadata, conditions, and how absent and `null` are read.

use crate::report::Condition;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// `metadata`, as far as attachment depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// `name`.
    pub name: String,
    /// `namespace`, absent or empty for cluster-scoped objects.
    #[serde(default)]
    pub namespace: Option<String>,
    /// `labels`.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
    /// `generation`.
    #[serde(default)]
    pub generation: Option<i64>,
    /// `creationTimestamp`, as written.
    #[serde(default)]
    pub creation_timestamp: Option<String>,
}

/// Models that carry metadata.
pub trait HasMeta {
    /// The metadata.
    fn meta(&self) -> &Meta;
}

/// Statuses: decoded apart, so that a damaged one does not take the object with it.
pub trait Status: DeserializeOwned + Default {}

/// `null` reads as absent, as the API server has it.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A list, `null` or absent as empty, without the room that growing it left.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let mut list = Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default();
    list.shrink_to_fit();
    Ok(list)
}

/// `conditions[]` of any status; every field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RawCondition {
    #[serde(rename = "type")]
    pub(crate) type_: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) observed_generation: Option<i64>,
    pub(crate) last_transition_time: Option<String>,
}

impl From<&RawCondition> for Condition {
    fn from(raw: &RawCondition) -> Self {
        Self {
            type_: raw.type_.clone(),
            status: raw.status.clone(),
            reason: raw.reason.clone(),
            message: raw.message.clone(),
            observed_generation: raw.observed_generation,
            last_transition_time: raw.last_transition_time.clone(),
        }
    }
}
