//! What pages and JSON clients see: view types, pure builders from the report, one `#[server]` function a page.
//!
//! The engine is called only in server bodies, so that it stays out of the WebAssembly.

pub mod assertions;
#[cfg(feature = "ssr")]
pub mod curl;
pub mod envelope;
pub mod error;
#[cfg(feature = "ssr")]
pub mod filter;
pub mod findings;
pub mod gateways;
pub mod graph;
pub mod namespaces;
pub mod overview;
#[cfg(feature = "ssr")]
pub mod rights;
pub mod routes;
pub mod tester;
pub mod visibility;

/// The newest published moment, or an error that says that there is none yet.
#[cfg(feature = "ssr")]
fn published() -> Result<std::sync::Arc<crate::published::Published>, error::ApiError> {
    crate::published::current()
        .ok_or_else(error::ApiError::not_ready)
        .map_err(with_status)
}

/// Puts an error's status on the response, be it JSON or a page.
#[cfg(feature = "ssr")]
fn with_status(error: error::ApiError) -> error::ApiError {
    error.set_status();
    error
}

/// Number of something as it goes over the wire.
#[cfg(feature = "ssr")]
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// "1 route", "2 routes".
#[cfg(feature = "ssr")]
fn counted(number: u32, singular: &str) -> String {
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{number} {singular}s")
    }
}
