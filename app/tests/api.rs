//! What pages and JSON clients are told: headlines, order, filters, names of fields, what is not there.
#![cfg(feature = "ssr")]
#![expect(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use app::api::envelope::{Answer, Items, SourceKind, SourceStateView, SourceView};
use app::api::filter::Filter;
use app::api::tester::TryForm;
use app::api::{gateways, overview, routes, tester};
use app::published::Published;
use engine::report::{Explained, Report, Tally, Verdict};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{ACME, class, gateway, listener, namespace, objects, report, route, snapshot};

fn published(objects: &[Value]) -> Published {
    let source = SourceView {
        kind: SourceKind::Files,
        name: "files: test/".to_owned(),
        state: SourceStateView::Fixed,
        read_at: "2026-01-01T00:00:00Z".to_owned(),
        problem: None,
    };
    Published::new(1, snapshot(objects), source)
}

#[test]
fn the_headline_tells_no_from_unknown() {
    let check = |attached, refused, orphan, unknown, words: &str| {
        assert_eq!(
            overview::headline(Tally {
                attached,
                refused,
                orphan,
                unknown
            }),
            words
        );
    };
    check(0, 0, 0, 0, "No routes yet");
    check(1, 0, 0, 0, "The only route is attached");
    check(0, 1, 0, 0, "The only route cannot attach");
    check(0, 0, 1, 0, "The only route cannot attach");
    check(0, 0, 0, 1, "The only route cannot be judged");
    check(3, 0, 0, 0, "All 3 routes are attached");
    check(2, 1, 0, 0, "1 of 3 routes cannot attach");
    check(1, 1, 1, 0, "2 of 3 routes cannot attach");
    check(0, 2, 1, 0, "None of 3 routes can attach");
    check(2, 0, 0, 1, "1 route cannot be judged");
    check(1, 0, 0, 2, "2 routes cannot be judged");
    check(0, 0, 0, 2, "None of 2 routes can be judged");
    check(
        1,
        1,
        0,
        2,
        "1 of 4 routes cannot attach, 2 cannot be judged",
    );
}

#[test]
fn the_first_page_of_the_first_story() {
    let page = overview::build(&published(&objects(ACME)));
    assert_eq!(page.headline, "1 of 3 routes cannot attach");
    assert_eq!(
        page.subline,
        "1 shared Gateway · 4 namespaces · everything readable"
    );
    assert_eq!(page.suggested_url, "http://172.18.255.201/hr");
    let order: Vec<&str> = page
        .attachments
        .iter()
        .map(|row| row.route.namespace.as_str())
        .collect();
    assert_eq!(order, ["hr", "careers", "product"]);
    let row = &page.gateways[0];
    assert_eq!(
        row.openness.as_str(),
        "open to namespaces with `shared-gateway-access=true`"
    );
    assert!(row.healthy, "{:?}", row.health);
}

/// One route for each way to end.
fn every_verdict() -> Report {
    let to = |name: &str| json!([{"name": "web", "namespace": "infra", "sectionName": name}]);
    report(&[
        class(),
        namespace("in", json!({"open": "true"})),
        namespace("out", json!({})),
        namespace("slip", json!({"opne": "true"})),
        gateway("web", json!([listener("a", 80)])),
        route("in", "attached", to("a")),
        route("out", "calm", to("a")),
        route("in", "lost", to("b")),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "hidden", "labels": ["no map"]}}),
        route("hidden", "unseen", to("a")),
    ])
}

#[test]
fn worst_comes_first_and_a_refusal_on_purpose_is_not_the_worst() {
    let report = every_verdict();
    let order: Vec<&str> = routes::worst_first(&report.attachments)
        .iter()
        .map(|one| one.route.name.as_str())
        .collect();
    let place = |name: &str| {
        order
            .iter()
            .position(|other| *other == name)
            .expect("the route is there")
    };
    assert!(
        place("lost") < place("unseen")
            && place("unseen") < place("calm")
            && place("calm") < place("attached"),
        "{order:?}"
    );
}

