//! Errors of the JSON interface as `application/problem+json` (RFC 9457).

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Short summary of the kind of problem.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What, where and what to do.
    pub detail: String,
    /// Nearest existing names, as links within the site, where the thing asked for does not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<Nearest>,
}

/// Something that exists and has a similar name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearest {
    /// Name to show.
    pub name: String,
    /// Where it is.
    pub href: String,
}

impl ApiError {
    /// 404.
    pub fn not_found(detail: impl Into<String>, nearest: Vec<Nearest>) -> Self {
        Self {
            title: "Not found".into(),
            status: 404,
            detail: detail.into(),
            nearest,
        }
    }

    /// 400.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self {
            title: "Bad request".into(),
            status: 400,
            detail: detail.into(),
            nearest: Vec::new(),
        }
    }

    /// 503: nothing was published yet.
    pub fn not_ready() -> Self {
        Self {
            title: "Not ready".into(),
            status: 503,
            detail: "Nothing has been read yet.".into(),
            nearest: Vec::new(),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let status = match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => 400,
            _ => 500,
        };
        Self {
            title: "The question was not understood".into(),
            status,
            detail: error.to_string(),
            nearest: Vec::new(),
        }
    }
}
