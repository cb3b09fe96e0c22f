//! Variables that end with the step that sets them.

use crate::{
    lint::{
        caches::one,
        programs::{
            self, KnownScript, argument, goarch, is_foreign, is_idle, may_run_go, may_set_unseen, program, sets_itself,
        },
        rules::{JudgedRow, LintRule, RuleFindings, RuleLook},
        timeline::{RowStep, StepKind},
    },
    script::{ScriptPiece, ScriptShell, ScriptText, Setter, reading::ScriptCommand},
    status::Severity,
};
use std::ops::Range;

pub(super) const RULE: LintRule = LintRule {
    id: "env-lost",
    severity: Severity::Warning,
    title: "a variable of Go's ends with its step, and later steps run Go without it",
    condition: "A script sets one of Go's variables for itself (`export`, `$env:X =`, cmd's `set`) and runs nothing behind it \
        that could use it, while a later step of the job runs Go and gets no such variable. Or it sets it in a way that \
        reaches no program at all: `set X=…` in bash or PowerShell, `X=…` on a line of its own in bash, `setx`, \
        `~/.bashrc`. Not where the \
        value is the one that Go takes anyway, or where the script hands it on by GITHUB_ENV, or makes or enters the directory that it names, or where a step before the \
        one that runs Go may set variables in a way that cannot be seen.",
    why: "Each step is a process of its own: what it sets is gone with it. Go then takes its default, and nothing says so.",
    source: "The runner, `ScriptHandler.cs`: a process for each step. Each shell's manual.",
    fix: "Set it in `env:` of the job, or write it to GITHUB_ENV.",
    ignore: "When the later steps do not need the value.",
    look: RuleLook::EachRow(env_lost),
};

/// Variables of a script, and steps behind it, that are looked at: more than a person writes.
const MOST_LOST: usize = 200;

/// By what a script sets a variable that is lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LostWay {
    /// It ends with the script.
    Script,
    /// Not even the programs of the script get it.
    NotExported,
    /// `set X=…` in a shell where that is something else.
    ForeignSet,
    /// The registry, which no process reads again.
    Registry,
    /// A file that shells for a person read: `~/.bashrc`.
    Profile,
}

/// Programs that Go's variables do not change, and that make or enter the directory which one names.
const MAKE: &[&str] =
    &["cd", "chdir", "md", "mkdir", "new-item", "pushd", "set-location", "tee", "test", "[", "touch", "set-content"];

struct LostVariable {
    name: String,
    value: Option<ScriptText>,
    line: usize,
    way: LostWay,
}

fn env_lost(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let steps = &judged.row.steps;
    let runners: Vec<usize> = (0..steps.len()).filter(|at| programs::step_may_run_go(&steps[*at])).collect();
    for script in KnownScript::all(steps) {
        let lost = lost_variables(&script).into_iter().filter(|lost| programs::is_go_variable(&lost.name));
        for lost in lost.take(MOST_LOST) {
            let may_not_run = script.reading.asks_for_system(lost.line, script.text());
            if may_not_run || is_default(&script, &lost) || is_handed_on(&script, &lost) {
                continue;
            }
            let Some(evidence) = missed(&script, &lost, steps, &runners) else { continue };
            let message = match lost.way {
                LostWay::Script => format!("{} ends with this step, which does nothing with it", lost.name),
                LostWay::NotExported => format!("{} is not exported: no program gets it", lost.name),
                LostWay::ForeignSet => format!("`set` does not set {} in {}", lost.name, script.shell.name),
                LostWay::Registry => format!("{} is set for later sessions, not for this job", lost.name),
                LostWay::Profile => {
                    format!("{} is written to a file that the shell of a step does not read", lost.name)
                }
            };
            let help = format!("set {} in `env:` of the job, or write it to GITHUB_ENV", lost.name);
            let place = script.step.file.line_in_script(script.script, lost.line);
            found.add(judged.row, place, &message, &evidence, &help);
        }
    }
}

