//! The YAML shapes of the probe language, as they are written; the comments are what an editor shows. An unknown or a
//! duplicate key is an error; everything else is checked in `load`.

use crate::yaml::kinds::{
    CountText, EnvironmentMap, ExitCode, FileMap, FilledText, KebabId, OwnPath, PlainText, Seconds, TemplateText,
    VariableName, VersionRange, file_schema, filled, listed,
};
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::{Value, json};
use serde_yaml::Spanned;
use std::collections::BTreeMap;

/// A text with its place in the file.
pub(crate) type SpannedText = Spanned<String>;

/// Probes of goenv-ci: what must be seen when a variable of Go takes effect, each with its control.
#[derive(JsonSchema)]
#[schemars(title = "goenv-ci probes", transparent)]
struct ProbesShape(#[allow(dead_code, reason = "for the schema alone")] Vec<ProbeShape>);

/// The schema of a file of probes, docs/schema/probe-file.schema.json.
pub(crate) fn schema() -> Result<String, serde_json::Error> {
    file_schema::<ProbesShape>("probe-file")
}

/// What must be seen when a variable takes effect, and the one change with which it must not be seen.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Probe", transform = needs_steps, transform = looks_anywhere, transform = arrives_live)]
pub(crate) struct ProbeShape {
    /// Its name, unique in the file: a-z, 0-9, `-` and `.`; reports show `FILE/ID`.
    #[schemars(with = "KebabId")]
    pub id: SpannedText,
    /// The variable that a failure blames, and the only one that the probe depends on; `GO` in a live probe: whatever
    /// stops the command.
    #[schemars(with = "VariableName")]
    pub variable: SpannedText,
    /// Variables that govern this one. Where a probe of theirs fails, a failure of this one is a `skip`.
    #[serde(default)]
    #[schemars(with = "Vec<VariableName>")]
    pub follows: Vec<SpannedText>,
    /// The behaviour, one sentence in the present tense.
    #[schemars(with = "FilledText", extend("examples" = ["go install writes to GOBIN and nowhere else"]))]
    pub why: SpannedText,
    /// The likely cause of a failure, one sentence.
    #[schemars(with = "Option<PlainText>")]
    pub hint: Option<String>,
    /// Where it runs: `contract` in an environment built from nothing and directories of its own, `live` in the
    /// environment of this step.
    #[schemars(extend("default" = "contract"))]
    pub kind: Option<KindShape>,
    /// The versions of Go that it is for; without it all. A release candidate counts as its release.
    #[schemars(with = "Option<VersionRange>")]
    pub go: Option<SpannedText>,
    /// The systems that it is for; without it all.
    #[serde(default)]
    pub os: Vec<OsShape>,
    /// Files to lay out: paths in the probe's own directory, with their content.
    #[serde(default)]
    #[schemars(with = "FileMap", extend("examples" = [{ "go.mod": "module probe\n" }]))]
    pub files: BTreeMap<String, SpannedText>,
    /// Variables on top of the environment; each is a placeholder from then on: `${GOBIN}`.
    #[serde(default)]
    #[schemars(with = "EnvironmentMap", extend("examples" = [{ "GOBIN": "${SCRATCH}/bin" }]))]
    pub env: BTreeMap<String, SpannedText>,
    /// Commands in their order. The first that does not exit as stated ends the probe with `fail`.
    #[serde(default)]
    pub steps: Vec<StepShape>,
    /// What must be seen after the last step: all of it.
    #[serde(default)]
    #[schemars(with = "Vec<ExpectShape>", required, length(min = 1))]
    pub expect: Vec<Spanned<ExpectShape>>,
    /// The one change that must make the same expectations fail. A probe that cannot fail proves nothing.
    #[schemars(with = "ControlShape", required)]
    pub control: Option<Spanned<ControlShape>>,
    /// For live probes: which of GOCACHE, GOPATH and GOBIN must hold what `apply` recorded.
    #[serde(default)]
    #[schemars(with = "Vec<RecordedVariable>")]
    pub arrives: Vec<SpannedText>,
    /// What it leaves outside its own directory, below one of the step's; removed afterwards.
    #[serde(default)]
    #[schemars(with = "Vec<OwnPath>", extend("examples" = [["${GOBIN}/probe${EXE}"]]))]
    pub remove: Vec<SpannedText>,
    /// Seconds that each of its commands may take, instead of `--timeout`.
    #[schemars(with = "Option<Seconds>")]
    pub limit_seconds: Option<Spanned<u64>>,
    /// Why Wine cannot judge it. There it is a `skip` with this reason, on Windows it is judged.
    #[schemars(with = "Option<PlainText>")]
    pub wine: Option<String>,
}

/// What `apply` records.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "UPPERCASE")]
#[allow(dead_code, reason = "for the schema alone")]
enum RecordedVariable {
    Gocache,
    Gopath,
    Gobin,
}

/// There is an expectation, and one about a command needs one.
pub(crate) fn needs_steps(schema: &mut Schema) {
    add_rules(schema, [json!({ "required": ["expect"] })]);
    let looks_at_the_environment = json!({ "anyOf": [filled("env_path"), filled("on_path")] });
    let without = json!({ "properties": { "expect": { "items": looks_at_the_environment } } });
    add_rules(schema, [json!({ "anyOf": [listed("steps", 1), without] })]);
}

fn is_live() -> Value {
    json!({ "required": ["kind"], "properties": { "kind": { "const": "live" } } })
}

/// What is looked at in an environment of its own is in its own directory, or begins with a placeholder.
pub(crate) fn looks_anywhere(schema: &mut Schema) {
    let elsewhere = json!({ "not": { "type": "string", "pattern": "[\\u0000-\\u001f\\u007f-\\u009f]|^/|(^|[/\\\\])\\.\\.[. ]*([/\\\\]|$)" } });
    let paths = ["file_exists", "file_absent", "dir_empty", "dir_filled"];
    let paths: serde_json::Map<String, Value> =
        paths.map(|key| (key.to_owned(), elsewhere.clone())).into_iter().collect();
    let own = json!({ "properties": { "expect": { "items": { "properties": paths } } } });
    add_rules(schema, [json!({ "anyOf": [is_live(), own] })]);
}

fn arrives_live(schema: &mut Schema) {
    let live = is_live();
    let none = json!({ "properties": { "arrives": { "maxItems": 0 } } });
    add_rules(schema, [json!({ "anyOf": [live, none] })]);
}

/// Each must hold beside the keys.
pub(crate) fn add_rules(schema: &mut Schema, rules: impl IntoIterator<Item = Value>) {
    let all = schema.ensure_object().entry("allOf").or_insert_with(|| json!([]));
    if let Value::Array(all) = all {
        all.extend(rules);
    }
}

/// Where a probe runs.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum KindShape {
    /// In an environment built from nothing, and directories of its own: holds for any machine.
    Contract,
    /// In the environment of this step, as it arrived.
    Live,
}

