//! What the repository's own file says about findings: rules that are off or of another severity, paths that are left
//! out, waivers with their last day.

use crate::{
    config::{CONFIG_FILE, FilePosition, LintConfig, RuleLevel, Waiver, WaiverEffect, expired, waiver_applies},
    lint::{LintFinding, LintPlace, rules},
};
use chrono::NaiveDate;

/// The findings that are told, and how many are waived. `is_whole`: all of the repository was looked at, so that a
/// waiver for nothing is known to be one.
pub(super) fn applied(
    config: &LintConfig,
    found: Vec<LintFinding>,
    today: NaiveDate,
    is_whole: bool,
) -> (Vec<LintFinding>, usize) {
    let mut used = vec![false; config.waivers.len()];
    let mut waived = 0;
    let mut told = Vec::new();
    for finding in found.into_iter().filter(|finding| !config.leaves_out(&finding.location.file)) {
        let line = u64::try_from(finding.location.line).ok().filter(|line| *line > 0);
        let mut is_waived = false;
        for (waiver, used) in config.waivers.iter().zip(&mut used) {
            let effect = waiver_applies(waiver, finding.id, &finding.location.file, line, today);
            *used |= effect != WaiverEffect::None;
            is_waived |= effect == WaiverEffect::Waives;
        }
        if is_waived { waived += 1 } else { told.push(finding) }
    }
    for (waiver, used) in config.waivers.iter().zip(used) {
        told.extend(wrong_with(config, waiver, used, today, is_whole));
    }
    (told.into_iter().filter_map(|finding| leveled(config, finding)).collect(), waived)
}

/// With the severity that the file says; nothing where its rule is off.
fn leveled(config: &LintConfig, finding: LintFinding) -> Option<LintFinding> {
    match config.level(finding.id) {
        Some(RuleLevel::Off) => None,
        Some(RuleLevel::At(severity)) => Some(LintFinding { severity, ..finding }),
        None => Some(finding),
    }
}

fn wrong_with(
    config: &LintConfig,
    waiver: &Waiver,
    used: bool,
    today: NaiveDate,
    is_whole: bool,
) -> Option<LintFinding> {
    let finding = |id: &'static str, message: &str, evidence: &str, help: &str| {
        Some(LintFinding::new(id, rules::severity(id), place(config, waiver.at), message, evidence).helped_by(help))
    };
    let rule = &waiver.rule.value;
    if let Some(until) = waiver.until.filter(|_| expired(waiver, today)) {
        let message = format!("the last day of this waiver of `{rule}` is over");
        let (evidence, help) = match used {
            true => ("what it waived is still there", "fix that, or say how long it may stay"),
            false => ("nothing is left that it would waive", "remove it"),
        };
        return finding("waiver-expired", &message, &format!("it counted until {until}; {evidence}"), help);
    }
    let is_off = config.level(rule) == Some(RuleLevel::Off);
    if used || is_off || !is_whole {
        return None;
    }
    let message = format!("this waiver of `{rule}` waives nothing");
    let at = waiver.line.map_or_else(String::new, |line| format!(" at line {line}"));
    let evidence = format!("the rule finds nothing in `{}`{at}", waiver.path.text);
    finding("waiver-unused", &message, &evidence, "remove it, or correct its path and line")
}

fn place(config: &LintConfig, at: FilePosition) -> LintPlace {
    let narrow = |number: u64| usize::try_from(number).unwrap_or_default();
    let file = if config.file.is_empty() { CONFIG_FILE } else { &config.file };
    LintPlace { file: file.to_owned(), line: narrow(at.line), column: narrow(at.column), end_column: 0 }
}
