//! `/api/v1/visibility` and the page `/visibility`: what can we not see?

use super::envelope::Answer;
use super::error::ApiError;
use super::routes::AttachmentRow;
use engine::Kind;
use engine::sentence::Sentence;
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};

/// What is unknown because of what cannot be seen; kinds and problems are in the envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VisibilityView {
    /// "Everything was read", or what was not.
    pub headline: String,
    /// Attachments whose verdict is unknown, at most 200, with their sentence.
    pub unknown: Vec<AttachmentRow>,
    /// Number of such attachments.
    pub unknown_total: u32,
    /// As what the cluster serves each kind; empty for files.
    pub served: Vec<Served>,
    /// The rights that are missing, as a ClusterRole in YAML.
    pub role: Option<String>,
    /// What this version does not judge.
    pub limits: Vec<Sentence>,
}

/// A kind as a cluster serves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Served {
    /// The kind.
    pub kind: Kind,
    /// The version that is read: `gateway.networking.k8s.io/v1`.
    pub api_version: String,
    /// Release of the Gateway API that its CRD is of, if that can be read.
    pub bundle: Option<String>,
    /// Channel of its CRD, `standard` or `experimental`, if that can be read.
    pub channel: Option<String>,
}

/// What can and cannot be seen.
#[server(prefix = "/api/v1", endpoint = "visibility", input = codec::GetUrl, output = codec::Json)]
pub async fn get_visibility() -> Result<Answer<VisibilityView>, ApiError> {
    let published = super::published()?;
    Ok(Answer::new(&published, "Visibility", build(&published)))
}

/// Builds the page's data. Pure.
#[cfg(feature = "ssr")]
pub fn build(published: &crate::published::Published) -> VisibilityView {
    use super::{count, counted};
    let report = &published.report;
    let hidden: Vec<&str> = report
        .visibility
        .iter()
        .filter(|kind| !kind.state.is_complete())
        .map(|kind| kind.kind.as_str())
        .collect();
    let unknown: Vec<_> = report
        .attachments
        .iter()
        .filter(|a| a.verdict == engine::report::Verdict::Unknown)
        .collect();
    let reads = published.source.state == super::envelope::SourceStateView::Connecting;
    let headline = match (hidden.as_slice(), report.problems.len()) {
        _ if reads => "The cluster is being read".to_owned(),
        ([], 0) => "Everything was read".to_owned(),
        ([], problems) => format!("{} in what was read", counted(count(problems), "problem")),
        (hidden, _) => format!("Not everything can be seen: {}", hidden.join(", ")),
    };
    let limits = [
        "Whether a mesh is installed, and so takes the routes of a Service, is not known; `try --from` answers as if one were.",
        "Whether the key of a certificate belongs to it is not looked at.",
        "What filters of type `ExtensionRef` and `ExternalAuth` do is answered as unknown.",
        "Whether a Service has endpoints that are ready is not known; none would be answered 503.",
        "Regular expressions are read as RE2 reads them; one that does not compile or is too complex is answered as unknown.",
    ];
    VisibilityView {
        headline,
        unknown_total: count(unknown.len()),
        unknown: unknown
            .into_iter()
            .take(200)
            .map(|one| super::routes::row(report, one))
            .collect(),
        served: published.served.to_vec(),
        role: super::rights::missing(&published.visibility),
        limits: limits
            .iter()
            .map(|words| Sentence::from_marked(words))
            .collect(),
    }
}
