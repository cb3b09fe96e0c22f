//! What a value in a file may be, for the schemas that editors read: a type for each kind of text, and what a list or a
//! set of names needs beside its types. The readers know more; `tests/integration/editor` has what, and why.

use crate::output::json;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::Contract, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// A file's schema as `docs/schema/NAME.schema.json` holds it.
///
/// # Errors
/// As serde says; none is known.
pub(crate) fn file_schema<T: JsonSchema>(name: &str) -> Result<String, serde_json::Error> {
    published(shape_schema::<T>(), name)
}

/// The schema of what a file is read into.
pub(crate) fn shape_schema<T: JsonSchema>() -> Schema {
    json::root_schema::<T>(Contract::Deserialize)
}

/// The same where the schema is put together by hand.
pub(crate) fn published(mut schema: Schema, name: &str) -> Result<String, serde_json::Error> {
    json::identify(&mut schema, name);
    in_one_line(schema.ensure_object().values_mut());
    serde_json::to_string_pretty(&schema).map(|text| text + "\n")
}

/// Comments of the source are wrapped, and an editor would show the ends of their lines.
fn in_one_line<'a>(values: impl Iterator<Item = &'a mut Value>) {
    for value in values {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(text)) = map.get_mut("description") {
                    *text = text.split("\n\n").map(|one| one.replace('\n', " ")).collect::<Vec<_>>().join("\n\n");
                }
                in_one_line(map.values_mut());
            }
            Value::Array(all) => in_one_line(all.iter_mut()),
            _ => {}
        }
    }
}

/// Makes a type that stands for values in a schema, and is never made itself.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $schema:tt;)+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl schemars::JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    schemars::json_schema!($schema)
                }
            }
        )+
    };
}
pub(crate) use kinds;

