//! The tester's form: a GET form that works without JavaScript.

use crate::api::tester::{Through, TryForm};
use crate::paths;
use engine::profile::Profile;
use leptos::prelude::*;
use leptos_router::components::Form;

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
];

/// Method, URL, through; headers and SNI where asked for.
#[component]
pub fn TryFormView(
    /// The form as it was filled in.
    form: TryForm,
    /// What can be chosen.
    through: Vec<Through>,
    /// What is wrong with the request.
    #[prop(optional_no_strip)]
    problem: Option<String>,
    /// Whether the fields for headers and SNI are shown.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let method = if form.method.is_empty() {
        "GET".to_owned()
    } else {
        form.method.clone()
    };
    let methods = METHODS.map(|name| view! { <option selected=name == method>{name}</option> });
    let chosen = (form.gateway.clone(), form.listener.clone());
    let choices = through.into_iter().map(move |choice| {
        let value = format!("{} {}", choice.gateway, choice.listener);
        let words = format!("{} \u{b7} {} (port {})", choice.gateway, choice.listener, choice.port);
        let selected = chosen == (choice.gateway, choice.listener);
        view! { <option value=value selected=selected>{engine::sentence::visible(&words).into_owned()}</option> }
    });
    let asked = form.implementation.clone();
    let implementations = Profile::ALL.map(|profile| {
        let selected = profile.name == asked;
        view! { <option value=profile.name selected=selected>{profile.title}</option> }
    });
    let more = full.then(|| {
        view! {
            <div class="more-fields">
            <label>
                "Headers, one a line"
                <textarea name="headers" rows="2" placeholder="name: value">{form.headers.clone()}</textarea>
            </label>
            <label>"SNI" <input name="sni" value=form.sni.clone() placeholder="the host"/></label>
            <label>"From namespace (mesh)" <input name="from" value=form.from.clone() placeholder="through a Gateway"/></label>
            <label>
                "As implemented by"
                <select name="implementation">
                    <option value="">"the Gateway's controller"</option>
                    {implementations}
                </select>
            </label>
            </div>
        }
    });
    let described = problem.is_some().then_some("try-problem");
    view! {
        <Form method="GET" action=paths::TRY attr:class="try" attr:role="search" attr:aria-label="Try a path">
            <label>"Method" <select name="method">{methods}</select></label>
            <label>
                "URL or curl command"
                <input name="url" required=true value=form.url.clone() autocomplete="off" spellcheck="false"
                    aria-invalid=problem.is_some().then_some("true") aria-describedby=described/>
            </label>
            <label>
                "Through"
                <select name="through">
                    <option value="">"whatever answers there"</option>
                    {choices.collect_view()}
                </select>
            </label>
            <button class="primary">"Try"</button>
            {problem.map(|problem| view! { <p id="try-problem" class="wrong">{problem}</p> })}
            {more}
        </Form>
    }
}
