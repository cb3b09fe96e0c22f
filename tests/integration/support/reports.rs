//! Reports to render: one with failures, one where all holds, an empty one, a
//! hostile one, a big one.

use goenv_ci::{
    drives::drive::{DirectoryOnDrive, Drives, Role},
    goenv::{
        sources::{Source, SourceKind, Sources},
        toolchain::{MissingToolchain, Toolchain, ToolchainSource},
        variable::GoVar,
    },
    plan::delivery::DeliverySource,
    platform::Platform,
    ports::{Ended, disks::Drive, registry::Scope},
    probe::ProbeKind,
    report::{
        CellResult, Report, RunnerFacts,
        shells::{Aspect, ShellCell, ShellKind, ShellView, Sight},
        verdict::{Cause, Evidence, Verdict},
    },
};
use std::time::Duration;

const VERSIONS: [&str; 3] = ["1.21.13", "1.22.10", "1.23.4"];

/// Probe, behaviour, what the control said. The variable is the probe's folder.
const PROBES: [(&str, &str, &str); 18] = [
    (
        "gocache/build-writes-there",
        "`go build` puts its compiled packages below GOCACHE",
        "another GOCACHE: the folder stays empty",
    ),
    (
        "gocache/second-build-reads-it",
        "a second build compiles nothing that the first one left there",
        "another GOCACHE: `compile` runs again",
    ),
    (
        "gocache/relative-is-refused",
        "a relative GOCACHE is refused, with a message that names it",
        "an absolute GOCACHE: exit code 0",
    ),
    (
        "gocache/blanks-and-umlauts",
        "a folder with blanks and umlauts in its name works",
        "another GOCACHE: the folder stays empty",
    ),
    (
        "gocache/live-build-lands-there",
        "a build in this step's environment lands in the delivered GOCACHE",
        "unset GOCACHE: the folder stays empty",
    ),
    (
        "gopath/download-lands-in-pkg-mod",
        "a download lands in `pkg/mod` below GOPATH",
        "another GOPATH: no file below `pkg/mod`",
    ),
    (
        "gopath/first-entry-counts",
        "of a list the first entry gets the downloads",
        "the entries swapped: the second one is filled",
    ),
    ("gopath/inside-goroot-is-warned-of", "a GOPATH that is GOROOT is warned of", "another GOPATH: no warning"),
    ("gopath/live-value-arrived", "the value that was written is the one this step sees", "unset GOPATH: the default"),
    (
        "gobin/install-lands-there",
        "`go install` writes to GOBIN and nowhere else",
        "unset GOBIN: the program is in `bin` below GOPATH",
    ),
    (
        "gobin/cross-compiled-is-refused",
        "with GOBIN set, a program for another platform is refused",
        "unset GOBIN: exit code 0",
    ),
    ("gobin/answers-by-bare-name", "an installed program answers by its bare name", "GOBIN not on PATH: not found"),
    (
        "gobin/version-suffix-installs",
        "`go install tool@version` lands in GOBIN",
        "unset GOBIN: the program is in `bin` below GOPATH",
    ),
    (
        "gomodcache/wins-over-gopath",
        "GOMODCACHE wins over GOPATH for downloads",
        "unset GOMODCACHE: the file is below GOPATH",
    ),
    (
        "goflags/mod-readonly-holds",
        "`-mod=readonly` from GOFLAGS stops a missing requirement",
        "unset GOFLAGS: exit code 0",
    ),
    (
        "gotoolchain/local-downloads-nothing",
        "with GOTOOLCHAIN=local no other toolchain is fetched",
        "GOTOOLCHAIN=auto: a download is tried",
    ),
    ("gotelemetry/off-writes-nothing", "with telemetry off nothing is written in the home folder", ""),
    ("path/gobin-comes-first", "GOBIN is the first entry of PATH", "the entry moved back: another program answers"),
];

