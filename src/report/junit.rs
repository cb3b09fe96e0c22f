//! junit.xml: a suite for each Go version, a case for each result. A merge streams its cases, so that the
//! document is never held whole.

use crate::output::{
    sanitize::{clip, one_line, visible},
    wording::{count, duration},
};
use crate::report::{
    Report, Tally,
    merge::Merged,
    wire::{DuplicateV1, EvidenceV1, ResultV1},
    wording,
};
use crate::status::Status;
use quick_xml::escape::escape;
use std::{borrow::Cow, fmt::Write, time::Duration};

/// Characters of an attribute; readers show it in a list.
const MESSAGE: usize = 1_000;
/// Characters of a text.
const TEXT: usize = 8_000;
/// Room for the counts of a streamed document, which are known at its end only.
const HEAD_BYTES: usize = 220;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The end of the document.
pub const TAIL: &str = "</testsuites>\n";

/// The end of a streamed suite.
pub const SUITE_END: &str = "</testsuite>\n";

/// What stands before the parts of a case.
#[derive(Clone, Copy, Debug)]
pub struct CaseLayout {
    /// Before the case.
    case: &'static str,
    /// Before each element in it.
    element: &'static str,
    /// Before its end.
    end: &'static str,
}

impl CaseLayout {
    /// One line for each case.
    pub const DENSE: Self = Self { case: "", element: "", end: "" };
    /// Each element on a line of its own, indented.
    pub const INDENTED: Self = Self { case: "        ", element: "\n            ", end: "\n        " };
}

/// The report as JUnit XML.
#[must_use]
pub fn render(report: &Report) -> String {
    let Tally { fail, skip, error, .. } = report.tally();
    let mut xml = DECLARATION.to_owned();
    xml += &format!(
        "<testsuites name=\"goenv-ci\" tests=\"{}\" skipped=\"{skip}\" failures=\"{fail}\" errors=\"{error}\" time=\"{:.3}\">\n",
        report.results.len(),
        report.duration.as_secs_f64()
    );
    report.versions().iter().for_each(|version| suite(&mut xml, report, version));
    xml + TAIL
}

fn suite(xml: &mut String, report: &Report, version: &str) {
    let cells = || report.results.iter().filter(|cell| cell.go == version);
    let mut tally = Tally::default();
    cells().for_each(|cell| tally.count(cell.verdict.status()));
    let Tally { fail, skip, error, .. } = tally;
    *xml += &format!(
        "    <testsuite name=\"Go {}\" tests=\"{}\" skipped=\"{skip}\" errors=\"{error}\" failures=\"{fail}\" time=\"{:.3}\">\n",
        attribute(version),
        tally.total(),
        cells().map(|cell| cell.duration).sum::<Duration>().as_secs_f64()
    );
    let machine = &report.runner;
    let mut facts = vec![("os", machine.os.as_str()), ("arch", &machine.arch), ("image", &machine.image)];
    facts.push(("delivery", report.delivery.map_or("", |source| source.name())));
    facts.push(("goenv-ci", &report.tool_version));
    if let Some(toolchain) = report.toolchains.iter().find(|t| t.version.to_string() == version) {
        facts.push(("goroot", &toolchain.goroot));
        facts.push(("source", toolchain.source.name()));
    }
    *xml += "        <properties>\n";
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        *xml += &format!("            <property name=\"{name}\" value=\"{}\"/>\n", attribute(value));
    }
    *xml += "        </properties>\n";
    for cell in cells() {
        let mut result = ResultV1::from(cell);
        if cell.cause.is_none() && result.verdict == Status::Fail {
            result.reason = Cow::Borrowed("");
        }
        append(xml, &result, CaseLayout::INDENTED);
    }
    *xml += "    </testsuite>\n";
}

/// The start of a streamed document, always equally long: it is written anew when the counts are known.
#[must_use]
pub fn head(tally: Tally, seconds: f64) -> String {
    let counts = format!("{DECLARATION}<testsuites name=\"goenv-ci\" {} time=\"{seconds:.3}\"", counted(tally));
    format!("{counts:<HEAD_BYTES$}>\n")
}

/// The start of a streamed suite, which [`SUITE_END`] ends.
#[must_use]
pub fn suite_start(go: &str, runner: &str, tally: Tally, seconds: f64) -> String {
    format!(
        "<testsuite name=\"Go {} on {}\" {} time=\"{seconds:.3}\">\n",
        attribute(&clip(go, MESSAGE)),
        attribute(&clip(runner, MESSAGE)),
        counted(tally)
    )
}

/// A suite, and how many cases it has.
pub struct InputSuite {
    /// The suite; empty where there is nothing in it.
    pub text: String,
    /// Each of them an error.
    pub cases: usize,
}

