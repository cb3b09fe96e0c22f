//! `explain --environment`: the environment of a process beside what each Go
//! makes of it.

use crate::{
    explain::{mask_text, misspelt},
    goenv::{Known, explanation::Explanation, sources::environment_notes, version::GoVersion},
    output::{json, mask::shown},
    platform::env::{EnvBlock, doubled},
};
use schemars::{JsonSchema, generate::Contract};
use serde::{Serialize, Serializer};
use std::collections::HashSet;

/// A process's environment beside what `go env` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci explain --environment")]
pub struct Environment {
    /// 1.
    pub schema_version: u32,
    /// Whose environment.
    pub process: Process,
    /// The Go versions that were asked, in the order of each variable's `go`.
    pub versions: Vec<AskedGo>,
    /// Go's variables and what its defaults rest on; differences first.
    pub variables: Vec<ComparedVariable>,
    /// Further names of the environment; their values are not shown.
    pub others: Vec<String>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ProcessV1")]
pub struct Process {
    /// Its id; null for goenv-ci itself.
    pub pid: Option<u32>,
    /// Its file, where that may be read.
    pub program: Option<String>,
    /// Its working directory.
    pub dir: String,
}

/// A Go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "VersionV1")]
pub struct AskedGo {
    /// `1.22.10`.
    #[schemars(with = "String")]
    pub go: GoVersion,
    /// Null where no toolchain of this version is here.
    pub goroot: Option<String>,
}

/// One name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RowV1")]
pub struct ComparedVariable {
    /// As Go spells it: `GOBIN`.
    pub name: String,
    /// `differs`, `go-only`, `same` or `process-only`.
    #[serde(rename = "standing")]
    #[schemars(with = "String")]
    pub agreement: Agreement,
    /// What the system answers for the name; null where it is not set.
    pub process: Option<String>,
    /// Where the environment holds the name in several spellings, each of them; else empty.
    pub spellings: Vec<Spelling>,
    /// What each Go says; null where it does not answer for the name.
    pub go: Vec<GoAnswer>,
}

/// One spelling of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SpellingV1")]
pub struct Spelling {
    /// As it stands in the block.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What one Go says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SaysV1")]
pub struct GoAnswer {
    /// The version.
    #[schemars(with = "String")]
    pub go: GoVersion,
    /// What `go env NAME` prints there.
    pub value: Option<String>,
}

/// Whether the process and Go agree on one name; ordered by how much a reader wants to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// The process has a value, and at least one Go says something else.
    Differs,
    /// The process has none, and Go has.
    GoOnly,
    /// All say the same.
    Same,
    /// No Go answers for the name.
    ProcessOnly,
}

impl Agreement {
    /// In the order of the variants.
    pub const ALL: [Self; 4] = [Self::Differs, Self::GoOnly, Self::Same, Self::ProcessOnly];

    /// The word in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::GoOnly => "go-only",
            Self::Same => "same",
            Self::ProcessOnly => "process-only",
        }
    }
}

impl Serialize for Agreement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What Go's defaults rest on, beside its own variables.
const FOUNDATIONS: [&str; 11] = [
    "PATH",
    "HOME",
    "USERPROFILE",
    "LOCALAPPDATA",
    "APPDATA",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "TMPDIR",
    "TMP",
    "TEMP",
    "PWD",
];

/// Misspelt names that are told one by one.
const MOST_MISSPELT: usize = 50;

