//! What `go env` prints, by Go's own rules for each version and without running it.

pub(crate) mod c_tools;
pub mod directives;
pub mod explanation;
pub(crate) mod go;
pub(crate) mod known;
pub mod locate;
pub(crate) mod module;
pub mod note;
pub mod patterns;
pub mod settings;
pub mod sources;
pub(crate) mod stop;
pub mod syntax;
pub(crate) mod text;
pub mod toolchain;
pub mod user_dirs;
pub(crate) mod values;
pub mod variable;
pub mod version;

pub use crate::goenv::explanation::Chosen;
pub use known::Known;
pub use stop::{Reach, Stop, WrongValue};
pub use text::{WrongGoflags, clean, goflags};

use crate::{
    goenv::{
        explanation::{Explained, SourcedValue, UnreadSource},
        version::GoVersion,
    },
    platform::env::EnvBlock,
    ports::Host,
};
use go::Go;
use settings::SettingsFile;

/// One Go on one machine, as one process would meet it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Whose rules apply.
    pub version: &'a GoVersion,
    /// Where `bin/go` lies, by its place; `None`: no such toolchain is here.
    pub goroot: Option<&'a str>,
    /// The machine's GOARCH.
    pub goarch: &'a str,
    /// The environment of the process.
    pub env: &'a EnvBlock,
    /// The directory it runs in, absolute.
    pub current_dir: &'a str,
}

/// All that `go env` would say, and what would keep it from saying it.
#[derive(Clone, Debug)]
pub struct Look {
    /// In alphabetical order: what this version prints, and what else it answers for.
    pub variables: Vec<Explained>,
    /// Why Go stops, the first thing it stumbles over first.
    pub stops: Vec<Stop>,
    /// The values in force that Go refuses or reads otherwise than they are meant.
    pub wrong_values: Vec<WrongValue>,
    /// Which toolchain answers.
    pub chosen: Chosen,
    /// What is wrong with Go's own files, a sentence each.
    pub notes: Vec<String>,
    /// Those of Go's own files that were not read.
    pub unread: Vec<UnreadSource>,
    /// Where a settings file holds a value that is too long to ask Go about.
    pub overlong: Option<String>,
    /// The file of `go env -w`; `None` where this version reads none.
    pub goenv_file: Option<SettingsFile>,
}

/// Every variable of `go env`, in alphabetical order.
#[must_use]
pub fn variables(subject: &Subject<'_>, host: &dyn Host) -> Vec<Explained> {
    look(subject, host).variables
}

/// What `go env` would print there.
#[must_use]
pub fn look(subject: &Subject<'_>, host: &dyn Host) -> Look {
    let go = Go::new(subject, host);
    let mut names: Vec<&str> =
        go.known.printed.iter().chain(&go.known.known).map(String::as_str).chain(go.settings.named_by_user()).collect();
    names.sort_unstable();
    names.dedup();
    let chosen = go.chosen();
    let variables = names.into_iter().map(|name| explained(&go, name)).collect();
    let (unread, overlong) = (go.unread(), go.settings.overlong());
    let mut notes = go.notes();
    notes.extend(go.notes_of_module_files());
    let wrong_values = go.wrong_values(&chosen);
    let stops = go.stops(&chosen, &wrong_values);
    let misread = wrong_values.iter().filter(|wrong| wrong.fault.stops.is_none());
    notes.extend(misread.map(|wrong| wrong.fault.says.clone()));
    Look { variables, stops, wrong_values, chosen, notes, unread, overlong, goenv_file: go.settings.user }
}

fn explained(go: &Go<'_>, name: &str) -> Explained {
    let answer = go.answer(name);
    let mut shadowed = go.settings.held(name);
    if let Some(winner) = shadowed.iter().position(|one| one.source == answer.source && !one.value.is_empty()) {
        shadowed.remove(winner);
    }
    if let Some((source, value)) = answer.beneath {
        shadowed.push(SourcedValue { source, value, at: None });
    }
    Explained {
        name: name.to_owned(),
        value: answer.value,
        source: answer.source,
        at: answer.at,
        because: answer.because,
        origin: None,
        shadowed,
        go_says: None,
        is_unusual: false,
    }
}
