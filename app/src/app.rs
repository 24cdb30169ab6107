//! The document, the frame around every page, and the table of pages.

use crate::components::frame::Frame;
use crate::live;
use crate::pages::{
    assertions::AssertionsPage,
    findings::{CheckPage, FindingsPage},
    gateway::GatewayPage,
    gateways::GatewaysPage,
    namespaces::NamespacesPage,
    not_found::NotFoundPage,
    overview::OverviewPage,
    route::RoutePage,
    routes::RoutesPage,
    tester::TryPage,
    visibility::VisibilityPage,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The whole document, on the server only.
#[cfg(feature = "ssr")]
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    use crate::published::Assets;
    use leptos::nonce::use_nonce;
    let assets = use_context::<Assets>().unwrap_or_default();
    let scheme = scheme();
    let browser = assets.browser.map(|browser| {
        // Names carry a hash, so this start script is ours and not the framework's.
        let start = format!(
            "const module_or_path = fetch({:?}); const page = await import({:?}); await page.default({{ module_or_path }}); page.hydrate();",
            browser.wasm, browser.script
        );
        // No preload: a browser without JavaScript would load what it cannot use.
        view! { <script type="module" nonce=use_nonce() inner_html=start></script> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-scheme=scheme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=assets.style/>
                <link rel="icon" type="image/svg+xml" href=assets.icon/>
                {browser}
                <leptos_meta::MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The colour scheme that the cookie asks for.
#[cfg(feature = "ssr")]
fn scheme() -> Option<&'static str> {
    let parts = use_context::<http::request::Parts>()?;
    let cookies = parts
        .headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let wanted = cookies
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("scheme="))?;
    ["light", "dark"].into_iter().find(|known| *known == wanted)
}

/// The document's title. On the server leptos_meta writes it into the HTML as it is, so it is escaped here; in the
/// browser it is set as text.
fn document_title(page: String) -> String {
    let title = if page.is_empty() {
        "Gatewatch".to_owned()
    } else {
        format!("{page} \u{b7} Gatewatch")
    };
    if cfg!(feature = "ssr") {
        title
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    } else {
        title
    }
}

/// Everything inside the body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    live::provide();
    view! {
        <Title formatter=document_title/>
        <Router>
            <Frame>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=OverviewPage ssr=SsrMode::Async/>
                    <Route path=path!("/gateways") view=GatewaysPage ssr=SsrMode::Async/>
                    <Route path=path!("/gateways/:namespace/:name") view=GatewayPage ssr=SsrMode::Async/>
                    <Route path=path!("/routes") view=RoutesPage ssr=SsrMode::Async/>
                    <Route path=path!("/routes/:kind/:namespace/:name") view=RoutePage ssr=SsrMode::Async/>
                    <Route path=path!("/namespaces") view=NamespacesPage ssr=SsrMode::Async/>
                    <Route path=path!("/try") view=TryPage ssr=SsrMode::Async/>
                    <Route path=path!("/try/assertions") view=AssertionsPage ssr=SsrMode::Async/>
                    <Route path=path!("/findings") view=FindingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/findings/:id") view=CheckPage ssr=SsrMode::Async/>
                    <Route path=path!("/visibility") view=VisibilityPage ssr=SsrMode::Async/>
                </Routes>
            </Frame>
        </Router>
    }
}
