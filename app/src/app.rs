//! The document, the navigation and the table of pages.

use leptos::prelude::*;

/// The whole document, on the server only.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let _ = options;
    view! { <!DOCTYPE html><html lang="en"><head></head><body><App/></body></html> }
}

/// Everything inside the body.
#[component]
pub fn App() -> impl IntoView {
    view! { <main></main> }
}
