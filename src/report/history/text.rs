//! What a terminal shows after `report history`: a line for each report, two
//! curves, and since when what does not hold has not held.

use crate::status::Status;
use crate::{
    output::sanitize::{clip, disarmed, one_line},
    report::{
        compare::{CellName, Survey},
        history::Trend,
    },
};
use crate::{
    output::{
        paint::{BAD, BOLD, DIM, GOOD, Paint, WARN},
        wording::{count, duration},
        wrap::{padded, width, wrap},
    },
    report::compare::wording::{place, versions},
};

/// Reports that have a line; the newest.
const MOST_LINES: usize = 30;
/// Points of a curve; the newest.
const MOST_POINTS: usize = 60;
/// Cells that are named.
const MOST: usize = 20;

/// The history for a terminal of this many columns, with a line feed at its end.
#[must_use]
pub fn render(trend: &Trend, paint: Paint, columns: usize) -> String {
    let columns = columns.max(40);
    let mut text = table(trend, paint);
    let curve = |of: fn(&Survey) -> u128| spark(&trend.reports.iter().map(of).collect::<Vec<_>>());
    if trend.reports.len() > 1 {
        let bad = curve(|survey| (survey.tally.fail + survey.tally.error) as u128);
        text += &format!("not held  {bad}\ntime      {}\n\n", curve(|survey| survey.duration.as_millis()));
    }
    let mut named = |label: &str, style, cell: &CellName, said: &str| {
        let (variable, probe) = (one_line(&clip(&cell.variable, 60)), one_line(&clip(&cell.probe, 120)));
        let line = format!("{variable} {probe} on {}: {said}", place(cell));
        for (at, line) in wrap(&line, columns - label.len() - 1).iter().enumerate() {
            let lead = if at == 0 { paint.on(style, label) } else { " ".repeat(label.len()) };
            text += &format!("{lead} {line}\n");
        }
    };
    for one in trend.lasting.named.iter().take(MOST) {
        let (label, style) = if one.status == Status::Fail { ("FAIL", BAD) } else { ("ERROR", WARN) };
        let reports = trend.reports.len() - one.since;
        let said = match reports {
            1 => "new in the last report".to_owned(),
            many => format!("for {many} reports, since {}", when(&trend.reports[one.since])),
        };
        named(label, style, &one.cell, &said);
    }
    for one in trend.wavering.named.iter().take(MOST) {
        named("WAVERS", WARN, &one.cell, &format!("turned {} times", one.turns));
    }
    let more = |count: usize, named: usize| count - named.min(MOST);
    let left =
        more(trend.lasting.count, trend.lasting.named.len()) + more(trend.wavering.count, trend.wavering.named.len());
    if left > 0 {
        text += &format!("and {left} more, which `--format json` lists\n");
    }
    if trend.untold > 0 {
        text += &format!("and {} beyond these that did not hold\n", count(trend.untold, "result"));
    }
    let style = if trend.lasting.count == 0 { GOOD } else { BAD };
    text += &paint.on(style, &closing(trend));
    text.push('\n');
    disarmed(&text)
}

fn closing(trend: &Trend) -> String {
    let reports = count(trend.reports.len(), "report");
    match (trend.lasting.count, trend.wavering.count) {
        (0, 0) => format!("{reports}; all that was judged last holds"),
        (0, some) => format!("{reports}; all that was judged last holds, {} to and fro", went(some)),
        (some, 0) => format!("{reports}; {} not hold in the last one", cells_do(some)),
        (some, others) => {
            format!("{reports}; {} not hold in the last one, {} to and fro", cells_do(some), went(others))
        }
    }
}

fn cells_do(number: usize) -> String {
    format!("{} {}", count(number, "cell"), if number == 1 { "does" } else { "do" })
}

fn went(number: usize) -> String {
    format!("{} went", count(number, "cell"))
}

/// Its time, else its run, else its file.
fn when(survey: &Survey) -> String {
    let said = survey.started_at.as_ref().or(survey.run.as_ref()).unwrap_or(&survey.path);
    one_line(&clip(said, 60))
}

fn table(trend: &Trend, paint: Paint) -> String {
    let first = trend.reports.len().saturating_sub(MOST_LINES);
    let mut rows = vec![["Report", "Pass", "Fail", "Error", "Skip", "Time", "Go"].map(str::to_owned)];
    for survey in &trend.reports[first..] {
        let tally = survey.tally;
        let go = versions(survey);
        let go = if go.len() > 4 { count(go.len(), "version") } else { one_line(&clip(&go.join(", "), 80)) };
        rows.push([
            when(survey),
            tally.pass.to_string(),
            tally.fail.to_string(),
            tally.error.to_string(),
            tally.skip.to_string(),
            duration(survey.duration),
            go,
        ]);
    }
    let widths: Vec<usize> =
        (0..rows[0].len()).map(|at| rows.iter().map(|row| width(&row[at])).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells: String = row.iter().zip(&widths).map(|(cell, width)| padded(cell, width + 2)).collect();
        let line = cells.trim_end();
        text += &if at == 0 { paint.on(BOLD, line) } else { line.to_owned() };
        text.push('\n');
    }
    if first > 0 {
        text += &paint.on(DIM, &format!("and {} before these", count(first, "older report")));
        text.push('\n');
    }
    text + "\n"
}

/// Eight heights between nothing and the largest.
fn spark(values: &[u128]) -> String {
    let values = &values[values.len().saturating_sub(MOST_POINTS)..];
    let largest = values.iter().copied().max().unwrap_or(0).max(1);
    let height = |value: &u128| {
        let eighths = (value * 7).div_ceil(largest).min(7);
        ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][usize::try_from(eighths).unwrap_or(7)]
    };
    values.iter().map(height).collect()
}

#[cfg(test)]
mod tests {
    use super::spark;

    #[test]
    fn a_curve_reaches_from_nothing_to_the_largest() {
        assert_eq!(spark(&[0, 1, 50, 100]), "▁▂▅█");
        assert_eq!(spark(&[0, 0]), "▁▁");
        assert_eq!(spark(&(0..100).collect::<Vec<u128>>()).chars().count(), 60);
    }
}
