//! What apply delivered, held against what a later step got: each fault blames one variable and says why.

use crate::support::{
    self, compiled,
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
        compiled::put_into(Path::new(&env["GOCACHE"]), &go);
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

/// What a person types after a failure: the line behind `fix`.
#[cfg(unix)]
fn printed_fix(job: &Job, more: &BTreeMap<String, String>) -> Option<String> {
    let output = support::goenv()
        .args(["verify", "--live", "--probe", "works", "--quiet", "--color", "never"])
        .envs(&job.env)
        .envs(more)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(" stops Go on Go 1.23"), "{text}");
    text.lines().find_map(|line| line.trim().strip_prefix("fix ").map(|fix| fix.trim().to_owned()))
}

/// `verify --live` of the probes that ask whether Go works, behind the lines of a shell.
#[cfg(unix)]
fn works_behind(fix: &str, job: &Job, more: &BTreeMap<String, String>) -> bool {
    let program = env!("CARGO_BIN_EXE_goenv-ci");
    let script = format!("{fix}\nexec {program} verify --live --probe works --quiet");
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(script).env_clear().envs(&job.env).envs(more);
    shell.output().unwrap().status.success()
}

#[cfg(unix)]
#[test]
fn what_stops_go_is_named_with_a_fix_that_works_word_for_word() {
    let Some(job) = Job::new() else { return };
    let older = goroot(Path::new(&job.env["RUNNER_TOOL_CACHE"]), "1.22");
    let nowhere = job.path("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    let all: &[&str] = &["build", "download", "install", "run", "test"];
    for (name, value, stopped) in [
        ("GOFLAGS", "-tags six", all),
        // It exits with 0 and does nothing.
        ("GOFLAGS", "-n", &["build", "install", "run", "test"]),
        ("GOWORK", nowhere, all),
        ("GOPROXY", "off", &["download"]),
        ("GOPROXY", "nonsense", &["download"]),
        ("GO111MODULE", "off", &["download"]),
        ("GOTMPDIR", nowhere, &["build", "install", "run", "test"]),
        ("GOOS", "windows", &["install", "run"]),
        ("GOTOOLCHAIN", "go1.99", all),
        ("GOROOT", nowhere, all),
        ("GOROOT", older.to_str().unwrap(), &["build", "install", "run", "test"]),
    ] {
        let more = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let report = {
            let output = support::goenv()
                .args(["verify", "--live", "--format", "json", "--quiet"])
                .envs(&job.env)
                .envs(&more)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(1), "{name}={value}");
            report(&output)
        };
        let failures = listed(&report, "fail");
        assert_eq!(variables_with(&report, "fail"), BTreeSet::from([name.to_owned()]), "{value}:\n{failures}");
        assert_eq!(listed(&report, "error"), "", "{name}={value}");
        let probes = results(&report).iter().filter(|result| text(result, "verdict") == "fail");
        let mut seen: Vec<&str> =
            probes.map(|one| text(one, "probe").trim_start_matches("live/").trim_end_matches("-works")).collect();
        seen.sort_unstable();
        assert_eq!(seen, stopped, "{name}={value}:\n{failures}");
        for skipped in results(&report).iter().filter(|result| text(result, "verdict") == "skip") {
            assert!(text(skipped, "reason").contains(&format!("{name} stops it")), "{skipped}");
        }
        let fix = printed_fix(&job, &more).unwrap_or_else(|| panic!("no fix for {name}={value}"));
        assert_eq!(fix, format!("unset {name}"));
        assert!(!works_behind("", &job, &more) && works_behind(&fix, &job, &more), "`{fix}` for {name}={value}");
    }
    for (name, value) in [("GOWORK", "off"), ("GOFLAGS", "-mod=vendor"), ("GOPRIVATE", "*"), ("GOSUMDB", "off")] {
        let more = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        assert!(works_behind("", &job, &more), "{name}={value} is fine");
    }
}

