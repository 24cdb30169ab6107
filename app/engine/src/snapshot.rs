//! All inputs at one moment.

use crate::object::{Kind, ObjectId, RawObject, RouteKind};
use crate::resource::cluster::{GatewayClass, Namespace, ReferenceGrant, Service};
use crate::resource::gateway::Gateway;
use crate::resource::route::{HttpRoute, OtherRoute};
use crate::resource::{Decoded, Resource, decode};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How far a kind can be seen, as the source last knew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindState {
    /// Read completely from files; nothing more will come unless the files change.
    Complete,
    /// Watched and up to date.
    Live,
    /// Not asked yet.
    Waiting,
    /// The first list is under way.
    Listing,
    /// Readable in part only, or with trouble.
    Degraded,
    /// The server refuses to show this kind.
    Denied,
    /// The kind does not exist on this server (no such CRD).
    Absent,
    /// Was live; what is shown is old.
    Stale,
}

impl KindState {
    /// True if an object of the kind that is not held does not exist.
    pub fn is_complete(self) -> bool {
        match self {
            Self::Complete | Self::Live | Self::Absent => true,
            Self::Waiting | Self::Listing | Self::Degraded | Self::Denied | Self::Stale => false,
        }
    }
}

/// What is known about one kind's visibility (`visibility[]` of every answer).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visibility {
    /// The kind.
    pub kind: Kind,
    /// Its state.
    pub state: KindState,
    /// How many objects of it are held.
    pub objects: u32,
    /// Resource version of the last list or event, where there is one.
    pub resource_version: Option<String>,
    /// When the source last had proof of life, RFC 3339 in UTC.
    pub last_seen: Option<String>,
    /// What is wrong, in words.
    pub problem: Option<String>,
}

/// An object or document that could not be read, or is wrong in itself (`problems[]` of every answer).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The object as far as its identity could be read.
    pub object: Option<ObjectId>,
    /// Where: `routes.yaml, document 3, spec.listeners[0].port`; the parts that are known.
    pub path: String,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// Immutable set of objects, unreadable ones included. Cheap to clone: objects are shared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    resources: BTreeMap<ObjectId, Resource>,
    unreadable: BTreeSet<ObjectId>,
    object_problems: BTreeMap<ObjectId, Vec<Problem>>,
    other_problems: BTreeSet<Problem>,
    visibility: BTreeMap<Kind, Visibility>,
}

impl Snapshot {
    /// Adds or replaces an object. What does not decode is kept as a [`Problem`] in its place.
    pub fn apply(&mut self, raw: &RawObject) {
        match decode(raw) {
            Decoded::Ignored => {}
            Decoded::Read(id, resource, problems) => {
                self.delete(&id);
                if !problems.is_empty() {
                    self.object_problems.insert(id.clone(), problems);
                }
                self.resources.insert(id, resource);
            }
            Decoded::Unreadable(Some(id), problem) => {
                self.delete(&id);
                self.object_problems.insert(id.clone(), vec![problem]);
                self.unreadable.insert(id);
            }
            Decoded::Unreadable(None, problem) => {
                self.other_problems.insert(problem);
            }
        }
    }

    /// Adds a problem of the source that belongs to no object, such as a file that is not YAML.
    pub fn add_problem(&mut self, problem: Problem) {
        self.other_problems.insert(problem);
    }

    /// Removes an object; unknown ids are ignored.
    pub fn delete(&mut self, id: &ObjectId) {
        self.resources.remove(id);
        self.unreadable.remove(id);
        self.object_problems.remove(id);
    }

    /// Says how far a kind can be seen. A kind never mentioned counts as [`KindState::Complete`].
    pub fn set_visibility(&mut self, visibility: Visibility) {
        self.visibility.insert(visibility.kind, visibility);
    }

    /// Visibility of every kind in order, object counts filled in.
    pub fn visibility(&self) -> Vec<Visibility> {
        Kind::ALL
            .into_iter()
            .map(|kind| {
                let objects = u32::try_from(self.of_kind(kind).count()).unwrap_or(u32::MAX);
                match self.visibility.get(&kind) {
                    Some(visibility) => Visibility {
                        objects,
                        ..visibility.clone()
                    },
                    None => Visibility {
                        kind,
                        state: KindState::Complete,
                        objects,
                        resource_version: None,
                        last_seen: None,
                        problem: None,
                    },
                }
            })
            .collect()
    }

