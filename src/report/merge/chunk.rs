//! Some results of one shard, made ready to be written by a worker; whether a
//! cell was there before is only known to the one who writes.

use crate::report::merge::{dedup::key, read::Sink};
use crate::status::Status;
use crate::{
    output::sanitize::clip,
    report::{
        CellResult, junit_row,
        merge::Group,
        wire::{KindV1, row::RowV1},
    },
};
use std::collections::HashMap;

/// Results of a block, so that a long report is not held whole.
const ROWS: usize = 1_024;
/// Bytes of a block, for results with much output.
const BYTES: usize = 1024 * 1024;
/// Characters of a text in a finding.
const DETAIL: usize = 1_000;
/// Characters of a name in the grid.
const NAME: usize = 160;

/// Where a result ends in the block's texts, and what it came to.
pub(crate) struct RowMark {
    pub key: u64,
    pub json_end: usize,
    pub xml_end: usize,
    pub group: usize,
    pub status: Status,
    /// Whether it is a cell of the environment, which every job of a version judges anew.
    pub live: bool,
    pub ms: u64,
}

/// The results, each ready for report.json (with a comma in front) and junit.xml.
#[derive(Default)]
pub(crate) struct Block {
    pub json: Vec<u8>,
    pub xml: String,
    pub rows: Vec<RowMark>,
    pub groups: Vec<Group>,
    /// The row, and its result; fails and errors.
    pub findings: Vec<(usize, CellResult)>,
    /// The row, and why it was skipped.
    pub skips: Vec<(usize, String)>,
    place: HashMap<u64, usize>,
}

/// What stands between two results of report.json.
pub(crate) const BETWEEN: &[u8] = b",\n    ";

impl Block {
    fn push(&mut self, mut row: RowV1<'_>, runner: &str) -> Result<(), String> {
        let at = self.rows.len();
        let status = row.verdict;
        let group = *self.place.entry(key(&row.variable, &row.go, runner)).or_insert_with(|| {
            let name = |text: &str| clip(text, NAME).into_owned();
            self.groups.push(Group { variable: name(&row.variable), runner: name(runner), go: name(&row.go) });
            self.groups.len() - 1
        });
        junit_row::append(&mut self.xml, &row);
        match status {
            Status::Fail | Status::Error => self.findings.push((at, row.cell(DETAIL))),
            Status::Skip => self.skips.push((at, clip(&row.reason, DETAIL).into_owned())),
            Status::Pass => {}
        }
        let key = key(&row.probe, &row.go, runner);
        let (ms, live) = (row.duration_ms, row.kind == KindV1::Live);
        self.json.extend_from_slice(BETWEEN);
        row.runner = runner.to_owned().into();
        row.append(&mut self.json).map_err(|e| e.to_string())?;
        self.rows.push(RowMark { key, json_end: self.json.len(), xml_end: self.xml.len(), group, status, live, ms });
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.json.len() >= BYTES
    }

    /// A result's part of report.json, the comma in front included.
    pub fn json_of(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.rows[before].json_end);
        &self.json[start..self.rows[at].json_end]
    }

    /// A result's part of junit.xml.
    pub fn xml_of(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.rows[before].xml_end);
        &self.xml[start..self.rows[at].xml_end]
    }
}

/// Fills blocks and hands each full one on.
pub(crate) struct Blocks<F> {
    block: Block,
    hand_on: F,
}

impl<F: FnMut(Block) -> Result<(), String>> Blocks<F> {
    pub fn new(hand_on: F) -> Self {
        Self { block: Block::default(), hand_on }
    }

    /// Hands on what is left.
    pub fn finish(mut self) -> Result<(), String> {
        if self.block.rows.is_empty() { Ok(()) } else { (self.hand_on)(self.block) }
    }
}

impl<F: FnMut(Block) -> Result<(), String>> Sink for Blocks<F> {
    fn row(&mut self, row: RowV1<'_>, runner: &str) -> Result<(), String> {
        self.block.push(row, runner)?;
        if self.block.is_full() {
            let full = std::mem::take(&mut self.block);
            (self.hand_on)(full)?;
        }
        Ok(())
    }
}

/// Looks at results without keeping any.
pub(crate) struct Nowhere;

impl Sink for Nowhere {
    fn row(&mut self, _: RowV1<'_>, _: &str) -> Result<(), String> {
        Ok(())
    }
}
