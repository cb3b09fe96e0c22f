use super::*;
use std::collections::BTreeMap;

const NO_ACTION: &dyn Fn(&str) -> Option<(String, String)> = &|_| None;

/// `GOBIN=/b 3, job a, step 1, to GITHUB_ENV`, with what it comes to behind ` = `.
fn told(text: &str, job: Option<&str>, live: &[(&str, &str)], actions: &[(&str, &str)]) -> Vec<String> {
    let env = EnvBlock::from_pairs(Platform::Linux, live.iter().copied());
    let actions: BTreeMap<&str, &str> = actions.iter().copied().collect();
    let action = |uses: &str| Some((format!("{uses}/action.yml"), (*actions.get(uses)?).to_owned()));
    let asked = Asked {
        names: &Names::of_go(Platform::Linux),
        job,
        live: (!live.is_empty()).then_some(&env),
        platform: Platform::Linux,
        action: &action,
    };
    let read = settings(text, &asked).unwrap();
    let values = read.values.iter().map(|one| {
        let known = one.possible.join("|");
        let known = if known == one.value || known.is_empty() { String::new() } else { format!(" = {known}") };
        let file = one.file.as_deref().map(|file| format!("{file}:")).unwrap_or_default();
        format!("{}={} {file}{}{known}", one.name, one.value, one.at)
    });
    values.chain(read.notes.iter().map(|note| format!("note: {note}"))).collect()
}

fn broken(text: &str) -> String {
    let names = Names::of_go(Platform::Linux);
    settings(text, &Asked { names: &names, job: None, live: None, platform: Platform::Linux, action: NO_ACTION })
        .unwrap_err()
}

const TEXT: &str = "on: push\nenv:\n  GOFLAGS: -v\n  CGO_ENABLED: 0\njobs:\n  build:\n    env: { GOBIN: \"${{ runner.temp }}/b\" }\n    steps:\n      - uses: actions/checkout@v4\n      - run: go build\n        env:\n          GOFLAGS: -x\n          GOVCS: 1.20\n          GOWORK:\n  lint:\n    env: ${{ fromJSON('{}') }}\n    steps:\n      - env: { GOBIN: /l }\n";

#[test]
fn the_step_comes_before_the_job_and_that_before_the_workflow() {
    assert_eq!(
        told(TEXT, Some("build"), &[], &[]),
        [
            "GOFLAGS=-x 12, job build, step 2",
            "GOVCS=1.20 13, job build, step 2",
            "GOWORK= 14, job build, step 2",
            "GOBIN=${{ runner.temp }}/b 7, job build",
            "GOFLAGS=-v 3",
            "CGO_ENABLED=0 4",
        ]
    );
    assert!(told(TEXT, None, &[], &[]).contains(&"GOBIN=/l 18, job lint, step 1".to_owned()));
}

#[test]
fn what_is_broken_is_named_with_its_line() {
    assert!(broken("jobs:\n  a: [\n").starts_with("line "));
    let twice = broken("env:\n  A: 1\n  A: 2\n");
    assert_eq!(twice, "line 3, column 3: `A` stands there twice");
    assert_eq!(told("# nothing\n", None, &[], &[]), [""; 0]);
    assert_eq!(told("jobs: 1\nenv: [x]\n", None, &[], &[]), [""; 0]);
}

/// After the workflows of public repositories.
const SCRIPTS: &str = r#"
env:
  TOOLS: ${{ github.workspace }}/tools
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo "GOBIN=$TOOLS/bin" >> "$GITHUB_ENV"
      - name: several
        run: |
          mkdir -p x
          echo "GOFLAGS=-mod=mod" >> $GITHUB_ENV

          echo "$HOME/go/bin" >> $GITHUB_PATH
      - run: go env -w GOPROXY=direct
      - run: |
          export GOWORK=off
          go build
        env:
          GOWORK: auto
      - if: runner.os == 'Windows'
        run: echo "GOCACHE=/c" >> $GITHUB_ENV
      - run: echo "GOMODCACHE=$GOCACHE/m" >> $GITHUB_ENV
      - run: echo "GOTMPDIR=$(mktemp -d)" >> $GITHUB_ENV
      - run: echo "GOENV=${{ env.GOBIN }}/env" >> $GITHUB_ENV
