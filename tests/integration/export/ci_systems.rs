//! Files of CI systems, read by what reads such files: schemas and parsers of the field, `goenv-ci lint`, actionlint,
//! zizmor and bash; each variable is then worked out by the system's own rules, in a few lines that know nothing of ours.

use super::hostile_values::{directories, template};
use crate::support::{Runner, lab};
use goenv_ci::{
    export::{ExportFormat, ExportTemplate, FileToImport, TemplateValue, TemplateVariable, format},
    platform::Platform,
    ports::registry::Scope,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What `scripts/lab.sh` has installed; without it a printed skip, and on CI a failure.
struct Lab {
    dir: PathBuf,
    /// Where check-jsonschema keeps the published schemas.
    schemas: PathBuf,
}

fn lab() -> Option<Lab> {
    let dir = lab::lab();
    let schemas = dir.join("venv/lib/python3*/site-packages/check_jsonschema/builtin_schemas/vendor");
    let schemas = glob::glob(schemas.to_str().unwrap()).unwrap().find_map(Result::ok);
    let parts = ["readers/ci/node_modules/ajv", "venv/bin/python", "bin/actionlint", "bin/zizmor"];
    match schemas.filter(|_| parts.iter().all(|part| dir.join(part).exists())) {
        Some(schemas) => Some(Lab { dir, schemas }),
        None => {
            lab::skip("no readers of CI systems: run `bash scripts/lab.sh readers`");
            None
        }
    }
}

/// What a program prints that is given this on standard input.
fn answer(mut command: Command, input: &str) -> String {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().unwrap();
    let (output, input) = (child, input.to_owned());
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = output.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn read_by_node(lab: &Lab, asked: &Value) -> Value {
    let mut node = Command::new("node");
    node.arg(lab.dir.join("readers/ci/read.mjs"));
    serde_json::from_str(&answer(node, &asked.to_string())).unwrap()
}

/// A document as npm's yaml reads it.
fn document(lab: &Lab, text: &str) -> Value {
    read_by_node(lab, &json!({ "documents": [{ "text": text }] }))["documents"][0]["value"].clone()
}

/// What a script of bash leaves in the environment, of what is not there without it.
fn after_bash(script: &str, env: &BTreeMap<String, String>, file: Option<&Path>) -> BTreeMap<String, String> {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &format!("{script}\nenv -0")]);
    bash.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").envs(env);
    if let Some(file) = file {
        bash.env("BASH_ENV", file);
    }
    let text = answer(bash, "");
    text.split('\0').filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

/// What a system was found to set: variables, and what is in front of PATH.
type Read = (BTreeMap<String, String>, String);

/// Directories that a system has, with an odd one for each.
fn machine() -> BTreeMap<String, String> {
    let dirs = [
        ("CI_PROJECT_DIR", "/builds/a b"),
        ("PIPELINE_WORKSPACE", "/w/1 $x"),
        ("WORKSPACE", "/j/w's"),
        ("HOME", "/h/me"),
    ];
    dirs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn strings(value: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned();
    value.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// GitLab: `$$` is a dollar, `${NAME}` and `$NAME` are variables, and so is `%NAME%`.
fn by_gitlab(text: &str, env: &BTreeMap<String, String>) -> String {
    let (dollar, rest) = match text.split_once('$') {
        None => return text.to_owned(),
        Some((before, after)) => (before.to_owned(), after),
    };
    if let Some(rest) = rest.strip_prefix('$') {
        return dollar + "$" + &by_gitlab(rest, env);
    }
    let (name, rest) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).expect("${NAME}");
    dollar + &env[name] + &by_gitlab(rest, env)
}

fn gitlab(lab: &Lab, text: &str) -> Read {
    let file = document(lab, text);
    let env = machine();
    let set: BTreeMap<_, _> =
        strings(&file["variables"]).into_iter().map(|(name, value)| (name, by_gitlab(&value, &env))).collect();
    for value in set.values() {
        let parts: Vec<&str> = value.split('%').collect();
        let named = parts.iter().skip(1).rev().skip(1).any(|part| {
            part.starts_with(|c: char| c.is_alphabetic()) && part.chars().all(|c| c == '_' || c.is_alphanumeric())
        });
        assert!(!named, "GitLab would put in a variable: {value}");
    }
    for path in
        file["default"]["cache"].as_array().into_iter().flatten().map(|cache| cache["paths"][0].as_str().unwrap())
    {
        assert!(!path.starts_with('/') && !path.contains(['$', '*', '?', '[', '{', '\\']), "{path}");
    }
    let script = file["default"]["before_script"][0].as_str().unwrap();
    let after = after_bash(script, &set, None);
    (set, lead(&after["PATH"]))
}

fn lead(path: &str) -> String {
    path.strip_suffix(":/usr/bin:/bin").unwrap_or_else(|| panic!("PATH is `{path}`")).to_owned()
}

/// Azure Pipelines: `$(Some.Name)` is a variable wherever it has one.
fn by_azure(text: &str, env: &BTreeMap<String, String>) -> String {
    assert!(!text.contains("${{"), "{text}");
    let Some((before, rest)) = text.split_once("$(") else { return text.to_owned() };
    let (name, rest) = rest.split_once(')').expect("$(NAME)");
    before.to_owned() + &env[&name.to_uppercase().replace('.', "_")] + &by_azure(rest, env)
}

fn azure(lab: &Lab, text: &str) -> Read {
    let file = document(lab, text);
    let mut env = machine();
    let set: BTreeMap<_, _> =
        strings(&file["variables"]).into_iter().map(|(name, value)| (name, by_azure(&value, &env))).collect();
    env.extend(set.clone());
    let steps = file["steps"].as_array().unwrap();
    let script = by_azure(steps[0]["bash"].as_str().unwrap(), &env);
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", &script]).env_clear().env("LC_ALL", "C.UTF-8").envs(&env);
    let printed = answer(bash, "");
    let read = read_by_node(lab, &json!({ "commands": [printed.trim_end_matches('\n')] }));
    assert_eq!(read["commands"][0]["command"], "task.prependpath");
    let caches: Vec<_> = steps.iter().filter(|step| step["task"] == "Cache@2").collect();
    let paths: Vec<_> = caches.iter().map(|step| by_azure(step["inputs"]["path"].as_str().unwrap(), &env)).collect();
    assert_eq!(paths, [format!("{}/pkg/mod", set["GOPATH"]), set["GOCACHE"].clone()]);
    (set, read["commands"][0]["message"].as_str().unwrap().to_owned())
}

/// The step fills BASH_ENV; what runs later begins with it, and so does each bash within.
fn circleci(lab: &Lab, text: &str) -> Read {
    let read = read_by_node(lab, &json!({ "circleci": text }));
    let script = read["circleci"][1]["run"]["command"].as_str().unwrap().to_owned();
    assert!(!script.contains("<<"), "CircleCI would look for a parameter: {script}");
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("bash env");
    fs::write(&file, "").unwrap();
    let mut env = machine();
    env.insert("BASH_ENV".to_owned(), file.to_str().unwrap().to_owned());
    after_bash(&script, &env, None);
    let once = after_bash("", &machine(), Some(&file));
    let twice = after_bash("exec bash -c 'env -0'", &machine(), Some(&file));
    assert_eq!(once["PATH"], twice["PATH"], "PATH grows");
    let mut set = once.clone();
    set.retain(|name, _| name.starts_with("GO") || name.starts_with("ODD"));
    (set, lead(&once["PATH"]))
}

fn jenkins(lab: &Lab, text: &str) -> Read {
    let mut python = Command::new(lab.dir.join("venv/bin/python"));
    python.arg(lab.dir.join("readers/ci/jenkinsfile.py")).env("PYTHONUTF8", "1");
    let asked = json!({ "text": text, "env": machine() });
    let found: Vec<(String, String)> = serde_json::from_str(&answer(python, &asked.to_string())).unwrap();
    let (path, set): (Vec<_>, Vec<_>) = found.into_iter().partition(|(name, _)| name.starts_with("PATH+"));
    (set.into_iter().collect(), path[0].1.clone())
}

/// The second step under bash, as the runner would start it; its files as the runner reads them.
fn github(lab: &Lab, text: &str) -> Read {
    let file = document(lab, text);
    let steps = file["jobs"]["go"]["steps"].as_array().unwrap();
    let at = |uses: &str| steps.iter().position(|step| step["uses"].as_str().is_some_and(|one| one.starts_with(uses)));
    assert!(at("actions/setup-go@") > Some(1) && at("actions/cache@") > at("actions/setup-go@"));
    let script = steps[1]["run"].as_str().unwrap();
    assert!(!script.contains("${{"), "GitHub would put in an expression: {script}");
    let scratch = tempfile::tempdir().unwrap();
    let mut env = machine();
    let mut written = |name: &str| {
        let path = scratch.path().join(name);
        fs::write(&path, "").unwrap();
        env.insert(name.to_owned(), path.to_str().unwrap().to_owned());
        path
    };
    let (set, path) = (written("GITHUB_ENV"), written("GITHUB_PATH"));
    after_bash(script, &env, None);
    let set = fs::read_to_string(set).unwrap();
    let set = set.lines().map(|line| line.split_once('=').unwrap()).map(|(name, value)| (name.into(), value.into()));
    (set.collect(), fs::read_to_string(path).unwrap().trim_end_matches('\n').to_owned())
}

type Reader = fn(&Lab, &str) -> Read;

const SYSTEMS: &[(&str, &str, Reader)] = &[
    ("github", "/srv/go", github),
    ("gitlab", "$CI_PROJECT_DIR/.cache/go", gitlab),
    ("azure", "$PIPELINE_WORKSPACE/.cache/go", azure),
    ("jenkins", "$WORKSPACE/.cache/go", jenkins),
    ("circleci", "$HOME/go", circleci),
];

/// A plan with as many variables as there are odd directories that the format takes, each of which is its own reason.
fn crowd(format: &ExportFormat, dir: &str, most: usize) -> ExportTemplate {
    let mut whole = template(Platform::Linux, Scope::User, dir);
    for (number, odd) in directories(Platform::Linux).into_iter().enumerate() {
        let value = TemplateValue::planned(Platform::Linux, &odd);
        let one = TemplateVariable { name: format!("ODD{number}"), value, reason: odd };
        let alone = ExportTemplate { variables: vec![one.clone()], path: Vec::new(), ..whole.clone() };
        if (format.write)(&alone).is_ok() && whole.variables.len() < most {
            whole.variables.push(one);
        }
    }
    whole
}

/// As the machine of the tests would have it.
fn here(value: &TemplateValue) -> String {
    value.written(str::to_owned, |name| machine()[name].clone())
}

#[test]
fn each_system_reads_hundreds_of_odd_directories_as_they_were_planned() {
    let Some(lab) = lab() else { return };
    std::thread::scope(|all| {
        for (name, dir, read) in SYSTEMS {
            let lab = &lab;
            all.spawn(move || {
                let format = format(name, None).unwrap();
                // Its parser takes a tenth of a second for each.
                let most = if *name == "jenkins" { 40 } else { 1000 };
                let whole = crowd(format, dir, most);
                assert!(whole.variables.len() >= most.min(200), "{name}: {}", whole.variables.len());
                let files = (format.write)(&whole).unwrap();
                let (set, path) = read(lab, std::str::from_utf8(&files[0].bytes).unwrap());
                for one in &whole.variables {
                    assert_eq!(set.get(&one.name), Some(&here(&one.value)), "{name}: {}", one.name);
                }
                assert_eq!(set.len(), whole.variables.len(), "{name}");
                assert_eq!(path, here(&whole.path[0]), "{name}");
            });
        }
    });
}

#[test]
fn what_the_program_writes_is_what_it_plans() {
    let Some(lab) = lab() else { return };
    let runner = Runner::new();
    let flags = ["--runner", "ubuntu-24.04", "--gocache", "/srv/a b/it's $1", "--gopath", "/srv/go"];
    let output = runner.goenv().args(["plan", "--format", "json"]).args(flags).output().unwrap();
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (name, _, read) in SYSTEMS {
        let output = runner.goenv().args(["export", name]).args(flags).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let (set, path) = read(&lab, std::str::from_utf8(&output.stdout).unwrap());
        for one in plan["variables"].as_array().unwrap() {
            assert_eq!(one["value"], set[one["name"].as_str().unwrap()].as_str(), "{name}");
        }
        assert_eq!(plan["path"][0], path.as_str(), "{name}");
    }
}

#[test]
fn the_published_schemas_take_what_the_program_writes() {
    let Some(lab) = lab() else { return };
    let runner = Runner::new();
    let schemas = ["github-workflows", "gitlab-ci", "azure-pipelines", "circle-ci"];
    let documents = ["github", "gitlab", "azure", "circleci"].into_iter().zip(schemas).map(|(name, schema)| {
        let output = runner.goenv().args(["export", name]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        json!({ "text": text, "schema": lab.schemas.join(format!("{schema}.json")) })
    });
    let read = read_by_node(&lab, &json!({ "documents": documents.collect::<Vec<_>>() }));
    for document in read["documents"].as_array().unwrap() {
        assert_eq!(document["faults"], json!([]), "{}", document["value"]);
    }
}

#[test]
fn the_linters_of_workflows_find_nothing_in_ours() {
    let Some(lab) = lab() else { return };
    let runner = Runner::new();
    let workflows = runner.path("app/app/.github/workflows");
    fs::create_dir_all(&workflows).unwrap();
    fs::write(runner.path("app/app/go.sum"), "").unwrap();
    let repository = runner.path("app/app");
    assert!(Command::new("git").args(["init", "--quiet"]).current_dir(&repository).status().unwrap().success());
    for label in ["", "windows-2025", "ubuntu-24.04", "macos-15"] {
        let flags: &[&str] = if label.is_empty() { &[] } else { &["--runner", label] };
        let output = runner.goenv().args(["export", "github"]).args(flags).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::write(workflows.join(format!("go{label}.yml")), output.stdout).unwrap();
    }
    let mut whole = crowd(format("github", None).unwrap(), "/srv/go", 1000);
    // Of typographic quotation marks shellcheck says that somebody may have meant plain ones.
    whole.variables.retain(|one| !one.value.in_plan(Platform::Linux).contains(['‘', '’', '“', '”']));
    let odd = (format("github", None).unwrap().write)(&whole).unwrap();
    fs::write(workflows.join("odd.yml"), &odd[0].bytes).unwrap();
    let clean = |output: std::io::Result<std::process::Output>| {
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    };
    clean(runner.goenv().arg("lint").output());
    let linter = |name: &str| {
        let mut command = Command::new(lab.dir.join("bin").join(name));
        command.current_dir(&repository);
        command
    };
    clean(linter("actionlint").arg("-shellcheck").arg(lab.dir.join("bin/shellcheck")).output());
    clean(linter("zizmor").args(["--offline", "--persona", "pedantic", "--no-progress", "."]).output());
}

/// What an import of a file comes to: names with values, PATH, remarks, each with its line.
fn imported(name: &str, text: &str) -> Vec<String> {
    let format = format(name, None).unwrap();
    let read = (format.read)(&FileToImport { path: "x", bytes: text.as_bytes() }).unwrap();
    let shown =
        |value: &Option<TemplateValue>| value.as_ref().map_or("?".to_owned(), |value| value.in_plan(Platform::Linux));
    let mut told: Vec<String> = Vec::new();
    told.extend(read.variables.iter().map(|one| format!("{} {}={}", one.at.line, one.name, shown(&one.value))));
    told.extend(read.path.iter().map(|one| format!("{} PATH {}", one.at.line, shown(&one.value))));
    told.extend(read.remarks.iter().map(|one| format!("{} {}", one.at.line, one.text)));
    told
}

#[test]
fn files_of_others_are_read_with_their_places() {
    for (name, text, want) in THEIRS {
        assert_eq!(imported(name, text), *want, "{name}:\n{text}");
    }
}

/// As people write them.
const THEIRS: &[(&str, &str, &[&str])] = &[
    (
        "github",
        "env:\n  GOFLAGS: -mod=mod\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env: { GOCACHE: '${{ runner.temp }}/c' }\n    steps:\n      - uses: actions/checkout@v5\n      - run: |\n          echo \"GOPATH=$HOME/go\" >> $GITHUB_ENV\n          echo \"$GOPATH/bin\" >> $GITHUB_PATH\n          go env -w GOPROXY=direct\n      - run: go build\n        env: { GOOS: js }\n      - run: echo \"GOBIN=$(pwd)/b\" >> $GITHUB_ENV\n",
        &[
            "2 GOFLAGS=-mod=mod",
            "6 GOCACHE=$RUNNER_TEMP/c",
            "12 GOPROXY=direct",
            "10 GOPATH=$HOME/go",
            "15 GOBIN=?",
            "11 PATH $HOME/go/bin",
            "14 it sets GOOS for one step alone",
        ],
    ),
    (
        "github",
        "jobs:\n  w:\n    runs-on: windows-latest\n    steps:\n    - run: |\n        echo \"GOCACHE=D:\\gc\" | Out-File $env:GITHUB_ENV -Append\n        Add-Content $env:GITHUB_PATH 'D:\\go\\bin'\n",
        &["6 GOCACHE=D:\\gc", "7 PATH D:\\go\\bin"],
    ),
    (
        "gitlab",
        "variables:\n  GOPATH: $CI_PROJECT_DIR/.go\n  PRICE: 5$$ %CI_JOB_ID%\n  RAW: { value: '$x', expand: false }\n.shared:\n  before_script:\n    - mkdir -p .go\n    - export PATH=$PATH:$GOPATH/bin\nbuild:\n  extends: .shared\n  variables: { GOFLAGS: -v }\n  script:\n    - |\n      export GOBIN=\"$(pwd)/bin\"\n      export PATH=\"$GOPATH/bin:$PATH\"\n",
        &[
            "2 GOPATH=$CI_PROJECT_DIR/.go",
            "3 PRICE=5$ $CI_JOB_ID",
            "4 RAW=$x",
            "11 GOFLAGS=-v",
            "14 GOBIN=?",
            "15 PATH $CI_PROJECT_DIR/.go/bin",
            "8 it puts `$GOPATH/bin` behind PATH",
        ],
    ),
    (
        "azure",
        "variables:\n- group: secrets\n- name: GOPATH\n  value: $(Agent.TempDirectory)/go\njobs:\n- job: a\n  variables: { GOCACHE: '$[ variables.x ]', GOFLAGS: '-v' }\n  steps:\n  - script: |\n      mkdir -p x\n      echo '##vso[task.prependpath]/opt/go/bin'\n      echo \"##vso[task.setvariable variable=GOBIN]$(GOPATH)/bin\"\n  - bash: echo \"##vso[task.prependpath]$(GOPATH)/bin\"\n    env: { GOOS: js }\n",
        &[
            "3 GOPATH=$AGENT_TEMPDIRECTORY/go",
            "7 GOCACHE=?",
            "7 GOFLAGS=-v",
            "12 GOBIN=$GOPATH/bin",
            "11 PATH /opt/go/bin",
            "13 PATH $AGENT_TEMPDIRECTORY/go/bin",
            "2 it takes variables from `secrets`",
            "14 it sets GOOS for one step alone",
        ],
    ),
    (
        "jenkins",
        "def x = (name =~ /it's/)\npipeline {\n  agent { label 'go' }\n  environment {\n    GOPATH = \"${WORKSPACE}/go\" // mine\n    TOKEN = credentials('t')\n    GOFLAGS = '-mod=mod $x'\n    SUM = \"${sh(script: \"date\", returnStdout: true)}\"\n    PATH = \"${env.GOPATH}/bin:${env.PATH}\"\n  }\n  stages { stage('b') { steps {\n    withEnv(['PATH+A=/a', \"PATH+B=${tool 'go'}/bin\", 'GOOS=js']) { sh '''make 'it' ''' }\n  } } }\n}\n",
        &[
            "5 GOPATH=$WORKSPACE/go",
            "6 TOKEN=?",
            "7 GOFLAGS=-mod=mod $x",
            "8 SUM=?",
            "12 GOOS=js",
            "9 PATH $WORKSPACE/go/bin",
            "12 PATH /a",
        ],
    ),
    (
        "circleci",
        "version: 2.1\njobs:\n  b:\n    docker: [{ image: cimg/go:1.23 }]\n    environment:\n      GOFLAGS: -v\n      GOPATH: << parameters.gopath >>\n    steps:\n      - run: echo 'export GOCACHE=~/gc' >> $BASH_ENV\n      - run:\n          command: |\n            cat >> \"$BASH_ENV\" \\<<'EOF'\n            export PATH=\"$HOME/b:$PATH\"\n            EOF\n          environment: { GOOS: js }\n",
        &["6 GOFLAGS=-v", "7 GOPATH=?", "9 GOCACHE=$HOME/gc", "13 PATH $HOME/b", "15 it sets GOOS for one step alone"],
    ),
];