/// What is wrong with the inputs of a merge, an error each: a reader of junit.xml alone must not take it for whole.
#[must_use]
pub fn inputs(merged: &Merged) -> InputSuite {
    let mut all: Vec<(String, &str, String)> = Vec::new();
    for problem in &merged.problems {
        all.push((problem.shard.clone(), problem.kind.name(), problem.detail.clone()));
    }
    let conflicts = merged.duplicates.named.iter().filter(|one| one.conflict);
    let mut unnamed = merged.more_problems + merged.duplicates.conflicts;
    for DuplicateV1 { cell, kept, left_out, .. } in conflicts {
        all.push((cell.clone(), "conflict", format!("`{left_out}` has another verdict on it than `{kept}`")));
        unnamed = unnamed.saturating_sub(1);
    }
    if unnamed > 0 {
        let said = count(unnamed, "more problem");
        all.push((said.clone(), "unnamed", format!("{said} of the inputs")));
    }
    if all.is_empty() {
        return InputSuite { text: String::new(), cases: 0 };
    }
    let tally = Tally { error: all.len(), ..Tally::default() };
    let mut text = format!("<testsuite name=\"Inputs\" {} time=\"0.000\">\n", counted(tally));
    for (name, kind, detail) in &all {
        let name = attribute(&clip(name, MESSAGE)).into_owned();
        text += &format!("<testcase name=\"{name}\" classname=\"inputs\" time=\"0.000\"");
        unfit(&mut text, CaseLayout::DENSE, ("error", kind), detail, &body(detail));
        text += "</testcase>\n";
    }
    InputSuite { text: text + SUITE_END, cases: all.len() }
}

fn counted(tally: Tally) -> String {
    let Tally { fail, skip, error, .. } = tally;
    format!("tests=\"{}\" failures=\"{fail}\" errors=\"{error}\" skipped=\"{skip}\"", tally.total())
}

/// Appends one case, with a line feed at its end.
pub fn append(xml: &mut String, result: &ResultV1<'_>, layout: CaseLayout) {
    xml.push_str(layout.case);
    xml.push_str("<testcase name=\"");
    xml.push_str(&attribute(&result.probe));
    // With the version, for readers that know no suites and merge equal names.
    xml.push_str("\" classname=\"");
    xml.push_str(&attribute(&result.variable));
    xml.push_str(" (Go ");
    xml.push_str(&attribute(&result.go));
    // A `String` takes everything.
    let _ = write!(xml, ")\" time=\"{}.{:03}\"", result.duration_ms / 1000, result.duration_ms % 1000);
    match result.verdict {
        Status::Pass => return xml.push_str("/>\n"),
        Status::Skip => {
            let _ = write!(xml, ">{}<skipped message=\"{}\"/>", layout.element, message(&result.reason));
        }
        Status::Fail => {
            let mut text =
                format!("{}\n\nexpected: {}\nobserved: {}", result.why, body(&result.expected), body(&result.observed));
            if !result.reason.is_empty() {
                text += &format!("\nlikely cause: {}", body(&result.reason));
            }
            unfit(xml, layout, ("failure", "does-not-take-effect"), &result.observed, &text);
            outputs(xml, layout, &result.evidence);
        }
        Status::Error => {
            let text = format!("{}\n\n{}", result.why, body(&result.reason));
            unfit(xml, layout, ("error", "could-not-be-judged"), &result.reason, &text);
            outputs(xml, layout, &result.evidence);
        }
    }
    xml.push_str(layout.end);
    xml.push_str("</testcase>\n");
}

/// The element of a case that did not pass: its tag and its type.
fn unfit(xml: &mut String, layout: CaseLayout, (tag, kind): (&str, &str), says: &str, text: &str) {
    let (message, text) = (message(says), escape(visible(text)));
    let _ = write!(xml, ">{}<{tag} message=\"{message}\" type=\"{kind}\">{text}</{tag}>", layout.element);
}

fn outputs(xml: &mut String, layout: CaseLayout, evidence: &[EvidenceV1]) {
    if !evidence.is_empty() {
        let commands: String = evidence.iter().map(command).collect();
        let _ = write!(xml, "{}<system-out>{}</system-out>", layout.element, escape(commands.as_str()));
    }
}

fn command(evidence: &EvidenceV1) -> String {
    let mut text = format!("$ {}\n", one_line(&evidence.argv.join(" ")));
    for stream in [&evidence.stdout, &evidence.stderr] {
        if !stream.trim().is_empty() {
            text += &format!("{}\n", visible(body(stream).trim_end()));
        }
    }
    let took = duration(Duration::from_millis(evidence.duration_ms));
    text + &format!("[{}, {took}]\n", wording::ended(evidence.ended()))
}

fn message(text: &str) -> String {
    escape(clip(&one_line(text), MESSAGE)).into_owned()
}

fn body(text: &str) -> Cow<'_, str> {
    clip(text, TEXT)
}

/// One line, escaped; plain names, which are nearly all, are taken as they are.
fn attribute(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| (b' '..0x7f).contains(&byte) && !matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'');
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(escape(one_line(text)).into_owned())
}
