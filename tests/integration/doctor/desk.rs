//! A developer's machine in a scratch directory: a home, a module, a real Go on PATH.

use crate::support::{self, judged};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The file of `go env -w`, below the scratch directory.
pub const GOENV: &str = "home/.config/go/env";

/// A developer's machine on which nothing is wrong, until a case breaks it.
pub struct Desk {
    dir: TempDir,
    pub env: BTreeMap<String, String>,
    goroot: PathBuf,
}

impl Desk {
    /// With the newest Go of the lab; nothing where the test is to be skipped.
    pub fn new() -> Option<Self> {
        Self::with("1.23")
    }

    /// With the Go of a minor version.
    pub fn with(minor: &str) -> Option<Self> {
        let goroot = judged::goroot(&judged::tool_cache()?, minor);
        let dir = tempfile::tempdir().unwrap();
        for name in ["home/.config/go", "home/go/bin", "tmp", "module"] {
            fs::create_dir_all(dir.path().join(name)).unwrap();
        }
        let mut desk = Self { dir, env: BTreeMap::new(), goroot };
        desk.write("module/go.mod", "module example.com/m\n\ngo 1.21\n");
        desk.write("module/m.go", "package m\n");
        desk.write("module/cmd/tool/main.go", "package main\n\nfunc main() { println(\"the new tool\") }\n");
        desk.set("HOME", &desk.text("home"));
        desk.set("PATH", &format!("{}:{}/bin:/usr/bin", desk.text("home/go/bin"), desk.goroot.display()));
        Some(desk)
    }

    /// The scratch directory itself.
    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// GOROOT of the Go on PATH.
    pub fn goroot(&self) -> &str {
        self.goroot.to_str().unwrap()
    }

    /// GOROOT of another Go of the lab.
    pub fn other(&self, minor: &str) -> PathBuf {
        judged::goroot(&judged::tool_cache().unwrap(), minor)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    pub fn set_to(&mut self, name: &str, file: &str) {
        let text = self.text(file);
        self.set(name, &text);
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    pub fn doctor(&self, args: &[&str]) -> (i32, String, String) {
        let output = support::goenv()
            .current_dir(self.path("module"))
            .envs(&self.env)
            .arg("doctor")
            .args(args)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    pub fn findings(&self) -> BTreeMap<String, Value> {
        let (_, stdout, stderr) = self.doctor(&["--format", "json"]);
        let all: Value = serde_json::from_str(&stdout).unwrap_or_else(|why| panic!("{why}: {stderr}"));
        let found = all["findings"].as_array().unwrap().iter();
        found.map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone())).collect()
    }
}
