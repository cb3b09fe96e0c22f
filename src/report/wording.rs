//! The phrases that all formats share: the headline, counts, durations.

use crate::output::sanitize::clip;
use crate::output::wording::{count, list};
use crate::status::Status;

use crate::{
    plan::delivery::DeliverySource,
    ports::Ended,
    report::{Report, Tally, verdict::Verdict},
};
use std::{borrow::Cow, collections::HashSet};

/// Characters of a name within a headline.
const NAME: usize = 60;

/// The verdict on everything, in one sentence without a full stop.
#[must_use]
pub fn headline(report: &Report) -> String {
    let tally = report.tally();
    match tally.status() {
        Some(Status::Fail) => {
            let (variables, versions) = blamed(report, Status::Fail);
            match variables.as_slice() {
                [one] => {
                    // One that does not take effect somewhere is the worse.
                    let mut faults = report.results.iter().filter(|one| one.verdict.status() == Status::Fail);
                    let stops = faults.all(|cell| cell.fault() == "stops Go");
                    let fault = if stops { "stops Go" } else { "does not take effect" };
                    format!("{one} {fault} on {}", go(&versions))
                }
                some if some.len() <= 4 => format!("{} do not take effect", list(some)),
                many => format!("{} variables do not take effect", many.len()),
            }
        }
        Some(Status::Error) => {
            let (variables, _) = blamed(report, Status::Error);
            let names = if variables.len() <= 4 { list(&variables) } else { count(variables.len(), "variable") };
            format!("No failure, but {names} could not be judged everywhere")
        }
        Some(Status::Pass) => {
            let what = if tally.skip == 0 { "Every variable takes" } else { "All that was judged takes" };
            format!("{what} effect on {}", go(&report.versions()))
        }
        None | Some(Status::Skip) if report.results.is_empty() => "Nothing was judged".to_owned(),
        None | Some(Status::Skip) => format!("Nothing was judged: {} skipped", count(tally.skip, "cell")),
    }
}

/// The variables and the versions of all results of one status, each once.
fn blamed(report: &Report, status: Status) -> (Vec<Cow<'_, str>>, Vec<&str>) {
    let (mut variables, mut versions) = (Vec::new(), Vec::new());
    let mut seen = (HashSet::new(), HashSet::new());
    for result in report.results.iter().filter(|result| result.verdict.status() == status) {
        if seen.0.insert(result.variable.as_str()) {
            variables.push(clip(&result.variable, NAME));
        }
        if seen.1.insert(result.go.as_str()) {
            versions.push(result.go.as_str());
        }
    }
    (variables, versions)
}

/// `Go 1.21.13 and 1.22.10`, or how many.
pub(crate) fn go(versions: &[impl AsRef<str>]) -> String {
    match versions.len() {
        ..=6 => format!("Go {}", list(&versions.iter().map(|v| clip(v.as_ref(), NAME)).collect::<Vec<_>>())),
        many => format!("{many} Go versions"),
    }
}

/// `182 passed, 0 failed, 0 errors, 3 skipped`.
#[must_use]
pub fn counts(tally: Tally) -> String {
    let Tally { pass, fail, skip, error } = tally;
    format!("{pass} passed, {fail} failed, {}, {skip} skipped", count(error, "error"))
}

/// `windows-2022 (Windows, X64)`, or what is known of it.
#[must_use]
pub fn runner(report: &Report) -> String {
    let machine = &report.runner;
    if machine.image.is_empty() {
        format!("{} {}", machine.os, machine.arch)
    } else {
        format!("{} ({}, {})", machine.image, machine.os, machine.arch)
    }
}

/// What stands for the directory of a probe, which is removed by the time that anybody reads this.
pub(crate) const PROBE_DIRECTORY: &str = "(probe directory)";

/// A text of a result as a person can use it: with what its placeholders stood for on that toolchain.
#[must_use]
pub(crate) fn filled<'a>(text: &'a str, go: &str, report: &Report) -> Cow<'a, str> {
    if !text.contains("${") {
        return Cow::Borrowed(text);
    }
    let toolchain = report.toolchains.iter().find(|toolchain| toolchain.version.to_string() == go);
    let goroot = toolchain.map_or("GOROOT", |toolchain| &toolchain.goroot);
    Cow::Owned(text.replace("${SCRATCH}", PROBE_DIRECTORY).replace("${GOROOT}", goroot))
}

/// What was tested, and what that proves.
#[must_use]
pub fn delivery(source: Option<DeliverySource>) -> &'static str {
    match source {
        Some(DeliverySource::Runner) => "the environment that the runner delivered to this step",
        Some(DeliverySource::Environment) => {
            "the environment of this step, by Go's own rules: goenv-ci applied nothing here"
        }
        Some(DeliverySource::Overlay) => {
            "the plan laid over this environment: proves what Go does, not that a runner delivers it"
        }
        None => "no plan was applied: only what holds for any machine was judged",
    }
}

/// `exit code 1`, `signal 9`, `timed out`, `interrupted`.
#[must_use]
pub fn ended(how: Ended) -> String {
    match how {
        Ended::Code(code) => format!("exit code {code}"),
        Ended::Signal(signal) => format!("signal {signal}"),
        Ended::TimedOut => "timed out".to_owned(),
        Ended::Interrupted => "interrupted".to_owned(),
    }
}

/// `passed`, `failed`, `error`, `skipped`.
#[must_use]
pub fn participle(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail { .. } => "failed",
        Verdict::Error { .. } => "error",
        Verdict::Skip { .. } => "skipped",
    }
}
