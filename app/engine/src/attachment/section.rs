//! The listener gate: `sectionName` and `port` of a parentRef pick listeners, both on the same listener.

use super::finding::Finding;
use super::parent_ref::{full_name, patch_route};
use crate::nearest::nearest;
use crate::report::{Evidence, Gate, Owner, ParentRef, RouteId};
use crate::resource::gateway::Listener;
use crate::sentence::Sentence;

/// Whether `sectionName` and `port` pick a listener.
pub fn selects(parent_ref: &ParentRef, listener: &Listener) -> bool {
    let name = parent_ref.section_name.as_deref();
    name.is_none_or(|name| name == listener.name)
        && parent_ref.port.is_none_or(|port| port == listener.port)
}

/// Judges whether a parentRef picks any listener of its Gateway.
pub fn judge(route: &RouteId, parent_ref: &ParentRef, listeners: &[Listener]) -> Finding {
    if listeners
        .iter()
        .any(|listener| selects(parent_ref, listener))
    {
        return picked(parent_ref);
    }
    let name = Sentence::new()
        .text(&parent_ref.kind)
        .text(" ")
        .name(&full_name(parent_ref));
    let sentence = match (parent_ref.section_name.as_deref(), parent_ref.port) {
        (Some(section), Some(port)) => {
            both(name, listeners, section, port).text(", and both must hold on one listener")
        }
        (Some(section), None) => name.text(" has no listener ").name(section),
        (None, Some(port)) => name
            .text(" has no listener on port ")
            .name(&port.to_string()),
        (None, None) => name.text(" has no listener"),
    };
    let existing = by_likeness(parent_ref, listeners);
    let near = near_section(parent_ref, listeners);
    let sentence = match (&near, existing.as_slice()) {
        (_, []) => sentence,
        (Some(near), _) => sentence.text("; the nearest name is ").name(near),
        (None, names) => sentence.text("; it has ").names(names, " and "),
    };
    let mut remedy = Sentence::new().text("The route's owner can correct the parentRef");
    if let Some(near) = &near {
        remedy = remedy.text(", if ").name(near).text(" was meant");
    }
    let command = near.and_then(|near| rename(route, parent_ref, &near));
    Finding::failed(
        Gate::Listener,
        "no such listener",
        sentence.text("."),
        "NoMatchingParent",
    )
    .evidence(Evidence::Choice {
        asked: asked(parent_ref),
        existing,
    })
    .remedy(Owner::Application, remedy.text("."), command)
}

fn asked(parent_ref: &ParentRef) -> String {
    match (&parent_ref.section_name, parent_ref.port) {
        (None, None) => "any listener".to_owned(),
        (Some(name), None) => name.clone(),
        (None, Some(port)) => format!("port {port}"),
        (Some(name), Some(port)) => format!("{name}, port {port}"),
    }
}

fn picked(parent_ref: &ParentRef) -> Finding {
    let start = Sentence::new().text("The parentRef asks for ");
    let (summary, sentence) = match (&parent_ref.section_name, parent_ref.port) {
        (None, None) => (
            "any section, any port",
            start.text("any listener of the Gateway."),
        ),
        (Some(name), None) => (
            "named by section",
            start.text("listener ").name(name).text("."),
        ),
        (None, Some(port)) => (
            "named by port",
            start
                .text("listeners on port ")
                .name(&port.to_string())
                .text("."),
        ),
        (Some(name), Some(port)) => (
            "section and port",
            start
                .text("listener ")
                .name(name)
                .text(" on port ")
                .name(&port.to_string())
                .text("."),
        ),
    };
    Finding::passed(Gate::Listener, summary, sentence)
}

/// The listener has another port, or the name belongs to nobody.
fn both(start: Sentence, listeners: &[Listener], section: &str, port: u16) -> Sentence {
    let named = listeners.iter().find(|listener| listener.name == section);
    match named {
        Some(listener) => start
            .text(" has listener ")
            .name(section)
            .text(" on port ")
            .name(&listener.port.to_string())
            .text(", not on ")
            .name(&port.to_string()),
        None => start
            .text(" has no listener ")
            .name(section)
            .text(" on port ")
            .name(&port.to_string()),
    }
}

fn by_likeness(parent_ref: &ParentRef, listeners: &[Listener]) -> Vec<String> {
    let wanted = parent_ref.section_name.as_deref().unwrap_or_default();
    let names = || listeners.iter().map(|listener| listener.name.as_str());
    let near = nearest(wanted, names(), 8);
    let rest = names().filter(|name| !near.contains(name));
    let all = near.iter().copied().chain(rest);
    let shown = |name: &str| {
        let listener = listeners.iter().find(|listener| listener.name == name);
        listener.map(|listener| format!("{name} (port {})", listener.port))
    };
    all.filter_map(shown).take(8).collect()
}

/// The listener name most like the one asked for, on the port asked for.
fn near_section(parent_ref: &ParentRef, listeners: &[Listener]) -> Option<String> {
    let wanted = parent_ref.section_name.as_deref()?;
    let on_port = listeners
        .iter()
        .filter(|listener| parent_ref.port.is_none_or(|port| port == listener.port));
    let names = on_port
        .map(|listener| listener.name.as_str())
        .filter(|name| *name != wanted);
    nearest(wanted, names, 1)
        .first()
        .map(|name| (*name).to_owned())
}

fn rename(route: &RouteId, parent_ref: &ParentRef, section: &str) -> Option<String> {
    let patch = format!(
        r#"[{{"op":"replace","path":"/spec/parentRefs/{}/sectionName","value":{}}}]"#,
        parent_ref.index,
        serde_json::Value::from(section)
    );
    patch_route(route, &patch)
}
