//! `export`: the plan as a template of what lasts, to standard output or to a file.

use crate::commands::{Answer, World, list::ONE_LINE, plan::planned_from};
use crate::{
    cli::{ExportSettings, tell},
    error::Error,
    exit::Exit,
    export::{self, ExportFile, ExportFormat, ExportTemplate, view},
    output::{
        terminal::{self, Terminal},
        trouble,
        wording::list,
    },
    plan::{Giver, runner},
    ports::{Host, Kind, registry::Scope},
    system::stdout,
};

pub(crate) fn export(wanted: &ExportSettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let Some((name, shell)) = &wanted.format else {
        let text = terminal::render(&view::list(), Terminal { columns: terminal.columns.min(ONE_LINE), ..terminal });
        return Ok(Answer { text, exit: Exit::Good });
    };
    let format = export::format(name, shell.as_deref()).ok_or_else(|| no_shell(name, shell.as_deref()))?;
    if wanted.scope == Scope::Machine && !format.has_scopes {
        return Err(Error::FormatScope(format.shown()));
    }
    let template = template(format, wanted, world)?;
    let files = (format.write)(&template)?;
    match &wanted.out {
        None => stdout::write(&printed(&files)).map_err(Error::Answer)?,
        Some(out) => write(&files, &world.absolute(out), wanted.force, world)?,
    }
    if !format.puts_on_path(wanted.scope) && !quiet {
        let path: Vec<String> =
            template.path.iter().map(|dir| format!("`{}`", dir.in_plan(template.platform))).collect();
        let whose = if format.carries_path { "the PATH of a user" } else { "PATH" };
        tell(&format!("note: {} cannot add to {whose}; put {} in front of it\n", format.name, list(&path)));
    }
    Ok(Answer { text: String::new(), exit: Exit::Good })
}

/// No format of that name is for that shell.
pub(crate) fn no_shell(name: &str, shell: Option<&str>) -> Error {
    Error::FormatShell { format: name.to_owned(), shell: shell.unwrap_or_default().to_owned() }
}

/// The plan of a format's machine or of a named runner, as a template.
fn template(format: &ExportFormat, wanted: &ExportSettings, world: &World) -> Result<ExportTemplate, Error> {
    let options = &wanted.options;
    let repository = options.repository.as_deref();
    let (facts, overrides, runner) = match &wanted.runner {
        Some(name) => {
            let facts = format.machine.by_variables(runner::facts(name, repository, &world.here)?);
            (facts, options.overrides.clone(), name.clone())
        }
        None => {
            let machine = format.machine;
            (machine.facts(repository, &world.here)?, machine.overrides(&options.overrides), machine.words())
        }
    };
    if !format.platforms.contains(&facts.platform) {
        return Err(Error::FormatPlatform { format: format.shown(), runner, platform: facts.platform.runner_os() });
    }
    let facts = crate::platform::facts::Facts { expands: true, ..facts };
    let plan = planned_from(&facts, &overrides, options, world)?;
    let mut go: Vec<String> = options.versions.iter().map(ToString::to_string).collect();
    // Where nobody asked, a format that has room for one version takes the newest.
    if options.settings.iter().any(|setting| setting.flag == "go" && setting.giver == Giver::Default) {
        go.reverse();
    }
    let mut template = ExportTemplate::new(&plan, &runner, wanted.scope, go);
    if wanted.runner.is_none() {
        for (variable, assigned) in template.variables.iter_mut().zip(&plan.assignments) {
            if options.overrides.of(assigned.variable).is_none() {
                variable.reason = format.machine.reason(assigned.variable).unwrap_or_else(|| variable.reason.clone());
            }
        }
    }
    Ok(template)
}

/// One after the other; a name in front of each where there are several.
fn printed(files: &[ExportFile]) -> Vec<u8> {
    match files {
        [one] => one.bytes.clone(),
        several => several
            .iter()
            .flat_map(|file| [format!("# ---- {} ----\n", file.name).as_bytes(), &file.bytes].concat())
            .collect(),
    }
}

/// A file, or a directory of several; nothing is replaced without `force`, and each file is there whole or not at all.
fn write(files: &[ExportFile], out: &str, force: bool, world: &World) -> Result<(), Error> {
    let host = &world.host;
    let there = host.kind(out);
    let failed = |why: &std::io::Error| Error::NotExported { path: out.to_owned(), why: trouble::system(why) };
    if let [file] = files {
        return match there {
            Kind::Dir => Err(Error::NotExported { path: out.to_owned(), why: "it is a directory".to_owned() }),
            Kind::File if !force => Err(Error::ExportExists(out.to_owned())),
            Kind::File | Kind::Absent => host.replace(out, &file.bytes).map_err(|why| failed(&why)),
        };
    }
    match there {
        Kind::File => {
            return Err(Error::NotExported {
                path: out.to_owned(),
                why: "it is a file, and this format has several".to_owned(),
            });
        }
        Kind::Dir if !force && !host.list(out).is_empty() => return Err(Error::ExportExists(out.to_owned())),
        Kind::Dir => {}
        Kind::Absent => host.create_dir_all(out).map_err(|why| failed(&why))?,
    }
    let mut new = if there == Kind::Absent { vec![out.to_owned()] } else { Vec::new() };
    for file in files {
        let path = world.here.platform.join(out, &file.name);
        let was_there = host.kind(&path) != Kind::Absent;
        if let Err(why) = host.replace(&path, &file.bytes) {
            // A part of a template is none; what was there before stays.
            new.iter().rev().for_each(|path| drop(host.remove(path)));
            return Err(failed(&why));
        }
        new.extend((!was_there).then_some(path));
    }
    Ok(())
}
