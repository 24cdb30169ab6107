//! `/try`: where would this request go?

use crate::api::envelope::Answer;
use crate::api::tester::{ByProfile, TryView, get_try};
use crate::components::copy::{Command, CopyButton};
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::components::sentence::SentenceView;
use crate::components::try_form::TryFormView;
use crate::components::verdict::VerdictChip;
use crate::{live, paths};
use engine::Decision;
use engine::profile::Profile;
use engine::routing::{
    Assumption, BackendShare, Candidate, Counterfactual, Hop, NearMiss, Outcome, Rewritten,
};
use engine::sentence::visible;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page. All of its state is in the query.
#[component]
pub fn TryPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || {
        let of = |name: &str| query.read().get(name);
        // The form's choice names Gateway and listener in one word; links name them apart.
        let through = of("through").unwrap_or_default();
        let (gateway, listener) = match through.split_once(' ') {
            Some((gateway, listener)) => (Some(gateway.to_owned()), Some(listener.to_owned())),
            None => (of("gateway"), of("listener")),
        };
        (
            of("url"),
            of("method"),
            of("headers"),
            gateway,
            listener,
            of("sni"),
            (of("from"), of("implementation")),
            live::revision(),
        )
    };
    let fetch = |(url, method, headers, gateway, listener, sni, (from, implementation), _)| {
        get_try(
            url,
            method,
            headers,
            gateway,
            listener,
            sni,
            from,
            implementation,
        )
    };
    let data = Resource::new(asked, fetch);
    view! { <Loaded data what="the answer" page=page/> }
}

fn page(answer: Answer<TryView>) -> impl IntoView {
    let revision = answer.revision;
    let TryView {
        form,
        through,
        problem,
        decision,
        curl,
        profiles,
    } = answer.body;
    let title = match &decision {
        Some(decision) => {
            let status = decision.status.map_or_else(
                || short(decision.outcome).to_owned(),
                |status| status.to_string(),
            );
            format!(
                "{} {} \u{2192} {status} \u{b7} Try a path",
                decision.request.method,
                visible(&decision.request.path)
            )
        }
        None => "Try a path".to_owned(),
    };
    let link = decision.as_ref().map(|_| {
        paths::try_request(&[
            ("url", &form.url),
            ("method", &form.method),
            ("headers", &form.headers),
            ("gateway", &form.gateway),
            ("listener", &form.listener),
            ("sni", &form.sni),
            ("from", &form.from),
            ("implementation", &form.implementation),
        ])
    });
    view! {
        <Title text=title/>
        <div class="head"><div>
            <h1>"Try a path"</h1>
            <p class="sub">{format!("Answers from the routing engine at revision {revision}. No request is sent. ")}<a href=paths::ASSERTIONS>"Assertions"</a></p>
        </div></div>
        <section class="panel" aria-label="Request"><TryFormView form through problem full=true/></section>
        {decision.map(|decision| view! { <DecisionView decision curl=curl.unwrap_or_default() link=link.unwrap_or_default()/> })}
        <Profiles profiles/>
    }
}

fn short(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Backend => "served",
        Outcome::Redirect => "redirect",
        Outcome::Error => "error",
        Outcome::NotFound => "not found",
        Outcome::RefusedConnection => "no connection",
        Outcome::Passthrough => "passed on",
        Outcome::Unknown => "unknown",
    }
}

fn class(decision: &Decision) -> &'static str {
    class_of(decision.outcome)
}

fn class_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Backend | Outcome::Passthrough => "2",
        Outcome::Redirect => "3",
        Outcome::Error | Outcome::NotFound | Outcome::RefusedConnection => "4",
        Outcome::Unknown => "unknown",
    }
}

#[component]
fn DecisionView(decision: Decision, curl: String, link: String) -> impl IntoView {
    let code = decision.status.map_or_else(
        || {
            if decision.outcome == Outcome::Unknown {
                "?".to_owned()
            } else {
                "\u{2192}".to_owned()
            }
        },
        |status| status.to_string(),
    );
    let because = (!decision.because.is_empty())
        .then(|| view! { <p class="why"><SentenceView sentence=decision.because.clone()/></p> });
    // The page's own address, made whole where the browser knows it.
    let whole = RwSignal::new(link.clone());
    Effect::new(move |_| {
        let origin = window().location().origin().unwrap_or_default();
        whole.set(format!("{origin}{link}"));
    });
    let class = class(&decision);
    let kind = short(decision.outcome);
    view! {
        <section class="panel" aria-label="Answer">
            <div class="answer">
                <div class="code" data-class=class><span class="visually-hidden">{kind} " "</span>{code}</div>
                <div>
                    <h2><SentenceView sentence=decision.sentence.clone()/></h2>
                    {because}
                </div>
                <div class="actions"><CopyButton text=curl.clone() label="Copy curl"/> <CopyButton text=whole label="Copy link"/></div>
            </div>
            <Backends backends=decision.backends.clone()/>
            <Effects decision=decision.clone()/>
            <Hops hops=decision.hops.clone()/>
            <p class="curl"><code>{curl}</code></p>
        </section>
        <div class="two">
            <Ladder candidates=decision.candidates total=decision.candidates_total/>
            <Changes counterfactuals=decision.counterfactuals near_misses=decision.near_misses assumptions=decision.assumptions implementation=decision.implementation/>
        </div>
    }
}

