//! The surface on the ACME example, and requests to it.
#![allow(dead_code, reason = "each test file uses its own part")]

use app::published::Suites;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures_util::StreamExt;
use server::cli::SourceArgs;
use server::command::snapshot::of_reading;
use server::http::host::Hosts;
use server::http::probes::Counters;
use server::http::snapshot::Taker;
use server::http::{Surface, router};
use server::source::example;
use server::store::{self, Work};
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tower::ServiceExt;

/// An answer, read in whole or to its first part.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

struct World {
    runtime: Runtime,
    router: Router,
    // Held, so that the surface does not see its store end.
    _publish: watch::Sender<Arc<app::published::Published>>,
    _end: watch::Sender<bool>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime starts");
    let work = Arc::new(Work::default());
    let first = store::first(example::acme(), &work);
    let (publish, current) = watch::channel(Arc::new(first));
    let (end, ending) = watch::channel(false);
    let surface = Surface {
        current,
        hosts: Arc::new(Hosts::new(&["gatewatch.example.com".to_owned()]).expect("a legal name")),
        ending,
        counters: Arc::new(Counters::new(work)),
        suites: Suites::default(),
        taker: Arc::new(Taker::new(
            SourceArgs::default(),
            Vec::new(),
            Some(of_reading(&example::acme())),
        )),
    };
    let router = runtime.block_on(async { router(&surface) });
    World {
        runtime,
        router,
        _publish: publish,
        _end: end,
    }
});

fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .body(Body::empty())
        .expect("the test's request is legal")
}

/// Sends a request and reads its whole answer.
pub(crate) fn send(method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = request(method, path, headers);
    WORLD.runtime.block_on(async {
        let response = WORLD.router.clone().oneshot(request).await;
        let (head, body) = response.expect("the router never fails").into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("the body arrives");
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.to_vec(),
        }
    })
}

/// Sends a request and reads the first part of its answer, which may never end.
pub(crate) fn start_with(path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = request(Method::GET, path, headers);
    WORLD.runtime.block_on(async {
        let response = WORLD.router.clone().oneshot(request).await;
        let (head, body) = response.expect("the router never fails").into_parts();
        let first = body.into_data_stream().next().await;
        let body = first.and_then(Result::ok).unwrap_or_default();
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.to_vec(),
        }
    })
}

/// The same, addressed to this machine.
pub(crate) fn start(path: &str) -> Answer {
    start_with(path, &[("host", "localhost")])
}

/// Asks for a path, addressed to this machine.
pub(crate) fn get(path: &str) -> Answer {
    send(Method::GET, path, &[("host", "localhost")])
}

/// The words of a page, without its tags.
pub(crate) fn words(html: &str) -> String {
    let mut words = String::new();
    for part in html.split('<') {
        words.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    words
}
