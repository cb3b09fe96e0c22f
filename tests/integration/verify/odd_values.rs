//! Values with everything that a shell or a file could take for an order: they
//! arrive in GITHUB_ENV and in each shell as they were given.

use crate::support::Runner;
use std::{fs, process::Command};

/// What may stand in the name of a folder; a backslash at the end where that is a separator.
fn odd(runner: &Runner) -> Vec<String> {
    let names =
        ["100%", "%PATH%x", "a^b", "a!b!", "a b", "a&b", "Gr\u{fc}\u{df}e \u{4f60}\u{597d} \u{1f600}", "it's", "$HOME"];
    let mut values: Vec<String> = names.iter().map(|name| runner.text(&format!("app/{name}"))).collect();
    if cfg!(windows) {
        values.push(runner.text("app/tail") + "\\");
    }
    values
}

#[test]
fn every_odd_value_reaches_github_env_as_it_was_given() {
    let runner = Runner::new();
    for value in odd(&runner) {
        fs::write(runner.path("env"), "").unwrap();
        runner.goenv().args(["apply", "--gopath", &value]).assert().success();
        let written = runner.read("env");
        assert_eq!(written.lines().nth(1), Some(format!("GOPATH={value}").as_str()), "{written}");
        assert!(!written.contains('\r') && !written.starts_with('\u{feff}'), "UTF-8 and line feeds only");
    }
}

/// What a shell has in GOPATH after the lines for it.
fn seen_by(shell: &str, runner: &Runner, value: &str) -> Option<String> {
    let lines = runner.goenv().args(["apply", "--shell", shell, "--gopath", value]).output().unwrap();
    assert!(lines.status.success(), "{lines:?}");
    let (script, mut command) = match shell {
        "cmd" => {
            let script = runner.path("set-go.cmd");
            fs::write(&script, [b"@echo off\r\n", lines.stdout.as_slice()].concat()).unwrap();
            let mut command = Command::new("cmd");
            // The program itself says what it was given, so that no code page comes between.
            command.args(["/d", "/v:off", "/c", "call"]).arg(&script).args(["&&", env!("CARGO_BIN_EXE_goenv-ci")]);
            command.args([
                "verify",
                "--go",
                "1.0",
                "--allow-missing",
                "--probe",
                "goenv/",
                "--format",
                "json",
                "--quiet",
            ]);
            (script, command)
        }
        _ => {
            let name = if shell == "pwsh" { "set-go.ps1" } else { "set-go" };
            let script = runner.path(name);
            let show = if shell == "pwsh" { "[Console]::Out.Write($env:GOPATH)" } else { "printf %s \"$GOPATH\"" };
            fs::write(&script, [lines.stdout.as_slice(), show.as_bytes()].concat()).unwrap();
            let mut command = Command::new(shell);
            if shell == "pwsh" {
                command.args(["-NoProfile", "-File"]);
            }
            command.arg(&script);
            (script, command)
        }
    };
    command.env_clear().envs(runner.goenv().get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: {shell} does not start here: {error}");
            return None;
        }
    };
    fs::remove_file(script).unwrap();
    if shell != "cmd" {
        return Some(String::from_utf8(output.stdout).unwrap());
    }
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let source = report["sources"].as_array().unwrap().iter().find(|s| s["variable"] == "GOPATH").unwrap();
    Some(source["value"].as_str().unwrap().to_owned())
}

#[test]
fn every_odd_value_reaches_each_shell_that_is_here() {
    let shells: &[&str] = if cfg!(windows) { &["cmd", "pwsh"] } else { &["bash", "fish", "pwsh"] };
    for shell in shells {
        let runner = Runner::new();
        for value in odd(&runner) {
            if *shell == "cmd" && !value.is_ascii() && goenv_ci::system::wine::version().is_some() {
                eprintln!("skipped: Wine's cmd reads batch files in the OEM code page, whatever `chcp` says");
                continue;
            }
            let Some(seen) = seen_by(shell, &runner, &value) else { break };
            assert_eq!(seen, value, "{shell}");
        }
    }
}

#[test]
fn lines_for_powershell_are_ascii_whatever_they_mean() {
    let runner = Runner::new();
    let value = runner.text("app/it's \u{fc}\u{1f600}");
    let lines = runner.goenv().args(["apply", "--shell", "pwsh", "--gopath", &value]).output().unwrap().stdout;
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.is_ascii(), "{lines}");
    assert!(lines.contains("it''s ' + [char]0x00fc + '' + [char]0xd83d + [char]0xde00 + '')\n"), "{lines}");
}

#[test]
fn lines_for_cmd_change_the_code_page_only_where_they_must() {
    let runner = Runner::new();
    let lines = |name: &str| {
        let value = runner.text(name);
        let output = runner.goenv().args(["apply", "--shell", "cmd", "--gopath", &value]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(!lines("app/plain").contains("chcp"));
    let odd = lines("app/\u{fc}");
    let at = |text: &str| odd.find(text).unwrap_or_else(|| panic!("no `{text}` in {odd}"));
    assert!(at("chcp 65001") < at("set \"GOPATH=") && at("set \"PATH=") < at("chcp %goenv_ci_page%"));
}
