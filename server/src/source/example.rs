//! The embedded example: ACME's shared Gateway.

use super::{Reading, document, now};
use app::api::envelope::{SourceKind, SourceStateView, SourceView};

const ACME: &str = include_str!("../../../end2end/clusters/acme.yaml");

/// The ACME example.
pub fn acme() -> Reading {
    let parsed = document::parse("acme.yaml", ACME);
    Reading {
        objects: parsed
            .documents
            .into_iter()
            .map(|document| document.raw)
            .collect(),
        problems: parsed.problems,
        visibility: Vec::new(),
        lost: None,
        source: SourceView {
            kind: SourceKind::Example,
            name: "example: ACME".to_owned(),
            state: SourceStateView::Fixed,
            read_at: now(),
            problem: None,
        },
    }
}