    /// What could not be read, sorted.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.object_problems.values().flatten().cloned().collect();
        problems.extend(self.other_problems.iter().cloned());
        problems.sort();
        problems
    }

    /// State of a kind.
    pub fn state(&self, kind: Kind) -> KindState {
        self.visibility
            .get(&kind)
            .map_or(KindState::Complete, |visibility| visibility.state)
    }

    /// True if the object is there but cannot be read.
    pub fn is_unreadable(&self, id: &ObjectId) -> bool {
        self.unreadable.contains(id)
    }

    /// True if any object of a kind is there but cannot be read.
    pub fn has_unreadable(&self, kind: Kind) -> bool {
        self.unreadable
            .iter()
            .any(|id| id.group == kind.group() && id.kind == kind.as_str())
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Resource)> {
        let from = kind.id("", "");
        self.resources
            .range(from..)
            .take_while(move |(id, _)| id.group == kind.group() && id.kind == kind.as_str())
    }

    /// A GatewayClass by name.
    pub fn gateway_class(&self, name: &str) -> Option<&GatewayClass> {
        match self.resources.get(&Kind::GatewayClass.id("", name)) {
            Some(Resource::GatewayClass(class)) => Some(class),
            _ => None,
        }
    }

    /// A Gateway.
    pub fn gateway(&self, namespace: &str, name: &str) -> Option<&Gateway> {
        match self.resources.get(&Kind::Gateway.id(namespace, name)) {
            Some(Resource::Gateway(gateway)) => Some(gateway),
            _ => None,
        }
    }

    /// All Gateways by namespace and name.
    pub fn gateways(&self) -> impl Iterator<Item = (&ObjectId, &Gateway)> {
        self.of_kind(Kind::Gateway)
            .filter_map(|(id, resource)| match resource {
                Resource::Gateway(gateway) => Some((id, &**gateway)),
                _ => None,
            })
    }

    /// An HTTPRoute.
    pub fn http_route(&self, namespace: &str, name: &str) -> Option<&HttpRoute> {
        match self.resources.get(&Kind::HTTPRoute.id(namespace, name)) {
            Some(Resource::HttpRoute(route)) => Some(route),
            _ => None,
        }
    }

    /// All HTTPRoutes by namespace and name.
    pub fn http_routes(&self) -> impl Iterator<Item = (&ObjectId, &HttpRoute)> {
        self.of_kind(Kind::HTTPRoute)
            .filter_map(|(id, resource)| match resource {
                Resource::HttpRoute(route) => Some((id, &**route)),
                _ => None,
            })
    }

    /// All routes of kinds that are shown without being judged.
    pub fn other_routes(&self) -> impl Iterator<Item = (RouteKind, &ObjectId, &OtherRoute)> {
        RouteKind::ALL.into_iter().flat_map(move |kind| {
            self.of_kind(kind.kind())
                .filter_map(move |(id, resource)| match resource {
                    Resource::OtherRoute(route) => Some((kind, id, &**route)),
                    _ => None,
                })
        })
    }

    /// A Namespace.
    pub fn namespace(&self, name: &str) -> Option<&Namespace> {
        match self.resources.get(&Kind::Namespace.id("", name)) {
            Some(Resource::Namespace(namespace)) => Some(namespace),
            _ => None,
        }
    }

    /// Names of all Namespaces, also of those only mentioned by objects in them.
    pub fn namespace_names(&self) -> BTreeSet<&str> {
        let seen = self
            .of_kind(Kind::Namespace)
            .map(|(id, _)| id.name.as_str());
        let mentioned = self
            .resources
            .keys()
            .chain(&self.unreadable)
            .map(|id| id.namespace.as_str());
        let unreadable = self
            .unreadable
            .iter()
            .filter(|id| id.kind == Kind::Namespace.as_str());
        seen.chain(mentioned)
            .chain(unreadable.map(|id| id.name.as_str()))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// A Service.
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        match self.resources.get(&Kind::Service.id(namespace, name)) {
            Some(Resource::Service(service)) => Some(service),
            _ => None,
        }
    }

    /// Names of the Services in a namespace.
    pub fn services_in<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a str> {
        let from = Kind::Service.id(namespace, "");
        self.resources
            .range(from..)
            .map(|(id, _)| id)
            .take_while(move |id| id.kind == Kind::Service.as_str() && id.namespace == namespace)
            .map(|id| id.name.as_str())
    }

    /// True if at least one Service is held.
    pub fn has_services(&self) -> bool {
        self.of_kind(Kind::Service).next().is_some()
    }

    /// ReferenceGrants in a namespace.
    pub fn grants_in<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a ReferenceGrant> {
        let from = Kind::ReferenceGrant.id(namespace, "");
        self.resources
            .range(from..)
            .take_while(move |(id, _)| {
                id.kind == Kind::ReferenceGrant.as_str() && id.namespace == namespace
            })
            .filter_map(|(_, resource)| match resource {
                Resource::ReferenceGrant(grant) => Some(&**grant),
                _ => None,
            })
    }

    /// Whether a ListenerSet exists.
    pub fn has_listener_set(&self, namespace: &str, name: &str) -> bool {
        self.resources
            .contains_key(&Kind::ListenerSet.id(namespace, name))
    }

    /// The same world with some labels of a Namespace set and others removed; for "what if".
    pub fn with_labels(
        &self,
        namespace: &str,
        set: &BTreeMap<String, String>,
        remove: &BTreeSet<String>,
    ) -> Self {
        let mut world = self.clone();
        let mut changed = Namespace::clone(match self.namespace(namespace) {
            Some(namespace) => namespace,
            None => return world,
        });
        changed.metadata.labels.extend(set.clone());
        changed
            .metadata
            .labels
            .retain(|key, _| !remove.contains(key));
        world.resources.insert(
            Kind::Namespace.id("", namespace),
            Resource::Namespace(Arc::new(changed)),
        );
        world
    }
}
