//! The file as it is written. An unknown or a duplicate key is an error; what a value may be is checked in `load`.

use crate::{
    doctor,
    plan::runner,
    yaml::kinds::{CountText, DayText, FilledText, GlobText, PlainText, ShardCount, ValueText, WantedGo, kinds},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::json;
use serde_yaml::Spanned;
use std::borrow::Cow;

/// Defaults of a repository for goenv-ci: `.github/goenv-ci.yml`. Flags and `GOENV_CI_*` variables win over them.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "goenv-ci.yml")]
pub(crate) struct ConfigShape {
    /// The address of this schema, for editors.
    #[serde(rename = "$schema")]
    #[schemars(with = "Option<PlainText>")]
    pub _schema: Option<String>,
    /// Values other than the standard ones.
    pub values: Option<ValuesShape>,
    /// Go versions of `plan`, `apply` and `verify`: `1.21` is its newest patch, `1.21.13` exactly that, `path` the
    /// `go` on PATH. Quote them: other readers take 1.20 for 1.2.
    #[schemars(with = "Option<Vec<WantedGo>>", length(min = 1), extend("examples" = [["1.22", "1.23"]]))]
    pub go: Option<Spanned<Vec<Spanned<String>>>>,
    /// Defaults of `plan` alone.
    pub plan: Option<PlanShape>,
    /// Defaults of `verify` alone.
    pub verify: Option<VerifyShape>,
    /// Defaults of `doctor` alone.
    pub doctor: Option<DoctorShape>,
    /// What `lint` is not to tell, or to tell otherwise.
    pub lint: Option<LintShape>,
}

/// Each is one absolute path outside of the repository, in the syntax of the runner. Single quotes around it leave a
/// backslash as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValuesShape {
    /// GOCACHE, where compiled packages are kept: one absolute path outside of the repository.
    #[schemars(with = "Option<ValueText>", extend("examples" = ["D:\\a\\cache", "/home/runner/cache"]))]
    pub gocache: Option<Spanned<String>>,
    /// GOPATH, where modules and programs are kept: one absolute path outside of the repository.
    #[schemars(with = "Option<ValueText>", extend("examples" = ["D:\\a\\go", "/home/runner/go"]))]
    pub gopath: Option<Spanned<String>>,
    /// GOBIN, where `go install` puts programs: one absolute path outside of the repository; `none` leaves it unset and
    /// puts GOPATH/bin on PATH.
    #[schemars(with = "Option<ValueText>", extend("examples" = ["none", "D:\\a\\bin", "/home/runner/bin"]))]
    pub gobin: Option<Spanned<String>>,
}

/// Defaults of `plan` alone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanShape {
    /// Runners: the first is planned for, and is a recorded one or `current`; all are in the matrix.
    #[schemars(with = "Option<Vec<RunnerLabel>>", length(min = 1), transform = first_is_recorded)]
    pub runner: Option<Spanned<Vec<Spanned<String>>>>,
    /// Cut each runner's cells into so many jobs, 1 to 10000.
    #[schemars(with = "Option<ShardCount>", extend("examples" = [4]))]
    pub shards: Option<Spanned<u64>>,
}

/// Defaults of `verify` alone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyShape {
    /// Shells to look through, or `all` or `none`; those of other systems are left out.
    #[schemars(with = "Option<Vec<ShellName>>", length(min = 1))]
    pub shells: Option<Spanned<Vec<Spanned<String>>>>,
}

/// Defaults of `doctor` alone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoctorShape {
    /// Only these checks; `goenv-ci doctor --list` says what each is.
    #[schemars(with = "Option<Vec<CheckId>>", length(min = 1))]
    pub check: Option<Spanned<Vec<Spanned<String>>>>,
}

/// What `lint` is not to tell, or to tell otherwise.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LintShape {
    /// Rules by id, with what a finding of theirs is; `goenv-ci lint --list` says what each is.
    #[schemars(with = "Option<std::collections::BTreeMap<String, LevelShape>>")]
    pub rules: Option<RuleMap>,
    /// Files and directories that are left out: patterns from the repository's root, with `*` within a name and `**`
    /// for any number of directories.
    #[schemars(with = "Option<Vec<GlobText>>")]
    pub paths: Option<Vec<Spanned<String>>>,
    /// Findings that are known and left as they are.
    #[schemars(with = "Option<Vec<WaiverShape>>")]
    pub waivers: Option<Vec<Spanned<WaiverShape>>>,
}

kinds! {
    /// Of shells, and two words.
    ShellName = { "enum": super::load::shells() };
    /// Of doctor's checks.
    CheckId = { "enum": doctor::checks().map(|check| check.id).collect::<Vec<_>>() };
    /// A label of runners; those that are recorded are offered.
    RunnerLabel = {
        "anyOf": [{ "enum": recorded_runners() }, { "type": ["string", "number", "boolean"], "pattern": "^\\s*[A-Za-z0-9._-]+\\s*$" }],
    };
}

fn recorded_runners() -> Vec<&'static str> {
    runner::known().chain([runner::CURRENT]).collect()
}

fn first_is_recorded(schema: &mut Schema) {
    schema.insert("prefixItems".to_owned(), json!([{ "enum": recorded_runners() }]));
}

/// What a finding of a rule is.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LevelShape {
    /// It is not told. Some readers take a bare `off` for `false`, as YAML 1.1 did.
    #[serde(alias = "false")]
    Off,
    /// A note.
    Note,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl JsonSchema for LevelShape {
    fn schema_name() -> Cow<'static, str> {
        "LevelShape".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What a finding of a rule is; `off` (for readers of YAML 1.1: `false`): it is not told.",
            "enum": ["off", "note", "warning", "error", false, "false"],
        })
    }
}

/// A finding that is known and left as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaiverShape {
    /// The rule's id; `goenv-ci lint --list` has them all.
    #[schemars(with = "FilledText", required)]
    pub rule: Option<Spanned<String>>,
    /// The file, from the repository's root; a pattern as in `paths`.
    #[schemars(with = "GlobText", required)]
    pub path: Option<Spanned<String>>,
    /// Only at this line, counted from 1.
    #[schemars(with = "Option<CountText>")]
    pub line: Option<Spanned<u64>>,
    /// Why it is left as it is.
    #[schemars(with = "FilledText", required)]
    pub reason: Option<Spanned<String>>,
    /// The last day on which it counts, as `2026-12-31`; then the finding is told again.
    #[schemars(with = "Option<DayText>", extend("format" = "date"))]
    pub until: Option<Spanned<String>>,
}

/// Rules in the order of the file, each with its place.
pub(crate) struct RuleMap(pub Vec<(Spanned<String>, LevelShape)>);

impl<'de> Deserialize<'de> for RuleMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleMapVisitor;
        impl<'de> Visitor<'de> for RuleMapVisitor {
            type Value = RuleMap;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("rules by id")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleMap, A::Error> {
                let mut rules = Vec::new();
                while let Some(rule) = map.next_entry()? {
                    rules.push(rule);
                }
                Ok(RuleMap(rules))
            }
        }
        deserializer.deserialize_map(RuleMapVisitor)
    }
}
