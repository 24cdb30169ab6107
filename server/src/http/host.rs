//! Answers only requests addressed to this server by a name that it has, whatever the listen address: a page of
//! another site whose name was rebound to this address gets 421 and no data.

use super::problem::problem;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use thiserror::Error;

/// Names that this server has besides `localhost`, 127.0.0.0/8 and `[::1]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(BTreeSet<String>);

/// A name that no request can be addressed to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no host name; write one such as gatewatch.example.com, without port")]
pub struct NoHost(String);

impl Hosts {
    /// Reads configured names.
    pub fn new(names: &[String]) -> Result<Self, NoHost> {
        let name = |given: &String| match Address::parse(given) {
            Some(Address { name, port: None }) => Ok(name),
            _ => Err(NoHost(given.clone())),
        };
        names.iter().map(name).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a `Host` value, or the authority of a request target, names this server.
    pub fn allow(&self, host: &str) -> bool {
        let Some(Address { name, .. }) = Address::parse(host) else {
            return false;
        };
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        name == "localhost"
            || name
                .parse::<Ipv4Addr>()
                .is_ok_and(|address| address.is_loopback())
            || (name.starts_with('[')
                && bare
                    .parse::<Ipv6Addr>()
                    .is_ok_and(|address| address.is_loopback()))
            || self.0.contains(&name)
    }
}

/// `name:port`, the name in lower case without the dot of the root.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    name: String,
    port: Option<u16>,
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        let (name, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, after) = rest.split_once(']')?;
                address.parse::<Ipv6Addr>().ok()?;
                let port = if after.is_empty() {
                    None
                } else {
                    Some(after.strip_prefix(':')?)
                };
                (text.get(..address.len() + 2)?, port)
            }
            None => match text.split_once(':') {
                Some((name, port)) => (name, Some(port)),
                None => (text, None),
            },
        };
        let port = match port {
            None | Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            Some(_) => return None,
        };
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let is_label = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_name = name.starts_with('[') || (name.len() <= 253 && name.split('.').all(is_label));
        is_name.then_some(Self { name, port })
    }
}

/// The door. There must be exactly one Host, and an absolute request target must agree that it is ours.
pub(super) async fn check(
    State(hosts): State<Arc<Hosts>>,
    request: Request,
    next: Next,
) -> Response {
    let mut values = request.headers().get_all(HOST).iter();
    let header = match (values.next(), values.next()) {
        (Some(only), None) => only.to_str().ok(),
        _ => None,
    };
    let target = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str);
    if header.is_some_and(|host| hosts.allow(host)) && target.is_none_or(|host| hosts.allow(host)) {
        return next.run(request).await;
    }
    problem(
        StatusCode::MISDIRECTED_REQUEST,
        "This server answers to localhost and to names given with --allow-host; this request is addressed to none of them.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_names_are_answered() {
        let hosts = Hosts::new(&["Gatewatch.Example.com.".to_owned(), "10.0.0.7".to_owned()])
            .expect("legal names");
        let check = |host: &str, allowed: bool| assert_eq!(hosts.allow(host), allowed, "{host:?}");
        for host in [
            "localhost",
            "LocalHost",
            "localhost.",
            "localhost:3000",
            "localhost:",
            "localhost.:80",
            "127.0.0.1",
            "127.0.0.1:65535",
            "127.1.2.3",
            "127.255.255.255",
            "127.0.0.1.",
            "[::1]",
            "[::1]:3000",
            "[0:0:0:0:0:0:0:1]",
            "[0000::0001]:1",
            "gatewatch.example.com",
            "GATEWATCH.example.COM:8443",
            "gatewatch.example.com.",
            "10.0.0.7:80",
        ] {
            check(host, true);
        }
        for host in [
            "",
            " ",
            ".",
            "..",
            "localhost..",
            ".localhost",
            "evil.example",
            "evil.example:3000",
            "localhost.evil.example",
            "localhost.localdomain",
            "a.localhost",
            "xlocalhost",
            "localhost:x",
            "localhost:-1",
            "localhost:+80",
            "localhost:65536",
            "localhost:80:80",
            "localhost:80 ",
            " localhost",
            "localhost ",
            "local host",
            "localhost/",
            "localhost/x",
            "localhost#",
            "localhost?",
            "user@localhost",
            "localhost@evil.example",
            "http://localhost",
            "localhost,evil.example",
            "localhost\\evil",
            "%6cocalhost",
            "localhost%00",
            "l\u{43e}calhost",
            "128.0.0.1",
            "126.255.255.255",
            "0.0.0.0",
            "127.1",
            "127",
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "127.0.0.1.evil.example",
            "127.0.0.256",
            "10.0.0.1",
            "169.254.169.254",
            "[::]",
            "[::2]",
            "[::1",
            "::1",
            "[::1]x",
            "[::1]:x",
            "[::ffff:127.0.0.1]",
            "[fe80::1%25lo]",
            "[localhost]",
            "[127.0.0.1]",
            "gatewatch.example",
            "x.gatewatch.example.com",
            "gatewatch.example.com.evil.example",
            "*",
            "null",
            "-",
            "localhost\t",
            "\u{ff4c}ocalhost",
        ] {
            check(host, false);
        }
    }

    #[test]
    fn a_configured_name_must_be_one() {
        for name in [
            "",
            "a b",
            "http://a",
            "a:80",
            "a/b",
            "*.example.com",
            "a..b",
        ] {
            assert!(Hosts::new(&[name.to_owned()]).is_err(), "{name:?}");
        }
    }
}
