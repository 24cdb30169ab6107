//! `gatewatch explain KIND/NAMESPACE/NAME`: all parents, all gates, witnesses, remedies.

use super::table::Paint;
use super::{Exit, Failure, print, print_data, read};
use crate::cli::Explain;
use app::api::envelope::Answer;
use app::api::routes::{RouteView, route_view};
use engine::report::{Attachment, Owner, Verdict};
use engine::sentence::visible;
use std::fmt::Write;

/// Explains.
pub fn run(options: &Explain) -> Result<Exit, Failure> {
    let parts: Vec<&str> = options.route.split('/').collect();
    let [kind, namespace, name] = parts.as_slice() else {
        return Err(Failure::new(Exit::Usage, "name the route as KIND/NAMESPACE/NAME, such as httproute/hr/cross-namespace"));
    };
    let published = read(&options.source)?;
    let view = route_view(&published.report, kind, namespace, name).map_err(|error| {
        let near: Vec<&str> = error.nearest.iter().map(|near| near.name.as_str()).collect();
        let near = if near.is_empty() { String::new() } else { format!(" Nearest: {}.", near.join(", ")) };
        let partial = !published.report.problems.is_empty();
        Failure::new(if partial { Exit::Unknown } else { Exit::No }, format!("{}{near}", error.detail))
    })?;
    let exit = match view.route.verdict {
        Verdict::Attached => Exit::Done,
        Verdict::Refused | Verdict::Orphan => Exit::No,
        Verdict::Unknown => Exit::Unknown,
    };
    if !print_data(options.output, &Answer::new(&published, "Route", &view))? {
        print(&text(&view, Paint::of(&std::io::stdout())))?;
    }
    Ok(exit)
}

fn text(view: &RouteView, paint: Paint) -> String {
    let mut text = String::new();
    let id = &view.route.route;
    let name = format!("{} {}/{}", id.kind.as_str(), id.namespace, id.name);
    let _ = writeln!(text, "{}: {}", paint.strong(&visible(&name)), paint.verdict(view.route.verdict));
    if view.attachments.is_empty() {
        let _ = writeln!(text, "It names no parent.");
    }
    for attachment in &view.attachments {
        one(&mut text, attachment, paint);
    }
    for leftover in &view.route.leftovers {
        let _ = writeln!(text, "\nLeft over: controller {} still reports on a parent that the route no longer names.", visible(&leftover.controller));
    }
    text
}

fn one(text: &mut String, attachment: &Attachment, paint: Paint) {
    let asked = &attachment.parent_ref;
    let listener = attachment.listener.as_ref().map(|name| format!(", listener {}", visible(name))).unwrap_or_default();
    let parent = format!("{}/{}", asked.namespace, asked.name);
    let _ = writeln!(text, "\n{} at {}{listener} (parentRef {})", paint.verdict(attachment.verdict), visible(&parent), asked.index + 1);
    let _ = writeln!(text, "  {}", attachment.sentence);
    for gate in &attachment.gates {
        let words = if gate.sentence.is_empty() { &gate.summary } else { &gate.sentence };
        let _ = writeln!(text, "  {} {:<10} {words}", paint.outcome(gate.outcome), engine::routing::gate_word(gate.gate));
    }
    if let Some(accepted) = &attachment.computed.accepted {
        let _ = writeln!(text, "  computed   Accepted={} ({})", engine::status::status_word(accepted.status), accepted.reason);
    }
    let _ = writeln!(text, "  reported   {}", attachment.agreement_sentence);
    for remedy in &attachment.remedies {
        let owner = match remedy.owner {
            Owner::Platform => "platform",
            Owner::Application => "application",
        };
        let _ = writeln!(text, "  remedy     {} [{owner}]", remedy.text);
        if let Some(command) = &remedy.command {
            let _ = writeln!(text, "             {command}");
        }
    }
}
