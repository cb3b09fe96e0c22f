//! `doctor --log`: real go commands that fail, and what is found in their output; logs that are no files, hostile
//! ones and large ones.

use crate::support::{self, judged};
use goenv_ci::doctor::log::{LogReader, causes, messages, page};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

const VERSIONS: [&str; 3] = ["1.21", "1.22", "1.23"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scene {
    is: String,
    #[serde(default)]
    env: BTreeMap<String, Option<String>>,
    #[serde(default)]
    files: BTreeMap<String, Option<String>>,
    #[serde(default)]
    before: String,
    run: String,
    #[serde(default)]
    go: Vec<String>,
}

impl Scene {
    fn all() -> Vec<Self> {
        serde_yaml::from_str(include_str!("log/scenes.yml")).unwrap()
    }

    fn is_for(&self, version: &str) -> bool {
        self.go.is_empty() || self.go.iter().any(|one| one == version)
    }

    /// What the command says, on standard output and standard error.
    fn said(&self, go: &Go) -> Vec<u8> {
        let dir = tempfile::tempdir().unwrap();
        let module = dir.path().join("m");
        let place = |text: &str| {
            text.replace("$GOROOT", go.root.to_str().unwrap())
                .replace("$OTHER", go.other.to_str().unwrap())
                .replace("$PROXY", &format!("file://{}", go.proxy.path().display()))
                .replace("$W", module.to_str().unwrap())
        };
        let own = [("go.mod", "module example.com/m\n\ngo 1.21\n"), ("main.go", "package main\n\nfunc main() {}\n")];
        let mut files: BTreeMap<&str, Option<&str>> = own.map(|(name, text)| (name, Some(text))).into();
        files.extend(self.files.iter().map(|(name, text)| (name.as_str(), text.as_deref())));
        for (name, text) in files {
            let Some(text) = text else { continue };
            let path = module.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let home = dir.path().join("home");
        fs::create_dir_all(&home).unwrap();
        let mut env: BTreeMap<String, String> = [
            ("HOME", home.to_str().unwrap().to_owned()),
            ("PATH", format!("{}/bin:/usr/bin:/bin", go.root.display())),
            ("GOENV", "off".into()),
            ("GOTOOLCHAIN", "local".into()),
            ("GOPROXY", "off".into()),
            ("GOSUMDB", "off".into()),
            ("CGO_ENABLED", "0".into()),
            ("GOFLAGS", "-modcacherw".into()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for (name, value) in &self.env {
            match value {
                Some(value) => env.insert(name.clone(), place(value)),
                None => env.remove(name),
            };
        }
        let sh = |script: &str, envs: &BTreeMap<String, String>| {
            let command = format!("{{ {}\n}} 2>&1", place(script));
            Command::new("/bin/sh").args(["-c", &command]).current_dir(&module).env_clear().envs(envs).output().unwrap()
        };
        if !self.before.is_empty() {
            let ready = sh(&self.before, &[("PATH".to_owned(), "/usr/bin:/bin".to_owned())].into());
            assert!(ready.status.success(), "{}: {}", self.is, String::from_utf8_lossy(&ready.stdout));
        }
        sh(&self.run, &env).stdout
    }
}

/// A real Go, another one, and a proxy with a few modules.
struct Go {
    root: PathBuf,
    other: PathBuf,
    proxy: TempDir,
}

impl Go {
    fn new(version: &str) -> Option<Self> {
        let cache = judged::tool_cache()?;
        let root = |version| fs::canonicalize(judged::goroot(&cache, version)).unwrap();
        let other = if version == "1.22" { "1.23" } else { "1.22" };
        let proxy = tempfile::tempdir().unwrap();
        let module = |path: &str, name: &str, more: &str, file: &str, text: &str| {
            let go_mod = format!("module {name}\n\ngo 1.21\n{more}").replace("go 1.21\ngo", "go");
            publish(proxy.path(), path, &go_mod, &[(file, text), ("internal/x/x.go", "package x\n")]);
        };
        module("example.com/dep", "example.com/dep", "", "dep.go", "package dep\n");
        module("example.com/future", "example.com/future", "go 1.99\n", "x.go", "package future\n");
        module("example.com/moved", "example.com/elsewhere", "", "x.go", "package moved\n");
        module("example.com/split", "example.com/split", "", "part/x.go", "package part\n");
        module("example.com/split/part", "example.com/split/part", "", "x.go", "package part\n");
        let replace = "\nreplace example.com/dep => ../dep\n";
        module("example.com/replaced", "example.com/replaced", replace, "x.go", "package main\n\nfunc main() {}\n");
        Some(Self { root: root(version), other: root(other), proxy })
    }
}

/// Version v1.0.0 of a module, as a proxy has it.
fn publish(proxy: &Path, path: &str, go_mod: &str, files: &[(&str, &str)]) {
    const VERSION: &str = "v1.0.0";
    let dir = proxy.join(path).join("@v");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("list"), format!("{VERSION}\n")).unwrap();
    fs::write(dir.join(format!("{VERSION}.info")), format!("{{\"Version\":\"{VERSION}\"}}")).unwrap();
    fs::write(dir.join(format!("{VERSION}.mod")), go_mod).unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(dir.join(format!("{VERSION}.zip"))).unwrap());
    for (name, text) in files.iter().chain(&[("go.mod", go_mod)]) {
        zip.start_file(format!("{path}@{VERSION}/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// Plays each scene on one Go, and tells all that are not recognised.
fn play(version: &str) {
    let Some(go) = Go::new(version) else { return };
    let mut wrong = Vec::new();
    for scene in Scene::all().iter().filter(|scene| scene.is_for(version)) {
        let said = scene.said(&go);
        let found: BTreeSet<&str> = causes(&said, "log").findings.iter().map(|one| one.id).collect();
        // Nothing else either: what follows from a message is no cause of its own.
        if found != BTreeSet::from([scene.is.as_str()]) {
            wrong.push(format!("{} ({}): {found:?}\n{}", scene.is, scene.run, String::from_utf8_lossy(&said)));
        }
    }
    assert!(wrong.is_empty(), "Go {version}\n{}", wrong.join("\n"));
}

#[test]
fn what_go_1_21_says_is_recognised() {
    play("1.21");
}

#[test]
fn what_go_1_22_says_is_recognised() {
    play("1.22");
}

#[test]
fn what_go_1_23_says_is_recognised() {
    play("1.23");
}

/// On which Go each message is provoked.
fn provoked() -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for scene in Scene::all() {
        let versions = VERSIONS.into_iter().filter(|version| scene.is_for(version)).map(str::to_owned);
        all.entry(scene.is.clone()).or_default().extend(versions);
    }
    all
}

#[test]
fn every_message_is_provoked_or_was_met_by_somebody() {
    let (provoked, all): (BTreeMap<_, _>, Vec<_>) = (provoked(), messages::all().collect());
    for id in provoked.keys() {
        assert!(all.iter().any(|message| message.id == id), "no message {id}");
    }
    assert!(all.len() >= 75 && provoked.len() >= 60, "{} messages, {} provoked", all.len(), provoked.len());
}

#[test]
fn the_page_of_messages_is_generated() {
    support::assert_file(
        "docs/messages.md",
        &(include_str!("../snapshots/doctor/messages-head.md").to_owned() + page(&provoked()).trim_end() + "\n"),
    );
}

const MESSAGE: &str = "go: cannot install cross-compiled binaries when GOBIN is set\n";

/// Exit code, standard output, standard error of `doctor` on a log.
fn doctor(args: &[&str], stdin: &[u8]) -> (i32, String, String) {
    let output = support::goenv().arg("doctor").args(args).write_stdin(stdin.to_vec()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_log_from_a_file_or_a_pipe_gives_its_causes_with_their_lines_and_pages() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("log.txt");
    let log = format!("fine\n{MESSAGE}{MESSAGE}");
    fs::write(&file, &log).unwrap();
    let file = file.to_str().unwrap();
    for (name, stdin) in [(file, ""), ("-", log.as_str())] {
        let (code, said, stderr) = doctor(&["--log", name, "--format", "json"], stdin.as_bytes());
        assert_eq!(code, 1, "{stderr}");
        let found: Value = serde_json::from_str(&said).unwrap();
        let cause = &found["findings"][0];
        assert_eq!((&found["schema_version"], &found["go"]), (&1.into(), &Value::Null));
        assert_eq!(cause["id"], "gobin-cross-compiled");
        assert_eq!((&cause["location"]["file"], &cause["location"]["line"]), (&name.into(), &2.into()));
        assert_eq!((&cause["log"]["count"], &cause["log"]["lines"]), (&2.into(), &serde_json::json!([2, 3])));
        assert!(cause["log"]["page"].as_str().unwrap().ends_with("docs/messages.md#gobin-cross-compiled"));
    }
    let report = dir.path().join("report");
    let (code, said, _) = doctor(&["--log", file, "--report", report.to_str().unwrap(), "--fail-on", "never"], b"");
    assert_eq!(code, 0);
    for word in ["gobin-cross-compiled", "lines 2 and 3", "1 cause in the log"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    for name in ["doctor.json", "doctor.md", "doctor.html"] {
        assert!(fs::read_to_string(report.join(name)).unwrap().contains("gobin-cross-compiled"), "{name}");
    }
}

#[test]
fn a_log_without_a_known_message_is_exit_code_0_and_says_so() {
    let (code, said, _) = doctor(&["--log", "-"], b"ok\nfine\nmain.go:3:2: undefined: x\n");
    assert_eq!(code, 0);
    assert!(said.contains("No known message; 3 lines read"), "{said}");
    let (code, said, _) = doctor(&["--log", "-"], b"Cache not found for input keys: setup-go-Linux-x64\n");
    assert_eq!(code, 0, "a note alone");
    assert!(said.contains("cache-not-found"), "{said}");
}

#[test]
fn what_is_no_log_is_exit_code_2_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let (absent, directory) = (dir.path().join("absent"), dir.path().to_owned());
    for (path, why) in [(absent.as_path(), "there is no such file"), (&directory, "it is a directory")] {
        let (code, _, stderr) = doctor(&["--log", path.to_str().unwrap()], b"");
        assert_eq!(code, 2);
        assert!(stderr.contains(why) && stderr.contains(path.to_str().unwrap()), "{stderr}");
    }
    #[cfg(unix)]
    {
        let fifo = dir.path().join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        for (path, why) in [(fifo.to_str().unwrap(), "it is a FIFO"), ("/dev/zero", "it is a device")] {
            let (code, _, stderr) = doctor(&["--log", path], b"");
            assert_eq!(code, 2);
            assert!(stderr.contains(why), "{stderr}");
        }
    }
}

#[test]
fn a_log_and_what_is_about_this_machine_exclude_each_other() {
    for other in [&["--fix"][..], &["--undo"], &["--list"], &["--check", "gobin-list"], &["--go-root", "x"], &["--try"]]
    {
        let (code, _, stderr) = doctor(&[&["--log", "-"], other].concat(), b"");
        assert_eq!(code, 2, "{other:?}");
        assert!(stderr.contains("cannot be used with"), "{stderr}");
    }
}

#[test]
fn a_hostile_log_commands_neither_a_terminal_nor_a_runner() {
    let log = "go: cannot find GOROOT directory: /x\u{1B}]0;owned\u{7}\u{1B}[2J::error::pwned\u{202E}\n\
               ::error::go: invalid GOTOOLCHAIN \"::set-env name=X::y\"\n\
               ##[error]go: unknown GOEXPERIMENT ##[group]x\n\
               ::stop-commands::abc\n<script>alert(1)</script>\n";
    let dir = tempfile::tempdir().unwrap();
    let report = dir.path().join("report");
    for format in ["human", "json"] {
        let args = ["--log", "-", "--format", format, "--report", report.to_str().unwrap()];
        let (code, said, _) = doctor(&args, log.as_bytes());
        assert_eq!(code, 1);
        assert!(!said.contains(['\u{1B}', '\u{7}', '\u{202E}']), "{said:?}");
        for line in said.lines() {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line}");
        }
    }
}

/// The log of 8 MB that comes in pieces takes no more memory than a piece, since nothing of it is kept.
#[test]
fn what_is_kept_of_a_log_does_not_grow_with_it() {
    let piece: String =
        (0..1_000).map(|at| format!("go: invalid GOTOOLCHAIN \"{at}\"\nmain.go:1:2: x: {at}\n")).collect();
    let found = |times: usize| {
        let mut reader = LogReader::default();
        (0..times).for_each(|_| reader.read(piece.as_bytes()));
        reader.verdict("log")
    };
    let (few, many) = (found(1), found(200));
    assert_eq!(many.lines, 200 * few.lines);
    assert_eq!(many.findings.len(), few.findings.len());
    assert_eq!(few.findings.len(), 21);
}

#[test]
fn source_code_of_this_table_and_the_docs_are_no_causes() {
    let files = [
        "src/doctor/log/messages/settings.rs",
        "src/doctor/log/messages/modules.rs",
        "src/doctor/log/messages/building.rs",
        "src/doctor/log/messages/runner.rs",
        "src/doctor/log/tests.rs",
        "docs/doctor.md",
        "docs/messages.md",
        "docs/detection.md",
        "README.md",
    ];
    for file in files {
        let text = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        assert_eq!(causes(&text, file).findings, []);
    }
}
