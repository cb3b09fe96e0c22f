//! Settings that are fine alone and clash together, beyond the scenes: what needs a toolchain of its own, what must
//! not be found, and a go.work of ten thousand lines.

use crate::support::judged;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write},
    path::PathBuf,
    process::Command,
};
use tempfile::TempDir;

/// A directory that is a person's machine: `home`, `up/m` with a module in it, `bin` as the rest of PATH.
struct Place {
    dir: TempDir,
    goroot: PathBuf,
    env: BTreeMap<String, String>,
}

impl Place {
    fn new(version: &str) -> Option<Self> {
        let goroot = judged::goroot(&judged::tool_cache()?, version);
        let dir = tempfile::tempdir().unwrap();
        for name in ["home/go/bin", "up/m", "bin"] {
            fs::create_dir_all(dir.path().join(name)).unwrap();
        }
        let mut place = Self { dir, goroot, env: BTreeMap::new() };
        place.write("up/m/go.mod", "module example.com/m\n\ngo 1.20\n");
        place.write("up/m/m.go", "package m\n");
        place.set("HOME", "$W/home");
        place.set("GOPROXY", "off");
        Some(place)
    }

    fn root(&self) -> &str {
        self.dir.path().to_str().unwrap()
    }

    fn set(&mut self, name: &str, value: &str) {
        let value = value.replace("$W", self.root());
        self.env.insert(name.to_owned(), value);
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// In the module, by a shell: its exit code and all that it says.
    fn sh(&self, script: &str) -> (bool, String) {
        let mut command = Command::new("/bin/sh");
        command.current_dir(self.dir.path().join("up/m")).env_clear().envs(&self.env);
        command.env("PATH", format!("{}/bin:{root}/home/go/bin:{root}/bin", self.goroot.display(), root = self.root()));
        let done = command.args(["-c", &format!("exec 2>&1\n{script}")]).output().unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned())
    }

    fn findings(&self, before: &str) -> BTreeMap<String, Value> {
        let program = env!("CARGO_BIN_EXE_goenv-ci");
        let (_, text) = self.sh(&format!("{before}\n'{program}' doctor --format json --fail-on never 2>/dev/null"));
        let start = text.find("{\n").unwrap_or_else(|| panic!("{text}"));
        let all: Value = serde_json::from_str(&text[start..]).unwrap_or_else(|why| panic!("{why}: {text}"));
        let each = all["findings"].as_array().unwrap().iter();
        each.map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone())).collect()
    }
}

fn workspace(place: &Place, content: &str) {
    place.write("up/go.work", content);
}

/// A toolchain that only says that it ran, in a module proxy of its own.
fn toolchain_proxy(place: &Place, name: &str) -> String {
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let version = format!("v0.0.1-{name}.{system}-{machine}");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (file, text) in
        [("VERSION", name), ("bin/gofmt", ""), ("bin/go", "#!/bin/sh\necho it ran: \"$@\"\n"), ("pkg/tool/x", "")]
    {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("golang.org/toolchain@{version}/{file}"), options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    place.write(&format!("proxy/golang.org/toolchain/@v/{version}.zip"), zip.finish().unwrap().into_inner());
    format!("file://{}/proxy", place.root())
}

/// A file proxy stands for the one that is behind a firewall: golang.org itself has no such version either.
#[test]
fn a_toolchain_that_counts_as_private_is_not_asked_of_the_proxy() {
    for version in ["1.21", "1.23"] {
        let Some(mut place) = Place::new(version) else { return };
        let proxy = toolchain_proxy(&place, "go1.98.0");
        place.write("up/m/go.mod", "module example.com/m\n\ngo 1.98.0\n");
        place.set("GOPROXY", &proxy);
        place.set("GOPRIVATE", "*");
        place.set("GOFLAGS", "-modcacherw");
        let (works, said) = place.sh("go build .");
        assert!(!works && said.contains("toolchain not available"), "{said}");
        let fix = place.findings("")["toolchain-is-private"]["mend"]["command"].as_str().unwrap().to_owned();
        let (works, said) = place.sh(&format!("{fix} && go build ."));
        assert!(works && said.contains("it ran: build ."), "{fix}: {said}");
        assert!(!place.findings("").contains_key("toolchain-is-private"));
    }
}

/// The fix needs the checksum database itself: what Go says then is another thing, and no longer this.
#[test]
fn a_toolchain_that_may_not_be_checked_stops_from_the_cache_too() {
    let Some(mut place) = Place::new("1.23") else { return };
    let proxy = toolchain_proxy(&place, "go1.98.0");
    place.write("up/m/go.mod", "module example.com/m\n\ngo 1.98.0\n");
    place.set("GOSUMDB", "off");
    place.set("GOFLAGS", "-modcacherw");
    let (fine, said) = place.sh(&format!("GOPROXY={proxy} go version"));
    assert!(fine && said.contains("it ran: version"), "a file proxy is trusted: {said}");
    let (works, said) = place.sh("go build .");
    assert!(!works && said.contains("checksum database disabled by GOSUMDB=off"), "{said}");
    assert!(place.findings("").contains_key("sumdb-off-and-toolchain"));
    assert!(!place.findings(&format!("export GOPROXY={proxy}")).contains_key("sumdb-off-and-toolchain"));
    assert!(!place.findings("unset GOSUMDB").contains_key("sumdb-off-and-toolchain"));
}

#[test]
fn a_workspace_that_uses_the_module_is_no_fault() {
    let Some(place) = Place::new("1.23") else { return };
    place.write("up/other/go.mod", "module example.com/other\n");
    workspace(&place, "go 1.21\n\nuse (\n\t./m\n\t./other\n)\n");
    assert!(place.sh("go build ./...").0);
    let found: Vec<String> = place.findings("unset GOPROXY").into_keys().collect();
    assert_eq!(found, [] as [&str; 0]);
}

#[test]
fn ten_thousand_uses_are_looked_at_in_bounded_time_and_told_in_bounded_length() {
    let Some(place) = Place::new("1.23") else { return };
    let uses: String = (0..10_000).map(|number| format!("use ./gone{number}\n")).collect();
    workspace(&place, &format!("go 1.21\n\nuse ./m\n{uses}"));
    let program = env!("CARGO_BIN_EXE_goenv-ci");
    let (_, text) = place.sh(&format!("'{program}' doctor --check workspace-use-missing --format json 2>/dev/null"));
    let all: Value = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why}: {text}"));
    let found = all["findings"].as_array().unwrap();
    let last = found.last().unwrap()["message"].as_str().unwrap();
    assert_eq!((found.len(), last), (101, "9900 more findings like these"));
}
