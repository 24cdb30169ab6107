//! Verdicts of whole clusters: the same gates as in [`super::explain`], judged without words and shared where they are
//! equal.

use super::finding::{Finding, Ruling};
use super::namespaces;
use super::selector::Labels;
use super::{class, hostname, kinds, parent_ref, section, verdict_of};
use crate::object::RouteKind;
use crate::report::{
    Agreement, Attachment, ComputedParent, Gate, GateOutcome, NamespacedName, ParentRef, RouteId,
};
use crate::resource::gateway::{Listener, RouteNamespaces};
use crate::resource::route::Route;
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// A route as the judge takes it.
#[derive(Clone, Debug)]
pub struct Subject<'r> {
    /// The route.
    pub route: &'r Route<'r>,
    /// Its name.
    pub id: Arc<RouteId>,
    /// Its hostnames.
    pub hostnames: Arc<[String]>,
    /// Outcome of its references.
    pub references: GateOutcome,
}

/// Judges routes one after the other and remembers what several of them share. Nothing that it remembers outlives one
/// evaluation.
pub struct Judge<'a> {
    world: &'a Snapshot,
    ways: BTreeMap<ParentRef, Rc<Way<'a>>>,
    doors: BTreeMap<*const Listener, Rc<[Door<'a>]>>,
    rules: BTreeMap<&'a RouteNamespaces, usize>,
    labels: Vec<Labels>,
    namespaces: BTreeMap<String, usize>,
    admitted: BTreeMap<(usize, usize), Ruling>,
    any: Arc<[String]>,
    none: Arc<[String]>,
    nothing: Arc<ComputedParent>,
}

/// Where a parentRef leads: the same for all routes that write it.
struct Way<'a> {
    parent_ref: Arc<ParentRef>,
    gateway: Option<Arc<NamespacedName>>,
    set: Option<Arc<NamespacedName>>,
    /// The gate before the listeners at which it ends, if it ends there.
    end: Option<(Gate, Ruling)>,
    /// All listeners of the parent; `chosen` are indexes into it.
    doors: Rc<[Door<'a>]>,
    chosen: Vec<usize>,
}

/// A listener, with what the gates ask of it.
struct Door<'a> {
    listener: &'a Listener,
    name: Arc<str>,
    kinds: [Ruling; RouteKind::ALL.len()],
    rule: usize,
    own: Option<Arc<[String]>>,
}

impl<'a> Judge<'a> {
    /// A judge of a world.
    pub fn new(world: &'a Snapshot) -> Self {
        Self {
            world,
            ways: BTreeMap::new(),
            doors: BTreeMap::new(),
            rules: BTreeMap::new(),
            labels: Vec::new(),
            namespaces: BTreeMap::new(),
            admitted: BTreeMap::new(),
            any: Arc::new(["*".to_owned()]),
            none: Arc::new([]),
            nothing: Arc::default(),
        }
    }

    /// Attachments of one parentRef of a route, in listener order; one without listener if it reaches none. What is
    /// computed and reported for the parentRef as a whole is left to the caller.
    pub fn judge(&mut self, subject: &Subject<'_>, parent_ref: ParentRef) -> Vec<Attachment> {
        let way = self.way(&subject.route.id, parent_ref);
        let start = Attachment {
            route: Arc::clone(&subject.id),
            parent_ref: Arc::clone(&way.parent_ref),
            listener: None,
            listener_index: 0,
            listener_set: way.set.clone(),
            gateway: way.gateway.clone(),
            verdict: crate::report::Verdict::Unknown,
            gate: None,
            reason: "",
            intended: false,
            hostnames: Arc::clone(&self.none),
            computed: Arc::clone(&self.nothing),
            agreement: Agreement::Silent,
        };
        if way.chosen.is_empty() {
            let end = way.end.unwrap_or((Gate::Listener, Ruling::UNKNOWN));
            return vec![decided(start, Some(end))];
        }
        let namespace = self.namespace(&subject.route.id.namespace);
        let mut all = Vec::with_capacity(way.chosen.len());
        for index in &way.chosen {
            let Some(door) = way.doors.get(*index) else {
                continue;
            };
            let mut one = Attachment {
                listener: Some(Arc::clone(&door.name)),
                listener_index: *index,
                ..start.clone()
            };
            let end = way
                .end
                .or_else(|| self.at_door(subject, door, (&way, namespace), &mut one.hostnames));
            one = decided(one, end);
            all.push(one);
        }
        all
    }

