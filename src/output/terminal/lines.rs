//! Lines of a terminal: words in colours and links, wrapped without breaking
//! any of them, and written so that a runner takes no line for a command.

use crate::output::{
    document::{Span, Text},
    sanitize::disarmed_line,
};
use anstyle::Style;
use std::borrow::Cow;
use textwrap::{core::Fragment, wrap_algorithms::wrap_first_fit};
use unicode_width::UnicodeWidthStr;

/// Code up to this width stays on one line although there are blanks in it.
const WHOLE_CODE: usize = 40;

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A piece of a line that looks the same throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Run {
    text: String,
    style: Style,
    link: Option<String>,
}

/// What is never broken.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    runs: Vec<Run>,
    width: usize,
}

impl Word {
    pub(super) fn new(text: &str, style: Style) -> Self {
        Self { runs: vec![Run { text: text.to_owned(), style, link: None }], width: width(text) }
    }

    pub(super) fn columns(&self) -> usize {
        self.width
    }
}

impl Fragment for Word {
    #[expect(clippy::cast_precision_loss, reason = "no line has 2^52 columns")]
    fn width(&self) -> f64 {
        self.width as f64
    }

    fn whitespace_width(&self) -> f64 {
        1.0
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

/// A line, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line(Vec<Run>);

impl Line {
    /// Text without a line feed in one style.
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Self(vec![Run { text: text.into(), style, link: None }])
    }

    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|run| width(&run.text)).sum()
    }

    /// This line and another one behind it.
    pub(super) fn and(mut self, other: Self) -> Self {
        other.0.into_iter().for_each(|run| self.push(run));
        self
    }

    /// Blanks behind it up to so many columns.
    pub(super) fn padded(self, columns: usize) -> Self {
        let blanks = columns.saturating_sub(self.width());
        if blanks == 0 { self } else { self.and(Self::new(" ".repeat(blanks), Style::new())) }
    }

    fn push(&mut self, run: Run) {
        match self.0.last_mut() {
            Some(last) if last.style == run.style && last.link == run.link => last.text += &run.text,
            _ => self.0.push(run),
        }
    }

    fn of(words: &[Word]) -> Self {
        let mut line = Self::default();
        for word in words {
            if let (Some(before), Some(after)) = (line.0.last(), word.runs.first()) {
                let alike = before.style == after.style && before.link == after.link;
                let blank = if alike { after.clone() } else { Run::default() };
                line.push(Run { text: " ".to_owned(), ..blank });
            }
            word.runs.iter().for_each(|run| line.push(run.clone()));
        }
        line
    }

    /// As it is written, without a line feed.
    pub(super) fn written(&self, color: bool, links: bool) -> String {
        let shown = self.0.iter().rposition(|run| !run.text.trim_end_matches(' ').is_empty()).map_or(0, |at| at + 1);
        let mut text = String::new();
        for (at, run) in self.0[..shown].iter().enumerate() {
            let piece = if at + 1 == shown { run.text.trim_end_matches(' ') } else { &run.text };
            let link = run.link.as_deref().filter(|_| links);
            if let Some(url) = link {
                text += &format!("\u{1b}]8;;{url}\u{1b}\\");
            }
            if color {
                text += &format!("{}{piece}{:#}", run.style, run.style);
            } else {
                text += piece;
            }
            if link.is_some() {
                text += "\u{1b}]8;;\u{1b}\\";
            }
        }
        disarmed_line(&text).into_owned()
    }
}

/// A text in lines of at most so many columns, longer only where one word is.
pub(super) fn wrapped(text: &Text, style: Style, columns: usize) -> Vec<Line> {
    wrap(&words(text, style), columns)
}

/// Words in lines of at most so many columns, longer only where one word is.
#[expect(clippy::cast_precision_loss, reason = "no terminal has 2^52 columns")]
pub(super) fn wrap(lines: &[Vec<Word>], columns: usize) -> Vec<Line> {
    let broken = |words: &Vec<Word>| match words.as_slice() {
        [] => vec![Line::default()],
        words => wrap_first_fit(words, &[columns as f64]).into_iter().map(Line::of).collect(),
    };
    lines.iter().flat_map(broken).collect()
}

/// The words of each line of a text. In a sentence code stands in backquotes; where it is all there is,
/// as a value, it does not.
pub(super) fn words(text: &Text, style: Style) -> Vec<Vec<Word>> {
    let mark = if text.0.len() > 1 { "`" } else { "" };
    let mut words = Words { style, ..Words::default() };
    for span in &text.0 {
        match span {
            Span::Words(text) => words.flow(text, None),
            Span::Link { words: text, .. } => words.flow(text, span.address()),
            Span::Code(code) if width(code) <= WHOLE_CODE && !code.contains('\n') => {
                words.add(&format!("{mark}{code}{mark}"), None);
            }
            Span::Code(code) => words.flow(&format!("{mark}{code}{mark}"), None),
            Span::File { path, .. } => words.add(&span.plain(), file_url(path).as_deref()),
        }
    }
    words.end_line();
    words.lines
}

