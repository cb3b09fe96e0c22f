//! The command line itself: what each help must say, its examples, lists, and the tables of docs/usage.md.

use crate::support::{assert_file, goenv};
use clap::{Arg, Command, CommandFactory, Parser};
use goenv_ci::cli::Args;

/// Every command below the program with its words, `report merge`; hidden ones are left out.
fn commands() -> Vec<(String, Command)> {
    fn walk(words: &str, command: &Command, found: &mut Vec<(String, Command)>) {
        for below in command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help") {
            let words = format!("{words} {}", below.get_name()).trim().to_owned();
            if below.has_subcommands() {
                walk(&words, below, found);
            } else {
                found.push((words, below.clone()));
            }
        }
    }
    let mut root = Args::command();
    root.build();
    let mut found = Vec::new();
    walk("", &root, &mut found);
    found
}

fn takes_a_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

fn help_of(arg: &Arg) -> String {
    arg.get_help().map(ToString::to_string).unwrap_or_default()
}

/// What clap knows, else what the help says in brackets.
fn default_of(arg: &Arg) -> Option<String> {
    let known: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !known.is_empty() {
        return Some(known.join(","));
    }
    let help = help_of(arg);
    let (_, rest) = help.rsplit_once("[default: ")?;
    Some(rest.strip_suffix(']')?.to_owned())
}

fn flag(words: &str, arg: &Arg) -> String {
    match arg.get_long() {
        Some(long) => format!("{words} --{long}"),
        None => format!("{words} {}", arg.get_id()),
    }
}

#[test]
fn every_flag_with_a_value_states_its_default_once() {
    let mut wrong = Vec::new();
    for (words, command) in commands() {
        for arg in command.get_arguments().filter(|arg| takes_a_value(arg)) {
            let help = help_of(arg);
            let said = usize::from(!arg.get_default_values().is_empty()) + help.matches("[default: ").count();
            let required = help.contains("(required");
            let positional = arg.is_positional() && arg.is_required_set();
            if said + usize::from(required || positional) != 1 {
                wrong.push(format!("{}: {help}", flag(&words, arg)));
            }
        }
    }
    assert!(wrong.is_empty(), "say `[default: …]` at the end, or `(required)`:\n{}", wrong.join("\n"));
}

#[test]
fn every_flag_stands_below_a_heading_and_is_explained() {
    for (words, command) in commands() {
        for arg in command.get_arguments() {
            assert_ne!(help_of(arg), "", "{}", flag(&words, arg));
            assert!(arg.is_positional() || arg.get_help_heading().is_some(), "{}", flag(&words, arg));
        }
    }
}

#[test]
fn every_example_is_a_command_line_that_is_taken() {
    let root = Args::command();
    let with_root = [(String::new(), root)].into_iter().chain(commands());
    for (words, command) in with_root {
        let text = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
        let text = text.unwrap_or_default();
        let examples: Vec<&str> = text
            .lines()
            .skip_while(|line| *line != "Examples:")
            .skip(1)
            .take_while(|line| line.starts_with("  "))
            .filter(|line| !line.starts_with("  # "))
            .collect();
        assert!(!examples.is_empty(), "`{words}` has no example");
        for example in examples {
            assert!(example.chars().count() <= 79, "too wide for 80 columns: {example}");
            let typed = &example[example.find("goenv-ci ").unwrap_or_else(|| panic!("not ours: {example}"))..];
            let end = typed.find([')', '|', '>', ';']).unwrap_or(typed.len());
            let typed: Vec<&str> = typed[..end].split_whitespace().collect();
            assert!(typed.join(" ").starts_with(format!("goenv-ci {words}").trim()), "another command: {example}");
            if let Err(why) = Args::try_parse_from(typed) {
                panic!("{example}: {why}");
            }
        }
    }
}

#[test]
fn no_line_of_any_help_is_wider_than_its_terminal() {
    for (words, _) in commands() {
        for flag in ["-h", "--help"] {
            for columns in [80, 100] {
                let mut command = goenv();
                command.args(words.split(' ')).arg(flag).env("COLUMNS", columns.to_string());
                let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
                for line in text.lines() {
                    assert!(line.chars().count() <= columns, "{words} {flag} at {columns}: {line}");
                }
            }
        }
    }
}

#[test]
fn what_there_is_is_listed_without_any_go_and_as_json() {
    let said = |args: &[&str]| {
        let output = goenv().args(args).env("PATH", "").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let json = |args: &[&str]| serde_json::from_str::<serde_json::Value>(&said(args)).unwrap();
    for (command, of, second) in [("verify", "probes", "variable"), ("claims", "claims", "statement")] {
        let listed = json(&[command, "--list", "--format", "json"]);
        assert_eq!(listed["schema_version"], 1);
        let all = listed[of].as_array().unwrap();
        let lines = said(&[command, "--list"]);
        assert_eq!(lines.lines().count(), all.len(), "one on a line");
        for (line, one) in lines.lines().zip(all) {
            let (id, rest) = line.split_once(' ').unwrap();
            assert_eq!(id, one["id"].as_str().unwrap());
            let second = one[second].as_str().unwrap().replace('`', "");
            assert!(rest.trim_start().replace('`', "").starts_with(&second), "{line}");
        }
    }
    let some = said(&["verify", "--list", "--probe", "gobin/"]);
    assert!(!some.is_empty() && some.lines().all(|line| line.starts_with("gobin/")), "{some}");
}

#[test]
fn the_schemas_of_the_lists_are_published() {
    assert_file("docs/schema/probes.schema.json", &goenv_ci::probe::list::schema().unwrap());
    assert_file("docs/schema/claims-list.schema.json", &goenv_ci::claims::list::schema().unwrap());
}
