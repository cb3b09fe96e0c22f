//! Where each value comes from: `goenv`'s answer, the sources it shadows, and
//! what filled the environment before the process began. `values`, `why` and
//! `environment` are the three answers; `view` shows them.

pub mod artifact;
pub mod environment;
pub(crate) mod names;
pub mod programs;
pub(crate) mod upstream;
pub mod values;
pub mod view;
pub mod why;

pub use environment::environment;
pub use names::{could_be, is_known, meant, misspelt};
pub use values::Values;
pub use why::{FileOrigin, Why, why};

use crate::{
    goenv::{
        Look, Stop, Subject,
        explanation::{Chosen, Explained, Explanation, Layer, SourcedValue},
        locate::version_of,
        look,
    },
    output::{
        mask::{masked, shown},
        sanitize::clip,
    },
    ports::{Host, Scopes},
};
use std::collections::HashMap;
use upstream::{Fills, Held};

/// Places beside Go's own that may hold one variable. A workflow can have thousands of steps.
const MOST_PLACES: usize = 100;

/// Characters of a sentence; a value that it quotes is in the answer whole, beside its variable.
const LONGEST_NOTE: usize = 2_000;

/// One Go version's variables with their sources. Reads files, runs nothing.
#[must_use]
pub fn explain(subject: &Subject<'_>, host: &dyn Host, scopes: &dyn Scopes) -> Explanation {
    let seen = look(subject, host);
    if let Chosen::Other { name, goroot: Some(goroot), because } = &seen.chosen
        && let Ok(version) = version_of(goroot, subject.env.platform(), host)
    {
        let other = Subject { version: &version, goroot: Some(goroot), ..*subject };
        let mut explanation = assembled(&other, look(&other, host), host, scopes);
        let note = format!("{because}: Go {} hands over to {name} in `{goroot}`, which answers", subject.version);
        explanation.notes.insert(0, note);
        return explanation;
    }
    assembled(subject, seen, host, scopes)
}

fn assembled(subject: &Subject<'_>, seen: Look, host: &dyn Host, scopes: &dyn Scopes) -> Explanation {
    let upstream = upstream::read(subject, host, scopes);
    let mut notes: Vec<String> = seen.stops.iter().map(Stop::sentence).collect();
    notes.extend(seen.notes);
    notes.extend(upstream.notes);
    let mut unread = seen.unread;
    unread.extend(upstream.unread);
    let platform = subject.env.platform();
    let mut held: HashMap<String, Vec<Held>> = HashMap::new();
    let mut path_places = Vec::new();
    for one in upstream.held {
        match one.fills {
            Fills::Path => path_places.push(one.place),
            _ => held.entry(platform.fold_name(&one.name).into_owned()).or_default().push(one),
        }
    }
    path_places.truncate(MOST_PLACES);
    let mut variables = seen.variables;
    for variable in &mut variables {
        let held = held.remove(&*platform.fold_name(&variable.name)).unwrap_or_default();
        notes.extend(trace(variable, held, subject));
        let because = variable.because.take();
        variable.because = because.map(|why| clip(&why, LONGEST_NOTE).into_owned());
    }
    // A note may quote a value of a megabyte.
    let notes = notes.into_iter().map(|note| clip(&note, LONGEST_NOTE).into_owned()).collect();
    Explanation {
        go: subject.version.clone(),
        goroot: subject.goroot.map(str::to_owned),
        variables,
        chosen: seen.chosen,
        notes,
        unread,
        overlong: seen.overlong,
        path_places: path_places.into(),
    }
}

/// Adds what fills the environment, and what calls `go env -w`: the first place that holds the very value is its
/// origin. The answer is a note where not all places are in it.
fn trace(variable: &mut Explained, mut held: Vec<Held>, subject: &Subject<'_>) -> Option<String> {
    if variable.source == Layer::Environment
        && let Some(given) = subject.env.given(&variable.name)
    {
        let value = subject.env.get(&variable.name).unwrap_or_default().to_owned();
        variable.origin = Some(SourcedValue { source: Layer::Shim, value, at: Some(given.by.clone()) });
        let own = given.instead_of.clone();
        let own = own.map(|value| SourcedValue { source: Layer::Process, value, at: None });
        variable.shadowed.splice(0..0, own);
    } else if variable.source == Layer::Environment {
        let value = subject.env.get(&variable.name).unwrap_or_default();
        let gave = |one: &Held| one.fills == Fills::Environment && one.gave(value, subject.env);
        let origin = held.iter().position(gave);
        variable.origin = Some(origin.map_or_else(
            || SourcedValue { source: Layer::Process, value: value.to_owned(), at: None },
            |at| held.remove(at).place,
        ));
    } else if variable.source == Layer::GoenvFile
        && let Some(value) = &variable.value
        && let Some(at) = held.iter().position(|one| one.fills == Fills::GoenvFile && one.gave(value, subject.env))
    {
        variable.origin = Some(held.remove(at).place);
    }
    let more = held.len().saturating_sub(MOST_PLACES);
    held.truncate(MOST_PLACES);
    variable.shadowed.extend(held.into_iter().map(|one| one.place));
    (more > 0).then(|| format!("{more} more places hold a value for {}", variable.name))
}

/// Masks what its name says is a secret.
fn mask_value(name: &str, one: &mut SourcedValue) {
    one.value = shown(name, &one.value).into_owned();
}

/// Masks what looks like a secret.
fn mask_text(text: &mut String) {
    *text = masked(text).into_owned();
}
