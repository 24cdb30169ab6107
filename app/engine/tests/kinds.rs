//! Other kinds of routes, certificates, policies and conditions of Gateways, as rows.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::evaluate;
use serde_json::{Value, json};
use support::{class, ends, gateway, object, service, snapshot, word};

/// A route of a kind with one rule to Service `s`.
fn route(kind: &str, hostnames: &Value) -> Value {
    let rules = json!([{"backendRefs": [{"name": "s", "port": 80}]}]);
    object(
        kind,
        "a/r",
        &json!({"parentRefs": [{"name": "gw"}], "hostnames": hostnames, "rules": rules}),
    )
}

#[test]
fn protocols_carry_kinds() {
    let attached = "l attached - Accepted";
    let refused = "l refused kind NotAllowedByListeners";
    let check = |case: &str, kind: &str, protocol: &str, kinds: &Value, expected: &str| {
        let listener = json!({"name": "l", "port": 80, "protocol": protocol, "tls": {"mode": "Passthrough"}, "allowedRoutes": {"kinds": kinds}});
        let world = snapshot(&[
            class(),
            service("a/s"),
            gateway("a/gw", &json!([listener])),
            route(kind, &json!([])),
        ]);
        assert_eq!(
            ends(&evaluate(&world), "a/r"),
            [expected],
            "{case}: {kind} on {protocol}"
        );
    };
    for (kind, carriers) in [
        ("HTTPRoute", ["HTTP", "HTTPS"]),
        ("GRPCRoute", ["HTTP", "HTTPS"]),
        ("TLSRoute", ["TLS", "TLS"]),
        ("TCPRoute", ["TCP", "TCP"]),
        ("UDPRoute", ["UDP", "UDP"]),
    ] {
        for protocol in ["HTTP", "HTTPS", "TLS", "TCP", "UDP"] {
            let expected = if carriers.contains(&protocol) {
                attached
            } else {
                refused
            };
            check("8.31 to 8.33", kind, protocol, &json!([]), expected);
        }
        check(
            "an implementation's",
            kind,
            "example.com/x",
            &json!([]),
            "l unknown kind -",
        );
    }
    check(
        "only the other kind listed",
        "GRPCRoute",
        "HTTP",
        &json!([{"kind": "HTTPRoute"}]),
        refused,
    );
    check(
        "listed",
        "GRPCRoute",
        "HTTP",
        &json!([{"kind": "GRPCRoute"}]),
        attached,
    );
    check(
        "8.33: a kind that the protocol cannot carry",
        "TCPRoute",
        "TLS",
        &json!([{"kind": "TCPRoute"}]),
        refused,
    );
}

#[test]
fn hostnames_count_where_a_kind_has_them() {
    let check = |kind: &str, protocol: &str, hosts: &Value, expected: &str| {
        let listener = json!({"name": "l", "port": 80, "protocol": protocol, "hostname": "a.com", "tls": {"mode": "Passthrough"}});
        let world = snapshot(&[
            class(),
            service("a/s"),
            gateway("a/gw", &json!([listener])),
            route(kind, hosts),
        ]);
        assert_eq!(ends(&evaluate(&world), "a/r"), [expected], "{kind} {hosts}");
    };
    let refused = "l refused hostname NoMatchingListenerHostname";
    for (kind, protocol) in [("GRPCRoute", "HTTP"), ("TLSRoute", "TLS")] {
        check(kind, protocol, &json!(["b.com"]), refused);
        check(kind, protocol, &json!(["a.com"]), "l attached - Accepted");
    }
    check(
        "TCPRoute",
        "TCP",
        &json!(["b.com"]),
        "l attached - Accepted",
    );
}

