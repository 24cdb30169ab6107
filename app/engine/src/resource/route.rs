//! HTTPRoute, and the part that all route kinds share (`gateway.networking.k8s.io`, any version).

use super::GATEWAY_GROUP;
use super::filter::HttpFilter;
use super::meta::{HasMeta, Meta, RawCondition, Status, list, nullable};
pub use super::rule::*;
use crate::report::RouteId;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An HTTPRoute.
#[derive(Clone, Debug, Deserialize)]
pub struct HttpRoute {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`.
    pub spec: HttpRouteSpec,
    /// `status`, decoded apart.
    #[serde(skip)]
    pub status: RouteStatus,
    #[serde(rename = "status", default)]
    pub(super) raw_status: Option<Box<RawValue>>,
}

impl PartialEq for HttpRoute {
    fn eq(&self, other: &Self) -> bool {
        (&self.metadata, &self.spec, &self.status) == (&other.metadata, &other.spec, &other.status)
    }
}

impl HasMeta for HttpRoute {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// A GRPCRoute, TLSRoute, TCPRoute or UDPRoute: what attachment depends on, without matches.
#[derive(Clone, Debug, Deserialize)]
pub struct OtherRoute {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`, as far as all kinds agree.
    #[serde(default, deserialize_with = "nullable")]
    pub spec: OtherRouteSpec,
    /// `status`, decoded apart.
    #[serde(skip)]
    pub status: RouteStatus,
    #[serde(rename = "status", default)]
    pub(super) raw_status: Option<Box<RawValue>>,
}

impl PartialEq for OtherRoute {
    fn eq(&self, other: &Self) -> bool {
        (&self.metadata, &self.spec, &self.status) == (&other.metadata, &other.spec, &other.status)
    }
}

impl HasMeta for OtherRoute {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// `spec` of any route kind, as far as they agree.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OtherRouteSpec {
    /// `parentRefs`.
    #[serde(deserialize_with = "list")]
    pub parent_refs: Vec<RawParentRef>,
    /// `hostnames`; TCPRoutes and UDPRoutes have none.
    #[serde(deserialize_with = "list")]
    pub hostnames: Vec<String>,
    /// `rules`.
    #[serde(deserialize_with = "list")]
    pub rules: Vec<OtherRule>,
}

/// `rules[]` of a GRPCRoute, TLSRoute, TCPRoute or UDPRoute.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OtherRule {
    /// `name`.
    pub name: Option<String>,
    /// `matches`; only GRPCRoutes have some; absent or empty matches every gRPC request.
    #[serde(deserialize_with = "list")]
    pub matches: Vec<GrpcMatch>,
    /// `filters`; only GRPCRoutes have some.
    #[serde(deserialize_with = "list")]
    pub filters: Vec<HttpFilter>,
    /// `backendRefs`.
    #[serde(deserialize_with = "list")]
    pub backend_refs: Vec<BackendRef>,
}

/// `rules[].matches[]` of a GRPCRoute.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct GrpcMatch {
    /// `method`.
    #[serde(deserialize_with = "nullable")]
    pub method: GrpcMethod,
    /// `headers`.
    #[serde(deserialize_with = "list")]
    pub headers: Vec<ValueMatch>,
}

/// `rules[].matches[].method` of a GRPCRoute.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct GrpcMethod {
    /// `type`; absent is `Exact`.
    #[serde(rename = "type")]
    pub type_: Option<String>,
    /// `service`.
    pub service: Option<String>,
    /// `method`.
    pub method: Option<String>,
}

/// What attachment needs of a route of any kind.
#[derive(Clone, Debug)]
pub struct Route<'a> {
    /// Which route.
    pub id: RouteId,
    /// Metadata.
    pub metadata: &'a Meta,
    /// `parentRefs`.
    pub parent_refs: &'a [RawParentRef],
    /// `hostnames`.
    pub hostnames: &'a [String],
    /// What each rule refers to, in order.
    pub rules: Vec<RuleRefs<'a>>,
    /// `status`.
    pub status: &'a RouteStatus,
}

/// What a rule refers to.
#[derive(Clone, Copy, Debug)]
pub struct RuleRefs<'a> {
    /// `name`.
    pub name: Option<&'a str>,
    /// `filters`.
    pub filters: &'a [HttpFilter],
    /// `backendRefs`.
    pub backend_refs: &'a [BackendRef],
}

