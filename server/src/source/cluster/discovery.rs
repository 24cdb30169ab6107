//! Which of the kinds a cluster has, in which version, and from which bundle of CRDs.

use super::connect::{self, Connection};
use super::trouble::Trouble;
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use engine::Kind;
use engine::resource::{EXPERIMENTAL_GROUP, GATEWAY_GROUP, known_kind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest list of all resources of a cluster that is read, in bytes.
const LONGEST: usize = 64 << 20;
/// One request for all groups with their resources; servers since Kubernetes 1.27 know it.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
    application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";
/// Only the metadata of an object.
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
/// The longest metadata of a CRD that is read, in bytes.
const LONGEST_METADATA: usize = 4 << 20;

/// A kind as a cluster serves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// The kind that its objects are read as.
    pub kind: Kind,
    /// API group.
    pub group: String,
    /// The version that is asked for.
    pub version: String,
    /// The name in paths: `httproutes`.
    pub plural: String,
}

impl Resource {
    fn core(kind: Kind) -> Self {
        Self {
            kind,
            group: String::new(),
            version: "v1".to_owned(),
            plural: kind.resource(),
        }
    }

    /// `gateway.networking.k8s.io/v1`
    pub fn api_version(&self) -> String {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// The path of all its objects, or of those in a Namespace.
    pub fn path(&self, namespace: Option<&str>) -> String {
        let root = match self.group.as_str() {
            "" => format!("/api/{}", self.version),
            group => format!("/apis/{group}/{}", self.version),
        };
        match namespace {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{}", self.plural),
            None => format!("{root}/{}", self.plural),
        }
    }
}

/// What a cluster has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What can be read, each kind and group once.
    pub resources: Vec<Resource>,
    /// The server's name for this answer.
    etag: Option<String>,
}

/// Where the CRD of a kind comes from, by its annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bundle {
    /// `gateway.networking.k8s.io/bundle-version`: `v1.4.0`.
    pub version: Option<String>,
    /// `gateway.networking.k8s.io/channel`: `standard` or `experimental`.
    pub channel: Option<String>,
}

