//! What sets variables for a directory: direnv, mise, Nix and readers of `.env` files, each the real one.

use super::many_values::{all_for, all_of, assert_holds, environment, planned, program, write};
use crate::support::{Runner, lab};
use goenv_ci::{
    export::{ExportTemplate, format},
    platform::Platform,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A program of the lab or of the system.
fn found(candidates: &[PathBuf]) -> Option<PathBuf> {
    let found = candidates.iter().find(|path| path.is_file());
    if found.is_none() {
        lab::skip(&format!("no {}: run `bash scripts/lab.sh readers`", candidates[0].display()));
    }
    Some(std::path::absolute(found?).unwrap())
}

fn in_lab(path: &str) -> Option<PathBuf> {
    found(&[lab::lab().join(path)])
}

fn strings(output: &std::process::Output) -> BTreeMap<String, String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let json: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"));
    json.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect()
}

/// The odd directories, then what `export` prints for the plan, then its own standard.
fn is_read(name: &str, file: &str, at_least: usize, read: impl Fn(&Path) -> BTreeMap<String, String>) {
    let home = tempfile::tempdir().unwrap();
    let mut template = all_of(format(name, None).unwrap());
    assert!(template.variables.len() > at_least, "{}", template.variables.len());
    // direnv takes some milliseconds for each.
    template.path.truncate(100);
    write(format(name, None).unwrap(), &template, home.path());
    assert_holds(&read(home.path()), &template, name);
    let runner = Runner::new();
    let flags = ["--gocache", "/srv/it's a {{cache}}", "--gopath", "/srv/%go"];
    let plan = planned(&mut runner.goenv(), &flags);
    let exported = |flags: &[&str]| {
        let output = runner.goenv().args(["export", name]).args(flags).output().unwrap();
        fs::write(home.path().join(file), output.stdout).unwrap();
        read(home.path())
    };
    assert_holds(&exported(&flags), &plan, name);
    let standard = exported(&[]);
    let home = home.path().display();
    assert_eq!(standard["GOPATH"], format!("{home}/go"));
    assert!(standard["PATH"].starts_with(&format!("{home}/go/bin:")), "{}", standard["PATH"]);
}

#[test]
fn direnv_reads_what_is_exported() {
    let Some(direnv) = found(&[PathBuf::from("/usr/bin/direnv")]) else { return };
    is_read("envrc", ".envrc", 250, |home| {
        let direnv = || program(direnv.to_str().unwrap(), home);
        assert!(direnv().args(["allow", "."]).status().unwrap().success());
        let mut read = strings(&direnv().args(["export", "json"]).output().unwrap());
        read.insert("HOME".to_owned(), home.to_str().unwrap().to_owned());
        read
    });
}

#[test]
fn mise_reads_what_is_exported() {
    let Some(mise) = in_lab("readers/unix/node_modules/@jdxcode/mise-linux-x64/bin/mise") else { return };
    is_read("mise", "mise.toml", 150, |home| {
        let mut mise = program(mise.to_str().unwrap(), home);
        mise.env("MISE_TRUSTED_CONFIG_PATHS", home).env("MISE_OFFLINE", "1").args(["env", "--json"]);
        let mut read = strings(&mise.output().unwrap());
        read.insert("HOME".to_owned(), home.to_str().unwrap().to_owned());
        read
    });
}

#[test]
fn nix_and_its_shell_read_what_is_exported() {
    let Some(nix) = found(&[PathBuf::from("/usr/bin/nix-instantiate")]) else { return };
    is_read("nix", "shell.nix", 250, |home| {
        // nixpkgs is not here; `mkShell` gives back what it is given.
        let shell = "removeAttrs (import ./shell.nix { pkgs = { mkShell = x: x; go = null; }; }) [ \"packages\" ]";
        let mut nix = program(nix.to_str().unwrap(), home);
        nix.env("NIX_STATE_DIR", home.join("nix/state")).env("NIX_STORE_DIR", home.join("nix/store"));
        let mut given = strings(&nix.args(["--eval", "--strict", "--json", "-E", shell]).output().unwrap());
        let hook = given.remove("shellHook").unwrap();
        environment(program("bash", home).envs(given).args(["-c", &format!("{hook}\n/usr/bin/env -0")]))
    });
}

/// Those of a `.env` file, of which all readers give the same.
fn assert_read_alike(dir: &Path, template: &ExportTemplate, with_shell: bool) {
    let Some(library) = in_lab("readers/unix/node_modules/dotenv/package.json") else { return };
    let Some(python) = in_lab("venv/bin/python") else { return };
    let file = dir.join(".env");
    let node = format!(
        "process.stdout.write(JSON.stringify(require({:?}).parse(require('fs').readFileSync('.env'))))",
        library.parent().unwrap()
    );
    let of_node = strings(&Command::new("node").current_dir(dir).args(["-e", &node]).output().unwrap());
    let script = "import dotenv, json; print(json.dumps(dotenv.dotenv_values('.env')))";
    let of_python = strings(&Command::new(python).current_dir(dir).args(["-c", script]).output().unwrap());
    let mut all = vec![("dotenv of npm", of_node), ("python-dotenv", of_python), ("docker", by_docker(&file))];
    if with_shell {
        let mut bash = program("bash", dir);
        all.push(("bash", environment(bash.args(["-c", "set -a; . ./.env; exec /usr/bin/env -0"]))));
    }
    for (reader, read) in all {
        for one in &template.variables {
            assert_eq!(read.get(&one.name).map(String::as_str), one.value.as_text(), "{reader}: {}", one.name);
        }
    }
}

/// As Docker says: lines with `#` in front are comments, and a value is all behind the first `=`.
/// Source: docs.docker.com, "docker container run", "Set environment variables".
fn by_docker(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}

#[test]
fn readers_of_env_files_agree_on_what_is_exported() {
    let dir = tempfile::tempdir().unwrap();
    let template = all_of(format("dotenv", None).unwrap());
    assert!(template.variables.len() > 150, "{}", template.variables.len());
    write(format("dotenv", None).unwrap(), &template, dir.path());
    assert_read_alike(dir.path(), &template, true);
    let windows = all_for(format("dotenv", None).unwrap(), Platform::Windows);
    assert!(windows.variables.len() > 200, "{}", windows.variables.len());
    write(format("dotenv", None).unwrap(), &windows, dir.path());
    assert_read_alike(dir.path(), &windows, false);
    let runner = Runner::new();
    let flags = ["--gocache", "/srv/ca{ch}e!", "--gopath", "/srv/%go"];
    let output = runner.goenv().args(["export", "dotenv", "--runner", "current"]).args(flags).output().unwrap();
    fs::write(dir.path().join(".env"), output.stdout).unwrap();
    assert_read_alike(dir.path(), &planned(&mut runner.goenv(), &flags), true);
}
