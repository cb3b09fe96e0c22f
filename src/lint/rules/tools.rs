//! Programs that `go install` puts where nobody finds them, or builds for another machine.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    actions::uses::KnownAction,
    lint::{
        LintPlace,
        caches::one,
        installs::{calls_by_name, comes_otherwise, installed, is_on_images, tool_name},
        programs::{KnownScript, argument, goarch, is_goenv_action, is_idle, may_set_unseen, program, step_may_run_go},
        timeline::{JobRow, RowStep, scope::RowScope, scope::SetBy},
    },
    script::{ScriptPiece, ScriptText, Setter, reading::ScriptCommand},
    status::Severity,
    workflow::expression::Possible,
};

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "gobin-not-on-path",
        severity: Severity::Warning,
        title: "a program is installed into a GOBIN that is not on PATH, and called by its name",
        condition: "On a hosted runner `go install` puts a program into a GOBIN that is known, and the same script or a later step \
            calls the program by its bare name, while nothing puts that directory onto PATH: no step by GITHUB_PATH, not \
            setup-go (which adds `bin` of GOPATH), not the script. Not for programs that the images bring.",
        why: "Go puts the program there and says nothing; the shell does not find it, or finds another one.",
        source: "Go, `cmd/go/internal/modload/init.go: BinDir`; setup-go, `src/main.ts`, which never looks at GOBIN.",
        fix: "`echo \"$GOBIN\" >> \"$GITHUB_PATH\"` before, or no GOBIN.",
        ignore: "When the image of a larger runner has the directory on PATH.",
        look: RuleLook::EachRow(gobin_not_on_path),
    },
    LintRule {
        id: "goos-install",
        severity: Severity::Error,
        title: "a tool is built for another system than the one that is to run it",
        condition: "GOOS or GOARCH is set for the job (`env:` of workflow or job, GITHUB_ENV) to another system than that of the \
            hosted runner, a step runs `go install PACKAGE@VERSION` or `go run PACKAGE@VERSION` without setting them again, and \
            something is run behind the install that could need the tool.",
        why: "Go builds the tool for the target and puts it into a directory of that name, or refuses where GOBIN is set: it \
            cannot run here, or is not found.",
        source: "Go, `cmd/go/internal/load/pkg.go: InstallTargetDir`.",
        fix: "Install tools before GOOS and GOARCH are set, or with `GOOS= GOARCH= go install …`.",
        ignore: "When the tool is there to be shipped.",
        look: RuleLook::EachRow(goos_install),
    },
];

/// Steps of a job, and commands of a script, that are looked at with all others: more than a person writes.
const MOST_LOOKED_AT: usize = 200;

/// Where a program is installed, and what says so.
struct InstallDir {
    dir: String,
    place: LintPlace,
}

fn gobin_not_on_path(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let steps = &judged.row.steps;
    if judged.row.facts.machine().is_none() || steps.iter().any(|step| is_goenv_action(step.action())) {
        return;
    }
    let installs =
        |script: &KnownScript<'_, '_>| script.reading.commands.iter().any(|command| !installed(command).is_empty());
    for script in KnownScript::all(steps).filter(installs).take(MOST_LOOKED_AT) {
        for command in script.reading.commands.iter().take(MOST_LOOKED_AT) {
            let Some(target) = install_dir(&script, command) else { continue };
            for tool in installed(command).into_iter().filter(|tool| !is_on_images(tool)) {
                let Some((caller, line)) = bare_call(judged.row, &script, command, &tool, &target.dir) else {
                    continue;
                };
                if comes_otherwise(steps, &tool) {
                    continue;
                }
                let message = format!("`{tool}` goes into GOBIN, which is not on PATH");
                let evidence = format!(
                    "`{}`; GOBIN is `{}`, and line {line} calls `{tool}` by its name",
                    script.line(command.span.line).trim(),
                    target.dir
                );
                let help = "put GOBIN onto PATH first: `echo \"$GOBIN\" >> \"$GITHUB_PATH\"`";
                let finding = found.add(judged.row, target.place.clone(), &message, &evidence, help);
                *finding = finding.clone().beside(caller, "it is called here");
            }
        }
    }
}

/// GOBIN for a `go install`, where the workflow sets it to a known directory.
fn install_dir(script: &KnownScript<'_, '_>, command: &ScriptCommand) -> Option<InstallDir> {
    if installed(command).is_empty() {
        return None;
    }
    let scope = &script.step.scope;
    let line = command.span.line;
    let own = command.assignments.iter().find(|(name, _)| name == "GOBIN").map(|(_, value)| (value, line));
    let exported = script
        .reading
        .settings
        .iter()
        .rev()
        .find(|place| place.by == Setter::Export && place.name.eq_ignore_ascii_case("GOBIN") && place.line <= line);
    if let Some((value, line)) = own.or_else(|| exported.map(|place| (&place.value, place.line))) {
        let dir = in_workspace(script, value);
        let dir = one(&dir).filter(|dir| !dir.is_empty())?.clone();
        return Some(InstallDir { dir, place: script.step.file.line_in_script(script.script, line) });
    }
    let set = scope.set("GOBIN").or_else(|| scope.go_file.get("GOBIN"))?;
    let dir = one(&set.value).filter(|dir| !dir.is_empty())?.clone();
    Some(InstallDir { dir, place: set.place.clone() })
}

