//! Following a cluster through everything that can go wrong between us and an API server.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

#[path = "support/apiserver.rs"]
mod apiserver;
#[path = "support/following.rs"]
mod following;

use apiserver::{ApiServer, Cut, GATEWAY};
use engine::Kind;
use engine::report::Verdict;
use engine::snapshot::KindState;
use following::{FASTER, Following};
use serde_json::{Value, json};
use server::source::cluster::pace::Pace;
use std::time::Duration;

/// How long healing may take.
const HEALED: Duration = Duration::from_secs(5);

fn namespace(name: &str, labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

fn route(namespace: &str, name: &str, path: &str) -> Value {
    json!({
        "apiVersion": format!("{GATEWAY}/v1"), "kind": "HTTPRoute",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "parentRefs": [{"namespace": "infra", "name": "shared"}],
            "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": path}}], "backendRefs": [{"name": "app", "port": 8080}]}],
        },
    })
}

/// The first story, in few words.
fn seed() -> Vec<Value> {
    let open = json!({"shared-gateway-access": "true"});
    let service = |namespace: &str| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": namespace, "name": "app"}, "spec": {"ports": [{"port": 8080}]}});
    vec![
        json!({"apiVersion": format!("{GATEWAY}/v1"), "kind": "GatewayClass", "metadata": {"name": "any"}, "spec": {"controllerName": "example.com/any"}, "status": {"conditions": [{"type": "Accepted", "status": "True", "reason": "Accepted"}]}}),
        json!({"apiVersion": format!("{GATEWAY}/v1"), "kind": "Gateway", "metadata": {"namespace": "infra", "name": "shared"},
            "spec": {"gatewayClassName": "any", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP",
            "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"shared-gateway-access": "true"}}}}}]}}),
        namespace("infra", &json!({})),
        namespace("careers", &open),
        namespace("product", &open),
        namespace("hr", &json!({})),
        service("careers"),
        service("product"),
        service("hr"),
        route("careers", "careers", "/careers"),
        route("product", "product", "/product"),
        route("hr", "hr", "/hr"),
    ]
}

fn verdict(published: &app::published::Published, name: &str) -> Option<Verdict> {
    let mut routes = published.report.routes.iter();
    let route = routes.find(|route| route.route.name == name)?;
    Some(route.verdict)
}

async fn story() -> (ApiServer, Following) {
    let server = ApiServer::start().await;
    server.apply_all(seed());
    let following = Following::start(&server.kubeconfig(), &[]).await;
    let is_told = |now: &app::published::Published| {
        verdict(now, "careers") == Some(Verdict::Attached)
            && verdict(now, "hr") == Some(Verdict::Refused)
    };
    following.until(HEALED, "the story is told", is_told).await;
    (server, following)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_opens_the_listener_while_we_watch() {
    let (server, following) = story().await;
    assert_eq!(following.state(Kind::HTTPRoute), KindState::Live);
    assert_eq!(following.state(Kind::TLSRoute), KindState::Absent);
    server.apply(namespace("hr", &json!({"shared-gateway-access": "true"})));
    let opened = |now: &app::published::Published| verdict(now, "hr") == Some(Verdict::Attached);
    following.until(HEALED, "hr is let in", opened).await;
    server.delete(GATEWAY, "httproutes", "hr", "hr");
    let gone = |now: &app::published::Published| verdict(now, "hr").is_none();
    following.until(HEALED, "the route is gone", gone).await;
    following
        .until_as_fresh(&server.kubeconfig(), HEALED, "as a fresh process")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_list_and_one_watch_a_kind() {
    let (server, following) = story().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let requests = server.held().requests.clone();
    let asked = |part: &str| {
        requests
            .iter()
            .filter(|request| request.contains(part))
            .count()
    };
    assert_eq!(
        asked("/httproutes?watch=1&allowWatchBookmarks=true&sendInitialEvents"),
        1,
        "{requests:#?}"
    );
    assert_eq!(asked("/httproutes?limit"), 0, "{requests:#?}");
    assert!(
        requests.iter().all(|request| request.starts_with("GET ")),
        "{requests:#?}"
    );
    for never in ["secrets", "configmaps", "pods"] {
        assert_eq!(asked(never), 0, "{requests:#?}");
    }
    drop(following);
}

type Script = fn(&mut ApiServer);
type Healing = fn(&mut ApiServer);

fn change(server: &ApiServer, seed: usize) {
    let open = json!({"shared-gateway-access": "true"});
    match seed % 4 {
        0 => server.apply(namespace("hr", &open)),
        1 => server.apply(route("product", &format!("more-{seed}"), "/more")),
        2 => server.delete(GATEWAY, "httproutes", "careers", "careers"),
        _ => server.apply_all(vec![
            namespace("careers", &json!({})),
            route("hr", "two", "/two"),
            route("hr", "three", "/three"),
        ]),
    }
}

/// Lets something go wrong, changes the cluster meanwhile, and holds what is published against a fresh process.
async fn check(name: &'static str, seed: usize, script: Script, heal: Healing) {
    let (mut server, following) = story().await;
    script(&mut server);
    change(&server, seed);
    // Long enough that some retries fail, and different each time.
    tokio::time::sleep(Duration::from_millis(200 + 150 * (seed as u64 % 5))).await;
    change(&server, seed + 1);
    heal(&mut server);
    change(&server, seed + 2);
    let words = format!("{name}, seed {seed}");
    following
        .until_as_fresh(&server.kubeconfig(), HEALED, &words)
        .await;
}

fn healed(server: &mut ApiServer) {
    server.fault(|faults| *faults = apiserver::Faults::default());
}

const FAULTS: [(&str, Script, Healing); 20] = [
    (
        "410 in the stream",
        |server| server.fault(|faults| faults.gone_in_stream = true),
        healed,
    ),
    (
        "410 as a status",
        |server| {
            server.fault(|faults| faults.gone_as_status = true);
            server.break_streams();
        },
        healed,
    ),
    (
        "compacted while away",
        |server| {
            server.fault(|faults| faults.status = Some((500, None)));
            server.break_streams();
        },
        |server| {
            server.compact();
            healed(server);
        },
    ),
    (
        "410 within a list",
        |server| {
            server.fault(|faults| {
                faults.no_streams = true;
                faults.odd_pages = Some(1);
                faults.gone_mid_list = 2;
                faults.gone_in_stream = true;
            });
        },
        healed,
    ),
    (
        "closed again and again",
        |server| {
            server.fault(|faults| faults.close_after = Some(Duration::from_millis(50)));
            server.break_streams();
        },
        healed,
    ),
    (
        "cut within a line",
        |server| server.fault(|faults| faults.cut = Some(Cut::MidLine)),
        healed,
    ),
    (
        "half a line",
        |server| server.fault(|faults| faults.cut = Some(Cut::HalfLine)),
        healed,
    ),
    (
        "garbage",
        |server| server.fault(|faults| faults.cut = Some(Cut::Garbage)),
        healed,
    ),
    (
        "a line of 64 MB",
        |server| server.fault(|faults| faults.cut = Some(Cut::Endless)),
        healed,
    ),
    (
        "silence",
        |server| server.fault(|faults| faults.stall = true),
        healed,
    ),
    (
        "busy, with Retry-After",
        |server| {
            server.fault(|faults| faults.status = Some((429, Some(1))));
            server.break_streams();
        },
        healed,
    ),
    (
        "a storm of 5xx",
        |server| {
            server.fault(|faults| faults.status = Some((503, None)));
            server.break_streams();
        },
        healed,
    ),
    (
        "a token that rotates",
        |server| {
            server.held().token = "second".to_owned();
            server.break_streams();
        },
        |server| server.write_token("second"),
    ),
    (
        "a kind denied, then granted",
        |server| {
            server.fault(|faults| {
                faults.deny.insert("httproutes");
            });
            server.break_streams();
        },
        healed,
    ),
    (
        "a kind removed, then added",
        |server| {
            server
                .held()
                .served
                .retain(|served| served.2 != "grpcroutes");
            server.break_streams();
        },
        |server| server.held().served = apiserver::STANDARD.to_vec(),
    ),
    (
        "a kind in another version",
        |server| {
            for served in &mut server.held().served {
                if served.2 == "httproutes" {
                    served.1 = "v2";
                }
            }
            server.break_streams();
        },
        |server| server.held().served = apiserver::STANDARD.to_vec(),
    ),
    ("a server that goes back", |server| server.go_back(), healed),
    (
        "events twice and in the wrong order",
        |server| {
            server.fault(|faults| {
                faults.duplicate = true;
                faults.reorder = true;
            });
        },
        healed,
    ),
    (
        "odd pages and no streaming lists",
        |server| {
            server.fault(|faults| {
                faults.no_streams = true;
                faults.odd_pages = Some(2);
                faults.gone_in_stream = true;
            });
        },
        healed,
    ),
    (
        "a Namespace made anew with other labels",
        |server| {
            server.delete("", "namespaces", "", "product");
            server.apply(namespace("product", &json!({"team": "other"})));
        },
        healed,
    ),
];

/// How many seeds: three, or as many as `GATEWATCH_SEEDS` says.
fn seeds() -> usize {
    let asked = std::env::var("GATEWATCH_SEEDS").ok();
    asked.map_or(3, |text| text.parse().expect("GATEWATCH_SEEDS is a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn after_healing_we_are_as_a_fresh_process() {
    for seed in 0..seeds() {
        let checks =
            FAULTS.map(|(name, script, heal)| tokio::spawn(check(name, seed, script, heal)));
        for check in checks {
            check.await.expect("healed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_refused_heal() {
    for seed in 0..seeds() {
        let (mut server, following) = story().await;
        server.down().await;
        change(&server, seed);
        let grace = Pace::faster(FASTER).grace + Duration::from_secs(3);
        let old = |now: &app::published::Published| {
            now.snapshot.state(Kind::HTTPRoute) == KindState::Stale
        };
        following.until(grace, "what is held is old", old).await;
        assert!(
            verdict(&following.now(), "product").is_some(),
            "what was held stays"
        );
        server.up().await;
        following
            .until_as_fresh(&server.kubeconfig(), HEALED, "refused connections")
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_live_without_proof() {
    let (server, following) = story().await;
    server.fault(|faults| faults.stall = true);
    let pace = Pace::faster(FASTER);
    let old = |now: &app::published::Published| {
        Kind::ALL.into_iter().all(|kind| {
            matches!(
                now.snapshot.state(kind),
                KindState::Stale | KindState::Absent
            )
        })
    };
    following
        .until(
            pace.proof + Duration::from_secs(3),
            "silence is not life",
            old,
        )
        .await;
    let now = following.now();
    assert!(now.source.problem.is_some(), "{:?}", now.source);
    server.fault(|faults| faults.stall = false);
    following
        .until_as_fresh(&server.kubeconfig(), HEALED, "silence ended")
        .await;
}

/// What stands in answers about a moment, but for where it comes from.
fn answers(published: &app::published::Published) -> Value {
    let report = &published.report;
    let attachments: Vec<_> = report
        .attachments
        .iter()
        .map(|one| report.explain(one))
        .collect();
    json!({
        "visibility": published.visibility,
        "problems": report.problems,
        "attachments": attachments,
        "gateways": report.gateways,
        "findings": published.findings(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_gives_the_same_answers() {
    let server = ApiServer::start().await;
    server.apply_all(seed());
    let mut odd = route("hr", "odd", "/odd");
    odd["spec"]["hostnames"] = json!({"no": "list"});
    odd["metadata"]["managedFields"] = json!([{"manager": "noise"}]);
    odd["metadata"]["annotations"] =
        json!({"kubectl.kubernetes.io/last-applied-configuration": "password"});
    server.apply(odd);
    server.fault(|faults| {
        faults.deny.insert("services");
    });
    let source = server::cli::SourceArgs {
        kubeconfig: Some(server.kubeconfig()),
        ..Default::default()
    };
    let taken = server::command::snapshot::take(&source, &[])
        .await
        .expect("it is taken");
    let file = server::source::snapshot::write(&taken).expect("it is written");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("snapshot.json.gz");
    std::fs::write(&path, &file).expect("the folder takes files");
    let text = server::source::snapshot::unpack(&file).expect("it is gzip");
    let text = String::from_utf8_lossy(&text);
    assert!(
        !text.contains("password") && !text.contains("noise"),
        "{text}"
    );
    let mut reader = server::source::files::Reader::new(server::source::files::Files {
        paths: vec![path],
        recursive: false,
    });
    let read = reader.read().expect("it can be read");
    let later = server::store::first(read, &server::store::Work::default());
    assert_eq!(later.source.kind, app::api::envelope::SourceKind::Snapshot);
    assert_eq!(later.snapshot.state(Kind::Service), KindState::Denied);
    let mut live = following::fresh(&server.kubeconfig()).await;
    for kind in &mut live.visibility {
        let same = later.visibility.iter().find(|one| one.kind == kind.kind);
        kind.last_seen = same.and_then(|one| one.last_seen.clone());
    }
    let (later, live) = (answers(&later), answers(&live));
    for (part, told) in live.as_object().expect("an object") {
        assert_eq!(later[part], *told, "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_seen_is_never_said_not_to_be_there() {
    use app::api::overview::{Nothing, nothing};
    let is = |wanted: Nothing| {
        move |now: &app::published::Published| nothing(&now.report) == Some(wanted)
    };
    let server = ApiServer::start().await;
    server.fault(|faults| faults.stall = true);
    let following = Following::start(&server.kubeconfig(), &[]).await;
    assert_eq!(nothing(&following.now().report), Some(Nothing::Reading));
    server.held().served.retain(|served| served.0.is_empty());
    server.fault(|faults| faults.stall = false);
    following
        .until(HEALED, "no CRDs", is(Nothing::NotInstalled))
        .await;
    server.held().served = apiserver::STANDARD.to_vec();
    following
        .until(HEALED, "no routes", is(Nothing::Empty))
        .await;
    server.fault(|faults| {
        faults
            .deny
            .extend(["httproutes", "grpcroutes", "namespaces"]);
        faults.allow_in.insert("careers");
    });
    server.break_streams();
    following
        .until(HEALED, "no rights", is(Nothing::Denied))
        .await;
    let view = app::api::visibility::build(&following.now());
    let role = view.role.expect("rights are missing");
    assert!(
        role.contains("resources: [httproutes, grpcroutes]"),
        "{role}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_to_one_namespace_are_found_where_all_are_denied() {
    let server = ApiServer::start().await;
    server.apply_all(seed());
    server.fault(|faults| {
        faults.deny.extend(["httproutes", "services"]);
        faults.allow_in.insert("careers");
    });
    let following = Following::start(&server.kubeconfig(), &[]).await;
    let partly = |now: &app::published::Published| {
        now.snapshot.state(Kind::HTTPRoute) == KindState::Degraded
            && verdict(now, "careers") == Some(Verdict::Attached)
    };
    following
        .until(HEALED, "the Namespaces that are known are tried", partly)
        .await;
    let now = following.now();
    assert_eq!(verdict(&now, "hr"), None);
    assert!(!now.snapshot.may_hide_in(Kind::HTTPRoute, "careers"));
    assert!(now.snapshot.may_hide_in(Kind::HTTPRoute, "hr"));
    healed(&mut { server });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_listed_and_not_watched_is_polled() {
    let server = ApiServer::start().await;
    server.apply_all(seed());
    server.fault(|faults| {
        faults.deny_watch.insert("httproutes");
    });
    let following = Following::start(&server.kubeconfig(), &[]).await;
    let polled = |now: &app::published::Published| {
        now.snapshot.state(Kind::HTTPRoute) == KindState::Degraded && verdict(now, "hr").is_some()
    };
    following.until(HEALED, "it is listed", polled).await;
    server.delete(GATEWAY, "httproutes", "hr", "hr");
    let gone = |now: &app::published::Published| verdict(now, "hr").is_none();
    following
        .until(HEALED, "the next list shows it", gone)
        .await;
    server.fault(|faults| faults.deny_watch.clear());
    following
        .until_as_fresh(&server.kubeconfig(), HEALED, "watched again")
        .await;
}