fn lost_variables(script: &KnownScript<'_, '_>) -> Vec<LostVariable> {
    let exported = script.reading.settings.iter().filter(|place| place.by == Setter::Export);
    let mut found: Vec<LostVariable> = exported
        .map(|place| LostVariable {
            name: place.name.clone(),
            value: Some(place.value.clone()),
            line: place.line,
            way: LostWay::Script,
        })
        .collect();
    let is_bash = matches!(script.shell.language, ScriptShell::Bash | ScriptShell::Sh);
    for command in script.reading.commands.iter().filter(|command| !command.substituted) {
        let line = command.span.line;
        if is_bash && command.words.is_empty() {
            let assigned = command.assignments.iter().filter(|(name, _)| !is_exported(script, name));
            found.extend(assigned.map(|(name, value)| LostVariable {
                name: name.clone(),
                value: Some(value.clone()),
                line,
                way: LostWay::NotExported,
            }));
            continue;
        }
        let Some(name) = program(command) else { continue };
        let way = match name.as_str() {
            "set" if script.shell.language != ScriptShell::Cmd => LostWay::ForeignSet,
            "setx" => LostWay::Registry,
            "set-item" | "new-item" | "si" | "ni" => LostWay::Script,
            _ => continue,
        };
        found.extend(
            command
                .invoked()
                .iter()
                .skip(1)
                .find_map(|word| set_by_word(word, way))
                .map(|(name, value)| LostVariable { name, value, line, way }),
        );
    }
    match script.shell.language {
        ScriptShell::PowerShell => found.extend(by_method(script)),
        ScriptShell::Bash | ScriptShell::Sh => found.extend(by_profile(script)),
        ScriptShell::Cmd => {}
    }
    found
}

/// `echo 'export X=v' >> ~/.bashrc`.
fn by_profile(script: &KnownScript<'_, '_>) -> Vec<LostVariable> {
    const FILES: &[&str] =
        &[".bashrc", ".bash_profile", ".profile", ".zshrc", ".zprofile", "/etc/profile", "/etc/environment"];
    let mut found = Vec::new();
    for command in
        script.reading.commands.iter().filter(|command| matches!(program(command).as_deref(), Some("echo" | "printf")))
    {
        let line = script.line(command.span.end_line);
        let file = line.rsplit_once('>').map(|(_, file)| file.trim().trim_matches(['"', '\'']));
        let written = command.invoked().iter().skip(1).map(ScriptText::written).collect::<Vec<_>>().join(" ");
        let Some((name, value)) = written.trim().trim_start_matches("export ").split_once('=') else { continue };
        if file.is_some_and(|file| FILES.iter().any(|one| file.ends_with(one))) {
            let value = Some(ScriptText(vec![ScriptPiece::Unknown(value.to_owned())]));
            found.push(LostVariable { name: name.to_owned(), value, line: command.span.line, way: LostWay::Profile });
        }
    }
    found
}

/// `X=v` of `set`, `X` of `setx`, `Env:X` of `Set-Item`.
fn set_by_word(word: &ScriptText, way: LostWay) -> Option<(String, Option<ScriptText>)> {
    let start = match word.0.first() {
        Some(ScriptPiece::Literal(text)) => text.as_str(),
        _ => return None,
    };
    match way {
        LostWay::ForeignSet => {
            let (name, rest) = start.split_once('=')?;
            let mut value = ScriptText::of_text(rest);
            word.0[1..].iter().cloned().for_each(|piece| value.push(piece));
            Some((name.to_owned(), Some(value)))
        }
        LostWay::Script => {
            let name = start.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("env:")).map(|_| &start[4..])?;
            Some((name.trim_start_matches(['\\', '/']).to_owned(), None))
        }
        LostWay::NotExported | LostWay::Registry | LostWay::Profile => {
            (!start.starts_with(['/', '-'])).then(|| (start.to_owned(), None))
        }
    }
}

