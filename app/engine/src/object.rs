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
    /// Core Namespace, cluster-scoped.
    Namespace,
    /// Core Service.
    Service,
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
