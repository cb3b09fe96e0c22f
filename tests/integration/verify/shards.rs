//! Shards: every cell in one of them, whatever their number; the matrix that makes the jobs; and a
//! report for each that a merge finds to be whole.

use crate::support::{goenv, homes, judged, system_path};
use goenv_ci::{
    goenv::version::{GoRequest, GoVersion},
    plan::shard::{CellList, ShardCells, cut},
};
use predicates::str::contains;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

#[test]
fn each_cell_is_in_one_shard_whatever_their_number() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..400 {
        let names = |prefix: &str, count: usize| (0..count).map(|at| format!("{prefix}/{at}")).collect::<Vec<_>>();
        let versions: Vec<GoRequest> =
            (0..1 + numbers.below(6)).map(|at| format!("1.{}", 21 + at).parse().unwrap()).collect();
        let list = CellList {
            versions: versions.iter().map(ToString::to_string).collect(),
            probes: names("contract", numbers.below(40)),
            live: names("live", numbers.below(20)),
        };
        let most = 1 + numbers.below(3_000);
        let costs: Vec<u64> = (0..list.len()).map(|_| numbers.below(most) as u64).collect();
        let total = 1 + numbers.below(60);
        let parts: Vec<ShardCells> =
            cut(&costs, total).into_iter().map(|range| ShardCells::new(&list, &versions, range)).collect();
        assert_eq!(parts.len(), total);
        for request in &versions {
            let version: GoVersion = format!("{request}.7").parse().unwrap();
            for probe in &list.probes {
                let held: Vec<&ShardCells> = parts.iter().filter(|part| part.holds(probe, &version)).collect();
                assert_eq!(held.len(), 1, "{probe} on {version} of {total} shards");
                assert!(held[0].needs(0).contains(request), "the shard knows that it needs {request}");
                let absent = parts.iter().filter(|part| part.holds_request(probe, &request.to_string())).count();
                assert_eq!(absent, 1, "{probe} on {request}, which is nowhere");
            }
        }
        for id in &list.live {
            assert_eq!(parts.iter().filter(|part| part.holds_live(id)).count(), 1, "{id} of {total} shards");
        }
    }
}

#[test]
fn a_toolchain_that_answers_two_requests_is_judged_once() {
    let versions: Vec<GoRequest> = ["1.21.5", "1.21"].iter().map(|text| text.parse().unwrap()).collect();
    let list = CellList {
        versions: versions.iter().map(ToString::to_string).collect(),
        probes: vec!["a/b".to_owned()],
        live: Vec::new(),
    };
    let parts: Vec<ShardCells> =
        cut(&[1, 1], 2).into_iter().map(|range| ShardCells::new(&list, &versions, range)).collect();
    for version in ["1.21.5", "1.21.13"] {
        let version = version.parse().unwrap();
        assert_eq!(parts.iter().filter(|part| part.holds("a/b", &version)).count(), 1, "{version}");
    }
}

fn matrix(variables: &[(&str, &str)], args: &[&str]) -> Vec<Value> {
    let mut command = goenv();
    command.arg("plan").args(["--format", "github-matrix"]).args(args).envs(variables.iter().copied());
    let output = command.assert().success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    assert_eq!(text.matches('\n').count(), 1, "one line for GITHUB_OUTPUT");
    assert!(text.encode_utf16().count() * 2 <= 1024 * 1024, "a job's outputs hold 1 MiB in UTF-16");
    let mut value: Value = serde_json::from_str(&text).unwrap();
    serde_json::from_value(value["include"].take()).unwrap()
}

#[test]
fn the_matrix_of_shards_names_each_job() {
    let variables = [
        ("GOENV_CI_RUNNER", "windows-2022, my-own-label"),
        ("GOENV_CI_SHARDS", "3"),
        ("GOENV_CI_GO_VERSIONS", "1.22,1.23"),
        ("GOENV_CI_MATRIX", ""),
    ];
    let entries = matrix(&variables, &[]);
    let of = |key: &str| entries.iter().map(|entry| entry[key].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("os")[2..4], ["windows-2022", "my-own-label"]);
    assert_eq!(of("shard"), ["1/3", "2/3", "3/3", "1/3", "2/3", "3/3"]);
    assert_eq!(BTreeSet::from_iter(of("name")).len(), 6, "{:?}", of("name"));
    assert!(of("go").iter().all(|go| *go == "1.22,1.23"), "a shard is cut from the cells of all versions");
}

