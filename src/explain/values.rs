//! The answer of `explain`: every variable of one Go version or of several, and
//! what the versions do not agree on.

use crate::{
    explain::{mask_text, mask_value},
    goenv::{
        explanation::{Explained, Explanation, Layer},
        version::GoVersion,
    },
    output::{json, mask::shown},
};
use schemars::{JsonSchema, generate::Contract};
use serde::Serialize;

/// One Go version, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(title = "goenv-ci explain")]
pub enum Values {
    /// One version.
    One(OneVersion),
    /// Several.
    Many(ManyVersions),
}

/// One version, with the version of this format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "AloneV1")]
pub struct OneVersion {
    /// 1.
    pub schema_version: u32,
    /// All about it.
    #[serde(flatten)]
    pub explanation: Explanation,
}

/// Several versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ManyV1")]
pub struct ManyVersions {
    /// 1.
    pub schema_version: u32,
    /// In the order asked for.
    pub explanations: Vec<Explanation>,
    /// The variables that have not one value in all of them, in alphabetical order; without GOROOT, GOTOOLDIR,
    /// GOVERSION and `go`, which are each version's own.
    pub differences: Vec<Difference>,
}

/// One variable that Go versions do not agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DifferenceV1")]
pub struct Difference {
    /// `GOBIN`.
    pub name: String,
    /// One for each version, in the order asked for.
    pub values: Vec<VersionValue>,
}

/// What one version says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DifferentV1")]
pub struct VersionValue {
    /// `1.22.10`.
    #[schemars(with = "String")]
    pub go: GoVersion,
    /// What `go env NAME` prints there; null where that version does not know the variable, or only it can tell.
    pub value: Option<String>,
}

impl Values {
    /// The answer as it may be shown: secrets are masked, variables that differ from what Go says come first.
    #[must_use]
    pub fn new(explanations: Vec<Explanation>) -> Self {
        let mut all: Vec<Explanation> = explanations.into_iter().map(masked).collect();
        if all.len() == 1 {
            Self::One(OneVersion { schema_version: 1, explanation: all.remove(0) })
        } else {
            Self::Many(ManyVersions { schema_version: 1, differences: differences(&all), explanations: all })
        }
    }

    /// What the versions do not agree on; nothing where there is only one.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::One(_) => &[],
            Self::Many(many) => &many.differences,
        }
    }

    /// Each version.
    #[must_use]
    pub fn explanations(&self) -> &[Explanation] {
        match self {
            Self::One(one) => std::slice::from_ref(&one.explanation),
            Self::Many(many) => &many.explanations,
        }
    }
}

fn masked(mut all: Explanation) -> Explanation {
    for one in &mut all.variables {
        let name = one.name.clone();
        let values = one.value.iter_mut().chain(&mut one.go_says);
        values.for_each(|value| *value = shown(&name, value).into_owned());
        one.origin.iter_mut().chain(&mut one.shadowed).for_each(|value| mask_value(&name, value));
        one.because.iter_mut().for_each(mask_text);
    }
    all.notes.iter_mut().for_each(mask_text);
    all.variables.sort_by_key(|variable| variable.go_says.is_none());
    all
}

/// What each version has of its own.
const OWN: [&str; 4] = ["GOROOT", "GOTOOLDIR", "GOVERSION", "go"];

fn differences(all: &[Explanation]) -> Vec<Difference> {
    let mut names: Vec<&str> = all.iter().flat_map(|one| &one.variables).map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let difference = |name: &str| {
        let value = |one: &Explanation| {
            let variable = one.get(name)?;
            variable.go_says.clone().or_else(|| variable.value.clone())
        };
        let values: Vec<VersionValue> =
            all.iter().map(|one| VersionValue { go: one.go.clone(), value: value(one) }).collect();
        let agree = values.windows(2).all(|pair| pair[0].value == pair[1].value);
        (!agree).then(|| Difference { name: name.to_owned(), values })
    };
    names.into_iter().filter(|name| !OWN.contains(name)).filter_map(difference).collect()
}

/// What `go.env` holds in the toolchains of go.dev. Source: Go, `go.env`.
const SHIPPED: [(&str, &str); 3] =
    [("GOPROXY", "https://proxy.golang.org,direct"), ("GOSUMDB", "sum.golang.org"), ("GOTOOLCHAIN", "auto")];

/// Whether a variable is as Go has it where nobody sets anything, and no other place holds a value for it that
/// somebody could take to be in force.
#[must_use]
pub fn is_at_default(one: &Explained) -> bool {
    let by_go = match one.source {
        Layer::Default | Layer::Computed => true,
        Layer::GorootGoEnv => {
            SHIPPED.iter().any(|(name, value)| one.name == *name && one.value.as_deref() == Some(value))
        }
        _ => false,
    };
    // What the steps of a workflow hold waits for a runner, and is no answer here.
    let set = |source: Layer| {
        use Layer::{Computed, Default, GithubEnv, GorootGoEnv, Workflow};
        !matches!(source, Default | Computed | GorootGoEnv | Workflow | GithubEnv)
    };
    by_go && one.go_says.is_none() && !one.shadowed.iter().any(|shadowed| set(shadowed.source))
}

/// PATH and `go`: they lie beside Go's variables and have no default.
#[must_use]
pub fn is_of_path(one: &Explained) -> bool {
    matches!(one.name.as_str(), "PATH" | "go")
}

/// The JSON Schema of `explain --format json`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Values>("explain", Contract::Deserialize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goenv::explanation::SourcedValue;

    fn variable(name: &str, source: Layer, value: &str) -> Explained {
        Explained {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            source,
            at: None,
            because: None,
            origin: None,
            shadowed: Vec::new(),
            go_says: None,
            is_unusual: false,
        }
    }

    #[test]
    fn what_the_toolchain_ships_is_a_default_and_what_somebody_set_is_none() {
        let at_default = |name, source, value| is_at_default(&variable(name, source, value));
        assert!(at_default("GOTOOLCHAIN", Layer::GorootGoEnv, "auto"));
        assert!(!at_default("GOTOOLCHAIN", Layer::GorootGoEnv, "local"), "a distribution changed it");
        assert!(at_default("GOMODCACHE", Layer::Computed, "/h/go/pkg/mod"));
        assert!(!at_default("GOFLAGS", Layer::Environment, ""));
        let mut elsewhere = variable("GOFLAGS", Layer::Default, "");
        elsewhere.shadowed = vec![SourcedValue { source: Layer::Mise, value: "-v".to_owned(), at: None }];
        assert!(!is_at_default(&elsewhere), "a file wants another value");
        let disputed = Explained { go_says: Some("x".to_owned()), ..variable("GOFLAGS", Layer::Default, "") };
        assert!(!is_at_default(&disputed));
    }
}
