//! GatewayClass, Namespace, Service, ReferenceGrant, ListenerSet.

use super::gateway::{GatewayStatus, Listener};
use super::meta::{HasMeta, Meta, list, nullable};
use super::route::RawParentRef;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A GatewayClass.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct GatewayClass {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`.
    pub spec: GatewayClassSpec,
}

/// `GatewayClass.spec`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayClassSpec {
    /// `controllerName`.
    pub controller_name: String,
}

/// A Namespace: its labels decide.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Namespace {
    /// Metadata.
    pub metadata: Meta,
}

/// A Service.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Service {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`.
    #[serde(default, deserialize_with = "nullable")]
    pub spec: ServiceSpec,
}

/// `Service.spec`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ServiceSpec {
    /// `type`; absent is `ClusterIP`.
    #[serde(rename = "type")]
    pub type_: Option<String>,
    /// `ports`.
    #[serde(deserialize_with = "list")]
    pub ports: Vec<ServicePort>,
}

/// `Service.spec.ports[]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    /// `name`.
    #[serde(default)]
    pub name: Option<String>,
    /// `protocol`; absent is `TCP`.
    #[serde(default)]
    pub protocol: Option<String>,
    /// `port`.
    pub port: u16,
    /// `targetPort`: a number or a name.
    #[serde(default)]
    pub target_port: Option<serde_json::Value>,
}

/// A ListenerSet: listeners that others than the Gateway's owner add to it.
#[derive(Clone, Debug, Deserialize)]
pub struct ListenerSet {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`.
    #[serde(default, deserialize_with = "nullable")]
    pub spec: ListenerSetSpec,
    /// `status`, decoded apart; it has the form of a Gateway's.
    #[serde(skip)]
    pub status: GatewayStatus,
    #[serde(rename = "status", default)]
    pub(super) raw_status: Option<Box<RawValue>>,
}

impl PartialEq for ListenerSet {
    fn eq(&self, other: &Self) -> bool {
        (&self.metadata, &self.spec, &self.status) == (&other.metadata, &other.spec, &other.status)
    }
}

/// `ListenerSet.spec`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListenerSetSpec {
    /// `parentRef`.
    pub parent_ref: Option<RawParentRef>,
    /// `listeners`.
    #[serde(deserialize_with = "list")]
    pub listeners: Vec<Listener>,
}

impl HasMeta for ListenerSet {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// A ReferenceGrant.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ReferenceGrant {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`.
    #[serde(default, deserialize_with = "nullable")]
    pub spec: ReferenceGrantSpec,
}

/// `ReferenceGrant.spec`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ReferenceGrantSpec {
    /// `from`.
    #[serde(deserialize_with = "list")]
    pub from: Vec<GrantFrom>,
    /// `to`.
    #[serde(deserialize_with = "list")]
    pub to: Vec<GrantTo>,
}

/// `from[]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct GrantFrom {
    /// `group`.
    pub group: String,
    /// `kind`.
    pub kind: String,
    /// `namespace`.
    pub namespace: String,
}

/// `to[]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct GrantTo {
    /// `group`; `""` is the core group.
    pub group: String,
    /// `kind`.
    pub kind: String,
    /// `name`; absent is any.
    #[serde(default)]
    pub name: Option<String>,
}

impl HasMeta for GatewayClass {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl HasMeta for Namespace {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl HasMeta for Service {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl HasMeta for ReferenceGrant {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
