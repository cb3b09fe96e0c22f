//! What Go puts below each of its directories, told by the names below it. Source:
//! Go, `cmd/go/internal/{cache,modfetch,telemetry}`, `golang.org/x/mod/module`.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// What Go puts at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArtifactKind {
    /// What `go install` makes.
    Program,
    /// A file of the build cache.
    BuildCache,
    /// A module, unpacked.
    Module,
    /// A module as it was downloaded: `.info`, `.mod`, `.zip` and their like.
    ModuleDownload,
    /// A record of the checksum database.
    ChecksumDatabase,
    /// A clone of a repository.
    VersionControl,
    /// A file of the toolchain itself.
    Toolchain,
    /// A file of a toolchain that Go downloaded.
    FetchedToolchain,
    /// The file of `go env -w`.
    GoenvFile,
    /// Go's own counters.
    Telemetry,
    /// The temporary directory of a build.
    WorkDirectory,
    /// Source of GOPATH mode.
    GopathSource,
    /// The directory itself that a variable names.
    Directory,
}

impl ArtifactKind {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::BuildCache => "build-cache",
            Self::Module => "module",
            Self::ModuleDownload => "module-download",
            Self::ChecksumDatabase => "checksum-database",
            Self::VersionControl => "version-control",
            Self::Toolchain => "toolchain",
            Self::FetchedToolchain => "fetched-toolchain",
            Self::GoenvFile => "goenv-file",
            Self::Telemetry => "telemetry",
            Self::WorkDirectory => "work-folder",
            Self::GopathSource => "gopath-source",
            Self::Directory => "folder",
        }
    }
}

impl Serialize for ArtifactKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A part of the path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PartV1")]
pub struct PathPart {
    /// As it stands in the path.
    pub text: String,
    /// What it is: `GOBIN`, `module path`, `version`.
    pub means: String,
    /// What it says, where that is spelt otherwise: `!burnt!sushi` is `BurntSushi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoded: Option<String>,
}

/// What lies there, and the parts of the path below the directory.
pub(crate) type Found = (ArtifactKind, Vec<PathPart>);

/// Reads the names below a directory; `None`: Go puts nothing of that shape there.
pub(crate) type Shape = fn(&[&str]) -> Option<Found>;

fn part(names: &[&str], means: &str) -> Option<PathPart> {
    (!names.is_empty()).then(|| PathPart { text: names.join("/"), means: means.to_owned(), decoded: None })
}

fn parts<const N: usize>(all: [Option<PathPart>; N]) -> Vec<PathPart> {
    all.into_iter().flatten().collect()
}

/// GOBIN: programs and nothing else.
pub(crate) fn gobin(below: &[&str]) -> Option<Found> {
    (below.len() == 1).then(|| (ArtifactKind::Program, parts([part(below, "program")])))
}

/// `bin` of GOPATH: programs, those for another target in a directory of its name.
pub(crate) fn gopath_bin(below: &[&str]) -> Option<Found> {
    let is_target =
        |name: &str| name.split('_').count() == 2 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match below {
        [_] => gobin(below),
        [target, _] if is_target(target) => Some((
            ArtifactKind::Program,
            parts([part(&below[..1], "GOOS and GOARCH of a cross-compiled program"), part(&below[1..], "program")]),
        )),
        _ => None,
    }
}

/// GOCACHE: two hexadecimal digits, then an action or an output by its hash.
pub(crate) fn gocache(below: &[&str]) -> Option<Found> {
    let hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let found = match below {
        ["README" | "trim.txt" | "testexpire.txt" | "log.txt"] => parts([part(below, "the cache's own housekeeping")]),
        ["fuzz", rest @ ..] if !rest.is_empty() => {
            parts([part(&below[..1], "inputs that fuzzing found"), part(rest, "package and input")])
        }
        [dir, name, rest @ ..] if dir.len() == 2 && hex(dir) && rest.len() < 2 => {
            let (hash, kind) = name.split_once('-')?;
            let means = match kind {
                "a" if rest.is_empty() => "action: what was asked for, by its hash",
                "d" => "output: what came of an action, by its hash",
                _ => return None,
            };
            if hash.len() != 64 || !hex(hash) || !hash.starts_with(dir) {
                return None;
            }
            parts([part(&below[..1], "first byte of the hash"), part(&below[1..2], means), part(rest, "program")])
        }
        _ => return None,
    };
    Some((ArtifactKind::BuildCache, found))
}

