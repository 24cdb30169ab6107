//! `/api/v1/overview` and the page `/`: is anything wrong, and what is shared?

use super::envelope::Answer;
use super::error::ApiError;
use super::gateways::GatewayRow;
use super::graph::Graph;
use super::routes::AttachmentRow;
use engine::report::Tally;
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};

/// The first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// "1 of 3 routes cannot attach"; the page's heading.
    pub headline: String,
    /// "1 shared Gateway · 4 namespaces · everything readable".
    pub subline: String,
    /// Distinct routes by verdict.
    pub tally: Tally,
    /// The worst Gateways first, at most five.
    pub gateways: Vec<GatewayRow>,
    /// Number of Gateways.
    pub gateways_total: u32,
    /// Graph of the first of them.
    pub graph: Option<Graph>,
    /// Attachments worst first, at most 20.
    pub attachments: Vec<AttachmentRow>,
    /// Number of attachments.
    pub attachments_total: u32,
    /// Gateways and listeners that a request can go through, for the tester's form.
    pub through: Vec<super::tester::Through>,
    /// Why there is nothing to show, if there is nothing.
    pub nothing: Option<Nothing>,
    /// URL that the tester's form starts with: the most telling request, such as that of a refused route.
    pub suggested_url: String,
}

/// Why there are no routes to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nothing {
    /// The cluster is being read for the first time.
    Reading,
    /// The cluster does not have the Gateway API.
    NotInstalled,
    /// Nobody lets us look at routes.
    Denied,
    /// Routes cannot be seen for another reason.
    Unseen,
    /// There are none.
    Empty,
}

/// The first page's data.
#[server(prefix = "/api/v1", endpoint = "overview", input = codec::GetUrl, output = codec::Json)]
pub async fn get_overview() -> Result<Answer<Overview>, ApiError> {
    let published = super::published()?;
    Ok(Answer::new(&published, "Overview", build(&published)))
}

#[cfg(feature = "ssr")]
pub use build::{build, headline, nothing, tally};

#[cfg(feature = "ssr")]
mod build {
    use super::*;
    use crate::api::routes::{row, worst_first};
    use crate::api::{count, counted, gateways, graph, tester};
    use crate::published::Published;
    use engine::Report;
    use engine::report::Verdict;
    use engine::snapshot::KindState;

    /// Builds the first page's data. Pure.
    pub fn build(published: &Published) -> Overview {
        let report = &published.report;
        let rows = gateways::rows(report);
        let first = rows.first().and_then(|row| {
            report
                .gateways
                .iter()
                .find(|gateway| gateway.namespace == row.namespace && gateway.name == row.name)
        });
        let tally = tally(report);
        let nothing = nothing(report);
        Overview {
            nothing,
            headline: nothing.map_or_else(|| headline(tally), title),
            subline: subline(report),
            tally,
            gateways_total: count(rows.len()),
            graph: first.map(|gateway| {
                graph::of_gateway(report, gateway, None, &gateways::at(report, gateway, None))
            }),
            gateways: rows.into_iter().take(5).collect(),
            attachments: worst_first(&report.attachments)
                .into_iter()
                .take(20)
                .map(|one| row(report, one))
                .collect(),
            attachments_total: count(report.attachments.len()),
            through: tester::through(report),
            suggested_url: tester::suggestion(report),
        }
    }

    /// Routes by their verdict over all their attachments.
    pub fn tally(report: &Report) -> Tally {
        let mut tally = Tally::default();
        for route in &report.routes {
            match route.verdict {
                Verdict::Attached => tally.attached += 1,
                Verdict::Refused => tally.refused += 1,
                Verdict::Orphan => tally.orphan += 1,
                Verdict::Unknown => tally.unknown += 1,
            }
        }
        tally
    }

    /// The answer to "is anything wrong?" in one line. Unknown is told apart and never counted as no.
    pub fn headline(tally: Tally) -> String {
        let out = tally.refused + tally.orphan;
        let unknown = tally.unknown;
        let total = out + unknown + tally.attached;
        match (total, out, unknown) {
            (0, _, _) => "No routes yet".to_owned(),
            (1, 1, _) => "The only route cannot attach".to_owned(),
            (1, _, 1) => "The only route cannot be judged".to_owned(),
            (1, _, _) => "The only route is attached".to_owned(),
            (_, 0, 0) => format!("All {total} routes are attached"),
            (_, 0, _) if unknown == total => format!("None of {total} routes can be judged"),
            (_, 0, _) => format!("{} cannot be judged", counted(unknown, "route")),
            (_, _, 0) if out == total => format!("None of {total} routes can attach"),
            (_, _, 0) => format!("{out} of {total} routes cannot attach"),
            (_, _, _) => {
                format!("{out} of {total} routes cannot attach, {unknown} cannot be judged")
            }
        }
    }

    /// Why there is nothing to show. What cannot be seen is never said not to be there.
    pub fn nothing(report: &Report) -> Option<Nothing> {
        if !report.routes.is_empty() {
            return None;
        }
        let of_routes = report
            .visibility
            .iter()
            .filter(|kind| kind.kind.route_kind().is_some());
        let states: Vec<KindState> = of_routes.map(|kind| kind.state).collect();
        let is = |wanted: &[KindState]| states.iter().any(|state| wanted.contains(state));
        let all = |wanted: KindState| states.iter().all(|state| *state == wanted);
        Some(if all(KindState::Absent) {
            Nothing::NotInstalled
        } else if is(&[KindState::Waiting, KindState::Listing]) {
            Nothing::Reading
        } else if is(&[KindState::Denied]) {
            Nothing::Denied
        } else if states.iter().all(|state| state.is_complete()) {
            Nothing::Empty
        } else {
            Nothing::Unseen
        })
    }

    fn title(nothing: Nothing) -> String {
        let words = match nothing {
            Nothing::Reading => "Reading the cluster",
            Nothing::NotInstalled => "This cluster does not have the Gateway API",
            Nothing::Denied => "Routes may not be read",
            Nothing::Unseen => "Routes cannot be seen",
            Nothing::Empty => "No routes yet",
        };
        words.to_owned()
    }

    fn subline(report: &Report) -> String {
        let shared = count(
            report
                .gateways
                .iter()
                .filter(|gateway| is_shared(gateway))
                .count(),
        );
        let gateways = count(report.gateways.len());
        let first = match (gateways, shared) {
            (0, _) => "no Gateway".to_owned(),
            (all, shared) if all == shared => counted(shared, "shared Gateway"),
            (all, shared) => format!("{}, {shared} shared", counted(all, "Gateway")),
        };
        let hidden: Vec<&str> = report
            .visibility
            .iter()
            .filter(|kind| !kind.state.is_complete())
            .map(|kind| kind.kind.as_str())
            .collect();
        let sight = match (hidden.as_slice(), report.problems.len()) {
            ([], 0) => "everything readable".to_owned(),
            ([], problems) => format!("{} could not be read", counted(count(problems), "object")),
            (hidden, _) => format!("cannot see all of {}", hidden.join(", ")),
        };
        format!(
            "{first} \u{b7} {} \u{b7} {sight}",
            counted(count(report.namespaces.len()), "namespace")
        )
    }

    /// A Gateway that admits or serves routes of other Namespaces.
    fn is_shared(gateway: &engine::report::GatewayReport) -> bool {
        gateway
            .listeners
            .iter()
            .any(|listener| listener.from != "Same")
            || gateway
                .attached_namespaces
                .iter()
                .any(|namespace| *namespace != gateway.namespace)
    }
}
