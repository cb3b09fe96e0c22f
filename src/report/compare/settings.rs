//! The values and versions in which two reports differ.

use crate::{
    output::sanitize::clip,
    report::compare::{MOST_NAMED, ReportSummary, SettingChange, SettingKind, builder::minor},
};
use std::collections::{BTreeMap, BTreeSet};

/// Names, and all values under each.
type ValuesByName = BTreeMap<String, BTreeSet<String>>;

/// Settings that differ, sorted by kind and name.
pub(crate) fn settings(old: &ReportSummary, new: &ReportSummary) -> Vec<SettingChange> {
    let mut all = differing(SettingKind::Value, values(old), values(new), Absent::Counts);
    all.extend(differing(SettingKind::Toolchain, toolchains(old), toolchains(new), Absent::IsNoChange));
    all.extend(differing(SettingKind::Image, images(old), images(new), Absent::IsNoChange));
    let tool = |summary: &ReportSummary| {
        ValuesByName::from([("goenv-ci".to_owned(), BTreeSet::from([summary.tool_version.clone()]))])
    };
    all.extend(differing(SettingKind::Tool, tool(old), tool(new), Absent::IsNoChange));
    all.truncate(MOST_NAMED);
    all
}

/// Whether a name that only one report has is a change. A machine or a minor version that is not in both has cells that
/// are new or gone, which says it already.
#[derive(Clone, Copy, PartialEq)]
enum Absent {
    Counts,
    IsNoChange,
}

fn differing(kind: SettingKind, old: ValuesByName, mut new: ValuesByName, absent: Absent) -> Vec<SettingChange> {
    let mut found = Vec::new();
    let setting = |what: String, from: BTreeSet<String>, to: BTreeSet<String>| SettingChange {
        kind,
        what,
        from: from.into_iter().collect(),
        to: to.into_iter().collect(),
    };
    for (what, from) in old {
        let to = new.remove(&what).unwrap_or_default();
        if from != to && (absent == Absent::Counts || !to.is_empty()) {
            found.push(setting(what, from, to));
        }
    }
    if absent == Absent::Counts {
        found.extend(new.into_iter().map(|(what, to)| setting(what, BTreeSet::new(), to)));
        found.sort_by(|a, b| a.what.cmp(&b.what));
    }
    found
}

fn values(summary: &ReportSummary) -> ValuesByName {
    let mut table = ValuesByName::new();
    for (variable, source, value) in &summary.sources {
        let what = format!("{} ({})", clip(variable, 60), clip(source, 60));
        table.entry(what).or_default().insert(clip(value, 500).into_owned());
    }
    table
}

fn toolchains(summary: &ReportSummary) -> ValuesByName {
    let mut table = ValuesByName::new();
    for version in &summary.versions {
        if let Some((major, minor)) = minor(version) {
            table.entry(format!("Go {major}.{minor}")).or_default().insert(version.clone());
        }
    }
    table
}

fn images(summary: &ReportSummary) -> ValuesByName {
    let mut table = ValuesByName::new();
    for runner in summary.runners.iter().filter(|runner| !runner.image_version.is_empty()) {
        table.entry(runner.name()).or_default().insert(runner.image_version.clone());
    }
    table
}