/// GOMODCACHE: downloads, clones and unpacked modules.
pub(crate) fn gomodcache(below: &[&str]) -> Option<Found> {
    match below {
        ["cache", "lock"] => Some((ArtifactKind::ModuleDownload, parts([part(below, "lock of the module cache")]))),
        ["cache", "download", "sumdb", rest @ ..] if !rest.is_empty() => Some((
            ArtifactKind::ChecksumDatabase,
            parts([part(&below[..3], "what the checksum database said"), part(rest, "database and record")]),
        )),
        ["cache", "vcs", clone, rest @ ..] => Some((
            ArtifactKind::VersionControl,
            parts([part(&below[..2], "clones"), part(&[clone], "repository, by its hash"), part(rest, "file of it")]),
        )),
        ["cache", "download", rest @ ..] => download(&below[..2], rest),
        _ => unpacked(below),
    }
}

/// `github.com/!burnt!sushi/toml/@v/v1.2.3.zip`.
fn download(lead: &[&str], rest: &[&str]) -> Option<Found> {
    let at = rest.iter().position(|name| matches!(*name, "@v" | "@latest"))?;
    let module = decoded_part(&rest[..at], "module path")?;
    let lead = part(lead, "downloads");
    if rest[at] == "@latest" {
        return (rest.len() == at + 1)
            .then(|| (ArtifactKind::ModuleDownload, parts([lead, Some(module), part(&rest[at..], "newest version")])));
    }
    let [file] = &rest[at + 1..] else { return None };
    let found = if *file == "list" {
        parts([lead, Some(module), part(&rest[at..], "known versions")])
    } else {
        let (version, _) = file.rsplit_once('.').filter(|(_, ending)| {
            matches!(*ending, "info" | "mod" | "zip" | "ziphash" | "lock") || ending.starts_with("partial")
        })?;
        let mut name = decoded_part(&[file], "version and what of it")?;
        name.decoded = Some(decoded(version)?);
        parts([lead, Some(module), part(&rest[at..=at], "versions"), Some(name)])
    };
    Some((ArtifactKind::ModuleDownload, found))
}

/// `github.com/!burnt!sushi/toml@v1.2.3/decode.go`.
fn unpacked(below: &[&str]) -> Option<Found> {
    let at = below.iter().position(|name| name.contains('@'))?;
    let (last, version) = below[at].split_once('@')?;
    let mut names = below[..at].to_vec();
    names.push(last);
    let module = decoded_part(&names, "module path")?;
    let path = module.decoded.clone().unwrap_or_else(|| module.text.clone());
    let version = PathPart {
        text: format!("@{version}"),
        means: "version".to_owned(),
        decoded: Some(decoded(version).filter(|version| version.starts_with('v'))?),
    };
    let rest = &below[at + 1..];
    if path == "golang.org/toolchain" {
        let name = version.decoded.as_deref().and_then(|v| v.strip_prefix("v0.0.1-"))?.to_owned();
        let version = PathPart { means: "toolchain".to_owned(), decoded: Some(name), ..version };
        return Some((
            ArtifactKind::FetchedToolchain,
            parts([Some(module), Some(version), part(rest, "file of the toolchain")]),
        ));
    }
    Some((ArtifactKind::Module, parts([Some(module), Some(version), part(rest, "file of the module")])))
}

fn decoded_part(names: &[&str], means: &str) -> Option<PathPart> {
    let text = names.join("/");
    let plain = decoded(&text).filter(|plain| !plain.is_empty())?;
    let decoded = (plain != text).then_some(plain);
    Some(PathPart { text, means: means.to_owned(), decoded })
}

/// `!b` is `B`: no two names shall be one where a file system folds case. `None`: no such spelling.
fn decoded(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(match c {
            '!' => chars.next().filter(char::is_ascii_lowercase)?.to_ascii_uppercase(),
            c if c.is_ascii_uppercase() => return None,
            c => c,
        });
    }
    Some(plain)
}

/// `pkg/sumdb` of GOPATH.
pub(crate) fn sumdb(below: &[&str]) -> Option<Found> {
    (!below.is_empty()).then(|| {
        (ArtifactKind::ChecksumDatabase, parts([part(below, "database and the newest of its trees that was seen")]))
    })
}

/// `src` of GOPATH.
pub(crate) fn gopath_src(below: &[&str]) -> Option<Found> {
    (!below.is_empty()).then(|| (ArtifactKind::GopathSource, parts([part(below, "import path and file")])))
}

