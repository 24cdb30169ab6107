//! Filters of an HTTPRoute's rules and backends (`HTTPRouteFilter`).

use super::meta::{list, nullable};
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
    /// `cors`.
    #[serde(default)]
    pub cors: Option<Cors>,
    /// `extensionRef`.
    #[serde(default)]
    pub extension_ref: Option<ExtensionRef>,
}

/// `filters[].extensionRef`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ExtensionRef {
    /// `group`.
    pub group: String,
    /// `kind`.
    pub kind: String,
    /// `name`.
    pub name: String,
}

/// `filters[].cors`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cors {
    /// `allowOrigins`.
    #[serde(deserialize_with = "list")]
    pub allow_origins: Vec<String>,
    /// `allowCredentials`.
    #[serde(deserialize_with = "nullable")]
    pub allow_credentials: bool,
    /// `allowMethods`.
    #[serde(deserialize_with = "list")]
    pub allow_methods: Vec<String>,
    /// `allowHeaders`.
    #[serde(deserialize_with = "list")]
    pub allow_headers: Vec<String>,
    /// `exposeHeaders`.
    #[serde(deserialize_with = "list")]
    pub expose_headers: Vec<String>,
    /// `maxAge` in seconds; absent is 5.
    pub max_age: Option<i64>,
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
    #[serde(deserialize_with = "list")]
    pub set: Vec<HeaderValue>,
    /// `add`.
    #[serde(deserialize_with = "list")]
    pub add: Vec<HeaderValue>,
    /// `remove`.
    #[serde(deserialize_with = "list")]
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
    /// `percent`.
    #[serde(default)]
    pub percent: Option<u32>,
    /// `fraction`.
    #[serde(default)]
    pub fraction: Option<Fraction>,
}

/// `fraction` of a mirror.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Fraction {
    /// `numerator`.
    pub numerator: u32,
    /// `denominator`; absent is 100.
    #[serde(default)]
    pub denominator: Option<u32>,
}

impl RequestMirror {
    /// Part of the requests that is copied, 0 to 1; all of them by default.
    pub fn share(&self) -> f64 {
        match (self.percent, self.fraction) {
            (Some(percent), _) => f64::from(percent) / 100.0,
            (None, Some(fraction)) => {
                let whole = fraction.denominator.unwrap_or(100).max(1);
                f64::from(fraction.numerator) / f64::from(whole)
            }
            (None, None) => 1.0,
        }
    }
}
