//! The routing table: every match of every route by Gateway, listener, hostname and path.

use super::matcher::{Match, PathRule};
use super::pattern::Patterns;
use super::precedence::{Place, Rank};
use crate::object::RouteKind;
use crate::report::{Attachment, NamespacedName, Report, RouteId, RouteSummary, Verdict};
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A match of a rule of a route.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The route.
    pub route: Arc<RouteId>,
    /// Place in precedence.
    pub rank: Rank,
    /// The match, ready to compare.
    pub matched: Match,
}

/// An entry as it stands at a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stand {
    /// Index into `Report.attachments`.
    pub attachment: u32,
    /// Index into the table's entries.
    pub entry: u32,
}

/// What stands under one hostname, in the order of paths.
#[derive(Clone, Debug, Default)]
pub struct Hostname {
    exact: Vec<Stand>,
    prefix: Vec<Stand>,
    /// By expression, by method, or not predictable.
    other: Vec<Stand>,
}

/// What stands at a listener, by hostname (`*` is any).
pub type Hostnames = BTreeMap<Arc<str>, Hostname>;

/// A listener with what reaches it.
#[derive(Clone, Debug, Default)]
pub struct At {
    /// Attached routes, by the hostnames that they have in common with the listener.
    pub attached: Hostnames,
    /// Routes that are refused or unknown, by the hostnames that they are written with.
    pub outside: Hostnames,
    /// Attachments of TLSRoutes, TCPRoutes and UDPRoutes, by index.
    pub streams: Vec<usize>,
}

/// A Gateway's part of the table: by listener key; `None` for what reaches no listener.
type Listeners = BTreeMap<Option<String>, At>;

/// The routing table.
#[derive(Clone, Debug, Default)]
pub struct RoutingTable {
    entries: Vec<Entry>,
    by_gateway: BTreeMap<NamespacedName, Listeners>,
    /// What names a Service as its parent, all under `*`: hostnames count for nothing there.
    by_service: BTreeMap<NamespacedName, At>,
    patterns: Patterns,
}

impl RoutingTable {
    /// Builds the table of a report. Total.
    pub fn build(world: &Snapshot, report: &Report) -> Self {
        Self::build_after(&Self::default(), world, report)
    }

    /// Builds the table of a report; regular expressions that an earlier table knows are not compiled again.
    pub fn build_after(earlier: &Self, world: &Snapshot, report: &Report) -> Self {
        let mut table = Self {
            patterns: earlier.patterns.clone(),
            ..Self::default()
        };
        let mut next = 0;
        for route in &report.routes {
            let rest = report.attachments.get(next..).unwrap_or_default();
            let own = rest.iter().take_while(|one| one.route == route.route);
            let own: Vec<&Attachment> = own.collect();
            let first = table.entries.len();
            table.add_entries(world, route);
            let range = first..table.entries.len();
            for (index, attachment) in own.iter().enumerate() {
                table.add(route, (next + index, attachment), range.clone());
            }
            next += own.len();
        }
        table.finish();
        table
    }

    /// Brings what stands under each hostname into the order of paths, in which it is looked for.
    fn finish(&mut self) {
        let entries = &self.entries;
        let listeners = self.by_gateway.values_mut().flat_map(BTreeMap::values_mut);
        for at in listeners.chain(self.by_service.values_mut()) {
            let all = at.attached.values_mut().chain(at.outside.values_mut());
            all.for_each(|hostname| hostname.finish(entries));
            at.streams.shrink_to_fit();
        }
    }

    /// An entry.
    pub fn entry(&self, stand: Stand) -> Option<&Entry> {
        self.entries.get(stand.entry as usize)
    }

    fn path(&self, stand: Stand) -> &str {
        self.entry(stand).map_or("", Entry::path)
    }

    /// All entries, by route and place.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of a route, by place.
    pub fn entries_of(&self, id: &RouteId) -> &[Entry] {
        let start = self.entries.partition_point(|one| *one.route < *id);
        let rest = self.entries.get(start..).unwrap_or_default();
        let end = rest.partition_point(|one| *one.route == *id);
        rest.get(..end).unwrap_or_default()
    }

    /// True if a match has a regular expression.
    pub fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// What stands at a listener.
    pub fn at(&self, gateway: &NamespacedName, listener: Option<&str>) -> Option<&At> {
        let listeners = self.by_gateway.get(gateway)?;
        listeners.get(&listener.map(str::to_owned))
    }

    /// All listeners with what stands there.
    pub fn listeners(&self) -> impl Iterator<Item = (&NamespacedName, &At)> {
        let gateways = self.by_gateway.iter();
        gateways.flat_map(|(gateway, listeners)| listeners.values().map(move |at| (gateway, at)))
    }

