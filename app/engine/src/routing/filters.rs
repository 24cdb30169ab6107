//! What a rule's filters do to a request: redirects, rewrites, header changes (`HTTPRouteRule.filters`).

use super::cors;
use super::decision::Rewritten;
use super::matcher::{Match, PathRule};
use super::request::{Request, Transport};
use crate::resource::filter::{HeaderModifier, HttpFilter, PathModifier, RequestRedirect};
use std::collections::BTreeMap;

/// What becomes of a request on its way through the filters of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Status and `Location` of a redirect.
    pub redirect: Option<(u16, String)>,
    /// Host and path that the backend sees, where they differ.
    pub rewritten: Option<Rewritten>,
    /// Header changes towards the backend.
    pub request_headers: BTreeMap<String, String>,
    /// Header changes towards the client.
    pub response_headers: BTreeMap<String, String>,
    /// Names of those that are appended to what the backend sends.
    pub appended: Vec<String>,
    /// A preflight that the gateway answers itself, and whether its origin is allowed.
    pub preflight: Option<bool>,
    /// The first filter whose effect is not predicted.
    pub unpredictable: Option<String>,
}

/// Applies filters in list order; `port` is the listener's.
pub fn apply<'a>(
    filters: impl IntoIterator<Item = &'a HttpFilter>,
    request: &Request,
    matched: &Match,
    port: u16,
) -> Effects {
    let mut effects = Effects::default();
    for filter in filters {
        match filter.type_.as_str() {
            "RequestRedirect" => match &filter.request_redirect {
                Some(redirect) => effects.redirect = redirected(redirect, request, matched, port),
                None => effects.unpredictable = Some(filter.type_.clone()),
            },
            "URLRewrite" => match &filter.url_rewrite {
                Some(rewrite) => {
                    let path = match rewrite
                        .path
                        .as_ref()
                        .map(|path| replaced(path, &request.path, matched))
                    {
                        Some(None) => {
                            effects.unpredictable = Some("URLRewrite".to_owned());
                            None
                        }
                        Some(path) => path,
                        None => None,
                    };
                    effects.rewritten = Some(Rewritten {
                        host: rewrite.hostname.clone(),
                        path,
                    });
                }
                None => effects.unpredictable = Some(filter.type_.clone()),
            },
            "RequestHeaderModifier" => modify(
                &mut effects.request_headers,
                filter.request_header_modifier.as_ref(),
                request,
            ),
            "ResponseHeaderModifier" => {
                let modifier = filter.response_header_modifier.as_ref();
                let added = modifier.into_iter().flat_map(|one| &one.add);
                let names = added.map(|one| one.name.to_ascii_lowercase());
                effects.appended.extend(names);
                modify(&mut effects.response_headers, modifier, &Request::default());
            }
            // A mirror gets a copy; the answer does not depend on it.
            "RequestMirror" => {}
            "CORS" => match &filter.cors {
                Some(cors) => {
                    let crossing = cors::apply(cors, request);
                    effects.response_headers.extend(crossing.headers);
                    if crossing.preflight {
                        effects.preflight = Some(crossing.allowed);
                    }
                }
                None => effects.unpredictable = Some(filter.type_.clone()),
            },
            other => {
                effects
                    .unpredictable
                    .get_or_insert_with(|| other.to_owned());
            }
        }
    }
    effects
}

/// Status and Location of a redirect; `None` if its path modifier cannot be applied.
fn redirected(
    redirect: &RequestRedirect,
    request: &Request,
    matched: &Match,
    listener_port: u16,
) -> Option<(u16, String)> {
    let own = match request.transport() {
        Transport::Https => "https",
        _ => "http",
    };
    let scheme = redirect.scheme.as_deref().unwrap_or(own);
    let scheme = scheme.to_ascii_lowercase();
    let host = redirect
        .hostname
        .clone()
        .unwrap_or_else(|| request.host_name());
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host
    };
    let well_known = |scheme: &str| match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    let port = redirect.port.or(match &redirect.scheme {
        Some(_) => well_known(&scheme),
        None => Some(listener_port),
    });
    let port = match port {
        Some(port) if well_known(&scheme) == Some(port) => String::new(),
        Some(port) => format!(":{port}"),
        None => String::new(),
    };
    let path = match &redirect.path {
        Some(modifier) => replaced(modifier, &request.path, matched)?,
        None => request.path.clone(),
    };
    let query = request
        .query
        .as_ref()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    Some((
        redirect.status_code.unwrap_or(302),
        format!("{scheme}://{host}{port}{path}{query}"),
    ))
}

