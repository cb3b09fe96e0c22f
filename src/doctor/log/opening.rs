//! What stands before a message on a line of a log: colours, the time and the names of job and step, marks of the
//! runner, and the places and programs that a message is said about.

use std::borrow::Cow;

/// Layers of marks around a line; more is nobody's log.
const LAYERS: usize = 8;
/// Places at which a message may begin.
const STARTS: usize = 12;

/// A line without escape sequences, and only what is left on the screen of a line that is drawn over.
pub(super) fn plain(line: &str) -> Cow<'_, str> {
    let line = line.trim_end_matches('\r');
    let line = line.rsplit('\r').find(|part| !part.trim().is_empty()).unwrap_or(line);
    if !line.contains('\u{1B}') {
        return Cow::Borrowed(line);
    }
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\u{1B}' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            // CSI: up to its final byte.
            Some('[') => {
                let _ = rest.by_ref().find(|c| ('@'..='~').contains(c));
            }
            // OSC: up to BEL or ESC \.
            Some(']') => {
                while let Some(c) = rest.next() {
                    if c == '\u{7}' || (c == '\u{1B}' && rest.next_if_eq(&'\\').is_some()) {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    Cow::Owned(plain)
}

/// A line without what CI systems put before it. Its indentation stays.
pub(super) fn bare(line: &str) -> &str {
    let mut bare = line;
    for _ in 0..LAYERS {
        let Some(rest) = job_and_step(bare)
            .or_else(|| time(bare))
            .or_else(|| mark(bare))
            .or_else(|| container(bare))
            .or_else(|| logger(bare))
        else {
            break;
        };
        bare = rest;
    }
    bare
}

/// `gh run view --log`: job, step and time, with tabs between.
fn job_and_step(line: &str) -> Option<&str> {
    let mut parts = line.splitn(3, '\t');
    let (job, step, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let rest = rest.trim_start_matches('\u{FEFF}');
    (!job.is_empty() && !step.is_empty() && time(rest).is_some()).then_some(rest)
}

/// `2026-01-01T00:00:00.0000000Z ` and its like, in brackets or with GitLab's mark of the stream behind.
fn time(line: &str) -> Option<&str> {
    let line = line.trim_start_matches('\u{FEFF}');
    let (line, closing) = match line.strip_prefix('[') {
        Some(line) => (line, "]"),
        None => (line, ""),
    };
    let shape = line.as_bytes().get(..19)?;
    let like = |(at, byte): (usize, &u8)| match at {
        4 | 7 => *byte == b'-',
        10 => matches!(byte, b'T' | b' '),
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    };
    if !shape.iter().enumerate().all(like) {
        return None;
    }
    let rest = line[19..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | 'Z' | '+'));
    let rest = rest.strip_prefix(closing)?;
    if rest.is_empty() {
        return Some(rest);
    }
    let rest = rest.strip_prefix(' ')?;
    // GitLab: the stream's number in two digits, its letter, and `+` for a line that goes on.
    match rest.as_bytes() {
        [a, b, b'O' | b'E', b' ' | b'+', ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => Some(&rest[4..]),
        _ => Some(rest),
    }
}

/// Marks of an error or a warning, as the runner shows and as it reads them.
fn mark(line: &str) -> Option<&str> {
    for mark in ["##[error]", "##[warning]", "##vso[task.logissue type=error]", "[error]", "[warning]"] {
        if let Some(rest) = line.strip_prefix(mark) {
            return Some(rest);
        }
    }
    let command = line.strip_prefix("::error").or_else(|| line.strip_prefix("::warning"))?;
    match command.split_once("::")? {
        (properties, message) if properties.is_empty() || properties.starts_with(' ') => Some(message),
        _ => None,
    }
}

/// `service-1  | ` of docker compose, `#12 3.456 ` of BuildKit.
fn container(line: &str) -> Option<&str> {
    if let Some((name, rest)) = line.split_once("| ") {
        let name = name.trim_end();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        return (!name.is_empty() && name.chars().all(is_name)).then_some(rest);
    }
    let mut words = line.strip_prefix('#')?.splitn(3, ' ');
    let (step, seconds, rest) = (words.next()?, words.next()?, words.next()?);
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    (digits(step) && digits(seconds)).then_some(rest)
}

/// `level=error msg="`, as golangci-lint and others quote Go.
fn logger(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("level=error ").or_else(|| line.strip_prefix("level=fatal "))?;
    let quoted = rest.strip_prefix("msg=\"")?;
    Some(quoted.trim_end().trim_end_matches('"'))
}

/// Where on a bare line a message may begin.
pub(super) struct Opening;

impl Opening {
    /// The beginning, and behind each of the places and programs that stand before a colon.
    pub(super) fn starts(bare: &str) -> impl Iterator<Item = usize> {
        let first = bare.len() - bare.trim_start().len();
        let indented = bare.starts_with("    ");
        let mut next = Some(first);
        std::iter::from_fn(move || {
            let at = next?;
            next = bare[at..].find(": ").and_then(|length| {
                let part = bare[at..at + length].trim();
                // `t.Log` writes so, and what a test says is no message of the build.
                let told_by_test = at == first && indented && is_line_without_column(part);
                (!told_by_test && says_where(part)).then_some(at + length + 2)
            });
            Some(at)
        })
        .take(STARTS)
    }
}

/// `x_test.go:12`.
fn is_line_without_column(part: &str) -> bool {
    part.rsplit_once(".go:").is_some_and(|(_, line)| !line.is_empty() && line.chars().all(|c| c.is_ascii_digit()))
}

/// `C:\`, behind which a path may have blanks.
fn is_drive(word: &str) -> bool {
    matches!(word.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// Whether a message may follow: a program, a place, a module, a go command, a line of a script.
fn says_where(part: &str) -> bool {
    const PROGRAMS: &[&str] = &[
        "go", "echo", "cat", "cp", "mv", "tee", "cgo", "compile", "link", "asm", "vet", "sh", "bash", "zsh", "make",
        "env", "tar", "git", "error", "Error", "ERROR", "warning", "Warning", "WARNING", "fatal", "FATAL", "panic",
    ];
    if part.is_empty() || part.contains(['"', '`', '\'', '|', '*', '<', '>', '[', '{', '=']) {
        return false;
    }
    let mut words = part.split_whitespace();
    match (words.next(), words.next(), words.count()) {
        // dash: `sh: 1: go: not found`.
        (Some(word), None, 0) => {
            PROGRAMS.contains(&word) || word.contains(['.', '/', '\\']) || word.chars().all(|c| c.is_ascii_digit())
        }
        (Some("go"), Some(_), 0..=2) => true,
        (Some("line"), Some(number), 0) => number.chars().all(|c| c.is_ascii_digit()),
        (Some("package" | "module" | "verifying" | "download"), Some(_), 0) => true,
        (Some("checking"), Some(tree), 2) => tree.starts_with("tree#"),
        (Some(drive), ..) if is_drive(drive) => true,
        // make: `make[1]` has brackets, and its own lines are consequences.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ci_systems_put_before_a_line_is_taken_off() {
        let lines = [
            "go: x",
            "\u{FEFF}2026-01-01T00:00:00.0000000Z go: x",
            "2026-01-01T00:00:00.0000000Z ##[error]go: x",
            "build\tUNKNOWN STEP\t2026-01-01T00:00:00.0000000Z go: x",
            "build\tRun go build\t\u{FEFF}2026-01-01T00:00:00.0000000Z ##[error]go: x",
            "[2026-01-01T00:00:00.000Z] go: x",
            "2026-01-01T00:00:00.000000Z 01O go: x",
            "2026-01-01T00:00:00.000000Z 01E+go: x",
            "app-1  | go: x",
            "#12 3.456 go: x",
            "::error file=a.go,line=3::go: x",
            "::error::go: x",
            "level=error msg=\"go: x\"",
        ];
        for line in lines {
            assert_eq!(bare(line), "go: x", "{line}");
        }
        for line in ["##[group]Run go: x", "::errors::go: x", "| go: x | y |", "2026-01-01 go: x", "a b | go: x"] {
            assert_eq!(bare(line), line);
        }
    }

    #[test]
    fn colours_and_what_was_drawn_over_are_gone() {
        assert_eq!(plain("\u{1B}[36;1mgo: x\u{1B}[0m"), "go: x");
        assert_eq!(plain("\u{1B}]8;;https://a\u{1B}\\go\u{1B}]8;;\u{7}: x\r"), "go: x");
        assert_eq!(plain("10%\r20%\rgo: x"), "go: x");
        assert_eq!(plain("go\u{1B}"), "go");
    }

    #[test]
    fn a_message_begins_behind_places_and_programs_and_not_within_sentences() {
        let begins = |line: &'static str| Opening::starts(line).map(|at| &line[at..]).collect::<Vec<_>>();
        assert_eq!(begins("main.go:3:8: package x"), ["main.go:3:8: package x", "package x"]);
        assert_eq!(begins("go build a/b: c"), ["go build a/b: c", "c"]);
        assert_eq!(
            begins("/tmp/x.sh: line 3: go: no"),
            ["/tmp/x.sh: line 3: go: no", "line 3: go: no", "go: no", "no"]
        );
        assert_eq!(begins("go.exe : go: x"), ["go.exe : go: x", "go: x", "x"]);
        assert_eq!(begins("\tfatal: x"), ["fatal: x", "x"]);
        for line in ["- `go: x`: y", "He said: go: x", "Note that: x", "\"go\": x", "echo \"go: x\"", "a = b: x"] {
            assert_eq!(begins(line).len(), 1, "{line}");
        }
        assert_eq!(begins("    x_test.go:12: go: x").len(), 1, "a test said it");
    }
}
