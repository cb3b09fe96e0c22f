//! `--help` and `-h` of every command, where no terminal says how wide it is.

use super::{Case, process::Place};

const COMMANDS: [(&str, &[&str]); 16] = [
    ("goenv-ci", &[]),
    ("plan", &["plan"]),
    ("apply", &["apply"]),
    ("verify", &["verify"]),
    ("explain", &["explain"]),
    ("doctor", &["doctor"]),
    ("claims", &["claims"]),
    ("relocate", &["relocate"]),
    ("report", &["report"]),
    ("report-merge", &["report", "merge"]),
    ("report-publish", &["report", "publish"]),
    ("report-compare", &["report", "compare"]),
    ("report-history", &["report", "history"]),
    ("completions", &["completions"]),
    ("man", &["man"]),
    ("observe", &["observe"]),
];

pub fn cases() -> Vec<Case> {
    let place = Place::new();
    let case = |(name, words): &(&'static str, &[&str])| {
        let shown = |flag: &str| place.alone(&[*words, &[flag]].concat(), &[]);
        let outputs = vec![("txt".to_owned(), shown("--help")), ("short.txt".to_owned(), shown("-h"))];
        Case { command: "help", name, outputs, hostile: None }
    };
    COMMANDS.iter().map(case).collect()
}

#[test]
fn every_help_is_as_accepted() {
    super::accepted::accept(&cases().iter().collect::<Vec<_>>());
}
