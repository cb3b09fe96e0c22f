//! The part of index.html about the machine: where it ran, what each source
//! says of Go's variables, on which drives its directories are.

use crate::drives::{grouped, size};
use crate::report::{
    page::view::{Text, VALUE, short, text},
    wording,
};
use crate::{
    drives::drive::Place,
    output::sanitize::{clip, one_line},
    report::Report,
};

/// Rows of the table of sources; report.json has all.
const MOST: usize = 200;

/// Where it ran.
pub struct Machine {
    pub runner: String,
    pub delivery: &'static str,
    pub tool_version: String,
    pub toolchains: Vec<(String, &'static str, String)>,
    pub missing: Vec<(String, Vec<String>)>,
    /// What somebody should know.
    pub notes: Vec<Text>,
    /// Each variable with what every source holds, the winner first.
    pub sources: Vec<(String, Vec<Said>)>,
    pub drives: Vec<PlaceRow>,
}

/// What a source says of a variable.
pub struct Said {
    pub source: &'static str,
    /// The key, or file and line; empty for the environment.
    pub at: String,
    /// Empty: set to nothing, which counts as not set.
    pub value: String,
    /// A stronger source holds a value.
    pub shadowed: bool,
}

/// A directory and the drive that it is on.
pub struct PlaceRow {
    pub name: String,
    pub path: String,
    pub drive: String,
    pub free: String,
}

pub(crate) fn machine(report: &Report) -> Machine {
    let line = |value: &str| one_line(&clip(value, VALUE));
    let notes = report.sources.notes.iter().chain(&report.drives.advice);
    Machine {
        runner: one_line(&clip(&wording::runner(report), 300)),
        delivery: wording::delivery(report.delivery),
        tool_version: short(&report.tool_version),
        toolchains: report
            .toolchains
            .iter()
            .map(|t| (t.version.to_string(), t.source.name(), line(&t.goroot)))
            .collect(),
        missing: report
            .missing
            .iter()
            .map(|m| (m.request.to_string(), m.looked_at.iter().map(|place| line(place)).collect()))
            .collect(),
        notes: notes.map(|note| text(note)).collect(),
        sources: sources(report),
        drives: report.drives.places.iter().map(place_row).collect(),
    }
}

fn sources(report: &Report) -> Vec<(String, Vec<Said>)> {
    let mut rows: Vec<(String, Vec<Said>)> = Vec::new();
    for source in report.sources.found.iter().take(MOST) {
        let name = short(&source.variable);
        let at = rows.iter().position(|(row, _)| *row == name).unwrap_or_else(|| {
            rows.push((name, Vec::new()));
            rows.len() - 1
        });
        let stronger = rows[at].1.iter().any(|said| !said.value.is_empty() && said.source != source.kind.name());
        rows[at].1.push(Said {
            source: source.kind.name(),
            at: source.at.as_deref().map(|at| one_line(&clip(at, VALUE))).unwrap_or_default(),
            value: one_line(&clip(&source.value, VALUE)),
            shadowed: stronger && !source.value.is_empty(),
        });
    }
    rows
}

fn place_row(place: &Place) -> PlaceRow {
    let drive = place.drive.as_ref();
    let mut words: Vec<String> = Vec::new();
    if let Some(drive) = drive {
        words.push(one_line(&drive.mount));
        words.extend((!drive.file_system.is_empty()).then(|| one_line(&drive.file_system)));
        words.extend(drive.leads_to.as_ref().map(|real| format!("leads to {}", one_line(&clip(real, VALUE)))));
    }
    words.extend(drive.is_none().then(|| "none that the system lists".to_owned()));
    words.extend(place.burst.map(|burst| format!("{} small files a second", grouped(burst.files_per_second()))));
    words.extend(place.no_burst.as_ref().map(|why| format!("not measured: {}", one_line(&clip(why, VALUE)))));
    PlaceRow {
        name: short(&place.name),
        path: one_line(&clip(&place.path, VALUE)),
        drive: words.join(", "),
        free: drive.map(|drive| size(drive.free_bytes)).unwrap_or_default(),
    }
}
