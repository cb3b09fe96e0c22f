//! What is offered for a command line: by bash's function, `complete -C` of fish, Nushell's own completer and
//! PowerShell's TabExpansion2.

use super::Desk;
use crate::support::goenv;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use crate::support::lab::lab;
#[cfg(target_os = "linux")]
use crate::support::lab::skip;
use std::process::Command;
#[cfg(unix)]
use std::process::Output;

/// What stands before the cursor, some of what is offered, and something that is not.
const OFFERED: [(&str, &[&str], &str); 13] = [
    ("goenv-ci ", &["plan", "verify", "completions", "man"], "observe"),
    ("goenv-ci doc", &["doctor"], "verify"),
    ("goenv-ci report m", &["merge"], "publish"),
    ("goenv-ci verify --li", &["--list", "--live"], "--report"),
    ("goenv-ci doctor --format ", &["human", "json"], "sarif"),
    ("goenv-ci doctor --check gobin-n", &["gobin-not-on-path"], "gobin-list"),
    ("goenv-ci verify --probe gobin/install-l", &["gobin/install-lands-in-gobin"], "GOBIN"),
    ("goenv-ci verify --probe GOMODC", &["GOMODCACHE"], "GOBIN"),
    ("goenv-ci claims --claim goroot-from-r", &["goroot-from-registry"], "goroot-from-user-profile"),
    ("goenv-ci explain GOBIN GOC", &["GOCACHE", "GOCACHEPROG"], "GOBIN"),
    ("goenv-ci plan --runner w", &["windows-2022", "windows-2025"], "ubuntu-24.04"),
    ("goenv-ci export do", &["dotenv"], "reg"),
    ("goenv-ci completions p", &["powershell"], "bash"),
];

/// Where Nushell offers less: what stands behind a comma or `=`, and a word beside a path.
const MORE: [(&str, &[&str], &str); 4] = [
    ("goenv-ci doctor --check gobin-list,gobin-n", &["gobin-list,gobin-not-on-path"], "gobin-not-on-path"),
    ("goenv-ci verify --live=", &["--live=true", "--live=false"], "--list"),
    ("goenv-ci plan --gobin no", &["none"], "my dir/"),
    ("goenv-ci plan --matrix embedded,emb", &["embedded,embedded"], "my dir/"),
];

#[cfg(unix)]
fn said(output: &Output) -> Vec<String> {
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim_end().to_owned()).collect()
}

fn holds(line: &str, offered: &[String], wanted: &[&str], unwanted: &str) {
    for word in wanted {
        assert!(offered.iter().any(|one| one == word), "`{line}` is not offered {word}: {offered:?}");
    }
    assert!(!offered.iter().any(|one| one == unwanted), "`{line}` is offered {unwanted}: {offered:?}");
}

/// Calls bash's function as bash does: cut at blanks, `=` and `:`, the cursor at the end.
#[cfg(unix)]
fn asked_by_bash(desk: &Desk, line: &str, words: &[&str]) -> Vec<String> {
    let ask = "source \"$1\"; COMP_LINE=$2 COMP_POINT=${#2}; shift 2; COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))
        _goenv_ci; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", ask, "bash"]).arg(desk.script("bash")).arg(line).args(words);
    said(&bash.env("HOME", desk.path("")).env("PATH", desk.search_path()).current_dir(desk.path("")).output().unwrap())
}

