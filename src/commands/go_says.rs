//! Our reading of one Go, and what Go itself says beside it.

use crate::commands::World;
use crate::{
    explain::{self, programs},
    goenv::{
        Subject,
        explanation::{Chosen, Explanation},
        locate::through_shim,
        version::GoVersion,
    },
    output::trouble,
    platform::env::EnvBlock,
    ports::{Ended, Executor, Invocation},
};
use std::{collections::BTreeMap, time::Duration};

/// A Go that is asked about.
pub(crate) struct GoChoice {
    /// Whose rules apply.
    pub version: GoVersion,
    /// Its GOROOT; `None`: by its rules alone.
    pub goroot: Option<String>,
    /// Why it is this one, where that is not plain.
    pub note: Option<String>,
    /// Whether it is the `go` on PATH, which may be reached through a shim.
    pub is_on_path: bool,
}

/// Where Go is asked.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The whole environment.
    pub env: &'a EnvBlock,
    /// The directory, absolute.
    pub dir: &'a str,
    /// A `go` that takes longer does not answer.
    pub limit: Duration,
}

/// By the files, by PATH, and by what the real `go env` says of it.
pub(crate) fn explained(asked: &GoChoice, place: Surroundings<'_>, world: &World) -> Explanation {
    let GoChoice { version, goroot, note, is_on_path } = asked;
    let current_dir = place.dir;
    let given = is_on_path.then(|| through_shim(place.env, current_dir, &world.host));
    let place = Surroundings { env: given.as_ref().unwrap_or(place.env), ..place };
    let env = place.env;
    let subject = Subject { version, goroot: goroot.as_deref(), goarch: &world.goarch, env, current_dir };
    let mut explanation = explain::explain(&subject, &world.host, &world.scopes);
    if let Some(goroot) = explanation.goroot.clone() {
        hold_against(&mut explanation, &goroot, place, world);
    }
    let programs = programs::programs(&subject, &explanation, &world.host);
    explanation.variables.extend(programs);
    explanation.notes.splice(0..0, note.clone());
    explanation
}

/// Asks the real `go env`, and notes where it differs.
fn hold_against(explanation: &mut Explanation, goroot: &str, place: Surroundings<'_>, world: &World) {
    // Nothing is fetched for a question.
    if matches!(explanation.chosen, Chosen::Other { goroot: None, .. }) {
        return;
    }
    if let Some(busy) = explanation.unread.iter().find(|one| one.keeps_go_busy) {
        return explanation.notes.push(format!("`go env` itself was not asked: it would read `{}` whole", busy.file));
    }
    if let Some(at) = &explanation.overlong {
        let note = format!(
            "`go env` itself was not asked: `{at}` sets a value of more than 32 kB, and Go may take minutes for it"
        );
        return explanation.notes.push(note);
    }
    let here = &world.here;
    let program = here.platform.join(goroot, &format!("bin/go{}", here.platform.exe_suffix()));
    let argv = [program, "env".to_owned(), "-json".to_owned()];
    let Surroundings { env, dir, limit } = place;
    let said = world.processes.run(&Invocation { argv: &argv, env, dir, limit });
    let said = match said {
        Err(failed) => {
            return explanation.notes.push(format!(
                "`{}` {}: {}",
                argv[0],
                failed.what(),
                trouble::system(failed.why())
            ));
        }
        Ok(said) => said,
    };
    match said.ended {
        Ended::Code(0) => {}
        Ended::TimedOut => {
            let note =
                format!("`{} env -json` did not answer within {} seconds and was ended", argv[0], limit.as_secs());
            return explanation.notes.push(note);
        }
        _ => {
            let stderr = String::from_utf8_lossy(&said.stderr);
            let first = stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("nothing");
            return explanation.notes.push(format!("`go env` fails here and says: {first}"));
        }
    }
    let Ok(answers) = serde_json::from_slice::<BTreeMap<String, String>>(&said.stdout) else {
        return explanation.notes.push(format!("`{} env -json` printed no JSON", argv[0]));
    };
    for variable in &mut explanation.variables {
        let Some(answer) = answers.get(&variable.name) else { continue };
        match &variable.value {
            None => variable.value = Some(answer.clone()),
            Some(value) if value != answer => variable.go_says = Some(answer.clone()),
            Some(_) => {}
        }
    }
}
