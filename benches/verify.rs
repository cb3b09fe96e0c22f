//! `verify` cold and warm, and cold against a plain script that runs the same go commands with the
//! same parallelism: `bash scripts/lab.sh go`, then `cargo bench --bench verify`.
//! The commands are recorded from one real run; rounds alternate.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "figures are what a benchmark is for")]

mod rounds;

use goenv_ci::{
    goenv::{
        locate::{Places, locate},
        version::GoRequest,
    },
    platform::env::EnvBlock,
    ports::{Completed, Executor, Host, Invocation, Kind, NotRun, Observer, ReadLimit, UnreadFile, event::Event},
    probe::{EMBEDDED_FILES, ProbeKind, SourceFile, load_probes},
    system::{host::LiveHost, process::Processes, scratch::Scratch, this_machine},
    verify::{Machine, Ports, VerifyJob, WantedShells, verify},
};
use rounds::median;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

const ROUNDS: usize = 5;
const VERSIONS: [&str; 3] = ["1.21", "1.22", "1.23"];

fn main() -> io::Result<()> {
    let lab = std::env::var_os("GOENV_CI_LAB")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".lab"), PathBuf::from);
    let tool_cache = lab.join("tool-cache");
    assert!(tool_cache.join("go").exists(), "no toolchains in {}: run `bash scripts/lab.sh go`", tool_cache.display());
    matrix(&tool_cache)?;
    live(&tool_cache)
}

/// The probes of the matrix, each round with a cold cache.
fn matrix(tool_cache: &Path) -> io::Result<()> {
    let stage = tempfile::tempdir()?;
    let scratch = stage.path().join("scratch");
    let commands = write_scripts(&record(tool_cache, None), stage.path(), &scratch)?;
    let verify = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
        command.args(["verify", "--quiet"]).args(more).env("RUNNER_TOOL_CACHE", tool_cache).env_remove("RUNNER_TEMP");
        for name in ["HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"] {
            command.env(name, stage.path().join("home"));
        }
        timed(&mut command)
    };
    // Keeps what is compiled.
    verify(&[])?;
    let (mut ours, mut warm, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ours.push(verify(&["--cold"])?);
        warm.push(verify(&[])?);
        let _ = fs::remove_dir_all(&scratch);
        copy_proxy(stage.path(), &scratch)?;
        plain.push(timed(Command::new("bash").arg(stage.path().join("all.sh")))?);
        println!(
            "round {round}: verify --cold {:.2} s, warm {:.2} s, plain script {:.2} s",
            ours[round], warm[round], plain[round]
        );
    }
    let warm_ratio = median(warm.iter().zip(&ours).map(|(warm, cold)| warm / cold).collect());
    println!("warm {:.2} s, median ratio to cold {warm_ratio:.2} (goal 0.4)", median(warm));
    compare("verify --cold", commands, &ours, &plain, "goal 1.05");
    Ok(())
}

/// `verify --live`, with the build cache of the step cold and warm.
fn live(tool_cache: &Path) -> io::Result<()> {
    let stage = tempfile::tempdir()?;
    let [scratch, home] = ["scratch", "home"].map(|name| stage.path().join(name));
    let env = live_environment(tool_cache, &home);
    let commands = write_scripts(&record(tool_cache, Some(&env)), stage.path(), &scratch)?;
    for (name, is_cold) in [("cold", true), ("warm", false)] {
        let (mut ours, mut plain) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let cool = || is_cold.then(|| fs::remove_dir_all(home.join(".cache")));
            let _ = cool();
            let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
            command.args(["verify", "--live", "--quiet"]).env_clear().envs(env.iter());
            ours.push(timed(&mut command)?);
            let _ = (cool(), fs::remove_dir_all(&scratch));
            copy_proxy(stage.path(), &scratch)?;
            plain.push(timed(Command::new("bash").arg(stage.path().join("all.sh")))?);
            println!("round {round}: live {name} {:.2} s, plain script {:.2} s", ours[round], plain[round]);
        }
        compare(&format!("live {name}"), commands, &ours, &plain, if is_cold { "under 5 s" } else { "under 2 s" });
    }
    Ok(())
}

