//! `gatewatch try URL`: where would this request go? Nothing is sent.

use super::table::Paint;
use super::{Exit, Failure, print, print_data, read};
use crate::cli::Try;
use app::api::envelope::Answer;
use app::api::tester::{TryForm, request};
use engine::routing::Outcome;
use engine::sentence::visible;
use engine::{Decision, decide};
use std::fmt::Write;

/// Answers.
pub fn run(options: Try) -> Result<Exit, Failure> {
    let form = TryForm {
        url: options.url,
        method: options.method.unwrap_or_default(),
        headers: options.headers.join("\n"),
        gateway: options.gateway.unwrap_or_default(),
        listener: options.listener.unwrap_or_default(),
        sni: options.sni.unwrap_or_default(),
    };
    let request = request(&form).map_err(|words| Failure::new(Exit::Usage, words))?;
    let published = read(&options.source)?;
    let decision = decide(&published.snapshot, &published.report, &published.table, &request);
    let exit = match decision.outcome {
        Outcome::Backend | Outcome::Redirect | Outcome::Passthrough => Exit::Done,
        Outcome::Error | Outcome::NotFound | Outcome::RefusedConnection => Exit::No,
        Outcome::Unknown => Exit::Unknown,
    };
    if !print_data(options.output, &Answer::new(&published, "Decision", &decision))? {
        print(&text(&decision, Paint::of(&std::io::stdout())))?;
    }
    Ok(exit)
}

fn text(decision: &Decision, paint: Paint) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", paint.strong(decision.sentence.as_str()));
    if !decision.because.is_empty() {
        let _ = writeln!(text, "{}", decision.because);
    }
    for backend in &decision.backends {
        let port = backend.port.map(|port| format!(":{port}")).unwrap_or_default();
        let name = format!("{} {}/{}{port}", backend.kind, backend.namespace, backend.name);
        let _ = writeln!(text, "  {:>4.0} %  {}  {}", backend.share * 100.0, visible(&name), backend.sentence);
    }
    if !decision.candidates.is_empty() {
        let _ = writeln!(text, "\n{}", paint.strong("Candidates"));
    }
    for candidate in &decision.candidates {
        let route = format!("{}/{} rule {}", candidate.route.namespace, candidate.route.name, candidate.rule + 1);
        let _ = writeln!(text, "  {:<8} {}  {}", engine::routing::verdict_word(candidate.verdict), visible(&route), visible(&candidate.matches));
        let _ = writeln!(text, "           {}", candidate.sentence);
    }
    if !decision.counterfactuals.is_empty() || !decision.near_misses.is_empty() {
        let _ = writeln!(text, "\n{}", paint.strong("What would change the answer"));
    }
    for change in &decision.counterfactuals {
        let _ = writeln!(text, "  {}\n    then: {}", change.change, change.outcome);
        if let Some(command) = &change.command {
            let _ = writeln!(text, "    {command}");
        }
    }
    for near in &decision.near_misses {
        let _ = writeln!(text, "  {}", near.sentence);
    }
    text
}
