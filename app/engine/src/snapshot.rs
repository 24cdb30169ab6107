//! All inputs at one moment.

mod lookup;
mod resources;
mod visibility;

pub use visibility::{KindState, Problem, Visibility};

use crate::object::{Kind, ObjectId, RawObject};
use crate::report::RouteId;
use crate::resource::cluster::Namespace;
use crate::resource::meta::Meta;
use crate::resource::{Decoded, Hides, Resource, decode};
use resources::Resources;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Set of objects, unreadable ones included. Free to clone: everything is shared until it changes.
///
/// A namespaced object without namespace is in `default`, as `kubectl apply` has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    held: Arc<Held>,
}

/// What a snapshot holds; copied only when one of several owners changes it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Held {
    resources: Resources,
    unreadable: BTreeSet<ObjectId>,
    object_problems: BTreeMap<ObjectId, Vec<Problem>>,
    other_problems: BTreeSet<(Hides, Problem)>,
    visibility: BTreeMap<Kind, Visibility>,
}

impl Snapshot {
    fn change(&mut self) -> &mut Held {
        Arc::make_mut(&mut self.held)
    }

    /// Adds or replaces an object; of several with one id the last stays. What does not decode is kept as a
    /// [`Problem`] in its place.
    pub fn apply(&mut self, raw: &RawObject) {
        self.apply_decoded(decode(raw));
    }

    /// The same for an object that is decoded already; true if anything that counts differs now.
    pub fn apply_decoded(&mut self, decoded: Decoded) -> bool {
        match decoded {
            Decoded::Ignored => false,
            Decoded::Read(id, resource, problems) => {
                let Some(kind) = Kind::of(&id) else {
                    return false;
                };
                let held = self.held.resources.get(kind, &id.namespace, &id.name);
                let told = self.held.object_problems.get(&id);
                if held == Some(&resource) && told.map_or(&[][..], Vec::as_slice) == problems {
                    return false;
                }
                self.delete(&id);
                let held = self.change();
                if !problems.is_empty() {
                    held.object_problems.insert(id.clone(), problems);
                }
                held.resources.insert(kind, id, resource);
                true
            }
            Decoded::Unreadable(id, problem) => {
                let told = self.held.object_problems.get(&id).map(Vec::as_slice);
                if self.held.unreadable.contains(&id)
                    && told == Some(std::slice::from_ref(&problem))
                {
                    return false;
                }
                self.delete(&id);
                let held = self.change();
                held.object_problems.insert(id.clone(), vec![problem]);
                held.unreadable.insert(id);
                true
            }
            Decoded::Nameless(hides, problem) => {
                let told = (hides, problem);
                !self.held.other_problems.contains(&told)
                    && self.change().other_problems.insert(told)
            }
        }
    }

    /// Forgets what could not be read of a kind and had no name, before the kind is listed anew; true if there was any.
    pub fn forget_nameless(&mut self, kind: Kind) -> bool {
        let is_of_kind = |hides: &Hides| *hides == Hides::Kind(kind);
        let found = self
            .held
            .other_problems
            .iter()
            .any(|(hides, _)| is_of_kind(hides));
        if found {
            self.change()
                .other_problems
                .retain(|(hides, _)| !is_of_kind(hides));
        }
        found
    }

    /// Adds a problem of the source that hides no object, such as an object that is there twice.
    pub fn add_problem(&mut self, problem: Problem) {
        self.change()
            .other_problems
            .insert((Hides::Nothing, problem));
    }

    /// Adds a problem of the source behind which objects may be hidden, such as a file that is not YAML: what is not
    /// held may then exist all the same.
    pub fn add_unparsed(&mut self, problem: Problem) {
        self.change()
            .other_problems
            .insert((Hides::Anything, problem));
    }

    /// True if the object is held, if only as unreadable.
    pub fn holds(&self, id: &ObjectId) -> bool {
        let kind = Kind::of(id);
        let found = |kind| self.held.resources.get(kind, &id.namespace, &id.name);
        kind.and_then(found).is_some() || self.is_unreadable(id)
    }

    /// Removes an object; unknown ids are ignored.
    pub fn delete(&mut self, id: &ObjectId) {
        if !self.holds(id) && !self.held.object_problems.contains_key(id) {
            return;
        }
        let held = self.change();
        if let Some(kind) = Kind::of(id) {
            held.resources.remove(kind, &id.namespace, &id.name);
        }
        held.unreadable.remove(id);
        held.object_problems.remove(id);
    }

