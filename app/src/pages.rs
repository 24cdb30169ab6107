//! One file a URL.

pub mod assertions;
pub mod findings;
pub mod gateway;
pub mod gateways;
pub mod namespaces;
pub mod not_found;
pub mod overview;
pub mod route;
pub mod routes;
pub mod tester;
pub mod visibility;
