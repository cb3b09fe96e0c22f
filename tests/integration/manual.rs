//! The manual: a page for every command, with its examples, flags and exit codes, that man and mandoc read without a word.

use crate::{cli::commands, support::goenv};
use goenv_ci::exit::Exit;
use std::{fs, path::Path};

fn written(dir: &Path) -> Vec<String> {
    let output = goenv().arg("man").arg(dir).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Without what only a reader of the format needs.
fn plain(roff: &str) -> String {
    let text = roff.replace("\\fB", "").replace("\\fI", "").replace("\\fR", "").replace("\\-", "-");
    text.replace("\\*(Aq", "'").replace("\\&", "").replace("\\\\", "\\")
}

#[test]
fn every_command_has_a_page_with_its_flags_examples_and_exit_codes() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("share/man1");
    let files = written(&deep);
    let named = |words: &str| deep.join(format!("goenv-ci-{}.1", words.replace(' ', "-")));
    // The program itself, and `report`, which does nothing without a command of its own.
    assert_eq!(files.len(), commands().len() + 2, "{files:?}");
    assert_eq!(fs::read_dir(&deep).unwrap().count(), files.len());
    for (words, command) in commands() {
        let page = plain(&fs::read_to_string(named(&words)).unwrap());
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"] {
            let heading =
                if section.contains(' ') { format!("\n.SH \"{section}\"\n") } else { format!("\n.SH {section}\n") };
            assert!(page.contains(&heading), "{words}: no {section}");
        }
        for exit in Exit::ALL {
            assert!(page.contains(&format!("\n{}\n{}\n", exit.code(), exit.meaning())), "{words}: {exit:?}");
        }
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let flag = arg
                .get_long()
                .map_or_else(|| arg.get_value_names().unwrap()[0].to_string(), |long| format!("--{long}"));
            assert!(page.contains(&flag), "{words}: no {flag}");
            let variable = arg.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            assert!(page.contains(&variable), "{words}: no {variable}");
        }
        let help = command.get_after_long_help().unwrap().to_string();
        for example in help.lines().skip(1).map(|line| line.trim_start().trim_start_matches("# ")) {
            assert!(page.contains(example), "{words}: no example `{example}`");
        }
    }
}

#[test]
fn the_page_of_the_program_is_printed_and_the_same_as_in_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let printed = goenv().arg("man").output().unwrap();
    assert_eq!(printed.stdout, fs::read(dir.path().join("goenv-ci.1")).unwrap());
}

#[test]
fn pages_that_are_there_are_replaced_and_nothing_else_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    let (page, other) = (dir.path().join("goenv-ci-plan.1"), dir.path().join("go.1"));
    fs::write(&page, "old").unwrap();
    fs::write(&other, "other").unwrap();
    written(dir.path());
    assert!(fs::read_to_string(&page).unwrap().contains(".TH goenv-ci-plan 1 "));
    assert_eq!(fs::read_to_string(&other).unwrap(), "other");
}

#[test]
fn what_is_no_directory_is_exit_code_3_and_stays_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "mine").unwrap();
    let output = goenv().arg("man").arg(&file).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.starts_with("error: the manual cannot be written to `") && said.contains("  help: "), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

/// What a program says of each page, with the page's name; it must be there.
#[cfg(target_os = "linux")]
fn said_of_pages(program: &str, arguments: &[&str]) -> Option<Vec<(String, std::process::Output)>> {
    use crate::support::lab::skip;
    if std::process::Command::new(program).args(arguments).arg("/dev/null").output().is_err() {
        skip(&format!("no {program}: `bash scripts/lab.sh shells`"));
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let pages = written(dir.path()).into_iter().map(|file| {
        let mut command = std::process::Command::new(program);
        command.args(arguments).arg(&file).env("MANWIDTH", "80").env("LC_ALL", "C.UTF-8");
        (file, command.output().unwrap())
    });
    Some(pages.collect())
}

#[cfg(target_os = "linux")]
#[test]
fn man_shows_every_page_without_a_warning() {
    let Some(pages) = said_of_pages("man", &["--warnings", "--local-file"]) else { return };
    for (file, shown) in pages {
        let text = String::from_utf8_lossy(&shown.stdout);
        assert!(shown.status.success() && shown.stderr.is_empty(), "{file}: {shown:?}");
        assert!(text.contains("EXIT STATUS") && text.contains("goenv-ci manual"), "{file}: {text}");
        // Examples are never broken.
        let wide = text.lines().find(|line| line.chars().count() > 80 && !line.contains("goenv-ci "));
        assert!(wide.is_none(), "{file} is wider than the terminal: {wide:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn mandoc_finds_nothing_wrong_with_any_page() {
    let Some(pages) = said_of_pages("mandoc", &["-T", "lint", "-W", "warning"]) else { return };
    for (file, found) in pages {
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        // The day of a build would make each build another.
        let wrong: Vec<&str> = found.lines().filter(|line| !line.contains("missing date")).collect();
        assert!(wrong.is_empty(), "{file}: {wrong:?}");
    }
}
