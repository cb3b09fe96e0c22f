//! How JSON is laid out: a person can read the head, a line tool finds each
//! result on its own line, a terminal meets no character that commands it.

use crate::output::sanitize::{is_hidden, marked_as};
use schemars::{
    JsonSchema, Schema,
    generate::{Contract, SchemaSettings},
};
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};
use std::io::{self, Write};

/// The value as JSON, down to the second level one entry for each line.
///
/// # Errors
/// As the value's own serialization says.
pub fn to_text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    laid_out(value, LEVELS)
}

/// The value as JSON with an entry for each line on every level.
///
/// # Errors
/// As the value's own serialization says.
pub fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    laid_out(value, usize::MAX)
}

fn laid_out(value: &impl Serialize, levels: usize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Layout { levels, ..Layout::default() }))?;
    bytes.push(b'\n');
    // All that is written comes from `str`. Only within a string can `##[` stand, which a runner's log obeys.
    Ok(marked_as(&String::from_utf8_lossy(&bytes), "\\u005b").into_owned())
}

/// Appends an entry of a list of the root, as [`to_text`] lays it out there.
///
/// # Errors
/// As the value's own serialization says.
pub fn append_entry(bytes: &mut Vec<u8>, value: &impl Serialize) -> Result<(), serde_json::Error> {
    value.serialize(&mut Serializer::with_formatter(bytes, Layout { depth: LEVELS, levels: LEVELS, filled: false }))
}

/// Where a published schema is: in the repository that Cargo.toml names, at the tag of the major version, which editors
/// and validators read without anything else being published.
#[must_use]
pub fn schema_address(name: &str) -> String {
    let repository = env!("CARGO_PKG_REPOSITORY").trim_start_matches("https://github.com/");
    let major = env!("CARGO_PKG_VERSION_MAJOR");
    format!("https://raw.githubusercontent.com/{repository}/v{major}/docs/schema/{name}.schema.json")
}

/// The schema of a type, still without an address.
pub(crate) fn root_schema<T: JsonSchema>(contract: Contract) -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.contract = contract);
    settings.into_generator().into_root_schema_for::<T>()
}

/// Gives a schema its address.
pub(crate) fn identify(schema: &mut Schema, name: &str) {
    schema.insert("$id".to_owned(), schema_address(name).into());
}

/// The JSON Schema of a type as it is published in `docs/schema/NAME.schema.json`, with that address as its `$id`.
///
/// # Errors
/// As serde says; none is known.
pub fn schema<T: JsonSchema>(name: &str, contract: Contract) -> Result<String, serde_json::Error> {
    let mut schema = root_schema::<T>(contract);
    identify(&mut schema, name);
    serde_json::to_string_pretty(&schema).map(|text| text + "\n")
}

const LEVELS: usize = 2;

#[derive(Default)]
struct Layout {
    depth: usize,
    /// So deep each entry has a line of its own.
    levels: usize,
    filled: bool,
}

impl Layout {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let broken = self.filled && self.depth <= self.levels;
        self.depth -= 1;
        if broken {
            self.line(writer)?;
        }
        self.filled = true;
        writer.write_all(bracket)
    }

    fn entry<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        match first {
            _ if self.depth <= self.levels => self.line(writer),
            true => Ok(()),
            false => writer.write_all(b" "),
        }
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // By far the most text is plain ASCII, which the layout must not look at letter by letter.
        if fragment.bytes().fold(true, |plain, byte| plain & (byte < 0x7f)) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (plain, from) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut chars = from.chars();
            let mut units = [0; 2];
            for unit in chars.next().unwrap_or_default().encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::Quote => writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => writer.write_all(b"\\\\"),
            CharEscape::LineFeed => writer.write_all(b"\\n"),
            CharEscape::Tab => writer.write_all(b"\\t"),
            CharEscape::CarriageReturn => writer.write_all(b"\\r"),
            CharEscape::Backspace => writer.write_all(b"\\b"),
            CharEscape::FormFeed => writer.write_all(b"\\f"),
            CharEscape::Solidus => writer.write_all(b"/"),
            CharEscape::AsciiControl(byte) => write!(writer, "\\u{byte:04x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_character_is_escaped_and_comes_back_as_it_was() {
        let text = "a\u{9b}\u{1b}\u{202e}\u{e0041}\u{feff}ü\n\\\"";
        let written = to_text(&text).unwrap();
        assert_eq!(written, "\"a\\u009b\\u001b\\u202e\\udb40\\udc41\\ufeffü\\n\\\\\\\"\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn pretty_is_the_usual_layout_and_commands_nobody() {
        let value =
            serde_json::json!({"a": [], "b": {}, "c": [1, {"d": [2, "x"], "e": null}], "f": {"g": {"h": "\"ü"}}});
        assert_eq!(pretty(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap() + "\n");
        assert_eq!(pretty(&["\u{9b}1m"]).unwrap(), "[\n  \"\\u009b1m\"\n]\n");
    }

    #[test]
    fn a_command_to_a_runner_is_escaped_and_comes_back_as_it_was() {
        let written = to_text(&"##[error]x").unwrap();
        assert_eq!(written, "\"##\\u005berror]x\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), "##[error]x");
    }

    #[test]
    fn each_entry_of_the_second_level_has_its_own_line() {
        let written = to_text(&serde_json::json!({"a": [{"b": [1, 2], "c": {}}, {}], "d": []})).unwrap();
        assert_eq!(written, "{\n  \"a\": [\n    {\"b\": [1, 2], \"c\": {}},\n    {}\n  ],\n  \"d\": []\n}\n");
    }
}
