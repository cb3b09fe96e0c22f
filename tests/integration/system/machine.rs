//! What is true of this machine, told where it matters: sources, drives, a
//! command file that somebody holds, a drive that is not there.

use crate::support::{self, Runner};
use predicates::prelude::*;
use serde_json::Value;
use std::{fs, time::Instant};

/// The report of a run that judges nothing.
fn report(runner: &Runner, more: &[&str], env: &[(&str, &str)]) -> Value {
    let output = runner
        .goenv()
        .args(["verify", "--go", "1.0", "--allow-missing", "--probe", "goenv/", "--format", "json", "--quiet"])
        .args(more)
        .envs(env.iter().copied())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn sources<'a>(report: &'a Value, variable: &str) -> Vec<(&'a str, &'a str, Option<&'a str>)> {
    let of = report["sources"].as_array().unwrap().iter().filter(|source| source["variable"] == variable);
    of.map(|s| (s["source"].as_str().unwrap(), s["value"].as_str().unwrap(), s["at"].as_str())).collect()
}

#[test]
fn a_report_names_each_source_of_a_variable() {
    let runner = Runner::new();
    fs::write(runner.path("goenv"), "\nGOBIN=/filed\n").unwrap();
    let file = runner.text("goenv");
    let proxy = "https://me:secret@proxy.example,direct";
    let report = report(&runner, &[], &[("GOENV", &file), ("GOBIN", "/held"), ("GOPROXY", proxy)]);
    let at = format!("{file}:2");
    assert_eq!(sources(&report, "GOBIN")[0], ("environment", "/held", None));
    assert!(sources(&report, "GOBIN").contains(&("goenv-file", "/filed", Some(at.as_str()))));
    assert_eq!(sources(&report, "GOPROXY")[0].1, "https://xxxxx@proxy.example,direct");
    assert!(!report.to_string().contains("secret"));
}

#[test]
fn drives_are_in_the_report_and_measured_only_when_asked() {
    let runner = Runner::new();
    let places = |report: &Value| report["drives"]["places"].as_array().unwrap().clone();
    let quiet = report(&runner, &[], &[]);
    let roles: Vec<Value> = places(&quiet).iter().map(|place| place["role"].clone()).collect();
    assert_eq!(roles, ["temp", "workspace", "profile"]);
    assert!(places(&quiet).iter().all(|place| place["files_per_second"].is_null()));
    fs::create_dir_all(support::below(&runner.path("home"), "AppData/Local")).unwrap();
    let measured = report(&runner, &["--measure-drives"], &[]);
    assert!(places(&measured).iter().all(|place| place["files_per_second"].as_u64() > Some(0)), "{measured}");
    let by_variable = report(&runner, &[], &[("GOENV_CI_MEASURE_DRIVES", "true")]);
    assert!(places(&by_variable)[0]["files_per_second"].as_u64() > Some(0));
}

#[test]
fn a_plan_for_this_machine_measures_only_when_asked_and_leaves_nothing() {
    let runner = Runner::new();
    let plan = |more: &[&str]| {
        let started = Instant::now();
        let output =
            runner.goenv().args(["plan", "--runner", "current", "--format", "json"]).args(more).output().unwrap();
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        (plan["drives"]["places"][0].clone(), started.elapsed())
    };
    assert!(plan(&[]).0["files_per_second"].is_null());
    assert!(plan(&["--measure-drives"]).0["files_per_second"].as_u64() > Some(0));
    for folder in ["_temp", "app", "home"] {
        let left: Vec<_> = fs::read_dir(runner.path(folder)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| name == "app" || name == "AppData"), "{folder}: {left:?}");
    }
}

#[test]
fn a_command_file_that_another_process_keeps_locked_is_named_and_nothing_is_written() {
    let runner = Runner::new();
    let held = fs::File::options().read(true).write(true).open(runner.path("env")).unwrap();
    held.lock().unwrap();
    let started = Instant::now();
    let named = predicate::str::contains(runner.text("env")).and(predicate::str::contains("nothing was written"));
    runner.goenv().arg("apply").assert().code(3).stdout("").stderr(named);
    assert!(started.elapsed().as_secs() < 30, "it waits, and not for ever");
    drop(held);
    assert_eq!([runner.read("env"), runner.read("path"), runner.read("output")], ["", "", ""]);
    runner.goenv().arg("apply").assert().success();
}

#[test]
fn a_tool_cache_that_is_not_there_is_among_the_places_looked_at() {
    let runner = Runner::new();
    let (cache, says) = if cfg!(windows) {
        ("Q:\\tools", "there is no drive `Q:\\`")
    } else {
        ("/nowhere/tools", "there is no such folder")
    };
    runner
        .goenv()
        .env("RUNNER_TOOL_CACHE", cache)
        .args(["verify", "--go", "1.21.99"])
        .assert()
        .code(3)
        .stderr(predicate::str::contains(format!("tool cache {cache}: {says}")));
}

#[test]
fn quoted_entries_of_path_are_pointed_out_and_read_as_the_system_reads_them() {
    let runner = Runner::new();
    let quoted = format!("\"{}\"", runner.text("app/with blank"));
    let path = format!("{quoted}{}{}", if cfg!(windows) { ";" } else { ":" }, support::system_path());
    let says = predicate::str::contains(format!("warning: entry 1 of PATH is `{quoted}`"));
    runner.goenv().env("PATH", &path).arg("apply").assert().success().stderr(says);
    runner.goenv().env("PATH", &path).args(["apply", "--quiet"]).assert().success().stderr("");
}

