//! The plan as lines for a shell to evaluate, for use without a runner, and the lines that take it back.
//! A planned value holds no control character and no double quote; one from before may hold anything.

use crate::{
    apply::undo::{Restoration, UNDO, UndoRecord},
    plan::{Plan, Shell},
    platform::{Platform, env::EnvBlock},
};

/// cmd reads a batch file in the console's code page, line by line: these lines
/// are UTF-8, so it is told, and told back. `chcp` says the number behind a colon in every language.
const CMD_UTF8: [&str; 2] =
    [r#"@for /f "tokens=2 delims=:." %%c in ('chcp') do @set "goenv_ci_page=%%c""#, "@chcp 65001 >nul"];
const CMD_BACK: [&str; 2] = ["@chcp %goenv_ci_page% >nul", r#"@set "goenv_ci_page=""#];

/// A batch file's line may have 8,191 characters; `%` and `^` are doubled on the way.
const LONGEST_CMD: usize = 8_000;

/// One line each, of which the last keeps what `env` holds for [`undo_lines`]. Evaluated twice they do no more than
/// once, except that cmd, which cannot compare safely, prepends again.
#[must_use]
pub fn lines(plan: &Plan, shell: Shell, env: &EnvBlock) -> Vec<String> {
    let assign = |name, value: &str| if value.is_empty() { unset(shell, name) } else { set(shell, name, value) };
    let values = plan.assignments.iter().map(|a| assign(a.variable.name(), &a.value));
    let path = plan.path.iter().rev().map(|entry| prepend(shell, plan.platform, entry));
    let kept = set(shell, UNDO, &UndoRecord::new(plan, env).to_text());
    framed(shell, values.chain(path).chain([kept]).collect())
}

/// The lines that give a shell back what it held, and a sentence for each variable that they cannot.
#[must_use]
pub fn undo_lines(back: &Restoration, shell: Shell, platform: Platform, env: &EnvBlock) -> (Vec<String>, Vec<String>) {
    let (mut lines, mut notes) = (Vec::new(), back.notes.clone());
    for (variable, before) in &back.variables {
        let name = variable.name();
        match before {
            Some(value) if shell == Shell::Cmd && (value.contains(char::is_control) || value.len() > LONGEST_CMD) => {
                notes.push(format!("{name} held a value that no line of cmd can set, so it is unset"));
                lines.push(unset(shell, name));
            }
            Some(value) if shell == Shell::Fish => {
                // A universal variable of the same value is behind the global one.
                let (unset, quoted) = (unset(shell, name), fish(value));
                lines.push(format!(
                    "{unset}; set -q {name}; and test \"${name}\" = {quoted}; or set -gx {name} {quoted}"
                ));
            }
            Some(value) => lines.push(set(shell, name, value)),
            None => lines.push(unset(shell, name)),
        }
    }
    for (entry, times) in &back.entries {
        if shell != Shell::Cmd {
            lines.extend(std::iter::repeat_n(take_off(shell, platform, entry), *times));
        }
    }
    if shell == Shell::Cmd && !back.entries.is_empty() {
        let path = without(env.path_entries(), &back.entries, platform).join(";");
        if path.len() > LONGEST_CMD {
            notes.push("PATH is too long for a line of cmd, so it stays as it is".to_owned());
        } else {
            lines.push(set(shell, "PATH", &path));
        }
    }
    lines.push(unset(shell, UNDO));
    (framed(shell, lines), notes)
}

/// PATH without the first so many of each entry.
fn without<'a>(mut path: Vec<&'a str>, entries: &[(String, usize)], platform: Platform) -> Vec<&'a str> {
    for (entry, times) in entries {
        for _ in 0..*times {
            let found = path.iter().position(|held| held == entry || platform.same_path(held, entry));
            if let Some(at) = found {
                path.remove(at);
            }
        }
    }
    path
}

fn framed(shell: Shell, lines: Vec<String>) -> Vec<String> {
    if shell != Shell::Cmd || lines.iter().all(|line| line.is_ascii()) {
        return lines;
    }
    let owned = |lines: [&str; 2]| lines.map(str::to_owned);
    owned(CMD_UTF8).into_iter().chain(lines).chain(owned(CMD_BACK)).collect()
}

