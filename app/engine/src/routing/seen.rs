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
    /// The same with slashes merged last.
    merged_last: Option<String>,
}

impl<'r> Seen<'r> {
    /// Prepares a request.
    pub fn new(request: &'r Request) -> Self {
        // Most paths are normal, and nothing is to be done for them.
        let is_odd = request.path.contains("//") || request.path.contains("/.");
        let differs = |normal: fn(&str) -> String| {
            let path = is_odd.then(|| normal(&request.path));
            path.filter(|path| *path != request.path)
        };
        Self {
            request,
            host: request.host_name(),
            normal: differs(normal),
            merged_last: differs(merged_last),
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
        let normal = match switches.is_on(Switch::MergeLast) {
            true => &self.merged_last,
            false => &self.normal,
        };
        match normal {
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

    /// Each value of a header, in the order in which they were sent.
    pub fn header_values<'s>(
        &'s self,
        name: &'s str,
    ) -> impl Iterator<Item = &'r str> + use<'s, 'r> {
        let headers = self.request.headers.iter();
        headers
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
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

/// A path with `.` and `..` resolved as RFC 3986 has it, where an empty segment is one, and doubled slashes merged after
/// that, but for those of a path that has nothing else.
fn merged_last(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut slash = false;
    for part in path.split('/').skip(1) {
        slash = matches!(part, "." | "..");
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if slash {
        parts.push("");
    }
    let ends = parts.len() > 1 && parts.last() == Some(&"");
    parts.retain(|part| !part.is_empty());
    format!("/{}{}", parts.join("/"), if ends { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_merged_last_where_an_implementation_does_so() {
        let check = |path: &str, expected: &str| assert_eq!(merged_last(path), expected, "{path}");
        check("/", "/");
        check("//", "//");
        check("/a//../a", "/a/a");
        check("/a//b", "/a/b");
        check("/a/./b/", "/a/b/");
        check("/a/../b", "/b");
        check("/..", "/");
        check("/a/b/..", "/a/");
        check("/a/..", "/");
    }

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
