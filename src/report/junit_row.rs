//! junit.xml as it is streamed: the same cases as in `junit`, from a row of
//! report.json, without the whole document in memory.

use crate::report::wire::{EndedV1, EvidenceV1, row::RowV1};
use crate::status::Status;
use crate::{
    output::sanitize::{clip, one_line, visible},
    report::Tally,
};
use quick_xml::escape::escape;
use std::borrow::Cow;

/// For each attribute.
const MESSAGE: usize = 1_000;
/// For each text.
const TEXT: usize = 8_000;
/// Room for the counts, which are known at the end only.
const HEAD_BYTES: usize = 220;

/// The start of the document, always equally long: it is written anew when the counts are known.
#[must_use]
pub fn head(tally: Tally, seconds: f64) -> String {
    let counts = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"goenv-ci\" {} time=\"{seconds:.3}\"",
        counted(tally)
    );
    format!("{counts:<HEAD_BYTES$}>\n")
}

/// The end of the document.
pub const TAIL: &str = "</testsuites>\n";

/// The start of a suite, which [`SUITE_END`] ends.
#[must_use]
pub fn suite(go: &str, runner: &str, tally: Tally, seconds: f64) -> String {
    format!(
        "<testsuite name=\"Go {} on {}\" {} time=\"{seconds:.3}\">\n",
        attribute(&clip(go, MESSAGE)),
        attribute(&clip(runner, MESSAGE)),
        counted(tally)
    )
}

/// The end of a suite.
pub const SUITE_END: &str = "</testsuite>\n";

fn counted(tally: Tally) -> String {
    let Tally { fail, skip, error, .. } = tally;
    format!("tests=\"{}\" failures=\"{fail}\" errors=\"{error}\" skipped=\"{skip}\"", tally.total())
}

/// Appends one case.
pub fn append(xml: &mut String, row: &RowV1<'_>) {
    xml.push_str("<testcase name=\"");
    xml.push_str(&attribute(&row.probe));
    xml.push_str("\" classname=\"");
    xml.push_str(&attribute(&row.variable));
    xml.push_str(" (Go ");
    xml.push_str(&attribute(&row.go));
    xml.push_str(&format!(")\" time=\"{}.{:03}\"", row.duration_ms / 1000, row.duration_ms % 1000));
    match row.verdict {
        Status::Pass => xml.push_str("/>\n"),
        Status::Skip => {
            xml.push_str(&format!("><skipped message=\"{}\"/></testcase>\n", attribute(&clip(&row.reason, MESSAGE))));
        }
        Status::Fail => {
            let mut text =
                format!("{}\n\nexpected: {}\nobserved: {}", row.why, body(&row.expected), body(&row.observed));
            if !row.reason.is_empty() {
                text += &format!("\nlikely cause: {}", body(&row.reason));
            }
            unfit(xml, "failure", "does-not-take-effect", &row.observed, &text);
            outputs(xml, &row.evidence);
        }
        Status::Error => {
            let text = format!("{}\n\n{}", row.why, body(&row.reason));
            unfit(xml, "error", "could-not-be-judged", &row.reason, &text);
            outputs(xml, &row.evidence);
        }
    }
}

fn unfit(xml: &mut String, tag: &str, kind: &str, message: &str, text: &str) {
    let message = attribute(&clip(message, MESSAGE)).into_owned();
    xml.push_str(&format!("><{tag} message=\"{message}\" type=\"{kind}\">{}</{tag}>", escape(visible(text))));
}

fn outputs(xml: &mut String, evidence: &[EvidenceV1]) {
    let commands: String = evidence.iter().map(command).collect();
    if !commands.is_empty() {
        xml.push_str(&format!("<system-out>{}</system-out>", escape(commands.as_str())));
    }
    xml.push_str("</testcase>\n");
}

fn command(evidence: &EvidenceV1) -> String {
    let mut text = format!("$ {}\n", one_line(&evidence.argv.join(" ")));
    for stream in [&evidence.stdout, &evidence.stderr] {
        if !stream.trim().is_empty() {
            text += &format!("{}\n", visible(body(stream).trim_end()));
        }
    }
    let ended = match (evidence.ended, evidence.exit, evidence.signal) {
        (EndedV1::Code, code, _) => format!("exit code {}", code.unwrap_or_default()),
        (EndedV1::Signal, _, signal) => format!("signal {}", signal.unwrap_or_default()),
        (EndedV1::TimedOut, ..) => "timed out".to_owned(),
        (EndedV1::Interrupted, ..) => "interrupted".to_owned(),
    };
    text + &format!("[{ended}, {} ms]\n", evidence.duration_ms)
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
