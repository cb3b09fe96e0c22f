//! `plan`: what it prints, on any machine, and that it touches nothing.

use crate::support::{self, assert_file, assert_snapshot, goenv, judged};
use predicates::prelude::*;

fn plan(args: &[&str]) -> assert_cmd::assert::Assert {
    goenv().arg("plan").args(args).assert()
}

fn stdout(args: &[&str]) -> String {
    String::from_utf8(plan(args).success().get_output().stdout.clone()).unwrap()
}

#[test]
fn a_windows_plan_is_printed_for_a_person() {
    assert_snapshot("plan/windows-2022.txt", &stdout(&["--repository", "org/app"]));
}

#[test]
fn every_recorded_runner_has_its_plan_as_json() {
    for runner in ["windows-2022", "windows-2025", "ubuntu-24.04", "macos-15"] {
        assert_snapshot(
            &format!("plan/{runner}.json"),
            &stdout(&["--runner", runner, "--repository", "org/app", "--format", "json"]),
        );
    }
}

#[test]
fn the_matrix_is_one_line_for_from_json() {
    let line = stdout(&["--repository", "org/app", "--go", "1.21,1.22.10", "--format", "github-matrix"]);
    assert_eq!(
        line,
        "{\"include\":[{\"go\":\"1.21\",\"os\":\"windows-2022\"},{\"go\":\"1.22.10\",\"os\":\"windows-2022\"}]}\n"
    );
}

#[test]
fn the_variables_are_printed_as_lines() {
    let lines = stdout(&["--repository", "org/app", "--format", "env"]);
    assert_eq!(lines, "GOCACHE=D:\\a\\_temp\\go-cache\nGOPATH=D:\\a\\app\\go\nGOBIN=D:\\a\\app\\go\\bin\n");
}

#[test]
fn an_empty_variable_means_the_default_and_a_flag_wins_over_a_variable() {
    let run = |value: &str, args: &[&str]| {
        let output = goenv()
            .env("GOENV_CI_GOPATH", value)
            .env("GOENV_CI_GO_VERSIONS", "")
            .env("GOENV_CI_INSTALL", "")
            .args(["plan", "--format", "env", "--repository", "org/app"])
            .args(args)
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        String::from_utf8(output).unwrap()
    };
    assert!(run("", &[]).contains("GOPATH=D:\\a\\app\\go\n"));
    assert!(run("E:\\x", &[]).contains("GOPATH=E:\\x\n"));
    assert!(run("E:\\x", &["--gopath", "F:\\y"]).contains("GOPATH=F:\\y\n"));
}

#[test]
fn a_plan_touches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("env");
    goenv()
        .current_dir(dir.path())
        .env("GITHUB_ENV", &missing)
        .env("RUNNER_TEMP", dir.path().join("t"))
        .envs(support::homes(dir.path(), dir.path()))
        .args(["plan", "--runner", "current"])
        .assert()
        .success();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_bad_value_is_refused_with_its_rule_and_the_way_out() {
    for (args, says) in [
        (&["--gopath", "cache"][..], "not an absolute path"),
        (&["--gopath", "~/go"], "begins with `~`"),
        (&["--gocache", "\"D:\\x\""], "quotation mark"),
        (&["--gobin", "/d/a/bin"], "Unix path"),
        (&["--gopath", "D:\\a;D:\\b"], "is a list"),
        (&["--gopath", "D:\\a\nX=1"], "control character"),
        (&["--gopath", "D:\\a\rX=1"], "control character"),
        (&["--runner", "ubuntu-24.04", "--gopath", "D:\\a"], "Windows path"),
        (&["--runner", "ubuntu-24.04", "--gopath", "/a:/b"], "is a list"),
        (&["--repository", "org/go"], "--gopath D:\\a\\go\\gopath"),
        (&["--runner", "windows-95"], "windows-2022"),
        (&["--go", "latest"], "`latest` is not a Go version"),
    ] {
        let shown = predicate::str::contains(says)
            .and(predicate::str::starts_with("error: "))
            .and(predicate::str::contains("\n  help: "));
        plan(args).code(2).stdout("").stderr(shown);
    }
    // Windows itself has no room for a command line with the longer one.
    let lengths = [("ubuntu-24.04", "/", 5_000), ("windows-2022", "D:\\", 40_000)];
    for (runner, root, length) in lengths.into_iter().filter(|(_, _, length)| cfg!(unix) || *length < 30_000) {
        plan(&["--runner", runner, "--gopath", &format!("{root}{}", "x".repeat(length))])
            .code(2)
            .stderr(predicate::str::contains("longer than").and(predicate::function(|text: &str| text.len() < 1_000)));
    }
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/plan.schema.json", &goenv_ci::plan::schema().unwrap());
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_gone_is_not_taken_for_the_root() {
    let dir = tempfile::tempdir().unwrap();
    let gone = dir.path().join("gone");
    let script = format!(
        "mkdir '{0}' && cd '{0}' && rmdir '{0}' && exec '{1}' plan --runner current --format env",
        gone.display(),
        env!("CARGO_BIN_EXE_goenv-ci")
    );
    for temp in [&[][..], &[("RUNNER_TEMP", "/t")]] {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &script]).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/home/u");
        let output = command.envs(temp.iter().copied()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("GOPATH=/home/u/go\n"), "{output:?}");
    }
}

