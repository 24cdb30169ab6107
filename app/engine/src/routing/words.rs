//! Words that several parts of an answer share.

use super::decision::LostAt;
use super::request::Request;
use super::table::Entry;
use crate::report::{Gate, Verdict};
use crate::sentence::Sentence;

/// "ule 1 of `hr/cross-namespace`", for a small or a capital letter before it.
pub(super) fn rule_words(entry: &Entry) -> Sentence {
    let number = (entry.rank.rule + 1).to_string();
    Sentence::new()
        .text("ule ")
        .text(&number)
        .text(" of ")
        .name(&format!("{}/{}", entry.route.namespace, entry.route.name))
}

/// `GET /hr`.
pub(super) fn request_words(request: &Request) -> String {
    format!("{} {}", request.method, request.path)
}

/// The step as a word in a sentence.
pub(super) fn step_word(step: LostAt) -> &'static str {
    match step {
        LostAt::Gate => "gate",
        LostAt::Precedence => "precedence",
        LostAt::Unpredictable => "unpredictable part",
        LostAt::Query => "query",
        LostAt::Headers => "headers",
        LostAt::Method => "method",
        LostAt::Path => "path",
        LostAt::Hostname => "hostname",
    }
}

/// The gate as a word in a sentence.
pub fn gate_word(gate: Gate) -> &'static str {
    match gate {
        Gate::Class => "class",
        Gate::Gateway => "Gateway",
        Gate::Listener => "listener",
        Gate::Kind => "kind",
        Gate::Namespace => "namespace",
        Gate::Hostname => "hostname",
        Gate::References => "references",
    }
}

/// The verdict as a word in a sentence.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attached => "attached",
        Verdict::Refused => "refused",
        Verdict::Orphan => "orphan",
        Verdict::Unknown => "unknown",
    }
}
