//! Names from objects: visible whatever they contain, isolated from the direction of the text around them.

use engine::sentence::visible;
use leptos::prelude::*;

/// A name, as a link if it has a page.
#[component]
pub fn Name(
    /// The name.
    text: String,
    /// Its page.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let shown = visible(&text).into_owned();
    match href {
        Some(href) => view! { <a class="name" href=href><bdi>{shown}</bdi></a> }.into_any(),
        None => view! { <bdi class="name">{shown}</bdi> }.into_any(),
    }
}