    /// What names a Service as its parent.
    pub fn of_service(&self, service: &NamespacedName) -> Option<&At> {
        self.by_service.get(service)
    }

    fn add_entries(&mut self, world: &Snapshot, route: &RouteSummary) {
        let id = &route.route;
        let rules: Vec<Vec<Match>> = match id.kind {
            RouteKind::Http => {
                let found = world.http_route(&id.namespace, &id.name).into_iter();
                let rules = found.flat_map(|route| &route.spec.rules);
                rules
                    .map(|rule| Match::of_rule(rule, &mut self.patterns))
                    .collect()
            }
            RouteKind::Grpc => {
                let rules = world.other_route(id).into_iter();
                let rules = rules.flat_map(|route| &route.spec.rules);
                rules
                    .map(|rule| Match::of_grpc(rule, &mut self.patterns))
                    .collect()
            }
            RouteKind::Tls | RouteKind::Tcp | RouteKind::Udp => Vec::new(),
        };
        let created: Option<Arc<str>> = route.created.as_deref().map(Into::into);
        let name: Arc<str> = format!("{}/{}", id.namespace, id.name).into();
        for (rule, matches) in rules.into_iter().enumerate() {
            for (index, matched) in matches.into_iter().enumerate() {
                let place = Place {
                    created: created.clone(),
                    name: Arc::clone(&name),
                    rule,
                    index,
                };
                self.entries.push(Entry {
                    route: Arc::clone(id),
                    rank: Rank::of(&matched, &place),
                    matched,
                });
            }
        }
    }

    fn add(
        &mut self,
        route: &RouteSummary,
        (index, attachment): (usize, &Attachment),
        entries: std::ops::Range<usize>,
    ) {
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let stands = entries.map(|entry| Stand {
            attachment: number(index),
            entry: number(entry),
        });
        let stands: Vec<Stand> = stands.collect();
        let known = &self.entries;
        let put = |hostnames: &mut Hostnames, names: &[String]| {
            for name in names {
                let name = name.to_ascii_lowercase();
                let place = hostnames.entry(name.into()).or_default();
                for stand in &stands {
                    if let Some(entry) = known.get(stand.entry as usize) {
                        place.add(*stand, entry);
                    }
                }
            }
        };
        let any = ["*".to_owned()];
        let asked = &attachment.parent_ref;
        if attachment.is_in_mesh() {
            let service = NamespacedName {
                namespace: asked.namespace.clone(),
                name: asked.name.clone(),
            };
            let at = self.by_service.entry(service).or_default();
            put(&mut at.outside, &any);
            return;
        }
        let Some(gateway) = attachment.gateway.as_deref() else {
            return;
        };
        if !self.by_gateway.contains_key(gateway) {
            self.by_gateway.insert(gateway.clone(), Listeners::new());
        }
        let Some(listeners) = self.by_gateway.get_mut(gateway) else {
            return;
        };
        let at = listeners.entry(attachment.listener_key()).or_default();
        if matches!(
            attachment.route.kind,
            RouteKind::Tls | RouteKind::Tcp | RouteKind::Udp
        ) {
            at.streams.push(index);
            return;
        }
        let written: &[String] = if route.hostnames.is_empty() {
            &any
        } else {
            &route.hostnames
        };
        if attachment.verdict == Verdict::Attached {
            put(&mut at.attached, &attachment.hostnames);
        } else {
            put(&mut at.outside, written);
        }
    }
}

impl At {
    /// The same with only some of the attachments.
    pub fn only(&self, wanted: impl Fn(u32) -> bool) -> Self {
        let keep = |hostnames: &Hostnames| -> Hostnames {
            let each = hostnames.iter();
            each.map(|(name, one)| (Arc::clone(name), one.only(&wanted)))
                .collect()
        };
        Self {
            attached: keep(&self.attached),
            outside: keep(&self.outside),
            streams: Vec::new(),
        }
    }
}

impl Entry {
    /// The path that it is looked for by, if it is by one.
    fn path(&self) -> &str {
        match &self.matched.path {
            PathRule::Exact(path) | PathRule::Prefix(path) => path,
            PathRule::Regex(_)
            | PathRule::Method(_)
            | PathRule::Grpc(..)
            | PathRule::Unpredictable(_) => "",
        }
    }
}

impl Hostname {
    fn only(&self, wanted: impl Fn(u32) -> bool) -> Self {
        let keep = |stands: &[Stand]| -> Vec<Stand> {
            let kept = stands.iter().copied();
            kept.filter(|stand| wanted(stand.attachment)).collect()
        };
        Self {
            exact: keep(&self.exact),
            prefix: keep(&self.prefix),
            other: keep(&self.other),
        }
    }