#[cfg(windows)]
mod windows {
    use super::*;
    use goenv_ci::{
        ports::{
            Host, Scopes,
            registry::{Data, Scope},
        },
        system::{host::LiveHost, registry::LiveScopes},
    };
    use std::{os::windows::fs::OpenOptionsExt, process::Command};

    fn cmd(line: &[&str]) -> String {
        let output = Command::new("cmd").args(["/d", "/c"]).args(line).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    #[test]
    fn a_command_file_that_another_process_shares_with_nobody_is_named() {
        let runner = Runner::new();
        let held = fs::File::options().read(true).share_mode(0).open(runner.path("env")).unwrap();
        let named = predicate::str::contains(runner.text("env")).and(predicate::str::contains("nothing was written"));
        runner.goenv().arg("apply").assert().code(3).stderr(named);
        drop(held);
        assert_eq!(runner.read("path"), "");
    }

    #[test]
    fn a_read_only_command_file_is_refused_at_once() {
        let runner = Runner::new();
        let mut permissions = fs::metadata(runner.path("path")).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(runner.path("path"), permissions).unwrap();
        runner.goenv().arg("apply").assert().code(3).stderr(predicate::str::contains("it is read-only"));
        assert_eq!(runner.read("env"), "");
    }

    #[test]
    fn each_missing_variable_of_the_system_is_a_warning_and_no_end() {
        let runner = Runner::new();
        for name in ["LOCALAPPDATA", "APPDATA", "USERPROFILE", "SYSTEMROOT"] {
            let said = runner.goenv().env_remove(name).arg("apply").output().unwrap();
            let stderr = String::from_utf8_lossy(&said.stderr).to_lowercase();
            assert!(said.status.success(), "{name}: {stderr}");
            // Wine puts its own values for some of them into every new process.
            let held = cmd(&["set", name]);
            assert!(
                stderr.contains(&format!("{} is not set", name.to_lowercase())) || !held.is_empty(),
                "{name}: {stderr}"
            );
        }
    }

    #[test]
    fn the_users_registry_is_read_with_its_types() {
        let names = ["GOENV_CI_TEST_TEXT", "GOENV_CI_TEST_EXPAND", "GOENV_CI_TEST_NUMBER"];
        let add = |name: &str, kind: &str, data: &str| {
            let status = Command::new("reg")
                .args(["add", r"HKCU\Environment", "/v", name, "/t", kind, "/d", data, "/f"])
                .output()
                .unwrap()
                .status;
            assert!(status.success());
        };
        add(names[0], "REG_SZ", "D:\\%raw%\\gr\u{fc}n");
        add(names[1], "REG_EXPAND_SZ", "%USERPROFILE%\\go");
        add(names[2], "REG_DWORD", "7");
        let held = LiveScopes.persisted(Scope::User).unwrap();
        for name in names {
            Command::new("reg").args(["delete", r"HKCU\Environment", "/v", name, "/f"]).output().unwrap();
        }
        let data = |name: &str| held.iter().find(|value| value.name == name).map(|value| value.data.clone());
        assert_eq!(data(names[0]), Some(Data::Text("D:\\%raw%\\gr\u{fc}n".into())));
        assert_eq!(data(names[1]), Some(Data::Expand("%USERPROFILE%\\go".into())));
        assert_eq!(data(names[2]), Some(Data::WrongType("REG_DWORD".into())));
        assert!(LiveScopes.persisted(Scope::Machine).unwrap().iter().any(|v| v.name.eq_ignore_ascii_case("path")));
    }

    #[test]
    fn one_file_is_one_file_by_every_name_that_leads_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let long = dir.path().join("A Long Folder");
        fs::create_dir(&long).unwrap();
        let text = long.to_str().unwrap();
        let same = |other: &str| LiveHost.same_file(text, other);
        assert_eq!(same(&text.to_uppercase()), Some(true));
        assert_eq!(same(&format!(r"\\?\{text}")), Some(true));
        assert_eq!(same(&text.replace('\\', "/")), Some(true));
        assert_eq!(same(dir.path().to_str().unwrap()), Some(false));
        assert_eq!(same(r"Q:\nowhere"), None);
        let short = cmd(&["for", "%I", "in", &format!("(\"{text}\")"), "do", "@echo", "%~sI"]);
        if short.contains('~') {
            assert_eq!(same(&short), Some(true), "{short}");
        }
        let link = dir.path().join("junction");
        cmd(&["mklink", "/J", link.to_str().unwrap(), text]);
        if link.exists() {
            assert_eq!(same(link.to_str().unwrap()), Some(true));
        }
    }

    #[test]
    fn a_folder_beyond_260_characters_is_made_written_and_removed() {
        let runner = Runner::new();
        let deep = format!("{}\\{}", runner.text("app"), vec!["a folder with a long name"; 12].join("\\"));
        assert!(deep.len() > 300);
        runner.goenv().args(["apply", "--gopath", &deep]).assert().success();
        assert!(runner.read("env").contains(&deep));
        LiveHost.remove(&runner.text("app\\a folder with a long name")).unwrap();
        assert!(!runner.path("app").join("a folder with a long name").exists());
    }
}
