//! `doctor --format json`: the frozen wire types. Values that look like
//! secrets are masked here, once for every format.

use crate::{
    doctor::finding::{Finding, Severity},
    output::mask::masked,
};
use schemars::JsonSchema;
use serde::Serialize;

/// All findings, the worst first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci findings")]
pub struct FindingsV1 {
    /// 1.
    pub schema_version: u32,
    /// The version of the `go` that was examined; null where PATH has none.
    pub go: Option<String>,
    /// Errors, then warnings, then notes.
    pub findings: Vec<FindingV1>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FindingV1 {
    /// Stable: `gobin-not-on-path`; docs/doctor.md has a section for each.
    pub id: String,
    /// `error`, `warning` or `note`.
    pub severity: SeverityV1,
    /// What is wrong.
    pub message: String,
    /// What was seen.
    pub evidence: String,
    /// How to mend it.
    pub mend: Option<MendV1>,
    /// Where, if it is in a file.
    pub location: Option<LocationV1>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeverityV1 {
    /// Go stops, or writes elsewhere than everybody thinks.
    Error,
    /// It works now, and will surprise somebody.
    Warning,
    /// Worth knowing.
    Note,
}

/// A mend.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MendV1 {
    /// To type in this platform's shell: PowerShell on Windows.
    pub command: String,
    /// Whether `--fix` does it.
    pub safe: bool,
}

/// A place in a file; lines and columns begin at 1.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LocationV1 {
    /// Its path.
    pub file: String,
    /// Null: the file as a whole.
    pub line: Option<usize>,
    /// Null: the whole line.
    pub column: Option<usize>,
}

impl FindingsV1 {
    /// For the wire, and for the other formats.
    #[must_use]
    pub fn of(go: Option<String>, findings: &[Finding]) -> Self {
        Self { schema_version: 1, go, findings: findings.iter().map(FindingV1::from).collect() }
    }

    /// How many there are of one severity.
    #[must_use]
    pub fn count(&self, severity: SeverityV1) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The whole in one sentence.
    #[must_use]
    pub fn headline(&self) -> String {
        let counts = [(SeverityV1::Error, "error"), (SeverityV1::Warning, "warning"), (SeverityV1::Note, "note")];
        let parts: Vec<String> = counts
            .into_iter()
            .map(|(severity, word)| (self.count(severity), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| crate::output::wording::count(count, word))
            .collect();
        if parts.is_empty() {
            "Nothing is wrong with Go's environment".to_owned()
        } else {
            crate::output::wording::list(&parts)
        }
    }
}

impl From<&Finding> for FindingV1 {
    fn from(finding: &Finding) -> Self {
        Self {
            id: finding.id.to_owned(),
            severity: match finding.severity {
                Severity::Error => SeverityV1::Error,
                Severity::Warning => SeverityV1::Warning,
                Severity::Note => SeverityV1::Note,
            },
            message: masked(&finding.message).into_owned(),
            evidence: masked(&finding.evidence).into_owned(),
            mend: finding
                .mend
                .as_ref()
                .map(|mend| MendV1 { command: masked(&mend.command).into_owned(), safe: mend.change.is_some() }),
            location: finding.location.as_ref().map(|place| LocationV1 {
                file: place.file.clone(),
                line: place.line,
                column: place.column,
            }),
        }
    }
}

/// The published schema, docs/schema/doctor.schema.json.
///
/// # Errors
/// The schema does not fit into JSON; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<FindingsV1>("doctor", schemars::generate::Contract::Deserialize)
}
