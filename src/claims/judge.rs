//! From what an experiment and its control showed to a verdict. Where both have
//! the same outcome the experiment cannot tell, whatever was predicted.

use crate::claims::repro;
use crate::{
    claims::{Case, Claim, ClaimResult, ClaimVerdict, JudgedClaim},
    goenv::toolchain::Toolchain,
    output::mask::masked,
    platform::Platform,
    ports::Ended,
    probe::Probe,
    report::verdict::{Evidence, Verdict},
    verify::{Machine, Outcome, Ports, Tried, VerifyJob, WantedShells, change_text, experiment},
};
use std::{io, time::Duration};

/// What is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct JudgeOptions<'a> {
    /// In the order in which they are reported.
    pub claims: &'a [Claim],
    /// Oldest first.
    pub toolchains: &'a [Toolchain],
    /// Asked for, and not to be judged: the version and why.
    pub absent: &'a [(String, Verdict)],
    /// Whether experiments may change the machine; they undo it.
    pub may_change: bool,
    /// At most so many experiments at once.
    pub workers: usize,
    /// For each command of a case that states no limit of its own.
    pub limit: Duration,
}

/// Tries every case of every claim, and judges.
///
/// # Errors
/// The scratch directory could not be filled.
pub fn judge(options: &JudgeOptions<'_>, machine: &Machine, ports: &Ports<'_>) -> io::Result<Vec<JudgedClaim>> {
    let mut probes: Vec<Probe> = Vec::new();
    let mut places = Vec::new();
    for (claim, one) in options.claims.iter().enumerate() {
        for (case, each) in one.cases.iter().enumerate().filter(|(_, case)| may_run(case, options)) {
            places.push((claim, case));
            probes.push(each.probe.clone());
        }
    }
    let job = VerifyJob {
        kept: None,
        probes: &probes,
        toolchains: options.toolchains,
        absent: &[],
        shells: WantedShells { cells: &[], observer: "" },
        by_gos_rules: false,
        part: None,
        workers: options.workers,
        limit: options.limit,
    };
    let tried = experiment(&job, machine, ports)?;
    let judged = options.claims.iter().enumerate().map(|(number, claim)| {
        let on = |(at, go): (usize, &Toolchain)| {
            let of = |case: usize| {
                tried.iter().find(|one| one.toolchain == at && places.get(one.probe) == Some(&(number, case)))
            };
            on_version(claim, go, options, machine, of)
        };
        let mut results: Vec<ClaimResult> = options.toolchains.iter().enumerate().map(on).collect();
        results.extend(options.absent.iter().map(|(go, verdict)| absent(go, verdict)));
        results.sort_by_key(|result| result.go.parse::<crate::goenv::version::GoVersion>().ok());
        JudgedClaim::new(claim, results)
    });
    Ok(judged.collect())
}

fn may_run(case: &Case, options: &JudgeOptions<'_>) -> bool {
    case.probe.changes.is_none() || options.may_change
}

/// What a case came to.
enum CaseOutcome {
    /// The prediction was seen, and with the control it was not.
    AsPredicted(String),
    /// It was not seen, and with the control it was.
    Otherwise(String),
    /// Nothing can be said.
    CannotTell(String),
    /// It went wrong.
    WentWrong(String),
}

fn on_version<'a>(
    claim: &Claim,
    go: &Toolchain,
    options: &JudgeOptions<'_>,
    machine: &Machine,
    tried: impl Fn(usize) -> Option<&'a Tried>,
) -> ClaimResult {
    let nothing = |verdict: ClaimVerdict, reason: String| ClaimResult {
        go: go.version.to_string(),
        verdict,
        reason: masked(&reason).into_owned(),
        observed: String::new(),
        command: String::new(),
    };
    if let Some(why) = &claim.untestable {
        return nothing(ClaimVerdict::Untestable, why.clone());
    }
    let applies = |case: &&Case| case.probe.when.holds(&go.version, machine.platform);
    let cases: Vec<(usize, &Case)> = claim.cases.iter().enumerate().filter(|(_, case)| applies(case)).collect();
    if cases.is_empty() {
        return nothing(ClaimVerdict::Untestable, elsewhere(claim, machine.platform, &go.version.to_string()));
    }
    let mut shown = Vec::new();
    let mut observed = Vec::new();
    for (number, case) in &cases {
        match tried(*number) {
            None => shown.push((*case, CaseOutcome::CannotTell(not_allowed(case)))),
            Some(tried) => {
                shown.push((*case, read(case, tried)));
                observed.push(seen(case, cases.len() > 1, &tried.main));
            }
        }
    }
    let (verdict, reason) = verdict(&shown);
    // So that versions that do the same say the same.
    let own = format!("go{}", go.version);
    let named = |text: String| text.replace(&own, "${GOVERSION}");
    let (reason, observed) = (named(reason), named(observed.join("\n")));
    let other = options.toolchains.iter().rev().find(|other| other.version != go.version);
    let command = repro::lines(cases.iter().map(|(_, case)| *case), go, other, machine);
    ClaimResult {
        observed: masked(&observed).into_owned(),
        command: masked(&command).into_owned(),
        ..nothing(verdict, reason)
    }
}

