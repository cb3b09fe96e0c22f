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
pub use names::{is_known, meant, misspelt};
pub use values::Values;
pub use why::{FileOrigin, Why, why};

use crate::{
    goenv::{
        Look, Subject,
        explanation::{Chosen, Explained, Explanation, Layer, SourcedValue},
        locate::version_of,
        look,
    },
    output::mask::{masked, shown},
    ports::{Host, Scopes},
};

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
    let mut notes: Vec<String> =
        seen.stops.iter().map(|stop| format!("{} stops: {}", stop.reach.name(), stop.message)).collect();
    notes.extend(seen.notes);
    notes.extend(upstream.notes);
    let mut variables = seen.variables;
    for variable in &mut variables {
        trace(variable, &upstream.held, subject);
    }
    Explanation {
        go: subject.version.clone(),
        goroot: subject.goroot.map(str::to_owned),
        variables,
        chosen: seen.chosen,
        notes,
    }
}

/// Adds what fills the environment: the first place that holds the environment's own value is its origin.
fn trace(variable: &mut Explained, upstream: &[(String, SourcedValue)], subject: &Subject<'_>) {
    let platform = subject.env.platform();
    let same = |name: &str| platform.fold_name(name) == platform.fold_name(&variable.name);
    let mut held: Vec<SourcedValue> =
        upstream.iter().filter(|(name, _)| same(name)).map(|(_, held)| held.clone()).collect();
    if variable.source == Layer::Environment {
        let value = subject.env.get(&variable.name).unwrap_or_default();
        let origin = held.iter().position(|one| one.value == value && upstream::reaches(one.source, subject.env));
        variable.origin = Some(origin.map_or_else(
            || SourcedValue { source: Layer::Process, value: value.to_owned(), at: None },
            |at| held.remove(at),
        ));
    }
    variable.shadowed.extend(held);
}

/// Masks what its name says is a secret.
fn mask_value(name: &str, one: &mut SourcedValue) {
    one.value = shown(name, &one.value).into_owned();
}

/// Masks what looks like a secret.
fn mask_text(text: &mut String) {
    *text = masked(text).into_owned();
}
