//! The action and the reusable workflow end to end: a caller's workflow under act in host mode, with
//! the real binary, real Go toolchains, real uploads and downloads. `tests/act/` holds the callers and
//! the stand-ins for published actions; `scripts/lab.sh` installs the rest. Where act differs from the
//! runner: `tests/act/README.md`.

use crate::{
    launch,
    support::{lab, write_program},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    net::TcpListener,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERIFY_YML: &str = ".github/workflows/verify.yml";

/// The folder that `scripts/lab.sh` fills; without it a printed skip, and on CI a failure.
fn lab() -> Option<PathBuf> {
    let lab = lab::lab();
    let parts = ["bin/act", "stand-ins/download-artifact/dist/index.js", "tool-cache/go"];
    if parts.iter().all(|part| lab.join(part).exists()) {
        return Some(lab);
    }
    lab::skip("no act or no Go toolchains: run `bash scripts/lab.sh go act`");
    None
}

/// One run of a caller's workflow: its scratch folders and what act printed.
struct Run {
    scratch: tempfile::TempDir,
    output: Output,
}

impl Run {
    /// Runs `tests/act/workflows/<workflow>.yml` in a repository of its own.
    fn of(workflow: &str, lab: &Path) -> Self {
        Self::with(workflow, lab, |_| ())
    }

    /// The same, after `prepare` has put more into the scratch folder: the caller is in `repository`,
    /// the action in `action`, the tool cache in `cache`, `published/NAME@COMMIT` is `actions/NAME` at that commit, and
    /// what is in `bin` comes first on PATH.
    fn with(workflow: &str, lab: &Path, prepare: impl FnOnce(&Path)) -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let at = |name: &str| scratch.path().join(name);
        for dir in ["home", "seen", "cache/act/tool_cache", "published", "repository/.github/workflows"] {
            fs::create_dir_all(at(dir)).expect(dir);
        }
        symlink(lab.join("tool-cache/go"), at("cache/act/tool_cache/go")).expect("the tool cache");
        let caller = format!(".github/workflows/{workflow}.yml");
        let source = Path::new(ROOT).join(format!("tests/act/workflows/{workflow}.yml"));
        if source.exists() {
            fs::copy(source, at("repository").join(&caller)).expect("the caller's workflow");
        }
        for probes in ["own-probes", "failing-probes"] {
            copy_folder(&Path::new(ROOT).join("tests/act").join(probes), &at("repository").join(probes));
        }
        lay_action_out(&at("action"));
        prepare(scratch.path());
        commit(&at("repository"));

        let mut act = Command::new(lab.join("bin/act"));
        let path = format!("{}:{}", at("bin").display(), std::env::var("PATH").expect("PATH"));
        act.current_dir(at("repository")).env_clear().env("PATH", path);
        act.env("HOME", at("home")).env("XDG_CACHE_HOME", at("cache")).env("TMPDIR", scratch.path());
        act.args(["push", "--workflows", &caller, "--pull=false", "--action-offline-mode", "--no-cache-server"]);
        for label in ["ubuntu-latest", "ubuntu-24.04"] {
            act.arg("--platform").arg(format!("{label}=-self-hosted"));
        }
        act.args(["--artifact-server-addr", "127.0.0.1", "--artifact-server-port", &free_port().to_string()]);
        act.arg("--artifact-server-path").arg(at("artifacts"));
        let mut local = vec![("org/goenv-action@v1".to_owned(), at("action"))];
        local.extend(pinned().into_iter().map(|used| {
            let name = used.split(['/', '@']).nth(1).expect("OWNER/NAME@COMMIT").to_owned();
            (used, lab.join("stand-ins").join(name))
        }));
        for published in fs::read_dir(at("published")).expect("published").map(|entry| entry.expect("an entry")) {
            local.push((format!("actions/{}", published.file_name().to_string_lossy()), published.path()));
        }
        for (used, dir) in local {
            act.arg("--local-repository").arg(format!("{used}={}", dir.display()));
        }
        act.arg("--env").arg(format!("CHECKOUT_FROM=org/goenv-action@v1={}", at("action").display()));
        let binary = format!("BINARY={}", env!("CARGO_BIN_EXE_goenv-ci"));
        // A job that calls a workflow knows `vars`, and no `env`.
        act.args(["--env", &binary, "--var", &binary]);
        if let Ok(server) = fs::read_to_string(at("server-url")) {
            act.args(["--env", &format!("GITHUB_SERVER_URL={server}")]);
        }
        act.args(["--env", &format!("PROBES={ROOT}/tests/act/probes")]);
        act.args(["--env", &format!("SEEN={}", at("seen").display())]);
        let output = act.output().expect("act starts");
        Self { scratch, output }
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned() + &String::from_utf8_lossy(&self.output.stderr)
    }

    /// What the caller's last step wrote down.
    fn seen(&self, name: &str) -> String {
        let path = self.scratch.path().join("seen").join(name);
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}\n{}", self.log()))
    }

    fn seen_json(&self, name: &str) -> Value {
        serde_json::from_str(&self.seen(name)).expect("JSON")
    }

    /// The sorted names of the artifacts that begin so.
    fn artifacts(&self, beginning: &str) -> Vec<String> {
        let entries = fs::read_dir(self.scratch.path().join("artifacts/1")).expect("artifacts");
        let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
        let mut names: Vec<_> = names.filter(|name| name.starts_with(beginning)).collect();
        names.sort();
        names
    }

    /// The sorted names of the files in an uploaded artifact, and its report.json.
    fn artifact(&self, name: &str) -> (Vec<String>, Value) {
        let path = self.scratch.path().join(format!("artifacts/1/{name}/{name}.zip"));
        let file = fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}\n{}", path.display(), self.log()));
        let mut archive = zip::ZipArchive::new(file).expect("a zip file");
        let mut names: Vec<_> = (0..archive.len())
            .map(|index| archive.by_index(index).expect("an entry").name().expect("a name").into_owned())
            .collect();
        names.sort();
        let mut report = String::new();
        archive.by_name("report.json").expect("report.json").read_to_string(&mut report).expect("UTF-8");
        (names, serde_json::from_str(&report).expect("JSON"))
    }
}

