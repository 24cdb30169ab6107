//! A scriptable API server: lists, watches, discovery, and everything that can go wrong with them.
#![allow(dead_code, reason = "each test file uses its own part")]

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[path = "apiserver/stream.rs"]
mod stream;

/// Group of the Gateway API.
pub(crate) const GATEWAY: &str = "gateway.networking.k8s.io";

/// A kind that is served: group, version, plural, kind, whether it is namespaced.
pub(crate) type Served = (&'static str, &'static str, &'static str, &'static str, bool);

/// What is served unless a test says otherwise.
pub(crate) const STANDARD: [Served; 8] = [
    (GATEWAY, "v1", "gatewayclasses", "GatewayClass", false),
    (GATEWAY, "v1", "gateways", "Gateway", true),
    (GATEWAY, "v1", "httproutes", "HTTPRoute", true),
    (GATEWAY, "v1", "grpcroutes", "GRPCRoute", true),
    (
        GATEWAY,
        "v1beta1",
        "referencegrants",
        "ReferenceGrant",
        true,
    ),
    (GATEWAY, "v1", "listenersets", "ListenerSet", true),
    ("", "v1", "namespaces", "Namespace", false),
    ("", "v1", "services", "Service", true),
];

/// How a watch is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Within a line, by the connection's end.
    MidLine,
    /// Within a line, as if it had been whole.
    HalfLine,
    /// By a line that is no JSON.
    Garbage,
    /// By a line of 64 MB.
    Endless,
}

/// What goes wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// A watch ends after so long.
    pub(crate) close_after: Option<Duration>,
    /// The next event is 410 in the stream.
    pub(crate) gone_in_stream: bool,
    /// A watch is answered 410.
    pub(crate) gone_as_status: bool,
    /// A second page is answered 410, so many times.
    pub(crate) gone_mid_list: u32,
    /// A watch is cut in place of its next event.
    pub(crate) cut: Option<Cut>,
    /// Watches say nothing, and lists do not answer.
    pub(crate) stall: bool,
    /// Everything is answered with this status and, if it is there, Retry-After.
    pub(crate) status: Option<(u16, Option<u32>)>,
    /// These resources are denied.
    pub(crate) deny: BTreeSet<&'static str>,
    /// These resources may be listed but not watched.
    pub(crate) deny_watch: BTreeSet<&'static str>,
    /// In these Namespaces what is denied is allowed all the same.
    pub(crate) allow_in: BTreeSet<&'static str>,
    /// Streaming lists are refused.
    pub(crate) no_streams: bool,
    /// Streaming lists never end.
    pub(crate) endless_streams: bool,
    /// Pages hold so many objects, whatever the limit; every second one is empty.
    pub(crate) odd_pages: Option<usize>,
    /// Events are sent twice.
    pub(crate) duplicate: bool,
    /// Two events are sent in the wrong order.
    pub(crate) reorder: bool,
}