fn absent(go: &str, verdict: &Verdict) -> ClaimResult {
    let (verdict, reason) = match verdict {
        Verdict::Error { reason } => (ClaimVerdict::Error, reason.clone()),
        Verdict::Skip { reason } => (ClaimVerdict::Untestable, reason.clone()),
        Verdict::Pass | Verdict::Fail { .. } => (ClaimVerdict::Untestable, String::new()),
    };
    let nothing = String::new;
    ClaimResult { go: go.to_owned(), verdict, reason, observed: nothing(), command: nothing() }
}

/// Why no case is for this machine or this version.
fn elsewhere(claim: &Claim, here: Platform, go: &str) -> String {
    let mut systems: Vec<&str> = claim.cases.iter().flat_map(|c| &c.probe.when.os).map(|os| os.runner_os()).collect();
    systems.dedup();
    if claim.cases.iter().all(|case| !case.probe.when.os.is_empty() && !case.probe.when.os.contains(&here)) {
        return format!("its experiment needs {}, and this is {}", systems.join(" or "), here.runner_os());
    }
    format!("none of its experiments is for Go {go}")
}

fn not_allowed(case: &Case) -> String {
    format!(
        "its experiment {}, and undoes it: it runs under Wine, on a hosted runner, or with `--change-machine`",
        case.probe.changes.as_deref().unwrap_or_default()
    )
}

/// From what the experiment and its control showed: one of the four rows of the table in docs/claims.md.
fn read(case: &Case, tried: &Tried) -> CaseOutcome {
    // Its placeholders stay: the observations are written in them too.
    let change = change_text(&case.probe.control);
    match (&tried.main, &tried.control) {
        (Outcome::Broken(why), _) | (_, Outcome::Broken(why)) => CaseOutcome::WentWrong(why.clone()),
        (Outcome::Skipped(why), _) | (_, Outcome::Skipped(why)) => CaseOutcome::CannotTell(why.clone()),
        (Outcome::Held(_), Outcome::Differs { expected, observed, .. }) => CaseOutcome::AsPredicted(format!(
            "what it predicts was seen. It could have failed: with {change} there is, instead of {expected}, {observed}"
        )),
        (Outcome::Differs { expected, observed, .. }, Outcome::Held(_)) => CaseOutcome::Otherwise(format!(
            "it predicts {expected}; there was {observed}. It could have been seen: with {change} it is"
        )),
        (Outcome::Held(_), Outcome::Held(_)) => CaseOutcome::CannotTell(format!(
            "the experiment cannot tell: what it predicts is seen, and with {change} it is seen too"
        )),
        (Outcome::Differs { observed, .. }, Outcome::Differs { observed: control, .. }) => {
            CaseOutcome::CannotTell(format!(
                "the experiment cannot tell: what it predicts is not seen ({observed}), and with {change} neither ({control})"
            ))
        }
    }
}

fn verdict(shown: &[(&Case, CaseOutcome)]) -> (ClaimVerdict, String) {
    let told = |case: &Case, text: &str| match (&case.given, shown.len()) {
        (Some(given), 2..) => format!("where {given}: {text}"),
        _ => text.to_owned(),
    };
    let mut held = Vec::new();
    let mut not = Vec::new();
    let mut open = Vec::new();
    for (case, shown) in shown {
        match shown {
            CaseOutcome::WentWrong(why) => {
                return (ClaimVerdict::Error, format!("the experiment went wrong: {}", told(case, why)));
            }
            CaseOutcome::AsPredicted(why) => held.push((*case, why)),
            CaseOutcome::Otherwise(why) => not.push((*case, why)),
            CaseOutcome::CannotTell(why) => open.push(told(case, why)),
        }
    }
    let every = |cases: &[(&Case, &String)]| cases.iter().map(|(case, why)| told(case, why)).collect::<Vec<_>>();
    let (verdict, mut lines) = match (held.is_empty(), not.is_empty()) {
        (true, true) => return (ClaimVerdict::Untestable, open.join("\n")),
        (false, true) => (ClaimVerdict::Holds, every(&held)),
        (true, false) => (ClaimVerdict::Refuted, every(&not)),
        (false, false) => {
            let given = |cases: &[(&Case, &String)]| {
                cases.iter().filter_map(|(case, _)| case.given.clone()).collect::<Vec<_>>().join(", and where ")
            };
            let first = format!("it holds where {}; it does not where {}", given(&held), given(&not));
            (ClaimVerdict::Depends, [vec![first], every(&held), every(&not)].concat())
        }
    };
    lines.extend(open.into_iter().map(|why| format!("not decided: {why}")));
    (verdict, lines.join("\n"))
}

