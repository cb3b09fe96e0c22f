//! `doctor` on Windows, where it looks at what no other system has. What changes the registry is tried
//! under Wine alone, whose registry is the lab's own.

use crate::support::{Runner, below};
use goenv_ci::system::wine;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    process::Command,
};

/// Each finding by its id, and the exit code.
fn findings(runner: &Runner, env: &[(&str, &str)]) -> (BTreeMap<String, Value>, i32) {
    let mut command = runner.goenv();
    let output = command.args(["doctor", "--format", "json"]).envs(env.iter().copied()).output().unwrap();
    let all: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
    let each = all["findings"].as_array().unwrap().iter();
    let named = each.map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone())).collect();
    (named, output.status.code().unwrap())
}

#[test]
fn windows_own_variables_and_foreign_paths_are_looked_at() {
    let runner = Runner::new();
    let (bare, code) = findings(&runner, &[("LOCALAPPDATA", ""), ("GOPATH", "/mnt/c/Users/r/go")]);
    assert_eq!(code, 1);
    assert!(bare["windows-variable-missing"]["message"].as_str().unwrap().contains("LOCALAPPDATA"), "{bare:?}");
    assert!(bare["path-of-another-world"]["evidence"].as_str().unwrap().contains("/mnt/c/Users/r/go"), "{bare:?}");
    let local = runner.text("home");
    let (whole, _) = findings(&runner, &[("LOCALAPPDATA", &local), ("APPDATA", &local)]);
    assert!(!whole.contains_key("windows-variable-missing"), "{whole:?}");
}

#[test]
fn a_file_is_fixed_and_taken_back_byte_for_byte() {
    let runner = Runner::new();
    let before = b"GOFLAGS=-mod=mod\r\nGOBIN=D:\\tools\r\n";
    fs::write(runner.path("goenv"), before).unwrap();
    let (file, local) = (runner.text("goenv"), runner.text("home"));
    let doctor = |args: &[&str]| {
        let mut command = runner.goenv();
        command.envs([("GOENV", &file), ("LOCALAPPDATA", &local), ("APPDATA", &local)]);
        let output = command.arg("doctor").args(args).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    let shown = doctor(&["--fix", "--dry-run"]);
    assert!(shown.contains("CR LF becomes LF"), "{shown}");
    assert_eq!(fs::read(runner.path("goenv")).unwrap(), before);
    doctor(&["--fix"]);
    assert_eq!(fs::read(runner.path("goenv")).unwrap(), b"GOFLAGS=-mod=mod\nGOBIN=D:\\tools\n");
    assert!(below(&runner.path("home"), "goenv-ci/undo.json").exists());
    let undone = doctor(&["--undo"]);
    assert_eq!(fs::read(runner.path("goenv")).unwrap(), before, "{undone}");
}

#[test]
fn a_saved_log_that_is_not_there_is_refused() {
    let runner = Runner::new();
    let output = runner.goenv().args(["doctor", "--event-log", "nowhere.evtx"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("nowhere.evtx"), "{said}");
}

/// A value of the registry, gone again when it is dropped.
struct Registered(&'static str, &'static str);

impl Registered {
    fn set(key: &'static str, name: &'static str, kind: &str, data: &str) -> Self {
        let args = ["add", key, "/v", name, "/t", kind, "/d", data, "/f"];
        assert!(Command::new("reg").args(args).output().unwrap().status.success(), "{key} {name}");
        Self(key, name)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let _ = Command::new("reg").args(["delete", self.0, "/v", self.1, "/f"]).output();
    }
}

#[test]
fn what_the_registry_says_is_looked_at() {
    if wine::version().is_none() {
        writeln!(io::stderr(), "skipped: the registry of this machine is not changed; under Wine it is").ok();
        return;
    }
    let runner = Runner::new();
    let ids = ["registry-wrong-type", "long-paths-off", "controlled-folder-access"];
    let (before, _) = findings(&runner, &[]);
    assert!(ids.iter().all(|id| !before.contains_key(*id)), "{before:?}");
    let held = [
        Registered::set(r"HKCU\Environment", "GOTMPDIR", "REG_MULTI_SZ", r"D:\a"),
        Registered::set(r"HKLM\SYSTEM\CurrentControlSet\Control\FileSystem", "LongPathsEnabled", "REG_DWORD", "0"),
        Registered::set(
            r"HKLM\SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\Controlled Folder Access",
            "EnableControlledFolderAccess",
            "REG_DWORD",
            "1",
        ),
    ];
    let (found, _) = findings(&runner, &[]);
    drop(held);
    for id in ids {
        assert!(found.contains_key(id), "{id}: {found:?}");
    }
    assert!(found["registry-wrong-type"]["message"].as_str().unwrap().contains("REG_MULTI_SZ"), "{found:?}");
}
