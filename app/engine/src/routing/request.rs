//! A request to judge: nothing is ever sent.

use crate::shell;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The request of the tester. Parsed from a URL by [`Request::parse`]; the rest is set by callers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// One of [`SCHEMES`], in lower case.
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
    /// Namespace of the client, for a request to a Service of a mesh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Name of the profile to answer by ([`crate::profile::Profile`]); else that of the Gateway's controller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implementation: Option<String>,
}

/// Schemes of URLs that are judged.
pub const SCHEMES: [&str; 9] = [
    "http", "https", "ws", "wss", "grpc", "grpcs", "tls", "tcp", "udp",
];

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// HTTP in the clear.
    Http,
    /// HTTP within TLS.
    Https,
    /// Something within TLS.
    Tls,
    /// Bytes over TCP.
    Tcp,
    /// Datagrams.
    Udp,
}

impl Transport {
    /// As listeners write it.
    pub fn protocol(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
            Self::Tls => "TLS",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
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
        if !SCHEMES.contains(&scheme.as_str()) {
            let shown = crate::sentence::visible(&scheme).into_owned();
            return Err(error(format!(
                "The scheme is {shown}; there are {}.",
                SCHEMES.join(", ")
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
        let method = if scheme.starts_with("grpc") {
            "POST"
        } else {
            "GET"
        };
        Ok(Self {
            scheme,
            host,
            port,
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            ..Self::default()
        })
    }

    /// The port dialled: the URL's, else the scheme's; TCP and UDP have none.
    pub fn dialled(&self) -> Option<u16> {
        self.port.or(match self.transport() {
            Transport::Http => Some(80),
            Transport::Https | Transport::Tls => Some(443),
            Transport::Tcp | Transport::Udp => None,
        })
    }

    /// What is spoken on the connection.
    pub fn transport(&self) -> Transport {
        match self.scheme.as_str() {
            "https" | "wss" | "grpcs" => Transport::Https,
            "tls" => Transport::Tls,
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            _ => Transport::Http,
        }
    }

    /// True for a request of gRPC, by its scheme or its content type.
    pub fn is_grpc(&self) -> bool {
        let mut headers = self.headers.iter();
        let is_type = |value: &str| value.to_ascii_lowercase().starts_with("application/grpc");
        self.scheme.starts_with("grpc")
            || headers
                .any(|(name, value)| name.eq_ignore_ascii_case("content-type") && is_type(value))
    }

    /// The SNI that the client sends: the one given, else the host unless that is an address.
    pub fn server_name(&self) -> Option<String> {
        let given = self.sni.clone().filter(|sni| !sni.is_empty());
        let is_address = self.host.parse::<std::net::IpAddr>().is_ok();
        given
            .or_else(|| (!is_address).then(|| self.host.clone()))
            .map(|name| name.to_ascii_lowercase())
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
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let port = self.dialled().unwrap_or(0);
        let quoted = |text: String| shell::quote(&text);
        match (self.transport(), self.scheme.as_str()) {
            (Transport::Tls, _) => {
                let name = self.server_name().map_or_else(String::new, |name| {
                    format!(" -servername {}", shell::quote(&name))
                });
                let place = quoted(format!("{host}:{port}"));
                return format!("openssl s_client -connect {place}{name}");
            }
            (Transport::Tcp, _) => return format!("nc {} {port}", quoted(self.host.clone())),
            (Transport::Udp, _) => return format!("nc -u {} {port}", quoted(self.host.clone())),
            (_, scheme) if scheme.starts_with("grpc") => {
                let plain = if scheme == "grpc" { " -plaintext" } else { "" };
                let method = quoted(self.path.trim_start_matches('/').to_owned());
                let place = quoted(format!("{host}:{port}"));
                return format!("grpcurl{plain} {place} {method}");
            }
            _ => {}
        }
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
        // curl knows WebSockets only as the requests that they begin with.
        let url = match self.scheme.as_str() {
            "ws" => self.url().replacen("ws", "http", 1),
            "wss" => self.url().replacen("wss", "https", 1),
            _ => self.url(),
        };
        command.push_str(&shell::quote(&url));
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
        check("gopher://a/", "scheme is gopher; there are http, https");
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