/// A system.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum OsShape {
    Windows,
    Linux,
    Macos,
}

/// One command.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Step")]
pub(crate) struct StepShape {
    /// The command line, program first, a list of words: `[go, install, .]`. No shell reads it.
    #[schemars(with = "Vec<TemplateText>", length(min = 1), extend("examples" = [["go", "install", "."]]))]
    pub run: Vec<SpannedText>,
    /// Variables of this step alone.
    #[serde(default)]
    #[schemars(with = "EnvironmentMap")]
    pub env: BTreeMap<String, SpannedText>,
    /// Where it runs, seen from the work directory; without it there.
    #[schemars(with = "Option<OwnPath>")]
    pub dir: Option<SpannedText>,
    /// The exit code that it must have.
    #[serde(default)]
    #[schemars(with = "ExitCode")]
    pub exit: i32,
}

/// One thing that must be seen, and perhaps for which versions and systems.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Expectation", transform = one_expectation)]
pub(crate) struct ExpectShape {
    /// The versions of Go that it is for.
    #[schemars(with = "Option<VersionRange>")]
    pub go: Option<SpannedText>,
    /// The systems that it is for.
    #[serde(default)]
    pub os: Vec<OsShape>,
    /// The last step exits with this code, instead of with 0.
    #[schemars(with = "Option<ExitCode>")]
    pub exit: Option<i32>,
    /// A file is at this path.
    #[schemars(with = "Option<TemplateText>", extend("examples" = ["${GOBIN}/probe${EXE}"]))]
    pub file_exists: Option<SpannedText>,
    /// Nothing at all is at this path.
    #[schemars(with = "Option<TemplateText>", extend("examples" = ["${DEFAULT_GOPATH}/bin/probe${EXE}"]))]
    pub file_absent: Option<SpannedText>,
    /// No file lies below this directory; one that is not there is empty.
    #[schemars(with = "Option<TemplateText>")]
    pub dir_empty: Option<SpannedText>,
    /// At least one file lies below this directory.
    #[schemars(with = "Option<TemplateText>", extend("examples" = ["${GOCACHE}"]))]
    pub dir_filled: Option<SpannedText>,
    /// The last step prints this and nothing else; blanks around it do not matter.
    #[schemars(with = "Option<TemplateText>")]
    pub stdout_is: Option<SpannedText>,
    /// The last step prints this among other things.
    #[schemars(with = "Option<TemplateText>")]
    pub stdout_contains: Option<SpannedText>,
    /// The last step prints this nowhere.
    #[schemars(with = "Option<TemplateText>")]
    pub stdout_lacks: Option<SpannedText>,
    /// The last step prints what this earlier one printed; steps are counted from 1.
    #[schemars(with = "Option<CountText>")]
    pub stdout_same_as: Option<Spanned<usize>>,
    /// The last step prints one path, which names this place, whatever the separators.
    #[schemars(with = "Option<TemplateText>")]
    pub stdout_path: Option<SpannedText>,
    /// The last step prints one path of something that exists below this directory.
    #[schemars(with = "Option<TemplateText>")]
    pub stdout_path_in: Option<SpannedText>,
    /// The last step's messages hold this.
    #[schemars(with = "Option<TemplateText>")]
    pub stderr_contains: Option<SpannedText>,
    /// The last step's messages hold this nowhere.
    #[schemars(with = "Option<TemplateText>")]
    pub stderr_lacks: Option<SpannedText>,
    /// Variables of the probe's environment hold these paths.
    #[schemars(with = "Option<EnvironmentMap>", extend("examples" = [{ "GOBIN": "${GOBIN}" }]))]
    pub env_path: Option<BTreeMap<String, SpannedText>>,
    /// The first program of this name on PATH is this file.
    #[schemars(with = "Option<BTreeMap<String, TemplateText>>", extend("examples" = [{ "go": "${GOROOT}/bin/go${EXE}" }]))]
    pub on_path: Option<BTreeMap<String, SpannedText>>,
}

