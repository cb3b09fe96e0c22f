//! Reports in a row: only cells that do not hold somewhere are remembered, so
//! that a long history of good runs takes no room.

use crate::report::compare::cells::{minor, name};
use crate::report::{
    compare::{CellName, Listed, Passing, Survey},
    history::{Lasting, Trend, Wavering},
};
use crate::status::Status;
use std::collections::HashMap;

/// Cells that are told apart.
const MOST_CELLS: usize = 20_000;
/// Whoever broke once and was mended turned twice.
const LEAST_TURNS: usize = 3;

/// What is known of a cell that did not hold once.
struct Past {
    cell: CellName,
    /// The first report of the run of reports in which it does not hold.
    since: usize,
    /// The last report in which it did not hold, and how.
    last: (usize, Status),
    turns: usize,
}

/// A history under way: each report's cells that do not hold, then the report itself.
#[derive(Default)]
pub struct History {
    past: HashMap<(String, String, String), Past>,
    trend: Trend,
}

impl History {
    /// A cell of the report that comes next.
    pub fn cell(&mut self, cell: &Passing<'_>) {
        if cell.status > Status::Error {
            return;
        }
        let at = self.trend.reports.len();
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
            past.cell = name(cell);
            past.last = (at, status);
        } else if self.past.len() < MOST_CELLS {
            let past = Past { cell: name(cell), since: at, last: (at, cell.status), turns: usize::from(at > 0) };
            self.past.insert(key, past);
        } else {
            self.trend.untold += 1;
        }
    }

    /// All of that report's cells have gone by.
    pub fn report(&mut self, survey: Survey) {
        self.trend.reports.push(survey);
    }

    /// What the reports come to.
    #[must_use]
    pub fn finish(mut self) -> Trend {
        let Some(newest) = self.trend.reports.len().checked_sub(1) else { return self.trend };
        let (mut lasting, mut wavering) = (Vec::new(), Vec::new());
        for past in self.past.into_values() {
            let Past { cell, since, last: (last, status), turns } = past;
            if last == newest {
                lasting.push(Lasting { cell: cell.clone(), status, since });
            }
            let turns = turns + usize::from(last < newest);
            if turns >= LEAST_TURNS {
                wavering.push(Wavering { cell, turns });
            }
        }
        lasting.sort_by(|a, b| (a.since, &a.cell).cmp(&(b.since, &b.cell)));
        wavering.sort_by(|a, b| (b.turns, &a.cell).cmp(&(a.turns, &b.cell)));
        self.trend.lasting = listed(lasting);
        self.trend.wavering = listed(wavering);
        self.trend
    }
}

fn listed<T>(all: Vec<T>) -> Listed<T> {
    let mut list = Listed::default();
    all.into_iter().for_each(|one| list.add(|| one));
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Each letter is a report in which `a/b` passes (`p`), fails (`f`), is in error (`e`) or is not there (`-`).
    fn history(verdicts: &str) -> Trend {
        let mut history = History::default();
        for (at, letter) in verdicts.chars().enumerate() {
            let go = format!("1.21.{at}");
            let status = match letter {
                'f' => Some(Status::Fail),
                'e' => Some(Status::Error),
                'p' => Some(Status::Pass),
                _ => None,
            };
            if let Some(status) = status {
                history.cell(&Passing {
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
            history.report(Survey::default());
        }
        history.finish()
    }

    #[test]
    fn what_does_not_hold_says_since_when() {
        for (verdicts, since) in
            [("f", Some(0)), ("pf", Some(1)), ("pfff", Some(1)), ("fpff", Some(2)), ("ffp", None), ("fe", Some(0))]
        {
            let trend = history(verdicts);
            assert_eq!(trend.lasting.named.first().map(|one| one.since), since, "{verdicts}");
        }
        assert_eq!(history("fe").lasting.named[0].status, Status::Error);
        assert_eq!(history("pf").lasting.named[0].cell.go, "1.21.1", "as the last report names it");
    }

    #[test]
    fn what_goes_to_and_fro_is_counted() {
        for (verdicts, turns) in [("pppp", 0), ("pfff", 0), ("pfp", 0), ("fpf", 0), ("pfpf", 3), ("fpfp", 3)] {
            assert_eq!(history(verdicts).wavering.named.first().map_or(0, |one| one.turns), turns, "{verdicts}");
        }
    }

    #[test]
    fn no_report_is_no_trend() {
        assert_eq!(History::default().finish(), Trend::default());
    }
}
