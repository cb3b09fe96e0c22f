//! Who is blamed: a variable that follows another is not judged while that one does not take effect.

use crate::{
    probe::Probe,
    report::{CellResult, verdict::Verdict},
    verify::cell::CONTROL_HELD,
};

/// Whether a result may turn into a `skip` once all of them are known.
pub(crate) fn is_open(result: &CellResult, probe: &Probe, probes: &[Probe]) -> bool {
    let governed = || probes.iter().any(|other| other.kind == probe.kind && probe.follows.contains(&other.variable));
    control_held(result) || matches!(result.verdict, Verdict::Fail { .. }) && governed()
}

/// Whether the verdict is that the control did not fail.
fn control_held(result: &CellResult) -> bool {
    matches!(&result.verdict, Verdict::Error { reason } if reason.starts_with(CONTROL_HELD))
}

/// Turns a `fail` into a `skip` where a probe of a variable that it follows fails for the same Go, in the same kind of
/// environment; and a control that did not fail also where another probe of its own variable fails, since a variable
/// that has no effect has none in a control. One `fail` stays behind each `skip`, even where two variables follow
/// each other.
pub(crate) fn settle(results: &mut [CellResult], probes: &[Probe]) {
    let follows: Vec<&[String]> = results
        .iter()
        .map(|result| {
            let probe = probes.iter().find(|probe| probe.id == result.probe);
            probe.map_or(&[][..], |probe| &probe.follows)
        })
        .collect();
    let fails: Vec<usize> =
        (0..results.len()).filter(|at| matches!(results[*at].verdict, Verdict::Fail { .. })).collect();
    let alike =
        |one: usize, other: usize| results[one].go == results[other].go && results[one].kind == results[other].kind;
    let governs = |governor: usize, at: usize| alike(governor, at) && follows[at].contains(&results[governor].variable);
    // From those that follow nothing that fails, along what follows them: a circle is never reached.
    let mut reached: Vec<usize> =
        fails.iter().copied().filter(|at| !fails.iter().any(|governor| governs(*governor, *at))).collect();
    let mut skipped: Vec<(usize, usize)> = Vec::new();
    let mut next = 0;
    while let Some(&governor) = reached.get(next) {
        next += 1;
        for &at in &fails {
            if governs(governor, at) && !reached.contains(&at) {
                reached.push(at);
                skipped.push((at, governor));
            }
        }
    }
    for at in (0..results.len()).filter(|at| control_held(&results[*at])) {
        let owed_to = |fail: &&usize| {
            governs(**fail, at) || alike(**fail, at) && results[**fail].variable == results[at].variable
        };
        skipped.extend(fails.iter().find(owed_to).map(|fail| (at, *fail)));
    }
    for (at, governor) in skipped {
        let (own, governor) = (&results[at], &results[governor]);
        let relation = if own.variable == governor.variable {
            format!("its control does not fail while {} does not take effect", own.variable)
        } else {
            format!("{} follows {}, which does not take effect here", own.variable, governor.variable)
        };
        let reason = format!("{relation}: `{}` fails", governor.probe);
        results[at].verdict = Verdict::Skip { reason };
        results[at].cause = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::{ProbeKind, SourceFile, load_probes};
    use crate::verify::cell::unjudged;

    /// Probes `p/VARIABLE`, each with what it follows.
    fn probes(list: &[(&str, &str)]) -> Vec<Probe> {
        let one = |(variable, follows): &(&str, &str)| {
            format!(
                "- id: {}\n  variable: {variable}\n  follows: [{follows}]\n  why: w\n  steps: [{{ run: [go, version] }}]\n  expect: [{{ exit: 0 }}]\n  control: {{ unset: X }}\n",
                variable.to_lowercase()
            )
        };
        let content = list.iter().map(one).collect::<String>().into_bytes();
        load_probes(&[SourceFile { name: "p.yml".into(), content }]).unwrap()
    }

    fn failing(probe: &Probe, go: &str) -> CellResult {
        CellResult { verdict: Verdict::Fail { expected: "a".into(), observed: "b".into() }, ..unjudged(probe, go) }
    }

    /// The variables that still fail, and the reasons of what is skipped.
    fn settled(results: &mut [CellResult], probes: &[Probe]) -> (Vec<String>, Vec<String>) {
        settle(results, probes);
        let fails = results.iter().filter(|r| matches!(r.verdict, Verdict::Fail { .. }));
        let reasons = results.iter().filter_map(|r| match &r.verdict {
            Verdict::Skip { reason } => Some(reason.clone()),
            _ => None,
        });
        (fails.map(|r| r.variable.clone()).collect(), reasons.collect())
    }

    #[test]
    fn what_follows_a_variable_that_fails_is_skipped_and_says_which() {
        let probes = probes(&[("GOBIN", "GOPATH"), ("GOPATH", ""), ("GOROOT", "")]);
        let mut results: Vec<CellResult> = probes.iter().map(|p| failing(p, "1.22.10")).collect();
        let (fails, reasons) = settled(&mut results, &probes);
        assert_eq!(fails, ["GOPATH", "GOROOT"]);
        assert_eq!(reasons, ["GOBIN follows GOPATH, which does not take effect here: `p/gopath` fails"]);
    }

    #[test]
    fn it_fails_where_what_it_follows_holds_or_fails_elsewhere() {
        let probes = probes(&[("GOBIN", "GOPATH"), ("GOPATH", "")]);
        let passing = CellResult { verdict: Verdict::Pass, ..unjudged(&probes[1], "1.22.10") };
        assert_eq!(settled(&mut [failing(&probes[0], "1.22.10"), passing], &probes).0, ["GOBIN"]);
        let other_go = failing(&probes[1], "1.23.9");
        assert_eq!(settled(&mut [failing(&probes[0], "1.22.10"), other_go], &probes).0, ["GOBIN", "GOPATH"]);
        let live = CellResult { kind: ProbeKind::Live, ..failing(&probes[1], "1.22.10") };
        assert_eq!(settled(&mut [failing(&probes[0], "1.22.10"), live], &probes).0, ["GOBIN", "GOPATH"]);
        assert_eq!(settled(&mut [failing(&probes[0], "1.22.10")], &probes).0, ["GOBIN"]);
    }

    #[test]
    fn a_chain_is_led_back_to_its_first_and_a_circle_stays() {
        let chain = probes(&[("C", "B"), ("B", "A"), ("A", "")]);
        let mut results: Vec<CellResult> = chain.iter().map(|p| failing(p, "1.22.10")).collect();
        let (fails, reasons) = settled(&mut results, &chain);
        assert_eq!((fails.join(" "), reasons.len()), ("A".to_owned(), 2));
        let circle = probes(&[("A", "B"), ("B", "A")]);
        let mut results: Vec<CellResult> = circle.iter().map(|p| failing(p, "1.22.10")).collect();
        assert_eq!(settled(&mut results, &circle).0, ["A", "B"]);
    }

    #[test]
    fn a_pass_stays_and_only_a_fail_with_a_governor_in_the_run_is_open() {
        let probes = probes(&[("GOBIN", "GOPATH"), ("GOPATH", ""), ("GOENV", "GOFLAGS")]);
        let pass = CellResult { verdict: Verdict::Pass, ..unjudged(&probes[0], "1.22.10") };
        assert!(!is_open(&pass, &probes[0], &probes));
        assert!(is_open(&failing(&probes[0], "1.22.10"), &probes[0], &probes));
        assert!(!is_open(&failing(&probes[2], "1.22.10"), &probes[2], &probes));
        let error =
            CellResult { verdict: Verdict::Error { reason: CONTROL_HELD.into() }, ..unjudged(&probes[0], "1.22.10") };
        assert!(is_open(&error, &probes[0], &probes));
        let mut results = [error.clone(), failing(&probes[1], "1.22.10")];
        settle(&mut results, &probes);
        assert!(matches!(results[0].verdict, Verdict::Skip { .. }), "the governor fails");
        let mut results = [error.clone(), failing(&probes[2], "1.22.10")];
        settle(&mut results, &probes);
        assert_eq!(results[0].verdict, error.verdict, "the governor holds");
        let mut results = [error, failing(&probes[0], "1.22.10")];
        settle(&mut results, &probes);
        assert!(matches!(&results[0].verdict, Verdict::Skip { reason } if reason.starts_with("its control")));
        assert!(matches!(results[1].verdict, Verdict::Fail { .. }), "another probe of the same variable");
        let mut results = [pass, failing(&probes[1], "1.22.10")];
        settle(&mut results, &probes);
        assert_eq!(results[0].verdict, Verdict::Pass);
    }
}
