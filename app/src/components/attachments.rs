//! The table of attachments: verdict, names, the one sentence, what the controller says.

use super::copy::Command;
use super::name::Name;
use super::sentence::SentenceView;
use super::verdict::{AgreementBadge, VerdictChip, is_loud, word};
use crate::api::routes::AttachmentRow;
use crate::{live, paths};
use engine::report::Remedy;
use leptos::prelude::*;

/// Attachments, one row each.
#[component]
pub fn AttachmentTable(
    /// The rows in the order in which they are shown.
    rows: Vec<AttachmentRow>,
    /// Accessible name of the table.
    caption: &'static str,
) -> impl IntoView {
    view! {
        <div class="scroll">
            <table class="stack attachments">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Verdict"</th>
                        <th scope="col">"Route"</th>
                        <th scope="col">"Listener"</th>
                        <th scope="col">"Why"</th>
                        <th scope="col">"Controller says"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| view! { <AttachmentLine row/> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn AttachmentLine(row: AttachmentRow) -> impl IntoView {
    let key = row.key();
    live::mark(&key, word(row.verdict));
    let mark = key.clone();
    let route = paths::route(row.route.kind, &row.route.namespace, &row.route.name);
    let (text, href) = match (&row.listener, &row.gateway) {
        (Some(listener), Some(gateway)) => (
            listener.clone(),
            Some(paths::gateway_listener(
                &gateway.namespace,
                &gateway.name,
                listener,
            )),
        ),
        (_, gateway) => (
            format!("{}/{}", row.parent_namespace, row.parent_name),
            gateway
                .as_ref()
                .map(|gateway| paths::gateway(&gateway.namespace, &gateway.name)),
        ),
    };
    let kind = (row.route.kind != engine::RouteKind::Http)
        .then(|| view! { <span class="fix">{row.route.kind.as_str()}</span> });
    view! {
        <tr data-verdict=word(row.verdict) data-changed=move || live::before(&key).map(|_| "")>
            <td data-head="Verdict">
                <VerdictChip verdict=row.verdict loud=is_loud(row.verdict, row.intended)/>
                <ChangedMark key=mark/>
            </td>
            <td data-head="Route"><Name text=format!("{}/{}", row.route.namespace, row.route.name) href=route/> {kind}</td>
            <td data-head="Listener">{match href {
                Some(href) => view! { <Name text href/> }.into_any(),
                None => view! { <Name text/> }.into_any(),
            }}</td>
            <td data-head="Why">
                <p class="why"><SentenceView sentence=row.sentence/></p>
                {row.remedy.map(|remedy| view! { <RemedyLine remedy/> })}
            </td>
            <td data-head="Controller says"><AgreementBadge reported=row.reported agreement=row.agreement/></td>
        </tr>
    }
}

/// What would change a verdict, with the command to copy.
#[component]
pub fn RemedyLine(
    /// The remedy.
    remedy: Remedy,
) -> impl IntoView {
    view! {
        <div class="fix">
            <SentenceView sentence=remedy.text/>
            " "
            {remedy.command.map(|command| view! { <Command command/> })}
        </div>
    }
}

/// "changed, was refused", until the person has seen it.
#[component]
pub fn ChangedMark(
    /// Key of the attachment.
    key: String,
) -> impl IntoView {
    move || {
        live::before(&key)
            .map(|before| view! { <span class="changed">{format!("changed, was {before}")}</span> })
    }
}
