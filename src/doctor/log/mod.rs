//! `doctor --log`: what a CI log says went wrong. Bytes in, causes out; each cause is a message of the table in
//! [`messages`]. Nothing that a log names is opened or run, and memory does not grow with the log.

mod lines;
mod message;
pub mod messages;
mod opening;
mod tests_of_go;
pub mod view;
mod wording;

pub use lines::LogLines;
pub use message::{LogMessage, Sample};
pub use view::page;

use crate::{
    doctor::finding::{Finding, Location, SeenInLog},
    doctor::log::{messages::MessageTable, opening::Opening, tests_of_go::TestsOfGo},
    output::{DOCS, sanitize::clip},
};
use std::collections::BTreeMap;

/// The numbers of lines that a cause is told with.
const LINES: usize = 5;
/// Causes of one message that are told apart; the others only count.
const APART: usize = 20;
/// Characters of a line that is shown as evidence.
const EVIDENCE: usize = 400;

/// A log as it is read, a piece at a time.
#[derive(Debug, Default)]
pub struct LogReader {
    lines: LogLines,
    causes: Causes,
    tests: TestsOfGo<Match>,
}

/// What a log comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogVerdict {
    /// The worst first, then in the order of the log.
    pub findings: Vec<Finding>,
    /// Lines that were read.
    pub lines: usize,
}

impl LogReader {
    /// The next piece of the log, cut anywhere.
    pub fn read(&mut self, piece: &[u8]) {
        let Self { lines, causes, tests } = self;
        lines.read(piece, |number, line| judge(number, line, causes, tests));
    }

    /// The log is at its end; `file` is what a reader knows it by.
    #[must_use]
    pub fn verdict(self, file: &str) -> LogVerdict {
        let Self { lines, mut causes, mut tests } = self;
        let read = lines.end(|number, line| judge(number, line, &mut causes, &mut tests));
        tests.end().into_iter().for_each(|one| causes.add(one));
        LogVerdict { findings: causes.findings(file), lines: read }
    }
}

/// The causes in a whole log.
#[must_use]
pub fn causes(log: &[u8], file: &str) -> LogVerdict {
    let mut reader = LogReader::default();
    reader.read(log);
    reader.verdict(file)
}

fn judge(number: usize, line: &str, causes: &mut Causes, tests: &mut TestsOfGo<Match>) {
    let plain = opening::plain(line);
    let bare = opening::bare(&plain);
    tests.line(bare, |held| causes.add(held));
    let Some(found) = recognised(number, bare) else { return };
    if let Some(found) = tests.holds(found) {
        causes.add(found);
    }
}

/// The most specific message that a line is, if it is one.
fn recognised(number: usize, bare: &str) -> Option<Match> {
    let table = MessageTable::get();
    let (_, message, sentence) = Opening::starts(bare)
        .filter_map(|at| table.find(bare[at..].trim_end()))
        .max_by_key(|(specific, ..)| *specific)?;
    Some(Match { message, sentence, line: number, evidence: clip(bare.trim(), EVIDENCE).into_owned() })
}

/// A line that is a message.
#[derive(Clone, Debug)]
struct Match {
    message: &'static LogMessage,
    sentence: String,
    line: usize,
    evidence: String,
}

#[derive(Debug, Default)]
struct Causes {
    /// By message and sentence.
    seen: BTreeMap<(&'static str, String), CauseSeen>,
    /// How many sentences of each message there are.
    apart: BTreeMap<&'static str, usize>,
}

#[derive(Debug)]
struct CauseSeen {
    message: &'static LogMessage,
    evidence: String,
    lines: Vec<usize>,
    count: usize,
}

impl Causes {
    fn add(&mut self, one: Match) {
        let Match { message, mut sentence, line, evidence } = one;
        let id = message.id;
        let apart = self.apart.entry(id).or_default();
        if *apart >= APART && !self.seen.contains_key(&(id, sentence.clone())) {
            sentence = format!("{}: others like these", message.title);
        }
        let seen = self.seen.entry((id, sentence)).or_insert_with(|| {
            *apart += 1;
            CauseSeen { message, evidence: String::new(), lines: Vec::new(), count: 0 }
        });
        seen.count += 1;
        // What a test said is told when it has failed, after lines that stand below it.
        let at = seen.lines.partition_point(|known| *known < line);
        if at == 0 {
            seen.evidence = evidence;
        }
        seen.lines.insert(at, line);
        seen.lines.truncate(LINES);
    }

    fn findings(self, file: &str) -> Vec<Finding> {
        let Self { seen, apart } = self;
        let mut causes: Vec<_> = seen
            .into_iter()
            .filter(|((_, _), seen)| !seen.message.after.iter().any(|id| apart.contains_key(id)))
            .collect();
        causes.sort_by_key(|(_, seen)| (seen.message.severity, seen.lines.first().copied()));
        causes.into_iter().map(|((id, sentence), seen)| seen.finding(id, &sentence, file)).collect()
    }
}

impl CauseSeen {
    fn finding(self, id: &'static str, sentence: &str, file: &str) -> Finding {
        let finding = Finding::new(id, self.message.severity, sentence, &self.evidence);
        let finding = match self.message.command {
            Some(command) => finding.fixed_by(command, None),
            None => finding,
        };
        let line = self.lines.first().copied();
        let place = Location { file: file.to_owned(), line, column: line.map(|_| 1) };
        let seen = SeenInLog {
            count: self.count,
            lines: self.lines,
            remedy: self.message.remedy.to_owned(),
            page: format!("{DOCS}messages.md#{id}"),
        };
        Finding { log: Some(seen), ..finding.at(place) }
    }
}

#[cfg(test)]
mod tests;