kinds! {
    /// Any text: what YAML takes for a number or for `true` is read as it is written.
    PlainText = { "type": ["string", "number", "boolean"] };
    /// A text that says something.
    FilledText = {
        "type": ["string", "number", "boolean"], "pattern": "\\S", "patternErrorMessage": "say something here",
    };
    /// A text with whole placeholders: `${NAME}`.
    TemplateText = {
        "type": ["string", "number", "boolean"],
        "patternErrorMessage": "a placeholder is `${NAME}`; expressions of workflows are not read, and in double quotes a backslash begins an escape",
        "pattern": "^([^$\\u0007\\u0008\\u000b\\u000c]|\\$+([^${\\u0007\\u0008\\u000b\\u000c]|$)|\\$+\\{[^{}][^}]*\\})*$",
    };
    /// A template that a process can be given.
    EnvironmentText = {
        "type": ["string", "number", "boolean"],
        "pattern": "^([^$\\u0000\\u0007\\u0008\\u000b\\u000c]|\\$+([^${\\u0000\\u0007\\u0008\\u000b\\u000c]|$)|\\$+\\{[^{}][^}]*\\})*$",
    };
    /// A template of a path in the probe's own directory.
    OwnPath = {
        "type": ["string", "number", "boolean"],
        "pattern": "^([^$\\u0000-\\u001f\\u007f-\\u009f]|\\$+([^${\\u0000-\\u001f\\u007f-\\u009f]|$)|\\$+\\{[^{}][^}]*\\})*$",
        "not": { "type": "string", "pattern": "^/|(^|[/\\\\])\\.\\.[. ]*([/\\\\]|$)" },
    };
    /// `install-lands-in-gobin`.
    KebabId = {
        "type": ["string", "number", "boolean"],
        "pattern": "^[a-z0-9.-]+$",
        "patternErrorMessage": "an id is kebab-case: a-z, 0-9, `-` and `.`",
        "examples": ["install-lands-in-gobin"],
    };
    /// `GOBIN`.
    VariableName = {
        "type": ["string", "integer"], "minimum": 0, "pattern": "^[A-Z0-9_]+$",
        "patternErrorMessage": "the name of a variable: A-Z, 0-9 and `_`",
        "examples": ["GOBIN"],
    };
    /// `>=1.21, <1.23`.
    VersionRange = {
        "type": ["string", "number"],
        "minimum": 0,
        "pattern": "^ *([*xX] *|((=|>=?|<=?|~|\\^)? *(0|[1-9][0-9]*)(\\.([*xX](\\.[*xX])?|(0|[1-9][0-9]*)(\\.([*xX]|(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?))?))?( *, *|$| +$))+)$",
        "patternErrorMessage": "a version range, such as `>=1.21, <1.23`",
        "not": { "type": "string", "pattern": ", *$" },
        "examples": [">=1.21, <1.23"],
    };
    /// A value of a variable: it says something, on one line, and holds no expression.
    ValueText = {
        "type": ["string", "number", "boolean"],
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$",
        "not": { "type": "string", "pattern": "\\$\\{\\{" },
    };
    /// What `--go` takes.
    WantedGo = {
        "type": ["string", "number"],
        "minimum": 0,
        "pattern": "^\\s*([Pp][Aa][Tt][Hh]|(go)?(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)|(rc|beta)(0|[1-9][0-9]*))?)\\s*$",
        "patternErrorMessage": "write `1.21` for its newest patch, `1.21.13`, or `path` for the `go` on PATH",
        "not": { "type": "integer" },
        "examples": ["1.21", "1.21.13", "path"],
    };
    /// From 1 on; quotes around it do not matter.
    CountText = { "type": ["integer", "string"], "minimum": 1, "pattern": "^[1-9][0-9]*$" };
    /// As many jobs as `--shards` takes.
    ShardCount = {
        "type": ["integer", "string"], "minimum": 1, "maximum": 10000, "pattern": "^([1-9][0-9]{0,3}|10000)$",
    };
    /// As much as `--timeout` takes.
    Seconds = {
        "patternErrorMessage": "a number of seconds, from 1 to 86400, without a unit",
        "type": ["integer", "string"], "minimum": 1, "maximum": 86400,
        "pattern": "^([1-9][0-9]{0,3}|[1-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400)$",
    };
    /// What a process may end with.
    ExitCode = {
        "type": ["integer", "string"], "minimum": -2147483648_i64, "maximum": 2147483647, "pattern": "^-?[0-9]{1,9}$",
        "default": 0,
    };
    /// A path from the repository's root, perhaps with `*`, `?` and `**`.
    GlobText = {
        "type": ["string", "number", "boolean"],
        "pattern": "[^\\s./]|\\.[^./]|/[^/]",
        "not": { "type": "string", "pattern": "[\\\\\\[\\]{}]|^\\s*(\\./)*(!|/|.:|\\.\\.(/|\\s*$))|/\\.\\.(/|\\s*$)" },
        "examples": [".github/workflows/ci.yml"],
    };
    /// RUNNER_OS.
    SystemName = { "enum": ["Windows", "Linux", "macOS"] };
    /// `2026-12-31`.
    DayText = {
        "type": "string",
        "pattern": "^\\s*[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\\s*$",
        "patternErrorMessage": "a day is written as `2026-12-31`",
        "examples": ["2026-12-31"],
    };
}

/// Names of an environment with values; no name is empty or holds a `=`.
pub(crate) struct EnvironmentMap;

/// Paths in the probe's own directory with the content of the files.
pub(crate) struct FileMap;

fn map_of<T: JsonSchema>(generator: &mut SchemaGenerator, names: Value) -> Schema {
    let values = generator.subschema_for::<T>();
    json_schema!({ "type": "object", "additionalProperties": values, "propertyNames": names })
}

impl JsonSchema for EnvironmentMap {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "EnvironmentMap".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        map_of::<EnvironmentText>(generator, json!({ "pattern": "^[^=\\u0000]+$" }))
    }
}

impl JsonSchema for FileMap {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FileMap".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut path = OwnPath::json_schema(generator);
        path.remove("type");
        map_of::<TemplateText>(generator, path.to_value())
    }
}

/// For `#[schemars(transform = …)]`: a key that must hold something counts only where it does.
pub(crate) fn filled(key: &str) -> Value {
    json!({ "required": [key], "properties": { key: { "not": { "type": "null" } } } })
}

/// A list that holds something.
pub(crate) fn listed(key: &str, least: usize) -> Value {
    json!({ "required": [key], "properties": { key: { "type": "array", "minItems": least } } })
}
