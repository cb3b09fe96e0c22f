//! What a release of actions/setup-go caches, exports and reads.

use crate::{
    actions::{
        cache_entry::{KeyFact, KeyPart, KeyText},
        release::{ActionRelease, ReleaseTable, changes_schema},
    },
    goenv::version::GoVersion,
    platform::Platform,
    probe::MatrixError,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::LazyLock;

static RELEASES: LazyLock<ReleaseTable<SetupGo>> =
    LazyLock::new(|| ReleaseTable::embedded("setup-go").unwrap_or_default());

/// A release of setup-go.
pub(crate) type SetupGoRelease = ActionRelease<SetupGo>;

/// What a release does; matrix/actions/setup-go.yml says what the fields mean.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupGo {
    /// Whether it caches: never, asked (only with `cache: true`), default (unless `cache` is false).
    pub caches: Caching,
    /// What is looked for in the workspace itself where no cache-dependency-path is given.
    pub key_file: Option<String>,
    /// How its key is made: {os} {arch} {image} {input} {wanted} {go} {files}.
    key: Option<String>,
    /// What happens where no file makes a key: the step fails, or warns and caches nothing.
    pub without_key: Option<WithoutKey>,
    /// Which directories an entry holds: both or none, or any that is known.
    directories: Option<CachedDirs>,
    /// How variables and PATH reach later steps: by commands, which runners refuse, or by files.
    pub exports: ExportWay,
    /// When GOROOT is exported: always, or old (for Go below 1.9 alone).
    pub goroot: GorootExport,
    /// When GOPATH/bin is put onto PATH: where a version is wanted, or always.
    pub gopath_bin: GopathBin,
    /// What becomes of GOTOOLCHAIN: kept, or `local` for all later steps.
    pub gotoolchain: ToolchainExport,
    /// What go-version-file reads by name; any other is taken as a version, whole.
    #[serde(default)]
    version_file: Vec<VersionFile>,
    /// What go-version may be beside a version or a range of versions.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether ACTIONS_CACHE_MODE is obeyed.
    #[serde(default)]
    pub cache_mode: bool,
    /// All inputs that it knows.
    pub inputs: Vec<String>,
    /// All outputs that it has.
    #[serde(default)]
    pub outputs: Vec<String>,
}

/// Whether it caches.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Caching {
    /// It has no cache.
    Never,
    /// Only with `cache: true`.
    Asked,
    /// Unless `cache` is false.
    Default,
}

/// What happens where no file makes a key.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WithoutKey {
    /// The step fails.
    Fails,
    /// A warning; nothing is restored or saved.
    Warns,
}

/// Which directories an entry holds.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
enum CachedDirs {
    Both,
    Any,
}

/// How variables and PATH reach later steps.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExportWay {
    /// By commands that runners refuse, and fail the step for, unless they are told otherwise.
    Commands,
    Files,
}

/// When GOROOT is exported.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum GorootExport {
    Always,
    /// For Go below 1.9 alone.
    Old,
}

/// When `bin` in GOPATH is put onto PATH.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum GopathBin {
    /// Where a version is wanted.
    Wanted,
    Always,
}

/// What becomes of GOTOOLCHAIN.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToolchainExport {
    Kept,
    /// `local` for all later steps, whatever it was.
    Local,
}

/// What is read in a version file.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
enum VersionFile {
    #[serde(rename = "go.mod")]
    GoMod,
    #[serde(rename = "go.work")]
    GoWork,
    #[serde(rename = "toolchain")]
    ToolchainLine,
    #[serde(rename = ".tool-versions")]
    ToolVersions,
}

/// What a key is made of, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetupGoKeyFacts<'a> {
    pub platform: Platform,
    /// As in RUNNER_ARCH.
    pub arch: Option<&'a str>,
    /// ImageOS.
    pub image: Option<&'a str>,
    /// The input go-version.
    pub input: Option<&'a str>,
    /// That, else what the version file says.
    pub wanted: Option<&'a str>,
    /// Of the Go that then runs in the workspace, as in `1.24.1`: a go.mod there may have it take another toolchain.
    pub go: Option<&'a str>,
    /// Of the files of the key.
    pub files: Option<&'a str>,
}

