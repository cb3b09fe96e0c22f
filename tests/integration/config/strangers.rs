//! The file may come with a stranger's pull request: what it can do is less than what the workflow can.

use super::{Repository, root};
use crate::support::Runner;
use std::fs;

fn on_runner(config: &str, variables: &[(&str, &str)]) -> (Option<i32>, String, Runner) {
    let runner = Runner::new();
    fs::create_dir_all(runner.path("app/app/.github")).unwrap();
    fs::write(runner.path("app/app/.github/goenv-ci.yml"), config.replace("⟨checkout⟩", &runner.text("app/app")))
        .unwrap();
    let mut command = runner.goenv();
    let output =
        command.current_dir(runner.path("app/app")).arg("apply").envs(variables.iter().copied()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap(), runner)
}

/// A program in the checkout would be started by the next step instead of the system's.
#[cfg(unix)]
#[test]
fn the_file_of_a_repository_puts_nothing_of_the_checkout_on_path_or_in_a_cache() {
    for (key, dir) in [
        ("gobin", "⟨checkout⟩/bin"),
        ("gopath", "⟨checkout⟩"),
        ("gocache", "⟨checkout⟩/sub/../cache"),
        ("gobin", "⟨checkout⟩/../app/bin"),
        ("gobin", "/proc/self/cwd/bin"),
        ("gobin", "/proc/thread-self/cwd"),
    ] {
        if dir.starts_with("/proc") && !cfg!(target_os = "linux") {
            continue;
        }
        let (code, error, runner) = on_runner(&format!("values: {{ {key}: {dir} }}\n"), &[]);
        assert_eq!(code, Some(2), "{key}: {dir}: {error}");
        assert!(error.contains("where: .github/goenv-ci.yml:1:"), "{error}");
        for file in ["env", "path", "output"] {
            assert_eq!(runner.read(file), "", "{key}: {dir}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_elsewhere_that_leads_into_the_repository_is_seen_through() {
    let repository = Repository::new("");
    std::os::unix::fs::symlink(repository.path("app"), repository.path("home/link")).unwrap();
    for (key, dir, refused) in [
        ("gobin", "home/link/bin", true),
        ("gopath", "home/link", true),
        ("gocache", "home/link/not/there/yet", true),
        ("gobin", "home/bin", false),
    ] {
        let config = format!("values: {{ {key}: {} }}\n", repository.text(dir));
        repository.write("app/.github/goenv-ci.yml", config.as_bytes());
        let output = repository.goenv().args(["plan", "--runner", "current"]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(if refused { 2 } else { 0 }), "{key}: {dir}: {error}");
        assert_eq!(error.contains("it leads into the repository"), refused, "{error}");
    }
}

/// The workflow is trusted: what it says may lie anywhere.
#[cfg(unix)]
#[test]
fn what_the_workflow_says_wins_over_the_file_and_may_lie_in_the_checkout() {
    let runner = Runner::new();
    let inside = runner.text("app/app/bin");
    fs::create_dir_all(runner.path("app/app/.github")).unwrap();
    fs::write(runner.path("app/app/.github/goenv-ci.yml"), "values: { gobin: /nowhere/bin }\n").unwrap();
    let mut command = runner.goenv();
    command.current_dir(runner.path("app/app")).arg("apply").env("GOENV_CI_GOBIN", &inside).assert().success();
    assert!(runner.read("env").contains(&format!("GOBIN={inside}\n")), "{}", runner.read("env"));
    let (code, error, runner) = on_runner("values: { gobin: ⟨checkout⟩ }\n", &[("GOENV_CI_CONFIG", "none")]);
    assert_eq!(code, Some(0), "{error}");
    assert!(runner.read("env").contains("GOBIN="));
}

/// What runs a program, writes a file of its own choice, downloads, or turns a verdict green is no key.
#[test]
fn the_file_has_no_key_that_runs_writes_downloads_or_turns_a_verdict_green() {
    let keys = [
        "matrix",
        "probe",
        "go-root",
        "install",
        "allow-missing",
        "fail-on",
        "report",
        "overlay",
        "durations",
        "live",
        "fix",
        "online",
        "try",
        "measure-drives",
    ];
    for group in ["", "plan", "verify", "doctor"] {
        for key in keys {
            let line =
                if group.is_empty() { format!("{key}: true\n") } else { format!("{group}: {{ {key}: true }}\n") };
            let repository = Repository::new(&line);
            let error = repository.goenv().arg("plan").assert().code(2).get_output().stderr.clone();
            let error = String::from_utf8(error).unwrap();
            assert!(error.contains(&format!("there is no key `{key}` here")), "{line}: {error}");
        }
    }
}

/// Else the action's own default would stand in front of the file, or the file in front of what the caller said.
#[test]
fn an_input_of_the_action_that_is_not_given_is_an_empty_variable() {
    let action: serde_json::Value =
        serde_yaml::from_str(&fs::read_to_string(root().join("action.yml")).unwrap()).unwrap();
    for name in ["config", "go-versions", "gocache", "gopath", "gobin", "shells"] {
        assert_eq!(action["inputs"][name]["default"], "", "{name} would stand in front of the file");
        let variable = format!("GOENV_CI_{}", name.replace('-', "_").to_uppercase());
        let steps = action["runs"]["steps"].as_array().unwrap();
        let given: Vec<_> = steps.iter().filter_map(|step| step["env"][&variable].as_str()).collect();
        assert!(!given.is_empty(), "{name} reaches no step");
        assert!(given.iter().all(|value| *value == format!("${{{{ inputs.{name} }}}}")), "{given:?}");
    }
}