"#;

#[test]
fn what_scripts_set_for_later_steps_is_found_and_worked_out() {
    let live = [
        ("GITHUB_WORKSPACE", "/w"),
        ("GITHUB_ENV", "/f"),
        ("HOME", "/h"),
        ("GOCACHE", "/live"),
        ("RUNNER_OS", "Linux"),
    ];
    assert_eq!(
        told(SCRIPTS, Some("build"), &live, &[]),
        [
            "GOWORK=off 17, job build, step 4, for the rest of that step",
            "GOWORK=auto 20, job build, step 4",
            "GOENV=${{ env.GOBIN }}/env 25, job build, step 8, to GITHUB_ENV = /w/tools/bin/env",
            "GOTMPDIR=$(mktemp -d) 24, job build, step 7, to GITHUB_ENV",
            "GOMODCACHE=$GOCACHE/m 23, job build, step 6, to GITHUB_ENV",
            "GOCACHE=/c 22, job build, step 5, to GITHUB_ENV",
            "GOPROXY=direct 15, job build, step 3, `go env -w`",
            "PATH=$HOME/go/bin 14, job build, step 2, to GITHUB_PATH = /h/go/bin",
            "GOFLAGS=-mod=mod 12, job build, step 2, to GITHUB_ENV",
            "GOBIN=$TOOLS/bin 8, job build, step 1, to GITHUB_ENV = /w/tools/bin",
        ]
    );
    // Where nothing runs, nobody knows the runner's directories.
    assert!(told(SCRIPTS, None, &[], &[]).contains(&"GOBIN=$TOOLS/bin 8, job build, step 1, to GITHUB_ENV".to_owned()));
}

#[test]
fn the_shell_is_the_steps_the_jobs_the_workflows_or_the_runners() {
    let posix = r#"echo "GOBIN=/b" >> $GITHUB_ENV"#;
    let power = r#""GOBIN=/b" >> $env:GITHUB_ENV"#;
    let cmd = "echo GOBIN=/b>>%GITHUB_ENV%";
    let found = |head: &str, runs_on: &str, step: &str, script: &str| {
        let text = format!(
            "{head}\njobs:\n  a:\n    {runs_on}\n    steps:\n      - run: |\n          {script}\n        {step}\n"
        );
        !told(&text, None, &[], &[]).is_empty()
    };
    let (linux, windows) = ("runs-on: ubuntu-latest", "runs-on: windows-2022");
    assert!(found("", linux, "", posix) && !found("", linux, "", power));
    assert!(found("", windows, "", power) && !found("", windows, "", posix), "$GITHUB_ENV is empty in PowerShell");
    assert!(found("", windows, "shell: bash", posix));
    assert!(found("", windows, "shell: cmd", cmd) && !found("", windows, "", cmd));
    assert!(found("", linux, "shell: pwsh", power) && !found("", linux, "shell: python", posix));
    assert!(found("defaults: { run: { shell: bash } }", windows, "", posix));
    assert!(found("", "runs-on: windows-2022\n    defaults: { run: { shell: bash } }", "", posix));
    assert!(found("", "runs-on: [self-hosted, Windows]", "", power));
    assert!(found("", "runs-on: { group: big, labels: [windows-2022] }", "", power));
    let matrix = "runs-on: ${{ matrix.os }}\n    strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }";
    assert!(found("", matrix, "", posix) && found("", matrix, "", power));
    let one = "runs-on: ${{ matrix.os }}\n    strategy: { matrix: { include: [{ os: windows-latest }] } }";
    assert!(found("", one, "", power) && !found("", one, "", posix));
    assert!(found("", windows, "shell: ${{ matrix.x }}", posix), "nobody knows the shell");
}