    fn add(&mut self, stand: Stand, entry: &Entry) {
        match &entry.matched.path {
            PathRule::Exact(_) => &mut self.exact,
            PathRule::Prefix(_) => &mut self.prefix,
            PathRule::Regex(_)
            | PathRule::Method(_)
            | PathRule::Grpc(..)
            | PathRule::Unpredictable(_) => &mut self.other,
        }
        .push(stand);
    }

    fn finish(&mut self, entries: &[Entry]) {
        let path = |stand: &Stand| entries.get(stand.entry as usize).map_or("", Entry::path);
        for stands in [&mut self.exact, &mut self.prefix] {
            stands.sort_by(|a, b| path(a).cmp(path(b)));
            stands.shrink_to_fit();
        }
        self.other.shrink_to_fit();
    }

    /// How many stand here.
    pub fn len(&self) -> usize {
        self.exact.len() + self.prefix.len() + self.other.len()
    }

    /// True if nothing stands here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What may take a path: exact ones, prefixes from the longest to the shortest, then all that no order finds.
    pub fn for_path<'a>(
        &'a self,
        table: &'a RoutingTable,
        path: &'a str,
    ) -> impl Iterator<Item = Stand> + 'a {
        let exact = at_path(table, &self.exact, path).iter();
        let prefixes = prefixes(path).flat_map(|prefix| at_path(table, &self.prefix, prefix));
        exact.chain(prefixes).chain(&self.other).copied()
    }

    /// What stands at each path; the rest together.
    pub fn by_path<'a>(&'a self, table: &'a RoutingTable) -> impl Iterator<Item = &'a [Stand]> {
        let same = |a: &Stand, b: &Stand| table.path(*a) == table.path(*b);
        let exact = self.exact.chunk_by(same);
        exact
            .chain(self.prefix.chunk_by(same))
            .chain([self.other.as_slice()])
    }

    /// All that stands here, by path.
    pub fn all(&self) -> impl Iterator<Item = Stand> + '_ {
        let ordered = self.exact.iter().chain(&self.prefix);
        ordered.chain(&self.other).copied()
    }
}

/// Those of `stands`, which are in the order of paths, that stand at a path.
fn at_path<'a>(table: &RoutingTable, stands: &'a [Stand], path: &str) -> &'a [Stand] {
    let start = stands.partition_point(|stand| table.path(*stand) < path);
    let rest = stands.get(start..).unwrap_or_default();
    // Mostly there is one or none.
    let equal = rest
        .iter()
        .take_while(|stand| table.path(**stand) == path)
        .count();
    rest.get(..equal).unwrap_or_default()
}

/// `/a/b`, `/a`, and the empty text for `/a/b`; also `/a/b` for `/a/b/`.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(path);
    std::iter::from_fn(move || {
        let current = next?;
        next = current.rfind('/').and_then(|end| current.get(..end));
        Some(current)
    })
}

/// The hostnames of a table that cover a host, the most specific first: the name itself, wildcards from the longest to
/// the shortest, `*`.
pub fn covering<'a>(
    hostnames: &'a Hostnames,
    host: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Hostname)> {
    let wildcards = host
        .match_indices('.')
        .filter_map(|(start, _)| host.get(start..))
        .filter(move |suffix| suffix.len() < host.len())
        .map(|suffix| format!("*{suffix}"));
    let exact = hostnames.get_key_value(host).into_iter();
    let wild = wildcards.filter_map(|name| hostnames.get_key_value(name.as_str()));
    let any = hostnames.get_key_value("*").into_iter();
    exact
        .chain(wild)
        .chain(any)
        .map(|(name, found)| (&**name, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_their_prefixes() {
        let check = |path: &str, expected: &[&str]| {
            assert_eq!(prefixes(path).collect::<Vec<_>>(), expected, "{path}");
        };
        check("/", &["/", ""]);
        check("/a", &["/a", ""]);
        check("/a/b", &["/a/b", "/a", ""]);
        check("/a/", &["/a/", "/a", ""]);
        check("*", &["*"]);
    }

    #[test]
    fn hosts_have_their_patterns() {
        let names = ["a.b.c", "*.b.c", "*.c", "*", "b.c", "*.a.b.c"];
        let hostnames: Hostnames = names
            .map(|name| (name.into(), Hostname::default()))
            .into_iter()
            .collect();
        let check = |host: &str, expected: &[&str]| {
            let got: Vec<&str> = covering(&hostnames, host).map(|(name, _)| name).collect();
            assert_eq!(got, expected, "{host}");
        };
        check("a.b.c", &["a.b.c", "*.b.c", "*.c", "*"]);
        check("b.c", &["b.c", "*.c", "*"]);
        check("x.a.b.c", &["*.a.b.c", "*.b.c", "*.c", "*"]);
        check("c", &["*"]);
        check(".b.c", &["*.c", "*"]);
        check("10.0.0.1", &["*"]);
    }
}