#[cfg(unix)]
#[test]
fn a_leftover_of_go_env_w_that_stops_go_is_removed_by_its_printed_fix() {
    let Some(job) = Job::new() else { return };
    fs::create_dir_all(job.path("home/.config/go")).unwrap();
    fs::write(job.path("home/.config/go/env"), "GOFLAGS=-tags six\nGOSUMDB=off\n").unwrap();
    let none = BTreeMap::new();
    let fix = printed_fix(&job, &none).unwrap();
    assert_eq!(fix, "go env -u GOFLAGS");
    assert!(!works_behind("", &job, &none) && works_behind(&fix, &job, &none));
    let kept = fs::read_to_string(job.path("home/.config/go/env")).unwrap();
    assert_eq!(kept, "GOSUMDB=off\n");
    let both = BTreeMap::from([("GOFLAGS".to_owned(), "-x=y=z".to_owned())]);
    fs::write(job.path("home/.config/go/env"), "GOFLAGS=-tags six\n").unwrap();
    let fix = printed_fix(&job, &both).unwrap();
    assert_eq!(fix, "unset GOFLAGS; go env -u GOFLAGS");
    assert!(works_behind(&fix, &job, &both));
}

#[cfg(unix)]
#[test]
fn on_a_runner_the_fix_is_a_line_of_the_workflow() {
    let Some(job) = Job::new() else { return };
    let step = |flags: &str| {
        [("GITHUB_ACTIONS", "true"), ("GOFLAGS", flags)].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    };
    assert_eq!(printed_fix(&job, &step("-tags six")).as_deref(), Some("env: { GOFLAGS: \"\" }"));
    assert!(works_behind("", &job, &step("")));
}

#[test]
fn a_workspace_that_the_probe_is_no_part_of_is_nobodys_fault() {
    let Some(job) = Job::new() else { return };
    fs::write(job.path("work/go.work"), "go 1.21\n\nuse ./app\n").unwrap();
    fs::write(job.path("work/app/go.mod"), "module app\n\ngo 1.21\n").unwrap();
    let workspace = job.path("work/go.work");
    let report = job.with("GOWORK", &workspace).verify(&["--live"]);
    assert_eq!(listed(&report, "fail") + &listed(&report, "error"), "");
    for skipped in results(&report).iter().filter(|result| text(result, "verdict") == "skip") {
        assert!(text(skipped, "reason").starts_with("GOWORK names a workspace"), "{skipped}");
    }
}

#[test]
fn nothing_is_ever_asked_of_a_network() {
    let Some(job) = Job::new() else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let mut job = job;
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        job.env.insert(name.to_owned(), proxy.clone());
    }
    for (name, value) in [
        ("GOPRIVATE", "*"),
        ("GOTOOLCHAIN", "go1.99"),
        ("GOTOOLCHAIN", "go1.22.99"),
        ("GOPROXY", "https://proxy.example.com|direct"),
        ("GONOPROXY", "goenv-ci.invalid,*.goenv-ci.invalid"),
        ("GOSUMDB", "sum.example.com+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
    ] {
        let mut env = job.env.clone();
        env.insert(name.to_owned(), value.to_owned());
        let output =
            support::goenv().args(["verify", "--live", "--format", "json", "--quiet"]).envs(&env).output().unwrap();
        let report = report(&output);
        assert!(listener.accept().is_err(), "{name}={value} led to the network");
        if name != "GOTOOLCHAIN" {
            assert_eq!(listed(&report, "fail") + &listed(&report, "error") + &listed(&report, "skip"), "");
        }
    }
}

