//! `gatewatch try URL`: where would this request go? Nothing is sent.

use super::output::{clean, print, print_data};
use super::table::Paint;
use super::{Exit, Failure, read};
use crate::cli::Try;
use app::api::envelope::Answer;
use app::api::tester::{TryForm, request};
use engine::routing::{Outcome, verdict_word};
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
        from: options.from.unwrap_or_default(),
        implementation: options.implementation.unwrap_or_default(),
    };
    let request = request(&form).map_err(|words| Failure::new(Exit::Usage, words))?;
    let published = read(&options.source, None)?;
    let decision = decide(
        &published.snapshot,
        &published.report,
        &published.table,
        &request,
    );
    if !print_data(
        options.output,
        &Answer::new(&published, "Decision", &decision),
    )? {
        print(&text(&decision, Paint::of(&std::io::stdout())))?;
    }
    Ok(match decision.outcome {
        Outcome::Backend | Outcome::Redirect | Outcome::Passthrough => Exit::Done,
        Outcome::Error | Outcome::NotFound | Outcome::RefusedConnection => Exit::No,
        Outcome::Unknown => Exit::Unknown,
    })
}

/// Writes a line; a `String` takes everything.
macro_rules! line {
    ($text:expr, $($words:tt)*) => {
        let _ = writeln!($text, $($words)*);
    };
}

fn text(decision: &Decision, paint: Paint) -> String {
    let mut text = String::new();
    line!(text, "{}", paint.strong(&clean(&decision.sentence)));
    if !decision.because.is_empty() {
        line!(text, "{}", clean(&decision.because));
    }
    what_happens(&mut text, decision);
    candidates(&mut text, decision, paint);
    changes(&mut text, decision, paint);
    assumptions(&mut text, decision, paint);
    text
}

fn what_happens(text: &mut String, decision: &Decision) {
    if let Some(location) = &decision.location {
        line!(text, "  Location: {}", clean(location));
    }
    for (index, hop) in decision.hops.iter().enumerate().skip(1) {
        let again = if hop.again { " (again)" } else { "" };
        line!(
            text,
            "  redirect {index}: {}{again}  {}",
            clean(&hop.url),
            clean(&hop.sentence)
        );
    }
    if let Some(rewritten) = &decision.rewritten {
        let host = rewritten
            .host
            .as_ref()
            .map(|host| format!("  host {}", clean(host)))
            .unwrap_or_default();
        let path = rewritten
            .path
            .as_ref()
            .map(|path| format!("  path {}", clean(path)))
            .unwrap_or_default();
        line!(text, "  rewritten{host}{path}");
    }
    for (to, headers) in [
        ("backend", &decision.request_headers),
        ("client", &decision.response_headers),
    ] {
        for (name, change) in headers {
            line!(
                text,
                "  header to the {to}: {}",
                clean(format!("{name}: {change}"))
            );
        }
    }
    for mirror in &decision.mirrors {
        let port = mirror
            .port
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let name = format!("{} {}/{}{port}", mirror.kind, mirror.namespace, mirror.name);
        let broken = if mirror.resolved { "" } else { "  broken" };
        line!(
            text,
            "  copies {:>3.0} %  {}{broken}",
            mirror.share * 100.0,
            clean(name)
        );
    }
    for (name, value) in &decision.timeouts {
        line!(text, "  {name} {}", clean(value));
    }
    if let Some(status) = &decision.grpc_status {
        line!(text, "  gRPC status {status}");
    }
    for backend in &decision.backends {
        let port = backend
            .port
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let name = format!(
            "{} {}/{}{port}",
            backend.kind, backend.namespace, backend.name
        );
        line!(
            text,
            "  {:>4.0} %  {}  {}",
            backend.share * 100.0,
            clean(name),
            clean(&backend.sentence)
        );
    }
}

fn candidates(text: &mut String, decision: &Decision, paint: Paint) {
    if decision.candidates.is_empty() {
        return;
    }
    line!(text, "\n{}", paint.strong("Candidates"));
    for candidate in &decision.candidates {
        let route = format!(
            "{}/{} rule {}",
            candidate.route.namespace,
            candidate.route.name,
            candidate.rule + 1
        );
        line!(
            text,
            "  {:<8}  {}  {}",
            verdict_word(candidate.verdict),
            clean(route),
            clean(&candidate.matches)
        );
        line!(text, "            {}", clean(&candidate.sentence));
    }
    let shown = u32::try_from(decision.candidates.len()).unwrap_or(u32::MAX);
    if decision.candidates_total > shown {
        line!(text, "  and {} more", decision.candidates_total - shown);
    }
}

fn changes(text: &mut String, decision: &Decision, paint: Paint) {
    if decision.counterfactuals.is_empty() && decision.near_misses.is_empty() {
        return;
    }
    line!(text, "\n{}", paint.strong("What would change the answer"));
    for change in &decision.counterfactuals {
        line!(text, "  {}", clean(&change.change));
        if let Some(command) = &change.command {
            line!(text, "    {}", clean(command));
        }
        line!(text, "    Then: {}", clean(&change.outcome));
    }
    for near in &decision.near_misses {
        line!(text, "  {}", clean(&near.sentence));
    }
}

fn assumptions(text: &mut String, decision: &Decision, paint: Paint) {
    let telling: Vec<_> = decision
        .assumptions
        .iter()
        .filter(|assumption| assumption.changes_answer)
        .collect();
    if telling.is_empty() {
        return;
    }
    line!(
        text,
        "\n{}",
        paint.strong("The answer depends on the implementation")
    );
    for assumption in telling {
        let otherwise = assumption
            .alternative
            .as_ref()
            .map(|words| format!("; otherwise: {words}"))
            .unwrap_or_default();
        line!(
            text,
            "  {}",
            clean(format!(
                "{}: {}{otherwise}",
                assumption.name, assumption.value
            ))
        );
    }
}
