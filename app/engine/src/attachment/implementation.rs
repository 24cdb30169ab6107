//! What a known implementation does with a parentRef, where that differs from the specification.
//!
//! `computed` stays the specification's answer; what is told here stands beside it. The facts are observations of the
//! versions that [`Profile`] names.

use super::finding::Ruling;
use super::{hostname, kinds, namespaces, section};
use crate::object::RouteKind;
use crate::profile::{Attaching, Profile};
use crate::report::{Attachment, Expected, Gate, GatewayReport, Report, Status, Verdict};
use crate::resource::gateway::Listener;
use crate::sentence::Sentence;

/// What the implementation that looks after the Gateway of a parentRef is expected to do, where that is not what the
/// specification has; `attachments` are those of one parentRef.
pub fn expected(report: &Report, attachments: &[Attachment]) -> Option<Expected> {
    let first = attachments.first()?;
    let gateway = gateway_of(report, first)?;
    let profile = Profile::of_controller(gateway.controller.as_deref());
    let (accepted, served, sentence) = match profile.attachment {
        Attaching::Specified => None,
        Attaching::EachCheckApart => each_check_apart(report, attachments, gateway),
        Attaching::HealthyListeners => healthy_listeners(attachments, gateway),
        Attaching::EnvoyGateway => envoy_gateway(report, attachments, gateway),
    }?;
    Some(Expected {
        implementation: profile.name.to_owned(),
        accepted,
        served,
        sentence,
    })
}

type Differs = Option<(Option<bool>, bool, Sentence)>;

fn gateway_of<'a>(report: &'a Report, attachment: &Attachment) -> Option<&'a GatewayReport> {
    let name = attachment.gateway.as_deref()?;
    let place = report
        .gateways
        .binary_search_by(|one| (&one.namespace, &one.name).cmp(&(&name.namespace, &name.name)));
    place.ok().and_then(|index| report.gateways.get(index))
}

/// The listeners that a parentRef chooses from, and the namespace that `Same` means there.
fn listeners<'a>(report: &'a Report, one: &'a Attachment) -> Option<(&'a [Listener], &'a str)> {
    match (&one.listener_set, &one.gateway) {
        (Some(set), _) => {
            let found = report.world.listener_set(&set.namespace, &set.name)?;
            Some((&found.spec.listeners, &set.namespace))
        }
        (None, Some(gateway)) => {
            let found = report.world.gateway(&gateway.namespace, &gateway.name)?;
            Some((&found.spec.listeners, &gateway.namespace))
        }
        (None, None) => None,
    }
}

fn is_refused(attachments: &[Attachment]) -> bool {
    let computed = attachments
        .first()
        .and_then(|one| one.computed.accepted.as_ref());
    computed.is_some_and(|accepted| accepted.status == Status::False)
}

/// Cilium: kind, namespace, hostname, section and port are each checked over all listeners; one that passes suffices
/// for each.
fn each_check_apart(
    report: &Report,
    attachments: &[Attachment],
    gateway: &GatewayReport,
) -> Differs {
    let first = attachments.first().filter(|_| is_refused(attachments))?;
    let (all, owner) = listeners(report, first)?;
    let (asked, id) = (&first.parent_ref, &first.route);
    let named = asked
        .section_name
        .as_ref()
        .is_none_or(|name| all.iter().any(|one| one.name == *name));
    let on_port = asked
        .port
        .is_none_or(|port| all.iter().any(|one| one.port == port));
    let chosen: Vec<&Listener> = all
        .iter()
        .filter(|one| section::selects(asked, one))
        .collect();
    let labels = namespaces::labels(&report.world, &id.namespace);
    let by_kind = |one: &Listener| kinds::ruling(one, id.kind).is_passed();
    let by_namespace = |one: &Listener| {
        let rule = &one.allowed_routes.namespaces;
        namespaces::ruling(rule, owner, &labels).is_passed()
    };
    let hostnames = report.summary(id).map(|route| route.hostnames.clone())?;
    let by_host = |one: &Listener| !hostname::ruling(one.host(), id.kind, &hostnames).is_empty();
    let some = |passes: &dyn Fn(&Listener) -> bool| {
        chosen.is_empty() || chosen.iter().any(|one| passes(one))
    };
    let passes =
        named && on_port && some(&by_kind) && some(&by_namespace) && all.iter().any(by_host);
    if !passes {
        return None;
    }
    // Seen in what it writes: a route whose kind one listener admits and whose namespace another is served.
    let served = chosen.iter().any(|one| by_host(one))
        && !chosen.iter().any(|one| by_kind(one) && by_namespace(one));
    let sentence = Sentence::new()
        .text("Cilium passes each check over all listeners of ")
        .name(&format!("{}/{}", gateway.namespace, gateway.name))
        .text(" on its own: it accepts")
        .text(if served { ", and serves, " } else { " " })
        .text("this route although no single listener admits it.");
    Some((Some(true), served, sentence))
}

/// Traefik: a listener that is not healthy refuses the routes that it is named for.
fn healthy_listeners(attachments: &[Attachment], gateway: &GatewayReport) -> Differs {
    let mut attached = attachments
        .iter()
        .filter(|one| one.verdict == Verdict::Attached)
        .peekable();
    attached.peek()?;
    let broken = |one: &Attachment| {
        let key = one.listener_key()?;
        let listener = gateway.listeners.iter().find(|known| known.key() == key)?;
        let refs = listener.conditions.get("ResolvedRefs")?;
        (refs.status == Status::False).then(|| listener.name.clone())
    };
    let names: Option<Vec<String>> = attached.map(broken).collect();
    let names = names?;
    let sentence = Sentence::new()
        .text("Traefik refuses routes on a listener that is not healthy: it says NoMatchingParent of this one, for listener ")
        .names(&names, " and ")
        .text(".");
    Some((Some(false), false, sentence))
}

/// Envoy Gateway: TCPRoutes attach to listeners that terminate TLS; of a refused Gateway no route gets an entry.
fn envoy_gateway(report: &Report, attachments: &[Attachment], gateway: &GatewayReport) -> Differs {
    let refused = gateway.conditions.get("Accepted").is_some_and(|accepted| {
        accepted.status == Status::False && accepted.reason != "ListenersNotValid"
    });
    if refused {
        let sentence = Sentence::new()
            .text("Envoy Gateway writes nothing about routes of a Gateway that it refuses.");
        return Some((None, false, sentence));
    }
    let first = attachments.first().filter(|_| is_refused(attachments))?;
    if first.route.kind != RouteKind::Tcp {
        return None;
    }
    let (all, owner) = listeners(report, first)?;
    let labels = namespaces::labels(&report.world, &first.route.namespace);
    let takes = |one: &&Attachment| {
        let Some(listener) = all
            .get(one.listener_index)
            .filter(|_| one.gate == Some(Gate::Kind))
        else {
            return false;
        };
        let rule = &listener.allowed_routes.namespaces;
        let by_namespace: Ruling = namespaces::ruling(rule, owner, &labels);
        listener.protocol == "TLS" && !listener.passes_through() && by_namespace.is_passed()
    };
    attachments.iter().any(|one| takes(&one)).then(|| {
        let sentence = Sentence::new()
            .text("Envoy Gateway attaches TCPRoutes to listeners that terminate TLS, and serves this one.");
        (Some(true), true, sentence)
    })
}
