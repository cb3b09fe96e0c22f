//! Programs that `go install` puts where nobody finds them, or builds for another machine.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    actions::uses::KnownAction,
    lint::{
        LintPlace,
        caches::{has_own_files, one},
        installs::{calls_by_name, comes_otherwise, installed, is_on_images, tool_name},
        programs::{
            KnownScript, argument, goarch, is_goenv_action, is_idle, may_set_unseen, program, step_may_run_go,
            working_directory,
        },
        repository::Repository,
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
            something is run behind the install that could need the tool. Or a `go install` of such a package, or of a \
            program of the repository, surely runs with another GOOS or GOARCH and a GOBIN, wherever the three are set.",
        why: "Go builds the tool for the target and puts it into a directory of that name, or refuses where GOBIN is set: it \
            cannot run here, or is not found.",
        source: "Go 1.26.8, `cmd/go/internal/load/pkg.go: InstallTargetDir` and `cmd/go/internal/work/build.go: InstallPackages`.",
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
    let installs = |script: &KnownScript<'_, '_>| {
        script.reading.commands.iter().any(|command| {
            program(command).as_deref() == Some("go") && matches!(argument(command, 1), "install" | "run")
        })
    };
    for script in KnownScript::all(steps).filter(installs).take(MOST_LOOKED_AT) {
        for command in script.reading.commands.iter().filter(|command| !command.conditional).take(MOST_LOOKED_AT) {
            let Some((name, target)) = refused(judged, &script, command, host) else { continue };
            let message = format!("Go refuses to install `{name}` for {target} while GOBIN is set");
            let evidence = format!("the runner is {}/{}, and with GOBIN Go installs for nothing else", host.0, host.1);
            let help = "clear GOBIN for this command: `GOBIN= go install …`, or `go build -o`";
            let place = script.step.file.line_in_script(script.script, command.span.line);
            found.add(judged.row, place, &message, &evidence, help);
        }
        built_for_another(judged, &script, host, found);
    }
}

/// What a `go install` is refused for, and the target: a program for another system, and GOBIN.
fn refused(
    judged: &JudgedRow<'_, '_>,
    script: &KnownScript<'_, '_>,
    command: &ScriptCommand,
    host: (&str, &str),
) -> Option<(String, String)> {
    if program(command).as_deref() != Some("go") || argument(command, 1) != "install" {
        return None;
    }
    let value = |name: &str| one(&value_for(script, command, name)).cloned();
    let or_host = |value: String, host: &str| if value.is_empty() { host.to_owned() } else { value };
    let (goos, arch) = (or_host(value("GOOS")?, host.0), or_host(value("GOARCH")?, host.1));
    if (goos.as_str(), arch.as_str()) == host || value("GOBIN")?.is_empty() {
        return None;
    }
    let remote = remote_tool(command).map(|(tool, _)| tool);
    let name = remote.or_else(|| own_program(judged, script, command))?;
    Some((name, format!("{goos}/{arch}")))
}

/// What a variable is for a command: by itself, by the script, by the workflow, by the file of `go env -w`.
fn value_for(script: &KnownScript<'_, '_>, command: &ScriptCommand, name: &str) -> Possible<String> {
    let scope = &script.step.scope;
    if let Some((_, own)) = command.assignments.iter().find(|(own, _)| own == name) {
        return in_workspace(script, own);
    }
    let is_it = |other: &str| other.eq_ignore_ascii_case(name);
    let exported = script.reading.settings.iter().filter(|one| one.by == Setter::Export && is_it(&one.name));
    let mut before = exported.filter(|one| one.line <= command.span.line);
    let exported = (before.next_back(), before.next());
    // `env GOOS=… go install`, `unset GOOS`, an assignment: what names it otherwise is not worked out.
    let names_it = |one: &ScriptCommand| {
        let is_export = exported.0.is_some_and(|place| place.line == one.span.line);
        let word = |word: &ScriptText| match word.0.first() {
            Some(ScriptPiece::Literal(text)) => is_it(text.split('=').next().unwrap_or_default()),
            _ => false,
        };
        !is_export
            && (one.words.iter().any(word) || one.words.is_empty() && one.assignments.iter().any(|(own, _)| is_it(own)))
    };
    if script.reading.commands.iter().any(names_it) {
        return None;
    }
    match exported {
        (None, _) => {}
        (Some(only), None) if only.line < command.span.line && !script.reading.is_conditional(only.line) => {
            return in_workspace(script, &only.value);
        }
        _ => return None,
    }
    match scope.set(name).or_else(|| scope.go_file.get(name)) {
        Some(set) => set.value.clone(),
        None => scope.variable(name),
    }
}