/// act wants a repository with a commit.
fn commit(repository: &Path) {
    for arguments in
        [&["init", "--quiet", "--initial-branch=main"][..], &["add", "."], &["commit", "--quiet", "-m", "caller"]]
    {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=caller", "-c", "user.email=caller@example.invalid"]).args(arguments);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let done = git.current_dir(repository).output().expect("git starts");
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

/// What a download of the action would hold and its steps read.
fn lay_action_out(dir: &Path) {
    let files = [
        "action.yml",
        "Cargo.toml",
        "scripts/link_report.sh",
        "scripts/launch.sh",
        "scripts/checksums.txt",
        VERIFY_YML,
    ];
    for file in files {
        fs::create_dir_all(dir.join(file).parent().expect("a folder")).expect("the action's folder");
        fs::copy(Path::new(ROOT).join(file), dir.join(file)).expect(file);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder of files") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
    }
}

/// What action.yml and verify.yml pin, for instance `actions/upload-artifact@<commit>`.
fn pinned() -> BTreeSet<String> {
    let texts = ["action.yml", VERIFY_YML].map(|file| fs::read_to_string(Path::new(ROOT).join(file)).expect(file));
    let used = texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.trim().strip_prefix("uses: "));
    let published = used.filter(|used| used.starts_with("actions/"));
    published.map(|used| used.split(' ').next().expect("a reference").to_owned()).collect()
}

/// A port for act's artifact server; its default is taken when two tests run at once.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port()
}