#[test]
fn every_kind_needs_its_own_grant() {
    let check = |from: &str, kind: &str, expected: &str| {
        let mut own = route(kind, &json!([]));
        own["spec"]["rules"][0]["backendRefs"][0]["namespace"] = json!("b");
        let grant = json!({"from": [{"group": "gateway.networking.k8s.io", "kind": from, "namespace": "a"}], "to": [{"group": "", "kind": "Service"}]});
        let listener = json!({"name": "l", "port": 80, "protocol": "TCP"});
        let world = [
            class(),
            service("b/s"),
            gateway("a/gw", &json!([listener])),
            object("ReferenceGrant", "b/g", &grant),
            own,
        ];
        let report = evaluate(&snapshot(&world));
        let resolved = report.attachments[0]
            .computed
            .resolved_refs
            .as_ref()
            .map(|one| one.reason.clone());
        assert_eq!(resolved.as_deref(), Some(expected), "{from} for {kind}");
    };
    check("TCPRoute", "TCPRoute", "ResolvedRefs");
    check("HTTPRoute", "TCPRoute", "RefNotPermitted");
}

/// What a listener says with a certificate in namespace `c`, and what its Gateway says.
#[test]
fn certificates_are_judged_in_order() {
    let pem = |label: &str| format!("-----BEGIN {label}-----\nMAMCAQE=\n-----END {label}-----\n");
    let secret = |type_: &str, certificate: &str| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "c", "name": "cert"}, "type": type_,
            "stringData": {"tls.crt": certificate, "tls.key": pem("PRIVATE KEY")}})
    };
    let other = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": "z", "name": "other"}});
    let grant = |kind: &str| {
        let from = json!([{"group": "gateway.networking.k8s.io", "kind": kind, "namespace": "a"}]);
        object(
            "ReferenceGrant",
            "c/g",
            &json!({"from": from, "to": [{"group": "", "kind": "Secret"}]}),
        )
    };
    let check = |case: &str, named: Value, others: &[Value], expected: &[&str]| {
        let listener = json!({"name": "l", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [named]}});
        let mut world = vec![
            class(),
            gateway("a/gw", &json!([listener])),
            other.clone(),
            service("a/s"),
            route("HTTPRoute", &json!([])),
        ];
        world.extend_from_slice(others);
        let report = evaluate(&snapshot(&world));
        let conditions = &report.gateways[0].listeners[0].conditions;
        let said = |type_: &str| {
            conditions
                .get(type_)
                .map(|one| format!("{} {}", word(&one.status), one.reason))
        };
        let got: Vec<String> = ["Accepted", "ResolvedRefs", "Programmed"]
            .into_iter()
            .filter_map(said)
            .collect();
        assert_eq!(got, expected, "{case}");
        assert_eq!(
            ends(&report, "a/r"),
            ["l attached - Accepted"],
            "8.24: routes do not mind: {case}"
        );
        assert_eq!(
            report.gateways[0].listeners[0].attached_routes.computed, 1,
            "8.24: {case}"
        );
    };
    let there = || json!({"name": "cert", "namespace": "c"});
    let good = || secret("kubernetes.io/tls", &pem("CERTIFICATE"));
    let broken = [
        "True Accepted",
        "False InvalidCertificateRef",
        "False Invalid",
    ];
    let forbidden = ["True Accepted", "False RefNotPermitted", "False Invalid"];
    check(
        "good",
        there(),
        &[good(), grant("Gateway")],
        &["True Accepted", "True ResolvedRefs", "True Programmed"],
    );
    check("8.25: no grant", there(), &[good()], &forbidden);
    check("8.25: no grant and not there", there(), &[], &forbidden);
    check(
        "8.43: the grant of another kind",
        there(),
        &[good(), grant("ListenerSet")],
        &forbidden,
    );
    check("not there", there(), &[grant("Gateway")], &broken);
    check(
        "another type",
        there(),
        &[secret("Opaque", &pem("CERTIFICATE")), grant("Gateway")],
        &broken,
    );
    check(
        "no certificate in it",
        there(),
        &[secret("kubernetes.io/tls", "hello"), grant("Gateway")],
        &broken,
    );
    check(
        "a certificate that is cut short",
        there(),
        &[
            secret(
                "kubernetes.io/tls",
                "-----BEGIN CERTIFICATE-----\nMAMCAQ==\n-----END CERTIFICATE-----\n",
            ),
            grant("Gateway"),
        ],
        &broken,
    );
    check(
        "another kind",
        json!({"kind": "ConfigMap", "name": "cert"}),
        &[],
        &broken,
    );
    check(
        "another group",
        json!({"group": "x.y", "kind": "Secret", "name": "cert"}),
        &[],
        &broken,
    );
    // Without any Secret in the files nobody can tell.
    let listener = json!({"name": "l", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "cert"}]}});
    let report = evaluate(&snapshot(&[class(), gateway("a/gw", &json!([listener]))]));
    assert!(
        !report.gateways[0].listeners[0]
            .conditions
            .contains_key("ResolvedRefs"),
        "no Secret in the files"
    );
}

