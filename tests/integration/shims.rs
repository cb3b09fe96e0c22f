//! Shims that really run: what explain, doctor and verify say of a `go` that is none is held against what Go itself
//! answers through it. The shims are written here, in the form that goenv, asdf and mise give them.

use crate::support::{self, judged, write_program};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A home directory with a shim first on PATH, and no other Go.
struct Home {
    dir: TempDir,
    env: BTreeMap<String, String>,
    /// Where a manager keeps its versions, each with the directory of the Go inside.
    versions: (String, &'static str),
}

const VARIABLES: [&str; 6] = ["GOROOT", "GOPATH", "GOBIN", "GOMODCACHE", "GOFLAGS", "GOVERSION"];

impl Home {
    fn new(versions: &str, inside: &'static str) -> Option<Self> {
        let tools = judged::tool_cache()?;
        let dir = tempfile::tempdir().unwrap();
        let mut home = Self { dir, env: BTreeMap::new(), versions: (versions.to_owned(), inside) };
        fs::create_dir_all(home.path("w/app")).unwrap();
        home.write("w/app/go.mod", "module example.com/m\n\ngo 1.21\n");
        for (name, minor) in [("1.22.10", "1.22"), ("1.23.9", "1.23")] {
            let own = home.path(versions).join(name).join(inside);
            fs::create_dir_all(own.parent().unwrap()).unwrap();
            whole_go(&judged::goroot(&tools, minor), &own);
        }
        home.set("HOME", &home.text(""));
        Some(home)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().trim_end_matches('/').to_owned()
    }

