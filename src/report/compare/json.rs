//! What `report compare --format json` prints, frozen like report.json.

use crate::report::compare::{CellName, Drift, Listed, Pace, Setting, Survey, Turned};
use crate::{output::json, report::Tally};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What changed from one report to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "goenv-ci comparison")]
pub struct DriftV1 {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// The report that was good.
    pub old: SurveyV1,
    /// The report that is judged.
    pub new: SurveyV1,
    /// Whether anything changed.
    pub drift: bool,
    /// Fails now, and did not.
    pub new_failures: TurnsV1,
    /// Cannot be judged now, and neither failed nor was so before.
    pub new_errors: TurnsV1,
    /// Failed or could not be judged, and still does not hold, with other words.
    pub otherwise: TurnsV1,
    /// Failed or could not be judged, and passes now.
    pub recovered: TurnsV1,
    /// Every other change of a verdict: skipped, no longer skipped.
    pub turned: TurnsV1,
    /// Cells that are new, and neither fail nor are in error.
    pub added: CellsV1,
    /// Cells that are no longer there.
    pub gone: CellsV1,
    /// Values and versions that are others.
    pub settings: Vec<SettingV1>,
    /// Where the time changed by half or more, and by a second.
    pub durations: Vec<PaceV1>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyV1 {
    /// The file.
    pub path: String,
    /// The workflow run; null where it is not known.
    pub run: Option<String>,
    /// When it began, UTC, as RFC 3339 has it; null where it is not known.
    pub started_at: Option<String>,
    /// The version of goenv-ci that wrote it.
    pub tool_version: String,
    /// The Go versions that have results.
    pub go: Vec<String>,
    /// The machines, by name.
    pub runners: Vec<String>,
    /// How many results have which verdict.
    pub summary: Tally,
    /// Wall time, in milliseconds; of a merged report the sum.
    pub duration_ms: u64,
    /// Inputs that did not arrive whole when it was merged.
    pub problems: usize,
}

/// Cells whose verdict turned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TurnsV1 {
    /// All.
    pub count: usize,
    /// The first five hundred.
    pub cells: Vec<TurnedV1>,
}

/// A cell whose verdict turned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TurnedV1 {
    /// The variable.
    pub variable: String,
    /// The probe.
    pub probe: String,
    /// The Go version now.
    pub go: String,
    /// The machine; empty where the report is of one.
    pub runner: String,
    /// The verdict before; null: the cell is new.
    pub from: Option<String>,
    /// The verdict now.
    pub to: String,
    /// What was observed, or the reason, before; empty of a pass.
    pub was: String,
    /// What is expected; of a fail only.
    pub expected: String,
    /// What is observed of a fail, the reason of an error or a skip.
    pub said: String,
    /// The likely cause of a fail.
    pub cause: String,
}

/// Cells by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CellsV1 {
    /// All.
    pub count: usize,
    /// The first five hundred.
    pub cells: Vec<CellV1>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CellV1 {
    /// The variable.
    pub variable: String,
    /// The probe.
    pub probe: String,
    /// The Go version.
    pub go: String,
    /// The machine.
    pub runner: String,
}

/// A value or a version that is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettingV1 {
    /// `value`, `toolchain`, `image` or `tool`.
    pub kind: String,
    /// `GOCACHE (environment)`, `Go 1.22`, `win22 Windows X64` or `goenv-ci`.
    pub what: String,
    /// What was there; empty where there was nothing.
    pub from: Vec<String>,
    /// What is there.
    pub to: Vec<String>,
}

/// The time of the cells that passed both times, on one machine and Go version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaceV1 {
    /// The machine.
    pub runner: String,
    /// The Go version, without its patch where that is no matter.
    pub go: String,
    /// How many cells.
    pub cells: usize,
    /// Their sum before, in milliseconds.
    pub from_ms: u64,
    /// Their sum now.
    pub to_ms: u64,
    /// `to_ms` by `from_ms`: 2 is twice as long.
    pub ratio: f64,
}

impl From<&Drift> for DriftV1 {
    fn from(drift: &Drift) -> Self {
        Self {
            schema_version: 1,
            old: (&drift.old).into(),
            new: (&drift.new).into(),
            drift: !drift.is_none(),
            new_failures: (&drift.new_failures).into(),
            new_errors: (&drift.new_errors).into(),
            otherwise: (&drift.otherwise).into(),
            recovered: (&drift.recovered).into(),
            turned: (&drift.turned).into(),
            added: (&drift.added).into(),
            gone: (&drift.gone).into(),
            settings: drift.settings.iter().map(SettingV1::from).collect(),
            durations: drift.pace.iter().map(PaceV1::from).collect(),
        }
    }
}

impl From<&Survey> for SurveyV1 {
    fn from(survey: &Survey) -> Self {
        Self {
            path: survey.path.clone(),
            run: survey.run.clone(),
            started_at: survey.started_at.clone(),
            tool_version: survey.tool_version.clone(),
            go: crate::report::compare::wording::versions(survey),
            runners: survey.runners.iter().map(|runner| runner.name()).collect(),
            summary: survey.tally,
            duration_ms: ms(survey.duration),
            problems: survey.problems,
        }
    }
}

impl From<&Listed<Turned>> for TurnsV1 {
    fn from(listed: &Listed<Turned>) -> Self {
        let turned = |one: &Turned| TurnedV1 {
            variable: one.cell.variable.clone(),
            probe: one.cell.probe.clone(),
            go: one.cell.go.clone(),
            runner: one.cell.runner.clone(),
            from: one.from.map(|status| status.name().to_owned()),
            to: one.to.name().to_owned(),
            was: one.was.clone(),
            expected: one.expected.clone(),
            said: one.said.clone(),
            cause: one.cause.clone(),
        };
        Self { count: listed.count, cells: listed.named.iter().map(turned).collect() }
    }
}

impl From<&Listed<CellName>> for CellsV1 {
    fn from(listed: &Listed<CellName>) -> Self {
        Self { count: listed.count, cells: listed.named.iter().map(CellV1::from).collect() }
    }
}

impl From<&CellName> for CellV1 {
    fn from(CellName { variable, probe, go, runner }: &CellName) -> Self {
        Self { variable: variable.clone(), probe: probe.clone(), go: go.clone(), runner: runner.clone() }
    }
}

impl From<&Setting> for SettingV1 {
    fn from(Setting { kind, what, from, to }: &Setting) -> Self {
        Self { kind: kind.name().to_owned(), what: what.clone(), from: from.clone(), to: to.clone() }
    }
}

impl From<&Pace> for PaceV1 {
    fn from(pace: &Pace) -> Self {
        Self {
            runner: pace.runner.clone(),
            go: pace.go.clone(),
            cells: pace.cells,
            from_ms: ms(pace.from),
            to_ms: ms(pace.to),
            ratio: (pace.ratio() * 1000.0).round() / 1000.0,
        }
    }
}

pub(crate) fn ms(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl DriftV1 {
    /// As it is printed; no character of it commands a terminal.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        json::to_text(self)
    }
}

/// The published schema.
///
/// # Errors
/// As serde says; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<DriftV1>("compare", schemars::generate::Contract::Deserialize)
}
