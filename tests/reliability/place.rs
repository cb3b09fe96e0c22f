//! A machine's directories of which everything is known: what should be in them, what processes belong to them.

use crate::support::environment::{homes, system_path};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How goenv-ci is started.
#[derive(Clone)]
pub enum Program {
    /// The build for this system.
    Native(PathBuf),
    /// goenv-ci.exe, under Wine.
    Wine(PathBuf),
}

impl Program {
    /// The one that belongs to this test program, or the build that is to be judged.
    pub fn native() -> Self {
        let given = std::env::var_os("GOENV_CI_RELIABILITY_BINARY").map(PathBuf::from);
        Self::Native(given.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_goenv-ci"))))
    }
}

/// Longer than any run; what has not ended then never will.
const LONGEST: Duration = Duration::from_secs(120);

/// Those that were ended may need a moment to be gone.
const GRACE: Duration = Duration::from_secs(1);

/// A directory with a home, a temporary directory, a checkout and command files.
pub struct Place {
    dir: tempfile::TempDir,
    program: Program,
    env: BTreeMap<String, String>,
}

impl Place {
    pub fn new(program: Program) -> Self {
        let dir = tempfile::Builder::new().prefix("reliability-").tempdir().unwrap();
        for folder in ["tmp", "home", "app/app", "given"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        let mut place = Self { dir, program, env: BTreeMap::new() };
        place.empty_command_files();
        for (name, path) in homes(&place.path("home"), &place.path("tmp")) {
            place.set(name, &place.shown(&path));
        }
        place.set("PATH", &system_path());
        for (name, below) in [("RUNNER_TEMP", "tmp"), ("RUNNER_WORKSPACE", "app"), ("GITHUB_WORKSPACE", "app/app")] {
            place.set(name, &place.text(below));
        }
        place.set("GITHUB_REPOSITORY", "org/app");
        if place.is_wine() {
            // These are Wine's own, not Windows': its server may be started anew here, and serves other places too.
            place.set("HOME", place.path("home").to_str().unwrap().to_owned().as_str());
            place.env.remove("TMPDIR");
            for name in ["WINEPREFIX", "WINEARCH", "WINEDEBUG", "WINEDLLOVERRIDES"] {
                place.set(name, &std::env::var(name).unwrap_or_default());
            }
        }
        place
    }

    pub fn empty_command_files(&self) {
        for name in ["env", "path", "output"] {
            fs::write(self.path(name), "").unwrap();
        }
    }

    /// From here on it is a step of a job.
    pub fn with_command_files(mut self) -> Self {
        for (name, file) in [("GITHUB_ENV", "env"), ("GITHUB_PATH", "path"), ("GITHUB_OUTPUT", "output")] {
            self.set(name, &self.text(file));
        }
        self
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    /// Whether what runs here is a program of Windows.
    pub fn is_wine(&self) -> bool {
        matches!(self.program, Program::Wine(_))
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// As goenv-ci sees it.
    fn shown(&self, path: &Path) -> String {
        let text = path.to_str().unwrap().to_owned();
        match self.program {
            Program::Native(_) => text,
            Program::Wine(_) => format!("Z:{}", text.replace('/', "\\")),
        }
    }

    pub fn text(&self, name: &str) -> String {
        self.shown(&self.path(name))
    }

    pub fn program(&self) -> &Path {
        let (Program::Native(path) | Program::Wine(path)) = &self.program;
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_default()
    }

    /// Gives a file to a subject, with the directories above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    pub fn clear(&self, name: &str) {
        let path = self.path(name);
        if path.is_dir() {
            // What was ended may still be writing.
            for _ in 0..50 {
                make_writable(&path);
                if fs::remove_dir_all(&path).is_ok() {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// goenv-ci with nothing but this place in its environment.
    pub fn command(&self, args: &[String]) -> Command {
        self.wrapped(&[], args)
    }

    /// The same, started by another program: `strace -f ...`.
    pub fn wrapped(&self, wrapper: &[String], args: &[String]) -> Command {
        let mut line: Vec<&std::ffi::OsStr> = wrapper.iter().map(std::ffi::OsStr::new).collect();
        if let Program::Wine(_) = self.program {
            line.push("wine".as_ref());
        }
        line.push(self.program().as_os_str());
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).args(args).current_dir(self.path("app/app")).env_clear().envs(&self.env);
        command.stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[String]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Every path below the place, relative to it.
    pub fn tree(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        walk(self.root(), &mut |path| {
            found.insert(path.strip_prefix(self.root()).unwrap().to_string_lossy().into_owned());
        });
        found
    }

    /// Every file below a directory of the place, with what it holds.
    pub fn contents(&self, names: &[&str]) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        for name in names {
            let top = self.path(name);
            let mut keep = |path: &Path| {
                if path.is_file() {
                    let name = path.strip_prefix(self.root()).unwrap().to_string_lossy().into_owned();
                    found.insert(name, fs::read(path).unwrap_or_default());
                }
            };
            if top.is_file() {
                keep(&top);
            } else {
                walk(&top, &mut keep);
            }
        }
        found
    }

    /// What is there and should not be; of a tree its top alone.
    pub fn leftovers(&self, expected: &BTreeSet<String>) -> Vec<String> {
        let found = self.tree();
        let extra: Vec<String> = found.difference(expected).cloned().collect();
        let is_top = |path: &&String| !extra.iter().any(|other| path.starts_with(&format!("{other}/")));
        extra.iter().filter(is_top).cloned().collect()
    }

    /// The processes of this place that are there a moment later still.
    pub fn orphans(&self) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let found = self.processes();
            if found.is_empty() || begun.elapsed() > GRACE {
                return found.into_iter().map(|(_, line)| line).collect();
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends what still runs in this place.
    pub fn end_all(&self) {
        for _ in 0..100 {
            let found = self.processes();
            if found.is_empty() {
                return;
            }
            for (pid, _) in found {
                signal(pid, "KILL");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Every process that has this place in its environment, but for the services of Wine that all of its programs share.
    fn processes(&self) -> Vec<(u32, String)> {
        let root = self.root().to_str().unwrap().as_bytes().to_vec();
        let services = [
            "wineserver",
            "services.exe",
            "plugplay.exe",
            "winedevice.exe",
            "svchost.exe",
            "explorer.exe",
            "rpcss.exe",
        ];
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
            let environ = fs::read(entry.path().join("environ")).unwrap_or_default();
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let belongs = environ.windows(root.len()).any(|part| part == root);
            if belongs && pid != std::process::id() && !services.iter().any(|name| line.contains(name)) {
                found.push((pid, line));
            }
        }
        found
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.end_all();
        make_writable(self.dir.path());
    }
}

fn walk(dir: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        each(&path);
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, each);
        }
    }
}

/// Go's module caches are read-only, and cannot be removed so.
fn make_writable(dir: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let open = |path: &Path| {
        if path.is_dir() && !path.is_symlink() {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
        }
    };
    open(dir);
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            make_writable(&entry.path());
        }
    }
}

/// Sends a signal by its name.
pub fn signal(pid: u32, name: &str) {
    use rustix::process::{Pid, Signal, kill_process};
    let signal = match name {
        "INT" => Signal::INT,
        "TERM" => Signal::TERM,
        _ => Signal::KILL,
    };
    if let Some(pid) = Pid::from_raw(i32::try_from(pid).unwrap()) {
        // It may have ended meanwhile.
        let _ = kill_process(pid, signal);
    }
}

/// Waits for its end; nothing where it never comes.
pub fn wait(child: &mut Child) -> Option<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}
