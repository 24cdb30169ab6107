//! `/api/v1/try` and the page `/try`: where would this request go?
#![allow(
    clippy::too_many_arguments,
    reason = "a server function takes each parameter of its query"
)]

use super::envelope::Answer;
use super::error::ApiError;
use engine::Decision;
use engine::routing::Outcome;
use engine::sentence::Sentence;
use leptos::prelude::*;
use leptos::server_fn::codec;
use serde::{Deserialize, Serialize};

/// A Gateway and listener that a request can go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// `namespace/name` of the Gateway.
    pub gateway: String,
    /// Listener.
    pub listener: String,
    /// Port of the listener.
    pub port: u16,
}

/// A ready request: a label and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryLink {
    /// `GET http://172.18.255.201/hr`.
    pub label: String,
    /// The tester's URL with the request filled in.
    pub href: String,
    /// Rule that it is made for, from 0.
    pub rule: u32,
    /// Who takes it instead, if another rule does.
    pub instead: Option<Sentence>,
}

/// The tester's page: the form as it was filled in, and the answer if something was asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TryView {
    /// The form as asked.
    pub form: TryForm,
    /// What can be chosen.
    pub through: Vec<Through>,
    /// What is wrong with the request, in words.
    pub problem: Option<String>,
    /// The answer; `None` before anything was asked.
    pub decision: Option<Decision>,
    /// Command that would send the request.
    pub curl: Option<String>,
    /// The same request as each known implementation answers it, the specification first.
    pub profiles: Vec<ByProfile>,
}

/// How an implementation answers a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByProfile {
    /// Name for people: `Cilium 1.20`.
    pub title: String,
    /// What happens.
    pub outcome: Outcome,
    /// Status of the gateway.
    pub status: Option<u16>,
    /// In words.
    pub sentence: Sentence,
    /// True if it is the same as the answer that is shown.
    pub same: bool,
}

/// The tester's form; the names are those of the query and of the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryForm {
    /// URL, or a curl command.
    pub url: String,
    /// Method.
    pub method: String,
    /// Header lines, one a line: `name: value`.
    pub headers: String,
    /// `namespace/name` of the Gateway, or empty.
    pub gateway: String,
    /// Listener or empty. The form's choice `namespace/name listener` comes in `through`.
    pub listener: String,
    /// SNI or empty.
    pub sni: String,
    /// Namespace of the client in a mesh, or empty.
    pub from: String,
    /// Name of the profile to answer by, or empty for that of the Gateway's controller.
    pub implementation: String,
}

/// JSON clients get the decision itself beside the common fields.
#[server(prefix = "/api/v1", endpoint = "try", input = codec::GetUrl, output = codec::Json)]
pub async fn try_request(
    /// URL, or a curl command.
    url: String,
    /// Method.
    method: Option<String>,
    /// Header lines, one a line.
    headers: Option<String>,
    /// `namespace/name` of the Gateway to go through.
    gateway: Option<String>,
    /// Listener to go through.
    listener: Option<String>,
    /// SNI where it differs from the host.
    sni: Option<String>,
    /// Namespace of the client, for a Service of a mesh.
    from: Option<String>,
    /// Profile to answer by.
    implementation: Option<String>,
) -> Result<Answer<Decision>, ApiError> {
    let published = super::published()?;
    let or = Option::unwrap_or_default;
    let form = TryForm {
        url,
        method: or(method),
        headers: or(headers),
        gateway: or(gateway),
        listener: or(listener),
        sni: or(sni),
        from: or(from),
        implementation: or(implementation),
    };
    let request =
        request(&form).map_err(|words| super::with_status(ApiError::bad_request(words)))?;
    let decision = engine::decide(
        &published.snapshot,
        &published.report,
        &published.table,
        &request,
    );
    Ok(Answer::new(&published, "Decision", decision))
}

