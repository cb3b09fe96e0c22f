//! `report history`.

use super::whole;
use crate::{
    adapters::report_files::DiskReports,
    cli::{DataFormat, HistorySettings},
    drift::History,
    error::Error,
    exit::Exit,
    merge::{cells, survey},
    model::trend::Trend,
    render::{text::Paint, trend_text, trend_v1::TrendV1},
    run::Answer,
};

pub(super) fn history(wanted: &HistorySettings, paint: Paint) -> Result<Answer, Error> {
    let trend = trend(&wanted.inputs)?;
    let text = match wanted.format {
        DataFormat::Human => trend_text::render(&trend, paint, 100),
        DataFormat::Json => TrendV1::from(&trend).to_text().map_err(|e| Error::Report(e.to_string()))?,
    };
    Ok(Answer { text, exit: Exit::Good })
}

/// What became of the reports of these inputs, oldest first.
///
/// # Errors
/// One is not there or is no report, or there is none.
pub(super) fn trend(inputs: &[String]) -> Result<Trend, Error> {
    let mut history = History::default();
    for input in inputs {
        let paths = whole::all(input)?;
        let mut reports = Vec::with_capacity(paths.len());
        for path in paths {
            let one = survey(&path, &DiskReports).map_err(|why| whole::wrong(&path, why))?;
            reports.push((path, one));
        }
        // Stable: without a time the order of the paths stays.
        if reports.iter().all(|(_, report)| report.started_at.is_some()) {
            reports.sort_by(|(_, a), (_, b)| a.started_at.cmp(&b.started_at));
        }
        for (path, one) in reports {
            cells(&path, &DiskReports, &mut |cell| history.cell(cell)).map_err(|why| whole::wrong(&path, why))?;
            history.report(one);
        }
    }
    let trend = history.finish();
    if trend.reports.is_empty() {
        return Err(Error::Nothing(format!("there is no report.json in `{}`", inputs.join("`, `"))));
    }
    Ok(trend)
}