/// A text of a script with `$PWD` and `$(pwd)`, where that is the workspace.
fn in_workspace(script: &KnownScript<'_, '_>, text: &ScriptText) -> Possible<String> {
    let scope = &script.step.scope;
    let workspace = scope.variable("GITHUB_WORKSPACE");
    let moves = |command: &ScriptCommand| matches!(program(command).as_deref(), Some("cd" | "pushd" | "set-location"));
    let stays = script.step.node.get("working-directory").is_none() && !script.reading.commands.iter().any(moves);
    let piece = |piece: &ScriptPiece| match piece {
        ScriptPiece::Variable { name, .. } if stays && name.eq_ignore_ascii_case("PWD") => known(&workspace, piece),
        ScriptPiece::Unknown(written) if stays && matches!(written.as_str(), "$(pwd)" | "`pwd`") => {
            known(&workspace, piece)
        }
        other => other.clone(),
    };
    scope.script_text(&ScriptText(text.0.iter().map(piece).collect()))
}

fn known(value: &Possible<String>, piece: &ScriptPiece) -> ScriptPiece {
    one(value).map_or_else(|| piece.clone(), |value| ScriptPiece::Literal(value.clone()))
}

/// The first call of a program by its bare name behind its install, where PATH does not lead there.
fn bare_call(
    row: &JobRow<'_>,
    script: &KnownScript<'_, '_>,
    install: &ScriptCommand,
    tool: &str,
    dir: &str,
) -> Option<(LintPlace, usize)> {
    let steps = &row.steps;
    // Those that run before the program is there have another fault.
    let unheard = row.unheard(script.number).steps;
    for later in KnownScript::all(&steps[script.number..]) {
        let number = later.number + script.number;
        if number != script.number && unheard.contains(&number) {
            continue;
        }
        let is_same = number == script.number;
        let lower = later.text().to_ascii_lowercase();
        if ["path=", "env:path", "path +=", "path:"].iter().any(|word| lower.contains(word)) {
            continue;
        }
        let calls = later.reading.commands.iter().find(|command| {
            let is_behind = !is_same || command.span.bytes.start > install.span.bytes.start;
            is_behind && calls_by_name(command, tool)
        });
        if let Some(command) = calls
            && !is_on_path(&later.step.scope, &steps[..number], dir)
        {
            let place = later.step.file.line_in_script(later.script, command.span.line);
            return Some((place.clone(), place.line));
        }
    }
    None
}

/// Whether PATH leads to a directory, or only a run tells.
fn is_on_path(scope: &RowScope<'_>, before: &[RowStep<'_>], dir: &str) -> bool {
    let Some(image) = scope.facts.machine() else { return true };
    let same = |other: &str| image.platform.same_path(other, dir);
    let is_added = |entry: &Possible<String>| entry.as_ref().is_none_or(|all| all.iter().any(|one| same(one)));
    let may_be_added = || before.iter().any(|step| may_set_unseen(step, "PATH"));
    if scope.set("PATH").is_some() || scope.path.iter().any(is_added) || may_be_added() {
        return true;
    }
    let below = |base: &str| image.platform.join(base, "bin");
    let by_setup = before.iter().filter(|step| step.known_action() == Some(KnownAction::SetupGo));
    let by_setup = by_setup.map(|step| step.scope.go_says("GOPATH"));
    let home = image.home.clone().unwrap_or_default();
    let usual = [
        "/usr/local/bin",
        "/usr/bin",
        "/bin",
        "/usr/sbin",
        "/sbin",
        "/usr/local/sbin",
        "/snap/bin",
        "/opt/homebrew/bin",
    ];
    let in_home = [".local/bin", ".cargo/bin", "go/bin", "bin"].map(|part| image.platform.join(&home, part));
    usual.iter().any(|one| same(one))
        || in_home.iter().any(|one| same(one))
        || by_setup.into_iter().any(|all| all.is_none_or(|all| all.iter().any(|gopath| same(&below(gopath)))))
}

