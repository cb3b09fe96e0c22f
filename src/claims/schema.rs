//! The YAML shapes of claims, as they are written; the comments are what an editor shows. A case is a probe without a
//! name of its own; an unknown or a duplicate key is an error.

use crate::{
    probe::schema::{
        ControlShape, ExpectShape, OsShape, SpannedText, StepShape, add_rules, looks_anywhere, needs_steps,
    },
    yaml::kinds::{
        EnvironmentMap, FileMap, FilledText, KebabId, PlainText, Seconds, TemplateText, VersionRange, file_schema,
        filled, listed,
    },
};
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::json;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

/// Claims about Go's environment: what is said, and the experiments that try it.
#[derive(JsonSchema)]
#[schemars(title = "goenv-ci claims", transparent)]
struct ClaimsShape(#[allow(dead_code, reason = "for the schema alone")] Vec<ClaimShape>);

/// The schema of a file of claims, docs/schema/claim-file.schema.json.
pub(crate) fn file_shape() -> Result<String, serde_json::Error> {
    file_schema::<ClaimsShape>("claim-file")
}

/// Something that is said about Go's variables, with the experiments that try it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Claim", transform = tried_or_not, transform = several_say_when)]
pub(crate) struct ClaimShape {
    /// Its name, unique among all files: a-z, 0-9, `-` and `.`.
    #[schemars(with = "KebabId")]
    pub id: SpannedText,
    /// What is said, in one sentence.
    #[schemars(with = "FilledText", extend("examples" = ["GOBIN decides where go install puts a program"]))]
    pub statement: SpannedText,
    /// Where it is said.
    #[schemars(with = "Option<PlainText>")]
    pub source: Option<String>,
    /// What one learns from the verdict.
    #[schemars(with = "Option<PlainText>")]
    pub lesson: Option<String>,
    /// Instead of cases: why nobody can try it here.
    #[schemars(with = "Option<FilledText>")]
    pub untestable: Option<SpannedText>,
    /// The experiments.
    #[serde(default)]
    #[schemars(with = "Vec<CaseShape>")]
    pub cases: Vec<Spanned<CaseShape>>,
}

fn tried_or_not(schema: &mut Schema) {
    let tried = json!({ "required": ["cases"], "properties": { "cases": { "minItems": 1 }, "untestable": { "type": "null" } } });
    let not = json!({ "required": ["untestable"], "properties": { "cases": { "maxItems": 0 }, "untestable": { "not": { "type": "null" } } } });
    schema.insert("oneOf".to_owned(), json!([tried, not]));
}

fn several_say_when(schema: &mut Schema) {
    let one = json!({ "properties": { "cases": { "maxItems": 1 } } });
    let given =
        json!({ "required": ["given"], "properties": { "given": { "not": { "type": "null" }, "pattern": "\\S" } } });
    add_rules(schema, [json!({ "anyOf": [one, { "properties": { "cases": { "items": given } } }] })]);
}

/// An experiment: it expects what the claim predicts, and its control must turn the outcome round.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Case", transform = needs_steps, transform = looks_anywhere, transform = undoes_what_it_changes)]
pub(crate) struct CaseShape {
    /// The circumstance, in words that follow "where"; needed where there are several cases.
    #[schemars(with = "Option<PlainText>", extend("examples" = ["GOBIN is not set"]))]
    pub given: Option<String>,
    /// The versions of Go that it is for; without it all. A release candidate counts as its release.
    #[schemars(with = "Option<VersionRange>")]
    pub go: Option<SpannedText>,
    /// The systems that it is for; without it all.
    #[serde(default)]
    pub os: Vec<OsShape>,
    /// Files to lay out: paths in the case's own directory, with their content.
    #[serde(default)]
    #[schemars(with = "FileMap", extend("examples" = [{ "go.mod": "module probe\n" }]))]
    pub files: BTreeMap<String, SpannedText>,
    /// Variables on top of the environment; each is a placeholder from then on: `${GOBIN}`.
    #[serde(default)]
    #[schemars(with = "EnvironmentMap", extend("examples" = [{ "GOBIN": "${SCRATCH}/bin" }]))]
    pub env: BTreeMap<String, SpannedText>,
    /// Commands in their order.
    #[serde(default)]
    pub steps: Vec<StepShape>,
    /// What the claim predicts: all of it must be seen.
    #[serde(default)]
    #[schemars(with = "Vec<ExpectShape>", required, length(min = 1))]
    pub expect: Vec<Spanned<ExpectShape>>,
    /// The one change that must turn the outcome round.
    #[schemars(with = "ControlShape", required)]
    pub control: Option<Spanned<ControlShape>>,
    /// Seconds that each of its commands may take, instead of `--timeout`.
    #[schemars(with = "Option<Seconds>")]
    pub limit_seconds: Option<Spanned<u64>>,
    /// Why Wine cannot try it.
    #[schemars(with = "Option<PlainText>")]
    pub wine: Option<String>,
    /// What it changes on the machine, as in "its experiment ..."; needs `restore`, and a first step that looks whether
    /// the place is free.
    #[schemars(with = "Option<PlainText>")]
    pub changes: Option<SpannedText>,
    /// Commands that undo the change, run after the experiment and after its control.
    #[serde(default)]
    #[schemars(with = "Vec<CommandLine>")]
    pub restore: Vec<Vec<SpannedText>>,
}

/// A command line, program first.
#[derive(JsonSchema)]
#[schemars(inline, transparent)]
#[allow(dead_code, reason = "for the schema alone")]
struct CommandLine(#[schemars(length(min = 1))] Vec<TemplateText>);

fn undoes_what_it_changes(schema: &mut Schema) {
    let nothing = json!({ "properties": { "changes": { "type": "null" } } });
    let undone = json!({ "allOf": [filled("changes"), listed("restore", 1), listed("steps", 2)] });
    add_rules(schema, [json!({ "anyOf": [nothing, undone] })]);
}
