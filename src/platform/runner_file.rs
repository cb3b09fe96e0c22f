//! How the runner reads the files that steps write for it: GITHUB_ENV, GITHUB_OUTPUT and GITHUB_PATH.
//! Source: actions/runner, `src/Runner.Worker/FileCommandManager.cs`: `EnvFileKeyValuePairs`, `AddPathFileCommand`;
//! `ExecutionContext.cs`: `SetEnvContext`, `SetOutput`. What wants one meaning of such a file asks here.

use crate::platform::Platform;
use std::borrow::Cow;

/// One variable, or one output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunnerRecord<'a> {
    /// Never empty, not trimmed.
    pub name: &'a str,
    /// As the file has it; the line ends between the lines of a longer one with it.
    pub value: &'a str,
    /// The line on which it begins, counted from 1.
    pub line: usize,
}

/// Why the runner does not take a file, or not as its writers meant it. What a line says is not
/// repeated: it may be a secret that lost its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// PowerShell 5.1's `>>` made it so; UTF-8 behind it would spoil both.
    #[error("it begins with a UTF-16 or UTF-32 mark, and UTF-8 behind that would spoil the whole file")]
    Utf16,
    /// The runner takes it; no process can be given it whole.
    #[error(
        "line {0} holds a NUL, as UTF-16 without a mark and programs do: names and values end there for every process"
    )]
    Nul(usize),
    /// `Invalid format 'X'`.
    #[error("line {0} is neither `NAME=value` nor `NAME<<WORD`, so the runner refuses the file and fails the step")]
    NoRecord(usize),
    /// `Value cannot be null. (Parameter 'name')`.
    #[error("line {0} has no name before its `=`, so the runner refuses the file and fails the step")]
    NoName(usize),
    /// `Name must not be empty and delimiter must not be empty`.
    #[error(
        "line {0} has `<<` without a name before it and a word behind it, so the runner refuses the file and fails the step"
    )]
    HalfHeredoc(usize),
    /// `Matching delimiter not found`, `EOF marker missing new line`: what is appended would become part of that value.
    #[error(
        "an earlier writer left the value of `{name}`, which begins on line {line}, unfinished: its closing line is missing"
    )]
    Unfinished {
        /// Whose value.
        name: String,
        /// Where it begins.
        line: usize,
    },
}

impl Refusal {
    /// What to do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Utf16 | Self::Nul(_) => {
                "let what wrote it earlier in this step write UTF-8 (in Windows PowerShell 5.1 `>>` writes UTF-16: use `Out-File -Append -Encoding utf8`), or run this in a step of its own, which gets a new file"
            }
            _ => {
                "fix what wrote it earlier in this step (`NAME=value`, or `NAME<<WORD`, the lines of the value, `WORD`), or run this in a step of its own, which gets a new file"
            }
        }
    }
}

/// The text of a file. Bytes that are not UTF-8 become U+FFFD, as in the runner.
///
/// # Errors
/// It begins with the mark of another encoding, which the runner would read; nobody appends UTF-8 to that.
pub fn text(content: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    if [&[0xff, 0xfe][..], &[0xfe, 0xff], &[0, 0, 0xfe, 0xff]].iter().any(|mark| content.starts_with(mark)) {
        return Err(Refusal::Utf16);
    }
    // The first mark alone: another one is part of a name.
    Ok(String::from_utf8_lossy(content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)))
}

/// The records of GITHUB_ENV and GITHUB_OUTPUT in their order. Those before a refusal are in force, what follows it is
/// lost; the last of a name counts.
#[must_use]
pub fn records(text: &str, platform: Platform) -> Records<'_> {
    Records { text, at: 0, line: 0, platform, refused: false }
}

/// The entries of GITHUB_PATH; of equal ones the last counts, and the last of all comes first on PATH.
///
/// # Errors
/// A NUL, which would end PATH there.
pub fn path_lines(text: &str) -> Result<impl DoubleEndedIterator<Item = &str>, Refusal> {
    if let Some(at) = text.find('\0') {
        return Err(Refusal::Nul(text[..at].matches('\n').count() + 1));
    }
    // Other than in the other files a lone CR ends a line, on every system.
    Ok(text.split(['\n', '\r']).filter(|line| !line.is_empty()))
}

