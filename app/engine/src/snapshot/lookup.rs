//! Finding objects in a snapshot.

use super::Snapshot;
use crate::object::{Kind, ObjectId, RouteKind};
use crate::resource::Resource;
use crate::resource::cluster::{GatewayClass, ListenerSet, Namespace, ReferenceGrant, Service};
use crate::resource::gateway::Gateway;
use crate::resource::route::{HttpRoute, OtherRoute};
use std::collections::BTreeSet;

impl Snapshot {
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Resource)> {
        self.resources
            .range(kind.id("", "")..)
            .take_while(move |(id, _)| id.group == kind.group() && id.kind == kind.as_str())
    }

    fn in_namespace<'a>(
        &'a self,
        kind: Kind,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a ObjectId, &'a Resource)> {
        self.resources
            .range(kind.id(namespace, "")..)
            .take_while(move |(id, _)| {
                id.group == kind.group() && id.kind == kind.as_str() && id.namespace == namespace
            })
    }

    /// A GatewayClass by name.
    pub fn gateway_class(&self, name: &str) -> Option<&GatewayClass> {
        match self.resources.get(&Kind::GatewayClass.id("", name)) {
            Some(Resource::GatewayClass(class)) => Some(class),
            _ => None,
        }
    }

    /// Names of all GatewayClasses.
    pub fn gateway_class_names(&self) -> impl Iterator<Item = &str> {
        self.of_kind(Kind::GatewayClass)
            .map(|(id, _)| id.name.as_str())
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

    /// ListenerSets that name a Gateway as their parent, as `namespace/name`.
    pub fn listener_sets_of(&self, namespace: &str, name: &str) -> Vec<String> {
        let names_it = |set: &ListenerSet, own: &str| {
            set.spec.parent_ref.as_ref().is_some_and(|parent| {
                let of = parent.namespace.as_deref().unwrap_or(own);
                parent.name == name && of == namespace
            })
        };
        self.of_kind(Kind::ListenerSet)
            .filter_map(|(id, resource)| match resource {
                Resource::ListenerSet(set) if names_it(set, &id.namespace) => {
                    Some(format!("{}/{}", id.namespace, id.name))
                }
                _ => None,
            })
            .collect()
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
        let seen = self.of_kind(Kind::Namespace).map(|(id, _)| id);
        let named = seen.chain(self.unreadable(Kind::Namespace));
        let mentioned = self.resources.keys().chain(&self.unreadable);
        named
            .map(|id| id.name.as_str())
            .chain(mentioned.map(|id| id.namespace.as_str()))
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
        self.in_namespace(Kind::Service, namespace)
            .map(|(id, _)| id.name.as_str())
    }

    /// Namespaces that have a Service of this name, as far as a bounded look finds some.
    pub fn namespaces_of_service(&self, name: &str) -> Vec<&str> {
        self.of_kind(Kind::Service)
            .take(2000)
            .filter(|(id, _)| id.name == name)
            .map(|(id, _)| id.namespace.as_str())
            .take(3)
            .collect()
    }

    /// True if at least one Service is held.
    pub fn has_services(&self) -> bool {
        self.of_kind(Kind::Service).next().is_some()
            || self.unreadable(Kind::Service).next().is_some()
    }

    /// ReferenceGrants in a namespace.
    pub fn grants_in<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a ReferenceGrant> {
        self.in_namespace(Kind::ReferenceGrant, namespace)
            .filter_map(|(_, resource)| match resource {
                Resource::ReferenceGrant(grant) => Some(&**grant),
                _ => None,
            })
    }

    /// ReferenceGrants of all namespaces with the namespace that each is in.
    pub fn grants(&self) -> impl Iterator<Item = (&str, &ReferenceGrant)> {
        self.of_kind(Kind::ReferenceGrant)
            .filter_map(|(id, resource)| match resource {
                Resource::ReferenceGrant(grant) => Some((id.namespace.as_str(), &**grant)),
                _ => None,
            })
    }
}
