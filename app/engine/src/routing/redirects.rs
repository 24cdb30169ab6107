//! Following redirects as a client would, within the Gateways that are held.

use super::decide::answer;
use super::decision::{Decision, Hop};
use super::find::Asked;
use super::request::Request;
use super::seen::Seen;
use super::table::RoutingTable;
use crate::profile::Profile;
use crate::report::Report;

/// How many redirects are followed at most, as browsers have it in spirit.
const HOPS: usize = 10;

/// Where a request is redirected, step by step; the last step is no redirect, leads out of sight, or was there before.
pub fn follow(report: &Report, table: &RoutingTable, request: &Request) -> Vec<Hop> {
    let mut hops: Vec<Hop> = Vec::new();
    let mut next = request.clone();
    for _ in 0..HOPS {
        let decision = once(report, table, &next);
        let url = next.url();
        let again = hops.iter().any(|hop| hop.url == url);
        hops.push(Hop {
            url,
            outcome: decision.outcome,
            status: decision.status,
            again,
            sentence: decision.sentence.clone(),
        });
        let target = decision.location.as_deref().filter(|_| !again);
        let Some(target) = target.and_then(|location| redirected(&next, location)) else {
            break;
        };
        next = target;
    }
    hops
}

fn once(report: &Report, table: &RoutingTable, request: &Request) -> Decision {
    let seen = Seen::new(request);
    let asked = Asked {
        report,
        table,
        seen: &seen,
        switches: Profile::SPEC.routing,
    };
    answer(asked, request).0
}

/// The request that a client sends next: the same method and headers to another URL.
fn redirected(before: &Request, location: &str) -> Option<Request> {
    let target = Request::parse(location).ok()?;
    let same_host = target.host.eq_ignore_ascii_case(&before.host);
    Some(Request {
        method: before.method.clone(),
        headers: before
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("host"))
            .cloned()
            .collect(),
        // Another host may be served by another Gateway.
        gateway: before.gateway.clone().filter(|_| same_host),
        implementation: before.implementation.clone(),
        from: before.from.clone(),
        ..target
    })
}
