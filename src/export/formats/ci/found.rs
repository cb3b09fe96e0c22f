//! What a file would set, gathered: an entry of PATH that begins with a variable of the same file is that directory.

use crate::{
    export::{
        read::{ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
        template::{TemplateValue, ValuePiece},
    },
    platform::Platform,
};
use std::collections::HashMap;

/// In bytes, for all entries of PATH together; a file of a thousand long ones is nobody's.
const MOST_PUT_IN: usize = 1 << 20;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct FoundSettings {
    imported: Imported,
}

impl FoundSettings {
    /// In a file that is for machines of one kind of paths.
    pub(super) fn of(platform: Option<Platform>) -> Self {
        Self { imported: Imported { platform, ..Imported::default() } }
    }

    /// `None`: only a run tells.
    pub(super) fn variable(&mut self, name: &str, value: Option<TemplateValue>, at: LineColumn) {
        self.imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
    }

    /// In front of PATH, in the order of the file.
    pub(super) fn entry(&mut self, value: Option<TemplateValue>, at: LineColumn) {
        self.imported.path.push(ImportedEntry { value, at });
    }

    /// What else it does.
    pub(super) fn remark(&mut self, text: String, at: LineColumn) {
        self.imported.remarks.push(ImportRemark { text, at });
    }

    /// Whose path syntax the values have, as it turns out.
    pub(super) fn platform(&mut self, platform: Platform) {
        self.imported.platform = Some(platform);
    }

    /// A value of PATH: what is in front of the old one, what behind, and whether that is there at all.
    pub(super) fn path(&mut self, value: Option<&TemplateValue>, at: LineColumn) {
        let Some(value) = value else { return self.entry(None, at) };
        let entries = value.split(':');
        let is_path = |entry: &TemplateValue| matches!(entry.pieces.as_slice(), [ValuePiece::Variable(name)] if name.eq_ignore_ascii_case("PATH"));
        let old = entries.iter().position(is_path);
        if old.is_none() {
            self.remark("it replaces PATH".to_owned(), at);
        }
        for (number, entry) in entries.into_iter().enumerate() {
            if old.is_none_or(|old| number < old) {
                self.entry(Some(entry), at);
            } else if !is_path(&entry) {
                let shown = entry.in_plan(Platform::Linux);
                self.remark(format!("it puts `{shown}` behind PATH"), at);
            }
        }
    }

    /// All of it.
    pub(super) fn done(self) -> Imported {
        let mut imported = self.imported;
        let known: HashMap<&str, &TemplateValue> =
            imported.variables.iter().filter_map(|one| Some((one.name.as_str(), one.value.as_ref()?))).collect();
        let mut room = MOST_PUT_IN;
        for entry in &mut imported.path {
            let Some(value) = &mut entry.value else { continue };
            let Some(ValuePiece::Variable(name)) = value.pieces.first() else { continue };
            let length = |value: &TemplateValue| value.written(str::to_owned, str::to_owned).len();
            if let Some(own) = known.get(name.as_str())
                && let Some(rest) = room.checked_sub(length(own))
            {
                room = rest;
                let mut whole = (*own).clone();
                value.pieces[1..].iter().for_each(|piece| whole.push(piece));
                *value = whole;
            }
        }
        imported
    }
}