/// A run on windows-2022 in which GOBIN fails on one version, GOPATH on two,
/// and one probe cannot be carried out.
pub fn failing() -> Report {
    let mut report = passing();
    report.missing.push(MissingToolchain {
        request: "1.20".parse().unwrap(),
        looked_at: vec![
            "`C:\\hostedtoolcache\\windows\\go`: 1.24.11, 1.25.5 and 1.26.0 are there".to_owned(),
            "GOROOT_1_20_X64: not set".to_owned(),
            "PATH: `go` is 1.24.11".to_owned(),
        ],
    });
    for cell in &mut report.results {
        match (cell.probe.as_str(), cell.go.as_str()) {
            ("gobin/install-lands-there", "1.22.10") => {
                cell.verdict = Verdict::Fail {
                    expected: "a file at `D:\\a\\app\\go\\bin\\probe.exe`, and nothing at `D:\\a\\app\\go\\alt\\bin\\probe.exe`".to_owned(),
                    observed: "nothing at `D:\\a\\app\\go\\bin\\probe.exe`; the program is at `C:\\Users\\runneradmin\\go\\bin\\probe.exe`".to_owned(),
                };
                cell.cause = Some(Cause {
                    text:
                        "a leftover `go env -w GOBIN=` in `C:\\Users\\runneradmin\\AppData\\Roaming\\go\\env` shadows it"
                            .to_owned(),
                    fix: Some("go env -u GOBIN".to_owned()),
stops_go: false,
});
                cell.evidence = vec![
                    command(&["go", "env", "GOBIN"], Ended::Code(0), "C:\\Users\\runneradmin\\go\\bin\n", ""),
                    command(&["go", "install", "."], Ended::Code(0), "", ""),
                ];
            }
            ("gopath/download-lands-in-pkg-mod", go @ ("1.21.13" | "1.22.10")) => {
                cell.verdict = Verdict::Fail {
                    expected: "a file below `D:\\a\\app\\go\\pkg\\mod\\cache\\download`".to_owned(),
                    observed: format!("the folder is empty; go{go} wrote to `C:\\Users\\runneradmin\\go\\pkg\\mod`"),
                };
                cell.cause = Some("GOMODCACHE is set by an earlier step and wins over GOPATH".into());
                cell.evidence = vec![command(
                    &["go", "mod", "download", "example.com/leaf@v1.0.0"],
                    Ended::Code(1),
                    "",
                    "go: example.com/leaf@v1.0.0: reading file:///D:/a/_temp/proxy/example.com/leaf/@v/v1.0.0.info: no such file\n",
                )];
            }
            ("goflags/mod-readonly-holds", "1.23.4") => {
                cell.verdict = Verdict::Error {
                    reason: "`go build` ran past its limit of 30 s; its process tree was ended".to_owned(),
                };
                cell.evidence = vec![command(
                    &["go", "build", "./..."],
                    Ended::TimedOut,
                    "",
                    "go: downloading example.com/leaf v1.0.0\n",
                )];
                cell.control = String::new();
            }
            ("shells/bash-sees-gobin", _) => {
                cell.verdict = Verdict::Fail {
                    expected: "GOBIN=`D:\\a\\app\\go\\bin`".to_owned(),
                    observed: "GOBIN=`C:\\Users\\runneradmin\\bin`".to_owned(),
                };
                cell.cause = Some("the file `D:\\a\\_temp\\env.sh`, which BASH_ENV has `C:\\Program Files\\Git\\bin\\bash.exe` read first, sets GOBIN itself, whatever it is given".into());
                cell.evidence = vec![command(
                    &[
                        "C:\\Program Files\\Git\\bin\\bash.exe",
                        "--noprofile",
                        "--norc",
                        "-e",
                        "-o",
                        "pipefail",
                        "D:/a/_temp/goenv-ci-x/sh4/observe.sh",
                    ],
                    Ended::Code(0),
                    "",
                    "",
                )];
                cell.control = String::new();
            }
            _ => {}
        }
    }
    let bash = report.shells.iter_mut().find(|view| view.shell == ShellKind::Bash).unwrap();
    bash.differs = vec![Aspect::Variable(GoVar::Gobin)];
    bash.sees.as_mut().unwrap().gobin = Some("C:\\Users\\runneradmin\\bin".to_owned());
    report
}

