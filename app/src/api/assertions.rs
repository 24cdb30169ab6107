//! Assertions: requests with what is expected of them, held against the routing engine.

use super::envelope::Answer;
use super::error::ApiError;
use engine::routing::Outcome;
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file of assertions.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The assertions in order.
    pub assertions: Vec<Assertion>,
}

/// A request and what is expected of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// What it says, for people; the request if left out.
    #[serde(default)]
    pub name: Option<String>,
    /// A URL, a curl command, or the parts of a request.
    pub request: Asked,
    /// What is expected: every field that is given has to hold.
    pub expect: Expected,
}

/// A request as a file writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A URL or a curl command.
    Url(String),
    /// With more than a URL says.
    Parts(Parts),
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // One after the other, so that what is wrong with the parts can be told.
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(url) => Ok(Self::Url(url)),
            parts => serde_json::from_value(parts)
                .map(Self::Parts)
                .map_err(serde::de::Error::custom),
        }
    }
}

/// The parts of a request; the names are those of the command line.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// URL.
    pub url: String,
    /// Method.
    #[serde(default)]
    pub method: String,
    /// Headers by name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// `namespace/name` of the Gateway.
    #[serde(default)]
    pub gateway: String,
    /// Listener.
    #[serde(default)]
    pub listener: String,
    /// SNI.
    #[serde(default)]
    pub sni: String,
    /// Namespace of the client in a mesh.
    #[serde(default)]
    pub from: String,
    /// Profile to answer by.
    #[serde(default)]
    pub implementation: String,
}

/// What is expected; fields that are left out are not compared.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Expected {
    /// `backend`, `redirect`, `error`, `not-found`, `refused-connection`, `passthrough`, `unknown`.
    pub outcome: Option<Outcome>,
    /// Status that the gateway gives.
    pub status: Option<u16>,
    /// `namespace/name` or `namespace/name:port` of a backend that serves a share of such requests.
    pub backend: Option<String>,
    /// `Location` of a redirect.
    pub redirect: Option<String>,
    /// `namespace/name` or `Kind/namespace/name` of the route that takes the request.
    pub route: Option<String>,
    /// Rule of that route, from 1.
    pub rule: Option<u32>,
    /// Path that the backend sees.
    pub path: Option<String>,
}

/// How an assertion came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The assertion's name.
    pub name: String,
    /// File that it stands in.
    pub file: String,
    /// The URL asked.
    pub url: String,
    /// True if everything expected holds.
    pub holds: bool,
    /// What differs, one a line: "status: expected 200, got 404".
    pub differences: Vec<String>,
    /// The answer in words.
    pub sentence: String,
    /// Why, where the answer is no.
    pub because: String,
}

/// A rule and how many assertions it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// `Kind/namespace/name`.
    pub route: String,
    /// Rule, from 0.
    pub rule: u32,
    /// Number of assertions that it answers.
    pub hits: u32,
}

/// All assertions with what they cover.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// In the order of the files.
    pub items: Vec<Held>,
    /// Number of assertions.
    pub total: u32,
    /// Number of those that do not hold.
    pub failed: u32,
    /// Rules of attached routes.
    pub coverage: Vec<Covered>,
}

/// The assertions that the server was started with, held against the newest moment.
#[server(prefix = "/api/v1", endpoint = "assertions", input = codec::GetUrl, output = codec::Json)]
pub async fn get_assertions() -> Result<Answer<Results>, ApiError> {
    let published = super::published()?;
    let suites = use_context::<crate::published::Suites>().unwrap_or_default();
    let results = hold(&published, &suites.0);
    Ok(Answer::new(&published, "AssertionList", results))
}

#[cfg(feature = "ssr")]
pub use build::*;

#[cfg(feature = "ssr")]
mod build {
    use super::*;
    use crate::api::count;
    use crate::api::tester::{TryForm, request};
    use crate::published::Published;
    use engine::Decision;
    use engine::report::Verdict;

    /// The assertions of the ACME example: two teams are served, one is kept out.
    pub const ACME: &str = include_str!("../../../end2end/clusters/acme-assertions.yaml");

    /// Holds all assertions against a moment. Pure.
    pub fn hold(published: &Published, suites: &[(String, Suite)]) -> Results {
        let mut hits: BTreeMap<(String, u32), u32> = BTreeMap::new();
        for route in &published.report.routes {
            if route.verdict == Verdict::Attached {
                let rules = published.report.route(route).rules.len();
                for rule in 0..count(rules) {
                    hits.insert((full(&route.route), rule), 0);
                }
            }
        }
        let mut items = Vec::new();
        for (file, suite) in suites {
            for assertion in &suite.assertions {
                let held = hold_one(published, file, assertion, &mut hits);
                items.push(held);
            }
        }
        let failed = items.iter().filter(|one| !one.holds).count();
        let coverage = hits
            .into_iter()
            .map(|((route, rule), hits)| Covered { route, rule, hits });
        Results {
            total: count(items.len()),
            failed: count(failed),
            coverage: coverage.collect(),
            items,
        }
    }

    fn full(route: &engine::report::RouteId) -> String {
        format!("{}/{}/{}", route.kind.as_str(), route.namespace, route.name)
    }