#[component]
fn Backends(backends: Vec<BackendShare>) -> impl IntoView {
    let rows = backends.into_iter().map(|backend| {
        let port = backend
            .port
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let name = format!(
            "{} {}/{}{port}",
            backend.kind, backend.namespace, backend.name
        );
        let bad = (!backend.resolved).then_some("");
        view! {
            <tr data-bad=bad>
                <td class="number">{format!("{:.0} %", backend.share * 100.0)}</td>
                <td><Name text=name/></td>
                <td class="fix"><SentenceView sentence=backend.sentence/></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    (!rows.is_empty()).then(|| view! { <table class="facts"><caption class="visually-hidden">"Backends and their shares"</caption><tbody>{rows}</tbody></table> })
}

/// What the gateway does to the request and to the answer, besides choosing a backend.
#[component]
fn Effects(decision: Decision) -> impl IntoView {
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.push((name.to_owned(), visible(&value).into_owned()));
        }
    };
    let rewritten = decision.rewritten.unwrap_or(Rewritten {
        host: None,
        path: None,
    });
    add("Path for the backend", rewritten.path);
    add("Host for the backend", rewritten.host);
    let header = |(name, value): (String, String)| match value.as_str() {
        "" => format!("{name} removed"),
        value => format!("{name}: {value}"),
    };
    for change in decision.request_headers.into_iter().map(header) {
        add("Header to the backend", Some(change));
    }
    for change in decision.response_headers.into_iter().map(header) {
        add("Header to the client", Some(change));
    }
    for mirror in decision.mirrors {
        let port = mirror
            .port
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let broken = if mirror.resolved { "" } else { ", broken" };
        let share = mirror.share * 100.0;
        let name = format!("{}/{}{port}", mirror.namespace, mirror.name);
        add("Copies", Some(format!("{share:.0} % to {name}{broken}")));
    }
    for (name, value) in decision.timeouts {
        add("Timeouts and retries", Some(format!("{name} {value}")));
    }
    add("gRPC status", decision.grpc_status);
    let rows = rows.into_iter().map(|(name, value)| {
        view! { <tr><th scope="row">{name}</th><td><code>{value}</code></td></tr> }
    });
    let rows = rows.collect_view();
    (!rows.is_empty()).then(|| view! { <table class="facts"><caption class="visually-hidden">"What the gateway changes"</caption><tbody>{rows}</tbody></table> })
}

/// Where a client that follows redirects ends up.
#[component]
fn Hops(hops: Vec<Hop>) -> impl IntoView {
    let circle = hops.iter().any(|hop| hop.again);
    let rows = hops.into_iter().map(|hop| {
        let href = paths::try_request(&[("url", &hop.url)]);
        let code = hop.status.map_or_else(
            || short(hop.outcome).to_owned(),
            |status| status.to_string(),
        );
        view! {
            <li>
                <span class="outcome" data-class=class_of(hop.outcome)>{code}</span> " "
                <a href=href><code>{visible(&hop.url).into_owned()}</code></a>
                <p class="fix"><SentenceView sentence=hop.sentence/></p>
            </li>
        }
    });
    let rows = rows.collect_view();
    let heading = if circle {
        "The redirects lead in a circle"
    } else {
        "Where the redirects lead"
    };
    (!rows.is_empty())
        .then(|| view! { <h3 class="inset">{heading}</h3> <ol class="rows">{rows}</ol> })
}

/// The same request as known implementations answer it: those that differ one by one, the others by name.
#[component]
fn Profiles(profiles: Vec<ByProfile>) -> impl IntoView {
    if profiles.is_empty() {
        return ().into_any();
    }
    let (same, others): (Vec<ByProfile>, Vec<ByProfile>) =
        profiles.into_iter().partition(|one| one.same);
    let names: Vec<String> = same.into_iter().map(|one| one.title).collect();
    let none = others
        .is_empty()
        .then(|| view! { <p class="sub inset">"All that are known here answer the same."</p> });
    let rows = others.into_iter().map(|one| {
        let code = one.status.map_or_else(
            || short(one.outcome).to_owned(),
            |status| status.to_string(),
        );
        view! {
            <li>
                <span class="outcome" data-class=class_of(one.outcome)>{code}</span> " "
                <b>{one.title}</b>
                <p class="fix"><SentenceView sentence=one.sentence/></p>
            </li>
        }
    });
    view! {
        <section class="panel" aria-labelledby="profiles">
            <header><h2 id="profiles">"As implementations answer it"</h2></header>
            {none}
            <ul class="rows">{rows.collect_view()}</ul>
            <p class="sub inset">{format!("As above: {}.", names.join(", "))}</p>
        </section>
    }
    .into_any()
}

#[component]
fn Ladder(candidates: Vec<Candidate>, total: u32) -> impl IntoView {
    let count = if total == 1 {
        "1 candidate".to_owned()
    } else {
        format!("{total} candidates")
    };
    let rows = candidates.into_iter().enumerate().map(|(index, candidate)| {
        let id = candidate.route;
        let href = paths::route(id.kind, &id.namespace, &id.name);
        view! {
            <li data-lost=candidate.lost_at.is_some().then_some("")>
                <span class="rung">{index + 1}</span>
                <div>
                    <VerdictChip verdict=candidate.verdict/> " "
                    <Name text=format!("{}/{}", id.namespace, id.name) href/>
                    {format!(" rule {} \u{b7} ", candidate.rule + 1)} <code>{visible(&candidate.matches).into_owned()}</code>
                    <p class="fix"><SentenceView sentence=candidate.sentence/></p>
                </div>
            </li>
        }
    });
    let none = (total == 0).then(|| view! { <p class="empty">"No rule was considered."</p> });
    view! {
        <section class="panel" aria-labelledby="ladder">
            <header><h2 id="ladder">"Decision ladder"</h2><span class="sub">{count}</span></header>
            {none}
            <ol class="ladder">{rows.collect_view()}</ol>
        </section>
    }
}

#[component]
fn Changes(
    counterfactuals: Vec<Counterfactual>,
    near_misses: Vec<NearMiss>,
    assumptions: Vec<Assumption>,
    implementation: String,
) -> impl IntoView {
    let none = (counterfactuals.is_empty() && near_misses.is_empty())
        .then(|| view! { <p class="empty">"Nothing near would change it."</p> });
    let changes = counterfactuals.into_iter().map(|change| {
        view! {
            <li>
                <SentenceView sentence=change.change/>
                <div class="fix">"then: " <SentenceView sentence=change.outcome/></div>
                {change.command.map(|command| view! { <Command command/> })}
            </li>
        }
    });
    let near = near_misses
        .into_iter()
        .map(|near| view! { <li><SentenceView sentence=near.sentence/></li> });
    let (telling, others): (Vec<Assumption>, Vec<Assumption>) =
        assumptions.into_iter().partition(|one| one.changes_answer);
    let as_whom = Profile::named(&implementation)
        .unwrap_or(Profile::SPEC)
        .title;
    let others_count = others.len();
    let row = |assumption: Assumption| {
        let words = if assumption.changes_answer {
            "changes this answer"
        } else {
            "does not change this answer"
        };
        view! {
            <tr data-bad=assumption.changes_answer.then_some("")>
                <th scope="row">{assumption.name} ": " {assumption.value}</th>
                <td>{words} {assumption.alternative.map(|other| view! { <div class="fix">"otherwise: " <SentenceView sentence=other/></div> })}</td>
            </tr>
        }
    };
    let none_tells = if telling.is_empty() {
        " No assumption changes this answer."
    } else {
        " The answer would be another where:"
    };
    view! {
        <section class="panel" aria-labelledby="changes">
            <header><h2 id="changes">"What would change the answer"</h2></header>
            {none}
            <ul class="rows">{changes.collect_view()} {near.collect_view()}</ul>
            <h3 class="inset">"Assumptions"</h3>
            <p class="sub inset">"Answered as " {as_whom} " routes." {none_tells}</p>
            <table class="facts"><tbody>{telling.into_iter().map(row).collect_view()}</tbody></table>
            <details class="inset">
                <summary>{format!("{others_count} assumptions that do not matter here")}</summary>
                <table class="facts"><tbody>{others.into_iter().map(row).collect_view()}</tbody></table>
            </details>
        </section>
    }
}
