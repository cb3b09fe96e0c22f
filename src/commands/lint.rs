//! `lint`: finds the repository, judges its workflows, shows what is wrong.

use crate::{
    cli::{LintFormat, LintSettings},
    commands::{
        Answer, World, json, list,
        report_files::{open, write_answer},
    },
    error::Error,
    exit::Exit,
    lint::{LintQuestion, lint as judged, view},
    output::terminal::{self, Terminal},
    ports::{Host, Kind},
};

pub(crate) fn lint(wanted: &LintSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    if wanted.lists_rules {
        return Ok(list::rules(terminal));
    }
    let dir = open(wanted.report.as_deref())?;
    let paths: Vec<String> = wanted.paths.iter().map(|path| world.absolute(path)).collect();
    let root = root(&paths, world);
    let found = judged(&LintQuestion { root: &root, paths: &paths, platform: world.here.platform }, &world.host);
    let document = view::document(&found);
    let json = json(&found);
    write_answer("lint", &document, &json, dir.as_ref(), world)?;
    let text = match wanted.format {
        LintFormat::Human => terminal::render(&document, terminal),
        LintFormat::Json => json,
    };
    let severities = found.findings.iter().map(|finding| finding.severity);
    Ok(Answer { text, exit: Exit::of_severities(severities, wanted.least) })
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
