//! `/findings` and `/findings/{id}`: what should a person look at?

use crate::api::envelope::Answer;
use crate::api::findings::{CheckRow, FindingRow, FindingsView, get_findings};
use crate::components::attachments::RemedyLine;
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::components::sentence::SentenceView;
use crate::{live, paths};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// All findings, or those of a severity.
#[component]
pub fn FindingsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || (query.read().get("severity"), live::revision());
    let data = Resource::new(asked, |(severity, _)| get_findings(None, severity));
    view! {
        <Title text="Findings"/>
        <Loaded data what="the findings" page=page/>
    }
}

/// The findings of one check, with what it means.
#[component]
pub fn CheckPage() -> impl IntoView {
    let params = use_params_map();
    let asked = move || (params.read().get("id"), live::revision());
    let data = Resource::new(asked, |(id, _)| get_findings(id, None));
    view! { <Loaded data what="the findings" page=check_page/> }
}

fn page(answer: Answer<FindingsView>) -> impl IntoView {
    let view = answer.body;
    let all: u32 = view.by_severity.iter().map(|(_, number)| number).sum();
    let heading = match (view.severity, view.total) {
        (None, 0) => "Nothing to look at".to_owned(),
        (None, 1) => "1 finding".to_owned(),
        (None, total) => format!("{total} findings"),
        (Some(severity), total) => format!("{total} of {all} findings are {}", severity.word()),
    };
    let severities = view.by_severity.into_iter().map(|(severity, number)| {
        let href = paths::findings_of(severity.word());
        view! {
            <li data-severity=severity.word() data-zero=(number == 0).then_some("")>
                <a href=href><b>{number}</b>" "<span>{severity.word()}</span></a>
            </li>
        }
    });
    let shown = view.items.len();
    let cut = (shown < view.total as usize).then(|| {
        view! { <p class="sub inset">{format!("The first {shown} of {} are shown; choose a severity or a check to see others.", view.total)}</p> }
    });
    view! {
        <div class="head">
            <div>
                <h1>{heading}</h1>
                <p class="sub">"What a person should look at, worst first."</p>
            </div>
            <ul class="tally" aria-label="Findings by severity">{severities.collect_view()}</ul>
        </div>
        <section class="panel" aria-label="Findings">
            <Findings rows=view.items/>
            {cut}
        </section>
        <section class="panel" aria-labelledby="catalogue">
            <header><h2 id="catalogue">"Catalogue"</h2><span class="sub">"every check and what it means"</span></header>
            <Catalogue checks=view.catalogue/>
        </section>
    }
}

fn check_page(answer: Answer<FindingsView>) -> impl IntoView {
    let view = answer.body;
    let check = view.catalogue.into_iter().next();
    let title = check.as_ref().map(|one| one.title.clone());
    let meaning = check.as_ref().map(|one| one.meaning.clone());
    let about = check.map(|one| format!("{} \u{b7} {} now", one.severity.word(), one.found));
    view! {
        <Title text=title.clone().unwrap_or_default()/>
        <nav class="crumbs" aria-label="Breadcrumbs"><a href=paths::FINDINGS>"Findings"</a></nav>
        <div class="head"><div><h1>{title}</h1><p class="sub">{about}</p></div></div>
        <section class="panel" aria-label="Meaning"><p class="inset">{meaning}</p></section>
        <section class="panel" aria-label="Findings"><Findings rows=view.items/></section>
    }
}

#[component]
fn Findings(rows: Vec<FindingRow>) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="empty">"Nothing is found."</p> }.into_any();
    }
    let rows = rows.into_iter().map(|row| {
        let finding = row.finding;
        let subject = finding.subject;
        let name = if subject.namespace.is_empty() {
            subject.name
        } else {
            format!("{}/{}", subject.namespace, subject.name)
        };
        let part = (!subject.part.is_empty()).then(|| engine::sentence::visible(&subject.part).into_owned());
        let name = match row.href {
            Some(href) => view! { <Name text=name href/> }.into_any(),
            None => view! { <Name text=name/> }.into_any(),
        };
        let evidence = finding
            .evidence
            .into_iter()
            .map(|words| view! { <p class="fix"><SentenceView sentence=words/></p> });
        let remedies = finding
            .remedies
            .into_iter()
            .map(|remedy| view! { <RemedyLine remedy/> });
        view! {
            <tr>
                <td data-head="Severity"><span class="severity" data-severity=finding.severity.word()>{finding.severity.word()}</span></td>
                <td data-head="What"><a href=paths::finding(&finding.check)>{row.title}</a></td>
                <td data-head="Where">{subject.kind} " " {name} {part.map(|part| view! { <p class="fix">{part}</p> })}</td>
                <td data-head="Why">
                    <p class="why"><SentenceView sentence=finding.sentence/></p>
                    {evidence.collect_view()}
                    {remedies.collect_view()}
                </td>
            </tr>
        }
    });
    view! {
        <div class="scroll">
            <table class="stack">
                <caption class="visually-hidden">"Findings, worst first"</caption>
                <thead><tr>
                    <th scope="col">"Severity"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Where"</th>
                    <th scope="col">"Why"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Catalogue(checks: Vec<CheckRow>) -> impl IntoView {
    let rows = checks.into_iter().map(|check| {
        view! {
            <tr>
                <td data-head="Severity"><span class="severity" data-severity=check.severity.word()>{check.severity.word()}</span></td>
                <td data-head="Check"><a href=paths::finding(&check.id)>{check.title}</a></td>
                <td data-head="Meaning">{check.meaning}</td>
                <td data-head="Found" class="number">{check.found}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll">
            <table class="stack">
                <caption class="visually-hidden">"All checks"</caption>
                <thead><tr>
                    <th scope="col">"Severity"</th>
                    <th scope="col">"Check"</th>
                    <th scope="col">"Meaning"</th>
                    <th scope="col">"Found"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
