//! Deserializes a report.json result by result: each result goes to a [`Sink`],
//! the rest is kept as [`Head`]. So no report is ever held whole.

use crate::report::RunnerFacts;
use crate::{
    drives::wire::DrivesV1,
    goenv::sources::SourceV1,
    plan::delivery::DeliverySource,
    report::wire::{MergedV1, MissingV1, NamedRunnerV1, ResultV1, RunV1, ShardV1, ShellV1, ToolV1, ToolchainV1},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// Receives the results.
pub(crate) trait Sink {
    /// One result, and the name of its machine. `Err` ends the reading.
    fn row(&mut self, row: ResultV1<'_>, runner: &str) -> Result<(), String>;
}

/// All of a report but its results.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub schema: Option<u64>,
    pub tool: Option<ToolV1>,
    pub runner: Option<RunnerFacts>,
    pub delivery: Option<DeliverySource>,
    pub toolchains: Vec<ToolchainV1>,
    pub missing: Vec<MissingV1>,
    pub sources: Vec<SourceV1>,
    pub notes: Vec<String>,
    pub drives: DrivesV1,
    pub shells: Vec<ShellV1>,
    pub shard: Option<ShardV1>,
    pub runners: Vec<NamedRunnerV1>,
    pub merged: Option<MergedV1>,
    pub duration_ms: u64,
    pub started_at: Option<String>,
    pub run: Option<RunV1>,
    pub results: bool,
    /// Results came before the machine that they are of was named.
    pub runner_too_late: bool,
}

impl Head {
    /// The machine's name, for results that do not say theirs.
    pub fn runner_name(&self) -> Option<String> {
        self.runner.as_ref().map(|runner| runner.name())
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum ReportField {
    SchemaVersion,
    Tool,
    Runner,
    Delivery,
    Toolchains,
    Missing,
    Sources,
    Notes,
    Drives,
    Results,
    Shells,
    Shard,
    Runners,
    Merged,
    DurationMs,
    StartedAt,
    Run,
    #[serde(other)]
    Other,
}

/// Reads a report into `head`, its results into `sink`. `known`: the machine's
/// name where it is known beforehand.
pub(crate) struct ReportRoot<'s, S> {
    pub head: &'s mut Head,
    pub sink: &'s mut S,
    pub known: Option<&'s str>,
}

impl<'de, S: Sink> DeserializeSeed<'de> for ReportRoot<'_, S> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for ReportRoot<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a goenv-ci report")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let head = self.head;
        while let Some(field) = map.next_key::<ReportField>()? {
            match field {
                ReportField::SchemaVersion => {
                    let schema = map.next_value()?;
                    head.schema = Some(schema);
                    if schema != 1 {
                        return Err(A::Error::custom("another schema"));
                    }
                }
                ReportField::Tool => head.tool = Some(map.next_value()?),
                ReportField::Runner => head.runner = Some(map.next_value()?),
                ReportField::Delivery => head.delivery = map.next_value()?,
                ReportField::Toolchains => head.toolchains = map.next_value()?,
                ReportField::Missing => head.missing = map.next_value()?,
                ReportField::Sources => head.sources = map.next_value()?,
                ReportField::Notes => head.notes = map.next_value()?,
                ReportField::Drives => head.drives = map.next_value()?,
                ReportField::Shells => head.shells = map.next_value()?,
                ReportField::Shard => head.shard = map.next_value()?,
                ReportField::Runners => head.runners = map.next_value()?,
                ReportField::Merged => head.merged = map.next_value()?,
                ReportField::DurationMs => head.duration_ms = map.next_value()?,
                ReportField::StartedAt => head.started_at = map.next_value()?,
                ReportField::Run => head.run = map.next_value()?,
                ReportField::Results if head.results => return Err(A::Error::duplicate_field("results")),
                ReportField::Results => {
                    head.results = true;
                    let runner = self.known.map(str::to_owned).or_else(|| head.runner_name());
                    let rows =
                        Rows { sink: &mut *self.sink, runner: runner.as_deref(), too_late: &mut head.runner_too_late };
                    map.next_value_seed(rows)?;
                }
                ReportField::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        for (there, field) in [
            (head.schema.is_some(), "schema_version"),
            (head.tool.is_some(), "tool"),
            (head.runner.is_some(), "runner"),
            (head.results, "results"),
        ] {
            if !there {
                return Err(A::Error::missing_field(field));
            }
        }
        Ok(())
    }
}

struct Rows<'s, S> {
    sink: &'s mut S,
    runner: Option<&'s str>,
    too_late: &'s mut bool,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Rows<'_, S> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Rows<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of results")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(mut row) = seq.next_element::<ResultV1<'de>>()? {
            let own = std::mem::take(&mut row.runner);
            let runner = if own.is_empty() { self.runner } else { Some(own.as_ref()) };
            let Some(runner) = runner else {
                *self.too_late = true;
                continue;
            };
            self.sink.row(row, runner).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}