#[test]
fn columns_sort_both_ways() {
    let report = every_verdict();
    let names = |column: &str| -> Vec<String> {
        routes::sorted(&report.attachments, column)
            .iter()
            .map(|one| one.route.name.clone())
            .collect()
    };
    assert_eq!(names("route"), ["unseen", "attached", "lost", "calm"]);
    let mut back = names("-route");
    back.reverse();
    assert_eq!(back, names("route"));
    assert_eq!(names("nonsense"), names(""));
}

#[test]
fn filters_select_by_word_and_key() {
    let report = every_verdict();
    let check = |filter: &str, expected: &[&str]| {
        let filter_text = filter;
        let filter = Filter::parse(filter).expect("this filter is legal");
        let passing: BTreeSet<&str> = report
            .attachments
            .iter()
            .filter(|one| filter.passes(&report, one))
            .map(|one| one.route.name.as_str())
            .collect();
        assert_eq!(passing, expected.iter().copied().collect(), "{filter_text}");
    };
    check("", &["attached", "calm", "lost", "unseen"]);
    check("verdict:refused", &["calm"]);
    check("verdict:REFUSED", &["calm"]);
    check("verdict:orphan", &["lost"]);
    check("verdict:unknown", &["unseen"]);
    check("ns:in", &["attached", "lost"]);
    check("ns:in verdict:attached", &["attached"]);
    check("gateway:infra/web", &["attached", "calm", "lost", "unseen"]);
    check("gateway:infra/other", &[]);
    check("gate:namespace", &["calm", "unseen"]);
    check("gate:listener", &["lost"]);
    check("kind:httproute", &["attached", "calm", "lost", "unseen"]);
    check("kind:GRPCRoute", &[]);
    check("route:in/lost", &["lost"]);
    check("agreement:silent", &["attached", "calm", "lost", "unseen"]);
    check("LOST", &["lost"]);
    check("out calm", &["calm"]);
    check("nothing-like-it", &[]);
}

#[test]
fn a_filter_that_is_not_understood_is_told_and_filters_nothing() {
    let report = every_verdict();
    let page = routes::rows_view(&report, "colour:red", 1);
    assert!(
        page.problem
            .as_deref()
            .is_some_and(|words| words.contains("colour") && words.contains("verdict")),
        "{page:?}"
    );
    assert_eq!(page.total, page.all);
}

#[test]
fn pages_of_rows_are_bounded_and_lose_nothing() {
    let to = json!([{"name": "web", "namespace": "infra"}]);
    let mut all = vec![
        class(),
        namespace("in", json!({"open": "true"})),
        gateway("web", json!([listener("a", 80)])),
    ];
    all.extend((0..450).map(|index| route("in", &format!("r{index}"), to.clone())));
    let report = report(&all);
    let pages: Vec<_> = (1..=3)
        .map(|page| routes::rows_view(&report, "", page))
        .collect();
    assert_eq!(
        pages
            .iter()
            .map(|page| page.items.len())
            .collect::<Vec<_>>(),
        [200, 200, 50]
    );
    let names: BTreeSet<&str> = pages
        .iter()
        .flat_map(|page| &page.items)
        .map(|row| row.route.name.as_str())
        .collect();
    assert_eq!(names.len(), 450);
    assert_eq!(routes::rows_view(&report, "", 99).page, 3);
    assert_eq!(routes::rows_view(&report, "", 0).page, 1);
}

