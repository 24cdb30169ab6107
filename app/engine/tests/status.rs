//! Upstream's assertions about statuses, held against what is computed.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::report::{Attachment, Computed, ListenerReport, Status};
use engine::{Report, evaluate};
use serde_json::Value;
use std::collections::BTreeMap;
use support::conformance::{Manifests, cases, folder};

/// What came of an assertion.
#[derive(Default)]
struct Tally {
    held: usize,
    different: Vec<String>,
    /// Assertions that offline data cannot decide, by why.
    left: BTreeMap<String, usize>,
}

impl Tally {
    fn hold(&mut self, holds: bool, words: impl FnOnce() -> String) {
        if holds {
            self.held += 1;
        } else {
            self.different.push(words());
        }
    }

    fn leave(&mut self, why: &str) {
        *self.left.entry(why.to_owned()).or_default() += 1;
    }
}

type Conditions = BTreeMap<String, Computed>;

fn word(status: Status) -> &'static str {
    match status {
        Status::True => "True",
        Status::False => "False",
        Status::Unknown => "Unknown",
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// Compares expected conditions with computed ones; an empty reason is any.
fn compare(tally: &mut Tally, place: &str, expected: &Value, computed: &Conditions) {
    for one in expected.as_array().into_iter().flatten() {
        let type_ = text(one, "type");
        let Some(found) = computed.get(type_) else {
            tally.leave(&format!(
                "{type_} depends on what only the controller knows"
            ));
            continue;
        };
        let reason = text(one, "reason");
        let holds = word(found.status) == text(one, "status")
            && (reason.is_empty() || found.reason == reason);
        tally.hold(holds, || {
            let got = format!("{} ({})", word(found.status), found.reason);
            format!(
                "{place} {type_}: expected {} ({reason}), computed {got}",
                text(one, "status")
            )
        });
    }
}

fn listeners<'a>(report: &'a Report, object: &Value) -> Vec<&'a ListenerReport> {
    let (kind, namespace, name) = (
        text(object, "kind"),
        text(object, "namespace"),
        text(object, "name"),
    );
    let all = report.gateways.iter().flat_map(|gateway| {
        let is_it = kind == "Gateway" && gateway.namespace == namespace && gateway.name == name;
        gateway
            .listeners
            .iter()
            .map(move |listener| (is_it, listener))
    });
    let own = all.filter(|(is_gateway, listener)| match &listener.listener_set {
        None => *is_gateway,
        Some(set) => kind == "ListenerSet" && set.namespace == namespace && set.name == name,
    });
    own.map(|(_, listener)| listener).collect()
}

fn compare_listeners(tally: &mut Tally, place: &str, case: &Value, report: &Report) {
    let found = listeners(report, &case["object"]);
    let expected = case["listeners"].as_array().cloned().unwrap_or_default();
    if case["listeners_exact_set"] == true {
        let mut names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        let mut wanted: Vec<&str> = expected.iter().map(|one| text(one, "name")).collect();
        names.sort_unstable();
        wanted.sort_unstable();
        tally.hold(names == wanted, || {
            format!("{place}: listeners {names:?}, expected {wanted:?}")
        });
    }
    for wanted in &expected {
        let name = text(wanted, "name");
        let place = format!("{place} listener {name}");
        let Some(listener) = found.iter().find(|one| one.name == name) else {
            tally.hold(false, || format!("{place}: not there"));
            continue;
        };
        compare(tally, &place, &wanted["conditions"], &listener.conditions);
        if let Some(count) = wanted["attachedRoutes"].as_u64() {
            let got = listener.attached_routes.computed;
            tally.hold(u64::from(got) == count, || {
                format!("{place}: {got} attached, expected {count}")
            });
        }
        if let Some(kinds) = wanted["supportedKinds"].as_array() {
            let kinds: Vec<&str> = kinds
                .iter()
                .map(|kind| kind.as_str().unwrap_or_else(|| text(kind, "kind")))
                .collect();
            let got = &listener.supported_kinds;
            let holds = kinds
                .iter()
                .all(|kind| got.iter().any(|known| known == kind))
                && (!kinds.is_empty() || got.is_empty());
            tally.hold(holds, || {
                format!("{place}: supports {got:?}, expected {kinds:?}")
            });
        }
    }
}

/// Attachments of a route, grouped by parentRef.
fn parents<'a>(report: &'a Report, object: &Value) -> BTreeMap<u32, Vec<&'a Attachment>> {
    let mut parents: BTreeMap<u32, Vec<&Attachment>> = BTreeMap::new();
    let own = report.attachments.iter().filter(|one| {
        let route = &one.route;
        route.kind.as_str() == text(object, "kind")
            && route.namespace == text(object, "namespace")
            && route.name == text(object, "name")
    });
    for one in own {
        parents.entry(one.parent_ref.index).or_default().push(one);
    }
    parents
}

fn computed(attachments: &[&Attachment]) -> Conditions {
    let mut conditions = Conditions::new();
    if let Some(first) = attachments.first() {
        let both = [
            ("Accepted", &first.computed.accepted),
            ("ResolvedRefs", &first.computed.resolved_refs),
        ];
        for (type_, one) in both {
            if let Some(one) = one {
                conditions.insert(type_.to_owned(), one.clone());
            }
        }
    }
    conditions
}

fn is_about(attachment: &Attachment, parent: &Value) -> bool {
    let asked = &attachment.parent_ref;
    let field = |name: &str, value: &str| match text(parent, name) {
        "" => true,
        wanted => wanted == value,
    };
    field("kind", &asked.kind) && field("namespace", &asked.namespace) && field("name", &asked.name)
}

