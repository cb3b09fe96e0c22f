//! A file as its writer sees it: lines, and what stands at a place.

use std::ops::Range;

/// A text by lines.
pub(crate) struct SourceText<'a> {
    lines: Vec<&'a str>,
}

impl<'a> SourceText<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { lines: text.lines().collect() }
    }

    /// Counted from 1; empty where there is none.
    pub(crate) fn line(&self, number: u64) -> &'a str {
        let at = usize::try_from(number).unwrap_or(usize::MAX).wrapping_sub(1);
        self.lines.get(at).copied().unwrap_or_default()
    }

    /// The first line behind this one that says something.
    pub(crate) fn next_line(&self, number: u64) -> &'a str {
        let behind = self.lines.iter().skip(usize::try_from(number).unwrap_or(usize::MAX));
        let mut telling = behind.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        telling.next().copied().unwrap_or_default()
    }

    /// The nearest line before this one that says something.
    pub(crate) fn line_before(&self, number: u64) -> &'a str {
        let before = self.lines.iter().take(usize::try_from(number).unwrap_or(0).saturating_sub(1)).rev();
        before.copied().find(|line| !line.trim().is_empty()).unwrap_or_default()
    }

    /// The lines up to this one, without it.
    pub(crate) fn before(&self, number: u64) -> &[&'a str] {
        let end = usize::try_from(number).unwrap_or(0).saturating_sub(1).min(self.lines.len());
        &self.lines[..end]
    }
}

/// The byte at which a column of a line begins; its end for what lies behind.
pub(crate) fn byte_of(line: &str, column: u64) -> usize {
    let at = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte)
}

/// Blanks and tabs at the beginning.
pub(crate) fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// `why` of `why: because` and of `why:`; `None` where no such name begins the text.
pub(crate) fn key_of(text: &str) -> Option<&str> {
    let (key, rest) = text.split_once(':')?;
    let is_name = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.$".contains(&byte));
    (is_name && (rest.is_empty() || rest.starts_with([' ', '\t']))).then_some(key)
}

/// Where the value ends that begins at a byte: within `[]` and `{}` before the next `,` or the closing bracket, else
/// with the line or before a comment.
pub(crate) fn value_at(line: &str, start: usize) -> Range<usize> {
    let open = depth(&line[..start]) > 0;
    let mut nested = 0_usize;
    let mut end = line.len();
    let mut before = ' ';
    for (at, c) in line[start..].char_indices() {
        match c {
            '#' if before == ' ' && at > 0 => {
                end = start + at;
                break;
            }
            ',' | ']' | '}' if open && nested == 0 => {
                end = start + at;
                break;
            }
            '[' | '{' => nested += 1,
            ']' | '}' => nested = nested.saturating_sub(1),
            _ => {}
        }
        before = c;
    }
    start..start + line[start..end].trim_end().len()
}

/// How many brackets are open at the end of a text of one line.
fn depth(text: &str) -> usize {
    brackets(std::iter::once(text)).len()
}

/// The brackets that are open at the end of some lines: line and byte, counted from 0, and which.
pub(crate) fn brackets<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(usize, usize, char)> {
    let mut open: Vec<(usize, usize, char)> = Vec::new();
    let mut quote: Option<char> = None;
    for (number, line) in lines.enumerate() {
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            let begins = matches!(before, ' ' | '[' | '{' | ',');
            match (quote, c) {
                (Some(mark), _) if c == mark && before != '\\' => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') if begins => quote = Some(c),
                (None, '#') if before == ' ' => break,
                (None, '[' | '{') if begins || !open.is_empty() => open.push((number, at, c)),
                (None, ']' | '}') => drop(open.pop()),
                _ => {}
            }
            before = c;
        }
    }
    open
}

/// A text as YAML takes it for the same: in single quotes where it would mean something else without.
pub(crate) fn quoted_if_needed(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || "/.$~".contains(c));
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./$~@=+".contains(&byte));
    let is_word =
        ["true", "false", "null", "~", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    if begins && is_plain && !is_word { text.to_owned() } else { quoted(text) }
}

/// A text in single quotes, where a backslash is one.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value without the quotes around it.
pub(crate) fn bare(value: &str) -> &str {
    let inner = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_yaml_ends_it() {
        for (line, start, value) in [
            ("a: b # c", 3, "b"),
            ("a: b#c ", 3, "b#c"),
            ("a: [b, c]", 4, "b"),
            ("a: [b, {{.D}}]", 7, "{{.D}}"),
            ("a: { b: c }", 8, "c"),
            ("a: b, c]", 3, "b, c]"),
            ("a: '[' # x", 3, "'['"),
        ] {
            assert_eq!(&line[value_at(line, start)], value, "{line}");
        }
    }

    #[test]
    fn brackets_in_quotes_comments_and_words_are_none() {
        for (text, open) in [("a: [b", 1), ("a: '['", 0), ("a: \"[\"", 0), ("# [", 0), ("a: b[c", 0), ("a: [b[c]", 1)] {
            assert_eq!(brackets(text.lines()).len(), open, "{text}");
        }
    }

    #[test]
    fn what_yaml_would_take_for_something_else_is_quoted() {
        for (text, written) in [
            ("bash", "bash"),
            ("./...", "./..."),
            ("1.20", "'1.20'"),
            ("on", "'on'"),
            ("%A%\\b", "'%A%\\b'"),
            ("it's", "'it''s'"),
            ("a: b", "'a: b'"),
        ] {
            assert_eq!(quoted_if_needed(text), written);
        }
    }
}
