//! `reg`, taken by `reg import` and read back from the registry and by `explain`. Under Wine alone, whose registry is the
//! lab's own; .github/workflows/ci.yml does the same for a user on the Windows that GitHub hosts.

use super::hostile_values::directories;
use crate::support::Runner;
use goenv_ci::{
    export::{ExportTemplate, TemplateValue, TemplateVariable, format},
    platform::Platform,
    ports::registry::Scope,
    system::wine,
};
use serde_json::Value;
use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::Command,
};

const USER: &str = r"HKEY_CURRENT_USER\Environment";
const MACHINE: &str = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Environment";
/// A key that nothing else looks at.
const OWN: &str = r"Software\goenv-ci\export";

fn is_wine() -> bool {
    if wine::version().is_none() {
        writeln!(io::stderr(), "skipped: the registry of this machine is not changed; under Wine it is").ok();
    }
    wine::version().is_some()
}

fn reg(arguments: &[&str]) -> String {
    let output = Command::new("reg").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

/// A key or a value, gone again when it is dropped.
struct Removed(Vec<String>);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = Command::new("reg").arg("delete").args(&self.0).arg("/f").output();
    }
}

/// A file for the environment, turned to a key of its own.
fn import_elsewhere(bytes: &[u8], from: &str, dir: &Path) {
    let units: Vec<u16> = bytes[2..].chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text =
        String::from_utf16(&units).unwrap().replace(&format!("[{from}]"), &format!(r"[HKEY_CURRENT_USER\{OWN}]"));
    assert!(text.contains(OWN));
    let file = dir.join("odd.reg");
    fs::write(
        &file,
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<_>>(),
    )
    .unwrap();
    reg(&["import", file.to_str().unwrap()]);
}

#[test]
fn odd_directories_lie_in_the_registry_as_they_were_planned() {
    if !is_wine() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let format = format("reg", None).unwrap();
    for (scope, from) in [(Scope::User, USER), (Scope::Machine, MACHINE)] {
        let template = |dirs: &[String]| ExportTemplate {
            runner: "an example".to_owned(),
            platform: Platform::Windows,
            scope,
            variables: dirs
                .iter()
                .enumerate()
                .map(|(number, dir)| TemplateVariable {
                    name: format!("V{number}"),
                    value: TemplateValue::planned(Platform::Windows, dir),
                    reason: "standard: \"a\" ; [b] \\".to_owned(),
                })
                .collect(),
            path: vec![TemplateValue::text(r"D:\go\bin")],
            go: vec!["1.23".to_owned()],
        };
        let mut dirs = directories(Platform::Windows);
        dirs.extend([r"%USERPROFILE%\go".to_owned(), r"%SystemDrive%\é缓存😀\50%\go".to_owned(), r"D:\a\".to_owned()]);
        dirs.retain(|dir| (format.write)(&template(std::slice::from_ref(dir))).is_ok());
        assert!(dirs.len() > 200, "{}", dirs.len());
        let files = (format.write)(&template(&dirs)).unwrap();
        let _gone = Removed(vec![format!(r"HKCU\{OWN}")]);
        import_elsewhere(&files[0].bytes, from, dir.path());
        let key = windows_registry::CURRENT_USER.open(OWN).unwrap();
        let mut wrong = Vec::new();
        for (number, dir) in dirs.iter().enumerate() {
            let name = format!("V{number}");
            let expands = TemplateValue::planned(Platform::Windows, dir).variable().is_some();
            let kind = if expands { windows_registry::Type::ExpandString } else { windows_registry::Type::String };
            let held = (key.get_type(&name).unwrap(), key.get_string(&name).unwrap());
            if held != (kind, dir.clone()) {
                wrong.push(format!("{dir:?} is {held:?}"));
            }
        }
        assert!(wrong.is_empty(), "{scope:?}: {} wrong: {wrong:?}", wrong.len());
        let said = reg(&["query", &format!(r"HKCU\{OWN}"), "/v", "V0"]);
        assert!(said.contains(&dirs[0]) && said.contains("REG_SZ"), "{said}");
    }
}

/// Exports, imports, and gives what `explain` says in a session that has what the registry says.
fn explained(runner: &Runner, scope: &str, flags: &[&str], session: &[(&str, &str)]) -> Vec<Value> {
    let file = runner.text("go.reg");
    let mut export = runner.goenv();
    export.args(["export", "reg", "--scope", scope, "--out", &file]).args(flags).assert().success();
    reg(&["import", &file]);
    let mut explain = runner.goenv();
    explain.envs(session.iter().copied());
    let output =
        explain.args(["explain", "GOCACHE", "GOPATH", "GOBIN", "--go", "1.23", "--format", "json"]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
    json["variables"].as_array().unwrap().clone()
}

fn removed(key: &str) -> Vec<Removed> {
    ["GOCACHE", "GOPATH", "GOBIN"]
        .map(|name| Removed([key, "/v", name].map(str::to_owned).to_vec()))
        .into_iter()
        .collect()
}

#[test]
fn explain_finds_each_variable_where_the_file_put_it() {
    if !is_wine() {
        return;
    }
    for (scope, key, short, dir) in [
        ("user", USER, r"HKCU\Environment", "%USERPROFILE%"),
        ("machine", MACHINE, r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment", "%SystemDrive%"),
    ] {
        let runner = Runner::new();
        let _gone = removed(key);
        let home = runner.text("home");
        let filled = if scope == "user" { home } else { std::env::var("SYSTEMDRIVE").unwrap() };
        let (gopath, gobin) = (format!(r"{filled}\goenv path"), format!(r"{filled}\goenv path\bin"));
        let session = [("GOCACHE", r"D:\go é缓存"), ("GOPATH", &*gopath), ("GOBIN", &*gobin)];
        let flags = ["--gocache", r"D:\go é缓存", "--gopath", &format!(r"{dir}\goenv path")];
        let explained = explained(&runner, scope, &flags, &session);
        for (name, value) in session {
            let variable = explained.iter().find(|one| one["name"] == name).unwrap();
            let origin = &variable["origin"];
            let found =
                [&origin["source"], &origin["value"], &origin["at"]].map(|one| one.as_str().unwrap_or_default());
            assert_eq!(found, [&*format!("{scope}-registry"), value, short], "{variable}");
        }
        let said = reg(&["query", key, "/v", "GOPATH"]);
        assert!(said.contains("REG_EXPAND_SZ") && said.contains(&format!(r"{dir}\goenv path")), "{said}");
    }
}