/// One of the entries about a parent has all the conditions; which one of several is not said.
fn compare_parent(
    tally: &mut Tally,
    place: &str,
    (parent, expected): (&Value, &Value),
    report: &Report,
    object: &Value,
) {
    let parents = parents(report, object);
    let about: Vec<Conditions> = parents
        .values()
        .filter(|one| one.first().is_some_and(|one| is_about(one, parent)))
        .map(|one| computed(one))
        .collect();
    let judge = |conditions: &Conditions| {
        let mut own = Tally::default();
        compare(&mut own, place, expected, conditions);
        own
    };
    let best = about
        .iter()
        .map(judge)
        .min_by_key(|own| own.different.len());
    match best {
        Some(best) => {
            tally.held += best.held;
            tally.different.extend(best.different);
            for (why, count) in best.left {
                *tally.left.entry(why).or_default() += count;
            }
        }
        None => tally.hold(false, || format!("{place}: no entry about {parent}")),
    }
}

fn compare_policy(tally: &mut Tally, place: &str, case: &Value, report: &Report) {
    let object = &case["object"];
    let found = report
        .policies
        .iter()
        .find(|one| one.namespace == text(object, "namespace") && one.name == text(object, "name"));
    let Some(policy) = found else {
        tally.hold(false, || format!("{place}: not there"));
        return;
    };
    compare(tally, place, &case["conditions"], &policy.conditions);
    let parent = &case["parentRef"];
    if parent.is_object() {
        let is_it = |one: &engine::report::NamespacedName| {
            one.namespace == text(parent, "namespace") && one.name == text(parent, "name")
        };
        tally.hold(policy.ancestors.iter().any(is_it), || {
            format!(
                "{place}: ancestors {:?}, expected {parent}",
                policy.ancestors
            )
        });
    }
}

fn check(tally: &mut Tally, case: &Value, report: &Report) {
    let object = &case["object"];
    let place = format!(
        "{} {} {}/{}",
        text(case, "id"),
        text(object, "kind"),
        text(object, "namespace"),
        text(object, "name")
    );
    let nothing = Conditions::new();
    let is_it = |namespace: &str, name: &str| {
        namespace == text(object, "namespace") && name == text(object, "name")
    };
    let before = (tally.held, tally.different.len(), tally.left.len());
    match text(object, "kind") {
        kind @ ("Gateway" | "ListenerSet") => {
            let gateway = report
                .gateways
                .iter()
                .find(|one| kind == "Gateway" && is_it(&one.namespace, &one.name));
            let set = report
                .listener_sets
                .iter()
                .find(|one| kind == "ListenerSet" && is_it(&one.namespace, &one.name));
            let conditions = gateway
                .map(|one| &one.conditions)
                .or(set.map(|one| &one.conditions));
            compare(
                tally,
                &place,
                &case["conditions"],
                conditions.unwrap_or(&nothing),
            );
            compare_listeners(tally, &place, case, report);
            if let Some(count) = case["attachedListenerSets"].as_u64() {
                let got = gateway
                    .and_then(|one| one.attached_listener_sets)
                    .unwrap_or(u32::MAX);
                tally.hold(u64::from(got) == count, || {
                    format!("{place}: {got} ListenerSets, expected {count}")
                });
            }
            if case["zero_routes"] == true {
                let counts: Vec<u32> = listeners(report, object)
                    .iter()
                    .map(|one| one.attached_routes.computed)
                    .collect();
                tally.hold(counts.iter().all(|count| *count == 0), || {
                    format!("{place}: attached {counts:?}, expected none")
                });
            }
        }
        "BackendTLSPolicy" => compare_policy(tally, &place, case, report),
        _ => {
            if case["conditions"].is_array() {
                compare_parent(
                    tally,
                    &place,
                    (&case["parentRef"], &case["conditions"]),
                    report,
                    object,
                );
            }
            for parent in case["parents"].as_array().into_iter().flatten() {
                compare_parent(
                    tally,
                    &place,
                    (parent, &parent["conditions"]),
                    report,
                    object,
                );
            }
            if case["no_accepted_parents"] == true {
                let accepted = parents(report, object).values().any(|one| {
                    computed(one)
                        .get("Accepted")
                        .is_some_and(|one| one.status == Status::True)
                });
                tally.hold(!accepted, || {
                    format!("{place}: accepted, expected by nobody")
                });
            }
        }
    }
    if before == (tally.held, tally.different.len(), tally.left.len()) && case["note"].is_string() {
        tally.leave("observedGeneration, which files do not have");
    }
}

#[test]
fn statuses_are_those_that_upstream_expects() {
    let Some(folder) = folder() else {
        println!(
            "NOT RUN: no conformance data beside the repository; GATEWATCH_CONFORMANCE names a folder"
        );
        return;
    };
    let cases = cases(&folder, "status.json");
    let mut manifests = Manifests::new(&folder);
    let mut reports: BTreeMap<String, Report> = BTreeMap::new();
    let mut tally = Tally::default();
    for case in &cases {
        // Everything that the specification names is taken as supported.
        if case.get("only_if_not_supported").is_some() {
            tally.leave("only where a feature is not supported");
            continue;
        }
        let key = format!("{}{}", case["manifests"], case["mutations"]);
        let report = reports
            .entry(key)
            .or_insert_with(|| evaluate(&manifests.world(case)));
        assert!(
            report.problems.is_empty(),
            "{}: {:?}",
            case["id"],
            report.problems
        );
        check(&mut tally, case, report);
    }
    println!(
        "{} cases, {} assertions hold, {} differ",
        cases.len(),
        tally.held,
        tally.different.len()
    );
    for (why, count) in &tally.left {
        println!("{count} not judged: {why}");
    }
    assert!(
        tally.different.is_empty(),
        "\n{}",
        tally.different.join("\n")
    );
    assert!(tally.held > 0, "nothing was compared");
}
