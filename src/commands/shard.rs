//! Which cells a shard has: the same list and the same cut in every job of a
//! matrix, before any toolchain is looked for.

use crate::commands::World;
use crate::status::Status;
use crate::{
    cli::VerifySettings,
    error::Error,
    goenv::version::{GoRequest, GoVersion},
    plan::shard::{CellList, Shard, ShardCells, cut},
    probe::{Probe, ProbeKind, embedded},
    report::{ShardFacts, merge::results, shells::ShellCell},
    system::report_files::DiskReports,
};
use ring::digest::{SHA256, digest};
use std::collections::HashMap;

/// Every cell that the probes and shells could have.
pub(crate) fn cells(probes: &[Probe], shells: &[ShellCell], versions: &[GoRequest]) -> CellList {
    let of_kind = |kind| probes.iter().filter(move |probe| probe.kind == kind).map(|probe| probe.id.clone());
    CellList {
        versions: versions.iter().map(ToString::to_string).collect(),
        probes: of_kind(ProbeKind::Contract).collect(),
        live: of_kind(ProbeKind::Live).chain(shells.iter().map(|cell| cell.id())).collect(),
    }
}

/// Every cell that the embedded probes could have.
pub(crate) fn embedded_cells(versions: &[GoRequest]) -> CellList {
    let (probes, live) = embedded::ids();
    CellList { versions: versions.iter().map(ToString::to_string).collect(), probes, live }
}

/// Cuts the cells and keeps those of the wanted shard: the probes and shells that are in it, and the
/// versions that it needs.
///
/// # Errors
/// The report with the durations cannot be read.
pub(crate) fn narrow(
    shard: Shard,
    wanted: &VerifySettings,
    probes: &mut Vec<Probe>,
    shells: &mut Vec<ShellCell>,
    world: &World,
) -> Result<(ShardCells, ShardFacts, Vec<GoRequest>), Error> {
    let versions = &wanted.toolchains.versions;
    let list = cells(probes, shells, versions);
    let costs = match &wanted.durations {
        Some(file) => costs(&list, versions, &world.absolute(file))?,
        None => vec![1; list.len()],
    };
    let ranges = cut(&costs, shard.total);
    let part = ShardCells::new(&list, versions, ranges[shard.index - 1].clone());
    probes.retain(|probe| match probe.kind {
        ProbeKind::Contract => part.holds_probe(&probe.id),
        ProbeKind::Live => part.holds_live(&probe.id),
    });
    shells.retain(|cell| part.holds_live(&cell.id()));
    // What runs live falls back on the newest; a probe that needs another toolchain takes the newest other one.
    let newest = if probes.iter().any(Probe::needs_other) { 2 } else { usize::from(part.is_live()) };
    let needs = part.needs(newest);
    let starts: Vec<usize> = ranges.iter().map(|range| range.start).collect();
    let fingerprint = fingerprint(&list, &starts);
    Ok((part, ShardFacts { shard, list, starts, fingerprint }, needs))
}

/// Milliseconds of each cell by an earlier report, whatever machine it ran on: where there are
/// several the mean, where there is none the mean of all.
fn costs(list: &CellList, versions: &[GoRequest], file: &str) -> Result<Vec<u64>, Error> {
    let mut known: HashMap<(String, Option<usize>), (u64, u64)> = HashMap::new();
    let (mut sum, mut count) = (0_u64, 0_u64);
    results(file, &DiskReports, &mut |row, _| {
        if row.verdict == Status::Skip || row.duration_ms == 0 {
            return;
        }
        let go: Option<GoVersion> = row.go.parse().ok();
        let request = go.and_then(|go| versions.iter().position(|request| request.accepts(&go)));
        for key in [(row.probe.to_string(), request), (row.probe.to_string(), None)] {
            let held = known.entry(key).or_default();
            *held = (held.0.saturating_add(row.duration_ms), held.1 + 1);
        }
        (sum, count) = (sum.saturating_add(row.duration_ms), count + 1);
    })
    .map_err(|(_, why)| Error::ReportInput(format!("the durations in `{file}` cannot be read: {why}")))?;
    let mean = sum.checked_div(count).unwrap_or(1).max(1);
    let cost = |at: usize| {
        let (probe, _) = list.cell(at)?;
        let request = (!list.probes.is_empty()).then(|| at / list.probes.len()).filter(|at| *at < versions.len());
        let of = |request| known.get(&(probe.to_owned(), request)).map(|(sum, count)| (sum / count).max(1));
        of(request).or_else(|| of(None))
    };
    Ok((0..list.len()).map(|at| cost(at).unwrap_or(mean)).collect())
}

/// Sixteen digits that are equal where list and cut are.
fn fingerprint(list: &CellList, starts: &[usize]) -> String {
    let text = format!("{list:?}{starts:?}");
    digest(&SHA256, text.as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
