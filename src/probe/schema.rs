//! The YAML shapes of the probe language, as they are written. An unknown or
//! a duplicate key is an error; everything else is checked in `load`.

use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

/// A text with its place in the file.
pub(crate) type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProbeShape {
    pub id: Text,
    pub variable: Text,
    pub why: Text,
    pub hint: Option<String>,
    pub kind: Option<KindShape>,
    pub go: Option<Text>,
    #[serde(default)]
    pub os: Vec<OsShape>,
    #[serde(default)]
    pub files: BTreeMap<String, Text>,
    #[serde(default)]
    pub env: BTreeMap<String, Text>,
    #[serde(default)]
    pub steps: Vec<StepShape>,
    #[serde(default)]
    pub expect: Vec<Spanned<ExpectShape>>,
    pub control: Option<Spanned<ControlShape>>,
    #[serde(default)]
    pub remove: Vec<Text>,
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
    pub run: Vec<Text>,
    #[serde(default)]
    pub env: BTreeMap<String, Text>,
    pub dir: Option<Text>,
    #[serde(default)]
    pub exit: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectShape {
    pub go: Option<Text>,
    #[serde(default)]
    pub os: Vec<OsShape>,
    pub exit: Option<i32>,
    pub file_exists: Option<Text>,
    pub file_absent: Option<Text>,
    pub dir_empty: Option<Text>,
    pub dir_filled: Option<Text>,
    pub stdout_is: Option<Text>,
    pub stdout_contains: Option<Text>,
    pub stdout_lacks: Option<Text>,
    pub stdout_same_as: Option<Spanned<usize>>,
    pub stdout_path: Option<Text>,
    pub stdout_path_in: Option<Text>,
    pub stderr_contains: Option<Text>,
    pub stderr_lacks: Option<Text>,
    pub env_path: Option<BTreeMap<String, Text>>,
    pub on_path: Option<BTreeMap<String, Text>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ControlShape {
    pub unset: Option<Text>,
    pub set: Option<BTreeMap<String, Text>>,
    pub file: Option<BTreeMap<String, Text>>,
    pub drop: Option<usize>,
    pub run: Option<Vec<Text>>,
    pub off_path: Option<Text>,
}