fn set(shell: Shell, name: &str, value: &str) -> String {
    match shell {
        Shell::Bash => format!("export {name}={}", bash(value)),
        Shell::Pwsh => format!("$env:{name} = {}", pwsh(value)),
        Shell::Cmd => format!("set \"{name}={}\"", cmd(value)),
        Shell::Fish => format!("set -gx {name} {}", fish(value)),
    }
}

fn unset(shell: Shell, name: &str) -> String {
    match shell {
        Shell::Bash => format!("unset {name}"),
        Shell::Pwsh => format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
        Shell::Cmd => format!("set \"{name}=\""),
        Shell::Fish => format!("set -eg {name}"),
    }
}

/// Takes the first entry of this text off PATH; the shell's own PATH is not that of Windows in Git Bash.
fn take_off(shell: Shell, platform: Platform, entry: &str) -> String {
    match shell {
        Shell::Bash => {
            let quoted = bash(entry);
            let dir = if platform == Platform::Windows { format!("\"$(cygpath -u {quoted})\"") } else { quoted };
            format!(
                "goenv_ci_dir={dir}; goenv_ci_path=\":$PATH:\"; case \"$goenv_ci_path\" in *\":$goenv_ci_dir:\"*) goenv_ci_path=${{goenv_ci_path%%\":$goenv_ci_dir:\"*}}:${{goenv_ci_path#*\":$goenv_ci_dir:\"}}; goenv_ci_path=${{goenv_ci_path#:}}; export PATH=\"${{goenv_ci_path%:}}\" ;; esac; unset goenv_ci_dir goenv_ci_path"
            )
        }
        Shell::Pwsh => {
            let name = platform.path_variable();
            format!(
                "$goenv_ci_path = [Collections.Generic.List[string]]@($env:{name} -split [IO.Path]::PathSeparator); [void]$goenv_ci_path.Remove({}); $env:{name} = $goenv_ci_path -join [IO.Path]::PathSeparator; Remove-Variable goenv_ci_path",
                pwsh(entry)
            )
        }
        Shell::Fish => {
            format!("if set -l goenv_ci_at (contains -i -- {} $PATH); set -e PATH[$goenv_ci_at]; end", fish(entry))
        }
        Shell::Cmd => String::new(),
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
                "if (($env:{name} -split [IO.Path]::PathSeparator)[0] -cne {entry}) {{ $env:{name} = (@({entry}) + @($env:{name} | Where-Object {{ $_ }})) -join [IO.Path]::PathSeparator }}"
            )
        }
        Shell::Cmd => format!("set \"PATH={};%PATH%\"", cmd(entry)),
        // Not fish_add_path, which moves an entry that is further back, so that nothing could put it there again.
        Shell::Fish => {
            let entry = fish(entry);
            format!("test \"$PATH[1]\" = {entry}; or set -gx PATH {entry} $PATH")
        }
    }
}

fn bash(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// What is not ASCII is given by its number: PowerShell 5.1 reads a program's
/// output in the console's code page, and takes typographic quotation marks for quotes.
/// So is a line end, which `Out-String` would change.
/// Source: PowerShell language specification, 2.3.5.2.
fn pwsh(value: &str) -> String {
    let plain = |c: char| c.is_ascii() && !c.is_control();
    if value.chars().all(plain) {
        return format!("'{}'", value.replace('\'', "''"));
    }
    let mut pieces: Vec<String> = Vec::new();
    let mut units = [0; 2];
    let mut text = String::new();
    for c in value.chars() {
        if plain(c) {
            text.push(c);
            continue;
        }
        pieces.push(format!("'{}'", std::mem::take(&mut text).replace('\'', "''")));
        pieces.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("[char]0x{unit:04x}")));
    }
    pieces.push(format!("'{}'", text.replace('\'', "''")));
    format!("({})", pieces.join(" + "))
}

/// Inside `set "…"` in a batch file only `%` is read, until a quotation mark of the value itself ends the quoting:
/// from there to the next one, what separates commands is escaped.
fn cmd(value: &str) -> String {
    let mut quoted = true;
    let mut text = String::new();
    for c in value.chars() {
        match c {
            '"' => quoted = !quoted,
            '%' => text.push('%'),
            '&' | '|' | '<' | '>' | '^' | '(' | ')' if !quoted => text.push('^'),
            _ => {}
        }
        text.push(c);
    }
    text
}

fn fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}