impl HttpRoute {
    /// The route as attachment sees it.
    pub fn view(&self, id: RouteId) -> Route<'_> {
        Route {
            id,
            metadata: &self.metadata,
            parent_refs: &self.spec.parent_refs,
            hostnames: &self.spec.hostnames,
            rules: self.spec.rules.iter().map(HttpRule::refs).collect(),
            status: &self.status,
        }
    }
}

impl OtherRoute {
    /// The route as attachment sees it.
    pub fn view(&self, id: RouteId) -> Route<'_> {
        Route {
            id,
            metadata: &self.metadata,
            parent_refs: &self.spec.parent_refs,
            hostnames: &self.spec.hostnames,
            rules: self.spec.rules.iter().map(OtherRule::refs).collect(),
            status: &self.status,
        }
    }
}

impl HttpRule {
    fn refs(&self) -> RuleRefs<'_> {
        RuleRefs {
            name: self.name.as_deref(),
            filters: &self.filters,
            backend_refs: &self.backend_refs,
        }
    }
}

impl OtherRule {
    fn refs(&self) -> RuleRefs<'_> {
        RuleRefs {
            name: self.name.as_deref(),
            filters: &self.filters,
            backend_refs: &self.backend_refs,
        }
    }
}

/// `HTTPRoute.spec`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteSpec {
    /// `parentRefs`.
    #[serde(default, deserialize_with = "list")]
    pub parent_refs: Vec<RawParentRef>,
    /// `hostnames`.
    #[serde(default, deserialize_with = "list")]
    pub hostnames: Vec<String>,
    /// `rules`; absent is one rule that matches everything and has no backend.
    #[serde(default = "default_rules", deserialize_with = "rules_or_default")]
    pub rules: Vec<HttpRule>,
}

fn default_rules() -> Vec<HttpRule> {
    vec![HttpRule::default()]
}

fn rules_or_default<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<HttpRule>, D::Error> {
    Option::<Vec<HttpRule>>::deserialize(deserializer)
        .map(|rules| rules.unwrap_or_else(default_rules))
        .map(|mut rules| {
            rules.shrink_to_fit();
            rules
        })
}

/// `parentRefs[]`, before defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawParentRef {
    /// `group`; absent is the Gateway API's.
    #[serde(default)]
    pub group: Option<String>,
    /// `kind`; absent is `Gateway`.
    #[serde(default)]
    pub kind: Option<String>,
    /// `namespace`; absent is the route's.
    #[serde(default)]
    pub namespace: Option<String>,
    /// `name`.
    pub name: String,
    /// `sectionName`.
    #[serde(default)]
    pub section_name: Option<String>,
    /// `port`.
    #[serde(default)]
    pub port: Option<u16>,
}

impl RawParentRef {
    /// True if it names what `resolved` names, whatever its index; `namespace` is the route's.
    pub fn means(&self, resolved: &crate::report::ParentRef, namespace: &str) -> bool {
        let own = self.namespace.as_deref().filter(|one| !one.is_empty());
        let section = self.section_name.as_deref().filter(|one| !one.is_empty());
        self.group.as_deref().unwrap_or(GATEWAY_GROUP) == resolved.group
            && self.kind.as_deref().unwrap_or("Gateway") == resolved.kind
            && own.unwrap_or(namespace) == resolved.namespace
            && self.name == resolved.name
            && section == resolved.section_name.as_deref()
            && self.port == resolved.port
    }

    /// Applies the CRD's defaults; `namespace` is the route's.
    pub fn resolve(&self, index: usize, namespace: &str) -> crate::report::ParentRef {
        crate::report::ParentRef {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            group: self
                .group
                .clone()
                .unwrap_or_else(|| GATEWAY_GROUP.to_owned()),
            kind: self.kind.clone().unwrap_or_else(|| "Gateway".to_owned()),
            namespace: self
                .namespace
                .clone()
                .filter(|namespace| !namespace.is_empty())
                .unwrap_or_else(|| namespace.to_owned()),
            name: self.name.clone(),
            section_name: self.section_name.clone().filter(|name| !name.is_empty()),
            port: self.port,
        }
    }
}

/// `status` of a route.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RouteStatus {
    /// `parents`.
    #[serde(deserialize_with = "list")]
    pub parents: Vec<ParentStatus>,
}

impl Status for RouteStatus {}

/// `status.parents[]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ParentStatus {
    /// `parentRef`.
    pub parent_ref: RawParentRef,
    /// `controllerName`.
    pub controller_name: String,
    /// `conditions`.
    #[serde(deserialize_with = "list")]
    pub conditions: Vec<RawCondition>,
}
