//! Moves that are killed, at two hundred moments: by the clock, and before each of the system calls that change
//! something. Whatever the moment, the tree is whole, and the next run finishes the move or takes it back.

use super::site::{Inventory, Site};
use crate::support::lab::skip;
use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

const MOMENTS: usize = 200;

/// Those that change something on a disk.
const CALLS: &str = "write,mkdir,mkdirat,rename,renameat,renameat2,linkat,symlink,symlinkat,unlink,unlinkat,\
rmdir,fchmodat,fchownat,utimensat,fsync,syncfs,flock";

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// What a run does before it is killed.
#[derive(Clone, Copy, PartialEq)]
enum Killed {
    Away,
    Back,
}

fn ready(killed: Killed) -> (Site, Inventory) {
    let site = Site::with_cache();
    let before = site.inventory();
    if killed == Killed::Back {
        site.json(0, &[]);
    }
    (site, before)
}

fn words(killed: Killed) -> &'static [&'static str] {
    if killed == Killed::Back { &["--undo"] } else { &[] }
}

/// The tree is whole at its old name, then the next run does what it is told.
fn assert_recovers(site: &Site, before: &Inventory, undo: bool, about: &str) {
    assert!(fs::metadata(site.from()).is_ok(), "{about}: nothing is there: {:?}", site.names());
    assert_eq!(site.inventory(), *before, "{about}: not whole");
    let more: &[&str] = if undo { &["--undo"] } else { &[] };
    let output = site.run(more);
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    // Killed before there was a journal, or after it was gone: there is nothing to undo.
    let code = output.status.code();
    assert!(code == Some(0) || undo && code == Some(4), "{about}: {code:?} {said}");
    assert_eq!(site.inventory(), *before, "{about}: {said}");
    let left: Vec<String> = site.names().into_iter().filter(|name| !name.ends_with("-lock")).collect();
    match undo {
        true => assert_eq!(left, ["from", "to"], "{about}: {said}"),
        false => assert_eq!(left, ["from", "from.goenv-ci-journal", "to", "to/place"], "{about}: {said}"),
    }
}

