//! What apply delivered, held against what a later step got: each fault blames one variable and says why.

use crate::support::{
    self,
    judged::{self, below, goroot, listed, report, results, text, variables_with},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env::consts::EXE_SUFFIX,
    fs,
    path::{MAIN_SEPARATOR, Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Between the entries of PATH.
const LIST: char = if cfg!(windows) { ';' } else { ':' };

/// A runner's folders and command files, and the step after `apply`.
struct Job {
    dir: TempDir,
    env: BTreeMap<String, String>,
}

impl Job {
    fn new() -> Option<Self> {
        let tool_cache = judged::tool_cache()?;
        let go = goroot(&tool_cache, "1.23");
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| support::below(dir.path(), name).to_str().unwrap().to_owned();
        for name in ["home", "temp", "work/app/app"] {
            fs::create_dir_all(dir.path().join(name)).unwrap();
        }
        for name in ["env", "path", "output"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let path = format!("{}{LIST}{}", go.join("bin").display(), support::system_path());
        let env = [
            ("RUNNER_TEMP", at("temp")),
            ("RUNNER_WORKSPACE", at("work/app")),
            ("GITHUB_WORKSPACE", at("work/app/app")),
            ("GITHUB_REPOSITORY", "org/app".to_owned()),
            ("RUNNER_TOOL_CACHE", tool_cache.to_str().unwrap().to_owned()),
            ("PATH", path.clone()),
        ];
        let mut env: BTreeMap<String, String> = env.map(|(name, value)| (name.to_owned(), value)).into();
        let homes = support::homes(&dir.path().join("home"), &dir.path().join("temp"));
        env.extend(homes.map(|(name, value)| (name.to_owned(), value.to_str().unwrap().to_owned())));
        let files = [("GITHUB_ENV", at("env")), ("GITHUB_PATH", at("path")), ("GITHUB_OUTPUT", at("output"))];
        support::goenv().args(["apply"]).envs(&env).envs(files).assert().success();
        for line in fs::read_to_string(at("env")).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap();
            env.insert(name.to_owned(), value.to_owned());
        }
        let entry = fs::read_to_string(at("path")).unwrap().trim().to_owned();
        env.insert("PATH".to_owned(), format!("{entry}{LIST}{path}"));
        Some(Self { dir, env })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn with(mut self, name: &str, value: &Path) -> Self {
        self.env.insert(name.to_owned(), value.to_str().unwrap().to_owned());
        self
    }

    fn verified(&self) -> Value {
        self.verify(&["--go", "1.23", "--probe", "live/"])
    }

    fn verify(&self, arguments: &[&str]) -> Value {
        let common = ["verify", "--format", "json", "--quiet"];
        report(&support::goenv().args(common).args(arguments).envs(&self.env).output().unwrap())
    }

    /// The same job in a step where nothing arrived that `apply` wrote.
    fn without_delivery(mut self) -> Self {
        for name in ["GOCACHE", "GOPATH", "GOBIN"] {
            self.env.remove(name);
        }
        self.env.insert("PATH".into(), self.env["PATH"].split_once(LIST).unwrap().1.to_owned());
        self
    }

    /// The same job, which never ran `apply`.
    fn without_record(self) -> Self {
        let job = self.without_delivery();
        let record = below(&job.path("temp")).into_iter().find(|path| path.extension().is_some_and(|e| e == "json"));
        fs::remove_file(record.unwrap()).unwrap();
        job
    }

    /// Only this variable fails, and every failure gives this cause.
    fn blames(&self, variable: &str, cause: &str) {
        let report = self.verified();
        assert_eq!(listed(&report, "error") + &listed(&report, "skip"), "");
        let failures = listed(&report, "fail");
        assert_eq!(variables_with(&report, "fail"), BTreeSet::from([variable.to_owned()]), "{failures}");
        for result in results(&report).iter().filter(|result| text(result, "verdict") == "fail") {
            assert!(text(result, "reason").contains(cause), "no `{cause}` in:\n{failures}");
        }
    }
}

#[test]
fn what_apply_wrote_holds_in_the_next_step_and_no_program_or_module_is_left() {
    let Some(job) = Job::new() else { return };
    let report = job.verified();
    assert_eq!(listed(&report, "fail") + &listed(&report, "error") + &listed(&report, "skip"), "");
    let left: Vec<PathBuf> = below(&job.path("work")).into_iter().filter(|path| path.is_file()).collect();
    assert!(left.iter().all(|path| path.ends_with("cache/lock")), "{left:?}");
}

#[test]
fn a_variable_that_the_steps_own_env_shadows_is_blamed_on_that_env() {
    let Some(job) = Job::new() else { return };
    let other = job.path("other");
    job.with("GOCACHE", &other).blames("GOCACHE", "another GOCACHE is in the environment");
}

#[test]
fn a_gomodcache_that_draws_downloads_away_is_named() {
    let Some(job) = Job::new() else { return };
    let other = job.path("modules");
    job.with("GOMODCACHE", &other).blames("GOPATH", "wins over GOPATH for downloads");
}

#[test]
fn a_gobin_that_is_not_on_path_is_blamed_on_path_alone() {
    let Some(job) = Job::new() else { return };
    let without = job.env["PATH"].split_once(LIST).unwrap().1.to_owned();
    job.with("PATH", Path::new(&without)).blames("PATH", "is not on PATH");
}

#[test]
fn a_program_of_the_same_name_earlier_on_path_is_named() {
    let Some(job) = Job::new() else { return };
    let early = job.path("early");
    fs::create_dir(&early).unwrap();
    let name = format!("goenv-ci-live-probe{EXE_SUFFIX}");
    let harmless =
        std::env::var("SYSTEMROOT").map_or("/bin/true".into(), |root| format!("{root}\\system32\\hostname.exe"));
    fs::copy(harmless, early.join(&name)).unwrap();
    let path = format!("{}{LIST}{}", early.display(), job.env["PATH"]);
    let cause = format!("early{MAIN_SEPARATOR}{name}` is in an earlier folder of PATH");
    job.with("PATH", Path::new(&path)).blames("PATH", &cause);
}

#[test]
fn a_leftover_of_go_env_w_that_answers_for_an_empty_gobin_is_named_with_its_mend() {
    let Some(job) = Job::new() else { return };
    let go = goroot(Path::new(&job.env["RUNNER_TOOL_CACHE"]), "1.23").join("bin").join(format!("go{EXE_SUFFIX}"));
    let left = format!("GOBIN={}", job.path("left").display());
    assert!(
        Command::new(go)
            .args(["env", "-w", &left])
            .env_clear()
            .envs(support::system_needs())
            .envs(support::homes(&job.path("home"), &job.path("temp")))
            .status()
            .unwrap()
            .success()
    );
    job.with("GOBIN", Path::new("")).blames("GOBIN", "`go env -u GOBIN` removes it");
}

#[test]
fn where_nothing_arrived_nothing_passes_that_is_about_arriving() {
    let Some(job) = Job::new() else { return };
    let report = job.without_delivery().verify(&["--live"]);
    let failures = listed(&report, "fail");
    assert_eq!(variables_with(&report, "fail"), ["GOBIN", "GOCACHE", "GOPATH", "PATH"].map(String::from).into());
    assert_eq!(variables_with(&report, "pass"), BTreeSet::from(["GO".to_owned()]), "{failures}");
    assert_eq!(listed(&report, "error") + &listed(&report, "skip"), "");
}

#[test]
fn each_control_of_a_landing_probe_shows_that_arriving_and_landing_are_both_seen() {
    let Some(job) = Job::new() else { return };
    let report = job.verify(&["--live", "--probe", "lands-in"]);
    assert_eq!(results(&report).len(), 3);
    for result in results(&report) {
        let (control, variable) = (text(result, "control"), text(result, "variable"));
        assert!(control.contains(&format!("{variable} unset: ")) && control.contains("elsewhere"), "{control}");
    }
}

#[test]
fn an_ordinary_job_is_judged_by_gos_own_rules() {
    let Some(job) = Job::new() else { return };
    let job = job.without_record();
    let report = job.verify(&["--live"]);
    assert_eq!(listed(&report, "fail") + &listed(&report, "error"), "");
    assert_eq!(report["delivery"], "environment");
    let passed = ["GO", "GOBIN", "GOCACHE", "GOPATH"].map(String::from);
    assert_eq!(variables_with(&report, "pass"), passed.into());
    for skipped in results(&report).iter().filter(|result| text(result, "verdict") == "skip") {
        assert!(text(skipped, "reason").contains("nothing had to arrive"), "{skipped}");
    }
    let left: Vec<PathBuf> = below(&job.path("home")).into_iter().filter(|path| path.is_file()).collect();
    let kept = |path: &PathBuf| path.ends_with("cache/lock") || path.to_str().unwrap().contains("go-build");
    assert!(left.iter().all(kept), "{left:?}");
}