/// See [`records`].
#[derive(Clone, Debug)]
pub struct Records<'a> {
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    /// The number of the line that was read last.
    line: usize,
    platform: Platform,
    refused: bool,
}

impl<'a> Records<'a> {
    /// A line, and the length of its line end, if it has one. CR LF is one line end on Windows alone; elsewhere the CR
    /// is part of the line.
    fn read_line(&mut self) -> Option<(&'a str, Option<usize>)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        self.line += 1;
        let Some(end) = rest.find('\n') else {
            self.at = self.text.len();
            return Some((rest, None));
        };
        self.at += end + 1;
        let line = &rest[..end];
        match line.strip_suffix('\r').filter(|_| self.platform == Platform::Windows) {
            Some(line) => Some((line, Some(2))),
            None => Some((line, Some(1))),
        }
    }

    fn record(&mut self, line: &'a str) -> Result<RunnerRecord<'a>, Refusal> {
        let begins = self.line;
        let (equals, heredoc) = (line.find('='), line.find("<<"));
        let (name, value) = match (equals, heredoc) {
            (Some(equals), _) if heredoc.is_none_or(|heredoc| equals < heredoc) => {
                let (name, value) = (&line[..equals], &line[equals + 1..]);
                if name.is_empty() {
                    return Err(Refusal::NoName(begins));
                }
                (name, value)
            }
            (_, Some(heredoc)) => {
                let (name, delimiter) = (&line[..heredoc], &line[heredoc + 2..]);
                if name.is_empty() || delimiter.is_empty() {
                    return Err(Refusal::HalfHeredoc(begins));
                }
                let value = self
                    .body(delimiter)
                    .ok_or_else(|| Refusal::Unfinished { name: name.replace('\0', ""), line: begins })?;
                (name, value)
            }
            _ if line.contains('\0') => return Err(Refusal::Nul(begins)),
            _ => return Err(Refusal::NoRecord(begins)),
        };
        if name.contains('\0') || value.contains('\0') {
            return Err(Refusal::Nul(begins));
        }
        Ok(RunnerRecord { name, value, line: begins })
    }

    /// Up to the line that is the delimiter and nothing else, without the line end before that.
    fn body(&mut self, delimiter: &str) -> Option<&'a str> {
        let (start, mut end) = (self.at, self.at);
        loop {
            let (line, newline) = self.read_line()?;
            if line == delimiter {
                return Some(&self.text[start..end]);
            }
            end = self.at - newline?;
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<RunnerRecord<'a>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.refused {
            return None;
        }
        let line = loop {
            match self.read_line()?.0 {
                "" => {}
                line => break line,
            }
        };
        let record = self.record(line);
        self.refused = record.is_err();
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Platform::{Linux, Macos, Windows};

    type Pairs = &'static [(&'static str, &'static str)];

    const SPECIAL: Pairs = &[
        ("MY_ENV", "hello\none"),
        ("MY_ENV_2", "hello\ntwo"),
        ("MY_ENV_3", "hello\n\nthree\n"),
        ("MY_ENV_4", "hello=four"),
        ("MY_ENV_5", " EOF"),
    ];

    /// What the runner makes of a file: the pairs that it sets, and the number of the line at which it gives up.
    type Reading<'a> = (Vec<(&'a str, &'a str)>, Option<usize>);

    fn reading(content: &str, platform: Platform) -> Reading<'_> {
        let mut pairs = Vec::new();
        for record in records(content, platform) {
            match record {
                Ok(record) => pairs.push((record.name, record.value)),
                Err(
                    Refusal::Nul(line)
                    | Refusal::NoRecord(line)
                    | Refusal::NoName(line)
                    | Refusal::HalfHeredoc(line)
                    | Refusal::Unfinished { line, .. },
                ) => return (pairs, Some(line)),
                Err(Refusal::Utf16) => unreachable!("of a text"),
            }
        }
        (pairs, None)
    }

