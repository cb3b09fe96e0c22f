//! index.html: one file that loads nothing. The policy in its head allows
//! exactly its own style and script, by their hashes.

pub(crate) mod view;

use crate::output::html::{STYLE, hash};
use crate::report::Report;
use crate::report::page::view::{FindingView, MachineView, Overview, ShellsView, Skipped, Variable, view};
use askama::Template;

const SCRIPT: &str = include_str!("report.js");

/// All that the template shows; every value is escaped by the template.
#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    policy: String,
    style: &'static str,
    script: &'static str,
    overview: Overview,
    machine: MachineView,
    failures: Vec<FindingView>,
    errors: Vec<FindingView>,
    /// Findings beyond those shown at the top.
    further: usize,
    shells: Option<ShellsView>,
    variables: Vec<Variable>,
    skipped: Vec<Skipped>,
}

/// The report as one self-contained page.
///
/// # Errors
/// As the template engine says; none is known.
pub fn render(report: &Report) -> Result<String, askama::Error> {
    let shown = view(report);
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    ReportPage {
        policy,
        style: STYLE,
        script: SCRIPT,
        overview: shown.overview,
        machine: shown.machine,
        failures: shown.failures,
        errors: shown.errors,
        further: shown.further,
        shells: shown.shells,
        variables: shown.variables,
        skipped: shown.skipped,
    }
    .render()
}
