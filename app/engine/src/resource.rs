//! From JSON text to lean models: the one door through which objects enter.

pub mod cluster;
pub mod gateway;
pub mod meta;
pub mod route;

use crate::object::{Kind, ObjectId, RawObject};
use crate::snapshot::Problem;
use cluster::{GatewayClass, Namespace, ReferenceGrant, Service};
use gateway::Gateway;
use meta::Status;
use route::{HttpRoute, OtherRoute};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// Group of all Gateway API kinds.
pub const GATEWAY_GROUP: &str = "gateway.networking.k8s.io";

/// A decoded object of a kind that Gatewatch reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Resource {
    /// GatewayClass.
    GatewayClass(Arc<GatewayClass>),
    /// Gateway.
    Gateway(Arc<Gateway>),
    /// HTTPRoute.
    HttpRoute(Arc<HttpRoute>),
    /// A route of a kind that this version shows without judging it.
    OtherRoute(Arc<OtherRoute>),
    /// ListenerSet: that it exists, not yet what it says.
    ListenerSet,
    /// Namespace.
    Namespace(Arc<Namespace>),
    /// Service.
    Service(Arc<Service>),
    /// ReferenceGrant.
    ReferenceGrant(Arc<ReferenceGrant>),
}

/// What became of a raw object.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    /// A kind that plays no part in attachment.
    Ignored,
    /// Read. Problems that leave the object usable (an unreadable status) come along.
    Read(ObjectId, Resource, Vec<Problem>),
    /// Not read; the identity as far as it could be told.
    Unreadable(Option<ObjectId>, Problem),
}

/// The kind that a group and kind name, if Gatewatch reads it. A kind's versions are one kind.
pub fn known_kind(group: &str, kind: &str) -> Option<Kind> {
    let gateway_kinds = [
        Kind::GatewayClass,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::HTTPRoute,
        Kind::GRPCRoute,
        Kind::TLSRoute,
        Kind::TCPRoute,
        Kind::UDPRoute,
        Kind::ReferenceGrant,
    ];
    match group {
        GATEWAY_GROUP => gateway_kinds
            .into_iter()
            .find(|known| known.as_str() == kind),
        "" => [Kind::Namespace, Kind::Service]
            .into_iter()
            .find(|known| known.as_str() == kind),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "apiVersion", default)]
    api_version: Option<String>,
    #[serde(default)]
    kind: Option<String>,
}

/// Decodes one object. Total: what cannot be read is [`Decoded::Unreadable`], never a panic or a lost neighbour.
pub fn decode(raw: &RawObject) -> Decoded {
    let head = match serde_json::from_str::<Head>(&raw.json) {
        Ok(head) => head,
        Err(error) => {
            return Decoded::Unreadable(
                identity(&raw.json),
                problem(raw, identity(&raw.json), "", &error.to_string()),
            );
        }
    };
    let (Some(api_version), Some(kind_name)) = (head.api_version, head.kind) else {
        let message =
            "This document has no apiVersion or no kind, so nobody can tell what it is; add both.";
        return Decoded::Unreadable(None, problem(raw, identity(&raw.json), "", message));
    };
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let Some(kind) = known_kind(group, &kind_name) else {
        return Decoded::Ignored;
    };
    match kind {
        Kind::GatewayClass => model::<GatewayClass>(raw, kind, |class, _| {
            Resource::GatewayClass(Arc::new(class))
        }),
        Kind::Gateway => model::<Gateway>(raw, kind, |mut gateway, problems| {
            gateway.status = status(raw, gateway.raw_status.take(), problems);
            Resource::Gateway(Arc::new(gateway))
        }),
        Kind::HTTPRoute => model::<HttpRoute>(raw, kind, |mut route, problems| {
            route.status = status(raw, route.raw_status.take(), problems);
            Resource::HttpRoute(Arc::new(route))
        }),
        Kind::GRPCRoute | Kind::TLSRoute | Kind::TCPRoute | Kind::UDPRoute => {
            model::<OtherRoute>(raw, kind, |route, _| Resource::OtherRoute(Arc::new(route)))
        }
        Kind::ListenerSet => model::<meta::Named>(raw, kind, |_, _| Resource::ListenerSet),
        Kind::Namespace => model::<Namespace>(raw, kind, |namespace, _| {
            Resource::Namespace(Arc::new(namespace))
        }),
        Kind::Service => {
            model::<Service>(raw, kind, |service, _| Resource::Service(Arc::new(service)))
        }
        Kind::ReferenceGrant => model::<ReferenceGrant>(raw, kind, |grant, _| {
            Resource::ReferenceGrant(Arc::new(grant))
        }),
    }
}

/// Decodes a model and checks its identity.
fn model<T: DeserializeOwned + meta::HasMeta>(
    raw: &RawObject,
    kind: Kind,
    finish: impl FnOnce(T, &mut Vec<Problem>) -> Resource,
) -> Decoded {
    let object: T = match serde_json::from_str(&raw.json) {
        Ok(object) => object,
        Err(_) => return unreadable::<T>(raw, kind),
    };
    let meta = object.meta();
    let namespace = match (kind.is_namespaced(), meta.namespace.as_deref()) {
        (false, _) => String::new(),
        (true, None | Some("")) => "default".to_owned(),
        (true, Some(namespace)) => namespace.to_owned(),
    };
    let id = kind.id(&namespace, &meta.name);
    if meta.name.is_empty() {
        let message = "The object has no name; give it a metadata.name.";
        return Decoded::Unreadable(None, problem(raw, Some(id), "metadata.name", message));
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
    let id = identity(&raw.json).filter(|id| id.kind == kind.as_str());
    let (path, message) = match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => (
            String::new(),
            "The text goes on after the object.".to_owned(),
        ),
        Err(error) => (error.path().to_string(), error.into_inner().to_string()),
    };
    let path = if path == "." { String::new() } else { path };
    Decoded::Unreadable(id.clone(), problem(raw, id, &path, &message))
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
            let path = format!("status.{}", error.path());
            let message = format!(
                "The status cannot be read ({}); the rest of the object is judged.",
                error.inner()
            );
            problems.push(problem(raw, None, &path, &message));
            T::default()
        }
    }
}

/// Apiversion, kind, namespace and name, as far as they can be read from damaged JSON objects.
fn identity(json: &str) -> Option<ObjectId> {
    let value: Value = serde_json::from_str(json).ok()?;
    let text = |pointer: &str| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let api_version = text("/apiVersion");
    let id = ObjectId {
        group: api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
            .to_owned(),
        kind: text("/kind"),
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name"),
    };
    let namespaced = known_kind(&id.group, &id.kind).is_none_or(Kind::is_namespaced);
    let namespace = match (namespaced, id.namespace.is_empty()) {
        (true, true) => "default".to_owned(),
        (true, false) => id.namespace,
        (false, _) => String::new(),
    };
    (!id.kind.is_empty() && !id.name.is_empty()).then_some(ObjectId { namespace, ..id })
}

fn problem(raw: &RawObject, object: Option<ObjectId>, path: &str, message: &str) -> Problem {
    let place: Vec<&str> = [&*raw.origin, path]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Problem {
        object,
        path: place.join(", "),
        message: message.to_owned(),
    }
}
