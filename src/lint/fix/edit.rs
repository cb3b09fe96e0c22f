//! Changes to the text of a file, of which every other byte stays as it is.

use serde::Serialize;
use std::ops::Range;

/// One fix: edits of one file that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintFix {
    /// What it does, as an order: `move the checkout before setup-go`.
    pub label: String,
    /// Of the file of the finding; none touches another.
    pub edits: Vec<TextEdit>,
}

/// Bytes of a file and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextEdit {
    /// In bytes; empty where something is put in.
    pub bytes: Range<usize>,
    /// What stands there then.
    pub text: String,
}

/// The text with these edits; `None` where two of them touch the same bytes, or one leads out of the text.
pub(super) fn applied(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut ordered: Vec<&TextEdit> = edits.iter().collect();
    ordered.sort_by_key(|edit| (edit.bytes.start, edit.bytes.end));
    let (mut new, mut at) = (String::with_capacity(text.len()), 0);
    for edit in ordered {
        if edit.bytes.start < at {
            return None;
        }
        new.push_str(text.get(at..edit.bytes.start)?);
        new.push_str(&edit.text);
        at = edit.bytes.end;
    }
    new.push_str(text.get(at..)?);
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_leave_every_other_byte_and_never_touch_each_other() {
        let edit = |bytes: Range<usize>, text: &str| TextEdit { bytes, text: text.to_owned() };
        assert_eq!(applied("abcdef", &[edit(4..5, "X"), edit(1..3, "")]).as_deref(), Some("adXf"));
        assert_eq!(applied("ab", &[edit(1..1, "-"), edit(2..2, "\n")]).as_deref(), Some("a-b\n"));
        assert_eq!(applied("abc", &[edit(0..2, "x"), edit(1..3, "y")]), None);
        assert_eq!(applied("abc", &[edit(2..4, "")]), None);
        assert_eq!(applied("ä", &[edit(1..1, "x")]), None, "in the middle of a letter");
    }
}