    /// Source: actions/runner, `src/Test/L0/Worker/SetEnvFileCommandL0.cs`, and the same in `SetOutputFileCommandL0.cs`.
    #[test]
    fn the_runners_own_tests_hold_with_lf_everywhere_and_with_crlf_on_windows() {
        let cases: &[(&str, &str, Pairs, Option<usize>)] = &[
            ("EmptyFile", "", &[], None),
            ("Simple", "MY_ENV=MY VALUE", &[("MY_ENV", "MY VALUE")], None),
            (
                "Simple_SkipEmptyLines",
                "\nMY_ENV=my value\n\nMY_ENV_2=my second value\n",
                &[("MY_ENV", "my value"), ("MY_ENV_2", "my second value")],
                None,
            ),
            ("Simple_EmptyValue", "MY_ENV=", &[("MY_ENV", "")], None),
            (
                "Simple_MultipleValues",
                "MY_ENV=my value\nMY_ENV_2=\nMY_ENV_3=my third value",
                &[("MY_ENV", "my value"), ("MY_ENV_2", ""), ("MY_ENV_3", "my third value")],
                None,
            ),
            (
                "Simple_SpecialCharacters",
                "MY_ENV==abc\nMY_ENV_2=def=ghi\nMY_ENV_3=jkl=",
                &[("MY_ENV", "=abc"), ("MY_ENV_2", "def=ghi"), ("MY_ENV_3", "jkl=")],
                None,
            ),
            (
                "Heredoc",
                "MY_ENV<<EOF\nline one\nline two\nline three\nEOF",
                &[("MY_ENV", "line one\nline two\nline three")],
                None,
            ),
            ("Heredoc_EmptyValue", "MY_ENV<<EOF\nEOF", &[("MY_ENV", "")], None),
            (
                "Heredoc_SkipEmptyLines",
                "\nMY_ENV<<EOF\nhello\nworld\nEOF\n\nMY_ENV_2<<EOF\nHELLO\nAGAIN\nEOF\n",
                &[("MY_ENV", "hello\nworld"), ("MY_ENV_2", "HELLO\nAGAIN")],
                None,
            ),
            (
                "Heredoc_SpecialCharacters",
                "MY_ENV<<=EOF\nhello\none\n=EOF\nMY_ENV_2<<<EOF\nhello\ntwo\n<EOF\nMY_ENV_3<<EOF\nhello\n\nthree\n\nEOF\nMY_ENV_4<<EOF\nhello=four\nEOF\nMY_ENV_5<<EOF\n EOF\nEOF",
                SPECIAL,
                None,
            ),
            ("Heredoc_MissingNewLine", "MY_ENV<<EOF line one line two line three EOF", &[], Some(1)),
            ("Heredoc_MissingNewLineMultipleLines", "MY_ENV<<EOF line one\n line two\n line three EOF", &[], Some(1)),
        ];
        for (name, content, pairs, refused) in cases {
            for platform in [Linux, Macos, Windows] {
                assert_eq!(reading(content, platform), (pairs.to_vec(), *refused), "{name}, {platform:?}");
            }
            let (crlf, expected) =
                (content.replace('\n', "\r\n"), pairs.iter().map(|(n, v)| (*n, v.replace('\n', "\r\n"))));
            let (found, at) = reading(&crlf, Windows);
            let found: Vec<_> = found.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
            assert_eq!((found, at), (expected.collect(), *refused), "{name} with CR LF");
        }
    }

