//! Time-outs and interruptions: the whole process tree ends, and nothing is left.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A Go whose every command starts a grandchild that would run for minutes,
/// writes its number to `mark`, makes a read-only folder like a module cache, and waits.
fn hanging_go(dir: &Path) {
    fs::create_dir_all(dir.join("go/bin")).unwrap();
    fs::write(dir.join("go/VERSION"), "go1.21.13\n").unwrap();
    let script = format!(
        "#!/bin/sh\nmkdir -p mod/deep && touch mod/deep/file && chmod -R a-w mod\nsleep 300 &\necho $! >'{0}.new'\nmv '{0}.new' '{0}'\nwait\n",
        dir.join("mark").display()
    );
    fs::write(dir.join("go/bin/go"), script).unwrap();
    fs::set_permissions(dir.join("go/bin/go"), fs::Permissions::from_mode(0o755)).unwrap();
}

fn verify(dir: &Path, timeout: &str) -> Command {
    fs::create_dir_all(dir.join("tmp")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command
        .args(["verify", "--go", "1.21", "--probe", "gobin/", "--timeout", timeout, "--go-root"])
        .arg(dir.join("go"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("TMPDIR", dir.join("tmp"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The grandchild's number, once there is one.
fn grandchild(dir: &Path) -> String {
    let begun = Instant::now();
    loop {
        if let Ok(number) = fs::read_to_string(dir.join("mark")) {
            return number.trim().to_owned();
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the fake Go never started");
        thread::sleep(Duration::from_millis(10));
    }
}

fn is_gone(number: &str) -> bool {
    let begun = Instant::now();
    // `kill -0` still finds a zombie that nobody has waited for yet.
    let alive = || {
        let state = Command::new("ps").args(["-o", "stat=", "-p", number]).output().unwrap().stdout;
        !state.is_empty() && !state.starts_with(b"Z")
    };
    while alive() {
        if begun.elapsed() > Duration::from_secs(10) {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

fn signalled(mut child: Child, signal: &str) -> ExitStatus {
    Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    child.wait().unwrap()
}

#[test]
fn a_go_that_hangs_is_an_error_and_its_tree_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    hanging_go(dir.path());
    let output = verify(dir.path(), "1").args(["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &report["results"][0];
    assert_eq!(first["verdict"], "error");
    let reason = first["reason"].as_str().unwrap();
    assert!(
        reason.contains("ran past its limit of 1 s") && reason.contains(dir.path().join("go").to_str().unwrap()),
        "{reason}"
    );
    assert!(is_gone(&grandchild(dir.path())));
    assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn an_interruption_ends_the_tree_and_removes_the_scratch_folder() {
    for signal in ["-INT", "-TERM"] {
        let dir = tempfile::tempdir().unwrap();
        hanging_go(dir.path());
        // In a group of its own, so that only the signal sent here reaches it.
        let child = verify(dir.path(), "300").process_group(0).spawn().unwrap();
        let grandchild = grandchild(dir.path());
        let status = signalled(child, signal);
        assert_eq!(status.code(), Some(130), "{signal}");
        assert!(is_gone(&grandchild), "{signal}");
        assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0, "{signal}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interruption_does_not_wait_for_a_grandchild_that_left_the_group() {
    let dir = tempfile::tempdir().unwrap();
    hanging_go(dir.path());
    let script = fs::read_to_string(dir.path().join("go/bin/go")).unwrap().replace("sleep 300", "setsid sleep 30");
    fs::write(dir.path().join("go/bin/go"), script).unwrap();
    let child = verify(dir.path(), "300").process_group(0).spawn().unwrap();
    grandchild(dir.path());
    let begun = Instant::now();
    assert_eq!(signalled(child, "-INT").code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(15), "it holds the pipes open for 30 s: {:?}", begun.elapsed());
}
