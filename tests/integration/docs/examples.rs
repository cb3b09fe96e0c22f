//! The YAML on the pages is what it says that it is: workflows by actionlint and by `lint`, with the inputs and outputs
//! of action.yml and of the reusable workflow, and the rest by its own readers.

use super::{blocks::Block, pages, root, text};
use crate::support::Runner;
#[cfg(target_os = "linux")]
use crate::support::lab;
use goenv_ci::probe::{SourceFile, load_probes};
use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use std::process::Command;
use std::{fs, path::Path};

/// A page whose examples another test reads: what they are, and that test.
const READ_ELSEWHERE: [(&str, &str); 3] = [
    ("docs/claims.md", "the_example_of_the_page_is_judged"),
    ("docs/config.md", "its_examples_are_taken_and_fit_the_schema"),
    ("docs/lint.md", "the_page_in_the_docs_has_a_section_for_each"),
];

fn yaml(block: &Block) -> Value {
    serde_yaml::from_str(&block.text).unwrap_or_else(|why| panic!("{}: {why}", block.place()))
}

fn blocks(of: impl Fn(&str) -> bool) -> Vec<Block> {
    let found = pages().into_iter().filter(|(name, _)| of(name)).flat_map(|(name, page)| Block::all(&name, &page));
    found.filter(|block| block.language == "yaml").collect()
}

/// Whether it is a part of a workflow: its jobs, one of them, or steps.
fn is_workflow(value: &Value) -> bool {
    let is_step = |step: &Value| step.get("uses").is_some() || step.get("run").is_some();
    let is_job = |job: &Value| ["runs-on", "uses", "needs"].iter().any(|key| job.get(*key).is_some());
    match value {
        Value::Array(steps) => steps.iter().all(is_step),
        Value::Object(keys) => is_job(value) || keys.contains_key("jobs") || keys.values().any(is_job),
        _ => false,
    }
}

/// The whole workflow that a part stands for.
fn whole(part: Value) -> Value {
    let job_of = |steps: Value| json!({"jobs": {"test": {"runs-on": "ubuntu-24.04", "steps": steps}}});
    let mut workflow = match part {
        Value::Array(_) => job_of(part),
        Value::Object(ref keys) if keys.contains_key("jobs") => part,
        Value::Object(ref keys) if keys.contains_key("runs-on") || keys.contains_key("steps") => {
            json!({"jobs": {"test": part}})
        }
        _ => json!({ "jobs": part }),
    };
    if workflow.get("on").is_none() {
        workflow["on"] = json!("push");
    }
    let jobs = workflow["jobs"].as_object_mut().unwrap();
    for job in jobs.values_mut().filter(|job| job.get("uses").is_none()) {
        let job = job.as_object_mut().unwrap();
        job.entry("runs-on").or_insert_with(|| json!("ubuntu-24.04"));
        job.entry("steps").or_insert_with(|| json!([{"run": "true"}]));
    }
    let needed: Vec<String> = jobs.values().filter_map(|job| Some(job["needs"].as_str()?.to_owned())).collect();
    for name in needed {
        jobs.entry(name).or_insert_with(|| json!({"uses": "org/goenv-action/.github/workflows/verify.yml@v1"}));
    }
    workflow
}

/// The workflows on the pages, by their places.
fn workflows() -> Vec<(String, Value)> {
    let all = blocks(|page| page != "docs/lint.md").into_iter().map(|block| (block.place(), yaml(&block)));
    all.filter(|(_, value)| is_workflow(value)).map(|(place, value)| (place, whole(value))).collect()
}

#[test]
fn every_example_has_a_reader() {
    let tests = super::known_tests();
    for (page, test) in READ_ELSEWHERE {
        assert!(tests.contains(test), "there is no test `{test}` for {page}");
    }
    for block in blocks(|page| !READ_ELSEWHERE.iter().any(|(read, _)| *read == page)) {
        let is_read = is_workflow(&yaml(&block)) || ["docs/matrix.md", "docs/design.md"].contains(&block.page.as_str());
        assert!(is_read, "{}: no test reads this", block.place());
    }
}

