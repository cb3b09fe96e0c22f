//! What a path means by its text alone, as the system reads it before it
//! looks at a disk: roots, separators, `.` and `..`, blanks and dots at an
//! end, case. Links, 8.3 names and junctions need the disk: `Host::same_file`.

use crate::platform::Platform;
use std::borrow::Cow;

/// A path taken apart for comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparable {
    root: PathStart,
    parts: Vec<String>,
}

/// Where a path begins. Drive and share are folded.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PathStart {
    /// `x`: in the current directory.
    None,
    /// `/x`; on Windows `\x`, on the current drive.
    Rooted,
    /// `C:x`: in the current directory of that drive.
    DriveRelative(String),
    /// `C:\x`.
    Drive(String),
    /// `\\server\share\x`.
    Share(String, String),
    /// `\\.\pipe\x` and `\\?\Volume{…}\x`: anything else in the namespace of devices.
    Device(String),
}

impl Comparable {
    pub(crate) fn of(platform: Platform, text: &str) -> Self {
        if platform == Platform::Windows { windows(text) } else { unix(platform, text) }
    }

    /// Whether `self` is `outer` or lies below it.
    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        self.root == outer.root
            && self.parts.starts_with(&outer.parts)
            && (outer.root != PathStart::None || !outer.parts.is_empty())
    }
}

/// A resolved path of Windows as it is usually written: `\\?\C:\x` as `C:\x`, `\\?\UNC\s\x` as `\\s\x`. Go would carry
/// that prefix into every path of its own.
#[must_use]
pub fn without_verbatim_prefix(path: &str) -> Cow<'_, str> {
    match path.strip_prefix(r"\\?\") {
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => rest.into(),
        Some(rest) if rest.starts_with(r"UNC\") => format!(r"\{}", &rest[3..]).into(),
        _ => path.into(),
    }
}

/// `..` is left alone: behind a link it leads elsewhere than its text says.
fn unix(platform: Platform, text: &str) -> Comparable {
    let root = if text.starts_with('/') { PathStart::Rooted } else { PathStart::None };
    let parts = text.split('/').filter(|part| !part.is_empty() && *part != ".");
    Comparable { root, parts: parts.map(|part| fold(platform, part)).collect() }
}

/// Source: Microsoft, "File path formats on Windows systems" and "Naming Files, Paths, and Namespaces".
fn windows(text: &str) -> Comparable {
    if let Some(rest) = text.strip_prefix(r"\\?\") {
        return verbatim(rest);
    }
    let text = text.replace('/', r"\");
    if let Some(rest) = text.strip_prefix(r"\\.\").or_else(|| text.strip_prefix(r"\\?\")) {
        let (root, rest) = device(rest);
        return Comparable { parts: resolved(&root, rest), root };
    }
    let (root, rest) = if let Some(rest) = text.strip_prefix(r"\\") {
        share(rest)
    } else if let Some((drive, rest)) = drive(&text) {
        match rest.strip_prefix('\\') {
            Some(rest) => (PathStart::Drive(drive), rest),
            None => (PathStart::DriveRelative(drive), rest),
        }
    } else if let Some(rest) = text.strip_prefix('\\') {
        (PathStart::Rooted, rest)
    } else {
        (PathStart::None, text.as_str())
    };
    Comparable { parts: resolved(&root, rest), root }
}

/// Behind `\\?\` nothing is resolved: `/`, `.`, `..` and what stands at an end are parts of names.
fn verbatim(rest: &str) -> Comparable {
    let (root, rest) = device(rest);
    let parts = rest.split('\\').filter(|part| !part.is_empty());
    Comparable { root, parts: parts.map(|part| fold(Platform::Windows, part)).collect() }
}

/// What stands behind `\\?\` or `\\.\`: a drive, `UNC` with a share, or another device.
fn device(rest: &str) -> (PathStart, &str) {
    let (first, behind) = rest.split_once('\\').unwrap_or((rest, ""));
    if first.eq_ignore_ascii_case("UNC") {
        return share(behind);
    }
    match drive(first) {
        Some((letter, "")) => (PathStart::Drive(letter), behind),
        _ => (PathStart::Device(fold(Platform::Windows, first)), behind),
    }
}

fn share(rest: &str) -> (PathStart, &str) {
    let (server, rest) = rest.split_once('\\').unwrap_or((rest, ""));
    let (share, rest) = rest.split_once('\\').unwrap_or((rest, ""));
    (PathStart::Share(fold(Platform::Windows, server), fold(Platform::Windows, share)), rest)
}

fn drive(text: &str) -> Option<(String, &str)> {
    let mut chars = text.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    (chars.next() == Some(':')).then(|| (letter.to_ascii_uppercase().to_string(), chars.as_str()))
}

/// `.` and `..` resolved by the text, as Windows does before it looks at links.
/// The last part loses the blanks and dots at its end, another one loses one dot.
fn resolved(root: &PathStart, rest: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut pieces = rest.split('\\').peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        match piece {
            "" | "." => {}
            ".." if parts.last().is_some_and(|part| part != "..") => drop(parts.pop()),
            ".." if matches!(root, PathStart::None | PathStart::DriveRelative(_)) => parts.push("..".to_owned()),
            ".." => {}
            _ if is_last => {
                let name = piece.trim_end_matches([' ', '.']);
                parts.extend((!name.is_empty()).then(|| fold(Platform::Windows, name)));
            }
            _ => {
                let one_dot = piece.ends_with('.') && !piece.ends_with("..");
                parts.push(fold(Platform::Windows, if one_dot { &piece[..piece.len() - 1] } else { piece }));
            }
        }
    }
    parts
}

/// A part of a path for comparing: in upper case where file names fold.
fn fold(platform: Platform, text: &str) -> String {
    if platform == Platform::Linux { text.to_owned() } else { upper_case(text) }
}

