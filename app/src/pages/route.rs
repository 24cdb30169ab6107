//! `/routes/{kind}/{namespace}/{name}`: why is my route attached or not, and what does it serve?

use crate::api::envelope::Answer;
use crate::api::routes::{RouteView, get_route};
use crate::components::attachments::{ChangedMark, RemedyLine};
use crate::components::gates::{Gates, NamespaceExplainer};
use crate::components::graph::AcceptanceGraph;
use crate::components::loaded::Loaded;
use crate::components::name::Name;
use crate::components::sentence::SentenceView;
use crate::components::verdict::{VerdictChip, is_loud, word};
use crate::{live, paths};
use engine::profile::Profile;
use engine::report::{
    AttachedRoutes, Computed, Evidence, Explained, GateOutcome, Reported, RouteReport, RuleReport,
    Status,
};
use engine::sentence::visible;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The page.
#[component]
pub fn RoutePage() -> impl IntoView {
    let params = use_params_map();
    let asked = move || {
        let of = |name: &str| params.read().get(name).unwrap_or_default();
        (of("kind"), of("namespace"), of("name"), live::revision())
    };
    let data = Resource::new(asked, |(kind, namespace, name, _)| {
        get_route(kind, namespace, name)
    });
    view! { <Loaded data what="the route" page=page/> }
}

fn page(answer: Answer<RouteView>) -> impl IntoView {
    let RouteView {
        route,
        attachments,
        counted,
        graph,
        tries,
    } = answer.body;
    let full = format!("{}/{}", route.route.namespace, route.route.name);
    let parents = route.parents;
    let cards = attachments
        .clone()
        .into_iter()
        .map(move |attachment| view! { <Card attachment parents/> });
    let witnesses = attachments
        .into_iter()
        .zip(counted)
        .map(|(attachment, counted)| view! { <Witnesses attachment counted/> });
    let tries = tries
        .into_iter()
        .map(|link| {
            let instead = link.instead.map(|words| view! { <p class="fix" data-bad=""><SentenceView sentence=words/></p> });
            view! { <li>{format!("rule {}: ", link.rule + 1)} <Name text=link.label href=link.href/> {instead}</li> }
        })
        .collect_view();
    let tries = (!tries.is_empty())
        .then(|| view! { <p class="sub tries">"Try it:"</p> <ul class="plain tries">{tries}</ul> });
    let orphan = (parents == 0).then(|| view! { <section class="panel empty"><p>"This route names no parent, so no Gateway serves it."</p></section> });
    view! {
        <Title text=visible(&full).into_owned()/>
        <nav class="crumbs" aria-label="Breadcrumbs"><a href=paths::ROUTES>"Routes"</a></nav>
        <div class="head">
            <div><h1 class="name"><bdi>{visible(&full).into_owned()}</bdi></h1><p class="sub">{subline(&route)}</p></div>
        </div>
        {orphan}
        {cards.collect_view()}
        <div class="two">
            <section class="panel" aria-labelledby="witnesses">
                <header><h2 id="witnesses">"Three witnesses"</h2><span class="sub">"computed, reported, counted"</span></header>
                {witnesses.collect_view()}
                <Leftovers leftovers=route.leftovers/>
            </section>
            <section class="panel" aria-labelledby="rules">
                <header><h2 id="rules">"Rules"</h2></header>
                <Rules rules=route.rules/>
                {tries}
            </section>
        </div>
        <section class="panel" aria-label="Acceptance graph"><AcceptanceGraph graph/></section>
    }
}

fn subline(route: &RouteReport) -> String {
    let mut parts = vec![route.route.kind.as_str().to_owned()];
    parts.extend(
        route
            .generation
            .map(|generation| format!("generation {generation}")),
    );
    parts.push(if route.hostnames.is_empty() {
        "any host".to_owned()
    } else {
        route.hostnames.join(", ")
    });
    let counted = |number: usize, what: &str| {
        if number == 1 {
            format!("1 {what}")
        } else {
            format!("{number} {what}s")
        }
    };
    parts.push(format!(
        "{}, {}",
        counted(route.parents as usize, "parent"),
        counted(route.rules.len(), "rule")
    ));
    visible(&parts.join(" \u{b7} ")).into_owned()
}

