//! Time-outs and interruptions of `verify`: the whole process tree ends, and nothing is left.
//!
//! A program of its own, because it is also the Go that hangs: a copy of it is started as `go version`,
//! and to the test harness `version` is a filter, which would start many of the other tests.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "integration/support/environment.rs"]
mod environment;

use environment::{homes, system_needs, system_path};
use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longer than any of these tests.
const FOR_EVER: Duration = Duration::from_secs(300);

/// Long enough for a Go that starts a grandchild, on a busy machine too, in seconds.
const LIMIT: &str = "8";

/// A Go that never returns: this very program under another name. `go version` runs the
/// test below, whose name holds that word, and there it finds out that it is `go`.
fn hanging_go(dir: &Path) {
    fs::create_dir_all(dir.join("go/bin")).unwrap();
    fs::write(dir.join("go/VERSION"), "go1.21.13\n").unwrap();
    let go = dir.join("go/bin").join(format!("go{}", env::consts::EXE_SUFFIX));
    fs::copy(env::current_exe().unwrap(), go).unwrap();
}

/// Starts a grandchild, which shows that it lives, makes a read-only folder like a module cache, and waits.
#[test]
fn a_go_that_never_tells_its_version() {
    let program = env::current_exe().unwrap();
    if program.file_stem().unwrap() != "go" {
        return;
    }
    let pulse = program.ancestors().nth(3).unwrap().join("pulse");
    if env::var_os("GRANDCHILD").is_some() {
        let begun = Instant::now();
        while begun.elapsed() < FOR_EVER {
            // Written by nobody else, and read only for whether it changes.
            let _ = fs::write(&pulse, format!("{:?}", begun.elapsed()));
            thread::sleep(Duration::from_millis(20));
        }
        return;
    }
    fs::create_dir_all("mod/deep").unwrap();
    fs::write("mod/deep/file", "").unwrap();
    for path in ["mod/deep/file", "mod/deep", "mod"] {
        let mut permissions = fs::metadata(path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(path, permissions).unwrap();
    }
    let mut grandchild = Command::new(program);
    grandchild.args(["version", "--nocapture"]).env("GRANDCHILD", "yes").spawn().unwrap().wait().unwrap();
}

fn verify(dir: &Path, timeout: &str) -> Command {
    fs::create_dir_all(dir.join("tmp")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command
        .args(["verify", "--go", "1.21", "--probe", "gobin/", "--timeout", timeout, "--go-root"])
        .arg(dir.join("go"));
    command.env_clear().envs(system_needs()).env("PATH", system_path()).envs(homes(dir, &dir.join("tmp")));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn pulse(dir: &Path) -> String {
    fs::read_to_string(dir.join("pulse")).unwrap_or_default()
}

/// Whether the grandchild, which was there, is no more.
fn is_gone(dir: &Path) -> bool {
    assert!(!pulse(dir).is_empty(), "the grandchild never started");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        let last = pulse(dir);
        thread::sleep(Duration::from_secs(1));
        if pulse(dir) == last {
            return true;
        }
    }
    false
}

#[test]
fn a_go_that_hangs_is_an_error_and_its_tree_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    hanging_go(dir.path());
    let output = verify(dir.path(), LIMIT).args(["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &report["results"][0];
    assert_eq!(first["verdict"], "error");
    let reason = first["reason"].as_str().unwrap();
    assert!(
        reason.contains(&format!("ran past its limit of {LIMIT} s"))
            && reason.contains(dir.path().join("go").to_str().unwrap()),
        "{reason}"
    );
    assert!(is_gone(dir.path()));
    assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_the_tree_and_removes_the_scratch_folder() {
    use std::os::unix::process::CommandExt;
    for signal in ["-INT", "-TERM"] {
        let dir = tempfile::tempdir().unwrap();
        hanging_go(dir.path());
        // In a group of its own, so that only the signal sent here reaches it.
        let mut child = verify(dir.path(), "300").process_group(0).spawn().unwrap();
        let begun = Instant::now();
        while pulse(dir.path()).is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the fake Go never started");
            thread::sleep(Duration::from_millis(10));
        }
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(130), "{signal}");
        assert!(is_gone(dir.path()), "{signal}");
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0, "{signal}");
    }
}

/// Elsewhere nothing ends a tree whose head is killed; on Windows its job does.
#[cfg(windows)]
#[test]
fn a_verify_that_is_killed_takes_its_tree_with_it() {
    let dir = tempfile::tempdir().unwrap();
    hanging_go(dir.path());
    let mut child = verify(dir.path(), "300").spawn().unwrap();
    let begun = Instant::now();
    while pulse(dir.path()).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the fake Go never started");
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(is_gone(dir.path()));
}

#[cfg(target_os = "linux")]
#[test]
fn an_interruption_does_not_wait_for_a_grandchild_that_left_the_group() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("go/bin")).unwrap();
    fs::write(dir.path().join("go/VERSION"), "go1.21.13\n").unwrap();
    let go = dir.path().join("go/bin/go");
    let script =
        format!("#!/bin/sh\nsetsid sleep 30 &\necho started >'{}'\nwait\n", dir.path().join("pulse").display());
    fs::write(&go, script).unwrap();
    fs::set_permissions(&go, fs::Permissions::from_mode(0o755)).unwrap();
    let mut child = verify(dir.path(), "300").process_group(0).spawn().unwrap();
    while pulse(dir.path()).is_empty() {
        thread::sleep(Duration::from_millis(10));
    }
    let begun = Instant::now();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(15), "it holds the pipes open for 30 s: {:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn an_interrupted_question_ends_the_go_that_was_asked() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let dir = tempfile::tempdir().unwrap();
    let (go, pid) = (dir.path().join("go/bin/go"), dir.path().join("pid"));
    fs::create_dir_all(go.parent().unwrap()).unwrap();
    fs::write(dir.path().join("go/VERSION"), "go1.21.13\n").unwrap();
    fs::write(&go, format!("#!/bin/sh\necho $$ >'{0}.new'\nmv '{0}.new' '{0}'\nexec sleep 300\n", pid.display()))
        .unwrap();
    fs::set_permissions(&go, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command.arg("explain").env_clear().envs(homes(dir.path(), dir.path())).process_group(0);
    command.env("PATH", format!("{}:{}", go.parent().unwrap().display(), system_path()));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !pid.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended and asked no Go");
        thread::sleep(Duration::from_millis(10));
    }
    let asked = fs::read_to_string(&pid).unwrap();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let alive = Command::new("kill").args(["-0", asked.trim()]).stderr(Stdio::null()).status().unwrap();
    assert!(!alive.success(), "it sleeps on");
}

