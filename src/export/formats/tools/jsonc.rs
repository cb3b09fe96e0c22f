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
use std::cell::Cell;

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

/// JsonPlaces of bytes that are asked for one after the other, so that a file is counted through once.
pub(super) struct JsonPlaces<'t> {
    text: &'t str,
    /// The byte that was asked for last, and its place.
    last: Cell<(usize, LineColumn)>,
}

impl<'t> JsonPlaces<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, last: Cell::new((0, LineColumn { line: 1, column: 1 })) }
    }

    pub(super) fn at(&self, byte: usize) -> LineColumn {
        let (from, mut place) = self.last.get();
        let Some(between) = self.text.get(from..byte) else { return LineColumn::of_byte(self.text, byte) };
        for letter in between.chars() {
            place = match letter {
                '\n' => LineColumn { line: place.line + 1, column: 1 },
                _ => LineColumn { column: place.column + 1, ..place },
            };
        }
        self.last.set((byte, place));
        place
    }
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
