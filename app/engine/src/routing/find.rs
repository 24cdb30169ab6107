//! Which rules may take a request, and which takes it.

use super::matcher::Fit;
use super::precedence::{Criterion, host_rank};
use super::seen::Seen;
use super::table::{At, Entry, RoutingTable, Stand, covering};
use crate::attachment::hostname::covers;
use crate::profile::{Switch, Switches};
use crate::report::{Attachment, GatewayReport, ListenerReport, NamespacedName, Report, Verdict};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A request at its listeners.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) report: &'a Report,
    pub(super) table: &'a RoutingTable,
    pub(super) seen: &'a Seen<'a>,
    pub(super) switches: Switches,
}

/// Where a request arrived, with what stands there.
#[derive(Clone, Default)]
pub(super) struct Place<'a> {
    /// The listeners; none in a mesh.
    pub(super) listeners: Vec<&'a ListenerReport>,
    /// What stands at each of them.
    pub(super) at: Vec<Cow<'a, At>>,
    /// What names the Gateway and reaches none of its listeners.
    pub(super) nowhere: Option<&'a At>,
    /// True for a Service of a mesh: what names it takes its requests.
    pub(super) mesh: bool,
}

/// An entry that may take the request.
#[derive(Clone)]
pub(super) struct Possible<'a> {
    pub(super) stand: Stand,
    pub(super) entry: &'a Entry,
    pub(super) attachment: &'a Attachment,
    /// The hostname under which it stands; `*` is any.
    pub(super) host: String,
    pub(super) fit: Fit,
    /// True if it stands in the routing table.
    inside: bool,
}

impl Possible<'_> {
    pub(super) fn is_in(&self) -> bool {
        self.inside
    }

    /// True if it may take the request, but that cannot be told.
    pub(super) fn is_open(&self) -> bool {
        if self.inside {
            self.fit == Fit::Perhaps
        } else {
            self.attachment.verdict == Verdict::Unknown
        }
    }

    /// Who wins, and by which criterion: the winner is less.
    pub(super) fn compare(&self, other: &Self, switches: Switches) -> (Ordering, Criterion) {
        match host_rank(&self.host).cmp(&host_rank(&other.host)) {
            Ordering::Equal => self.entry.rank.compare(&other.entry.rank, switches),
            order => (order, Criterion::Hostname),
        }
    }
}

impl<'a> Asked<'a> {
    pub(super) fn entry(&self, stand: Stand) -> Option<(&'a Entry, &'a Attachment)> {
        let attachment = self.report.attachments.get(stand.attachment as usize)?;
        Some((self.table.entry(stand)?, attachment))
    }

