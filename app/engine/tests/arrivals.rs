//! Where requests of each protocol arrive and who takes them: SNI and Host, gRPC, TLS, TCP, UDP, meshes; and how known
//! implementations differ.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

mod support;

use engine::routing::{Decision, Outcome};
use engine::{Request, RoutingTable, decide, evaluate};
use serde_json::{Value, json};
use support::requests::told;
use support::{class, gateway, object, service, snapshot};

/// Objects beside Gateway `a/gw`; Services `a/one` and `a/two` are there.
struct World {
    listeners: Value,
    objects: Vec<Value>,
}

impl World {
    fn new(listeners: Value) -> Self {
        Self {
            listeners,
            objects: Vec::new(),
        }
    }

    fn with(mut self, object: Value) -> Self {
        self.objects.push(object);
        self
    }

    fn ask(&self, request: &Request) -> Decision {
        let mut objects = vec![class(), gateway("a/gw", &self.listeners)];
        objects.extend([service("a/one"), service("a/two")]);
        objects.extend(self.objects.iter().cloned());
        let world = snapshot(&objects);
        let report = evaluate(&world);
        let table = RoutingTable::build(&world, &report);
        decide(&world, &report, &table, request)
    }

    fn check(&self, case: &str, url: &str, change: impl Fn(&mut Request), expected: &str) {
        let mut request = Request::parse(url).expect("legal");
        change(&mut request);
        let decision = self.ask(&request);
        assert_eq!(told(&decision), expected, "{case}: {}", decision.sentence);
    }
}

fn plain(_: &mut Request) {}

fn sni(name: &'static str) -> impl Fn(&mut Request) {
    move |request| request.sni = Some(name.to_owned())
}

