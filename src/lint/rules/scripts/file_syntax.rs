//! Writes to a file of the runner that do not arrive there.

use crate::{
    lint::{
        fix::{self, LintFix},
        programs::KnownScript,
        rules::{JudgedRow, LintRule, RuleFindings, RuleLook},
    },
    platform::Platform,
    script::{
        ScriptShell, Setter,
        reading::{RunnerFile, RunnerFileWrite, VariableSyntax, VariableUse, WriteWay},
    },
    status::Severity,
    workflow::tree::{Node, NodeKind, ScalarStyle},
};

pub(super) const RULE: LintRule = LintRule {
    id: "file-syntax",
    severity: Severity::Error,
    title: "what a script writes for later steps does not arrive",
    condition: "A script writes to GITHUB_ENV, GITHUB_PATH, GITHUB_OUTPUT or GITHUB_STATE and names the file in the \
        language of another shell than the one that runs it: `$GITHUB_ENV` in PowerShell or cmd, `$env:GITHUB_ENV` in bash or \
        cmd, `%GITHUB_ENV%` in bash or PowerShell; or `${{ github.env }}` without quotes in bash on Windows, which loses the \
        backslashes. The shell is that of the step, of `defaults:`, or the hosted runner's own. Also `::set-env` and \
        `::add-path` without ACTIONS_ALLOW_UNSECURE_COMMANDS on a hosted runner, and Windows PowerShell 5.1 that writes UTF-16 \
        (`>>`, `Out-File`) and another encoding to one file in one step.",
    why: "PowerShell takes `$GITHUB_ENV` for a variable of its own, which is empty, and writes nowhere; the other mistakes \
        write to a file that nobody reads. The step is green and later steps miss the value.",
    source: "actions/runner#1636; the runner, `ActionCommandManager.cs` and `FileCommandManager.cs`, which reads a file by its \
        byte order mark.",
    fix: "`>> \"$GITHUB_ENV\"` in bash, `>> $env:GITHUB_ENV` in PowerShell, `>> %GITHUB_ENV%` in cmd; or say `shell: bash` for \
        all systems.",
    ignore: "When the script gives itself a variable of that name in a way that cannot be seen.",
    look: RuleLook::EachRow(file_syntax),
};

fn file_syntax(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    for one in KnownScript::all(&judged.row.steps) {
        for write in one.reading.file_writes.iter().filter(|write| write.file != RunnerFile::Summary) {
            let Some((message, evidence)) = fault(&one, write) else { continue };
            let help =
                format!("write `{}`, or say `shell: bash`", right_way(one.shell.language, write.file.variable()));
            let place = one.step.file.line_in_script(one.script, write.span.line);
            let line = place.line;
            found.add(judged.row, place, &message, &evidence, &help).fix =
                if runs_alike(judged, &one) { own_syntax(&one, write, line) } else { None };
        }
        old_commands(judged, &one, found);
        mixed_encodings(judged, &one, found);
    }
}

/// How a shell names a file of the runner.
fn right_way(shell: ScriptShell, variable: &str) -> String {
    match shell {
        ScriptShell::Bash | ScriptShell::Sh => format!(">> \"${variable}\""),
        ScriptShell::PowerShell => format!(">> $env:{variable}"),
        ScriptShell::Cmd => format!(">> %{variable}%"),
    }
}

/// The file in the shell's own language, where nothing else of the line is in another; of a script that stands in a block
/// of lines, for quotes of YAML's own would not fit.
fn own_syntax(one: &KnownScript<'_, '_>, write: &RunnerFileWrite, line: usize) -> Option<LintFix> {
    let shell = one.shell.language;
    let is_other = |used: &&VariableUse| used.span.line == write.span.line && !within(used, write);
    let is_understood = |used: &VariableUse| used.syntax.works_in(shell) || used.set_before;
    let is_block = matches!(&one.script.kind, NodeKind::Scalar { style: ScalarStyle::Lines, .. });
    let is_redirection = write.way == WriteWay::Redirect && write.syntax != VariableSyntax::Expression;
    let rest_is_understood = one.reading.variables.iter().filter(is_other).all(is_understood);
    if !is_block || !is_redirection || !rest_is_understood {
        return None;
    }
    let named = one.text().get(write.named.bytes.clone())?.trim();
    let right = right_way(shell, write.file.variable());
    let label = format!("name the file as {} does", one.shell.name);
    fix::steps::in_line(one.step.file, line, named, right.trim_start_matches(">> "), &label)
}

/// Whether the step has the same shell in every row of the matrix.
fn runs_alike(judged: &JudgedRow<'_, '_>, one: &KnownScript<'_, '_>) -> bool {
    let job = &judged.row.job.node;
    let default = |node: &Node| node.get("defaults").and_then(|all| all.get("run")?.get("shell")).cloned();
    let shell = one.step.node.get("shell").cloned().or_else(|| default(job)).or_else(|| default(&judged.row.file.tree));
    let decides = if one.shell.is_default { job.get("runs-on") } else { shell.as_ref() };
    decides.is_some_and(|node| match &node.kind {
        NodeKind::List(all) => all.iter().all(|label| label.text().is_some_and(|text| !text.contains("${{"))),
        _ => node.text().is_some_and(|text| !text.contains("${{")),
    })
}

/// Whether a use of a variable is the name of the file.
fn within(used: &VariableUse, write: &RunnerFileWrite) -> bool {
    let named = &write.named.bytes;
    used.span.bytes.start >= named.start && used.span.bytes.end <= named.end
}

