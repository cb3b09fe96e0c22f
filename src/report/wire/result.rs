//! A result in report.json, written and read back. It borrows its texts, so that a merge streams ten
//! thousand reports without copying them.

use super::ms;
use crate::{
    output::{json, sanitize::clip},
    ports::Ended,
    probe::ProbeKind,
    report::{
        CellResult,
        verdict::{Evidence, Verdict},
    },
    status::Status,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, time::Duration};

/// One probe on one Go version. `expected`, `observed` and `reason` are always
/// there; what they say depends on the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResultV1<'a> {
    /// For example `gobin/install-lands-in-gobin`.
    #[serde(borrow)]
    pub probe: Cow<'a, str>,
    /// The variable that a `fail` blames.
    #[serde(borrow)]
    pub variable: Cow<'a, str>,
    /// The Go version; for a version that is nowhere, what was asked for.
    #[serde(borrow)]
    pub go: Cow<'a, str>,
    /// Which environment the probe ran in.
    #[serde(default)]
    pub kind: ProbeKind,
    /// What it came to.
    pub verdict: Status,
    /// Time for the probe and its control, in milliseconds.
    #[serde(default)]
    pub duration_ms: u64,
    /// The behaviour that is judged, in one sentence.
    #[serde(default, borrow)]
    pub why: Cow<'a, str>,
    /// For `fail`: what must be seen. Otherwise the same as `why`.
    #[serde(default, borrow)]
    pub expected: Cow<'a, str>,
    /// For `pass`: `as expected`. For `fail`: what was seen instead. For
    /// `skip`: `not run`. For `error`: `could not be judged`.
    #[serde(default, borrow)]
    pub observed: Cow<'a, str>,
    /// For `pass`: empty. For `fail`: the likely cause, in one sentence. For
    /// `skip` and `error`: why. Empty for `pass` only.
    #[serde(default, borrow)]
    pub reason: Cow<'a, str>,
    /// What made the control fail, as it must; empty where the control was not reached.
    #[serde(default, borrow)]
    pub control: Cow<'a, str>,
    /// The commands of the probe, in order; for `fail` and `error` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceV1>,
    /// The machine, by its name in `runners`; merged reports only, elsewhere it is `runner`.
    #[serde(default, borrow, skip_serializing_if = "str::is_empty")]
    pub runner: Cow<'a, str>,
}

/// One command that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceV1 {
    /// The command line, program first.
    pub argv: Vec<String>,
    /// The exit code; null where it did not end by itself.
    #[serde(default)]
    pub exit: Option<i32>,
    /// How it ended.
    pub ended: EndedV1,
    /// The signal that ended it; only with `signal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Standard output: at most 4 KiB, bytes that are not UTF-8 replaced.
    #[serde(default)]
    pub stdout: String,
    /// Standard error, in the same form.
    #[serde(default)]
    pub stderr: String,
    /// From start to end, in milliseconds.
    #[serde(default)]
    pub duration_ms: u64,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndedV1 {
    /// With the exit code in `exit`.
    Code,
    /// By the signal in `signal`.
    Signal,
    /// It ran past its limit and was ended.
    TimedOut,
    /// The run was interrupted and it was ended.
    Interrupted,
}

impl ResultV1<'_> {
    /// Appends it as an entry of `results`, as report.json lays it out.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn append(&self, bytes: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        json::append_entry(bytes, self)
    }

    /// The result as the rest of the program knows it, each text of at most so many characters.
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
            ended: one.ended(),
            stdout: cut(&one.stdout),
            stderr: cut(&one.stderr),
            duration: Duration::from_millis(one.duration_ms),
        });
        CellResult {
            probe: cut(&self.probe),
            variable: cut(&self.variable),
            go: cut(&self.go),
            kind: self.kind,
            why: cut(&self.why),
            cause: (self.verdict == Status::Fail && !self.reason.is_empty()).then(|| cut(&self.reason).into()),
            verdict,
            control: cut(&self.control),
            evidence: evidence.collect(),
            duration: Duration::from_millis(self.duration_ms),
        }
    }
}

/// Borrows all but the evidence, which goes with what did not pass: with all of it, ten thousand merged shards
/// would be mostly output that nobody reads.
impl<'a> From<&'a CellResult> for ResultV1<'a> {
    fn from(cell: &'a CellResult) -> Self {
        let status = cell.verdict.status();
        let (expected, observed, reason) = match &cell.verdict {
            Verdict::Pass => (&cell.why, "as expected", ""),
            Verdict::Fail { expected, observed } => {
                (expected, observed.as_str(), cell.cause.as_ref().map_or("", |cause| &cause.text))
            }
            Verdict::Skip { reason } => (&cell.why, "not run", reason.as_str()),
            Verdict::Error { reason } => (&cell.why, "could not be judged", reason.as_str()),
        };
        let reason: Cow<'_, str> = match (status, reason) {
            (Status::Fail, "") => format!("{} does not take effect; no likelier cause is known", cell.variable).into(),
            (Status::Skip | Status::Error, "") => "no reason was given".into(),
            (_, said) => said.into(),
        };
        let evidence = match status {
            Status::Fail | Status::Error => cell.evidence.iter().map(EvidenceV1::from).collect(),
            Status::Pass | Status::Skip => Vec::new(),
        };
        Self {
            probe: (&cell.probe).into(),
            variable: (&cell.variable).into(),
            go: (&cell.go).into(),
            kind: cell.kind,
            verdict: status,
            duration_ms: ms(cell.duration),
            why: (&cell.why).into(),
            expected: expected.into(),
            observed: observed.into(),
            reason,
            control: (&cell.control).into(),
            evidence,
            runner: Cow::Borrowed(""),
        }
    }
}

impl From<&Evidence> for EvidenceV1 {
    fn from(evidence: &Evidence) -> Self {
        let (ended, exit, signal) = match evidence.ended {
            Ended::Code(code) => (EndedV1::Code, Some(code), None),
            Ended::Signal(signal) => (EndedV1::Signal, None, Some(signal)),
            Ended::TimedOut => (EndedV1::TimedOut, None, None),
            Ended::Interrupted => (EndedV1::Interrupted, None, None),
        };
        Self {
            argv: evidence.argv.clone(),
            exit,
            ended,
            signal,
            stdout: evidence.stdout.clone(),
            stderr: evidence.stderr.clone(),
            duration_ms: ms(evidence.duration),
        }
    }
}

impl EvidenceV1 {
    /// How the command ended, with its code or signal.
    #[must_use]
    pub fn ended(&self) -> Ended {
        match (self.ended, self.exit, self.signal) {
            (EndedV1::Code, code, _) => Ended::Code(code.unwrap_or_default()),
            (EndedV1::Signal, _, signal) => Ended::Signal(signal.unwrap_or_default()),
            (EndedV1::TimedOut, ..) => Ended::TimedOut,
            (EndedV1::Interrupted, ..) => Ended::Interrupted,
        }
    }
}