/// The path after `ReplaceFullPath` or `ReplacePrefixMatch`; `None` for another type, or a prefix replacement
/// on a match that is not a prefix.
pub fn replaced(modifier: &PathModifier, path: &str, matched: &Match) -> Option<String> {
    match modifier.type_.as_str() {
        "ReplaceFullPath" => modifier.replace_full_path.clone(),
        "ReplacePrefixMatch" => {
            let PathRule::Prefix(prefix) = &matched.path else {
                return None;
            };
            let replacement = modifier.replace_prefix_match.as_deref()?;
            let replacement = replacement.strip_suffix('/').unwrap_or(replacement);
            let rest = path.strip_prefix(prefix.as_str())?;
            let whole = format!("{replacement}{rest}");
            Some(if whole.is_empty() {
                "/".to_owned()
            } else {
                whole
            })
        }
        _ => None,
    }
}

/// Header changes by name in lower case: the resulting value, or empty for a removed header.
fn modify(
    headers: &mut BTreeMap<String, String>,
    modifier: Option<&HeaderModifier>,
    request: &Request,
) {
    let Some(modifier) = modifier else { return };
    for header in &modifier.set {
        headers.insert(header.name.to_ascii_lowercase(), header.value.clone());
    }
    for header in &modifier.add {
        let name = header.name.to_ascii_lowercase();
        // One that is sent several times is one list, as RFC 9110 has it.
        let sent: Vec<&str> = request
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(&name))
            .map(|(_, value)| value.as_str())
            .collect();
        let sent = (!sent.is_empty()).then(|| sent.join(","));
        let value = match headers.get(&name).cloned().or(sent) {
            Some(old) if !old.is_empty() => format!("{old},{}", header.value),
            _ => header.value.clone(),
        };
        headers.insert(name, value);
    }
    for name in &modifier.remove {
        headers.insert(name.to_ascii_lowercase(), String::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::route::{HttpMatch, HttpRule, PathMatch};
    use crate::routing::pattern::Patterns;

    fn prefix(value: &str) -> Match {
        let path = PathMatch {
            type_: None,
            value: Some(value.to_owned()),
        };
        let rule = HttpRule {
            matches: vec![HttpMatch {
                path,
                ..HttpMatch::default()
            }],
            ..HttpRule::default()
        };
        Match::of_rule(&rule, &mut Patterns::default()).remove(0)
    }

    #[test]
    fn replacing_a_prefix_keeps_the_rest() {
        let check = |path: &str, matched: &str, replacement: &str, result: &str| {
            let modifier = PathModifier {
                type_: "ReplacePrefixMatch".into(),
                replace_prefix_match: Some(replacement.into()),
                ..PathModifier::default()
            };
            assert_eq!(
                replaced(&modifier, path, &prefix(matched)).as_deref(),
                Some(result),
                "{path} {matched} {replacement}"
            );
        };
        check("/foo/bar", "/foo", "/xyz", "/xyz/bar");
        check("/foo/bar", "/foo", "/xyz/", "/xyz/bar");
        check("/foo/bar", "/foo/", "/xyz", "/xyz/bar");
        check("/foo/bar", "/foo/", "/xyz/", "/xyz/bar");
        check("/foo", "/foo", "/xyz", "/xyz");
        check("/foo", "/foo/", "/xyz", "/xyz");
        check("/foo/", "/foo", "/xyz", "/xyz/");
        check("/foo/bar", "/foo", "", "/bar");
        check("/foo/", "/foo", "", "/");
        check("/foo", "/foo", "", "/");
        check("/foo/", "/foo", "/", "/");
        check("/foo", "/foo", "/", "/");
        check("/foo/bar", "/foo", "/", "/bar");
        check("/any", "/", "/xyz", "/xyz/any");
        check("/foo//bar", "/foo", "/x", "/x//bar");
    }

    #[test]
    fn redirects_take_the_listeners_port_unless_a_scheme_says_otherwise() {
        let check = |url: &str, port: u16, redirect: RequestRedirect, location: &str| {
            let request = Request::parse(url).expect("legal");
            let (_, got) = redirected(&redirect, &request, &prefix("/"), port).expect("applies");
            assert_eq!(got, location);
        };
        let none = RequestRedirect::default();
        check(
            "http://h:8080/x",
            8080,
            RequestRedirect {
                scheme: Some("https".into()),
                ..none.clone()
            },
            "https://h/x",
        );
        check("http://h:8080/x", 8080, none.clone(), "http://h:8080/x");
        check(
            "https://h/x",
            443,
            RequestRedirect {
                scheme: Some("http".into()),
                ..none.clone()
            },
            "http://h/x",
        );
        check(
            "http://h/x",
            80,
            RequestRedirect {
                port: Some(443),
                ..none.clone()
            },
            "http://h:443/x",
        );
        check(
            "http://h/x?y=1",
            8080,
            RequestRedirect {
                hostname: Some("z".into()),
                ..none.clone()
            },
            "http://z:8080/x?y=1",
        );
        check("http://h:8080/x", 80, none, "http://h/x");
    }
}
