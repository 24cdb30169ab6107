//! `/api/v1/try` and the page `/try`: where would this request go?

use engine::Decision;
use serde::{Deserialize, Serialize};

/// A Gateway and listener that a request can go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// `namespace/name` of the Gateway.
    pub gateway: String,
    /// Listener, or `None` for "any listener".
    pub listener: Option<String>,
    /// Address to dial, if the Gateway has one.
    pub address: Option<String>,
    /// Port of the listener.
    pub port: Option<u16>,
}

/// A ready request: a label and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryLink {
    /// `GET http://172.18.255.201/hr`.
    pub label: String,
    /// The tester's URL with the request filled in.
    pub href: String,
}

/// The tester's page: the form as it was filled in, and the answer if something was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TryView {
    /// Method as asked.
    pub method: String,
    /// URL as asked.
    pub url: String,
    /// Header lines as asked, one a line: `name: value`.
    pub headers: String,
    /// `namespace/name` of the Gateway, or empty.
    pub gateway: String,
    /// Listener or empty.
    pub listener: String,
    /// What can be chosen.
    pub through: Vec<Through>,
    /// What is wrong with the request, in words.
    pub problem: Option<String>,
    /// The answer; `None` before anything was asked.
    pub decision: Option<Decision>,
    /// Command that would send the request.
    pub curl: Option<String>,
}