/// Character by character, as Windows folds names: `ß` stays itself and is not `SS`.
pub(crate) fn upper_case(text: &str) -> String {
    let one = |c: char| {
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(single), None) => single,
            _ => c,
        }
    };
    text.chars().map(one).collect()
}

#[cfg(test)]
mod tests {
    use crate::platform::{
        Platform::{self, Linux, Macos, Windows},
        path_text::without_verbatim_prefix,
    };

    fn same(platform: Platform, left: &str, right: &str) -> bool {
        assert_eq!(platform.same_path(left, right), platform.same_path(right, left), "{left} {right}");
        platform.same_path(left, right)
    }

    #[test]
    fn one_place_on_windows_has_many_spellings() {
        for (left, right) in [
            (r"D:\a\Go\", "d:/a/go"),
            (r"D:\a\go", r"\\?\D:\a\go"),
            (r"D:\a\go", r"\\.\D:\a\go"),
            (r"D:\a\go", "//?/D:/a/go"),
            (r"D:\a\x\..\go", r"D:\a\.\go"),
            (r"D:\..\go", r"D:\go"),
            (r"x\..\..\go", r"..\go"),
            (r"D:\", r"d:/"),
            (r"D:\a\\go", r"D:\a\go"),
            (r"D:\a\go.", r"D:\a\go"),
            (r"D:\a\go .. ", r"D:\a\go"),
            (r"D:\a.\go", r"D:\a\go"),
            (r"\\Server\Share\go", "//server/share/go/"),
            (r"\\server\share\go", r"\\?\UNC\SERVER\share\go"),
            (r"\\server\share", r"\\server\share\"),
            (r"C:go", r"c:go"),
            (r"\go", "/go"),
            ("D:\\gr\u{fc}n", "D:\\GR\u{dc}N"),
        ] {
            assert!(same(Windows, left, right), "{left} is {right}");
        }
    }

    #[test]
    fn what_only_looks_alike_on_windows_is_another_place() {
        for (left, right) in [
            (r"C:\go", r"D:\go"),
            (r"C:\go", r"C:go"),
            (r"C:\", "C:"),
            (r"\go", r"C:\go"),
            (r"\server\share", r"\\server\share"),
            (r"\\server\a", r"\\server\b"),
            (r"\\?\D:\a\..\go", r"D:\go"),
            (r"\\?\D:\a/go", r"D:\a\go"),
            (r"..\go", "go"),
            (r"\\?\D:\go.", r"D:\go"),
            (r"D:\a..\go", r"D:\a\go"),
            (r"D:\ go", r"D:\go"),
            ("D:\\stra\u{df}e", "D:\\strasse"),
            (r"\\?\Volume{1}\go", r"\\?\Volume{2}\go"),
        ] {
            assert!(!same(Windows, left, right), "{left} is not {right}");
        }
    }

    #[test]
    fn elsewhere_a_backslash_and_a_dot_at_the_end_are_parts_of_names() {
        assert!(same(Linux, "/a/./go/", "/a//go"));
        assert!(same(Macos, "/Users/R/go", "/users/r/go"));
        for (left, right) in
            [("/a/Go", "/a/go"), ("/a/go.", "/a/go"), (r"/a\go", "/a/go"), ("/a/../go", "/go"), ("a", "/a")]
        {
            assert!(!same(Linux, left, right), "{left} is not {right}");
        }
    }

    #[test]
    fn below_means_below_in_the_same_tree() {
        for (inner, outer, want) in [
            (r"D:\a\app\app\go", r"d:\A\app\app", true),
            (r"D:\a", r"D:\", true),
            (r"D:\a", "D:", false),
            (r"D:\a\..\b", r"D:\a", false),
            (r"\\h\s\go", r"\\?\UNC\h\s", true),
            (r"\\h\s2\go", r"\\h\s", false),
            (r"\\?\D:\a\go", r"D:\a", true),
            (r"D:\ab", r"D:\a", false),
            (r"D:\a", "", false),
        ] {
            assert_eq!(Windows.is_within(inner, outer), want, "{inner} in {outer}");
        }
        assert!(!Linux.is_within("/a/bc", "/a/b"), "a common beginning of a name is not a common folder");
        assert!(Linux.is_within("/a", "/") && !Linux.is_within("a", ""));
    }

    #[test]
    fn joining_keeps_what_a_root_means() {
        for (base, part, want) in [
            (r"D:\a\app", "go", r"D:\a\app\go"),
            (r"D:\", "go/bin", r"D:\go\bin"),
            ("D:/a/", "go", r"D:/a\go"),
            ("D:", "go", "D:go"),
            (r"\\h\s", "go", r"\\h\s\go"),
            (r"\\?\D:\a", "go/bin", r"\\?\D:\a\go\bin"),
            (r"\", "go", r"\go"),
            ("", "go", "go"),
        ] {
            assert_eq!(Windows.join(base, part), want, "{base} and {part}");
        }
        assert_eq!(Linux.join("/", "go"), "/go");
        assert_eq!(Linux.join("/w/", "go/bin"), "/w/go/bin");
        assert_eq!(Linux.join("", "go"), "go");
    }

    #[test]
    fn a_resolved_path_of_windows_is_written_as_people_write_it() {
        assert_eq!(without_verbatim_prefix(r"\\?\C:\go\bin"), r"C:\go\bin");
        assert_eq!(without_verbatim_prefix(r"\\?\UNC\server\share\go"), r"\\server\share\go");
        assert_eq!(without_verbatim_prefix(r"\\?\Volume{1}\go"), r"\\?\Volume{1}\go");
        assert_eq!(without_verbatim_prefix("/usr/go"), "/usr/go");
    }
}