/// What each shell of windows-2022 sees; PowerShell 7 is not there.
fn shells() -> Vec<ShellView> {
    let sees = Sight {
        go: Some("C:\\hostedtoolcache\\windows\\go\\1.23.4\\x64\\bin\\go.exe".to_owned()),
        gocache: Some("D:\\a\\_temp\\go-cache".to_owned()),
        gopath: Some("D:\\a\\app\\go".to_owned()),
        gobin: Some("D:\\a\\app\\go\\bin".to_owned()),
        path: vec!["D:\\a\\app\\go\\bin".to_owned(), "C:\\Windows\\system32".to_owned()],
    };
    let view = |shell: &ShellKind| {
        let program = match shell {
            ShellKind::Pwsh => None,
            ShellKind::Bash => Some("C:\\Program Files\\Git\\bin\\bash.exe"),
            ShellKind::Cmd => Some("C:\\Windows\\system32\\cmd.exe"),
            ShellKind::WindowsPowershell => Some("C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\powershell.exe"),
            _ => Some("D:\\a\\_temp\\goenv-ci.exe"),
        };
        let mut sees = program.map(|_| sees.clone());
        let mut added = Vec::new();
        if *shell == ShellKind::Bash {
            added.push("C:\\Program Files\\Git\\usr\\bin".to_owned());
            sees.as_mut().unwrap().path.insert(0, added[0].clone());
        }
        ShellView { shell: *shell, program: program.map(str::to_owned), sees, differs: Vec::new(), added }
    };
    ShellKind::of(Platform::Windows).iter().map(view).collect()
}

/// The cells of these shells, without a failure.
fn shell_cells() -> Vec<CellResult> {
    let cells = ShellCell::of(Platform::Windows).into_iter();
    cells
        .map(|cell| {
            let skip = Verdict::Skip { reason: "there is no `pwsh` on PATH".to_owned() };
            let there = cell.shell != ShellKind::Pwsh;
            CellResult {
                probe: cell.id(),
                variable: cell.aspect.variable().to_owned(),
                go: "1.23.4".to_owned(),
                kind: ProbeKind::Live,
                why: cell.why(Platform::Windows),
                verdict: if there { Verdict::Pass } else { skip },
                cause: None,
                control: if there { "another value: it is seen".to_owned() } else { String::new() },
                evidence: Vec::new(),
                duration: Duration::from_millis(6),
            }
        })
        .collect()
}

/// The same run with nothing to complain of, but for what was skipped.
pub fn passing() -> Report {
    let mut results = Vec::new();
    for (at, (probe, why, control)) in PROBES.into_iter().enumerate() {
        let variable = probe.split('/').next().unwrap().to_uppercase();
        for (nth, go) in VERSIONS.into_iter().enumerate() {
            let verdict = match variable.as_str() {
                "GOTELEMETRY" if go != "1.23.4" => Verdict::Skip { reason: "Go has telemetry from 1.23 on".to_owned() },
                _ => Verdict::Pass,
            };
            let ran = verdict == Verdict::Pass;
            results.push(CellResult {
                probe: probe.to_owned(),
                variable: variable.clone(),
                go: go.to_owned(),
                kind: if probe.contains("live") || variable == "PATH" { ProbeKind::Live } else { ProbeKind::Contract },
                why: why.to_owned(),
                verdict,
                cause: None,
                control: if ran { control.to_owned() } else { String::new() },
                evidence: if ran { vec![command(&["go", "build", "."], Ended::Code(0), "", "")] } else { Vec::new() },
                duration: Duration::from_millis(if ran { 40 + 37 * at as u64 + 11 * nth as u64 } else { 0 }),
            });
        }
    }
    results.extend(shell_cells());
    Report {
        shells: shells(),
        delivery: Some(DeliverySource::Runner),
        toolchains: VERSIONS
            .into_iter()
            .map(|go| Toolchain {
                version: go.parse().unwrap(),
                goroot: format!("C:\\hostedtoolcache\\windows\\go\\{go}\\x64"),
                source: ToolchainSource::ToolCache,
            })
            .collect(),
        results,
        sources: sources(),
        drives: drives(r"D:\a\_temp", r"C:\Users\runneradmin"),
        duration: Duration::from_millis(14_236),
        run: Default::default(),
        shard: None,
        ..empty()
    }
}

