//! `explain`: which toolchains, our reading of each, and what Go itself says beside it.

use crate::commands::{
    Answer, World,
    environment::environment,
    go_says::{Place, explained},
    json,
    report_files::{Sheets, deliver, open},
    why::why,
};
use crate::{
    cli::{ExplainSettings, Question},
    error::Error,
    exit::Exit,
    explain::{self, html, json::ExplainV1, markdown, text},
    goenv::{
        Known,
        locate::{Places, go_on_path, locate, version_of},
        version::{GoRequest, GoVersion},
    },
    output::terminal::Terminal,
};

/// Nobody's screen; a terminal breaks no line then.
pub(crate) const COLUMNS: usize = 80;

pub(crate) fn explain(wanted: &ExplainSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let names = names(&wanted.variables, world)?;
    let subjects = subjects(wanted, world)?;
    match &wanted.question {
        Question::Variables => {}
        Question::Why(file) => return Ok(why(file, &subjects, wanted, terminal, world)),
        Question::Environment(pid) => return environment(*pid, &names, &subjects, wanted, terminal, world),
    }
    let dir = open(wanted.report.as_deref())?;
    let mut explanations = Vec::new();
    let place = Place { env: &world.here.env, dir: &world.here.current_dir, limit: wanted.limit };
    for subject in &subjects {
        let mut one = explained(subject, place, world);
        one.variables.retain(|variable| names.is_empty() || names.contains(&variable.name));
        explanations.push(one);
    }
    let wire = ExplainV1::of(&explanations);
    let sheets =
        Sheets { json: json(&wire), markdown: markdown::render(&wire), html: html::render(&wire).unwrap_or_default() };
    deliver("explain", &sheets, dir.as_ref(), world)?;
    let text = match wanted.format {
        crate::cli::DataFormat::Human => text::render(&wire, terminal.paint(), COLUMNS),
        crate::cli::DataFormat::Json => sheets.json,
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// As they are spelt in Go; on Windows `gobin` is GOBIN.
fn names(wanted: &[String], world: &World) -> Result<Vec<String>, Error> {
    let one = |name: &String| {
        let folded = world.here.platform.fold_name(name).into_owned();
        match name.as_str() {
            "go" | "PATH" => Ok(name.clone()),
            _ if explain::is_known(&folded) => Ok(folded),
            _ => Err(Error::Variable { name: name.clone(), meant: explain::meant(name) }),
        }
    };
    wanted.iter().map(one).collect()
}

/// Version, GOROOT and what to say about the choice.
pub(crate) type Wanted = (GoVersion, Option<String>, Option<String>);

fn subjects(wanted: &ExplainSettings, world: &World) -> Result<Vec<Wanted>, Error> {
    let here = &world.here;
    let mut found: Vec<Wanted> = Vec::new();
    for root in wanted.go_roots.iter().map(|dir| world.absolute(dir)) {
        match version_of(&root, here.platform, &world.host) {
            Ok(version) => found.push((version, Some(root), None)),
            Err(why) => {
                let note = format!("`{root}` is read by the rules of the newest Go: {why}");
                found.push((Known::newest_version(), Some(root), Some(note)));
            }
        }
    }
    let places = Places {
        go_roots: &[],
        env: &here.env,
        current_dir: &here.current_dir,
        platform: here.platform,
        arch: &here.arch,
        tool_cache: None,
    };
    let located = locate(&wanted.versions, &places, &world.host);
    for request in &wanted.versions {
        match located.found.iter().find(|toolchain| request.accepts(&toolchain.version)) {
            Some(toolchain) => found.push((toolchain.version.clone(), Some(toolchain.goroot.clone()), None)),
            None => found.push((bare(request)?, None, None)),
        }
    }
    if found.is_empty() {
        found.push(match go_on_path(&places, &world.host) {
            Ok((goroot, version)) => (version, Some(goroot), None),
            Err(why) => {
                let note =
                    format!("no `go` was found on PATH ({why}), so these are the rules of the newest known version");
                (Known::newest_version(), None, Some(note))
            }
        });
    }
    Ok(found)
}

fn bare(request: &GoRequest) -> Result<GoVersion, Error> {
    match request {
        GoRequest::Exact(version) => Ok(version.clone()),
        GoRequest::Minor(major, minor) => Ok(format!("{major}.{minor}").parse()?),
    }
}
