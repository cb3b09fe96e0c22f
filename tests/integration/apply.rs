//! `apply`: what is in the command files afterwards, byte for byte.

use crate::support::{self, Runner};
use predicates::prelude::*;
use std::fs;

fn expected_env(runner: &Runner) -> String {
    format!(
        "GOCACHE={}\nGOPATH={}\nGOBIN={}\n",
        runner.text("_temp/go-cache"),
        runner.text("app/go"),
        runner.text("app/go/bin")
    )
}

#[test]
fn the_lines_are_appended_and_the_folders_are_there() {
    let runner = Runner::new();
    fs::write(runner.path("env"), "BEFORE=1").unwrap();
    runner.goenv().arg("apply").assert().success();
    assert_eq!(
        runner.read("env"),
        format!("BEFORE=1\n{}", expected_env(&runner)),
        "never joined to a line that lacks its end"
    );
    assert_eq!(runner.read("path"), format!("{}\n", runner.text("app/go/bin")));
    let output = runner.read("output");
    assert!(
        output.starts_with(&format!("gocache={}\n", runner.text("_temp/go-cache")))
            && output.contains("\nmatrix={\"include\":["),
        "{output}"
    );
    for folder in ["_temp/go-cache", "app/go", "app/go/bin"] {
        assert_eq!(
            fs::read_dir(runner.path(folder)).unwrap().filter(|e| e.as_ref().unwrap().file_name() != "bin").count(),
            0,
            "{folder}"
        );
    }
}

#[test]
fn the_second_run_changes_nothing() {
    let runner = Runner::new();
    let all =
        || ["env", "path", "output", "_temp/_goenv-ci/delivery.json"].map(|name| fs::read(runner.path(name)).unwrap());
    runner.goenv().arg("apply").assert().success();
    let before = all();
    runner.goenv().arg("apply").assert().success().stdout(predicate::str::contains("already in force"));
    assert_eq!(all(), before);
}

