//! Finding objects in a snapshot.

use super::Snapshot;
use crate::object::{Kind, ObjectId, RouteKind};
use crate::report::RouteId;
use crate::resource::Resource;
use crate::resource::cluster::{GatewayClass, ListenerSet, Namespace, ReferenceGrant, Service};
use crate::resource::content::{ConfigMap, Secret};
use crate::resource::gateway::Gateway;
use crate::resource::policy::BackendTlsPolicy;
use crate::resource::route::{HttpRoute, OtherRoute, Route};
use std::collections::BTreeSet;

impl Snapshot {
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Resource)> {
        self.held.resources.of_kind(kind)
    }

    /// A GatewayClass by name.
    pub fn gateway_class(&self, name: &str) -> Option<&GatewayClass> {
        match self.held.resources.get(Kind::GatewayClass, "", name) {
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
        match self.held.resources.get(Kind::Gateway, namespace, name) {
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

    /// A ListenerSet.
    pub fn listener_set(&self, namespace: &str, name: &str) -> Option<&ListenerSet> {
        match self.held.resources.get(Kind::ListenerSet, namespace, name) {
            Some(Resource::ListenerSet(set)) => Some(set),
            _ => None,
        }
    }

    /// All ListenerSets by namespace and name.
    pub fn listener_sets(&self) -> impl Iterator<Item = (&ObjectId, &ListenerSet)> {
        self.of_kind(Kind::ListenerSet)
            .filter_map(|(id, resource)| match resource {
                Resource::ListenerSet(set) => Some((id, &**set)),
                _ => None,
            })
    }

    /// An HTTPRoute.
    pub fn http_route(&self, namespace: &str, name: &str) -> Option<&HttpRoute> {
        match self.held.resources.get(Kind::HTTPRoute, namespace, name) {
            Some(Resource::HttpRoute(route)) => Some(route),
            _ => None,
        }
    }

    /// A GRPCRoute, TLSRoute, TCPRoute or UDPRoute.
    pub fn other_route(&self, id: &RouteId) -> Option<&OtherRoute> {
        let found = &self.held.resources;
        match found.get(id.kind.kind(), &id.namespace, &id.name) {
            Some(Resource::OtherRoute(route)) => Some(route),
            _ => None,
        }
    }

    /// A route of any kind.
    pub fn route(&self, id: &RouteId) -> Option<Route<'_>> {
        let found = self
            .held
            .resources
            .get(id.kind.kind(), &id.namespace, &id.name)?;
        match found {
            Resource::HttpRoute(route) => Some(route.view(id.clone())),
            Resource::OtherRoute(route) => Some(route.view(id.clone())),
            _ => None,
        }
    }

    /// All routes by kind, namespace and name.
    pub fn routes(&self) -> impl Iterator<Item = Route<'_>> {
        RouteKind::ALL.into_iter().flat_map(move |kind| {
            self.of_kind(kind.kind()).filter_map(move |(id, resource)| {
                let id = || RouteId {
                    kind,
                    namespace: id.namespace.clone(),
                    name: id.name.clone(),
                };
                match resource {
                    Resource::HttpRoute(route) => Some(route.view(id())),
                    Resource::OtherRoute(route) => Some(route.view(id())),
                    _ => None,
                }
            })
        })
    }

    /// All BackendTLSPolicies by namespace and name.
    pub fn policies(&self) -> impl Iterator<Item = (&ObjectId, &BackendTlsPolicy)> {
        self.of_kind(Kind::BackendTLSPolicy)
            .filter_map(|(id, resource)| match resource {
                Resource::BackendTlsPolicy(policy) => Some((id, &**policy)),
                _ => None,
            })
    }

    /// A Secret.
    pub fn secret(&self, namespace: &str, name: &str) -> Option<&Secret> {
        match self.held.resources.get(Kind::Secret, namespace, name) {
            Some(Resource::Secret(secret)) => Some(secret),
            _ => None,
        }
    }

    /// A ConfigMap.
    pub fn config_map(&self, namespace: &str, name: &str) -> Option<&ConfigMap> {
        match self.held.resources.get(Kind::ConfigMap, namespace, name) {
            Some(Resource::ConfigMap(map)) => Some(map),
            _ => None,
        }
    }

    /// A Namespace.
    pub fn namespace(&self, name: &str) -> Option<&Namespace> {
        match self.held.resources.get(Kind::Namespace, "", name) {
            Some(Resource::Namespace(namespace)) => Some(namespace),
            _ => None,
        }
    }

    /// Names of all Namespaces, also of those only mentioned by objects in them.
    pub fn namespace_names(&self) -> BTreeSet<&str> {
        let seen = self.of_kind(Kind::Namespace).map(|(id, _)| id);
        let named = seen.chain(self.unreadable(Kind::Namespace));
        let unreadable = self.held.unreadable.iter();
        named
            .map(|id| id.name.as_str())
            .chain(self.held.resources.namespaces())
            .chain(unreadable.map(|id| id.namespace.as_str()))
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// A Service.
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        match self.held.resources.get(Kind::Service, namespace, name) {
            Some(Resource::Service(service)) => Some(service),
            _ => None,
        }
    }

    /// Names of the Services in a namespace.
    pub fn services_in<'a>(&'a self, namespace: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.held
            .resources
            .in_namespace(Kind::Service, namespace)
            .map(|(id, _)| id.name.as_str())
    }

    /// Namespaces that have a Service of this name, at most three.
    pub fn namespaces_of_service(&self, name: &str) -> Vec<&str> {
        let namespaces = self.held.resources.namespaces_of_service(name);
        namespaces.take(3).collect()
    }

    /// True if at least one object of a kind is held, if only as unreadable.
    pub fn has(&self, kind: Kind) -> bool {
        self.of_kind(kind).next().is_some() || self.unreadable(kind).next().is_some()
    }

    /// ReferenceGrants in a namespace.
    pub fn grants_in<'a>(
        &'a self,
        namespace: &str,
    ) -> impl Iterator<Item = &'a ReferenceGrant> + use<'a> {
        self.held
            .resources
            .in_namespace(Kind::ReferenceGrant, namespace)
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