/// A person's machine: a home, and a checkout below a directory that everybody shares.
fn laptop(dir: &std::path::Path) -> assert_cmd::Command {
    std::fs::create_dir_all(dir.join("shared/app")).unwrap();
    let mut command = goenv();
    command.current_dir(dir.join("shared/app")).env("PATH", support::system_path());
    command.envs(support::homes(&dir.join("home"), &dir.join("tmp")));
    command
}

fn env_lines(command: &mut assert_cmd::Command) -> String {
    let run = command.args(["plan", "--runner", "current", "--format", "env"]).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

#[test]
fn without_a_runner_the_values_are_those_that_go_prints_where_nothing_is_set() {
    let Some(cache) = judged::tool_cache() else { return };
    let settings: [&[(&str, &str)]; 3] =
        [&[], &[("XDG_CACHE_HOME", "/x/cache"), ("RUNNER_WORKSPACE", "/w/app")], &[("GITHUB_WORKSPACE", "/w/app/app")]];
    for settings in settings {
        let dir = tempfile::tempdir().unwrap();
        let planned = env_lines(laptop(dir.path()).envs(settings.iter().copied()));
        for minor in ["1.21", "1.22", "1.23"] {
            let program = judged::goroot(&cache, minor).join("bin").join(format!("go{}", std::env::consts::EXE_SUFFIX));
            let mut go = assert_cmd::Command::new(program);
            go.env_clear()
                .envs(support::system_needs())
                .envs(support::homes(&dir.path().join("home"), &dir.path().join("tmp")));
            go.envs(settings.iter().copied()).env("GOENV", "off").env("GOTOOLCHAIN", "local");
            let said = go.args(["env", "GOCACHE", "GOPATH"]).assert().success().get_output().stdout.clone();
            let said = String::from_utf8(said).unwrap().replace("\r\n", "\n");
            let [go_cache, go_path] = said.lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
            let bin = std::path::Path::new(go_path).join("bin");
            assert_eq!(
                planned,
                format!("GOCACHE={go_cache}\nGOPATH={go_path}\nGOBIN={}\n", bin.display()),
                "Go {minor} with {settings:?}"
            );
        }
    }
}

#[test]
fn without_a_home_directory_the_error_says_what_to_set() {
    let dir = tempfile::tempdir().unwrap();
    let bare = || {
        let mut command = laptop(dir.path());
        for name in ["HOME", "USERPROFILE", "LOCALAPPDATA"] {
            command.env_remove(name);
        }
        command
    };
    let (cache, home) = if cfg!(windows) { ("LOCALAPPDATA", "USERPROFILE") } else { ("HOME", "HOME") };
    let (c, p) = (dir.path().join("c"), dir.path().join("p"));
    for (args, variable, setting) in [
        (vec!["plan", "--runner", "current"], "GOCACHE", cache),
        (vec!["apply", "--shell", "bash"], "GOCACHE", cache),
        (vec!["apply", "--dry-run", "--gocache", c.to_str().unwrap()], "GOPATH", home),
    ] {
        let says = predicate::str::contains(format!("{variable} has no standard value")).and(predicate::str::contains(
            format!("help: set {setting} to an absolute directory, or give `--{}", variable.to_lowercase()),
        ));
        bare().args(&args).assert().code(3).stdout("").stderr(says);
    }
    bare().args(["apply", "--dry-run", "--gocache"]).arg(&c).arg("--gopath").arg(&p).assert().success();
}

#[test]
fn a_value_of_ones_own_is_warned_of_and_the_flag_that_keeps_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("own");
    let own = own.to_str().unwrap();
    let said = |command: &mut assert_cmd::Command| {
        let run = command.args(["apply", "--shell", "bash"]).assert().success();
        String::from_utf8(run.get_output().stderr.clone()).unwrap()
    };
    let warned = said(laptop(dir.path()).env("GOPATH", own));
    assert!(
        warned.contains(&format!("GOPATH is `{own}` in the environment")) && warned.contains("--gopath"),
        "{warned}"
    );
    assert_eq!(said(laptop(dir.path()).env("GOPATH", own).env("GOENV_CI_GOPATH", own)), "");
    let file = dir.path().join("env");
    std::fs::write(&file, format!("GOBIN={own}\n")).unwrap();
    let warned = said(laptop(dir.path()).env("GOENV", &file));
    assert!(warned.contains(&format!("GOBIN is `{own}` in `{}:1`", file.display())), "{warned}");
    let plan = laptop(dir.path()).env("GOCACHE", own).args(["plan", "--runner", "current"]).output().unwrap();
    assert!(String::from_utf8(plan.stdout).unwrap().contains("--gocache"), "the plan says so too");
    // On a runner replacing it is what the action is there for.
    assert_eq!(said(support::Runner::new().goenv().env("GOPATH", own)), "");
}
