//! Some results of one shard, rendered for report.json and junit.xml by the worker
//! that read them. Which of them are new is decided by the writer, which sees all shards.

use crate::report::merge::{dedup::key, read::Sink};
use crate::status::Status;
use crate::{
    output::sanitize::clip,
    probe::ProbeKind,
    report::{
        ADMISSION, CellResult,
        junit::{self, CaseLayout},
        merge::GridKey,
        wire::ResultV1,
    },
};
use std::collections::HashMap;

/// Results of a chunk, so that a long report is not held whole.
const ROWS: usize = 1_024;
/// Bytes of a chunk, for results with much output.
const BYTES: usize = 1024 * 1024;
/// Characters of a text in a finding.
const DETAIL: usize = 1_000;
/// Characters of a name in the grid.
const NAME: usize = 160;

/// Where a result ends in the chunk's texts, and what it came to.
pub(crate) struct RowMark {
    pub key: u64,
    pub json_end: usize,
    pub xml_end: usize,
    pub group: usize,
    pub status: Status,
    /// Whether every job may have it, not one shard only: a cell of the live environment, or a toolchain that
    /// cannot be judged.
    pub of_every_job: bool,
    pub ms: u64,
}

/// Results of one shard, each rendered for report.json (with a comma in front) and for junit.xml.
#[derive(Default)]
pub(crate) struct Chunk {
    pub json: Vec<u8>,
    pub xml: String,
    pub rows: Vec<RowMark>,
    pub groups: Vec<GridKey>,
    /// Fails and errors: the index in `rows`, and the result.
    pub findings: Vec<(usize, CellResult)>,
    /// Skips: the index in `rows`, and the reason.
    pub skips: Vec<(usize, String)>,
    /// The index in `groups` by the hash of its names.
    group_of: HashMap<u64, usize>,
}

/// What separates two results of report.json.
pub(crate) const BETWEEN: &[u8] = b",\n    ";

impl Chunk {
    fn push(&mut self, mut row: ResultV1<'_>, runner: &str) -> Result<(), String> {
        let at = self.rows.len();
        let status = row.verdict;
        let group = *self.group_of.entry(key(&row.variable, &row.go, runner)).or_insert_with(|| {
            let name = |text: &str| clip(text, NAME).into_owned();
            self.groups.push(GridKey { variable: name(&row.variable), runner: name(runner), go: name(&row.go) });
            self.groups.len() - 1
        });
        junit::append(&mut self.xml, &row, CaseLayout::DENSE);
        match status {
            Status::Fail | Status::Error => self.findings.push((at, row.cell(DETAIL))),
            Status::Skip => self.skips.push((at, clip(&row.reason, DETAIL).into_owned())),
            Status::Pass => {}
        }
        let key = key(&row.probe, &row.go, runner);
        let of_every_job = row.kind == ProbeKind::Live || row.probe == ADMISSION;
        let ms = row.duration_ms;
        self.json.extend_from_slice(BETWEEN);
        row.runner = runner.to_owned().into();
        row.append(&mut self.json).map_err(|e| e.to_string())?;
        let (json_end, xml_end) = (self.json.len(), self.xml.len());
        self.rows.push(RowMark { key, json_end, xml_end, group, status, of_every_job, ms });
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.json.len() >= BYTES
    }

    /// A result as report.json has it, with the comma in front.
    pub fn json_of(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.rows[before].json_end);
        &self.json[start..self.rows[at].json_end]
    }

    /// A result as junit.xml has it.
    pub fn xml_of(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.rows[before].xml_end);
        &self.xml[start..self.rows[at].xml_end]
    }
}

/// Collects results into chunks and sends each full one.
pub(crate) struct Chunks<F> {
    chunk: Chunk,
    send: F,
}

impl<F: FnMut(Chunk) -> Result<(), String>> Chunks<F> {
    pub fn new(send: F) -> Self {
        Self { chunk: Chunk::default(), send }
    }

    /// Sends the last one, if there is anything in it.
    pub fn finish(mut self) -> Result<(), String> {
        if self.chunk.rows.is_empty() { Ok(()) } else { (self.send)(self.chunk) }
    }
}

impl<F: FnMut(Chunk) -> Result<(), String>> Sink for Chunks<F> {
    fn row(&mut self, row: ResultV1<'_>, runner: &str) -> Result<(), String> {
        self.chunk.push(row, runner)?;
        if self.chunk.is_full() {
            let full = std::mem::take(&mut self.chunk);
            (self.send)(full)?;
        }
        Ok(())
    }
}

/// Drops every result: for a first pass that only finds out whether a report is whole.
pub(crate) struct Discard;

impl Sink for Discard {
    fn row(&mut self, _: ResultV1<'_>, _: &str) -> Result<(), String> {
        Ok(())
    }
}