/// A variable that two sources name, one that only a toolchain's file names, and one that is empty.
fn sources() -> Sources {
    let said = |variable: &str, kind, value: &str, at: Option<&str>| Source {
        variable: variable.to_owned(),
        kind,
        value: value.to_owned(),
        at: at.map(str::to_owned),
    };
    let go_env = |go: &str| format!(r"C:\hostedtoolcache\windows\go\{go}\x64\go.env:12");
    Sources {
        found: vec![
            said("GOBIN", SourceKind::Environment, r"D:\a\app\go\bin", None),
            said("GOBIN", SourceKind::Registry(Scope::User), r"C:\old\bin", Some(r"HKCU\Environment")),
            said("GOFLAGS", SourceKind::Environment, "", None),
            said("GOTOOLCHAIN", SourceKind::GorootGoEnv, "auto", Some(&go_env("1.21.13"))),
            said("GOTOOLCHAIN", SourceKind::GorootGoEnv, "auto", Some(&go_env("1.22.10"))),
        ],
        notes: vec!["`Path` and `PATH` stand side by side in the environment".to_owned()],
    }
}

fn drives(temp: &str, profile: &str) -> Drives {
    let place = |role, name: &str, path: &str, drive: Option<Drive>| DirectoryOnDrive {
        role,
        name: name.to_owned(),
        path: path.to_owned(),
        drive,
        burst: None,
        no_burst: None,
    };
    let drive =
        Drive { mount: r"D:\".to_owned(), file_system: "NTFS".to_owned(), free_bytes: 14_200_000_000, leads_to: None };
    Drives {
        places: vec![
            place(Role::Temp, "RUNNER_TEMP", temp, Some(drive)),
            place(Role::Profile, "USERPROFILE", profile, None),
        ],
        advice: vec!["`--measure-drives` measures which drive takes small files faster".to_owned()],
    }
}

/// A report without a result.
pub fn empty() -> Report {
    Report {
        tool_version: "1.0.0".to_owned(),
        runner: RunnerFacts {
            os: "Windows".to_owned(),
            arch: "X64".to_owned(),
            image: "windows-2022".to_owned(),
            image_version: String::new(),
        },
        delivery: None,
        toolchains: Vec::new(),
        missing: Vec::new(),
        sources: Default::default(),
        drives: Default::default(),
        results: Vec::new(),
        shells: Vec::new(),
        duration: Duration::from_millis(3),
        run: Default::default(),
        shard: None,
    }
}

/// What breaks out of HTML, tables, code spans, XML, logs and lines.
pub const HOSTILE: &str = "<script>alert(1)</script> | `x` ``` @org/team #12 [a](http://x.example) ![i](http://x.example/i.png) \u{1b}[31m\u{9b}31m\0\u{7}\r\n::error::pwned\n\n##[error]x\n]]></failure> & \"' \u{202e}fdp.exe \u{feff}\u{fffe} </pre></details> %0A,:";

/// Every text of a result, of a toolchain and of the machine is hostile.
pub fn hostile() -> Report {
    let mut report = empty();
    let huge = format!("{HOSTILE}{}", "<b>|` ".repeat(17_000));
    report.runner = RunnerFacts {
        os: HOSTILE.to_owned(),
        arch: HOSTILE.to_owned(),
        image: HOSTILE.to_owned(),
        image_version: HOSTILE.to_owned(),
    };
    report.tool_version = HOSTILE.to_owned();
    report.sources = sources();
    report.sources.notes.push(HOSTILE.to_owned());
    for source in &mut report.sources.found {
        source.value = HOSTILE.to_owned();
        source.at = Some(HOSTILE.to_owned());
    }
    report.drives = drives(HOSTILE, &huge);
    report.shells.push(ShellView {
        shell: ShellKind::Bash,
        program: Some(HOSTILE.to_owned()),
        sees: Some(Sight { go: Some(HOSTILE.to_owned()), path: vec![HOSTILE.to_owned()], ..Sight::default() }),
        differs: vec![Aspect::Go],
        added: vec![HOSTILE.to_owned(), huge.clone()],
    });
    report.results.push(CellResult {
        probe: "shells/bash-sees-go".to_owned(),
        variable: "PATH".to_owned(),
        go: "1.21.13".to_owned(),
        kind: ProbeKind::Live,
        why: HOSTILE.to_owned(),
        verdict: Verdict::Fail { expected: HOSTILE.to_owned(), observed: huge.clone() },
        cause: Some(Cause { text: HOSTILE.to_owned(), fix: Some(HOSTILE.to_owned()), stops_go: false }),
        control: String::new(),
        evidence: vec![command(&["bash", HOSTILE], Ended::Code(1), HOSTILE, HOSTILE)],
        duration: Duration::from_millis(7),
    });
    report.toolchains.push(Toolchain {
        version: "1.21.13".parse().unwrap(),
        goroot: HOSTILE.to_owned(),
        source: ToolchainSource::Path,
    });
    report.missing.push(MissingToolchain { request: "1.20".parse().unwrap(), looked_at: vec![HOSTILE.to_owned()] });
    for (at, text) in [HOSTILE, &huge].into_iter().enumerate() {
        for (go, verdict) in [
            ("1.21.13", Verdict::Fail { expected: text.to_owned(), observed: text.to_owned() }),
            ("1.22.10", Verdict::Fail { expected: text.to_owned(), observed: format!("else {text}") }),
            ("1.23.4", Verdict::Error { reason: text.to_owned() }),
            ("1.24.0", Verdict::Skip { reason: text.to_owned() }),
            (HOSTILE, Verdict::Pass),
        ] {
            report.results.push(CellResult {
                probe: format!("{at}{text}"),
                variable: format!("{HOSTILE}{at}"),
                go: go.to_owned(),
                kind: ProbeKind::Live,
                why: text.to_owned(),
                verdict,
                cause: Some(text.into()),
                control: text.to_owned(),
                evidence: vec![command(&["go", text], Ended::Signal(9), text, text)],
                duration: Duration::from_millis(7),
            });
        }
    }
    report
}

/// As many failing results, with outputs as long as they may be.
pub fn big(results: usize) -> Report {
    let mut report = passing();
    let template = report.results[0].clone();
    report.results.clear();
    let output = "a line of output that says nothing\n".repeat(116);
    for at in 0..results {
        report.results.push(CellResult {
            probe: format!("gobin/probe-{:04}", at / 3),
            variable: format!("VARIABLE{}", at / 300),
            go: VERSIONS[at % 3].to_owned(),
            verdict: Verdict::Fail { expected: format!("file {at}"), observed: format!("nothing at {at}") },
            cause: Some(format!("a leftover `go env -w` of probe {}", at / 3).into()),
            evidence: vec![command(&["go", "install", "."], Ended::Code(1), &output, &output)],
            ..template.clone()
        });
    }
    report
}

fn command(argv: &[&str], ended: Ended, stdout: &str, stderr: &str) -> Evidence {
    Evidence {
        argv: argv.iter().map(|arg| (*arg).to_owned()).collect(),
        ended,
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
        duration: Duration::from_millis(41),
    }
}
