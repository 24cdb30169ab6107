//! What goes wrong between us and an API server: told apart by what to do about it, and put into words.

use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use serde::Deserialize;
use std::error::Error;
use std::time::Duration;

/// How much of an error's answer is read.
const MOST_OF_ERROR: usize = 64 << 10;
/// How long a message may be that people see.
const MOST_OF_MESSAGE: usize = 300;
/// The longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Why something was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// 401: the server does not know who we are.
    Unauthenticated(String),
    /// 403: we may not.
    Denied(String),
    /// 404: there is no such kind.
    Absent,
    /// 410: what we asked to go on from is too old.
    Gone,
    /// 400 and the like: the server does not take the question as it was asked.
    Refused(String),
    /// 429 or 503: later, after so long if the server says so.
    Busy(Option<Duration>, String),
    /// Another error of the server.
    Failed(String),
    /// No answer: no connection, or one that broke or stalled.
    Unreachable(String),
    /// An answer that is none: not JSON, too long, cut.
    Broken(String),
}

impl Trouble {
    /// For people: what happened, without the name of the kind.
    pub fn words(&self) -> String {
        match self {
            Self::Unauthenticated(message) => {
                format!("The API server does not accept our credentials: {message}")
            }
            Self::Denied(message) => format!("The API server denies it: {message}"),
            Self::Absent => "The API server has no such kind.".to_owned(),
            Self::Gone => "The API server no longer knows the moment to go on from.".to_owned(),
            Self::Refused(message) => {
                format!("The API server does not take the request: {message}")
            }
            Self::Busy(_, message) => format!("The API server is busy: {message}"),
            Self::Failed(message) => format!("The API server failed: {message}"),
            Self::Unreachable(message) => format!("The API server cannot be reached: {message}"),
            Self::Broken(message) => format!("The API server's answer cannot be read: {message}"),
        }
    }

    /// What an answer with an error status means.
    pub async fn of_answer(answer: axum::http::Response<Body>) -> Self {
        let code = answer.status().as_u16();
        let after = answer
            .headers()
            .get(axum::http::header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT));
        let body = Limited::new(answer.into_body(), MOST_OF_ERROR)
            .collect()
            .await;
        let text = body.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
        let status = Status::read(&text.unwrap_or_default());
        Self::of_status(code, after, &status)
    }

    /// What a `Status` within a watch means.
    pub fn of_event(json: &str) -> Self {
        let status = Status::read(json);
        Self::of_status(status.code, None, &status)
    }

    fn of_status(code: u16, after: Option<Duration>, status: &Status) -> Self {
        let message = status.message(code);
        match (code, status.reason.as_str()) {
            (_, "Expired" | "Gone") | (410, _) => Self::Gone,
            (401, _) => Self::Unauthenticated(message),
            (403, _) => Self::Denied(message),
            (404, _) => Self::Absent,
            (429 | 503, _) => Self::Busy(after, message),
            (400..500, _) => Self::Refused(message),
            _ => Self::Failed(message),
        }
    }

    /// What an error of the client means: the innermost cause says most.
    pub fn of_client(error: &kube::Error) -> Self {
        if let kube::Error::Auth(error) = error {
            return Self::Unauthenticated(shortened(&error.to_string()));
        }
        Self::of_error(error)
    }

    /// What an error of a connection means.
    pub fn of_error(error: &(dyn Error + 'static)) -> Self {
        let mut cause = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Self::Unreachable(in_words(&cause.to_string()))
    }
}

/// Certificate and connection problems in words that say what to do.
fn in_words(cause: &str) -> String {
    let known = [
        (
            "UnknownIssuer",
            "its certificate is signed by an authority that this kubeconfig does not name; check certificate-authority-data",
        ),
        (
            "NotValidForName",
            "its certificate is for another name; check the server address, or set tls-server-name",
        ),
        (
            "Expired",
            "its certificate has expired, or this machine's clock is wrong",
        ),
        (
            "NotValidYet",
            "its certificate is not valid yet, or this machine's clock is wrong",
        ),
        (
            "CertificateRequired",
            "it wants a client certificate, and this kubeconfig has none",
        ),
        (
            "refused",
            "nothing listens at its address (connection refused)",
        ),
        ("dns error", "its name cannot be resolved"),
        ("failed to lookup address", "its name cannot be resolved"),
    ];
    match known.iter().find(|(sign, _)| cause.contains(sign)) {
        Some((_, words)) => (*words).to_owned(),
        None => shortened(cause),
    }
}

/// The part of `metav1.Status` that says what is wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    message: Option<String>,
    reason: String,
    code: u16,
}

impl Status {
    fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    fn message(&self, code: u16) -> String {
        match &self.message {
            Some(message) if !message.is_empty() => shortened(message),
            _ => format!("HTTP status {code}"),
        }
    }
}

/// Words from outside, cut to what people read.
pub fn shortened(message: &str) -> String {
    match message.char_indices().nth(MOST_OF_MESSAGE) {
        Some((end, _)) => format!("{}\u{2026}", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: u16, json: &str, words: &str) {
        let status = Status::read(json);
        assert_eq!(Trouble::of_status(code, None, &status).words(), words);
    }

    #[test]
    fn answers_are_told_apart() {
        check(403, r#"{"message":"no"}"#, "The API server denies it: no");
        check(403, "<html>", "The API server denies it: HTTP status 403");
        check(404, "", "The API server has no such kind.");
        check(
            500,
            r#"{"reason":"Expired"}"#,
            "The API server no longer knows the moment to go on from.",
        );
        check(
            422,
            r#"{"message":"sendInitialEvents is forbidden"}"#,
            "The API server does not take the request: sendInitialEvents is forbidden",
        );
        check(502, "", "The API server failed: HTTP status 502");
    }

    #[test]
    fn certificates_are_explained() {
        let words = in_words("invalid peer certificate: UnknownIssuer");
        assert!(words.contains("certificate-authority-data"), "{words}");
    }
}