#[test]
fn a_later_step_of_the_caller_sees_the_variables_path_and_outputs() {
    let Some(lab) = lab() else { return };
    let run = Run::of("whole", &lab);
    assert!(run.output.status.success(), "{}", run.log());

    let outputs = run.seen_json("outputs.json");
    for (name, output) in [("GOCACHE", "gocache"), ("GOPATH", "gopath"), ("GOBIN", "gobin")] {
        let seen = run.seen(name);
        assert!(Path::new(&seen).is_absolute(), "{name} is `{seen}`");
        assert_eq!(outputs[output], seen.as_str(), "output {output}");
    }
    assert!(run.seen("GOCACHE").ends_with("/tmp/go-cache"), "GOCACHE lies in the runner's temporary folder");
    assert_eq!(run.seen("GOBIN"), format!("{}/bin", run.seen("GOPATH")));
    assert_eq!(run.seen("PATH").split(':').next(), Some(run.seen("GOBIN").as_str()), "GOBIN comes first on PATH");
    assert_eq!(run.seen("found"), "found\n", "a program in GOBIN answers by its bare name");

    assert_eq!(outputs["verdict"], "pass");
    assert_eq!(outputs["failed"], "0");
    let matrix: Value = serde_json::from_str(outputs["matrix"].as_str().expect("a string")).expect("JSON");
    assert_eq!(matrix["include"].as_array().map(Vec::len), Some(1), "{matrix}");

    let (files, report) = run.artifact("goenv-ci-go-0");
    assert_eq!(files, ["index.html", "junit.xml", "report.json", "report.md"]);
    assert_eq!(report["summary"]["fail"], 0);
    assert_eq!(outputs["passed"], report["summary"]["pass"].to_string());
    // The go on PATH, which the live probes ran, is listed too.
    let toolchains = report["toolchains"].as_array().expect("toolchains").iter();
    let versions: Vec<_> = toolchains.filter(|t| t["source"] == "tool-cache").map(|t| &t["version"]).collect();
    assert_eq!(versions, ["1.23.9"]);
}

#[test]
fn an_ordinary_job_judges_its_own_go_and_names_what_stops_it() {
    let Some(lab) = lab() else { return };
    let run = Run::of("live", &lab);
    assert!(run.output.status.success(), "{}", run.log());

    let arrived = run.seen_json("arrived.json");
    assert_eq!((&arrived["verdict"], &arrived["failed"]), (&"pass".into(), &"0".into()), "{arrived}");
    let (_, report) = run.artifact("arrived");
    let results = report["results"].as_array().expect("results");
    assert!(results.iter().all(|result| result["kind"] == "live" && result["go"] == "1.22.10"), "{results:?}");
    let passed = |probe: &str| results.iter().any(|r| r["probe"] == probe && r["verdict"] == "pass");
    assert!(passed("live/install-lands-in-gobin") && passed("live/build-works"), "{results:?}");

    assert_eq!(run.seen_json("stopped.json")["verdict"], "fail");
    let (_, report) = run.artifact("stopped");
    let failed = report["results"].as_array().expect("results").iter().filter(|result| result["verdict"] == "fail");
    let blamed: BTreeSet<_> = failed.map(|result| result["variable"].as_str().expect("a name")).collect();
    assert_eq!(blamed, BTreeSet::from(["GOFLAGS"]));
}

#[test]
fn a_variable_that_a_later_step_overwrites_fails_at_the_jobs_end_and_is_named() {
    let Some(lab) = lab() else { return };
    let run = Run::of("overwritten", &lab);
    assert!(!run.output.status.success(), "the job must fail\n{}", run.log());

    let reported = run.seen_json("reported.json");
    assert_eq!(reported["outcome"], "success", "`fail-on: never` only reports");
    assert_eq!(reported["outputs"]["verdict"], "fail");
    let strict = run.seen_json("strict.json");
    assert_eq!(strict["outcome"], "failure");
    assert_eq!(strict["outputs"]["verdict"], "fail");
    assert!(run.log().contains("::error"), "no annotation\n{}", run.log());

    let uploads = fs::read_dir(run.scratch.path().join("artifacts/1")).expect("artifacts").count();
    assert_eq!(uploads, 2, "`verify: false` has nothing to upload");
    for name in ["reported", "goenv-ci-go-0-end"] {
        let (_, report) = run.artifact(name);
        let results = report["results"].as_array().expect("results");
        let failed: Vec<_> = results.iter().filter(|result| result["verdict"] == "fail").collect();
        assert_eq!(failed.len(), 1, "{name}: {results:?}");
        assert_eq!(failed[0]["variable"], "GOCACHE", "{name} blames another variable");
        assert_eq!(failed[0]["probe"], "arrival/gocache-arrived", "{name}: not the probe of the caller's own folder");
    }
    assert!(run.seen("report/report.json").contains("schema_version"), "`report-dir` was not used");
}