/// `[Environment]::SetEnvironmentVariable('X', …)`.
fn by_method(script: &KnownScript<'_, '_>) -> Vec<LostVariable> {
    let mut found = Vec::new();
    for (at, line) in script.text().lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#')) {
        let lower = line.to_ascii_lowercase();
        let Some(start) = lower.find("]::setenvironmentvariable(") else { continue };
        let arguments = &line[start + "]::setenvironmentvariable(".len()..];
        let Some(quote @ ('"' | '\'')) = arguments.trim_start().chars().next() else { continue };
        let Some(name) = arguments.trim_start()[1..].split(quote).next() else { continue };
        let target = lower.trim_end().trim_end_matches([')', ';', '"', '\'', ' ']);
        let lasts = target.ends_with("machine") || target.ends_with("user");
        let way = if lasts { LostWay::Registry } else { LostWay::Script };
        found.push(LostVariable { name: name.to_owned(), value: None, line: at + 1, way });
    }
    found
}

/// Whether an assignment of bash reaches the programs that the script starts.
fn is_exported(script: &KnownScript<'_, '_>, name: &str) -> bool {
    let exports = |word: &ScriptText| word.as_literal().is_some_and(|word| word.split('=').next() == Some(name));
    script.step.scope.set(name).is_some()
        || script.reading.settings.iter().any(|place| place.by == Setter::Export && place.name == name)
        || script.reading.commands.iter().any(|command| match program(command).as_deref() {
            Some("export" | "declare" | "typeset" | "readonly" | "local") => command.words.iter().any(exports),
            Some("set") => command.words.iter().filter_map(ScriptText::as_literal).any(|word| {
                word == "allexport" || word.starts_with('-') && !word.starts_with("--") && word.contains('a')
            }),
            _ => false,
        })
}

/// Whether Go would take the value anyway.
fn is_default(script: &KnownScript<'_, '_>, lost: &LostVariable) -> bool {
    let scope = &script.step.scope;
    let value = lost.value.as_ref().and_then(|value| scope.script_text(value));
    let Some(value) = one(&value) else { return false };
    let same = |other: &str| value.eq_ignore_ascii_case(other);
    if value.trim().is_empty() {
        return true;
    }
    match lost.name.as_str() {
        "GO111MODULE" => same("on") || same("auto"),
        "CGO_ENABLED" => value == "1",
        "GOPROXY" => same("https://proxy.golang.org,direct"),
        "GOSUMDB" => same("sum.golang.org"),
        "GOTOOLCHAIN" => same("auto"),
        "GOOS" => scope.platform().is_some_and(|platform| platform.goos() == value),
        "GOARCH" => scope.facts.machine().is_some_and(|image| goarch(&image.arch) == value),
        name => {
            let says = scope.go_says(name);
            one(&says).zip(scope.platform()).is_some_and(|(says, platform)| platform.same_path(says, value))
        }
    }
}

/// Whether the script itself writes it for later steps, or makes something of it that it writes.
fn is_handed_on(script: &KnownScript<'_, '_>, lost: &LostVariable) -> bool {
    let reading = script.reading;
    let lasting = |by| matches!(by, Setter::GithubEnv | Setter::GoEnvW);
    if reading.settings.iter().any(|place| lasting(place.by) && place.name == lost.name) {
        return true;
    }
    let writes = |line: usize| {
        reading.file_writes.iter().any(|write| write.span.line <= line && line <= write.span.end_line)
            || script.line(line).contains("GITHUB_")
    };
    let all_of_it = |line: usize| {
        let lower = script.line(line).to_ascii_lowercase();
        lower.contains("env") && (lower.contains("printenv") || lower.trim_start().starts_with("env"))
    };
    let used = reading.variables.iter().filter(|used| used.name == lost.name && used.span.line >= lost.line);
    let mut used = used.map(|used| used.span.line);
    used.any(writes) || reading.file_writes.iter().any(|write| all_of_it(write.span.line))
}

