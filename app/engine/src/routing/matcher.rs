//! Whether one match of a rule covers a request (`HTTPRouteRule.matches`), and at which step it does not.

use super::decision::LostAt;
use super::request::Request;
use crate::resource::route::{HttpMatch, HttpRule, ValueMatch};
use crate::sentence::Sentence;

/// `matches[].path`, ready to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathRule {
    /// Byte for byte.
    Exact(String),
    /// Element by element; held without a trailing slash, so that `/` is the empty text.
    Prefix(String),
    /// A type that this version does not predict.
    Unpredictable(String),
}

/// One match, ready to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Path.
    pub path: PathRule,
    /// Method.
    pub method: Option<String>,
    /// Header names in lower case with their values; of equal names only the first counts.
    pub headers: Vec<(String, String)>,
    /// Query parameters; of equal names only the first counts.
    pub query: Vec<(String, String)>,
    /// What this version does not predict, such as `header x by RegularExpression`.
    pub unpredictable: Option<String>,
    /// As people write it.
    pub text: String,
}

/// What a match says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Covers it.
    Yes,
    /// What can be compared fits, and the rest cannot be predicted.
    Perhaps(Sentence),
    /// Does not cover it, lost at this step.
    No(LostAt, Sentence),
}

impl Match {
    /// The matches of a rule; none written means one that matches every request.
    pub fn of_rule(rule: &HttpRule) -> Vec<Self> {
        if rule.matches.is_empty() {
            return vec![Self::of(&HttpMatch::default())];
        }
        rule.matches.iter().map(Self::of).collect()
    }

    fn of(raw: &HttpMatch) -> Self {
        let value = raw.path.value.as_deref().unwrap_or("/");
        let type_ = raw.path.type_.as_deref().unwrap_or("PathPrefix");
        let path = match type_ {
            "Exact" => PathRule::Exact(value.to_owned()),
            "PathPrefix" => PathRule::Prefix(value.strip_suffix('/').unwrap_or(value).to_owned()),
            other => PathRule::Unpredictable(other.to_owned()),
        };
        let mut unpredictable = match &path {
            PathRule::Unpredictable(type_) => Some(format!("path by {type_}")),
            PathRule::Exact(_) | PathRule::Prefix(_) => None,
        };
        let headers = exact(
            &raw.headers,
            "header",
            str::to_ascii_lowercase,
            &mut unpredictable,
        );
        let query = exact(
            &raw.query_params,
            "query parameter",
            str::to_owned,
            &mut unpredictable,
        );
        let mut text = raw
            .method
            .clone()
            .map(|method| format!("{method} "))
            .unwrap_or_default();
        text.push_str(&format!("{type_} {value}"));
        for header in &raw.headers {
            text.push_str(&format!(", header {}={}", header.name, header.value));
        }
        for parameter in &raw.query_params {
            text.push_str(&format!(", query {}={}", parameter.name, parameter.value));
        }
        Self {
            path,
            method: raw.method.clone(),
            headers,
            query,
            unpredictable,
            text,
        }
    }

    /// Compares with a request: path, method, headers, query, in this order.
    pub fn judge(&self, request: &Request) -> Answer {
        if let Some(words) = self.path_loss(&request.path) {
            return Answer::No(LostAt::Path, words);
        }
        if let Some(wanted) = self
            .method
            .as_deref()
            .filter(|wanted| *wanted != request.method)
        {
            let words = Sentence::new()
                .text("the request's method is ")
                .name(&request.method)
                .text(", not ")
                .name(wanted);
            return Answer::No(LostAt::Method, words);
        }
        for (name, value) in &self.headers {
            let got = header(request, name);
            if got.as_deref() != Some(value.as_str()) {
                return Answer::No(
                    LostAt::Headers,
                    difference("header", name, value, got.as_deref()),
                );
            }
        }
        for (name, value) in &self.query {
            let got = parameter(request, name);
            if got != Some(value.as_str()) {
                return Answer::No(
                    LostAt::Query,
                    difference("query parameter", name, value, got),
                );
            }
        }
        match &self.unpredictable {
            None => Answer::Yes,
            Some(what) => Answer::Perhaps(
                Sentence::new()
                    .text("whether it matches hangs on its ")
                    .name(what)
                    .text(", which this version does not predict"),
            ),
        }
    }

    fn path_loss(&self, path: &str) -> Option<Sentence> {
        match &self.path {
            PathRule::Unpredictable(_) => None,
            PathRule::Exact(value) => (path != value).then(|| {
                Sentence::new()
                    .name(path)
                    .text(" is not exactly ")
                    .name(value)
            }),
            PathRule::Prefix(prefix) => {
                let covers = path
                    .strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                (!covers).then(|| {
                    Sentence::new()
                        .name(path)
                        .text(" does not start with ")
                        .name(prefix)
                })
            }
        }
    }
}

/// Keeps the exact comparisons; the first of another type becomes what cannot be predicted.
fn exact(
    raw: &[ValueMatch],
    what: &str,
    key: impl Fn(&str) -> String,
    unpredictable: &mut Option<String>,
) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for entry in raw {
        let name = key(&entry.name);
        if kept.iter().any(|(known, _)| *known == name) {
            continue;
        }
        match entry.type_.as_deref() {
            None | Some("Exact") => kept.push((name, entry.value.clone())),
            Some(other) => {
                unpredictable.get_or_insert_with(|| format!("{what} {} by {other}", entry.name));
            }
        }
    }
    kept
}

fn difference(what: &str, name: &str, value: &str, got: Option<&str>) -> Sentence {
    let sentence = Sentence::new().text(what).text(" ").name(name);
    match got {
        None => sentence.text(" is not in the request"),
        Some(got) => sentence.text(" is ").name(got).text(", not ").name(value),
    }
}

/// A header's value; one sent repeatedly is joined with commas, as RFC 9110 has it.
fn header(request: &Request, name: &str) -> Option<String> {
    let values: Vec<&str> = request
        .headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// The first value of a query parameter, compared as written.
fn parameter<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let pairs = request.query.as_deref()?.split('&');
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
