//! Go versions that are not those that were meant: numbers that lose a nought, a Go below its module, a GOTOOLCHAIN that
//! setup-go replaces.

use super::{JudgedRow, LintRule, RuleFindings, RuleLook};
use crate::{
    actions::{
        setup_go::{self, SetupGoRelease, ToolchainExport},
        uses::{Action, KnownAction},
    },
    goenv::directives::directives,
    lint::{
        LintPlace,
        caches::one,
        fix::{self, LintFix},
        programs::{KnownScript, argument, program, sets_itself, step_may_run_go, working_directory},
        repository::{Repository, WorkflowFile},
        timeline::{JobRow, RowStep, StepKind, scope::SetBy},
    },
    script::{ScriptPiece, ScriptText, Setter, reading::ScriptCommand},
    status::Severity,
    workflow::{
        expression,
        tree::{Node, NodeKind, ScalarStyle},
    },
};

pub(super) const RULES: &[LintRule] = &[
    LintRule {
        id: "version-float",
        severity: Severity::Error,
        title: "a Go version without quotes loses its nought: 1.20 is 1.2",
        condition: "A number without quotes that ends in a nought behind its point reaches the input `go-version` of an action, \
            or the tag of the image `golang`: written there, in the matrix, in `env:`, or as an input of a local action or \
            called workflow.",
        why: "YAML reads `1.20` as a number, and GitHub writes that as `1.2`: another Go, or none.",
        source: "YAML 1.2, core schema; setup-go, `docs/adrs` and README, \"quote your versions\".",
        fix: "`go-version: \"1.20\"`.",
        ignore: "Never.",
        look: RuleLook::EachRow(float),
    },
    LintRule {
        id: "version-below-module",
        severity: Severity::Warning,
        title: "the Go that is set up is older than the module asks for",
        condition: "setup-go is given a `go-version` that is known, and it is below the `go` line of the go.mod (or go.work) \
            that a later step of the job runs Go in, and nothing sets GOTOOLCHAIN. The workspace is a checkout of this \
            repository, and no step touches go.mod.",
        why: "From v6 on setup-go sets GOTOOLCHAIN=local, and Go refuses: `go.mod requires go >= …`. Before v6, Go 1.21 and \
            later fetch the newer Go and run that, so the job tests another Go than it says; older ones build what they can, \
            and the finding is a note.",
        source: "setup-go v6.0.0, `src/main.ts: setGoToolchain`; go.dev/doc/toolchain.",
        fix: "`go-version-file: go.mod`, or a version that is not below it.",
        ignore: "When the job is there to see that the old Go refuses.",
        look: RuleLook::EachRow(below_module),
    },
    LintRule {
        id: "toolchain-overridden",
        severity: Severity::Warning,
        title: "setup-go replaces a GOTOOLCHAIN that was set before it",
        condition: "GOTOOLCHAIN is set to something else than `local` by `env:` of the workflow or job, by an earlier step or by \
            `go env -w`, then setup-go v6 or later runs, which sets GOTOOLCHAIN=local for all later steps, and one of them runs \
            Go without setting it again.",
        why: "What a step writes to GITHUB_ENV replaces `env:` of workflow and job, and the environment goes before `go env -w`. \
            Go then never changes to the version that GOTOOLCHAIN asked for.",
        source: "setup-go v6.0.0, `src/main.ts: setGoToolchain`.",
        fix: "Set it in `env:` of the steps that need it, or by GITHUB_ENV behind setup-go.",
        ignore: "When `local` is fine as well.",
        look: RuleLook::EachRow(toolchain_overridden),
    },
];

/// Inputs that take a version of Go.
const VERSION_INPUTS: &[&str] = &["go-version", "go-versions", "go_version", "golang-version", "golang_version"];