    fn write(&self, name: &str, content: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    fn set(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    fn on_path(&mut self, dirs: &[&str]) {
        let dirs: Vec<String> = dirs.iter().map(|dir| self.text(dir)).collect();
        self.set("PATH", &format!("{}:/usr/bin:/bin", dirs.join(":")));
    }

    fn goenv_ci(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = support::goenv();
        let output = command.current_dir(self.path("w/app")).envs(&self.env).args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// What Go answers through the shim; nothing where it does not come to that.
    fn go_answers(&self) -> Option<Vec<String>> {
        let mut go = Command::new("/bin/sh");
        go.args(["-c", "exec go env \"$@\"", "go"]).args(VARIABLES);
        let output = go.current_dir(self.path("w/app")).env_clear().envs(&self.env).output().unwrap();
        let answers = String::from_utf8(output.stdout).unwrap();
        output.status.success().then(|| answers.lines().map(str::to_owned).collect())
    }

    fn explained(&self) -> Vec<String> {
        let (_, stdout, stderr) = self.goenv_ci(&["explain", "--format", "json"]);
        let all: Value = serde_json::from_str(&stdout).unwrap_or_else(|why| panic!("{why}: {stderr}"));
        let of = |name: &&str| {
            let one = all["variables"].as_array().unwrap().iter().find(|one| one["name"] == **name).unwrap();
            assert_eq!(one.get("go_says"), None, "{one}");
            one["value"].as_str().unwrap_or_default().to_owned()
        };
        VARIABLES.iter().map(of).collect()
    }

    /// Explain and Go say the same, and doctor has nothing to say.
    fn is_understood(&self, about: &str) {
        assert_eq!(Some(self.explained()), self.go_answers(), "{about}");
        let (code, stdout, stderr) = self.goenv_ci(&["doctor"]);
        assert_eq!(code, 0, "{about}: {stdout}{stderr}");
    }

    fn findings(&self) -> String {
        self.goenv_ci(&["doctor"]).1.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A program of a shell.
fn script(at: &Path, body: &str) {
    write_program(at, &format!("#!/bin/sh\n{body}"));
}

/// A Go in another place, of links; its program is a copy, which finds its GOROOT by its own place.
fn whole_go(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("bin")).unwrap();
    for part in ["src", "pkg", "VERSION", "go.env", "bin/gofmt"] {
        symlink(from.join(part), to.join(part)).unwrap();
    }
    fs::copy(from.join("bin/go"), to.join("bin/go")).unwrap();
}

fn goenv() -> Option<Home> {
    let mut home = Home::new(".goenv/versions", "")?;
    let root = home.text(".goenv");
    script(
        &home.path(".goenv/shims/go"),
        &format!(
            "set -e\nprogram=\"${{0##*/}}\"\nexport GOENV_ROOT=\"{root}\"\nexec \"{root}/libexec/goenv\" exec \"$program\" \"$@\"\n"
        ),
    );
    // As much of goenv as chooses by a variable or one file.
    script(
        &home.path(".goenv/libexec/goenv"),
        "v=\"$GOENV_VERSION\"\n[ -n \"$v\" ] || v=\"$(cat .go-version)\"\n\
         [ -d \"$GOENV_ROOT/versions/$v\" ] || exit 1\nexport GOROOT=\"$GOENV_ROOT/versions/$v\" GOPATH=\"$HOME/go/$v\"\n\
         shift 2\nexec \"$GOROOT/bin/go\" \"$@\"\n",
    );
    home.on_path(&[".goenv/shims"]);
    home.write("w/app/.go-version", "1.22.10\n");
    Some(home)
}

#[test]
fn a_shim_of_goenv_is_followed_to_the_version_of_the_nearest_file() {
    let Some(mut home) = goenv() else { return };
    home.is_understood("by a file");
    home.set("GOENV_VERSION", "1.23.9");
    home.is_understood("by a variable");
    home.set("GOENV_VERSION", "1.20.1");
    assert_eq!(home.go_answers(), None);
    let found = home.findings();
    assert!(found.contains("(shim-without-go)") && found.contains("GOENV_VERSION says 1.20.1"), "{found}");
}

#[test]
fn a_shim_of_asdf_is_followed_and_sets_only_what_is_not_set() {
    let Some(mut home) = Home::new(".asdf/installs/golang", "go") else { return };
    script(&home.path(".asdf/shims/go"), "# asdf-plugin: golang 1.22.10\nexec asdf exec \"go\" \"$@\"\n");
    script(
        &home.path("b/asdf"),
        "v=\"$(sed -n 's/^golang //p' .tool-versions)\"\ni=\"$HOME/.asdf/installs/golang/$v\"\n\
         : \"${GOROOT:=$i/go}\" \"${GOPATH:=$i/packages}\" \"${GOBIN:=$i/bin}\"\nexport GOROOT GOPATH GOBIN\n\
         shift 2\nexec \"$i/go/bin/go\" \"$@\"\n",
    );
    home.on_path(&[".asdf/shims", "b"]);
    home.write("w/app/.tool-versions", "golang 1.22.10\n");
    home.is_understood("nothing is set");
    home.set("GOBIN", &home.text("mine"));
    home.is_understood("GOBIN is set");
}

#[test]
fn a_shim_of_mise_is_a_link_to_mise() {
    let Some(mut home) = Home::new(".local/share/mise/installs/go", "") else { return };
    script(
        &home.path("b/mise"),
        "v=\"$(sed -n 's/^go = \"\\(.*\\)\"$/\\1/p' mise.toml)\"\ni=\"$HOME/.local/share/mise/installs/go/$v\"\n\
         export GOROOT=\"$i\" GOBIN=\"${GOBIN-$i/bin}\" GOFLAGS=-v\nexec \"$i/bin/go\" \"$@\"\n",
    );
    fs::create_dir_all(home.path(".local/share/mise/shims")).unwrap();
    symlink(home.path("b/mise"), home.path(".local/share/mise/shims/go")).unwrap();
    home.on_path(&[".local/share/mise/shims"]);
    home.write("w/app/mise.toml", "[env]\nGOFLAGS = \"-v\"\n[tools]\ngo = \"1.22.10\"\n");
    home.is_understood("the file of the directory");
}

#[test]
fn a_script_that_hands_over_is_followed_and_one_with_conditions_is_named() {
    let Some(mut home) = Home::new("sdk", "") else { return };
    home.on_path(&["b", "go/bin"]);
    let real = format!("{}/1.22.10/bin/go", home.text(&home.versions.0));
    script(&home.path("b/go"), &format!("export GOFLAGS='-mod=mod -trimpath'\nexec {real} \"$@\"\n"));
    assert_eq!(Some(home.explained()), home.go_answers());
    script(&home.path("b/go"), &format!("if true; then\nexec {real} \"$@\"\nfi\n"));
    assert!(home.findings().contains("(wrapper-not-followed)"), "{}", home.findings());
    script(&home.path("b/go"), "exec go \"$@\"\n");
    let found = home.findings();
    assert!(found.contains("(shim-without-go)") && found.contains("it leads back to itself"), "{found}");
    assert_eq!(home.versions.1, "");
}

#[test]
fn verify_judges_the_go_behind_a_shim() {
    let Some(home) = goenv() else { return };
    let (code, stdout, stderr) =
        home.goenv_ci(&["verify", "--go", "path", "--probe", "gopath/install-lands-in-gopath-bin"]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(stdout.contains("1.22.10"), "{stdout}");
}

/// The probes run in a directory of their own, where no file names a version.
#[test]
fn live_probes_get_the_go_that_a_shim_starts_in_this_directory() {
    let Some(home) = goenv() else { return };
    let (code, stdout, stderr) = home.goenv_ci(&["verify", "--live", "--probe", "live/download-lands-in-gopath"]);
    assert!(code == 0 && stdout.contains("1.22.10"), "{code}: {stdout}{stderr}");
    let stdout = stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(stdout.contains("which sets GOPATH to"), "{stdout}");
}
