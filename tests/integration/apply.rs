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
        ("env", "garbage", "line 2 is neither `NAME=value` nor `NAME<<WORD`"),
        ("output", "garbage", "line 2 is neither `NAME=value` nor `NAME<<WORD`"),
        ("env", "blanks", "line 1 is neither"),
        ("env", "nameless", "line 1 has no name before its `=`"),
        ("output", "nameless", "line 1 has no name before its `=`"),
        ("env", "half", "line 1 has `<<` without a name before it and a word behind it"),
        ("output", "half", "line 1 has `<<` without a name before it and a word behind it"),
        ("env", "utf16-without-a-mark", "line 1 holds a NUL"),
        ("path", "utf16-without-a-mark", "line 1 holds a NUL"),
        ("output", "utf16-without-a-mark", "line 1 holds a NUL"),
        ("env", "program", "line 1 holds a NUL"),
        ("output", "unfinished", "`A`, which begins on line 1, unfinished"),
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
            "garbage" => fs::write(&file, "A=1\ngarbage\nB=2\n").unwrap(),
            "blanks" => fs::write(&file, " \n").unwrap(),
            "nameless" => fs::write(&file, "=1\n").unwrap(),
            "half" => fs::write(&file, "X<<\n").unwrap(),
            "utf16-without-a-mark" => fs::write(&file, b"A\0=\x001\0\n\0").unwrap(),
            "program" => fs::write(&file, b"\x7fELF\x02\x01\x01\0\0\0").unwrap(),
            "absent" => {}
            other => panic!("{other}"),
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
    // With the signal that a limit sends, and without.
    for trap in ["", "trap '' XFSZ; "] {
        for more in ["", "Y=1", "Y=1\n"] {
            let held = format!("{filling}{more}");
            fs::write(runner.path("env"), &held).unwrap();
            let script = format!("{trap}ulimit -f 1; exec '{}' apply", env!("CARGO_BIN_EXE_goenv-ci"));
            let mut command = assert_cmd::Command::new("bash");
            command
                .args(["-c", &script])
                .envs(runner.goenv().get_envs().filter_map(|(name, value)| Some((name, value?))))
                .current_dir(runner.path("app/app"));
            let named = predicate::str::contains(runner.text("env")).and(predicate::str::contains("make room"));
            command.assert().code(3).stderr(named);
            assert_eq!(runner.read("env"), held);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_limit_on_files_is_told_and_what_is_started_meets_it_as_before() {
    let runner = Runner::new();
    // The answer goes to a file that may not grow.
    let script = format!("ulimit -f 0; exec '{}' apply --dry-run >answer", env!("CARGO_BIN_EXE_goenv-ci"));
    let mut command = assert_cmd::Command::new("bash");
    command
        .args(["-c", &script])
        .envs(runner.goenv().get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(runner.path("app/app"));
    command.assert().code(3).stderr(predicate::str::contains("could not be written to standard output"));
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

#[cfg(unix)]
fn shells(names: &[&str]) -> Vec<std::path::PathBuf> {
    let dirs = std::env::var_os("PATH").unwrap_or_default();
    let found = |name: &&str| std::env::split_paths(&dirs).map(|dir| dir.join(name)).find(|path| path.is_file());
    names.iter().filter_map(found).collect()
}

/// Values that a shell reads as something else, if it can.
#[cfg(unix)]
const HOSTILE: [&str; 9] = [
    "",
    "-",
    " ",
    "/a:/b",
    "it's \"$HOME\" `id` $(id) \\ \\n %PATH% !! !x",
    "; & | ^ < > ( ) * ? ~ # [a] {b,c}",
    "two\nlines\n",
    "\r\t\u{1b}[31m",
    "\u{2018}\u{e9}\u{6f22}\u{1f980}",
];

/// What a script leaves in the environment, as the system has it.
#[cfg(unix)]
fn environment_after(shell: &std::path::Path, script: &str, env: &[(&str, &str)]) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(shell);
    command.args(["-c", &format!("{script}\n/usr/bin/env -0")]).env_clear().current_dir(home.path());
    // The same for both runs of a comparison; fish makes directories in it.
    command
        .env("HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/home"))
        .env("GOENV", "off")
        .env("LC_ALL", "C.UTF-8")
        .envs(env.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}: {}\n{text}", shell.display(), String::from_utf8_lossy(&output.stderr));
    let own = ["_=", "PWD=", "OLDPWD=", "SHLVL="];
    let mut all: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
    all.retain(|pair| !own.iter().any(|name| pair.starts_with(name)));
    all.sort();
    all
}

#[cfg(unix)]
#[test]
fn undo_gives_a_shell_the_environment_that_it_had_whatever_was_in_it() {
    let home = tempfile::tempdir().unwrap();
    let gopath = home.path().join("it's $HOME [a]* \u{e9}");
    let goenv = format!("'{}'", env!("CARGO_BIN_EXE_goenv-ci"));
    let values = format!("--gocache '{}' --gopath \"$GOENV_TEST_GOPATH\"", home.path().join("c").display());
    let posix = format!("eval \"$({goenv} apply --quiet --shell bash {values})\"");
    let posix_back = format!("eval \"$({goenv} apply --quiet --shell bash --undo)\"");
    let fish = format!("{goenv} apply --quiet --shell fish {values} | source");
    let fish_back = format!("{goenv} apply --quiet --shell fish --undo | source");
    let posix_shells = shells(&["bash", "dash", "zsh", "mksh", "busybox-sh"]);
    assert!(posix_shells.len() >= 2, "bash and dash are everywhere: {posix_shells:?}");
    let posix_shells = posix_shells.into_iter().map(|shell| (shell, &posix, &posix_back));
    for (shell, forth, back) in
        posix_shells.chain(shells(&["fish"]).into_iter().map(|shell| (shell, &fish, &fish_back)))
    {
        for hostile in HOSTILE {
            for path in ["/usr/bin:/bin", "/x y:/usr/bin:/it's:/x y", ""] {
                let planned = gopath.to_str().unwrap();
                let env = [("GOPATH", hostile), ("GOBIN", "/own/bin"), ("PATH", path), ("GOENV_TEST_GOPATH", planned)];
                let before = environment_after(&shell, "", &env);
                let during = environment_after(&shell, forth, &env);
                let bin = format!("{planned}/bin");
                // fish makes `.` of an empty PATH before anybody evaluates a line.
                let held = before.iter().find_map(|pair| pair.strip_prefix("PATH=")).unwrap_or_default();
                let expected = if held.is_empty() { format!("PATH={bin}") } else { format!("PATH={bin}:{held}") };
                assert!(during.contains(&expected), "{}: no {expected} in {during:#?}", shell.display());
                assert!(during.contains(&format!("GOPATH={planned}")), "{}: {during:#?}", shell.display());
                let once = environment_after(&shell, &format!("{forth}\n{back}"), &env);
                assert_eq!(once, before, "{}", shell.display());
                let twice = environment_after(&shell, &format!("{forth}\n{forth}\n{back}"), &env);
                assert_eq!(twice, before, "{}", shell.display());
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn undo_leaves_alone_what_was_changed_since_and_an_entry_of_path_that_was_there() {
    let home = tempfile::tempdir().unwrap();
    let text = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let goenv = format!("'{}'", env!("CARGO_BIN_EXE_goenv-ci"));
    let forth = format!("eval \"$({goenv} apply --shell bash --gocache '{}' --gopath '{}')\"", text("c"), text("p"));
    let back = format!("eval \"$({goenv} apply --shell bash --undo 2>'{}')\"", text("said"));
    let path = format!("/usr/bin:{}/bin:/bin", text("p"));
    let env = [("PATH", path.as_str())];
    let bash = std::path::Path::new("/bin/bash");
    let before = environment_after(bash, "", &env);
    assert_eq!(environment_after(bash, &format!("{forth}\n{back}"), &env), before, "one of two entries");
    assert_eq!(fs::read_to_string(text("said")).unwrap(), "");

    let after = environment_after(bash, &format!("{forth}\nexport GOPATH=/mine PATH=\"/new:$PATH\"\n{back}"), &env);
    assert!(after.contains(&"GOPATH=/mine".to_owned()) && after.contains(&format!("PATH=/new:{path}")), "{after:#?}");
    assert!(!after.iter().any(|pair| pair.starts_with("GOBIN=") || pair.starts_with("GOCACHE=")), "{after:#?}");
    let said = fs::read_to_string(text("said")).unwrap();
    assert!(said.contains("GOPATH stays `/mine`: it was changed after `apply --shell`"), "{said}");
    // What somebody set between two runs is what the second one replaced.
    let after = environment_after(bash, &format!("{forth}\nexport GOPATH=/mine\n{forth}\n{back}"), &env);
    assert!(after.contains(&"GOPATH=/mine".to_owned()), "{after:#?}");
}

#[test]
fn undo_needs_a_shell_and_something_to_take_back() {
    let goenv = |args: &[&str]| {
        let mut command = support::goenv();
        command.arg("apply").args(args);
        command
    };
    goenv(&["--undo"]).assert().code(2).stdout("").stderr(predicate::str::contains("--shell <SHELL>"));
    let nothing = predicate::str::contains("nothing was selected: GOENV_CI_UNDO is not set");
    goenv(&["--shell", "bash", "--undo"]).assert().code(4).stdout("").stderr(nothing);
    for foreign in ["1", "v1 LD_PRELOAD - /x", "v1 GOPATH $(id) `id"] {
        let refused = predicate::str::contains("GOENV_CI_UNDO cannot be read");
        goenv(&["--shell", "bash", "--undo"]).env("GOENV_CI_UNDO", foreign).assert().code(3).stdout("").stderr(refused);
    }
}

/// The lines for the shells that are not on every machine, one for each way back.
#[test]
fn undo_is_written_in_the_words_of_each_shell() {
    let lines = |shell: &str, before: &str| {
        let path = if cfg!(windows) { r"C:\p\bin;C:\x & y" } else { "/p/bin:/x & y" };
        let (bin, record) = if cfg!(windows) { (r"C:\p\bin", r"C:\p") } else { ("/p/bin", "/p") };
        let record = format!("v1 GOCACHE - {record} GOPATH {before} {record} PATH {bin} 0");
        let planned = if cfg!(windows) { r"C:\p" } else { "/p" };
        let run = support::goenv()
            .args(["apply", "--shell", shell, "--undo"])
            .env("GOENV_CI_UNDO", record)
            .env("GOCACHE", planned)
            .env("GOPATH", planned)
            .env("PATH", path)
            .assert()
            .success();
        let output = run.get_output();
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8(bytes.clone()).unwrap())
    };
    let [pwsh, _] = lines("pwsh", "it%27s%0A%C3%A9");
    assert!(pwsh.starts_with("Remove-Item Env:GOCACHE -ErrorAction SilentlyContinue\n$env:GOPATH = ('it''s' + [char]0x000a + '' + [char]0x00e9 + '')\n"), "{pwsh}");
    assert!(
        pwsh.contains(".Remove('") && pwsh.ends_with("Remove-Item Env:GOENV_CI_UNDO -ErrorAction SilentlyContinue\n"),
        "{pwsh}"
    );
    let [cmd, said] = lines("cmd", "100%25%20%22a%20%26%20b%22%20%26%20c");
    let path = if cfg!(windows) { r"C:\x & y" } else { "/x & y" };
    assert_eq!(
        cmd,
        format!("set \"GOCACHE=\"\nset \"GOPATH=100%% \"a ^& b\" & c\"\nset \"PATH={path}\"\nset \"GOENV_CI_UNDO=\"\n")
    );
    assert_eq!(said, "");
    let [cmd, said] = lines("cmd", "two%0Alines");
    assert!(
        cmd.contains("set \"GOPATH=\"\n") && said.contains("GOPATH held a value that no line of cmd can set"),
        "{cmd}{said}"
    );
    let [fish, _] = lines("fish", "/mine");
    assert!(
        fish.contains("set -eg GOPATH; set -q GOPATH; and test \"$GOPATH\" = '/mine'; or set -gx GOPATH '/mine'\n"),
        "{fish}"
    );
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
    let _socket = std::os::unix::net::UnixListener::bind(runner.path("socket")).unwrap();
    for (name, to) in
        [("loop", "loop"), ("to-pipe", "pipe"), ("to-dir", "home"), ("to-zero", "/dev/zero"), ("to-none", "x")]
    {
        std::os::unix::fs::symlink(to, runner.path(name)).unwrap();
    }
    let own =
        ["pipe", "socket", "home", "loop", "to-pipe", "to-dir", "to-zero", "to-none"].map(|name| runner.text(name));
    let of_the_system = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/proc/self/environ", "/proc/self/maps"];
    let all = own.into_iter().chain(of_the_system.map(str::to_owned));
    for file in all.filter(|file| cfg!(target_os = "linux") || !file.starts_with("/proc")) {
        for variable in ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT"] {
            let mut apply = runner.goenv();
            apply.arg("apply").env(variable, &file).timeout(std::time::Duration::from_secs(20));
            let named = predicate::str::contains(format!("{variable} `{file}` was not written"))
                .and(predicate::str::contains("help: "));
            apply.assert().code(3).stdout("").stderr(named);
            for held in ["env", "path", "output"] {
                assert_eq!(runner.read(held), "", "nothing is written anywhere");
            }
        }
    }
}

#[test]
fn what_the_runner_would_refuse_is_never_called_in_force() {
    for (name, more) in [("env", "garbage\n"), ("env", "=1\n"), ("env", "X<<E"), ("output", " \n"), ("path", "\0\n")] {
        let runner = Runner::new();
        runner.goenv().arg("apply").assert().success();
        let held = runner.read(name) + more;
        fs::write(runner.path(name), &held).unwrap();
        let named = predicate::str::contains(runner.text(name)).and(predicate::str::contains("in a step of its own"));
        runner.goenv().arg("apply").assert().code(3).stdout("").stderr(named);
        assert_eq!(runner.read(name), held, "{name} {more:?}");
    }
    // Empty lines are none, and a line end may be missing.
    let runner = Runner::new();
    fs::write(runner.path("env"), "\nA=1\n\nB<<EOF\n\nEOF").unwrap();
    runner.goenv().arg("apply").assert().success();
    assert_eq!(runner.read("env"), format!("\nA=1\n\nB<<EOF\n\nEOF\n{}", expected_env(&runner)));
}

#[test]
fn one_file_for_two_purposes_is_refused() {
    for (one, other) in [("GITHUB_PATH", "env"), ("GITHUB_OUTPUT", "env"), ("GITHUB_OUTPUT", "path")] {
        let runner = Runner::new();
        let mut apply = runner.goenv();
        apply.arg("apply").env(one, runner.path(other));
        let named =
            predicate::str::contains(format!("{one} `{}` was not written: it is the same file", runner.text(other)));
        apply.assert().code(3).stderr(named);
        assert_eq!(["env", "path", "output"].map(|name| runner.read(name)).concat(), "");
    }
}

#[test]
fn a_file_with_as_many_lines_as_somebody_likes_is_one_pass() {
    use std::fmt::Write;
    let runner = Runner::new();
    let mut held = [String::new(), String::new()];
    for number in 0..200_000 {
        writeln!(held[0], "/opt/tools/{number}/bin").unwrap();
        writeln!(held[1], "TOOLS_{number}=/opt/bin").unwrap();
    }
    fs::write(runner.path("path"), &held[0]).unwrap();
    fs::write(runner.path("env"), &held[1]).unwrap();
    // In force only when every line has been looked at, from the first to the last.
    let mut apply = runner.goenv();
    apply.arg("apply").timeout(std::time::Duration::from_secs(60)).assert().success();
    let mut apply = runner.goenv();
    let in_force =
        predicate::str::contains("GITHUB_ENV: already").and(predicate::str::contains("GITHUB_PATH: already"));
    apply.arg("apply").timeout(std::time::Duration::from_secs(60)).assert().success().stdout(in_force);
    assert_eq!(runner.read("path"), format!("{}{}\n", held[0], runner.text("app/go/bin")));
}

#[test]
fn a_file_larger_than_any_step_writes_is_not_read() {
    let runner = Runner::new();
    // Sparse: it takes no room.
    let size = 3 << 30;
    fs::OpenOptions::new().write(true).open(runner.path("path")).unwrap().set_len(size).unwrap();
    let named = predicate::str::contains(runner.text("path")).and(predicate::str::contains(format!("{size} bytes")));
    runner.goenv().arg("apply").assert().code(3).stderr(named);
    assert_eq!(fs::metadata(runner.path("path")).unwrap().len(), size);
    assert_eq!(runner.read("env"), "");
}

/// What has no name cannot be left behind, at whatever moment somebody kills the process.
#[cfg(target_os = "linux")]
#[test]
fn no_name_comes_and_goes_in_the_directories_of_go() {
    use rustix::{
        fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init},
        io::Errno,
    };
    let runner = Runner::new();
    let watch = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
    fs::create_dir_all(runner.path("app/go/bin")).unwrap();
    fs::create_dir_all(runner.path("_temp/_goenv-ci")).unwrap();
    // Of an earlier run, with other values.
    fs::write(runner.path("_temp/_goenv-ci/delivery.json"), "{}").unwrap();
    for dir in ["_temp/go-cache", "app/go", "app/go/bin", "_temp/_goenv-ci"] {
        fs::create_dir_all(runner.path(dir)).unwrap();
        add_watch(&watch, runner.path(dir), WatchFlags::CREATE | WatchFlags::MOVED_TO).unwrap();
    }
    runner.goenv().arg("apply").assert().success();
    let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
    let mut events = Reader::new(watch, &mut buffer);
    let mut names = Vec::new();
    loop {
        match events.next() {
            Ok(event) => names.push(event.file_name().unwrap_or_default().to_str().unwrap().to_owned()),
            Err(Errno::AGAIN) => break,
            Err(why) => panic!("{why}"),
        }
    }
    assert_eq!(names, ["delivery.json"]);
    assert!(runner.read("_temp/_goenv-ci/delivery.json").contains("GOCACHE"));
}

/// Killed at many moments of a run: no file that only this run knew, no half line, no half record.
#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_nothing_but_whole_lines() {
    let all = |dir: &std::path::Path| -> Vec<String> {
        let names = fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    // The shortest of several: the first one may have to read the program from the disk.
    let lengths = (0..5).map(|_| {
        let (whole, started) = (Runner::new(), std::time::Instant::now());
        whole.goenv().arg("apply").assert().success();
        started.elapsed()
    });
    let length = lengths.min().unwrap();
    let mut killed = 0;
    // A fixed seed; the moments are spread over a run.
    let mut random: u64 = 13;
    for _ in 0..40 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = length.mul_f64((random >> 33) as f64 / 2_147_483_648.0);
        let runner = Runner::new();
        let mut apply = std::process::Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
        let sought = runner.goenv();
        apply.arg("apply").env_clear().envs(sought.get_envs().filter_map(|(name, value)| Some((name, value?))));
        apply.current_dir(runner.path("app/app")).stdout(std::process::Stdio::null());
        let mut apply = apply.spawn().unwrap();
        std::thread::sleep(moment);
        apply.kill().unwrap();
        killed += usize::from(!apply.wait().unwrap().success());
        let env = runner.read("env");
        assert!(env.is_empty() || env == expected_env(&runner), "{env}");
        for (name, most) in [("path", 1), ("output", 5)] {
            let held = runner.read(name);
            assert!(held.is_empty() || held.ends_with('\n') && held.lines().count() <= most, "{held}");
        }
        for (dir, most) in [("_temp/go-cache", &[][..]), ("app/go", &["bin"]), ("app/go/bin", &[])] {
            let found = all(&runner.path(dir));
            assert!(found.iter().all(|name| most.contains(&name.as_str())), "{dir}: {found:?}");
        }
        let record = all(&runner.path("_temp/_goenv-ci"));
        assert!(record.is_empty() || record == ["delivery.json"], "{record:?}");
        if !record.is_empty() {
            serde_json::from_str::<serde_json::Value>(&runner.read("_temp/_goenv-ci/delivery.json")).unwrap();
        }
        // The next run finds its way whatever was there.
        runner.goenv().arg("apply").assert().success();
        assert_eq!(runner.read("env"), expected_env(&runner));
    }
    assert!(killed >= 10, "only {killed} runs were killed before they ended");
}
