//! Rules of routes: matches, backends, timeouts (`HTTPRoute.spec.rules[]` and what other kinds share with it).

use super::filter::HttpFilter;
use super::meta::{list, nullable};
use serde::Deserialize;

/// `HTTPRoute.spec.rules[]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HttpRule {
    /// `name`.
    pub name: Option<String>,
    /// `matches`; absent or empty matches every request.
    #[serde(deserialize_with = "list")]
    pub matches: Vec<HttpMatch>,
    /// `filters`.
    #[serde(deserialize_with = "list")]
    pub filters: Vec<HttpFilter>,
    /// `backendRefs`.
    #[serde(deserialize_with = "list")]
    pub backend_refs: Vec<BackendRef>,
    /// `timeouts`.
    pub timeouts: Option<Timeouts>,
    /// `retry`.
    pub retry: Option<Retry>,
}

/// `rules[].timeouts`: durations as written (`10s`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Timeouts {
    /// `request`: of the whole transaction.
    pub request: Option<String>,
    /// `backendRequest`: of each attempt.
    pub backend_request: Option<String>,
}

/// `rules[].retry`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Retry {
    /// `codes`: status codes that are tried again.
    #[serde(deserialize_with = "list")]
    pub codes: Vec<u16>,
    /// `attempts`: how often it is tried again.
    pub attempts: Option<u32>,
    /// `backoff`: time between attempts, as written.
    pub backoff: Option<String>,
}

/// `matches[]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HttpMatch {
    /// `path`.
    #[serde(deserialize_with = "nullable")]
    pub path: PathMatch,
    /// `method`.
    pub method: Option<String>,
    /// `headers`.
    #[serde(deserialize_with = "list")]
    pub headers: Vec<ValueMatch>,
    /// `queryParams`.
    #[serde(deserialize_with = "list")]
    pub query_params: Vec<ValueMatch>,
}

/// `matches[].path`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PathMatch {
    /// `type`; absent is `PathPrefix`.
    #[serde(rename = "type")]
    pub type_: Option<String>,
    /// `value`; absent is `/`.
    pub value: Option<String>,
}

/// `matches[].headers[]` and `matches[].queryParams[]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ValueMatch {
    /// `type`; absent is `Exact`.
    #[serde(rename = "type", default)]
    pub type_: Option<String>,
    /// `name`.
    pub name: String,
    /// `value`.
    pub value: String,
}

/// `backendRefs[]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct BackendRef {
    /// `group`; absent is the core group.
    #[serde(default)]
    pub group: Option<String>,
    /// `kind`; absent is `Service`.
    #[serde(default)]
    pub kind: Option<String>,
    /// `namespace`; absent is the route's.
    #[serde(default)]
    pub namespace: Option<String>,
    /// `name`.
    pub name: String,
    /// `port`.
    #[serde(default)]
    pub port: Option<u16>,
    /// `weight`; absent is 1.
    #[serde(default)]
    pub weight: Option<u32>,
    /// `filters`.
    #[serde(default, deserialize_with = "list")]
    pub filters: Vec<HttpFilter>,
}

impl BackendRef {
    /// Namespace of the backend: as written, else the route's.
    pub fn namespace_or<'a>(&'a self, route: &'a str) -> &'a str {
        let written = self.namespace.as_deref();
        written
            .filter(|written| !written.is_empty())
            .unwrap_or(route)
    }
}
