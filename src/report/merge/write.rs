//! The one who writes: takes each shard's results in order, leaves out cells
//! that are there already, counts, and streams report.json and junit.xml.

use crate::report::merge::{
    chunk::{BETWEEN, Block},
    dedup::Seen,
    headers::Gathered,
};
use crate::status::Status;
use crate::{
    ports::Draft,
    report::{
        Tally, junit_row,
        merge::{
            Duplicate, Group, MOST_FINDINGS, MOST_GROUPS, MOST_NAMED, MOST_PLACES, MOST_REASONS, Merged, MergedFinding,
            json,
        },
        wire::row::RowV1,
    },
};
use std::{
    collections::HashMap,
    io::{self, SeekFrom},
};

/// Other reasons for skips than those that are kept apart.
const OTHER_REASONS: &str = "other reasons, which report.json has";

/// Streams, counts.
pub(crate) struct Writer<'a> {
    json: &'a mut dyn Draft,
    junit: &'a mut dyn Draft,
    paths: &'a [String],
    pub seen: Seen,
    pub merged: Merged,
    finding: HashMap<(Status, String, String), usize>,
    /// Whether a result is written.
    begun: bool,
    ms: u64,
}

impl<'a> Writer<'a> {
    pub fn new(json: &'a mut dyn Draft, junit: &'a mut dyn Draft, paths: &'a [String]) -> io::Result<Self> {
        json.write_all(json::head()?.as_bytes())?;
        junit.write_all(junit_row::head(Tally::default(), 0.0).as_bytes())?;
        let (seen, merged) = (Seen::new(), Merged::default());
        Ok(Self { json, junit, paths, seen, merged, finding: HashMap::new(), begun: false, ms: 0 })
    }

    /// Takes results of the shard of that number.
    pub fn block(&mut self, block: &Block, shard: u32) -> io::Result<()> {
        let mut held: Vec<Option<(u32, Status)>> = Vec::new();
        for (at, row) in block.rows.iter().enumerate() {
            if let Some(before) = self.seen.insert(row.key, shard, row.status) {
                held.resize(block.rows.len(), None);
                held[at] = Some(before);
            }
        }
        let is_new = |at: usize| held.get(at).is_none_or(Option::is_none);
        if held.is_empty() {
            self.write_json(&block.json)?;
        } else {
            for (at, row) in block.rows.iter().enumerate() {
                match held[at] {
                    None => self.write_json(block.json_of(at))?,
                    // Jobs that are no shards look at the same environment each, and say so once.
                    Some((_, status)) if row.live && status == row.status => {}
                    Some(before) => self.duplicate(block, at, shard, before, row.status),
                }
            }
        }
        self.suites(block, &is_new)?;
        self.count(block, &is_new);
        Ok(())
    }

    fn write_json(&mut self, entries: &[u8]) -> io::Result<()> {
        let entries = if self.begun { entries } else { entries.strip_prefix(b",").unwrap_or(entries) };
        self.begun = true;
        self.json.write_all(entries)
    }

    fn duplicate(&mut self, block: &Block, at: usize, shard: u32, before: (u32, Status), status: Status) {
        let (kept, conflict) = (before.0, before.1 != status);
        let all = &mut self.merged.duplicates;
        all.count += 1;
        all.conflicts += usize::from(conflict);
        if all.named.len() >= MOST_NAMED {
            return;
        }
        let entry = block.json_of(at);
        let cell = serde_json::from_slice::<RowV1<'_>>(entry.strip_prefix(BETWEEN).unwrap_or(entry))
            .map(|row| format!("{} on Go {}, {}", row.probe, row.go, row.runner))
            .unwrap_or_default();
        let path = |shard: u32| self.paths.get(shard as usize).cloned().unwrap_or_default();
        all.named.push(Duplicate { cell, kept: path(kept), left_out: path(shard), conflict });
    }

