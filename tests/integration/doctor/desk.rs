//! A developer's machine in a scratch directory: a home, a module, a real Go on PATH.

use crate::support::{self, copy_program, judged};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

/// The file of `go env -w`, below the scratch directory.
pub const GOENV: &str = "home/.config/go/env";

/// A developer's machine on which nothing is wrong, until a case breaks it.
pub struct Desk {
    dir: TempDir,
    pub env: BTreeMap<String, String>,
    goroot: PathBuf,
    /// Whether it is used by `NOBODY`, because permissions do not stop root.
    is_nobodys: bool,
    mounted: Vec<PathBuf>,
}

/// Who uses the machine where these tests run as root.
const NOBODY: &str = "65534";

/// Programs that fixes call as the user of the machine.
const OF_THE_USER: [&str; 7] = ["go", "git", "id", "mkdir", "chmod", "rm", "sed"];

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A program that root runs.
fn of_root(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

/// Whether these tests can do what only root can. CI must be able to.
pub fn can_be_root() -> bool {
    let can = of_root("true").output().is_ok_and(|output| output.status.success());
    assert!(can || std::env::var_os("CI").is_none(), "neither root nor sudo: foreign files cannot be made");
    can
}

/// Whether a file system can be mounted; containers often forbid it.
pub fn can_mount() -> bool {
    let Some(mut desk) = Desk::new().filter(|_| can_be_root()) else { return false };
    desk.mounts("tmp", "size=64k")
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
        let mut desk = Self { dir, env: BTreeMap::new(), goroot, is_nobodys: false, mounted: Vec::new() };
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

    pub fn link(&self, to: impl AsRef<Path>, name: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        symlink(to, self.path(name)).unwrap();
    }

    /// PATH with another entry before all others, or behind them.
    pub fn before_path(&mut self, entry: &str) {
        let path = format!("{entry}:{}", self.env["PATH"]);
        self.set("PATH", &path);
    }

    pub fn behind_path(&mut self, entry: &str) {
        let path = format!("{}:{entry}", self.env["PATH"]);
        self.set("PATH", &path);
    }

    /// A proxy in a directory, with the module example.com/dep v1.0.0; its address.
    pub fn proxy(&self) -> String {
        let of = |name: &str| format!("proxy/example.com/dep/@v/{name}");
        self.write(&of("v1.0.0.info"), r#"{"Version":"v1.0.0","Time":"2024-01-01T00:00:00Z"}"#);
        self.write(&of("v1.0.0.mod"), "module example.com/dep\n");
        self.write(&of("list"), "v1.0.0\n");
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in [("go.mod", "module example.com/dep\n"), ("dep.go", "package dep\n")] {
            zip.start_file(format!("example.com/dep@v1.0.0/{name}"), SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        self.write(&of("v1.0.0.zip"), zip.finish().unwrap().into_inner());
        format!("file://{}", self.text("proxy"))
    }

    /// Puts the same Go on PATH in a directory of this machine, with another go.env or without one.
    pub fn own_goroot(&mut self, go_env: Option<&str>) {
        for part in ["pkg", "src", "VERSION"] {
            self.link(self.goroot.join(part), &format!("usr/go/{part}"));
        }
        self.write("usr/go/bin/.keep", "");
        support::copy_another_program(&self.goroot.join("bin/go"), &self.path("usr/go/bin/go"));
        if let Some(text) = go_env {
            self.write("usr/go/go.env", text);
        }
        let path = format!("{}:{}:/usr/bin", self.text("home/go/bin"), self.text("usr/go/bin"));
        self.set("PATH", &path);
    }

    pub fn doctor(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = if self.is_nobodys {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"])
                .arg(self.path("given/goenv-ci"));
            command
        } else {
            Command::new(env!("CARGO_BIN_EXE_goenv-ci"))
        };
        command.env_clear().envs(support::system_needs());
        let output =
            command.current_dir(self.path("module")).envs(&self.env).arg("doctor").args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// What a shell on this machine begins with: it knows the program under test by its name, and where the machine is
    /// not the user's of these tests, its user's programs, and `sudo`.
    pub fn prelude(&self) -> String {
        let program = env!("CARGO_BIN_EXE_goenv-ci");
        if !self.is_nobodys {
            return format!("goenv-ci() {{ '{program}' \"$@\"; }}\n");
        }
        let user = format!("setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --");
        let function = |name: &str| format!("{name}() {{ {user} {name} \"$@\"; }}\n");
        let functions: String = OF_THE_USER.into_iter().map(function).collect();
        let own = format!("goenv-ci() {{ {user} '{}' \"$@\"; }}\n", self.text("given/goenv-ci"));
        functions + &own + "sudo() { command \"$@\"; }\n"
    }

    /// From here on the user of this machine is one whom permissions stop. The build cache is a copy of its own.
    pub fn is_used_by_another(&mut self) {
        let cache = self.path("home/.cache/go-build");
        if let Ok(shared) = fs::read_link(&cache) {
            fs::remove_file(&cache).unwrap();
            let copied = Command::new("cp").arg("-r").arg(shared).arg(&cache).status().unwrap();
            assert!(copied.success(), "a copy of the build cache");
        }
        if !is_root() {
            return;
        }
        self.is_nobodys = true;
        fs::create_dir_all(self.path("given")).unwrap();
        copy_program(&self.path("given/goenv-ci"));
        self.as_root("chmod", &["-R", "a+rX", &self.text(".")]);
        self.gives_all_back();
    }

    /// All in the home, the module and the temporary directory is the user's again.
    pub fn gives_all_back(&self) {
        for part in ["home", "module", "tmp"].into_iter().filter(|_| self.is_nobodys) {
            self.as_root("chown", &["-R", "-h", NOBODY, &self.text(part)]);
        }
    }

    /// Does what only root can.
    pub fn as_root(&self, program: &str, args: &[&str]) {
        let output = of_root(program).args(args).output().unwrap();
        assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Mounts a file system in memory, until the machine goes.
    pub fn mounts(&mut self, name: &str, options: &str) -> bool {
        let at = self.path(name);
        fs::create_dir_all(&at).unwrap();
        let words = ["-t", "tmpfs", "-o", options, "none"];
        let done = of_root("mount").args(words).arg(&at).output().is_ok_and(|output| output.status.success());
        if done {
            self.mounted.push(at);
        }
        done
    }

    pub fn findings(&self) -> BTreeMap<String, Value> {
        let (_, stdout, stderr) = self.doctor(&["--format", "json"]);
        let all: Value = serde_json::from_str(&stdout).unwrap_or_else(|why| panic!("{why}: {stderr}"));
        let found = all["findings"].as_array().unwrap().iter();
        found.map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone())).collect()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        for at in std::mem::take(&mut self.mounted) {
            self.as_root("umount", &["--lazy", at.to_str().unwrap()]);
        }
        if !is_root() && self.path("foreign").exists() {
            self.as_root("rm", &["-rf", &self.text("foreign")]);
        }
    }
}
