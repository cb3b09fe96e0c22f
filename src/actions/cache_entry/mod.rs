//! What the cache service knows an entry by: its key, and the version, a sum over the paths as they are written.
//! Source: actions/toolkit, `packages/cache/src/internal/cacheUtils.ts`, and `packages/glob/src/internal-hash-files.ts`.

use crate::platform::Platform;
use ring::digest::{Context, SHA256, digest};
use semver::Version;
use std::fmt;

/// A key, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyText {
    parts: Vec<KeyPart>,
}

/// A piece of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyPart {
    Known(String),
    Unknown(KeyFact),
}

/// What a piece of a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyFact {
    Arch,
    Image,
    Input,
    Wanted,
    GoVersion,
    Files,
}

impl KeyText {
    pub(super) fn new(parts: Vec<KeyPart>) -> Self {
        Self { parts }
    }

    /// The whole key; `None` where a piece of it is not known.
    pub(crate) fn known(&self) -> Option<String> {
        let piece = |part: &KeyPart| match part {
            KeyPart::Known(text) => Some(text.clone()),
            KeyPart::Unknown(_) => None,
        };
        self.parts.iter().map(piece).collect()
    }

    /// What of it is not known.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = KeyFact> {
        self.parts.iter().filter_map(|part| match part {
            KeyPart::Unknown(fact) => Some(*fact),
            KeyPart::Known(_) => None,
        })
    }
}

/// For people: `{Go version}` in the place of what is not known.
impl fmt::Display for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            KeyPart::Known(text) => f.write_str(text),
            KeyPart::Unknown(KeyFact::Image) => f.write_str("{ImageOS}-"),
            KeyPart::Unknown(fact) => write!(f, "{{{}}}", fact.name()),
        })
    }
}

impl KeyFact {
    fn name(self) -> &'static str {
        match self {
            Self::Arch => "architecture",
            Self::Image => "ImageOS",
            Self::Input => "go-version",
            Self::Wanted => "wanted version",
            Self::GoVersion => "Go version",
            Self::Files => "hash of files",
        }
    }
}

/// Why the library refuses a key, as a clause. Source: `cache.ts: checkKey`.
pub(crate) fn refused(key: &str) -> Option<&'static str> {
    match key.encode_utf16().count() {
        513.. => Some("it is longer than 512 characters"),
        _ if key.contains(',') => Some("it has a comma"),
        _ => None,
    }
}

/// What `cache-mode:` of a job or workflow lets its steps do: the cache service holds them to it, and releases that obey
/// ACTIONS_CACHE_MODE do not even ask. Source: GitHub's changelog of 10 September 2026; actions/runner at 258d6c8,
/// `NodeScriptActionHandler.cs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CacheMode {
    pub restores: bool,
    pub saves: bool,
}

impl CacheMode {
    /// Of a job that says nothing.
    pub(crate) const ALL: Self = Self { restores: true, saves: true };

    /// What both allow.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { restores: self.restores && other.restores, saves: self.saves && other.saves }
    }

    /// In any case; what is no mode allows everything.
    pub(crate) fn of(mode: &str) -> Self {
        let (restores, saves) = match mode.trim().to_ascii_lowercase().as_str() {
            "none" => (false, false),
            "read" => (true, false),
            "write-only" => (false, true),
            _ => (true, true),
        };
        Self { restores, saves }
    }
}

/// How the archive of an entry is packed, by the library's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    ZstdWithoutLong,
}

impl Compression {
    /// By whether zstd is on PATH. `None` for libraries below 3.1.4, which look at its version as well.
    pub(crate) fn of(library: &Version, has_zstd: bool) -> Option<Self> {
        let chosen = if has_zstd { Self::ZstdWithoutLong } else { Self::Gzip };
        (*library >= Version::new(3, 1, 4)).then_some(chosen)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::ZstdWithoutLong => "zstd-without-long",
        }
    }
}

/// What tells two entries of one key apart: an entry is found by nobody who asks with another version.
pub(crate) fn entry_version(
    paths: &[String],
    compression: Compression,
    platform: Platform,
    enable_cross_os_archive: bool,
) -> String {
    let mut components: Vec<&str> = paths.iter().map(String::as_str).collect();
    components.push(compression.word());
    if platform == Platform::Windows && !enable_cross_os_archive {
        components.push("windows-only");
    }
    components.push("1.0");
    hex(digest(&SHA256, components.join("|").as_bytes()).as_ref())
}

/// `hashFiles` over the content of files in their order; `None` without one. Line ends count: a file that a checkout on
/// Windows converts has another sum there.
pub(crate) fn hash_files<'a>(contents: impl IntoIterator<Item = &'a [u8]>) -> Option<String> {
    let (mut context, mut found) = (Context::new(&SHA256), false);
    for content in contents {
        context.update(digest(&SHA256, content).as_ref());
        found = true;
    }
    found.then(|| hex(context.finish().as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
