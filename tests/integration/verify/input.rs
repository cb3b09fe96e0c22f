//! `verify` with bad input: refused early, with its place, and nothing run.

#[cfg(unix)]
use crate::support::judged;
use crate::support::{goenv, homes, system_path};
use predicates::prelude::*;
use std::{
    fs,
    path::{MAIN_SEPARATOR_STR, Path},
    time::Duration,
};

const PROBE: &str = "- id: a\n  variable: GOBIN\n  why: because\n  steps:\n    - run: [go, version]\n  expect:\n    - exit: 0\n  control: { unset: GOBIN }\n";

fn verify(dir: &Path) -> assert_cmd::Command {
    let mut command = goenv();
    command.arg("verify").current_dir(dir).env("PATH", system_path()).envs(homes(dir, dir));
    command
}

#[test]
fn a_bad_probe_is_refused_with_file_line_and_column() {
    let mut bomb = String::from("- &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (before, name) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        bomb.push_str(&format!("- &{name} [{}]\n", vec![format!("*{before}"); 10].join(", ")));
    }
    for (content, place) in [
        (PROBE.replace("why", "whi").into_bytes(), "mine/x.yml:3:3: "),
        (PROBE.replace("  control", "  why: again\n  control").into_bytes(), "mine/x.yml:8:3: "),
        (PROBE.replace("  control: { unset: GOBIN }\n", "").into_bytes(), "mine/x.yml:1:7: "),
        (format!("{PROBE}{PROBE}").into_bytes(), "mine/x.yml:9:7: "),
        (PROBE.replace("  why", "  go: '>=one'\n  why").into_bytes(), "mine/x.yml:3:7: "),
        (b"- id: \xff\n".to_vec(), "mine/x.yml:1:7: "),
        (bomb.into_bytes(), "mine/x.yml:"),
        (b"{".to_vec(), "mine/x.yml:1:"),
        (format!("{PROBE}  limit_seconds: 0\n").into_bytes(), "mine/x.yml:9:18: "),
        (format!("{PROBE}  limit_seconds: {}\n", u64::MAX).into_bytes(), "mine/x.yml:9:18: "),
        (format!("{PROBE}  files: {{ /etc/x: y }}\n").into_bytes(), "mine/x.yml:9:20: "),
        (
            format!("{PROBE}  files: {{ '${{GOBIN}}/../x': y }}\n  env: {{ GOBIN: a }}\n").into_bytes(),
            "mine/x.yml:9:29: ",
        ),
        (format!("{PROBE}  remove: ['..\\x']\n").into_bytes(), "mine/x.yml:9:12: "),
        (PROBE.replace("{ unset: GOBIN }", "{ file: { 'C:x': y } }").into_bytes(), "mine/x.yml:8:29: "),
        (PROBE.replace("[go, version]", "[go, version]\n      dir: /").into_bytes(), "mine/x.yml:6:12: "),
        (PROBE.replace("exit: 0", "file_exists: ../x").into_bytes(), "mine/x.yml:7:20: "),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("mine")).unwrap();
        fs::write(dir.path().join("mine/x.yml"), &content).unwrap();
        verify(dir.path())
            .args(["--matrix", "mine"])
            .timeout(Duration::from_secs(20))
            .assert()
            .code(2)
            .stdout("")
            .stderr(predicate::str::starts_with(format!("error: {}", place.replace('/', MAIN_SEPARATOR_STR))));
    }
}

