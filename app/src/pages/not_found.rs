//! Any other URL: not here, with ways on.

use crate::paths;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page, with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    let places = [
        (paths::OVERVIEW, "Overview"),
        (paths::GATEWAYS, "Gateways"),
        (paths::ROUTES, "Routes"),
        (paths::NAMESPACES, "Namespaces"),
        (paths::TRY, "Try a path"),
        (paths::VISIBILITY, "Visibility"),
    ];
    let links = places.map(|(href, name)| view! { <li><a href=href>{name}</a></li> });
    view! {
        <Title text="Not found"/>
        <div class="head"><h1>"There is no such page"</h1></div>
        <section class="panel empty"><p>"These are the pages:"</p><ul>{links}</ul></section>
    }
}
