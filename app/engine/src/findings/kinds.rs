//! Routes of two kinds that serve one hostname on one listener.

use super::routes::{Place, subject, words};
use super::{Finding, finding};
use crate::object::RouteKind;
use crate::report::{Attachment, Owner};
use crate::sentence::Sentence;
use std::collections::BTreeMap;

/// An HTTPRoute and a GRPCRoute with one hostname: implementations may refuse the younger kind, and what is sent to
/// either depends on which of them matches first.
pub(super) fn check_kinds(
    reached: &BTreeMap<Place<'_>, Vec<&Attachment>>,
    found: &mut Vec<Finding>,
) {
    for (place, attachments) in reached {
        if !attachments
            .iter()
            .any(|one| one.route.kind == RouteKind::Grpc)
        {
            continue;
        }
        let mut web: BTreeMap<&str, &Attachment> = BTreeMap::new();
        for attachment in attachments
            .iter()
            .filter(|one| one.route.kind == RouteKind::Http)
        {
            for hostname in attachment.hostnames.iter() {
                web.entry(hostname).or_insert(attachment);
            }
        }
        for grpc in attachments
            .iter()
            .filter(|one| one.route.kind == RouteKind::Grpc)
        {
            for hostname in grpc.hostnames.iter() {
                let Some(other) = web.get(hostname.as_str()) else {
                    continue;
                };
                let (gateway, listener) = words(*place);
                let sentence = Sentence::new()
                    .text("Listener ")
                    .name(&listener)
                    .text(" of ")
                    .name(&gateway)
                    .text(" serves ")
                    .name(if hostname == "*" {
                        "any host"
                    } else {
                        hostname
                    })
                    .text(" by this GRPCRoute and by HTTPRoute ")
                    .name(&format!("{}/{}", other.route.namespace, other.route.name))
                    .text(".");
                let remedy = "Give each kind a hostname of its own.";
                found.push(
                    finding(
                        "kinds-on-one-hostname",
                        subject(&grpc.route, hostname.clone()),
                        sentence,
                    )
                    .remedy(Owner::Application, remedy),
                );
            }
        }
    }
}