/// A program of the repository among what a `go install` names.
fn own_program(judged: &JudgedRow<'_, '_>, script: &KnownScript<'_, '_>, command: &ScriptCommand) -> Option<String> {
    const ALONE: [&str; 7] = ["-v", "-x", "-a", "-race", "-trimpath", "-work", "-linkshared"];
    let before = &judged.row.steps[..script.number];
    let moves = |name: &str| matches!(name, "cd" | "pushd" | "set-location" | "sl" | "chdir");
    if !has_own_files(before, judged.repository)
        || script.reading.commands.iter().filter_map(program).any(|name| moves(&name))
    {
        return None;
    }
    let dir = working_directory(script.step)?;
    let mut packages = Vec::new();
    let mut words = command.invoked().iter().skip(2);
    while let Some(word) = words.next() {
        let written = word.written();
        match written.as_str() {
            flag if ALONE.contains(&flag) || flag.starts_with('-') && flag.contains('=') => {}
            "-C" | "-n" => return None,
            flag if flag.starts_with('-') => drop(words.next()),
            _ => packages.push(word.as_literal()?),
        }
    }
    if packages.is_empty() {
        packages.push(".");
    }
    packages.into_iter().find_map(|package| main_package(judged.repository, &dir, package))
}

/// Files of Go's that are read for a pattern.
const MOST_SOURCES: usize = 500;

/// The name of a program that a pattern such as `./cmd/x` and `./...` stands for, by its files, else by custom.
fn main_package(repository: &Repository<'_>, dir: &str, package: &str) -> Option<String> {
    let relative = if package == "." { "" } else { package.strip_prefix("./")?.trim_end_matches('/') };
    let (base, is_tree) = match relative.strip_suffix("...") {
        Some(base) => (base.trim_end_matches('/'), true),
        None => (relative, false),
    };
    if base.contains("...") || base.split('/').any(|part| part == "..") {
        return None;
    }
    let base: Vec<&str> = [dir, base].into_iter().filter(|part| !part.is_empty()).collect();
    let base = base.join("/");
    let names = repository.names()?;
    let is_package = |dir: &str| {
        let below = if base.is_empty() { Some(dir) } else { dir.strip_prefix(base.as_str()) };
        let below = below.filter(|rest| base.is_empty() || rest.is_empty() || rest.starts_with('/'));
        below.map(|rest| rest.trim_start_matches('/')).is_some_and(|rest| {
            let is_left_out = |part: &str| part.starts_with(['.', '_']) || matches!(part, "testdata" | "vendor");
            let parts = || rest.split('/').filter(|part| !part.is_empty());
            let has_module = || {
                let mut above = dir;
                while above.len() > base.len() {
                    if names.contains(&format!("{above}/go.mod")) {
                        return true;
                    }
                    above = above.rsplit_once('/').map_or("", |(above, _)| above);
                }
                false
            };
            rest.is_empty() || is_tree && !parts().any(is_left_out) && !has_module()
        })
    };
    let sources = names.iter().filter_map(|name| {
        let (dir, file) = name.rsplit_once('/').unwrap_or(("", name));
        let is_source = file.ends_with(".go") && !file.ends_with("_test.go") && !file.starts_with(['.', '_']);
        // What the name of a file says of systems is not worked out.
        (is_source && !file.contains('_') && is_package(dir)).then_some((name, dir))
    });
    let mut is_told = false;
    let program = sources.take(MOST_SOURCES).find_map(|(name, dir)| {
        let text = repository.text(name)?;
        is_told |= text.lines().any(|line| line.starts_with("package "));
        let is_main = text.lines().any(|line| line.trim_end() == "package main");
        let is_bound = text.lines().any(|line| line.starts_with("//go:build") || line.starts_with("// +build"));
        let shown = dir.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(".");
        (is_main && !is_bound).then(|| shown.to_owned())
    });
    program.or_else(|| by_custom(&base).filter(|_| !is_told && !is_tree))
}

/// The name of a program by its directory: in `cmd` lie programs.
fn by_custom(dir: &str) -> Option<String> {
    let (above, name) = dir.rsplit_once('/')?;
    let is_program = above.rsplit('/').next() == Some("cmd") && name != "internal";
    is_program.then(|| name.to_owned())
}

/// Tools that the job's GOOS and GOARCH are not meant for.
fn built_for_another(
    judged: &JudgedRow<'_, '_>,
    script: &KnownScript<'_, '_>,
    host: (&str, &str),
    found: &mut RuleFindings<'_>,
) {
    let steps = &judged.row.steps;
    let scope = &script.step.scope;
    let Some((goos, arch)) = target(scope, "GOOS", host.0).zip(target(scope, "GOARCH", host.1)) else { return };
    let is_foreign = goos != host.0 || arch != host.1;
    if !is_foreign || is_shipped(steps, &goos, &arch) {
        return;
    }
    for command in script.reading.commands.iter().take(MOST_LOOKED_AT) {
        let Some((tool, runs)) = remote_tool(command) else { continue };
        let can_run = runs_beside(host, &goos, &arch);
        if (runs && can_run)
            || sets_target(script, command)
            || !(runs || is_needed(steps, script, command, &tool))
            || refused(judged, script, command, host).is_some()
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
