//! `go env -w` lines, run by sh and on Windows by both PowerShells, and what each Go answers after them.

use super::hostile_values::template;
use crate::support::judged::{goroot, tool_cache};
use goenv_ci::{export::format, platform::Platform, ports::registry::Scope};
use std::{collections::BTreeMap, fs, process::Command};
#[cfg(unix)]
use {
    super::hostile_values::directories,
    crate::support::Runner,
    goenv_ci::export::{FileToImport, TemplateValue},
    std::path::Path,
};

/// Wine has no PowerShell.
#[cfg(windows)]
#[test]
fn each_powershell_hands_the_values_to_go() {
    let Some(tool_cache) = tool_cache() else { return };
    if goenv_ci::system::wine::version().is_some() {
        return;
    }
    let go = goroot(&tool_cache, "1.23").join("bin").join("go.exe");
    for shell in ["powershell.exe", "pwsh.exe"] {
        for dir in [r"D:\it's a go", r"D:\$go\`id`\%x", r"D:\é\缓存\😀", r"D:\(a) & b, {c} @d"] {
            let home = tempfile::tempdir().unwrap();
            let template = template(Platform::Windows, Scope::User, dir);
            let script = home.path().join("lines.ps1");
            fs::write(&script, &(format("go-env", None).unwrap().write)(&template).unwrap()[0].bytes).unwrap();
            let command = |program: &std::ffi::OsStr| {
                let mut command = Command::new(program);
                let path = std::env::var("PATH").unwrap();
                command.env("PATH", format!("{};{path}", go.parent().unwrap().display()));
                for name in ["GOCACHE", "GOPATH", "GOBIN", "GOROOT", "GOFLAGS"] {
                    command.env_remove(name);
                }
                command.env("GOENV", home.path().join("goenv")).env("GOTOOLCHAIN", "local");
                command
            };
            let flags = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File"];
            let run = command(shell.as_ref()).args(flags).arg(&script).output().unwrap();
            assert!(run.status.success(), "{shell}: {}", String::from_utf8_lossy(&run.stderr));
            let output = command(go.as_os_str()).args(["env", "-json"]).output().unwrap();
            let answers: BTreeMap<String, String> = serde_json::from_slice(&output.stdout).unwrap();
            for one in &template.variables {
                assert_eq!(answers[&one.name], one.value.as_text().unwrap(), "{shell}: {}", one.name);
            }
        }
    }
}

#[cfg(unix)]
/// What `go env` says once the lines have been run.
fn answers(go: &Path, home: &Path, script: &[u8]) -> BTreeMap<String, String> {
    fs::write(home.join("lines.sh"), script).unwrap();
    let command = |program: &str| {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", home).env("GOENV", home.join("goenv")).env("GOTOOLCHAIN", "local");
        command.env("PATH", format!("{}/bin:/usr/bin:/bin", go.display())).current_dir(home);
        command
    };
    let run = command("/bin/sh").args(["-e", "lines.sh"]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let go = command(go.join("bin/go").to_str().unwrap()).args(["env", "-json"]).output().unwrap();
    serde_json::from_slice(&go.stdout).unwrap()
}

#[cfg(unix)]
#[test]
fn each_go_answers_what_its_lines_say() {
    let Some(tool_cache) = tool_cache() else { return };
    let format = format("go-env", None).unwrap();
    let odd = ["/a b/go", "/it's/go", "/$HOME/${X}/`id`/go", "/a\\b/go", "/!!/é/缓存/😀/go", "/a=b/#c/%d/go"];
    for version in ["1.21", "1.22", "1.23"] {
        let go = goroot(&tool_cache, version);
        for dir in odd {
            let home = tempfile::tempdir().unwrap();
            // Go makes its cache there.
            let dir = format!("{}{dir}", home.path().display());
            let template = template(Platform::Linux, Scope::User, &dir);
            let answers = answers(&go, home.path(), &(format.write)(&template).unwrap()[0].bytes);
            for one in &template.variables {
                assert_eq!(answers[&one.name], one.value.as_text().unwrap(), "Go {version}: {}", one.name);
            }
            // The file itself can be imported, too.
            let bytes = fs::read(home.path().join("goenv")).unwrap();
            let read = (format.read)(&FileToImport { path: "goenv", bytes: &bytes }).unwrap();
            let value =
                |name: &str| read.variables.iter().find(|one| one.name == name).and_then(|one| one.value.clone());
            assert_eq!(value("GOPATH"), Some(TemplateValue::text(&dir)));
        }
    }
}

#[cfg(unix)]
#[test]
fn every_odd_directory_reaches_go_as_one_argument() {
    let home = tempfile::tempdir().unwrap();
    let format = format("go-env", None).unwrap();
    let dirs = directories(Platform::Linux);
    let mut script = String::from("go() { printf '%s\\n' \"$*\"; }\n");
    let mut wanted = String::new();
    for dir in &dirs {
        let template = template(Platform::Linux, Scope::User, dir);
        script.push_str(std::str::from_utf8(&(format.write)(&template).unwrap()[0].bytes).unwrap());
        for one in &template.variables {
            wanted.push_str(&format!("env -w {}={}\n", one.name, one.value.as_text().unwrap()));
        }
    }
    fs::write(home.path().join("lines.sh"), script).unwrap();
    let run = Command::new("/bin/sh").arg("lines.sh").current_dir(home.path()).output().unwrap();
    assert_eq!(String::from_utf8(run.stdout).unwrap(), wanted);
}

#[cfg(unix)]
#[test]
fn what_export_prints_is_the_plan_for_go() {
    let Some(tool_cache) = tool_cache() else { return };
    let runner = Runner::new();
    let [cache, gopath] = ["it's a cache", "$go"].map(|name| runner.text(name));
    let flags = ["--gocache", &cache, "--gopath", &gopath];
    let plan = runner.goenv().args(["plan", "--runner", "current", "--format", "json"]).args(flags).output().unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    let output = runner.goenv().args(["export", "go-env"]).args(flags).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot add to PATH"));
    let home = tempfile::tempdir().unwrap();
    let answers = answers(&goroot(&tool_cache, "1.23"), home.path(), &output.stdout);
    for one in plan["variables"].as_array().unwrap() {
        assert_eq!(answers[one["name"].as_str().unwrap()], one["value"].as_str().unwrap());
    }
    let variable = runner.goenv().args(["export", "go-env", "--gopath", "${HOME}/x y"]).output().unwrap();
    let answers = self::answers(&goroot(&tool_cache, "1.21"), home.path(), &variable.stdout);
    assert_eq!(answers["GOPATH"], format!("{}/x y", home.path().display()));
}