#[test]
fn forty_at_once_write_what_one_writes() {
    let runner = Runner::new();
    fs::write(runner.path("env"), "BEFORE=1").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| runner.goenv().arg("apply").assert().success());
        }
    });
    assert_eq!(runner.read("env"), format!("BEFORE=1\n{}", expected_env(&runner)));
    assert_eq!(runner.read("path").lines().count(), 1);
    let record: serde_json::Value = serde_json::from_str(&runner.read("_temp/_goenv-ci/delivery.json")).unwrap();
    assert_eq!(record["schema_version"], 1);
    assert_eq!(fs::read_dir(runner.path("_temp/_goenv-ci")).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn a_dry_run_prints_the_plan_and_writes_nothing() {
    let runner = Runner::new();
    runner
        .goenv()
        .args(["apply", "--dry-run"])
        .assert()
        .success()
        .stdout(predicate::str::contains(expected_env(&runner).lines().next().unwrap().trim_start_matches("GOCACHE=")));
    assert_eq!(runner.read("env"), "");
    assert!(!runner.path("app/go").exists());
}

#[test]
fn a_bad_value_leaves_the_command_files_as_they_were() {
    let runner = Runner::new();
    fs::write(runner.path("env"), "A=1").unwrap();
    let other_systems = if cfg!(windows) { ["/a", "D:\\a;D:\\b"] } else { ["D:\\a", "/a:/b"] };
    for value in ["x\ny", "x", "~/go", "\"/a\""].into_iter().chain(other_systems) {
        runner.goenv().args(["apply", "--gopath", value]).assert().code(2);
        runner.goenv().env("GOENV_CI_GOBIN", value).arg("apply").assert().code(2);
    }
    assert_eq!(runner.read("env"), "A=1");
    assert_eq!(runner.read("path"), "");
    assert!(!runner.path("_temp/go-cache").exists());
}

#[test]
fn a_command_file_that_cannot_be_written_is_named_and_nothing_is_half_done() {
    for (name, make, why) in [
        ("env", "absent", "(os error 2)"),
        ("path", "absent", "(os error 2)"),
        ("env", "folder", "it is a folder"),
        ("output", "folder", "it is a folder"),
        ("env", "utf16", "UTF-16"),
        ("path", "utf16", "UTF-16"),
        ("env", "unfinished", "unfinished"),
    ] {
        let runner = Runner::new();
        let file = runner.path(name);
        fs::remove_file(&file).unwrap();
        match make {
            "folder" => fs::create_dir(&file).unwrap(),
            "utf16" => fs::write(&file, b"\xff\xfeA\0=\x001\0").unwrap(),
            "unfinished" => fs::write(&file, "A<<EOF\n1\n").unwrap(),
            _ => {}
        }
        let before = fs::read(&file).ok();
        let named = predicate::str::contains(runner.text(name))
            .and(predicate::str::contains(why))
            .and(predicate::str::contains("nothing was written"));
        runner.goenv().arg("apply").assert().code(3).stderr(named);
        assert_eq!(fs::read(&file).ok(), before);
        for other in ["env", "path", "output"].iter().filter(|other| **other != name) {
            assert_eq!(runner.read(other), "", "{name} {make}: {other}");
        }
    }
}

#[test]
fn without_a_runner_the_way_out_is_named() {
    let home = tempfile::tempdir().unwrap();
    support::goenv()
        .envs(support::homes(home.path(), home.path()))
        .arg("apply")
        .assert()
        .code(3)
        .stderr(predicate::str::contains("GITHUB_ENV is not set").and(predicate::str::contains("--shell")));
}

#[test]
fn a_folder_that_cannot_be_made_is_named_before_anything_is_written() {
    let runner = Runner::new();
    fs::write(runner.path("app/go"), "a file").unwrap();
    runner
        .goenv()
        .arg("apply")
        .assert()
        .code(3)
        .stderr(predicate::str::contains("GOPATH").and(predicate::str::contains(runner.text("app/go"))));
    assert_eq!(runner.read("env"), "");
}

#[cfg(unix)]
#[test]
fn a_directory_that_others_can_write_to_is_refused_before_anything_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: std::path::PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (open, mode, variable, fix) in [
        ("_temp/go-cache", 0o777, "GOCACHE", "chmod -R go-w '{}'"),
        // The sticky bit keeps nobody from adding a file.
        ("_temp/go-cache", 0o1777, "GOCACHE", "chmod -R go-w '{}'"),
        ("app/go/bin", 0o757, "GOBIN", "chmod -R go-w '{}'"),
        // Who can rename `go-cache` can put another one there.
        ("_temp", 0o777, "GOCACHE", "chmod o-w '{}'"),
    ] {
        let runner = Runner::new();
        fs::create_dir_all(runner.path(open)).unwrap();
        set(runner.path(open), mode);
        let fix = fix.replace("{}", &runner.text(open));
        for args in [&["apply"][..], &["apply", "--shell", "bash"]] {
            let run = runner.goenv().args(args).assert().code(3).stdout("");
            let said =
                [variable, &runner.text(open), &format!("mode {mode:04o}"), "(user ", &fix, "nothing was written"];
            let stderr = String::from_utf8(run.get_output().stderr.clone()).unwrap();
            assert!(said.iter().all(|part| stderr.contains(part)), "{said:?} are not all in {stderr}");
        }
        let foretold = predicate::str::contains("refuses this plan").and(predicate::str::contains(runner.text(open)));
        runner.goenv().args(["apply", "--dry-run", "--format", "json"]).assert().success().stdout(foretold);
        assert_eq!(runner.read("env") + &runner.read("path"), "");
        let made =
            ["_temp/go-cache", "app/go"].iter().filter(|dir| !open.starts_with(**dir) && runner.path(dir).exists());
        assert_eq!(made.count(), 0, "no directory is made either");
        assert!(std::process::Command::new("sh").args(["-c", &fix]).status().unwrap().success());
        runner.goenv().arg("apply").assert().success();
    }
}

#[cfg(unix)]
#[test]
fn a_directory_above_that_everybody_shares_like_the_temporary_one_is_taken() {
    use std::os::unix::fs::PermissionsExt;
    let runner = Runner::new();
    fs::set_permissions(runner.path("_temp"), fs::Permissions::from_mode(0o1777)).unwrap();
    runner.goenv().arg("apply").assert().success();
}