/// A text between two marks that stick to its first and last word, in one line.
pub(super) fn enclosed(open: &str, text: &Text, close: &str, style: Style) -> Vec<Word> {
    let mut words: Vec<Word> = words(text, style).into_iter().flatten().collect();
    let mark = |mark: &str| Run { text: mark.to_owned(), style, link: None };
    if let Some(first) = words.first_mut() {
        first.width += width(open);
        first.runs.insert(0, mark(open));
    }
    if let Some(last) = words.last_mut() {
        last.width += width(close);
        last.runs.push(mark(close));
    }
    words
}

#[derive(Default)]
struct Words {
    style: Style,
    lines: Vec<Vec<Word>>,
    line: Vec<Word>,
    word: Word,
}

impl Words {
    fn flow(&mut self, text: &str, link: Option<&str>) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.end_line();
            }
            for (at, word) in line.split([' ', '\t']).enumerate() {
                if at > 0 {
                    self.end_word();
                }
                self.add(word, link);
            }
        }
    }

    fn add(&mut self, text: &str, link: Option<&str>) {
        if !text.is_empty() {
            self.word.width += width(text);
            self.word.runs.push(Run { text: text.to_owned(), style: self.style, link: link.map(str::to_owned) });
        }
    }

    fn end_word(&mut self) {
        if !self.word.runs.is_empty() {
            self.line.push(std::mem::take(&mut self.word));
        }
    }

    fn end_line(&mut self) {
        self.end_word();
        self.lines.push(std::mem::take(&mut self.line));
    }
}

/// Where a terminal finds an absolute path, on Windows or elsewhere.
fn file_url(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let (lead, path) = match bytes {
        [b'/', ..] => ("file://", Cow::Borrowed(path)),
        [b'\\', b'\\', ..] => ("file:", Cow::Owned(path.replace('\\', "/"))),
        [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic() => {
            ("file:///", Cow::Owned(path.replace('\\', "/")))
        }
        _ => return None,
    };
    let mut url = lead.to_owned();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b':' | b'-' | b'.' | b'_' | b'~' => {
                url.push(char::from(byte));
            }
            byte => url += &format!("%{byte:02X}"),
        }
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;

    fn plain(text: &Text, columns: usize) -> Vec<String> {
        wrapped(text, Style::new(), columns).iter().map(|line| line.written(false, false)).collect()
    }

    #[test]
    fn no_word_is_broken() {
        let path = Text::words("wrote D:\\a\\app\\go\\bin\\probe-it.exe there");
        assert_eq!(plain(&path, 12), ["wrote", "D:\\a\\app\\go\\bin\\probe-it.exe", "there"]);
        assert_eq!(plain(&Text::words("a  b\tc d\n\ne"), 3), ["a b", "c d", "", "e"]);
        assert_eq!(plain(&Text::words("日本語 テスト"), 6), ["日本語", "テスト"]);
    }

    #[test]
    fn code_is_marked_within_a_sentence_only_and_stays_whole() {
        assert_eq!(plain(&Text::code("go env -w"), 80), ["go env -w"]);
        assert_eq!(plain(&Text::prose("run `go env -w` now"), 9), ["run", "`go env -w`", "now"]);
        let file = Text::from(Span::File { path: "C:\\Program Files\\Go".to_owned(), line: Some(3) });
        assert_eq!(plain(&file, 9), ["C:\\Program Files\\Go:3"]);
    }

    #[test]
    fn a_link_is_opened_and_closed_on_each_line() {
        let link =
            Text::from(Span::Link { words: "two words".to_owned(), url: "https://example.org/a?b=c".to_owned() });
        let lines = wrapped(&link, AnsiColor::Red.on_default(), 5);
        let written: Vec<String> = lines.iter().map(|line| line.written(true, true)).collect();
        let around = |word: &str| {
            format!("\u{1b}]8;;https://example.org/a?b=c\u{1b}\\\u{1b}[31m{word}\u{1b}[0m\u{1b}]8;;\u{1b}\\")
        };
        assert_eq!(written, [around("two"), around("words")]);
        for url in ["javascript:alert(1)", "http://x", "https://x/\u{1b}\\", "https://x/\u{7}a b"] {
            let evil = Text::from(Span::Link { words: "x".to_owned(), url: url.to_owned() });
            assert_eq!(wrapped(&evil, Style::new(), 5)[0].written(true, true), "x", "{url}");
        }
    }

    #[test]
    fn paths_of_each_kind_become_addresses() {
        assert_eq!(file_url("/a b/ü#1").as_deref(), Some("file:///a%20b/%C3%BC%231"));
        assert_eq!(file_url(r"D:\a\go").as_deref(), Some("file:///D:/a/go"));
        assert_eq!(file_url(r"\\server\share\x").as_deref(), Some("file://server/share/x"));
        assert_eq!(file_url("relative"), None);
    }

    #[test]
    fn no_line_is_a_command_to_a_runner() {
        let red = AnsiColor::Red.on_default();
        let line = Line::new("  ", Style::new()).and(Line::new("::error::x ##[group]", red));
        assert_eq!(line.written(false, false), "  \\u{3a}:error::x ##\\u{5b}group]");
        assert_eq!(line.written(true, false), "  \u{1b}[31m\\u{3a}:error::x ##\\u{5b}group]\u{1b}[0m");
        let split = Line::new("#", red).and(Line::new("#[x]", Style::new())).and(Line::new("  ", red));
        assert_eq!(split.written(false, false), "##\\u{5b}x]");
    }
}
