//! Why a shell sees something else, in one sentence.

use crate::verify::{
    cause,
    shells::judge::{Ground, own_meaning},
};
use crate::{
    platform::Platform,
    report::{
        shells::{Aspect, Observation, ShellKind, Sight},
        verdict::Cause,
    },
};

/// The likely cause of a difference.
pub(crate) fn of(aspect: Aspect, wanted: &Sight, plain: &Observation, ground: &Ground<'_>) -> Option<Cause> {
    let name = aspect.variable();
    if let Some(doubled) = plain.doubled.iter().find(|held| ground.asked.machine.platform.fold_name(held) == name) {
        let text = format!(
            "the environment there holds {name} in more than one spelling, `{doubled}` among them, and each program takes the one it meets first"
        );
        return Some(text.into());
    }
    if ground.kind == ShellKind::Direct {
        return match aspect {
            Aspect::Variable(_) => cause::live(name, &ground.asked),
            Aspect::Go | Aspect::Path => None,
        };
    }
    let text = match aspect {
        Aspect::Variable(variable) => {
            let held = |sight: &Sight| sight.value(variable).map(str::to_owned);
            let changed = ground.seen.changed.as_ref().ok().map(|changed| held(&changed.sight));
            match (held(&plain.sight), changed) {
                (None, _) => format!("{} takes {name} out of the environment", culprit(ground)),
                (seen, Some(changed)) if seen == changed => {
                    format!("{} sets {name} itself, whatever it is given", culprit(ground))
                }
                (_, Some(_)) => format!("{} changes the value on its way", culprit(ground)),
                (_, None) => format!("{} sets or changes {name}", culprit(ground)),
            }
        }
        Aspect::Go => match (own_meaning(ground.kind, plain.lookup.as_deref()), folder(plain, ground)) {
            (Some(word), _) => format!("{} makes `go` {word}, which answers before any program", culprit(ground)),
            (None, Some(dir)) if !wanted.path.iter().any(|entry| ground.same(entry, &dir)) => {
                format!("{} puts `{dir}` in front, and the `go` in it comes first", culprit(ground))
            }
            (None, Some(dir)) => {
                format!("{} rewrites PATH, and the `go` in `{dir}` comes first there", culprit(ground))
            }
            (None, None) => format!("{} takes the folder of `go` off PATH", culprit(ground)),
        },
        Aspect::Path => format!("{} rewrites PATH before it starts a program", culprit(ground)),
    };
    Some(text.into())
}

/// The directory of the `go` that was seen.
fn folder(plain: &Observation, ground: &Ground<'_>) -> Option<String> {
    ground.asked.machine.platform.parent(plain.sight.go.as_deref()?)
}

/// Who does it: a file that the shell reads before the step's own script, else its program.
fn culprit(ground: &Ground<'_>) -> String {
    let program = ground.seen.program.as_deref().unwrap_or_default();
    let startup = |name: &str| ground.asked.machine.env.get_filled(name);
    match ground.kind {
        ShellKind::Bash => match startup("BASH_ENV") {
            Some(file) => format!("the file `{file}`, which BASH_ENV has `{program}` read first,"),
            None => program_itself(program, "bash", ground),
        },
        ShellKind::Sh => program_itself(program, "sh", ground),
        ShellKind::Pwsh | ShellKind::WindowsPowershell => {
            format!("a profile that `{program}` reads first (`$PROFILE | Format-List -Force` names them)")
        }
        ShellKind::Cmd => program_itself(program, "cmd", ground),
        ShellKind::Direct => "the system".to_owned(),
        ShellKind::PseudoTerminal | ShellKind::PseudoConsole | ShellKind::ConsoleHost => {
            ground.kind.title(ground.asked.machine.platform).to_owned()
        }
    }
}

fn program_itself(program: &str, name: &str, ground: &Ground<'_>) -> String {
    if ground.kind == ShellKind::Bash && ground.asked.machine.platform == Platform::Windows {
        return format!("Git Bash, `{program}`,");
    }
    format!("`{program}`, which is the first `{name}` on PATH,")
}
