//! Objects by kind, namespace and name: found without building a key, copied kind by kind.

use crate::object::{Kind, ObjectId};
use crate::resource::Resource;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Objects of one kind by namespace and name.
type OfKind = BTreeMap<Box<str>, BTreeMap<Box<str>, (ObjectId, Resource)>>;

/// All objects. A copy shares each kind until that kind changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Resources {
    kinds: BTreeMap<Kind, Arc<OfKind>>,
    /// Namespaces of the Services of each name.
    services: Arc<BTreeMap<Box<str>, BTreeSet<Box<str>>>>,
}

impl Resources {
    /// An object.
    pub(super) fn get(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Resource> {
        let found = self.kinds.get(&kind)?.get(namespace)?.get(name)?;
        Some(&found.1)
    }

    /// Adds or replaces an object.
    pub(super) fn insert(&mut self, kind: Kind, id: ObjectId, resource: Resource) {
        if kind == Kind::Service {
            let services = Arc::make_mut(&mut self.services);
            let namespaces = services.entry(id.name.as_str().into()).or_default();
            namespaces.insert(id.namespace.as_str().into());
        }
        let namespaces = Arc::make_mut(self.kinds.entry(kind).or_default());
        let names = namespaces.entry(id.namespace.as_str().into()).or_default();
        names.insert(id.name.as_str().into(), (id, resource));
    }

    /// Removes an object; unknown ones are ignored.
    pub(super) fn remove(&mut self, kind: Kind, namespace: &str, name: &str) {
        if self.get(kind, namespace, name).is_none() {
            return;
        }
        if kind == Kind::Service
            && let Some(namespaces) = Arc::make_mut(&mut self.services).get_mut(name)
        {
            namespaces.remove(namespace);
        }
        let Some(namespaces) = self.kinds.get_mut(&kind).map(Arc::make_mut) else {
            return;
        };
        if let Some(names) = namespaces.get_mut(namespace) {
            names.remove(name);
            if names.is_empty() {
                namespaces.remove(namespace);
            }
        }
    }

    /// Removes all objects of a kind.
    pub(super) fn clear(&mut self, kind: Kind) {
        self.kinds.remove(&kind);
        if kind == Kind::Service {
            self.services = Arc::default();
        }
    }

    /// Keeps the objects that are wanted; only kinds of routes are asked.
    pub(super) fn retain(&mut self, wanted: impl Fn(&ObjectId, Kind) -> bool) {
        for (kind, namespaces) in &mut self.kinds {
            if kind.route_kind().is_none() {
                continue;
            }
            let kept: OfKind = namespaces
                .iter()
                .map(|(namespace, names)| {
                    let kept = names.iter().filter(|(_, (id, _))| wanted(id, *kind));
                    let kept = kept.map(|(name, held)| (name.clone(), held.clone()));
                    (namespace.clone(), kept.collect())
                })
                .collect();
            *namespaces = Arc::new(kept);
        }
    }

    /// Objects of a kind by namespace and name.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectId, &Resource)> {
        let namespaces = self.kinds.get(&kind).into_iter();
        namespaces
            .flat_map(|namespaces| namespaces.values().flat_map(BTreeMap::values))
            .map(|(id, resource)| (id, resource))
    }

    /// Objects of a kind in a namespace by name.
    pub(super) fn in_namespace<'a>(
        &'a self,
        kind: Kind,
        namespace: &str,
    ) -> impl Iterator<Item = (&'a ObjectId, &'a Resource)> + use<'a> {
        let names = self.kinds.get(&kind).and_then(|all| all.get(namespace));
        names
            .into_iter()
            .flat_map(BTreeMap::values)
            .map(|(id, resource)| (id, resource))
    }

    /// Namespaces that have a Service of a name.
    pub(super) fn namespaces_of_service(&self, name: &str) -> impl Iterator<Item = &str> {
        let found = self.services.get(name).into_iter().flatten();
        found.map(|namespace| &**namespace)
    }

    /// Namespaces that hold an object of any kind.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = &str> {
        let kinds = self.kinds.values();
        kinds.flat_map(|namespaces| namespaces.keys().map(|namespace| &**namespace))
    }
}