#[derive(Deserialize)]
struct Groups {
    kind: String,
    #[serde(default)]
    items: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    metadata: Named,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Version {
    version: String,
    #[serde(default)]
    resources: Vec<Served>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Served {
    resource: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
}

#[derive(Deserialize)]
struct ResponseKind {
    kind: String,
}

/// Asks what there is; `None` if nothing changed since `before`.
///
/// # Errors
///
/// If the server does not answer, or not in this way.
pub async fn ask(connection: &Connection, before: &Found) -> Result<Option<Found>, Trouble> {
    let mut headers = vec![(ACCEPT, AGGREGATED)];
    if let Some(etag) = &before.etag {
        headers.push((IF_NONE_MATCH, etag));
    }
    let answer = connection.get("/apis", &headers).await?;
    if answer.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    let etag = answer.headers().get(ETAG);
    let etag = etag.and_then(|etag| Some(etag.to_str().ok()?.to_owned()));
    let text = connect::text(answer, LONGEST).await?;
    let text =
        text.ok_or_else(|| Trouble::Broken("the list of all kinds is too long".to_owned()))?;
    let groups: Groups = serde_json::from_str(&text)
        .map_err(|error| Trouble::Broken(format!("the list of all kinds: {error}")))?;
    if groups.kind != "APIGroupDiscoveryList" {
        let words = "it does not list its kinds in one answer; Kubernetes 1.27 or newer does";
        return Err(Trouble::Broken(words.to_owned()));
    }
    let resources = resources(&groups.items);
    Ok(Some(Found { resources, etag }))
}

/// What is read of these groups, besides the core group, which every cluster has.
fn resources(groups: &[Group]) -> Vec<Resource> {
    let mut best: BTreeMap<(Kind, &str), Resource> = BTreeMap::new();
    let ours = groups.iter().filter(|group| {
        [GATEWAY_GROUP, EXPERIMENTAL_GROUP].contains(&group.metadata.name.as_str())
    });
    for group in ours {
        let name = group.metadata.name.as_str();
        for version in &group.versions {
            for served in &version.resources {
                let kind = served.response_kind.as_ref();
                let Some(kind) = kind.and_then(|kind| known_kind(name, &kind.kind)) else {
                    continue;
                };
                let resource = Resource {
                    kind,
                    group: name.to_owned(),
                    version: version.version.clone(),
                    plural: served.resource.clone(),
                };
                let known = best.get(&(kind, name));
                if known.is_none_or(|known| rank(&known.version) < rank(&resource.version)) {
                    best.insert((kind, name), resource);
                }
            }
        }
    }
    let core = [Kind::Namespace, Kind::Service].map(Resource::core);
    best.into_values().chain(core).collect()
}

/// What to try where the server does not say what it has.
pub fn guess() -> Found {
    let resources = Kind::ALL.into_iter().map(|kind| Resource {
        group: kind.group().to_owned(),
        ..Resource::core(kind)
    });
    Found {
        resources: resources.collect(),
        etag: None,
    }
}

/// Order of versions: `v1` before `v1beta1` before `v1alpha3`; what is written otherwise comes last.
fn rank(version: &str) -> (u8, u32, u32) {
    let number = |text: &str| text.parse::<u32>().ok();
    let Some(rest) = version.strip_prefix('v') else {
        return (0, 0, 0);
    };
    let parts = |word: &str| {
        let (major, minor) = rest.split_once(word)?;
        Some((number(major)?, number(minor)?))
    };
    match (number(rest), parts("beta"), parts("alpha")) {
        (Some(major), _, _) => (3, major, 0),
        (None, Some((major, minor)), _) => (2, major, minor),
        (None, None, Some((major, minor))) => (1, major, minor),
        (None, None, None) => (0, 0, 0),
    }
}

#[derive(Deserialize)]
struct Partial {
    metadata: Annotated,
}

#[derive(Deserialize)]
struct Annotated {
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

/// Where the CRD of a resource comes from.
///
/// # Errors
///
/// If CRDs cannot be read, as where RBAC does not allow it.
pub async fn bundle(connection: &Connection, resource: &Resource) -> Result<Bundle, Trouble> {
    let path = format!(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}.{}",
        resource.plural, resource.group
    );
    let answer = connection.get(&path, &[(ACCEPT, METADATA)]).await?;
    let text = connect::text(answer, LONGEST_METADATA).await?;
    let read = text.and_then(|text| serde_json::from_str::<Partial>(&text).ok());
    let read = read.ok_or_else(|| Trouble::Broken("the metadata of a CRD".to_owned()))?;
    let mut annotations = read.metadata.annotations.unwrap_or_default();
    let mut take = |name: &str| annotations.remove(&format!("{GATEWAY_GROUP}/{name}"));
    Ok(Bundle {
        version: take("bundle-version"),
        channel: take("channel"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_versions_are_preferred() {
        let mut versions = ["v1alpha2", "x", "v1", "v2", "v1beta1", "v1alpha10"];
        versions.sort_by_key(|version| rank(version));
        assert_eq!(
            versions,
            ["x", "v1alpha2", "v1alpha10", "v1beta1", "v1", "v2"]
        );
    }

    #[test]
    fn each_kind_is_read_in_one_version() {
        let text = r#"[{"metadata":{"name":"gateway.networking.k8s.io"},"versions":[
            {"version":"v1beta1","resources":[{"resource":"gateways","responseKind":{"kind":"Gateway"}}]},
            {"version":"v1","resources":[{"resource":"gateways","responseKind":{"kind":"Gateway"}},{"resource":"odd","responseKind":{"kind":"Odd"}}]}]},
            {"metadata":{"name":"gateway.networking.x-k8s.io"},"versions":[
            {"version":"v1alpha1","resources":[{"resource":"xlistenersets","responseKind":{"kind":"XListenerSet"}}]}]},
            {"metadata":{"name":"apps"},"versions":[]}]"#;
        let groups: Vec<Group> = serde_json::from_str(text).expect("legal");
        let paths: Vec<String> = resources(&groups)
            .iter()
            .map(|one| one.path(None))
            .collect();
        assert_eq!(
            paths,
            [
                "/apis/gateway.networking.k8s.io/v1/gateways",
                "/apis/gateway.networking.x-k8s.io/v1alpha1/xlistenersets",
                "/api/v1/namespaces",
                "/api/v1/services"
            ]
        );
    }
}