/// A change: its resource version, key, type, object.
type Change = (u64, String, &'static str, Value);

/// What the server holds.
pub(crate) struct Held {
    pub(crate) version: u64,
    pub(crate) oldest: u64,
    pub(crate) served: Vec<Served>,
    pub(crate) faults: Faults,
    pub(crate) token: String,
    /// Paths with queries as they arrived.
    pub(crate) requests: Vec<String>,
    objects: BTreeMap<String, BTreeMap<(String, String), Value>>,
    log: Vec<Change>,
}

/// The server.
pub(crate) struct ApiServer {
    pub(crate) address: SocketAddr,
    shared: Shared,
    serving: Option<JoinHandle<()>>,
    folder: tempfile::TempDir,
}

#[derive(Clone)]
pub(crate) struct Shared {
    held: Arc<Mutex<Held>>,
    /// Rises with each change of anything.
    changed: watch::Sender<u64>,
    /// Rises when connections are to break.
    broken: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Text in place of an object: what no JSON library would write.
pub(crate) const RAW: &str = "$raw";

/// An object as it is sent.
fn text_of(object: &Value) -> String {
    match object.get(RAW).and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => object.to_string(),
    }
}

fn key(group: &str, plural: &str) -> String {
    format!("{group}/{plural}")
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

impl ApiServer {
    /// Starts a server that holds nothing.
    pub(crate) async fn start() -> Self {
        let held = Held {
            version: 100,
            oldest: 0,
            served: STANDARD.to_vec(),
            faults: Faults::default(),
            token: "first".to_owned(),
            requests: Vec::new(),
            objects: BTreeMap::new(),
            log: Vec::new(),
        };
        let shared = Shared {
            held: Arc::new(Mutex::new(held)),
            changed: watch::Sender::new(0),
            broken: watch::Sender::new(0),
        };
        let mut server = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            shared,
            serving: None,
            folder: tempfile::tempdir().expect("a folder"),
        };
        server.up().await;
        server.write_token("first");
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "fake",
            "clusters": [{"name": "fake", "cluster": {"server": format!("http://{}", server.address)}}],
            "users": [{"name": "reader", "user": {"tokenFile": server.folder.path().join("token")}}],
            "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "reader"}}],
        });
        std::fs::write(server.kubeconfig(), config.to_string()).expect("the folder takes files");
        server
    }

    /// The kubeconfig that leads here.
    pub(crate) fn kubeconfig(&self) -> std::path::PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// Hands out another token; the server still wants the one it wanted.
    pub(crate) fn write_token(&self, token: &str) {
        std::fs::write(self.folder.path().join("token"), token).expect("the folder takes files");
    }

    /// What the server holds.
    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.shared.held()
    }

    /// Changes what goes wrong.
    pub(crate) fn fault(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.held().faults);
        self.shared.changed.send_modify(|number| *number += 1);
    }

    /// Listens, on the same port as before.
    pub(crate) async fn up(&mut self) {
        let listener = loop {
            match TcpListener::bind(self.address).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        self.address = listener.local_addr().expect("bound");
        let router = Router::new()
            .fallback(answer)
            .with_state(self.shared.clone());
        self.serving = Some(tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        }));
    }

    /// Refuses connections and breaks those that there are.
    pub(crate) async fn down(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
        self.break_streams();
    }

    /// Breaks all streams.
    pub(crate) fn break_streams(&self) {
        self.shared.broken.send_modify(|number| *number += 1);
    }

    /// Adds or changes an object, as kubectl would.
    pub(crate) fn apply(&self, object: Value) {
        self.apply_all(vec![object]);
    }

    /// Adds or changes objects; watches see all of them at once.
    pub(crate) fn apply_all(&self, objects: Vec<Value>) {
        let mut held = self.held();
        for object in objects {
            let version = text(&object, "/apiVersion");
            let group = version.split_once('/').map_or("", |(group, _)| group);
            let kind = text(&object, "/kind");
            let found = held
                .served
                .iter()
                .find(|served| served.0 == group && served.3 == kind);
            let plural = found.unwrap_or_else(|| panic!("{kind} is not served")).2;
            let key = key(group, plural);
            held.put(key, object);
        }
        drop(held);
        self.shared.changed.send_modify(|number| *number += 1);
    }

    /// Removes an object.
    pub(crate) fn delete(&self, group: &str, plural: &str, namespace: &str, name: &str) {
        let mut held = self.held();
        let id = (namespace.to_owned(), name.to_owned());
        let key = key(group, plural);
        let Some(mut object) = held.objects.get_mut(&key).and_then(|all| all.remove(&id)) else {
            return;
        };
        held.version += 1;
        let version = held.version;
        if let Some(metadata) = object.get_mut("metadata") {
            metadata["resourceVersion"] = json!(version.to_string());
        }
        held.log.push((version, key, "DELETED", object));
        drop(held);
        self.shared.changed.send_modify(|number| *number += 1);
    }

    /// Forgets the past: what goes on from before is 410.
    pub(crate) fn compact(&self) {
        let mut held = self.held();
        held.version += 1;
        held.oldest = held.version;
    }

    /// Goes back to an older resource version, as a restored backup does: streams break, objects stay.
    pub(crate) fn go_back(&self) {
        let mut held = self.held();
        held.version = 10;
        held.oldest = 0;
        held.log.clear();
        for object in held.objects.values_mut().flat_map(BTreeMap::values_mut) {
            object["metadata"]["resourceVersion"] = json!("9");
        }
        drop(held);
        self.break_streams();
    }
}

impl Held {
    fn put(&mut self, key: String, mut object: Value) {
        self.version += 1;
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert(
                "resourceVersion".to_owned(),
                json!(self.version.to_string()),
            );
        }
        let id = (
            text(&object, "/metadata/namespace").to_owned(),
            text(&object, "/metadata/name").to_owned(),
        );
        let all = self.objects.entry(key.clone()).or_default();
        let known = all.insert(id, object.clone()).is_some();
        let kind = if known { "MODIFIED" } else { "ADDED" };
        self.log.push((self.version, key, kind, object));
    }

    /// Everything, for whoever wants to compare.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.objects
            .values()
            .flat_map(BTreeMap::values)
            .cloned()
            .collect()
    }
}

/// What a path asks for.
#[derive(Clone, Debug)]
struct Asked {
    key: String,
    plural: &'static str,
    namespace: Option<String>,
    query: BTreeMap<String, String>,
}

fn status(code: u16, message: &str) -> Response {
    let status = StatusCode::from_u16(code).expect("a status");
    let reason = if code == 410 { "Expired" } else { "" };
    let body = json!({"kind": "Status", "code": code, "message": message, "reason": reason});
    (status, body.to_string()).into_response()
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let authorized = is_authorized(request.headers(), &shared);
    let (fault, stall) = {
        let mut held = shared.held();
        held.requests
            .push(format!("{} {path}?{query}", request.method()));
        (held.faults.status, held.faults.stall)
    };
    if stall {
        stream::until_healed(&shared).await;
    }
    if let Some((code, after)) = fault {
        let mut answer = status(code, "as the script says");
        if let Some(after) = after {
            answer.headers_mut().insert("retry-after", after.into());
        }
        return answer;
    }
    if !authorized {
        return status(401, "Unauthorized");
    }
    if path == "/apis" {
        return discovery(&shared);
    }
    let query = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    match asked(&path, query, &shared) {
        Ok(asked) if asked.query.contains_key("watch") => stream::watch(&shared, &asked),
        Ok(asked) => list(&shared, &asked),
        Err(answer) => *answer,
    }
}

