//! Which paths a probe may name. What it writes, removes or runs in lies in its own directory; a live probe may also
//! remove below the directories of the step. Here by the text alone, when a file is read; `verify` asks again when
//! placeholders are filled.

use crate::platform::device_name::is_reserved;

/// What is done at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathUse {
    /// A file is written.
    Write,
    /// What lies there is removed.
    Remove,
    /// A command runs in it.
    RunIn,
    /// It is looked at, by a probe that must hold on any machine.
    Look,
}

/// The directory of a probe, and what lies in it.
const OWN: [&str; 7] = ["SCRATCH", "WORK", "TMP", "HOME", "DEFAULT_GOCACHE", "DEFAULT_GOENV", "DEFAULT_GOPATH"];

/// Directories of the step, below which a live probe may remove what it left.
pub(crate) const OF_A_STEP: [&str; 5] = ["GOCACHE", "GOPATH", "GOBIN", "STEP_GOBIN", "STEP_GOMODCACHE"];

/// Directories that are there to be looked at.
const OF_A_TOOLCHAIN: [&str; 2] = ["GOROOT", "OTHER_GOROOT"];

/// Whether `path`, a template, may be named. `env` is the probe's own, whose names are placeholders too, and
/// `windows` whether the probe can run there.
///
/// # Errors
/// Why not, for a reader.
pub(crate) fn check(path: &str, of: PathUse, env: &[(String, String)], windows: bool) -> Result<(), String> {
    let refused = |why: &str| Err(format!("`{}` {why}", path.escape_debug()));
    let mut pieces = Vec::new();
    split(path, env, &mut pieces);
    let begins = match pieces.first() {
        Some(TemplatePiece::Name(name)) if !matches!(*name, "/" | ":") => Some(*name),
        _ => None,
    };
    let text: String = pieces.iter().skip(usize::from(begins.is_some())).map(TemplatePiece::text).collect();
    check_parts(&text, windows && of != PathUse::Look).or_else(|why| refused(&why))?;
    let Some(begins) = begins else {
        return match is_rooted(&text, windows) {
            false => Ok(()),
            true if of == PathUse::Look => {
                refused("is on no other machine: a contract probe looks at what a placeholder names")
            }
            true => refused(
                "is an absolute path; name it from the work directory, or let it begin with a placeholder such as `${SCRATCH}`",
            ),
        };
    };
    let is_below = text.split(['/', '\\']).any(|part| !part.is_empty() && part != ".");
    match of {
        PathUse::Look => Ok(()),
        _ if OWN.contains(&begins) => Ok(()),
        PathUse::RunIn if OF_A_TOOLCHAIN.contains(&begins) || OF_A_STEP.contains(&begins) => Ok(()),
        PathUse::Remove if OF_A_STEP.contains(&begins) && is_below => Ok(()),
        PathUse::Remove if OF_A_STEP.contains(&begins) => {
            refused("is a directory of the step; a probe removes only what it left below it")
        }
        _ if OF_A_STEP.contains(&begins) || OF_A_TOOLCHAIN.contains(&begins) || begins == "CACHE" => {
            refused("lies outside the probe's own directory, `${SCRATCH}`")
        }
        _ => Ok(()),
    }
}

/// A path without its placeholders' names: no part leads up, names a device or a stream, or has a control character.
///
/// # Errors
/// What is wrong, behind the path.
pub(crate) fn check_parts(text: &str, windows: bool) -> Result<(), String> {
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        return Err(format!("holds the control character `{}`", control.escape_default()));
    }
    // A probe file is for every system, and a backslash separates on Windows.
    for part in text.split(['/', '\\']) {
        // Windows takes `.. ` and `...` for `..` too.
        if part.starts_with("..") && part.bytes().all(|byte| matches!(byte, b'.' | b' ')) {
            return Err("leads up by `..`, and a probe stays in its own directory".to_owned());
        }
        if windows && is_reserved(part) {
            return Err(format!("names a device of Windows, `{part}`"));
        }
        if windows && part.contains(':') {
            return Err(format!("has a `:` in `{part}`, which Windows reads as a drive or a stream"));
        }
    }
    Ok(())
}

/// Whether a path without placeholders begins at a root or a drive, on one system or another.
fn is_rooted(text: &str, windows: bool) -> bool {
    text.starts_with('/') || windows && text.starts_with('\\')
}

