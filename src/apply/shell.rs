//! The plan as lines for a shell to evaluate, for use without a runner.
//! Values hold no control character and no double quote: the plan refuses them.

use crate::model::{
    plan::{Plan, Shell},
    platform::Platform,
};

/// One line each. Evaluated twice they do no more than once, except that
/// cmd, which cannot compare safely, prepends again.
#[must_use]
pub fn lines(plan: &Plan, shell: Shell) -> Vec<String> {
    let set = plan.assignments.iter().map(|a| assignment(shell, a.variable.name(), &a.value));
    let path = plan.path_entries.iter().map(|entry| prepend(shell, plan.platform, entry));
    set.chain(path).collect()
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
                "goenv_ci_dir=\"$(cygpath -u {quoted})\"; case \":$PATH:\" in \":$goenv_ci_dir:\"*) ;; *) export PATH=\"$goenv_ci_dir:$PATH\" ;; esac; unset goenv_ci_dir"
            )
        }
        Shell::Bash => format!("case \":$PATH:\" in :{quoted}:*) ;; *) export PATH={quoted}:\"$PATH\" ;; esac"),
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

/// PowerShell takes typographic quotation marks as quotes too.
/// Source: PowerShell language specification, 2.3.5.2.
fn pwsh(value: &str) -> String {
    let mut quoted = String::from("'");
    for c in value.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push('\'');
    quoted
}

/// Inside `set "…"` in a batch file only `%` is read.
fn cmd(value: &str) -> String {
    value.replace('%', "%%")
}

fn fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}
