//! What an earlier run compiled: taken where it is whole and the user's own, else compiled anew or left out, and
//! said once; never a wrong verdict.

use crate::support::{
    self,
    judged::{self, goroot, listed, report, results, text},
    toolchain::Fake,
};
use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
};

/// A toolchain that tells what it compiles, and a home directory.
struct Machine {
    fake: Fake,
    log: PathBuf,
}

/// What one run came to.
struct Run {
    warnings: Vec<String>,
    /// How often the runtime was compiled.
    compiled: usize,
}

impl Machine {
    fn new(minor: &str) -> Option<Self> {
        let real = goroot(&judged::tool_cache()?.canonicalize().unwrap(), minor);
        let fake = Fake::of(&real);
        let log = fake.scratch("log").join("compiled");
        let fake = fake.telling_what_it_compiles(&log);
        Some(Self { fake, log })
    }

    fn dir(&self) -> PathBuf {
        self.fake.scratch("home").join(".cache/goenv-ci/warm")
    }

    /// The one kept file.
    fn file(&self) -> PathBuf {
        let files: Vec<PathBuf> = fs::read_dir(self.dir()).unwrap().map(|entry| entry.unwrap().path()).collect();
        let [file] = &files[..] else { panic!("{files:?}") };
        file.clone()
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
        command
            .env_clear()
            .envs(support::system_needs())
            .args(["verify", "--format", "json", "--probe", "gobin/install-lands-in-gobin"])
            .args(more)
            .args(["--go", self.minor()])
            .env("RUNNER_TOOL_CACHE", self.fake.cache())
            .envs(support::homes(&self.fake.scratch("home"), &self.fake.scratch("tmp")));
        command
    }

    fn minor(&self) -> &str {
        let version = self.fake.root.parent().unwrap().file_name().unwrap().to_str().unwrap();
        version.rsplit_once('.').unwrap().0
    }

    /// Whatever lies there, the probe passes.
    fn run(&self, command: &mut Command) -> Run {
        let before = self.compiled();
        let output = command.output().unwrap();
        let report = report(&output);
        assert_eq!(listed(&report, "fail") + &listed(&report, "error"), "");
        assert!(results(&report).iter().all(|result| text(result, "verdict") == "pass"));
        assert_eq!(output.status.code(), Some(0));
        let progress = String::from_utf8(output.stderr).unwrap();
        let warnings = progress.lines().filter(|line| line.starts_with("warning: ")).map(str::to_owned).collect();
        Run { warnings, compiled: self.compiled() - before }
    }

    fn verify(&self) -> Run {
        self.run(&mut self.command(&[]))
    }

