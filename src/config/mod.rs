//! `.github/goenv-ci.yml`: what a repository has for defaults, and what its workflows are not told about. Flags and
//! variables win over it; which key stands for which flag is the command line's to say. The file is part of the
//! checkout, so it may be a stranger's: it holds no key that runs a program, writes a file of its own choice,
//! downloads anything, or turns a failing verdict green.

mod find;
mod lint;
mod load;
mod shape;

pub use find::{ConfigChoice, read, read_of_root, repository_root};
pub use lint::{LintConfig, PathGlob, RuleLevel, RuleSetting, Waiver, WaiverEffect, expired, waiver_applies};
pub use load::parse;

use crate::{
    goenv::version::GoRequest,
    yaml::{
        FaultDetail,
        kinds::{published, shape_schema},
    },
};
use serde_json::{Map, Value, json};

/// Where the file lies in a repository.
pub const CONFIG_FILE: &str = ".github/goenv-ci.yml";

/// The file cannot be taken, or not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{at}: {message}")]
pub struct ConfigError {
    /// From the repository's root, or as it was given.
    pub file: String,
    /// 1:1 where it was not read at all.
    pub at: FilePosition,
    /// What is wrong.
    pub message: String,
    /// The line, and what to write instead.
    pub detail: FaultDetail,
}

/// A place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePosition {
    /// Counted from 1.
    pub line: u64,
    /// Counted from 1, in characters.
    pub column: u64,
}

impl FilePosition {
    /// The beginning of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl std::fmt::Display for FilePosition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<T> {
    /// Checked as far as that needs no machine.
    pub value: T,
    /// Where it stands.
    pub at: FilePosition,
}

/// What the file says; all is empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// As [`ConfigError::file`]; `None` where no file was read.
    pub file: Option<String>,
    /// The repository's root, absolute; what the file says must not lead into it.
    pub root: Option<String>,
    /// For `--gocache`.
    pub gocache: Option<Stated<String>>,
    /// For `--gopath`.
    pub gopath: Option<Stated<String>>,
    /// For `--gobin`; `none` too.
    pub gobin: Option<Stated<String>>,
    /// For `--go`; at least one, each once.
    pub go: Option<Stated<Vec<GoRequest>>>,
    /// For `--runner` of `plan`; the first is a recorded one or `current`.
    pub runners: Option<Stated<Vec<String>>>,
    /// For `--shards` of `plan`.
    pub shards: Option<Stated<usize>>,
    /// For `--shells` of `verify`, words that it takes.
    pub shells: Option<Stated<Vec<String>>>,
    /// For `--check` of `doctor`, ids that there are.
    pub checks: Option<Stated<Vec<String>>>,
    /// For `lint`.
    pub lint: LintConfig,
}

impl Config {
    /// `FILE:LINE:COLUMN` of what the file says.
    #[must_use]
    pub fn place(&self, at: FilePosition) -> String {
        format!("{}:{at}", self.file.as_deref().unwrap_or(CONFIG_FILE))
    }
}

/// The JSON Schema of the file, for editors, with the rules that `lint` knows: id and what it says.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema(rules: &[(&str, &str)]) -> Result<String, serde_json::Error> {
    let mut schema = shape_schema::<shape::ConfigShape>();
    // Not closed: a file may name a rule of a newer release, and `lint` says what is none.
    if let Some(of_rules) = schema.pointer_mut("/$defs/LintShape/properties/rules") {
        let level = of_rules["additionalProperties"].clone();
        let each = rules.iter().map(|(id, says)| {
            let one = json!({ "description": says, "allOf": [level] });
            ((*id).to_owned(), one)
        });
        of_rules["properties"] = each.collect::<Map<String, Value>>().into();
    }
    if let Some(rule) = schema.pointer_mut("/$defs/WaiverShape/properties/rule") {
        let ids: Vec<&str> = rules.iter().map(|(id, _)| *id).collect();
        rule["anyOf"] = json!([{ "enum": ids }, { "type": ["string", "number", "boolean"] }]);
    }
    published(schema, "config")
}