/// The schema of setup-go.yml, docs/schema/setup-go-file.schema.json.
pub(crate) fn schema() -> Result<String, serde_json::Error> {
    changes_schema::<SetupGo>(
        "setup-go-file",
        "goenv-ci on actions/setup-go",
        "What actions/setup-go does, by release.",
    )
}

/// Whether a text is such a file, for the tags that are built in.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(file: &str, text: &str) -> Result<(), MatrixError> {
    ReleaseTable::<SetupGo>::with_own_tags("setup-go", file, text).map(|_| ())
}

/// The release that `uses: actions/setup-go@REFERENCE` means; `None` where it is not known.
pub(crate) fn release(reference: &str) -> Option<&'static SetupGoRelease> {
    RELEASES.find(reference)
}

/// The Go that a wanted version is, where it is one version and no range: `1.24.1`, `1.25.0-rc.1`, but not `1.24`.
pub(crate) fn exact_version(wanted: &str) -> Option<GoVersion> {
    let version: semver::Version = wanted.trim().parse().ok()?;
    let (number, pre) = (format!("{}.{}", version.major, version.minor), version.pre.as_str().replace('.', ""));
    match (pre.is_empty(), version.patch) {
        _ if !version.build.is_empty() => None,
        (true, patch) => format!("{number}.{patch}").parse().ok(),
        (false, 0) => format!("{number}{pre}").parse().ok(),
        (false, _) => None,
    }
}

impl SetupGo {
    /// Whether it caches with this input. An empty one is not a missing one: the step fails for it as for everything
    /// that is no boolean of YAML's core schema, which is `None`. Source: actions/toolkit, `core.ts: getBooleanInput`.
    pub(crate) fn caches_with(&self, cache: Option<&str>) -> Option<bool> {
        match (self.caches, cache.map(str::trim)) {
            (Caching::Never, _) => Some(false),
            (caches, None) => Some(caches == Caching::Default),
            (_, Some("true" | "True" | "TRUE")) => Some(true),
            (_, Some("false" | "False" | "FALSE")) => Some(false),
            (_, Some(_)) => None,
        }
    }

    /// Whether both make the same key of the same facts.
    pub(crate) fn has_same_key(&self, other: &Self) -> bool {
        (&self.key, &self.key_file, self.directories) == (&other.key, &other.key_file, other.directories)
    }

    /// Inputs are found in any case.
    pub(crate) fn knows_input(&self, name: &str) -> bool {
        self.inputs.iter().any(|input| input.eq_ignore_ascii_case(name))
    }

    /// The paths of an entry in their order, by what `go env` answers at that time; none: there is no cache.
    pub(crate) fn cached_dirs(&self, gomodcache: &str, gocache: &str) -> Vec<String> {
        let found: Vec<String> =
            [gomodcache, gocache].map(str::trim).into_iter().filter(|dir| !dir.is_empty()).map(str::to_owned).collect();
        match self.directories {
            None => Vec::new(),
            Some(CachedDirs::Both) if found.len() < 2 => Vec::new(),
            Some(_) => found,
        }
    }

    /// The key that it restores and saves under; `None` without a cache.
    pub(crate) fn primary_key(&self, facts: &SetupGoKeyFacts) -> Option<KeyText> {
        let mut parts = Vec::new();
        let mut rest = self.key.as_deref()?;
        while let Some((before, name, behind)) = placeholder(rest) {
            parts.push(KeyPart::Known(before.to_owned()));
            parts.extend(facts.part(name));
            rest = behind;
        }
        parts.push(KeyPart::Known(rest.to_owned()));
        Some(KeyText::new(parts))
    }