/// A part of a template.
enum TemplatePiece<'a> {
    Text(&'a str),
    Name(&'a str),
}

impl TemplatePiece<'_> {
    /// What is known of its text: a placeholder within a path stands for a name.
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Name(name @ ("/" | ":")) => name,
            Self::Name(_) => "x",
        }
    }
}

/// Takes a template apart, with the probe's own variables in their places.
fn split<'a>(template: &'a str, env: &'a [(String, String)], pieces: &mut Vec<TemplatePiece<'a>>) {
    let mut rest = template;
    while let Some((before, name, behind)) = placeholder(rest) {
        if !before.is_empty() {
            pieces.push(TemplatePiece::Text(before));
        }
        match env.iter().find(|(own, _)| own == name) {
            // Its own placeholders are the known ones only.
            Some((_, value)) => split(value, &[], pieces),
            None => pieces.push(TemplatePiece::Name(name)),
        }
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(TemplatePiece::Text(rest));
    }
}

/// The first placeholder of a text, with what stands before and behind it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (name, behind) = rest.split_once('}')?;
    Some((before, name, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, of: PathUse) -> bool {
        let env = [("GOBIN", "/etc"), ("MINE", "${SCRATCH}/mine"), ("UP", "..")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        check(path, of, &env, true).is_err()
    }

    #[test]
    fn nothing_is_written_outside_the_directory_of_the_probe() {
        for path in [
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/..",
            r"..\x",
            r"a\..\..\x",
            r"C:\x",
            "C:/x",
            "C:x",
            r"\x",
            r"\\server\share\x",
            r"\\?\C:\x",
            r"\\.\pipe\x",
            "//server/share",
            "a:stream",
            "a/b.txt:stream",
            "NUL",
            "con",
            "a/AUX.txt",
            "a/com1 .txt",
            "CONIN$",
            "a\0b",
            "a\nb",
            ".. /x",
            "..../x",
            "${SCRATCH}/../x",
            r"${SCRATCH}\..\x",
            "${GOROOT}/VERSION",
            "${OTHER_GOROOT}/x",
            "${CACHE}/x",
            "${/}etc/x",
            "${PROXY}:/x",
            "${GOPATH}/x",
            "${STEP_GOBIN}/x",
            "${GOBIN}/x",
            "${UP}/x",
            "a/${UP}/x",
            "x${:}y",
        ] {
            for of in [PathUse::Write, PathUse::Remove] {
                let is_own = of == PathUse::Remove && (path == "${GOPATH}/x" || path == "${STEP_GOBIN}/x");
                assert_eq!(refused(path, of), !is_own, "{path} {of:?}");
            }
        }
        for path in [
            "go.mod",
            "a/b/c.go",
            "./x",
            "a/..b",
            "a/...x",
            "${SCRATCH}/x",
            "${WORK}/a",
            "${HOME}/.config/go/env",
            "${DEFAULT_GOENV}",
            "${MINE}/x",
            "${SCRATCH}${/}x${EXE}",
            "${OS}_${ARCH}/x",
            "console/nullable.go",
        ] {
            assert!(!refused(path, PathUse::Write) && !refused(path, PathUse::Remove), "{path}");
        }
    }

    #[test]
    fn a_live_probe_removes_below_a_directory_of_the_step_and_never_that_one() {
        assert!(!refused("${GOPATH}/pkg/mod/mine", PathUse::Remove));
        for path in ["${GOPATH}", "${GOPATH}/", "${GOPATH}/.", "${STEP_GOMODCACHE}//", "${GOCACHE}/../x"] {
            assert!(refused(path, PathUse::Remove), "{path}");
        }
    }

    #[test]
    fn a_command_runs_where_a_placeholder_leads_and_nowhere_else() {
        for (path, is_refused) in [("a", false), ("${GOROOT}/src", false), ("/etc", true), ("..", true), ("D:x", true)]
        {
            assert_eq!(refused(path, PathUse::RunIn), is_refused, "{path}");
        }
    }

    #[test]
    fn what_is_looked_at_must_be_on_any_machine() {
        for (path, is_refused) in
            [("${GOROOT}/VERSION", false), ("${CACHE}", false), ("a:b", false), ("/etc/passwd", true), ("../x", true)]
        {
            assert_eq!(refused(path, PathUse::Look), is_refused, "{path}");
        }
    }

    #[test]
    fn names_that_only_windows_refuses_are_fine_in_a_probe_that_never_runs_there() {
        for path in ["aux.go", "a:b"] {
            assert!(check(path, PathUse::Write, &[], true).is_err());
            assert_eq!(check(path, PathUse::Write, &[], false), Ok(()));
        }
    }
}