/// Compares a process's environment with what each Go says: `block` as the system hands it over,
/// `env` as it answers for single names.
#[must_use]
pub fn environment(
    process: Process,
    block: &[(String, String)],
    env: &EnvBlock,
    explanations: &[Explanation],
) -> Environment {
    let platform = env.platform();
    let mut notes = environment_notes(env, block);
    let several = doubled(platform, block);
    let mut names: Vec<String> = Known::every_name().iter().copied().chain(FOUNDATIONS).map(str::to_owned).collect();
    let misspelt: Vec<_> = env.iter().filter_map(|(name, _)| Some((name, misspelt(name, platform)?))).collect();
    for (name, meant) in misspelt.iter().take(MOST_MISSPELT) {
        notes.push(format!("no Go from 1.21 on knows a variable `{name}`; did you mean `{meant}`?"));
        names.push((*name).to_owned());
    }
    if let Some(more @ 1..) = misspelt.len().checked_sub(MOST_MISSPELT) {
        notes.push(format!("{more} more variables have names that are nearly ones of Go's"));
    }
    names.sort_unstable();
    names.dedup();
    let same_name = |left: &str, right: &str| platform.fold_name(left) == platform.fold_name(right);
    let mut variables: Vec<ComparedVariable> = names
        .iter()
        .filter_map(|name| {
            let process = env.get(name).map(str::to_owned);
            let go: Vec<GoAnswer> =
                explanations.iter().map(|one| GoAnswer { go: one.go.clone(), value: answer(one, name) }).collect();
            let agreement = agreement(process.as_deref(), &go)?;
            let doubled = several.iter().find(|one| same_name(&one.spellings[0].0, name));
            let spellings = doubled.map(|one| one.spellings.clone()).unwrap_or_default();
            let spellings = spellings.into_iter().map(|(name, value)| Spelling { name, value }).collect();
            Some(ComparedVariable { name: name.clone(), agreement, process, spellings, go })
        })
        .collect();
    variables.sort_by_key(|one| (one.agreement, one.go.windows(2).all(|pair| pair[0].value == pair[1].value)));
    let compared: HashSet<_> = variables.iter().map(|one| platform.fold_name(&one.name).into_owned()).collect();
    let shown = |name: &str| compared.contains(&*platform.fold_name(name));
    // Windows keeps the current directory of each drive under names like `=C:`.
    let others = env.iter().map(|(name, _)| name.to_owned()).filter(|name| !shown(name) && !name.starts_with('='));
    let others = others.collect();
    for one in explanations {
        for note in &one.notes {
            let note = if explanations.len() > 1 { format!("Go {}: {note}", one.go) } else { note.clone() };
            notes.extend((!notes.contains(&note)).then_some(note));
        }
    }
    let versions = explanations.iter().map(|one| AskedGo { go: one.go.clone(), goroot: one.goroot.clone() }).collect();
    Environment { schema_version: 1, process, versions, variables, others, notes }
}

impl Environment {
    /// The answer as it may be shown: secrets are masked.
    #[must_use]
    pub fn masked(mut self) -> Self {
        let mask = |name: &str, value: &mut String| *value = shown(name, value).into_owned();
        for one in &mut self.variables {
            let name = &one.name;
            one.process.iter_mut().for_each(|value| mask(name, value));
            one.spellings.iter_mut().for_each(|spelling| mask(name, &mut spelling.value));
            one.go.iter_mut().filter_map(|go| go.value.as_mut()).for_each(|value| mask(name, value));
        }
        self.notes.iter_mut().for_each(mask_text);
        self
    }
}

/// The JSON Schema of `explain --environment --format json`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Environment>("explain-environment", Contract::Deserialize)
}

/// What the real `go env` printed, else our reading.
fn answer(explanation: &Explanation, name: &str) -> Option<String> {
    let (_, known) = Known::of(&explanation.go);
    let variable = explanation.get(name).filter(|_| known.has(name))?;
    variable.go_says.clone().or_else(|| variable.value.clone())
}

/// `None`: neither has a value.
fn agreement(process: Option<&str>, go: &[GoAnswer]) -> Option<Agreement> {
    let said: Vec<&str> = go.iter().filter_map(|one| one.value.as_deref()).collect();
    let filled = said.iter().any(|value| !value.is_empty());
    match process {
        None => filled.then_some(Agreement::GoOnly),
        Some("") if said.is_empty() => None,
        Some(_) if said.is_empty() => Some(Agreement::ProcessOnly),
        Some(value) if said.iter().all(|one| *one == value) => Some(Agreement::Same),
        Some(_) => Some(Agreement::Differs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_comes_first() {
        let answers = |values: &[Option<&str>]| -> Vec<GoAnswer> {
            let go: GoVersion = "1.22.10".parse().unwrap();
            values.iter().map(|value| GoAnswer { go: go.clone(), value: value.map(str::to_owned) }).collect()
        };
        for (process, said, want) in [
            (Some("rel"), answers(&[Some("off"), Some("rel")]), Some(Agreement::Differs)),
            (Some(""), answers(&[Some("/x")]), Some(Agreement::Differs)),
            (Some("/x"), answers(&[Some("/x")]), Some(Agreement::Same)),
            (None, answers(&[Some("/x")]), Some(Agreement::GoOnly)),
            (None, answers(&[Some("")]), None),
            (Some("/x"), answers(&[None]), Some(Agreement::ProcessOnly)),
        ] {
            assert_eq!(agreement(process, &said), want, "{process:?} {said:?}");
        }
        assert!(Agreement::ALL.is_sorted());
    }
}
