//! A verdict: icon, word and colour, never colour alone.

use engine::report::{Agreement, Verdict};
use leptos::prelude::*;

/// The verdict as a word.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attached => "attached",
        Verdict::Refused => "refused",
        Verdict::Orphan => "orphan",
        Verdict::Unknown => "unknown",
    }
}

/// A refusal that nobody evidently wanted, or a parent that does not exist: broken, so loud.
pub fn is_loud(verdict: Verdict, intended: bool) -> bool {
    match verdict {
        Verdict::Refused => !intended,
        Verdict::Orphan => true,
        Verdict::Unknown | Verdict::Attached => false,
    }
}

/// SVG path data of a verdict's icon, in a box of 16.
fn icon(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attached => "M3 8.5 6.5 12 13 4.5",
        Verdict::Refused => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.8 12.2 12.2 3.8",
        Verdict::Orphan => "M2 8h5M10 8h1M13 8h1M6 4.5v7",
        Verdict::Unknown => "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.6 8 9 8 10M8 12.6v.4",
    }
}

/// Icon and word.
#[component]
pub fn VerdictChip(
    /// The verdict.
    verdict: Verdict,
    /// Something is broken: shown louder than what somebody evidently wanted.
    #[prop(optional)]
    loud: bool,
) -> impl IntoView {
    view! {
        <span class="verdict" data-verdict=word(verdict) data-loud=loud.then_some("")>
            <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d=icon(verdict) fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>
            </svg>
            {word(verdict)}
        </span>
    }
}

/// What controllers reported, and whether it agrees.
#[component]
pub fn AgreementBadge(
    /// Their reason words.
    reported: Vec<String>,
    /// How they compare with ours.
    agreement: Agreement,
) -> impl IntoView {
    let (attribute, words) = match agreement {
        Agreement::Agrees => ("agrees", "\u{2713} agrees"),
        Agreement::Stale => ("stale", "stale"),
        Agreement::Leftover => ("leftover", "left over"),
        Agreement::Contradicts => ("contradicts", "\u{2717} contradicts"),
        Agreement::Silent => ("silent", "says nothing"),
        Agreement::Unknown => ("unknown", "not comparable"),
    };
    let shown = engine::sentence::visible(&reported.join(", ")).into_owned();
    view! {
        <span class="agree" data-agreement=attribute>
            {(!shown.is_empty()).then(|| view! { <span class="reported">"reported: " {shown}</span> })}
            <span>{words}</span>
        </span>
    }
}