    fn compiled(&self) -> usize {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter(|line| line.contains("-p runtime ")).count()
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

#[test]
fn the_runtime_is_compiled_once_and_what_is_kept_is_for_the_user_alone() {
    let Some(machine) = Machine::new("1.23") else { return };
    let first = machine.verify();
    assert_eq!((first.warnings, first.compiled), (Vec::new(), 1), "first use is silent");
    assert_eq!(fs::metadata(machine.dir()).unwrap().mode() & 0o777, 0o700);
    let kept = fs::metadata(machine.file()).unwrap();
    assert_eq!(kept.mode() & 0o777, 0o600);
    let second = machine.verify();
    assert_eq!((second.warnings, second.compiled), (Vec::new(), 0));
    assert_eq!(fs::metadata(machine.file()).unwrap().modified().unwrap(), kept.modified().unwrap());

    let cold = machine.run(&mut machine.command(&["--cold"]));
    assert_eq!(cold.compiled, 1, "--cold takes nothing");
    fs::remove_dir_all(machine.dir()).unwrap();
    machine.run(&mut machine.command(&["--cold"]));
    assert!(!machine.dir().exists(), "--cold keeps nothing");
}

#[test]
fn what_is_not_whole_is_named_once_and_compiled_anew() {
    let Some(machine) = Machine::new("1.23") else { return };
    machine.verify();
    let file = machine.file();
    let good = fs::read(&file).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        bytes
    };
    for (what, content, says) in [
        ("empty", Vec::new(), "is not a kept cache"),
        ("cut in its head", good[..60].to_vec(), "is cut short"),
        ("cut in half", good[..good.len() / 2].to_vec(), "is damaged or cut short"),
        ("cut by one byte", good[..good.len() - 1].to_vec(), "is damaged or cut short"),
        ("one bit in the middle", flipped(good.len() / 2), "is damaged or cut short"),
        ("foreign", b"PK\x03\x04 not ours\n".to_vec(), "is not a kept cache"),
    ] {
        fs::write(&file, content).unwrap();
        let run = machine.verify();
        let [warning] = &run.warnings[..] else { panic!("{what}: {:?}", run.warnings) };
        assert!(warning.contains(says) && warning.contains(file.to_str().unwrap()), "{what}: {warning}");
        assert_eq!(run.compiled, 1, "{what}");
        assert!(fs::read(&file).unwrap().len() > good.len() / 2, "{what} stays");
    }
    let after = machine.verify();
    assert_eq!((after.warnings, after.compiled), (Vec::new(), 0), "it is made anew");
}

#[test]
fn that_of_another_go_is_not_taken_whatever_its_name_is() {
    let (Some(one), Some(other)) = (Machine::new("1.23"), Machine::new("1.22")) else { return };
    one.verify();
    other.verify();
    fs::copy(other.file(), one.file()).unwrap();
    let run = one.verify();
    assert!(
        matches!(&run.warnings[..], [warning] if warning.contains("was made from another Go")),
        "{:?}",
        run.warnings
    );
    assert_eq!(run.compiled, 1);

    // Another build of the same version: one byte more in its linker.
    let tools = one.fake.root.join("pkg/tool");
    let linker = fs::read_dir(tools).unwrap().next().unwrap().unwrap().path().join("link");
    let mut bytes = fs::read(&linker).unwrap();
    bytes.push(0);
    fs::remove_file(&linker).unwrap();
    fs::write(&linker, bytes).unwrap();
    mode(&linker, 0o755);
    let run = one.verify();
    assert_eq!((run.warnings, run.compiled), (Vec::new(), 1));
    assert_eq!(fs::read_dir(one.dir()).unwrap().count(), 2);
}

#[test]
fn what_somebody_else_could_have_written_is_left_out() {
    let Some(machine) = Machine::new("1.23") else { return };
    machine.verify();
    let (file, dir) = (machine.file(), machine.dir());
    let refused = |says: &str, what: &str| {
        let run = machine.verify();
        assert!(matches!(&run.warnings[..], [warning] if warning.contains(says)), "{what}: {:?}", run.warnings);
        assert_eq!(run.compiled, 1, "{what}");
    };
    mode(&dir, 0o777);
    refused("every user can write to", "a directory");
    mode(&dir, 0o700);
    assert_eq!(machine.verify().compiled, 0, "closed again");
    mode(&file, 0o666);
    refused("can be written by another user", "a file");
    assert_eq!(machine.verify().compiled, 0, "put in its place");
    if is_root() {
        chown(&file, Some(65_534), None).unwrap();
        refused("it belongs to user 65534", "a file of another user");
        chown(&dir, Some(65_534), None).unwrap();
        refused("belongs to", "a directory of another user");
    }
}

#[test]
fn where_nothing_can_be_kept_that_is_said_once_and_the_run_goes_on() {
    let Some(machine) = Machine::new("1.23") else { return };
    fs::create_dir_all(machine.fake.scratch("home").join(".cache")).unwrap();
    let cache = machine.fake.scratch("home").join(".cache");
    fs::write(cache.join("goenv-ci"), "a file in the way").unwrap();
    let run = machine.verify();
    assert!(matches!(&run.warnings[..], [w] if w.contains("nothing can be kept in")), "{:?}", run.warnings);
    fs::remove_file(cache.join("goenv-ci")).unwrap();

    // As a disk that is full after 13.5 MB: less than what is kept, more than the compiler writes into one file.
    let plain = machine.command(&[]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 26400; exec \"$@\"", "sh"]).arg(plain.get_program());
    limited.args(plain.get_args()).env_clear();
    limited.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let run = machine.run(&mut limited);
    assert!(matches!(&run.warnings[..], [w] if w.contains("nothing can be kept in")), "{:?}", run.warnings);
    assert_eq!(fs::read_dir(machine.dir()).unwrap().count(), 0, "what is half written stays");
}

#[test]
fn a_directory_that_cannot_be_written_is_said_once() {
    let Some(machine) = Machine::new("1.23") else { return };
    fs::create_dir_all(machine.dir()).unwrap();
    mode(&machine.dir(), 0o500);
    let run = if is_root() {
        use std::os::unix::process::CommandExt;
        // root writes everywhere.
        let scratch = ["home", "tmp", "log"].map(|name| machine.fake.scratch(name));
        for dir in scratch.iter().chain([&machine.dir()]) {
            chown(dir, Some(65_534), Some(65_534)).unwrap();
        }
        mode(machine.fake.scratch("home").parent().unwrap(), 0o755);
        machine.run(machine.command(&[]).uid(65_534).gid(65_534))
    } else {
        machine.verify()
    };
    assert!(matches!(&run.warnings[..], [w] if w.contains("nothing can be kept in")), "{:?}", run.warnings);
    mode(&machine.dir(), 0o700);
}

#[test]
fn two_runs_at_once_keep_one_whole_file() {
    let Some(machine) = Machine::new("1.23") else { return };
    let both: Vec<Run> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2).map(|_| scope.spawn(|| machine.verify())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(both.iter().all(|run| run.warnings.is_empty()));
    machine.file();
    let after = machine.verify();
    assert_eq!((after.warnings, after.compiled), (Vec::new(), 0));
}
