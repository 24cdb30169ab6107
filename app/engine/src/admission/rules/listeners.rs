//! Rules about addresses and listeners.

use super::super::Violation;
use super::super::format::Format;
use super::super::shape::tell;
use super::{has, items, size, text};
use serde_json::Value;

pub(super) fn addresses(spec: &Value, found: &mut Vec<Violation>) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (path, address) in items(spec, "spec", "addresses") {
        let type_ = match text(address, "type") {
            "" => "IPAddress",
            type_ => type_,
        };
        let value = text(address, "value");
        if type_ == "Hostname" && !value.is_empty() && !Format::Hostname.fits(value) {
            tell(
                found,
                &path,
                &format!("{value:?} is {}.", Format::Hostname.words()),
            );
        }
        let counts = has(address, "value") && matches!(type_, "IPAddress" | "Hostname");
        if counts && seen.contains(&(type_, value)) {
            tell(found, &path, &format!("{type_} {value:?} is there twice."));
        }
        seen.push((type_, value));
    }
}

pub(super) fn listeners(spec: &Value, found: &mut Vec<Violation>) {
    let mut seen: Vec<(&Value, &str, &str)> = Vec::new();
    for (path, listener) in items(spec, "spec", "listeners") {
        let protocol = text(listener, "protocol");
        let hostname = text(listener, "hostname");
        let tls = listener.get("tls").filter(|tls| !tls.is_null());
        let mode = tls.map_or("", |tls| text(tls, "mode"));
        if matches!(protocol, "HTTP" | "TCP" | "UDP") && tls.is_some() {
            tell(
                found,
                &format!("{path}.tls"),
                &format!("A listener for {protocol} has no tls."),
            );
        }
        if protocol == "HTTPS" && mode == "Passthrough" {
            tell(
                found,
                &format!("{path}.tls.mode"),
                "A listener for HTTPS terminates TLS.",
            );
        }
        // The default of the mode is set only where there is a tls.
        if protocol == "TLS" && tls.is_none() {
            tell(found, &path, "A listener for TLS says its tls.mode.");
        }
        if matches!(protocol, "TCP" | "UDP") && !hostname.is_empty() {
            let words = format!("A listener for {protocol} has no hostname.");
            tell(found, &format!("{path}.hostname"), &words);
        }
        if let Some(tls) = tls
            && mode != "Passthrough"
            && size(tls, "certificateRefs") + size(tls, "options") == 0
        {
            let words = "A listener that terminates TLS has certificateRefs or options.";
            tell(found, &format!("{path}.tls"), words);
        }
        let key = (
            listener.get("port").unwrap_or(&Value::Null),
            protocol,
            hostname,
        );
        if seen.contains(&key) {
            tell(
                found,
                &path,
                "Port, protocol and hostname together are those of another listener.",
            );
        }
        seen.push(key);
    }
}
