//! Pages and server functions: what leptos renders, in whole, with its context and its nonce.

use super::headers::Nonce;
use super::problem;
use app::published::{Assets, Current, Suites};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, LOCATION, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::prelude::{LeptosOptions, provide_context, use_context};

/// The largest page that is ever made, in bytes.
const LARGEST: usize = 64 << 20;

/// What pages and server functions find in their context.
#[derive(Clone)]
pub(super) struct Site {
    current: Current,
    assets: Assets,
    suites: Suites,
    options: LeptosOptions,
}

impl Site {
    pub(super) fn new(current: Current, assets: Assets, suites: Suites) -> Self {
        Self {
            current,
            assets,
            suites,
            options: LeptosOptions::builder().output_name("gatewatch").build(),
        }
    }

    /// Provides the context. The nonce is the one that this answer's header names, and replaces the framework's own.
    fn provide(&self) {
        provide_context(self.current.clone());
        provide_context(self.assets.clone());
        provide_context(self.suites.clone());
        if let Some(Nonce(nonce)) =
            use_context::<Parts>().and_then(|parts| parts.extensions.get::<Nonce>().cloned())
        {
            provide_context(nonce);
        }
    }
}

/// The paths of all pages.
pub(super) fn paths(site: &Site) -> Vec<String> {
    let context = {
        let site = site.clone();
        move || site.provide()
    };
    let (listed, _) = leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(
        app::app::App,
        None,
        context,
    );
    listed.iter().map(|route| route.path().to_owned()).collect()
}

/// The paths of all server functions; all of them answer GET.
pub(super) fn functions() -> impl Iterator<Item = (&'static str, Method)> {
    leptos::server_fn::axum::server_fn_paths().filter(|(_, method)| method == Method::GET)
}

/// A page. It is made in whole before it is sent, so that its status is true and it needs no script to come together.
pub(super) async fn render(State(site): State<Site>, request: Request) -> Response {
    let shell = {
        let options = site.options.clone();
        move || app::app::shell(options.clone())
    };
    let page = leptos_axum::render_app_async_with_context(move || site.provide(), shell);
    let (mut head, body) = page(request).await.into_parts();
    match to_bytes(body, LARGEST).await {
        Ok(bytes) => {
            head.headers.insert(CONTENT_LENGTH, bytes.len().into());
            Response::from_parts(head, Body::from(bytes))
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            problem::problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                "This page could not be made; the log says more.",
            )
        }
    }
}

/// The page of what does not exist; with a slash too many, the way to what does.
pub(super) async fn not_found(site: State<Site>, request: Request) -> Response {
    let path = request.uri().path();
    let without = path.trim_end_matches('/');
    if without != path && without.starts_with('/') && !without.starts_with("//") {
        let query = request
            .uri()
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        if let Ok(place) = HeaderValue::try_from(format!("{without}{query}")) {
            return (StatusCode::PERMANENT_REDIRECT, [(LOCATION, place)]).into_response();
        }
    }
    let mut response = render(site, request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// A server function. It answers JSON whatever a browser prefers: without `Accept` and `Referer` the framework never
/// takes it for a form that wants to be sent back.
pub(super) async fn answer(State(site): State<Site>, mut request: Request) -> Response {
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.headers_mut().remove(REFERER);
    // Asked for the head alone, the framework would not find its function; the body is cut off later.
    *request.method_mut() = Method::GET;
    let mut response = leptos_axum::handle_server_fns_with_context(move || site.provide(), request)
        .await
        .into_response();
    problem::mark(&mut response);
    response
}
