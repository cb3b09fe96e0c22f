//! Versions of Go as Go writes and orders them, and what somebody asks for.

use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A released Go version, for example `1.21.13` or `1.24rc1`.
/// Ordered as Go orders them: `1.24rc1` before `1.24.0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoVersion(semver::Version);

impl GoVersion {
    /// The first release of a minor version.
    #[must_use]
    pub fn of_minor(major: u64, minor: u64) -> Self {
        Self(semver::Version::new(major, minor, 0))
    }

    /// As in `go1.21.13`, without `go`. Go 1.20 and older have no `.0`; 1.21 and newer do.
    #[must_use]
    pub fn minor(&self) -> (u64, u64) {
        (self.0.major, self.0.minor)
    }

    /// Whether a probe's version range holds for this version; a release
    /// candidate counts as its release.
    #[must_use]
    pub fn within(&self, range: &semver::VersionReq) -> bool {
        let release = semver::Version::new(self.0.major, self.0.minor, self.0.patch);
        range.matches(&release)
    }
}

/// The text is not a Go version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a Go version")]
pub struct NotAGoVersion(pub String);

impl FromStr for GoVersion {
    type Err = NotAGoVersion;
    /// Source: Go, `internal/gover: Parse`.
    fn from_str(text: &str) -> Result<Self, NotAGoVersion> {
        let wrong = || NotAGoVersion(text.chars().take(64).collect());
        let bare = text.strip_prefix("go").unwrap_or(text);
        let (numbers, pre) = match bare.find(['r', 'b']) {
            Some(at) => bare.split_at(at),
            None => (bare, ""),
        };
        let parts: Vec<&str> = numbers.split('.').collect();
        let number = |at: usize| match parts.get(at) {
            None => Ok(0),
            // Go writes no zero before another digit, and reads none.
            Some(p) if p.len() > 1 && p.starts_with('0') => Err(wrong()),
            Some(p) if !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()) => p.parse::<u64>().map_err(|_| wrong()),
            Some(_) => Err(wrong()),
        };
        if !(2..=3).contains(&parts.len()) {
            return Err(wrong());
        }
        let mut version = semver::Version::new(number(0)?, number(1)?, number(2)?);
        if !pre.is_empty() {
            let (kind, digits) = pre.split_at(pre.find(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?);
            // There are candidates of a minor version alone.
            if parts.len() > 2 || !matches!(kind, "rc" | "beta") || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(wrong());
            }
            version.pre = semver::Prerelease::new(&format!("{kind}.{digits}")).map_err(|_| wrong())?;
        }
        Ok(Self(version))
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v = &self.0;
        write!(f, "{}.{}", v.major, v.minor)?;
        if !v.pre.is_empty() {
            return write!(f, "{}", v.pre.as_str().replace('.', ""));
        }
        if v.patch > 0 || v.minor >= 21 || v.major > 1 { write!(f, ".{}", v.patch) } else { Ok(()) }
    }
}

impl Serialize for GoVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What somebody asks for: `1.21` is its newest patch, `1.21.13` exactly that, `path` the `go` on PATH.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GoRequest {
    /// The newest patch of a minor version.
    Minor(u64, u64),
    /// One version.
    Exact(GoVersion),
    /// The `go` on PATH, whatever its version is.
    Path,
}

impl GoRequest {
    /// The minor version; `None` where only the machine can tell.
    #[must_use]
    pub fn minor(&self) -> Option<(u64, u64)> {
        match self {
            Self::Minor(major, minor) => Some((*major, *minor)),
            Self::Exact(version) => Some(version.minor()),
            Self::Path => None,
        }
    }

    /// Whether a version answers the request; the `go` on PATH is not asked for by its version.
    #[must_use]
    pub fn accepts(&self, version: &GoVersion) -> bool {
        match self {
            Self::Minor(major, minor) => version.minor() == (*major, *minor) && version.0.pre.is_empty(),
            Self::Exact(exact) => exact == version,
            Self::Path => false,
        }
    }
}

impl FromStr for GoRequest {
    type Err = NotAGoVersion;
    fn from_str(text: &str) -> Result<Self, NotAGoVersion> {
        if text.trim().eq_ignore_ascii_case("path") {
            return Ok(Self::Path);
        }
        let version: GoVersion = text.trim().parse()?;
        let short = text.matches('.').count() == 1 && version.0.pre.is_empty();
        let (major, minor) = version.minor();
        Ok(if short { Self::Minor(major, minor) } else { Self::Exact(version) })
    }
}

impl fmt::Display for GoRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minor(major, minor) => write!(f, "{major}.{minor}"),
            Self::Exact(version) => write!(f, "{version}"),
            Self::Path => f.write_str("path"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_versions_read_and_print_as_go_writes_them() {
        for text in ["1.21.13", "1.21.0", "1.24rc1", "1.20.5", "1.20", "1.27beta2"] {
            assert_eq!(text.parse::<GoVersion>().unwrap().to_string(), text);
        }
        assert_eq!("go1.22.3".parse::<GoVersion>().unwrap().to_string(), "1.22.3");
        for wrong in [
            "",
            "go",
            "1",
            "1.x",
            "1.21.13.4",
            "1.21-foo",
            "1.24rc",
            "1..2",
            "v1.21",
            "1.24rc1x",
            "1.24rc01",
            "1.021",
            "01.21",
            "1.21.03",
            "1.21.3rc1",
            "99999999999999999999.1",
        ] {
            assert!(wrong.parse::<GoVersion>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_minor_asks_for_any_patch_and_a_patch_for_itself() {
        let minor: GoRequest = "1.21".parse().unwrap();
        assert!(minor.accepts(&"1.21.13".parse().unwrap()));
        assert!(!minor.accepts(&"1.21rc2".parse().unwrap()), "a candidate is asked for by name");
        let exact: GoRequest = "1.21.1".parse().unwrap();
        assert!(!exact.accepts(&"1.21.13".parse().unwrap()));
    }

    #[test]
    fn the_go_on_path_is_asked_for_by_a_word() {
        for text in ["path", " PATH "] {
            assert_eq!(text.parse::<GoRequest>().unwrap(), GoRequest::Path);
        }
        assert_eq!((GoRequest::Path.to_string().as_str(), GoRequest::Path.minor()), ("path", None));
        assert!("paths".parse::<GoRequest>().is_err());
    }

    #[test]
    fn a_range_holds_for_candidates_too() {
        let range = semver::VersionReq::parse(">=1.24").unwrap();
        assert!("1.24rc1".parse::<GoVersion>().unwrap().within(&range));
        assert!(!"1.23.9".parse::<GoVersion>().unwrap().within(&range));
    }
}
