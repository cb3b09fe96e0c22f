//! Makes a plan from facts and options: no file, process or environment is touched.
//! The rules for a single value are in `value`, the runner's PATH rule in `path`,
//! the order of steps in `order`.

use crate::{
    drives::drive::Drives,
    goenv::{variable::GoVar, version::GoRequest},
    plan::{
        Assignment, CommandFile, FileLines, Gobin, Job, Matrix, Overrides, Plan, PlanError, Warning, order, path,
        value::{self, checked, from_flag},
    },
    platform::{Platform, facts::Facts},
};

/// The Go versions where none are asked for, as they are typed.
pub const DEFAULT_VERSIONS: &str = "1.21,1.22,1.23";

/// Plans one runner: `GOCACHE = temp/go-cache`, `GOPATH = workspace/go`,
/// `GOBIN = GOPATH/bin`, and GOBIN first on PATH, unless overridden.
///
/// # Errors
/// A value that Go or the runner would not take as it is meant, a GOPATH that
/// is the checkout itself, or a PATH that Windows would not take.
pub fn plan(facts: &Facts, overrides: &Overrides, versions: &[GoRequest]) -> Result<Plan, PlanError> {
    let platform = facts.platform;
    let gocache = match &overrides.gocache {
        Some(text) => from_flag(platform, GoVar::Gocache, text)?,
        None => standard(platform.join(&facts.temp, "go-cache"), "RUNNER_TEMP and `go-cache`"),
    };
    let gopath = match &overrides.gopath {
        Some(text) => from_flag(platform, GoVar::Gopath, text)?,
        None => standard(platform.join(&facts.workspace, "go"), "RUNNER_WORKSPACE and `go`, beside the checkout"),
    };
    for (variable, (text, _)) in [(GoVar::Gocache, &gocache), (GoVar::Gopath, &gopath)] {
        checked(platform, variable, text, false)?;
    }
    refuse_checkout(facts, &gopath.0, overrides.gopath.is_some())?;

    let standard_bin = platform.join(&gopath.0, "bin");
    let (gobin, programs) = match &overrides.gobin {
        Gobin::Standard => (Some(standard(standard_bin.clone(), "GOPATH and `bin`")), standard_bin),
        Gobin::At(text) => {
            let given = from_flag(platform, GoVar::Gobin, text)?;
            (Some(given.clone()), given.0)
        }
        Gobin::Unset => (emptied(facts), standard_bin),
    };
    if let Some((text, _)) = gobin.as_ref().filter(|(text, _)| !text.is_empty()) {
        checked(platform, GoVar::Gobin, text, false)?;
    }

    let assignment = |variable, (value, reason): (String, String)| Assignment { variable, value, reason };
    let mut assignments = vec![assignment(GoVar::Gocache, gocache), assignment(GoVar::Gopath, gopath)];
    assignments.extend(gobin.map(|pair| assignment(GoVar::Gobin, pair)));
    let job = |go: &GoRequest| Job { go: go.to_string(), os: facts.label.clone(), shard: None, name: None };
    let matrix = Matrix { include: versions.iter().map(job).collect(), cells: None };
    let mut directories: Vec<String> = Vec::new();
    for dir in assignments.iter().map(|a| &a.value).chain([&programs]) {
        if !dir.is_empty() && !directories.contains(dir) {
            directories.push(dir.clone());
        }
    }
    let path_order = path::order(facts, std::slice::from_ref(&programs));
    path::refuse_too_long(&path_order, platform)?;
    let too_late = order::too_late(facts);
    let mut warnings = warnings(facts, overrides, &assignments, versions);
    warnings.extend(too_late.clone().map(Warning::from));
    Ok(Plan {
        schema_version: 1,
        runner: facts.runner.clone(),
        platform,
        files: files(&assignments, &programs, &matrix),
        path_order,
        path: vec![programs],
        directories,
        matrix,
        warnings,
        too_late,
        assumptions: facts.assumptions.clone(),
        drives: Drives::default(),
        assignments,
    })
}