#[component]
fn Card(attachment: Explained, parents: u32) -> impl IntoView {
    let key = key(&attachment);
    live::mark(&key, word(attachment.verdict));
    let asked = attachment.parent_ref.clone();
    let parent = format!("{}/{}", asked.namespace, asked.name);
    let gateway = attachment.gateway.clone();
    let href = gateway
        .as_ref()
        .map(|gateway| paths::gateway(&gateway.namespace, &gateway.name));
    let parent = match href {
        Some(href) => view! { <Name text=parent href/> }.into_any(),
        None => view! { <Name text=parent/> }.into_any(),
    };
    let listener = attachment
        .listener_key()
        .zip(gateway)
        .map(|(listener, gateway)| {
            let href = paths::gateway_listener(&gateway.namespace, &gateway.name, &listener);
            view! { ", listener " <Name text=listener href/> }
        });
    let explainer = attachment
        .gates
        .iter()
        .filter(|gate| gate.outcome != GateOutcome::NotReached)
        .find_map(|gate| match &gate.evidence {
            Some(Evidence::Namespace(evidence)) => Some(evidence.clone()),
            _ => None,
        });
    let remedies = attachment
        .remedies
        .into_iter()
        .map(|remedy| view! { <RemedyLine remedy/> });
    view! {
        <section class="panel card" data-verdict=word(attachment.verdict)>
            <header>
                <VerdictChip verdict=attachment.verdict loud=is_loud(attachment.verdict, attachment.intended)/>
                <h2>{preposition(attachment.verdict)} {parent} {listener}</h2>
                <ChangedMark key/>
                <span class="more">{format!("parentRef {} of {parents}", asked.index + 1)}</span>
            </header>
            <div class="answer-line">
                <p class="why"><SentenceView sentence=attachment.sentence/></p>
                {remedies.collect_view()}
            </div>
            <Gates gates=attachment.gates/>
            {explainer.map(|evidence| view! { <NamespaceExplainer evidence/> })}
        </section>
    }
}

/// The same key as a row of the tables has.
fn key(attachment: &Explained) -> String {
    let listener = attachment.listener_key().unwrap_or_default();
    let id = &attachment.route;
    format!(
        "{}/{}/{}/{}/{listener}",
        id.kind.as_str(),
        id.namespace,
        id.name,
        attachment.parent_ref.index
    )
}

fn preposition(verdict: engine::report::Verdict) -> &'static str {
    use engine::report::Verdict;
    match verdict {
        Verdict::Attached => "to ",
        Verdict::Refused => "by ",
        Verdict::Orphan => "of ",
        Verdict::Unknown => "at ",
    }
}

#[component]
fn Witnesses(attachment: Explained, counted: Option<AttachedRoutes>) -> impl IntoView {
    let computed = condition(attachment.computed.accepted.as_ref());
    let resolved = condition(attachment.computed.resolved_refs.as_ref());
    let reports = attachment
        .reported
        .into_iter()
        .map(|entry| view! { <Report entry/> })
        .collect_view();
    let silent = reports.is_empty().then(|| view! { <tr><th scope="row">"Reported"</th><td>"no controller wrote anything"</td></tr> });
    let expected = attachment.expected.map(|expected| {
        let title = Profile::named(&expected.implementation).unwrap_or(Profile::SPEC).title;
        let bad = expected.served.then_some("");
        view! { <tr data-bad=bad><th scope="row">"Expected of " {title}</th><td><SentenceView sentence=expected.sentence/></td></tr> }
    });
    let counted = counted.map(|counts| {
        let words = match counts.counted {
            None => format!(
                "computed {}; the controller wrote no count",
                counts.computed
            ),
            Some(counted) if counted == counts.computed => {
                format!("attachedRoutes {counted} = {} computed", counts.computed)
            }
            Some(counted) => format!("attachedRoutes {counted}, but {} computed", counts.computed),
        };
        view! { <tr><th scope="row">"Counted on the listener"</th><td>{words}</td></tr> }
    });
    view! {
        <table class="facts">
            <tbody>
                <tr><th scope="row">"Computed by Gatewatch"</th><td>{format!("Accepted {computed}")}<br/>{format!("ResolvedRefs {resolved}")}</td></tr>
                {reports}
                {silent}
                {counted}
                {expected}
                <tr><th scope="row">"Together"</th><td><SentenceView sentence=attachment.agreement_sentence/></td></tr>
            </tbody>
        </table>
    }
}

