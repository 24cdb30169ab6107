//! What an object is called, and the text it came as.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A kind of object that Gatewatch reads. A kind's versions are one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// `gateway.networking.k8s.io` GatewayClass, cluster-scoped.
    GatewayClass,
    /// `gateway.networking.k8s.io` Gateway.
    Gateway,
    /// `gateway.networking.k8s.io` ListenerSet.
    ListenerSet,
    /// `gateway.networking.k8s.io` HTTPRoute.
    HTTPRoute,
    /// `gateway.networking.k8s.io` GRPCRoute.
    GRPCRoute,
    /// `gateway.networking.k8s.io` TLSRoute.
    TLSRoute,
    /// `gateway.networking.k8s.io` TCPRoute.
    TCPRoute,
    /// `gateway.networking.k8s.io` UDPRoute.
    UDPRoute,
    /// `gateway.networking.k8s.io` ReferenceGrant.
    ReferenceGrant,
    /// `gateway.networking.k8s.io` BackendTLSPolicy.
    BackendTLSPolicy,
    /// Core Namespace, cluster-scoped.
    Namespace,
    /// Core Service.
    Service,
    /// Core Secret: only from files, and only what its content is worth.
    Secret,
    /// Core ConfigMap: only from files, and only what its content is worth.
    ConfigMap,
}

/// A kind of route (`HTTPRoute`, `GRPCRoute`, ...): a field of an attachment, never a type parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RouteKind {
    /// HTTPRoute.
    #[serde(rename = "HTTPRoute")]
    Http,
    /// GRPCRoute.
    #[serde(rename = "GRPCRoute")]
    Grpc,
    /// TLSRoute.
    #[serde(rename = "TLSRoute")]
    Tls,
    /// TCPRoute.
    #[serde(rename = "TCPRoute")]
    Tcp,
    /// UDPRoute.
    #[serde(rename = "UDPRoute")]
    Udp,
}

/// Identifies an object: API group (`""` for core), kind, namespace (`""` if cluster-scoped) and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// API group without version.
    pub group: String,
    /// Kind as written, such as `HTTPRoute`.
    pub kind: String,
    /// Namespace, empty for cluster-scoped kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// An object as a source delivers it: its JSON text, whatever identity could be read, and where it stood.
///
/// Nothing is decoded yet, so that one bad object can never hide others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawObject {
    /// The object as JSON text. Not necessarily valid against any schema.
    pub json: Arc<str>,
    /// Where it stood: `acme/routes.yaml, document 3`, or empty for an object from a cluster.
    pub origin: Arc<str>,
}

impl fmt::Display for ObjectId {
    /// `Kind namespace/name`, or `Kind name` for cluster-scoped objects; not made visible.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{} {}", self.kind, self.name)
        } else {
            write!(f, "{} {}/{}", self.kind, self.namespace, self.name)
        }
    }
}

impl RouteKind {
    /// The kind as the API writes it: `HTTPRoute`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "HTTPRoute",
            Self::Grpc => "GRPCRoute",
            Self::Tls => "TLSRoute",
            Self::Tcp => "TCPRoute",
            Self::Udp => "UDPRoute",
        }
    }
}

impl Kind {
    /// Kinds that are read only from files, never from a cluster.
    pub const FROM_FILES: [Self; 2] = [Self::Secret, Self::ConfigMap];

    /// All kinds that are read from every source, in order.
    pub const ALL: [Self; 12] = [
        Self::GatewayClass,
        Self::Gateway,
        Self::ListenerSet,
        Self::HTTPRoute,
        Self::GRPCRoute,
        Self::TLSRoute,
        Self::TCPRoute,
        Self::UDPRoute,
        Self::ReferenceGrant,
        Self::BackendTLSPolicy,
        Self::Namespace,
        Self::Service,
    ];

    /// The kind as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GatewayClass => "GatewayClass",
            Self::Gateway => "Gateway",
            Self::ListenerSet => "ListenerSet",
            Self::HTTPRoute => "HTTPRoute",
            Self::GRPCRoute => "GRPCRoute",
            Self::TLSRoute => "TLSRoute",
            Self::TCPRoute => "TCPRoute",
            Self::UDPRoute => "UDPRoute",
            Self::ReferenceGrant => "ReferenceGrant",
            Self::BackendTLSPolicy => "BackendTLSPolicy",
            Self::Namespace => "Namespace",
            Self::Service => "Service",
            Self::Secret => "Secret",
            Self::ConfigMap => "ConfigMap",
        }
    }

    /// API group.
    pub fn group(self) -> &'static str {
        match self {
            Self::Namespace | Self::Service | Self::Secret | Self::ConfigMap => "",
            Self::GatewayClass
            | Self::Gateway
            | Self::ListenerSet
            | Self::HTTPRoute
            | Self::GRPCRoute
            | Self::TLSRoute
            | Self::TCPRoute
            | Self::UDPRoute
            | Self::ReferenceGrant
            | Self::BackendTLSPolicy => crate::resource::GATEWAY_GROUP,
        }
    }

    /// The kind of an object, if it is one that is read.
    pub fn of(id: &ObjectId) -> Option<Self> {
        let mut kinds = Self::ALL.into_iter().chain(Self::FROM_FILES);
        kinds.find(|kind| kind.as_str() == id.kind && kind.group() == id.group)
    }

    /// The kind of route, if it is one.
    pub fn route_kind(self) -> Option<RouteKind> {
        RouteKind::ALL.into_iter().find(|kind| kind.kind() == self)
    }

    /// False for cluster-scoped kinds.
    pub fn is_namespaced(self) -> bool {
        !matches!(self, Self::GatewayClass | Self::Namespace)
    }

    /// The name of the resource in rules of RBAC: `httproutes`.
    pub fn resource(self) -> String {
        match self {
            Self::GatewayClass => "gatewayclasses".to_owned(),
            Self::BackendTLSPolicy => "backendtlspolicies".to_owned(),
            _ => format!("{}s", self.as_str().to_lowercase()),
        }
    }

    /// Identity of an object of this kind.
    pub fn id(self, namespace: &str, name: &str) -> ObjectId {
        ObjectId {
            group: self.group().to_owned(),
            kind: self.as_str().to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }
}

impl RouteKind {
    /// All route kinds, in order.
    pub const ALL: [Self; 5] = [Self::Http, Self::Grpc, Self::Tls, Self::Tcp, Self::Udp];

    /// The route kind that a word names, in any case: `HTTPRoute`, `httproute`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(word))
    }

    /// The same as a kind of object.
    pub fn kind(self) -> Kind {
        match self {
            Self::Http => Kind::HTTPRoute,
            Self::Grpc => Kind::GRPCRoute,
            Self::Tls => Kind::TLSRoute,
            Self::Tcp => Kind::TCPRoute,
            Self::Udp => Kind::UDPRoute,
        }
    }
}
