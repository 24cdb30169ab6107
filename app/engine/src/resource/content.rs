//! Secrets and ConfigMaps from files: what their certificates and keys are worth is noted, the data itself is dropped.
//!
//! From a cluster none is ever read.

use super::meta::{HasMeta, Meta, nullable};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// What an entry of `data` is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// There is none.
    #[default]
    Missing,
    /// It is not what its name says.
    Damaged,
    /// It parses.
    Good,
}

/// A Secret, without what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Secret {
    /// Metadata.
    pub metadata: Meta,
    /// `type`; absent is `Opaque`.
    pub type_: String,
    /// `data["tls.crt"]`: at least one certificate.
    pub certificate: Content,
    /// `data["tls.key"]`: a private key.
    pub key: Content,
}

/// A ConfigMap, without what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigMap {
    /// Metadata.
    pub metadata: Meta,
    /// `data["ca.crt"]`: at least one certificate.
    pub authority: Content,
}

impl HasMeta for Secret {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl HasMeta for ConfigMap {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// The fields of both kinds, read so that no error can quote what they hold.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    metadata: Meta,
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    type_: String,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    string_data: Value,
    #[serde(default)]
    worth: Value,
}

impl Raw {
    /// What an entry is worth: as noted before, else as judged from the data.
    fn worth(&self, key: &str, encoded: bool, judge: fn(&[u8]) -> bool) -> Content {
        if let Some(noted) = self.worth.get(key) {
            return Content::deserialize(noted).unwrap_or_default();
        }
        let plain = |value: &Value| value.as_str().map(|text| text.as_bytes().to_vec());
        let decoded = |value: &Value| {
            let text: String = value.as_str()?.split_whitespace().collect();
            BASE64_STANDARD.decode(text).ok()
        };
        let bytes = match (self.string_data.get(key), self.data.get(key)) {
            (Some(value), _) => plain(value),
            (None, Some(value)) if encoded => decoded(value),
            (None, Some(value)) => plain(value),
            (None, None) => return Content::Missing,
        };
        match bytes {
            Some(bytes) if judge(&bytes) => Content::Good,
            _ => Content::Damaged,
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Raw::deserialize(deserializer)?;
        Ok(Self {
            certificate: raw.worth("tls.crt", true, has_certificates),
            key: raw.worth("tls.key", true, has_key),
            type_: raw.type_,
            metadata: raw.metadata,
        })
    }
}

impl<'de> Deserialize<'de> for ConfigMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Raw::deserialize(deserializer)?;
        Ok(Self {
            authority: raw.worth("ca.crt", false, has_certificates),
            metadata: raw.metadata,
        })
    }
}

/// The object with its data replaced by what it is worth: all that a source may keep of a Secret or ConfigMap.
pub fn without_data(object: &Value) -> Value {
    let field = |pointer: &str| object.pointer(pointer).cloned().unwrap_or(Value::Null);
    let raw = Raw::deserialize(object).map(|raw| Raw {
        // What a file says of its own worth counts for nothing.
        worth: Value::Null,
        ..raw
    });
    let worth = match raw {
        Ok(raw) if object.get("kind").and_then(Value::as_str) == Some("Secret") => json!({
            "tls.crt": word(raw.worth("tls.crt", true, has_certificates)),
            "tls.key": word(raw.worth("tls.key", true, has_key)),
        }),
        Ok(raw) => json!({"ca.crt": word(raw.worth("ca.crt", false, has_certificates))}),
        Err(_) => Value::Null,
    };
    json!({
        "apiVersion": field("/apiVersion"),
        "kind": field("/kind"),
        "metadata": {"namespace": field("/metadata/namespace"), "name": field("/metadata/name")},
        "type": field("/type"),
        "worth": worth,
    })
}

fn word(content: Content) -> &'static str {
    match content {
        Content::Missing => "missing",
        Content::Damaged => "damaged",
        Content::Good => "good",
    }
}

/// True if all of a PEM text's certificates are whole, and there is at least one.
fn has_certificates(pem: &[u8]) -> bool {
    let found: Result<Vec<CertificateDer<'_>>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found.is_ok_and(|all| !all.is_empty() && all.iter().all(|one| is_whole(one)))
}

fn has_key(pem: &[u8]) -> bool {
    PrivateKeyDer::from_pem_slice(pem).is_ok_and(|key| is_whole(key.secret_der()))
}

/// True if bytes are one DER sequence from end to end.
fn is_whole(der: &[u8]) -> bool {
    let Some((0x30, rest)) = der.split_first().map(|(tag, rest)| (*tag, rest)) else {
        return false;
    };
    match rest.split_first() {
        Some((short, rest)) if *short < 0x80 => rest.len() == usize::from(*short),
        Some((long, rest)) => {
            let digits = usize::from(*long & 0x7f);
            let Some((length, rest)) = rest.split_at_checked(digits) else {
                return false;
            };
            let length = length.iter().try_fold(0_usize, |sum, byte| {
                sum.checked_mul(256)?.checked_add(usize::from(*byte))
            });
            digits > 0 && length == Some(rest.len())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_is_whole_or_not() {
        let check = |der: &[u8], whole: bool| assert_eq!(is_whole(der), whole, "{der:?}");
        check(&[0x30, 2, 1, 2], true);
        check(&[0x30, 2, 1], false);
        check(&[0x30, 2, 1, 2, 3], false);
        check(&[0x31, 2, 1, 2], false);
        check(&[0x30, 0x81, 1, 9], true);
        check(&[0x30, 0x82, 0, 1, 9], true);
        check(&[0x30, 0x82, 0], false);
        check(&[0x30, 0x80], false);
        check(&[0x30], false);
        check(&[], false);
    }

    #[test]
    fn nothing_of_the_data_stays() {
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": "s", "namespace": "n", "annotations": {"a": "hunter2"}},
            "type": "kubernetes.io/tls",
            "data": {"tls.crt": "aHVudGVyMg==", "other": "hunter2"},
        });
        let left = without_data(&secret);
        assert!(!left.to_string().contains("unter"), "{left}");
        let mut forged = secret.clone();
        if let Some(forged) = forged.as_object_mut() {
            forged.insert("worth".to_owned(), json!({"tls.key": "good"}));
        }
        assert_eq!(without_data(&forged), left);
        let decoded = Secret::deserialize(&left).expect("a stub decodes");
        assert_eq!(
            decoded,
            Secret::deserialize(&secret)
                .map(|mut whole| {
                    whole.metadata.labels.clear();
                    whole
                })
                .expect("a Secret decodes")
        );
        assert_eq!(
            (decoded.certificate, decoded.key),
            (Content::Damaged, Content::Missing)
        );
    }
}
