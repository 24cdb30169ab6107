//! Cross-origin requests: preflights, which the gateway answers itself, and the headers of others (`CORS`).

use super::request::Request;
use crate::resource::filter::Cors;
use std::collections::BTreeMap;

/// What a CORS filter does to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Crossing {
    /// True for a preflight: the gateway answers it.
    pub(super) preflight: bool,
    /// True if the origin is allowed.
    pub(super) allowed: bool,
    /// Headers of the answer, names in lower case.
    pub(super) headers: BTreeMap<String, String>,
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim())
}

/// Applies a filter. A request without `Origin` is none of its business.
pub(super) fn apply(cors: &Cors, request: &Request) -> Crossing {
    let Some(origin) = header(request, "origin") else {
        return Crossing::default();
    };
    let asked_method = header(request, "access-control-request-method");
    let preflight = request.method == "OPTIONS" && asked_method.is_some();
    let any = cors.allow_origins.iter().any(|one| one == "*");
    let allowed = any || cors.allow_origins.iter().any(|one| covers(one, origin));
    let mut crossing = Crossing {
        preflight,
        allowed,
        headers: BTreeMap::new(),
    };
    if !allowed {
        return crossing;
    }
    let credentials = cors.allow_credentials;
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            crossing
                .headers
                .insert(format!("access-control-{name}"), value);
        }
    };
    let own_origin = if any && !credentials { "*" } else { origin };
    set("allow-origin", own_origin.to_owned());
    if credentials {
        set("allow-credentials", "true".to_owned());
    }
    if preflight {
        let methods = listed(&cors.allow_methods, credentials, asked_method);
        set("allow-methods", methods);
        let asked = header(request, "access-control-request-headers");
        set(
            "allow-headers",
            listed(&cors.allow_headers, credentials, asked),
        );
        set("max-age", cors.max_age.unwrap_or(5).to_string());
    }
    let exposed = listed(&cors.expose_headers, credentials, None);
    set("expose-headers", exposed);
    crossing
}

/// A list as a header has it. With credentials `*` may not be sent; what was asked for is repeated.
fn listed(values: &[String], credentials: bool, asked: Option<&str>) -> String {
    if credentials && values.iter().any(|one| one == "*") {
        asked.unwrap_or_default().to_owned()
    } else {
        values.join(", ")
    }
}

/// Whether a pattern such as `https://*.example.com:8443` covers an origin.
fn covers(pattern: &str, origin: &str) -> bool {
    let (Some(pattern), Some(origin)) = (parts(pattern), parts(origin)) else {
        return pattern == origin;
    };
    let host = match pattern.1.strip_prefix('*') {
        Some(suffix) => origin.1.len() > suffix.len() && origin.1.ends_with(suffix),
        None => pattern.1 == origin.1,
    };
    pattern.0 == origin.0 && host && pattern.2 == origin.2
}

/// Scheme, host and port of an origin; the usual port where none is named.
fn parts(origin: &str) -> Option<(String, String, u16)> {
    let (scheme, rest) = origin.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let usual = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (rest, usual),
    };
    Some((scheme, host.to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_covered_by_patterns() {
        let check = |pattern: &str, origin: &str, expected: bool| {
            assert_eq!(covers(pattern, origin), expected, "{pattern} {origin}");
        };
        check("https://*.example.com", "https://a.b.example.com", true);
        check("https://*.example.com", "https://example.com", false);
        check("https://*.example.com", "http://a.example.com", false);
        check("https://a.com", "https://a.com:443", true);
        check("https://a.com:8443", "https://a.com", false);
        check("http://A.com", "http://a.com", true);
        check("https://*", "https://a.com", true);
    }

    #[test]
    fn credentials_never_meet_a_star() {
        let cors = |credentials| Cors {
            allow_origins: vec!["*".to_owned()],
            allow_methods: vec!["*".to_owned()],
            allow_headers: vec!["*".to_owned()],
            allow_credentials: credentials,
            ..Cors::default()
        };
        let mut request = Request::parse("http://h/").expect("legal");
        request.method = "OPTIONS".to_owned();
        let headers = [
            ("Origin", "https://a.com"),
            ("Access-Control-Request-Method", "PUT"),
            ("Access-Control-Request-Headers", "x-a"),
        ];
        request.headers = headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let got = |credentials, name: &str| {
            let crossing = apply(&cors(credentials), &request);
            assert!(crossing.preflight && crossing.allowed);
            crossing.headers.get(name).cloned().unwrap_or_default()
        };
        assert_eq!(got(false, "access-control-allow-origin"), "*");
        assert_eq!(got(true, "access-control-allow-origin"), "https://a.com");
        assert_eq!(got(true, "access-control-allow-methods"), "PUT");
        assert_eq!(got(true, "access-control-allow-headers"), "x-a");
        assert_eq!(got(true, "access-control-max-age"), "5");
        request.headers.remove(1);
        assert!(!apply(&cors(true), &request).preflight);
    }
}
