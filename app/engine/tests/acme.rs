//! The first story: two routes attached, one refused for a missing label, and `/hr` answers 404.

mod support;

use engine::report::{Agreement, Gate, GateOutcome, Tally, Verdict};
use engine::routing::Outcome;
use engine::{Request, decide};

const ACME: &str = include_str!("cases/acme.yaml");

#[test]
fn two_routes_attach_and_one_is_refused_at_the_namespace_gate() {
    let (_, report, _) = support::world(ACME);
    let check = |namespace: &str, verdict: Verdict, gate: Option<Gate>, sentence: &str| {
        let found = report
            .attachments
            .iter()
            .find(|a| a.route.namespace == namespace)
            .map(|a| report.explain(a))
            .expect("the route is there");
        assert_eq!(
            (found.verdict, found.gate, found.sentence.as_str()),
            (verdict, gate, sentence)
        );
        assert_eq!(found.agreement, Agreement::Agrees);
    };
    let passed =
        "All gates passed: kind HTTPRoute, namespace label `shared-gateway-access=true`, any host.";
    check("careers", Verdict::Attached, None, passed);
    check("product", Verdict::Attached, None, passed);
    let refused = "Listener `shared-http` admits namespaces with `shared-gateway-access=true`; namespace `hr` has no label `shared-gateway-access`.";
    check("hr", Verdict::Refused, Some(Gate::Namespace), refused);
    let hr = report
        .attachments
        .iter()
        .find(|a| a.route.namespace == "hr")
        .map(|a| report.explain(a))
        .expect("there");
    assert!(hr.intended, "a selector that simply does not match is calm");
    assert_eq!(
        hr.remedies
            .first()
            .and_then(|remedy| remedy.command.as_deref()),
        Some("kubectl label namespace hr shared-gateway-access=true")
    );
    assert_eq!(
        hr.agreement_sentence.as_str(),
        "Controller `io.cilium/gateway-controller` says the same with its own word `InvalidHTTPRoute`."
    );
    let outcomes: Vec<GateOutcome> = hr.gates.iter().map(|gate| gate.outcome).collect();
    use GateOutcome::{Failed, NotReached, Passed};
    assert_eq!(
        outcomes,
        [
            Passed, Passed, Passed, Passed, Failed, NotReached, NotReached
        ]
    );
    let gateway = report.gateways.first().expect("there is one");
    assert_eq!(
        gateway.tally,
        Tally {
            attached: 2,
            refused: 1,
            orphan: 0,
            unknown: 0
        }
    );
    let listener = gateway.listeners.first().expect("there is one");
    assert_eq!(
        (
            listener.attached_routes.computed,
            listener.attached_routes.counted
        ),
        (2, Some(2))
    );
}

#[test]
fn each_request_of_the_story_gets_its_answer() {
    let (snapshot, report, table) = support::world(ACME);
    let check =
        |url: &str, outcome: Outcome, status: Option<u16>, sentence: &str, because: &str| {
            let request = Request::parse(url).expect("legal");
            let decision = decide(&snapshot, &report, &table, &request);
            assert_eq!(
                (decision.outcome, decision.status),
                (outcome, status),
                "{url}"
            );
            assert_eq!(
                (decision.sentence.as_str(), decision.because.as_str()),
                (sentence, because),
                "{url}"
            );
            decision
        };
    let served = "Rule 1 of `careers/cross-namespace` takes the request; it goes to `careers/echo-careers:9080`.";
    check(
        "http://172.18.255.201/careers",
        Outcome::Backend,
        None,
        served,
        "",
    );
    let served = "Rule 1 of `product/cross-namespace` takes the request; it goes to `product/echo-product:9080`.";
    check(
        "http://172.18.255.201/product/x?y",
        Outcome::Backend,
        None,
        served,
        "",
    );
    let because = "Rule 1 of `hr/cross-namespace` would have served it with `echo-hr:9080`, but it is not attached: listener `shared-http` admits namespaces with `shared-gateway-access=true`; namespace `hr` has no label `shared-gateway-access`.";
    let hr = check(
        "http://172.18.255.201/hr",
        Outcome::NotFound,
        Some(404),
        "404: no attached rule matches `GET /hr` on `shared-http`.",
        because,
    );
    let ladder: Vec<String> = hr
        .candidates
        .iter()
        .map(|c| format!("{}: {}", c.route.namespace, c.sentence))
        .collect();
    assert_eq!(
        ladder,
        [
            "hr: Matches the request. Not in the routing table: refused at the namespace gate.",
            "careers: Lost at the path: `/hr` does not start with `/careers`.",
            "product: Lost at the path: `/hr` does not start with `/product`.",
        ]
    );
    let [change] = hr.counterfactuals.as_slice() else {
        panic!("one change would let it in")
    };
    assert_eq!(
        change.change.as_str(),
        "Label namespace `hr` with `shared-gateway-access=true`"
    );
    assert_eq!(
        change.command.as_deref(),
        Some("kubectl label namespace hr shared-gateway-access=true")
    );
    assert_eq!(
        change.outcome.as_str(),
        "Rule 1 of `hr/cross-namespace` takes the request; it goes to `hr/echo-hr:9080`."
    );
}
