//! A command or link that can be copied: selectable text, with a button where JavaScript runs.

use leptos::prelude::*;

/// A button that copies text; without JavaScript it is not there and the text can be selected.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// Words on the button.
    label: &'static str,
) -> impl IntoView {
    let done = RwSignal::new(false);
    let can = RwSignal::new(false);
    Effect::new(move |_| can.set(true));
    let copy = move |_| {
        copy_text(&text.get_untracked());
        done.set(true);
        set_timeout(move || done.set(false), std::time::Duration::from_secs(2));
    };
    view! {
        <button type="button" class="copy" hidden=move || !can.get() on:click=copy>
            {move || if done.get() { "Copied" } else { label }}
        </button>
    }
}

/// A command to copy.
#[component]
pub fn Command(
    /// The command.
    command: String,
) -> impl IntoView {
    view! {
        <span class="command">
            <code>{command.clone()}</code>
            <CopyButton text=command label="Copy"/>
        </span>
    }
}

#[cfg(feature = "hydrate")]
fn copy_text(text: &str) {
    // The clipboard API is there on localhost and https; the promise's failure leaves the text selectable.
    let _ = window().navigator().clipboard().write_text(text);
}

#[cfg(not(feature = "hydrate"))]
fn copy_text(_text: &str) {}