/// At moments spread over the run.
fn by_the_clock(seed: u64, moments: usize) -> usize {
    let mut random = Random(seed);
    let mut in_time = 0;
    for at in 0..moments {
        let killed = if at % 4 == 3 { Killed::Back } else { Killed::Away };
        let (site, before) = ready(killed);
        let length = {
            let (other, _) = ready(killed);
            let begun = Instant::now();
            other.run(words(killed));
            begun.elapsed()
        };
        let mut child = site.of_cache(words(killed)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(length.mul_f64(random.below(1_000) as f64 / 1_000.0));
        child.kill().unwrap();
        in_time += usize::from(child.wait().unwrap().code().is_none());
        assert_recovers(&site, &before, random.below(2) == 0, &format!("moment {at} of the clock"));
    }
    in_time
}

fn traced(site: &Site, killed: Killed, inject: &[&str]) -> Command {
    let plain = site.of_cache(words(killed));
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(inject).arg(plain.get_program()).args(plain.get_args());
    command.env_clear().env("HOME", site.path("home")).env("PATH", "/usr/bin:/bin").current_dir("/");
    command
}

/// The calls of a run that nobody disturbs: which, and the how-manieth of its kind.
fn calls(killed: Killed) -> Vec<(String, usize)> {
    let (site, _) = ready(killed);
    let log = site.path("log");
    let trace = format!("trace={CALLS}");
    let outcome = traced(&site, killed, &["-o", log.to_str().unwrap(), "-e", &trace]).output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    let mut all = Vec::new();
    for line in fs::read_to_string(log).unwrap().lines() {
        let Some((head, _)) = line.split_once('(') else { continue };
        let name = head.rsplit(' ').next().unwrap().to_owned();
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        all.push((name, *count));
    }
    all
}

/// Before so many of the calls, at even distances.
fn by_the_call(moments: usize) -> usize {
    let mut in_time = 0;
    for (killed, share) in [(Killed::Away, moments * 2 / 3), (Killed::Back, moments - moments * 2 / 3)] {
        let all = calls(killed);
        for at in 0..share {
            let (name, number) = &all[at * all.len() / share];
            let (site, before) = ready(killed);
            let inject = format!("inject={name}:signal=KILL:when={number}");
            let trace = format!("trace={name}");
            let mut run = traced(&site, killed, &["-o", "/dev/null", "-e", &trace, "-e", &inject]);
            let ended = run.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
            in_time += usize::from(ended.code().is_none());
            assert_recovers(&site, &before, at % 2 == 0, &format!("before {name} {number}"));
        }
    }
    in_time
}

fn strace_works() -> bool {
    let tried = Command::new("strace").args(["-f", "-qq", "-e", "trace=none", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

#[test]
fn killed_at_two_hundred_moments_the_tree_is_whole_and_the_next_run_finishes_or_takes_back() {
    let traces = strace_works();
    if !traces {
        skip("there is no strace that works here: `bash scripts/lab.sh faults`; killed by the clock alone");
    }
    let clocked = if traces { MOMENTS / 2 } else { MOMENTS };
    let in_time = AtomicUsize::new(0);
    thread::scope(|scope| {
        for half in 0..2 {
            let in_time = &in_time;
            scope.spawn(move || in_time.fetch_add(by_the_clock(13 + half, clocked / 2), Ordering::Relaxed));
        }
        if traces {
            let in_time = &in_time;
            scope.spawn(move || in_time.fetch_add(by_the_call(MOMENTS / 2), Ordering::Relaxed));
        }
    });
    let in_time = in_time.into_inner();
    assert!(in_time > MOMENTS / 2, "only {in_time} were killed before they had ended");
}

#[test]
fn where_two_names_cannot_be_exchanged_they_change_one_after_the_other() {
    if !strace_works() {
        return skip("there is no strace that works here: `bash scripts/lab.sh faults`");
    }
    let refuse = ["-o", "/dev/null", "-e", "trace=renameat2", "-e", "inject=renameat2:error=EINVAL"];
    for killed in [Killed::Away, Killed::Back] {
        let (site, before) = ready(killed);
        assert!(traced(&site, killed, &refuse).output().unwrap().status.success());
        assert_eq!(site.inventory(), before);
        if killed == Killed::Away { site.assert_moved() } else { site.assert_at_home() }
    }
}

#[test]
fn a_call_that_is_refused_leaves_everything_as_it_was() {
    if !strace_works() {
        return skip("there is no strace that works here: `bash scripts/lab.sh faults`");
    }
    // The twelfth file of 256 KiB pieces is in the middle; the names of a tree change at its end.
    for (call, error, when) in [
        ("write", "ENOSPC", "3"),
        ("write", "EDQUOT", "4"),
        ("symlink", "EPERM", "2"),
        ("symlink", "EPERM", "4"),
        ("mkdir", "ENOSPC", "4"),
        ("utimensat", "EPERM", "3"),
        ("renameat2", "EPERM", "1"),
        ("rename", "EACCES", "3"),
    ] {
        let (site, before) = ready(Killed::Away);
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:error={error}:when={when}"));
        let output = traced(&site, Killed::Away, &["-o", "/dev/null", "-e", &trace, "-e", &inject]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let about = format!("{call} {error} {when}: {said}");
        assert_eq!(site.inventory(), before, "{about}");
        if output.status.success() {
            // It was none of the calls that matter.
            site.assert_moved();
            continue;
        }
        assert_eq!(output.status.code(), Some(3), "{about}");
        assert!(said.contains("is as it was") || said.contains("nothing was changed"), "{about}");
        site.assert_at_home();
    }
}

#[test]
fn interrupted_it_takes_back_what_it_began() {
    let site = Site::with_cache();
    // Long enough to be interrupted in the middle.
    let large = fs::File::create(site.path("from/cache/huge")).unwrap();
    large.set_len(400 << 20).unwrap();
    drop(large);
    let before = fs::metadata(site.path("from/cache/huge")).unwrap().len();
    let child = site.of_cache(&[]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !site.to.with_extension("goenv-ci-new").exists() && begun.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(2));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
    site.assert_at_home();
    assert_eq!(fs::metadata(site.path("from/cache/huge")).unwrap().len(), before);
}