/// By what it is seen that Go runs without it; `None`: nothing misses it.
fn missed(
    script: &KnownScript<'_, '_>,
    lost: &LostVariable,
    steps: &[RowStep<'_>],
    runners: &[usize],
) -> Option<String> {
    let behind = || {
        let sets =
            |name: &str| matches!(name, "export" | "set" | "setx" | "declare" | "typeset" | "set-item" | "new-item");
        script.reading.commands.iter().filter(move |command| {
            let is_own = || command.substituted || program(command).is_none_or(|name| sets(&name));
            command.span.line > lost.line || command.span.line == lost.line && !is_own()
        })
    };
    match lost.way {
        LostWay::Script if behind().any(|command| uses(script, command, &lost.name)) => return None,
        LostWay::NotExported => {
            // It is a variable of the script's own, which the script uses.
            if script.reading.variables.iter().any(|used| used.name == lost.name && used.span.line >= lost.line) {
                return None;
            }
        }
        LostWay::Registry if behind().any(|command| program(command).is_some_and(|name| name == "refreshenv")) => {
            return None;
        }
        // A shell that is started as one for a person reads them.
        LostWay::Profile if steps.iter().any(reads_profiles) => return None,
        LostWay::Script | LostWay::ForeignSet | LostWay::Registry | LostWay::Profile => {}
    }
    let own = |command: &&ScriptCommand| {
        may_run_go(command) && command.assignments.iter().all(|(name, _)| *name != lost.name)
    };
    if lost.way != LostWay::Script
        && script.step.scope.set(&lost.name).is_none()
        && let Some(command) = behind().find(own)
    {
        return Some(format!("`{}` in line {} of the script runs without it", shown(command), command.span.line));
    }
    let unseen = steps.iter().position(|step| may_set_unseen(step, &lost.name)).unwrap_or(steps.len());
    let behind = runners.iter().filter(|at| **at > script.number && **at <= unseen).map(|at| &steps[*at]);
    let later =
        behind.take(MOST_LOST).find(|step| step.scope.set(&lost.name).is_none() && !sets_itself(step, &lost.name))?;
    let place = later.place();
    Some(format!("the step in line {} of `{}` runs Go without it", place.line, place.file))
}

/// Whether a command may do something with a variable.
fn uses(script: &KnownScript<'_, '_>, command: &ScriptCommand, name: &str) -> bool {
    let inner = &command.span.bytes;
    let within = |at: &Range<usize>| inner.start <= at.start && at.end <= inner.end;
    let names_it = || script.reading.variables.iter().any(|used| used.name == name && within(&used.span.bytes));
    let makes = || program(command).is_some_and(|name| MAKE.contains(&name.as_str()));
    if is_idle(command) { makes() && names_it() } else { !is_foreign(command) || names_it() }
}

/// Whether a step runs a shell that reads its owner's files, or reads them itself.
fn reads_profiles(step: &RowStep<'_>) -> bool {
    let StepKind::Script { script, shell, .. } = &step.kind else { return false };
    let text = script.text().unwrap_or_default();
    let by_script = ["source ", ". ", "bash -l", "bash -i", "bash --login"]
        .iter()
        .any(|word| text.lines().any(|line| line.trim_start().starts_with(word)));
    by_script
        || shell.as_ref().is_none_or(|shell| {
            shell.name.split_whitespace().skip(1).any(|flag| {
                flag == "--login" || flag.starts_with('-') && !flag.starts_with("--") && flag.contains(['l', 'i'])
            })
        })
}

fn shown(command: &ScriptCommand) -> String {
    let name = program(command).unwrap_or_default();
    match argument(command, 1) {
        "" => name,
        first => format!("{name} {first}"),
    }
}