#[cfg(unix)]
#[test]
fn a_directory_of_another_user_is_refused_with_its_owner() {
    use std::os::unix::fs::chown;
    let runner = Runner::new();
    fs::create_dir_all(runner.path("app/go")).unwrap();
    if chown(runner.path("app/go"), Some(65534), None).is_err() {
        support::lab::skip("only root can give a directory to another user");
        return;
    }
    let run = runner.goenv().arg("apply").assert().code(3);
    let stderr = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(stderr.contains("GOPATH") && stderr.contains("`nobody` (user 65534), mode 0755"), "{stderr}");
    assert!(stderr.contains("--gopath") && stderr.contains("chown -R \"$(id -u)\""), "{stderr}");
    assert!(!runner.path("_temp/go-cache").exists(), "nothing was made");
    // A container's root works below the directories of the runner's user.
    fs::remove_dir(runner.path("app/go")).unwrap();
    for dir in ["_temp", "app"] {
        chown(runner.path(dir), Some(65534), None).unwrap();
    }
    runner.goenv().arg("apply").assert().success();
}

#[cfg(unix)]
#[test]
fn what_apply_makes_is_closed_to_others_whatever_the_umask_is() {
    use std::os::unix::fs::PermissionsExt;
    for (umask, mode) in [("0", 0o755), ("002", 0o755), ("077", 0o700)] {
        let runner = Runner::new();
        let script = format!("umask {umask}; exec '{}' apply", env!("CARGO_BIN_EXE_goenv-ci"));
        let mut command = assert_cmd::Command::new("sh");
        command
            .args(["-c", &script])
            .envs(runner.goenv().get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir(runner.path("app/app"));
        command.assert().success();
        for made in ["_temp/go-cache", "app/go", "app/go/bin"] {
            let found = fs::metadata(runner.path(made)).unwrap().permissions().mode() & 0o7777;
            assert_eq!(found, mode, "umask {umask}: {made}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_never_leaves_half_a_line() {
    let runner = Runner::new();
    let filling = "X=1\n".repeat(255); // 4 bytes short of the limit of 1 KiB
    fs::write(runner.path("env"), &filling).unwrap();
    let script = format!("trap '' XFSZ; ulimit -f 1; exec '{}' apply", env!("CARGO_BIN_EXE_goenv-ci"));
    let mut command = assert_cmd::Command::new("bash");
    command
        .args(["-c", &script])
        .envs(runner.goenv().get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(runner.path("app/app"));
    command.assert().code(3).stderr(predicate::str::contains(runner.text("env")));
    assert_eq!(runner.read("env"), filling);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_read_only_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let runner = Runner::new();
    fs::set_permissions(runner.path("path"), fs::Permissions::from_mode(0o444)).unwrap();
    if fs::OpenOptions::new().append(true).open(runner.path("path")).is_ok() {
        // The superuser writes read-only files; give the case to somebody else.
        let everyone =
            [runner.path(""), runner.path("_temp"), runner.path("app"), runner.path("app/app"), runner.path("home")];
        for dir in everyone {
            fs::set_permissions(dir, fs::Permissions::from_mode(0o777)).unwrap();
        }
        for name in ["env", "output"] {
            fs::set_permissions(runner.path(name), fs::Permissions::from_mode(0o666)).unwrap();
        }
        let binary = runner.path("goenv-ci");
        support::copy_program(&binary);
        let mut command = assert_cmd::Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&binary).arg("apply");
        command
            .envs(runner.goenv().get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir(runner.path("app/app"));
        command
            .assert()
            .code(3)
            .stderr(predicate::str::contains(runner.text("path")).and(predicate::str::contains("Permission denied")));
    } else {
        runner.goenv().arg("apply").assert().code(3).stderr(predicate::str::contains(runner.text("path")));
    }
    assert_eq!(runner.read("env"), "");
}

#[cfg(unix)]
#[test]
fn on_a_persons_machine_nothing_moves_and_installed_programs_are_found() {
    use crate::support::judged;
    let Some(cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    for made in ["home", "shared/app"] {
        fs::create_dir_all(dir.path().join(made)).unwrap();
    }
    fs::write(dir.path().join("shared/app/go.mod"), "module tool\n\ngo 1.21\n").unwrap();
    fs::write(dir.path().join("shared/app/main.go"), "package main\n\nfunc main() { println(6) }\n").unwrap();
    let script = format!("eval \"$('{}' apply --shell bash)\" && go install . && tool", env!("CARGO_BIN_EXE_goenv-ci"));
    let mut bash = assert_cmd::Command::new("bash");
    bash.args(["-c", &script]).env_clear().current_dir(dir.path().join("shared/app"));
    bash.env("HOME", dir.path().join("home")).env("GOTOOLCHAIN", "local").env("GOPROXY", "off").env("CGO_ENABLED", "0");
    bash.env("PATH", format!("{}/bin:/usr/bin:/bin", judged::goroot(&cache, "1.23").display()));
    bash.assert().success().stderr("6\n");
    let names = |dir: &std::path::Path| {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&dir.path().join("shared")), ["app"], "nothing is put beside the checkout");
    assert_eq!(names(&dir.path().join("home/go/bin")), ["tool"]);
    assert!(dir.path().join("home/.cache/go-build/00").is_dir(), "the cache is where Go has it anyway");
}

#[cfg(unix)]
#[test]
fn lines_for_bash_mean_the_same_in_sh_and_zsh_however_odd_the_directory_is() {
    let runner = Runner::new();
    let odd = runner.text("it's $HOME `x` \\ \u{e9}");
    let lines = runner
        .goenv()
        .args(["apply", "--shell", "bash", "--gopath", &odd])
        .assert()
        .success()
        .get_output()
        .stdout
        .clone();
    let script = format!("{0}{0}printf '%s\\n' \"$GOPATH\" \"$GOBIN\" \"$PATH\"", String::from_utf8(lines).unwrap());
    // zsh is on macOS, and seldom elsewhere.
    let zsh = ["/bin/zsh", "/usr/bin/zsh"].into_iter().find(|path| std::path::Path::new(path).exists());
    for shell in ["bash", "sh"].into_iter().chain(zsh) {
        let seen = assert_cmd::Command::new(shell)
            .args(["-c", &script])
            .env("PATH", support::system_path())
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        assert_eq!(
            String::from_utf8(seen).unwrap(),
            format!("{odd}\n{odd}/bin\n{odd}/bin:/usr/bin:/bin\n"),
            "evaluated twice by {shell}, on PATH once"
        );
    }
    assert_eq!(runner.read("env"), "");
}

#[cfg(unix)]
#[test]
fn an_empty_path_gets_no_empty_entry_which_would_be_the_current_folder() {
    let runner = Runner::new();
    let gopath = runner.text("gopath");
    let lines = runner.goenv().args(["apply", "--shell", "bash", "--gopath", &gopath]).output().unwrap().stdout;
    let script = format!("PATH=\n{}printf %s \"$PATH\"", String::from_utf8(lines).unwrap());
    let seen = std::process::Command::new("/bin/bash").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8(seen.stdout).unwrap(), format!("{gopath}/bin"));
}

#[test]
fn every_shell_gets_its_own_quoting() {
    let runner = Runner::new();
    let odd = runner.text("it's 100%");
    for (shell, says) in [
        ("pwsh", format!("$env:GOPATH = '{}'\n", odd.replace('\'', "''"))),
        ("cmd", format!("set \"GOPATH={}\"\n", odd.replace('%', "%%"))),
        ("fish", format!("set -gx GOPATH '{}'\n", odd.replace('\\', "\\\\").replace('\'', "\\'"))),
    ] {
        runner
            .goenv()
            .args(["apply", "--shell", shell, "--gopath", &odd])
            .assert()
            .success()
            .stdout(predicate::str::contains(says));
    }
}

#[cfg(unix)]
#[test]
fn a_command_file_that_keeps_nothing_is_refused_at_once() {
    let runner = Runner::new();
    let pipe = runner.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for file in [runner.text("pipe"), "/dev/null".to_owned()] {
        let mut apply = runner.goenv();
        apply.arg("apply").env("GITHUB_ENV", &file).timeout(std::time::Duration::from_secs(20));
        apply.assert().code(3).stdout("").stderr(predicate::str::contains(format!("`{file}` was not written")));
        assert_eq!(runner.read("path"), "", "nothing is written anywhere");
    }
}
