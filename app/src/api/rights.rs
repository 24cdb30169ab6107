//! The rights that are missing, as a rule that an administrator can apply.

use engine::Kind;
use engine::resource::{EXPERIMENTAL_GROUP, GATEWAY_GROUP};
use engine::snapshot::{KindState, Visibility};
use std::fmt::Write;

/// The ClusterRole that would let in what is denied, as YAML; none if nothing is. A Role of the same rules will do for
/// single Namespaces.
pub fn missing(visibility: &[Visibility]) -> Option<String> {
    let denied: Vec<Kind> = visibility
        .iter()
        .filter(|kind| kind.state == KindState::Denied || is_denied_in_part(kind))
        .map(|kind| kind.kind)
        .collect();
    if denied.is_empty() {
        return None;
    }
    let mut text = "apiVersion: rbac.authorization.k8s.io/v1\n\
        kind: ClusterRole\n\
        metadata:\n  name: gatewatch-more\n\
        rules:\n"
        .to_owned();
    let of_group = |group: &str| -> Vec<String> {
        let of_it = denied.iter().filter(|kind| kind.group() == group);
        of_it.map(|kind| kind.resource()).collect()
    };
    let mut rule = |group: &str, resources: &[String]| {
        if !resources.is_empty() {
            let group = if group.is_empty() { "\"\"" } else { group };
            let _ = write!(
                text,
                "  - apiGroups: [{group}]\n    resources: [{}]\n    verbs: [get, list, watch]\n",
                resources.join(", ")
            );
        }
    };
    rule(GATEWAY_GROUP, &of_group(GATEWAY_GROUP));
    rule("", &of_group(""));
    if denied.contains(&Kind::ListenerSet) {
        rule(EXPERIMENTAL_GROUP, &["xlistenersets".to_owned()]);
    }
    Some(text)
}

/// Read in some Namespaces only, or listed and not watched.
fn is_denied_in_part(kind: &Visibility) -> bool {
    let words = kind.problem.as_deref().unwrap_or_default();
    kind.state == KindState::Degraded && (words.contains("denies") || words.contains("watch"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(kind: Kind, state: KindState) -> Visibility {
        Visibility::new(kind, state, None)
    }

    #[test]
    fn what_is_denied_is_asked_for_and_nothing_else() {
        assert_eq!(missing(&[seen(Kind::Gateway, KindState::Live)]), None);
        let kinds = [
            seen(Kind::HTTPRoute, KindState::Denied),
            seen(Kind::Namespace, KindState::Denied),
            seen(Kind::Gateway, KindState::Stale),
        ];
        let role = missing(&kinds).expect("something is denied");
        assert!(role.contains("resources: [httproutes]\n"), "{role}");
        assert!(
            role.contains("apiGroups: [\"\"]\n    resources: [namespaces]"),
            "{role}"
        );
        assert!(!role.contains("gateways"), "{role}");
    }
}
