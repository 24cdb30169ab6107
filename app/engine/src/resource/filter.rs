//! Filters of an HTTPRoute's rules and backends (`HTTPRouteFilter`).

use super::meta::nullable;
use super::route::BackendRef;
use serde::Deserialize;

/// `filters[]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpFilter {
    /// `type`, as written.
    #[serde(rename = "type")]
    pub type_: String,
    /// `requestRedirect`.
    #[serde(default)]
    pub request_redirect: Option<RequestRedirect>,
    /// `urlRewrite`.
    #[serde(default)]
    pub url_rewrite: Option<UrlRewrite>,
    /// `requestHeaderModifier`.
    #[serde(default)]
    pub request_header_modifier: Option<HeaderModifier>,
    /// `responseHeaderModifier`.
    #[serde(default)]
    pub response_header_modifier: Option<HeaderModifier>,
    /// `requestMirror`.
    #[serde(default)]
    pub request_mirror: Option<RequestMirror>,
}

/// `filters[].requestRedirect`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestRedirect {
    /// `scheme`.
    pub scheme: Option<String>,
    /// `hostname`.
    pub hostname: Option<String>,
    /// `path`.
    pub path: Option<PathModifier>,
    /// `port`.
    pub port: Option<u16>,
    /// `statusCode`; absent is 302.
    pub status_code: Option<u16>,
}

/// `filters[].urlRewrite`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UrlRewrite {
    /// `hostname`.
    pub hostname: Option<String>,
    /// `path`.
    pub path: Option<PathModifier>,
}

/// `path` of redirects and rewrites.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PathModifier {
    /// `type`: `ReplaceFullPath` or `ReplacePrefixMatch`.
    #[serde(rename = "type")]
    pub type_: String,
    /// `replaceFullPath`.
    pub replace_full_path: Option<String>,
    /// `replacePrefixMatch`.
    pub replace_prefix_match: Option<String>,
}

/// `requestHeaderModifier` and `responseHeaderModifier`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct HeaderModifier {
    /// `set`.
    #[serde(deserialize_with = "nullable")]
    pub set: Vec<HeaderValue>,
    /// `add`.
    #[serde(deserialize_with = "nullable")]
    pub add: Vec<HeaderValue>,
    /// `remove`.
    #[serde(deserialize_with = "nullable")]
    pub remove: Vec<String>,
}

/// A header name and value.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct HeaderValue {
    /// `name`.
    pub name: String,
    /// `value`.
    pub value: String,
}

/// `filters[].requestMirror`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestMirror {
    /// `backendRef`.
    pub backend_ref: BackendRef,
}
