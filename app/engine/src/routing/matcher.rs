//! Whether one match of a rule covers a request (`HTTPRouteRule.matches`, `GRPCRouteRule.matches`), and at which step it
//! does not.

use super::decision::LostAt;
use super::pattern::{Pattern, Patterns};
use super::seen::Seen;
use crate::profile::{Switch, Switches};
use crate::resource::route::{GrpcMatch, HttpMatch, HttpRule, OtherRule, ValueMatch};
use crate::sentence::Sentence;

/// What a match asks of the path, ready to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathRule {
    /// Byte for byte; also a gRPC service with its method.
    Exact(String),
    /// Element by element; held without a trailing slash, so that `/` is the empty text. Also a gRPC service alone.
    Prefix(String),
    /// A regular expression over the path.
    Regex(Pattern),
    /// A gRPC method of any service.
    Method(String),
    /// Regular expressions over service and method of gRPC.
    Grpc(Option<Pattern>, Option<Pattern>),
    /// A type that is not known.
    Unpredictable(String),
}

/// A header or query parameter that a match asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRule {
    /// Name; of a header in lower case.
    pub name: String,
    /// The value that it must have.
    pub value: ValueTest,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueTest {
    /// This, letter by letter.
    Exact(String),
    /// Covered by an expression.
    Regex(Pattern),
    /// A type that is not known.
    Unpredictable(String),
}

/// One match, ready to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Path.
    pub path: PathRule,
    /// Method.
    pub method: Option<String>,
    /// Headers; of equal names only the first counts.
    pub headers: Vec<ValueRule>,
    /// Query parameters; of equal names only the first counts.
    pub query: Vec<ValueRule>,
    /// True for a match of a GRPCRoute.
    pub grpc: bool,
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

/// [`Answer`] without words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Covers it.
    Yes,
    /// May cover it.
    Perhaps,
    /// Lost at this step.
    No(LostAt),
}

impl Match {
    /// The matches of a rule; none written means one that matches every request.
    pub fn of_rule(rule: &HttpRule, patterns: &mut Patterns) -> Vec<Self> {
        if rule.matches.is_empty() {
            return vec![Self::of(&HttpMatch::default(), patterns)];
        }
        let matches = rule.matches.iter();
        matches.map(|one| Self::of(one, patterns)).collect()
    }

    /// The matches of a GRPCRoute's rule; none written means one that matches every request of gRPC.
    pub fn of_grpc(rule: &OtherRule, patterns: &mut Patterns) -> Vec<Self> {
        if rule.matches.is_empty() {
            return vec![Self::grpc(&GrpcMatch::default(), patterns)];
        }
        let matches = rule.matches.iter();
        matches.map(|one| Self::grpc(one, patterns)).collect()
    }

    fn of(raw: &HttpMatch, patterns: &mut Patterns) -> Self {
        let value = raw.path.value.as_deref().unwrap_or("/");
        let type_ = raw.path.type_.as_deref().unwrap_or("PathPrefix");
        let path = match type_ {
            "Exact" => PathRule::Exact(value.to_owned()),
            "PathPrefix" => PathRule::Prefix(value.strip_suffix('/').unwrap_or(value).to_owned()),
            "RegularExpression" => PathRule::Regex(patterns.get(value)),
            other => PathRule::Unpredictable(other.to_owned()),
        };
        let method = raw.method.as_deref();
        let mut text = method.map_or_else(String::new, |method| format!("{method} "));
        text.push_str(&format!("{type_} {value}"));
        add_values(&mut text, "header", &raw.headers);
        add_values(&mut text, "query", &raw.query_params);
        Self {
            path,
            method: raw.method.clone(),
            headers: values(&raw.headers, str::to_ascii_lowercase, patterns),
            query: values(&raw.query_params, str::to_owned, patterns),
            grpc: false,
            text,
        }
    }

    fn grpc(raw: &GrpcMatch, patterns: &mut Patterns) -> Self {
        let method = &raw.method;
        let given = |part: &Option<String>| part.clone().filter(|part| !part.is_empty());
        let (service, called) = (given(&method.service), given(&method.method));
        let shown = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
        let type_ = method.type_.as_deref().unwrap_or("Exact");
        let mut text = match (&service, &called) {
            (None, None) => "any method".to_owned(),
            _ => format!("{type_} {}/{}", shown(&service), shown(&called)),
        };
        add_values(&mut text, "header", &raw.headers);
        let path = match (type_, service, called) {
            (_, None, None) => PathRule::Prefix(String::new()),
            ("Exact", Some(service), Some(called)) => {
                PathRule::Exact(format!("/{service}/{called}"))
            }
            ("Exact", Some(service), None) => PathRule::Prefix(format!("/{service}")),
            ("Exact", None, Some(called)) => PathRule::Method(called),
            ("RegularExpression", service, called) => {
                let mut pattern = |text: Option<String>| text.map(|text| patterns.get(&text));
                PathRule::Grpc(pattern(service), pattern(called))
            }
            (other, _, _) => PathRule::Unpredictable(other.to_owned()),
        };
        Self {
            path,
            method: None,
            headers: values(&raw.headers, str::to_ascii_lowercase, patterns),
            query: Vec::new(),
            grpc: true,
            text,
        }
    }

