//! `/api/v1/routes`, `/api/v1/route` and the pages of routes: every attachment, one row each.

use super::envelope::{Answer, Items};
use super::error::ApiError;
use super::graph::Graph;
use engine::report::{
    Agreement, AttachedRoutes, Explained, Gate, NamespacedName, Remedy, RouteId, RouteReport,
    Tally, Verdict,
};
use engine::sentence::Sentence;
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};

/// One attachment in a table: what people read at a glance, without the gates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentRow {
    /// The route.
    pub route: RouteId,
    /// Index of the parentRef from 0.
    pub parent_ref: u32,
    /// Kind of the parent as asked for.
    pub parent_kind: String,
    /// Namespace of the parent.
    pub parent_namespace: String,
    /// Name of the parent.
    pub parent_name: String,
    /// The Gateway that serves the parent, if it exists.
    pub gateway: Option<NamespacedName>,
    /// Listener, if the parentRef reaches one; after the name of its ListenerSet if it has one.
    pub listener: Option<String>,
    /// Outcome.
    pub verdict: Verdict,
    /// The gate that decided.
    pub gate: Option<Gate>,
    /// The one sentence.
    pub sentence: Sentence,
    /// True for a refusal that somebody evidently wanted.
    pub intended: bool,
    /// Reason words that controllers reported for `Accepted`: `Accepted`, `NotAllowedByListeners`.
    pub reported: Vec<String>,
    /// How reported and computed compare.
    pub agreement: Agreement,
    /// The comparison in words.
    pub agreement_sentence: Sentence,
    /// First remedy.
    pub remedy: Option<Remedy>,
}

impl AttachmentRow {
    /// What stays the same about an attachment while its verdict changes.
    pub fn key(&self) -> String {
        let listener = self.listener.as_deref().unwrap_or_default();
        let RouteId {
            kind,
            namespace,
            name,
        } = &self.route;
        format!(
            "{}/{namespace}/{name}/{}/{listener}",
            kind.as_str(),
            self.parent_ref
        )
    }
}

/// A page of the routes table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowsView {
    /// Rows of this page, worst first.
    pub items: Vec<AttachmentRow>,
    /// Rows that pass the filter, on all pages.
    pub total: u32,
    /// Rows without any filter.
    pub all: u32,
    /// Rows by verdict, without any filter.
    pub facets: Tally,
    /// The filter as asked.
    pub filter: String,
    /// What is wrong with the filter; all rows are shown then.
    pub problem: Option<String>,
    /// Page number from 1.
    pub page: u32,
    /// Number of pages.
    pub pages: u32,
}

/// A route's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteView {
    /// The route with its rules.
    pub route: RouteReport,
    /// Its attachments with all gates, in parentRef and listener order.
    pub attachments: Vec<Explained>,
    /// `attachedRoutes` of each attachment's listener, in the same order: computed and counted.
    pub counted: Vec<Option<AttachedRoutes>>,
    /// The graph centred on this route.
    pub graph: Graph,
    /// Requests to try, one per rule where one is evident.
    pub tries: Vec<super::tester::TryLink>,
}

/// Rows a page.
pub const PAGE: u32 = 200;

/// All attachments with their gates, worst first, for JSON clients: 500 at a time, at most 10,000.
#[server(prefix = "/api/v1", endpoint = "routes", input = codec::GetUrl, output = codec::Json)]
pub async fn list_attachments(
    /// Words and `key:value` terms, as on the page.
    filter: Option<String>,
    /// `route`, `gateway`, `listener`, `reason` or `agreement`, with `-` reversed.
    sort: Option<String>,
    /// How many.
    limit: Option<u32>,
    /// How many to leave out first.
    offset: Option<u32>,
) -> Result<Answer<Items<Explained>>, ApiError> {
    let published = super::published()?;
    let filter = super::filter::Filter::parse(filter.as_deref().unwrap_or_default())
        .map_err(|words| super::with_status(ApiError::bad_request(words)))?;
    let sorted = sorted(
        &published.report.attachments,
        sort.as_deref().unwrap_or_default(),
    );
    let report = &published.report;
    let passing: Vec<_> = sorted
        .into_iter()
        .filter(|attachment| filter.passes(report, attachment))
        .collect();
    let items = passing
        .iter()
        .skip(offset.unwrap_or(0) as usize)
        .take(limit.unwrap_or(500).min(10_000) as usize);
    let body = Items {
        items: items.map(|attachment| report.explain(attachment)).collect(),
        total: super::count(passing.len()),
    };
    Ok(Answer::new(&published, "AttachmentList", body))
}