fn float(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let row = judged.row;
    let tracer = Tracer { row, repository: judged.repository };
    let mut told: Vec<LostNought> = Vec::new();
    for (number, step) in row.steps.iter().enumerate() {
        if !matches!(step.kind, StepKind::Action { .. }) {
            continue;
        }
        for name in VERSION_INPUTS {
            if let Some(entry) = step.input_node(name) {
                tracer.trace(step.file, &entry.node, Some(number), 0, &mut told);
            }
        }
    }
    let image = row.job.node.get("container").map(|one| one.get("image").unwrap_or(one));
    if let Some(image) = image.filter(|one| one.text().is_some_and(|text| text.contains("golang:${{"))) {
        tracer.trace(row.file, image, None, 0, &mut told);
    }
    told.sort_by(|left, right| left.place.cmp(&right.place));
    told.dedup_by(|left, right| left.place == right.place);
    for LostNought { place, written, fix } in told {
        let read = written.trim_end_matches('0').trim_end_matches('.');
        let message = format!("`{written}` without quotes is the number {read}, so Go {read} is asked for");
        let evidence = "it reaches a Go version as it is";
        let finding = found.add(row, place, &message, evidence, &format!("put it in quotes: \"{written}\""));
        finding.fix = fix;
    }
}

/// A number that is another one than is written.
struct LostNought {
    place: LintPlace,
    written: String,
    fix: Option<LintFix>,
}

impl LostNought {
    fn at(file: &WorkflowFile, node: &Node, written: &str) -> Self {
        let fix = fix::steps::quoted(file, node, "put the version in quotes");
        Self { place: file.place(node), written: written.to_owned(), fix }
    }
}

/// Looks for where a value comes from.
struct Tracer<'t, 'a> {
    row: &'t JobRow<'a>,
    repository: &'t Repository<'t>,
}

impl Tracer<'_, '_> {
    /// Whether what gets to this node of a step is another number than is written.
    fn is_lossy(&self, file: &WorkflowFile, node: &Node, number: usize) -> bool {
        let mut told = Vec::new();
        self.trace(file, node, Some(number), 0, &mut told);
        !told.is_empty()
    }

    /// The numbers that lose something on their way to this node, of a step or of the job.
    fn trace(&self, file: &WorkflowFile, node: &Node, number: Option<usize>, depth: usize, told: &mut Vec<LostNought>) {
        let NodeKind::Scalar { text, style } = &node.kind else { return };
        if *style == ScalarStyle::Typed && loses_a_nought(text) {
            return told.push(LostNought::at(file, node, text));
        }
        if depth > 4 {
            return;
        }
        for path in named_in(text) {
            match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["matrix", name, below @ ..] => {
                    let first = self.row.facts.matrix.node(name);
                    let inner = below.iter().try_fold(first, |node, name| Some(node?.get(name))).flatten();
                    if let Some(value) = inner {
                        self.trace(self.row.file, value, None, depth + 1, told);
                    }
                }
                ["env", name] => {
                    let step = number.map(|number| &self.row.steps[number]);
                    let levels = [
                        step.map(|step| (step.file, step.node)),
                        Some((self.row.file, &self.row.job.node)),
                        Some((self.row.file, &self.row.file.tree)),
                    ];
                    let set =
                        levels.into_iter().flatten().find_map(|(file, of)| Some((file, of.get("env")?.get(name)?)));
                    if let Some((file, value)) = set {
                        self.trace(file, value, number, depth + 1, told);
                    }
                }
                ["inputs", name] => self.trace_input(file, name, number, depth, told),
                _ => {}
            }
        }
    }

    fn trace_input(
        &self,
        file: &WorkflowFile,
        name: &str,
        number: Option<usize>,
        depth: usize,
        told: &mut Vec<LostNought>,
    ) {
        // Of a local action: the step that leads to it is the last one before that uses it.
        if file.tree.get("runs").is_some() {
            let steps = &self.row.steps[..number.unwrap_or_default()];
            let is_caller = |step: &&RowStep<'_>| {
                let StepKind::Action { action: Some(Action::Local(dir) | Action::Own(dir)), is_walked: true } =
                    &step.kind
                else {
                    return false;
                };
                self.repository.action(dir).is_some_and(|action| action.path == file.path)
            };
            let given = steps.iter().enumerate().rev().find(|(_, step)| is_caller(step));
            match given.map(|(at, step)| (at, step, step.input_node(name))) {
                Some((at, step, Some(entry))) => self.trace(step.file, &entry.node, Some(at), depth + 1, told),
                _ => self.trace_default(file, file.tree.get("inputs"), name, told),
            }
            return;
        }
        // Of a called workflow: every job that calls it.
        for caller in self.repository.workflows() {
            for job in caller.tree.get("jobs").map(Node::entries).into_iter().flatten() {
                let calls = job.node.get("uses").and_then(Node::text).and_then(Action::of);
                let (Some(Action::Local(path) | Action::Own(path)), Some(given)) = (calls, job.node.get("with")) else {
                    continue;
                };
                let own = given.entries().find(|entry| path == file.path && entry.name.eq_ignore_ascii_case(name));
                if let Some(NodeKind::Scalar { text, style: ScalarStyle::Typed }) = own.map(|entry| &entry.node.kind)
                    && loses_a_nought(text)
                {
                    told.extend(own.map(|entry| LostNought::at(caller, &entry.node, text)));
                }
            }
        }
        let on = file.tree.get("on");
        for kind in ["workflow_call", "workflow_dispatch"] {
            self.trace_default(file, on.and_then(|on| on.get(kind)?.get("inputs")), name, told);
        }
    }

    fn trace_default(&self, file: &WorkflowFile, inputs: Option<&Node>, name: &str, told: &mut Vec<LostNought>) {
        let declared = inputs.and_then(|inputs| inputs.entries().find(|entry| entry.name.eq_ignore_ascii_case(name)));
        if let Some(default) = declared.and_then(|entry| entry.node.get("default"))
            && let NodeKind::Scalar { text, style: ScalarStyle::Typed } = &default.kind
            && loses_a_nought(text)
        {
            told.push(LostNought::at(file, default, text));
        }
    }
}

