//! What the integration tests share: the binary in a known environment, a
//! runner's folder, and files compared byte for byte.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test binary uses a part")]

use assert_cmd::Command;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// The binary with nothing in its environment but what a process needs.
pub fn goenv() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command.env_clear().envs(system_needs());
    command
}

/// Puts the binary where everybody may start it. By another process: what this one writes, a program that
/// another test starts at that moment holds open too, and a program that is open for writing cannot be started.
#[cfg(unix)]
pub fn copy_program(to: &Path) {
    let copied = std::process::Command::new("cp").arg(env!("CARGO_BIN_EXE_goenv-ci")).arg(to).status();
    assert!(copied.unwrap().success(), "{}", to.display());
}

/// What Windows programs need to start at all; nothing elsewhere.
pub fn system_needs() -> impl Iterator<Item = (&'static str, OsString)> {
    let names = ["SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"];
    names.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))).filter(|_| cfg!(windows))
}

/// A PATH with the system's own programs, and no Go among them.
pub fn system_path() -> String {
    match std::env::var("SYSTEMROOT") {
        Ok(root) if cfg!(windows) => format!("{root}\\system32;{root}"),
        _ => "/usr/bin:/bin".to_owned(),
    }
}

/// The home and the temporary folder, under every name that a system gives them.
pub fn homes(home: &Path, temp: &Path) -> [(&'static str, PathBuf); 7] {
    [
        ("HOME", home.to_owned()),
        ("USERPROFILE", home.to_owned()),
        ("LOCALAPPDATA", below(home, "AppData/Local")),
        ("APPDATA", below(home, "AppData/Roaming")),
        ("TMPDIR", temp.to_owned()),
        ("TMP", temp.to_owned()),
        ("TEMP", temp.to_owned()),
    ]
}

/// A path below a folder, in the system's own syntax.
pub fn below(dir: &Path, name: &str) -> PathBuf {
    name.split('/').fold(dir.to_owned(), |path, part| path.join(part))
}

/// A folder in the layout of a hosted runner, with empty command files.
pub struct Runner {
    dir: tempfile::TempDir,
}

impl Runner {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["_temp", "app/app", "home"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        for file in ["env", "path", "output"] {
            fs::write(dir.path().join(file), "").unwrap();
        }
        Self { dir }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        below(self.dir.path(), name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The binary as a step of a job of `org/app` runs it.
    pub fn goenv(&self) -> Command {
        let mut command = goenv();
        command
            .current_dir(self.path("app/app"))
            .env("PATH", system_path())
            .envs(homes(&self.path("home"), &self.path("_temp")))
            .env("RUNNER_TEMP", self.path("_temp"))
            .env("RUNNER_WORKSPACE", self.path("app"))
            .env("GITHUB_WORKSPACE", self.path("app/app"))
            .env("GITHUB_REPOSITORY", "org/app")
            .env("GITHUB_ENV", self.path("env"))
            .env("GITHUB_PATH", self.path("path"))
            .env("GITHUB_OUTPUT", self.path("output"));
        command
    }
}

/// Compares byte for byte with a file beside the tests; `SNAPSHOTS=overwrite` accepts.
/// Slashes and line ends are never made equal: they are what we are here for.
pub fn assert_file(expected: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(expected);
    let wanted = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").normalize_paths(false).eq(actual.to_owned(), wanted);
}