#[test]
fn a_script_for_two_shells_has_each_place_once() {
    let text = "jobs:\n  a:\n    runs-on: ${{ inputs.x }}\n    steps:\n      - run: go env -w GOBIN=/b\n";
    assert_eq!(told(text, None, &[], &[]), ["GOBIN=/b 5, job a, step 1, `go env -w`"]);
}

#[test]
fn a_matrix_gives_one_of_its_values() {
    let text = "jobs:\n  a:\n    strategy:\n      matrix:\n        go: [1.20, '1.22']\n        x: [{ dir: /a }, { dir: /b }]\n        include: [{ go: 1.23 }]\n        bad: ${{ fromJSON('[]') }}\n    steps:\n      - env:\n          GOTOOLCHAIN: go${{ matrix.go }}\n          GOBIN: ${{ matrix.x.dir }}\n          GOENV: ${{ matrix.bad }}\n";
    assert_eq!(
        told(text, None, &[], &[]),
        [
            "GOTOOLCHAIN=go${{ matrix.go }} 11, job a, step 1 = go1.20|go1.22|go1.23",
            "GOBIN=${{ matrix.x.dir }} 12, job a, step 1 = /a|/b",
            "GOENV=${{ matrix.bad }} 13, job a, step 1",
        ]
    );
}

#[test]
fn the_paths_of_a_runner_are_other_ones_in_a_container() {
    let text = "jobs:\n  a:\n    container: golang:1.22\n    steps:\n      - env: { GOBIN: \"${{ github.workspace }}/b\" }\n      - run: echo GOENV=$GITHUB_WORKSPACE/e >> $GITHUB_ENV\n";
    assert_eq!(
        told(text, Some("a"), &[("GITHUB_WORKSPACE", "/__w/x")], &[]),
        [
            "GOBIN=${{ github.workspace }}/b 5, job a, step 1",
            "GOENV=$GITHUB_WORKSPACE/e 6, job a, step 2, to GITHUB_ENV = /__w/x/e",
        ]
    );
}

const ACTION: &str = "inputs:\n  dir:\n    default: /d\n  other: {}\nruns:\n  using: composite\n  steps:\n    - run: echo \"GOBIN=$DIR/bin\" >> $GITHUB_ENV\n      shell: bash\n      env:\n        DIR: ${{ inputs.dir }}\n    - uses: ./inner\n";
const INNER: &str = "runs:\n  using: composite\n  steps:\n    - shell: pwsh\n      run: |\n        \"GOFLAGS=-v\" >> $env:GITHUB_ENV\n      env:\n        GOVCS: off\n    - uses: ./outer\n";

#[test]
fn local_actions_are_read_with_their_inputs_and_not_for_ever() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: ./outer\n        with: { dir: /given }\n      - run: echo GOENV=$GOBIN/e >> $GITHUB_ENV\n      - uses: ./absent\n";
    let actions = [("./outer", ACTION), ("./inner", INNER)];
    let told = told(text, None, &[], &actions);
    let first: Vec<&str> =
        told.iter().map(String::as_str).filter(|one| !one.contains("step 2 of the action, step 2")).collect();
    assert_eq!(
        first,
        [
            "GOVCS=off ./inner/action.yml:8, job a, step 1, step 2 of the action, step 1 of the action",
            "GOENV=$GOBIN/e 6, job a, step 2, to GITHUB_ENV = /d/bin/e",
            "GOFLAGS=-v ./inner/action.yml:6, job a, step 1, step 2 of the action, step 1 of the action, to GITHUB_ENV",
            "GOBIN=$DIR/bin ./outer/action.yml:8, job a, step 1, step 1 of the action, to GITHUB_ENV = /given/bin",
        ]
    );
    assert!(told.len() < 40, "{told:#?}");
}