    /// Compares with a request, without words: path, method, headers, query, in this order.
    pub fn fit(&self, seen: &Seen<'_>, switches: Switches) -> Fit {
        let mut perhaps = false;
        match self.path_fit(seen, switches) {
            Some(true) => {}
            Some(false) => return Fit::No(LostAt::Path),
            None => perhaps = true,
        }
        if self.grpc && switches.is_on(Switch::OnlyGrpc) && !seen.is_grpc() {
            return Fit::No(LostAt::Method);
        }
        if self.grpc && seen.method() != "POST" {
            return Fit::No(LostAt::Method);
        }
        if let Some(method) = &self.method
            && method != seen.method()
        {
            return Fit::No(LostAt::Method);
        }
        for rule in &self.headers {
            match rule.fits_header(seen, switches) {
                Some(true) => {}
                Some(false) => return Fit::No(LostAt::Headers),
                None => perhaps = true,
            }
        }
        for rule in &self.query {
            match rule.fits(seen.parameter(&rule.name)) {
                Some(true) => {}
                Some(false) => return Fit::No(LostAt::Query),
                None => perhaps = true,
            }
        }
        if perhaps { Fit::Perhaps } else { Fit::Yes }
    }

    fn path_fit(&self, seen: &Seen<'_>, switches: Switches) -> Option<bool> {
        let path = seen.path(switches);
        // A call of gRPC has a service and a method, nothing more.
        if self.grpc && two_parts(path).is_none() {
            return Some(false);
        }
        match &self.path {
            PathRule::Exact(value) => Some(path == value),
            PathRule::Prefix(prefix) => Some(
                path.strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            ),
            PathRule::Regex(pattern) => pattern.matches(path, switches.is_on(Switch::RegexWhole)),
            PathRule::Method(called) => {
                Some(two_parts(path).is_some_and(|parts| parts.1 == called))
            }
            PathRule::Grpc(service, called) => {
                let Some(parts) = two_parts(path) else {
                    return Some(false);
                };
                let fits = |pattern: &Option<Pattern>, part: &str| match pattern {
                    None => Some(true),
                    Some(pattern) => pattern.matches(part, true),
                };
                match (fits(service, parts.0), fits(called, parts.1)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                }
            }
            PathRule::Unpredictable(_) => None,
        }
    }

    /// Compares with a request and says why.
    pub fn judge(&self, seen: &Seen<'_>, switches: Switches) -> Answer {
        match self.fit(seen, switches) {
            Fit::Yes => Answer::Yes,
            Fit::Perhaps => Answer::Perhaps(self.open_part()),
            Fit::No(step) => Answer::No(step, self.loss(step, seen, switches)),
        }
    }

    /// What cannot be predicted, in words that follow "whether it matches hangs on".
    fn open_part(&self) -> Sentence {
        let values = self.headers.iter().chain(&self.query);
        let mut faults = values.filter_map(|rule| match &rule.value {
            ValueTest::Regex(pattern) if pattern.fault().is_some() => Some(pattern.cannot()),
            ValueTest::Unpredictable(type_) => Some(unknown_type(&rule.name, type_)),
            ValueTest::Regex(_) | ValueTest::Exact(_) => None,
        });
        let path = match &self.path {
            PathRule::Regex(pattern) if pattern.fault().is_some() => Some(pattern.cannot()),
            PathRule::Grpc(service, called) => {
                let mut parts = [service, called].into_iter().flatten();
                let bad = parts.find(|pattern| pattern.fault().is_some());
                bad.map(Pattern::cannot)
            }
            PathRule::Unpredictable(type_) => Some(unknown_type("path", type_)),
            PathRule::Exact(_) | PathRule::Prefix(_) | PathRule::Regex(_) | PathRule::Method(_) => {
                None
            }
        };
        path.or_else(|| faults.next()).unwrap_or_default()
    }

