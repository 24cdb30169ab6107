//! Following a real API server: rights given and taken, CRDs that come and go, restarts. Needs the programs that
//! `end2end/cluster/build.sh` makes, named by `GATEWATCH_CONTROL_PLANE`; without them nothing here runs, and says so.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]
#![allow(clippy::print_stdout, reason = "what was skipped is to be read")]

#[path = "support/following.rs"]
mod following;
#[path = "support/real.rs"]
mod real;

use app::published::Published;
use engine::Kind;
use engine::report::Verdict;
use engine::snapshot::KindState;
use following::Following;
use real::{ControlPlane, binding};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a change may take to be seen; rights are looked up again every 20 s, here twenty times faster.
const SEEN: Duration = Duration::from_secs(10);
const NEWEST: &str = "v1.6.3";
const ACME: &str = include_str!("../../end2end/clusters/acme.yaml");

/// The example as it is applied: without statuses, which have a way of their own.
fn acme() -> String {
    let parsed = server::source::document::parse("acme.yaml", ACME);
    let objects = parsed.documents.iter().map(|document| {
        let mut object: Value = serde_json::from_str(&document.raw.json).expect("it is JSON");
        let fields = object.as_object_mut().expect("it is an object");
        fields.remove("status");
        if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.retain(|name, _| ["name", "namespace", "labels"].contains(&name.as_str()));
        }
        object
    });
    json!({"apiVersion": "v1", "kind": "List", "items": objects.collect::<Vec<_>>()}).to_string()
}

fn verdict(published: &Published, namespace: &str) -> Option<Verdict> {
    let mut routes = published.report.routes.iter();
    let route = routes.find(|route| route.route.namespace == namespace)?;
    Some(route.verdict)
}

async fn until_state(following: &Following, kind: Kind, state: KindState, words: &str) {
    let is_so = |now: &Published| now.snapshot.state(kind) == state;
    following
        .until(SEEN, &format!("{words}: {kind:?} is {state:?}"), is_so)
        .await;
}

