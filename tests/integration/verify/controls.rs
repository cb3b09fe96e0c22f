//! Every embedded probe on the real toolchains: it passes, and its control makes it fail.

use crate::support::{
    self,
    judged::{self, below, is_beyond_wine, listed, report, results, text},
    lab,
};
use goenv_ci::{
    probe::{EMBEDDED_FILES, SourceFile, load_probes},
    system::wine,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Raised on purpose only, with a measure: a cell that lists or compiles a package without imports takes 18 ms of a
/// busy core with its control, a hundred of them two seconds.
const MOST_CELLS: usize = 850;

/// The probes of which a result fails or is an error.
fn odd_probes(report: &Value) -> Vec<String> {
    let odd = results(report).iter().filter(|result| matches!(text(result, "verdict"), "fail" | "error"));
    let probes: BTreeSet<String> = odd.map(|result| text(result, "probe").to_owned()).collect();
    probes.into_iter().collect()
}

/// The exit code and the report of the default matrix, or of this part of it.
fn matrix(part: &[&str], tool_cache: &Path, home: &Path, tmp: &Path) -> (Option<i32>, Value) {
    let verified = |more: &[String]| {
        let output = support::goenv()
            .args(["verify", "--format", "json", "--quiet", "--cold"])
            .args(part)
            .args(more)
            .env("RUNNER_TOOL_CACHE", tool_cache)
            .envs(support::homes(home, tmp))
            .output()
            .unwrap();
        (output.status.code(), report(&output))
    };
    let (mut exit, mut report) = verified(&[]);
    // Wine 8 loses a program's start now and then, in one of some thousands: what is wrong with a probe is wrong again.
    for _ in 0..2 {
        let odd: Vec<String> = odd_probes(&report);
        if wine::version().is_none() || odd.is_empty() {
            break;
        }
        if odd.iter().any(|probe| probe == "toolchain/works") {
            (exit, report) = verified(&[]);
            continue;
        }
        let only: Vec<String> = odd.iter().flat_map(|probe| ["--probe".to_owned(), probe.clone()]).collect();
        let again = verified(&only);
        exit = again.0;
        let cells = report["results"].as_array_mut().unwrap();
        cells.retain(|cell| !odd.iter().any(|probe| cell["probe"] == probe.as_str()));
        let of_these = |cell: &&Value| odd.iter().any(|probe| cell["probe"] == probe.as_str());
        cells.extend(results(&again.1).iter().filter(of_these).cloned());
    }
    (exit, report)
}

/// The same with all probes on the newest Go alone, and on the others only those of GOBIN and those that need two: a third
/// of the time, where each `go` takes as long as under Wine.
fn matrix_on_one_version(tool_cache: &Path, home: &Path, tmp: &Path) -> (Option<i32>, Value) {
    let needs_two = |cell: &Value| text(cell, "reason").contains("ask for two Go versions");
    let (exit, mut report) = matrix(&["--go", "1.23"], tool_cache, home, tmp);
    let ids: BTreeSet<String> =
        results(&report).iter().filter(|cell| needs_two(cell)).map(|cell| text(cell, "probe").to_owned()).collect();
    assert!(!ids.is_empty());
    let mut part = vec!["--go", "1.21,1.22", "--probe", "GOBIN"];
    part.extend(ids.iter().flat_map(|id| ["--probe", id]));
    let others = matrix(&part, tool_cache, home, tmp);
    let cells = report["results"].as_array_mut().unwrap();
    cells.retain(|cell| !needs_two(cell));
    cells.extend(results(&others.1).iter().cloned());
    (exit.max(others.0), report)
}

#[test]
fn every_probe_passes_on_real_toolchains_its_control_fails_and_nothing_is_left_behind() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let machine = tempfile::tempdir().unwrap();
    let [home, tmp] = ["home", "tmp"].map(|name| machine.path().join(name));
    for dir in [&home, &tmp] {
        fs::create_dir(dir).unwrap();
    }
    let (exit, report) = if wine::version().is_none() || lab::is_thorough() {
        matrix(&[], &tool_cache, &home, &tmp)
    } else {
        matrix_on_one_version(&tool_cache, &home, &tmp)
    };
    let odd = listed(&report, "fail") + &listed(&report, "error");
    assert!(odd.is_empty(), "{odd}");
    assert_eq!(exit, Some(0));

    for result in results(&report) {
        let probe = text(result, "probe");
        match text(result, "verdict") {
            "pass" => assert!(!text(result, "control").is_empty(), "{probe} passes without a control"),
            "skip" if is_beyond_wine(result) => {}
            // Nothing was applied here, so there is nothing that could have arrived.
            "skip" => assert!(
                text(result, "reason").contains("apply") && text(result, "kind") == "live",
                "{probe} is skipped: {}",
                text(result, "reason")
            ),
            other => panic!("{probe}: {other}"),
        }
    }

    let contract = results(&report).iter().filter(|result| text(result, "kind") == "contract");
    let mut probes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for result in contract {
        probes.entry(text(result, "variable")).or_default().insert(text(result, "probe"));
    }
    let count: usize = probes.values().map(BTreeSet::len).sum();
    assert!(count >= 60, "{count} contract probes");
    for variable in ["GOCACHE", "GOPATH", "GOBIN"] {
        assert!(probes[variable].len() >= 8, "{variable} has {} probes", probes[variable].len());
    }
    for variable in ["GOMODCACHE", "GOROOT", "GOENV", "GOFLAGS", "GOWORK", "GOTOOLCHAIN", "GOPROXY", "GOTMPDIR", "PATH"]
        .into_iter()
        .chain(["GOOS", "GOARCH", "GOAMD64", "GOARM64", "CGO_ENABLED", "CC", "GOEXPERIMENT", "GODEBUG"])
    {
        assert!(probes.contains_key(variable), "{variable} has no probe");
    }
    let versions: BTreeSet<&str> = results(&report).iter().map(|result| text(result, "go")).collect();
    assert_eq!(versions.len(), 3, "{versions:?}");
    // How many shells there are is the machine's affair.
    let of_the_matrix = |result: &&serde_json::Value| !text(result, "probe").starts_with("shells/");
    let cells = results(&report).iter().filter(of_the_matrix).count();
    assert!(cells <= MOST_CELLS, "{cells} cells: the default matrix has become too large");

    for dir in [&home, &tmp] {
        assert_eq!(below(dir), Vec::<std::path::PathBuf>::new(), "left behind");
    }
}

