//! Who the parents of routes and of ListenerSets are, and which of their listeners a parentRef selects.

use crate::admitting::admits_namespace;
use crate::answer::ListenerKey;
use crate::reading::{GROUP, find, full_name, kind, list, namespace, text, text_or};
use serde_json::Value;

/// The Gateway or ListenerSet that a parentRef of the Gateway API's group names, if a controller of ours looks after it.
pub(crate) fn owner<'a>(world: &'a [Value], route: &Value, parent: &Value) -> Option<&'a Value> {
    let namespace = text_or(parent, "/namespace", namespace(route));
    let kind = text_or(parent, "/kind", "Gateway");
    let owner = find(world, [kind, namespace, text(parent, "/name")])?;
    let gateway = match kind {
        "Gateway" => owner,
        "ListenerSet" => set_gateway(world, owner)?,
        _ => return None,
    };
    has_controller(world, gateway).then_some(owner)
}

pub(crate) fn has_controller(world: &[Value], gateway: &Value) -> bool {
    let class = text(gateway, "/spec/gatewayClassName");
    find(world, ["GatewayClass", "", class]).is_some()
}

/// The Gateway that a ListenerSet names; none for other objects.
pub(crate) fn set_gateway<'a>(world: &'a [Value], set: &Value) -> Option<&'a Value> {
    let parent = set.pointer("/spec/parentRef")?;
    let is_gateway = text_or(parent, "/group", GROUP) == GROUP
        && text_or(parent, "/kind", "Gateway") == "Gateway";
    let namespace = text_or(parent, "/namespace", namespace(set));
    is_gateway.then(|| find(world, ["Gateway", namespace, text(parent, "/name")]))?
}

/// Whether `allowedListeners` of a Gateway admits a ListenerSet; by default none.
pub(crate) fn admits_set(world: &[Value], gateway: &Value, set: &Value) -> bool {
    let rule = &gateway["spec"]["allowedListeners"]["namespaces"];
    let places = (namespace(gateway), namespace(set));
    admits_namespace(world, rule, "None", places)
}

/// Whether a Service has a port as a parentRef wants it: `sectionName` is the port's name.
pub(crate) fn has_port(service: &Value, parent: &Value) -> bool {
    let ports = list(service, "/spec/ports").iter();
    let mut wanted = ports.filter(|port| {
        let name = text(port, "/name");
        let number = parent.get("port").unwrap_or(&port["port"]);
        text_or(parent, "/sectionName", name) == name && *number == port["port"]
    });
    wanted.next().is_some()
}

/// Listeners that `sectionName` and `port` select. A refused ListenerSet has none (open; our
/// answer).
pub(crate) fn candidates<'a>(world: &[Value], owner: &'a Value, parent: &Value) -> Vec<&'a Value> {
    let gateway = set_gateway(world, owner);
    if gateway.is_some_and(|gateway| !admits_set(world, gateway, owner)) {
        return Vec::new();
    }
    let mut candidates = Vec::new();
    for listener in list(owner, "/spec/listeners") {
        let section = text_or(parent, "/sectionName", text(listener, "/name"));
        let port = parent.get("port").unwrap_or(&listener["port"]);
        if section == text(listener, "/name") && *port == listener["port"] {
            candidates.push(listener);
        }
    }
    candidates
}

pub(crate) fn key(owner: &Value, listener: &Value) -> ListenerKey {
    let name = text(listener, "/name");
    format!("{} {} {name}", kind(owner), full_name(owner))
}