    fn form(asked: &Asked) -> TryForm {
        match asked {
            Asked::Url(url) => TryForm {
                url: url.clone(),
                ..TryForm::default()
            },
            Asked::Parts(parts) => {
                let line = |(name, value): (&String, &String)| format!("{name}: {value}");
                TryForm {
                    url: parts.url.clone(),
                    method: parts.method.clone(),
                    headers: parts
                        .headers
                        .iter()
                        .map(line)
                        .collect::<Vec<_>>()
                        .join("\n"),
                    gateway: parts.gateway.clone(),
                    listener: parts.listener.clone(),
                    sni: parts.sni.clone(),
                    from: parts.from.clone(),
                    implementation: parts.implementation.clone(),
                }
            }
        }
    }

    fn hold_one(
        published: &Published,
        file: &str,
        assertion: &Assertion,
        hits: &mut BTreeMap<(String, u32), u32>,
    ) -> Held {
        let form = form(&assertion.request);
        let name = assertion.name.clone().unwrap_or_else(|| form.url.clone());
        let mut held = Held {
            name,
            file: file.to_owned(),
            url: form.url.clone(),
            holds: false,
            differences: Vec::new(),
            sentence: String::new(),
            because: String::new(),
        };
        let request = match request(&form) {
            Ok(request) => request,
            Err(words) => {
                held.differences.push(format!("request: {words}"));
                return held;
            }
        };
        let decision = engine::decide(
            &published.snapshot,
            &published.report,
            &published.table,
            &request,
        );
        held.url = request.url();
        held.sentence = decision.sentence.as_str().to_owned();
        held.because = decision.because.as_str().to_owned();
        if let Some(route) = &decision.route {
            *hits.entry((full(&route.route()), route.rule)).or_default() += 1;
        }
        held.differences = differences(&assertion.expect, &decision);
        held.holds = held.differences.is_empty();
        held
    }

    fn differences(expected: &Expected, decision: &Decision) -> Vec<String> {
        let Expected {
            outcome,
            status,
            backend,
            redirect,
            route,
            rule,
            path,
        } = expected;
        let mut all = Vec::new();
        let mut differs = |what: &str, wanted: Option<String>, got: String, holds: bool| {
            if let (Some(wanted), false) = (wanted, holds) {
                all.push(format!("{what}: expected {wanted}, got {got}"));
            }
        };
        if expected == &Expected::default() {
            differs(
                "expect",
                Some("something to compare".to_owned()),
                "nothing".to_owned(),
                false,
            );
        }
        let word = |outcome: &Outcome| {
            let word = serde_json::to_value(outcome).unwrap_or_default();
            word.as_str().unwrap_or_default().to_owned()
        };
        let is_outcome = outcome.is_none_or(|outcome| outcome == decision.outcome);
        differs(
            "outcome",
            outcome.as_ref().map(word),
            word(&decision.outcome),
            is_outcome,
        );
        let got = decision.status.map_or_else(
            || "none of the gateway's".to_owned(),
            |status| status.to_string(),
        );
        // What a backend answers is its own; that it is asked is all that can be told.
        let served = decision.outcome == Outcome::Backend && decision.status.is_none();
        let is_status = status
            .is_none_or(|status| decision.status == Some(status) || (served && status == 200));
        differs(
            "status",
            status.map(|status| status.to_string()),
            got,
            is_status,
        );
        let names = backends(decision);
        let is_backend = backend.as_ref().is_none_or(|wanted| {
            names.iter().any(|name| {
                name == wanted
                    || name
                        .rsplit_once(':')
                        .is_some_and(|(bare, _)| bare == wanted)
            })
        });
        let got = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        differs("backend", backend.clone(), got, is_backend);
        let got = decision
            .location
            .clone()
            .unwrap_or_else(|| "none".to_owned());
        let is_redirect = redirect.as_ref().is_none_or(|wanted| *wanted == got);
        differs("redirect", redirect.clone(), got, is_redirect);
        let taken = decision.route.as_ref().map(|one| full(&one.route()));
        let got = taken.unwrap_or_else(|| "none".to_owned());
        let is_route = route.as_ref().is_none_or(|wanted| {
            got == *wanted || got.split_once('/').is_some_and(|(_, name)| name == wanted)
        });
        differs("route", route.clone(), got, is_route);
        let number = decision.route.as_ref().map(|one| one.rule + 1);
        let got = number.map_or_else(|| "none".to_owned(), |number| number.to_string());
        differs(
            "rule",
            rule.map(|rule| rule.to_string()),
            got,
            rule.is_none_or(|rule| number == Some(rule)),
        );
        let rewritten = decision.rewritten.as_ref().and_then(|one| one.path.clone());
        let got = rewritten.unwrap_or_else(|| decision.request.path.clone());
        let is_path = path.as_ref().is_none_or(|wanted| *wanted == got);
        differs("path", path.clone(), got, is_path);
        all
    }

    /// `namespace/name:port` of what serves such requests.
    fn backends(decision: &Decision) -> Vec<String> {
        let serving = decision
            .backends
            .iter()
            .filter(|one| one.resolved && one.share > 0.0);
        let name = |one: &engine::routing::BackendShare| {
            let port = one.port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}/{}{port}", one.namespace, one.name)
        };
        serving.map(name).collect()
    }
}
