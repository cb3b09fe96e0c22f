//! Where the value of a variable comes from: this process's environment, the
//! scopes of the system that outlive it, and Go's own files.

use crate::{
    platform::{Platform, env::EnvBlock},
    ports::registry::Scope,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// This process's environment.
    Environment,
    /// A scope of the system; what it holds counts once it is in an environment.
    Registry(Scope),
    /// What `go env -w` writes.
    GoenvFile,
    /// `go.env` in a GOROOT.
    GorootGoEnv,
}

impl SourceKind {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Registry(Scope::User) => "user-registry",
            Self::Registry(Scope::Machine) => "machine-registry",
            Self::GoenvFile => "goenv-file",
            Self::GorootGoEnv => "goroot-go-env",
        }
    }
}

/// One variable in one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// In the usual spelling: `GOCACHE`.
    pub variable: String,
    /// What kind of source.
    pub kind: SourceKind,
    /// What it holds there, expanded, without passwords; an empty one means unset.
    pub value: String,
    /// Where exactly: a key, or `file:line`; `None` for the environment.
    pub at: Option<String>,
}

/// One variable in one source, as report.json has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceV1 {
    /// For example `GOCACHE`.
    pub variable: String,
    /// `environment`, `user-registry`, `machine-registry`, `goenv-file` or `goroot-go-env`.
    pub source: String,
    /// What it holds there: expanded, and without user names and passwords in addresses.
    pub value: String,
    /// The registry key, or `file:line`; null for the environment.
    #[serde(default)]
    pub at: Option<String>,
}

/// What all sources say, in the order in which they win, and what is odd about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Variables in the order in which they were asked for, for each the strongest source first.
    pub found: Vec<Source>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}

impl From<&Source> for SourceV1 {
    fn from(source: &Source) -> Self {
        Self {
            variable: source.variable.clone(),
            source: source.kind.name().to_owned(),
            value: source.value.clone(),
            at: source.at.clone(),
        }
    }
}

impl Sources {
    /// The scope that holds this value for a variable: where the environment's value is likely to come from.
    #[must_use]
    pub fn origin(&self, variable: &str, value: &str, platform: Platform) -> Option<(Scope, &'static str)> {
        self.found.iter().filter(|s| s.variable == variable).find_map(|source| match source.kind {
            SourceKind::Registry(scope) if source.value == value || platform.same_path(&source.value, value) => {
                Some((scope, scope.key()))
            }
            _ => None,
        })
    }
}

/// `%NAME%` filled from an environment; a name that is not there stays as it is written, as on Windows.
/// Source: Microsoft, `ExpandEnvironmentStringsW`.
#[must_use]
pub fn expand(text: &str, env: &EnvBlock) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let Some(length) = rest[at + 1..].find('%') else { break };
        let name = &rest[at + 1..at + 1 + length];
        expanded.push_str(&rest[..at]);
        match env.get(name).filter(|_| !name.is_empty()) {
            Some(value) => {
                expanded.push_str(value);
                rest = &rest[at + length + 2..];
            }
            None => {
                // The closing one may open the next name.
                expanded.push_str(&rest[at..at + 1 + length]);
                rest = &rest[at + 1 + length..];
            }
        }
    }
    expanded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_between_percent_signs_are_filled_and_unknown_ones_stay() {
        let env = EnvBlock::from_pairs(Platform::Windows, [("UserProfile", r"C:\Users\r"), ("X", "%Y%"), ("Y", "no")]);
        for (text, want) in [
            (r"%USERPROFILE%\go", r"C:\Users\r\go"),
            (r"%NOPE%\go", r"%NOPE%\go"),
            ("100%", "100%"),
            ("%NOPE%userprofile%", r"%NOPEC:\Users\r"),
            ("%%", "%%"),
            ("%X%", "%Y%"),
            ("", ""),
        ] {
            assert_eq!(expand(text, &env), want, "{text}");
        }
    }
}
