//! `explain --format json`: the frozen wire types. Values that look like
//! secrets are masked here, once for every format.

use crate::{
    goenv::explanation::{Explained, Explanation, SourcedValue},
    output::mask::{masked, shown},
};
use schemars::JsonSchema;
use serde::Serialize;

/// One Go version, or several.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(title = "goenv-ci explain")]
pub enum ExplainV1 {
    /// One version.
    One(AloneV1),
    /// Several.
    Many(ManyV1),
}

/// One version, with the version of this format.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AloneV1 {
    /// 1.
    pub schema_version: u32,
    /// All about it.
    #[serde(flatten)]
    pub explanation: ExplanationV1,
}

/// Several versions.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ManyV1 {
    /// 1.
    pub schema_version: u32,
    /// In the order asked for.
    pub explanations: Vec<ExplanationV1>,
    /// The variables that have not one value in all of them, in alphabetical order; without GOROOT, GOTOOLDIR,
    /// GOVERSION and `go`, which are each version's own.
    pub differences: Vec<DifferenceV1>,
}

/// One variable that Go versions do not agree on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DifferenceV1 {
    /// `GOBIN`.
    pub name: String,
    /// One for each version, in the order asked for.
    pub values: Vec<DifferentV1>,
}

/// What one version says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DifferentV1 {
    /// `1.22.10`.
    pub go: String,
    /// What `go env NAME` prints there; null where that version does not know the variable, or only it can tell.
    pub value: Option<String>,
}

/// All variables of one Go version.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplanationV1 {
    /// `1.22.10`.
    pub go: String,
    /// Null where no toolchain of this version is here.
    pub goroot: Option<String>,
    /// Those that differ from what Go says come first, then in alphabetical order.
    pub variables: Vec<VariableV1>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}

/// One variable.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VariableV1 {
    /// `GOBIN`.
    pub name: String,
    /// What `go env NAME` prints; null where only Go can tell.
    pub value: Option<String>,
    /// `environment`, `goenv-file`, `goroot-go-env`, `computed` or `default`.
    pub source: String,
    /// Where exactly: `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// How it was derived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Where the environment's own value seems to come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<HeldV1>,
    /// All other places that hold a value, the strongest first.
    pub shadowed: Vec<HeldV1>,
    /// What the real `go env` printed, where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub go_says: Option<String>,
}

/// One value in one place.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeldV1 {
    /// The place: as `source`, or `workflow`, `github-env`, `user-registry`, `machine-registry`,
    /// `shell-profile`, `envrc`, `mise`, `vscode`, `process`.
    pub source: String,
    /// What it holds.
    pub value: String,
    /// `file:line`, a registry key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl ExplainV1 {
    /// Masked, and with differences first.
    #[must_use]
    pub fn of(explanations: &[Explanation]) -> Self {
        let mut all: Vec<ExplanationV1> = explanations.iter().map(ExplanationV1::from).collect();
        if all.len() == 1 {
            Self::One(AloneV1 { schema_version: 1, explanation: all.remove(0) })
        } else {
            Self::Many(ManyV1 { schema_version: 1, differences: differences(&all), explanations: all })
        }
    }

    /// What the versions do not agree on; nothing where there is only one.
    #[must_use]
    pub fn differences(&self) -> &[DifferenceV1] {
        match self {
            Self::One(_) => &[],
            Self::Many(many) => &many.differences,
        }
    }

    /// Each version.
    #[must_use]
    pub fn explanations(&self) -> Vec<&ExplanationV1> {
        match self {
            Self::One(one) => vec![&one.explanation],
            Self::Many(many) => many.explanations.iter().collect(),
        }
    }
}

/// What each version has of its own.
const OWN: [&str; 4] = ["GOROOT", "GOTOOLDIR", "GOVERSION", "go"];

fn differences(all: &[ExplanationV1]) -> Vec<DifferenceV1> {
    let mut names: Vec<&str> = all.iter().flat_map(|one| &one.variables).map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let difference = |name: &str| {
        let value = |one: &ExplanationV1| {
            let variable = one.variables.iter().find(|variable| variable.name == name)?;
            variable.go_says.clone().or_else(|| variable.value.clone())
        };
        let values: Vec<DifferentV1> =
            all.iter().map(|one| DifferentV1 { go: one.go.clone(), value: value(one) }).collect();
        let agree = values.windows(2).all(|pair| pair[0].value == pair[1].value);
        (!agree).then(|| DifferenceV1 { name: name.to_owned(), values })
    };
    names.into_iter().filter(|name| !OWN.contains(name)).filter_map(difference).collect()
}

impl From<&Explanation> for ExplanationV1 {
    fn from(all: &Explanation) -> Self {
        let mut variables: Vec<VariableV1> = all.variables.iter().map(VariableV1::from).collect();
        variables.sort_by_key(|variable| variable.go_says.is_none());
        Self {
            go: all.go.to_string(),
            goroot: all.goroot.clone(),
            variables,
            notes: all.notes.iter().map(|note| masked(note).into_owned()).collect(),
        }
    }
}

impl HeldV1 {
    /// Masked by what the name says of the value.
    pub(crate) fn of(name: &str, held: &SourcedValue) -> Self {
        let value = shown(name, &held.value).into_owned();
        Self { source: held.source.name().to_owned(), value, at: held.at.clone() }
    }
}

impl From<&Explained> for VariableV1 {
    fn from(one: &Explained) -> Self {
        let value = |text: &str| shown(&one.name, text).into_owned();
        let held = |held: &SourcedValue| HeldV1::of(&one.name, held);
        Self {
            name: one.name.clone(),
            value: one.value.as_deref().map(value),
            source: one.source.name().to_owned(),
            at: one.at.clone(),
            because: one.because.as_deref().map(|text| masked(text).into_owned()),
            origin: one.origin.as_ref().map(held),
            shadowed: one.shadowed.iter().map(held).collect(),
            go_says: one.go_says.as_deref().map(value),
        }
    }
}

/// The published schema.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    crate::output::json::schema::<ExplainV1>("explain", schemars::generate::Contract::Deserialize)
}