#[test]
fn the_probes_on_the_page_are_taken() {
    let found = blocks(|page| page == "docs/matrix.md");
    assert!(found.len() > 5, "only {} are found", found.len());
    for block in found {
        let file = SourceFile { name: block.place(), content: block.text.into_bytes() };
        load_probes(&[file]).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn the_mutant_on_the_page_is_one_that_there_is() {
    let [block] = &blocks(|page| page == "docs/design.md")[..] else { panic!("not one") };
    let shown = yaml(block)[0].clone();
    let dir = root().join("tests/detection/mutants");
    let files = fs::read_dir(dir).unwrap().map(|entry| text(&entry.unwrap().path()));
    let all: Vec<Value> = files.flat_map(|file| serde_yaml::from_str::<Vec<Value>>(&file).unwrap()).collect();
    let real = all.iter().find(|mutant| mutant["id"] == shown["id"]).expect("a mutant of that name");
    // The page shows every key that there may be, so what that mutant has is compared.
    for key in ["variable", "stands_for", "command"] {
        assert_eq!(shown[key], real[key], "{key}");
    }
    let (shown, real) = (&shown["edits"][0], &real["edits"][0]);
    let found = real["find"].as_str().unwrap();
    assert_eq!(shown["file"], real["file"]);
    assert!(shown["find"].as_str().unwrap().lines().all(|line| found.contains(line)), "{shown} and {real}");
}

// Where the lab has its linters.
#[cfg(target_os = "linux")]
#[test]
fn every_workflow_on_the_pages_names_inputs_and_outputs_that_there_are() {
    let actionlint = lab::lab().join("bin/actionlint");
    if !actionlint.exists() {
        return lab::skip("no actionlint: run `bash scripts/lab.sh lint`");
    }
    let repository = tempfile::tempdir().unwrap();
    let below = |name: &str| repository.path().join(name);
    fs::create_dir_all(below(".github/workflows")).unwrap();
    fs::create_dir(below(".git")).unwrap();
    for name in ["action.yml", ".github/workflows/verify.yml"] {
        fs::copy(root().join(name), below(name)).unwrap();
    }
    let found = workflows();
    assert!(found.len() > 8, "only {} are found", found.len());
    let mut lint = Command::new(actionlint);
    lint.current_dir(repository.path()).args(["-no-color", "-shellcheck=", "-pyflakes="]);
    for (at, (place, workflow)) in found.iter().enumerate() {
        // As an action of this repository, whose inputs and outputs actionlint then knows.
        let ours = workflow
            .to_string()
            .replace("org/goenv-action/.github/workflows/verify.yml@v1", "./.github/workflows/verify.yml");
        let ours = ours.replace("\"org/goenv-action@v1\"", "\"./\"");
        let name = format!(".github/workflows/{at}-{}.yml", place.replace(['/', ':', '.'], "-"));
        fs::write(below(&name), ours).unwrap();
        lint.arg(name);
    }
    let said = lint.output().unwrap();
    assert!(
        said.status.success(),
        "{}{}",
        String::from_utf8_lossy(&said.stdout),
        String::from_utf8_lossy(&said.stderr)
    );
}

#[test]
fn what_the_pages_recommend_is_what_lint_recommends() {
    let runner = Runner::new();
    let write = |name: &str, text: &str| {
        let path = runner.path("app/app").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("go.mod", "module example.com/app\n\ngo 1.21\n");
    for (at, (place, workflow)) in workflows().into_iter().enumerate() {
        let name = Path::new(".github/workflows").join(format!("{at}-{}.yml", place.replace(['/', ':', '.'], "-")));
        write(name.to_str().unwrap(), &workflow.to_string());
    }
    runner.goenv().args(["lint", "--fail-on", "note"]).assert().code(0);
}
