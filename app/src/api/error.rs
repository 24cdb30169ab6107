//! Errors of the JSON interface as `application/problem+json` (RFC 9457).

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
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

    /// Makes the HTTP answer at hand carry this error's status, if there is one.
    #[cfg(feature = "ssr")]
    pub fn set_status(&self) {
        if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
            && let Ok(status) = http::StatusCode::from_u16(self.status)
        {
            response.set_status(status);
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

/// Errors travel as JSON under their own media type.
pub struct ProblemJson;

impl ContentType for ProblemJson {
    const CONTENT_TYPE: &'static str = "application/problem+json";
}

impl FormatType for ProblemJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for ProblemJson {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: serde::de::DeserializeOwned> Decodes<T> for ProblemJson {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        serde_json::from_slice(&bytes)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = ProblemJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let (title, status) = match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                ("The question was not understood", 400)
            }
            ServerFnErrorErr::Request(_) => ("The server cannot be reached", 503),
            ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => ("The answer could not be given", 500),
        };
        let error = Self {
            title: title.into(),
            status,
            detail: error.to_string(),
            nearest: Vec::new(),
        };
        #[cfg(feature = "ssr")]
        error.set_status();
        error
    }
}