/// Whether a number is written with a nought at its end that it does not have as a number.
fn loses_a_nought(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, part)| digits(whole) && digits(part) && part.ends_with('0'))
}

/// The paths whose values become a part of a text.
fn named_in(text: &str) -> Vec<Vec<String>> {
    let inner = ScriptText::of_expressions(text).0.into_iter().filter_map(|piece| match piece {
        ScriptPiece::Expression { inner, .. } => Some(inner),
        _ => None,
    });
    inner.flat_map(|inner| expression::sources(&inner)).collect()
}

/// A version as far as it is asked for: the minor number, and the patch where one is named.
type WantedGo = (u64, Option<u64>);

fn below_module(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    let steps = &judged.row.steps;
    let setups = || steps.iter().enumerate().filter(|(_, step)| step.known_action() == Some(KnownAction::SetupGo));
    if judged.row.facts.image.is_none() {
        return;
    }
    let tracer = Tracer { row: judged.row, repository: judged.repository };
    let sources = ModuleSources::of(steps);
    for (number, step) in setups().take(MOST_SETUPS) {
        let Some(entry) = step.input_node("go-version") else { continue };
        let given = step.input("go-version");
        let (Some(given), true) = (one(&given), step.surely) else { continue };
        let Some(release) = step.action().and_then(Action::reference).and_then(setup_go::release) else { continue };
        let Some(wanted) = wanted_go(given).filter(|_| !tracer.is_lossy(step.file, &entry.node, number)) else {
            continue;
        };
        let next = setups().map(|(at, _)| at).find(|at| *at > number).unwrap_or(steps.len());
        let used = steps[number + 1..next].iter().enumerate().filter_map(|(at, later)| {
            let module = module_of(judged.repository, &sources, later, number + 1 + at)?;
            is_below(wanted, &module.go).then_some(module)
        });
        // A step that runs Go itself tells more than one that leaves it to `make`.
        let Some(module) = used.min_by_key(|module| !module.by_go_itself) else { continue };
        let message = format!("Go {given} is older than {} asks for", module.path);
        let (outcome, severity) = outcome(release, wanted, &module);
        let evidence = format!("{} says `go {}`; {outcome}", module.path, module.go);
        let help = format!("`go-version-file: {}`, or a version that is not below it", module.path);
        let finding = found.add(judged.row, step.file.entry(entry), &message, &evidence, &help);
        finding.severity = severity;
    }
}

/// What comes of it, and how bad that is.
fn outcome(release: &SetupGoRelease, wanted: WantedGo, module: &UsedModule) -> (String, Severity) {
    match release.does.gotoolchain {
        _ if wanted.0 < 21 => {
            ("a Go before 1.21 builds what it can, and names the line only where that fails".to_owned(), Severity::Note)
        }
        ToolchainExport::Local => {
            let whom = if module.by_go_itself { "Go refuses" } else { "Go refuses where it is run in it" };
            (format!("setup-go {} sets GOTOOLCHAIN=local, and {whom}", release.tag), Severity::Warning)
        }
        ToolchainExport::Kept => ("Go fetches the newer one and runs that".to_owned(), Severity::Warning),
    }
}

