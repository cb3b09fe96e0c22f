//! The manual: a page for the program and each of its commands, made of their help; `beside` adds what no flag says.

mod beside;

use crate::{cli::Args, exit::Exit};
use clap::{Command, CommandFactory};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};
use std::io;

const SECTION: &str = "1";

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualPage {
    /// `goenv-ci-report-merge.1`.
    pub file: String,
    /// As man reads it.
    pub text: String,
}

/// All pages, that of the program first.
///
/// # Errors
/// The library does not write it.
pub fn pages() -> io::Result<Vec<ManualPage>> {
    let mut root = Args::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    add(&root, None, &mut pages)?;
    Ok(pages)
}

fn add(command: &Command, above: Option<&str>, pages: &mut Vec<ManualPage>) -> io::Result<()> {
    let name = name(command);
    let below: Vec<&Command> = command.get_subcommands().filter(|below| !below.is_hide_set()).collect();
    let neighbours = above.map(str::to_owned).into_iter().chain(below.iter().map(|below| self::name(below)));
    let text = page(command, &name, &neighbours.collect::<Vec<_>>())?;
    pages.push(ManualPage { file: format!("{name}.{SECTION}"), text });
    below.into_iter().try_for_each(|below| add(below, Some(&name), pages))
}

/// `goenv-ci-report-merge`.
fn name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: &Command, name: &str, neighbours: &[String]) -> io::Result<String> {
    let man = Man::new(command.clone()).section(SECTION);
    // The library would leave the empty date out, and take what follows for one.
    let mut text =
        format!(".TH {name} {SECTION} \"\" \"goenv-ci {}\" \"goenv-ci manual\"\n", env!("CARGO_PKG_VERSION"))
            .into_bytes();
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    man.render_options_section(&mut text)?;
    let mut text = String::from_utf8_lossy(&text).into_owned();
    let words = command.get_bin_name().unwrap_or_default().trim_start_matches("goenv-ci").trim_start();
    for section in [
        exit_status(),
        rows("ENVIRONMENT", &environment(command, words)),
        rows("FILES", &beside::files(words)),
        examples(command),
        see_also(neighbours),
    ] {
        text.push_str(&section);
    }
    Ok(tidied(&text))
}

/// What each part begins with stands once, a second paragraph about a flag below the first, and no line ends in spaces.
fn tidied(text: &str) -> String {
    let beginning = Roff::default().render();
    let rest = text.replace(&beginning, "").replace("\n\n", "\n.IP\n");
    let lines = rest.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.fold(beginning, |text, line| text + &line)
}

fn exit_status() -> String {
    let codes = Exit::ALL.map(|exit| (exit.code().to_string(), exit.meaning().to_owned()));
    rows("EXIT STATUS", &codes)
}

/// The variables that stand for flags, and what else the command reads.
fn environment(command: &Command, words: &str) -> Vec<(String, String)> {
    let of_flag = |arg: &clap::Arg| {
        let variable = arg.get_env()?.to_string_lossy().into_owned();
        Some((variable, format!("the value of --{}, where the flag is not given", arg.get_long()?)))
    };
    command.get_arguments().filter_map(of_flag).chain(beside::variables(words)).collect()
}

/// A section of names with what they mean; nothing without any.
fn rows(title: &str, rows: &[(String, String)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut roff = Roff::default();
    roff.control("SH", [title]);
    for (name, meaning) in rows {
        roff.control("TP", []);
        roff.text([bold(name)]);
        roff.text([roman(meaning)]);
    }
    roff.render()
}

/// What the help shows: lines of comments, each with the command lines that it is about.
fn examples(command: &Command) -> String {
    let help = command.get_after_long_help().or_else(|| command.get_after_help()).map(ToString::to_string);
    let help = help.unwrap_or_default();
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1).take_while(|line| line.starts_with("  "));
    let mut roff = Roff::default();
    roff.control("SH", ["EXAMPLES"]);
    for (at, line) in lines.enumerate() {
        match line.trim_start().strip_prefix("# ") {
            Some(comment) => {
                if at > 0 {
                    roff.control("PP", []);
                }
                roff.text([roman(format!("{comment}:"))]);
            }
            None => {
                for (control, arguments) in [("RS", &["4"][..]), ("nf", &[])] {
                    roff.control(control, arguments.iter().copied());
                }
                roff.text([bold(line.trim_start())]);
                for control in ["fi", "RE"] {
                    roff.control(control, []);
                }
            }
        }
    }
    roff.render()
}

/// The program, or what is above and below a command, and where the rest is told.
fn see_also(neighbours: &[String]) -> String {
    let mut roff = Roff::default();
    roff.control("SH", ["SEE ALSO"]);
    for (at, name) in neighbours.iter().enumerate() {
        let rest = if at + 1 < neighbours.len() { format!("({SECTION}),") } else { format!("({SECTION})") };
        roff.text([bold(name), roman(rest)]);
    }
    roff.control("PP", []);
    roff.text([roman(format!("{}/tree/main/docs", env!("CARGO_PKG_REPOSITORY")))]);
    roff.render()
}
