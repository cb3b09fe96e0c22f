//! What a command has to say to a person, said once. `terminal`, `markdown` and
//! `html` each show it; none of them decides what is said, and no command
//! knows how it is shown. Values go in as they are: escaping, clipping, wrapping
//! and colours are the renderers' business.

use crate::output::sanitize::{clip, visible};
use crate::status::{Severity, Status};
use std::borrow::Cow;

/// The whole answer of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What was asked: `doctor`, `report`. Names the page.
    pub command: &'static str,
    /// What this is about, for answers that judge nothing: `Plan for windows-2022`. First in every format.
    pub title: Option<Text>,
    /// The verdict on the whole in one sentence without a full stop: first on a page and in a summary,
    /// last in a terminal, where the last line is the one that is read.
    pub headline: Option<Headline>,
    /// Beside the headline; zeros are shown quietly.
    pub counts: Vec<Count>,
    /// Where and on what; below the headline on a page and in a summary, not in a terminal.
    pub facts: Vec<Field>,
    /// The content, from top to bottom.
    pub blocks: Vec<Block>,
    /// What to do next, below the headline in a terminal only: `goenv-ci explain --all shows all`.
    pub hints: Vec<Text>,
}

/// The verdict on the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// Decides the colour; `None`: nothing was judged.
    pub status: Option<Status>,
    /// One sentence without a full stop.
    pub text: Text,
    /// What a terminal shows after the sentence, and pages elsewhere: counts and time. May be empty.
    pub tail: String,
}

/// How many of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The colour; `None`: plain, such as a duration.
    pub status: Option<Status>,
    /// `12`, or `14.2 s`.
    pub number: String,
    /// `passed`, `in all`.
    pub word: String,
}

/// A part of the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Begins a part; shown only if something follows before the next one.
    Heading(Text),
    /// A paragraph.
    Paragraph(Text),
    /// A sentence that somebody should not miss, without a full stop.
    Notice(Severity, Text),
    /// Names with their values below each other.
    Fields(Vec<Field>),
    /// Rows and columns.
    Table(Table),
    /// Things that each have a status: findings, failures, claims.
    Entries(Entries),
    /// One line for each.
    List(Vec<Text>),
    /// Lines to copy; shown as they are, never wrapped.
    Code(String),
    /// Behind a click on a page and in a summary; left out of a terminal.
    Folded(Folded),
}

/// What is behind a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// Beside the summary.
    pub status: Option<Status>,
    /// The line to click.
    pub summary: Text,
    /// Whether a page shows it open at first.
    pub open: bool,
    /// What is behind.
    pub blocks: Vec<Block>,
}

/// Entries below each other, of which a format may show the first ones only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// The most important first.
    pub shown: Vec<Entry>,
    /// How many more there are that nobody kept.
    pub more: usize,
    /// Where a reader finds those that are not shown: `report.json has them all`. A sentence without a full stop.
    pub elsewhere: Text,
}

/// Something with a status of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its status in colour and word.
    pub mark: Mark,
    /// What it is, in one line.
    pub title: Text,
    /// What it is called where people look it up: `gobin-not-on-path`.
    pub id: Option<Text>,
    /// One sentence without a full stop.
    pub summary: Option<Text>,
    /// The lines of a file that it is about.
    pub frame: Option<Frame>,
    /// What is known of it.
    pub fields: Vec<Field>,
    /// For those who want to know more: [`Block::Folded`] mostly.
    pub details: Vec<Block>,
}

/// Lines of files in which something is marked, as compilers show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The colour of the first mark.
    pub severity: Severity,
    /// The first one has what it is about.
    pub parts: Vec<FramePart>,
}

/// Lines of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FramePart {
    /// As it is shown.
    pub path: String,
    /// The number of the first line of `source`.
    pub first_line: usize,
    /// The lines from the first mark to the last one; those between marks may be left out.
    pub source: String,
    /// In any order; none: the file as a whole.
    pub marks: Vec<FrameMark>,
}

/// What is marked in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameMark {
    /// From 1.
    pub line: usize,
    /// From 1, in characters; 0: the whole line.
    pub column: usize,
    /// Behind the last character; 0: to the end of the line.
    pub end_column: usize,
    /// A clause beside it; may be empty.
    pub label: String,
    /// Whether this is what the frame is about, and not what belongs to it.
    pub is_primary: bool,
}

/// A status as it is shown: colour and word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The colour and the sign; `None`: nothing to judge.
    pub status: Option<Status>,
    /// `fail`, `warning`, `refuted`: lower case, formats may change that.
    pub word: Cow<'static, str>,
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// `GOBIN`, `expected`.
    pub name: String,
    /// The value.
    pub value: Value,
    /// Below the value: where it comes from, what it shadows.
    pub notes: Vec<Note>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(Text),
    /// One line for each: the entries of PATH.
    List(Vec<Text>),
    /// To copy, as it is: a command, the text of a file.
    Code(String),
}

/// A line below a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The colour; `None`: quieter than the value.
    pub status: Option<Status>,
    /// A sentence without a full stop.
    pub text: Text,
}

/// Rows and columns. A format that is too narrow shows the columns in several turns, each with the first one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// As many as each row has cells. May be empty: no head.
    pub head: Vec<Text>,
    /// The cells; the first of each row names it.
    pub rows: Vec<Vec<Cell>>,
    /// How many more rows there are that nobody kept.
    pub more: usize,
}

/// One cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The sign before the text, and its colour.
    pub status: Option<Status>,
    /// May be empty.
    pub text: Text,
}

