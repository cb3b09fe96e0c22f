//! Values and versions of two reports, side by side.

use crate::report::compare::cells::minor;
use crate::{
    output::sanitize::clip,
    report::compare::{MOST_NAMED, Setting, SettingKind, Survey},
};
use std::collections::{BTreeMap, BTreeSet};

/// Names, and all that is there under each.
type Table = BTreeMap<String, BTreeSet<String>>;

/// Those that differ, sorted by kind and name.
pub(crate) fn settings(old: &Survey, new: &Survey) -> Vec<Setting> {
    let mut all = differing(SettingKind::Value, values(old), values(new), Absent::Counts);
    all.extend(differing(SettingKind::Toolchain, toolchains(old), toolchains(new), Absent::IsNoChange));
    all.extend(differing(SettingKind::Image, images(old), images(new), Absent::IsNoChange));
    let tool = |survey: &Survey| Table::from([("goenv-ci".to_owned(), BTreeSet::from([survey.tool_version.clone()]))]);
    all.extend(differing(SettingKind::Tool, tool(old), tool(new), Absent::IsNoChange));
    all.truncate(MOST_NAMED);
    all
}

/// A machine or a minor version that is not in both reports has added or gone cells; that is enough.
#[derive(Clone, Copy, PartialEq)]
enum Absent {
    Counts,
    IsNoChange,
}

fn differing(kind: SettingKind, old: Table, mut new: Table, absent: Absent) -> Vec<Setting> {
    let mut found = Vec::new();
    let setting = |what: String, from: BTreeSet<String>, to: BTreeSet<String>| Setting {
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

fn values(survey: &Survey) -> Table {
    let mut table = Table::new();
    for (variable, source, value) in &survey.sources {
        let what = format!("{} ({})", clip(variable, 60), clip(source, 60));
        table.entry(what).or_default().insert(clip(value, 500).into_owned());
    }
    table
}

fn toolchains(survey: &Survey) -> Table {
    let mut table = Table::new();
    for version in &survey.versions {
        if let Some((major, minor)) = minor(version) {
            table.entry(format!("Go {major}.{minor}")).or_default().insert(version.clone());
        }
    }
    table
}

fn images(survey: &Survey) -> Table {
    let mut table = Table::new();
    for runner in survey.runners.iter().filter(|runner| !runner.image_version.is_empty()) {
        table.entry(runner.name()).or_default().insert(runner.image_version.clone());
    }
    table
}