#[test]
fn a_matrix_that_a_run_would_refuse_is_cut_into_shards() {
    let versions: Vec<String> = (0..300).map(|patch| format!("1.22.{patch}")).collect();
    let entries = matrix(&[("GOENV_CI_RUNNER", "windows-2022,ubuntu-24.04,macos-15")], &["--go", &versions.join(",")]);
    assert!(entries.len() <= 256, "{}", entries.len());
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in &entries {
        of.entry(entry["os"].as_str().unwrap()).or_default().push(entry["shard"].as_str().unwrap());
    }
    assert_eq!(of.len(), 3, "no runner is lost");
    for shards in of.values() {
        let wanted: Vec<String> = (1..=shards.len()).map(|index| format!("{index}/{}", shards.len())).collect();
        assert_eq!(*shards, wanted);
    }
}

#[test]
fn a_plan_for_a_person_counts_the_shards_in_numbers_that_agree() {
    let plan = |args: &[&str]| goenv().args(["plan", "--repository", "org/app"]).args(args).assert().success();
    plan(&["--shards", "2"]).stdout(contains("jobs    2: 2 shards, with all versions"));
    plan(&["--shards", "9", "--runner", "windows-2022,ubuntu-24.04"])
        .stdout(contains("jobs     18: 9 shards for each runner, with all versions"));
}

#[test]
fn more_jobs_than_a_run_takes_are_refused() {
    let mut command = goenv();
    command.args(["plan", "--format", "github-matrix", "--runner", "a,b", "--shards", "129"]);
    command.assert().code(2).stdout("").stderr(contains("258 jobs")).stderr(contains("--shards"));
    goenv().args(["plan", "--shards", "0"]).assert().code(2).stderr(contains("from 1 to 10000"));
    goenv().args(["verify", "--shard", "3/2"]).assert().code(2).stderr(contains("3/16"));
}

/// Three probes on each version, and one of the environment; no toolchain is needed to name their cells.
const PROBES: &str = r#"
- id: gocache-is-printed
  variable: GOCACHE
  why: go env prints the GOCACHE of the environment
  env: { GOCACHE: "${SCRATCH}/cache" }
  steps: [{ run: [go, env, GOCACHE] }]
  expect: [{ stdout_path: "${SCRATCH}/cache" }]
  control: { unset: GOCACHE }
- id: gobin-is-printed
  variable: GOBIN
  why: go env prints the GOBIN of the environment
  env: { GOBIN: "${SCRATCH}/bin" }
  steps: [{ run: [go, env, GOBIN] }]
  expect: [{ stdout_path: "${SCRATCH}/bin" }]
  control: { unset: GOBIN }
- id: gopath-is-printed
  variable: GOPATH
  why: go env prints the GOPATH of the environment
  env: { GOPATH: "${SCRATCH}/path" }
  steps: [{ run: [go, env, GOPATH] }]
  expect: [{ stdout_path: "${SCRATCH}/path" }]
  control: { unset: GOPATH }
- id: gocache-arrived
  kind: live
  variable: GOCACHE
  why: the environment of this step holds the GOCACHE that apply wrote
  expect: [{ env_path: { GOCACHE: "${GOCACHE}" } }]
  control: { unset: GOCACHE }
"#;

fn verify(dir: &Path, args: &[&str]) -> assert_cmd::Command {
    fs::create_dir_all(dir.join("probes")).unwrap();
    fs::write(dir.join("probes/mine.yml"), PROBES).unwrap();
    let mut command = goenv();
    command.current_dir(dir).env("PATH", system_path()).envs(homes(dir, dir));
    command.args(["verify", "--matrix", "probes", "--allow-missing", "--quiet"]).args(args);
    command
}

/// Probe, Go version and verdict of each result; one that is there twice is there twice.
fn cells(report: &Path) -> Vec<(String, String, String)> {
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    let all = judged::results(&report).iter();
    let mut cells: Vec<_> = all
        .map(|result| ["probe", "go", "verdict"].map(|key| judged::text(result, key).to_owned()))
        .map(|[probe, go, verdict]| (probe, go, verdict))
        .collect();
    cells.sort();
    cells
}

