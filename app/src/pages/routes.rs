//! `/routes`: every attachment.

use crate::api::envelope::Answer;
use crate::api::routes::{RowsView, get_attachment_rows};
use crate::components::attachments::AttachmentTable;
use crate::components::loaded::Loaded;
use crate::components::pager::Pager;
use crate::{live, paths};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn RoutesPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || {
        let page = query
            .read()
            .get("page")
            .and_then(|page| page.parse::<u32>().ok());
        (query.read().get("filter"), page, live::revision())
    };
    let data = Resource::new(asked, |(filter, page, _)| get_attachment_rows(filter, page));
    view! {
        <Title text="Routes"/>
        <Loaded data what="the routes" page=page/>
    }
}

fn page(answer: Answer<RowsView>) -> impl IntoView {
    let RowsView {
        items,
        total,
        all,
        facets,
        filter,
        problem,
        page,
        pages,
    } = answer.body;
    let count = |number: u32| {
        if number == 1 {
            "1 attachment".to_owned()
        } else {
            format!("{number} attachments")
        }
    };
    let heading = if total == all {
        count(all)
    } else {
        format!("{total} of {}", count(all))
    };
    let chips = [
        ("refused", facets.refused),
        ("orphan", facets.orphan),
        ("unknown", facets.unknown),
        ("attached", facets.attached),
    ];
    let is_filtered = !filter.is_empty();
    let chips = chips.map(|(word, number)| {
        let term = format!("verdict:{word}");
        let current = (filter == term).then_some("true");
        view! { <a class="chip" data-verdict=word href=paths::routes_filtered(&term) aria-current=current>{word} " " <b>{number}</b></a> }
    });
    let described = problem.is_some().then_some("filter-problem");
    let of_page = filter.clone();
    let href = Callback::new(move |page: u32| {
        let page = page.to_string();
        format!(
            "{}?{}",
            paths::ROUTES,
            paths::query(&[("filter", &of_page), ("page", &page)])
        )
    });
    let table = if items.is_empty() {
        let words = if all == 0 {
            "No route names a parent yet."
        } else {
            "No attachment passes this filter."
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        view! { <AttachmentTable rows=items caption="Attachments, worst first"/> }.into_any()
    };
    view! {
        <div class="head"><div><h1>{heading}</h1><p class="sub">"One row per route, parentRef and listener, worst first."</p></div></div>
        <section class="panel" aria-label="Attachments">
            <Form method="GET" action=paths::ROUTES attr:class="filter" attr:role="search" attr:aria-label="Filter">
                <label>
                    "Filter"
                    <input id="filter" name="filter" value=filter autocomplete="off" spellcheck="false"
                        placeholder="words, verdict:refused ns:hr gateway:infra-ns/shared-gateway gate:namespace"
                        aria-describedby=described/>
                </label>
                <button>"Filter"</button>
                {problem.map(|problem| view! { <p id="filter-problem" class="wrong">{problem} " All rows are shown."</p> })}
            </Form>
            <p class="chips">{chips} {is_filtered.then(|| view! { <a class="chip" href=paths::ROUTES>"all " <b>{all}</b></a> })}</p>
            {table}
            <Pager page pages href/>
        </section>
    }
}
