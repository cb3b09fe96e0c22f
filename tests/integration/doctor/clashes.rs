//! Settings that are fine alone and clash together: in each scene real Go stops, the fix that `doctor` prints is run
//! word for word in a shell of that scene, and then the same command succeeds and nothing new is found.

use crate::support::judged;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Write},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
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

    fn link(&self, program: &str) {
        let found = ["/usr/bin", "/bin"].iter().map(|dir| Path::new(dir).join(program)).find(|path| path.exists());
        symlink(found.unwrap_or_else(|| panic!("{program} is not here")), self.dir.path().join("bin").join(program))
            .ok();
    }

    /// In the module, by a shell: its exit code and all that it says.
    fn sh(&self, script: &str) -> (bool, String) {
        let mut command = Command::new("/bin/sh");
        command.current_dir(self.dir.path().join("up/m")).env_clear().envs(&self.env);
        command.env("PATH", format!("{}/bin:{root}/home/go/bin:{root}/bin", self.goroot.display(), root = self.root()));
        // What is compiled is shared by all scenes: the runtime takes seconds.
        if !self.env.contains_key("GOCACHE") {
            command.env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("clashes"));
        }
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

struct Scene {
    /// The check that must find it.
    id: &'static str,
    /// The versions of Go that stop.
    stops: &'static [&'static str],
    /// Those on which the same is fine, and must not be found.
    fine: &'static [&'static str],
    set: fn(&mut Place),
    command: &'static str,
    /// A part of what Go says.
    says: &'static str,
}

/// The checks that these scenes are of.
pub fn tried() -> impl Iterator<Item = &'static str> {
    SCENES.iter().map(|scene| scene.id).chain(["sumdb-off-and-toolchain"])
}

/// Where all versions do the same, the oldest and the newest are asked.
const ALL: &[&str] = &["1.21", "1.23"];

fn workspace(place: &Place, content: &str) {
    place.write("up/go.work", content);
}

