//! `/api/v1/findings` and the pages `/findings` and `/findings/{id}`: what should a person look at?

use super::envelope::Answer;
use super::error::ApiError;
use engine::findings::{Finding, Severity};
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};

/// How many findings a page shows.
pub const SHOWN: usize = 200;

/// Findings of a severity or of one check, and the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingsView {
    /// Findings, worst first, at most [`SHOWN`] of them.
    pub items: Vec<FindingRow>,
    /// Number of findings that were asked for.
    pub total: u32,
    /// Number of findings of each severity, worst first, whatever was asked for.
    pub by_severity: Vec<(Severity, u32)>,
    /// All checks with the number of their findings, or only the one that was asked for.
    pub catalogue: Vec<CheckRow>,
    /// The check that was asked for.
    pub check: Option<String>,
    /// The severity that was asked for.
    pub severity: Option<Severity>,
}

/// A finding with the page of what it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingRow {
    /// The finding.
    pub finding: Finding,
    /// Title of its check.
    pub title: String,
    /// Page of its subject, if there is one.
    pub href: Option<String>,
}

/// A check of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// Stable id.
    pub id: String,
    /// Severity of what it finds.
    pub severity: Severity,
    /// In a few words.
    pub title: String,
    /// What it means and why it matters.
    pub meaning: String,
    /// Number of its findings now.
    pub found: u32,
}

/// Findings, of all checks or of one, of all severities or of one.
#[server(prefix = "/api/v1", endpoint = "findings", input = codec::GetUrl, output = codec::Json)]
pub async fn get_findings(
    /// Id of a check.
    check: Option<String>,
    /// `high`, `medium` or `low`.
    severity: Option<String>,
) -> Result<Answer<FindingsView>, ApiError> {
    let published = super::published()?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let body = build(
        published.findings(),
        given(check).as_deref(),
        given(severity).as_deref(),
    );
    let body = body.map_err(super::with_status)?;
    Ok(Answer::new(&published, "Findings", body))
}

#[cfg(feature = "ssr")]
pub use build::*;

#[cfg(feature = "ssr")]
mod build {
    use super::*;
    use crate::api::count;
    use crate::api::error::Nearest;
    use engine::findings::{CATALOGUE, Subject};
    use engine::{Kind, RouteKind};

    /// Builds the page's data. Pure.
    pub fn build(
        findings: &[Finding],
        check: Option<&str>,
        severity: Option<&str>,
    ) -> Result<FindingsView, ApiError> {
        let severity = match severity {
            None => None,
            Some(word) => Some(
                Severity::ALL
                    .into_iter()
                    .find(|one| one.word() == word)
                    .ok_or_else(|| {
                        ApiError::bad_request("The severities are high, medium and low.")
                    })?,
            ),
        };
        if let Some(id) = check
            && engine::findings::check(id).is_none()
        {
            let names = CATALOGUE.iter().map(|one| one.id);
            let near = engine::nearest::nearest(id, names, 3);
            let link = |id: &&str| Nearest {
                name: (*id).to_owned(),
                href: crate::paths::finding(id),
            };
            return Err(ApiError::not_found(
                "There is no such check.".to_owned(),
                near.iter().map(link).collect(),
            ));
        }
        let wanted: Vec<&Finding> = findings
            .iter()
            .filter(|one| check.is_none_or(|id| one.check == id))
            .filter(|one| severity.is_none_or(|severity| one.severity == severity))
            .collect();
        let of = |severity: Severity| {
            let found = findings.iter().filter(|one| one.severity == severity);
            (severity, count(found.count()))
        };
        let mut catalogue: Vec<CheckRow> = CATALOGUE
            .iter()
            .filter(|one| check.is_none_or(|id| one.id == id))
            .map(|one| CheckRow {
                id: one.id.to_owned(),
                severity: one.severity,
                title: one.title.to_owned(),
                meaning: one.meaning.to_owned(),
                found: count(
                    findings
                        .iter()
                        .filter(|found| found.check == one.id)
                        .count(),
                ),
            })
            .collect();
        catalogue.sort_by_key(|one| (one.severity, one.id.clone()));
        Ok(FindingsView {
            total: count(wanted.len()),
            items: wanted.into_iter().take(SHOWN).map(row).collect(),
            by_severity: Severity::ALL.into_iter().map(of).collect(),
            catalogue,
            check: check.map(str::to_owned),
            severity,
        })
    }

    fn row(finding: &Finding) -> FindingRow {
        FindingRow {
            title: engine::findings::check(&finding.check)
                .map_or("", |check| check.title)
                .to_owned(),
            href: href(&finding.subject),
            finding: finding.clone(),
        }
    }

    /// The page of a subject.
    fn href(subject: &Subject) -> Option<String> {
        let Subject {
            kind,
            namespace,
            name,
            part,
        } = subject;
        if let Some(kind) = RouteKind::parse(kind) {
            return Some(crate::paths::route(kind, namespace, name));
        }
        match (kind.as_str(), part.as_str()) {
            (kind, "") if kind == Kind::Gateway.as_str() => {
                Some(crate::paths::gateway(namespace, name))
            }
            (kind, listener) if kind == Kind::Gateway.as_str() => {
                Some(crate::paths::gateway_listener(namespace, name, listener))
            }
            (kind, _) if kind == Kind::Namespace.as_str() => {
                Some(crate::paths::NAMESPACES.to_owned())
            }
            _ => None,
        }
    }
}
