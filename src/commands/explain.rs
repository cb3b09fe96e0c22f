//! `explain`: which toolchains, our reading of each, and what Go itself says
//! beside it; for all variables, or with `--why` for one file.

use crate::commands::{
    Answer, World,
    environment::environment,
    go_says::{GoChoice, Surroundings, explained},
    json,
    report_files::{open, write_answer},
};
use crate::{
    cli::{DataFormat, ExplainSettings, Question},
    error::Error,
    exit::Exit,
    explain::{
        self, FileOrigin, Values, Why,
        view::{self, Shown},
    },
    goenv::{
        Known,
        locate::{Places, go_on_path, locate, version_of},
        version::{GoRequest, GoVersion},
    },
    output::terminal::{self, Terminal},
    ports::Executor,
    system::signals,
};
use std::sync::Arc;

pub(crate) fn explain(wanted: &ExplainSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    // A Go that is asked is in a group of its own: without a listener Ctrl-C would end this process and leave that one.
    signals::listen(Arc::clone(&world.processes));
    let names = names(&wanted.variables, world)?;
    let toolchains = asked(wanted, world)?;
    match &wanted.question {
        Question::Variables => {}
        Question::Why(file) => return Ok(why(file, &toolchains, wanted, terminal, world)),
        Question::Environment(pid) => return environment(*pid, &names, &toolchains, wanted, terminal, world),
    }
    let dir = open(wanted.report.as_deref())?;
    let mut explanations = Vec::new();
    for toolchain in &toolchains {
        let mut one = explained(toolchain, place(wanted, world), world);
        one.variables.retain(|variable| names.is_empty() || names.contains(&variable.name));
        explanations.push(one);
    }
    if world.processes.interrupted() {
        return Err(Error::Interrupted);
    }
    let answer = Values::new(explanations);
    let shown = match () {
        () if !names.is_empty() => Shown::Asked,
        () if wanted.all => Shown::All,
        () => Shown::Changed,
    };
    let document = view::values(&answer, shown, world.here.platform);
    let json = json(&answer);
    write_answer("explain", &document, &json, dir.as_ref(), world)?;
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&document, terminal),
        DataFormat::Json => json,
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// `explain --why FILE`.
fn why(file: &str, versions: &[GoChoice], wanted: &ExplainSettings, terminal: Terminal, world: &World) -> Answer {
    let file = world.absolute(file);
    let origin = |version: &GoChoice| {
        let explanation = explained(version, place(wanted, world), world);
        let mut origin = explain::why(&file, &world.here.env, &explanation, &world.host);
        origin.notes.extend(version.note.clone());
        origin
    };
    let origins: Vec<FileOrigin> = versions.iter().map(origin).collect();
    let exit = Exit::of_file_origins(&origins);
    let answer = Why::new(&file, origins);
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::why(&answer), terminal),
        DataFormat::Json => json(&answer),
    };
    Answer { text, exit }
}

/// This process's environment and directory.
fn place<'a>(wanted: &ExplainSettings, world: &'a World) -> Surroundings<'a> {
    Surroundings { env: &world.here.env, dir: &world.here.current_dir, limit: wanted.limit }
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

/// The toolchains that are asked about, those named by their directory first.
fn asked(wanted: &ExplainSettings, world: &World) -> Result<Vec<GoChoice>, Error> {
    let here = &world.here;
    let mut found: Vec<GoChoice> = Vec::new();
    for root in wanted.go_roots.iter().map(|dir| world.absolute(dir)) {
        match version_of(&root, here.platform, &world.host) {
            Ok(version) => found.push(GoChoice { version, goroot: Some(root), note: None, is_on_path: false }),
            Err(why) => {
                let note = format!("`{root}` is read by the rules of the newest Go: {why}");
                found.push(GoChoice {
                    version: Known::newest_version(),
                    goroot: Some(root),
                    note: Some(note),
                    is_on_path: false,
                });
            }
        }
    }
    let places = world.places(&[]);
    let located = locate(&wanted.versions, &places, &world.host);
    for request in &wanted.versions {
        if *request == GoRequest::Path {
            found.push(on_path(&places, world));
            continue;
        }
        match located.found.iter().find(|toolchain| request.accepts(&toolchain.version)) {
            Some(toolchain) => found.push(GoChoice {
                version: toolchain.version.clone(),
                goroot: Some(toolchain.goroot.clone()),
                note: None,
                is_on_path: false,
            }),
            None => {
                let version = bare(request)?;
                let is_minor = matches!(request, GoRequest::Minor(..)) && version.to_string() != request.to_string();
                let note = format!(
                    "Go {version} stands for {request}: no toolchain of it is here that would tell its newest patch"
                );
                let note = is_minor.then_some(note);
                found.push(GoChoice { version, goroot: None, note, is_on_path: false });
            }
        }
    }
    if found.is_empty() {
        found.push(on_path(&places, world));
    }
    Ok(found)
}

/// The `go` on PATH, or the newest rules where there is none.
pub(crate) fn on_path(places: &Places<'_>, world: &World) -> GoChoice {
    match go_on_path(places, &world.host) {
        Ok((goroot, version)) => GoChoice { version, goroot: Some(goroot), note: None, is_on_path: true },
        Err(why) => {
            let note = format!("no `go` was found on PATH ({why}), so these are the rules of the newest known version");
            GoChoice { version: Known::newest_version(), goroot: None, note: Some(note), is_on_path: true }
        }
    }
}

fn bare(request: &GoRequest) -> Result<GoVersion, Error> {
    match request {
        GoRequest::Exact(version) => Ok(version.clone()),
        GoRequest::Minor(..) | GoRequest::Path => Ok(request.to_string().parse()?),
    }
}