/// A module proxy in a directory with the module `example.com/Dep`, which the module needs.
fn needs_dep(place: &mut Place) {
    let go_mod = "module example.com/Dep\n\ngo 1.20\n";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("go.mod", go_mod), ("dep.go", "package dep\n")] {
        zip.start_file(format!("example.com/Dep@v1.0.0/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let at = "proxy/example.com/!dep/@v";
    place.write(&format!("{at}/v1.0.0.zip"), zip.finish().unwrap().into_inner());
    place.write(&format!("{at}/v1.0.0.mod"), go_mod);
    place.write(&format!("{at}/v1.0.0.info"), r#"{"Version":"v1.0.0"}"#);
    place.write(&format!("{at}/list"), "v1.0.0\n");
    place.write("up/m/go.mod", "module example.com/m\n\ngo 1.20\n\nrequire example.com/Dep v1.0.0\n");
    place.write("up/m/m.go", "package m\n\nimport _ \"example.com/Dep\"\n");
    let proxy = format!("file://{}/proxy", place.root());
    let fetch = format!("GOPROXY={proxy} GOSUMDB=off GOFLAGS='-mod=mod -modcacherw' go mod download all");
    let (fine, said) = place.sh(&fetch);
    assert!(fine, "{said}");
    place.write("home/.config/go/env", format!("GOPROXY={proxy}\n"));
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

const SCENES: &[Scene] = &[
    Scene {
        id: "workspace-refuses-flag",
        stops: ALL,
        fine: &[],
        set: |place| {
            workspace(place, "go 1.21\n\nuse ./m\n");
            place.set("GOFLAGS", "-mod=mod -trimpath");
        },
        command: "go build ./...",
        says: "when in workspace mode, but it is set to \"mod\"",
    },
    Scene {
        id: "workspace-refuses-flag",
        stops: &["1.21"],
        fine: &["1.22", "1.23"],
        set: |place| {
            workspace(place, "go 1.21\n\nuse ./m\n");
            place.write("up/m/vendor/modules.txt", "");
            place.set("GOFLAGS", "-mod=vendor");
        },
        command: "go build ./...",
        says: "-mod may only be set to readonly when in workspace mode, but it is set to \"vendor\"",
    },
    Scene {
        id: "workspace-refuses-flag",
        stops: ALL,
        fine: &[],
        set: |place| {
            workspace(place, "go 1.21\n\nuse ./m\n");
            place.write("up/m/alt.mod", "module example.com/m\n\ngo 1.20\n");
            place.set("GOFLAGS", "-modfile=alt.mod");
        },
        command: "go build ./...",
        says: "-modfile cannot be used in workspace mode",
    },
    Scene {
        id: "workspace-above",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.write("up/other/go.mod", "module example.com/other\n");
            workspace(place, "go 1.21\n\nuse ./other\n");
        },
        command: "go build ./...",
        says: "does not contain modules listed in go.work",
    },
    Scene {
        id: "workspace-above",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.write("up/.git/HEAD", "ref: refs/heads/main\n");
            place.write("up/other/go.mod", "module example.com/other\n");
            workspace(place, "go 1.21\n\nuse ./other\n");
        },
        command: "go build .",
        says: "current directory is contained in a module that is not one of the workspace modules listed in go.work",
    },
    Scene {
        id: "workspace-use-missing",
        stops: ALL,
        fine: &[],
        set: |place| workspace(place, "go 1.21\n\nuse (\n\t./m\n\t./gone\n)\n"),
        command: "go build ./...",
        says: "cannot load module ../gone listed in go.work file",
    },
    Scene {
        id: "workspace-use-missing",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.write("up/it's here/readme", "");
            workspace(place, "go 1.21\n\nuse ./m\n\nuse \"./it's here\"\n");
        },
        command: "go build ./...",
        says: "listed in go.work file",
    },
    Scene {
        id: "workspace-use-twice",
        stops: ALL,
        fine: &[],
        set: |place| workspace(place, "go 1.21\n\nuse ./m\n\nuse ./m/../m\n"),
        command: "go build ./...",
        says: "appears multiple times in workspace",
    },
    Scene {
        id: "workspace-use-twice",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.write("up/copy/go.mod", "module example.com/m\n\ngo 1.20\n");
            workspace(place, "go 1.21\n\nuse ./m\n\nuse ./copy\n");
        },
        command: "go build ./...",
        says: "module example.com/m appears multiple times in workspace",
    },
    Scene {
        id: "workspace-older-than-module",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.write("up/m/go.mod", "module example.com/m\n\ngo 1.21.0\n");
            workspace(place, "go 1.20\n\nuse ./m\n");
        },
        command: "go build ./...",
        says: "requires go >= 1.21.0, but go.work lists go 1.20",
    },
    Scene {
        id: "workspace-older-than-module",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.write("up/m/go.mod", "module example.com/m\n\ngo 1.21.0\n");
            workspace(place, "use ./m\n");
        },
        command: "go build ./...",
        says: "requires go >= 1.21.0",
    },
    Scene {
        id: "race-without-cgo",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.set("CGO_ENABLED", "0");
            place.set("GOFLAGS", "-race -v");
        },
        command: "go build .",
        says: "-race requires cgo; enable cgo by setting CGO_ENABLED=1",
    },
    Scene {
        id: "race-without-cgo",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.set("GOARCH", if cfg!(target_arch = "aarch64") { "amd64" } else { "arm64" });
            place.set("GOFLAGS", "-race");
        },
        command: "go build .",
        says: "-race requires cgo",
    },
    Scene {
        id: "race-and-pie",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.link("gcc");
            place.set("GOFLAGS", "-race -buildmode=pie");
        },
        command: "go build -n .",
        says: "-buildmode=pie not supported when -race is enabled",
    },
    Scene {
        id: "cgo-without-compiler",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.set("CGO_ENABLED", "1");
            place.write("up/m/c.go", "package m\n\nimport \"C\"\n");
        },
        command: "go build .",
        says: "\"gcc\": executable file not found",
    },
    Scene {
        id: "cgo-without-compiler",
        stops: ALL,
        fine: &[],
        set: |place| {
            place.set("CC", "nowhere-cc");
            place.write("up/m/c.go", "package m\n\nimport \"C\"\n");
        },
        command: "go build .",
        says: "\"nowhere-cc\": executable file not found",
    },
    Scene {
        id: "target-does-not-run-here",
        stops: &["1.23"],
        fine: &[],
        set: |place| {
            place.write("up/m/m.go", "package main\n\nfunc main() {}\n");
            place.set("GOARCH", if cfg!(target_arch = "aarch64") { "amd64" } else { "arm64" });
        },
        command: "go run .",
        says: "exec format error",
    },
    Scene {
        id: "vendor-inconsistent",
        stops: ALL,
        fine: &[],
        set: |place| {
            needs_dep(place);
            place.write("up/m/vendor/modules.txt", "# example.com/Dep v0.9.0\n## explicit; go 1.20\nexample.com/Dep\n");
        },
        command: "go build .",
        says: "inconsistent vendoring",
    },
    Scene {
        id: "proxy-off-and-module-absent",
        stops: ALL,
        fine: &[],
        set: |place| {
            needs_dep(place);
            place.set("GOMODCACHE", "$W/moved");
            place.set("GOFLAGS", "-modcacherw");
        },
        command: "go build .",
        says: "module lookup disabled by GOPROXY=off",
    },
    Scene {
        id: "proxy-off-and-module-absent",
        stops: ALL,
        fine: &[],
        set: |place| {
            needs_dep(place);
            let (vendored, said) = place.sh("go mod vendor");
            assert!(vendored, "{said}");
            workspace(place, "go 1.21\n\nuse ./m\n");
            place.set("GOMODCACHE", "$W/moved");
            place.set("GOFLAGS", "-modcacherw");
        },
        command: "go build .",
        says: "module lookup disabled by GOPROXY=off",
    },
    Scene {
        id: "toolchain-is-private",
        stops: &["1.21", "1.23"],
        fine: &[],
        set: |place| {
            let proxy = toolchain_proxy(place, "go1.98.0");
            place.write("up/m/go.mod", "module example.com/m\n\ngo 1.98.0\n");
            place.set("GOPROXY", &proxy);
            place.set("GOPRIVATE", "*");
            place.set("GOFLAGS", "-modcacherw");
        },
        command: "go build .",
        says: "toolchain not available",
    },
    Scene {
        id: "buildvcs-without-git",
        stops: &["1.21", "1.23"],
        fine: &[],
        set: |place| {
            place.write("up/m/.git/HEAD", "ref: refs/heads/main\n");
            place.write("up/m/m.go", "package main\n\nfunc main() {}\n");
            place.set("GOFLAGS", "-buildvcs=true -trimpath");
        },
        command: "go build .",
        says: "error obtaining VCS status: exec: \"git\": executable file not found in $PATH",
    },
];

