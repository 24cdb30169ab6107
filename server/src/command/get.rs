//! `gatewatch get attachments|gateways|routes|namespaces`.

use super::table::table;
use super::{Exit, Failure, print, print_data, read};
use crate::cli::{Get, Output, What};
use app::api::envelope::{Answer, Items};
use app::api::routes::worst_first;
use app::published::Published;
use engine::report::{Agreement, Attachment};
use engine::routing::verdict_word;
use serde::Serialize;

/// Lists.
pub fn run(options: &Get) -> Result<Exit, Failure> {
    let published = read(&options.source)?;
    let wanted = |namespace: &str| options.namespace.as_deref().is_none_or(|wanted| wanted == namespace);
    let report = &published.report;
    match options.what {
        What::Attachments => {
            let items: Vec<Attachment> = report.attachments.iter().filter(|a| wanted(&a.route.namespace)).cloned().collect();
            let rows = worst_first(&items).into_iter().map(|attachment| attachment_row(attachment, options.output)).collect();
            let mut header = vec!["VERDICT", "ROUTE", "PARENT", "LISTENER"];
            if options.output == Output::Wide {
                header.extend(["KIND", "REPORTED", "AGREEMENT", "HOSTNAMES"]);
            }
            header.push("WHY");
            show(&published, options.output, "AttachmentList", items, (&header, rows))
        }
        What::Gateways => {
            let items: Vec<_> = report.gateways.iter().filter(|g| wanted(&g.namespace)).cloned().collect();
            let row = |gateway: &engine::report::GatewayReport| {
                let row = app::api::gateways::row(gateway);
                let tally = gateway.tally;
                vec![
                    format!("{}/{}", gateway.namespace, gateway.name),
                    gateway.class.clone(),
                    gateway.listeners.len().to_string(),
                    gateway.addresses.join(","),
                    tally.attached.to_string(),
                    tally.refused.to_string(),
                    tally.unknown.to_string(),
                    row.openness.to_string(),
                ]
            };
            let rows = items.iter().map(row).collect();
            let header = ["GATEWAY", "CLASS", "LISTENERS", "ADDRESSES", "ATTACHED", "REFUSED", "UNKNOWN", "OPEN TO"];
            show(&published, options.output, "GatewayList", items, (&header, rows))
        }
        What::Routes => {
            let items: Vec<_> = report.routes.iter().filter(|r| wanted(&r.route.namespace)).cloned().collect();
            let row = |route: &engine::report::RouteReport| {
                let hosts = if route.hostnames.is_empty() { "*".to_owned() } else { route.hostnames.join(",") };
                vec![
                    verdict_word(route.verdict).to_owned(),
                    route.route.kind.as_str().to_owned(),
                    format!("{}/{}", route.route.namespace, route.route.name),
                    hosts,
                    route.parents.to_string(),
                    route.rules.len().to_string(),
                ]
            };
            let rows = items.iter().map(row).collect();
            show(&published, options.output, "RouteList", items, (&["VERDICT", "KIND", "ROUTE", "HOSTNAMES", "PARENTS", "RULES"], rows))
        }
        What::Namespaces => {
            let items: Vec<_> = report.namespaces.iter().filter(|n| wanted(&n.name)).cloned().collect();
            let row = |namespace: &engine::report::NamespaceReport| {
                let labels = namespace.labels.as_ref().map_or_else(
                    || "not known".to_owned(),
                    |labels| labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(","),
                );
                vec![namespace.name.clone(), namespace.routes.to_string(), labels]
            };
            let rows = items.iter().map(row).collect();
            show(&published, options.output, "NamespaceList", items, (&["NAMESPACE", "ROUTES", "LABELS"], rows))
        }
    }
}

fn show<T: Serialize>(
    published: &Published,
    output: Output,
    kind: &str,
    items: Vec<T>,
    (header, rows): (&[&str], Vec<Vec<String>>),
) -> Result<Exit, Failure> {
    let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
    if !print_data(output, &Answer::new(published, kind, Items { items, total }))? {
        if rows.is_empty() {
            eprintln!("gatewatch: nothing found");
        } else {
            print(&table(header, &rows))?;
        }
    }
    Ok(Exit::Done)
}

fn attachment_row(attachment: &Attachment, output: Output) -> Vec<String> {
    let asked = &attachment.parent_ref;
    let mut row = vec![
        verdict_word(attachment.verdict).to_owned(),
        format!("{}/{}", attachment.route.namespace, attachment.route.name),
        format!("{}/{}", asked.namespace, asked.name),
        attachment.listener.clone().unwrap_or_else(|| "-".to_owned()),
    ];
    if output == Output::Wide {
        let reported = app::api::routes::row(attachment).reported.join(",");
        row.push(attachment.route.kind.as_str().to_owned());
        row.push(if reported.is_empty() { "-".to_owned() } else { reported });
        row.push(agreement(attachment.agreement).to_owned());
        row.push(if attachment.hostnames.is_empty() { "-".to_owned() } else { attachment.hostnames.join(",") });
    }
    row.push(attachment.sentence.to_string());
    row
}

/// The agreement as a word.
pub fn agreement(agreement: Agreement) -> &'static str {
    app::api::filter::agreement_word(agreement)
}
