//! Reads `action.yml` as text and as YAML: what a caller may rely on, and what keeps it safe.

use serde_json::Value;
use std::{fs, path::Path};

const VERIFY_YML: &str = ".github/workflows/verify.yml";
/// What `shell: bash` stands for, and `-p`: no BASH_ENV, no exported functions.
const ISOLATED: &str = "bash --noprofile --norc -p -e -o pipefail {0}";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn action() -> Value {
    serde_yaml::from_str(&read("action.yml")).expect("action.yml is YAML")
}

fn steps() -> Vec<Value> {
    action()["runs"]["steps"].as_array().expect("runs.steps is a list").clone()
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().expect("a mapping").keys().cloned().collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn it_stays_small() {
    assert!(read("action.yml").lines().count() < 130, "logic belongs in the binary");
}

#[test]
fn its_inputs_are_the_documented_ones() {
    let documented = "allow-missing artifact-name binary config fail-on github-token go-versions gobin gocache gopath \
                      install lint matrix measure-drives report-dir retention-days shard shells verify";
    let documented: Vec<_> = documented.split_whitespace().map(String::from).collect();
    assert_eq!(sorted(keys(&action()["inputs"])), documented);
}

#[test]
fn its_outputs_are_the_documented_ones() {
    let documented = ["failed", "gobin", "gocache", "gopath", "matrix", "passed", "report", "sarif", "verdict"];
    assert_eq!(sorted(keys(&action()["outputs"])), documented);
}

#[test]
fn every_input_is_optional_and_its_description_states_the_default() {
    for (name, input) in action()["inputs"].as_object().expect("inputs") {
        assert!(input["default"].is_string(), "{name} has no default, or one that is not a string");
        assert!(input["required"].is_null(), "{name} is required");
        let description = input["description"].as_str().expect("a description");
        assert!(description.contains("Default: "), "{name} does not state its default: {description}");
    }
}

#[test]
fn every_output_comes_from_a_step_that_exists() {
    let ids: Vec<_> = steps().iter().filter_map(|step| step["id"].as_str().map(String::from)).collect();
    for (name, output) in action()["outputs"].as_object().expect("outputs") {
        let value = output["value"].as_str().expect("a value");
        let id = value.trim_start_matches("${{ steps.").split('.').next().expect("a step");
        assert!(ids.iter().any(|known| known == id), "{name} comes from an unknown step: {value}");
        assert!(value.ends_with(&format!(".outputs.{name} }}}}")), "{name} is another output: {value}");
    }
}

#[test]
fn no_expression_reaches_a_script() {
    for step in steps() {
        if let Some(script) = step["run"].as_str() {
            assert!(!script.contains("${{"), "give the value by `env:` instead: {script}");
            assert_eq!(script.trim().lines().count(), 1, "one command for each step: {script}");
            let shell = if step["id"] == "launch" { ISOLATED } else { "bash" };
            assert_eq!(step["shell"], shell, "the same shell everywhere: {script}");
        }
    }
}

#[test]
fn every_input_reaches_a_step() {
    let runs = serde_json::to_string(&action()["runs"]).expect("JSON");
    for name in keys(&action()["inputs"]) {
        let is_used = runs.contains(&format!("inputs.{name}"));
        assert!(is_used || name == "github-token", "no step reads the input {name}");
    }
}

#[test]
fn an_input_that_both_commands_know_reaches_both() {
    let of = |id: &str| steps().into_iter().find(|step| step["id"] == id).expect("a step");
    for (name, input) in [("GOENV_CI_GO_VERSIONS", "go-versions"), ("GOENV_CI_MEASURE_DRIVES", "measure-drives")] {
        for id in ["apply", "verify"] {
            assert_eq!(of(id)["env"][name], format!("${{{{ inputs.{input} }}}}"), "{id}");
        }
    }
}

#[test]
fn an_input_that_is_given_empty_still_means_its_default() {
    let verify = steps().into_iter().find(|step| step["id"] == "verify").expect("a verify step");
    // The flag's own default is false, the action's is true.
    assert_eq!(verify["env"]["GOENV_CI_INSTALL"], "${{ inputs.install || 'true' }}");
    for step in steps() {
        let condition = step["if"].as_str().unwrap_or_default();
        assert!(!condition.contains("== 'true'"), "an empty input must not disable a step: {condition}");
    }
}

#[test]
fn the_report_is_uploaded_even_after_a_failure() {
    let upload = steps().into_iter().find(|step| step["id"] == "upload").expect("an upload");
    assert!(upload["uses"].as_str().expect("uses").starts_with("actions/upload-artifact@"));
    assert!(upload["if"].as_str().expect("if").starts_with("always() && "));
    assert_eq!(upload["with"]["if-no-files-found"], "error");
    let name = upload["with"]["name"].as_str().expect("a name");
    assert!(name.contains("github.job") && name.contains("strategy.job-index"), "not unique in the run: {name}");
}

/// There is no address before the upload, and none of an upload that failed or was not wanted.
#[test]
fn the_report_is_linked_by_the_last_step_after_the_upload_and_only_where_there_is_an_address() {
    let of_publish = reusable()["jobs"]["publish"]["steps"].as_array().expect("steps").clone();
    for steps in [steps(), of_publish] {
        let last = steps.last().expect("steps");
        assert_eq!(steps[steps.len() - 2]["id"], "upload");
        assert_eq!(last["if"], "always() && steps.upload.outputs.artifact-url != ''");
        assert_eq!(last["env"]["GOENV_CI_ARTIFACT_URL"], "${{ steps.upload.outputs.artifact-url }}");
    }
}

/// What `scripts/link_report.sh` adds to a summary, and what it prints.
#[cfg(unix)]
fn linked(url: &str) -> (String, String) {
    let dir = tempfile::tempdir().expect("a directory");
    let summary = dir.path().join("summary");
    fs::write(&summary, "before\n").expect("a summary");
    let mut bash = std::process::Command::new("bash");
    bash.arg("-p").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/link_report.sh"));
    let output = bash.env("GITHUB_STEP_SUMMARY", &summary).env("GOENV_CI_ARTIFACT_URL", url).output().expect("bash");
    assert!(output.status.success(), "{url}: {output:?}");
    (fs::read_to_string(summary).expect("UTF-8"), String::from_utf8(output.stdout).expect("UTF-8"))
}

#[cfg(unix)]
#[test]
fn only_a_plain_web_address_gets_into_the_summary() {
    for url in ["https://github.com/org/app/actions/runs/1/artifacts/2", "http://forge.example:8080/a?b=1&c=%20"] {
        let link = format!("before\n\n<p>📄 <a href=\"{}\"><b>", url.replace('&', "&amp;"));
        let (summary, said) = linked(url);
        assert!(summary.starts_with(&link) && said.is_empty(), "{summary}{said}");
    }
    assert_eq!(linked(""), ("before\n".to_owned(), String::new()));
    for url in [
        "javascript:alert(1)",
        "https://",
        "https://x/\"><script>",
        "https://x/ y",
        "https://x/\n# y",
        "//x/y",
        "https://x/`y`",
        "https://é",
    ] {
        let (summary, said) = linked(url);
        assert_eq!(summary, "before\n", "{url:?}");
        assert!(said.starts_with("::warning title=goenv-ci::") && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn every_action_is_pinned_by_commit_with_its_version_beside_it() {
    let mut files = vec!["action.yml".to_owned()];
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows")).expect("workflows") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        files.push(format!(".github/workflows/{name}"));
    }
    for file in files {
        for line in read(&file).lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            let Some((_, used)) = line.split_once("uses: ") else { continue };
            if used.starts_with("./") {
                continue;
            }
            let (reference, version) = used.split_once(" # v").unwrap_or((used, ""));
            let commit = reference.rsplit('@').next().expect("a reference");
            assert!(
                commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()),
                "{file}: not a commit: {used}"
            );
            assert_eq!(version.split('.').count(), 3, "{file}: no `# vX.Y.Z` behind it: {used}");
        }
    }
}

fn workflows() -> Vec<(String, Value)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let names = fs::read_dir(dir).expect("workflows").map(|entry| entry.expect("an entry").file_name());
    let paths = names.map(|name| format!(".github/workflows/{}", name.into_string().expect("UTF-8")));
    paths.map(|path| (path.clone(), serde_yaml::from_str(&read(&path)).expect("YAML"))).collect()
}

