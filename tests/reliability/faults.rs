//! System calls that fail: strace makes each call of a command fail in turn.

use crate::{
    place::Program,
    subject::{self, Subject},
    table::{
        Row,
        Rule::{self, Counts, Zero},
        Table,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::{Command, Output, Stdio},
};

pub const PART: &str = "system-calls";

const ABOUT: &str = "strace makes one system call fail that would have succeeded: each call on files that the command itself makes, \
of `doctor` those that write, in turn, with each of the errors that such a call can have: EIO, EINTR, and where they are made ENOSPC and EMFILE. *As usual*: \
exit code and files are those of a run without a fault. *Refused*: exit code 3, with the name of the file or of its directory \
(2 where the file is an input). A file that it may not remove may stay, and must be gone after the next run; where its message cannot be written, the exit code is all. \
*Not reached*: another thread made the call.";

pub const COLUMNS: [(&str, Rule); 7] = [
    ("faults", Counts),
    ("as usual", Counts),
    ("refused", Counts),
    ("not reached", Counts),
    ("panics", Zero),
    ("half-written", Zero),
    ("ended otherwise, or named no file", Zero),
];

/// Calls on files, and the errors that each is given.
const CALLS: [(&str, &[&str]); 21] = [
    ("openat", &["EIO", "EINTR", "EMFILE", "ENOSPC"]),
    ("read", &["EIO", "EINTR"]),
    ("write", &["EIO", "EINTR", "ENOSPC"]),
    ("close", &["EIO"]),
    ("statx", &["EIO"]),
    ("newfstatat", &["EIO"]),
    ("readlink", &["EIO"]),
    ("lseek", &["EIO"]),
    ("flock", &["EINTR", "EIO"]),
    ("ftruncate", &["EIO", "EINTR"]),
    ("mkdir", &["EIO", "ENOSPC"]),
    ("mkdirat", &["EIO", "ENOSPC"]),
    ("rename", &["EIO", "ENOSPC"]),
    ("renameat", &["EIO", "ENOSPC"]),
    ("renameat2", &["EIO", "ENOSPC"]),
    ("linkat", &["EIO", "ENOSPC"]),
    ("unlink", &["EIO"]),
    ("unlinkat", &["EIO"]),
    ("rmdir", &["EIO"]),
    ("fsync", &["EIO", "ENOSPC"]),
    ("getdents64", &["EIO"]),
];

/// How much is tried.
#[derive(Clone, Copy)]
pub struct Extent {
    /// Of one command; where there are more, they are taken at even distances.
    pub most: usize,
    /// `apply` alone.
    pub is_sample: bool,
}

pub const NO_STRACE: &str = "there is no strace that works here: `bash scripts/lab.sh faults`";

/// Whether it may trace here.
pub fn strace_works() -> bool {
    let tried = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

pub fn run(extent: Extent) -> Table {
    if !strace_works() {
        return Table::skipped(PART, ABOUT, NO_STRACE);
    }
    let mut subjects = vec![subject::apply(Program::native())];
    if !extent.is_sample {
        subjects.extend([
            subject::examine(Program::native()),
            subject::merge(Program::native(), 3),
            subject::publish(Program::native(), 3),
            subject::fix(Program::native()),
            subject::install(Program::native(), 20),
        ]);
    }
    let rows = subjects.iter().map(|subject| row(subject, extent.most).told()).collect();
    Table { part: PART, about: ABOUT.to_owned(), rows, skipped: None }
}

/// What a run without a fault comes to.
pub struct Sound {
    pub exit: Option<i32>,
    files: BTreeMap<String, Vec<u8>>,
    /// Files that no two runs write alike.
    varying: BTreeSet<String>,
    tree: BTreeSet<String>,
}

impl Sound {
    pub fn of(subject: &Subject) -> Self {
        let run = || {
            subject.prepare();
            let output = subject.place.run(&subject.args);
            (output.status.code(), subject.place.contents(&subject.writes))
        };
        let ((_, first), (exit, files)) = (run(), run());
        let varying = files.iter().filter(|(name, held)| first.get(*name) != Some(held)).map(|(name, _)| name.clone());
        Self { exit, varying: varying.collect(), files, tree: subject.place.tree() }
    }

    /// Whether the files are those of a run without a fault, but for those that it was not let remove.
    fn holds(&self, subject: &Subject, fault: &str) -> bool {
        let mut now = subject.place.contents(&subject.writes);
        let is_unfinished = |name: &String| name.split('/').any(|part| part.starts_with(".goenv-ci-"));
        now.retain(|name, _| !is_removal(fault) || self.files.contains_key(name) || !is_unfinished(name));
        let same = |(name, held): (&String, &Vec<u8>)| match now.get(name) {
            Some(found) => found == held || self.varying.contains(name),
            None => false,
        };
        now.len() == self.files.len() && self.files.iter().all(same)
    }

    /// Counts how a run with a fault ended.
    pub fn judge(&self, row: &mut Row, subject: &Subject, output: &Output, fault: &str, names: &[&str]) {
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let told = || said.lines().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" / ");
        if output.status.code() == Some(101) || said.contains("panicked at") {
            row.saw("panics", format!("{fault}: {}", told()));
        }
        let half = subject.half_written();
        if !half.is_empty() {
            row.saw("half-written", format!("{fault}: {}: {}", output.status, half.join(", ")));
        }
        let named = names.iter().any(|name| said.contains(name));
        match output.status.code() {
            code if code == self.exit && self.holds(subject, fault) => row.add("as usual"),
            Some(3) if named => row.add("refused"),
            // An input that cannot be read is told as one that is not there.
            Some(2) if names.iter().any(|name| is_input(name) && said.contains(name)) => row.add("refused"),
            _ => {
                let holds = if self.holds(subject, fault) { "" } else { ", the files differ" };
                row.saw("ended otherwise, or named no file", format!("{fault}: {}{holds}: {}", output.status, told()));
            }
        }
    }
}

impl Sound {
    /// What could not be removed is to go with the next run.
    fn judge_next(&self, row: &mut Row, subject: &Subject, fault: &str) {
        if subject.place.leftovers(&self.tree).is_empty() {
            return;
        }
        let next = subject.place.run(&subject.args);
        let left = subject.place.leftovers(&self.tree);
        if next.status.code() != self.exit || !left.is_empty() {
            let left = left.join(", ");
            row.saw("ended otherwise, or named no file", format!("{fault}: the next run: {}: {left}", next.status));
        }
    }
}

/// What a repository has for defaults; it is told from the repository's root.
const CONFIG_FILE: &str = ".github/goenv-ci.yml";

fn is_input(name: &str) -> bool {
    name.contains("/given/") || name == CONFIG_FILE
}

/// Whether it is the removal of a file or a directory that fails.
fn is_removal(fault: &str) -> bool {
    fault.starts_with("unlink") || fault.starts_with("rmdir")
}

fn row(subject: &Subject, most: usize) -> Row {
    let mut row = Row::new(format!("`{}`", subject.name), &COLUMNS);
    let sound = Sound::of(subject);
    let faults = faults(subject);
    let step = faults.len().div_ceil(most).max(1);
    for (call, nth, error) in faults.iter().step_by(step) {
        subject.prepare();
        let log = subject.place.path("given/strace");
        let output = traced(subject, &[&format!("inject={call}:error={error}:when={nth}")], call);
        row.add("faults");
        let calls = fs::read_to_string(&log).unwrap_or_default();
        let _ = fs::remove_file(log);
        // The counter is each thread's own, so several may have met the fault.
        let hit: Vec<&str> = calls.lines().filter(|line| line.contains("(INJECTED)")).collect();
        if hit.is_empty() {
            row.add("not reached");
        } else {
            let paths: Vec<String> = hit.iter().flat_map(|line| paths_in(line)).collect();
            let mut names: Vec<&str> = paths.iter().map(String::as_str).collect();
            let dirs = paths.iter().filter_map(|path| path.rsplit_once('/')).map(|(dir, _)| dir);
            names.extend(dirs.filter(|dir| dir.len() > 1));
            let root = subject.place.root().to_str().unwrap();
            let given = format!("{root}/given/shards");
            // `report publish` names the input that it was given, and a call that another thread's interrupted has no
            // path on the line that says so.
            // What is unpacked beside its place is told by its place.
            let (beside, goroot) = (format!("{root}/tools/go/1.21.13"), format!("{root}/tools/go/1.21.13/x64"));
            if paths.iter().any(|path| path.starts_with(&beside)) {
                names.push(&goroot);
            }
            if paths.iter().any(|path| path.starts_with(&given)) {
                names.push(&given);
            }
            if paths.iter().any(|path| path.ends_with(CONFIG_FILE)) {
                names.push(CONFIG_FILE);
            }
            if hit.iter().any(|line| line.contains(" resumed>")) {
                names.push(root);
            }
            if hit.iter().any(|line| line.contains("<pipe:")) {
                names.push("standard output");
            }
            // Its own message could not be written either, so that there is none.
            if hit.iter().any(|line| line.contains(" write(2<pipe:")) {
                names.push("");
            }
            // Each is another thread's, and any of them may be to blame.
            let met: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
            let fault = format!("{call} {nth} {error} on {}", met.into_iter().collect::<Vec<_>>().join(", "));
            sound.judge(&mut row, subject, &output, &fault, &names);
            if is_removal(&fault) {
                sound.judge_next(&mut row, subject, &fault);
            }
        }
        for left in subject.place.leftovers(&sound.tree) {
            subject.place.clear(&left);
            let _ = fs::remove_file(subject.place.path(&left));
        }
    }
    row
}

/// Runs it under strace, which writes to `given/strace`.
fn traced(subject: &Subject, expressions: &[&str], calls: &str) -> Output {
    let log = subject.place.path("given/strace");
    let mut wrapper: Vec<String> = ["strace", "-f", "-qq", "-y", "-s", "4096", "-o"].map(str::to_owned).into();
    wrapper.push(log.to_str().unwrap().to_owned());
    wrapper.extend(["-e".to_owned(), format!("trace={calls}")]);
    for expression in expressions {
        wrapper.extend(["-e".to_owned(), (*expression).to_owned()]);
    }
    subject.place.wrapped(&wrapper, &subject.args).output().unwrap()
}

/// Each call of goenv-ci on files after its start, by the number that strace counts, with each of its errors.
///
/// strace counts for each thread. What the dynamic linker opens is left out, in the first thread and so in all.
fn faults(subject: &Subject) -> Vec<(String, usize, String)> {
    let names: Vec<&str> = CALLS.iter().map(|(name, _)| *name).collect();
    subject.prepare();
    traced(subject, &[], &format!("{},rt_sigaction,execve", names.join(",")));
    let log = fs::read_to_string(subject.place.path("given/strace")).unwrap();
    let calls: Vec<(&str, &str)> = log.lines().filter_map(|line| line.split_once(' ')).collect();
    let Some((first, _)) = calls.first().copied() else { return Vec::new() };
    // A program that it starts says so, and is not to fail.
    let others: BTreeSet<&str> = calls
        .iter()
        .filter(|(thread, call)| *thread != first && call.trim_start().starts_with("execve("))
        .map(|(thread, _)| *thread)
        .collect();
    let (mut counts, mut at_start) = (BTreeMap::<(&str, &str), usize>::new(), BTreeMap::new());
    let mut found = BTreeSet::new();
    let mut began = false;
    for (thread, call) in calls.into_iter().filter(|(thread, _)| !others.contains(thread)) {
        let Some((name, rest)) = call.trim_start().split_once('(') else { continue };
        if !began && name == "rt_sigaction" && rest.starts_with("SIGPIPE") {
            began = true;
            at_start = counts.iter().map(|((_, name), count)| (*name, *count)).collect();
        }
        if !names.contains(&name) {
            continue;
        }
        let count = counts.entry((thread, name)).or_default();
        *count += 1;
        // A call that fails anyway, as to find out whether a file is there, has nothing to lose.
        let succeeds = !rest.contains(" = -1 ");
        if began && succeeds && subject.is_meant(name, rest) && *count > at_start.get(name).copied().unwrap_or(0) {
            found.insert((name, *count));
        }
    }
    let errors = |name: &str| CALLS.iter().find(|(call, _)| *call == name).map_or(&[][..], |(_, errors)| errors);
    found
        .into_iter()
        .flat_map(|(name, nth)| errors(name).iter().map(move |error| (name.to_owned(), nth, (*error).to_owned())))
        .collect()
}

/// The paths that a line of strace names, in quotes or beside a descriptor.
fn paths_in(line: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (open, close) in [("\"/", '"'), ("</", '>')] {
        for (at, _) in line.match_indices(open) {
            let rest = &line[at + 1..];
            if let Some(end) = rest.find(close) {
                paths.push(rest[..end].to_owned());
            }
        }
    }
    // The working directory stands beside each call that could be relative to it.
    let absolute = line.contains("\"/");
    paths.retain(|path| {
        !(absolute && line.contains(&format!("AT_FDCWD<{path}>")) && !line.contains(&format!("\"{path}")))
    });
    paths
}
