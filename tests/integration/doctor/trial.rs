//! `doctor --try` with real toolchains: what works and what stops, that nothing of the user's is touched, and that the
//! network is asked only where that is wanted.

use super::desk::{Desk, GOENV};
use crate::support::{self, write_program};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

/// Everything below a directory with its times and contents.
fn snapshot(dir: &Path) -> BTreeMap<String, (SystemTime, Vec<u8>)> {
    let mut all = BTreeMap::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let found = fs::symlink_metadata(&path).unwrap();
            let content = if found.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            all.insert(path.display().to_string(), (found.modified().unwrap(), content));
            if found.is_dir() {
                dirs.push(path);
            }
        }
    }
    all
}

/// A proxy that has nothing, and how often it was asked.
fn proxy() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    (address, asked)
}

fn tried(desk: &Desk, more: &[&str]) -> (i32, Value) {
    let (code, stdout, stderr) = desk.doctor(&[&["--try", "--format", "json"], more].concat());
    (code, serde_json::from_str(&stdout).unwrap_or_else(|why| panic!("{why}: {stderr}")))
}

/// Each command with where it was tried and what came of it.
fn verdicts(all: &Value) -> Vec<(String, String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let each = all["tried"].as_array().unwrap().iter();
    each.map(|one| (text(one, "command"), text(one, "in"), text(one, "verdict"))).collect()
}

fn finding<'a>(all: &'a Value, id: &str) -> &'a Value {
    let mut found = all["findings"].as_array().unwrap().iter();
    found.find(|one| one["id"] == id).unwrap_or_else(|| panic!("{id} is not in {all:#}"))
}

/// Compiling fails at once: what does not compile is tried in a moment.
fn nothing_compiles(desk: &mut Desk) {
    desk.set("GOFLAGS", "-toolexec=/bin/false");
}

#[test]
fn where_all_works_all_is_tried_and_nothing_of_the_users_is_touched() {
    let Some(mut desk) = Desk::new() else { return };
    let (address, asked) = proxy();
    desk.set("GOPROXY", &address);
    desk.set_to("TMPDIR", "tmp");
    desk.write("home/.cache/go-build/README", "mine");
    desk.write("home/go/pkg/mod/cache/lock", "");
    let repository = "git init -q && git add . && git -c user.name=a -c user.email=a@b.example commit -q -m first";
    let git = Command::new("sh").args(["-c", repository]).current_dir(desk.path("module")).envs(&desk.env).output();
    assert!(git.as_ref().unwrap().status.success(), "{git:?}");
    let before = [snapshot(&desk.path("home")), snapshot(&desk.path("module"))];
    let (_, all) = tried(&desk, &[]);
    for (command, place, verdict) in verdicts(&all) {
        assert_eq!(verdict, "pass", "{command} in {place}: {all:#}");
    }
    let own = ["go build .", "go run .", "go install .", "go test .", "go vet ."];
    let here = ["go version", "go env", "go list ./...", "go build ./..."];
    let commands: Vec<String> = verdicts(&all).into_iter().map(|(command, ..)| command).collect();
    for command in own.iter().chain(&here) {
        assert!(commands.iter().any(|one| one == command), "{command}: {commands:?}");
    }
    let after = [snapshot(&desk.path("home")), snapshot(&desk.path("module"))];
    for (before, after) in before.iter().zip(&after) {
        let changed: Vec<_> =
            after.iter().filter(|(path, found)| before.get(*path) != Some(found)).map(|one| one.0).collect();
        assert!(changed.is_empty() && before.len() == after.len(), "{changed:?}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the network was asked");
    assert_eq!(fs::read_dir(desk.path("tmp")).unwrap().count(), 0, "the scratch directory is left");
}

#[test]
fn what_stops_every_command_is_told_once_with_its_fix() {
    let Some(mut desk) = Desk::new() else { return };
    desk.set("GOROOT", "/nowhere");
    let (code, all) = tried(&desk, &[]);
    assert_eq!(code, 1);
    let stop = finding(&all, "try-version");
    assert_eq!(stop["mend"]["command"], "unset GOROOT");
    assert!(stop["evidence"].as_str().unwrap().contains("cannot find GOROOT directory: /nowhere"), "{stop}");
    assert!(stop["message"].as_str().unwrap().contains("goroot-missing"), "{stop}");
    let errors = all["findings"].as_array().unwrap().iter().filter(|one| one["severity"] == "error");
    assert_eq!(errors.map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), ["goroot-missing"], "{all:#}");
    let later: Vec<_> = verdicts(&all).into_iter().skip(1).collect();
    assert!(later.iter().all(|(_, _, verdict)| verdict == "skip"), "{later:?}");
}