#[test]
fn the_live_probes_pass_in_an_environment_with_the_plan_laid_over_it() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let runner = support::Runner::new();
    let output = runner
        .goenv()
        .args(["verify", "--overlay", "--probe", "live/", "--format", "json", "--quiet"])
        .env("RUNNER_TOOL_CACHE", &tool_cache)
        .output()
        .unwrap();
    let report = report(&output);
    let odd = ["fail", "error", "skip"].map(|verdict| listed(&report, verdict)).concat();
    assert!(odd.is_empty() && !results(&report).is_empty(), "{odd}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_probe_beyond_wine_is_skipped_there_with_its_reason_and_judged_elsewhere() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let runner = support::Runner::new();
    let probe = "- id: a\n  variable: PATH\n  why: go runs\n  wine: it is a test\n  steps: [{ run: [go, version] }]\n  \
        expect: [{ stdout_contains: \"go version ${GOVERSION}\" }]\n  control: { run: [go, env, GOOS] }\n";
    fs::write(runner.path("home").join("own.yml"), probe).unwrap();
    let output = runner
        .goenv()
        .args(["verify", "--go", "1.23", "--format", "json", "--matrix", &runner.text("home")])
        .env("RUNNER_TOOL_CACHE", &tool_cache)
        .output()
        .unwrap();
    let report = report(&output);
    let [result] = results(&report) else { panic!("{report:#}") };
    match wine::version() {
        Some(version) => {
            let reason = format!("Wine {version} cannot judge it: it is a test");
            assert_eq!((text(result, "verdict"), text(result, "reason")), ("skip", reason.as_str()));
        }
        None => assert_eq!(text(result, "verdict"), "pass"),
    }
}

