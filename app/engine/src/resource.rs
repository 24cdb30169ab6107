//! From JSON text to lean models: the one door through which objects enter.

pub mod cluster;
pub mod content;
pub mod filter;
pub mod gateway;
pub mod identity;
pub mod limits;
pub mod meta;
pub mod policy;
pub mod route;
pub mod rule;

use crate::object::{Kind, ObjectId, RawObject};
use crate::snapshot::Problem;
use cluster::{GatewayClass, ListenerSet, Namespace, ReferenceGrant, Service};
use content::{ConfigMap, Secret};
use gateway::Gateway;
use limits::{Bounded, Excess};
use meta::Status;
use policy::BackendTlsPolicy;
use route::{HttpRoute, OtherRoute};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Group of all Gateway API kinds.
pub const GATEWAY_GROUP: &str = "gateway.networking.k8s.io";

/// Group of kinds that were tried out under other names, such as XListenerSet.
pub const EXPERIMENTAL_GROUP: &str = "gateway.networking.x-k8s.io";

/// A decoded object of a kind that Gatewatch reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Resource {
    /// GatewayClass.
    GatewayClass(Arc<GatewayClass>),
    /// Gateway.
    Gateway(Arc<Gateway>),
    /// HTTPRoute.
    HttpRoute(Arc<HttpRoute>),
    /// A GRPCRoute, TLSRoute, TCPRoute or UDPRoute.
    OtherRoute(Arc<OtherRoute>),
    /// ListenerSet.
    ListenerSet(Arc<ListenerSet>),
    /// Namespace.
    Namespace(Arc<Namespace>),
    /// Service.
    Service(Arc<Service>),
    /// ReferenceGrant.
    ReferenceGrant(Arc<ReferenceGrant>),
    /// BackendTLSPolicy.
    BackendTlsPolicy(Arc<BackendTlsPolicy>),
    /// Secret, without its data.
    Secret(Arc<Secret>),
    /// ConfigMap, without its data.
    ConfigMap(Arc<ConfigMap>),
}

/// What became of a raw object.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    /// A kind that plays no part in attachment.
    Ignored,
    /// Read. Problems that leave the object usable (an unreadable status) come along.
    Read(ObjectId, Resource, Vec<Problem>),
    /// Not read, but known by name.
    Unreadable(ObjectId, Problem),
    /// Not read, and without a name.
    Nameless(Hides, Problem),
}

/// What may be hidden in something that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hides {
    /// Nothing that any controller would look at.
    Nothing,
    /// An object of this kind.
    Kind(Kind),
    /// Any object.
    Anything,
}

/// The kind that a group and kind name, if Gatewatch reads it. A kind's versions are one kind.
pub fn known_kind(group: &str, kind: &str) -> Option<Kind> {
    if (group, kind) == (EXPERIMENTAL_GROUP, "XListenerSet") {
        return Some(Kind::ListenerSet);
    }
    Kind::ALL
        .into_iter()
        .chain(Kind::FROM_FILES)
        .find(|known| known.group() == group && known.as_str() == kind)
}

/// The namespace that an object is in: as written, else `default`, as kubectl has it; none for cluster-scoped kinds.
fn namespace_of(namespaced: bool, written: Option<&str>) -> String {
    match (namespaced, written) {
        (false, _) => String::new(),
        (true, None | Some("")) => "default".to_owned(),
        (true, Some(namespace)) => namespace.to_owned(),
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "apiVersion", default)]
    api_version: Option<String>,
    #[serde(default)]
    kind: Option<String>,
}

/// Decodes one object. Total: what cannot be read becomes a problem, never a panic or a lost neighbour.
pub fn decode(raw: &RawObject) -> Decoded {
    let head = match serde_json::from_str::<Head>(&raw.json) {
        Ok(head) => head,
        Err(error) => return damaged(raw, None, "", &error.to_string()),
    };
    let (Some(api_version), Some(kind_name)) = (head.api_version, head.kind) else {
        let message =
            "This document has no apiVersion or no kind, so nobody can tell what it is; add both.";
        return Decoded::Nameless(Hides::Nothing, problem(raw, None, "", message));
    };
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let Some(kind) = known_kind(group, &kind_name) else {
        return Decoded::Ignored;
    };
    decode_as(kind, raw)
}