/// What the deciding command of a case printed.
fn seen(case: &Case, several: bool, main: &Outcome) -> String {
    let text = match main {
        Outcome::Differs { observed, .. } => observed.clone(),
        Outcome::Held(evidence) => evidence.last().map_or_else(String::new, said),
        Outcome::Skipped(_) | Outcome::Broken(_) => "nothing".to_owned(),
    };
    match &case.given {
        Some(given) if several => format!("where {given}: {text}"),
        _ => text,
    }
}

fn said(evidence: &Evidence) -> String {
    let exit = match evidence.ended {
        Ended::Code(code) => format!("exit code {code}"),
        Ended::Signal(_) | Ended::TimedOut | Ended::Interrupted => "no exit code".to_owned(),
    };
    let line = |text: &str| text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("`, `");
    match (line(&evidence.stdout), line(&evidence.stderr)) {
        (out, err) if out.is_empty() && err.is_empty() => format!("{exit}, no output"),
        (out, err) if err.is_empty() => format!("{exit}, output `{out}`"),
        (out, err) if out.is_empty() => format!("{exit}, message `{err}`"),
        (out, err) => format!("{exit}, output `{out}`, message `{err}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{claims::load_claims, probe::SourceFile};

    fn cases(given: &[&str]) -> Vec<Case> {
        let case = |given: &&str| {
            format!(
                "    - given: {given}\n      steps: [{{ run: [go] }}]\n      expect: [{{ exit: 0 }}]\n      control: {{ unset: X }}\n"
            )
        };
        let text = format!("- id: a\n  statement: b\n  cases:\n{}", given.iter().map(case).collect::<String>());
        let file = SourceFile { name: "a.yml".into(), content: text.into_bytes() };
        load_claims(&[file]).unwrap().remove(0).cases
    }

    fn held() -> Outcome {
        Outcome::Held(Vec::new())
    }

    fn differs() -> Outcome {
        Outcome::Differs { expected: "E".into(), observed: "O".into(), evidence: Vec::new() }
    }

    fn judged(outcomes: &[(Outcome, Outcome)]) -> (ClaimVerdict, String) {
        let names = ["it is so", "it is not", "it is else"];
        let cases = cases(&names[..outcomes.len()]);
        let shown: Vec<(&Case, CaseOutcome)> = cases
            .iter()
            .zip(outcomes)
            .map(|(case, (main, control))| {
                let tried = Tried { probe: 0, toolchain: 0, main: main.clone(), control: control.clone() };
                (case, read(case, &tried))
            })
            .collect();
        verdict(&shown)
    }

    #[test]
    fn the_control_must_turn_the_outcome_round() {
        assert_eq!(judged(&[(held(), differs())]).0, ClaimVerdict::Holds);
        assert_eq!(judged(&[(differs(), held())]).0, ClaimVerdict::Refuted);
        for both in [held(), differs()] {
            let (verdict, reason) = judged(&[(both.clone(), both)]);
            assert_eq!(verdict, ClaimVerdict::Untestable);
            assert!(reason.starts_with("the experiment cannot tell"), "{reason}");
        }
    }

    #[test]
    fn cases_that_differ_make_it_depend_and_the_sentence_says_which_did_what() {
        let (verdict, reason) = judged(&[(held(), differs()), (differs(), held())]);
        assert_eq!(verdict, ClaimVerdict::Depends);
        assert!(reason.starts_with("it holds where it is so; it does not where it is not\n"), "{reason}");
        assert_eq!(judged(&[(held(), differs()), (held(), differs())]).0, ClaimVerdict::Holds);
    }

    #[test]
    fn a_case_that_cannot_tell_leaves_the_verdict_to_the_others_and_is_named() {
        let (verdict, reason) = judged(&[(differs(), held()), (Outcome::Skipped("no desktop".into()), held())]);
        assert_eq!(verdict, ClaimVerdict::Refuted);
        assert!(reason.ends_with("not decided: where it is not: no desktop"), "{reason}");
    }

    #[test]
    fn what_went_wrong_is_an_error_whatever_the_others_say() {
        let broken = Outcome::Broken("it hangs".into());
        assert_eq!(judged(&[(held(), differs()), (broken.clone(), held())]).0, ClaimVerdict::Error);
        assert_eq!(judged(&[(held(), broken)]).0, ClaimVerdict::Error);
    }
}