fn reusable() -> Value {
    serde_yaml::from_str(&read(VERIFY_YML)).expect("YAML")
}

#[test]
fn every_workflow_starts_without_permissions_and_limits_each_job() {
    for (path, workflow) in workflows() {
        let is_reusable = path == VERIFY_YML;
        if !is_reusable {
            assert_eq!(workflow["permissions"], serde_json::json!({}), "{path}");
        }
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            // A job that calls a workflow has its limits there.
            let is_limited = job["timeout-minutes"].is_u64() || job["uses"].is_string();
            let by_input = job["timeout-minutes"] == "${{ inputs.timeout-minutes }}";
            assert!(is_limited || by_input, "{path}: {name} has no time limit");
            let inherits = is_reusable && name == "publish";
            assert!(job["permissions"].is_object() || inherits, "{path}: {name} names no permissions");
        }
    }
}

/// What it asks for a caller must grant, even one who wants no comment.
#[test]
fn the_reusable_workflow_asks_for_nothing_but_to_read_and_its_last_job_for_what_the_caller_grants() {
    let workflow = reusable();
    assert!(workflow["permissions"].is_null(), "the last job would lose what the caller grants");
    for (name, job) in workflow["jobs"].as_object().expect("jobs") {
        let asked = if name == "publish" { Value::Null } else { serde_json::json!({ "contents": "read" }) };
        assert_eq!(job["permissions"], asked, "{name}");
    }
}

