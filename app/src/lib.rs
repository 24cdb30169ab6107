//! Shows what the engine decides: view types, pages and components, natively and in the browser.
//!
//! Reading order: [`paths`] (every URL), [`published`] (what the server hands over), [`live`] (the revision in
//! the browser), [`api`] (view types and the functions that fetch them), [`pages`], [`components`], [`app`].
#![recursion_limit = "512"]
#![expect(
    clippy::needless_pass_by_value,
    reason = "properties of components are owned by them"
)]

pub mod api;
pub mod app;
pub mod components;
pub mod live;
pub mod pages;
pub mod paths;
#[cfg(feature = "ssr")]
pub mod published;

/// Starts the page in the browser: takes over the server's HTML.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