/// A `bash` that keeps what each step adds to its job summary, which act throws away: `seen/summary`.
fn keep_summaries(scratch: &Path) {
    let seen = scratch.join("seen/summary");
    let script = format!(
        "#!/bin/bash\n/bin/bash \"$@\"\ncode=$?\ncat \"$GITHUB_STEP_SUMMARY\" >>'{}'\nexit $code\n",
        seen.display()
    );
    write_program(&scratch.join("bin/bash"), &script);
}

/// The addresses that summaries lead to.
fn links(summary: &str) -> Vec<&str> {
    summary.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().expect("a quote")).collect()
}

#[test]
fn the_summary_leads_to_a_report_that_was_uploaded_and_to_no_other() {
    let Some(lab) = lab() else { return };
    let run = Run::with("linked", &lab, keep_summaries);
    assert!(!run.output.status.success(), "the last upload fails\n{}", run.log());
    assert_eq!(run.artifacts(""), ["kept"], "{}", run.log());
    let summary = run.seen("summary");
    assert_eq!(summary.matches("\n# ").count() + usize::from(summary.starts_with("# ")), 3, "three reports\n{summary}");
    let links = links(&summary);
    assert_eq!(links.len(), 1, "{summary}\n{}", run.log());
    assert!(
        links[0].starts_with("https://github.com/") && links[0].contains("/actions/runs/1/artifacts/"),
        "{links:?}"
    );
}

/// Probe, Go version and machine of every result, sorted; a cell that is there twice is there twice.
fn cells(report: &Value) -> Vec<String> {
    let results = report["results"].as_array().expect("results").iter();
    let text = |result: &Value, key: &str| result[key].as_str().unwrap_or_default().to_owned();
    let mut cells: Vec<_> =
        results.map(|result| ["probe", "go", "runner"].map(|key| text(result, key)).join(" ")).collect();
    cells.sort();
    cells
}

fn planned_cells(shard: &Value) -> u64 {
    shard["shard"]["cells"].as_u64().expect("the cells that were planned for a shard")
}

/// The merged report holds what the shards hold, each cell once, and nobody is missing.
fn assert_merged(run: &Run, name: &str, shards: usize) -> Value {
    let parts = run.artifacts(&format!("{name}-shard-"));
    assert_eq!(parts.len(), shards, "{parts:?}\n{}", run.log());
    let (files, merged) = run.artifact(&format!("{name}-merged"));
    assert_eq!(files, ["index.html", "junit.xml", "report.json", "report.md"]);
    assert_eq!(merged["merged"]["shards"], shards);
    for problem in ["problem_count", "duplicate_count", "unrun_count"] {
        assert_eq!(merged["merged"][problem], 0, "{problem}: {}", merged["merged"]);
    }
    let parts: Vec<Value> = parts.iter().map(|part| run.artifact(part).1).collect();
    let mut of_parts: Vec<String> = parts.iter().flat_map(cells).map(|cell| cell.trim().into()).collect();
    of_parts.sort();
    // A job for each version judges the environment too, every shard a part of its own.
    let cut = parts[0]["shard"].is_object();
    let is_live = |cell: &str| cell.starts_with("live/") || cell.starts_with("shells/");
    of_parts.dedup_by(|a, b| a == b && !cut && is_live(a));
    let runner = merged["runners"][0]["name"].as_str().expect("the machine's name");
    let of_parts: Vec<String> = of_parts.iter().map(|cell| format!("{cell} {runner}")).collect();
    assert_eq!(cells(&merged), of_parts);
    let once: BTreeSet<_> = cells(&merged).into_iter().collect();
    assert_eq!(once.len(), of_parts.len(), "a cell is there twice");
    if !cut {
        return merged;
    }
    let planned = &parts[0]["shard"]["planned"];
    let count = |key: &str| planned[key].as_array().expect("a list").len() as u64;
    let sum: u64 = parts.iter().map(planned_cells).sum();
    assert_eq!(sum, count("versions") * count("probes") + count("live"), "the shards do not make up the plan");
    merged
}