/// Words, among them code and links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Words(String),
    /// A name, a value, a command.
    Code(String),
    /// A file or a directory, which a terminal can open.
    File {
        /// Its absolute path.
        path: String,
        /// Where in it, from 1.
        line: Option<usize>,
    },
    /// Words that lead somewhere.
    Link {
        /// What is read.
        words: String,
        /// An `https` address.
        url: String,
    },
}

impl Text {
    /// Words as they are, backquotes too.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self(vec![Span::Words(text.into())])
    }

    /// A name, a value, a command.
    #[must_use]
    pub fn code(text: impl Into<String>) -> Self {
        Self(vec![Span::Code(text.into())])
    }

    /// A sentence in which backquotes enclose code. One without a partner is a character like any other.
    #[must_use]
    pub fn prose(text: &str) -> Self {
        let mut spans = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('`') {
            let Some(length) = rest[open + 1..].find('`') else { break };
            let (words, code) = (&rest[..open], &rest[open + 1..open + 1 + length]);
            spans.extend((!words.is_empty()).then(|| Span::Words(words.to_owned())));
            spans.extend((!code.is_empty()).then(|| Span::Code(code.to_owned())));
            rest = &rest[open + length + 2..];
        }
        spans.extend((!rest.is_empty()).then(|| Span::Words(rest.to_owned())));
        Self(spans)
    }

    /// This text and another one behind it.
    #[must_use]
    pub fn and(mut self, other: impl Into<Self>) -> Self {
        self.0.extend(other.into().0);
        self
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.plain().is_empty())
    }

    /// What is read, without any marks.
    #[must_use]
    pub fn plain(&self) -> String {
        self.0.iter().map(Span::plain).collect()
    }

    /// As a renderer may show it: at most `most` characters, hidden ones shown. Line feeds stay.
    /// A text that had to be clipped is words alone, or code alone.
    #[must_use]
    pub fn shown(&self, most: usize) -> Self {
        let length: usize = self.0.iter().map(|span| span.plain().chars().count()).sum();
        if length <= most {
            return Self(self.0.iter().map(Span::shown).collect());
        }
        let text = visible(&clip(&self.plain(), most)).into_owned();
        Self(vec![if let [Span::Code(_)] = self.0.as_slice() { Span::Code(text) } else { Span::Words(text) }])
    }

    /// As [`Text::shown`], in one line.
    #[must_use]
    pub fn in_one_line(&self, most: usize) -> Self {
        let mut text = self.shown(most);
        for span in &mut text.0 {
            match span {
                Span::Words(text)
                | Span::Code(text)
                | Span::File { path: text, .. }
                | Span::Link { words: text, .. } => {
                    if text.contains(['\n', '\t']) {
                        *text = text.replace('\t', " ").replace('\n', " ⏎ ");
                    }
                }
            }
        }
        text
    }
}

impl Span {
    /// What is read, without any marks.
    #[must_use]
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Words(text) | Self::Code(text) | Self::Link { words: text, .. } => Cow::Borrowed(text),
            Self::File { path, line: None } => Cow::Borrowed(path),
            Self::File { path, line: Some(line) } => Cow::Owned(format!("{path}:{line}")),
        }
    }

    /// The address of a link, if it is one of `https` that no format has to escape.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let Self::Link { url, .. } = self else { return None };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#=&%+,@".contains(c);
        (url.starts_with("https://") && url.chars().all(plain)).then_some(url)
    }

    fn shown(&self) -> Self {
        let shown = |text: &str| visible(text).into_owned();
        match self {
            Self::Words(text) => Self::Words(shown(text)),
            Self::Code(text) => Self::Code(shown(text)),
            // What it opens must be the file itself.
            Self::File { path, .. } if shown(path) != *path => Self::Words(shown(&self.plain())),
            Self::File { .. } => self.clone(),
            Self::Link { words, url } => Self::Link { words: shown(words), url: url.clone() },
        }
    }
}

/// A sentence in which backquotes enclose code.
impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::prose(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::prose(&text)
    }
}

impl From<Span> for Text {
    fn from(span: Span) -> Self {
        Self(vec![span])
    }
}

impl Field {
    /// A name and words, no notes.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<Text>) -> Self {
        Self { name: name.into(), value: Value::Text(value.into()), notes: Vec::new() }
    }

    /// A name and something to copy.
    #[must_use]
    pub fn code(name: impl Into<String>, lines: impl Into<String>) -> Self {
        Self { name: name.into(), value: Value::Code(lines.into()), notes: Vec::new() }
    }

    /// With a quiet line below the value.
    #[must_use]
    pub fn note(mut self, text: impl Into<Text>) -> Self {
        self.notes.push(Note { status: None, text: text.into() });
        self
    }
}

impl Cell {
    /// A cell that is not judged.
    #[must_use]
    pub fn new(text: impl Into<Text>) -> Self {
        Self { status: None, text: text.into() }
    }
}

impl From<Status> for Mark {
    fn from(status: Status) -> Self {
        Self { status: Some(status), word: Cow::Borrowed(status.name()) }
    }
}

impl From<Severity> for Mark {
    fn from(severity: Severity) -> Self {
        Self { status: Some(severity.status()), word: Cow::Borrowed(severity.name()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backquotes_enclose_code_and_a_lone_one_stays() {
        let words = |text: &str| Span::Words(text.to_owned());
        let code = |text: &str| Span::Code(text.to_owned());
        assert_eq!(Text::prose("`a` is b").0, [code("a"), words(" is b")]);
        assert_eq!(Text::prose("x `a` `").0, [words("x "), code("a"), words(" `")]);
        assert!(Text::prose("``").is_empty());
    }
}
