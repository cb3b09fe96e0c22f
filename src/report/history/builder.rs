//! Makes a history of reports that are read one after the other. Only cells that did
//! not hold somewhere are kept, so that a long history of good runs takes no room.

use crate::report::{
    compare::{CellName, CellRef, MOST_NAMED, ReportSummary, builder::minor},
    history::{Flaky, History, Ongoing},
};
use crate::status::Status;
use std::collections::HashMap;

/// Cells that are told apart.
const MOST_CELLS: usize = 20_000;
/// A cell that broke once and was fixed turned twice.
const LEAST_TURNS: usize = 3;

/// What is known of a cell that did not hold at least once.
struct Past {
    cell: CellName,
    /// The first report of the run of reports in which it does not hold.
    since: usize,
    /// The last report in which it did not hold, and how.
    last: (usize, Status),
    turns: usize,
}

/// A history under way. It takes each report's cells, then the report itself.
pub struct HistoryBuilder {
    /// By probe, runner and minor version.
    past: HashMap<(String, String, String), Past>,
    history: History,
}

impl Default for HistoryBuilder {
    fn default() -> Self {
        Self { past: HashMap::new(), history: History { schema_version: 1, ..History::default() } }
    }
}

impl HistoryBuilder {
    /// A cell of the report that comes next.
    pub fn cell(&mut self, cell: &CellRef<'_>) {
        if cell.status > Status::Error {
            return;
        }
        let at = self.history.reports.len();
        let go = minor(cell.go).map_or_else(|| cell.go.to_owned(), |(major, minor)| format!("{major}.{minor}"));
        let key = (cell.probe.to_owned(), cell.runner.to_owned(), go);
        if let Some(past) = self.past.get_mut(&key) {
            let held_between = past.last.0 + 1 < at;
            if held_between {
                past.turns += 2;
                past.since = at;
            }
            // Of two patches of one minor the worse one counts.
            let status = if past.last.0 == at { past.last.1.min(cell.status) } else { cell.status };
            past.cell = cell.name();
            past.last = (at, status);
        } else if self.past.len() < MOST_CELLS {
            let past = Past { cell: cell.name(), since: at, last: (at, cell.status), turns: usize::from(at > 0) };
            self.past.insert(key, past);
        } else {
            self.history.untold += 1;
        }
    }

    /// All of that report's cells have gone by.
    pub fn report(&mut self, summary: ReportSummary) {
        self.history.reports.push(summary);
    }

    /// What the reports come to.
    #[must_use]
    pub fn finish(self) -> History {
        let Self { past, mut history } = self;
        let Some(newest) = history.reports.len().checked_sub(1) else { return history };
        for Past { cell, since, last: (last, status), turns } in past.into_values() {
            if last == newest {
                history.ongoing.push(Ongoing { cell: cell.clone(), status, since });
            }
            let turns = turns + usize::from(last < newest);
            if turns >= LEAST_TURNS {
                history.flaky.push(Flaky { cell, turns });
            }
        }
        history.ongoing.sort_by(|a, b| (a.since, &a.cell).cmp(&(b.since, &b.cell)));
        history.flaky.sort_by(|a, b| (b.turns, &a.cell).cmp(&(a.turns, &b.cell)));
        (history.ongoing_count, history.flaky_count) = (history.ongoing.len(), history.flaky.len());
        history.ongoing.truncate(MOST_NAMED);
        history.flaky.truncate(MOST_NAMED);
        history
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Each letter is a report in which `a/b` passes (`p`), fails (`f`), is in error (`e`) or is not there (`-`).
    fn history(verdicts: &str) -> History {
        let mut builder = HistoryBuilder::default();
        for (at, letter) in verdicts.chars().enumerate() {
            let go = format!("1.21.{at}");
            let status = match letter {
                'f' => Some(Status::Fail),
                'e' => Some(Status::Error),
                'p' => Some(Status::Pass),
                _ => None,
            };
            if let Some(status) = status {
                builder.cell(&CellRef {
                    probe: "a/b",
                    variable: "GOBIN",
                    go: &go,
                    runner: "win22",
                    status,
                    expected: "",
                    said: "",
                    cause: "",
                    duration: Duration::ZERO,
                });
            }
            builder.report(ReportSummary::default());
        }
        builder.finish()
    }

    #[test]
    fn what_does_not_hold_says_since_when() {
        for (verdicts, since) in
            [("f", Some(0)), ("pf", Some(1)), ("pfff", Some(1)), ("fpff", Some(2)), ("ffp", None), ("fe", Some(0))]
        {
            let history = history(verdicts);
            assert_eq!(history.ongoing.first().map(|one| one.since), since, "{verdicts}");
        }
        assert_eq!(history("fe").ongoing[0].status, Status::Error);
        assert_eq!(history("pf").ongoing[0].cell.go, "1.21.1", "as the last report names it");
    }

    #[test]
    fn what_goes_to_and_fro_is_counted() {
        for (verdicts, turns) in [("pppp", 0), ("pfff", 0), ("pfp", 0), ("fpf", 0), ("pfpf", 3), ("fpfp", 3)] {
            assert_eq!(history(verdicts).flaky.first().map_or(0, |one| one.turns), turns, "{verdicts}");
        }
    }

    #[test]
    fn no_report_has_no_history() {
        assert_eq!(HistoryBuilder::default().finish(), History { schema_version: 1, ..History::default() });
    }
}
