//! `gatewatch get`: attachments, gateways, routes, namespaces, findings; `gatewatch audit`.

use super::output::{print, print_data};
use super::table::table;
use super::{Exit, Failure, is_partial, read};
use crate::cli::{Audit, FailOn, Get, Output, What};
use app::api::envelope::{Answer, Items};
use app::api::filter::agreement_word;
use app::api::routes::worst_first;
use app::published::Published;
use engine::Report;
use engine::findings::{Finding, Severity};
use engine::report::{Explained, GatewayReport, NamespaceReport, RouteReport};
use engine::routing::verdict_word;
use serde::Serialize;

/// Lists.
pub fn run(options: &Get) -> Result<Exit, Failure> {
    let published = read(&options.source, options.namespace.as_deref())?;
    let report = &published.report;
    let here = |namespace: &str| {
        options
            .namespace
            .as_deref()
            .is_none_or(|wanted| wanted == namespace)
    };
    let output = options.output;
    match options.what {
        What::Attachments => {
            let items = chosen(&report.attachments, |attachment| {
                here(&attachment.route.namespace)
            });
            let explained: Vec<Explained> = items.iter().map(|one| report.explain(one)).collect();
            let rows = Rows::new(
                &ATTACHMENT,
                output,
                worst_first(items)
                    .into_iter()
                    .map(|one| attachment_row(&report.explain(one), output)),
            );
            let items: Vec<&Explained> = explained.iter().collect();
            show(&published, output, "AttachmentList", &items, &rows)?;
        }
        What::Gateways => {
            let items = chosen(&report.gateways, |gateway| here(&gateway.namespace));
            let rows = Rows::new(
                &GATEWAY,
                output,
                items.iter().map(|gateway| gateway_row(gateway, output)),
            );
            show(&published, output, "GatewayList", &items, &rows)?;
        }
        What::Routes => {
            let chosen = chosen(&report.routes, |route| here(&route.route.namespace));
            let routes: Vec<RouteReport> = chosen.iter().map(|one| report.route(one)).collect();
            let items: Vec<&RouteReport> = routes.iter().collect();
            let rows = Rows::new(
                &ROUTE,
                output,
                items.iter().map(|route| route_row(route, report, output)),
            );
            show(&published, output, "RouteList", &items, &rows)?;
        }
        What::Namespaces => {
            let items = chosen(&report.namespaces, |namespace| here(&namespace.name));
            let rows = Rows::new(
                &NAMESPACE,
                output,
                items.iter().map(|namespace| namespace_row(namespace)),
            );
            show(&published, output, "NamespaceList", &items, &rows)?;
        }
        What::Findings => {
            findings(&published, options.namespace.as_deref(), output)?;
        }
    }
    Ok(if is_partial(&published) {
        Exit::Unknown
    } else {
        Exit::Done
    })
}

/// Lists findings; fails on one that is bad enough.
pub fn audit(options: &Audit) -> Result<Exit, Failure> {
    let published = read(&options.source, options.namespace.as_deref())?;
    let limit = match options.fail_on {
        FailOn::High => Severity::High,
        FailOn::Medium => Severity::Medium,
        FailOn::Low => Severity::Low,
    };
    let worst = findings(&published, options.namespace.as_deref(), options.output)?;
    Ok(match worst {
        Some(worst) if worst <= limit => Exit::No,
        _ if is_partial(&published) => Exit::Unknown,
        _ => Exit::Done,
    })
}

/// Lists findings; tells the worst severity among them.
fn findings(
    published: &Published,
    namespace: Option<&str>,
    output: Output,
) -> Result<Option<Severity>, Failure> {
    let items = chosen(published.findings(), |finding| {
        namespace.is_none_or(|wanted| wanted == finding.subject.namespace)
    });
    let rows = items.iter().map(|finding| finding_row(finding, output));
    let rows = Rows::new(&FINDING, output, rows);
    show(published, output, "FindingList", &items, &rows)?;
    Ok(items.first().map(|finding| finding.severity))
}

fn finding_row(finding: &Finding, output: Output) -> Vec<String> {
    let subject = &finding.subject;
    let name = if subject.namespace.is_empty() {
        format!("{} {}", subject.kind, subject.name)
    } else {
        format!("{} {}/{}", subject.kind, subject.namespace, subject.name)
    };
    let mut row = vec![
        finding.severity.word().to_owned(),
        finding.check.clone(),
        name,
        if subject.part.is_empty() {
            "-".to_owned()
        } else {
            subject.part.clone()
        },
    ];
    if output == Output::Wide {
        let text = |one: &engine::report::Remedy| one.text.as_str().to_owned();
        row.push(list(&finding.remedies.iter().map(text).collect::<Vec<_>>()));
    }
    row.push(finding.sentence.as_str().to_owned());
    row
}

fn chosen<T>(all: &[T], wanted: impl Fn(&T) -> bool) -> Vec<&T> {
    all.iter().filter(|item| wanted(item)).collect()
}

/// Names of columns: those of `table`, those that `wide` adds, and the last one, which runs free.
struct Columns {
    table: &'static [&'static str],
    wide: &'static [&'static str],
    last: &'static str,
}