/// What a probe writes or removes by a placeholder or a link, which only a run can tell.
#[cfg(unix)]
#[test]
fn nothing_outside_its_directory_is_written_or_removed_by_a_probe() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    let outside = dir.path().join("outside");
    fs::create_dir_all(outside.join("kept")).unwrap();
    fs::write(outside.join("kept/thesis"), "years of work").unwrap();
    let out = outside.to_str().unwrap();
    let probe = |id: &str, more: &str| {
        format!(
            "- id: {id}\n  variable: GOBIN\n  why: because\n  env: {{ MINE: \"{out}\", DOTS: \"${{SCRATCH}}/.${{EXE}}.\" }}\n  expect: [{{ exit: 0 }}]\n{more}\n"
        )
    };
    let steps = "  steps: [{ run: [go, version] }]\n  control: { unset: GOBIN }";
    let link = format!(
        "  steps: [{{ run: [ln, -s, \"{out}\", out] }}, {{ run: [go, version]DIR }}]\n  control: {{ unset: GOBIN }}"
    );
    let content = [
        probe("written", &format!("  files: {{ \"${{SCRATCH}}/.${{EXE}}./../../../{}x\": \"\" }}\n{steps}", "x/")),
        probe("dots", &format!("  files: {{ \".${{EXE}}./.${{EXE}}./x\": \"\" }}\n{steps}")),
        probe("step", "  steps: [{ run: [go, mod, init, x], dir: \".${EXE}.\" }]\n  control: { unset: GOBIN }"),
        probe("linked-step", &link.replace("DIR", ", dir: out")),
        probe("linked", &format!("  remove: [out/kept]\n{}", link.replace("DIR", ""))),
        probe("control", "  steps: [{ run: [go, version] }]\n  control: { file: { \".${EXE}./.${EXE}./x\": \"\" } }"),
    ];
    for (at, probe) in content.iter().enumerate() {
        let mine = dir.path().join(format!("mine{at}"));
        fs::create_dir(&mine).unwrap();
        fs::write(mine.join("x.yml"), probe).unwrap();
        let mut asked = verify(dir.path());
        asked.args(["--go", "1.23", "--format", "json", "--matrix"]).arg(&mine);
        let output = asked.env("RUNNER_TOOL_CACHE", &tool_cache).output().unwrap();
        if output.status.code() == Some(2) {
            assert!(String::from_utf8_lossy(&output.stderr).contains("leads up by `..`"), "{output:?}");
            continue;
        }
        let report = judged::report(&output);
        let result = &judged::results(&report)[0];
        assert!(
            judged::text(result, "reason").contains("leads out of the directory of the probe"),
            "{probe}{result:#}"
        );
    }
    let files = || fs::read_dir(&outside).unwrap().count();
    assert_eq!((files(), fs::read_to_string(outside.join("kept/thesis")).unwrap().as_str()), (1, "years of work"));
}

/// A live probe removes what it left below a directory of the step, and nothing that was there before.
#[cfg(unix)]
#[test]
fn a_live_probe_removes_nothing_that_was_there_before_it() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (bin, mine) = (dir.path().join("bin"), dir.path().join("mine"));
    fs::create_dir(&bin).unwrap();
    fs::create_dir(&mine).unwrap();
    let probe = PROBE.replace("  why", "  kind: live\n  why") + "  remove: ['${GOBIN}/tool']\n";
    fs::write(mine.join("x.yml"), probe.replace("[go, version]", "[sh, -c, 'echo >>\"$GOBIN\"/tool']")).unwrap();
    let live = || {
        let mut asked = verify(dir.path());
        asked.args(["verify", "--live", "--format", "json", "--matrix", "mine"].into_iter().skip(1));
        let path = format!("{}:{}", judged::goroot(&tool_cache, "1.23").join("bin").display(), system_path());
        let output = asked.env("GOBIN", &bin).env("PATH", path).env("GOTOOLCHAIN", "local").output().unwrap();
        judged::report(&output)
    };
    let _ = live();
    assert_eq!(fs::read_dir(&bin).unwrap().count(), 0, "what it left is removed");
    fs::write(bin.join("tool"), "mine").unwrap();
    let report = live();
    assert!(judged::text(&judged::results(&report)[0], "reason").contains("was there before this probe"), "{report:#}");
    assert_eq!(fs::read_to_string(bin.join("tool")).unwrap(), "mine");
}