#[test]
fn what_is_not_there_is_answered_with_the_nearest_names() {
    let world = published(&objects(ACME));
    let gateway = gateways::view(&world.report, "infra-ns", "shared-gatway", None)
        .expect_err("there is none");
    assert_eq!(
        (gateway.status, gateway.nearest[0].href.as_str()),
        (404, "/gateways/infra-ns/shared-gateway")
    );
    let listener = gateways::view(
        &world.report,
        "infra-ns",
        "shared-gateway",
        Some("shared".to_owned()),
    );
    assert_eq!(
        listener.expect_err("there is none").nearest[0].name,
        "shared-http"
    );
    let route =
        routes::route_view(&world, "HTTPRoute", "hr", "cross-namespce").expect_err("there is none");
    assert_eq!(
        (route.status, route.nearest[0].href.as_str()),
        (404, "/routes/HTTPRoute/hr/cross-namespace")
    );
    assert!(routes::route_view(&world, "HTTPRoute", "hr", "cross-namespace").is_ok());
    let kind =
        routes::route_view(&world, "Rute", "hr", "cross-namespace").expect_err("no such kind");
    assert_eq!(kind.status, 404);
    let hostile =
        routes::route_view(&world, "HTTPRoute", "\u{202e}", "a\nb").expect_err("there is none");
    assert!(
        !hostile.detail.contains(['\u{202e}', '\n']),
        "{:?}",
        hostile.detail
    );
}

#[test]
fn the_tester_takes_a_url_or_a_curl_command() {
    let world = published(&objects(ACME));
    let check = |url: &str, status: Option<u16>, method: &str| {
        let view = tester::view(
            &world,
            TryForm {
                url: url.to_owned(),
                ..TryForm::default()
            },
        );
        let decision = view
            .decision
            .unwrap_or_else(|| panic!("{url}: {:?}", view.problem));
        assert_eq!(
            (decision.status, decision.request.method.as_str()),
            (status, method),
            "{url}"
        );
    };
    check("http://172.18.255.201/hr", Some(404), "GET");
    check(
        "curl -s -o /dev/null -w '%{http_code}' http://172.18.255.201/careers",
        None,
        "GET",
    );
    check(
        "curl -X POST http://172.18.255.201/nowhere",
        Some(404),
        "POST",
    );
    for wrong in ["http://", "gopher://a", "curl -H"] {
        let view = tester::view(
            &world,
            TryForm {
                url: wrong.to_owned(),
                ..TryForm::default()
            },
        );
        assert!(view.problem.is_some() && view.decision.is_none(), "{wrong}");
    }
    let empty = tester::view(&world, TryForm::default());
    assert_eq!(
        (empty.form.url.as_str(), empty.problem, empty.decision),
        ("http://172.18.255.201/hr", None, None)
    );
}

/// All fields of an object; those of `expected` have to be among them.
fn has_fields(value: &Value, expected: &[&str]) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"));
    for name in expected {
        assert!(object.contains_key(*name), "no field {name} in {value:#}");
    }
}

const ENVELOPE: [&str; 6] = [
    "apiVersion",
    "kind",
    "revision",
    "source",
    "visibility",
    "problems",
];

#[test]
fn attachments_have_the_fields_of_the_public_interface() {
    let world = published(&objects(ACME));
    let attachments: Vec<Explained> = routes::sorted(&world.report.attachments, "")
        .into_iter()
        .map(|one| world.report.explain(one))
        .collect();
    let body = Items {
        total: 3,
        items: attachments,
    };
    let answer =
        serde_json::to_value(Answer::new(&world, "AttachmentList", body)).expect("serialises");
    has_fields(&answer, &ENVELOPE);
    assert_eq!(answer["apiVersion"], "gatewatch/v1");
    has_fields(
        &answer["visibility"][0],
        &["kind", "state", "resourceVersion", "lastSeen", "problem"],
    );
    let item = &answer["items"][0];
    let fields = [
        "route",
        "parentRef",
        "parent",
        "listener",
        "listenerSet",
        "verdict",
        "gate",
        "reason",
        "sentence",
        "hostnames",
        "gates",
        "computed",
        "reported",
        "agreement",
        "remedies",
    ];
    has_fields(item, &fields);
    assert_eq!(
        item["route"],
        json!({"kind": "HTTPRoute", "namespace": "hr", "name": "cross-namespace"})
    );
    has_fields(
        &item["parentRef"],
        &["index", "kind", "namespace", "name", "sectionName", "port"],
    );
    assert_eq!(
        (&item["verdict"], &item["gate"]),
        (&json!("refused"), &json!("namespace"))
    );
    has_fields(&item["gates"][0], &["gate", "outcome", "sentence"]);
    assert_eq!(item["gates"][6]["outcome"], "not-reached");
    assert_eq!(
        item["computed"]["accepted"],
        json!({"status": "False", "reason": "NotAllowedByListeners"})
    );
    has_fields(&item["computed"], &["resolvedRefs"]);
    has_fields(&item["reported"][0], &["controller", "conditions"]);
    let condition = [
        "type",
        "status",
        "reason",
        "message",
        "observedGeneration",
        "lastTransitionTime",
    ];
    has_fields(&item["reported"][0]["conditions"][0], &condition);
    has_fields(&item["remedies"][0], &["owner", "text", "command"]);
}