/// A control plane with CRDs, the example and a reader.
fn with_story(bundle: &str) -> Option<ControlPlane> {
    let plane = ControlPlane::start()?;
    plane.install(bundle, "experimental");
    plane.apply(&acme());
    plane.grant();
    Some(plane)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_with_least_rights() {
    let Some(plane) = with_story(NEWEST) else {
        return;
    };
    let following = Following::start(&plane.kubeconfig("reader"), &[]).await;
    // Nobody has accepted the class, so that nothing is attached: the listener refuses hr all the same.
    let told = |now: &Published| {
        now.snapshot.state(Kind::HTTPRoute) == KindState::Live && verdict(now, "hr").is_some()
    };
    following.until(SEEN, "the story is read", told).await;
    plane.kubectl(&["patch", "gatewayclass", "cilium", "--subresource=status", "--type=merge", "-p",
        r#"{"status":{"conditions":[{"type":"Accepted","status":"True","reason":"Accepted","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}"#]);
    let story = |now: &Published| {
        verdict(now, "careers") == Some(Verdict::Attached)
            && verdict(now, "hr") == Some(Verdict::Refused)
    };
    following
        .until(SEEN, "two attached, one refused", story)
        .await;
    plane.kubectl(&["label", "namespace", "hr", "shared-gateway-access=true"]);
    let opened = |now: &Published| verdict(now, "hr") == Some(Verdict::Attached);
    following.until(SEEN, "a label lets hr in", opened).await;
    // Nothing but looking at the named kinds was ever tried.
    let audit = plane.audit();
    let mut verbs = BTreeSet::new();
    let mut resources = BTreeSet::new();
    for line in audit.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_default();
        if event["user"]["username"] != "reader" {
            continue;
        }
        verbs.insert(event["verb"].to_string());
        resources.insert(event["objectRef"]["resource"].to_string());
        let code = event["responseStatus"]["code"].as_u64().unwrap_or_default();
        // A server that has just been given a CRD may say "later".
        assert!(code < 400 || code == 429, "denied or failed: {line}");
    }
    assert!(
        verbs
            .iter()
            .all(|verb| ["\"get\"", "\"list\"", "\"watch\""].contains(&verb.as_str())),
        "{verbs:?}"
    );
    for never in ["\"secrets\"", "\"configmaps\"", "\"pods\""] {
        assert!(!resources.contains(never), "{resources:?}");
    }
    assert!(resources.contains("\"httproutes\""), "{resources:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_given_and_taken() {
    let Some(plane) = with_story(NEWEST) else {
        return;
    };
    let following = Following::start(&plane.kubeconfig("reader"), &[]).await;
    until_state(&following, Kind::HTTPRoute, KindState::Live, "at first").await;
    let role = plane.kubectl(&["get", "clusterrole", "gatewatch", "-o", "json"]);
    let role: Value = serde_json::from_str(&role).expect("it is JSON");
    for kind in Kind::ALL {
        let mut narrower = role.clone();
        narrower["metadata"] = json!({"name": "gatewatch"});
        for rule in narrower["rules"].as_array_mut().expect("rules") {
            let resources = rule["resources"].as_array_mut().expect("resources");
            resources.retain(|resource| *resource != json!(kind.resource()));
        }
        plane.apply(&narrower.to_string());
        until_state(&following, kind, KindState::Denied, "rights are taken").await;
        let now = following.now();
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            assert_eq!(
                now.snapshot.state(other),
                KindState::Live,
                "{other:?} while {kind:?} is denied"
            );
        }
        if kind == Kind::Namespace {
            assert_eq!(
                verdict(&now, "hr"),
                Some(Verdict::Unknown),
                "labels that nobody sees are no labels that lack"
            );
        }
        plane.apply(&{
            let mut whole = role.clone();
            whole["metadata"] = json!({"name": "gatewatch"});
            whole.to_string()
        });
        until_state(&following, kind, KindState::Live, "rights are given again").await;
    }
    following
        .until_as_fresh(&plane.kubeconfig("reader"), SEEN, "after all")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_to_single_namespaces_will_do() {
    let Some(plane) = with_story(NEWEST) else {
        return;
    };
    let role = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/role.yaml");
    let role = std::fs::read_to_string(role).expect("the role is there");
    for namespace in ["careers", "infra-ns"] {
        let named = role.replace(
            "name: gatewatch",
            &format!("name: gatewatch\n  namespace: {namespace}"),
        );
        plane.apply(&named);
        let mut bound = binding("narrow");
        bound["kind"] = json!("RoleBinding");
        bound["metadata"]["namespace"] = json!(namespace);
        bound["roleRef"]["kind"] = json!("Role");
        plane.apply(&bound.to_string());
    }
    let following = Following::start(&plane.kubeconfig("narrow"), &["careers", "infra-ns"]).await;
    until_state(
        &following,
        Kind::HTTPRoute,
        KindState::Degraded,
        "two Namespaces",
    )
    .await;
    until_state(
        &following,
        Kind::GatewayClass,
        KindState::Denied,
        "cluster-scoped",
    )
    .await;
    until_state(
        &following,
        Kind::Namespace,
        KindState::Degraded,
        "labels of two Namespaces",
    )
    .await;
    let now = following.now();
    assert!(
        verdict(&now, "careers").is_some() && verdict(&now, "hr").is_none(),
        "{:?}",
        now.report.routes
    );
    assert!(
        now.snapshot.namespace("careers").is_some(),
        "the labels of a Namespace that we may read"
    );
    // Who has no rights at all is told so, and nothing is made up.
    let nobody = Following::start(&plane.kubeconfig("nobody"), &[]).await;
    until_state(&nobody, Kind::HTTPRoute, KindState::Denied, "no rights").await;
    assert!(nobody.now().report.routes.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn crds_come_and_go() {
    let Some(plane) = ControlPlane::start() else {
        return;
    };
    plane.grant();
    let following = Following::start(&plane.kubeconfig("reader"), &[]).await;
    until_state(&following, Kind::HTTPRoute, KindState::Absent, "no CRDs").await;
    until_state(&following, Kind::Namespace, KindState::Live, "no CRDs").await;
    for (bundle, before) in [
        ("v1.0.0", None),
        ("v1.2.1", Some("v1.0.0")),
        ("v1.4.1", Some("v1.2.1")),
        (NEWEST, None),
    ] {
        // Old versions of a CRD cannot be left while they may be stored, so the older bundles go before the next comes.
        if let Some(before) = before {
            let folder = plane.crds(before, "experimental");
            plane.kubectl(&[
                "delete",
                "--wait=true",
                "-f",
                folder.to_str().expect("a plain path"),
            ]);
            until_state(&following, Kind::HTTPRoute, KindState::Absent, before).await;
            assert!(
                following.now().report.routes.is_empty(),
                "its objects are gone with it"
            );
        }
        plane.install(bundle, "experimental");
        until_state(&following, Kind::HTTPRoute, KindState::Live, bundle).await;
        until_state(&following, Kind::TCPRoute, KindState::Live, bundle).await;
        plane.apply(&acme());
        let read = |now: &Published| verdict(now, "hr").is_some();
        following.until(SEEN, bundle, read).await;
    }
    until_state(
        &following,
        Kind::ListenerSet,
        KindState::Live,
        "with the newest",
    )
    .await;
    plane.kubectl(&["delete", "crd", "httproutes.gateway.networking.k8s.io"]);
    until_state(
        &following,
        Kind::HTTPRoute,
        KindState::Absent,
        "a CRD removed",
    )
    .await;
    assert!(
        following.now().report.routes.is_empty(),
        "its objects are gone with it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_and_revoked_tokens() {
    let Some(mut plane) = with_story(NEWEST) else {
        return;
    };
    let kubeconfig = plane.kubeconfig("reader");
    let following = Following::start(&kubeconfig, &[]).await;
    until_state(&following, Kind::HTTPRoute, KindState::Live, "at first").await;
    plane.stop();
    until_state(
        &following,
        Kind::HTTPRoute,
        KindState::Stale,
        "the server is gone",
    )
    .await;
    assert!(
        verdict(&following.now(), "hr").is_some(),
        "what was read stays"
    );
    plane.up();
    plane.kubectl(&["delete", "httproute", "-n", "hr", "--all"]);
    following
        .until_as_fresh(&kubeconfig, SEEN, "restarted")
        .await;
    assert!(verdict(&following.now(), "hr").is_none());
    plane.stop();
    let token = std::fs::read_to_string(kubeconfig.with_extension("token")).expect("a token");
    plane.write_tokens("second");
    let newer = std::fs::read_to_string(kubeconfig.with_extension("token")).expect("a token");
    std::fs::write(kubeconfig.with_extension("token"), token).expect("the folder takes files");
    plane.up();
    let refused = |now: &Published| {
        let problem = now.source.problem.as_deref().unwrap_or_default();
        problem.contains("does not accept our credentials")
    };
    following.until(SEEN, "the token is revoked", refused).await;
    std::fs::write(kubeconfig.with_extension("token"), newer).expect("the folder takes files");
    following
        .until_as_fresh(&kubeconfig, SEEN, "a new token")
        .await;
}

#[test]
fn the_manifests_are_taken_under_the_strictest_rules() {
    let Some(plane) = ControlPlane::start() else {
        return;
    };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it is there");
    plane.apply(&read("clusterrole.yaml"));
    let manifests = read("gatewatch.yaml");
    plane.apply(&manifests);
    // A Deployment is only warned about; its Pod is refused unless the Namespace's rules let it in.
    let parsed = server::source::document::parse("gatewatch.yaml", &manifests);
    let objects = parsed
        .documents
        .iter()
        .map(|document| serde_json::from_str::<Value>(&document.raw.json).expect("it is JSON"));
    let deployment = objects
        .into_iter()
        .find(|object| object["kind"] == "Deployment");
    let mut pod = deployment.expect("a Deployment")["spec"]["template"].clone();
    pod["apiVersion"] = json!("v1");
    pod["kind"] = json!("Pod");
    pod["metadata"]["name"] = json!("gatewatch");
    pod["metadata"]["namespace"] = json!("gatewatch");
    plane.apply(&pod.to_string());
    let mut privileged = pod.clone();
    privileged["metadata"]["name"] = json!("privileged");
    privileged["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] =
        json!(true);
    assert!(
        plane.try_apply(&privileged.to_string()).is_err(),
        "the rules are not in force"
    );
    // No verb that writes, no wildcard, nothing that holds secrets.
    for name in ["clusterrole.yaml", "role.yaml"] {
        let rules = read(name);
        for never in [
            "create",
            "update",
            "patch",
            "delete",
            "*",
            "secrets",
            "configmaps",
            "pods",
            "impersonate",
        ] {
            let told = rules
                .lines()
                .any(|line| !line.trim_start().starts_with('#') && line.contains(never));
            assert!(!told, "{name} has {never}");
        }
    }
}
