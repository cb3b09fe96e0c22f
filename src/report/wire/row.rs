//! A result of report.json as it is streamed: the same fields as [`ResultV1`],
//! borrowed from the text where that is possible.

use crate::status::Status;
use crate::{
    output::json,
    report::wire::{EndedV1, EvidenceV1, KindV1, ResultV1},
};
use crate::{
    output::sanitize::clip,
    ports::Ended,
    probe::ProbeKind,
    report::{
        CellResult,
        verdict::{Evidence, Verdict},
    },
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, time::Duration};

/// One result; see [`ResultV1`] for each field.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RowV1<'a> {
    #[serde(borrow)]
    pub probe: Cow<'a, str>,
    #[serde(borrow)]
    pub variable: Cow<'a, str>,
    #[serde(borrow)]
    pub go: Cow<'a, str>,
    #[serde(default)]
    pub kind: KindV1,
    pub verdict: Status,
    #[serde(default)]
    pub duration_ms: u64,
    #[serde(default, borrow)]
    pub why: Cow<'a, str>,
    #[serde(default, borrow)]
    pub expected: Cow<'a, str>,
    #[serde(default, borrow)]
    pub observed: Cow<'a, str>,
    #[serde(default, borrow)]
    pub reason: Cow<'a, str>,
    #[serde(default, borrow)]
    pub control: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceV1>,
    #[serde(default, borrow, skip_serializing_if = "str::is_empty")]
    pub runner: Cow<'a, str>,
}

impl RowV1<'_> {
    /// Appends it as an entry of `results`, as report.json lays it out.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn append(&self, bytes: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        json::append_entry(bytes, self)
    }

    /// The result in the model, each text of at most so many characters.
    #[must_use]
    pub fn cell(&self, most: usize) -> CellResult {
        let cut = |text: &str| clip(text, most).into_owned();
        let verdict = match self.verdict {
            Status::Pass => Verdict::Pass,
            Status::Fail => Verdict::Fail { expected: cut(&self.expected), observed: cut(&self.observed) },
            Status::Skip => Verdict::Skip { reason: cut(&self.reason) },
            Status::Error => Verdict::Error { reason: cut(&self.reason) },
        };
        let evidence = self.evidence.iter().take(20).map(|one| Evidence {
            argv: one.argv.iter().take(40).map(|word| cut(word)).collect(),
            ended: match (one.ended, one.exit, one.signal) {
                (EndedV1::Code, code, _) => Ended::Code(code.unwrap_or_default()),
                (EndedV1::Signal, _, signal) => Ended::Signal(signal.unwrap_or_default()),
                (EndedV1::TimedOut, ..) => Ended::TimedOut,
                (EndedV1::Interrupted, ..) => Ended::Interrupted,
            },
            stdout: cut(&one.stdout),
            stderr: cut(&one.stderr),
            duration: Duration::from_millis(one.duration_ms),
        });
        CellResult {
            probe: cut(&self.probe),
            variable: cut(&self.variable),
            go: cut(&self.go),
            kind: match self.kind {
                KindV1::Contract => ProbeKind::Contract,
                KindV1::Live => ProbeKind::Live,
            },
            why: cut(&self.why),
            cause: (self.verdict == Status::Fail && !self.reason.is_empty()).then(|| cut(&self.reason).into()),
            verdict,
            control: cut(&self.control),
            evidence: evidence.collect(),
            duration: Duration::from_millis(self.duration_ms),
        }
    }
}

impl<'a> From<&'a ResultV1> for RowV1<'a> {
    fn from(result: &'a ResultV1) -> Self {
        Self {
            probe: (&result.probe).into(),
            variable: (&result.variable).into(),
            go: (&result.go).into(),
            kind: result.kind,
            verdict: result.verdict,
            duration_ms: result.duration_ms,
            why: (&result.why).into(),
            expected: (&result.expected).into(),
            observed: (&result.observed).into(),
            reason: (&result.reason).into(),
            control: (&result.control).into(),
            evidence: result.evidence.clone(),
            runner: (&result.runner).into(),
        }
    }
}