fn https(name: &str, hostname: Option<&str>) -> Value {
    let mut one = json!({"name": name, "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "c"}]}});
    if let Some(hostname) = hostname {
        one["hostname"] = hostname.into();
    }
    one
}

fn http_route(name: &str, section: &str, hostnames: &[&str], rules: Value) -> Value {
    let mut parent = json!({"name": "gw"});
    if !section.is_empty() {
        parent["sectionName"] = section.into();
    }
    let mut spec = json!({"parentRefs": [parent], "hostnames": hostnames});
    spec["rules"] = rules;
    object("HTTPRoute", &format!("a/{name}"), &spec)
}

fn to_one() -> Value {
    json!([{"backendRefs": [{"name": "one", "port": 80}]}])
}

fn path(kind: &str, value: &str) -> Value {
    json!([{"matches": [{"path": {"type": kind, "value": value}}], "backendRefs": [{"name": "one", "port": 80}]}])
}

#[test]
fn server_name_and_host() {
    let wild = World::new(json!([https("l", Some("*.example.com"))])).with(http_route(
        "r",
        "",
        &[],
        to_one(),
    ));
    wild.check(
        "8.93: one listener for both",
        "https://b.example.com/",
        sni("a.example.com"),
        "r 0",
    );
    let two = World::new(json!([
        https("a", Some("a.com")),
        https("b", Some("b.com"))
    ]))
    .with(http_route("r", "", &[], to_one()));
    two.check(
        "8.94: listeners of two names",
        "https://b.com/",
        sni("a.com"),
        "error 421",
    );
    two.check(
        "8.94: a name of nobody",
        "https://c.com/",
        sni("a.com"),
        "not-found 404",
    );
    two.check(
        "no listener for the server name",
        "https://c.com/",
        plain,
        "refused-connection -",
    );
    two.check(
        "no server name",
        "https://10.0.0.1/",
        plain,
        "refused-connection -",
    );
    let open = World::new(json!([https("any", None), https("b", Some("b.com"))])).with(http_route(
        "r",
        "any",
        &[],
        to_one(),
    ));
    open.check(
        "8.95: the open listener's own",
        "https://x.com/",
        sni("x.com"),
        "r 0",
    );
    open.check(
        "8.95: a host of another listener",
        "https://b.com/",
        sni("x.com"),
        "error 421",
    );
    let same = |request: &mut Request| {
        request.sni = Some("x.com".to_owned());
        request.implementation = Some("cilium".to_owned());
    };
    open.check(
        "who does not look is not misdirected",
        "https://b.com/",
        same,
        "r 0",
    );
}

#[test]
fn ports_and_protocols() {
    let listeners = json!([
        {"name": "eighty", "port": 80, "protocol": "HTTP", "hostname": "a.com"},
        {"name": "other", "port": 8080, "protocol": "HTTP", "hostname": "a.com"},
        https("tls", None),
    ]);
    let world = World::new(listeners).with(http_route("r", "other", &[], to_one()));
    world.check("8.97: the port decides", "http://a.com:8080/", plain, "r 0");
    world.check(
        "8.97: the other port has no route",
        "http://a.com/",
        plain,
        "not-found 404",
    );
    world.check(
        "8.98: no HTTP on a port of HTTPS",
        "http://a.com:443/",
        plain,
        "refused-connection -",
    );
    world.check(
        "nobody listens",
        "http://a.com:81/",
        plain,
        "refused-connection -",
    );
    world.check("WebSockets are HTTP", "ws://a.com:8080/", plain, "r 0");
    world.check(
        "8.96: names in capitals",
        "http://A.COM:8080/",
        plain,
        "r 0",
    );
    let cilium = |request: &mut Request| request.implementation = Some("cilium".to_owned());
    world.check(
        "Cilium has one table for all ports",
        "http://a.com/",
        cilium,
        "r 0",
    );
    let nobody = |request: &mut Request| request.implementation = Some("apache".to_owned());
    world.check(
        "a profile that is not there",
        "http://a.com/",
        nobody,
        "unknown -",
    );
}

fn grpc_route(name: &str, matches: &Value) -> Value {
    let rules = json!([{"matches": matches, "backendRefs": [{"name": "one", "port": 80}]}]);
    object(
        "GRPCRoute",
        &format!("a/{name}"),
        &json!({"parentRefs": [{"name": "gw"}], "rules": rules}),
    )
}

#[test]
fn calls_of_grpc() {
    let listeners = json!([{"name": "l", "port": 80, "protocol": "HTTP"}]);
    let method = |service: &str, method: &str| {
        let mut one = json!({});
        if !service.is_empty() {
            one["service"] = service.into();
        }
        if !method.is_empty() {
            one["method"] = method.into();
        }
        json!({"method": one})
    };
    let mut loud = method("foo.Bar", "");
    loud["headers"] = json!([{"name": "a", "value": "1"}, {"name": "b", "value": "1"}]);
    let world = World::new(listeners.clone())
        .with(grpc_route("service", &json!([loud])))
        .with(grpc_route("both", &json!([method("foo.Bar", "Get")])))
        .with(grpc_route("called", &json!([method("", "Put")])));
    let call = |request: &mut Request| {
        request.headers = vec![("a".into(), "1".into()), ("b".into(), "1".into())];
    };
    world.check(
        "8.100: service and method before headers",
        "grpc://h/foo.Bar/Get",
        call,
        "both 0",
    );
    world.check("a service alone", "grpc://h/foo.Bar/Del", call, "service 0");
    world.check(
        "a method of any service",
        "grpc://h/x.Y/Put",
        call,
        "called 0",
    );
    world.check(
        "names have their case",
        "grpc://h/foo.bar/Get",
        call,
        "not-found 404",
    );
    let unimplemented = world.ask(&Request::parse("grpc://h/x.Y/Z").expect("legal"));
    assert_eq!(
        unimplemented.grpc_status.as_deref(),
        Some("UNIMPLEMENTED"),
        "8.99"
    );
    let mut broken = grpc_route("broken", &json!([]));
    broken["spec"]["rules"][0]["backendRefs"][0]["name"] = "gone".into();
    let broken = World::new(listeners.clone()).with(broken);
    let unavailable = broken.ask(&Request::parse("grpc://h/x.Y/Z").expect("legal"));
    assert_eq!(
        unavailable.grpc_status.as_deref(),
        Some("UNAVAILABLE"),
        "8.99"
    );
    let any = World::new(listeners).with(grpc_route("any", &json!([])));
    any.check("no match is any call", "grpc://h/x.Y/Z", plain, "any 0");
    any.check("a GET is no call", "http://h/x.Y/Z", plain, "not-found 404");
    let post = |request: &mut Request| request.method = "POST".to_owned();
    let decision = {
        let mut request = Request::parse("http://h/x.Y/Z").expect("legal");
        post(&mut request);
        any.ask(&request)
    };
    let told = decision
        .assumptions
        .iter()
        .any(|one| one.changes_answer && one.name.contains("GRPCRoutes"));
    assert!(
        decision.outcome == Outcome::NotFound && told,
        "who takes a bare POST differs"
    );
}

#[test]
fn connections_of_tls_tcp_and_udp() {
    let tls =
        json!([{"name": "l", "port": 443, "protocol": "TLS", "tls": {"mode": "Passthrough"}}]);
    let route = |kind: &str, name: &str, hostnames: &[&str], backend: &str, created: &str| {
        let rules = json!([{"backendRefs": [{"name": backend, "port": 80}]}]);
        let mut spec = json!({"parentRefs": [{"name": "gw"}], "rules": rules});
        if !hostnames.is_empty() {
            spec["hostnames"] = json!(hostnames);
        }
        let mut one = object(kind, &format!("a/{name}"), &spec);
        one["metadata"]["creationTimestamp"] = created.into();
        one
    };
    let (old, young) = ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z");
    let world = World::new(tls)
        .with(route("TLSRoute", "wild", &["*.a.com"], "one", old))
        .with(route("TLSRoute", "exact", &["x.a.com"], "two", young));
    world.check(
        "8.101: the exact name",
        "tls://x.a.com/",
        plain,
        "passthrough -",
    );
    let winner = |url: &str| {
        let decision = world.ask(&Request::parse(url).expect("legal"));
        decision.route.map(|route| route.name)
    };
    assert_eq!(winner("tls://x.a.com/").as_deref(), Some("exact"));
    assert_eq!(winner("tls://y.a.com/").as_deref(), Some("wild"));
    assert_eq!(
        winner("https://y.a.com/").as_deref(),
        Some("wild"),
        "nobody looks within TLS"
    );
    world.check(
        "8.101: the name behind the wildcard",
        "tls://a.com/",
        plain,
        "refused-connection -",
    );
    for (kind, protocol, scheme) in [("TCPRoute", "TCP", "tcp"), ("UDPRoute", "UDP", "udp")] {
        let listeners = json!([{"name": "l", "port": 9000, "protocol": protocol}]);
        let world = World::new(listeners.clone())
            .with(route(kind, "a-young", &[], "one", young))
            .with(route(kind, "z-old", &[], "two", old));
        let url = format!("{scheme}://h:9000/");
        world.check("8.52: the oldest alone", &url, plain, "z-old 0");
        let broken = World::new(listeners.clone()).with(route(kind, "r", &[], "gone", old));
        broken.check("a broken backend", &url, plain, "refused-connection -");
        World::new(listeners).check("no route", &url, plain, "refused-connection -");
    }
}

#[test]
fn ties_are_told_apart_as_implementations_do() {
    let listeners = json!([{"name": "l", "port": 80, "protocol": "HTTP"}]);
    let foreign = |namespace: &str, name: &str| {
        let mut route = http_route(name, "", &[], to_one());
        route["metadata"]["namespace"] = namespace.into();
        route["spec"]["parentRefs"][0]["namespace"] = "a".into();
        route
    };
    let mut open = listeners.clone();
    open[0]["allowedRoutes"] = json!({"namespaces": {"from": "All"}});
    let names = World::new(open)
        .with(foreign("a", "x"))
        .with(foreign("a-b", "x"))
        .with(service("a-b/one"));
    let decision = names.ask(&Request::parse("http://h/").expect("legal"));
    assert_eq!(
        decision.route.map(|route| route.namespace).as_deref(),
        Some("a-b"),
        "8.107"
    );
    let other = |name: &str| {
        decision
            .assumptions
            .iter()
            .any(|one| one.name == name && one.changes_answer)
    };
    assert!(
        other("equal routes are ordered by"),
        "8.107: the other reading is told"
    );

    let regex = World::new(listeners)
        .with(http_route(
            "expression",
            "",
            &[],
            path("RegularExpression", "/api/.*"),
        ))
        .with(http_route("prefix", "", &[], path("PathPrefix", "/api/v1")));
    let with = |name: &'static str| {
        move |request: &mut Request| request.implementation = Some(name.to_owned())
    };
    regex.check(
        "8.103: most rank it first",
        "http://h/api/v1/x",
        plain,
        "expression 0",
    );
    regex.check(
        "8.103: Istio ranks it last",
        "http://h/api/v1/x",
        with("istio"),
        "prefix 0",
    );

    let hosts = World::new(json!([{"name": "l", "port": 80, "protocol": "HTTP"}]))
        .with(http_route(
            "exact",
            "",
            &["a.example.com"],
            path("PathPrefix", "/x"),
        ))
        .with(http_route("wild", "", &["*.example.com"], to_one()));
    hosts.check(
        "8.56: the request falls through",
        "http://a.example.com/y",
        plain,
        "wild 0",
    );
    hosts.check(
        "Envoy Gateway does not",
        "http://a.example.com/y",
        with("envoy-gateway"),
        "not-found 404",
    );
    hosts.check(
        "a trailing dot counts",
        "http://a.example.com./x",
        plain,
        "not-found 404",
    );

    let mut tagged = path("PathPrefix", "/");
    tagged[0]["matches"][0]["headers"] = json!([{"name": "x-tag", "value": "b"}]);
    let values = World::new(json!([{"name": "l", "port": 80, "protocol": "HTTP"}]))
        .with(http_route("tagged", "", &[], tagged))
        .with(http_route("exact", "", &[], path("Exact", "/a/a")));
    let twice = |name: &'static str| {
        move |request: &mut Request| {
            request.implementation = Some(name.to_owned());
            for value in ["a", "b"] {
                request.headers.push(("X-Tag".to_owned(), value.to_owned()));
            }
        }
    };
    values.check(
        "values of a header are joined",
        "http://x.com/y",
        twice("spec"),
        "not-found 404",
    );
    values.check(
        "Envoy looks at each",
        "http://x.com/y",
        twice("envoy-gateway"),
        "tagged 0",
    );
    values.check(
        "NGINX merges slashes first",
        "http://x.com/a//../a",
        with("nginx-gateway-fabric"),
        "not-found 404",
    );
    values.check(
        "Envoy merges slashes last",
        "http://x.com/a//../a",
        with("envoy-gateway"),
        "exact 0",
    );
}