/// A Go that leaves a program in a session of its own, and then does this.
#[cfg(target_os = "linux")]
fn leaving_go(dir: &Path, then: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(dir.join("go/bin")).unwrap();
    fs::write(dir.join("go/VERSION"), "go1.21.13\n").unwrap();
    let (go, at) = (dir.join("go/bin/go"), dir.display());
    let left =
        format!("setsid sh -c 'echo $$ >\"{at}/left.new\"; mv \"{at}/left.new\" \"{at}/left\"; exec sleep 600' &");
    let script = format!("#!/bin/sh\necho $$ >'{at}/own'\n{left}\nwhile [ ! -e '{at}/left' ]; do :; done\n{then}\n");
    fs::write(&go, script).unwrap();
    fs::set_permissions(&go, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(target_os = "linux")]
fn is_alive(dir: &Path, name: &str) -> bool {
    let pid = fs::read_to_string(dir.join(name)).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[cfg(target_os = "linux")]
fn started(dir: &Path) {
    let begun = Instant::now();
    while !dir.join("left").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the fake Go never started");
        thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_left_the_session_ends_with_the_command_that_left_it() {
    let dir = tempfile::tempdir().unwrap();
    leaving_go(dir.path(), "exec >/dev/null 2>&1; exit 1");
    let output = verify(dir.path(), "5").output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!is_alive(dir.path(), "left"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_what_left_the_session_too() {
    use std::os::unix::process::CommandExt;
    for signal in ["-INT", "-TERM"] {
        let dir = tempfile::tempdir().unwrap();
        leaving_go(dir.path(), "wait");
        let mut child = verify(dir.path(), "300").process_group(0).spawn().unwrap();
        started(dir.path());
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        assert!(!is_alive(dir.path(), "left") && !is_alive(dir.path(), "own"), "{signal}");
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0, "{signal}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_kill_the_go_command_ends_and_the_next_run_removes_what_was_left() {
    use std::os::unix::process::CommandExt;
    let dir = tempfile::tempdir().unwrap();
    leaving_go(dir.path(), "wait");
    let mut child = verify(dir.path(), "300").process_group(0).spawn().unwrap();
    started(dir.path());
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = Instant::now();
    while is_alive(dir.path(), "own") {
        assert!(begun.elapsed() < Duration::from_secs(60), "the system ends the command");
        thread::sleep(Duration::from_millis(10));
    }
    let pid = fs::read_to_string(dir.path().join("left")).unwrap();
    Command::new("kill").args(["-9", pid.trim()]).status().unwrap();
    let tmp = dir.path().join("tmp");
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 1, "a killed run removes nothing itself");
    leaving_go(dir.path(), "exit 1");
    let _ = verify(dir.path(), "5").output().unwrap();
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0);
}