#[test]
fn a_folder_of_probes_that_is_not_there_or_holds_none_is_said() {
    let dir = tempfile::tempdir().unwrap();
    verify(dir.path()).args(["--matrix", "nowhere"]).assert().code(2).stderr(predicate::str::contains("`nowhere`"));
    fs::create_dir(dir.path().join("none")).unwrap();
    verify(dir.path()).args(["--matrix", "none"]).assert().code(4).stderr(predicate::str::contains("holds none"));
    verify(dir.path())
        .args(["--probe", "no-such-probe"])
        .assert()
        .code(4)
        .stderr(predicate::str::contains("no-such-probe"));
}

#[test]
fn a_version_that_is_nowhere_names_every_place_that_was_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let places = ["--go-root", "tool cache", "GOROOT_1_21_", "go on PATH", "module cache", "--install"];
    let named = |text: &str| places.iter().all(|place| text.contains(place));
    let mut asked = verify(dir.path());
    asked.env("RUNNER_TOOL_CACHE", dir.path().join("cache")).args([
        "--go",
        "1.21.99",
        "--go-root",
        dir.path().to_str().unwrap(),
    ]);
    asked.assert().code(3).stdout("").stderr(predicate::function(named));
}

#[test]
fn a_missing_version_that_may_be_missing_is_a_skip_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let output = verify(dir.path())
        .args(["--go", "1.21.99", "--allow-missing", "--format", "json"])
        .assert()
        .code(0)
        .get_output()
        .stdout
        .clone();
    let report: serde_json::Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(report["summary"]["pass"], 0);
    let results = report["results"].as_array().unwrap();
    assert!(
        !results.is_empty()
            && results.iter().all(|r| r["verdict"] == "skip" && r["reason"].as_str().unwrap().len() > 20)
    );
    assert!(report["missing"][0]["looked_at"].as_array().unwrap().len() >= 4);
}

#[test]
fn a_report_that_cannot_be_written_is_said_before_the_work() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    verify(dir.path())
        .args(["--report", "file"])
        .assert()
        .code(3)
        .stderr(predicate::str::contains("file").and(predicate::str::contains("--report")));
}

#[test]
fn a_record_that_cannot_be_read_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let record = dir.path().join("_goenv-ci").join("delivery.json");
    fs::create_dir_all(record.parent().unwrap()).unwrap();
    fs::write(&record, "{}").unwrap();
    let mut asked = verify(dir.path());
    asked.env("RUNNER_TEMP", dir.path()).args(["--allow-missing", "--go", "1.21.99"]);
    asked.assert().code(3).stderr(predicate::str::contains(record.to_str().unwrap()));
}

#[test]
fn wrong_words_are_usage_errors() {
    for args in [
        &["verify", "--nope"][..],
        &["verify", "--install=maybe"],
        &["verify", "--fail-on", "always"],
        &["frobnicate"],
        &[],
    ] {
        goenv().args(args).assert().code(2).stdout("");
    }
}

#[test]
fn no_value_becomes_a_second_output() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("_goenv-ci")).unwrap();
    let skipping = || {
        let mut asked = verify(dir.path());
        fs::write(dir.path().join("output"), "").unwrap();
        asked.env("RUNNER_TEMP", dir.path()).env("GITHUB_OUTPUT", dir.path().join("output"));
        asked.args(["--allow-missing", "--go", "1.21.99"]);
        asked
    };
    let outputs = || fs::read_to_string(dir.path().join("output")).unwrap();
    skipping().args(["--report", "x\nverdict=mine"]).assert().code(2).stderr(predicate::str::contains("--report"));
    assert_eq!(outputs(), "", "refused before anything is done");

    let record = r#"{"schema_version":1,"variables":[{"name":"GOCACHE","value":"/x\nverdict=mine"}],"path":[]}"#;
    fs::write(dir.path().join("_goenv-ci/delivery.json"), record).unwrap();
    skipping().assert().code(3).stderr(predicate::str::contains("`gocache`"));
    assert_eq!(outputs(), "");
}