/// Why a write does not arrive, and what it was seen by.
fn fault(one: &KnownScript<'_, '_>, write: &RunnerFileWrite) -> Option<(String, String)> {
    let named = one.text().get(write.named.bytes.clone())?.trim();
    let shell = one.shell.language;
    let is_default = if one.shell.is_default { ", the default here" } else { "" };
    let runs = format!("the step runs {}{is_default}", one.shell.name);
    let message = format!("what is written to `{named}` does not reach {}", write.file.variable());
    if write.syntax == VariableSyntax::Expression {
        let eats = matches!(shell, ScriptShell::Bash | ScriptShell::Sh)
            && one.step.scope.platform() == Some(Platform::Windows)
            && !named.starts_with(['"', '\'']);
        return eats.then(|| (message, format!("{runs}, which takes the backslashes out of a path without quotes")));
    }
    let is_of_powershell = !matches!(write.way, WriteWay::Redirect | WriteWay::Tee);
    if is_of_powershell && shell != ScriptShell::PowerShell {
        return Some((message, format!("{runs}, which has no such command")));
    }
    if write.syntax.works_in(shell) || is_own(one, write) {
        return None;
    }
    let takes_it_for = match (shell, write.syntax) {
        (ScriptShell::PowerShell, VariableSyntax::PowerShell) => {
            "which takes it for a variable of its own; that is empty"
        }
        (ScriptShell::Bash | ScriptShell::Sh, VariableSyntax::PowerShellEnv) => {
            "which takes it for an empty variable and text behind it"
        }
        _ => "which takes it for the name of a file",
    };
    Some((message, format!("{runs}, {takes_it_for}")))
}

/// Whether the script itself has set what names the file.
fn is_own(one: &KnownScript<'_, '_>, write: &RunnerFileWrite) -> bool {
    one.reading.variables.iter().any(|used| used.set_before && within(used, write))
}

/// `::set-env` and `::add-path`.
fn old_commands(judged: &JudgedRow<'_, '_>, one: &KnownScript<'_, '_>, found: &mut RuleFindings<'_>) {
    // On a machine of one's own the runner's environment may allow them.
    let allowed = one.step.scope.set("ACTIONS_ALLOW_UNSECURE_COMMANDS").is_some();
    if allowed || judged.row.facts.image.is_none() {
        return;
    }
    // A script for old runners too has both ways.
    let by_file = |name: &str| {
        let writes = |by| matches!(by, Setter::GithubEnv | Setter::GithubPath);
        one.reading.settings.iter().any(|place| writes(place.by) && place.name == name)
    };
    for place in one.reading.settings.iter().filter(|place| place.by == Setter::Command && !by_file(&place.name)) {
        let (command, file) =
            if place.name == "PATH" { ("add-path", "GITHUB_PATH") } else { ("set-env", "GITHUB_ENV") };
        let message = format!("the runner refuses the command `::{command}`, and `{}` is not set", place.name);
        let evidence = "since November 2020 it is off unless ACTIONS_ALLOW_UNSECURE_COMMANDS is set";
        let help = format!("write to the file: `{}`", right_way(one.shell.language, file));
        found.add(judged.row, one.step.file.line_in_script(one.script, place.line), &message, evidence, &help);
    }
}

/// Windows PowerShell writes UTF-16 unless it is told otherwise; a second encoding in one file makes it unreadable.
fn mixed_encodings(judged: &JudgedRow<'_, '_>, one: &KnownScript<'_, '_>, found: &mut RuleFindings<'_>) {
    let is_old = one.shell.name.to_ascii_lowercase().starts_with("powershell");
    let lower = one.text().to_ascii_lowercase();
    // Of two branches one alone is run.
    if !is_old || lower.contains("else") || lower.contains("switch") || lower.contains("psdefaultparametervalues") {
        return;
    }
    for file in [RunnerFile::Env, RunnerFile::Path, RunnerFile::Output, RunnerFile::State] {
        let of_file = one.reading.file_writes.iter().filter(|write| write.file == file && fault(one, write).is_none());
        let mut encodings = of_file.filter_map(|write| Some((is_wide(write)?, write)));
        let Some((first, _)) = encodings.next() else { continue };
        let Some((_, write)) = encodings.find(|(wide, write)| *wide != first && write.append) else { continue };
        let (has, gets) = if first { ("UTF-16", "another encoding") } else { ("another encoding", "UTF-16") };
        let message = format!("the lines for {} are in two encodings, and the runner reads one", file.variable());
        let evidence = format!("the step runs Windows PowerShell; the file begins in {has}, and here it gets {gets}");
        let help = "give every write `-Encoding utf8`, or use `shell: pwsh`";
        found.add(judged.row, one.step.file.line_in_script(one.script, write.span.line), &message, &evidence, help);
    }
}

/// Whether Windows PowerShell writes UTF-16 there; `None`: it depends on the file.
fn is_wide(write: &RunnerFileWrite) -> Option<bool> {
    match (write.encoding.as_deref(), write.way) {
        (Some("unicode" | "utf16" | "bigendianunicode"), _) => Some(true),
        (Some(_), _) | (None, WriteWay::FileMethod) => Some(false),
        (None, WriteWay::Redirect | WriteWay::OutFile | WriteWay::TeeObject) => Some(true),
        (None, WriteWay::AddContent | WriteWay::SetContent | WriteWay::Tee) => None,
    }
}