#[test]
fn actions_that_are_broken_or_of_another_kind_set_nothing() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: ./broken\n      - uses: ./broken\n      - uses: ./node\n";
    let actions = [("./broken", "runs: [\n"), ("./node", "runs: { using: node20, main: x.js }\n")];
    let told = told(text, None, &[], &actions);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("note: `./broken/action.yml` is passed over: line "), "{told:?}");
}

#[test]
fn workflows_that_are_called_are_told() {
    let names = Names::of_go(Platform::Linux);
    let asked = Asked { names: &names, job: None, live: None, platform: Platform::Linux, action: NO_ACTION };
    let text = "jobs:\n  a: { uses: ./.github/workflows/b.yml }\n  c: { uses: org/x/.github/workflows/d.yml@v1 }\n";
    assert_eq!(settings(text, &asked).unwrap().calls, BTreeSet::from(["b.yml".to_owned()]));
}

#[test]
fn a_value_that_the_shell_would_read_otherwise_is_not_known() {
    let row = |script: &str, workspace: &str| {
        let text = format!("jobs:\n  a:\n    steps:\n      - run: |\n          {script}\n");
        let told = told(&text, Some("a"), &[("GITHUB_WORKSPACE", workspace)], &[]);
        told[0].split_once(" = ").map(|(_, value)| value.to_owned())
    };
    let (bare, quoted) =
        ("echo GOBIN=${{ github.workspace }} >> $GITHUB_ENV", "echo \"GOBIN=${{ github.workspace }}\" >> $GITHUB_ENV");
    assert_eq!(row(bare, "/w").as_deref(), Some("/w"));
    assert_eq!(row(bare, "/a b"), None);
    assert_eq!(row(bare, "D:\\a\\b"), None, "the shell takes the backslashes away");
    assert_eq!(row(quoted, "D:\\a\\b").as_deref(), Some("D:\\a\\b"));
    assert_eq!(row(quoted, "/a$b"), None);
    assert_eq!(row("echo GOBIN=$GITHUB_WORKSPACE >> $GITHUB_ENV", "/a b"), None);
    assert_eq!(row("echo \"GOBIN=$GITHUB_WORKSPACE\" >> $GITHUB_ENV", "/a b").as_deref(), Some("/a b"));
}

#[test]
fn large_and_hostile_workflows_are_bounded() {
    let mut many = String::from("jobs:\n  a:\n    env:\n");
    for at in 0..2_000 {
        many += &format!("      V{at}: x\n");
    }
    many += "    steps:\n";
    for at in 0..4_000 {
        many += &format!("      - run: echo GOBIN={at} >> $GITHUB_ENV\n        env: {{ A: 1 }}\n");
    }
    assert_eq!(told(&many, None, &[], &[]).len(), 4_000);
    let alias = "x: &a [1, 2]\ny: &b [*a, *a]\nenv:\n  GOBIN: /b\njobs:\n  a: &j\n    steps: [{ run: echo GOFLAGS=-v >> $GITHUB_ENV }]\n  b: *j\n";
    assert_eq!(told(alias, None, &[], &[]).len(), 3);
    let merged = "d: &d { GOBIN: /b }\nenv:\n  <<: *d\n";
    assert_eq!(told(merged, None, &[], &[]), ["GOBIN=/b 1"]);
    let deep = format!("env: {}1{}\n", "[".repeat(5_000), "]".repeat(5_000));
    assert!(!broken(&deep).is_empty());
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for at in 1..12 {
        bomb += &format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 10].join(", "));
    }
    assert!(broken(&bomb).contains("nested too deeply, or holds too much"), "{}", broken(&bomb));
    let steps: String = (0..300).map(|_| "    - uses: ./outer\n").collect();
    let twice = format!("runs:\n  using: composite\n  steps:\n{steps}");
    let told = told("jobs:\n  a:\n    steps: [{ uses: ./outer }]\n", None, &[], &[("./outer", &twice)]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("only the first are read"), "{told:?}");
}