    /// The version that `go-version-file` asks for; empty: none, which takes the Go of the machine. `None` where the
    /// release has no such input. `toolchain_is_local`: GOTOOLCHAIN is `local` before the step.
    pub(crate) fn version_in_file(&self, path: &str, text: &str, toolchain_is_local: bool) -> Option<String> {
        if !self.knows_input("go-version-file") {
            return None;
        }
        let reads = |what| self.version_file.contains(&what);
        let is_go_file = match path.rsplit(['/', '\\']).next().unwrap_or_default() {
            "go.mod" => reads(VersionFile::GoMod),
            "go.work" => reads(VersionFile::GoWork),
            ".tool-versions" if reads(VersionFile::ToolVersions) => return Some(tool_version(text)),
            _ => false,
        };
        if !is_go_file {
            return Some(trimmed(text).to_owned());
        }
        let toolchain = || lines(text).find_map(toolchain_line).filter(|_| !toolchain_is_local);
        let by_toolchain = reads(VersionFile::ToolchainLine).then(toolchain).flatten();
        Some(by_toolchain.or_else(|| lines(text).find_map(go_line)).unwrap_or_default().to_owned())
    }
}

impl SetupGoKeyFacts<'_> {
    fn part(&self, name: &str) -> Option<KeyPart> {
        let fact = match name {
            "os" => return Some(KeyPart::Known(self.platform.runner_os().to_owned())),
            "image" if self.platform != Platform::Linux => return None,
            "image" => {
                return Some(
                    self.image.map_or(KeyPart::Unknown(KeyFact::Image), |image| KeyPart::Known(format!("{image}-"))),
                );
            }
            "arch" => (KeyFact::Arch, self.arch.and_then(process_arch)),
            "input" => (KeyFact::Input, self.input),
            "wanted" => (KeyFact::Wanted, self.wanted),
            "go" => (KeyFact::GoVersion, self.go),
            _ => (KeyFact::Files, self.files),
        };
        Some(fact.1.map_or(KeyPart::Unknown(fact.0), |known| KeyPart::Known(known.to_owned())))
    }
}

/// Node's word for a RUNNER_ARCH.
fn process_arch(runner_arch: &str) -> Option<&'static str> {
    match runner_arch {
        "X64" => Some("x64"),
        "ARM64" => Some("arm64"),
        "X86" => Some("ia32"),
        "ARM" => Some("arm"),
        _ => None,
    }
}

/// What stands before the first `{NAME}`, the name, and the rest.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, behind) = rest.split_once('}')?;
    Some((before, name, behind))
}

/// Lines as JavaScript's `m` sees them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{2028}', '\u{2029}'])
}

/// JavaScript's `trim` takes a byte order mark away as well.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// `^go (\d+(\.\d+)*)`.
fn go_line(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("go ")?;
    let mut end = digits(rest);
    if end == 0 {
        return None;
    }
    while let Some(behind) = rest[end..].strip_prefix('.') {
        match digits(behind) {
            0 => break,
            more => end += 1 + more,
        }
    }
    Some(&rest[..end])
}

/// `^toolchain go(1\.\d+(?:\.\d+|rc\d+)?)`.
fn toolchain_line(line: &str) -> Option<&str> {
    let version = line.strip_prefix("toolchain go")?;
    let minor = version.strip_prefix("1.").map(digits).filter(|digits| *digits > 0)?;
    let end = "1.".len() + minor;
    let more = [".", "rc"].into_iter().find_map(|mark| {
        let patch = digits(version[end..].strip_prefix(mark)?);
        (patch > 0).then(|| mark.len() + patch)
    });
    Some(&version[..end + more.unwrap_or(0)])
}

/// `^golang\s+([^\n#]+)`, trimmed.
fn tool_version(text: &str) -> String {
    let starts = std::iter::once(0)
        .chain(text.match_indices(['\n', '\r', '\u{2028}', '\u{2029}']).map(|(at, end)| at + end.len()));
    let rest =
        starts.filter_map(|at| text[at..].strip_prefix("golang")).find(|rest| rest.starts_with(char::is_whitespace));
    let version = rest.map(str::trim_start).and_then(|rest| rest.split(['\n', '#']).next());
    trimmed(version.unwrap_or_default()).to_owned()
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests;