/// A step of an ordinary job: a home of its own, and the newest of our toolchains on PATH.
fn live_environment(tool_cache: &Path, home: &Path) -> EnvBlock {
    let newest = fs::read_dir(tool_cache.join("go")).unwrap().map(|entry| entry.unwrap().path());
    let newest = newest.filter(|path| path.to_str().unwrap().contains("/1.23.")).max().unwrap();
    let arch = this_machine::arch().to_lowercase();
    let path = format!("{}:/usr/bin:/bin", newest.join(arch).join("bin").display());
    EnvBlock::from_pairs(this_machine::platform(), [("HOME", home.to_str().unwrap()), ("PATH", &path)])
}

fn compare(name: &str, commands: usize, ours: &[f64], plain: &[f64], goal: &str) {
    // Of the ratios, not of the times: what else the machine does slows both halves of a round.
    let ratio = median(ours.iter().zip(plain).map(|(ours, plain)| ours / plain).collect());
    let (ours, plain) = (median(ours.to_vec()), median(plain.to_vec()));
    println!(
        "{name}: {commands} go commands in {ours:.2} s, plain script {plain:.2} s, median ratio {ratio:.2} ({goal})"
    );
}

/// One thing that a cell did.
enum Act {
    Dir(String),
    File(String, Vec<u8>),
    Run(Vec<String>, EnvBlock, String),
    Remove(String),
}

/// The real host and the real processes, written down.
struct Recorder {
    host: LiveHost,
    processes: Processes,
    acts: Mutex<Vec<(String, Act)>>,
}

impl Recorder {
    fn note(&self, path: &str, act: Act) {
        self.acts.lock().unwrap().push((path.to_owned(), act));
    }
}

impl Executor for Recorder {
    fn run(&self, invocation: &Invocation<'_>) -> Result<Completed, NotRun> {
        self.note(
            invocation.dir,
            Act::Run(invocation.argv.to_vec(), invocation.env.clone(), invocation.dir.to_owned()),
        );
        self.processes.run(invocation)
    }
    fn interrupted(&self) -> bool {
        false
    }
}

impl Host for Recorder {
    fn kind(&self, path: &str) -> Kind {
        self.host.kind(path)
    }
    fn read(&self, path: &str, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
        self.host.read(path, limit)
    }

    fn holds(&self, path: &str, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile> {
        self.host.holds(path, wanted, limit)
    }
    fn list(&self, dir: &str) -> Vec<String> {
        self.host.list(dir)
    }
    fn first_file_below(&self, dir: &str) -> Option<String> {
        self.host.first_file_below(dir)
    }
    fn canonical(&self, path: &str) -> Option<String> {
        self.host.canonical(path)
    }
    fn same_file(&self, left: &str, right: &str) -> Option<bool> {
        self.host.same_file(left, right)
    }
    fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        self.note(path, Act::File(path.to_owned(), content.to_vec()));
        self.host.write(path, content)
    }
    fn replace(&self, path: &str, content: &[u8]) -> io::Result<()> {
        self.host.replace(path, content)
    }
    fn check_writable(&self, dir: &str) -> io::Result<()> {
        self.host.check_writable(dir)
    }
    fn create_dir_all(&self, dir: &str) -> io::Result<()> {
        self.note(dir, Act::Dir(dir.to_owned()));
        self.host.create_dir_all(dir)
    }
    fn remove(&self, path: &str) -> io::Result<()> {
        self.note(path, Act::Remove(path.to_owned()));
        self.host.remove(path)
    }
}

impl Observer for Recorder {
    fn event(&self, _: &Event) {}
}

/// The acts of one run, and the scratch folder that is in their paths; with `step` those of its live probes.
fn record(tool_cache: &Path, step: Option<&EnvBlock>) -> (String, Vec<(String, Act)>) {
    let platform = this_machine::platform();
    let env = EnvBlock::from_pairs(platform, [("RUNNER_TOOL_CACHE", tool_cache.to_str().unwrap())]);
    let requests: Vec<GoRequest> = VERSIONS.iter().map(|v| v.parse().unwrap()).collect();
    let arch = this_machine::arch();
    let places = Places { go_roots: &[], env: &env, current_dir: "/", platform, arch: &arch, tool_cache: None };
    let located = locate(&requests, &places, &LiveHost);
    let files = SourceFile::embedded(EMBEDDED_FILES);
    let mut probes = load_probes(&files).unwrap();
    if step.is_some() {
        probes.retain(|probe| probe.kind == ProbeKind::Live);
    }
    let scratch = Scratch::new(None).unwrap();
    let root = scratch.path().unwrap().to_owned();
    let recorder = Recorder { host: LiveHost, processes: Processes::default(), acts: Mutex::default() };
    let job = VerifyJob {
        by_gos_rules: step.is_some(),
        kept: None,
        part: None,
        probes: &probes,
        toolchains: if step.is_some() { &[] } else { &located.found },
        absent: &[],
        shells: WantedShells { cells: &[], observer: "" },
        workers: this_machine::cores(),
        limit: Duration::from_secs(120),
    };
    let machine = Machine {
        platform,
        wine: None,
        goarch: this_machine::goarch(),
        env: step.cloned().unwrap_or_else(this_machine::environment),
        scratch: root.clone(),
        delivery: None,
        sources: Default::default(),
    };
    verify(&job, &machine, &Ports { host: &recorder, executor: &recorder, observer: &recorder }).unwrap();
    (root, recorder.acts.into_inner().unwrap())
}