    /// One suite for each Go version and runner of the block.
    fn suites(&mut self, block: &Block, is_new: &dyn Fn(usize) -> bool) -> io::Result<()> {
        let mut suites: Vec<(&Group, Tally, u64)> = Vec::new();
        let of_group: Vec<usize> = block
            .groups
            .iter()
            .map(|group| {
                let same = |(other, ..): &(&Group, Tally, u64)| other.go == group.go && other.runner == group.runner;
                suites.iter().position(same).unwrap_or_else(|| {
                    suites.push((group, Tally::default(), 0));
                    suites.len() - 1
                })
            })
            .collect();
        let mut cases: Vec<(usize, usize)> = Vec::with_capacity(block.rows.len());
        for (at, row) in block.rows.iter().enumerate().filter(|(at, _)| is_new(*at)) {
            let suite = of_group[row.group];
            suites[suite].1.count(row.status);
            suites[suite].2 += row.ms;
            cases.push((suite, at));
        }
        cases.sort_unstable();
        for same in cases.chunk_by(|left, right| left.0 == right.0) {
            let (group, tally, ms) = &suites[same[0].0];
            let head = junit_row::suite(&group.go, &group.runner, *tally, *ms as f64 / 1000.0);
            self.junit.write_all(head.as_bytes())?;
            if same.len() == block.rows.len() {
                self.junit.write_all(block.xml.as_bytes())?;
            } else {
                for (_, at) in same {
                    self.junit.write_all(block.xml_of(*at).as_bytes())?;
                }
            }
            self.junit.write_all(junit_row::SUITE_END.as_bytes())?;
        }
        Ok(())
    }

    fn count(&mut self, block: &Block, is_new: &dyn Fn(usize) -> bool) {
        let mut tallies = vec![Tally::default(); block.groups.len()];
        for (at, row) in block.rows.iter().enumerate().filter(|(at, _)| is_new(*at)) {
            let _ = at;
            tallies[row.group].count(row.status);
            self.ms += row.ms;
        }
        let merged = &mut self.merged;
        for (group, tally) in block.groups.iter().zip(tallies) {
            merged.tally.add(tally);
            if let Some(held) = merged.groups.get_mut(group) {
                held.add(tally);
            } else if merged.groups.len() < MOST_GROUPS {
                merged.groups.insert(group.clone(), tally);
            } else {
                merged.ungrouped += tally.total();
            }
        }
        for (_, reason) in block.skips.iter().filter(|(at, _)| is_new(*at)) {
            if let Some(cells) = merged.skips.get_mut(reason) {
                *cells += 1;
            } else if merged.skips.len() < MOST_REASONS {
                merged.skips.insert(reason.clone(), 1);
            } else {
                *merged.skips.entry(OTHER_REASONS.to_owned()).or_default() += 1;
            }
        }
        for (at, cell) in block.findings.iter().filter(|(at, _)| is_new(*at)) {
            let name = (cell.verdict.status(), cell.variable.clone(), cell.probe.clone());
            let place = (cell.go.clone(), block.groups[block.rows[*at].group].runner.clone());
            if let Some(held) = self.finding.get(&name) {
                let finding = &mut merged.findings[*held];
                finding.cells += 1;
                if finding.places.len() < MOST_PLACES {
                    finding.places.push(place);
                }
            } else if merged.findings.len() < MOST_FINDINGS {
                self.finding.insert(name, merged.findings.len());
                merged.findings.push(MergedFinding { first: cell.clone(), cells: 1, places: vec![place] });
            } else {
                merged.more_findings += 1;
            }
        }
    }

    /// Ends both files.
    pub fn finish(mut self, gathered: &Gathered) -> io::Result<Merged> {
        self.merged.findings.sort_by_key(|finding| finding.first.verdict.status());
        let tail = json::tail(&self.merged, gathered.rest())?;
        self.json.write_all(if self.begun { b"\n  ],\n" } else { b"],\n" })?;
        self.json.write_all(tail.as_bytes())?;
        self.junit.write_all(junit_row::TAIL.as_bytes())?;
        self.junit.seek(SeekFrom::Start(0))?;
        self.junit.write_all(junit_row::head(self.merged.tally, self.ms as f64 / 1000.0).as_bytes())?;
        Ok(self.merged)
    }
}
