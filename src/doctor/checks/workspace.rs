//! The workspace that a command is in: what its go.work uses, and whether that
//! is there. Source: Go, `cmd/go/internal/modload/init.go`, `load.go`.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit, told},
        remedy::quoted,
    },
    goenv::{
        clean,
        directives::{Directive, directives},
        version::GoVersion,
    },
    output::sanitize::clip,
    platform::Platform,
    ports::{Kind, ReadLimit},
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[BROKEN_FILE, WORKSPACE_ABOVE, USE_MISSING, USE_TWICE, OLDER];

/// The go.work that is in force, as far as it can be read.
pub(super) struct Workspace {
    pub file: String,
    dir: String,
    lines: Vec<Directive>,
}

/// A `use` of a go.work.
struct Use {
    line: usize,
    /// As it is written.
    text: String,
    dir: String,
}

impl Workspace {
    /// The one in force; `None` where commands are in no workspace, or it cannot be read.
    pub fn of(context: &Context<'_>) -> Option<Self> {
        let file = context.value("GOWORK").to_owned();
        if file.is_empty() || file == "off" || context.value("GO111MODULE") == "off" {
            return None;
        }
        let content = context.host.read(&file, ReadLimit::Module).ok()?;
        let dir = context.platform().parent(&file)?;
        let lines = directives(&String::from_utf8_lossy(&content));
        unknown_line(&lines, &OF_GO_WORK).is_none().then_some(Self { lines, dir, file })
    }

    fn uses(&self, platform: Platform) -> impl Iterator<Item = Use> {
        self.lines.iter().filter(|line| line.verb == "use").filter_map(move |line| {
            let text = line.words.first()?.clone();
            let dir = if platform.is_absolute(&text) { text.clone() } else { platform.join(&self.dir, &text) };
            Some(Use { line: line.line, dir: clean(platform, &dir), text })
        })
    }

    /// `gover.FromGoWork`.
    fn go(&self) -> &str {
        word_of(&self.lines, "go").unwrap_or("1.18")
    }
}

/// What a line of go.work and of go.mod may begin with. Source: golang.org/x/mod, `modfile/rule.go`, `work.go`.
const OF_GO_WORK: [&str; 5] = ["go", "toolchain", "godebug", "use", "replace"];
const OF_GO_MOD: [&str; 10] =
    ["module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"];

/// The first line that begins with none of these.
fn unknown_line<'l>(lines: &'l [Directive], known: &[&str]) -> Option<&'l Directive> {
    lines.iter().find(|line| !known.contains(&line.verb.as_str()))
}

const BROKEN_FILE: Check = Check {
    id: "module-file-broken",
    severity: Severity::Error,
    title: "go.mod or go.work has a line that Go cannot read",
    why: "A merge that was not finished leaves `<<<<<<<`, `=======` and `>>>>>>>`, an editor half a word. Every command that looks at modules stops: `errors parsing go.work: unknown directive`. Lines that only a newer Go knows are no finding here.",
    run: broken_file,
};

fn broken_file(context: &Context<'_>) -> Vec<Hit> {
    if context.value("GO111MODULE") == "off" {
        return Vec::new();
    }
    let one = |file: &str, known: &[&str]| {
        let lines = lines_of(context, file);
        let line = unknown_line(&lines, known)?;
        let is_mark = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].contains(&line.verb.as_str());
        let why = if is_mark { "a mark of a merge that was not finished" } else { "no directive of any Go" };
        let name = context.platform().file_name(file)?;
        let message = format!("{name} has a line that is {why}: every command that looks at modules stops");
        let evidence = format!("`{file}` says `{}` in line {}", clip(&line.verb, 40), line.line);
        Some(Hit::new(message, evidence).at(file, Some(line.line)))
    };
    let work = Some(context.value("GOWORK")).filter(|file| *file != "off");
    let module = module_dir(context).map(|_| context.value("GOMOD"));
    let of_work = work.and_then(|file| one(file, &OF_GO_WORK));
    of_work.into_iter().chain(module.and_then(|file| one(file, &OF_GO_MOD))).collect()
}

/// What follows a verb, as `1.21` of `go 1.21`.
pub(super) fn word_of<'l>(lines: &'l [Directive], verb: &str) -> Option<&'l str> {
    lines.iter().find(|line| line.verb == verb)?.words.first().map(String::as_str)
}

/// The lines of a go.mod; none where it cannot be read.
pub(super) fn lines_of(context: &Context<'_>, file: &str) -> Vec<Directive> {
    let content = context.host.read(file, ReadLimit::Module).unwrap_or_default();
    directives(&String::from_utf8_lossy(&content))
}

/// The directory of the go.mod that a command here is in.
pub(super) fn module_dir(context: &Context<'_>) -> Option<String> {
    let file = context.value("GOMOD");
    let is_file = context.platform().file_name(file).is_some_and(|name| name == "go.mod");
    context.platform().parent(file).filter(|_| is_file)
}

/// The command that leaves the workspace.
pub(super) fn switched_off(context: &Context<'_>) -> String {
    context.assign("GOWORK", "off")
}

const WORKSPACE_ABOVE: Check = Check {
    id: "workspace-above",
    severity: Severity::Error,
    title: "The go.work in force does not use this module",
    why: "Go looks for a go.work in every directory above. One that does not `use` the module stops every command that names its packages: `current directory is contained in a module that is not one of the workspace modules listed in go.work`, or `directory prefix . does not contain modules listed in go.work`. So does one that uses it by another name, where a link leads to the directory. A go.work of the same repository should use it; a stray one is switched off.",
    run: workspace_above,
};

