//! What each flag takes, by its id: a row for every one whose words are no enum's.

use crate::{
    claims::load_claims,
    cli::Args,
    doctor::checks,
    goenv::Known,
    plan::{DEFAULT_VERSIONS, runner},
    probe::{CLAIMS, EMBEDDED, EMBEDDED_FILES, SourceFile, load_probes},
};
use clap::{Arg, ArgAction, Command, CommandFactory, ValueHint, builder::PossibleValue};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter};
use std::ffi::OsStr;

/// What a flag takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Offer {
    /// One of these.
    Words(fn() -> Vec<OfferedWord>),
    /// Some of these, separated by commas.
    List(fn() -> Vec<OfferedWord>),
    /// A directory.
    Dir,
    /// A directory, or this word.
    DirOr(&'static str),
    /// Directories and this word, separated by commas.
    DirsOr(&'static str),
    /// A file.
    File,
    /// A file, or this word.
    FileOr(&'static str),
    /// A file or a directory.
    Path,
    /// What only its user knows.
    Free,
}

/// A word with what it means.
#[derive(Clone, Debug)]
pub(super) struct OfferedWord {
    text: String,
    meaning: String,
}

/// By the ids of arguments, which mean the same in every command that has them.
const OFFERS: &[(&str, Offer)] = &[
    ("artifact", Offer::Free),
    ("artifacts", Offer::Free),
    ("baseline", Offer::Free),
    ("branch", Offer::Free),
    ("check", Offer::List(check_ids)),
    ("claim", Offer::Words(claim_ids)),
    ("claims", Offer::DirsOr(EMBEDDED)),
    ("config", Offer::FileOr("none")),
    ("dir", Offer::Dir),
    ("durations", Offer::File),
    ("event_log", Offer::File),
    ("file", Offer::FileOr("-")),
    ("go", Offer::List(go_versions)),
    ("go_root", Offer::Dir),
    ("gobin", Offer::DirOr("none")),
    ("gocache", Offer::Dir),
    ("gomodcache", Offer::Dir),
    ("gopath", Offer::Dir),
    ("goroot", Offer::Dir),
    ("inputs", Offer::Path),
    ("jobs", Offer::Free),
    ("log", Offer::FileOr("-")),
    ("matrix", Offer::DirsOr(EMBEDDED)),
    ("new", Offer::Path),
    ("old", Offer::Path),
    ("out", Offer::Path),
    ("paths", Offer::Path),
    ("pid", Offer::Free),
    ("probe", Offer::Words(probe_ids)),
    ("report", Offer::Dir),
    ("repository", Offer::Free),
    ("run", Offer::Free),
    ("runner", Offer::List(runners)),
    ("runs", Offer::Free),
    ("shard", Offer::Free),
    ("shards", Offer::Free),
    ("timeout", Offer::Free),
    ("to", Offer::Dir),
    ("variables", Offer::Words(variables)),
    ("wait", Offer::Free),
    ("why", Offer::Path),
    ("workflow", Offer::File),
];

/// The program's commands as its scripts ask about them.
pub(super) fn at_a_tab() -> Command {
    visible(Args::command()).mut_args(alone_or_equals).mut_subcommands(|below| with(below, asking))
}

/// The program's commands with all their words, for a script that asks nobody.
pub(super) fn in_a_script() -> Command {
    visible(Args::command()).mut_args(alone_or_equals).mut_subcommands(|below| with(below, listing))
}

/// Without what the help does not show.
fn visible(command: Command) -> Command {
    let shown: Vec<Command> = command.get_subcommands().filter(|below| !below.is_hide_set()).cloned().collect();
    Command::new(command.get_name().to_owned())
        .about(command.get_about().cloned().unwrap_or_default())
        .version(env!("CARGO_PKG_VERSION"))
        .args(command.get_arguments().cloned())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommands(shown)
}

fn with(command: Command, change: fn(Arg) -> Arg) -> Command {
    command
        .disable_help_subcommand(true)
        .mut_args(|arg| alone_or_equals(change(arg)))
        .mut_subcommands(|below| with(below, change))
}

/// A flag that takes its value only behind `=` takes none from the next word.
fn alone_or_equals(arg: Arg) -> Arg {
    if !arg.is_require_equals_set() {
        return arg;
    }
    let words: Vec<String> = arg.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
    let completer = move |typed: &OsStr| matching(words.iter().map(CompletionCandidate::new).collect(), typed);
    Arg::new(arg.get_id().clone())
        .long(arg.get_long().unwrap_or_default().to_owned())
        .help(arg.get_help().cloned().unwrap_or_default())
        .help_heading(arg.get_help_heading().unwrap_or_default().to_owned())
        .action(ArgAction::SetTrue)
        .add(ArgValueCompleter::new(completer))
}

fn matching(mut words: Vec<CompletionCandidate>, typed: &OsStr) -> Vec<CompletionCandidate> {
    words.retain(|word| word.get_value().to_string_lossy().starts_with(&*typed.to_string_lossy()));
    words
}

/// A path that is called a directory is one.
fn offer(arg: &Arg) -> Option<Offer> {
    let is_called_dir = arg.get_value_names().is_some_and(|names| names.iter().any(|name| name.as_str() == "DIR"));
    OFFERS.iter().find(|(known, _)| arg.get_id() == known).map(|(_, offer)| match offer {
        Offer::Path if is_called_dir => Offer::Dir,
        offer => *offer,
    })
}

fn asking(arg: Arg) -> Arg {
    match offer(&arg) {
        Some(Offer::Words(words)) => words_at_a_tab(arg, words),
        Some(Offer::List(words)) => words_at_a_tab(arg, words).value_delimiter(','),
        Some(Offer::DirOr(word)) => arg.add(ArgValueCompleter::new(PathOr { word, paths: PathCompleter::dir() })),
        Some(Offer::DirsOr(word)) => {
            arg.add(ArgValueCompleter::new(PathOr { word, paths: PathCompleter::dir() })).value_delimiter(',')
        }
        Some(Offer::FileOr(word)) => arg.add(ArgValueCompleter::new(PathOr { word, paths: PathCompleter::file() })),
        Some(offer) => arg.value_hint(hint(offer)),
        None => arg,
    }
}

fn words_at_a_tab(arg: Arg, words: fn() -> Vec<OfferedWord>) -> Arg {
    let completer = move |typed: &OsStr| {
        let all = words();
        let candidates = all.into_iter().map(|word| {
            let help = (!word.meaning.is_empty()).then(|| word.meaning.into());
            CompletionCandidate::new(word.text).help(help)
        });
        matching(candidates.collect(), typed)
    };
    arg.add(ArgValueCompleter::new(completer))
}

fn listing(arg: Arg) -> Arg {
    match offer(&arg) {
        Some(Offer::Words(words) | Offer::List(words)) => {
            let words = words().into_iter().map(|word| PossibleValue::new(word.text).help(word.meaning));
            arg.value_parser(words.collect::<Vec<_>>()).default_value(None::<&'static str>)
        }
        Some(offer) => arg.value_hint(hint(offer)),
        None => arg,
    }
}

fn hint(offer: Offer) -> ValueHint {
    match offer {
        Offer::Dir | Offer::DirOr(_) | Offer::DirsOr(_) => ValueHint::DirPath,
        Offer::File | Offer::FileOr(_) => ValueHint::FilePath,
        Offer::Path => ValueHint::AnyPath,
        Offer::Free | Offer::Words(_) | Offer::List(_) => ValueHint::Other,
    }
}

/// Paths, and before them a word that stands for none.
struct PathOr {
    word: &'static str,
    paths: PathCompleter,
}

impl ValueCompleter for PathOr {
    fn complete(&self, typed: &OsStr) -> Vec<CompletionCandidate> {
        let mut candidates = matching(vec![CompletionCandidate::new(self.word)], typed);
        candidates.extend(self.paths.complete(typed));
        candidates
    }
}

fn word(text: impl Into<String>, meaning: impl Into<String>) -> OfferedWord {
    OfferedWord { text: text.into(), meaning: meaning.into() }
}

/// Also what `explain` knows beside Go's own names.
fn variables() -> Vec<OfferedWord> {
    let of_go = Known::every_name().iter().map(|name| word(*name, ""));
    of_go.chain([word("PATH", "where programs are looked for"), word("go", "the `go` on PATH")]).collect()
}

/// The embedded probes, and before them the variables that select all of their own.
fn probe_ids() -> Vec<OfferedWord> {
    let probes = load_probes(&SourceFile::embedded(EMBEDDED_FILES)).unwrap_or_default();
    let mut names: Vec<&str> = probes.iter().map(|probe| probe.variable.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let of_variables = names.into_iter().map(|name| word(name, format!("every probe of {name}")));
    let live = word("live", "those of the step's own environment");
    let ids = probes.iter().map(|probe| word(&probe.id, &probe.why));
    of_variables.chain([live]).chain(ids).collect()
}

fn claim_ids() -> Vec<OfferedWord> {
    let claims = load_claims(&SourceFile::embedded(CLAIMS)).unwrap_or_default();
    claims.into_iter().map(|claim| word(claim.id, claim.statement)).collect()
}

fn check_ids() -> Vec<OfferedWord> {
    checks().map(|check| word(check.id, check.title)).collect()
}

fn runners() -> Vec<OfferedWord> {
    let recorded = runner::known().map(|name| word(name, "recorded"));
    [word(runner::CURRENT, "this machine")].into_iter().chain(recorded).collect()
}

fn go_versions() -> Vec<OfferedWord> {
    let minors = DEFAULT_VERSIONS.split(',').map(|minor| word(minor, "its newest patch"));
    minors.chain([word("path", "the `go` on PATH")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(command: &Command, see: &mut impl FnMut(&Command, &Arg)) {
        command.get_arguments().for_each(|arg| see(command, arg));
        command.get_subcommands().filter(|below| !below.is_hide_set()).for_each(|below| walk(below, see));
    }

    #[test]
    fn every_flag_that_takes_a_value_is_offered_words_or_has_its_row() {
        let mut root = Args::command().disable_help_subcommand(true);
        root.build();
        let mut used = Vec::new();
        walk(&root, &mut |command, arg| {
            let id = arg.get_id().as_str();
            used.push(id.to_owned());
            let is_settled = !arg.get_action().takes_values() || arg.get_value_parser().possible_values().is_some();
            assert!(is_settled || offer(arg).is_some(), "{} --{id}: what does it take?", command.get_name());
        });
        for (id, _) in OFFERS {
            assert!(used.iter().any(|known| known == id), "no flag has the id {id}");
        }
    }

    #[test]
    fn every_word_is_offered_once_and_means_something_or_names_a_variable() {
        for (words, least) in
            [(probe_ids(), 50), (claim_ids(), 30), (check_ids(), 50), (variables(), 50), (runners(), 4)]
        {
            assert!(words.len() > least, "{words:?}");
            let mut texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            texts.sort_unstable();
            assert!(texts.windows(2).all(|pair| pair[0] != pair[1]), "{texts:?}");
            assert!(words.iter().all(|word| !word.meaning.is_empty() || Known::every_name().contains(&&*word.text)));
        }
    }

    #[test]
    fn the_commands_of_a_script_are_sound() {
        at_a_tab().debug_assert();
        in_a_script().debug_assert();
    }
}
