//! `lint --explain-cache`: what each cache looks for, and who finds what it stores.

use crate::support::{self, assert_file, goenv};
use goenv_ci::lint::forecast::CacheForecast;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// SHA-256 of `/home/runner/go/pkg/mod|/home/runner/.cache/go-build|zstd-without-long|1.0`.
const DEFAULT_VERSION: &str = "1cb9802e5b5c597f946446bf4b3344ff6eb214d674e7138050afa0c8b9619604";

/// The hash of the go.mod below, as hashFiles makes it: SHA-256 of its SHA-256.
const MODULE_HASH: &str = "b8490bec313af0c31fc358aa0dd65748665909cd7dca42d143c6e86048767a38";

fn forecast(workflows: &[(&str, &str)]) -> Vec<Value> {
    let dir = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (name, text) in workflows {
        write(&format!(".github/workflows/{name}"), text);
    }
    write("go.mod", "module example.com/m\n\ngo 1.24\n");
    write("go.sum", "");
    let output =
        goenv().current_dir(dir.path()).args(["lint", "--explain-cache", "--format", "json"]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    support::fits(&CacheForecast::schema().unwrap(), &json);
    json["caches"].as_array().unwrap().clone()
}

/// Its action, its state, and who finds its entries.
fn told(cache: &Value) -> String {
    let text = |name: &str| cache[name].as_str().unwrap_or("-").to_owned();
    let hits = ["next_run", "next_pull_request", "other_branch"].map(|name| cache[name]["hit"].as_str().unwrap());
    format!("{}: {}, {}", text("action"), text("state"), hits.join(" "))
}

fn job(on: &str, runs_on: &str, steps: &str) -> String {
    format!("on: {on}\njobs:\n  test:\n    runs-on: {runs_on}\n    steps:\n{steps}")
}

const CHECKOUT: &str = "      - uses: actions/checkout@v5\n";
const SETUP: &str = "      - uses: actions/setup-go@v6.5.0\n        with:\n          go-version: 1.24.1\n";
const PUSHES: &str = "[push, pull_request]";

fn one(workflow: &str) -> Value {
    let all = forecast(&[("ci.yml", workflow)]);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

#[test]
fn a_cache_that_lives_has_its_paths_its_key_and_its_version() {
    let cache = one(&job(PUSHES, "ubuntu-24.04", &format!("{CHECKOUT}{SETUP}      - run: go test ./...\n")));
    assert_eq!(told(&cache), "setup-go v6.5.0: works, yes yes yes");
    assert_eq!(cache["key"], format!("setup-go-Linux-x64-ubuntu24-go-1.24.1-{MODULE_HASH}"));
    assert_eq!(cache["restored"], serde_json::json!(["/home/runner/go/pkg/mod", "/home/runner/.cache/go-build"]));
    assert_eq!((&cache["version"], &cache["saved_version"]), (&DEFAULT_VERSION.into(), &DEFAULT_VERSION.into()));
    assert_eq!(cache["location"]["line"], 7);
}

#[test]
fn what_is_not_known_of_a_key_is_named_in_it() {
    let setup = "      - uses: actions/setup-go@v6.5.0\n        with:\n          go-version: stable\n";
    let cache = one(&job(PUSHES, "windows-2025", &format!("{CHECKOUT}{setup}")));
    assert_eq!(cache["key"], "setup-go-Windows-x64-go-{Go version}-{hash of files}");
    let setup = format!("{setup}        env:\n          GOCACHE: ${{{{ github.workspace }}}}/objects\n");
    let cache = one(&job(PUSHES, "ubuntu-24.04", &format!("{CHECKOUT}{setup}")));
    assert_eq!(cache["restored"][1], "{github.workspace}/objects");
    assert_eq!(cache["version"], Value::Null, "the repository's name is in the path");
}

#[test]
fn a_dead_cache_says_what_it_died_of() {
    let of = |steps: &str| {
        let cache = one(&job(PUSHES, "ubuntu-24.04", steps));
        format!("{}; {}", told(&cache), cache["reason"].as_str().unwrap())
    };
    let old = SETUP.replace("v6.5.0", "v5.0.2");
    let elsewhere = format!("{CHECKOUT}        with: {{path: app}}\n");
    for (steps, want) in [
        (
            format!("{SETUP}{CHECKOUT}"),
            "setup-go v6.5.0: dead, no no no; no step before it brings the files that its key is made from",
        ),
        (
            format!("{elsewhere}{SETUP}"),
            "setup-go v6.5.0: dead, no no no; `go.mod` is not there, from which its key is made",
        ),
        (
            format!("{CHECKOUT}{old}"),
            "setup-go v5.0.2: dead, no no no; its release speaks a protocol that GitHub has switched off",
        ),
        (format!("{CHECKOUT}{SETUP}          cache: false\n"), "setup-go v6.5.0: off, no no no; its cache is off"),
    ] {
        assert_eq!(of(&steps), want, "{steps}");
    }
}

#[test]
fn a_moved_cache_stores_another_version_than_it_looks_for() {
    let mover = "      - run: echo GOMODCACHE=/tmp/mods >> $GITHUB_ENV\n";
    let cache = one(&job(PUSHES, "ubuntu-24.04", &format!("{CHECKOUT}{SETUP}{mover}")));
    assert_eq!(told(&cache), "setup-go v6.5.0: moved, no no no");
    assert_eq!(cache["version"], DEFAULT_VERSION);
    assert_eq!(cache["saved"][0], "/tmp/mods");
    // SHA-256 of `/tmp/mods|/home/runner/.cache/go-build|zstd-without-long|1.0`.
    assert_eq!(cache["saved_version"], "c6a666aaa0b7fc9481fd5b73198726937a613af5391ce7b8ec5f0bd11d6574f2");
}

#[test]
fn who_finds_an_entry_depends_on_the_refs_that_a_job_runs_for() {
    let steps = format!("{CHECKOUT}{SETUP}");
    for (on, want) in [
        ("pull_request", "yes no not-run"),
        ("{push: {tags: ['v*']}}", "yes not-run not-run"),
        ("push", "yes not-run yes"),
        ("{push: {branches: [main]}, pull_request: {}}", "yes yes yes"),
        ("{push: {branches: [release/*]}, pull_request: {}}", "yes unknown unknown"),
        ("pull_request_target", "yes yes not-run"),
        ("workflow_call", "unknown unknown unknown"),
    ] {
        let cache = one(&job(on, "ubuntu-24.04", &steps));
        assert_eq!(told(&cache), format!("setup-go v6.5.0: works, {want}"), "{on}");
    }
    let [pull, push] = ["pull_request", "push"].map(|on| job(on, "ubuntu-24.04", &steps));
    let both = forecast(&[("a.yml", &pull), ("b.yml", &push)]);
    assert_eq!(told(&both[0]), "setup-go v6.5.0: works, yes unknown not-run", "the other may have the same key");
}

#[test]
fn what_the_job_lets_a_cache_do_decides() {
    let steps = format!("{CHECKOUT}{SETUP}{}", own("", "~/go/pkg/mod", "mods-${{ hashFiles('go.mod') }}"));
    for (mode, setup_go, cache) in [
        ("none", "off, no no no", "off, no no no"),
        ("read", "works, unknown unknown unknown", "works, unknown unknown unknown"),
        ("write", "works, yes yes yes", "works, yes yes yes"),
        ("write-only", "unknown, unknown unknown unknown", "works, not-run not-run not-run"),
        ("${{ vars.MODE }}", "unknown, unknown unknown unknown", "unknown, unknown unknown unknown"),
    ] {
        let all = forecast(&[("ci.yml", &job(PUSHES, &format!("ubuntu-24.04\n    cache-mode: {mode}"), &steps))]);
        let want = [format!("setup-go v6.5.0: {setup_go}"), format!("actions/cache v4.3.0: {cache}")];
        assert_eq!(all.iter().map(told).collect::<Vec<_>>(), want, "{mode}");
        let saves = mode.starts_with("write");
        assert_eq!(all[1]["saved"].is_array(), saves || mode.starts_with('$'), "{mode}");
    }
}

#[test]
fn a_machine_that_nobody_knows_is_unknown() {
    let steps = format!("{CHECKOUT}{SETUP}");
    let container = job(PUSHES, "ubuntu-24.04\n    container: golang:1.24", &steps);
    for (workflow, want) in [
        (job(PUSHES, "self-hosted", &steps), "its runner is not one of GitHub's own"),
        (job(PUSHES, "${{ vars.RUNNER }}", &steps), "its runner is not one of GitHub's own"),
        (container, "it runs in a container, whose directories are not known"),
    ] {
        let cache = one(&workflow);
        assert_eq!(told(&cache), "setup-go v6.5.0: unknown, unknown unknown unknown");
        assert_eq!((&cache["reason"], &cache["version"], &cache["key"]), (&want.into(), &Value::Null, &Value::Null));
    }
}

fn own(part: &str, path: &str, key: &str) -> String {
    format!("      - uses: actions/cache{part}@v4.3.0\n        with:\n          path: {path}\n          key: {key}\n")
}

#[test]
fn steps_of_actions_cache_are_told_by_the_key_that_they_share() {
    let (modules, key) = ("~/go/pkg/mod", "mods-${{ hashFiles('go.mod') }}");
    let of = |steps: &[String]| {
        let steps = format!("{CHECKOUT}{}", steps.concat());
        forecast(&[("ci.yml", &job(PUSHES, "ubuntu-24.04", &steps))])
    };
    let pair = of(&[own("/restore", modules, key), own("/save", modules, key)]);
    assert_eq!(told(&pair[0]), "actions/cache/restore v4.3.0: works, yes yes yes");
    assert_eq!(told(&pair[1]), "actions/cache/save v4.3.0: works, not-run not-run not-run");
    assert_eq!(pair[0]["key"], format!("mods-{MODULE_HASH}"));
    // SHA-256 of `~/go/pkg/mod|zstd-without-long|1.0`.
    let version = "2a8d0f2be1a88abb057cd9fcea9832bd16e7ab71798dbf93cd890eb9add83cf6";
    assert_eq!((&pair[0]["version"], &pair[1]["saved_version"]), (&version.into(), &version.into()));
    let split = of(&[own("/restore", modules, key), own("/save", "/home/runner/go/pkg/mod", key)]);
    assert_eq!(told(&split[0]), "actions/cache/restore v4.3.0: works, no no no");
    let alone = of(&[own("/restore", modules, key)]);
    assert_eq!(told(&alone[0]), "actions/cache/restore v4.3.0: works, unknown unknown unknown");
    let asks = of(&[own("/restore", modules, key) + "          lookup-only: true\n"]);
    assert_eq!(told(&asks[0]), "actions/cache/restore v4.3.0: works, not-run not-run not-run");
    let each_run = of(&[own("", modules, "mods-${{ github.run_id }}")]);
    assert_eq!(told(&each_run[0]), "actions/cache v4.3.0: works, no no no");
    let prefix = of(&[own("", modules, "mods-${{ github.sha }}") + "          restore-keys: mods-\n"]);
    assert_eq!(told(&prefix[0]), "actions/cache v4.3.0: works, unknown unknown unknown");
    assert!(of(&[own("", "~/.npm", key)]).is_empty(), "nothing of Go's");
}

#[test]
fn a_person_reads_the_same() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join(".github/workflows/ci.yml");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, job("pull_request", "ubuntu-24.04", &format!("{CHECKOUT}{SETUP}"))).unwrap();
    fs::write(dir.path().join("go.mod"), "module example.com/m\n\ngo 1.24\n").unwrap();
    let output = goenv().current_dir(dir.path()).args(["lint", "--explain-cache"]).output().unwrap();
    assert_file("tests/integration/snapshots/lint/explain-cache.txt", &String::from_utf8(output.stdout).unwrap());
}

#[test]
fn the_schema_is_the_published_one() {
    assert_file("docs/schema/lint-caches.schema.json", &CacheForecast::schema().unwrap());
}
