//! BackendTLSPolicy: how gateways speak TLS to a Service (`gateway.networking.k8s.io`, any version).

use super::gateway::Reference;
use super::meta::{HasMeta, Meta, RawCondition, Status, list, nullable};
use super::route::RawParentRef;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A BackendTLSPolicy.
#[derive(Clone, Debug, Deserialize)]
pub struct BackendTlsPolicy {
    /// Metadata.
    pub metadata: Meta,
    /// `spec`.
    pub spec: BackendTlsPolicySpec,
    /// `status`, decoded apart.
    #[serde(skip)]
    pub status: PolicyStatus,
    #[serde(rename = "status", default)]
    pub(super) raw_status: Option<Box<RawValue>>,
}

impl PartialEq for BackendTlsPolicy {
    fn eq(&self, other: &Self) -> bool {
        (&self.metadata, &self.spec, &self.status) == (&other.metadata, &other.spec, &other.status)
    }
}

impl HasMeta for BackendTlsPolicy {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// `BackendTLSPolicy.spec`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendTlsPolicySpec {
    /// `targetRefs`.
    #[serde(default, deserialize_with = "list")]
    pub target_refs: Vec<TargetRef>,
    /// `validation`.
    pub validation: BackendValidation,
}

/// `targetRefs[]`, always in the policy's own namespace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetRef {
    /// `group`.
    #[serde(default, deserialize_with = "nullable")]
    pub group: String,
    /// `kind`.
    pub kind: String,
    /// `name`.
    pub name: String,
    /// `sectionName`: the name of a port of the Service.
    #[serde(default)]
    pub section_name: Option<String>,
}

/// `validation`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BackendValidation {
    /// `caCertificateRefs`, always in the policy's own namespace.
    #[serde(deserialize_with = "list")]
    pub ca_certificate_refs: Vec<Reference>,
    /// `wellKnownCACertificates`.
    #[serde(rename = "wellKnownCACertificates")]
    pub well_known_ca_certificates: Option<String>,
    /// `hostname`.
    #[serde(deserialize_with = "nullable")]
    pub hostname: String,
}

/// `status`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PolicyStatus {
    /// `ancestors`.
    #[serde(deserialize_with = "list")]
    pub ancestors: Vec<AncestorStatus>,
}

impl Status for PolicyStatus {}

/// `status.ancestors[]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AncestorStatus {
    /// `ancestorRef`.
    pub ancestor_ref: RawParentRef,
    /// `controllerName`.
    pub controller_name: String,
    /// `conditions`.
    #[serde(deserialize_with = "list")]
    pub conditions: Vec<RawCondition>,
}
