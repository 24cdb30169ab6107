//! An Envoy process with one listener a table; ends with its owner.

#![allow(clippy::disallowed_types, reason = "it talks to another program")]

use engine::Request;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Envoy {
    process: Child,
    ports: Vec<u16>,
}

impl Drop for Envoy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Free ports, all different: they are held together before they are given back.
fn free_ports(count: usize) -> Vec<u16> {
    let held: Vec<TcpListener> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"))
        .collect();
    let port = |one: &TcpListener| one.local_addr().expect("bound").port();
    held.iter().map(port).collect()
}

fn listener(port: u16, normal: bool, virtual_hosts: &Value) -> Value {
    let manager = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "x",
        "delayed_close_timeout": "0s",
        "strip_any_host_port": true,
        "normalize_path": normal,
        "merge_slashes": normal,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "route_config": {"virtual_hosts": virtual_hosts},
        "http_filters": [{"name": "router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],
    });
    json!({
        "name": format!("l{port}"),
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    })
}

impl Envoy {
    /// Starts Envoy with a listener a table, which makes paths normal or not, and waits until it answers.
    pub(crate) fn start(binary: &OsStr, tables: &[(bool, Value)]) -> Self {
        let ports = free_ports(tables.len());
        let listeners: Vec<Value> = ports
            .iter()
            .zip(tables)
            .map(|(port, (normal, table))| listener(*port, *normal, table))
            .collect();
        let config = json!({"static_resources": {"listeners": listeners}});
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = path.join(format!("envoy-{}.json", std::process::id()));
        std::fs::write(&path, config.to_string()).expect("the folder of tests takes files");
        let process = Command::new(binary)
            .args([
                "--concurrency",
                "1",
                "--use-dynamic-base-id",
                "--log-level",
                "error",
            ])
            .arg("--config-path")
            .arg(&path)
            .stdin(Stdio::null())
            .spawn()
            .expect("Envoy starts");
        let envoy = Self { process, ports };
        let start = Instant::now();
        let last = *envoy.ports.last().expect("a table");
        while TcpStream::connect(("127.0.0.1", last)).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "Envoy does not listen"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        envoy
    }

    /// The body of a 200, else the status.
    pub(crate) fn ask(&self, table: usize, request: &Request) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.ports[table])).expect("it listens");
        let query = request
            .query
            .as_ref()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let mut text = format!(
            "{} {}{query} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 0\r\n",
            request.method, request.path, request.host
        );
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        stream.write_all(text.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer.split(' ').nth(1).unwrap_or("?").to_owned();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        if status == "200" && !body.is_empty() {
            body.to_owned()
        } else {
            status
        }
    }
}
