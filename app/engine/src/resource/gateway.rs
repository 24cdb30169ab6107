//! Gateway and its listeners (`gateway.networking.k8s.io`, any version).

use super::GATEWAY_GROUP;
use super::meta::{HasMeta, Meta, RawCondition, Status, list, nullable};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A Gateway.
#[derive(Clone, Debug, Deserialize)]
pub struct Gateway {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`.
    pub spec: GatewaySpec,
    /// `status`, decoded apart.
    #[serde(skip)]
    pub status: GatewayStatus,
    #[serde(rename = "status", default)]
    pub(super) raw_status: Option<Box<RawValue>>,
}

impl PartialEq for Gateway {
    fn eq(&self, other: &Self) -> bool {
        (&self.metadata, &self.spec, &self.status) == (&other.metadata, &other.spec, &other.status)
    }
}

impl HasMeta for Gateway {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// `Gateway.spec`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewaySpec {
    /// `gatewayClassName`.
    pub gateway_class_name: String,
    /// `listeners`.
    #[serde(default, deserialize_with = "list")]
    pub listeners: Vec<Listener>,
    /// `addresses`.
    #[serde(default, deserialize_with = "list")]
    pub addresses: Vec<Address>,
    /// `infrastructure`.
    #[serde(default, deserialize_with = "nullable")]
    pub infrastructure: Infrastructure,
    /// `allowedListeners`: whose ListenerSets may add listeners.
    #[serde(default, deserialize_with = "nullable")]
    pub allowed_listeners: AllowedListeners,
    /// `tls`.
    #[serde(default, deserialize_with = "nullable")]
    pub tls: GatewayTls,
}

/// `infrastructure`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Infrastructure {
    /// `parametersRef`, of a kind that an implementation defines.
    pub parameters_ref: Option<Reference>,
}

/// `Gateway.spec.tls`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct GatewayTls {
    /// `backend`.
    #[serde(deserialize_with = "nullable")]
    pub backend: BackendTls,
    /// `frontend`.
    #[serde(deserialize_with = "nullable")]
    pub frontend: FrontendTls,
}

/// `tls.backend`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BackendTls {
    /// `clientCertificateRef`.
    pub client_certificate_ref: Option<Reference>,
}

/// `tls.frontend`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FrontendTls {
    /// `default`.
    #[serde(deserialize_with = "nullable")]
    pub default: FrontendConfig,
    /// `perPort`.
    #[serde(deserialize_with = "list")]
    pub per_port: Vec<PortConfig>,
}

/// `tls.frontend.default` and `tls.frontend.perPort[].tls`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FrontendConfig {
    /// `validation`.
    pub validation: Option<FrontendValidation>,
}

/// `tls.frontend.perPort[]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PortConfig {
    /// `port`.
    pub port: u16,
    /// `tls`.
    #[serde(deserialize_with = "nullable")]
    pub tls: FrontendConfig,
}

/// `validation`: how client certificates are checked.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FrontendValidation {
    /// `caCertificateRefs`.
    #[serde(deserialize_with = "list")]
    pub ca_certificate_refs: Vec<Reference>,
    /// `mode`; absent is `AllowValidOnly`.
    pub mode: Option<String>,
}

impl FrontendTls {
    /// What holds for a port: its own configuration, else the default.
    pub fn at(&self, port: u16) -> Option<&FrontendValidation> {
        let own = self.per_port.iter().find(|one| one.port == port);
        own.map_or(self.default.validation.as_ref(), |one| {
            one.tls.validation.as_ref()
        })
    }
}

/// A reference to an object of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reference {
    /// `group`; absent is the core group.
    #[serde(default)]
    pub group: Option<String>,
    /// `kind`; what absent means depends on the field.
    #[serde(default)]
    pub kind: Option<String>,
    /// `namespace`; absent is the referrer's.
    #[serde(default)]
    pub namespace: Option<String>,
    /// `name`.
    pub name: String,
}