    fn loss(&self, step: LostAt, seen: &Seen<'_>, switches: Switches) -> Sentence {
        match step {
            LostAt::Path => self.path_loss(seen.path(switches)),
            LostAt::Method if self.grpc => Sentence::new().text("the request is not one of gRPC"),
            LostAt::Method => Sentence::new()
                .text("the request's method is ")
                .name(seen.method())
                .text(", not ")
                .name(self.method.as_deref().unwrap_or_default()),
            LostAt::Headers => {
                let lost = self.headers.iter().find_map(|rule| {
                    let got = seen.header(&rule.name, switches);
                    let lost = rule.fits_header(seen, switches) == Some(false);
                    lost.then(|| rule.difference("header", got.as_deref()))
                });
                lost.unwrap_or_default()
            }
            _ => {
                let lost = self.query.iter().find_map(|rule| {
                    let got = seen.parameter(&rule.name);
                    let lost = rule.fits(got) == Some(false);
                    lost.then(|| rule.difference("query parameter", got))
                });
                lost.unwrap_or_default()
            }
        }
    }

    fn path_loss(&self, path: &str) -> Sentence {
        let path = Sentence::new().name(path);
        match &self.path {
            PathRule::Exact(value) if self.grpc => path.text(" is not the method ").name(value),
            PathRule::Exact(value) => path.text(" is not exactly ").name(value),
            PathRule::Prefix(prefix) => path.text(" does not start with ").name(prefix),
            PathRule::Regex(pattern) => path
                .text(" is not matched by the regular expression ")
                .name(&pattern.source),
            PathRule::Method(called) => path.text(" does not call the method ").name(called),
            PathRule::Grpc(..) | PathRule::Unpredictable(_) => {
                path.text(" is not what it asks for")
            }
        }
    }
}

/// Service and method of a path of gRPC.
pub fn two_parts(path: &str) -> Option<(&str, &str)> {
    let (service, called) = path.strip_prefix('/')?.split_once('/')?;
    let whole = !service.is_empty() && !called.is_empty() && !called.contains('/');
    whole.then_some((service, called))
}

fn unknown_type(what: &str, type_: &str) -> Sentence {
    Sentence::new()
        .text("its match of ")
        .name(what)
        .text(" is of the type ")
        .name(type_)
        .text(", which is not known")
}

fn add_values(text: &mut String, what: &str, raw: &[ValueMatch]) {
    for one in raw {
        let sign = if one.type_.as_deref() == Some("RegularExpression") {
            "~"
        } else {
            "="
        };
        text.push_str(&format!(", {what} {}{sign}{}", one.name, one.value));
    }
}

fn values(
    raw: &[ValueMatch],
    key: impl Fn(&str) -> String,
    patterns: &mut Patterns,
) -> Vec<ValueRule> {
    let mut kept: Vec<ValueRule> = Vec::new();
    for entry in raw {
        let name = key(&entry.name);
        if kept.iter().any(|known| known.name == name) {
            continue;
        }
        let value = match entry.type_.as_deref() {
            None | Some("Exact") => ValueTest::Exact(entry.value.clone()),
            Some("RegularExpression") => ValueTest::Regex(patterns.get(&entry.value)),
            Some(other) => ValueTest::Unpredictable(other.to_owned()),
        };
        kept.push(ValueRule { name, value });
    }
    kept
}

impl ValueRule {
    fn fits_header(&self, seen: &Seen<'_>, switches: Switches) -> Option<bool> {
        if !switches.is_on(Switch::EachHeader) {
            return self.fits(seen.header(&self.name, switches).as_deref());
        }
        let mut fits = Some(false);
        for value in seen.header_values(&self.name) {
            match self.fits(Some(value)) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => fits = None,
            }
        }
        fits
    }

    fn fits(&self, got: Option<&str>) -> Option<bool> {
        let Some(got) = got else {
            return Some(false);
        };
        match &self.value {
            ValueTest::Exact(wanted) => Some(got == wanted),
            ValueTest::Regex(pattern) => pattern.matches(got, true),
            ValueTest::Unpredictable(_) => None,
        }
    }

    fn difference(&self, what: &str, got: Option<&str>) -> Sentence {
        let sentence = Sentence::new().text(what).text(" ").name(&self.name);
        let Some(got) = got else {
            return sentence.text(" is not in the request");
        };
        let sentence = sentence.text(" is ").name(got).text(", not ");
        match &self.value {
            ValueTest::Exact(wanted) => sentence.name(wanted),
            ValueTest::Regex(pattern) => sentence.text("as ").name(&pattern.source),
            ValueTest::Unpredictable(type_) => sentence.name(type_),
        }
    }
}