    /// Replaces all objects of a kind, as after a new list.
    pub fn replace<'a>(&mut self, kind: Kind, objects: impl IntoIterator<Item = &'a RawObject>) {
        let is_kind = |id: &ObjectId| id.group == kind.group() && id.kind == kind.as_str();
        let held = self.change();
        held.resources.clear(kind);
        held.unreadable.retain(|id| !is_kind(id));
        held.object_problems.retain(|id, _| !is_kind(id));
        held.other_problems
            .retain(|(hides, _)| *hides != Hides::Kind(kind));
        for object in objects {
            self.apply(object);
        }
    }

    /// Says how far a kind can be seen. A kind never mentioned counts as [`KindState::Complete`].
    pub fn set_visibility(&mut self, visibility: Visibility) {
        self.change().visibility.insert(visibility.kind, visibility);
    }

    /// What was last said about how far a kind can be seen.
    pub fn seen(&self, kind: Kind) -> Option<&Visibility> {
        self.held.visibility.get(&kind)
    }

    /// Visibility of every kind in order, object counts filled in.
    pub fn visibility(&self) -> Vec<Visibility> {
        let of_kind = |kind: Kind| {
            let objects = u32::try_from(self.of_kind(kind).count()).unwrap_or(u32::MAX);
            let known = self.held.visibility.get(&kind).cloned();
            let visibility =
                known.unwrap_or_else(|| Visibility::new(kind, KindState::Complete, None));
            Visibility {
                objects,
                ..visibility
            }
        };
        Kind::ALL.into_iter().map(of_kind).collect()
    }

    /// What could not be read, sorted.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .held
            .object_problems
            .values()
            .flatten()
            .cloned()
            .collect();
        problems.extend(
            self.held
                .other_problems
                .iter()
                .map(|(_, problem)| problem.clone()),
        );
        problems.sort();
        problems
    }

    /// State of a kind.
    pub fn state(&self, kind: Kind) -> KindState {
        self.held
            .visibility
            .get(&kind)
            .map_or(KindState::Complete, |visibility| visibility.state)
    }

    /// True if an object of the kind may exist without being held: the kind cannot be seen completely, or something
    /// nameless could not be read.
    pub fn may_hide(&self, kind: Kind) -> bool {
        !self.state(kind).is_complete() || self.has_lost(kind)
    }

    /// The same for an object in one namespace, which may be seen completely where others are not.
    pub fn may_hide_in(&self, kind: Kind, namespace: &str) -> bool {
        let seen = self.held.visibility.get(&kind);
        let is_within = seen.is_some_and(|seen| seen.within.iter().any(|name| name == namespace));
        (!is_within && !self.state(kind).is_complete()) || self.has_lost(kind)
    }

    /// True if something nameless could not be read that may be of the kind.
    fn has_lost(&self, kind: Kind) -> bool {
        self.held
            .other_problems
            .iter()
            .any(|(hides, _)| *hides == Hides::Anything || *hides == Hides::Kind(kind))
    }

    /// True if the object is there but cannot be read.
    pub fn is_unreadable(&self, id: &ObjectId) -> bool {
        self.held.unreadable.contains(id)
    }

    /// Objects of a kind that are there but cannot be read.
    pub fn unreadable(&self, kind: Kind) -> impl Iterator<Item = &ObjectId> {
        self.held
            .unreadable
            .range(kind.id("", "")..)
            .take_while(move |id| id.group == kind.group() && id.kind == kind.as_str())
    }

    /// The same world without all routes but these.
    pub fn with_routes(&self, routes: &BTreeSet<&RouteId>) -> Self {
        let mut world = self.clone();
        world.change().resources.retain(|id, kind| {
            kind.route_kind().is_none_or(|kind| {
                let id = RouteId {
                    kind,
                    namespace: id.namespace.clone(),
                    name: id.name.clone(),
                };
                routes.contains(&id)
            })
        });
        world
    }

    /// The same world with some labels of a Namespace set and others removed; for "what if".
    pub fn with_labels(
        &self,
        namespace: &str,
        set: &BTreeMap<String, String>,
        remove: &BTreeSet<String>,
    ) -> Self {
        let mut world = self.clone();
        let id = Kind::Namespace.id("", namespace);
        let mut changed = match self.namespace(namespace) {
            Some(found) => Namespace::clone(found),
            None if self.is_unreadable(&id) => return world,
            None => Namespace {
                metadata: Meta {
                    name: namespace.to_owned(),
                    ..Meta::default()
                },
            },
        };
        let labels = &mut changed.metadata.labels;
        labels.retain(|key, _| !remove.contains(key));
        labels.extend(set.clone());
        world.change().resources.insert(
            Kind::Namespace,
            id,
            Resource::Namespace(Arc::new(changed)),
        );
        world
    }
}
