//! Merges reports: several threads read them, one writes their results in the order
//! of the paths, none holds a report whole. What is wrong with an input becomes a
//! [`Problem`](crate::report::merge::Problem); only what cannot be written is an error.

use crate::{
    goenv::version::GoRequest,
    ports::{Draft, ReportFiles},
    report::merge::Merged,
};

use crate::report::merge::{
    dedup,
    headers::{Headers, problem},
    worker::{self, Piece},
    write::Writer,
};
use std::{io, sync::mpsc::sync_channel, thread};

/// More readers than this only wait for the writer.
const MOST_WORKERS: usize = 4;

/// The two files that are written while the reports are read; the others are made from [`Merged`].
pub struct Drafts<'a> {
    /// report.json.
    pub json: &'a mut dyn Draft,
    /// junit.xml.
    pub junit: &'a mut dyn Draft,
}

/// Merges the reports at these paths, in this order: of a cell that is in two
/// of them, the first is kept. The caller sorts them.
///
/// # Errors
/// A file could not be written.
pub fn merge(paths: &[String], files: &dyn ReportFiles, drafts: Drafts<'_>, cores: usize) -> io::Result<Merged> {
    let workers = cores.clamp(1, MOST_WORKERS).min(paths.len().max(1));
    let mut writer = Writer::new(drafts.json, drafts.junit, paths)?;
    let mut headers = Headers::default();
    thread::scope(|scope| {
        let mut from = Vec::new();
        for first in 0..workers {
            let (to, pieces) = sync_channel::<Piece>(1);
            scope.spawn(move || worker::read_all(paths, first, workers, files, &to));
            from.push(pieces);
        }
        for (at, path) in paths.iter().enumerate() {
            let shard = u32::try_from(at).map_err(|_| io::Error::other("too many reports"))?;
            loop {
                let piece = from[at % workers].recv().map_err(|_| io::Error::other("a reader ended too early"))?;
                match piece {
                    Piece::Chunks(chunks) => chunks.iter().try_for_each(|chunk| writer.add(chunk, shard))?,
                    Piece::End(Ok(head)) => {
                        headers.add(*head, path, &mut writer.merged);
                        break;
                    }
                    Piece::End(Err((kind, why))) => {
                        problem(&mut writer.merged, kind, path, &why);
                        break;
                    }
                }
            }
        }
        io::Result::Ok(())
    })?;
    let mut merged = std::mem::take(&mut writer.merged);
    let versions = merged.versions();
    headers.close(&mut merged, &|probe, go, runner| {
        let request: Option<GoRequest> = go.parse().ok();
        let accepts = |version: &&String| {
            request.as_ref().is_some_and(|wanted| version.parse().is_ok_and(|version| wanted.accepts(&version)))
                || **version == go
        };
        versions.iter().filter(accepts).any(|version| writer.seen.holds(dedup::key(probe, version, runner)))
    });
    writer.merged = merged;
    writer.finish(&headers)
}
