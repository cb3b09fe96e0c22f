//! `lint --fix`: the file afterwards is the one that a person would have written, and nothing is found in it.

use crate::support::goenv;
use std::fs;
use tempfile::TempDir;

const HEAD: &str = "name: ci # stays\non: [push]\n\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n";

/// The file after `--fix`, which is also what `--dry-run` shows as a diff and leaves alone.
fn fixed(steps: &str, files: &[&str]) -> String {
    let before = format!("{HEAD}{steps}");
    let dir = TempDir::new().unwrap();
    let path = dir.path().join(".github/workflows/ci.yml");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, &before).unwrap();
    for file in files {
        let file = dir.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }
    let run = |arguments: &[&str]| {
        let output = goenv().current_dir(dir.path()).arg("lint").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let shown = run(&["--fix", "--dry-run"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), before, "nothing is written: {shown}");
    run(&["--fix"]);
    let after = fs::read_to_string(&path).unwrap();
    for line in after.lines().filter(|line| !before.contains(line)) {
        assert!(shown.contains(&format!("+{line}")), "the diff has {line}: {shown}");
    }
    after.strip_prefix(HEAD).unwrap().to_owned()
}

const SETUP: &str = "      - uses: actions/setup-go@v6\n        with:\n          go-version: '1.24'\n";
const CHECKOUT: &str =
    "      # The sources.\n      - uses: actions/checkout@v5\n        with:\n          persist-credentials: false\n";
const TEST: &str = "      - run: go test ./...\n";

#[test]
fn the_checkout_moves_before_setup_go_with_its_comment() {
    let after = fixed(&format!("{SETUP}\n{CHECKOUT}\n{TEST}"), &["go.mod"]);
    assert_eq!(after, format!("{CHECKOUT}{SETUP}\n\n{TEST}"));
}

#[test]
fn a_job_without_files_switches_its_cache_off() {
    let after = fixed(&format!("{SETUP}{TEST}"), &["go.mod"]);
    let setup =
        "      - uses: actions/setup-go@v6\n        with:\n          cache: false\n          go-version: '1.24'\n";
    assert_eq!(after, format!("{setup}{TEST}"));
    let after = fixed(&format!("      - uses: actions/setup-go@v6 # newest\n{TEST}"), &[]);
    let setup = "      - uses: actions/setup-go@v6 # newest\n        with:\n          cache: false\n";
    assert_eq!(after, format!("{setup}{TEST}"));
}

#[test]
fn the_file_that_makes_the_key_is_named() {
    let after = fixed(&format!("{CHECKOUT}{SETUP}{TEST}"), &["app/go.mod"]);
    let setup = "      - uses: actions/setup-go@v6\n        with:\n          cache-dependency-path: app/go.mod\n          go-version: '1.24'\n";
    assert_eq!(after, format!("{CHECKOUT}{setup}{TEST}"));
}

#[test]
fn a_step_that_sets_directories_moves_before_setup_go() {
    let sets = "      - name: directories\n        run: |\n          mkdir -p \"$RUNNER_TEMP/c\"\n          echo \"GOCACHE=$RUNNER_TEMP/c\" >> \"$GITHUB_ENV\"\n";
    let after = fixed(&format!("{CHECKOUT}{SETUP}{sets}{TEST}"), &["go.mod"]);
    assert_eq!(after, format!("{CHECKOUT}{sets}{SETUP}{TEST}"));
}

#[test]
fn a_cache_is_restored_before_go_fills_its_directory() {
    let setup = format!("{SETUP}          cache: false\n");
    let cache = |key: &str| {
        format!(
            "      - uses: actions/cache@v5\n        with:\n          path: ~/go/pkg/mod\n          key: mods-{key}${{{{ hashFiles('go.sum') }}}}\n"
        )
    };
    let after = fixed(&format!("{CHECKOUT}{setup}{TEST}{}", cache("")), &["go.mod", "go.sum"]);
    assert_eq!(after, format!("{CHECKOUT}{setup}{}{TEST}", cache("")));
    let by_a_step = format!("{CHECKOUT}{setup}{TEST}{}", cache("${{ steps.x.outputs.y }}-"));
    assert_eq!(fixed(&by_a_step, &["go.mod", "go.sum"]), by_a_step);
}

