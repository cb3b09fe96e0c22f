//! A PATH that is written as a whole, with the PATH that there is as one of its parts.

use crate::export::{
    read::{ImportRemark, Imported, ImportedEntry, LineColumn},
    template::{TemplateValue, ValuePiece},
};

/// What stands in front of the PATH that there is, and behind it.
pub(super) struct PathList {
    front: Vec<TemplateValue>,
    behind: Vec<TemplateValue>,
    keeps: bool,
}

impl PathList {
    pub(super) fn of(value: &TemplateValue, separator: char) -> Self {
        let mut parts = value.split(separator);
        let is_old = |part: &TemplateValue| matches!(part.pieces.as_slice(), [ValuePiece::Variable(name)] if name.eq_ignore_ascii_case("PATH"));
        let old = parts.iter().position(is_old);
        let mut behind = parts.split_off(old.unwrap_or(parts.len()));
        if old.is_some() {
            behind.remove(0);
        }
        Self { front: parts, behind, keeps: old.is_some() }
    }

    /// With what a variable that is an entry was set to in the same file.
    pub(super) fn resolved(mut self, known: impl Fn(&str) -> Option<TemplateValue>) -> Self {
        for entry in &mut self.front {
            if let [ValuePiece::Variable(name)] = entry.pieces.as_slice()
                && let Some(value) = known(name)
            {
                *entry = value;
            }
        }
        self
    }

    pub(super) fn add_to(self, imported: &mut Imported, at: LineColumn) {
        imported.path.extend(self.front.into_iter().map(|entry| ImportedEntry { value: Some(entry), at }));
        for entry in self.behind {
            let shown = entry.written(str::to_owned, |name| format!("${name}"));
            imported.remarks.push(ImportRemark { text: format!("it puts `{shown}` behind what PATH holds"), at });
        }
        if !self.keeps {
            let text = "it replaces PATH, and what it held is gone".to_owned();
            imported.remarks.push(ImportRemark { text, at });
        }
    }
}