/// `allowedListeners`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AllowedListeners {
    /// `namespaces`.
    #[serde(deserialize_with = "nullable")]
    pub namespaces: RouteNamespaces,
}

/// `addresses[]` of spec and status.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Address {
    /// `type`; absent is `IPAddress`.
    #[serde(rename = "type", default)]
    pub type_: Option<String>,
    /// `value`; absent asks for an address of the type.
    #[serde(default)]
    pub value: Option<String>,
}

/// `Gateway.spec.listeners[]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// `name`.
    pub name: String,
    /// `hostname`; absent is any.
    #[serde(default)]
    pub hostname: Option<String>,
    /// `port`.
    pub port: u16,
    /// `protocol`, as written.
    pub protocol: String,
    /// `tls`.
    #[serde(default)]
    pub tls: Option<ListenerTls>,
    /// `allowedRoutes`.
    #[serde(default, deserialize_with = "nullable")]
    pub allowed_routes: AllowedRoutes,
}

/// `listeners[].tls`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListenerTls {
    /// `mode`; absent is `Terminate`.
    pub mode: Option<String>,
    /// `certificateRefs`.
    #[serde(deserialize_with = "list")]
    pub certificate_refs: Vec<Reference>,
}

impl Listener {
    /// The hostname; an empty one means the same as none (`Listener.hostname`).
    pub fn host(&self) -> Option<&str> {
        self.hostname.as_deref().filter(|host| !host.is_empty())
    }

    /// True if TLS passes through undecrypted.
    pub fn passes_through(&self) -> bool {
        let mode = self.tls.as_ref().and_then(|tls| tls.mode.as_deref());
        mode == Some("Passthrough")
    }
}

/// `allowedRoutes`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AllowedRoutes {
    /// `namespaces`.
    #[serde(deserialize_with = "nullable")]
    pub namespaces: RouteNamespaces,
    /// `kinds`.
    #[serde(deserialize_with = "list")]
    pub kinds: Vec<RouteGroupKind>,
}

/// `allowedRoutes.namespaces`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub struct RouteNamespaces {
    /// `from`; absent is `Same`.
    pub from: Option<String>,
    /// `selector`.
    pub selector: Option<LabelSelector>,
}

impl RouteNamespaces {
    /// `from` after the CRD's default.
    pub fn from_or_default(&self) -> &str {
        self.from.as_deref().unwrap_or("Same")
    }
}

/// `metav1.LabelSelector`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// `matchLabels`.
    #[serde(deserialize_with = "nullable")]
    pub match_labels: BTreeMap<String, String>,
    /// `matchExpressions`.
    #[serde(deserialize_with = "list")]
    pub match_expressions: Vec<Expression>,
}

/// `matchExpressions[]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Expression {
    /// `key`.
    pub key: String,
    /// `operator`, as written.
    pub operator: String,
    /// `values`.
    #[serde(default, deserialize_with = "list")]
    pub values: Vec<String>,
}

/// `allowedRoutes.kinds[]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RouteGroupKind {
    /// `group`; absent is the Gateway API's, `""` is the core group.
    #[serde(default)]
    pub group: Option<String>,
    /// `kind`.
    pub kind: String,
}

impl RouteGroupKind {
    /// `group` after the CRD's default.
    pub fn group_or_default(&self) -> &str {
        self.group.as_deref().unwrap_or(GATEWAY_GROUP)
    }
}

/// `Gateway.status`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct GatewayStatus {
    /// `conditions`.
    #[serde(deserialize_with = "list")]
    pub conditions: Vec<RawCondition>,
    /// `addresses`.
    #[serde(deserialize_with = "list")]
    pub addresses: Vec<Address>,
    /// `listeners`.
    #[serde(deserialize_with = "list")]
    pub listeners: Vec<ListenerStatus>,
}

impl Status for GatewayStatus {}

/// `Gateway.status.listeners[]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListenerStatus {
    /// `name`.
    pub name: String,
    /// `attachedRoutes`.
    pub attached_routes: Option<u32>,
}
