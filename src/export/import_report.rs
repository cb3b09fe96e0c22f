//! What a template would set here, beside what holds there now: the answer of `import`.

use crate::{
    export::{
        read::{Imported, LineColumn},
        template::TemplateValue,
    },
    goenv::explanation::SourcedValue,
    output::{json, mask, sanitize},
    platform::Platform,
    ports::registry::Scope,
};
use schemars::{JsonSchema, generate::Contract};
use serde::Serialize;

/// What a file would set, and what that would shadow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci import")]
pub struct ImportReport {
    /// 1.
    pub schema_version: u32,
    /// `reg`, `profile --shell fish`.
    pub format: String,
    /// As it was given.
    pub file: String,
    /// `user` or `machine`, where the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
    /// In the order of the file; the last of a name counts.
    pub variables: Vec<WouldSet>,
    /// Directories in front of PATH, first entry first.
    pub path: Vec<WouldLead>,
    /// What else the file does.
    pub remarks: Vec<WouldAlso>,
}

/// A variable that a file would set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WouldSet {
    /// `GOCACHE`.
    pub name: String,
    /// `%NAME%` on Windows, elsewhere `$NAME` in front, is put in by what reads the file; absent where only a run of the
    /// file could tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// Every place that holds another value now, the strongest first.
    pub shadows: Vec<SourcedValue>,
}

/// A directory that a file would put on PATH.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WouldLead {
    /// As [`WouldSet::value`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

/// Something else that a file does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WouldAlso {
    /// A sentence without a full stop; backquotes enclose code.
    pub text: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

/// The JSON Schema of `import --format json`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<ImportReport>("import", Contract::Serialize)
}

impl ImportReport {
    /// `held`: every place of this machine that holds a name.
    #[must_use]
    pub fn new(
        format: &str,
        file: &str,
        imported: &Imported,
        here: Platform,
        held: impl Fn(&str) -> Vec<SourcedValue>,
    ) -> Self {
        let platform = imported.platform.unwrap_or(here);
        let shown = |value: &Option<TemplateValue>| value.as_ref().map(|value| value.in_plan(platform));
        let variable = |one: &crate::export::read::ImportedVariable| {
            let LineColumn { line, column } = one.at;
            let value = shown(&one.value);
            let mut shadows = held(&one.name);
            shadows.retain(|held| Some(&held.value) != value.as_ref());
            let masked = |text: &str| mask::shown(&one.name, text).into_owned();
            shadows.iter_mut().for_each(|held| held.value = masked(&held.value));
            let value = value.map(|value| masked(&value));
            WouldSet { name: one.name.clone(), value, line, column, shadows }
        };
        let entry = |one: &crate::export::read::ImportedEntry| {
            let LineColumn { line, column } = one.at;
            WouldLead { entry: shown(&one.value), line, column }
        };
        let remark = |one: &crate::export::read::ImportRemark| {
            let LineColumn { line, column } = one.at;
            WouldAlso { text: sanitize::one_line(&one.text), line, column }
        };
        Self {
            schema_version: 1,
            format: format.to_owned(),
            file: file.to_owned(),
            scope: imported.scope.map(|scope| match scope {
                Scope::User => "user",
                Scope::Machine => "machine",
            }),
            variables: imported.variables.iter().map(variable).collect(),
            path: imported.path.iter().map(entry).collect(),
            remarks: imported.remarks.iter().map(remark).collect(),
        }
    }
}