/// Decodes an object whose kind is known from where it came, as in lists of an API server, whose items need not say it.
pub fn decode_as(kind: Kind, raw: &RawObject) -> Decoded {
    match kind {
        Kind::GatewayClass => model::<GatewayClass>(
            raw,
            kind,
            |_| None,
            |class, _| Resource::GatewayClass(Arc::new(class)),
        ),
        Kind::Gateway => model::<Gateway>(raw, kind, Bounded::excess, |mut gateway, problems| {
            gateway.status = status(raw, gateway.raw_status.take(), problems);
            Resource::Gateway(Arc::new(gateway))
        }),
        Kind::HTTPRoute => model::<HttpRoute>(raw, kind, Bounded::excess, |mut route, problems| {
            route.status = status(raw, route.raw_status.take(), problems);
            shorten(raw, &mut route.status.parents, problems);
            Resource::HttpRoute(Arc::new(route))
        }),
        Kind::GRPCRoute | Kind::TLSRoute | Kind::TCPRoute | Kind::UDPRoute => {
            model::<OtherRoute>(raw, kind, Bounded::excess, |mut route, problems| {
                route.status = status(raw, route.raw_status.take(), problems);
                shorten(raw, &mut route.status.parents, problems);
                Resource::OtherRoute(Arc::new(route))
            })
        }
        Kind::ListenerSet => {
            model::<ListenerSet>(raw, kind, Bounded::excess, |mut set, problems| {
                set.status = status(raw, set.raw_status.take(), problems);
                Resource::ListenerSet(Arc::new(set))
            })
        }
        Kind::BackendTLSPolicy => {
            model::<BackendTlsPolicy>(raw, kind, Bounded::excess, |mut policy, problems| {
                policy.status = status(raw, policy.raw_status.take(), problems);
                Resource::BackendTlsPolicy(Arc::new(policy))
            })
        }
        Kind::Secret => model::<Secret>(
            raw,
            kind,
            |_| None,
            |secret, _| Resource::Secret(Arc::new(secret)),
        ),
        Kind::ConfigMap => model::<ConfigMap>(
            raw,
            kind,
            |_| None,
            |map, _| Resource::ConfigMap(Arc::new(map)),
        ),
        Kind::Namespace => model::<Namespace>(
            raw,
            kind,
            |_| None,
            |namespace, _| Resource::Namespace(Arc::new(namespace)),
        ),
        Kind::Service => model::<Service>(
            raw,
            kind,
            |_| None,
            |service, _| Resource::Service(Arc::new(service)),
        ),
        Kind::ReferenceGrant => model::<ReferenceGrant>(
            raw,
            kind,
            |_| None,
            |grant, _| Resource::ReferenceGrant(Arc::new(grant)),
        ),
    }
}

/// Decodes a model, checks its identity and its bounds.
fn model<T: DeserializeOwned + meta::HasMeta>(
    raw: &RawObject,
    kind: Kind,
    bounds: impl FnOnce(&T) -> Option<Excess>,
    finish: impl FnOnce(T, &mut Vec<Problem>) -> Resource,
) -> Decoded {
    let object: T = match serde_json::from_str(&raw.json) {
        Ok(object) => object,
        Err(_) => return unreadable::<T>(raw, kind),
    };
    let meta = object.meta();
    let namespace = namespace_of(kind.is_namespaced(), meta.namespace.as_deref());
    if meta.name.is_empty() {
        let message = format!(
            "This {} has no name; give it a metadata.name.",
            kind.as_str()
        );
        return damaged(raw, Some(kind), "metadata.name", &message);
    }
    let id = kind.id(&namespace, &meta.name);
    if let Some(Excess { path, length, most }) = bounds(&object) {
        let message =
            format!("The list has {length} entries; the Gateway API allows at most {most}.");
        return Decoded::Unreadable(id.clone(), problem(raw, Some(id), &path, &message));
    }
    let mut problems = Vec::new();
    let resource = finish(object, &mut problems);
    for problem in &mut problems {
        problem.object = Some(id.clone());
    }
    Decoded::Read(id, resource, problems)
}

