//! Which settings file is read: each part of ours against the `go` itself.

use super::known_variables::toolchains;
use crate::support;
use goenv_ci::{
    goenv::{
        sources::{self, SourceKind},
        toolchain::{Toolchain, ToolchainSource},
    },
    platform::env::EnvBlock,
    system::{host::LiveHost, registry::LiveScopes, this_machine},
};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

/// What the environment says of the settings file, and where the files are.
const CASES: [&[(&str, &str)]; 7] = [
    &[("XDG_CONFIG_HOME", "rel")],
    &[("XDG_CONFIG_HOME", "./rel")],
    &[("XDG_CONFIG_HOME", "${DIR}/rel")],
    &[("GOENV", "rel/go/env")],
    &[("GOENV", "off"), ("XDG_CONFIG_HOME", "${DIR}/rel")],
    &[("GOENV", "off")],
    &[],
];

/// The value that `go env -w` left of GOBIN, whether the file that holds it is read or not.
const LEFT: &str = "/left/bin";

#[test]
fn every_part_reads_the_settings_file_that_the_real_go_reads() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let file = support::below(&dir, "rel/go/env");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::create_dir(dir.join("home")).unwrap();
    fs::write(&file, format!("GOBIN=/first\nGOBIN={LEFT}\nbroken\n")).unwrap();
    let mut disagreements = Vec::new();
    for toolchain in toolchains() {
        for case in CASES {
            let root = toolchain.root.to_str().unwrap();
            let text = dir.to_str().unwrap();
            let mut env: Vec<(&str, String)> = vec![
                ("HOME", format!("{text}/home")),
                ("PATH", "/usr/bin:/bin".into()),
                ("GOTOOLCHAIN", "local".into()),
            ];
            env.extend(case.iter().map(|(name, value)| (*name, value.replace("${DIR}", text))));
            let (file, bin) = real(&toolchain.root, &env, &dir);
            let is_read = bin == LEFT;
            let said = ours(&["explain", "GOENV", "GOBIN", "--go-root", root], &env, &dir);
            let value = |name: &str| {
                let found = said["variables"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
                found["value"].as_str().unwrap_or_default().to_owned()
            };
            let read = doctor_and_sources(root, &toolchain.version, &env, &dir);
            let explained = (value("GOENV"), value("GOBIN"));
            if explained != (file.clone(), bin.clone()) || read != [is_read; 3] {
                disagreements.push(format!(
                    "Go {} with {case:?} says {file:?} and {bin:?}; explain {explained:?}; doctor's two checks and the sources {read:?}",
                    toolchain.version
                ));
            }
        }
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

/// GOENV and GOBIN as the `go` itself prints them.
fn real(root: &Path, env: &[(&str, String)], dir: &Path) -> (String, String) {
    let mut command = Command::new(root.join("bin/go"));
    command.args(["env", "GOENV", "GOBIN"]).env_clear().envs(env.iter().map(|(n, v)| (n, v))).current_dir(dir);
    let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    (lines.next().unwrap(), lines.next().unwrap())
}

fn ours(args: &[&str], env: &[(&str, String)], dir: &Path) -> Value {
    let mut command = support::goenv();
    command.args(args).args(["--format", "json"]).envs(env.iter().map(|(n, v)| (n, v))).current_dir(dir);
    serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
}

/// Whether two checks of `doctor` and the sources of a report know the file's lines.
fn doctor_and_sources(
    root: &str,
    version: &goenv_ci::goenv::version::GoVersion,
    env: &[(&str, String)],
    dir: &Path,
) -> [bool; 3] {
    let said = ours(&["doctor", "--go-root", root], env, dir);
    let has = |id: &str| said["findings"].as_array().unwrap().iter().any(|finding| finding["id"] == id);
    let block = EnvBlock::from_pairs(this_machine::platform(), env.iter().map(|(n, v)| (*n, v.as_str())));
    let go = Toolchain { version: version.clone(), goroot: root.to_owned(), source: ToolchainSource::GoRoot };
    let found = sources::read(&block, dir.to_str().unwrap(), &LiveScopes, &LiveHost, &[go]).found;
    let of_file = found.iter().any(|one| one.kind == SourceKind::GoenvFile && one.value == LEFT);
    [has("goenv-file-in-force"), has("goenv-file-broken-lines"), of_file]
}
