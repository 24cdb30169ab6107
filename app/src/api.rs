//! What pages and JSON clients see: view types, pure builders from the report, one `#[server]` function a page.
//!
//! The engine is called only in server bodies, so that it stays out of the WebAssembly.

pub mod envelope;
pub mod error;
pub mod gateways;
pub mod graph;
pub mod namespaces;
pub mod overview;
pub mod routes;
pub mod tester;
pub mod visibility;

/// The newest published moment, or an error that says that there is none yet.
#[cfg(feature = "ssr")]
fn published() -> Result<std::sync::Arc<crate::published::Published>, error::ApiError> {
    crate::published::current().ok_or_else(error::ApiError::not_ready)
}
