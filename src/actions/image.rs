//! The machines behind GitHub's own labels, and where Go keeps its files on them by default.

use crate::{
    actions::embedded,
    goenv::{
        known::Known,
        text::join,
        user_dirs::{default_gocache, default_gopath, home_variable},
    },
    plan::profile::{Profile, load_profile},
    platform::{Platform, env::EnvBlock},
    probe::{MatrixError, embedded::RUNNERS, load},
    yaml::kinds::{PlainText, SystemName, file_schema, filled, kinds},
};
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

static IMAGES: LazyLock<Vec<HostedImage>> = LazyLock::new(|| images().unwrap_or_default());

/// A machine that GitHub runs jobs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostedImage {
    pub labels: Vec<String>,
    pub platform: Platform,
    /// As in RUNNER_ARCH.
    pub arch: String,
    /// ImageOS.
    pub image: Option<String>,
    pub home: Option<String>,
    /// The directory above the workspaces.
    pub work: Option<String>,
    /// RUNNER_TEMP.
    pub temp: Option<String>,
    /// Minor versions of Go in its tool cache, as in `1.24`.
    pub go: Option<Vec<String>>,
    /// The one on PATH.
    pub path_go: Option<String>,
    /// The letters of its drives.
    pub drives: Option<String>,
    /// It runs no jobs any more.
    pub retired: bool,
}

/// Where Go keeps its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoDirs {
    pub gocache: String,
    pub gomodcache: String,
    pub gopath: String,
    /// Where `go install` puts programs.
    pub gobin: String,
}

/// The machines behind GitHub's own labels.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "goenv-ci hosted images")]
struct ImagesFile {
    /// Where all of it comes from, and when it was read.
    #[allow(dead_code, reason = "for the reader of the file")]
    #[schemars(with = "PlainText")]
    source: String,
    /// What holds on every image of a system, by RUNNER_OS.
    systems: BTreeMap<String, SystemRow>,
    /// One row for each image.
    images: Vec<ImageRow>,
}

/// What holds on every image of a system.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SystemRow {
    /// The user's home directory.
    #[schemars(with = "PlainText")]
    home: String,
}

/// An image. What is left out is not known.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = has_a_system)]
struct ImageRow {
    /// The labels of `runs-on` that name it.
    #[schemars(with = "Vec<PlainText>")]
    labels: Vec<String>,
    /// A file of matrix/runners, which has what is not stated here.
    #[schemars(with = "Option<RecordedRunner>")]
    runner: Option<String>,
    /// RUNNER_OS, where no `runner` has it.
    #[schemars(with = "Option<SystemName>")]
    os: Option<String>,
    /// RUNNER_ARCH, where no `runner` has it.
    #[schemars(with = "Option<PlainText>", extend("examples" = ["X64", "ARM64"]))]
    arch: Option<String>,
    /// ImageOS, which goes into the cache keys of Linux.
    #[schemars(with = "Option<PlainText>", extend("examples" = ["ubuntu24"]))]
    image: Option<String>,
    /// Its home directory is not that of its system, and not known.
    home: Option<Unstated>,
    /// Minor versions of Go in its tool cache.
    #[schemars(with = "Option<Vec<PlainText>>", extend("examples" = [["1.24", "1.25"]]))]
    go: Option<Vec<String>>,
    /// The minor version of the Go on PATH.
    #[schemars(with = "Option<PlainText>", extend("examples" = ["1.24"]))]
    path_go: Option<String>,
    /// The letters of its drives.
    #[schemars(with = "Option<PlainText>", extend("examples" = ["CD"]))]
    drives: Option<String>,
    /// It runs no jobs any more.
    #[serde(default)]
    retired: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum Unstated {
    Unknown,
}

kinds! {
    /// A file of matrix/runners.
    RecordedRunner = { "enum": crate::plan::runner::known().collect::<Vec<_>>() };
}

fn has_a_system(schema: &mut Schema) {
    let own = serde_json::json!({ "allOf": [filled("os"), filled("arch")] });
    schema.insert("anyOf".to_owned(), serde_json::json!([filled("runner"), own]));
}

/// The schema of the file, docs/schema/images-file.schema.json.
pub(crate) fn schema() -> Result<String, serde_json::Error> {
    file_schema::<ImagesFile>("images-file")
}

/// Whether a text is such a file.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn check(file: &str, text: &str) -> Result<(), MatrixError> {
    read(file, text).map(|_| ())
}

fn images() -> Result<Vec<HostedImage>, MatrixError> {
    const FILE: &str = "images.yml";
    read(FILE, embedded(FILE))
}

fn read(name: &str, text: &str) -> Result<Vec<HostedImage>, MatrixError> {
    let file: ImagesFile = load::parse(name, text.as_bytes())?;
    file.images.into_iter().map(|row| row.image(name, &file.systems)).collect()
}

impl ImageRow {
    fn image(self, file: &str, systems: &BTreeMap<String, SystemRow>) -> Result<HostedImage, MatrixError> {
        let recorded = self.runner.as_deref().map(recorded_runner).transpose()?;
        let recorded = recorded.as_ref();
        let label = self.labels.first().cloned().unwrap_or_default();
        let missing = |what: &str| MatrixError::at(file, 1, 1, format!("`{label}` has no `{what}`"));
        let os = self.os.or(recorded.map(|runner| runner.os.clone())).ok_or_else(|| missing("os"))?;
        let known_home = systems.get(&os).filter(|_| self.home.is_none()).map(|system| system.home.clone());
        Ok(HostedImage {
            platform: Platform::from_runner_os(&os).ok_or_else(|| missing("os"))?,
            arch: self.arch.or(recorded.map(|runner| runner.arch.clone())).ok_or_else(|| missing("arch"))?,
            image: self.image.or(recorded.map(|runner| runner.image.clone())),
            home: known_home,
            work: recorded.map(|runner| runner.work.clone()),
            temp: recorded.map(|runner| runner.temp.clone()),
            labels: self.labels,
            go: self.go,
            path_go: self.path_go,
            drives: self.drives,
            retired: self.retired,
        })
    }
}