#[test]
fn the_reusable_workflow_plans_a_matrix_verifies_each_shard_and_merges_the_reports() {
    let Some(lab) = lab() else { return };
    let run = Run::of("matrix", &lab);
    assert!(run.output.status.success(), "{}", run.log());

    let standard = assert_merged(&run, "goenv-ci", 2);
    let cut = assert_merged(&run, "cut", 3);
    // Two probes on three versions, and the live one on the `go` of PATH.
    assert_eq!(cells(&cut).len(), 2 * 3 + 1);
    let calls = run.seen_json("calls.json");
    for (call, merged, name) in [("versions", &standard, "goenv-ci-merged"), ("shards", &cut, "cut-merged")] {
        assert_eq!(calls[call]["result"], "success", "{call}");
        let outputs = &calls[call]["outputs"];
        assert_eq!((&outputs["verdict"], &outputs["failed"]), (&"pass".into(), &"0".into()), "{call}");
        assert_eq!(outputs["passed"], merged["summary"]["pass"].to_string(), "{call}");
        assert_eq!(outputs["artifact"], name);
    }
    // `cmd` is no shell of this system, and no other one was asked for.
    let probes: BTreeSet<_> = cells(&standard).into_iter().filter(|cell| cell.starts_with("shells/")).collect();
    assert!(!probes.is_empty(), "no shell was looked through");
    let asked = |cell: &String| cell.starts_with("shells/sh-") || cell.starts_with("shells/direct-");
    assert!(probes.iter().all(asked), "{probes:?}");
}

#[test]
fn a_shard_that_fails_is_in_the_merged_report_and_fails_the_run() {
    let Some(lab) = lab() else { return };
    let run = Run::of("failing", &lab);
    assert!(!run.output.status.success(), "the run must fail\n{}", run.log());
    let (_, merged) = run.artifact("goenv-ci-merged");
    let results = merged["results"].as_array().expect("results").iter();
    let verdicts: BTreeSet<_> = results.map(|r| (r["go"].as_str().unwrap(), r["verdict"].as_str().unwrap())).collect();
    assert_eq!(verdicts, BTreeSet::from([("1.21.13", "pass"), ("1.22.10", "fail"), ("1.23.9", "pass")]));
    assert_eq!(merged["merged"]["unrun_count"], 0);
}

#[test]
fn a_call_that_only_reports_passes_and_tells_its_caller_what_failed() {
    let Some(lab) = lab() else { return };
    let run = Run::with("only-reported", &lab, keep_summaries);
    assert!(run.output.status.success(), "{}", run.log());
    let outputs = &run.seen_json("calls.json")["goenv"]["outputs"];
    assert_eq!((&outputs["verdict"], &outputs["failed"]), (&"fail".into(), &"1".into()), "{outputs}");
    assert_eq!(run.artifact("goenv-ci-merged").1["summary"]["fail"], 1);
    let summary = run.seen("summary");
    // One for each Go version, and the merged one last.
    let shards = run.artifacts("goenv-ci-shard-").len();
    assert_eq!(links(&summary).len(), shards + 1, "{summary}");
}

/// A program that leaves its name in the scratch folder's `started`, and fails.
fn trap(scratch: &Path, relative: &str) {
    let started = scratch.join("started");
    write_program(&scratch.join(relative), &format!("#!/bin/sh\necho {relative} >>'{}'\nexit 9\n", started.display()));
}

/// A program of somebody else's in the tool cache, with a marker that says it is right.
fn plant_a_cached_binary(scratch: &Path) {
    let script = scratch.join("action/scripts/launch.sh");
    let sum = Command::new("bash").arg("-p").arg(script).arg("--source-sum").output().expect("bash").stdout;
    let sum = String::from_utf8(sum).expect("UTF-8");
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let version = env!("CARGO_PKG_VERSION");
    let dir = format!("cache/act/tool_cache/goenv-ci/{version}-{}/{arch}", sum.trim());
    trap(scratch, &format!("{dir}/goenv-ci"));
    let summed = Command::new("sha256sum").arg(scratch.join(&dir).join("goenv-ci")).output().expect("sha256sum").stdout;
    fs::write(scratch.join(format!("{dir}.complete")), &summed[..64]).expect("the marker");
    fs::set_permissions(scratch.join(dir), fs::Permissions::from_mode(0o777)).expect("the folder");
}

