//! A request to judge: nothing is ever sent.

use crate::shell;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The request of the tester. Parsed from a URL by [`Request::parse`]; the rest is set by callers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// `http` or `https`, in lower case.
    pub scheme: String,
    /// Host without port, as written; IPv6 addresses without brackets.
    pub host: String,
    /// Port that the URL names.
    pub port: Option<u16>,
    /// Method, `GET` by default.
    pub method: String,
    /// Path as written, `/` if absent, without query.
    pub path: String,
    /// Query as written without `?`.
    pub query: Option<String>,
    /// Header fields in order, names as written.
    pub headers: Vec<(String, String)>,
    /// SNI where it differs from the host.
    pub sni: Option<String>,
    /// Gateway to go through (`namespace/name`); else found by address, then by hostname.
    pub gateway: Option<String>,
    /// Listener name to go through.
    pub listener: Option<String>,
}

/// Why a URL cannot be judged: what, where, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    /// For people.
    pub message: String,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RequestError {}

fn error(message: impl Into<String>) -> RequestError {
    RequestError {
        message: message.into(),
    }
}

impl Request {
    /// Reads a URL: `http://host:port/path?query`. A URL without scheme is taken as http.
    pub fn parse(url: &str) -> Result<Self, RequestError> {
        let url = url.trim();
        if url.is_empty() {
            return Err(error(
                "The URL is empty; write one such as http://example.com/path.",
            ));
        }
        if url.len() > 8192 {
            return Err(error("The URL is longer than 8,192 bytes."));
        }
        if let Some(bad) = url.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return Err(error(format!(
                "The URL contains {}; write it as %XX.",
                bad.escape_unicode()
            )));
        }
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), url),
        };
        if !matches!(scheme.as_str(), "http" | "https") {
            let shown = crate::sentence::visible(&scheme).into_owned();
            return Err(error(format!(
                "The scheme is {shown}; this version judges http and https."
            )));
        }
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let authority = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        let (host, port) = authority_parts(authority)?;
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self {
            scheme,
            host,
            port,
            method: "GET".to_owned(),
            path: path.to_owned(),
            query,
            ..Self::default()
        })
    }

    /// The port dialled: the URL's, else the scheme's.
    pub fn dialled(&self) -> u16 {
        self.port
            .unwrap_or(if self.scheme == "https" { 443 } else { 80 })
    }

    /// The name that hostnames are compared with: a `Host` header if one is given, else the URL's host; without
    /// port, in lower case.
    pub fn host_name(&self) -> String {
        let header = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("host"));
        match header {
            Some((_, value)) => {
                authority_parts(value.trim()).map_or_else(|_| value.clone(), |(host, _)| host)
            }
            None => self.host.clone(),
        }
        .to_ascii_lowercase()
    }

    /// The request as a URL.
    pub fn url(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let query = self
            .query
            .as_ref()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        format!("{}://{host}{port}{}{query}", self.scheme, self.path)
    }

    /// The command that would send it. Gatewatch itself never does.
    pub fn curl(&self) -> String {
        let mut command = "curl -i".to_owned();
        match self.method.as_str() {
            "GET" => {}
            "HEAD" => command.push_str(" --head"),
            method => {
                command.push_str(" -X ");
                command.push_str(&shell::quote(method));
            }
        }
        for (name, value) in &self.headers {
            command.push_str(" -H ");
            command.push_str(&shell::quote(&format!("{name}: {value}")));
        }
        command.push(' ');
        command.push_str(&shell::quote(&self.url()));
        command
    }
}

/// Host and port of an authority such as `a.example.com:8080` or `[::1]`.
fn authority_parts(authority: &str) -> Result<(String, Option<u16>), RequestError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest
                .split_once(']')
                .ok_or_else(|| error("The URL's IPv6 address has no closing bracket."))?;
            (host, after.strip_prefix(':'))
        }
        None => match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty() {
        return Err(error(
            "The URL has no host; write one such as http://example.com/path.",
        ));
    }
    let port = match port {
        None | Some("") => None,
        Some(port) => match port.parse::<u16>() {
            Ok(port) if port > 0 => Some(port),
            _ => {
                return Err(error(format!(
                    "The port is {}; ports are numbers from 1 to 65535.",
                    crate::sentence::visible(port)
                )));
            }
        },
    };
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, host: &str, port: Option<u16>, path: &str, query: Option<&str>) {
        let request = Request::parse(url).expect("this URL is legal");
        assert_eq!(
            (
                request.host.as_str(),
                request.port,
                request.path.as_str(),
                request.query.as_deref()
            ),
            (host, port, path, query),
            "{url}"
        );
    }

    #[test]
    fn urls_come_apart_into_host_port_path_and_query() {
        check(
            "http://172.18.255.201/hr",
            "172.18.255.201",
            None,
            "/hr",
            None,
        );
        check(
            "https://a.example.com:8443",
            "a.example.com",
            Some(8443),
            "/",
            None,
        );
        check(
            "a.example.com/x?y=1?z",
            "a.example.com",
            None,
            "/x",
            Some("y=1?z"),
        );
        check(
            "HTTP://user:secret@EXAMPLE.com?q",
            "EXAMPLE.com",
            None,
            "/",
            Some("q"),
        );
        check("http://[::1]:80/a#b", "::1", Some(80), "/a", None);
    }

    #[test]
    fn what_is_no_url_is_told_in_words() {
        let check = |url: &str, words: &str| {
            let message = Request::parse(url)
                .expect_err("this URL is not legal")
                .message;
            assert!(message.contains(words), "{url}: {message}");
        };
        check("", "empty");
        check("http:///x", "no host");
        check("http://a:99999/", "65535");
        check("http://a:x/", "ports are numbers");
        check("gopher://a/", "scheme is gopher");
        check("http://[::1/", "bracket");
        check("http://a/\u{7}", "\\u{7}");
        check("http://a/b c", "%XX");
    }

    #[test]
    fn curl_is_safe_to_paste() {
        let mut request = Request::parse("http://a/$(id)'").expect("legal");
        request.method = "POST".to_owned();
        request.headers.push(("X-A".to_owned(), "b; c".to_owned()));
        assert_eq!(
            request.curl(),
            r"curl -i -X POST -H 'X-A: b; c' 'http://a/$(id)'\'''"
        );
    }
}