const ATTACHMENT: Columns = Columns {
    table: &["VERDICT", "ROUTE", "PARENT", "LISTENER"],
    wide: &["KIND", "REASON", "REPORTED", "AGREEMENT", "HOSTNAMES"],
    last: "WHY",
};
const GATEWAY: Columns = Columns {
    table: &[
        "GATEWAY",
        "CLASS",
        "LISTENERS",
        "ATTACHED",
        "REFUSED",
        "UNKNOWN",
    ],
    wide: &["CONTROLLER", "ADDRESSES", "ORPHANS"],
    last: "OPEN TO",
};
const ROUTE: Columns = Columns {
    table: &["VERDICT", "KIND", "ROUTE", "PARENTS", "RULES"],
    wide: &["BACKENDS", "GENERATION"],
    last: "HOSTNAMES",
};
const NAMESPACE: Columns = Columns {
    table: &["NAMESPACE", "ROUTES"],
    wide: &[],
    last: "LABELS",
};

const FINDING: Columns = Columns {
    table: &["SEVERITY", "CHECK", "SUBJECT", "PART"],
    wide: &["REMEDY"],
    last: "WHAT",
};

struct Rows {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    fn new(columns: &Columns, output: Output, rows: impl Iterator<Item = Vec<String>>) -> Self {
        let wide = if output == Output::Wide {
            columns.wide
        } else {
            &[]
        };
        let header = columns
            .table
            .iter()
            .chain(wide)
            .chain([&columns.last])
            .copied()
            .collect();
        Self {
            header,
            rows: rows.collect(),
        }
    }
}

fn show<T: Serialize>(
    published: &Published,
    output: Output,
    kind: &str,
    items: &[&T],
    rows: &Rows,
) -> Result<(), Failure> {
    let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
    if print_data(
        output,
        &Answer::new(
            published,
            kind,
            Items {
                items: items.to_vec(),
                total,
            },
        ),
    )? {
        return Ok(());
    }
    if rows.rows.is_empty() {
        eprintln!("gatewatch: nothing found");
        return Ok(());
    }
    print(&table(&rows.header, &rows.rows))
}

/// Joined, or a dash.
fn list(words: &[String]) -> String {
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join(",")
    }
}

fn attachment_row(attachment: &Explained, output: Output) -> Vec<String> {
    let asked = &attachment.parent_ref;
    let mut row = vec![
        verdict_word(attachment.verdict).to_owned(),
        format!("{}/{}", attachment.route.namespace, attachment.route.name),
        format!("{}/{}", asked.namespace, asked.name),
        attachment.listener_key().unwrap_or_else(|| "-".to_owned()),
    ];
    if output == Output::Wide {
        row.extend([
            attachment.route.kind.as_str().to_owned(),
            if attachment.reason.is_empty() {
                "-".to_owned()
            } else {
                attachment.reason.clone()
            },
            list(&app::api::routes::explained_row(attachment.clone()).reported),
            agreement_word(attachment.agreement).to_owned(),
            list(&attachment.hostnames),
        ]);
    }
    row.push(attachment.sentence.to_string());
    row
}

fn gateway_row(gateway: &GatewayReport, output: Output) -> Vec<String> {
    let tally = gateway.tally;
    let mut row = vec![
        format!("{}/{}", gateway.namespace, gateway.name),
        gateway.class.clone(),
        gateway.listeners.len().to_string(),
        tally.attached.to_string(),
        tally.refused.to_string(),
        tally.unknown.to_string(),
    ];
    if output == Output::Wide {
        row.extend([
            gateway.controller.clone().unwrap_or_else(|| "-".to_owned()),
            list(&gateway.addresses),
            tally.orphan.to_string(),
        ]);
    }
    row.push(app::api::gateways::row(gateway).openness.to_string());
    row
}

fn route_row(route: &RouteReport, report: &Report, output: Output) -> Vec<String> {
    let parents = report.attachments_of(&route.route);
    let mut parents: Vec<String> = parents
        .iter()
        .map(|a| format!("{}/{}", a.parent_ref.namespace, a.parent_ref.name))
        .collect();
    parents.dedup();
    let mut row = vec![
        verdict_word(route.verdict).to_owned(),
        route.route.kind.as_str().to_owned(),
        format!("{}/{}", route.route.namespace, route.route.name),
        list(&parents),
        route.rules.len().to_string(),
    ];
    if output == Output::Wide {
        let backends = route.rules.iter().flat_map(|rule| &rule.backends);
        let backends: Vec<String> = backends
            .map(|backend| {
                let port = backend
                    .port
                    .map(|port| format!(":{port}"))
                    .unwrap_or_default();
                format!("{}/{}{port}", backend.namespace, backend.name)
            })
            .collect();
        row.extend([
            list(&backends),
            route
                .generation
                .map_or_else(|| "-".to_owned(), |generation| generation.to_string()),
        ]);
    }
    row.push(if route.hostnames.is_empty() {
        "*".to_owned()
    } else {
        route.hostnames.join(",")
    });
    row
}

fn namespace_row(namespace: &NamespaceReport) -> Vec<String> {
    let labels = namespace.labels.as_ref().map_or_else(
        || "not known".to_owned(),
        |labels| {
            list(
                &labels
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect::<Vec<_>>(),
            )
        },
    );
    vec![namespace.name.clone(), namespace.routes.to_string(), labels]
}
