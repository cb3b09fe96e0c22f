//! Accepted output of every command in every format, byte for byte, below
//! `tests/integration/snapshots/golden`. `SNAPSHOTS=overwrite` accepts.
//!
//! `seam` is the only part that calls the library's render functions.

mod accepted;
mod claims;
mod compare;
mod doctor;
mod explain;
mod history;
mod merge;
mod plan;
mod publish;
mod safety;
pub mod seam;
pub mod values;
mod verify;

// What the binary prints names paths, programs and errors of the system.
#[cfg(target_os = "linux")]
mod apply;
#[cfg(target_os = "linux")]
mod errors;
#[cfg(target_os = "linux")]
mod exits;
#[cfg(target_os = "linux")]
mod help;
#[cfg(target_os = "linux")]
mod leftovers;
#[cfg(target_os = "linux")]
mod process;

// The reports and shards that other tests use too.
use crate::support::{reports, shards};

use seam::View;
use std::{sync::LazyLock, thread};

/// One input of one command, rendered in every format that the command has.
pub struct Case {
    /// `report-merge`: the directory of its files.
    pub command: &'static str,
    /// `failing`: the stem of its files.
    pub name: &'static str,
    /// The endings of its files, and their content before it is shortened.
    pub outputs: Vec<(String, String)>,
    /// What its values must survive; `None` where they are harmless.
    pub hostile: Option<Hostile>,
}

/// Where the values of a hostile case are in its JSON.
#[derive(Default)]
pub struct Hostile {
    /// JSON Pointers and the values that must come back exactly.
    pub exact: Vec<(String, String)>,
}

impl Case {
    /// A case with harmless values.
    pub fn new(command: &'static str, name: &'static str, render: impl Fn(View) -> Option<String>) -> Self {
        let rendered = |view: &View| Some((view.ending(), render(*view)?));
        Self { command, name, outputs: View::ALL.iter().filter_map(rendered).collect(), hostile: None }
    }

    /// A case whose values try to break out of each format.
    pub fn hostile(
        command: &'static str,
        name: &'static str,
        hostile: Hostile,
        render: impl Fn(View) -> Option<String>,
    ) -> Self {
        Self { hostile: Some(hostile), ..Self::new(command, name, render) }
    }

    /// A further file of the case.
    pub fn with(mut self, ending: &str, content: String) -> Self {
        self.outputs.push((ending.to_owned(), content));
        self
    }
}

impl Hostile {
    /// Values that must come back exactly.
    pub fn exact(values: &[(&str, &str)]) -> Self {
        let owned = |(pointer, value): &(&str, &str)| ((*pointer).to_owned(), (*value).to_owned());
        Self { exact: values.iter().map(owned).collect() }
    }
}

/// Every case of every command, rendered once.
pub fn every_case() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(rendered);
    &CASES
}

fn rendered() -> Vec<Case> {
    // Each on a thread of its own: a megabyte takes its time without optimization.
    let commands: [fn() -> Vec<Case>; 9] = [
        verify::cases,
        merge::cases,
        compare::cases,
        history::cases,
        publish::cases,
        explain::cases,
        doctor::cases,
        claims::cases,
        plan::cases,
    ];
    thread::scope(|scope| {
        let started: Vec<_> = commands.into_iter().map(|cases| scope.spawn(cases)).collect();
        started.into_iter().flat_map(|one| one.join().unwrap()).collect()
    })
}