#[test]
fn a_build_takes_nothing_from_the_callers_checkout_or_environment() {
    let Some(lab) = lab() else { return };
    let run = Run::with("hostile", &lab, |scratch| {
        for tool in ["cargo", "rustc", "curl", "find", "sed", "sort", "sha256sum", "mktemp", "cp", "uname"] {
            trap(scratch, &format!("repository/tools/{tool}"));
        }
        let repository = scratch.join("repository");
        // Every shell of the job reads it but the one that starts the launcher, which has this variable.
        let startup =
            format!("[ -z \"$GOENV_CI_SERVER_URL\" ] || echo startup >>'{}'\n", scratch.join("started").display());
        fs::write(repository.join("startup"), startup).expect("startup");
        fs::create_dir(repository.join(".cargo")).expect("a folder");
        let config = "[build]\nrustc-wrapper = \"tools/rustc\"\ntarget = \"no-such-target\"\n";
        fs::write(repository.join(".cargo/config.toml"), config).expect("config.toml");
        plant_a_cached_binary(scratch);
        // A cargo that writes down where it runs and with what, and "builds" the binary of these tests.
        let cargo = "while [ $# -gt 1 ]; do [ \"$1\" = --target-dir ] && dir=$2; shift; done\n\
                     mkdir -p \"$dir/fallback\" && cp 'BINARY' \"$dir/fallback/goenv-ci\"\n\
                     { pwd; env; } >'SEEN/cargo'\n";
        let cargo = cargo.replace("BINARY", env!("CARGO_BIN_EXE_goenv-ci"));
        let cargo = cargo.replace("SEEN", &scratch.join("seen").display().to_string());
        write_program(&scratch.join("bin/cargo"), &format!("#!/bin/sh\n{cargo}"));
    });
    assert!(run.output.status.success(), "{}", run.log());
    let started = fs::read_to_string(run.scratch.path().join("started")).unwrap_or_default();
    assert_eq!(started, "", "{}", run.log());
    let seen = run.seen("cargo");
    assert_eq!(seen.lines().next(), Some("/"), "cargo ran elsewhere");
    assert!(!seen.contains("hostile") && !seen.contains("GITHUB_"), "{seen}");
    assert!(run.log().contains("it is replaced: ") && run.log().contains("from build: "), "{}", run.log());
    // The program is a copy of this job's own, and the next `uses:` finds what was kept.
    assert!(run.log().contains("from tool cache: "), "{}", run.log());
    assert!(run.seen("GOCACHE").ends_with("/tmp/go-cache"));
}

/// A cargo that counts its calls and "builds" what starts the binary of these tests.
fn counting_cargo(scratch: &Path) {
    let cargo = "#!/bin/sh\n\
                 echo \"$*\" >>'SEEN/cargo'\n\
                 while [ $# -gt 1 ]; do [ \"$1\" = --target-dir ] && dir=$2; shift; done\n\
                 mkdir -p \"$dir/fallback\"\n\
                 printf '#!/bin/sh\\nexec BINARY \"$@\"\\n' >\"$dir/fallback/goenv-ci\"\n\
                 chmod +x \"$dir/fallback/goenv-ci\"\n";
    let cargo = cargo.replace("BINARY", env!("CARGO_BIN_EXE_goenv-ci"));
    write_program(&scratch.join("bin/cargo"), &cargo.replace("SEEN", &scratch.join("seen").display().to_string()));
}

