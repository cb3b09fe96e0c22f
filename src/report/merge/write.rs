//! Writes report.json and junit.xml from the chunks of all shards, in order: leaves
//! out cells that are in the report already, and counts the others.

use crate::report::merge::{
    chunk::{BETWEEN, Chunk, RowMark},
    dedup::SeenCells,
    headers::Headers,
};
use crate::status::Status;
use crate::{
    ports::Draft,
    report::{
        Tally, junit,
        merge::{
            GridKey, MOST_FINDINGS, MOST_GROUPS, MOST_NAMED, MOST_PLACES, MOST_REASONS, Merged, MergedFinding, json,
        },
        wire::{DuplicateV1, ResultV1},
    },
};
use std::{
    collections::HashMap,
    io::{self, SeekFrom},
};

/// Stands for all reasons beyond those that are counted one by one.
const OTHER_REASONS: &str = "other reasons, which report.json has";

/// The verdict that is kept of a cell and the shard that it is from, by the cell's key.
#[derive(Default)]
pub(crate) struct WorstResults(HashMap<u64, (Status, u32)>);

impl WorstResults {
    /// Whether the first result of every cell is the one to keep.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Findings of one status.
#[derive(Default)]
struct FindingCount(usize);

impl FindingCount {
    /// Counts one more, if there is room for it.
    fn take_one(&mut self) -> bool {
        let room = self.0 < MOST_FINDINGS;
        self.0 += usize::from(room);
        room
    }
}

/// The two files, and what is known of their content so far.
pub(crate) struct Writer<'a> {
    json: &'a mut dyn Draft,
    junit: &'a mut dyn Draft,
    /// What the shards are called.
    names: &'a [String],
    /// Results that are kept though they are not the first of their cell.
    chosen: WorstResults,
    /// Results that should have been chosen.
    worse: WorstResults,
    pub seen: SeenCells,
    pub merged: Merged,
    /// The index of a finding in `merged` by status, variable and probe.
    finding: HashMap<(Status, String, String), usize>,
    /// How many findings there are of a status: a flood of errors hides no fail.
    findings_of: HashMap<Status, FindingCount>,
    /// Whether a result was written.
    begun: bool,
    ms: u64,
}

impl<'a> Writer<'a> {
    pub fn new(
        json: &'a mut dyn Draft,
        junit: &'a mut dyn Draft,
        names: &'a [String],
        chosen: WorstResults,
    ) -> io::Result<Self> {
        json.write_all(json::head()?.as_bytes())?;
        junit.write_all(junit::head(Tally::default(), 0.0).as_bytes())?;
        let (seen, merged) = (SeenCells::new(), Merged::default());
        let (finding, worse) = (HashMap::new(), WorstResults::default());
        let findings_of = HashMap::new();
        Ok(Self { json, junit, names, chosen, worse, seen, merged, finding, findings_of, begun: false, ms: 0 })
    }

    /// Writes what is new of a chunk; `shard` is the index of its path.
    pub fn add(&mut self, chunk: &Chunk, shard: u32) -> io::Result<()> {
        let mut held: Vec<Option<(u32, Status)>> = Vec::new();
        for (at, row) in chunk.rows.iter().enumerate() {
            if let Some(before) = self.kept(row, shard) {
                held.resize(chunk.rows.len(), None);
                held[at] = Some(before);
            }
        }
        let is_new = |at: usize| held.get(at).is_none_or(Option::is_none);
        if held.is_empty() {
            self.write_json(&chunk.json)?;
        } else {
            for (at, row) in chunk.rows.iter().enumerate() {
                match held[at] {
                    None => self.write_json(chunk.json_of(at))?,
                    // Every job judges its own environment and toolchains; where they agree, one result stands for all.
                    Some((_, status)) if row.of_every_job && status == row.status => {}
                    Some(before) => self.duplicate(chunk, at, shard, before, row.status),
                }
            }
        }
        self.suites(chunk, &is_new)?;
        self.count(chunk, &is_new);
        Ok(())
    }

    /// The result that is kept instead of this one, if it is not this one: its shard and verdict.
    fn kept(&mut self, row: &RowMark, shard: u32) -> Option<(u32, Status)> {
        if let Some(&(status, from)) = self.chosen.0.get(&row.key)
            && (status, from) != (row.status, shard)
        {
            return Some((from, status));
        }
        let (from, first) = self.seen.insert(row.key, shard, row.status)?;
        let worst = self.worse.0.get(&row.key).map_or(first, |(status, _)| *status);
        if row.status < worst && !self.chosen.0.contains_key(&row.key) {
            self.worse.0.insert(row.key, (row.status, shard));
        }
        Some((from, first))
    }

    fn write_json(&mut self, entries: &[u8]) -> io::Result<()> {
        let entries = if self.begun { entries } else { entries.strip_prefix(b",").unwrap_or(entries) };
        self.begun = true;
        self.json.write_all(entries)
    }

