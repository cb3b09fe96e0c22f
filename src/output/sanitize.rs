//! Makes values harmless before any format shows them. What commands a
//! terminal, reorders a line or cannot be seen is shown as `\u{1b}`.

use std::borrow::Cow;

/// Whether a character must not reach a reader as it is: controls, marks that
/// turn the reading direction, what takes no room, and what is no character.
/// Tab and line feed are the caller's business.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    let code = u32::from(c);
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(code, 0xAD | 0x61C | 0x180E | 0x200B | 0x200E..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F)
        || matches!(code, 0xFDD0..=0xFDEF | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
        || code & 0xFFFE == 0xFFFE
}

/// The text with hidden characters shown; line feeds and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    // Without a branch for each letter: by far the most text is plain ASCII.
    let plain = |byte: u8| (b' '..0x7f).contains(&byte) | (byte == b'\n') | (byte == b'\t');
    if text.bytes().fold(true, |all, byte| all & plain(byte)) || !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\r' => shown.push_str("\\r"),
            c if is_hidden(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The text in one line: a line feed becomes ` ⏎ `, a tab a blank.
#[must_use]
pub fn one_line(text: &str) -> String {
    visible(text.trim()).replace('\t', " ").replace('\n', " ⏎ ")
}

/// A text of which a runner takes no line for a command, see [`disarmed_line`]. Ends in a line feed.
#[must_use]
pub fn disarmed(text: &str) -> String {
    text.lines().map(|line| disarmed_line(line).into_owned() + "\n").collect()
}

/// What a runner takes for the beginning of a command wherever it stands in a line.
/// Source: actions/runner, `ActionCommand.cs`; Azure Pipelines' agent, `Command.cs`.
const MARKS: [&str; 2] = ["##[", "##vso["];

/// A text without the beginnings of commands that count anywhere in a line.
#[must_use]
pub fn unmarked(text: &str) -> Cow<'_, str> {
    marked_as(text, "\\u{5b}")
}

/// Like [`unmarked`], with another way to write the bracket: in JSON a string means the same with it.
#[must_use]
pub(crate) fn marked_as<'a>(text: &'a str, bracket: &str) -> Cow<'a, str> {
    let mut safe = Cow::Borrowed(text);
    for mark in MARKS.into_iter().filter(|mark| text.contains(mark)) {
        safe = Cow::Owned(safe.replace(mark, &format!("{}{bracket}", mark.trim_end_matches('['))));
    }
    safe
}

/// A line that a runner takes for no command: one that begins with `::`, or holds `##[` or `##vso[`, would be. Colours
/// and links before the `::` do not matter.
/// Source: actions/runner, `ActionCommand.cs`: blanks before `::` do not matter.
#[must_use]
pub fn disarmed_line(line: &str) -> Cow<'_, str> {
    let mut rest = line.trim_start();
    while let Some(sequence) = rest.strip_prefix('\u{1b}') {
        let end = match sequence.strip_prefix('[') {
            Some(codes) => codes.find(|c: char| ('@'..='~').contains(&c)).map(|at| at + 2),
            None => sequence.find("\u{1b}\\").map(|at| at + 2),
        };
        rest = sequence[end.unwrap_or(sequence.len())..].trim_start();
    }
    if !rest.starts_with("::") {
        return unmarked(line);
    }
    let (start, rest) = line.split_at(line.len() - rest.len());
    Cow::Owned(unmarked(&format!("{start}\\u{{3a}}{}", &rest[1..])).into_owned())
}

/// At most `most` characters, the rest counted. Both ends are kept, since a
/// command says what it is about first and what went wrong last.
#[must_use]
pub fn clip(text: &str, most: usize) -> Cow<'_, str> {
    // A text with no more bytes than that cannot have more characters.
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let count = text.chars().count();
    if count <= most {
        return Cow::Borrowed(text);
    }
    let tail = most / 4;
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    let (head_end, tail_start) = (at(most - tail), at(count - tail));
    let left_out = count - most;
    Cow::Owned(format!("{} … {left_out} characters left out … {}", &text[..head_end], &text[tail_start..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_commands_and_direction_marks_become_text() {
        assert_eq!(visible("\u{1b}[31mred\u{9b}0m\0\u{202e}txt\r"), r"\u{1b}[31mred\u{9b}0m\u{0}\u{202e}txt\r");
        assert_eq!(visible("D:\\a\\ü\t日本\n"), "D:\\a\\ü\t日本\n");
    }

    #[test]
    fn no_line_is_a_command_to_a_runner() {
        assert_eq!(disarmed("a\n  ::error::x\n##[group]"), "a\n  \\u{3a}:error::x\n##\\u{5b}group]\n");
        assert_eq!(disarmed("x ##vso[task.complete]##[a]"), "x ##vso\\u{5b}task.complete]##\\u{5b}a]\n");
        assert_eq!(disarmed("::a##[b]"), "\\u{3a}:a##\\u{5b}b]\n");
    }

    #[test]
    fn a_long_text_keeps_both_ends() {
        assert_eq!(clip("0123456789abcdef", 8), "012345 … 8 characters left out … ef");
        assert_eq!(clip("üüüü", 4), "üüüü");
    }
}