#[test]
fn without_a_release_each_kind_of_runner_builds_once_and_its_jobs_share_what_was_built() {
    let Some(lab) = lab() else { return };
    let run = Run::with("built", &lab, |scratch| {
        counting_cargo(scratch);
        // Nobody finds in the tool cache what another job has built.
        let tools = scratch.join("cache/act/tool_cache");
        fs::set_permissions(tools, fs::Permissions::from_mode(0o777)).expect("the tool cache");
    });
    assert!(run.output.status.success(), "{}", run.log());
    assert_eq!(run.seen("cargo").lines().count(), 2, "a call for each label\n{}\n{}", run.seen("cargo"), run.log());
    assert_eq!(run.artifacts("goenv-ci-binary-").len(), 2, "{}", run.log());
    // Three spellings, two versions, and the job that merges.
    assert_eq!(run.log().matches(" from another job: ").count(), 3 * 2 + 1, "{}", run.log());
    assert_eq!(run.seen_json("calls.json")["goenv"]["outputs"]["verdict"], "pass");
}

#[test]
fn a_call_whose_binary_or_checkout_would_lead_elsewhere_ends_before_it_is_planned() {
    let Some(lab) = lab() else { return };
    let run = Run::of("relative-binary", &lab);
    assert!(!run.output.status.success(), "{}", run.log());
    assert!(run.log().contains("Failure - Main Refuse a name"), "{}", run.log());

    let run = Run::with("failing", &lab, |scratch| {
        fs::create_dir(scratch.join("outside")).expect("a folder");
        fs::write(scratch.join("outside/file"), "kept").expect("a file");
        symlink(scratch.join("outside"), scratch.join("repository/.goenv-ci")).expect("a link");
    });
    assert!(!run.output.status.success(), "{}", run.log());
    assert!(run.log().contains("Failure - Main Refuse a link"), "{}", run.log());
    let left: Vec<_> = fs::read_dir(run.scratch.path().join("outside")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "the checkout went through the link: {left:?}");
}

#[test]
fn a_binary_on_two_lines_adds_no_output() {
    let Some(lab) = lab() else { return };
    // The file is there: its path would be the output `path` twice, and the second is what counts.
    let run = Run::of("two-lines", &lab);
    let step = run.seen_json("step.json");
    assert_eq!(step["outcome"], "failure", "{step}\n{}", run.log());
}

/// An action in its own words, as `uses:` of a workflow has it.
fn publish(scratch: &Path, workflow: &str, name: &str, action: &str) {
    let used = workflow.lines().filter_map(|line| line.split_once("uses: actions/")).map(|(_, used)| used);
    let used = used.map(|used| used.split(' ').next().expect("a reference")).find(|used| used.starts_with(name));
    let dir = scratch.join("published").join(used.expect("it is used"));
    fs::create_dir_all(&dir).expect("a folder");
    fs::write(dir.join("action.yml"), action).expect("action.yml");
}

/// Says what setup-go would find when it starts, and gives a Go of the tool cache.
const SETUP_GO: &str = r#"name: setup-go
description: Stands in for actions/setup-go
inputs: { go-version: { required: true }, cache: { required: true } }
outputs: { go-version: { value: '1.23.9' } }
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        printf '%s\n' "$GOCACHE" "$GOPATH" "$GOBIN" "${PATH%%:*}" >"$SEEN/setup-go"
        echo "$RUNNER_TOOL_CACHE/go/1.23.9/x64/bin" >>"$GITHUB_PATH"
"#;

/// Says what it would keep, and under which key.
const CACHE: &str = r#"name: cache
description: Stands in for actions/cache
inputs: { path: { required: true }, key: { required: true }, restore-keys: { required: true } }
runs:
  using: composite
  steps:
    - shell: bash
      env: { KEPT: '${{ inputs.path }}', KEY: '${{ inputs.key }}', OTHERS: '${{ inputs.restore-keys }}' }
      run: printf '%s\n' "$KEPT" "$KEY" "$OTHERS" >>"$SEEN/cache"
"#;

