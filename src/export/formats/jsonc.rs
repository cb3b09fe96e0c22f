//! JSON with comments, as VS Code and dev containers have it, and the `${…}` in its strings.

use crate::export::{
    read::{FileToImport, ImportFault, LineColumn},
    template::TemplateValue,
};
use jsonc_parser::{
    ParseOptions,
    ast::{Object, Value},
    parse_to_ast,
};

/// The object that a file is; none where it holds nothing.
pub(super) fn object<'t>(file: &FileToImport<'_>, text: &'t str) -> Result<Option<Object<'t>>, ImportFault> {
    // What VS Code itself reads without a complaint.
    let options = ParseOptions {
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &Default::default(), &options).map_err(|error| {
        let at = LineColumn { line: error.line_display(), column: error.column_display() };
        file.fault_at(at, &error.kind().to_string())
    })?;
    match parsed.value {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(file.fault_at(LineColumn { line: 1, column: 1 }, "an object is expected")),
    }
}

/// What stands between `${` and `}`.
pub(super) enum Reference<'n> {
    Variable(&'n str),
    /// It is no variable of the reader's: text.
    Text,
    /// Only a run could tell.
    Unknown,
}

/// A string with its references; `None` where only a run could tell.
pub(super) fn references(text: &str, reference: impl Fn(&str) -> Reference<'_>) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((inner, after)) = behind.split_once('}') else { break };
        value.push_text(before);
        match reference(inner) {
            Reference::Variable(name) => value.push_variable(name),
            Reference::Text => value.push_text(&rest[before.len()..rest.len() - after.len()]),
            Reference::Unknown => return None,
        }
        rest = after;
    }
    value.push_text(rest);
    Some(value)
}

/// A string of JSON. What cannot be seen is written by its number.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            _ if crate::output::sanitize::is_hidden(letter) => {
                let units =
                    letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
                quoted.push_str(&units);
            }
            _ => quoted.push(letter),
        }
    }
    quoted + "\""
}
