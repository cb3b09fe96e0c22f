//! junit.xml: a suite for each Go version, a case for each result.

use crate::output::sanitize::{clip, one_line, visible};
use crate::report::wording;
use crate::report::{
    CellResult, Report,
    verdict::{Evidence, Verdict},
};
use crate::status::Status;
use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

/// For each attribute; readers show it in a list.
const MESSAGE: usize = 1_000;
/// For each text.
const TEXT: usize = 8_000;

/// The report as JUnit XML.
///
/// # Errors
/// As the XML writer says; none is known.
pub fn render(report: &Report) -> Result<String, SerializeError> {
    let mut junit = quick_junit::Report::new("goenv-ci");
    junit.set_time(report.duration);
    for version in report.versions() {
        junit.add_test_suite(suite(report, &version));
    }
    junit.to_string()
}

fn suite(report: &Report, version: &str) -> TestSuite {
    let mut suite = TestSuite::new(format!("Go {}", one_line(version)));
    let machine = &report.runner;
    let mut facts = vec![("os", machine.os.as_str()), ("arch", &machine.arch), ("image", &machine.image)];
    facts.push(("delivery", report.delivery.map_or("", |source| source.name())));
    facts.push(("goenv-ci", &report.tool_version));
    if let Some(toolchain) = report.toolchains.iter().find(|t| t.version.to_string() == version) {
        facts.push(("goroot", &toolchain.goroot));
        facts.push(("source", toolchain.source.name()));
    }
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        suite.add_property((name, one_line(value).as_str()));
    }
    let mut total = Duration::ZERO;
    for cell in report.results.iter().filter(|cell| cell.go == version) {
        total += cell.duration;
        suite.add_test_case(case(cell));
    }
    suite.set_time(total);
    suite
}

fn case(cell: &CellResult) -> TestCase {
    let status = match &cell.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Skip { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(message(reason));
            status
        }
        Verdict::Fail { expected, observed } => {
            let mut text = format!("{}\n\nexpected: {}\nobserved: {}", cell.why, body(expected), body(observed));
            if let Some(cause) = &cell.cause {
                text += &format!("\nlikely cause: {}", body(&cause.text));
            }
            non_success(NonSuccessKind::Failure, "does-not-take-effect", observed, &text)
        }
        Verdict::Error { reason } => {
            let text = format!("{}\n\n{}", cell.why, body(reason));
            non_success(NonSuccessKind::Error, "could-not-be-judged", reason, &text)
        }
    };
    let mut case = TestCase::new(one_line(&cell.probe), status);
    // With the version, for readers that know no suites and merge equal names.
    case.set_classname(format!("{} (Go {})", one_line(&cell.variable), one_line(&cell.go)));
    case.set_time(cell.duration);
    if cell.verdict.status() <= Status::Error && !cell.evidence.is_empty() {
        case.set_system_out(cell.evidence.iter().map(command).collect::<String>());
    }
    case
}

fn non_success(kind: NonSuccessKind, name: &str, says: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message(says)).set_type(name).set_description(visible(text));
    status
}

fn command(evidence: &Evidence) -> String {
    let mut text = format!("$ {}\n", one_line(&evidence.argv.join(" ")));
    for stream in [&evidence.stdout, &evidence.stderr] {
        if !stream.trim().is_empty() {
            text += &format!("{}\n", visible(body(stream).trim_end()));
        }
    }
    text + &format!("[{}, {}]\n", wording::ended(evidence.ended), crate::output::wording::duration(evidence.duration))
}

fn message(text: &str) -> String {
    clip(&one_line(text), MESSAGE).into_owned()
}

fn body(text: &str) -> std::borrow::Cow<'_, str> {
    clip(text, TEXT)
}