/// The page's data: the form, what can be chosen, and the answer if a URL was asked.
#[server(prefix = "/api/v1", endpoint = "try-page", input = codec::GetUrl, output = codec::Json)]
pub async fn get_try(
    /// URL, or a curl command.
    url: Option<String>,
    /// Method.
    method: Option<String>,
    /// Header lines, one a line.
    headers: Option<String>,
    /// `namespace/name` of the Gateway to go through.
    gateway: Option<String>,
    /// Listener to go through.
    listener: Option<String>,
    /// SNI where it differs from the host.
    sni: Option<String>,
    /// Namespace of the client, for a Service of a mesh.
    from: Option<String>,
    /// Profile to answer by.
    implementation: Option<String>,
) -> Result<Answer<TryView>, ApiError> {
    let published = super::published()?;
    let or = Option::unwrap_or_default;
    let form = TryForm {
        url: or(url),
        method: or(method),
        headers: or(headers),
        gateway: or(gateway),
        listener: or(listener),
        sni: or(sni),
        from: or(from),
        implementation: or(implementation),
    };
    Ok(Answer::new(&published, "Try", view(&published, form)))
}

#[cfg(feature = "ssr")]
pub use build::*;

#[cfg(feature = "ssr")]
mod build {
    use super::*;
    use crate::api::count;
    use crate::api::curl;
    use crate::published::Published;
    use engine::report::{Attachment, RouteId, RouteReport, Verdict};
    use engine::routing::{Example, by_profiles};
    use engine::{Report, Request};

    /// The page's data. Pure.
    pub fn view(published: &Published, mut form: TryForm) -> TryView {
        let through = through(&published.report);
        if form.url.is_empty() {
            form.url = suggestion(&published.report);
            return TryView {
                form,
                through,
                ..TryView::default()
            };
        }
        match request(&form) {
            Err(problem) => TryView {
                form,
                through,
                problem: Some(problem),
                ..TryView::default()
            },
            Ok(request) => {
                let decision = engine::decide(
                    &published.snapshot,
                    &published.report,
                    &published.table,
                    &request,
                );
                let all = by_profiles(&published.report, &published.table, &request);
                let profiles = all.into_iter().map(|(profile, other)| ByProfile {
                    title: profile.title.to_owned(),
                    outcome: other.outcome,
                    status: other.status,
                    same: (other.outcome, other.status, &other.route)
                        == (decision.outcome, decision.status, &decision.route)
                        && (&other.location, &other.backends)
                            == (&decision.location, &decision.backends),
                    sentence: other.sentence,
                });
                TryView {
                    form,
                    through,
                    problem: None,
                    profiles: profiles.collect(),
                    decision: Some(decision),
                    curl: Some(request.curl()),
                }
            }
        }
    }

