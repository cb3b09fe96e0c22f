//! Trouble of the machine, for which no variable is to blame: a full disk, a limit, a killed program, files that
//! vanished. It is looked for wherever something did not work, in what programs said and in the world itself.

use crate::{
    platform::Platform,
    ports::{Host, Kind},
    probe::{Expectation, Probe, ProbeKind},
    report::verdict::Evidence,
    verify::{cell::ProbeRun, place::Places, sandbox::Machine},
};

/// What programs print, in small letters, and what it is. Go and C have Unix's words, on Windows its own.
/// Source: Go, `syscall/zerrors_*.go` and `runtime`; Microsoft, "System Error Codes".
const ANYWHERE: [(&str, &str); 29] = [
    ("no space left on device", FULL),
    ("there is not enough space on the disk", FULL),
    ("disk quota exceeded", FULL),
    ("file too large", SIZE),
    ("file size limit exceeded", SIZE),
    ("too many open files", FILES),
    ("cannot allocate memory", MEMORY),
    ("out of memory", MEMORY),
    ("not enough memory resources are available", MEMORY),
    ("paging file is too small", MEMORY),
    ("insufficient system resources", MEMORY),
    ("not enough quota is available", MEMORY),
    ("resource temporarily unavailable", PROCESSES),
    ("failed to create new os thread", PROCESSES),
    ("pthread_create failed", PROCESSES),
    ("newosproc", PROCESSES),
    ("cpu time limit exceeded", LIMIT),
    ("signal: killed", KILLED),
    ("signal: terminated", KILLED),
    ("signal: hangup", KILLED),
    ("signal: aborted", CRASHED),
    ("signal: abort trap", CRASHED),
    ("signal: bus error", CRASHED),
    ("signal: segmentation fault", CRASHED),
    ("signal: illegal instruction", CRASHED),
    ("device not configured", DEVICE),
    ("stale nfs file handle", DEVICE),
    ("stale file handle", DEVICE),
    ("structure needs cleaning", DEVICE),
];

/// Trouble only where a path of ours stands in the same line: elsewhere a variable can have led there.
const OF_OURS: [(&str, &str); 4] = [
    ("read-only file system", READ_ONLY),
    ("input/output error", DEVICE),
    ("the media is write protected", READ_ONLY),
    ("text file busy", BUSY),
];

const FULL: &str = "the disk is full; free space there, or let TMPDIR or RUNNER_TEMP name a directory with more";
const SIZE: &str = "files may not grow as large as Go needs them; raise the limit (`ulimit -f`)";
const FILES: &str = "no more files can be opened; raise the limit (`ulimit -n`), or ask for fewer `--jobs`";
const MEMORY: &str = "there is not enough memory; ask for fewer `--jobs`, or give the machine more";
const PROCESSES: &str =
    "no more processes or threads can be started; raise the limit (`ulimit -u`), or ask for fewer `--jobs`";
const LIMIT: &str = "its time on the processor is limited; raise the limit (`ulimit -t`)";
const KILLED: &str = "something on this machine ended it, as one does that runs out of memory; see the system's log";
const CRASHED: &str = "a program of the toolchain crashed; see whether the machine or the toolchain is damaged";
const READ_ONLY: &str = "the file system is read-only; let TMPDIR or RUNNER_TEMP name another";
const DEVICE: &str = "the disk does not work; see the system's log";
const BUSY: &str = "another program holds a file that Go has just made; see what scans new files";
const VANISHED: &str = "something on this machine removes files while they are used; see what cleans up there";

