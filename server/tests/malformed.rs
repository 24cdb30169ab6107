//! Bad objects among good ones, by list and by watch: each is one row that says what is wrong, and hides no other.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

#[path = "support/apiserver.rs"]
mod apiserver;
#[path = "support/following.rs"]
mod following;

use apiserver::{ApiServer, GATEWAY, RAW};
use app::published::Published;
use following::Following;
use serde_json::{Value, json};
use std::time::Duration;

const GOOD: usize = 1_000;

fn route(name: &str) -> Value {
    json!({
        "apiVersion": format!("{GATEWAY}/v1"), "kind": "HTTPRoute",
        "metadata": {"namespace": "a", "name": name, "labels": {"team": "a"}, "generation": 1},
        "spec": {
            "parentRefs": [{"group": GATEWAY, "kind": "Gateway", "namespace": "a", "name": "gw", "sectionName": "l", "port": 80}],
            "hostnames": ["a.example.com"],
            "rules": [{
                "name": "first",
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}, "method": "GET",
                    "headers": [{"type": "Exact", "name": "x", "value": "y"}], "queryParams": [{"name": "x", "value": "y"}]}],
                "filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}],
                "backendRefs": [{"group": "", "kind": "Service", "name": "app", "port": 8080, "weight": 1}],
                "timeouts": {"request": "1s"},
            }],
        },
        "status": {"parents": [{"controllerName": "example.com/c", "parentRef": {"name": "gw"},
            "conditions": [{"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}]},
    })
}

/// The paths of all fields of a value.
fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => return,
    };
    for (name, value) in inner {
        let path = format!("{at}/{name}");
        paths(value, &path, found);
        found.push(path);
    }
}

/// Every field in every wrong way, and the rest of what people and programs get wrong.
fn malformed() -> Vec<Value> {
    let mut found = Vec::new();
    paths(&route(""), "", &mut found);
    found.retain(|path| {
        ![
            "/apiVersion",
            "/kind",
            "/metadata",
            "/metadata/name",
            "/metadata/namespace",
        ]
        .contains(&path.as_str())
    });
    let wrong = [
        Value::Null,
        json!(7),
        json!(true),
        json!("\u{0}"),
        json!([]),
        json!({}),
        json!([[{"x": {}}]]),
        json!("x".repeat(70_000)),
    ];
    let mut all = Vec::new();
    for path in &found {
        for value in &wrong {
            let mut object = route(&format!("bad-{}", all.len()));
            *object.pointer_mut(path).expect("it is there") = value.clone();
            all.push(object);
        }
    }
    let mut odd = |change: &dyn Fn(&mut Value)| {
        let mut object = route(&format!("bad-{}", all.len()));
        change(&mut object);
        all.push(object);
    };
    odd(&|object| {
        object["status"]["parents"] = json!(vec![object["status"]["parents"][0].clone(); 5_000]);
    });
    odd(&|object| object["spec"]["rules"] = json!(vec![object["spec"]["rules"][0].clone(); 2_000]));
    odd(&|object| object["metadata"]["annotations"] = json!({"large": "x".repeat(1_400_000)}));
    let texts = [
        |name: &str| {
            format!(
                r#"{{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{{"namespace":"a","name":"{name}"}},"spec":{}{}}}"#,
                "[".repeat(20_000),
                "]".repeat(20_000)
            )
        },
        |name: &str| {
            format!(
                r#"{{"metadata":{{"namespace":"a","name":"{name}"}},"spec":{{"hostnames":["\ud800"]}}}}"#
            )
        },
        |name: &str| {
            format!(
                r#"{{"metadata":{{"namespace":"a","name":"{name}","labels":{{"a":1e999}}}},"spec":{{}}}}"#
            )
        },
    ];
    for text in texts {
        let name = format!("bad-{}", all.len());
        let mut object = route(&name);
        object[RAW] = json!(text(&name));
        all.push(object);
    }
    all
}

fn good_ones(published: &Published) -> usize {
    let routes = published.report.routes.iter();
    routes
        .filter(|route| route.route.name.starts_with("good-"))
        .count()
}

/// All good ones are there, and of each bad one it is known what became of it.
fn check(published: &Published, bad: usize, by: &str) {
    assert_eq!(good_ones(published), GOOD, "{by}");
    let mut rows = 0;
    for index in 0..bad {
        let name = format!("bad-{index}");
        let read = published
            .report
            .routes
            .iter()
            .any(|route| route.route.name == name);
        let mut problems = published.report.problems.iter();
        let told =
            problems.find(|problem| problem.object.as_ref().is_some_and(|id| id.name == name));
        assert!(read || told.is_some(), "{by}: {name} is lost");
        if let Some(problem) = told {
            rows += 1;
            assert!(problem.message.len() < 1_000, "{by}: {}", problem.message);
        }
    }
    assert!(rows >= 300, "{by}: only {rows} of {bad} are told");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_objects_hide_nothing_by_list_and_by_watch() {
    let bad = malformed();
    let count = bad.len();
    let good = || {
        (0..GOOD)
            .map(|index| route(&format!("good-{index}")))
            .collect()
    };
    let within = Duration::from_secs(30);
    for streams in [true, false] {
        let server = ApiServer::start().await;
        server.fault(|faults| faults.no_streams = !streams);
        server.apply_all(good());
        server.apply_all(bad.clone());
        let following = Following::start(&server.kubeconfig(), &[]).await;
        let all = |now: &Published| good_ones(now) == GOOD;
        following.until(within, "all good ones, by list", all).await;
        check(&following.now(), count, "by list");
    }
    let server = ApiServer::start().await;
    server.apply_all(good());
    let following = Following::start(&server.kubeconfig(), &[]).await;
    following
        .until(within, "all good ones", |now| good_ones(now) == GOOD)
        .await;
    server.apply_all(bad);
    server.apply(route("last"));
    let all = |now: &Published| {
        now.report
            .routes
            .iter()
            .any(|route| route.route.name == "last")
    };
    following.until(within, "the last one, by watch", all).await;
    check(&following.now(), count, "by watch");
    // What is bad can become good, and then is a problem no more.
    server.apply(route("bad-0"));
    let cured = |now: &Published| {
        let mut problems = now.report.problems.iter();
        !problems.any(|problem| problem.object.as_ref().is_some_and(|id| id.name == "bad-0"))
    };
    following.until(within, "cured", cured).await;
}
