//! What may be appended to one of the runner's files, and whether it is in force already. How the runner reads them is
//! `platform::runner_file`.

use crate::{
    plan::CommandFile,
    platform::{
        Platform,
        runner_file::{self, Refusal},
    },
    ports::NotAppended,
};
use std::collections::{HashMap, HashSet};

/// Why nothing can be appended to a file without harm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotAppend {
    /// The file is one that the runner does not take.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A value would become two records.
    #[error("the value of `{0}` holds a line end or a NUL, which could begin a second variable")]
    LineEnd(String),
}

impl From<CannotAppend> for NotAppended {
    fn from(error: CannotAppend) -> Self {
        let help = match &error {
            CannotAppend::Refused(refusal) => refusal.help(),
            CannotAppend::LineEnd(_) => "give one line without control characters",
        };
        Self { why: error.to_string(), help: help.to_owned() }
    }
}

/// The bytes to append so that the lines are in force, or `None` if they are.
///
/// The result begins with `\n` when the last line of the file lacks its own,
/// ends with `\n`, is UTF-8 and has no byte-order mark.
///
/// # Errors
/// The runner would refuse the file as it is, or what is appended would corrupt it.
pub fn to_append(
    file: CommandFile,
    content: &[u8],
    lines: &[String],
    platform: Platform,
) -> Result<Option<Vec<u8>>, CannotAppend> {
    if let Some(line) = lines.iter().find(|line| line.contains(['\r', '\n', '\0'])) {
        return Err(CannotAppend::LineEnd(line.split(['=', '\r', '\n', '\0']).next().unwrap_or_default().to_owned()));
    }
    let text = runner_file::text(content)?;
    let in_force = match file {
        CommandFile::Path => path_in_force(runner_file::path_lines(&text)?, lines),
        // The runner folds the names of outputs on every system.
        CommandFile::Output => records_in_force(&text, lines, platform, Platform::Windows)?,
        CommandFile::Env => records_in_force(&text, lines, platform, platform)?,
    };
    if in_force {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    if !content.is_empty() && !content.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    for line in lines {
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
    }
    Ok(Some(bytes))
}

/// Whether the last value of each name is ours; the whole text is read, for the runner may refuse it at its end.
fn records_in_force(text: &str, lines: &[String], platform: Platform, names: Platform) -> Result<bool, Refusal> {
    let pairs = lines.iter().filter_map(|line| line.split_once('='));
    let wanted: HashMap<_, &str> = pairs.map(|(name, value)| (names.fold_name(name), value)).collect();
    let mut in_force: HashSet<_> = HashSet::new();
    for record in runner_file::records(text, platform) {
        let record = record?;
        let name = names.fold_name(record.name);
        match wanted.get(&name) {
            Some(value) if *value == record.value => drop(in_force.insert(name)),
            Some(_) => drop(in_force.remove(&name)),
            None => {}
        }
    }
    Ok(lines.iter().all(|line| line.contains('=')) && wanted.keys().all(|name| in_force.contains(name)))
}

/// Whether the last lines, once each, are ours in our order: the last is searched first.
fn path_in_force<'a>(held: impl DoubleEndedIterator<Item = &'a str>, lines: &[String]) -> bool {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut held = held.rev().filter(|line| seen.insert(line));
    lines.iter().rev().all(|line| held.next() == Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use CommandFile::{Env, Output, Path};
    use Platform::{Linux, Windows};

    fn append(file: CommandFile, content: &[u8], line: &str) -> Result<Option<String>, CannotAppend> {
        to_append(file, content, &[line.to_owned()], Linux).map(|bytes| bytes.map(|b| String::from_utf8(b).unwrap()))
    }

    #[test]
    fn a_line_is_never_joined_to_one_that_lacks_its_end() {
        assert_eq!(append(Env, b"", "A=1").unwrap().unwrap(), "A=1\n");
        assert_eq!(append(Env, b"X=2\n", "A=1").unwrap().unwrap(), "A=1\n");
        assert_eq!(append(Env, b"X=2", "A=1").unwrap().unwrap(), "\nA=1\n");
    }

    #[test]
    fn what_is_in_force_is_not_written_again() {
        assert_eq!(append(Env, b"A=1\n", "A=1").unwrap(), None);
        assert_eq!(append(Env, b"\xef\xbb\xbfA=1\n", "A=1").unwrap(), None);
        assert_eq!(append(Env, b"A<<EOF\n1\nEOF\n", "A=1").unwrap(), None);
        assert!(append(Env, b"A=1\nA=2\n", "A=1").unwrap().is_some(), "a later writer won");
        assert!(append(Env, b"A<<EOF\nA=1\nEOF\n", "A=1").unwrap().is_some(), "a line in a value is not a variable");
        assert!(append(Env, b"a=1\n", "A=1").unwrap().is_some());
        assert_eq!(to_append(Env, b"a=1\r\n", &["A=1".to_owned()], Windows).unwrap(), None);
    }

    #[test]
    fn the_last_line_of_the_path_file_is_the_first_of_path() {
        assert_eq!(append(Path, b"/x\n/bin\n", "/bin").unwrap(), None);
        assert!(append(Path, b"/bin\n/x\n", "/bin").unwrap().is_some());
        assert!(append(Path, b"/BIN\n", "/bin").unwrap().is_some(), "the runner compares lines by their exact text");
    }

    #[test]
    fn a_file_that_would_be_spoilt_is_refused() {
        assert_eq!(append(Env, b"\xff\xfeA\0=\0", "A=1"), Err(Refusal::Utf16.into()));
        assert_eq!(append(Env, b"\xfe\xff", "A=1"), Err(Refusal::Utf16.into()));
        assert_eq!(append(Path, b"\xff\xfe", "/x"), Err(Refusal::Utf16.into()));
        assert_eq!(append(Path, b"/x\n/\0b\0", "/x"), Err(Refusal::Nul(2).into()));
        let unfinished = Refusal::Unfinished { name: "B".into(), line: 1 };
        assert_eq!(append(Env, b"B<<EOF\nx\n", "A=1"), Err(unfinished.into()));
        // What is in force above a line that the runner refuses is of no use: the step fails.
        assert_eq!(append(Env, b"A=1\ngarbage\n", "A=1"), Err(Refusal::NoRecord(2).into()));
        assert_eq!(append(Output, b"A=1\n=\n", "A=1"), Err(Refusal::NoName(2).into()));
        for line in ["A=1\nB=2", "A=1\rB=2", "A=1\0"] {
            assert_eq!(append(Env, b"", line), Err(CannotAppend::LineEnd("A".into())), "never a second variable");
        }
    }

    #[test]
    fn outputs_fold_their_names_everywhere_and_lines_are_in_force_together() {
        assert_eq!(append(Output, b"a=1\n", "A=1").unwrap(), None);
        let both = ["A=1".to_owned(), "B=2".to_owned()];
        assert_eq!(to_append(Env, b"B=2\nA=1\n", &both, Linux).unwrap(), None);
        assert!(to_append(Env, b"A=1\n", &both, Linux).unwrap().is_some());
        assert!(to_append(Env, b"A=1\nB=2\nA=\n", &both, Linux).unwrap().is_some());
        assert_eq!(to_append(Path, b"B=2\nA=1\n/x\nA=1\nB=2\n", &both, Linux).unwrap(), None);
        assert!(to_append(Path, b"A=1\n/x\nB=2\n", &both, Linux).unwrap().is_some());
    }

    /// Whatever is held, the runner finds our lines in what it holds afterwards, or nothing is appended.
    #[test]
    fn what_is_appended_is_what_the_runner_then_finds() {
        let parts = ["A", "=", "1", "<<", "E", "\n", "\r", " ", "\0", "\u{feff}"];
        let line = ["A=1".to_owned()];
        let (mut appended, mut refused) = (0, 0);
        for number in 0..10_usize.pow(5) {
            let digits = std::iter::successors(Some(number), |rest| Some(rest / 10)).take(5);
            let held: String = digits.map(|rest| parts[rest % 10]).collect();
            for platform in [Linux, Windows] {
                match to_append(Env, held.as_bytes(), &line, platform) {
                    Err(_) => {
                        refused += 1;
                        let text = runner_file::text(held.as_bytes()).unwrap().into_owned();
                        assert!(runner_file::records(&text, platform).any(|record| record.is_err()), "{held:?}");
                    }
                    Ok(more) => {
                        appended += usize::from(more.is_some());
                        let all = [held.as_bytes(), &more.unwrap_or_default()].concat();
                        assert_eq!(to_append(Env, &all, &line, platform), Ok(None), "{held:?}");
                    }
                }
            }
        }
        assert!(appended > 10_000 && refused > 10_000, "{appended} {refused}");
    }
}
