//! `report compare --format json`: the frozen wire types of what changed.

use super::json_v1::SummaryV1;
use crate::model::drift::{CellName, Drift, Listed, Pace, Setting, Survey, Turned};
use schemars::JsonSchema;
use serde::Serialize;

/// What changed from one report to another. Of each kind the first 500 are named, all are counted.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci comparison")]
pub struct DriftV1 {
    /// Always 1 in this format.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// The report that was compared with.
    pub old: EditionV1,
    /// The report that was judged.
    pub new: EditionV1,
    /// Whether anything changed.
    pub drift: bool,
    /// Fails and errors that were neither before.
    pub new_failures: TurnsV1,
    /// Fails and errors that have another reason than before.
    pub other_reasons: TurnsV1,
    /// Passes that failed or could not be judged before.
    pub recovered: TurnsV1,
    /// Every other change of a verdict.
    pub other_verdicts: TurnsV1,
    /// Values, toolchains, images, this program.
    pub settings: Vec<SettingV1>,
    /// Machines and Go versions whose time changed by half or more, and by a second.
    pub pace: Vec<PaceV1>,
    /// Cells that are new and do not fail.
    pub added: CellsV1,
    /// Cells that are no longer there.
    pub gone: CellsV1,
    /// Where to look first; null where nothing suggests itself.
    pub hint: Option<String>,
}

/// A report in short.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EditionV1 {
    /// Where it lies.
    pub path: String,
    /// GITHUB_RUN_ID; null where it is not known, as of a merged report.
    pub run: Option<String>,
    /// UTC, RFC 3339; null where it is not known.
    pub started_at: Option<String>,
    /// goenv-ci's version then.
    pub tool_version: String,
    /// Results by verdict.
    pub summary: SummaryV1,
    /// The sum of all runs' wall times.
    pub duration_ms: u64,
}

/// Cells with another verdict or reason.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TurnsV1 {
    /// All.
    pub count: usize,
    /// The first of them.
    pub cells: Vec<TurnV1>,
}

/// A cell with another verdict or reason.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TurnV1 {
    /// Which.
    #[serde(flatten)]
    pub cell: CellV1,
    /// `pass`, `fail`, `skip` or `error`; null for a new cell.
    pub from: Option<String>,
    /// Likewise, never null.
    pub to: String,
    /// What was observed, or the reason; empty for a pass.
    pub said: String,
}

/// Cells.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CellsV1 {
    /// All.
    pub count: usize,
    /// The first of them.
    pub cells: Vec<CellV1>,
}

/// A cell.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CellV1 {
    /// For example `gobin/install-lands-in-gobin`.
    pub probe: String,
    /// For example `GOBIN`.
    pub variable: String,
    /// For example `1.21.13`.
    pub go: String,
    /// The machine's name.
    pub runner: String,
}

/// Something on which verdicts may depend.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SettingV1 {
    /// `value`, `toolchain`, `image` or `tool`.
    pub kind: String,
    /// For example `GOCACHE (environment)` or `Go 1.22`.
    pub what: String,
    /// What was there.
    pub from: Vec<String>,
    /// What is there.
    pub to: Vec<String>,
}

/// The time of the cells that passed both times.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaceV1 {
    /// The machine's name.
    pub runner: String,
    /// For example `1.21`.
    pub go: String,
    /// How many cells.
    pub cells: usize,
    /// Their sum before.
    pub from_ms: u64,
    /// Their sum now.
    pub to_ms: u64,
    /// 2 is twice as long.
    pub ratio: f64,
}

fn millis(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl From<&Drift> for DriftV1 {
    fn from(drift: &Drift) -> Self {
        Self {
            schema_version: 1,
            old: (&drift.old).into(),
            new: (&drift.new).into(),
            drift: !drift.is_none(),
            new_failures: (&drift.new_failures).into(),
            other_reasons: (&drift.otherwise).into(),
            recovered: (&drift.recovered).into(),
            other_verdicts: (&drift.turned).into(),
            settings: drift.settings.iter().map(SettingV1::from).collect(),
            pace: drift.pace.iter().map(PaceV1::from).collect(),
            added: (&drift.added).into(),
            gone: (&drift.gone).into(),
            hint: super::drift_phrase::hint(drift),
        }
    }
}

impl From<&Survey> for EditionV1 {
    fn from(survey: &Survey) -> Self {
        Self {
            path: survey.path.clone(),
            run: survey.run.clone(),
            started_at: survey.started_at.clone(),
            tool_version: survey.tool_version.clone(),
            summary: survey.tally.into(),
            duration_ms: millis(survey.duration),
        }
    }
}

impl From<&Listed<Turned>> for TurnsV1 {
    fn from(listed: &Listed<Turned>) -> Self {
        let turn = |one: &Turned| TurnV1 {
            cell: (&one.cell).into(),
            from: one.from.map(str::to_owned),
            to: one.to.to_owned(),
            said: one.said.clone(),
        };
        Self { count: listed.count, cells: listed.named.iter().map(turn).collect() }
    }
}

impl From<&Listed<CellName>> for CellsV1 {
    fn from(listed: &Listed<CellName>) -> Self {
        Self { count: listed.count, cells: listed.named.iter().map(CellV1::from).collect() }
    }
}

impl From<&CellName> for CellV1 {
    fn from(cell: &CellName) -> Self {
        let CellName { variable, probe, go, runner } = cell.clone();
        Self { probe, variable, go, runner }
    }
}

impl From<&Setting> for SettingV1 {
    fn from(setting: &Setting) -> Self {
        let Setting { kind, what, from, to } = setting.clone();
        Self { kind: kind.name().to_owned(), what, from, to }
    }
}

impl From<&Pace> for PaceV1 {
    fn from(pace: &Pace) -> Self {
        let Pace { runner, go, cells, from, to } = pace.clone();
        let ratio = (pace.ratio() * 100.0).round() / 100.0;
        Self { runner, go, cells, from_ms: millis(from), to_ms: millis(to), ratio }
    }
}

impl DriftV1 {
    /// As JSON that no terminal takes for an order.
    ///
    /// # Errors
    /// As serde says; none is known.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        super::json_layout::to_text(self)
    }
}

/// The published schema, docs/schema/compare.schema.json.
///
/// # Errors
/// The schema does not fit into JSON; none is known.
pub fn schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(DriftV1))? + "\n")
}
