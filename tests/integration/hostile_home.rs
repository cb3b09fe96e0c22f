//! A home directory that somebody else filled: whatever stands where a file is looked for, each command comes to an
//! end, says what it did not read, and stays small.

use crate::support::{self, judged, lab};
use serde_json::Value;
use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// In KiB: what any command may have in memory at any time, in a build without optimizations too.
const MOST_MEMORY: u64 = 100 << 10;

/// Runs a command, ends it where it hangs, and says how much memory it had at most. Python's `resource` is the only
/// one at hand that tells of one child alone, and not of all that the tests have started.
const MEASURE: &str = "
import os, resource, signal, subprocess, sys
child = subprocess.Popen(sys.argv[1:], start_new_session=True)
def over(*_):
    os.killpg(child.pid, signal.SIGKILL)
    os._exit(99)
signal.signal(signal.SIGALRM, over)
signal.alarm(30)
code = child.wait()
print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code if code >= 0 else 98)
";

/// A file that some command reads, seen from the home directory; `w` is where commands run.
const FILES: [&str; 19] = [
    ".config/go/env",
    ".config/go/telemetry/mode",
    ".bashrc",
    ".profile",
    ".zshenv",
    ".config/fish/config.fish",
    ".config/mise/config.toml",
    ".config/Code/User/settings.json",
    "w/.envrc",
    "w/mise.toml",
    "w/.mise.toml",
    "w/.config/mise.toml",
    "w/.tool-versions",
    "w/.vscode/settings.json",
    "w/.github/workflows/a.yml",
    "w/go.mod",
    "w/go.work",
    "temp/_github_env",
    "temp/event.json",
];

const COMMANDS: [&[&str]; 9] = [
    &["explain"],
    &["explain", "--all", "--format", "json"],
    &["explain", "--environment"],
    &["explain", "--why", "go/bin/x"],
    &["doctor"],
    &["doctor", "--format", "json"],
    &["plan", "--runner", "current"],
    &["apply", "--dry-run"],
    &["claims", "--list"],
];

struct Home {
    dir: TempDir,
    path: String,
}

impl Home {
    /// `None` where a tool that measures is not there.
    fn new() -> Option<Self> {
        if Command::new("python3").arg("--version").stdout(Stdio::null()).status().is_err() {
            lab::skip("no python3, which measures");
            return None;
        }
        let go = judged::goroot(&judged::tool_cache()?, "1.23").join("bin");
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("w")).unwrap();
        Some(Self { dir, path: format!("{}:/usr/bin:/bin", go.display()) })
    }

    fn put(&self, file: &str, content: impl AsRef<[u8]>) {
        fs::write(self.at(file), content).unwrap();
    }

    /// The path, with the directories above it.
    fn at(&self, file: &str) -> std::path::PathBuf {
        let path = self.dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Runs a command, and holds it to its limits.
    fn run(&self, args: &[&str]) -> Output {
        let output = Command::new("python3")
            .args(["-c", MEASURE, env!("CARGO_BIN_EXE_goenv-ci")])
            .args(args)
            .current_dir(self.dir.path().join("w"))
            .env_clear()
            .env("HOME", self.dir.path())
            .env("PATH", &self.path)
            .env("RUNNER_TOOL_CACHE", self.dir.path().join("tools"))
            .env("GITHUB_ENV", self.dir.path().join("temp/_github_env"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code < 90), "{args:?} hangs or is ended: {said}");
        let peak: u64 = said.lines().rev().find_map(|line| line.strip_prefix("peak ")?.parse().ok()).unwrap();
        assert!(peak < MOST_MEMORY, "{args:?} has {peak} KiB");
        output
    }

    fn answer(&self, args: &[&str]) -> Value {
        serde_json::from_slice(&self.run(args).stdout).unwrap()
    }
}