    /// The first gate of a listener that a route does not pass; its effective hostnames if it passes them.
    fn at_door(
        &mut self,
        subject: &Subject<'_>,
        door: &Door<'a>,
        (way, namespace): (&Way<'a>, usize),
        hostnames: &mut Arc<[String]>,
    ) -> Option<(Gate, Ruling)> {
        let kind = subject.id.kind;
        let by_kind = door.kinds.get(kind as usize).copied();
        let by_kind = by_kind.unwrap_or(Ruling::UNKNOWN);
        if !by_kind.is_passed() {
            return Some((Gate::Kind, by_kind));
        }
        let by_namespace = self.admits(way, door, namespace);
        if !by_namespace.is_passed() {
            return Some((Gate::Namespace, by_namespace));
        }
        let common = self.hostnames(subject, door);
        if common.is_empty() {
            let ruling = Ruling::failed("NoMatchingListenerHostname", false);
            return Some((Gate::Hostname, ruling));
        }
        *hostnames = common;
        match subject.references {
            GateOutcome::Failed => Some((Gate::References, Ruling::failed("", false))),
            GateOutcome::Unknown | GateOutcome::NotReached => {
                Some((Gate::References, Ruling::UNKNOWN))
            }
            GateOutcome::Passed => None,
        }
    }

    fn hostnames(&self, subject: &Subject<'_>, door: &Door<'a>) -> Arc<[String]> {
        let kind = subject.id.kind;
        let has_none =
            subject.hostnames.is_empty() || matches!(kind, RouteKind::Tcp | RouteKind::Udp);
        match (&door.own, has_none) {
            (Some(own), true) if !matches!(kind, RouteKind::Tcp | RouteKind::Udp) => {
                Arc::clone(own)
            }
            (_, true) => Arc::clone(&self.any),
            (_, false) => {
                let common = hostname::ruling(door.listener.host(), kind, &subject.hostnames);
                if *common == *subject.hostnames {
                    Arc::clone(&subject.hostnames)
                } else {
                    common.into()
                }
            }
        }
    }

    fn admits(&mut self, way: &Way<'a>, door: &Door<'a>, namespace: usize) -> Ruling {
        let Some(labels) = self.labels.get(namespace) else {
            return Ruling::UNKNOWN;
        };
        let rule = &door.listener.allowed_routes.namespaces;
        let owner = way.set.as_ref().or(way.gateway.as_ref());
        let owner = owner.map_or("", |owner| owner.namespace.as_str());
        if rule.from_or_default() != "Selector" {
            return namespaces::ruling(rule, owner, labels);
        }
        let judge = || namespaces::ruling(rule, owner, labels);
        let known = self.admitted.entry((door.rule, namespace));
        *known.or_insert_with(judge)
    }

    fn namespace(&mut self, name: &str) -> usize {
        if let Some(index) = self.namespaces.get(name) {
            return *index;
        }
        let index = self.labels.len();
        self.labels.push(namespaces::labels(self.world, name));
        self.namespaces.insert(name.to_owned(), index);
        index
    }

    fn way(&mut self, route: &RouteId, parent_ref: ParentRef) -> Rc<Way<'a>> {
        if let Some(way) = self.ways.get(&parent_ref) {
            return Rc::clone(way);
        }
        let way = Rc::new(self.find_way(route, &parent_ref));
        self.ways.insert(parent_ref, Rc::clone(&way));
        way
    }

    /// `route` only serves to put remedies into words, which are not kept.
    fn find_way(&mut self, route: &RouteId, parent_ref: &ParentRef) -> Way<'a> {
        let end = |finding: &Finding| {
            let passed = finding.is_passed();
            (!passed).then(|| (finding.result.gate, Ruling::from(finding)))
        };
        let parent = match parent_ref::find(self.world, route, parent_ref) {
            Ok(parent) => parent,
            Err(finding) => {
                return Way {
                    parent_ref: Arc::new(parent_ref.clone()),
                    gateway: None,
                    set: None,
                    end: end(&finding),
                    doors: Rc::new([]),
                    chosen: Vec::new(),
                };
            }
        };
        let doors = self.doors(parent.listeners);
        let chosen: Vec<usize> = parent
            .listeners
            .iter()
            .enumerate()
            .filter(|(_, listener)| section::selects(parent_ref, listener))
            .map(|(index, _)| index)
            .collect();
        let before = end(&class::judge(self.world, parent.gateway)).or_else(|| end(&parent.gate));
        let nobody = (Gate::Listener, Ruling::failed("NoMatchingParent", false));
        Way {
            parent_ref: Arc::new(parent_ref.clone()),
            gateway: Some(Arc::new(parent.gateway_name)),
            set: parent.set.map(Arc::new),
            end: before.or_else(|| chosen.is_empty().then_some(nobody)),
            doors,
            chosen,
        }
    }

    fn doors(&mut self, listeners: &'a [Listener]) -> Rc<[Door<'a>]> {
        if listeners.is_empty() {
            return Rc::new([]);
        }
        if let Some(doors) = self.doors.get(&listeners.as_ptr()) {
            return Rc::clone(doors);
        }
        let door = |listener: &'a Listener| {
            let next = self.rules.len();
            let rule = &listener.allowed_routes.namespaces;
            Door {
                listener,
                name: listener.name.as_str().into(),
                kinds: RouteKind::ALL.map(|kind| kinds::ruling(listener, kind)),
                rule: *self.rules.entry(rule).or_insert(next),
                own: listener.host().map(|host| [host.to_owned()].into()),
            }
        };
        let doors: Rc<[Door<'a>]> = listeners.iter().map(door).collect();
        self.doors.insert(listeners.as_ptr(), Rc::clone(&doors));
        doors
    }
}

/// An attachment with what the gate at which it ends, if any, means for it.
fn decided(mut one: Attachment, end: Option<(Gate, Ruling)>) -> Attachment {
    use crate::report::Verdict::Attached;
    one.verdict = verdict_of(end);
    if one.verdict == Attached {
        one.reason = "Accepted";
        let broken = end.filter(|(_, ruling)| ruling.outcome == GateOutcome::Failed);
        one.gate = broken.map(|(gate, _)| gate);
        one.intended = false;
    } else if let Some((gate, ruling)) = end {
        one.gate = Some(gate);
        one.reason = ruling.reason;
        one.intended = ruling.intended;
    }
    one
}