fn one_expectation(schema: &mut Schema) {
    let all = schema.get("properties").and_then(Value::as_object);
    let things: Vec<Value> = all
        .into_iter()
        .flat_map(|all| all.keys())
        .filter(|key| !matches!(key.as_str(), "go" | "os"))
        .map(|key| filled(key))
        .collect();
    schema.insert("oneOf".to_owned(), things.into());
}

/// The one change with which the same expectations must fail. Take the most natural one: where a variable is misread,
/// unset it; where an error is expected, set a value that is right.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Control", transform = one_change)]
pub(crate) struct ControlShape {
    /// The variable is absent.
    #[schemars(with = "Option<EnvironmentName>", extend("examples" = ["GOBIN"]))]
    pub unset: Option<SpannedText>,
    /// One variable has another value, in every step.
    #[schemars(with = "Option<EnvironmentMap>", extend("examples" = [{ "GOBIN": "${SCRATCH}/other" }]))]
    pub set: Option<BTreeMap<String, SpannedText>>,
    /// One file has other content.
    #[schemars(with = "Option<FileMap>", extend("examples" = [{ "go.work": "go 1.21\n" }]))]
    pub file: Option<BTreeMap<String, SpannedText>>,
    /// This step is left out; they are counted from 1.
    #[schemars(with = "Option<CountText>")]
    pub drop: Option<usize>,
    /// The last step is another command.
    #[schemars(with = "Option<Vec<TemplateText>>")]
    pub run: Option<Vec<SpannedText>>,
    /// This directory is taken off PATH.
    #[schemars(with = "Option<TemplateText>")]
    pub off_path: Option<SpannedText>,
}

/// Of any environment.
struct EnvironmentName;

impl JsonSchema for EnvironmentName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EnvironmentName".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean"], "pattern": "^[^=\\u0000]+$" })
    }
}

fn one_change(schema: &mut Schema) {
    let one_of = |key: &str| json!({ "required": [key], "properties": { key: { "type": "object", "minProperties": 1, "maxProperties": 1 } } });
    let changes = ["unset", "drop", "run", "off_path"]
        .map(filled)
        .into_iter()
        .chain(["set", "file"].map(one_of))
        .collect::<Vec<_>>();
    schema.insert("oneOf".to_owned(), changes.into());
}
