//! The command line itself: what each help must say, its examples, lists, and the tables of docs/usage.md.

use crate::support::{assert_file, goenv};
use clap::{Arg, Command, CommandFactory, Parser};
use goenv_ci::{cli::Args, exit::Exit};

/// Every command below the program with its words, `report merge`; hidden ones are left out.
pub fn commands() -> Vec<(String, Command)> {
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
    let help = arg.get_long_help().map_or_else(|| help_of(arg), ToString::to_string);
    let (_, rest) = help.split_once("[default: ")?;
    Some(rest.split_once(']')?.0.to_owned())
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

/// The words of the command of ours in a line for a shell, if it has one.
pub fn typed(line: &str) -> Option<Vec<&str>> {
    let ours = &line[line.find("goenv-ci ")?..];
    let end = ours.find([')', '|', '>', ';', '#', '&']).unwrap_or(ours.len());
    Some(ours[..end].split_whitespace().collect())
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
            let typed = typed(example).unwrap_or_else(|| panic!("not ours: {example}"));
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

/// Every flag of the program itself, which all commands take.
fn is_global(arg: &Arg) -> bool {
    arg.get_help_heading() == Some("Global options")
}

/// `--probe TEXT`'s row: flag, value, variable, default, meaning.
fn row(arg: &Arg) -> String {
    let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
    let joined = |words: Vec<String>| words.iter().map(|word| code(word)).collect::<Vec<_>>().join(", ");
    let flag = match arg.get_long() {
        Some(long) => {
            let short = arg.get_short().map(|short| format!("-{short}"));
            let aliases = arg.get_visible_aliases().unwrap_or_default().into_iter().map(|alias| format!("--{alias}"));
            joined([format!("--{long}")].into_iter().chain(short).chain(aliases).collect())
        }
        None => code(&arg.get_value_names().unwrap()[0]),
    };
    let words: Vec<_> = if takes_a_value(arg) && !arg.is_hide_possible_values_set() {
        arg.get_possible_values().into_iter().filter(|word| !word.is_hide_set()).collect()
    } else {
        Vec::new()
    };
    let value = match arg.get_value_names() {
        Some(_) if !words.is_empty() => joined(words.iter().map(|word| word.get_name().to_owned()).collect()),
        Some(names) if takes_a_value(arg) && !arg.is_positional() => code(&names[0]),
        _ => String::new(),
    };
    let variable = arg.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let default = if !takes_a_value(arg) {
        String::new()
    } else if let [first, ..] = arg.get_default_values() {
        code(&first.to_string_lossy())
    } else {
        default_of(arg).unwrap_or_else(|| "required".to_owned())
    };
    let long = arg.get_long_help().map_or_else(|| help_of(arg), ToString::to_string);
    let paragraphs = long.split("\n\n").map(|text| {
        let text = text.split(" [default: ").next().unwrap().split(" (required").next().unwrap();
        text.trim_end_matches('.').to_owned()
    });
    let explained = words.iter().filter_map(|word| Some(format!("`{}`: {}", word.get_name(), word.get_help()?)));
    // What `human` and `json` are is said once, above the tables.
    let said_above = words.len() == 2 && words[0].get_name() == "human";
    let meaning: Vec<String> = paragraphs.chain(explained.filter(|_| !said_above)).collect();
    format!("| {flag} | {value} | {variable} | {default} | {} |\n", meaning.join(". ").replace('|', "\\|"))
}

fn table<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let rows: String = arguments.map(row).collect();
    format!("| flag | value | variable | default | meaning |\n| --- | --- | --- | --- | --- |\n{rows}")
}

/// The page with a table between the two comments that name it.
fn with_table(page: &str, name: &str, table: &str) -> String {
    let begin = format!("<!-- {name}: generated -->\n\n");
    let end = "\n<!-- end -->\n";
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("docs/usage.md has no `{begin}`"));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("{name} has no end"));
    format!("{before}{begin}{table}{end}{after}")
}

#[test]
fn the_tables_of_usage_md_are_those_of_the_command_line() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/usage.md");
    let mut page = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    for (words, command) in commands() {
        page = with_table(
            &page,
            &format!("flags of {words}"),
            &table(command.get_arguments().filter(|arg| !is_global(arg))),
        );
    }
    let root = Args::command();
    page = with_table(&page, "global flags", &table(root.get_arguments()));
    let codes = Exit::ALL.map(|exit| format!("| {} | {} |\n", exit.code(), exit.meaning()));
    let codes = format!("| code | means |\n| --- | --- |\n{}", codes.concat());
    page = with_table(&page, "exit codes", &codes);
    assert_file("docs/usage.md", &page);
}