fn is_authorized(headers: &HeaderMap, shared: &Shared) -> bool {
    let wanted = format!("Bearer {}", shared.held().token);
    headers
        .get("authorization")
        .is_some_and(|given| *given == *wanted)
}

fn discovery(shared: &Shared) -> Response {
    let held = shared.held();
    let mut groups: BTreeMap<&str, BTreeMap<&str, Vec<Value>>> = BTreeMap::new();
    for (group, version, plural, kind, _) in &held.served {
        let resource = json!({"resource": plural, "responseKind": {"group": group, "version": version, "kind": kind}, "verbs": ["list", "watch"]});
        groups
            .entry(group)
            .or_default()
            .entry(version)
            .or_default()
            .push(resource);
    }
    let items: Vec<Value> = groups
        .iter()
        .filter(|(group, _)| !group.is_empty())
        .map(|(group, versions)| {
            let versions: Vec<Value> = versions
                .iter()
                .map(|(version, resources)| json!({"version": version, "resources": resources}))
                .collect();
            json!({"metadata": {"name": group}, "versions": versions})
        })
        .collect();
    let body = json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items});
    body.to_string().into_response()
}

/// What a path asks for, or why it is not answered.
fn asked(
    path: &str,
    query: BTreeMap<String, String>,
    shared: &Shared,
) -> Result<Asked, Box<Response>> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return Err(Box::new(status(404, "no such path"))),
    };
    let (namespace, plural) = match rest {
        ["namespaces", name] => (Some((*name).to_owned()), "namespaces"),
        ["namespaces", namespace, plural] => (Some((*namespace).to_owned()), *plural),
        [plural] => (None, *plural),
        _ => return Err(Box::new(status(404, "no such path"))),
    };
    let held = shared.held();
    let served = held.served.iter();
    let mut of_it = served.filter(|one| one.0 == group && one.1 == version && one.2 == plural);
    let Some((_, _, plural, ..)) = of_it.next() else {
        return Err(Box::new(status(
            404,
            "the server could not find the requested resource",
        )));
    };
    let allowed = namespace
        .as_deref()
        .is_some_and(|name| held.faults.allow_in.contains(name));
    let watches = query.contains_key("watch");
    let denied = held.faults.deny.contains(plural) && !allowed;
    if denied || (watches && held.faults.deny_watch.contains(plural)) {
        let words = format!("User \"reader\" cannot list resource \"{plural}\"");
        return Err(Box::new(status(403, &words)));
    }
    Ok(Asked {
        key: key(group, plural),
        plural,
        namespace,
        query,
    })
}

fn list(shared: &Shared, asked: &Asked) -> Response {
    let mut held = shared.held();
    let wanted = |(namespace, _): &&(String, String)| {
        asked
            .namespace
            .as_ref()
            .is_none_or(|wanted| wanted == namespace)
    };
    let all = held.objects.get(&asked.key).cloned().unwrap_or_default();
    if let (Some(name), "namespaces") = (&asked.namespace, asked.plural) {
        return match all.get(&(String::new(), name.clone())) {
            Some(object) => object.to_string().into_response(),
            None => status(404, "no such Namespace"),
        };
    }
    let items: Vec<&Value> = all
        .iter()
        .filter(|(id, _)| wanted(id))
        .map(|(_, one)| one)
        .collect();
    let start: usize = asked
        .query
        .get("continue")
        .map_or(0, |text| text.parse().expect("ours"));
    if start > 0 && held.faults.gone_mid_list > 0 {
        held.faults.gone_mid_list -= 1;
        return status(410, "the continue token is too old");
    }
    let limit = asked
        .query
        .get("limit")
        .map_or(usize::MAX, |text| text.parse().expect("a number"));
    // Odd pages: two tokens for one place, the first of which leads to an empty page.
    let (limit, place, is_empty) = match held.faults.odd_pages {
        Some(limit) => (limit, start / 2, start % 2 == 1),
        None => (limit, start, false),
    };
    let limit = if is_empty { 0 } else { limit };
    let page: Vec<&&Value> = items.iter().skip(place).take(limit).collect();
    let end = place + page.len();
    let more = match (end < items.len(), held.faults.odd_pages) {
        (false, _) => String::new(),
        (true, Some(_)) => (end * 2 + usize::from(!is_empty)).to_string(),
        (true, None) => end.to_string(),
    };
    let metadata = json!({"resourceVersion": held.version.to_string(), "continue": more});
    let items: Vec<String> = page.iter().map(|object| text_of(object)).collect();
    let body = format!(
        "{{\"kind\":\"List\",\"metadata\":{metadata},\"items\":[{}]}}",
        items.join(",")
    );
    body.into_response()
}

fn body(
    stream: impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
) -> Response {
    Body::from_stream(stream).into_response()
}