/// `1.22`, `1.22.x`, `~1.22`, `1.22.3`; ranges that the newest Go may fit are nothing to compare.
fn wanted_go(given: &str) -> Option<WantedGo> {
    let trimmed = given.trim().trim_start_matches('v');
    let (bare, is_range) = match trimmed.strip_prefix('~') {
        Some(bare) => (bare, true),
        None => (trimmed, false),
    };
    let mut parts = bare.split('.');
    if parts.next() != Some("1") {
        return None;
    }
    let minor = parts.next()?.parse().ok()?;
    let patch = match parts.next() {
        None | Some("x" | "*") => None,
        Some(patch) => Some(patch.parse().ok()?),
    };
    parts.next().is_none().then_some((minor, patch.filter(|_| !is_range)))
}

fn is_below(wanted: WantedGo, go_line: &str) -> bool {
    let mut parts = go_line.split('.').map(str::parse::<u64>);
    let (Some(Ok(1)), Some(Ok(minor))) = (parts.next(), parts.next()) else { return false };
    let patch = parts.next().and_then(Result::ok).unwrap_or_default();
    wanted.0 < minor || wanted.0 == minor && wanted.1.is_some_and(|own| own < patch)
}

/// From which step on the workspace is this repository, and from which on its go.mod may be another.
struct ModuleSources {
    checkout: Option<usize>,
    touched: Option<usize>,
}

impl ModuleSources {
    fn of(steps: &[RowStep<'_>]) -> Self {
        const TOUCHES: &[&str] = &[
            "go.mod",
            "go.work",
            "mod edit",
            "mod init",
            "work init",
            "work use",
            "GOTOOLCHAIN",
            "git checkout",
            "git switch",
        ];
        let is_checkout = |step: &RowStep<'_>| step.known_action() == Some(KnownAction::Checkout);
        let is_plain =
            |step: &RowStep<'_>| ["path", "repository", "ref"].iter().all(|name| step.input_node(name).is_none());
        let touches = |step: &RowStep<'_>| match &step.kind {
            StepKind::Script { script, .. } => {
                TOUCHES.iter().any(|word| script.text().unwrap_or_default().contains(word))
            }
            _ => is_checkout(step) && !is_plain(step),
        };
        Self { checkout: steps.iter().position(is_checkout), touched: steps.iter().position(touches) }
    }

    /// Whether the files that a step sees are those of the repository.
    fn are_known(&self, number: usize) -> bool {
        self.checkout.is_some_and(|at| at < number) && self.touched.is_none_or(|at| number < at)
    }
}

/// A module that a step runs Go in.
struct UsedModule {
    /// Its go.mod, or the go.work above it.
    path: String,
    go: String,
    /// Else a program such as `make` runs there, which may run Go or not.
    by_go_itself: bool,
}

