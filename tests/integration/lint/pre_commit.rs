//! The hook that this repository offers, under the real pre-commit: it finds, passes and is left out as it should be.

use crate::support::lab;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

const SETUP_FIRST: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-go@v6\n      - uses: actions/checkout@v5\n";
const CHECKOUT_FIRST: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      - uses: actions/setup-go@v6\n";

fn pre_commit() -> Option<PathBuf> {
    let program = lab::lab().join("bin/pre-commit");
    if program.exists() {
        return Some(program);
    }
    lab::skip("no pre-commit: run `bash scripts/lab.sh hooks`");
    None
}

/// A repository that uses the hook as it is offered, but for its build: the program under test is on PATH.
struct HookedRepository {
    dir: TempDir,
    program: PathBuf,
}

impl HookedRepository {
    fn new(program: PathBuf, offered: &str) -> Self {
        assert!(offered.contains("\n  language: rust\n"), "{offered}");
        let hook = offered.replace("\n  language: rust\n", "\n  language: system\n").replace('\n', "\n      ");
        let one = Self { dir: TempDir::new().unwrap(), program };
        one.write(".pre-commit-config.yaml", &format!("repos:\n  - repo: local\n    hooks:\n      {hook}\n"));
        one.write("go.mod", "module example.com/m\n\ngo 1.24\n");
        one.write("go.sum", "");
        one.git(&["init", "--quiet"]);
        one
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join("repo").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, program: &Path) -> Command {
        let own = Path::new(env!("CARGO_BIN_EXE_goenv-ci")).parent().unwrap().to_owned();
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([own].into_iter().chain(env::split_paths(&path))).unwrap();
        let mut command = Command::new(program);
        command.current_dir(self.dir.path().join("repo")).env_clear().env("PATH", path);
        command.env("HOME", self.dir.path()).env("PRE_COMMIT_HOME", self.dir.path().join("store"));
        command
    }

    fn git(&self, arguments: &[&str]) {
        let ended = self.command(Path::new("git")).args(arguments).status().unwrap();
        assert!(ended.success(), "{arguments:?}: {ended}");
    }

    /// What the hook comes to for what is staged.
    fn run(&self) -> (Option<i32>, String) {
        self.git(&["add", "--all"]);
        let output: Output = self.command(&self.program).args(["run", "--color", "never"]).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

#[test]
fn the_hook_that_is_offered_runs_under_pre_commit() {
    let Some(program) = pre_commit() else { return };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let repository = HookedRepository::new(program, &fs::read_to_string(&file).unwrap());
    let valid = repository.command(&repository.program).arg("validate-manifest").arg(&file).output().unwrap();
    assert!(valid.status.success(), "{}", String::from_utf8_lossy(&valid.stdout));

    let (code, told) = repository.run();
    assert!(code == Some(0) && told.contains("Skipped"), "no workflow is staged: {told}");
    repository.write(".github/workflows/ci.yml", SETUP_FIRST);
    let (code, told) = repository.run();
    assert!(code == Some(1) && told.contains("cache-before-checkout"), "{told}");
    repository.write(".github/workflows/ci.yml", CHECKOUT_FIRST);
    let (code, told) = repository.run();
    assert!(code == Some(0) && told.contains("Passed"), "{told}");
}
