//! Forms of text: names, hostnames, header names, durations.

/// A form that a text must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Empty, or a DNS subdomain: an API group.
    Group,
    /// A kind: letters, digits and `-`, a letter first.
    Kind,
    /// A DNS label: a namespace.
    Label,
    /// A DNS subdomain.
    Subdomain,
    /// A DNS subdomain, or one after `*.`.
    Hostname,
    /// A token of HTTP: a header's name.
    Token,
    /// A header's value: visible letters, single spaces between.
    HeaderValue,
    /// `example.com/name`: a controller.
    Controller,
    /// A known protocol, or `example.com/name`.
    Protocol,
    /// A type of address.
    AddressType,
    /// `10s`, `1h30m`.
    Duration,
    /// A label's value.
    LabelValue,
    /// `System`, or `example.com/name`.
    WellKnown,
    /// An absolute URI.
    Uri,
    /// `*`, or a scheme and host.
    Origin,
    /// A path's letters.
    Path,
}

fn is_label(text: &str) -> bool {
    let edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|byte| edge(*byte))
        && bytes.last().is_some_and(|byte| edge(*byte))
        && bytes.iter().all(|byte| edge(*byte) || *byte == b'-')
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

fn is_token(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_letter)
}

/// Letters of a path, `%` only before two hexadecimal digits.
fn is_path(text: &str) -> bool {
    let mut bytes = text.bytes();
    let mut any = false;
    while let Some(byte) = bytes.next() {
        any = true;
        let fits = match byte {
            b'%' => {
                let mut hex = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                hex() && hex()
            }
            _ => byte.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    any
}

fn is_qualified(text: &str) -> bool {
    let is_tail = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    text.split_once('/').is_some_and(|(domain, tail)| {
        is_subdomain(domain) && !tail.is_empty() && tail.bytes().all(is_tail)
    })
}

fn is_alphanumeric_with(text: &str, inner: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    edge(bytes.first())
        && edge(bytes.last())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || inner.contains(byte))
}

/// Milliseconds of `1h30m`, in at most four parts of at most five digits.
pub(super) fn duration(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total = 0_u64;
    let mut parts = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (digits, after) = rest.split_at(end);
        let (unit, next) = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
            .into_iter()
            .find_map(|(name, unit)| Some((unit, after.strip_prefix(name)?)))?;
        parts += 1;
        if digits.is_empty() || digits.len() > 5 || parts > 4 {
            return None;
        }
        total += digits.parse::<u64>().ok()? * unit;
        rest = next;
    }
    (parts > 0).then_some(total)
}

impl Format {
    /// Whether a text has the form.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Group => text.is_empty() || is_subdomain(text),
            Self::Kind => {
                is_alphanumeric_with(text, b"-")
                    && text.starts_with(|first: char| first.is_ascii_alphabetic())
            }
            Self::Label => is_label(text),
            Self::Subdomain => is_subdomain(text),
            Self::Hostname => is_subdomain(text.strip_prefix("*.").unwrap_or(text)),
            Self::Token => is_token(text),
            Self::HeaderValue => {
                let words = text.split([' ', '\t']);
                words.clone().all(|word| {
                    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic())
                })
            }
            Self::Controller => is_qualified(text),
            Self::Protocol => is_alphanumeric_with(text, b"-") || is_qualified(text),
            Self::AddressType => {
                ["Hostname", "IPAddress", "NamedAddress"].contains(&text) || is_qualified(text)
            }
            Self::Duration => duration(text).is_some(),
            Self::LabelValue => text.is_empty() || is_alphanumeric_with(text, b"-_."),
            Self::WellKnown => text == "System" || is_qualified(text),
            Self::Uri => text
                .split_once("://")
                .is_some_and(|(scheme, _)| !scheme.is_empty() && !scheme.contains(['/', '?', '#'])),
            Self::Origin => {
                let host = text
                    .strip_prefix("http://")
                    .or_else(|| text.strip_prefix("https://"));
                let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-.*:".contains(&byte);
                text == "*"
                    || host.is_some_and(|host| !host.is_empty() && host.bytes().all(is_letter))
            }
            Self::Path => is_path(text),
        }
    }

    /// What a text is that does not have the form.
    pub fn words(self) -> &'static str {
        match self {
            Self::Group => "no API group: a DNS name in lower case, or empty",
            Self::Kind => "no kind: letters, digits and -, a letter first",
            Self::Label => {
                "no DNS label: lower case letters, digits and -, none of them - at an end"
            }
            Self::Subdomain => {
                "no DNS name: labels of lower case letters, digits and -, with dots between"
            }
            Self::Hostname => "no hostname: a DNS name in lower case, perhaps after *.",
            Self::Token => "no name of a header: letters, digits and a few signs, no spaces",
            Self::HeaderValue => {
                "no value of a header: visible letters, with single spaces between"
            }
            Self::Controller => "no controller's name: example.com/name",
            Self::Protocol => "no protocol: HTTP, HTTPS, TLS, TCP, UDP, or example.com/name",
            Self::AddressType => {
                "no type of address: IPAddress, Hostname, NamedAddress, or example.com/name"
            }
            Self::Duration => "no duration such as 10s or 1h30m",
            Self::LabelValue => "no value of a label",
            Self::WellKnown => "neither System nor a name such as example.com/name",
            Self::Uri => "no URI with a scheme",
            Self::Origin => "no origin such as https://example.com",
            Self::Path => "no path: letters that a path cannot have must be percent-encoded",
        }
    }
}