/// The module that a script runs Go in; `None` where it runs none, or where only a run tells.
fn module_of(
    repository: &Repository<'_>,
    sources: &ModuleSources,
    step: &RowStep<'_>,
    number: usize,
) -> Option<UsedModule> {
    let script = KnownScript::of(number, step)?;
    let names = repository.names()?;
    if !sources.are_known(number) {
        return None;
    }
    if step.scope.set("GOTOOLCHAIN").is_some() || step.scope.go_file.contains_key("GOTOOLCHAIN") {
        return None;
    }
    let is_single = || names.iter().filter(|name| name.ends_with("go.mod")).count() == 1 && names.contains("go.mod");
    let moves = |name: &str| matches!(name, "cd" | "pushd" | "set-location" | "chdir" | "docker" | "podman" | "nix");
    if script.reading.commands.iter().filter_map(program).any(|name| moves(&name)) {
        return None;
    }
    let runs_go = |command: &ScriptCommand| {
        let all = || command.words.iter().filter_map(ScriptText::as_literal);
        let verb = argument(command, 1);
        let in_module = matches!(verb, "build" | "test" | "vet" | "generate" | "list" | "get" | "fix" | "tool")
            || matches!(verb, "run" | "install") && !all().any(|word| word.contains('@'))
            || verb == "mod" && matches!(argument(command, 2), "download" | "tidy" | "verify" | "vendor");
        let is_go = program(command).as_deref() == Some("go");
        is_go && in_module && !all().any(|word| word == "-C" || word.starts_with("-modfile"))
    };
    let runs_others = |command: &ScriptCommand| {
        let name = program(command);
        let is_one = matches!(name.as_deref(), Some("make" | "gotestsum" | "goreleaser" | "mage" | "task" | "just"));
        is_one && is_single()
    };
    let by_go_itself = script.reading.commands.iter().any(runs_go);
    let runs = by_go_itself || script.reading.commands.iter().any(runs_others);
    if !runs
        || step.scope.set("GOWORK").is_some()
        || step.scope.set("GOFLAGS").is_some_and(|set| set.written.contains("modfile"))
    {
        return None;
    }
    let dir = working_directory(step)?;
    let nearest = |file: &str| {
        let mut at = Some(dir.as_str());
        while let Some(dir) = at {
            let path = if dir.is_empty() { file.to_owned() } else { format!("{dir}/{file}") };
            if names.contains(&path) {
                return Some(path);
            }
            at = (!dir.is_empty()).then(|| dir.rsplit_once('/').map_or("", |(above, _)| above));
        }
        None
    };
    let path = nearest("go.work").or_else(|| nearest("go.mod"))?;
    let text = repository.text(&path)?;
    let go = directives(&text).into_iter().find(|one| one.verb == "go").and_then(|one| one.words.into_iter().next())?;
    Some(UsedModule { path, go, by_go_itself })
}

/// Steps of setup-go in a job that are looked at: more than a person writes.
const MOST_SETUPS: usize = 50;

fn toolchain_overridden(judged: &JudgedRow<'_, '_>, found: &mut RuleFindings<'_>) {
    const NAME: &str = "GOTOOLCHAIN";
    let steps = &judged.row.steps;
    if judged.row.facts.image.is_none() {
        return;
    }
    let sure =
        steps.iter().enumerate().filter(|(_, step)| step.surely && step.known_action() == Some(KnownAction::SetupGo));
    for (number, step) in sure.take(MOST_SETUPS) {
        let release = step.action().filter(|action| action.known() == Some(KnownAction::SetupGo));
        let release = release.and_then(Action::reference).and_then(setup_go::release);
        if !release.is_some_and(|release| release.does.gotoolchain == ToolchainExport::Local) {
            continue;
        }
        let by_file = steps.iter().enumerate().flat_map(|(at, step)| step.writes.iter().map(move |write| (at, write)));
        let by_file = by_file.filter(|(_, write)| write.by == Setter::GoEnvW && write.name == NAME);
        let mut lost: Vec<(usize, &LintPlace, &String)> =
            by_file.filter_map(|(at, write)| Some((at.max(number), &write.place, one(&write.value)?))).collect();
        let set = step.scope.job.get(NAME);
        lost.extend(set.and_then(|set| Some((number, &set.place, one(&set.value)?))));
        for (behind, place, value) in lost.into_iter().filter(|(.., value)| !matches!(value.trim(), "" | "local")) {
            let is_restored = |step: &RowStep<'_>| {
                let again =
                    step.scope.job.get(NAME).is_some_and(|set| matches!(set.by, SetBy::Earlier(at) if at > number));
                again || step.scope.step.contains_key(NAME) || sets_itself(step, NAME)
            };
            let missed = steps[behind + 1..].iter().find(|step| step_may_run_go(step) && !is_restored(step));
            let (Some(missed), Some(release)) = (missed, release) else { continue };
            let message = format!("GOTOOLCHAIN=`{value}` is lost behind setup-go, which sets `local`");
            let line = missed.place().line;
            let evidence =
                format!("setup-go {} exports GOTOOLCHAIN=local; the step in line {line} runs Go with it", release.tag);
            let help = "set it in `env:` of the steps that need it, or by GITHUB_ENV behind setup-go";
            let finding = found.add(judged.row, place.clone(), &message, &evidence, help);
            *finding = finding.clone().beside(step.place(), "it is replaced here");
        }
    }
}
