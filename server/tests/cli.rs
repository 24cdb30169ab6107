//! The binary as people and scripts use it: exit codes, names in JSON, what goes where.
#![allow(clippy::indexing_slicing, reason = "a wrong index fails the test")]

use std::io::Write;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn gatewatch(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewatch"));
    command
        .args(arguments)
        .env_remove("RUST_LOG")
        .env_remove("KUBECONFIG")
        .env("HOME", "/nonexistent");
    command
}

fn run(arguments: &[&str]) -> Output {
    gatewatch(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

fn run_with(arguments: &[&str], input: &str) -> Output {
    let mut command = gatewatch(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Runs, and compares the exit code and words of standard output and standard error; an empty word means nothing.
fn check(arguments: &[&str], code: i32, out: &str, error: &str) {
    let output = run(arguments);
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}\n{said}\n{told}"
    );
    let fits = |text: &str, word: &str| {
        if word.is_empty() {
            text.is_empty()
        } else {
            text.contains(word)
        }
    };
    assert!(fits(&said, out), "{arguments:?} says\n{said}");
    assert!(fits(&told, error), "{arguments:?} tells\n{told}");
}

const ACME: [&str; 2] = ["--example", "acme"];

#[test]
fn exit_codes_say_how_it_went() {
    let with =
        |own: &[&'static str]| -> Vec<&'static str> { own.iter().chain(&ACME).copied().collect() };
    check(&with(&["get", "attachments"]), 0, "hr/cross-namespace", "");
    check(
        &with(&["get", "gateways"]),
        0,
        "infra-ns/shared-gateway",
        "",
    );
    check(&with(&["get", "namespaces"]), 0, "infra-ns", "");
    check(
        &with(&["get", "findings"]),
        0,
        "delegation-by-custom-label",
        "",
    );
    check(&with(&["audit"]), 0, "delegation-by-custom-label", "");
    check(
        &with(&["audit", "--fail-on", "low"]),
        1,
        "delegation-by-custom-label",
        "",
    );
    check(
        &with(&["explain", "HTTPRoute/careers/cross-namespace"]),
        0,
        "attached",
        "",
    );
    check(
        &with(&["explain", "httproute/hr/cross-namespace"]),
        1,
        "shared-gateway-access",
        "",
    );
    check(
        &with(&["explain", "HTTPRoute/hr/none"]),
        1,
        "",
        "There is no HTTPRoute hr/none",
    );
    check(
        &with(&["explain", "nonsense"]),
        2,
        "",
        "KIND/NAMESPACE/NAME",
    );
    check(
        &with(&["try", "http://172.18.255.201/careers"]),
        0,
        "careers/echo-careers:9080",
        "",
    );
    check(&with(&["try", "http://172.18.255.201/hr"]), 1, "404", "");
    check(&with(&["try", "gopher://x"]), 2, "", "gopher");
    check(&["get", "everything"], 2, "", "attachments");
    check(
        &["get", "attachments", "--example", "umbrella"],
        2,
        "",
        "acme",
    );
    check(
        &["get", "attachments", "-f", "/nonexistent/x.yaml"],
        3,
        "",
        "/nonexistent/x.yaml",
    );
    check(&["get", "attachments"], 3, "", "--example acme");
    check(
        &["serve", "--listen", "127.0.0.1:0"],
        3,
        "",
        "--example acme",
    );
    check(&["--version"], 0, env!("CARGO_PKG_VERSION"), "");
    check(&["completion", "bash"], 0, "_gatewatch", "");
}

const GOOD: &str = include_str!("../../end2end/clusters/acme.yaml");

#[test]
fn what_is_broken_is_told_beside_what_is_good() {
    let folder = TempDir::new().expect("a temporary directory");
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("acme.yaml", GOOD);
    write("broken.yaml", "kind: Namespace\n---\nkind: [\n");
    let path = folder.path().to_string_lossy().into_owned();
    let output = run(&["get", "attachments", "-f", &path]);
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(
        said.contains("hr/cross-namespace") && said.contains("careers/cross-namespace"),
        "{said}"
    );
    assert!(told.contains("broken.yaml, document 2"), "{told}");
    let output = run(&["try", "-f", &path, "http://172.18.255.201/careers"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn standard_input_is_a_source() {
    let output = run_with(&["get", "attachments", "-f", "-", "-o", "json"], GOOD);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["source"]["name"], "files: standard input");
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(3));
}

#[test]
fn json_has_the_fixed_names() {
    let answer = |arguments: &[&str]| -> serde_json::Value {
        let mut all = arguments.to_vec();
        all.extend(["--example", "acme", "-o", "json"]);
        serde_json::from_slice(&run(&all).stdout).expect("JSON")
    };
    let names = |value: &serde_json::Value, expected: &[&str]| {
        for name in expected {
            assert!(value.get(*name).is_some(), "{name} is missing in {value}");
        }
    };
    let all = [
        "apiVersion",
        "kind",
        "revision",
        "source",
        "visibility",
        "problems",
    ];
    let attachments = answer(&["get", "attachments"]);
    names(&attachments, &all);
    let items = attachments["items"].as_array().expect("a list");
    let refused = items
        .iter()
        .find(|one| one["route"]["namespace"] == "hr")
        .expect("the route of hr is there");
    names(
        refused,
        &[
            "route",
            "parentRef",
            "parent",
            "listener",
            "verdict",
            "gate",
            "reason",
            "sentence",
            "hostnames",
            "computed",
            "reported",
            "agreement",
            "remedies",
        ],
    );
    assert_eq!(
        (&refused["verdict"], &refused["gate"], &refused["reason"]),
        (
            &"refused".into(),
            &"namespace".into(),
            &"NotAllowedByListeners".into()
        )
    );
    assert_eq!(refused["agreement"], "agrees");
    let gateways = answer(&["get", "gateways"]);
    names(
        &gateways["items"][0],
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
    names(
        &gateways["items"][0]["listeners"][0],
        &[
            "name",
            "port",
            "protocol",
            "hostname",
            "supportedKinds",
            "attachedRoutes",
            "conditions",
            "conflictsWith",
            "admits",
        ],
    );
    let tried = answer(&["try", "http://172.18.255.201/hr"]);
    names(&tried, &all);
    names(
        &tried,
        &[
            "request",
            "outcome",
            "status",
            "gateway",
            "listener",
            "route",
            "location",
            "backends",
            "sentence",
            "candidates",
            "counterfactuals",
            "nearMisses",
            "assumptions",
        ],
    );
    assert_eq!(
        (&tried["outcome"], &tried["status"]),
        (&"not-found".into(), &404.into())
    );
    let yaml = text(&run(&["get", "attachments", "--example", "acme", "-o", "yaml"]).stdout);
    assert!(yaml.contains("apiVersion: gatewatch/v1"), "{yaml}");
}

#[test]
fn names_cannot_command_a_terminal() {
    let hostile = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: \"x\\e[31m\\u202ey\\nz\", namespace: a}\nspec: {parentRefs: [{name: \"g\\e]0;t\\a\"}]}\n";
    for arguments in [
        vec!["get", "attachments", "-f", "-"],
        vec!["get", "attachments", "-f", "-", "-o", "wide"],
        vec!["get", "attachments", "-f", "-", "-o", "json"],
        vec!["get", "attachments", "-f", "-", "-o", "yaml"],
        vec!["get", "routes", "-f", "-"],
        vec!["explain", "HTTPRoute/a/none", "-f", "-"],
    ] {
        let output = run_with(&arguments, hostile);
        for (stream, bytes) in [("out", &output.stdout), ("error", &output.stderr)] {
            let text = text(bytes);
            let is_bad =
                |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text.contains(is_bad), "{arguments:?} {stream}: {text:?}");
        }
    }
}

#[test]
fn assertions_hold_fail_or_cannot_be_read() {
    let folder = TempDir::new().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let good = file(
        "good.yaml",
        "assertions:\n- request: {url: 'http://172.18.255.201/careers', headers: {X-A: b}}\n  expect: {backend: careers/echo-careers, route: careers/cross-namespace, rule: 1, path: /careers}\n",
    );
    let bad = file(
        "bad.yaml",
        "assertions:\n- name: hr is served\n  request: http://172.18.255.201/hr\n  expect: {status: 200}\n",
    );
    let empty = file(
        "empty.yaml",
        "assertions:\n- request: http://a/\n  expect: {}\n",
    );
    let odd = file("odd.yaml", "assertions: [{request: 5}]");
    let with = |own: &[&str]| {
        let mut all = vec!["test"];
        all.extend(own);
        all.extend(ACME);
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let check = |own: &[&str], code: i32, out: &str, error: &str| {
        let arguments = with(own);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        check(&arguments, code, out, error);
    };
    check(&[], 0, "3 of 3 hold; 2 of 2 rules", "");
    check(&[&good], 0, "1 of 1 hold; 1 of 2 rules", "");
    check(&[&good, &bad], 1, "status: expected 200, got 404", "");
    check(&[&empty], 1, "expected something to compare", "");
    check(
        &[&bad, "-o", "junit"],
        1,
        "<failure message=\"status: expected 200, got 404\">",
        "",
    );
    check(&[&bad, "-o", "json"], 1, "\"failed\": 1", "");
    check(&[&odd], 3, "", "odd.yaml: at assertions[0]");
    check(
        &["/nonexistent.yaml"],
        3,
        "",
        "/nonexistent.yaml cannot be read",
    );
    a_file_has_to_be_named();
}

/// Without the example a file has to be named.
fn a_file_has_to_be_named() {
    check(
        &["test", "-f", "/nonexistent"],
        2,
        "",
        "name a file of assertions",
    );
}
