//! A machine that does not list its processes: what a command left in a session of its own ends all the same.

use crate::place::{Place, Program};
use std::{fs, os::unix::fs::PermissionsExt, process::Output};

/// A Go that is none, and leaves a program that would write `outlived` once the command has long ended.
fn leaving_go(place: &Place) {
    let root = place.root().display();
    // It holds no pipe open, for whose end the command would be waited for.
    let left = format!("setsid sh -c ': >{root}/left; sleep 20; : >{root}/outlived' >/dev/null 2>&1 &");
    let go = format!("#!/bin/sh\n{left}\nwhile [ ! -e {root}/left ]; do :; done\nexit 7\n");
    place.write("go/VERSION", "go1.21.13\n");
    place.write("go/bin/go", go);
    fs::set_permissions(place.path("go/bin/go"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// `verify` with that Go, where this call on `/proc` itself fails each time; what strace saw too.
fn verified(call: &str, error: &str) -> (Place, Output, String) {
    let place = Place::new(Program::native());
    leaving_go(&place);
    let (go, log) = (place.text("go"), place.text("given/strace"));
    let (trace, inject) = (format!("trace={call}"), format!("inject={call}:error={error}"));
    // It waits for all that the command started, however that ended.
    let strace = ["strace", "-f", "-qq", "-P", "/proc", "-o", &log, "-e", &trace, "-e", &inject];
    let args = ["verify", "--go", "1.21", "--shells", "none", "--probe", "gobin/env-prints-it", "--go-root", &go];
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let output = place.wrapped(&owned(&strace), &owned(&args)).output().unwrap();
    let seen = fs::read_to_string(log).unwrap();
    (place, output, seen)
}

/// What is known of a command stays known, and what it left ends.
pub fn assert_nothing_outlives_it() {
    for (call, error) in [("getdents64", "EIO"), ("openat", "EACCES"), ("openat", "EMFILE")] {
        let (place, output, seen) = verified(call, error);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(seen.contains("(INJECTED)"), "{call} {error}: nothing failed: {seen}");
        assert!(output.status.code() == Some(5) && said.contains("exit code 7"), "{call} {error}: {said}");
        assert!(place.path("left").exists() && !place.path("outlived").exists(), "{call} {error}");
    }
}