fn recorded_runner(name: &str) -> Result<Profile, MatrixError> {
    let file = format!("runners/{name}.yml");
    let text = RUNNERS.iter().find_map(|(other, text)| (*other == file).then_some(*text));
    load_profile(&file, text.unwrap_or_default())
}

impl HostedImage {
    /// The machine that a label of `runs-on` names, in any case; `None` for all labels that are not GitHub's own.
    pub(crate) fn of(label: &str) -> Option<&'static Self> {
        IMAGES.iter().find(|image| image.labels.iter().any(|own| own.eq_ignore_ascii_case(label)))
    }

    /// The shell of a `run` without one, outside containers. Source: actions/runner, `ScriptHandler.cs`.
    pub(crate) fn default_shell(&self) -> &'static str {
        if self.platform == Platform::Windows { "pwsh" } else { "bash" }
    }

    /// GITHUB_WORKSPACE of a repository's job, by the name behind its `/`.
    pub(crate) fn workspace(&self, name: &str) -> Option<String> {
        let above = self.platform.join(self.work.as_deref()?, name);
        Some(self.platform.join(&above, name))
    }

    /// Go's own directories where nothing sets them; `None` where the home directory is not known.
    pub(crate) fn default_dirs(&self) -> Option<GoDirs> {
        let home = self.home.as_deref()?;
        let mut env = EnvBlock::from_pairs(self.platform, [(home_variable(self.platform), home)]);
        if self.platform == Platform::Windows {
            env.set("LOCALAPPDATA", format!(r"{home}\AppData\Local"));
        }
        let gopath = default_gopath(&env);
        Some(GoDirs {
            gocache: default_gocache(&Known::newest_version(), &env).ok()?,
            gomodcache: join(self.platform, &[&gopath, "pkg", "mod"]),
            gobin: join(self.platform, &[&gopath, "bin"]),
            gopath,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_sound_and_names_each_label_once() {
        let all = images().unwrap();
        let labels: Vec<&str> = all.iter().flat_map(|image| &image.labels).map(String::as_str).collect();
        assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len());
        for (file, text) in RUNNERS {
            let runner = load_profile(file, text).unwrap().facts("o/r");
            let image = HostedImage::of(&runner.label).unwrap();
            assert_eq!((image.platform, &image.arch, &image.temp), (runner.platform, &runner.arch, &runner.temp));
            assert_eq!(image.workspace("r"), Some(runner.checkout));
            for version in &runner.preinstalled {
                let minor = version.rsplit_once('.').unwrap().0;
                assert!(image.go.as_ref().unwrap().iter().any(|go| go == minor), "{file}: {version}");
            }
        }
    }

    #[test]
    fn a_label_names_a_machine_and_any_other_label_none() {
        let machine = |label: &str| {
            let image = HostedImage::of(label).unwrap();
            (image.platform, image.arch.as_str(), image.image.as_deref(), image.retired)
        };
        assert_eq!(machine("ubuntu-latest"), (Platform::Linux, "X64", Some("ubuntu24"), false));
        assert_eq!(machine("Ubuntu-24.04-ARM"), (Platform::Linux, "ARM64", Some("ubuntu24-arm64"), false));
        assert_eq!(machine("macos-latest"), (Platform::Macos, "ARM64", Some("macos26"), false));
        assert_eq!(machine("macos-15-intel"), (Platform::Macos, "X64", Some("macos15"), false));
        assert_eq!(machine("macos-13"), (Platform::Macos, "X64", Some("macos13"), true));
        assert_eq!(machine("windows-11-arm"), (Platform::Windows, "ARM64", Some("win11-arm64"), false));
        assert_eq!(machine("ubuntu-slim"), (Platform::Linux, "X64", None, false));
        for label in ["self-hosted", "ubuntu", "linux", "ubuntu-24.04-16core", "windows-latest-8-cores", ""] {
            assert_eq!(HostedImage::of(label), None, "{label}");
        }
    }

    #[test]
    fn go_keeps_its_files_in_the_home_directory() {
        let dirs = |label: &str| HostedImage::of(label).unwrap().default_dirs();
        let expected = |gocache: &str, gomodcache: &str, gopath: &str, gobin: &str| {
            let [gocache, gomodcache, gopath, gobin] = [gocache, gomodcache, gopath, gobin].map(str::to_owned);
            Some(GoDirs { gocache, gomodcache, gopath, gobin })
        };
        assert_eq!(
            dirs("ubuntu-22.04"),
            expected(
                "/home/runner/.cache/go-build",
                "/home/runner/go/pkg/mod",
                "/home/runner/go",
                "/home/runner/go/bin"
            )
        );
        assert_eq!(
            dirs("macos-14"),
            expected(
                "/Users/runner/Library/Caches/go-build",
                "/Users/runner/go/pkg/mod",
                "/Users/runner/go",
                "/Users/runner/go/bin"
            )
        );
        assert_eq!(
            dirs("windows-2022"),
            expected(
                r"C:\Users\runneradmin\AppData\Local\go-build",
                r"C:\Users\runneradmin\go\pkg\mod",
                r"C:\Users\runneradmin\go",
                r"C:\Users\runneradmin\go\bin"
            )
        );
        assert_eq!((dirs("windows-11-arm"), dirs("ubuntu-slim")), (None, None));
    }
}