#[test]
fn every_input_of_the_reusable_workflow_is_optional_used_and_documented() {
    let (workflow, page) = (reusable(), read("docs/workflow.md"));
    let text = read(VERIFY_YML);
    for (name, input) in workflow["on"]["workflow_call"]["inputs"].as_object().expect("inputs") {
        assert!(!input["default"].is_null() && input["required"].is_null(), "{name} has no default");
        assert!(input["description"].is_string(), "{name} has no description");
        let uses = text.matches(&format!("inputs.{name}")).count();
        assert!(uses > 0, "no job reads the input {name}");
        assert!(page.contains(&format!("`{name}`")), "docs/workflow.md does not name the input {name}");
    }
    for (name, output) in workflow["on"]["workflow_call"]["outputs"].as_object().expect("outputs") {
        let value = format!("${{{{ jobs.publish.outputs.{name} }}}}");
        assert_eq!(output["value"], value, "{name}");
        assert!(workflow["jobs"]["publish"]["outputs"][name].is_string(), "the job has no output {name}");
        assert!(page.contains(&format!("`{name}`")), "docs/workflow.md does not name the output {name}");
    }
}

#[test]
fn the_reusable_workflow_knows_only_inputs_of_the_action() {
    let known = keys(&action()["inputs"]);
    let steps = reusable()["jobs"]["verify"]["steps"].as_array().expect("steps").clone();
    let used = steps.iter().find(|step| step["uses"] == "./.goenv-ci").expect("the action");
    for name in keys(&used["with"]) {
        assert!(known.contains(&name), "the action has no input {name}");
    }
}

#[test]
fn the_launcher_is_started_by_a_shell_that_the_job_has_no_say_in() {
    let jobs = reusable()["jobs"].as_object().expect("jobs").clone();
    let of_jobs = jobs.values().flat_map(|job| job["steps"].as_array().cloned().unwrap_or_default());
    let launches = |step: &Value| step["run"].as_str().is_some_and(|run| run.contains("launch.sh"));
    let launching: Vec<_> = steps().into_iter().chain(of_jobs).filter(launches).collect();
    assert_eq!(launching.len(), 5, "action.yml, plan, build, verify and publish");
    for step in launching {
        assert_eq!(step["shell"], ISOLATED);
        assert!(step["run"].as_str().expect("run").starts_with("\"$BASH\" -p "), "{step}");
    }
}

/// An artifact is not to be believed: what it must be comes from the job that wrote it.
#[test]
fn what_a_job_has_built_comes_with_a_sum_from_its_outputs() {
    let jobs = reusable()["jobs"].as_object().expect("jobs").clone();
    let mut taking = 0;
    for step in jobs.values().flat_map(|job| job["steps"].as_array().expect("steps").clone()) {
        if step["env"]["GOENV_CI_BUILT"].is_string() {
            let sum = step["env"]["GOENV_CI_BUILT_SUM"].as_str().expect("a sum");
            assert!(sum.contains("needs.plan.outputs.sum") && !sum.contains("steps."), "{sum}");
            taking += 1;
        }
    }
    assert_eq!(taking, 2, "verify and publish");
    for (number, (name, value)) in jobs["build"]["outputs"].as_object().expect("outputs").iter().enumerate() {
        assert!(name.starts_with("sum-") && value.as_str().unwrap().contains("matrix.place == "), "{name}: {value}");
        assert!(number < 15, "plan gives out places up to 16");
    }
}

/// A checkout empties the directory that it goes to, also one that a link leads to.
#[test]
fn no_checkout_of_the_reusable_workflow_follows_a_link_that_the_caller_checked_out() {
    for (name, job) in reusable()["jobs"].as_object().expect("jobs") {
        let steps = job["steps"].as_array().expect("steps");
        let goes_to_a_folder = |step: &Value| step["with"]["path"] == ".goenv-ci";
        let checkout = steps.iter().position(goes_to_a_folder).expect("a checkout of the action");
        let before = steps[checkout - 1]["run"].as_str().unwrap_or_default();
        assert!(before.contains("[ -L .goenv-ci ]"), "{name}: nothing looks for a link before the checkout");
    }
}

#[test]
fn the_reusable_workflow_merges_after_failures_too_and_hides_none() {
    let jobs = &reusable()["jobs"];
    assert_eq!(jobs["verify"]["strategy"]["fail-fast"], false);
    assert!(jobs["publish"]["if"].as_str().expect("if").starts_with("always() && "));
    assert_eq!(jobs["publish"]["needs"], serde_json::json!(["plan", "verify"]));
}

#[test]
fn no_expression_reaches_a_script_of_a_workflow() {
    for (path, workflow) in workflows() {
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            for step in job["steps"].as_array().unwrap_or(&Vec::new()) {
                let script = step["run"].as_str().unwrap_or_default();
                assert!(!script.contains("${{"), "{path}: {name}: give the value by `env:` instead: {script}");
            }
        }
    }
}