#[cfg(unix)]
#[test]
fn bash_is_offered_what_fits() {
    let desk = Desk::new();
    for (line, wanted, unwanted) in OFFERED.into_iter().chain(MORE) {
        let cut = line.replace('=', " = ");
        let words: Vec<&str> = cut.split(' ').collect();
        // It is offered what comes behind its last cut.
        let wanted: Vec<&str> = wanted.iter().map(|word| word.rsplit('=').next().unwrap()).collect();
        holds(line, &asked_by_bash(&desk, line, &words), &wanted, unwanted);
    }
    for (typed, words, offered) in [
        ("--go-root=m", &["--go-root", "=", "m"][..], &["my\\ dir/"][..]),
        ("--log \"my f", &["--log", "\"my f"], &["my file"]),
        ("--log 'm", &["--log", "'m"], &["my file", "my dir/"]),
        ("--go-root ~/m", &["--go-root", "~/m"], &["~/my\\ dir/"]),
        ("--log my\\ f", &["--log", "my\\ f"], &["my\\ file"]),
    ] {
        let words = [&["goenv-ci", "doctor"], words].concat();
        assert_eq!(asked_by_bash(&desk, &format!("goenv-ci doctor {typed}"), &words), offered, "{typed}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn fish_is_offered_what_fits() {
    if Command::new("fish").arg("--version").output().is_err() {
        return skip("no fish: `bash scripts/lab.sh shells`");
    }
    let desk = Desk::new();
    for (line, wanted, unwanted) in OFFERED.into_iter().chain(MORE) {
        let mut fish = Command::new("fish");
        fish.args(["--no-config", "--command", "source $argv[1]; complete --do-complete $argv[2]"]);
        fish.arg(desk.script("fish")).arg(line).env("HOME", desk.path("home")).env("PATH", desk.search_path());
        let offered = said(&fish.current_dir(desk.path("")).output().unwrap());
        let words: Vec<String> = offered.iter().map(|line| line.split('\t').next().unwrap().to_owned()).collect();
        holds(line, &words, wanted, unwanted);
        assert!(line != "goenv-ci doc" || offered[0].contains("\tFind what is wrong"), "{offered:?}");
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn nushell_is_offered_what_fits_and_runs_what_was_typed() {
    let nu = lab().join("nushell/node_modules/@nushell/linux-x64/bin/nu");
    if !nu.exists() {
        return skip("no Nushell: `bash scripts/lab.sh shells`");
    }
    let nu = std::path::absolute(nu).unwrap();
    let desk = Desk::new();
    let uses = format!("use {} *\n", desk.script("nushell").with_file_name("goenv-ci.nu").display());
    std::fs::rename(desk.path("goenv-ci.nushell"), desk.path("goenv-ci.nu")).unwrap();
    let file = desk.path("typed.nu");
    let start = |arguments: &[&str]| {
        let mut nu = Command::new(&nu);
        nu.arg("--no-config-file").args(arguments).arg(&file).current_dir(desk.path(""));
        said(&nu.env("HOME", desk.path("home")).env("PATH", desk.search_path()).output().unwrap())
    };
    for (line, wanted, unwanted) in OFFERED {
        let text = format!("{uses}{line}");
        std::fs::write(&file, &text).unwrap();
        let answer: serde_json::Value =
            serde_json::from_str(&start(&["--ide-complete", &text.len().to_string()])[0]).unwrap();
        let words = answer["completions"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
        // A command is offered with those before it.
        let words: Vec<String> = words.map(|word| word.rsplit(' ').next().unwrap().to_owned()).collect();
        // Behind the program's own name it offers files until a letter of a command is there.
        if line != "goenv-ci " {
            holds(line, &words, wanted, unwanted);
        }
    }
    std::fs::write(
        &file,
        format!("{uses}goenv-ci claims --list --claim goroot-from-r --claim gobin-unset --color never\n"),
    )
    .unwrap();
    let listed = start(&[]);
    assert!(listed.iter().any(|line| line.starts_with("goroot-from-registry ")), "{listed:?}");
}

/// As Windows PowerShell hands the words over, which drops empty arguments.
#[test]
fn words_in_a_variable_are_completed_too() {
    let mut asked = goenv();
    asked
        .arg("--")
        .env("_GOENV_CI_COMPLETE", "powershell")
        .env("_GOENV_CI_COMPLETE_WORDS", "goenv-ci\ndoctor\n--format\n");
    let output = asked.output().unwrap();
    let words: Vec<&str> =
        str::from_utf8(&output.stdout).unwrap().lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(words, ["human", "json"]);
}

#[test]
fn a_variable_that_a_job_was_given_makes_no_command_do_nothing() {
    let mut judged = goenv();
    judged.args(["verify", "--probe", "nope"]).env("_GOENV_CI_COMPLETE", "bash");
    assert_eq!(judged.output().unwrap().status.code(), Some(4));
}

#[test]
fn what_cannot_be_completed_is_answered_with_nothing() {
    for words in [
        &[][..],
        &["goenv-ci", "nope", "x"],
        &["goenv-ci", "--nope=", "--", "-"],
        &["goenv-ci", "doctor", "--check", "\u{1b}[31m"],
    ] {
        for shell in ["bash", "zsh", "fish", "powershell", "elvish", "nushell"] {
            let output = goenv().arg("--").args(words).env("_GOENV_CI_COMPLETE", shell).output().unwrap();
            assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{shell} {words:?}: {output:?}");
            assert_eq!(output.stderr, b"", "{shell} {words:?}");
        }
    }
}

/// `pwsh` wherever it is, and Windows PowerShell on Windows; GitHub's images have them.
#[test]
fn powershell_is_offered_what_fits_and_runs_nothing_that_was_typed() {
    let shells: &[&str] = if cfg!(windows) { &["pwsh", "powershell"] } else { &["pwsh"] };
    let mut any = false;
    for shell in shells {
        // Wine has a program of that name which runs nothing.
        let tried = Command::new(shell).args(["-NoProfile", "-Command", "'it ' + 'runs'"]).output();
        if tried.is_ok_and(|tried| String::from_utf8_lossy(&tried.stdout).contains("it runs")) {
            offered_by_powershell(shell);
            any = true;
        }
    }
    if any {
        return;
    }
    match std::env::var_os("GITHUB_ACTIONS") {
        Some(_) => panic!("GitHub's images have PowerShell, and none is found"),
        // Debian has no package of it.
        None => eprintln!("skipped: no PowerShell is here; every hosted runner has one"),
    }
}

fn offered_by_powershell(shell: &str) {
    let desk = Desk::new();
    let slash = std::path::MAIN_SEPARATOR;
    let trap = format!("goenv-ci doctor $(New-Item '{}') --fo", desk.path("trap").display());
    let quoted = format!("'my dir{slash}'");
    let more = [("goenv-ci man my", &[quoted.as_str()][..], "my"), (trap.as_str(), &["--format"], "--list")];
    let cases = || OFFERED.into_iter().chain(MORE).chain(more);
    // One start for all: PowerShell takes a second for each. It prints the lines that a Tab makes.
    let script = desk.script("powershell");
    let mut ask = format!(
        "$ProgressPreference = 'SilentlyContinue'\nInvoke-Expression (Get-Content -Raw '{}')\n",
        script.display()
    );
    for (number, (line, ..)) in cases().enumerate() {
        ask += &format!(
            "'== {number}'\n$line = '{}'\n$tab = TabExpansion2 -inputScript $line -cursorColumn $line.Length\n\
             $tab.CompletionMatches | ForEach-Object {{ $line.Substring(0, $tab.ReplacementIndex) + $_.CompletionText }}\n",
            line.replace('\'', "''")
        );
    }
    let file = desk.path("ask.ps1");
    std::fs::write(&file, ask).unwrap();
    let mut asked = Command::new(shell);
    asked.args(["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File"]).arg(&file);
    let output = asked.env("PATH", desk.search_path()).current_dir(desk.path("")).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    for (number, (line, wanted, unwanted)) in cases().enumerate() {
        let (_, rest) = text.split_once(&format!("== {number}\n")).unwrap_or_else(|| panic!("{shell}: {line}: {text}"));
        let made: Vec<String> = rest.lines().take_while(|line| !line.starts_with("== ")).map(str::to_owned).collect();
        let before = line.rsplit_once(' ').unwrap().0;
        let wanted: Vec<String> = wanted.iter().map(|word| format!("{before} {word}")).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        holds(&format!("{shell}: {line}"), &made, &wanted, &format!("{before} {unwanted}"));
    }
    assert!(!desk.path("trap").exists(), "{shell} has run what was typed");
}