fn workspace_above(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let (Some(work), Some(module)) = (Workspace::of(context), module_dir(context)) else { return Vec::new() };
    if work.uses(platform).any(|one| platform.same_path(&one.dir, &module)) {
        return Vec::new();
    }
    // Go compares names.
    if let Some(one) = work.uses(platform).find(|one| context.host.same_file(&one.dir, &module) == Some(true)) {
        if platform == Platform::Windows {
            return Vec::new();
        }
        let message = format!(
            "this module is entered through a link, and the go.work in force uses it as `{}`: commands that name its \
             packages stop",
            one.text
        );
        let evidence = format!("`{}` and `{module}` are one directory, and Go compares their names", one.dir);
        let rest = platform.above(context.subject.current_dir).count() - platform.above(&module).count();
        let hit = Hit::new(message, evidence).at(&work.file, Some(one.line));
        return vec![if rest == 0 { hit.fix(format!("cd {}", quoted(platform, &one.dir))) } else { hit }];
    }
    let message = "the go.work in force does not use this module: commands that name its packages stop";
    let repository = context.above_any(&module, ".git").and_then(|git| platform.parent(&git));
    let own = repository.is_some_and(|dir| platform.is_within(&work.dir, &dir));
    let fix = if own { format!("go work use {}", quoted(platform, &module)) } else { switched_off(context) };
    let evidence = format!("`{}` is in force and does not name `{module}`", work.file);
    vec![Hit::new(message, evidence).fix(fix).at(&work.file, None)]
}

const USE_MISSING: Check = Check {
    id: "workspace-use-missing",
    severity: Severity::Error,
    title: "go.work uses a directory without a go.mod",
    why: "A `use` of a directory that is not there, or that has no go.mod, stops every command in the workspace: `cannot load module ... listed in go.work file`. A directory of the line that is only checked out elsewhere, as a submodule, is fetched instead.",
    run: use_missing,
};

fn use_missing(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let Some(work) = Workspace::of(context) else { return Vec::new() };
    let absent = work.uses(platform).filter_map(|one| {
        let gone = context.host.kind(&one.dir) == Kind::Absent;
        (context.host.kind(&platform.join(&one.dir, "go.mod")) != Kind::File).then_some((one, gone))
    });
    told(absent, |(one, gone)| {
        let why = if gone { "which is not there" } else { "which has no go.mod" };
        let message = format!("go.work uses `{}`, {why}: every command in the workspace stops", one.text);
        let fix = format!("go work edit -dropuse={} {}", quoted(platform, &one.text), quoted(platform, &work.file));
        Hit::new(message, format!("`use {}` means `{}`", one.text, one.dir)).fix(fix).at(&work.file, Some(one.line))
    })
}

const USE_TWICE: Check = Check {
    id: "workspace-use-twice",
    severity: Severity::Error,
    title: "go.work uses one module twice",
    why: "Two lines that lead to one directory stop every command with `path ... appears multiple times in workspace`, two directories whose go.mod has one name with `module ... appears multiple times in workspace`.",
    run: use_twice,
};

fn use_twice(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let Some(work) = Workspace::of(context) else { return Vec::new() };
    let mut known: std::collections::HashMap<String, String> = std::collections::HashMap::new();
    let doubled = work.uses(platform).filter_map(|one| {
        let name = lines_of(context, &platform.join(&one.dir, "go.mod"));
        let name = word_of(&name, "module").map(|name| format!("module {name}"));
        let keys = [Some(one.dir.clone()), name].into_iter().flatten();
        let before: Vec<Option<String>> = keys.map(|key| known.insert(key, one.text.clone())).collect();
        let before = before.into_iter().flatten().next()?;
        Some((one, before))
    });
    let doubled: Vec<_> = doubled.collect();
    told(doubled.into_iter(), |(one, before)| {
        let message = format!("go.work uses `{}` and `{before}`, which are one module: every command stops", one.text);
        let fix = format!("go work edit -dropuse={} {}", quoted(platform, &one.text), quoted(platform, &work.file));
        let hit = Hit::new(message, format!("`use {}` means `{}`", one.text, one.dir));
        hit.fix(fix).at(&work.file, Some(one.line))
    })
}

const OLDER: Check = Check {
    id: "workspace-older-than-module",
    severity: Severity::Error,
    title: "The go line of go.work is older than a module's",
    why: "From Go 1.21 on a go.work must name at least the Go of each module that it uses: `module ... listed in go.work file requires go >= ..., but go.work lists go ...`. Without a go line it means 1.18.",
    run: older,
};

fn older(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let Some(work) = Workspace::of(context).filter(|_| context.subject.version.minor() >= (1, 21)) else {
        return Vec::new();
    };
    let Ok(own) = work.go().parse::<GoVersion>() else { return Vec::new() };
    let newer = work.uses(platform).filter_map(|one| {
        let lines = lines_of(context, &platform.join(&one.dir, "go.mod"));
        let text = word_of(&lines, "go")?.to_owned();
        let wanted: GoVersion = text.parse().ok()?;
        // Before 1.21 the line was advice.
        (wanted > own && wanted.minor() >= (1, 21)).then_some((one, text))
    });
    let newer: Vec<(Use, String)> = newer.collect();
    let rank = |pair: &&(Use, String)| pair.1.parse::<GoVersion>().ok();
    let Some((one, wanted)) = newer.iter().max_by_key(rank) else { return Vec::new() };
    let message = format!(
        "go.work means Go {}, and `{}` wants {wanted}: every command in the workspace stops",
        work.go(),
        one.text
    );
    let evidence =
        format!("`{}` of {} that go.work uses: {} want a newer Go", one.dir, work.uses(platform).count(), newer.len());
    let line = work.lines.iter().find(|line| line.verb == "go").map(|line| line.line);
    vec![Hit::new(message, evidence).fix(format!("go work use {}", quoted(platform, &one.dir))).at(&work.file, line)]
}
