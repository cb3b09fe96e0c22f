//! `lint`: finds the repository, judges its workflows, shows what is wrong.

use crate::{
    cli::{LintFormat, LintMode, LintSettings},
    commands::{
        Answer, World, json, list,
        report_files::{open, write_answer},
    },
    error::Error,
    exit::Exit,
    lint::{
        LintQuestion, LintReport, fix,
        forecast::{self, forecast},
        lint as judged, view,
    },
    output::terminal::{self, Terminal},
    ports::{Host, Kind},
};
use std::collections::BTreeMap;

pub(crate) fn lint(wanted: &LintSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let paths: Vec<String> = wanted.paths.iter().map(|path| world.absolute(path)).collect();
    let root = root(&paths, world);
    let asked = LintQuestion { root: &root, paths: &paths, platform: world.here.platform, edited: BTreeMap::new() };
    match wanted.mode {
        LintMode::List => Ok(list::rules(terminal)),
        LintMode::Judge => judge(&asked, wanted, terminal, world),
        LintMode::Explain => explain(&asked, wanted, terminal, world),
        LintMode::Show | LintMode::Fix => fix(&asked, wanted, terminal, world),
    }
}

fn judge(asked: &LintQuestion<'_>, wanted: &LintSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let dir = open(wanted.report.as_deref())?;
    let found = judged(asked, &world.host);
    let document = view::document(&found);
    let json = json(&found);
    write_answer("lint", &document, &json, dir.as_ref(), world)?;
    let text = match wanted.format {
        LintFormat::Human => terminal::render(&document, terminal),
        LintFormat::Json => json,
    };
    Ok(Answer { text, exit: exit(&found, wanted) })
}

/// `lint --explain-cache`.
fn explain(
    asked: &LintQuestion<'_>,
    wanted: &LintSettings,
    terminal: Terminal,
    world: &World,
) -> Result<Answer, Error> {
    let dir = open(wanted.report.as_deref())?;
    let told = forecast(asked, &world.host);
    let (document, json) = (forecast::view::document(&told), json(&told));
    write_answer("lint-caches", &document, &json, dir.as_ref(), world)?;
    let text = match wanted.format {
        LintFormat::Human => terminal::render(&document, terminal),
        LintFormat::Json => json,
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// `lint --fix`: what can be fixed is shown, and written unless only that was asked for.
fn fix(asked: &LintQuestion<'_>, wanted: &LintSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let plan = fix::plan(asked, &world.host);
    let writes = wanted.mode == LintMode::Fix;
    for file in plan.files.iter().filter(|_| writes) {
        let path = world.here.platform.join(asked.root, &file.path);
        let failed = |why: std::io::Error| Error::Fix { path: file.path.clone(), why: why.to_string() };
        world.host.replace(&path, file.after.as_bytes()).map_err(failed)?;
    }
    let text = terminal::render(&fix::view::document(&plan, writes), terminal);
    Ok(Answer { text, exit: exit(&plan.left, wanted) })
}

fn exit(found: &LintReport, wanted: &LintSettings) -> Exit {
    Exit::of_severities(found.findings.iter().map(|finding| finding.severity), wanted.least)
}

/// The repository: the nearest directory with `.git` or `.github` from the first path upwards, or from here.
fn root(paths: &[String], world: &World) -> String {
    let platform = world.here.platform;
    let start = paths.first().map_or(world.here.current_dir.as_str(), String::as_str);
    let is_root = |dir: &String| {
        [".git", ".github"].iter().any(|name| world.host.kind(&platform.join(dir, name)) != Kind::Absent)
    };
    let dirs = std::iter::once(start.to_owned()).chain(platform.above(start));
    dirs.into_iter().find(is_root).unwrap_or_else(|| world.here.current_dir.clone())
}
