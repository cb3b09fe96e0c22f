//! JSON with comments, as VS Code and dev containers have it, and the `${…}` in its strings.

use crate::{
    export::{
        read::{FileToImport, ImportFault, LineColumn},
        template::TemplateValue,
    },
    jsonc,
};
use jsonc_parser::ast::Object;

/// The object that a file is; none where it holds nothing.
pub(super) fn object<'t>(file: &FileToImport<'_>, text: &'t str) -> Result<Option<Object<'t>>, ImportFault> {
    jsonc::object(text).map_err(|why| file.fault_at(LineColumn { line: why.line, column: why.column }, why.why))
}

/// What stands between `${` and `}`.
pub(super) enum JsonReference<'n> {
    Variable(&'n str),
    /// It is no variable of the reader's: text.
    Text,
    /// Only a run could tell.
    Unknown,
}

/// A string with its references; `None` where only a run could tell.
pub(super) fn references(text: &str, reference: impl Fn(&str) -> JsonReference<'_>) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((inner, after)) = behind.split_once('}') else { break };
        value.push_text(before);
        match reference(inner) {
            JsonReference::Variable(name) => value.push_variable(name),
            JsonReference::Text => value.push_text(&rest[before.len()..rest.len() - after.len()]),
            JsonReference::Unknown => return None,
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