/// A page of rows for the routes table.
#[server(prefix = "/api/v1", endpoint = "attachment-rows", input = codec::GetUrl, output = codec::Json)]
pub async fn get_attachment_rows(
    /// Words and `key:value` terms.
    filter: Option<String>,
    /// Page number from 1.
    page: Option<u32>,
) -> Result<Answer<RowsView>, ApiError> {
    let published = super::published()?;
    let body = rows_view(
        &published.report,
        filter.as_deref().unwrap_or_default(),
        page.unwrap_or(1),
    );
    Ok(Answer::new(&published, "AttachmentRows", body))
}

/// One route with everything that is known about it.
#[server(prefix = "/api/v1", endpoint = "route", input = codec::GetUrl, output = codec::Json)]
pub async fn get_route(
    /// Kind: `HTTPRoute`, ...
    kind: String,
    /// Namespace.
    namespace: String,
    /// Name.
    name: String,
) -> Result<Answer<RouteView>, ApiError> {
    let published = super::published()?;
    let body = route_view(&published, &kind, &namespace, &name).map_err(super::with_status)?;
    Ok(Answer::new(&published, "Route", body))
}

#[cfg(feature = "ssr")]
pub use build::*;

#[cfg(feature = "ssr")]
mod build {
    use super::*;
    use crate::api::error::Nearest;
    use crate::api::filter::Filter;
    use crate::api::{count, graph, tester};
    use crate::published::Published;
    use engine::report::Attachment;
    use engine::{Report, RouteKind};

    /// The row of an attachment.
    pub fn row(report: &Report, attachment: &Attachment) -> AttachmentRow {
        explained_row(report.explain(attachment))
    }

    /// The row of an attachment that is explained already.
    pub fn explained_row(attachment: Explained) -> AttachmentRow {
        let accepted = attachment
            .reported
            .iter()
            .flat_map(|entry| &entry.conditions)
            .filter(|c| c.type_ == "Accepted");
        AttachmentRow {
            reported: accepted.map(|condition| condition.reason.clone()).collect(),
            listener: attachment.listener_key(),
            route: attachment.route,
            parent_ref: attachment.parent_ref.index,
            parent_kind: attachment.parent_ref.kind,
            parent_namespace: attachment.parent_ref.namespace,
            parent_name: attachment.parent_ref.name,
            gateway: attachment.gateway,
            verdict: attachment.verdict,
            gate: attachment.gate,
            sentence: attachment.sentence,
            intended: attachment.intended,
            agreement: attachment.agreement,
            agreement_sentence: attachment.agreement_sentence,
            remedy: attachment.remedies.into_iter().next(),
        }
    }