/// Reads again, slowly, to say where the object is wrong.
fn unreadable<T: DeserializeOwned>(raw: &RawObject, kind: Kind) -> Decoded {
    let mut json = serde_json::Deserializer::from_str(&raw.json);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => damaged(raw, Some(kind), "", "The text goes on after the object."),
        Err(error) => {
            let path = error.path().to_string();
            damaged(
                raw,
                Some(kind),
                if path == "." { "" } else { &path },
                &without_place(&error.inner().to_string()),
            )
        }
    }
}

/// An object that cannot be read, under the name that it gives itself; of `kind`, if that is known.
fn damaged(raw: &RawObject, kind: Option<Kind>, path: &str, message: &str) -> Decoded {
    let identity = identity::scan(&raw.json);
    let id = match kind {
        Some(kind) => identity.id_as(kind),
        None => identity.id(),
    };
    if let Some(id) = id {
        return Decoded::Unreadable(id.clone(), problem(raw, Some(id), path, message));
    }
    let hides = match (kind, &identity.api_version, &identity.kind) {
        (Some(kind), _, _) => Hides::Kind(kind),
        (None, Some(_), Some(kind)) => {
            known_kind(identity.group(), kind).map_or(Hides::Nothing, Hides::Kind)
        }
        _ => Hides::Anything,
    };
    Decoded::Nameless(hides, problem(raw, None, path, message))
}

/// Decodes a status; one that cannot be read leaves the object usable and becomes a problem.
fn status<T: Status>(
    raw: &RawObject,
    text: Option<Box<serde_json::value::RawValue>>,
    problems: &mut Vec<Problem>,
) -> T {
    let Some(text) = text else {
        return T::default();
    };
    let mut json = serde_json::Deserializer::from_str(text.get());
    match serde_path_to_error::deserialize::<_, Option<T>>(&mut json) {
        Ok(status) => status.unwrap_or_default(),
        Err(error) => {
            let inner = error.path().to_string();
            let path = format!("status.{inner}");
            let path = if inner == "." { "status" } else { &path };
            let message = format!(
                "The status cannot be read ({}); the rest of the object is judged.",
                without_place(&error.inner().to_string())
            );
            problems.push(problem(raw, None, path, &message));
            T::default()
        }
    }
}

/// Keeps the first entries of a status that has more than the API allows.
fn shorten(raw: &RawObject, parents: &mut Vec<route::ParentStatus>, problems: &mut Vec<Problem>) {
    if parents.len() > limits::PARENTS {
        let message = format!(
            "The list has {} entries; the Gateway API allows at most {}, and only so many are read.",
            parents.len(),
            limits::PARENTS
        );
        problems.push(problem(raw, None, "status.parents", &message));
        parents.truncate(limits::PARENTS);
    }
}

fn problem(raw: &RawObject, object: Option<ObjectId>, path: &str, message: &str) -> Problem {
    let place: Vec<&str> = [&*raw.origin, path]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Problem {
        object,
        path: place.join(", "),
        message: shortened(message),
    }
}

/// An error of JSON without its line and column: the text was written by a program, and nobody can look there.
fn without_place(error: &str) -> String {
    let end = error.rfind(" at line ").unwrap_or(error.len());
    error.get(..end).unwrap_or(error).to_owned()
}

/// A message can quote the object; what is longer than people read is cut.
pub(crate) fn shortened(message: &str) -> String {
    const MOST: usize = 300;
    match message.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}\u{2026}", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