#[test]
fn the_reports_of_all_shards_merge_to_the_report_of_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    verify(dir.path(), &["--go", "1.21,1.22", "--report", "whole"]).assert().code(0);
    let whole = cells(&at("whole/report.json"));
    assert_eq!(whole.len(), 3 * 2 + 1);
    for total in [1, 2, 3, 7, 9] {
        for index in 1..=total {
            let shard = format!("{index}/{total}");
            let mut command = verify(dir.path(), &["--go", "1.21,1.22", "--report", &format!("of-{total}/{index}")]);
            command.env("GOENV_CI_SHARD", shard).assert().code(0);
        }
        let mut merge = goenv();
        merge.current_dir(dir.path()).args([
            "report",
            "merge",
            &format!("of-{total}"),
            "--out",
            &format!("merged-{total}"),
        ]);
        merge.assert().code(0);
        let merged = at(&format!("merged-{total}/report.json"));
        assert_eq!(cells(&merged), whole, "{total} shards");
        let merged: Value = serde_json::from_slice(&fs::read(merged).unwrap()).unwrap();
        for problem in ["problem_count", "duplicate_count", "unrun_count"] {
            assert_eq!(merged["merged"][problem], 0, "{problem} of {total} shards: {}", merged["merged"]);
        }
    }
}

#[test]
fn a_shard_judges_its_part_on_real_toolchains() {
    let Some(cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = verify(dir.path(), args);
        command.env("RUNNER_TOOL_CACHE", &cache).args(["--go", "1.21,1.22,1.23", "--probe", "mine/g"]);
        command.assert().code(0);
    };
    run(&["--report", "whole"]);
    run(&["--report", "parts/1", "--shard", "1/2"]);
    run(&["--report", "parts/2", "--shard", "2/2"]);
    let mut parts = [1, 2].map(|part| cells(&dir.path().join(format!("parts/{part}/report.json"))));
    assert!(parts.iter().all(|part| part.len() >= 4), "even parts: {parts:?}");
    let mut both = std::mem::take(&mut parts[0]);
    both.append(&mut parts[1]);
    both.sort();
    assert_eq!(both, cells(&dir.path().join("whole/report.json")));
    assert!(both.iter().filter(|(_, _, verdict)| verdict == "pass").count() >= 9, "{both:?}");
}

#[test]
fn recorded_durations_decide_where_the_cut_is() {
    let dir = tempfile::tempdir().unwrap();
    // The first version's cells take as long as all others together.
    let result = |probe: &str, go: &str, ms: u64| serde_json::json!({ "probe": format!("mine/{probe}"), "variable": "GOBIN", "go": go, "verdict": "pass", "duration_ms": ms });
    let of = |go: &str, ms: u64| {
        ["gocache-is-printed", "gobin-is-printed", "gopath-is-printed"].map(|probe| result(probe, go, ms))
    };
    let results: Vec<Value> = [of("1.21.13", 2_000), of("1.22.10", 1_000), of("1.23.9", 1_000)].concat();
    let report = serde_json::json!({
        "schema_version": 1, "tool": { "name": "goenv-ci", "version": "1.0.0" },
        "runner": { "os": "Linux", "arch": "X64" }, "results": results,
    });
    fs::write(dir.path().join("before.json"), report.to_string()).unwrap();
    let count = |durations: &[&str], shard: &str| {
        let mut command = verify(
            dir.path(),
            &["--go", "1.21,1.22,1.23", "--report", "out", "--shard", shard, "--probe", "is-printed"],
        );
        command.args(durations).assert().code(0);
        cells(&dir.path().join("out/report.json")).len()
    };
    assert_eq!(["1/2", "2/2"].map(|shard| count(&["--durations", "before.json"], shard)), [3, 6]);
    let by_count = ["1/2", "2/2"].map(|shard| count(&[], shard));
    assert!(by_count == [4, 5] || by_count == [5, 4], "{by_count:?}");
    fs::write(dir.path().join("before.json"), "{").unwrap();
    let mut broken = verify(dir.path(), &["--shard", "1/2", "--durations", "before.json"]);
    broken.assert().code(2).stderr(contains("before.json")).stderr(contains("durations"));
}
