//! What the tests share: the binary in a known environment, a runner's directories, accepted files.

pub mod bad_server;
pub mod compiled;
mod environment;
pub mod forge;
pub mod judged;
pub mod lab;
#[cfg(unix)]
mod programs;
pub mod reports;
pub mod shards;
mod snapshots;
#[cfg(unix)]
pub mod toolchain;

pub use environment::{below, homes, system_needs, system_path};
#[cfg(unix)]
pub use programs::{copy_another_program, copy_program, write_program};
pub use snapshots::{assert_file, assert_snapshot};

use assert_cmd::Command;
use std::{fs, path::PathBuf};

/// The binary with nothing in its environment but what a process needs.
pub fn goenv() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command.env_clear().envs(system_needs());
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

/// Holds JSON against a schema.
pub fn fits(schema: &str, value: &serde_json::Value) {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mem:schema", serde_json::from_str(schema).unwrap()).unwrap();
    let index = compiler.compile("mem:schema", &mut schemas).unwrap();
    schemas.validate(value, index).unwrap();
}