    #[test]
    fn what_the_runners_source_says_of_the_rest() {
        let cases: &[(Platform, &str, Pairs, Option<usize>)] = &[
            // Only a line of no characters at all is skipped.
            (Linux, "A=1\n \nB=2\n", &[("A", "1")], Some(2)),
            (Linux, "A=1\n\t", &[("A", "1")], Some(2)),
            (Linux, "\r\nA=1\n", &[], Some(1)),
            (Windows, "\r\nA=1\r\n", &[("A", "1")], None),
            (Windows, "\r", &[], Some(1)),
            // What comes before a refusal is in force, what comes behind it is not.
            (Linux, "A=1\ngarbage\nB=2\n", &[("A", "1")], Some(2)),
            (Linux, "# a comment\n", &[], Some(1)),
            (Linux, "<", &[], Some(1)),
            (Linux, "=1\n", &[], Some(1)),
            (Linux, "=", &[], Some(1)),
            (Linux, "=<<EOF\n", &[], Some(1)),
            (Linux, "X<<\n\n", &[], Some(1)),
            (Linux, "<<EOF\nx\nEOF\n", &[], Some(1)),
            (Linux, "<<", &[], Some(1)),
            (Linux, "A=1\nX<<EOF\n", &[("A", "1")], Some(2)),
            (Linux, "X<<EOF", &[], Some(1)),
            (Linux, "X<<EOF\nEOF \n", &[], Some(1)),
            (Linux, "X<<EOF\neof\nEO", &[], Some(1)),
            // Of `=` and `<<` the first decides.
            (Linux, "A=b<<c\n", &[("A", "b<<c")], None),
            (Linux, "A<<b=c\nx\nb=c\n", &[("A", "x")], None),
            (Linux, " A =1 \n", &[(" A ", "1 ")], None),
            (Linux, "A B=\"1\"\n", &[("A B", "\"1\"")], None),
            // CR LF is a line end in the runner for Windows alone; a lone CR nowhere.
            (Linux, "A=1\r\n", &[("A", "1\r")], None),
            (Windows, "A=1\r\n", &[("A", "1")], None),
            (Windows, "A=1\r", &[("A", "1\r")], None),
            (Windows, "A=1\r\r\nB=2\rC=3\n", &[("A", "1\r"), ("B", "2\rC=3")], None),
            (Linux, "X<<EOF\r\nx\r\nEOF\r\n", &[("X", "x\r")], None),
            (Linux, "X<<EOF\r\nx\r\nEOF\n", &[], Some(1)),
            (Windows, "X<<EOF\r\nx\ny\r\nEOF\n", &[("X", "x\ny")], None),
            (Windows, "X<<EOF\r\nEOF\r", &[], Some(1)),
            (Linux, "X<<EOF\n\nEOF\n", &[("X", "")], None),
            (Linux, "X<<EOF\n\n\nEOF\n", &[("X", "\n")], None),
            // A second mark belongs to a name.
            (Linux, "\u{feff}A=1\n", &[("\u{feff}A", "1")], None),
            // Taken by the runner, and by no process.
            (Linux, "B=2\nA=\u{0}1\n", &[("B", "2")], Some(2)),
            (Linux, "A\0=\u{0}1\0\n\0", &[], Some(1)),
            (Linux, "X<<E\n\0\nE\n", &[], Some(1)),
        ];
        for (platform, content, pairs, refused) in cases {
            assert_eq!(reading(content, *platform), (pairs.to_vec(), *refused), "{platform:?} {content:?}");
        }
    }

    #[test]
    fn a_mark_of_utf8_is_skipped_once_and_another_one_refused() {
        assert_eq!(text(b"\xef\xbb\xbfA=1").unwrap(), "A=1");
        assert_eq!(text(b"\xef\xbb\xbf\xef\xbb\xbfA=1").unwrap(), "\u{feff}A=1");
        assert_eq!(text(b"A=\xff\n").unwrap(), "A=\u{fffd}\n");
        for marked in [&b"\xff\xfeA\0"[..], b"\xfe\xff\0A", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\xff\xfe"] {
            assert_eq!(text(marked), Err(Refusal::Utf16));
        }
    }

    #[test]
    fn entries_of_path_end_at_every_line_end() {
        let lines = |text| path_lines(text).map(Iterator::collect::<Vec<_>>);
        assert_eq!(lines("/a\r\n\n/b c \r/d\n \n=x").unwrap(), ["/a", "/b c ", "/d", " ", "=x"]);
        assert_eq!(lines("/a\n/b\0\n"), Err(Refusal::Nul(2)));
    }
}