    fn duplicate(&mut self, chunk: &Chunk, at: usize, shard: u32, before: (u32, Status), status: Status) {
        let (kept, conflict) = (before.0, before.1 != status);
        let all = &mut self.merged.duplicates;
        all.count += 1;
        all.conflicts += usize::from(conflict);
        if all.named.len() >= MOST_NAMED {
            return;
        }
        let entry = chunk.json_of(at);
        let cell = serde_json::from_slice::<ResultV1<'_>>(entry.strip_prefix(BETWEEN).unwrap_or(entry))
            .map(|row| format!("{} on Go {}, {}", row.probe, row.go, row.runner))
            .unwrap_or_default();
        let path = |shard: u32| self.names.get(shard as usize).cloned().unwrap_or_default();
        all.named.push(DuplicateV1 { cell, kept: path(kept), left_out: path(shard), conflict });
    }

    /// One suite of junit.xml for each Go version and runner of the chunk.
    fn suites(&mut self, chunk: &Chunk, is_new: &dyn Fn(usize) -> bool) -> io::Result<()> {
        let mut suites: Vec<(&GridKey, Tally, u64)> = Vec::new();
        let mut place: HashMap<(&str, &str), usize> = HashMap::new();
        let mut of_group: Vec<usize> = Vec::with_capacity(chunk.groups.len());
        for group in &chunk.groups {
            let at = *place.entry((&group.go, &group.runner)).or_insert(suites.len());
            if at == suites.len() {
                suites.push((group, Tally::default(), 0));
            }
            of_group.push(at);
        }
        let mut cases: Vec<(usize, usize)> = Vec::with_capacity(chunk.rows.len());
        for (at, row) in chunk.rows.iter().enumerate().filter(|(at, _)| is_new(*at)) {
            let suite = of_group[row.group];
            suites[suite].1.count(row.status);
            suites[suite].2 += row.ms;
            cases.push((suite, at));
        }
        cases.sort_unstable();
        for same in cases.chunk_by(|left, right| left.0 == right.0) {
            let (group, tally, ms) = &suites[same[0].0];
            let head = junit::suite_start(&group.go, &group.runner, *tally, *ms as f64 / 1000.0);
            self.junit.write_all(head.as_bytes())?;
            if same.len() == chunk.rows.len() {
                self.junit.write_all(chunk.xml.as_bytes())?;
            } else {
                for (_, at) in same {
                    self.junit.write_all(chunk.xml_of(*at).as_bytes())?;
                }
            }
            self.junit.write_all(junit::SUITE_END.as_bytes())?;
        }
        Ok(())
    }

    fn count(&mut self, chunk: &Chunk, is_new: &dyn Fn(usize) -> bool) {
        let mut tallies = vec![Tally::default(); chunk.groups.len()];
        for (_, row) in chunk.rows.iter().enumerate().filter(|(at, _)| is_new(*at)) {
            tallies[row.group].count(row.status);
            self.ms += row.ms;
        }
        let merged = &mut self.merged;
        for (group, tally) in chunk.groups.iter().zip(tallies) {
            merged.tally.add(tally);
            if let Some(held) = merged.groups.get_mut(group) {
                held.add(tally);
            } else if merged.groups.len() < MOST_GROUPS {
                merged.groups.insert(group.clone(), tally);
            } else {
                merged.ungrouped += tally.total();
            }
        }
        for (_, reason) in chunk.skips.iter().filter(|(at, _)| is_new(*at)) {
            if let Some(cells) = merged.skips.get_mut(reason) {
                *cells += 1;
            } else if merged.skips.len() < MOST_REASONS {
                merged.skips.insert(reason.clone(), 1);
            } else {
                *merged.skips.entry(OTHER_REASONS.to_owned()).or_default() += 1;
            }
        }
        for (at, cell) in chunk.findings.iter().filter(|(at, _)| is_new(*at)) {
            let name = (cell.verdict.status(), cell.variable.clone(), cell.probe.clone());
            let place = (cell.go.clone(), chunk.groups[chunk.rows[*at].group].runner.clone());
            if let Some(held) = self.finding.get(&name) {
                let finding = &mut merged.findings[*held];
                finding.cells += 1;
                if finding.places.len() < MOST_PLACES {
                    finding.places.push(place);
                }
            } else if self.findings_of.entry(name.0).or_default().take_one() {
                self.finding.insert(name, merged.findings.len());
                merged.findings.push(MergedFinding { first: cell.clone(), cells: 1, places: vec![place] });
            } else {
                merged.more_findings += 1;
            }
        }
    }

    /// Writes the ends of both files.
    pub fn finish(mut self, headers: &Headers) -> io::Result<(Merged, WorstResults)> {
        self.merged.findings.sort_by_key(|finding| finding.first.verdict.status());
        let tail = json::tail(&self.merged, headers.rest())?;
        self.json.write_all(if self.begun { b"\n  ],\n" } else { b"],\n" })?;
        self.json.write_all(tail.as_bytes())?;
        let inputs = junit::inputs(&self.merged);
        self.junit.write_all(inputs.text.as_bytes())?;
        self.junit.write_all(junit::TAIL.as_bytes())?;
        self.junit.seek(SeekFrom::Start(0))?;
        let mut all = self.merged.tally;
        all.error += inputs.cases;
        self.junit.write_all(junit::head(all, self.ms as f64 / 1000.0).as_bytes())?;
        Ok((self.merged, self.worse))
    }
}
