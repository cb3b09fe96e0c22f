//! A toolchain of the lab, its `go` built anew with a mutant's edits, and a GOROOT of links around that `go`.

use crate::mutant::Mutant;
use goenv_ci::goenv::version::GoVersion;
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// A real toolchain, and where what is built with it is kept for the next run.
pub struct Toolchain {
    /// As in `1.22.10`.
    pub version: GoVersion,
    /// Its GOROOT, without links in it.
    pub goroot: PathBuf,
    /// Below the build directory of cargo.
    kept: PathBuf,
}

/// A GOROOT whose `go` is another; removed with the value.
pub struct MutantRoot {
    dir: TempDir,
}

impl MutantRoot {
    /// The GOROOT.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("goroot")
    }

    /// A new directory beside it.
    pub fn beside(&self, name: &str) -> PathBuf {
        let dir = self.dir.path().join(name);
        fs::create_dir_all(&dir).unwrap();
        dir
    }
}

impl Toolchain {
    /// The toolchain at this GOROOT.
    pub fn at(goroot: &Path) -> Self {
        let goroot = fs::canonicalize(goroot).unwrap();
        let text = fs::read_to_string(goroot.join("VERSION")).unwrap();
        let version: GoVersion = text.lines().next().unwrap().parse().unwrap();
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("detection").join(version.to_string());
        fs::create_dir_all(&kept).unwrap();
        Self { version, goroot, kept }
    }

    /// A `go` of this toolchain in an environment that holds nothing else.
    pub fn go(&self, program: &Path, home: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", home).env("TMPDIR", home);
        for setting in ["GOENV=off", "GOTOOLCHAIN=local", "GOWORK=off", "GOPROXY=off", "GOSUMDB=off", "CGO_ENABLED=0"] {
            let (name, value) = setting.split_once('=').unwrap();
            command.env(name, value);
        }
        command
    }

    /// Builds the `go` of a mutant, or the unchanged one without edits.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn build(&self, changed: &BTreeMap<String, String>) -> Result<MutantRoot, String> {
        let root = MutantRoot { dir: tempfile::tempdir_in(&self.kept).unwrap() };
        let edited = root.beside("edited");
        let mut replace = serde_json::Map::new();
        for (number, (file, content)) in changed.iter().enumerate() {
            let copy = edited.join(format!("{number}.go"));
            fs::write(&copy, content).unwrap();
            let original = self.goroot.join("src").join(file);
            replace.insert(original.to_str().unwrap().to_owned(), copy.to_str().unwrap().into());
        }
        let overlay = edited.join("overlay.json");
        fs::write(&overlay, serde_json::json!({ "Replace": replace }).to_string()).unwrap();
        let bin = root.beside("goroot/bin");
        // As it was distributed: no GOROOT is linked in, so that the one of links is found. Without optimizations,
        // which takes a quarter off the time to compile.
        let built = self
            .go(&self.goroot.join("bin/go"), &root.beside("home"))
            .current_dir(self.goroot.join("src/cmd"))
            .env("GOCACHE", self.kept.join("cache"))
            .args(["build", "-trimpath", "-ldflags=-w", "-gcflags=cmd/go/...=-N -l", "-overlay"])
            .arg(&overlay)
            .arg("-o")
            .arg(bin.join("go"))
            .arg("cmd/go")
            .output()
            .unwrap();
        succeeded("go build cmd/go", &built)?;
        for entry in fs::read_dir(&self.goroot).unwrap().map(|entry| entry.unwrap()) {
            if entry.file_name() != "bin" {
                symlink(entry.path(), root.path().join(entry.file_name())).unwrap();
            }
        }
        symlink(self.goroot.join("bin/gofmt"), bin.join("gofmt")).unwrap();
        Ok(root)
    }

    /// Builds the `go` of this mutant.
    ///
    /// # Errors
    /// An edit does not apply, or the result does not compile.
    pub fn mutated(&self, mutant: &Mutant) -> Result<MutantRoot, Unbuilt> {
        let changed = mutant.apply(&self.goroot, &self.version).map_err(Unbuilt::DoesNotApply)?;
        self.build(&changed).map_err(Unbuilt::DoesNotCompile)
    }

    /// Where outcomes are kept.
    pub fn outcomes(&self) -> PathBuf {
        let dir = self.kept.join("outcomes");
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    /// A build cache that holds what every program needs, for it takes seconds to compile.
    pub fn warm_cache(&self) -> PathBuf {
        self.kept.join("warm")
    }
}

/// Why there is no such `go`.
pub enum Unbuilt {
    /// The source of this version has not what is to be changed.
    DoesNotApply(String),
    /// The list is wrong.
    DoesNotCompile(String),
}

/// Nothing, or what a command that failed has printed.
///
/// # Errors
/// Its last lines.
pub fn succeeded(what: &str, output: &Output) -> Result<(), String> {
    if output.status.success() {
        return Ok(());
    }
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = said.lines().collect();
    let last = lines[lines.len().saturating_sub(6)..].join("; ");
    Err(format!("{what}: {}: {last}", output.status))
}
