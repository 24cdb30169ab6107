//! A request to judge: nothing is ever sent.

use serde::{Deserialize, Serialize};

/// The request of the tester. Parsed from a URL by [`Request::parse`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// `http`, `https`, `grpc`, ... in lower case.
    pub scheme: String,
    /// Host without port, as written.
    pub host: String,
    /// Port dialled: the URL's, else the scheme's.
    pub port: u16,
    /// Method, `GET` by default.
    pub method: String,
    /// Path as written, `/` if absent, without query.
    pub path: String,
    /// Query as written without `?`.
    pub query: Option<String>,
    /// Header fields in order, names as written.
    pub headers: Vec<(String, String)>,
    /// SNI where it differs from the host.
    pub sni: Option<String>,
    /// Gateway to go through (`namespace/name`); else found by address, then by hostname.
    pub gateway: Option<String>,
    /// Listener name to go through.
    pub listener: Option<String>,
}

/// Why a URL cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    /// What, where, what to do.
    pub message: String,
}
