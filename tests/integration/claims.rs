//! `claims` on real toolchains: every embedded claim has its verdict, a lying go turns one round, and
//! claims of one's own are judged too, and the lines to repeat one show the same.

#[cfg(unix)]
use crate::support::toolchain;
use crate::support::{self, assert_file, assert_snapshot, goenv, judged, lab};
use goenv_ci::system::wine;
use serde_json::Value;
use std::{fs, path::Path, process::Output};

const OWN: &str = "- id: go-prints-its-version\n  statement: go version says which Go it is\n  cases:\n    - steps: [{ run: [go, version] }]\n      expect: [{ stdout_contains: \"${GOVERSION}\" }]\n      control: { run: [go, env, GOOS] }\n";

fn run(cache: &Path, args: &[&str]) -> Output {
    let machine = tempfile::tempdir().unwrap();
    let [home, tmp] = ["home", "tmp"].map(|name| machine.path().join(name));
    for dir in [&home, &tmp] {
        fs::create_dir(dir).unwrap();
    }
    let output = support::goenv()
        .args(["claims", "--quiet"])
        .args(args)
        .env("RUNNER_TOOL_CACHE", cache)
        .envs(support::homes(&home, &tmp))
        .output()
        .unwrap();
    for dir in [&home, &tmp] {
        assert_eq!(judged::below(dir), Vec::<std::path::PathBuf>::new(), "left behind");
    }
    output
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Id and the verdict of each version.
fn table(claims: &Value) -> Vec<(String, Vec<(String, String)>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |claim: &Value| {
        let verdicts = claim["verdicts"].as_array().unwrap().iter();
        (text(&claim["id"]), verdicts.map(|v| (text(&v["go"]), text(&v["verdict"]))).collect())
    };
    claims["claims"].as_array().unwrap().iter().map(row).collect()
}

fn minor(version: &str) -> &str {
    version.rsplit_once('.').unwrap().0
}

#[test]
fn every_embedded_claim_has_its_verdict_on_three_versions() {
    let Some(cache) = judged::tool_cache() else { return };
    let report = tempfile::tempdir().unwrap();
    let system = if wine::version().is_some() { "wine" } else { std::env::consts::OS };
    // Some claims are about two versions.
    let versions = if system == "wine" && !lab::is_thorough() { "1.22,1.23" } else { "1.21,1.22,1.23" };
    let directory = report.path().to_str().unwrap();
    let output = run(&cache, &["--go", versions, "--format", "json", "--report", directory]);
    let claims = json(&output);
    let rows = table(&claims);
    let lines: String = rows
        .iter()
        .map(|(id, verdicts)| {
            assert_eq!(verdicts.len(), versions.split(',').count(), "{id}");
            let verdicts = verdicts.iter().map(|(go, verdict)| format!("  {}: {verdict}", minor(go)));
            format!("{id}\n{}\n", verdicts.collect::<Vec<_>>().join("\n"))
        })
        .collect();
    let snapshot = format!("claims/{system}.txt");
    if versions.contains("1.21") {
        assert_snapshot(&snapshot, &lines);
    } else {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/snapshots");
        let accepted = fs::read_to_string(dir.join(&snapshot)).unwrap();
        let is_meant = |line: &&str| !line.starts_with("  1.21: ");
        assert_eq!(lines.lines().collect::<Vec<_>>(), accepted.lines().filter(is_meant).collect::<Vec<_>>());
    }
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    for verdict in claims["claims"].as_array().unwrap().iter().flat_map(|c| c["verdicts"].as_array().unwrap()) {
        let text = |key: &str| verdict[key].as_str().unwrap();
        assert!(!text("reason").is_empty());
        assert!(!text("reason").contains("went wrong"), "{}", text("reason"));
        if text("verdict") != "untestable" {
            assert!(text("command").contains("go") && !text("observed").is_empty(), "{verdict:#}");
        }
    }
    let written = fs::read(report.path().join("claims.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), claims);
    for (file, begins) in [("claims.md", "# ❌ "), ("claims.html", "<!doctype html>")] {
        let text = fs::read_to_string(report.path().join(file)).unwrap();
        assert!(text.starts_with(begins) && text.contains("goroot-from-registry"), "{file}");
    }
    if system == "linux" {
        documented(&rows);
    }
}

/// docs/claims.md holds the verdicts of this machine and of Wine, as accepted.
fn documented(rows: &[(String, Vec<(String, String)>)]) {
    const HEAD: &str = "| claim | what is said | Linux | Windows, under Wine |\n| --- | --- | --- | --- |\n";
    let list = goenv().args(["claims", "--list", "--format", "json"]).output().unwrap().stdout;
    let list: Value = serde_json::from_slice(&list).unwrap();
    let statement = |id: &str| {
        let mut all = list["claims"].as_array().unwrap().iter();
        all.find(|claim| claim["id"] == id).unwrap()["statement"].as_str().unwrap().replace('|', r"\|")
    };
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/claims.md");
    let beside =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/integration/snapshots/claims/wine.txt"))
            .unwrap_or_default();
    let mut wine: std::collections::BTreeMap<&str, Vec<(String, String)>> = Default::default();
    let mut id = "";
    for line in beside.lines() {
        match line.trim().split_once(": ") {
            Some((go, verdict)) => wine.entry(id).or_default().push((go.to_owned(), verdict.to_owned())),
            None => id = line,
        }
    }
    let said = |verdicts: &[(String, String)]| {
        let Some((_, first)) = verdicts.first() else { return "not run".to_owned() };
        if verdicts.iter().all(|(_, verdict)| verdict == first) {
            return first.clone();
        }
        verdicts.iter().map(|(go, verdict)| format!("{verdict} ({go})")).collect::<Vec<_>>().join(", ")
    };
    let row = |(id, verdicts): &(String, Vec<(String, String)>)| {
        let short: Vec<(String, String)> = verdicts.iter().map(|(go, v)| (minor(go).to_owned(), v.clone())).collect();
        let under_wine = wine.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        format!("| <a id=\"{id}\"></a>`{id}` | {} | {} | {} |\n", statement(id), said(&short), said(under_wine))
    };
    let table: String = rows.iter().map(row).collect();
    let doc = fs::read_to_string(path).unwrap();
    let (before, after) = doc.split_once(HEAD).unwrap();
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(path, format!("{before}{HEAD}{table}")).unwrap();
        return;
    }
    assert!(after == table, "docs/claims.md is out of date: SNAPSHOTS=overwrite cargo test --test integration claims");
}

#[test]
fn the_schema_is_published() {
    assert_file("docs/schema/claims.schema.json", &goenv_ci::claims::schema().unwrap());
}

#[test]
fn a_directory_of_claims_is_judged_alone_or_beside_the_embedded_ones() {
    let Some(cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("own.yml"), OWN).unwrap();
    let own = dir.path().to_str().unwrap();
    let alone = run(&cache, &["--go", "1.23", "--claims", own, "--format", "json"]);
    let rows = table(&json(&alone));
    assert_eq!((rows.len(), rows[0].0.as_str(), rows[0].1[0].1.as_str()), (1, "go-prints-its-version", "holds"));
    assert_eq!(alone.status.code(), Some(0));
    let both = format!("embedded,{own}");
    let some = ["--go", "1.23", "--claims", &both, "--claim", "go-prints", "--claim", "gowork-has", "--format", "json"];
    let output = run(&cache, &some);
    assert_eq!(table(&json(&output)).len(), 2);
    assert_eq!(output.status.code(), Some(1), "one is refuted");
    let never = [&some[..], &["--fail-on", "never"]].concat();
    assert_eq!(run(&cache, &never).status.code(), Some(0));
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let Some(cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().to_str().unwrap();
    for (content, says) in [
        (OWN.replace("statement", "statment"), "own.yml:2:3: "),
        (format!("{OWN}{OWN}"), "own.yml:7:7: the id `go-prints-its-version` is there twice"),
        (OWN.replace("      control: { run: [go, env, GOOS] }\n", ""), "own.yml:4:7: "),
    ] {
        fs::write(dir.path().join("own.yml"), content).unwrap();
        let output = run(&cache, &["--claims", own]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(message.contains(says), "{message}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    }
    assert_eq!(run(&cache, &["--claims", "no/such/folder"]).status.code(), Some(2));
    assert_eq!(run(&cache, &["--claim", "no-such-claim"]).status.code(), Some(4));
    assert_eq!(run(&cache, &["--go", "1.2", "--claim", "gopath-has"]).status.code(), Some(3));
    let skipped = run(&cache, &["--go", "1.2", "--allow-missing", "--claim", "gopath-has", "--format", "json"]);
    assert_eq!(skipped.status.code(), Some(0));
    assert_eq!(table(&json(&skipped))[0].1[0].1, "untestable");
}

#[test]
fn what_would_change_the_machine_is_not_tried_unasked() {
    let Some(cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    let claim = OWN.replace(
        "    - steps: [",
        "    - changes: writes a file\n      restore: [[go, version]]\n      steps: [{ run: [go, version] }, ",
    );
    assert_ne!(claim, OWN);
    fs::write(dir.path().join("own.yml"), claim).unwrap();
    let args = ["--go", "1.23", "--claims", dir.path().to_str().unwrap(), "--format", "json"];
    let output = run(&cache, &args);
    let expected = if wine::version().is_some() { "holds" } else { "untestable" };
    assert_eq!(table(&json(&output))[0].1[0].1, expected);
    let asked = run(&cache, &[&args[..], &["--change-machine"]].concat());
    assert_eq!(table(&json(&asked))[0].1[0].1, "holds");
}

#[test]
fn the_example_of_the_page_is_judged() {
    let Some(cache) = judged::tool_cache() else { return };
    let doc = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/claims.md")).unwrap();
    let example = doc.split("```yaml\n").nth(1).unwrap().split_once("```").unwrap().0;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("example.yml"), example).unwrap();
    let output = run(&cache, &["--go", "1.23", "--claims", dir.path().to_str().unwrap(), "--format", "json"]);
    assert_eq!(table(&json(&output))[0].1[0].1, "depends");
    let keys = include_str!("../../src/claims/schema.rs").lines().filter_map(|line| {
        let (key, _) = line.trim().strip_prefix("pub ")?.split_once(": ")?;
        Some(format!("`{key}`"))
    });
    let missing: Vec<String> = keys.filter(|key| !doc.contains(key)).collect();
    assert!(missing.is_empty(), "docs/claims.md does not mention {missing:?}");
}

/// The lines that are printed to be pasted are run.
#[cfg(unix)]
#[test]
fn the_lines_to_repeat_a_claim_show_the_same() {
    let Some(cache) = judged::tool_cache() else { return };
    let cache = cache.canonicalize().unwrap();
    for (claim, seen) in [
        ("gowork-has-cache-modes", "unknown directive: fsync=true"),
        ("goroot-without-src", "go version go1.23"),
        ("go-env-is-a-start-up-copy", "/written"),
        ("gopath-beside-the-checkout", "go.mod"),
    ] {
        let output = run(&cache, &["--go", "1.23", "--claim", claim, "--format", "json"]);
        let command = json(&output)["claims"][0]["verdicts"][0]["command"].as_str().unwrap().to_owned();
        let tmp = tempfile::tempdir().unwrap();
        let repeated = std::process::Command::new("sh")
            .args(["-c", &command])
            .env_clear()
            .envs([("PATH", "/usr/bin:/bin"), ("TMPDIR", tmp.path().to_str().unwrap())])
            .output()
            .unwrap();
        let said = [repeated.stdout, repeated.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(seen) && !said.contains(": not found"), "{claim}: {said}\n{command}");
    }
}

#[cfg(unix)]
#[test]
fn a_lying_go_turns_a_verdict_round() {
    let Some(cache) = judged::tool_cache() else { return };
    let real = judged::goroot(&cache.canonicalize().unwrap(), "1.23");
    let verdict = |lie: &str, claim: &str| {
        // What it is admitted by is done honestly.
        let lie = format!("if [ \"$*\" != 'list .' ]; then {lie}\nfi");
        let fake = toolchain::Fake::of(&real).handing_over(&lie);
        let output = run(&fake.cache(), &["--go", "1.23", "--claim", claim, "--format", "json"]);
        table(&json(&output))[0].1[0].1.clone()
    };
    let has_gopath = "case \"$2\" in GOPATH) [ -n \"$GOPATH\" ] && exec echo \"$GOPATH\"; exec echo /else/where;; esac";
    assert_eq!(verdict(":", "gopath-has-a-default"), "holds");
    assert_eq!(verdict(has_gopath, "gopath-has-a-default"), "untestable", "it fails with and without the change");
    let registry = "case \"$1\" in list) exec echo internal/syscall/windows/registry;; esac";
    assert_eq!(verdict(registry, "goroot-from-registry"), "untestable", "the control is seen as well");
    let lenient = "case \"$1 $GOWORK\" in 'list '*metadata|'list '*go.work) grep -q '^use ./nowhere' \"$GOWORK\" 2>/dev/null || exit 0;; esac";
    assert_eq!(verdict(":", "gowork-has-cache-modes"), "refuted");
    assert_ne!(verdict(lenient, "gowork-has-cache-modes"), "refuted");
    let own = "case \"$1 $GOBIN\" in 'list /'*) ;; list*) exec echo \"$PWD/../home/go/bin/x\";; esac";
    assert_eq!(verdict(own, "install-writes-to-goroot-bin"), "refuted");
    let to_goroot = "case \"$1\" in list) [ -z \"$GOBIN\" ] && export GOBIN=\"${0%/go}\" || export GOBIN=/else;; esac";
    assert_eq!(verdict(to_goroot, "install-writes-to-goroot-bin"), "holds");
}

#[cfg(unix)]
#[test]
fn a_toolchain_that_cannot_be_judged_is_an_error_of_its_own() {
    let Some(cache) = judged::tool_cache() else { return };
    let real = judged::goroot(&cache.canonicalize().unwrap(), "1.23");
    let fake = toolchain::Fake::of(&real).program("#!/bin/sh\nexit 0\n");
    let output = run(&fake.cache(), &["--go", "1.23", "--claim", "gopath-has", "--format", "json"]);
    let claims = json(&output);
    assert_eq!(table(&claims)[0].1[0].1, "untestable");
    assert!(claims["claims"][0]["verdicts"][0]["reason"].as_str().unwrap().contains("(nothing)"));
    assert_eq!(output.status.code(), Some(5));
}
