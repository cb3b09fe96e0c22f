//! How the runner reads a command file, and what may be appended to one.
//! Source: runner, `FileCommandManager.cs`: `EnvFileKeyValuePairs`, `AddPathFileCommand`.

use crate::{plan::CommandFile, platform::Platform};

/// Why a file cannot be appended to without harm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// PowerShell 5.1's `>>` made it so; UTF-8 behind it would spoil both.
    #[error("it begins with a UTF-16 or UTF-32 mark, and UTF-8 behind that would spoil the whole file")]
    Utf16,
    /// What is appended would become part of that value.
    #[error("an earlier writer left the value of `{0}` unfinished: its closing line is missing")]
    Unfinished(String),
    /// A value would become two records.
    #[error("the value of `{0}` holds a line end or a NUL, which could begin a second variable")]
    LineEnd(String),
}

/// The bytes to append so that the lines are in force, or `None` if they are.
///
/// The result begins with `\n` when the last line of the file lacks its own,
/// ends with `\n`, is UTF-8 and has no byte-order mark.
///
/// # Errors
/// Appending would corrupt the file.
pub fn to_append(
    file: CommandFile,
    content: &[u8],
    lines: &[String],
    platform: Platform,
) -> Result<Option<Vec<u8>>, Refusal> {
    if [&[0xff, 0xfe][..], &[0xfe, 0xff], &[0, 0, 0xfe, 0xff]].iter().any(|mark| content.starts_with(mark)) {
        return Err(Refusal::Utf16);
    }
    if let Some(line) = lines.iter().find(|line| line.contains(['\r', '\n', '\0'])) {
        return Err(Refusal::LineEnd(line.split(['=', '\r', '\n', '\0']).next().unwrap_or_default().to_owned()));
    }
    let text = String::from_utf8_lossy(content);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let in_force = match file {
        CommandFile::Path => path_in_force(text, lines),
        CommandFile::Env | CommandFile::Output => {
            let held = records(text, platform)?;
            let fold = |name: &str| {
                if file == CommandFile::Output { name.to_lowercase() } else { platform.fold_name(name).into_owned() }
            };
            let last = |name: &str| {
                held.iter().rev().find(|(held, _)| fold(held) == fold(name)).map(|(_, value)| value.as_str())
            };
            lines.iter().all(|line| line.split_once('=').is_some_and(|(name, value)| last(name) == Some(value)))
        }
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

/// Names and values in order. Lines that the runner would refuse are passed
/// over here: they fail the step anyway, and not because of us.
fn records(text: &str, platform: Platform) -> Result<Vec<(String, String)>, Refusal> {
    let mut records = Vec::new();
    let mut lines = text
        .split('\n')
        .map(|line| if platform == Platform::Windows { line.strip_suffix('\r').unwrap_or(line) } else { line });
    while let Some(line) = lines.next() {
        let (equals, heredoc) = (line.find('='), line.find("<<"));
        match (equals, heredoc) {
            (Some(at), None) => records.push((line[..at].to_owned(), line[at + 1..].to_owned())),
            (Some(at), Some(here)) if at < here => records.push((line[..at].to_owned(), line[at + 1..].to_owned())),
            (_, Some(here)) => {
                let (name, delimiter) = (&line[..here], &line[here + 2..]);
                let mut body: Vec<&str> = Vec::new();
                loop {
                    match lines.next() {
                        None => return Err(Refusal::Unfinished(name.to_owned())),
                        Some(end) if end == delimiter => break,
                        Some(inner) => body.push(inner),
                    }
                }
                records.push((name.to_owned(), body.join("\n")));
            }
            (None, None) => {}
        }
    }
    Ok(records)
}

/// Whether the last lines, once each, are ours in our order: the last is searched first.
fn path_in_force(text: &str, lines: &[String]) -> bool {
    let mut kept: Vec<&str> = Vec::new();
    for line in text.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        kept.retain(|k| *k != line);
        kept.push(line);
    }
    kept.ends_with(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use CommandFile::{Env, Path};
    use Platform::{Linux, Windows};

    fn append(file: CommandFile, content: &[u8], line: &str) -> Result<Option<String>, Refusal> {
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
        assert_eq!(append(Env, b"\xff\xfeA\0=\0", "A=1"), Err(Refusal::Utf16));
        assert_eq!(append(Env, b"\xfe\xff", "A=1"), Err(Refusal::Utf16));
        assert_eq!(append(Path, b"\xff\xfe", "/x"), Err(Refusal::Utf16));
        assert_eq!(append(Env, b"B<<EOF\nx\n", "A=1"), Err(Refusal::Unfinished("B".into())));
        for line in ["A=1\nB=2", "A=1\rB=2", "A=1\0"] {
            assert_eq!(append(Env, b"", line), Err(Refusal::LineEnd("A".into())), "never a second variable");
        }
    }
}
