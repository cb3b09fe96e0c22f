//! The machine that is planned for, as a value, so that `windows-2022` is
//! planned exactly on Linux. Path syntax is decided here and nowhere else.

use std::borrow::Cow;
use typed_path::Utf8TypedPathBuf;

/// An operating system that runners have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    /// Names and paths fold case, `\` separates, `;` lists, programs end in `.exe`.
    Windows,
    /// Names and paths keep case.
    Linux,
    /// Paths fold case on the usual file system, names do not.
    Macos,
}

impl Platform {
    /// Reads what a runner calls `RUNNER_OS`: `Windows`, `Linux` or `macOS`.
    #[must_use]
    pub fn from_runner_os(text: &str) -> Option<Self> {
        match text {
            "Windows" => Some(Self::Windows),
            "Linux" => Some(Self::Linux),
            "macOS" => Some(Self::Macos),
            _ => None,
        }
    }

    /// The runner's word, as in `RUNNER_OS`.
    #[must_use]
    pub fn runner_os(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Linux => "Linux",
            Self::Macos => "macOS",
        }
    }

    /// Go's word, as in GOOS.
    #[must_use]
    pub fn goos(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Linux => "linux",
            Self::Macos => "darwin",
        }
    }

    /// `;` on Windows, `:` elsewhere.
    #[must_use]
    pub fn list_separator(self) -> char {
        if self == Self::Windows { ';' } else { ':' }
    }

    /// `\` on Windows, `/` elsewhere.
    #[must_use]
    pub fn separator(self) -> char {
        if self == Self::Windows { '\\' } else { '/' }
    }

    /// `.exe` on Windows, nothing elsewhere.
    #[must_use]
    pub fn exe_suffix(self) -> &'static str {
        if self == Self::Windows { ".exe" } else { "" }
    }

    /// The name the environment itself gives to PATH: `Path` on Windows.
    #[must_use]
    pub fn path_variable(self) -> &'static str {
        if self == Self::Windows { "Path" } else { "PATH" }
    }

    /// A path in this platform's own syntax, unchanged.
    #[must_use]
    pub fn path(self, text: &str) -> Utf8TypedPathBuf {
        if self == Self::Windows { Utf8TypedPathBuf::from_windows(text) } else { Utf8TypedPathBuf::from_unix(text) }
    }

    /// `base` and `part` in this platform's syntax; `/` in `part` becomes the separator.
    #[must_use]
    pub fn join(self, base: &str, part: &str) -> String {
        let mut joined = base.trim_end_matches(|c| self.is_separator(c)).to_owned();
        if joined.is_empty() || (self == Self::Windows && joined.ends_with(':')) {
            joined = base.to_owned();
        }
        for piece in part.split(|c| self.is_separator(c)).filter(|p| !p.is_empty()) {
            // Nothing in front stays relative, and is refused as such.
            if !joined.is_empty() && !joined.ends_with(|c| self.is_separator(c)) {
                joined.push(self.separator());
            }
            joined.push_str(piece);
        }
        joined
    }

    /// Whether `text` is absolute here: on Windows a drive letter with a root,
    /// or a UNC path. `\x` and `C:x` are not, as for Go (measured: `GOCACHE is not an absolute path`).
    #[must_use]
    pub fn is_absolute(self, text: &str) -> bool {
        self.path(text).is_absolute()
    }

    /// Whether both name the same place by their text: separators, `.`, `..`, a
    /// trailing separator and, on Windows and macOS, case do not matter.
    #[must_use]
    pub fn same_path(self, left: &str, right: &str) -> bool {
        self.comparable(left) == self.comparable(right)
    }

    /// Whether `inner` is `outer` or lies below it, by text.
    #[must_use]
    pub fn is_within(self, inner: &str, outer: &str) -> bool {
        let outer = self.comparable(outer);
        self.comparable(inner).starts_with(&outer) && !outer.is_empty()
    }

    /// The folder above, or `None` at a root.
    #[must_use]
    pub fn parent(self, text: &str) -> Option<String> {
        self.path(text).parent().map(|p| p.to_string())
    }

    /// The last part of a path.
    #[must_use]
    pub fn file_name(self, text: &str) -> Option<String> {
        self.path(text).file_name().map(str::to_owned)
    }

    /// An environment name as it is looked up: upper case on Windows.
    /// Source: runner, `VarUtil.cs`, `EnvironmentVariableKeyComparer`.
    #[must_use]
    pub fn fold_name(self, name: &str) -> Cow<'_, str>
    where
        Self: Sized,
    {
        if self == Self::Windows { Cow::Owned(name.to_uppercase()) } else { Cow::Owned(name.to_owned()) }
    }

    fn is_separator(self, c: char) -> bool {
        c == '/' || (c == '\\' && self == Self::Windows)
    }

    fn comparable(self, text: &str) -> Vec<String> {
        let plain = text.strip_prefix(r"\\?\").filter(|_| self == Self::Windows);
        let text = match plain.map(|rest| (rest, rest.strip_prefix(r"UNC\"))) {
            Some((_, Some(share))) => Cow::Owned(format!(r"\\{share}")),
            Some((rest, None)) => Cow::Borrowed(rest),
            None => Cow::Borrowed(text),
        };
        let fold = |part: &str| {
            if self == Self::Linux { part.to_owned() } else { part.to_lowercase() }
        };
        let mut parts: Vec<String> = Vec::new();
        if text.starts_with(|c| self.is_separator(c)) {
            parts.push("/".to_owned());
        }
        for part in text.split(|c| self.is_separator(c)).filter(|p| !p.is_empty() && *p != ".") {
            let at_root = |last: &str| last == "/" || (self == Self::Windows && last.ends_with(':'));
            match (part, parts.last().map(String::as_str)) {
                ("..", Some(last)) if at_root(last) => {}
                ("..", Some(last)) if last != ".." => drop(parts.pop()),
                _ => parts.push(fold(part)),
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::Platform::{Linux, Macos, Windows};

    #[test]
    fn paths_are_joined_in_the_platforms_own_syntax() {
        assert_eq!(Windows.join(r"D:\a\app", "go"), r"D:\a\app\go");
        assert_eq!(Windows.join(r"D:\", "go/bin"), r"D:\go\bin");
        assert_eq!(Linux.join("/home/runner/work/app", "go"), "/home/runner/work/app/go");
        assert_eq!(Linux.join("/", "go"), "/go");
        assert_eq!(Linux.join("", "go"), "go", "no folder is not the root");
    }

    #[test]
    fn a_windows_path_is_absolute_only_with_drive_and_root() {
        for (text, want) in
            [(r"D:\x", true), ("D:/x", true), (r"\x", false), ("D:x", false), ("/d/a", false), (r"\\h\s\x", true)]
        {
            assert_eq!(Windows.is_absolute(text), want, "{text}");
        }
    }

    #[test]
    fn paths_are_compared_as_the_platform_compares_them() {
        assert!(Windows.same_path(r"D:\a\Go\", "d:/a/go"));
        assert!(Macos.same_path("/Users/R/go", "/users/r/go"));
        assert!(!Linux.same_path("/a/Go", "/a/go"));
        assert!(Windows.is_within(r"D:\a\app\app\go", r"d:\A\app\app"));
        assert!(Windows.same_path(r"\\?\UNC\h\s\x", r"\\H\s\x"));
        assert!(!Linux.is_within("/w/app/app/../go", "/w/app/app"), "`..` leads out");
        assert!(Linux.same_path("/w/../../go/x/..", "/go"));
        assert!(Windows.same_path(r"D:\..\go", r"D:\go"));
        assert!(!Linux.same_path("../go", "go") && !Linux.same_path("../../go", "../go"));
        assert!(!Linux.is_within("/a/bc", "/a/b"), "a common beginning of a name is not a common folder");
    }
}
