//! Lying and broken toolchains, made from a real one: a tool cache whose `bin/go` is a small script
//! and whose other files are links.

use super::write_program;
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A tool cache with one toolchain that is not what it seems.
pub struct Fake {
    dir: TempDir,
    /// What `bin/go` hands over to.
    pub real: PathBuf,
    /// GOROOT of the fake.
    pub root: PathBuf,
}

impl Fake {
    /// Everything of the real toolchain but `bin`.
    pub fn of(real: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let version = real.parent().unwrap().file_name().unwrap();
        let arch = real.file_name().unwrap();
        let root = dir.path().join("cache/go").join(version).join(arch);
        fs::create_dir_all(root.join("bin")).unwrap();
        for name in ["pkg", "src", "lib", "VERSION", "go.env"] {
            symlink(real.join(name), root.join(name)).unwrap();
        }
        fs::write(root.with_extension("complete"), "").unwrap();
        Self { dir, real: real.to_owned(), root }
    }

    /// The folder for RUNNER_TOOL_CACHE.
    pub fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    /// A folder in which verify may leave nothing.
    pub fn scratch(&self, name: &str) -> PathBuf {
        let dir = self.dir.path().join(name);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    /// Makes `bin/go` a program with this content.
    pub fn program(self, content: &str) -> Self {
        write_program(&self.root.join("bin/go"), content);
        self
    }

    /// Makes `bin/go` a script that does this and then hands over to the real one.
    pub fn handing_over(self, before: &str) -> Self {
        let script = format!("#!/bin/sh\n{before}\nexec '{}/bin/go' \"$@\"\n", self.real.display());
        self.program(&script)
    }

    /// Another content in place of a linked file.
    pub fn file(self, name: &str, content: &str) -> Self {
        fs::remove_file(self.root.join(name)).unwrap();
        fs::write(self.root.join(name), content).unwrap();
        self
    }

    /// The compiler writes its arguments to this file before it compiles.
    pub fn telling_what_it_compiles(self, log: &Path) -> Self {
        let tools = fs::read_dir(self.real.join("pkg/tool")).unwrap().next().unwrap().unwrap().path();
        let fake = self.without_compiler();
        let mine = fake.root.join("pkg/tool").join(tools.file_name().unwrap()).join("compile");
        let script =
            format!("#!/bin/sh\necho \"$@\" >>'{}'\nexec '{}/compile' \"$@\"\n", log.display(), tools.display());
        write_program(&mine, &script);
        let own_root = format!("export GOROOT=\"${{GOROOT:-{}}}\"", fake.root.display());
        fake.handing_over(&own_root)
    }

    /// The tools of the real toolchain but the compiler.
    pub fn without_compiler(self) -> Self {
        fs::remove_file(self.root.join("pkg")).unwrap();
        let tools = fs::read_dir(self.real.join("pkg/tool")).unwrap().next().unwrap().unwrap().path();
        let mine = self.root.join("pkg/tool").join(tools.file_name().unwrap());
        fs::create_dir_all(&mine).unwrap();
        for tool in fs::read_dir(&tools).unwrap().map(|entry| entry.unwrap()) {
            if tool.file_name() != "compile" {
                symlink(tool.path(), mine.join(tool.file_name())).unwrap();
            }
        }
        symlink(self.real.join("pkg/include"), self.root.join("pkg/include")).unwrap();
        self
    }
}