#[test]
fn what_is_no_regular_file_is_named_and_never_read() {
    let Some(home) = Home::new() else { return };
    let _socket = UnixListener::bind(home.at("socket")).unwrap();
    let fifo = home.at("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    fs::File::create(home.at("sparse")).unwrap().set_len(2 << 30).unwrap();
    let here = |name: &str| home.dir.path().join(name);
    for (target, words) in [
        (Path::new("/dev/zero").to_owned(), "it is a device"),
        ("/dev/ptmx".into(), "it is a"),
        (here("fifo"), "it is a FIFO"),
        (here("socket"), "it is a socket"),
        (here("w"), "it is a directory"),
        (here("sparse"), "it has 2147483648 bytes"),
    ] {
        for file in FILES {
            let _ = fs::remove_file(home.at(file));
            symlink(&target, home.at(file)).unwrap();
        }
        for args in COMMANDS {
            home.run(args);
        }
        let unread = home.answer(COMMANDS[1])["unread"].clone();
        for file in ["w/.envrc", "w/mise.toml", "w/.vscode/settings.json", ".bashrc", ".config/go/env"] {
            let path = here(file).to_str().unwrap().to_owned();
            let one = unread.as_array().unwrap().iter().find(|one| one["file"] == path.as_str());
            let why = one.unwrap_or_else(|| panic!("{file} for {words}: {unread:#}"))["why"].as_str().unwrap();
            assert!(why.starts_with(words), "{file}: {why}");
        }
        let findings = home.answer(COMMANDS[5])["findings"].clone();
        let of = |id: &str| findings.as_array().unwrap().iter().filter(|one| one["id"] == id).count();
        assert!(of("source-not-read") > 0 && of("goenv-file-unreadable") == 1, "{words}: {findings:#}");
    }
}

/// So many lines of a form, as many as a megabyte has.
fn many(head: &str, line: impl Fn(usize) -> String, tail: &str) -> String {
    let mut text = head.to_owned();
    for number in 0..50_000 {
        let line = line(number);
        if text.len() + line.len() + tail.len() >= 1 << 20 {
            break;
        }
        text += &line;
    }
    text + tail
}

#[test]
fn fifty_thousand_entries_in_every_file_cost_neither_memory_nor_pages_of_output() {
    let Some(home) = Home::new() else { return };
    home.put(".config/go/env", many("GOBIN=/b\n", |n| format!("GOX{n}=1\nodd {n}\n"), ""));
    home.put(".bashrc", many("", |n| format!("export GOX{n}=1\nGOBIN=/b{n}\n"), ""));
    home.put("w/.envrc", many("", |n| format!("export X{n}=v\n"), "export GOFLAGS=-v\n"));
    home.put("w/mise.toml", many("[env]\n", |n| format!("X{n} = 'v'\n"), "GOFLAGS = '-v'\n"));
    home.put("w/.vscode/settings.json", many("{\"go.toolsEnvVars\":{", |n| format!("\"X{n}\":\"v\",\n"), "}}"));
    home.put("w/.github/workflows/a.yml", many("jobs:\n a:\n  steps:\n", |_| "   - env: {GOBIN: /w}\n".to_owned(), ""));
    home.put("w/go.mod", many("module m\nrequire (\n", |n| format!("\te.x/m{n} v1.0.0\n"), ")\n"));
    home.put("w/go.work", many("go 1.21\nuse (\n", |n| format!("\t./m{n}\n"), ")\n"));
    for args in COMMANDS {
        let output = home.run(args);
        assert!(output.stdout.len() < 200_000, "{args:?} prints {} bytes", output.stdout.len());
    }
    let said = home.answer(COMMANDS[1]);
    let gobin = said["variables"].as_array().unwrap().iter().find(|one| one["name"] == "GOBIN").unwrap();
    assert!(gobin["shadowed"].as_array().unwrap().len() < 110);
    let notes = said["notes"].as_array().unwrap();
    assert!(notes.len() < 40, "{notes:#?}");
    // What the nearest files leave of the limit for all together is not enough for the last.
    assert!(notes.iter().any(|note| note.as_str().unwrap().contains("would have more than 3145728 bytes together")));
    fs::remove_file(home.at("w/.envrc")).unwrap();
    fs::remove_file(home.at("w/mise.toml")).unwrap();
    let said = home.answer(COMMANDS[1]);
    let counted = |note: &Value| note.as_str().unwrap().ends_with("more places hold a value for GOBIN");
    assert!(said["notes"].as_array().unwrap().iter().any(counted));
}

#[test]
fn values_of_a_megabyte_and_lines_without_an_end_are_clipped_where_people_read_them() {
    let Some(home) = Home::new() else { return };
    let megabyte = |name: &str, text: &str| format!("{name}={}\n", text.repeat(((1 << 20) - 40) / text.len()));
    for content in [
        "\0".repeat(1 << 20),
        "\u{fffd}".repeat(300_000),
        megabyte("GOFLAGS", "\0"),
        megabyte("GOFLAGS", "-mod=mod "),
        megabyte("GOPATH", "a:"),
        megabyte("GOPROXY", "a://"),
        megabyte("GOPROXY", "bearer "),
        megabyte("GOCACHE", "/../"),
        megabyte("GOTMPDIR", "/"),
    ] {
        home.put(".config/go/env", &content);
        let start: String = content.chars().take(20).collect();
        for args in &COMMANDS[..7] {
            let printed = home.run(args).stdout.len();
            // JSON has a value whole: it may be meant.
            let most = if args.contains(&"--all") { 7 << 20 } else { 300_000 };
            assert!(printed < most, "{args:?} prints {printed} bytes for {start:?}");
        }
    }
}

#[test]
fn ten_thousand_directories_in_path_and_in_the_tool_cache_are_looked_through() {
    let Some(mut home) = Home::new() else { return };
    for number in 0..10_000 {
        fs::create_dir_all(home.at(&format!("tools/go/1.{}.{number}/x64/bin", number % 30))).unwrap();
    }
    let dirs = (0..3_000).map(|number| home.dir.path().join(format!("p/{number}")).display().to_string());
    let mut list = dirs.collect::<Vec<_>>().join(":");
    list.truncate(120_000);
    home.path = format!("{list}:{}", home.path);
    for args in COMMANDS.into_iter().chain([&["explain", "--go", "1.22"][..]]) {
        home.run(args);
    }
}

#[test]
fn the_names_of_an_input_that_cannot_be_read_are_in_the_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("matrix")).unwrap();
    symlink("/dev/zero", dir.path().join("matrix/p.yml")).unwrap();
    let at = dir.path().to_str().unwrap().to_owned();
    let failed = |args: &[&str], words: [&str; 2]| {
        let output = support::goenv().args(args).current_dir(dir.path()).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(words.iter().all(|word| said.contains(word)), "{args:?}: {said}");
        output.status.code()
    };
    assert_eq!(failed(&["verify", "--matrix", &format!("{at}/matrix")], ["p.yml", "it is a device"]), Some(2));
    symlink("/dev/zero", dir.path().join("report.json")).unwrap();
    let (input, out) = (format!("{at}/report.json"), format!("{at}/out"));
    assert_eq!(failed(&["report", "merge", &input, "--out", &out], ["report.json", "it is a device"]), Some(3));
}