    /// The place of the listeners of a Gateway.
    pub(super) fn place(
        &self,
        gateway: &GatewayReport,
        listeners: Vec<&'a ListenerReport>,
    ) -> Place<'a> {
        let name = NamespacedName {
            namespace: gateway.namespace.clone(),
            name: gateway.name.clone(),
        };
        let keys = listeners.iter().map(|listener| Some(listener.key()));
        let at = keys.filter_map(|key| self.table.at(&name, key.as_deref()));
        Place {
            at: at.map(Cow::Borrowed).collect(),
            nowhere: self.table.at(&name, None),
            listeners,
            mesh: false,
        }
    }

    /// All entries that (may) take the request, attached or not, the winner first.
    pub(super) fn possible(&self, place: &Place<'_>) -> Vec<Possible<'a>> {
        let mut found = Vec::new();
        let mut most_specific: Option<String> = None;
        let host = self.seen.host(self.switches);
        for at in &place.at {
            if let Some((name, _)) = covering(&at.attached, host).next() {
                let is_better = most_specific
                    .as_deref()
                    .is_none_or(|known| host_rank(name) < host_rank(known));
                if is_better {
                    most_specific = Some(name.to_owned());
                }
            }
            for (name, hostname) in covering(&at.attached, host) {
                self.add(
                    hostname.for_path(self.table, self.path()),
                    name,
                    true,
                    &mut found,
                );
            }
            for (name, hostname) in covering(&at.outside, host) {
                let stands = hostname.for_path(self.table, self.path());
                self.add(stands, name, place.mesh, &mut found);
            }
        }
        if let Some(at) = place.nowhere {
            for (name, hostname) in covering(&at.outside, host) {
                self.add(
                    hostname.for_path(self.table, self.path()),
                    name,
                    false,
                    &mut found,
                );
            }
        }
        // Without falling through, what stands under a less specific hostname is not asked.
        if !self.switches.is_on(Switch::FallThrough)
            && let Some(best) = &most_specific
        {
            found.retain(|one| !one.is_in() || host_rank(&one.host) <= host_rank(best));
        }
        found.sort_by(|a, b| {
            a.compare(b, self.switches)
                .0
                .then_with(|| a.stand.cmp(&b.stand))
        });
        found
    }

    /// Indexes of the attachments of TLSRoutes, TCPRoutes and UDPRoutes.
    pub(super) fn streams<'p>(&self, place: &'p Place<'a>) -> impl Iterator<Item = &'p usize> {
        place.at.iter().flat_map(|at| &at.streams)
    }

    fn path(&self) -> &'a str {
        self.seen.path(self.switches)
    }

    fn add(
        &self,
        stands: impl Iterator<Item = Stand>,
        name: &str,
        inside: bool,
        found: &mut Vec<Possible<'a>>,
    ) {
        for stand in stands {
            let Some((entry, attachment)) = self.entry(stand) else {
                continue;
            };
            let fit = entry.matched.fit(self.seen, self.switches);
            if let Fit::Yes | Fit::Perhaps = fit {
                let host = self.hostname(attachment, name);
                // Of several names of one route that cover the host, the most specific counts.
                let same = |known: &Possible<'_>| {
                    known.stand.entry == stand.entry
                        && known.inside == inside
                        && known.attachment.listener == attachment.listener
                        && known.attachment.listener_set == attachment.listener_set
                };
                if found.iter().any(same) {
                    continue;
                }
                found.push(Possible {
                    stand,
                    entry,
                    attachment,
                    host,
                    fit,
                    inside,
                });
            }
        }
    }

    /// The hostname by which an attachment is ranked.
    fn hostname(&self, attachment: &Attachment, common: &str) -> String {
        if !self.switches.is_on(Switch::OriginalHostnames) {
            return common.to_owned();
        }
        let host = self.seen.host(self.switches);
        let written = self.report.summary(&attachment.route);
        let written = written.map_or(&[][..], |route| &route.hostnames);
        let covering = written.iter().filter(|name| covers(name, host));
        covering
            .min_by_key(|name| host_rank(name))
            .map_or_else(|| "*".to_owned(), Clone::clone)
    }
}

impl RoutingTable {
    /// The rule that takes a request at a listener, by the strict reading; nothing of what [`super::decide`] explains.
    pub fn winner(
        &self,
        (gateway, listener): (&NamespacedName, &str),
        seen: &Seen<'_>,
        switches: Switches,
    ) -> Option<Stand> {
        let at = self.at(gateway, Some(listener))?;
        let path = seen.path(switches);
        for (_, hostname) in covering(&at.attached, seen.host(switches)) {
            let mut best: Option<(Stand, &Entry)> = None;
            for stand in hostname.for_path(self, path) {
                let Some(entry) = self.entry(stand) else {
                    continue;
                };
                let is_better = best.is_none_or(|(_, known)| {
                    entry.rank.compare(&known.rank, switches).0 == Ordering::Less
                });
                if is_better && entry.matched.fit(seen, switches) == Fit::Yes {
                    best = Some((stand, entry));
                }
            }
            if let Some((stand, _)) = best {
                return Some(stand);
            }
        }
        None
    }
}