#[test]
fn the_variable_that_stops_a_command_is_found_by_taking_it_away() {
    let Some(desk) = Desk::new() else { return };
    // No check knows this one, and it stands in the file of `go env -w`.
    desk.write(GOENV, "CGO_CFLAGS='-O2\nGOFLAGS=-toolexec=/bin/false\n");
    let (code, all) = tried(&desk, &[]);
    assert_eq!(code, 1);
    let stop = finding(&all, "try-build");
    let (message, fix) = (stop["message"].as_str().unwrap(), stop["mend"]["command"].as_str().unwrap());
    assert!(fix.contains("CGO_CFLAGS") || fix.contains("GOFLAGS"), "{message}: {fix}");
}

#[test]
fn a_fault_of_the_module_is_none_of_the_environment() {
    let Some(mut desk) = Desk::new() else { return };
    nothing_compiles(&mut desk);
    desk.write("go.work", "go 1.21\n\nuse ./gone\nuse ./module\n");
    let (code, all) = tried(&desk, &[]);
    assert_eq!(code, 1);
    let stop = finding(&all, "try-list");
    assert!(stop["evidence"].as_str().unwrap().contains("cannot load module ../gone"), "{stop}");
    assert!(stop["message"].as_str().unwrap().contains("workspace-use-missing"), "{stop}");
    assert!(stop["mend"]["command"].as_str().unwrap().starts_with("go work edit -dropuse=./gone"), "{stop}");
}

#[test]
fn a_module_that_is_not_here_is_no_fault_until_the_network_may_be_used() {
    let Some(mut desk) = Desk::new() else { return };
    let (address, asked) = proxy();
    nothing_compiles(&mut desk);
    desk.set("GOPROXY", &address);
    desk.set("GONOSUMDB", "example.com");
    desk.write("module/go.mod", "module example.com/m\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n");
    let before = snapshot(&desk.path("module"));
    let (_, all) = tried(&desk, &[]);
    let here = |all: &Value, command: &str| {
        let each = verdicts(all).into_iter();
        let of = |(one, place, _): &(String, String, String)| one == command && place == "working-directory";
        each.filter(of).map(|(_, _, verdict)| verdict).next()
    };
    assert_eq!(here(&all, "go list ./...").as_deref(), Some("skip"), "{all:#}");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the network was asked");

    let (code, all) = tried(&desk, &["--online"]);
    assert_eq!((code, here(&all, "go mod download").as_deref()), (1, Some("fail")), "{all:#}");
    assert!(asked.load(Ordering::SeqCst) > 0, "the network was not asked");
    assert!(finding(&all, "try-download")["evidence"].as_str().unwrap().contains("404"), "{all:#}");
    assert_eq!(snapshot(&desk.path("module")), before);
    assert!(!desk.path("home/go/pkg/mod").exists());
}

#[test]
fn with_mod_mod_a_copy_of_go_mod_is_changed() {
    let Some(mut desk) = Desk::new() else { return };
    desk.set("GOFLAGS", "-mod=mod -toolexec=/bin/false");
    desk.write("module/go.mod", "module example.com/m\n");
    let before = snapshot(&desk.path("module"));
    let (_, all) = tried(&desk, &[]);
    let list = verdicts(&all).into_iter().find(|(command, ..)| command == "go list ./...").unwrap();
    assert_eq!((list.2.as_str(), snapshot(&desk.path("module"))), ("pass", before), "{all:#}");
}

#[test]
fn an_interrupted_try_ends_its_go_and_leaves_no_scratch_directory() {
    let Some(mut desk) = Desk::new() else { return };
    desk.set_to("TMPDIR", "tmp");
    desk.write("slow/VERSION", "go1.23.9\n");
    fs::create_dir_all(desk.path("slow/bin")).unwrap();
    write_program(&desk.path("slow/bin/go"), "#!/bin/sh\necho $$ > \"$PID_FILE\"\nexec sleep 600\n");
    desk.set("PATH", &format!("{}:/usr/bin:/bin", desk.text("slow/bin")));
    desk.set_to("PID_FILE", "pid");
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command.args(["doctor", "--try"]).current_dir(desk.path("module"));
    command.env_clear().envs(support::system_needs()).envs(&desk.env).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let started = Instant::now();
    let pid = loop {
        match fs::read_to_string(desk.path("pid")).unwrap_or_default().trim() {
            "" => assert!(started.elapsed() < Duration::from_secs(60), "its go was never started"),
            pid => break pid.to_owned(),
        }
        thread::sleep(Duration::from_millis(20));
    };
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!Path::new("/proc").join(&pid).exists() || cfg!(not(target_os = "linux")));
    assert_eq!(fs::read_dir(desk.path("tmp")).unwrap().count(), 0, "the scratch directory is left");
}

#[test]
fn trying_goes_with_neither_fixing_nor_listing_and_the_network_only_with_it() {
    for args in [&["--try", "--fix"][..], &["--try", "--undo"], &["--try", "--list"], &["--online"]] {
        let output = support::goenv().arg("doctor").args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
}