fn condition(computed: Option<&Computed>) -> String {
    match computed {
        None => "is written by nobody".to_owned(),
        Some(Computed {
            status: Status::True,
            reason,
        }) => format!("True ({reason})"),
        Some(Computed {
            status: Status::False,
            reason,
        }) => format!("False ({reason})"),
        Some(Computed {
            status: Status::Unknown,
            ..
        }) => "cannot be told".to_owned(),
    }
}

#[component]
fn Report(entry: Reported) -> impl IntoView {
    let conditions = entry.conditions.into_iter().map(|condition| {
        let words = format!("{} {} ({})", condition.type_, condition.status, condition.reason);
        let mut detail = vec![condition.message];
        detail.extend(condition.observed_generation.map(|generation| format!("generation {generation}")));
        detail.extend(condition.last_transition_time);
        detail.retain(|part| !part.is_empty());
        view! { <li>{visible(&words).into_owned()} <div class="fix">{visible(&detail.join(" \u{b7} ")).into_owned()}</div></li> }
    });
    view! {
        <tr>
            <th scope="row">"Reported by " <Name text=entry.controller/></th>
            <td><ul class="plain">{conditions.collect_view()}</ul></td>
        </tr>
    }
}

#[component]
fn Leftovers(leftovers: Vec<Reported>) -> impl IntoView {
    let entries = leftovers
        .into_iter()
        .map(|entry| view! { <Report entry/> })
        .collect_view();
    (!entries.is_empty()).then(|| {
        view! {
            <h3 class="inset">"Left over: about parents that the route no longer names"</h3>
            <table class="facts"><tbody>{entries}</tbody></table>
        }
    })
}

#[component]
fn Rules(rules: Vec<RuleReport>) -> impl IntoView {
    if rules.is_empty() {
        return view! { <p class="empty">"No rules that this version understands."</p> }.into_any();
    }
    let rows = rules.into_iter().enumerate().map(|(index, rule)| {
        let matches = rule.matches.into_iter().map(|matched| view! { <li><code>{visible(&matched).into_owned()}</code></li> });
        let filters = (!rule.filters.is_empty()).then(|| view! { <p class="fix">"filters: " {visible(&rule.filters.join(", ")).into_owned()}</p> });
        let none = rule.backends.is_empty().then_some("no backend");
        let backends = rule.backends.into_iter().map(|backend| {
            let port = backend.port.map(|port| format!(":{port}")).unwrap_or_default();
            let name = format!("{} {}/{}{port}", backend.kind, backend.namespace, backend.name);
            let bad = (backend.outcome == GateOutcome::Failed).then_some("");
            view! { <li data-bad=bad><Name text=name/> <div class="fix"><SentenceView sentence=backend.sentence/></div></li> }
        });
        let name = rule.name.map(|name| view! { <div class="fix">{visible(&name).into_owned()}</div> });
        view! {
            <tr>
                <td data-head="Rule" class="name">{index + 1} {name}</td>
                <td data-head="Matches"><ul class="plain">{matches.collect_view()}</ul>{filters}</td>
                <td data-head="Backends"><ul class="plain">{backends.collect_view()}</ul>{none}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll">
            <table class="stack">
                <caption class="visually-hidden">"Rules"</caption>
                <thead><tr><th scope="col">"Rule"</th><th scope="col">"Matches"</th><th scope="col">"Backends"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