/// One script for each cell, and one that runs them as `verify` does; returns the number of commands.
fn write_scripts((root, acts): &(String, Vec<(String, Act)>), stage: &Path, scratch: &Path) -> io::Result<usize> {
    let moved = |text: &str| text.replace(root.as_str(), scratch.to_str().unwrap());
    let quoted = |text: &str| format!("'{}'", moved(text).replace('\'', r"'\''"));
    let mut scripts: BTreeMap<String, String> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut commands = 0;
    // What is removed outside the scratch folder is for the caller to clear.
    for (path, act) in acts.iter().filter(|(path, _)| path.starts_with(root.as_str())) {
        let below = path.strip_prefix(root.as_str()).unwrap_or(path).trim_start_matches('/');
        let parts = if below.starts_with('c') && !below.starts_with("cache") { 1 } else { 2 };
        let key = below.split('/').take(parts).collect::<Vec<_>>().join("_");
        if let (true, Act::File(path, content)) = (below.starts_with("proxy/"), act) {
            LiveHost.write(&path.replace(root.as_str(), stage.join("laid").to_str().unwrap()), content)?;
            continue;
        }
        if !order.contains(&key) {
            order.push(key.clone());
        }
        let script = scripts.entry(key).or_default();
        let _ = match act {
            Act::Dir(dir) => writeln!(script, "mkdir -p {}", quoted(dir)),
            Act::File(path, content) => {
                let parent = Path::new(path).parent().unwrap().to_str().unwrap();
                writeln!(
                    script,
                    "mkdir -p {}; printf %s {} >{}",
                    quoted(parent),
                    quoted(&String::from_utf8_lossy(content)),
                    quoted(path)
                )
            }
            Act::Run(argv, env, dir) => {
                commands += 1;
                let env: String = env.iter().map(|(name, value)| format!(" {name}={}", quoted(value))).collect();
                let argv: String = argv.iter().map(|arg| format!(" {}", quoted(arg))).collect();
                writeln!(script, "(cd {} && exec env -i{env}{argv}) >/dev/null 2>&1 </dev/null", quoted(dir))
            }
            Act::Remove(path) => writeln!(script, "chmod -R u+w {0} 2>/dev/null; rm -rf {0}", quoted(path)),
        };
    }
    let rank = |key: &str| {
        if key.starts_with("admit") {
            0
        } else if key.starts_with("warm") {
            1
        } else {
            2
        }
    };
    order.sort_by_key(|key| rank(key));
    for (key, script) in &scripts {
        fs::write(stage.join(format!("{key}.sh")), script)?;
    }
    let list: String = order.iter().map(|key| format!("{}/{key}.sh\n", stage.display())).collect();
    fs::write(stage.join("list"), list)?;
    let all = format!(
        "xargs -n 1 -P {} bash <{}/list\nrm -rf {}\n",
        this_machine::cores(),
        stage.display(),
        scratch.display()
    );
    fs::write(stage.join("all.sh"), all)?;
    Ok(commands)
}

fn copy_proxy(stage: &Path, scratch: &Path) -> io::Result<()> {
    let copied = Command::new("cp").arg("-R").arg(stage.join("laid")).arg(scratch).status()?;
    assert!(copied.success(), "cp: {copied}");
    Ok(())
}

fn timed(command: &mut Command) -> io::Result<f64> {
    let start = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(start.elapsed().as_secs_f64())
}