#[test]
fn requests_within_a_mesh() {
    let route = |namespace: &str, name: &str, path: &str| {
        let rules = json!([{"matches": [{"path": {"value": path}}], "backendRefs": [{"name": "two", "namespace": "a", "port": 80}]}]);
        let parent = json!({"group": "", "kind": "Service", "namespace": "a", "name": "one"});
        object(
            "HTTPRoute",
            &format!("{namespace}/{name}"),
            &json!({"parentRefs": [parent], "hostnames": ["x.com"], "rules": rules}),
        )
    };
    let from = |namespace: &'static str| {
        move |request: &mut Request| request.from = Some(namespace.to_owned())
    };
    let bare = World::new(json!([]));
    let decision = |world: &World, url: &str, namespace: &'static str| {
        let mut request = Request::parse(url).expect("legal");
        from(namespace)(&mut request);
        world.ask(&request)
    };
    let own = decision(&bare, "http://one.a/", "c");
    assert_eq!(
        (own.outcome, own.backends[0].name.as_str()),
        (Outcome::Backend, "one"),
        "no route, no change"
    );
    let world = World::new(json!([])).with(route("a", "producer", "/p"));
    world.check(
        "8.112: hostnames count for nothing",
        "http://one.a/p",
        from("c"),
        "producer 0",
    );
    world.check(
        "8.110: what no rule takes is 404",
        "http://one.a/q",
        from("c"),
        "not-found 404",
    );
    let both = world.with(route("c", "consumer", "/q"));
    both.check(
        "8.111: a consumer's own routes",
        "http://one.a/q",
        from("c"),
        "consumer 0",
    );
    both.check(
        "8.111: replace the producer's",
        "http://one.a/p",
        from("c"),
        "not-found 404",
    );
    both.check(
        "8.111: for that namespace alone",
        "http://one.a/p",
        from("d"),
        "producer 0",
    );
    both.check(
        "a Service that is not there",
        "http://gone.a/",
        from("c"),
        "unknown -",
    );
}
