//! What an error of the command line suggests: the names that are nearest by our own measure, in place of clap's,
//! which takes `fish` for what was meant by `zsh`.

use crate::{
    cli::{Args, Command, values::Toggle, verify::NOT_LIVE},
    nearest::nearest,
};
use clap::{
    Error,
    builder::StyledStr,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::ffi::OsString;

/// Shells that read what `apply --shell bash` prints.
const LIKE_BASH: [&str; 6] = ["zsh", "sh", "dash", "ash", "ksh", "mksh"];

/// `--live` beside a flag that it leaves nothing to say about. Of variables, which the action always sets, none counts.
pub(super) fn live_alone(args: &Args) -> Result<(), Error> {
    let Command::Verify(verify) = &args.command else { return Ok(()) };
    match NOT_LIVE.iter().find(|(id, _)| verify.live == Toggle::On && args.sources.typed(id)) {
        Some((id, why)) => Err(Error::raw(
            ErrorKind::ArgumentConflict,
            format!("`--live` cannot be used with `--{}`: {why}", id.replace('_', "-")),
        )),
        None => Ok(()),
    }
}

/// `--config` beside `--no-config`. A variable that names a file stands in the way of neither.
pub(super) fn one_config(args: &Args) -> Result<(), Error> {
    match args.sources.typed("config") && args.sources.typed("no_config") {
        true => Err(Error::raw(ErrorKind::ArgumentConflict, "`--config` cannot be used with `--no-config`")),
        false => Ok(()),
    }
}

/// The error of these arguments with other suggestions.
pub(super) fn explained(mut error: Error, root: &clap::Command, arguments: &[OsString]) -> Error {
    match error.kind() {
        ErrorKind::InvalidValue => values(&mut error),
        ErrorKind::InvalidSubcommand => commands(&mut error, root, arguments),
        _ => {}
    }
    error
}

fn values(error: &mut Error) {
    let (Some(value), Some(ContextValue::Strings(valid))) =
        (said(error, ContextKind::InvalidValue), error.get(ContextKind::ValidValue))
    else {
        return;
    };
    let near = owned(&nearest(&value, valid.iter().map(String::as_str)));
    suggest(error, ContextKind::SuggestedValue, near);
    let of_apply = said(error, ContextKind::InvalidArg).is_some_and(|arg| arg.starts_with("--shell "));
    if of_apply && LIKE_BASH.contains(&value.as_str()) {
        tip(error, format!("{value} takes the lines of bash: eval \"$(goenv-ci apply --shell bash)\""));
    }
}

fn commands(error: &mut Error, root: &clap::Command, arguments: &[OsString]) {
    let Some(word) = said(error, ContextKind::InvalidSubcommand) else { return };
    let typed = arguments.iter().skip(1).filter_map(|argument| argument.to_str());
    let parent = typed.fold(root, |command, word| command.find_subcommand(word).unwrap_or(command));
    let names = |command: &clap::Command| -> Vec<String> {
        command
            .get_subcommands()
            .filter(|below| !below.is_hide_set())
            .map(|below| below.get_name().to_owned())
            .collect()
    };
    let here = names(parent);
    suggest(error, ContextKind::SuggestedSubcommand, owned(&nearest(&word, here.iter().map(String::as_str))));
    let elsewhere = root.get_subcommands().find(|command| command.find_subcommand(&word).is_some());
    match elsewhere {
        Some(command) => tip(error, format!("there is `goenv-ci {} {word}`", command.get_name())),
        None => tip(error, format!("there are {}", here.join(", "))),
    }
}

fn said(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    }
}

fn suggest(error: &mut Error, kind: ContextKind, names: Vec<String>) {
    error.remove(kind);
    if !names.is_empty() {
        error.insert(kind, ContextValue::Strings(names));
    }
}

fn tip(error: &mut Error, text: String) {
    let mut tips = match error.remove(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => tips,
        _ => Vec::new(),
    };
    tips.push(StyledStr::from(text));
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