#[test]
fn the_report_folder_is_told_to_later_steps_as_an_absolute_path() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("output"), "").unwrap();
    let mut asked = verify(dir.path());
    asked.env("GITHUB_OUTPUT", dir.path().join("output"));
    asked.args(["--allow-missing", "--go", "1.21.99", "--report", "mine"]).assert().code(0);
    let outputs = fs::read_to_string(dir.path().join("output")).unwrap();
    let told = outputs.lines().find_map(|line| line.strip_prefix("report=")).unwrap();
    assert!(Path::new(told).is_absolute() && Path::new(told).join("report.json").is_file(), "{told}");
}

/// On a runner a line of either stream that begins with `::`, blanks aside, is a command.
#[test]
fn no_value_in_an_error_is_a_command_to_the_runner() {
    for (args, name) in [
        (&["plan", "--runner", "x\n  ::add-mask::x\n"][..], "GOENV_CI_NONE"),
        (&["verify"], "GOENV_CI_FAIL_ON"),
        (&["verify"], "GOENV_CI_MATRIX"),
    ] {
        let mut command = goenv();
        command.args(args).env("GITHUB_ACTIONS", "true").env(name, "x\n  ::add-mask::x\n");
        let output = command.assert().code(2).get_output().stderr.clone();
        let output = String::from_utf8(output).unwrap();
        let commands: Vec<&str> = output.lines().map(str::trim_start).filter(|line| line.starts_with("::")).collect();
        assert!(
            matches!(commands[..], [only] if only.starts_with("::error title=goenv-ci::")),
            "each error is one annotation and no other command: {output}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_does_not_fit_on_the_disk_is_an_error() {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut plan = std::process::Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    let output = plan.args(["plan", "--repository", "org/app"]).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn messages_that_nobody_can_read_do_not_change_the_answer() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut verify = std::process::Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    verify.args(["verify", "--allow-missing", "--go", "1.21.99"]).env_clear().env("TMPDIR", dir.path()).stderr(full);
    let output = verify.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!output.stdout.is_empty());
}

#[test]
fn what_the_runner_does_not_get_is_named_with_what_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut asked = verify(dir.path());
    asked.env("GITHUB_STEP_SUMMARY", dir.path().join("gone"));
    asked.args(["--allow-missing", "--go", "1.21.99", "--report", "mine"]).assert().code(3).stderr(
        predicate::str::contains("GITHUB_STEP_SUMMARY")
            .and(predicate::str::contains("mine`\n"))
            .and(predicate::str::contains("--report").not()),
    );
}

#[test]
fn a_run_that_judged_nothing_has_no_verdict_and_its_summary_a_line_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["output", "summary"] {
        fs::write(dir.path().join(name), "A=1").unwrap();
    }
    let mut asked = verify(dir.path());
    asked.env("GITHUB_OUTPUT", dir.path().join("output")).env("GITHUB_STEP_SUMMARY", dir.path().join("summary"));
    asked.args(["--allow-missing", "--go", "1.21.99"]).assert().code(0);
    assert!(fs::read_to_string(dir.path().join("output")).unwrap().starts_with("A=1\nverdict=\npassed=0\n"));
    assert!(fs::read_to_string(dir.path().join("summary")).unwrap().starts_with("A=1\n#"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_named_and_not_taken_as_unset() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let dir = tempfile::tempdir().unwrap();
    let odd = OsStr::from_bytes(b"/usr/bin:/x\xff");
    verify(dir.path()).env("PATH", odd).assert().code(3).stderr(predicate::str::contains("`PATH`"));
    goenv().arg("apply").env("GITHUB_ENV", odd).assert().code(3).stderr(predicate::str::contains("`GITHUB_ENV`"));
    goenv().arg("plan").env("SOMETHING", odd).assert().success();
}