#[test]
fn what_is_not_sure_to_mean_the_same_is_left_to_a_person() {
    let is_left = |steps: String, files: &[&str]| assert_eq!(fixed(&steps, files), steps);
    let sets = |more: &str| {
        format!("      - run: |\n          {more}\n          echo \"GOCACHE=$RUNNER_TEMP/c\" >> \"$GITHUB_ENV\"\n")
    };
    is_left(format!("{CHECKOUT}{SETUP}{}{TEST}", sets("go version")), &["go.mod"]);
    is_left(format!("{CHECKOUT}{SETUP}{}{TEST}", sets("./tools/prepare")), &["go.mod"]);
    let flow = "      - {uses: actions/setup-go@v6}\n      - {uses: actions/checkout@v5}\n";
    is_left(format!("{flow}{TEST}"), &["go.mod"]);
    let anchored = "      - &setup\n        uses: actions/setup-go@v6\n      - uses: actions/checkout@v5\n";
    is_left(format!("{anchored}{TEST}"), &["go.mod"]);
}

#[test]
fn a_file_is_named_in_the_language_of_the_shell() {
    let script =
        |file: &str, value: &str| format!("      - run: |\n          echo \"GOFLAGS={value}\" >> {file} # why\n");
    let after = fixed(&format!("{CHECKOUT}{}{TEST}", script("$env:GITHUB_ENV", "-v")), &[]);
    assert_eq!(after, format!("{CHECKOUT}{}{TEST}", script("\"$GITHUB_ENV\"", "-v")));
    // What the line writes is in the other language too.
    let steps = format!("{CHECKOUT}{}{TEST}", script("$env:GITHUB_ENV", "$env:FLAGS"));
    assert_eq!(fixed(&steps, &[]), steps);
}

#[test]
fn a_step_that_another_shell_runs_too_is_left_to_a_person() {
    let steps = "      - uses: actions/checkout@v5\n  both:\n    strategy:\n      matrix:\n        os: [ubuntu-latest, windows-latest]\n    \
                 runs-on: ${{ matrix.os }}\n    steps:\n      - run: |\n          echo \"GOFLAGS=-v\" >> $GITHUB_ENV\n      - run: go test ./...\n";
    assert_eq!(fixed(steps, &[]), steps);
}

#[test]
fn a_version_gets_its_quotes() {
    let setup = |version: &str| {
        format!(
            "      - uses: actions/setup-go@v6\n        with:\n          cache: false\n          go-version: {version} # old\n"
        )
    };
    assert_eq!(fixed(&format!("{CHECKOUT}{}", setup("1.30")), &[]), format!("{CHECKOUT}{}", setup("\"1.30\"")));
}

#[test]
fn goenv_action_moves_before_setup_go_unless_it_needs_its_go() {
    let action =
        |verify: &str| format!("      - uses: org/goenv-action@v1\n        with:\n          verify: {verify}\n");
    let after = fixed(&format!("{CHECKOUT}{SETUP}{}{TEST}", action("true")), &["go.mod"]);
    assert_eq!(after, format!("{CHECKOUT}{}{SETUP}{TEST}", action("true")));
    let steps = format!("{CHECKOUT}{SETUP}{}{TEST}", action("live"));
    assert_eq!(fixed(&steps, &["go.mod"]), steps);
}

#[test]
fn line_ends_stay_as_they_are() {
    let after = fixed(&format!("{SETUP}{CHECKOUT}").replace('\n', "\r\n"), &["go.mod"]);
    assert_eq!(after, format!("{CHECKOUT}{SETUP}").replace('\n', "\r\n"));
}
