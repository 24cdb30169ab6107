//! References to certificates: permission, kind, existence, content, in this order (`certificateRefs`,
//! `caCertificateRefs`, `clientCertificateRef`).

use super::grants::{self, Grant, Reference};
use crate::attachment::finding::cannot_see;
use crate::object::Kind;
use crate::report::GateOutcome;
use crate::resource::content::Content;
use crate::resource::gateway::Reference as Named;
use crate::sentence::Sentence;
use crate::snapshot::{KindState, Snapshot};

/// Who refers: kind and namespace of the object.
#[derive(Clone, Copy, Debug)]
pub struct Referrer<'a> {
    /// Kind, of the Gateway API's own group.
    pub kind: &'a str,
    /// Namespace.
    pub namespace: &'a str,
}

/// What is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A Secret with a certificate and its key.
    KeyPair,
    /// A ConfigMap with certificates of authorities.
    Authority,
}

impl Wanted {
    fn kind(self) -> Kind {
        match self {
            Self::KeyPair => Kind::Secret,
            Self::Authority => Kind::ConfigMap,
        }
    }
}

/// What is wrong with a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No grant permits it.
    NotPermitted,
    /// Its kind is not one that can hold such a thing.
    Kind,
    /// It does not exist, or holds something else.
    Broken,
}

/// What became of a reference, with words for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Passed, failed or unknown.
    pub outcome: GateOutcome,
    /// What is wrong, if it failed.
    pub fault: Option<Fault>,
    /// In words.
    pub sentence: Sentence,
}

fn judged(outcome: GateOutcome, fault: Option<Fault>, sentence: Sentence) -> Judged {
    Judged {
        outcome,
        fault,
        sentence,
    }
}

fn failed(fault: Fault, sentence: Sentence) -> Judged {
    judged(GateOutcome::Failed, Some(fault), sentence)
}

/// Judges a reference.
pub fn judge(world: &Snapshot, from: Referrer<'_>, wanted: Wanted, named: &Named) -> Judged {
    let kind = wanted.kind().as_str();
    let group = named.group.as_deref().unwrap_or_default();
    // Absent is a Secret for certificates; references to authorities always name their kind.
    let written = named.kind.as_deref().unwrap_or(kind);
    let namespace = named
        .namespace
        .as_deref()
        .filter(|written| !written.is_empty())
        .unwrap_or(from.namespace);
    let full = Sentence::new()
        .text(kind)
        .text(" ")
        .name(&format!("{namespace}/{}", named.name));
    if (group, written) != ("", kind) {
        let shown = match group {
            "" => written.to_owned(),
            group => format!("{written}.{group}"),
        };
        let sentence = Sentence::new()
            .text("The reference is to kind ")
            .name(&shown)
            .text("; a ")
            .text(kind)
            .text(" of the core group is needed.");
        return failed(Fault::Kind, sentence);
    }
    if namespace != from.namespace {
        let reference = Reference {
            from_kind: from.kind,
            from_namespace: from.namespace,
            group: "",
            kind,
            namespace,
            name: &named.name,
        };
        match grants::find(world, reference) {
            Grant::Given(_) => {}
            Grant::None => {
                return failed(Fault::NotPermitted, grants::not_permitted(world, reference));
            }
            Grant::Unknown => {
                return judged(GateOutcome::Unknown, None, grants::not_known(reference));
            }
        }
    }
    exists(world, wanted, (namespace, &named.name), full)
}

fn exists(
    world: &Snapshot,
    wanted: Wanted,
    (namespace, name): (&str, &str),
    full: Sentence,
) -> Judged {
    let worth = match wanted {
        Wanted::KeyPair => world.secret(namespace, name).map(|secret| {
            if secret.type_ != "kubernetes.io/tls" {
                Err("is not of type kubernetes.io/tls")
            } else if secret.certificate != Content::Good {
                Err("holds no whole certificate in tls.crt")
            } else if secret.key != Content::Good {
                Err("holds no private key in tls.key")
            } else {
                Ok(())
            }
        }),
        Wanted::Authority => world.config_map(namespace, name).map(|map| {
            (map.authority == Content::Good)
                .then_some(())
                .ok_or("holds no whole certificate in ca.crt")
        }),
    };
    match worth {
        Some(Ok(())) => judged(GateOutcome::Passed, None, full.text(" is there.")),
        Some(Err(words)) => failed(Fault::Broken, full.text(" ").text(words).text(".")),
        None => missing(world, wanted.kind(), (namespace, name), full),
    }
}

/// From a cluster neither kind is ever read; in files one that is not there is missing only where others are.
fn missing(
    world: &Snapshot,
    kind: Kind,
    (namespace, name): (&str, &str),
    full: Sentence,
) -> Judged {
    let unknown = |sentence: Sentence| judged(GateOutcome::Unknown, None, sentence);
    if world.is_unreadable(&kind.id(namespace, name)) {
        return unknown(
            full.text(" is there but cannot be read; see the problems under Visibility."),
        );
    }
    if world.state(kind) != KindState::Complete {
        return unknown(full.text(" is not read: Gatewatch reads none from a cluster."));
    }
    if world.may_hide(kind) {
        return unknown(full.text(" cannot be seen.").then(&cannot_see(world, kind)));
    }
    if !world.has(kind) {
        let words = Sentence::new()
            .text(" is not known: no ")
            .text(kind.as_str());
        return unknown(full.then(&words.text(" is in these files.")));
    }
    failed(Fault::Broken, full.text(" is not in these files."))
}