    /// Worst first: refused for something broken, orphan, unknown, refused on purpose, attached but contradicted or
    /// with broken references, attached.
    pub fn worst_first<'a>(
        attachments: impl IntoIterator<Item = &'a Attachment>,
    ) -> Vec<&'a Attachment> {
        let mut sorted: Vec<&Attachment> = attachments.into_iter().collect();
        let rank = |attachment: &Attachment| match (
            attachment.verdict,
            attachment.intended,
            attachment.gate,
        ) {
            (Verdict::Refused, false, _) => 0,
            (Verdict::Orphan, _, _) => 1,
            (Verdict::Unknown, _, _) => 2,
            (Verdict::Refused, true, _) => 3,
            (Verdict::Attached, _, Some(_)) => 4,
            (Verdict::Attached, _, None) if attachment.agreement == Agreement::Contradicts => 4,
            (Verdict::Attached, _, None) => 5,
        };
        sorted.sort_by(|a, b| {
            (rank(a), &a.route, a.parent_ref.index).cmp(&(rank(b), &b.route, b.parent_ref.index))
        });
        sorted
    }

    /// Sorts by a column: `route`, `gateway`, `listener`, `reason`, `agreement`, with `-` reversed; anything else is
    /// worst first.
    pub fn sorted<'a>(
        attachments: impl IntoIterator<Item = &'a Attachment>,
        column: &str,
    ) -> Vec<&'a Attachment> {
        let mut sorted = worst_first(attachments);
        let (name, reverse) = column
            .strip_prefix('-')
            .map_or((column, false), |name| (name, true));
        match name {
            "route" => {
                sorted.sort_by_key(|one| (&one.route.namespace, &one.route.name, one.route.kind));
            }
            "gateway" => {
                sorted.sort_by_key(|one| (&one.parent_ref.namespace, &one.parent_ref.name));
            }
            "listener" => sorted.sort_by_cached_key(|one| one.listener_key()),
            "reason" => sorted.sort_by_key(|one| one.reason),
            "agreement" => sorted.sort_by_key(|one| one.agreement),
            _ => {}
        }
        if reverse {
            sorted.reverse();
        }
        sorted
    }

    /// The page of rows that a filter and a page number ask for.
    pub fn rows_view(report: &Report, filter: &str, page: u32) -> RowsView {
        let (parsed, problem) = match Filter::parse(filter) {
            Ok(parsed) => (parsed, None),
            Err(words) => (Filter::default(), Some(words)),
        };
        let mut facets = Tally::default();
        for attachment in &report.attachments {
            match attachment.verdict {
                Verdict::Attached => facets.attached += 1,
                Verdict::Refused => facets.refused += 1,
                Verdict::Orphan => facets.orphan += 1,
                Verdict::Unknown => facets.unknown += 1,
            }
        }
        let rows: Vec<&Attachment> = worst_first(&report.attachments)
            .into_iter()
            .filter(|one| parsed.passes(report, one))
            .collect();
        let total = count(rows.len());
        let pages = total.div_ceil(PAGE).max(1);
        let page = page.clamp(1, pages);
        let items = rows
            .into_iter()
            .skip(((page - 1) * PAGE) as usize)
            .take(PAGE as usize)
            .map(|one| row(report, one))
            .collect();
        RowsView {
            items,
            total,
            all: count(report.attachments.len()),
            facets,
            filter: filter.to_owned(),
            problem,
            page,
            pages,
        }
    }

    /// A route's page, or the nearest names.
    pub fn route_view(
        published: &Published,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<RouteView, ApiError> {
        let report = &published.report;
        let found = RouteKind::parse(kind).and_then(|kind| {
            let id = RouteId {
                kind,
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            };
            report.summary(&id)
        });
        let Some(route) = found else {
            let asked = format!("{namespace}/{name}");
            let names: Vec<String> = report
                .routes
                .iter()
                .map(|r| format!("{}/{}", r.route.namespace, r.route.name))
                .collect();
            let near = engine::nearest::nearest(&asked, names.iter().map(String::as_str), 3);
            let link = |near: &&str| {
                report
                    .routes
                    .iter()
                    .find(|r| format!("{}/{}", r.route.namespace, r.route.name) == **near)
                    .map(|r| Nearest {
                        name: format!("{} {near}", r.route.kind.as_str()),
                        href: crate::paths::route(r.route.kind, &r.route.namespace, &r.route.name),
                    })
            };
            let shown = engine::sentence::visible(&asked).into_owned();
            let kind = engine::sentence::visible(kind).into_owned();
            return Err(ApiError::not_found(
                format!("There is no {kind} {shown}."),
                near.iter().filter_map(link).collect(),
            ));
        };
        let attachments: Vec<&Attachment> = report.attachments_of(&route.route).iter().collect();
        let counted = attachments
            .iter()
            .map(|attachment| counted(report, attachment))
            .collect();
        let graph = graph::of_route(report, route, &attachments);
        let route = report.route(route);
        Ok(RouteView {
            graph,
            tries: tester::tries(published, &route.route),
            counted,
            attachments: attachments
                .into_iter()
                .map(|one| report.explain(one))
                .collect(),
            route,
        })
    }

    fn counted(report: &Report, attachment: &Attachment) -> Option<AttachedRoutes> {
        let served = attachment.gateway.as_ref()?;
        let gateway = report
            .gateways
            .iter()
            .find(|g| g.namespace == served.namespace && g.name == served.name)?;
        let key = attachment.listener_key()?;
        let listener = gateway
            .listeners
            .iter()
            .find(|listener| listener.key() == key)?;
        Some(listener.attached_routes)
    }
}
