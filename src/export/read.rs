//! What reading a template gives: what it would set, each with its place, or the place where it cannot be read.
//! Nothing is run, and no variable is put in.

use crate::{
    export::template::{TemplateValue, ValuePiece},
    platform::Platform,
    ports::registry::Scope,
};
use std::{cell::Cell, collections::HashMap};

/// A template to be read.
#[derive(Clone, Copy, Debug)]
pub struct FileToImport<'a> {
    /// As it was given; shown in messages.
    pub path: &'a str,
    /// The whole.
    pub bytes: &'a [u8],
}

/// What a template would set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Where the file itself says so.
    pub scope: Option<Scope>,
    /// Whose path syntax the values have, where the format or the values tell.
    pub platform: Option<Platform>,
    /// In the order of the file; one that stands twice is there twice.
    pub variables: Vec<ImportedVariable>,
    /// Directories that go in front of PATH, or all of them behind it: first entry first.
    pub path: Vec<ImportedEntry>,
    /// Whether they go behind what PATH holds.
    pub behind_path: bool,
    /// What else the file would do that a reader should know: it removes a variable, it puts an entry behind PATH.
    pub remarks: Vec<ImportRemark>,
}

/// A variable that a template sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedVariable {
    /// As it is spelled there.
    pub name: String,
    /// What it is set to; `None` where only a run of the file could tell.
    pub value: Option<TemplateValue>,
    /// Where.
    pub at: LineColumn,
}

/// A directory that a template puts on PATH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedEntry {
    /// `None` where only a run of the file could tell.
    pub value: Option<TemplateValue>,
    /// Where.
    pub at: LineColumn,
}

/// Something else that a template does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRemark {
    /// A sentence without a full stop; backquotes enclose code.
    pub text: String,
    /// Where.
    pub at: LineColumn,
}

/// A place in a file, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

impl LineColumn {
    /// Of a byte in a text.
    #[must_use]
    pub fn of_byte(text: &str, byte: usize) -> Self {
        let end = (0..=byte.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

/// Places of bytes that are asked for one after the other, so that a text is counted through once.
pub(crate) struct PlacesInOrder<'t> {
    text: &'t str,
    /// The byte that was asked for last, and its place.
    last: Cell<(usize, LineColumn)>,
}

impl<'t> PlacesInOrder<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, last: Cell::new((0, LineColumn { line: 1, column: 1 })) }
    }

    pub(crate) fn at(&self, byte: usize) -> LineColumn {
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

/// A template cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{}:{}: {why}", at.line, at.column)]
pub struct ImportFault {
    /// As it was given.
    pub path: String,
    /// Where reading ended.
    pub at: LineColumn,
    /// What is wrong there.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// In bytes; a longer value, as of variables that double each other, is only for a run to tell.
const LONGEST_VALUE: usize = 32 << 10;

impl Imported {
    /// With the values that the file itself gives to variables in the place of those, where a value refers to them; in
    /// the order of the file.
    #[must_use]
    pub(crate) fn with_own_values(mut self) -> Self {
        let mut known: HashMap<String, Option<TemplateValue>> = HashMap::new();
        for one in &mut self.variables {
            one.value = one.value.take().and_then(|value| filled(value, &known));
            known.insert(one.name.clone(), one.value.clone());
        }
        for entry in &mut self.path {
            entry.value = entry.value.take().and_then(|value| filled(value, &known));
        }
        self
    }
}

/// A value with those of known variables; `None` where one of them is only for a run to tell.
pub(crate) fn filled(value: TemplateValue, known: &HashMap<String, Option<TemplateValue>>) -> Option<TemplateValue> {
    let mut whole = TemplateValue::default();
    let mut length = 0;
    for piece in value.pieces {
        let pieces = match &piece {
            ValuePiece::Variable(name) => match known.get(name) {
                Some(own) => own.clone()?.pieces,
                None => vec![piece],
            },
            ValuePiece::Text(_) => vec![piece],
        };
        for piece in pieces {
            whole.push(&piece);
            let (ValuePiece::Text(text) | ValuePiece::Variable(text)) = piece;
            length += text.len();
            if length > LONGEST_VALUE {
                return None;
            }
        }
    }
    Some(whole)
}

impl FileToImport<'_> {
    /// The text, where it is UTF-8, or UTF-16 with a mark; a mark is taken off.
    ///
    /// # Errors
    /// It is neither.
    pub fn text(&self) -> Result<String, ImportFault> {
        let bytes = self.bytes;
        let wide = |from: fn([u8; 2]) -> u16| {
            let units: Vec<u16> =
                bytes[2..].chunks(2).map(|pair| from([pair[0], pair.get(1).copied().unwrap_or(0)])).collect();
            String::from_utf16(&units).map_err(|_| self.fault("", 0, "it is not UTF-16, whose mark it begins with"))
        };
        match bytes {
            [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
            [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
            _ => {
                let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
                let text = std::str::from_utf8(plain).map_err(|error| {
                    let good = String::from_utf8_lossy(&plain[..error.valid_up_to()]);
                    self.fault(&good, good.len(), "it is not UTF-8")
                })?;
                Ok(text.to_owned())
            }
        }
    }

    /// A fault at a byte of the text.
    #[must_use]
    pub fn fault(&self, text: &str, byte: usize, why: &str) -> ImportFault {
        self.fault_at(LineColumn::of_byte(text, byte), why)
    }

    /// A fault at a place.
    #[must_use]
    pub fn fault_at(&self, at: LineColumn, why: &str) -> ImportFault {
        ImportFault {
            path: self.path.to_owned(),
            at,
            why: why.to_owned(),
            help: "`goenv-ci export --list` has the formats; nothing was run and nothing was set".to_owned(),
        }
    }
}
