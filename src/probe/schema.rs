//! The YAML shapes of the probe language, as they are written. An unknown or
//! a duplicate key is an error; everything else is checked in `load`.

use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

/// A text with its place in the file.
pub(crate) type SpannedText = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProbeShape {
    pub id: SpannedText,
    pub variable: SpannedText,
    #[serde(default)]
    pub follows: Vec<SpannedText>,
    pub why: SpannedText,
    pub hint: Option<String>,
    pub kind: Option<KindShape>,
    pub go: Option<SpannedText>,
    #[serde(default)]
    pub os: Vec<OsShape>,
    #[serde(default)]
    pub files: BTreeMap<String, SpannedText>,
    #[serde(default)]
    pub env: BTreeMap<String, SpannedText>,
    #[serde(default)]
    pub steps: Vec<StepShape>,
    #[serde(default)]
    pub expect: Vec<Spanned<ExpectShape>>,
    pub control: Option<Spanned<ControlShape>>,
    #[serde(default)]
    pub arrives: Vec<SpannedText>,
    #[serde(default)]
    pub remove: Vec<SpannedText>,
    pub limit_seconds: Option<Spanned<u64>>,
    pub wine: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KindShape {
    Contract,
    Live,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OsShape {
    Windows,
    Linux,
    Macos,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepShape {
    pub run: Vec<SpannedText>,
    #[serde(default)]
    pub env: BTreeMap<String, SpannedText>,
    pub dir: Option<SpannedText>,
    #[serde(default)]
    pub exit: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectShape {
    pub go: Option<SpannedText>,
    #[serde(default)]
    pub os: Vec<OsShape>,
    pub exit: Option<i32>,
    pub file_exists: Option<SpannedText>,
    pub file_absent: Option<SpannedText>,
    pub dir_empty: Option<SpannedText>,
    pub dir_filled: Option<SpannedText>,
    pub stdout_is: Option<SpannedText>,
    pub stdout_contains: Option<SpannedText>,
    pub stdout_lacks: Option<SpannedText>,
    pub stdout_same_as: Option<Spanned<usize>>,
    pub stdout_path: Option<SpannedText>,
    pub stdout_path_in: Option<SpannedText>,
    pub stderr_contains: Option<SpannedText>,
    pub stderr_lacks: Option<SpannedText>,
    pub env_path: Option<BTreeMap<String, SpannedText>>,
    pub on_path: Option<BTreeMap<String, SpannedText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ControlShape {
    pub unset: Option<SpannedText>,
    pub set: Option<BTreeMap<String, SpannedText>>,
    pub file: Option<BTreeMap<String, SpannedText>>,
    pub drop: Option<usize>,
    pub run: Option<Vec<SpannedText>>,
    pub off_path: Option<SpannedText>,
}
