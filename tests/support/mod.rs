//! What the integration tests share: the binary in a known environment, a
//! runner's folder, and files compared byte for byte.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test binary uses a part")]

use assert_cmd::Command;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The binary with nothing in its environment but what a process needs.
pub fn goenv() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command.env_clear();
    for name in ["SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
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
        self.dir.path().join(name)
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
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.path("home"))
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