fn standard(value: String, from: &str) -> (String, String) {
    (value, format!("standard: {from}"))
}

/// A GITHUB_ENV line cannot unset a variable; an empty value is what Go reads as unset.
fn emptied(facts: &Facts) -> Option<(String, String)> {
    let held = facts.env.get_filled(GoVar::Gobin.name())?;
    Some((String::new(), format!("--gobin none: emptied, because the environment holds `{held}`")))
}

fn refuse_checkout(facts: &Facts, gopath: &str, given: bool) -> Result<(), PlanError> {
    if facts.platform.same_path(gopath, &facts.checkout) {
        return Err(PlanError::GopathIsCheckout {
            gopath: gopath.to_owned(),
            repository: facts.repository.clone(),
            elsewhere: facts.platform.join(&facts.workspace, "gopath"),
            given,
        });
    }
    Ok(())
}

fn files(assignments: &[Assignment], programs: &str, matrix: &Matrix) -> Vec<FileLines> {
    let env = assignments.iter().map(|a| format!("{}={}", a.variable.name(), a.value)).collect();
    let value = |variable: GoVar| {
        let planned = assignments.iter().find(|a| a.variable == variable && !a.value.is_empty());
        planned.map_or(programs, |a| a.value.as_str())
    };
    let mut output: Vec<String> =
        GoVar::ALL.iter().map(|variable| format!("{}={}", variable.input(), value(*variable))).collect();
    output.push(format!("matrix={}", matrix.to_line()));
    vec![
        FileLines { file: CommandFile::Env, lines: env },
        FileLines { file: CommandFile::Path, lines: vec![programs.to_owned()] },
        FileLines { file: CommandFile::Output, lines: output },
    ]
}

fn warnings(facts: &Facts, overrides: &Overrides, assignments: &[Assignment], versions: &[GoRequest]) -> Vec<Warning> {
    let platform = facts.platform;
    let mut warnings = Vec::new();
    let filled = || assignments.iter().filter(|a| !a.value.is_empty());
    for a in filled() {
        let name = a.variable.name();
        if platform.is_within(&a.value, &facts.checkout) {
            let checkout = &facts.checkout;
            warnings.push(format!("{name} lies inside the checkout `{checkout}`: `go list ./...`, `git status` and hashFiles will see what Go puts there").into());
        }
        if let Some(who) = facts.temp_emptied.as_ref().filter(|_| platform.is_within(&a.value, &facts.temp)) {
            warnings.push(Warning {
                text: format!(
                    "{name} lies in `{}`, which {who}: it starts cold in each job unless a cache step restores it",
                    facts.temp
                ),
                by_default: a.variable == GoVar::Gocache && overrides.gocache.is_none(),
            });
        }
        if platform == Platform::Windows && a.value.chars().count() > value::DEEP_WINDOWS {
            let length = a.value.chars().count();
            warnings.push(format!("{name} is {length} characters long: what Go puts below it may pass 260, which programs without long-path support cannot open").into());
        }
    }
    if overrides.gobin != Gobin::Unset {
        warnings.push(Warning {
            text: "with GOBIN set, `go install` refuses cross-compiled programs (GOOS or GOARCH of another machine); `--gobin none` leaves it unset and puts the bin folder of GOPATH on PATH".to_owned(),
            by_default: overrides.gobin == Gobin::Standard,
        });
    }
    let absent: Vec<String> = versions
        .iter()
        .filter(|wanted| !facts.preinstalled.iter().any(|have| have.parse().is_ok_and(|have| wanted.accepts(&have))))
        .map(ToString::to_string)
        .collect();
    if !facts.preinstalled.is_empty() && !absent.is_empty() {
        let by_default = absent.iter().all(|version| DEFAULT_VERSIONS.split(',').any(|one| one == version));
        let (have, absent) = (facts.preinstalled.join(", "), absent.join(", "));
        let text = format!(
            "this image brings Go {have}, so Go {absent} is downloaded in every job that verifies it (`--install`)"
        );
        warnings.push(Warning { text, by_default });
    }
    warnings
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
