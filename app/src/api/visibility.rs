//! `/api/v1/visibility` and the page `/visibility`: what can we not see?

use engine::sentence::Sentence;
use serde::{Deserialize, Serialize};

/// What is unknown because of what cannot be seen; kinds and problems are in the envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VisibilityView {
    /// "Everything was read." or what was not.
    pub headline: String,
    /// Attachments whose verdict is unknown, at most 200, with their sentence.
    pub unknown: Vec<super::routes::AttachmentRow>,
    /// Number of such attachments.
    pub unknown_total: u32,
    /// Notes about what this version does not judge.
    pub limits: Vec<Sentence>,
}