/// What a program's output tells of the machine's trouble. `ours` are the directories that no variable leads to.
#[must_use]
pub(crate) fn said(output: &str, ours: &[&str]) -> Option<String> {
    output.lines().find_map(|line| {
        let small = line.to_lowercase();
        let held =
            |list: &[(&str, &'static str)]| list.iter().find(|(words, _)| small.contains(words)).map(|one| one.1);
        let here = || ours.iter().any(|dir| !dir.is_empty() && line.contains(dir));
        let advice = held(&ANYWHERE).or_else(|| held(&OF_OURS).filter(|_| here()))?;
        let line: String = line.trim().chars().take(300).collect();
        Some(format!("`{line}`: {advice}"))
    })
}

/// What an exit code tells: a shell says by 128 and a number that a signal ended a program, Windows by its own codes
/// that one crashed. Go exits with 0, 1 or 2.
#[must_use]
pub(crate) fn coded(code: i32, platform: Platform) -> Option<String> {
    match (code, platform) {
        (129..=159, Platform::Linux | Platform::Macos) => {
            Some(format!("exit code {code}, which is that of signal {}: {KILLED}", code - 128))
        }
        // 0xC0000000 and above are errors of the system itself.
        (..=-0x3000_0000, Platform::Windows) => Some(format!("exit code {code:#x}: {CRASHED}")),
        _ => None,
    }
}

/// A package that Go calls missing, and that is there: Go says nothing of an error while it reads or indexes GOROOT.
/// (Measured: with `ulimit -f 1`, `package errors is not in std (GOROOT/src/errors)`.)
#[must_use]
pub(crate) fn overlooked(ran: &[Evidence], host: &dyn Host) -> Option<String> {
    let lines = ran.last()?.stderr.lines();
    let named = lines.filter_map(|line| Some(line.split_once(" is not in std (")?.1.split_once(')')?.0));
    let there = named.into_iter().find(|dir| host.kind(dir) == Kind::Dir)?;
    Some(format!(
        "Go could not read `{there}`, which is there; see the limits (`ulimit -f`, `ulimit -n`) and the free space"
    ))
}

/// Files that Go left below directories of the probe, which nothing but a `clean` removes.
#[derive(Default)]
pub(crate) struct Watch {
    /// Each with what it is, where that may not change.
    noted: Vec<(String, Option<Option<String>>)>,
    vanished: Option<String>,
}

impl Watch {
    /// Looks whether what was there before a command is there still, and notes what is there now.
    pub(crate) fn look(&mut self, argv: &[String], held: impl Fn(&str) -> Option<String>, places: &Places<'_>) {
        let (platform, host) = (places.platform, places.host);
        // Only `go` is known to remove nothing; a probe may run `rm`.
        let keeps = argv.first().is_some_and(|program| program == "go") && argv.get(1).is_none_or(|arg| arg != "clean");
        let is_gone = |(file, identity): &&(String, Option<Option<String>>)| {
            let is_another = || identity.as_ref().is_some_and(|identity| host.identity(file) != *identity);
            host.kind(file) == Kind::Absent || is_another()
        };
        if let (None, true, Some((file, _))) = (&self.vanished, keeps, self.noted.iter().find(is_gone)) {
            self.vanished = Some(file.clone());
        }
        let below = |dir: &str| {
            let names = host.list(dir).into_iter().map(|name| platform.join(dir, &name));
            names.filter(|path| host.kind(path) == Kind::Dir).find_map(|path| host.first_file_below(&path))
        };
        let own = |dir: &String| platform.is_within(dir, places.own);
        // An entry of the build cache is written again in its place; the files beside its directories are not entries.
        let entry = held("GOCACHE").filter(own).and_then(|dir| below(&dir));
        let entry = entry.map(|file| (file.clone(), Some(host.identity(&file))));
        let modules = held("GOMODCACHE").or_else(|| Some(platform.join(&held("GOPATH")?, "pkg/mod")));
        let module = modules.filter(own).and_then(|dir| below(&dir)).map(|file| (file, None));
        self.noted = entry.into_iter().chain(module).collect();
    }
}

/// What is wrong with the world in which a probe did not hold.
#[must_use]
pub(crate) fn found(
    cell: &ProbeRun<'_>,
    probe: &Probe,
    places: &Places<'_>,
    watch: &Watch,
    machine: &Machine,
) -> Option<String> {
    let (platform, host) = (places.platform, places.host);
    let gone = |path: &str| format!("`{path}` is gone: {VANISHED}");
    if let Some(file) = &watch.vanished {
        return Some(gone(file));
    }
    for folder in ["work", "home", "tmp"] {
        let dir = platform.join(places.own, folder);
        if host.kind(&dir) != Kind::Dir {
            return Some(gone(&dir));
        }
    }
    // What an expectation is about may be gone by the fault that it looks for.
    let about = |path: &str| {
        let looked_at = probe.expect.iter().filter_map(|expected| match &expected.what {
            Expectation::FileExists(at) | Expectation::FileAbsent(at) => Some(at),
            Expectation::DirEmpty(at) | Expectation::DirFilled(at) => Some(at),
            _ => None,
        });
        looked_at.map(|at| places.absolute(at)).any(|at| platform.is_within(path, &at) || platform.is_within(&at, path))
    };
    // A command other than Go's may remove what it is given.
    let only_go = probe.steps.iter().all(|step| step.run.first().is_some_and(|program| program == "go"));
    let laid_out = probe.files.iter().map(|(path, _)| places.absolute(path)).filter(|path| only_go && !about(path));
    let needed = (cell.probe.kind == ProbeKind::Contract).then(|| {
        let go = platform.join(&cell.toolchain.goroot, &format!("bin/go{}", platform.exe_suffix()));
        [go, platform.join(&machine.scratch, "proxy/example.com/hello/@v/list")]
    });
    let missing = laid_out.chain(needed.into_iter().flatten()).find(|path| host.kind(path) == Kind::Absent);
    if let Some(path) = missing {
        return Some(gone(&path));
    }
    let tried = platform.join(places.own, "goenv-ci-writes");
    let written = host.write(&tried, &[0; TRIED]).and_then(|()| host.read(&tried)).and_then(|_| host.remove(&tried));
    written.err().map(|error| {
        let words = error.to_string();
        said(&words, &[]).unwrap_or_else(|| {
            format!("`{words}`: nothing can be written to `{}`; let TMPDIR or RUNNER_TEMP name another", places.own)
        })
    })
}

/// About what the smallest thing takes that Go writes.
const TRIED: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_through_go_is_trouble_of_the_machine() {
        for line in [
            "# probe\ncopying /tmp/b001/exe/a.out: write /s/bin/probe: no space left on device",
            "go: creating work dir: mkdir /s/tmp/go-build1: disk quota exceeded",
            "SIGXFSZ: file size limit exceeded",
            "open /s/work/go.mod: too many open files",
            "fork/exec /go/pkg/tool/compile: resource temporarily unavailable",
            "runtime: failed to create new OS thread (have 5 already; errno=11)",
            "fatal error: runtime: cannot allocate memory",
            "/go/pkg/tool/compile: signal: killed",
            r"write C:\s\x: There is not enough space on the disk.",
            "open /s/work/x: read-only file system",
            "read /s/work/x: input/output error",
        ] {
            let told = said(line, &["/s"]);
            assert!(told.as_ref().is_some_and(|told| told.contains("; ")), "{line}: {told:?}");
        }
    }

    #[test]
    fn what_a_variable_can_do_is_none() {
        for line in [
            "mkdir /go: read-only file system",
            "open /s/off: permission denied",
            "go: GOCACHE is not an absolute path",
            "open /s/cache: no such file or directory",
            "mkdir /s/file: not a directory",
            "go: module lookup disabled by GOPROXY=off",
            "",
        ] {
            assert_eq!(said(line, &["/s"]), None, "{line}");
        }
    }

    #[test]
    fn an_exit_code_of_a_signal_is_trouble_and_one_of_go_is_none() {
        assert!(coded(137, Platform::Linux).is_some_and(|told| told.contains("signal 9")));
        assert!(coded(0xC000_0005_u32.cast_signed(), Platform::Windows).is_some());
        for code in [0, 1, 2, 3, 127, 128, 255, -1] {
            assert_eq!((coded(code, Platform::Linux), coded(code, Platform::Windows)), (None, None), "{code}");
        }
    }
}