#[test]
fn what_clashes_stops_go_and_the_fix_that_is_printed_mends_it() {
    if judged::tool_cache().is_none() {
        return;
    }
    let mut wrong = Vec::new();
    for scene in SCENES {
        for version in scene.stops {
            let mut place = Place::new(version).unwrap();
            (scene.set)(&mut place);
            wrong.extend(proven(scene, &place).err().map(|why| format!("{} on Go {version}: {why}", scene.id)));
        }
        for version in scene.fine {
            let mut place = Place::new(version).unwrap();
            (scene.set)(&mut place);
            let (works, said) = place.sh(scene.command);
            if !works || place.findings("").contains_key(scene.id) {
                wrong.push(format!("{} on Go {version} is fine: {said}", scene.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn proven(scene: &Scene, place: &Place) -> Result<(), String> {
    let (works, said) = place.sh(scene.command);
    if works || !said.contains(scene.says) {
        return Err(format!("Go does not stop with `{}`: {said}", scene.says));
    }
    let before = place.findings("");
    let found = before.get(scene.id).ok_or_else(|| format!("not among {:?}", before.keys()))?;
    let fix = found["mend"]["command"].as_str().ok_or("it has no fix")?;
    // The fix may change files: it is run once, in one shell with what must then succeed.
    let program = env!("CARGO_BIN_EXE_goenv-ci");
    let script = format!(
        "{fix}\n{} || exit 9\necho; echo ==; '{program}' doctor --format json --fail-on never 2>/dev/null",
        scene.command
    );
    let (works, said) = place.sh(&script);
    let Some((_, json)) = said.split_once("\n==\n").filter(|_| works) else {
        return Err(format!("after `{fix}`: {said}"));
    };
    let after: Value = serde_json::from_str(json).map_err(|why| format!("{why}: {json}"))?;
    let serious = |one: &&Value| one["severity"] != "note";
    let ids: BTreeSet<&str> =
        after["findings"].as_array().unwrap().iter().filter(serious).map(|one| one["id"].as_str().unwrap()).collect();
    // What the environment hid comes to light with it.
    let known = |id: &str| {
        before.contains_key(id) || (id == "goenv-file-in-force" && before.contains_key("goenv-file-shadowed"))
    };
    let new: Vec<&&str> = ids.iter().filter(|id| **id == scene.id || !known(id)).collect();
    if new.is_empty() { Ok(()) } else { Err(format!("after `{fix}` doctor finds {new:?}")) }
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
