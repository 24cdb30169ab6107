//! A page's data on its way: waiting, there, or not to be had; old data stays while new data comes.

use crate::api::envelope::Answer;
use crate::api::error::ApiError;
use crate::live;
use leptos::prelude::*;
use leptos_meta::Title;

/// Shows a page once its data is there. While newer data comes the old stays; an error says what to do.
#[component]
pub fn Loaded<T, V>(
    /// The data.
    data: Resource<Result<Answer<T>, ApiError>>,
    /// What is being waited for.
    what: &'static str,
    /// The page.
    page: fn(Answer<T>) -> V,
) -> impl IntoView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=move || view! { <p class="waiting" role="status">{format!("Reading {what} \u{2026}")}</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(answer) => {
                        live::show(&answer);
                        page(answer).into_any()
                    }
                    Err(error) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// What could not be shown, why, and ways on.
#[component]
pub fn Failed(
    /// The error.
    error: ApiError,
) -> impl IntoView {
    let nearest = (!error.nearest.is_empty()).then(|| {
        let links = error.nearest.into_iter().map(|near| {
            view! { <li><super::name::Name text=near.name href=near.href/></li> }
        });
        view! { <p>"Nearest names:"</p> <ul>{links.collect_view()}</ul> }
    });
    view! {
        <Title text=error.title.clone()/>
        <div class="head"><h1>{error.title}</h1></div>
        <section class="panel empty">
            <p>{engine::sentence::visible(&error.detail).into_owned()}</p>
            {nearest}
            <p><a href=crate::paths::OVERVIEW>"Overview"</a> " shows all there is."</p>
        </section>
    }
}