#[test]
fn live_alone_needs_a_go_and_stands_beside_no_choice_of_one() {
    let verify = |arguments: &[&str]| support::goenv().arg("verify").args(arguments).assert();
    for (flag, value) in [("--go", "1.22"), ("--install", ""), ("--shard", "1/2"), ("--go-root", "/x")] {
        let arguments: Vec<&str> = ["--live", flag, value].into_iter().filter(|text| !text.is_empty()).collect();
        verify(&arguments).code(2).stderr(predicates::str::contains(format!("`--live` cannot be used with `{flag}`")));
    }
    verify(&["--live"]).code(3).stderr(predicates::str::contains("no `go` on PATH"));
    verify(&["--live", "--probe", "gobin/"]).code(4);
    let as_the_action_does = [("GOENV_CI_LIVE", "true"), ("GOENV_CI_INSTALL", "true"), ("GOENV_CI_GO_VERSIONS", "")];
    let mut command = support::goenv();
    command.arg("verify").envs(as_the_action_does).assert().code(3).stderr(predicates::str::contains("`--live`"));
}

#[test]
fn the_go_on_path_is_one_of_the_list_and_is_hinted_at_where_no_other_is_there() {
    let Some(job) = Job::new() else { return };
    let judged = job.verify(&["--go", "1.22,path", "--probe", "gocache/off-is-refused"]);
    let versions: BTreeSet<&str> = results(&judged).iter().map(|result| text(result, "go")).collect();
    let minors: Vec<&str> = versions.iter().map(|version| version.rsplit_once('.').unwrap().0).collect();
    assert_eq!(minors, ["1.22", "1.23"]);
    let mut env = job.env.clone();
    env.remove("RUNNER_TOOL_CACHE");
    let output = support::goenv().args(["verify", "--go", "1.4"]).envs(&env).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(message.contains("`--go path` judges what is here"), "{message}");
}

/// What `verify --live` says on standard error in a job whose workflow has setup-go behind a step that sets GOCACHE and
/// GOMODCACHE, or before it.
fn said_of_the_cache(job: &Job, workflow: &str) -> String {
    let flow = job.path("work/app/app/.github/workflows/ci.yml");
    fs::create_dir_all(flow.parent().unwrap()).unwrap();
    fs::write(flow, workflow).unwrap();
    fs::write(job.path("work/app/app/go.mod"), "module example.com/m\n\ngo 1.21\n").unwrap();
    let runner = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_WORKFLOW_REF", "org/app/.github/workflows/ci.yml@refs/heads/main"),
        ("GITHUB_JOB", "test"),
    ];
    let arguments = ["verify", "--live", "--probe", "live/gocache"];
    let output = support::goenv()
        .args(arguments)
        .envs(&job.env)
        .envs(runner)
        .current_dir(job.path("work/app/app"))
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_cache_that_setup_go_restored_elsewhere_is_said_in_the_job_that_pays_for_it() {
    let Some(job) = Job::new() else { return };
    let label = if cfg!(windows) { "windows-2022" } else { "ubuntu-24.04" };
    let flow = |dirs: &str| {
        format!(
            "on: push\njobs:\n  test:\n    runs-on: {label}\n    env:\n{dirs}    steps:\n      - uses: actions/checkout@v5\n      - uses: actions/setup-go@v6\n      - run: go test ./...\n"
        )
    };
    let own = "      GOCACHE: ${{ github.workspace }}/c\n      GOMODCACHE: ${{ github.workspace }}/m\n";
    let job = job.without_delivery();
    let at = |job: Job, name: &str, dir: &str| {
        let path = job.path("work/app/app").join(dir);
        job.with(name, &path)
    };
    let same = at(at(job, "GOCACHE", "c"), "GOMODCACHE", "m");
    assert!(!said_of_the_cache(&same, &flow(own)).contains("did not restore"));
    let moved = at(same, "GOCACHE", "elsewhere");
    let said = said_of_the_cache(&moved, &flow(own));
    let wanted = "which setup-go v6.5.0 (.github/workflows/ci.yml:10) did not restore";
    assert!(said.contains("GOCACHE is `") && said.contains(wanted) && !said.contains("GOMODCACHE is"), "{said}");
    // Of a runner of one's own nobody knows what lies there.
    let own_runner = flow(own).replace(label, "self-hosted");
    assert!(!said_of_the_cache(&moved, &own_runner).contains("did not restore"));
}
