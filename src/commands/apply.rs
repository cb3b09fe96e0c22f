//! `apply`: carries out the plan for this runner, or prints it, or prints lines for a shell.

use crate::commands::{
    Answer, World, json,
    plan::{planned_here, replaced},
    warn,
};
use crate::status::Severity;
use crate::{
    apply::{
        self, ApplyError, shell,
        undo::{UNDO, UndoRecord},
    },
    cli::{ApplySettings, DataFormat, tell_runner},
    error::Error,
    exit::Exit,
    goenv::sources,
    output::{
        annotation::annotation,
        terminal::{self, Terminal},
    },
    plan::{
        Shell,
        runner::{self, Here},
        view::{self, Detail},
    },
    ports::Scopes,
};

pub(crate) fn apply(wanted: &ApplySettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    if let Some(shell) = wanted.shell.filter(|_| wanted.undo) {
        return undo(shell, quiet, world);
    }
    let plan = planned_here(runner::CURRENT, &wanted.options, world)?;
    if !wanted.dry_run {
        let mut notes = sources::environment_notes(&world.here.env, &world.scopes.block());
        notes.extend(replaced(&plan, &wanted.options, world));
        warn(&notes, quiet, world);
    }
    let text = if wanted.dry_run {
        match wanted.format {
            DataFormat::Human => terminal::render(&view::plan(&plan, Detail::Brief), terminal),
            DataFormat::Json => json(&plan),
        }
    } else if let Some(shell) = wanted.shell {
        apply::make_dirs(&plan, &world.host)?;
        shell::lines(&plan, shell, &world.here.env).iter().map(|line| format!("{line}\n")).collect()
    } else {
        let applied = apply::apply(&plan, &world.here.env, &world.host, &world.files)?;
        if let Some(why) = &plan.too_late {
            // On standard error, which the runner reads for commands too: standard output is the answer alone.
            tell_runner(&annotation(Severity::Warning, "goenv-ci runs too late", why));
        }
        match wanted.format {
            DataFormat::Human => terminal::render(&view::applied(&plan, &applied.done), terminal),
            DataFormat::Json => json(&plan),
        }
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// Directories that were made stay: something may lie in them.
fn undo(shell: Shell, quiet: bool, world: &World) -> Result<Answer, Error> {
    let Here { env, platform, .. } = &world.here;
    let Some(kept) = env.get_filled(UNDO) else {
        let why = format!("{UNDO} is not set, so no `apply --shell` was evaluated in this shell");
        return Err(Error::Nothing(why));
    };
    let record = UndoRecord::parse(kept).map_err(|why| ApplyError::Undo { why })?;
    let (lines, notes) = shell::undo_lines(&record.restoration(*platform, env), shell, *platform, env);
    warn(&notes, quiet, world);
    Ok(Answer { text: lines.iter().map(|line| format!("{line}\n")).collect(), exit: Exit::Good })
}
