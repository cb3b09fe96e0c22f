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

/// The entries of a list such as PATH, one a line, where it does not fit into `columns`; at most `most` of them.
#[must_use]
pub fn wrap_list(list: &str, columns: usize, most: usize) -> Vec<String> {
    if width(list) <= columns {
        return vec![visible(list).into_owned()];
    }
    let drive = |entry: &str| {
        let mut bytes = entry.bytes().skip_while(|byte| *byte == b'"');
        bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && bytes.next() == Some(b':')
    };
    let separator = if list.contains(';') || drive(list) { ';' } else { ':' };
    let mut quoted = false;
    let entries: Vec<&str> = list
        .split(|c| {
            quoted ^= separator == ';' && c == '"';
            c == separator && !quoted
        })
        .collect();
    let shown = |entry: &&str| if entry.is_empty() { "(empty)".to_owned() } else { visible(entry).into_owned() };
    let mut lines: Vec<String> = entries.iter().take(most).map(shown).collect();
    if entries.len() > most {
        lines.push(format!("… {} more entries", entries.len() - most));
    }
    lines
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

    #[test]
    fn a_long_list_has_a_line_for_each_entry() {
        assert_eq!(wrap_list("/a:/b", 9, 5), ["/a:/b"]);
        assert_eq!(wrap_list("/a b::/c", 5, 2), ["/a b", "(empty)", "… 1 more entries"]);
        assert_eq!(wrap_list(r#""C:\a;b";D:\c"#, 5, 5), [r#""C:\a;b""#, r"D:\c"]);
        assert_eq!(wrap_list(r"C:\a\b\c", 5, 5), [r"C:\a\b\c"]);
    }
}
