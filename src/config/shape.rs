//! The file as it is written. An unknown or a duplicate key is an error; what a value may be is checked in `load`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_yaml::Spanned;
use std::borrow::Cow;

/// Defaults of a repository for goenv-ci: `.github/goenv-ci.yml`. Flags and `GOENV_CI_*` variables win over them.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "goenv-ci.yml")]
pub(crate) struct ConfigShape {
    /// The address of this schema, for editors.
    #[serde(rename = "$schema")]
    pub _schema: Option<String>,
    /// Values other than the standard ones.
    pub values: Option<ValuesShape>,
    /// Go versions of `plan`, `apply` and `verify`: `1.21` is its newest patch, `1.21.13` exactly that, `path` the
    /// `go` on PATH.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
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

/// Each is one absolute path outside of the repository.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValuesShape {
    /// GOCACHE.
    #[schemars(with = "Option<String>", length(min = 1))]
    pub gocache: Option<Spanned<String>>,
    /// GOPATH.
    #[schemars(with = "Option<String>", length(min = 1))]
    pub gopath: Option<Spanned<String>>,
    /// GOBIN; `none` leaves it unset and puts GOPATH/bin on PATH.
    #[schemars(with = "Option<String>", length(min = 1))]
    pub gobin: Option<Spanned<String>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanShape {
    /// Runners: the first is planned for, and is a recorded one or `current`; all are in the matrix.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
    pub runner: Option<Spanned<Vec<Spanned<String>>>>,
    /// Cut each runner's cells into so many jobs.
    #[schemars(with = "Option<u32>", range(min = 1, max = 10000))]
    pub shards: Option<Spanned<u64>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyShape {
    /// Shells to look through, or `all` or `none`; those of other systems are left out.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
    pub shells: Option<Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoctorShape {
    /// Only these checks.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
    pub check: Option<Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LintShape {
    /// Rules by id, with what a finding of theirs is.
    #[schemars(with = "Option<std::collections::BTreeMap<String, LevelShape>>")]
    pub rules: Option<RuleMap>,
    /// Files and directories that are left out: patterns from the repository's root, with `*` within a name and `**`
    /// for any number of directories.
    #[schemars(with = "Option<Vec<String>>")]
    pub paths: Option<Vec<Spanned<String>>>,
    /// Findings that are known and left as they are.
    #[schemars(with = "Option<Vec<WaiverShape>>")]
    pub waivers: Option<Vec<Spanned<WaiverShape>>>,
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
            "enum": ["off", "note", "warning", "error", false],
        })
    }
}

/// A finding that is known and left as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaiverShape {
    /// The rule's id.
    #[schemars(with = "String", required)]
    pub rule: Option<Spanned<String>>,
    /// The file, from the repository's root; a pattern as in `paths`.
    #[schemars(with = "String", required)]
    pub path: Option<Spanned<String>>,
    /// Only at this line, counted from 1.
    #[schemars(with = "Option<u32>", range(min = 1))]
    pub line: Option<Spanned<u64>>,
    /// Why it is left as it is.
    #[schemars(with = "String", required, length(min = 1))]
    pub reason: Option<Spanned<String>>,
    /// The last day on which it counts, as `2026-12-31`; then the finding is told again.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
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