#[test]
fn gateways_say_what_their_spec_decides() {
    let check = |case: &str, fields: Value, expected: &[&str]| {
        let mut own = gateway(
            "a/gw",
            &json!([{"name": "l", "port": 80, "protocol": "HTTP"}]),
        );
        for (field, value) in fields.as_object().expect("fields") {
            own["spec"][field] = value.clone();
        }
        let report = evaluate(&snapshot(&[class(), own]));
        let conditions = &report.gateways[0].conditions;
        let said = |type_: &str| {
            conditions
                .get(type_)
                .map(|one| format!("{type_}={} {}", word(&one.status), one.reason))
        };
        let got: Vec<String> = ["Accepted", "Programmed"]
            .into_iter()
            .filter_map(said)
            .collect();
        assert_eq!(got, expected, "{case}");
    };
    check(
        "fine",
        json!({}),
        &["Accepted=True Accepted", "Programmed=True Programmed"],
    );
    check(
        "8.50: an unknown type of address",
        json!({"addresses": [{"type": "example.com/foo", "value": "x"}]}),
        &[
            "Accepted=False UnsupportedAddress",
            "Programmed=False Invalid",
        ],
    );
    check(
        "8.50: whether an address can be had is not known",
        json!({"addresses": [{"value": "1.2.3.4"}]}),
        &["Accepted=True Accepted"],
    );
    check(
        "parameters are for the implementation",
        json!({"infrastructure": {"parametersRef": {"group": "x.y", "kind": "K", "name": "n"}}}),
        &[],
    );
    check(
        "8.49: another class's controller",
        json!({"gatewayClassName": "none"}),
        &["Accepted=True Accepted", "Programmed=True Programmed"],
    );
}

#[test]
fn policies_conflict_by_age_and_part() {
    let policy = |name: &str, section: Option<&str>| {
        let target = json!([{"group": "", "kind": "Service", "name": "s", "sectionName": section}]);
        object(
            "BackendTLSPolicy",
            &format!("a/{name}"),
            &json!({"targetRefs": target, "validation": {"hostname": "x", "wellKnownCACertificates": "System"}}),
        )
    };
    let mut serving = service("a/s");
    serving["spec"]["ports"][0]["name"] = json!("https");
    let listeners = json!([{"name": "l", "port": 80, "protocol": "HTTP"}]);
    let world = [
        class(),
        serving,
        gateway("a/gw", &listeners),
        route("HTTPRoute", &json!([])),
        policy("p", None),
        policy("q", Some("https")),
        policy("r", None),
        policy("t", Some("grpc")),
    ];
    let report = evaluate(&snapshot(&world));
    let got: Vec<(String, String, usize)> = report
        .policies
        .iter()
        .map(|one| {
            (
                one.name.clone(),
                one.conditions["Accepted"].reason.clone(),
                one.ancestors.len(),
            )
        })
        .collect();
    let expected = [
        ("p", "Accepted"),
        ("q", "Accepted"),
        ("r", "Conflicted"),
        ("t", "TargetNotFound"),
    ]
    .map(|(name, reason)| (name.to_owned(), reason.to_owned(), 1));
    assert_eq!(got, expected, "8.53");
}
