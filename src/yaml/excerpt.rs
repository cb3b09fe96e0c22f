//! The line of a file that an error is about, with a mark below its column.

use crate::{
    output::{mask::masked, sanitize::visible},
    yaml::source::{SourceText, byte_of, indentation},
};
use unicode_width::UnicodeWidthStr;

/// Columns of a line that are shown.
const ROOM: usize = 90;

/// How much of a longer line stands before the mark.
const BEFORE: usize = 40;

/// Three lines, or none where the file has no such line, or nothing stands in it.
pub(super) fn of(source: &SourceText, line: u64, column: u64) -> String {
    let said = source.line(line);
    if said.trim().is_empty() {
        return String::new();
    }
    let text = masked(said);
    // Columns are those of the file; behind what is masked they are others.
    let at = if text == said { byte_of(said, column) } else { indentation(said).len() };
    let (before, behind) = text.split_at(at);
    let (before, behind) = (shown(before), shown(behind));
    let cut = before.chars().count().saturating_sub(BEFORE);
    let is_cut = cut > 0 && before.width() + behind.width() > ROOM;
    let before = if is_cut { format!("…{}", before.chars().skip(cut).collect::<String>()) } else { before };
    let room = ROOM.saturating_sub(before.width());
    let tail = if behind.chars().count() > room {
        behind.chars().take(room.saturating_sub(1)).collect::<String>() + "…"
    } else {
        behind
    };
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    format!("  {gutter} |\n  {number} | {before}{tail}\n  {gutter} | {}^\n", " ".repeat(before.width()))
}

/// A tab is one to see.
fn shown(text: &str) -> String {
    visible(text).replace('\t', "→")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, line: u64, column: u64) -> String {
        of(&SourceText::new(text), line, column)
    }

    #[test]
    fn the_mark_stands_below_its_column() {
        assert_eq!(excerpt("a: 1\nb: ü漢x\n", 2, 6), "    |\n  2 | b: ü漢x\n    |       ^\n");
        assert_eq!(excerpt("\twhy: x", 1, 1), "    |\n  1 | →why: x\n    | ^\n");
        assert_eq!(excerpt("a:", 1, 9), "    |\n  1 | a:\n    |   ^\n");
    }

    #[test]
    fn where_there_is_no_line_nothing_is_shown() {
        for (line, text) in [(0, "a"), (2, "a"), (1, ""), (1, "  "), (u64::MAX, "a")] {
            assert_eq!(excerpt(text, line, 1), "", "{line}");
        }
    }

    #[test]
    fn a_long_line_is_shown_around_its_mark_and_commands_nobody() {
        let long = format!("{}X{}", "a".repeat(5_000), "b".repeat(5_000));
        let shown = excerpt(&long, 1, 5_001);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1].width() < 100 && lines[1].chars().nth(lines[2].width() - 1) == Some('X'), "{shown}");
        assert!(excerpt("a: \u{1b}[31m", 1, 1).contains("\\u{1b}"));
        for column in [1, 4, 12, 20] {
            assert!(!excerpt("a: https://me:secret@host/x", 1, column).contains("secret"));
        }
    }
}
