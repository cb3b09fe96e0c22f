//! report.json as somebody sends it: merged, compared, told as a history.

use crate::{
    input::Input,
    meter::{Limit, within},
    targets::output::{check_markdown, check_page, check_terminal},
};
use goenv_ci::{
    ports::{Draft, ReportFiles},
    report::{
        compare::{self, ComparisonBuilder},
        history::{self, builder::HistoryBuilder},
        merge::{
            self, Merged, cells,
            streaming::{Drafts, Inputs, merge},
            summary, view,
        },
    },
};
use serde_json::Value;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

/// Buffers of the threads, and what a result becomes in two formats.
const LIMIT: Limit = Limit { bytes: 24 << 20, bytes_each: 4_000, edges: 8 << 20, edges_each: 10_000 };

/// Reports by their number.
struct InMemory(Vec<Vec<u8>>);

impl ReportFiles for InMemory {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        let at: usize = path.parse().map_err(|_| io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(self.0.get(at).cloned().ok_or(io::ErrorKind::NotFound)?)))
    }
}

#[derive(Default)]
struct Written(Cursor<Vec<u8>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Written {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Draft for Written {
    fn restart(&mut self) -> io::Result<()> {
        self.0 = Cursor::default();
        Ok(())
    }
}

/// Up to four reports.
fn reports(bytes: &[u8]) -> InMemory {
    let mut input = Input::new(bytes);
    let mut all = vec![input.part().to_vec()];
    while !input.is_empty() && all.len() < 4 {
        all.push(input.part().to_vec());
    }
    InMemory(all)
}

fn merge_all(files: &InMemory) -> (Merged, Vec<u8>, Vec<u8>) {
    let paths: Vec<String> = (0..files.0.len()).map(|at| at.to_string()).collect();
    let (mut json, mut junit) = (Written::default(), Written::default());
    let merged = merge(
        Inputs { paths: &paths, names: &paths, lost: &[] },
        files,
        Drafts { json: &mut json, junit: &mut junit },
        1,
    )
    .expect("it is written to memory");
    (merged, json.0.into_inner(), junit.0.into_inner())
}

/// What is merged is a report again, holds what was counted, and merges to itself.
pub fn merged(bytes: &[u8]) {
    let files = reports(bytes);
    let (merged, json, junit) = within(LIMIT, bytes.len(), || merge_all(&files));
    let total = merged.tally.total();
    let value: Value = serde_json::from_slice(&json).expect("the merged report is JSON");
    assert_eq!(value["results"].as_array().map(Vec::len), Some(total), "each result that is counted is there");
    let text = std::str::from_utf8(&junit).expect("UTF-8");
    let options = roxmltree::ParsingOptions { nodes_limit: u32::MAX, ..roxmltree::ParsingOptions::default() };
    let xml = roxmltree::Document::parse_with_options(text, options).expect("junit.xml is XML");
    // What is wrong with the inputs stands in a suite of its own.
    let cases = xml.descendants().filter(|node| node.has_tag_name("testcase"));
    assert_eq!(cases.filter(|case| case.attribute("classname") != Some("inputs")).count(), total);
    assert_eq!(merged.outcome().is_whole(), merged.problems.is_empty() && merged.duplicates.conflicts == 0);
    let read = merged.shards;
    assert!(
        read + merged.problems.len() >= files.0.len() || read == files.0.len(),
        "a report is neither read nor complained of"
    );
    let document = view::document(&merged);
    check_terminal(&document);
    check_markdown(&document);
    check_page(&document);
    merge::json::answer(&merged).expect("JSON");
    if total > 0 && merged.outcome().is_whole() {
        let (again, ..) = merge_all(&InMemory(vec![json]));
        assert_eq!(again.tally, merged.tally, "merged again it says something else");
        assert_eq!(again.problems, [], "what we wrote cannot be read");
    }
}

/// Two reports compared; with itself a report has not changed.
pub fn compared(bytes: &[u8]) {
    let mut files = reports(bytes);
    if files.0.len() < 2 {
        files.0.push(files.0[0].clone());
    }
    let same = files.0[0] == files.0[1];
    let comparison = within(LIMIT, bytes.len(), || {
        let (old, new) = (summary("0", &files).ok()?, summary("1", &files).ok()?);
        let mut builder = ComparisonBuilder::new(old, new);
        cells("0", &files, &mut |cell| builder.old_cell(cell)).ok()?;
        cells("1", &files, &mut |cell| builder.new_cell(cell)).ok()?;
        if builder.asks_again() {
            cells("0", &files, &mut |cell| builder.again(cell)).ok()?;
        }
        Some(builder.finish())
    });
    let Some(comparison) = comparison else { return };
    if same {
        let lists = [&comparison.new_failures, &comparison.new_errors, &comparison.recovered];
        let distinct = distinct_cells(&files);
        assert!(
            !distinct || !comparison.changed && lists.iter().all(|list| list.count == 0),
            "a report differs from itself"
        );
    }
    let document = compare::view::document(&comparison);
    check_terminal(&document);
    check_markdown(&document);
    let mut builder = HistoryBuilder::default();
    for path in ["0", "1"] {
        if cells(path, &files, &mut |cell| builder.cell(cell)).is_err() {
            return;
        }
        builder.report(summary(path, &files).unwrap_or_default());
    }
    check_terminal(&history::view::document(&builder.finish()));
}

/// Whether no cell of the first report is there twice, by the minor version too.
fn distinct_cells(files: &InMemory) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut distinct = true;
    let _ = cells("0", files, &mut |cell| {
        let minor = cell.go.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        distinct &= seen.insert((cell.probe.to_owned(), minor, cell.runner.to_owned()));
    });
    distinct
}