#[test]
fn what_wine_cannot_judge_is_listed_in_the_documentation() {
    let documented = include_str!("../../../docs/windows.md");
    for probe in load_probes(&SourceFile::embedded(EMBEDDED_FILES)).unwrap() {
        let Some(why) = probe.wine else { continue };
        let row = documented.lines().find(|line| line.contains(&format!("`{}`", probe.id)));
        assert!(row.is_some_and(|row| row.contains(&why)), "docs/windows.md lacks `{}`: {why}", probe.id);
    }
}

#[test]
fn what_a_probe_removes_is_sought_from_its_work_folder() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let machine = tempfile::tempdir().unwrap();
    let probe = "- id: a\n  variable: GOBIN\n  why: because\n  env: { GOBIN: '${SCRATCH}/bin' }\n  steps:\n    - run: [go, env, GOBIN]\n  expect:\n    - stdout_is: '${SCRATCH}/bin'\n  control: { unset: GOBIN }\n  remove: [precious]\n";
    for (dir, file, content) in [("probes", "mine.yml", probe), ("here", "precious", "kept")] {
        fs::create_dir(machine.path().join(dir)).unwrap();
        fs::write(machine.path().join(dir).join(file), content).unwrap();
    }
    support::goenv()
        .args(["verify", "--go", "1.23", "--quiet", "--matrix"])
        .arg(machine.path().join("probes"))
        .current_dir(machine.path().join("here"))
        .env("RUNNER_TOOL_CACHE", &tool_cache)
        .envs([("TMPDIR", machine.path()), ("TMP", machine.path()), ("TEMP", machine.path())])
        .assert()
        .success();
    assert_eq!(fs::read_to_string(machine.path().join("here/precious")).unwrap(), "kept");
}

/// Go 1.23 and newer count in the user's configuration folder.
#[test]
fn a_live_probe_leaves_nothing_but_gos_lock_in_the_home_folder() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let machine = tempfile::tempdir().unwrap();
    let [home, tmp, work] = ["home", "tmp", "work"].map(|name| machine.path().join(name));
    for dir in [&home, &tmp, &work.join("app")] {
        fs::create_dir_all(dir).unwrap();
    }
    support::goenv()
        .args(["verify", "--go", "1.23", "--quiet", "--overlay", "--probe", "arrived", "--probe", "live/download"])
        .current_dir(work.join("app"))
        .env("RUNNER_TOOL_CACHE", &tool_cache)
        .envs([("HOME", &home), ("USERPROFILE", &home), ("LOCALAPPDATA", &home), ("APPDATA", &home)])
        .envs([("TMPDIR", &tmp), ("TMP", &tmp), ("TEMP", &tmp)])
        .assert()
        .success();
    // Without a runner GOPATH is in the home folder, and Go locks its module cache.
    let left: Vec<_> = below(&home).into_iter().filter(|path| path.is_file()).collect();
    assert!(left.iter().all(|path| path.ends_with("pkg/mod/cache/lock")), "{left:?}");
}

#[test]
fn a_go_root_may_be_given_from_the_current_folder() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let tmp = tempfile::tempdir().unwrap();
    let goroot = judged::goroot(&tool_cache, "1.23");
    support::goenv()
        .args(["verify", "--go", "1.23", "--quiet", "--probe", "gocache/off", "--go-root"])
        .arg(goroot.file_name().unwrap())
        .current_dir(goroot.parent().unwrap())
        .envs([("TMPDIR", tmp.path()), ("TMP", tmp.path()), ("TEMP", tmp.path())])
        .assert()
        .success();
}
