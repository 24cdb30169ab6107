//! What a gate found, and what follows from it.

use super::selector::LabelChange;
use crate::object::Kind;
use crate::report::{Evidence, Gate, GateOutcome, GateResult, Owner, Remedy};
use crate::sentence::Sentence;
use crate::snapshot::{KindState, Snapshot};

/// What a gate said, without words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Passed, failed, unknown.
    pub outcome: GateOutcome,
    /// Reason word of `Accepted` if the gate failed; empty where a controller would write none.
    pub reason: &'static str,
    /// True if the failure is evidently what somebody wanted.
    pub intended: bool,
}

impl Ruling {
    /// Passed.
    pub const PASSED: Self = Self {
        outcome: GateOutcome::Passed,
        reason: "",
        intended: false,
    };
    /// Nobody can tell.
    pub const UNKNOWN: Self = Self {
        outcome: GateOutcome::Unknown,
        ..Self::PASSED
    };

    /// Failed with a reason word.
    pub const fn failed(reason: &'static str, intended: bool) -> Self {
        Self {
            outcome: GateOutcome::Failed,
            reason,
            intended,
        }
    }

    /// True if the gate was passed.
    pub fn is_passed(self) -> bool {
        matches!(self.outcome, GateOutcome::Passed)
    }
}

impl From<&Finding> for Ruling {
    fn from(finding: &Finding) -> Self {
        Self {
            outcome: finding.result.outcome,
            reason: finding.reason,
            intended: finding.intended,
        }
    }
}

/// A gate's result together with what follows from it for the attachment.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The gate's result as people see it.
    pub result: GateResult,
    /// Reason word of `Accepted` if the gate failed; empty where a controller would write none.
    pub reason: &'static str,
    /// True if the failure is evidently what somebody wanted.
    pub intended: bool,
    /// What would change it.
    pub remedies: Vec<Remedy>,
    /// The labels that would open a namespace gate.
    pub change: Option<LabelChange>,
    /// The refusal in few words that follow the listener's name: "refuses namespace `hr`: it has no label `a`".
    pub brief: Sentence,
    /// What was assumed to pass, in words that follow "All gates passed: ...;".
    pub assumption: Option<Sentence>,
}

impl Finding {
    /// A result of a gate; failures say more with the fields of [`Finding`].
    pub fn new(gate: Gate, outcome: GateOutcome, summary: &str, sentence: Sentence) -> Self {
        Self {
            result: GateResult {
                gate,
                outcome,
                summary: Sentence::from_marked(summary),
                sentence,
                evidence: None,
            },
            reason: "",
            intended: false,
            remedies: Vec::new(),
            change: None,
            brief: Sentence::new(),
            assumption: None,
        }
    }

    /// A gate that was passed.
    pub fn passed(gate: Gate, summary: &str, sentence: Sentence) -> Self {
        Self::new(gate, GateOutcome::Passed, summary, sentence)
    }

    /// A gate that said no, with the reason word of `Accepted`.
    pub fn failed(gate: Gate, summary: &str, sentence: Sentence, reason: &'static str) -> Self {
        Self {
            reason,
            ..Self::new(gate, GateOutcome::Failed, summary, sentence)
        }
    }

    /// A gate of which nobody can tell.
    pub fn unknown(gate: Gate, summary: &str, sentence: Sentence) -> Self {
        Self::new(gate, GateOutcome::Unknown, summary, sentence)
    }

    /// With the summary as a sentence, for one that holds names.
    pub fn summary(mut self, summary: Sentence) -> Self {
        self.result.summary = summary;
        self
    }

    /// With the inputs that led to it.
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.result.evidence = Some(evidence);
        self
    }

    /// With something that would change it.
    pub fn remedy(mut self, owner: Owner, text: Sentence, command: Option<String>) -> Self {
        self.remedies.push(Remedy {
            owner,
            text,
            command,
        });
        self
    }

    /// With the refusal in few words.
    pub fn brief(mut self, brief: Sentence) -> Self {
        self.brief = brief;
        self
    }

    /// With what was assumed.
    pub fn assuming(mut self, assumption: Sentence) -> Self {
        self.assumption = Some(assumption);
        self
    }

    /// True if the gate was passed.
    pub fn is_passed(&self) -> bool {
        self.result.outcome == GateOutcome::Passed
    }
}

/// Why something of a kind cannot be told, and what would settle it: " The permission to get, list and watch `x` would
/// settle it."
pub(crate) fn cannot_see(world: &Snapshot, kind: Kind) -> Sentence {
    let resource = if kind.group().is_empty() {
        kind.resource()
    } else {
        format!("{}.{}", kind.resource(), kind.group())
    };
    let resource = Sentence::new().name(&resource);
    match world.state(kind) {
        KindState::Denied => Sentence::new()
            .text(" The permission to get, list and watch ")
            .then(&resource)
            .text(" would settle it."),
        KindState::Degraded => Sentence::new()
            .text(" Not all ")
            .then(&resource)
            .text(" could be read; see Visibility."),
        KindState::Waiting | KindState::Listing => Sentence::new()
            .text(" The list of ")
            .then(&resource)
            .text(" has not arrived yet."),
        KindState::Stale => Sentence::new()
            .text(" What is known of ")
            .then(&resource)
            .text(" is old; the connection to the cluster is lost."),
        KindState::Complete | KindState::Live | KindState::Absent => Sentence::new().text(
            " Something that could not be read may hold it; see the problems under Visibility.",
        ),
    }
}
