//! Pages of a long list, by links.

use leptos::prelude::*;

/// "Page 2 of 5" with links; nothing if there is only one page.
#[component]
pub fn Pager(
    /// Page number from 1.
    page: u32,
    /// Number of pages.
    pages: u32,
    /// The URL of a page.
    href: Callback<u32, String>,
) -> impl IntoView {
    (pages > 1).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {(page > 1).then(|| view! { <a class="button" href=href.run(page - 1)>"Previous"</a> })}
                <span>{format!("Page {page} of {pages}")}</span>
                {(page < pages).then(|| view! { <a class="button" href=href.run(page + 1)>"Next"</a> })}
            </nav>
        }
    })
}
