//! A sentence with its names in monospace.

use engine::sentence::{Part, Sentence};
use leptos::prelude::*;

/// Words and names; safe whatever the names contain.
#[component]
pub fn SentenceView(
    /// The sentence.
    sentence: Sentence,
) -> impl IntoView {
    let parts = sentence.parts().map(|part| match part {
        Part::Text(words) => words.to_owned().into_any(),
        Part::Name(name) => view! { <code>{name.to_owned()}</code> }.into_any(),
    });
    parts.collect_view()
}
