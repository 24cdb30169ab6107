//! A request as a gateway sees it: what is compared, prepared once.

use super::request::Request;
use crate::profile::{Switch, Switches};
use std::borrow::Cow;

/// A request, prepared for comparing.
#[derive(Clone, Debug)]
pub struct Seen<'r> {
    request: &'r Request,
    host: String,
    /// The path with dot segments resolved and slashes merged, where that changes it.
    normal: Option<String>,
}

impl<'r> Seen<'r> {
    /// Prepares a request.
    pub fn new(request: &'r Request) -> Self {
        let normal = normal(&request.path);
        Self {
            request,
            host: request.host_name(),
            normal: (normal != request.path).then_some(normal),
        }
    }

    /// The name that hostnames are compared with, in lower case, without port.
    pub fn host(&self, switches: Switches) -> &str {
        match self.host.strip_suffix('.') {
            Some(bare) if switches.is_on(Switch::TrailingDot) => bare,
            _ => &self.host,
        }
    }

    /// The path that is compared.
    pub fn path(&self, switches: Switches) -> &str {
        match &self.normal {
            Some(normal) if switches.is_on(Switch::NormalPath) => normal,
            _ => &self.request.path,
        }
    }

    /// The method.
    pub fn method(&self) -> &str {
        &self.request.method
    }

    /// True for a request of gRPC, by its scheme or its content type.
    pub fn is_grpc(&self) -> bool {
        self.request.is_grpc()
    }

    /// A header's value; of one that is sent repeatedly the values joined by commas, as RFC 9110 has it, or the first.
    pub fn header(&self, name: &str, switches: Switches) -> Option<Cow<'r, str>> {
        let mut values = self
            .request
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        let first = values.next()?;
        if !switches.is_on(Switch::JoinedHeaders) {
            return Some(Cow::Borrowed(first));
        }
        let joined = values.fold(Cow::Borrowed(first), |all, next| {
            Cow::Owned(format!("{all},{next}"))
        });
        Some(joined)
    }

    /// The first value of a query parameter, compared as written.
    pub fn parameter(&self, name: &str) -> Option<&'r str> {
        let pairs = self.request.query.as_deref()?.split('&');
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

/// A path with `.` and `..` resolved and doubled slashes merged; escapes are left alone.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next().unwrap_or_default();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let slash = matches!(last, "" | "." | "..") && !parts.is_empty();
    format!("/{}{}", parts.join("/"), if slash { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_normal() {
        let check = |path: &str, expected: &str| assert_eq!(normal(path), expected, "{path}");
        check("/", "/");
        check("//", "/");
        check("/a//b", "/a/b");
        check("/a/./b/", "/a/b/");
        check("/a/../b", "/b");
        check("/..", "/");
        check("/a/b/..", "/a/");
        check("/a%2Fb", "/a%2Fb");
    }
}