/// GOROOT: what a distribution holds.
pub(crate) fn goroot(below: &[&str]) -> Option<Found> {
    let (first, rest) = below.split_first()?;
    let means = match *first {
        "bin" => "the toolchain's programs",
        "src" => "the standard library and Go's own source",
        "pkg" => "tools, headers and old packages",
        "lib" | "misc" | "api" | "doc" | "test" => "what belongs to the distribution",
        "go.env" => "the toolchain's settings",
        "VERSION" => "the toolchain's version",
        "LICENSE" | "PATENTS" | "README.md" | "SECURITY.md" | "CONTRIBUTING.md" | "codereview.cfg" => "papers",
        _ => return None,
    };
    Some((ArtifactKind::Toolchain, parts([part(&below[..1], means), part(rest, "file")])))
}

/// The file itself.
pub(crate) fn goenv(below: &[&str]) -> Option<Found> {
    below.is_empty().then(|| (ArtifactKind::GoenvFile, Vec::new()))
}

/// GOTELEMETRYDIR.
pub(crate) fn telemetry(below: &[&str]) -> Option<Found> {
    matches!(below, ["local" | "upload" | "debug", ..] | ["mode" | "weekends"])
        .then(|| (ArtifactKind::Telemetry, parts([part(below, "counters")])))
}

/// GOTMPDIR: numbered directories that are removed after the build, unless `-work` keeps them.
pub(crate) fn work(below: &[&str]) -> Option<Found> {
    let (first, rest) = below.split_first()?;
    let number = ["go-build", "go-link-"].iter().find_map(|lead| first.strip_prefix(lead))?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then(|| {
        (ArtifactKind::WorkDirectory, parts([part(&below[..1], "folder of one build"), part(rest, "step and file")]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(shape: Shape, path: &str) -> Option<String> {
        let (kind, parts) = shape(&path.split('/').collect::<Vec<_>>())?;
        let shown = parts.iter().map(|p| match &p.decoded {
            Some(plain) => format!("{} ({} {plain})", p.text, p.means),
            None => p.text.clone(),
        });
        Some(format!("{}: {}", kind.name(), shown.collect::<Vec<_>>().join(" | ")))
    }

    #[test]
    fn module_paths_and_versions_are_read_from_their_spelling() {
        let shape = gomodcache as Shape;
        for (path, want) in [
            (
                "github.com/!burnt!sushi/toml@v1.2.3/decode.go",
                "module: github.com/!burnt!sushi/toml (module path github.com/BurntSushi/toml) | @v1.2.3 (version v1.2.3) | decode.go",
            ),
            (
                "cache/download/github.com/!burnt!sushi/toml/@v/v1.2.3-!r!c1.zip",
                "module-download: cache/download | github.com/!burnt!sushi/toml (module path github.com/BurntSushi/toml) | @v | v1.2.3-!r!c1.zip (version and what of it v1.2.3-RC1)",
            ),
            ("cache/download/example.com/m/@v/list", "module-download: cache/download | example.com/m | @v/list"),
            (
                "golang.org/toolchain@v0.0.1-go1.22.0.linux-amd64/bin/go",
                "fetched-toolchain: golang.org/toolchain | @v0.0.1-go1.22.0.linux-amd64 (toolchain go1.22.0.linux-amd64) | bin/go",
            ),
            ("cache/vcs/0a1b/HEAD", "version-control: cache/vcs | 0a1b | HEAD"),
        ] {
            assert_eq!(told(shape, path).as_deref(), Some(want), "{path}");
        }
        for path in [
            "github.com/BurntSushi/toml@v1.2.3/x",
            "notes.txt",
            "cache/download/m/@v/v1.txt",
            "m@latest/x",
            "a!/b@v1.0.0",
        ] {
            assert_eq!(told(shape, path), None, "{path}");
        }
    }

    #[test]
    fn only_what_go_names_so_is_an_entry_of_the_build_cache() {
        let hash = format!("ab{}", "0".repeat(62));
        assert!(told(gocache, &format!("ab/{hash}-d")).is_some());
        assert!(told(gocache, &format!("ab/{hash}-d/tool")).is_some());
        for path in [format!("ac/{hash}-d"), format!("ab/{hash}-x"), format!("ab/{}-d", &hash[1..]), "ab".to_owned()] {
            assert_eq!(told(gocache, &path), None, "{path}");
        }
    }

    #[test]
    fn a_bin_folder_holds_programs_and_folders_of_targets() {
        assert_eq!(told(gopath_bin, "windows_arm64/x.exe").as_deref(), Some("program: windows_arm64 | x.exe"));
        assert_eq!(told(gobin, "windows_arm64/x.exe"), None);
        assert_eq!(told(work, "go-build123/b001/exe/x").as_deref(), Some("work-folder: go-build123 | b001/exe/x"));
        assert_eq!(told(work, "go-builder/x"), None);
    }
}