    /// Reads the form: a URL or a curl command; the other fields add to it.
    pub fn request(form: &TryForm) -> Result<Request, String> {
        let mut request = if curl::is_curl(&form.url) {
            curl::parse(&form.url)?
        } else {
            Request::parse(&form.url).map_err(|error| error.message)?
        };
        if !form.method.is_empty() && !request.scheme.starts_with("grpc") {
            if !form
                .method
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
            {
                return Err("The method is not a token; write one such as GET.".to_owned());
            }
            request.method.clone_from(&form.method);
        }
        for line in form
            .headers
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            request.headers.push(curl::header(line)?);
        }
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        request.gateway = given(&form.gateway);
        request.listener = given(&form.listener);
        request.sni = given(&form.sni);
        request.from = given(&form.from);
        request.implementation = given(&form.implementation);
        Ok(request)
    }

    /// The listeners that requests can go through, at most 200.
    pub fn through(report: &Report) -> Vec<Through> {
        let of = |gateway: &engine::report::GatewayReport| {
            let name = format!("{}/{}", gateway.namespace, gateway.name);
            let web = gateway.listeners.iter().filter(|listener| {
                matches!(
                    listener.protocol.as_str(),
                    "HTTP" | "HTTPS" | "TLS" | "TCP" | "UDP"
                )
            });
            web.map(|listener| Through {
                gateway: name.clone(),
                listener: listener.key(),
                port: listener.port,
            })
            .collect::<Vec<_>>()
        };
        report.gateways.iter().flat_map(of).take(200).collect()
    }

    /// A URL to start with: that of a refused route, else of any.
    pub fn suggestion(report: &Report) -> String {
        let telling = crate::api::routes::worst_first(&report.attachments);
        let urls = telling.iter().filter_map(|attachment| {
            let route = report.route(report.summary(&attachment.route)?);
            url_for(report, &route, attachment, 0)
        });
        urls.into_iter()
            .next()
            .unwrap_or_else(|| "http://example.com/".to_owned())
    }

    /// Requests to try on a route's page: one per match where one can be made.
    pub fn tries(published: &Published, id: &RouteId) -> Vec<TryLink> {
        let own = published.report.attachments_of(id);
        let attached = own.iter().find(|one| one.verdict == Verdict::Attached);
        let Some(attachment) = attached.or(own.first()) else {
            return Vec::new();
        };
        let gateway = attachment.gateway.as_ref();
        let gateway = gateway.map(|one| format!("{}/{}", one.namespace, one.name));
        let gateway = gateway.unwrap_or_default();
        let listener = attachment.listener_key().unwrap_or_default();
        let link = |example: Example| {
            let request = example.request?;
            let line = |(name, value): &(String, String)| format!("{name}: {value}");
            let headers: Vec<String> = request.headers.iter().map(line).collect();
            let method = if request.scheme.starts_with("grpc") {
                ""
            } else {
                &request.method
            };
            let url = request.url();
            let href = crate::paths::try_request(&[
                ("url", &url),
                ("method", method),
                ("headers", &headers.join("\n")),
                ("gateway", &gateway),
                ("listener", &listener),
            ]);
            let with = headers.iter().map(|line| format!(", {line}"));
            Some(TryLink {
                rule: count(example.rule),
                label: format!("{} {url}{}", request.method, with.collect::<String>()),
                href,
                instead: example.instead,
            })
        };
        let examples = engine::routing::examples(&published.report, &published.table, id);
        examples.into_iter().filter_map(link).take(64).collect()
    }

    /// A URL that a rule could serve at the listener of an attachment.
    fn url_for(
        report: &Report,
        route: &RouteReport,
        attachment: &Attachment,
        rule: usize,
    ) -> Option<String> {
        let path = route.rules.get(rule)?.example_path.clone()?;
        let served = attachment.gateway.as_ref()?;
        let gateway = report
            .gateways
            .iter()
            .find(|g| g.namespace == served.namespace && g.name == served.name)?;
        let key = attachment.listener_key();
        let listener = gateway
            .listeners
            .iter()
            .find(|one| key.as_ref().is_none_or(|key| *key == one.key()))?;
        let is_grpc = attachment.route.kind == engine::RouteKind::Grpc;
        let (scheme, usual) = match (listener.protocol.as_str(), is_grpc) {
            ("HTTPS", false) => ("https", 443),
            ("HTTPS", true) => ("grpcs", 443),
            (_, false) => ("http", 80),
            (_, true) => ("grpc", 80),
        };
        let named = attachment
            .hostnames
            .first()
            .or(route.hostnames.first())
            .filter(|host| *host != "*");
        let host = match named.or(listener.hostname.as_ref()) {
            Some(host) => host.replacen('*', "any", 1),
            None => gateway
                .addresses
                .first()
                .cloned()
                .unwrap_or_else(|| "example.com".to_owned()),
        };
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host
        };
        let port = if listener.port == usual {
            String::new()
        } else {
            format!(":{}", listener.port)
        };
        Some(format!("{scheme}://{host}{port}{path}"))
    }
}
