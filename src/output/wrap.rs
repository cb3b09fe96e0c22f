//! Breaks text into lines for a terminal. A word is never broken, so that a
//! path can still be copied.

use crate::output::sanitize::visible;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text in lines of at most `columns`, longer only where one word is.
/// Line feeds are kept, hidden characters shown.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in visible(text).split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split_whitespace() {
            let wide = width(word);
            if used > 0 && used + 1 + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += wide;
        }
        lines.push(line);
    }
    lines
}

/// The text and blanks up to `columns`.
#[must_use]
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_one_piece() {
        assert_eq!(
            wrap("wrote D:\\a\\app\\go\\bin\\probe.exe there", 12),
            ["wrote", "D:\\a\\app\\go\\bin\\probe.exe", "there"]
        );
        assert_eq!(wrap("a b c d", 3), ["a b", "c d"]);
    }
}
