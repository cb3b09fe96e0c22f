//! Merges reports: several threads read them, one writes their results in the order
//! of the paths, none holds a report whole. What is wrong with an input becomes a
//! [`Problem`](crate::report::merge::Problem); only what cannot be written is an error.

use crate::{
    goenv::version::GoRequest,
    ports::{Draft, ReportFiles},
    report::merge::{Merged, Problem},
};

use crate::report::merge::{
    dedup,
    headers::{Headers, problem},
    worker::{self, Piece},
    write::{WorstResults, Writer},
};
use std::{collections::HashMap, io, sync::mpsc::sync_channel, thread};

/// Versions that may stand for one that was asked for. A real machine has one.
const MOST_ANSWERS: usize = 100;

/// More readers than this only wait for the writer.
const MOST_WORKERS: usize = 4;

/// The two files that are written while the reports are read; the others are made from [`Merged`].
pub struct Drafts<'a> {
    /// report.json.
    pub json: &'a mut dyn Draft,
    /// junit.xml.
    pub junit: &'a mut dyn Draft,
}

/// What is merged.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The reports, in order: of equal verdicts on one cell the first is kept. The caller sorts them.
    pub paths: &'a [String],
    /// What each is called in the report, as many as there are paths.
    pub names: &'a [String],
    /// What should be among them and is not.
    pub lost: &'a [Problem],
}

/// Merges reports. Of a cell that is in two of them, the worse verdict is kept, whatever their order. Which one that is
/// is known when all are read: where it is not the first, everything is written once more.
///
/// # Errors
/// A file could not be written.
pub fn merge(inputs: Inputs<'_>, files: &dyn ReportFiles, drafts: Drafts<'_>, cores: usize) -> io::Result<Merged> {
    let Drafts { json, junit } = drafts;
    let writer = Writer::new(json, junit, inputs.names, WorstResults::default())?;
    let (merged, worse) = pass(inputs, files, writer, cores)?;
    if worse.is_empty() {
        return Ok(merged);
    }
    json.restart()?;
    junit.restart()?;
    let writer = Writer::new(json, junit, inputs.names, worse)?;
    Ok(pass(inputs, files, writer, cores)?.0)
}

/// Reads all reports and writes them; the second answer is the results that should have been kept instead.
fn pass(
    inputs: Inputs<'_>,
    files: &dyn ReportFiles,
    mut writer: Writer<'_>,
    cores: usize,
) -> io::Result<(Merged, WorstResults)> {
    let Inputs { paths, names, lost } = inputs;
    let workers = cores.clamp(1, MOST_WORKERS).min(paths.len().max(1));
    let mut headers = Headers::default();
    for Problem { kind, shard, detail } in lost {
        problem(&mut writer.merged, *kind, shard, detail);
    }
    thread::scope(|scope| {
        let mut from = Vec::new();
        for first in 0..workers {
            let (to, pieces) = sync_channel::<Piece>(1);
            scope.spawn(move || worker::read_all(paths, first, workers, files, &to));
            from.push(pieces);
        }
        for (at, name) in names.iter().enumerate() {
            let shard = u32::try_from(at).map_err(|_| io::Error::other("too many reports"))?;
            let mut results = 0;
            loop {
                let piece = from[at % workers].recv().map_err(|_| io::Error::other("a reader ended too early"))?;
                match piece {
                    Piece::Chunks(chunks) => {
                        results += chunks.iter().map(|chunk| chunk.rows.len()).sum::<usize>();
                        chunks.iter().try_for_each(|chunk| writer.add(chunk, shard))?;
                    }
                    Piece::End(Ok(head)) => {
                        headers.add(*head, results, name, &mut writer.merged);
                        break;
                    }
                    Piece::End(Err((kind, why))) => {
                        problem(&mut writer.merged, kind, name, &why);
                        break;
                    }
                }
            }
        }
        io::Result::Ok(())
    })?;
    let mut merged = std::mem::take(&mut writer.merged);
    let versions = merged.versions();
    let mut answers = Answers { versions: &versions, of: HashMap::new() };
    headers.close(&mut merged, &mut |probe, go, runner| {
        answers.to(go).iter().any(|version| writer.seen.holds(dedup::key(probe, version, runner)))
    });
    writer.merged = merged;
    writer.finish(&headers)
}

/// Which versions stand for one that was asked for; looked up once for each.
struct Answers<'a> {
    /// Oldest first.
    versions: &'a [String],
    of: HashMap<String, Vec<&'a str>>,
}

impl<'a> Answers<'a> {
    fn to(&mut self, go: &str) -> &[&'a str] {
        if !self.of.contains_key(go) {
            let request: Option<GoRequest> = go.parse().ok();
            let accepts = |version: &&&str| {
                request.as_ref().is_some_and(|wanted| version.parse().is_ok_and(|version| wanted.accepts(&version)))
                    || **version == go
            };
            let newest_first = self.versions.iter().rev().map(String::as_str);
            self.of
                .insert(go.to_owned(), newest_first.filter(|version| accepts(&version)).take(MOST_ANSWERS).collect());
        }
        self.of.get(go).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_stands_for_its_versions_and_is_looked_up_once() {
        let versions: Vec<String> = (0..1_000).map(|patch| format!("1.22.{patch}")).chain(["tip".to_owned()]).collect();
        let mut answers = Answers { versions: &versions, of: HashMap::new() };
        assert_eq!(answers.to("1.22.7"), ["1.22.7"]);
        assert_eq!(answers.to("tip"), ["tip"], "what is no version stands for itself");
        assert_eq!(answers.to("1.21"), [""; 0]);
        for _ in 0..3 {
            assert_eq!(answers.to("1.22").len(), MOST_ANSWERS, "no shard makes us look for ever");
        }
        assert_eq!(answers.of.len(), 4);
    }
}