fn goos_install(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let steps = &judged.row.steps;
    let Some(image) = judged.row.facts.machine() else { return };
    let host = (image.platform.goos(), goarch(&image.arch));
    let installs =
        |script: &KnownScript<'_, '_>| script.reading.commands.iter().any(|command| remote_tool(command).is_some());
    for script in KnownScript::all(steps).filter(installs).take(MOST_LOOKED_AT) {
        let scope = &script.step.scope;
        let Some((goos, arch)) = target(scope, "GOOS", host.0).zip(target(scope, "GOARCH", host.1)) else { continue };
        let is_foreign = goos != host.0 || arch != host.1;
        if !is_foreign || is_shipped(steps, &goos, &arch) {
            continue;
        }
        for command in script.reading.commands.iter().take(MOST_LOOKED_AT) {
            let Some((tool, runs)) = remote_tool(command) else { continue };
            let can_run = runs_beside(host, &goos, &arch);
            if (runs && can_run)
                || sets_target(&script, command)
                || !(runs || is_needed(steps, &script, command, &tool))
            {
                continue;
            }
            let gobin = scope.go_says("GOBIN");
            let is_refused = !runs && one(&gobin).is_some_and(|gobin| !gobin.is_empty());
            let message = match (is_refused, can_run) {
                (true, _) => format!("Go refuses to install `{tool}` for {goos}/{arch} while GOBIN is set"),
                (false, true) => format!("`{tool}` lands in `bin/{goos}_{arch}`, which is not on PATH"),
                (false, false) => format!("`{tool}` is built for {goos}/{arch} and cannot run on this machine"),
            };
            let evidence =
                format!("GOOS and GOARCH say {goos}/{arch} for the whole job; the runner is {}/{}", host.0, host.1);
            let help = "install tools before GOOS and GOARCH are set, or with both empty: `GOOS= GOARCH= go install …`";
            let place = script.step.file.line_in_script(script.script, command.span.line);
            found.add(judged.row, place, &message, &evidence, help);
        }
    }
}

/// Whether a machine runs programs for this system beside its own: 32-bit ones, and on a Mac perhaps those of Intel.
fn runs_beside(host: (&str, &str), goos: &str, arch: &str) -> bool {
    goos == host.0 && (matches!((host.1, arch), ("amd64", "386")) || (goos == "darwin" && arch == "amd64"))
}

/// GOOS or GOARCH as the job has it; `None` where it is unknown, or the step's own.
fn target(scope: &RowScope<'_>, name: &str, host: &str) -> Option<String> {
    match scope.set(name) {
        None => Some(host.to_owned()),
        Some(set) if set.by == SetBy::Step => None,
        Some(set) => {
            let value = one(&set.value)?.trim();
            Some(if value.is_empty() { host.to_owned() } else { value.to_owned() })
        }
    }
}

/// The name of the tool in `go install PACKAGE@VERSION`, and whether it is run at once.
fn remote_tool(command: &ScriptCommand) -> Option<(String, bool)> {
    let runs = match (program(command).as_deref(), argument(command, 1)) {
        (Some("go"), "install") => false,
        (Some("go"), "run") => true,
        _ => return None,
    };
    let words = command.invoked().iter().skip(2).map(ScriptText::written);
    let package = words.into_iter().find(|word| !word.starts_with('-'))?;
    package.contains('@').then(|| tool_name(&package)).flatten().map(|tool| (tool, runs))
}

/// Whether the script sets GOOS or GOARCH itself before a command, or for it.
fn sets_target(script: &KnownScript<'_, '_>, command: &ScriptCommand) -> bool {
    let is_target = |name: &str| name.eq_ignore_ascii_case("GOOS") || name.eq_ignore_ascii_case("GOARCH");
    let before = script.reading.commands.iter().filter(|one| one.span.bytes.start <= command.span.bytes.start);
    let mut words = before.flat_map(|one| &one.words).filter_map(|word| match word.0.first() {
        Some(ScriptPiece::Literal(text)) => Some(text.as_str()),
        _ => None,
    });
    let names = ["GOOS", "GOARCH"];
    command.assignments.iter().any(|(name, _)| is_target(name))
        || script
            .reading
            .settings
            .iter()
            .any(|one| one.by == Setter::Export && is_target(&one.name) && one.line <= command.span.line)
        || words.any(|word| {
            names.iter().any(|name| {
                word == *name || word.starts_with(&format!("{name}=")) || word.ends_with(&format!(":{name}"))
            })
        })
}

/// Whether anything is run behind an install that could need the tool.
fn is_needed(steps: &[RowStep<'_>], script: &KnownScript<'_, '_>, install: &ScriptCommand, tool: &str) -> bool {
    let calls = |command: &ScriptCommand| program(command).is_some_and(|name| name == tool);
    let behind = script.reading.commands.iter().filter(|one| one.span.bytes.start > install.span.bytes.start);
    let is_other = |command: &&ScriptCommand| !is_idle(command) && remote_tool(command).is_none();
    behind.into_iter().any(|command| is_other(&command))
        || steps[script.number + 1..].iter().any(|step| {
            step_may_run_go(step) || step.reading().is_some_and(|reading| reading.commands.iter().any(calls))
        })
}

/// Whether a step takes the program from the directory of its target, to ship it.
fn is_shipped(steps: &[RowStep<'_>], goos: &str, arch: &str) -> bool {
    let dirs = [format!("{goos}_{arch}"), "${GOOS}_${GOARCH}".to_owned(), "_$GOARCH".to_owned()];
    steps.iter().any(|step| {
        let inputs =
            step.node.get("with").into_iter().flat_map(|with| with.entries()).filter_map(|entry| entry.node.text());
        let script = step.node.get("run").and_then(|run| run.text());
        inputs.chain(script).any(|text| dirs.iter().any(|dir| text.contains(dir.as_str())))
    })
}
