//! Commands that would open a namespace gate; safe to copy, or absent.

use super::namespaces::Owner;
use super::selector::{LabelChange, Labels, NAME_LABEL};
use crate::shell;

/// `kubectl label namespace hr shared-gateway-access=true`; `None` if the name could be taken for an option.
pub fn label(change: &LabelChange, labels: &Labels) -> Option<String> {
    if !shell::is_object_name(&change.namespace) {
        return None;
    }
    let mut command = format!(
        "kubectl label namespace {}",
        shell::quote(&change.namespace)
    );
    for (key, value) in &change.set {
        command.push(' ');
        command.push_str(&shell::quote(&format!("{key}={value}")));
    }
    for key in &change.remove {
        command.push(' ');
        command.push_str(&shell::quote(&format!("{key}-")));
    }
    let known = labels.known().unwrap_or_default();
    if change.set.keys().any(|key| known.contains_key(key)) {
        command.push_str(" --overwrite");
    }
    Some(command)
}

/// A patch that lets a listener admit its own namespace and one more by their names.
pub fn admit_namespace(owner: Owner<'_>, index: usize, namespace: &str) -> Option<String> {
    let gateway = owner.name;
    let names = [&gateway.namespace, &gateway.name, namespace];
    if !names.into_iter().all(shell::is_object_name) {
        return None;
    }
    let rule = serde_json::json!([{
        "op": "add",
        "path": format!("/spec/listeners/{index}/allowedRoutes/namespaces"),
        "value": {"from": "Selector", "selector": {"matchExpressions": [
            {"key": NAME_LABEL, "operator": "In", "values": [gateway.namespace, namespace]}
        ]}},
    }]);
    Some(format!(
        "kubectl patch {} {} -n {} --type=json -p {}",
        owner.kind,
        shell::quote(&gateway.name),
        shell::quote(&gateway.namespace),
        shell::quote(&rule.to_string())
    ))
}
