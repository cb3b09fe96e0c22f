//! The plan as lines for a shell to evaluate, for use without a runner.
//! Values hold no control character and no double quote: the plan refuses them.

use crate::{
    plan::{Plan, Shell},
    platform::Platform,
};

/// cmd reads a batch file in the console's code page, line by line: these lines
/// are UTF-8, so it is told, and told back. `chcp` says the number behind a colon in every language.
const CMD_UTF8: [&str; 2] =
    [r#"@for /f "tokens=2 delims=:." %%c in ('chcp') do @set "goenv_ci_page=%%c""#, "@chcp 65001 >nul"];
const CMD_BACK: [&str; 2] = ["@chcp %goenv_ci_page% >nul", r#"@set "goenv_ci_page=""#];

/// One line each. Evaluated twice they do no more than once, except that
/// cmd, which cannot compare safely, prepends again.
#[must_use]
pub fn lines(plan: &Plan, shell: Shell) -> Vec<String> {
    let set = plan.assignments.iter().map(|a| assignment(shell, a.variable.name(), &a.value));
    let path = plan.path.iter().rev().map(|entry| prepend(shell, plan.platform, entry));
    let lines: Vec<String> = set.chain(path).collect();
    if shell != Shell::Cmd || lines.iter().all(|line| line.is_ascii()) {
        return lines;
    }
    let owned = |lines: [&str; 2]| lines.map(str::to_owned);
    owned(CMD_UTF8).into_iter().chain(lines).chain(owned(CMD_BACK)).collect()
}

fn assignment(shell: Shell, name: &str, value: &str) -> String {
    match (shell, value.is_empty()) {
        (Shell::Bash, true) => format!("unset {name}"),
        (Shell::Bash, false) => format!("export {name}={}", bash(value)),
        (Shell::Pwsh, true) => format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
        (Shell::Pwsh, false) => format!("$env:{name} = {}", pwsh(value)),
        (Shell::Cmd, _) => format!("set \"{name}={}\"", cmd(value)),
        (Shell::Fish, true) => format!("set -e {name}"),
        (Shell::Fish, false) => format!("set -gx {name} {}", fish(value)),
    }
}

fn prepend(shell: Shell, platform: Platform, entry: &str) -> String {
    let quoted = bash(entry);
    match shell {
        // In Git Bash PATH is a list of Unix paths, and a drive's colon would split the entry.
        Shell::Bash if platform == Platform::Windows => {
            format!(
                "goenv_ci_dir=\"$(cygpath -u {quoted})\"; case \":$PATH:\" in \":$goenv_ci_dir:\"*) ;; *) export PATH=\"$goenv_ci_dir${{PATH:+:$PATH}}\" ;; esac; unset goenv_ci_dir"
            )
        }
        // An empty entry would be the current directory.
        Shell::Bash => {
            format!("case \":$PATH:\" in :{quoted}:*) ;; *) export PATH={quoted}\"${{PATH:+:$PATH}}\" ;; esac")
        }
        Shell::Pwsh => {
            let entry = pwsh(entry);
            let name = platform.path_variable();
            format!(
                "if (($env:{name} -split [IO.Path]::PathSeparator)[0] -cne {entry}) {{ $env:{name} = {entry} + [IO.Path]::PathSeparator + $env:{name} }}"
            )
        }
        Shell::Cmd => format!("set \"PATH={};%PATH%\"", cmd(entry)),
        Shell::Fish => format!("fish_add_path --path --move --prepend {}", fish(entry)),
    }
}

fn bash(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// What is not ASCII is given by its number: PowerShell 5.1 reads a program's
/// output in the console's code page, and takes typographic quotation marks for quotes.
/// Source: PowerShell language specification, 2.3.5.2.
fn pwsh(value: &str) -> String {
    let ascii = format!("'{}'", value.replace('\'', "''"));
    if value.is_ascii() {
        return ascii;
    }
    let mut pieces: Vec<String> = Vec::new();
    let mut units = [0; 2];
    let mut plain = String::new();
    for c in value.chars() {
        if c.is_ascii() {
            plain.push(c);
            continue;
        }
        pieces.push(format!("'{}'", std::mem::take(&mut plain).replace('\'', "''")));
        pieces.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("[char]0x{unit:04x}")));
    }
    pieces.push(format!("'{}'", plain.replace('\'', "''")));
    format!("({})", pieces.join(" + "))
}

/// Inside `set "…"` in a batch file only `%` is read.
fn cmd(value: &str) -> String {
    value.replace('%', "%%")
}

fn fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}