#[test]
fn gateways_have_the_fields_of_the_public_interface() {
    let world = published(&objects(ACME));
    let body = Items {
        total: 1,
        items: world.report.gateways.clone(),
    };
    let answer =
        serde_json::to_value(Answer::new(&world, "GatewayList", body)).expect("serialises");
    let item = &answer["items"][0];
    has_fields(
        item,
        &[
            "namespace",
            "name",
            "class",
            "controller",
            "conditions",
            "addresses",
            "listeners",
        ],
    );
    let listener = &item["listeners"][0];
    let fields = [
        "name",
        "listenerSet",
        "port",
        "protocol",
        "hostname",
        "supportedKinds",
        "attachedRoutes",
        "conditions",
        "conflictsWith",
        "admits",
    ];
    has_fields(listener, &fields);
    assert_eq!(
        listener["attachedRoutes"],
        json!({"computed": 2, "counted": 2})
    );
}

#[test]
fn decisions_have_the_fields_of_the_public_interface() {
    let world = published(&objects(ACME));
    let answer = |url: &str| {
        let form = TryForm {
            url: url.to_owned(),
            ..TryForm::default()
        };
        let request = tester::request(&form).expect("legal");
        let decision = engine::decide(&world.snapshot, &world.report, &world.table, &request);
        serde_json::to_value(Answer::new(&world, "Decision", decision)).expect("serialises")
    };
    let refused = answer("http://172.18.255.201/hr");
    has_fields(&refused, &ENVELOPE);
    let fields = [
        "request",
        "outcome",
        "status",
        "gateway",
        "listener",
        "route",
        "location",
        "rewritten",
        "requestHeaders",
        "responseHeaders",
        "backends",
        "sentence",
        "candidates",
        "counterfactuals",
        "nearMisses",
        "assumptions",
    ];
    has_fields(&refused, &fields);
    assert_eq!(
        (&refused["outcome"], &refused["status"]),
        (&json!("not-found"), &json!(404))
    );
    has_fields(
        &refused["candidates"][0],
        &["route", "rule", "match", "attached", "lostAt", "sentence"],
    );
    has_fields(
        &refused["counterfactuals"][0],
        &["change", "command", "outcome"],
    );
    has_fields(
        &refused["assumptions"][0],
        &["name", "value", "changesAnswer", "alternative"],
    );
    let served = answer("http://172.18.255.201/careers");
    assert_eq!(
        (&served["outcome"], &served["status"]),
        (&json!("backend"), &Value::Null)
    );
    has_fields(
        &served["route"],
        &["kind", "namespace", "name", "rule", "match", "ruleName"],
    );
    has_fields(
        &served["backends"][0],
        &["kind", "namespace", "name", "port", "weight", "share"],
    );
}

#[test]
fn answers_survive_the_wire() {
    let world = published(&objects(ACME));
    let page = Answer::new(&world, "Overview", overview::build(&world));
    let text = serde_json::to_string(&page).expect("serialises");
    let back: Answer<overview::Overview> = serde_json::from_str(&text).expect("reads back");
    assert_eq!(back, page);
    let view = routes::route_view(&world, "HTTPRoute", "hr", "cross-namespace").expect("there");
    assert_eq!(view.tries[0].label, "GET http://172.18.255.201/hr");
    assert!(
        view.attachments
            .iter()
            .all(|one| one.verdict == Verdict::Refused)
    );
}
