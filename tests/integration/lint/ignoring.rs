//! Comments that ignore a finding, and what the repository's own file says.

use crate::support::goenv;
use std::fs;
use tempfile::TempDir;

const HEAD: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n";
const CHECKOUT: &str = "      - uses: actions/checkout@v5\n";

/// What is told, `LINE RULE`, and how many were ignored.
fn told(steps: &str, config: Option<&str>) -> (Vec<String>, u64) {
    let dir = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(".github/workflows/ci.yml", &format!("{HEAD}{steps}"));
    write("go.mod", "module example.com/m\n\ngo 1.24\n");
    if let Some(config) = config {
        write(".github/goenv-ci.yml", config);
    }
    let output = goenv().current_dir(dir.path()).args(["lint", "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
    let one =
        |finding: &serde_json::Value| format!("{} {}", finding["location"]["line"], finding["id"].as_str().unwrap());
    (json["findings"].as_array().unwrap().iter().map(one).collect(), json["ignored"].as_u64().unwrap())
}

/// The same with setup-go in line 6 or 7, before the checkout.
fn of(setup: &str) -> (Vec<String>, u64) {
    told(&format!("{setup}{CHECKOUT}"), None)
}

fn all(found: &[&str], ignored: u64) -> (Vec<String>, u64) {
    (found.iter().map(|one| (*one).to_owned()).collect(), ignored)
}

#[test]
fn a_comment_at_the_line_or_above_it_ignores_with_a_reason() {
    let here = "      - uses: actions/setup-go@v6";
    for setup in [
        format!("{here} # goenv-ci: ignore[cache-before-checkout] the job is cold\n"),
        format!("{here} # v6 # goenv-ci: ignore[ cache-before-checkout ,cache-dirs-moved] - the job is cold\n"),
        format!("      # goenv-ci: ignore[cache-before-checkout] the job is cold\n\n      # more\n{here}\n"),
    ] {
        let (found, ignored) = of(&setup);
        assert_eq!(ignored, 1, "{setup}");
        assert!(found.iter().all(|one| one.ends_with(" ignore-unused")), "{setup}: {found:?}");
    }
    let comment = "goenv-ci: ignore[cache-before-checkout]";
    assert_eq!(of(&format!("{here} # {comment}\n")), all(&["6 cache-before-checkout", "6 ignore-without-reason"], 0));
    let words = of(&format!("{here} # goenv-ci: ignored by all\n"));
    assert_eq!(words, all(&["6 cache-before-checkout"], 0), "words of a person");
    for named in ["[cache-before-chekout] x", "[] x", " x", "[cache-before-checkout x"] {
        let told = of(&format!("{here} # goenv-ci: ignore{named}\n"));
        assert_eq!(told, all(&["6 cache-before-checkout", "6 ignore-unknown-rule"], 0), "{named}");
    }
    let above = format!("      # {comment} x\n{CHECKOUT}{here}\n");
    assert_eq!(told(&above, None), all(&["6 ignore-unused"], 0), "it is about another line");
}

#[test]
fn what_only_looks_like_a_comment_is_none() {
    let mark = "# goenv-ci: ignore[cache-dirs-moved] x";
    for step in [
        format!("      - name: 'a {mark}'\n        run: echo\n"),
        format!("      - run: |\n          echo '{mark}'\n          cat <<EOF\n          {mark}\n          EOF\n"),
        format!("      - run: >-\n          echo \"\n          {mark}\"\n"),
        format!(
            "      - shell: pwsh\n        run: |\n          Write-Host \"{mark}\"\n          $x = @'\n          {mark}\n          '@\n"
        ),
        format!("      - run: |\n          echo x{mark}\n"),
    ] {
        assert_eq!(told(&format!("{CHECKOUT}{step}"), None), all(&[], 0), "{step}");
    }
}

#[test]
fn a_script_has_the_comments_of_its_shell() {
    let steps = |shell: &str, mark: &str, line: &str| {
        format!(
            "{CHECKOUT}      - uses: actions/setup-go@v6\n      - shell: {shell}\n        run: |\n          {mark} goenv-ci: ignore[cache-dirs-moved] the next job fills it\n          {line}\n"
        )
    };
    let bash = "echo \"GOCACHE=/c\" >> \"$GITHUB_ENV\"";
    assert_eq!(told(&steps("bash", "#", bash), None), all(&[], 1));
    let pwsh = "\"GOCACHE=/c\" >> $env:GITHUB_ENV";
    assert_eq!(told(&steps("pwsh", "#", pwsh), None), all(&[], 1));
    let at_end = steps("bash", "#", &format!("{bash} # goenv-ci: ignore[cache-dirs-moved] so be it"));
    assert_eq!(
        told(&at_end.replace("          # goenv-ci: ignore[cache-dirs-moved] the next job fills it\n", ""), None),
        all(&[], 1)
    );
    let cmd = "echo GOCACHE=C:\\c>>%GITHUB_ENV%";
    for mark in ["REM", "::"] {
        let steps = steps("cmd", mark, cmd).replace("GOCACHE=C:\\c", "GOFLAGS=-v");
        assert_eq!(told(&steps, None).0.len(), 1, "{mark}: unused, so it was read: {steps}");
        assert!(told(&steps, None).0[0].ends_with("ignore-unused"));
    }
}

#[test]
fn the_repositorys_file_decides_rules_paths_and_waivers() {
    let steps = format!("      - uses: actions/setup-go@v6\n{CHECKOUT}");
    let told = |lint: &str| told(&steps, Some(&format!("lint:\n{lint}")));
    assert_eq!(told("  rules: { cache-before-checkout: off }\n"), all(&[], 0));
    assert_eq!(told("  rules: { cache-before-checkout: note }\n"), all(&["6 cache-before-checkout"], 0));
    let waiver = |rule: &str, more: &str| {
        format!("  waivers:\n    - rule: {rule}\n      path: .github/workflows/ci.yml\n      reason: known\n{more}")
    };
    assert_eq!(told(&waiver("cache-before-checkout", "")), all(&[], 1));
    assert_eq!(told(&waiver("cache-before-checkout", "      line: 6\n      until: 2999-12-31\n")), all(&[], 1));
    let expired = told(&waiver("cache-before-checkout", "      until: 2020-01-31\n"));
    assert_eq!(expired, all(&["3 waiver-expired", "6 cache-before-checkout"], 0));
    let unused = told(&waiver("cache-dirs-moved", ""));
    assert_eq!(unused, all(&["3 waiver-unused", "6 cache-before-checkout"], 0));
    let comment = format!("      - uses: actions/setup-go@v6 # goenv-ci: ignore[cache-before-checkout] x\n{CHECKOUT}");
    assert_eq!(
        super::ignoring::told(&comment, Some("lint:\n  rules: { cache-before-checkout: off }\n")).0,
        Vec::<String>::new(),
        "a rule that is off cannot be said to find nothing"
    );
}

#[test]
fn a_file_with_an_unknown_rule_is_exit_code_2_with_its_place() {
    let dir = TempDir::new().unwrap();
    fs::create_dir_all(dir.path().join(".github/workflows")).unwrap();
    fs::write(dir.path().join(".github/workflows/ci.yml"), HEAD).unwrap();
    fs::write(dir.path().join(".github/goenv-ci.yml"), "lint:\n  rules:\n    cache-dirs-mved: off\n").unwrap();
    let lint = |arguments: &[&str]| goenv().current_dir(dir.path()).arg("lint").args(arguments).output().unwrap();
    let output = lint(&[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr
            .contains(".github/goenv-ci.yml:3:5: there is no rule `cache-dirs-mved`; did you mean `cache-dirs-moved`?"),
        "{stderr}"
    );
    assert_eq!(lint(&["--no-config"]).status.code(), Some(0));
}
