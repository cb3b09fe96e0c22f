//! The machine that is planned for, as a value, so that `windows-2022` is
//! planned exactly on Linux. Path syntax is decided here and nowhere else.

pub mod device_name;
pub mod encoding;
pub mod env;
pub mod facts;
pub mod ownership;
pub(crate) mod path_text;
pub mod program;
pub mod runner_file;

use crate::platform::path_text::{Comparable, upper_case};
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

    /// The directories above a path, the nearest first; none of a path that is too long to lead anywhere, of which
    /// there could be hundreds of thousands.
    pub fn above(self, path: &str) -> impl Iterator<Item = String> {
        let longest = if self == Self::Windows { 32_767 } else { 4_096 };
        let nearest = (path.len() <= longest).then(|| self.parent(path)).flatten().filter(|up| up != path);
        std::iter::successors(nearest, move |at| self.parent(at).filter(|up| up != at))
    }

    /// `;` on Windows, `:` elsewhere.
    #[must_use]
    pub fn list_separator(self) -> char {
        if self == Self::Windows { ';' } else { ':' }
    }

    /// The entries of a list such as PATH, as they are written, empty ones left out.
    #[must_use]
    pub fn split_list(self, list: &str) -> Vec<&str> {
        self.list_pieces(list).filter(|entry| !entry.is_empty()).collect()
    }

    /// The entries of a list as they are written, empty ones too. On Windows a `;` between
    /// quotation marks does not separate. Source: Go, `path/filepath`, `splitList`.
    pub(crate) fn list_pieces(self, list: &str) -> impl Iterator<Item = &str> {
        let mut quoted = false;
        list.split(move |c| {
            quoted ^= self == Self::Windows && c == '"';
            c == self.list_separator() && !quoted
        })
    }

    /// An entry of a list without the quotation marks that Windows allows around it; elsewhere they are part of the name.
    #[must_use]
    pub fn unquoted(self, entry: &str) -> Cow<'_, str> {
        if self == Self::Windows && entry.contains('"') { entry.replace('"', "").into() } else { entry.into() }
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
    /// What `base` begins with keeps its meaning: `C:` and `x` are `C:x`.
    #[must_use]
    pub fn join(self, base: &str, part: &str) -> String {
        let trimmed = base.trim_end_matches(|c| self.is_separator(c));
        let is_root = trimmed.is_empty() || (self == Self::Windows && trimmed.ends_with(':'));
        let mut joined = if is_root { base.to_owned() } else { trimmed.to_owned() };
        let mut glued = is_root;
        for piece in part.split(|c| self.is_separator(c)).filter(|p| !p.is_empty()) {
            if !glued {
                joined.push(self.separator());
            }
            joined.push_str(piece);
            glued = false;
        }
        joined
    }

    /// Whether `text` is absolute here: on Windows a drive letter with a root,
    /// or a UNC path. `\x` and `C:x` are not, as for Go (measured: `GOCACHE is not an absolute path`).
    #[must_use]
    pub fn is_absolute(self, text: &str) -> bool {
        self.path(text).is_absolute()
    }

    /// Whether both name the same place by their text, read as the system reads
    /// it: case on Windows and macOS, separators, `.` and a separator at the end
    /// do not matter; on Windows neither do `\\?\`, `..`, and blanks and dots at an end.
    #[must_use]
    pub fn same_path(self, left: &str, right: &str) -> bool {
        Comparable::of(self, left) == Comparable::of(self, right)
    }

    /// Whether `inner` is `outer` or lies below it, by text.
    #[must_use]
    pub fn is_within(self, inner: &str, outer: &str) -> bool {
        Comparable::of(self, inner).is_within(&Comparable::of(self, outer))
    }

    /// What leads from a directory to a path within it, with `/`; empty for the directory itself.
    #[must_use]
    pub fn below(self, path: &str, dir: &str) -> Option<String> {
        let dir = dir.trim_end_matches(['/', self.separator()]);
        let inner = self.is_within(path, dir).then(|| path.get(dir.len()..)).flatten()?;
        let inner = if self == Self::Windows { inner.replace('\\', "/") } else { inner.to_owned() };
        Some(inner.trim_matches('/').to_owned())
    }

    /// The directory above, or `None` at a root.
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
        if self == Self::Windows { Cow::Owned(upper_case(name)) } else { Cow::Borrowed(name) }
    }

    fn is_separator(self, c: char) -> bool {
        c == '/' || (c == '\\' && self == Self::Windows)
    }
}

#[cfg(test)]
mod tests {
    use super::Platform::Windows;

    #[test]
    fn a_windows_path_is_absolute_only_with_drive_and_root() {
        for (text, want) in [
            (r"D:\x", true),
            ("D:/x", true),
            (r"\x", false),
            ("D:x", false),
            ("/d/a", false),
            (r"\\h\s\x", true),
            (r"\\?\D:\x", true),
            ("//h/s/x", true),
        ] {
            assert_eq!(Windows.is_absolute(text), want, "{text}");
        }
    }
}
