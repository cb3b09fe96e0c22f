//! The formats that are files, and the function behind each.

use crate::output::markdown;
use crate::report::Report;
use crate::report::{junit, page, view, wire};

/// Where a reader of a shortened summary finds the rest.
const ELSEWHERE: &str = "The report's files in the run's artifact have them all";

/// A format of the report directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The truth; the others are views of it.
    Json,
    /// The job summary.
    Markdown,
    /// For CI systems that read test results.
    Junit,
    /// For a person with a browser.
    Html,
}

/// A report that could not be put into a format: a defect of ours.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be written as {format:?}: {reason}")]
pub struct RenderError {
    /// Which one.
    pub format: Format,
    /// As the writer of that format says.
    pub reason: String,
}

impl Format {
    /// All, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Json, Self::Markdown, Self::Junit, Self::Html];

    /// `report.json`.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Json => "report.json",
            Self::Markdown => "report.md",
            Self::Junit => "junit.xml",
            Self::Html => "index.html",
        }
    }

    /// The report in this format, with a line feed at its end.
    ///
    /// # Errors
    /// The format's writer refuses; no report is known that makes it do so.
    pub fn render(self, report: &Report) -> Result<String, RenderError> {
        let fault = |reason: String| RenderError { format: self, reason };
        match self {
            Self::Json => wire::ReportV1::from(report).to_text().map_err(|e| fault(e.to_string())),
            Self::Markdown => Ok(markdown::render(&view::document(report, None), markdown::SUMMARY_BYTES, ELSEWHERE)),
            Self::Junit => Ok(junit::render(report)),
            Self::Html => page::render(report).map_err(|e| fault(e.to_string())),
        }
    }
}

/// Name and content of the four files of the report directory.
///
/// # Errors
/// As `Format::render`.
pub fn artifact(report: &Report) -> Result<Vec<(&'static str, String)>, RenderError> {
    Format::ALL.into_iter().map(|format| Ok((format.file_name(), format.render(report)?))).collect()
}
