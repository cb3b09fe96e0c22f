//! Completions. The scripts of bash, zsh, fish, PowerShell and elvish ask the program itself at each Tab, so that they
//! never grow old; Nushell's has all words in it. Two are not the library's: bash cuts words at `=` and `:`, and
//! PowerShell would evaluate what was typed.

mod offered;

use crate::{cli::CompletedShell, platform::env::EnvBlock};
use clap::ValueEnum;
use clap_complete::{
    engine,
    env::{Elvish, EnvCompleter, Fish, Powershell, Zsh},
};
use std::{
    ffi::OsString,
    io::{self, Write},
    path::Path,
};

/// Holds the name of the shell that asks for completions.
const ASKED_BY: &str = "_GOENV_CI_COMPLETE";

/// Holds the words so far, each on its line, where a shell cannot hand them over as arguments: Windows PowerShell drops
/// empty ones.
const WORDS: &str = "_GOENV_CI_COMPLETE_WORDS";

/// zsh reads a file of `fpath` at the first Tab, which is to be answered too.
const AUTOLOADED: &str = "
if [[ ${funcstack[1]} == _goenv-ci ]]; then
    _clap_dynamic_completer_goenv_ci \"$@\"
fi
";

const PROGRAM: &str = "goenv-ci";

/// What a shell reads to complete the program's commands.
///
/// # Errors
/// The library's script is none.
pub fn script(shell: CompletedShell) -> io::Result<String> {
    let registration = |asks: &dyn EnvCompleter| -> io::Result<String> {
        let mut script = Vec::new();
        asks.write_registration(ASKED_BY, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
        Ok(String::from_utf8_lossy(&script).into_owned())
    };
    let script = match shell {
        CompletedShell::Bash => include_str!("scripts/bash.sh").to_owned(),
        CompletedShell::Powershell => include_str!("scripts/powershell.ps1").to_owned(),
        CompletedShell::Zsh => registration(&Zsh)? + AUTOLOADED,
        CompletedShell::Fish => registration(&Fish)?,
        CompletedShell::Elvish => registration(&Elvish)?,
        CompletedShell::Nushell => nushell(),
    };
    Ok(format!("{}\n", script.trim()))
}

fn nushell() -> String {
    let mut script = Vec::new();
    clap_complete::generate(clap_complete_nushell::Nushell, &mut offered::in_a_script(), PROGRAM, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// What could follow, as the script of the shell that asks reads it; `None` where none asks.
#[must_use]
pub fn answer(env: &EnvBlock, arguments: impl IntoIterator<Item = OsString>, dir: &str) -> Option<Vec<u8>> {
    let shell = CompletedShell::from_str(env.get_filled(ASKED_BY)?, false).ok()?;
    let mut arguments = arguments.into_iter().skip(1);
    // No command begins so: a variable alone, which a job may have been given, must not make one do nothing.
    if arguments.next()? != "--" {
        return None;
    }
    let words: Vec<OsString> = match env.get(WORDS) {
        Some(words) => words.split('\n').map(OsString::from).collect(),
        None => arguments.collect(),
    };
    let mut said = Vec::new();
    if words.is_empty() {
        return Some(said);
    }
    // What cannot be completed is not worth an error in the middle of a command line.
    let _ = reply(shell, words, Path::new(dir), &mut said);
    Some(said)
}

fn reply(shell: CompletedShell, words: Vec<OsString>, dir: &Path, said: &mut dyn Write) -> io::Result<()> {
    let mut command = offered::at_a_tab();
    let speaker: &dyn EnvCompleter = match shell {
        CompletedShell::Bash => {
            let last = words.len() - 1;
            for candidate in engine::complete(&mut command, words, last, Some(dir))? {
                writeln!(said, "{}", candidate.get_value().to_string_lossy())?;
            }
            return Ok(());
        }
        CompletedShell::Zsh => &Zsh,
        CompletedShell::Fish => &Fish,
        CompletedShell::Powershell => &Powershell,
        CompletedShell::Elvish => &Elvish,
        CompletedShell::Nushell => return Ok(()),
    };
    speaker.write_complete(&mut command, words, Some(dir), said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_three_words_end_the_library() {
        let mut command = offered::at_a_tab();
        let words = [
            "",
            "-",
            "--",
            "---",
            "-x",
            "-qh",
            "-j",
            "-j=",
            "=",
            "--=",
            "doctor",
            "verify",
            "report",
            "merge",
            "explain",
            "plan",
            "man",
            "--check",
            "--check=",
            "--live",
            "--live=",
            "--color",
            "--gobin=..",
            ",",
            "../",
            "~",
            "/",
            "é",
            "-é",
            "\u{1b}",
        ];
        for first in words {
            for second in words {
                for third in words {
                    let typed = ["goenv-ci", first, second, third].map(OsString::from).to_vec();
                    let _ = engine::complete(&mut command, typed, 3, Some(Path::new("/nowhere")));
                }
            }
        }
    }

    #[test]
    fn the_script_of_powershell_is_one() {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).expect("a grammar of this version");
        let script = script(CompletedShell::Powershell).expect("a script");
        let tree = parser.parse(&script, None).expect("a tree");
        assert!(!tree.root_node().has_error(), "{}", tree.root_node().to_sexp());
        assert!(!script.contains("Invoke-Expression"), "what was typed must not be run");
    }
}