#[test]
fn an_exported_workflow_sets_its_directories_before_setup_go_and_caches_those() {
    let Some(lab) = lab() else { return };
    let run = Run::with("exported", &lab, |scratch| {
        let mut export = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
        export.args(["export", "github", "--runner", "ubuntu-24.04", "--gopath", "$RUNNER_TEMP/it's $x {y}"]);
        let output = export.current_dir(scratch).output().expect("goenv-ci starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut workflow = String::from_utf8(output.stdout).expect("UTF-8");
        workflow.push_str("      - run: ls \"$GOCACHE\" >\"$SEEN/built\"\n");
        publish(scratch, &workflow, "setup-go", SETUP_GO);
        publish(scratch, &workflow, "cache", CACHE);
        let repository = scratch.join("repository");
        fs::write(repository.join(".github/workflows/exported.yml"), workflow).expect("the workflow");
        fs::write(repository.join("go.mod"), "module example.com/x\n").expect("go.mod");
        fs::write(repository.join("go.sum"), "").expect("go.sum");
        fs::write(repository.join("x.go"), "package x\n").expect("x.go");
    });
    assert!(run.output.status.success(), "{}", run.log());
    let seen = run.seen("setup-go");
    let [gocache, gopath, gobin, first] = seen.lines().collect::<Vec<_>>()[..] else { panic!("{seen}") };
    assert!(gocache.ends_with("/tmp/go-cache") && gopath.ends_with("/tmp/it's $x {y}"), "{seen}");
    assert_eq!((gobin, first), (&*format!("{gopath}/bin"), gobin));
    assert!(run.seen("built").contains("README"), "Go has not built in {gocache}: {}", run.seen("built"));
    let cache = run.seen("cache");
    let [modules, modules_key, modules_others, built, built_key, built_others] = cache.lines().collect::<Vec<_>>()[..]
    else {
        panic!("{cache}")
    };
    assert_eq!((modules, built), (&*format!("{gopath}/pkg/mod"), gocache));
    for (key, others, prefix) in
        [(modules_key, modules_others, "go-mod-Linux-"), (built_key, built_others, "go-build-Linux-")]
    {
        assert!(others.starts_with(prefix), "{others}");
        let hash = key.strip_prefix(others).unwrap_or_else(|| panic!("{key} does not begin with {others}"));
        assert_eq!(hash.len(), 64, "{key}");
    }
    assert!(built_others.contains("-1.23.9-"), "{built_others}");
}

/// Lays a release out for the action in the scratch folder, as its page and its checksums have it, and serves it.
fn release(scratch: &Path) {
    let launcher = scratch.join("action/scripts/launch.sh");
    let sources = Command::new("bash").arg("-p").arg(launcher).arg("--source-sum").output().expect("bash").stdout;
    let system = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-musl" };
    let version = env!("CARGO_PKG_VERSION");
    let asset = format!("goenv-ci-{version}-{}-{system}", std::env::consts::ARCH);
    let page = scratch.join(format!("server/org/goenv-action/releases/download/v{version}"));
    fs::create_dir_all(&page).expect("a folder");
    write_program(&page.join(&asset), &format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_goenv-ci")));
    let summed = Command::new("sha256sum").arg(&asset).current_dir(&page).output().expect("sha256sum").stdout;
    let sums = format!("source {}{}", String::from_utf8_lossy(&sources), String::from_utf8_lossy(&summed));
    fs::write(scratch.join("action/scripts/checksums.txt"), sums).expect("checksums.txt");
    let server = launch::serve_files(scratch.join("server"));
    fs::write(scratch.join("server-url"), server).expect("the server's address");
}

#[test]
fn with_a_release_and_no_cargo_the_first_step_downloads_and_the_second_finds_it() {
    let Some(lab) = lab() else { return };
    let run = Run::with("released", &lab, |scratch| {
        release(scratch);
        let cargo = "#!/bin/sh\necho \"$*\" >>'SEEN/cargo'\nexit 9\n";
        write_program(&scratch.join("bin/cargo"), &cargo.replace("SEEN", &scratch.join("seen").display().to_string()));
    });
    assert!(run.output.status.success(), "{}", run.log());
    assert!(run.log().contains(" from release: ") && run.log().contains(" from tool cache: "), "{}", run.log());
    assert!(!run.scratch.path().join("seen/cargo").exists(), "a build\n{}", run.log());
    assert_eq!(run.seen_json("outputs.json")["verdict"], "pass");
}
