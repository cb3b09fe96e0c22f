//! `claims`.

use super::{
    Case, Hostile,
    accepted::accept_of,
    reports, seam,
    values::{HOSTILE, HOSTILE_NAME, long_line},
};
use goenv_ci::claims::{ClaimResult, ClaimVerdict, ClaimsReport, JudgedClaim};
use std::time::Duration;

fn claim(id: &str, statement: &str) -> JudgedClaim {
    let (source, lesson) = (None, None);
    JudgedClaim { id: id.to_owned(), statement: statement.to_owned(), source, lesson, results: Vec::new() }
}

fn result(go: &str, verdict: ClaimVerdict, reason: &str) -> ClaimResult {
    ClaimResult {
        go: go.to_owned(),
        verdict,
        reason: reason.to_owned(),
        observed: String::new(),
        command: String::new(),
    }
}

fn on_all(claim: JudgedClaim, verdict: ClaimVerdict, reason: &str) -> JudgedClaim {
    JudgedClaim { results: ["1.21.13", "1.22.10", "1.23.4"].map(|go| result(go, verdict, reason)).into(), ..claim }
}

fn holds() -> JudgedClaim {
    let claim = claim(
        "gobin-wins-over-gopath",
        "`go install` writes to GOBIN, and to `bin` below GOPATH only where it is unset",
    );
    on_all(claim, ClaimVerdict::Holds, "the program was at GOBIN; unset, it was in `bin` below GOPATH")
}

fn refuted() -> JudgedClaim {
    let claim = JudgedClaim {
        source: Some("https://blog.example/go-on-windows".to_owned()),
        lesson: Some("the registry fills a new session's environment; Go itself reads no registry".to_owned()),
        ..claim("goroot-from-registry", "Go reads GOROOT from the registry of Windows")
    };
    let mut judged = on_all(
        claim,
        ClaimVerdict::Refuted,
        "`go env GOROOT` named the toolchain's own folder, whatever the registry held",
    );
    for one in &mut judged.results {
        one.observed =
            "in the registry: `C:\\hostedtoolcache\\windows\\go`\nin the environment: `E:\\other`".to_owned();
        one.command = "reg add HKCU\\Environment /v GOROOT /d E:\\other\nset GOROOT=\n\ngo env GOROOT".to_owned();
    }
    judged
}

fn depends() -> JudgedClaim {
    let claim = claim("telemetry-in-home", "Go writes counters into the home folder");
    let mut judged =
        on_all(claim, ClaimVerdict::Depends, "it was seen where GOTELEMETRY is on, and not where it is off");
    judged.results[0] = result("1.21.13", ClaimVerdict::Refuted, "Go has telemetry from 1.23 on");
    judged
}

fn untestable() -> JudgedClaim {
    on_all(
        claim("gpo-overrides-user", "A group policy's value wins over the user's"),
        ClaimVerdict::Untestable,
        "this machine is no member of a domain",
    )
}

fn error() -> JudgedClaim {
    on_all(
        claim("gowork-off-ignores-file", "With GOWORK=off `go` reads no go.work"),
        ClaimVerdict::Error,
        "`go build` ran past its limit of 120 s",
    )
}

fn report(claims: Vec<JudgedClaim>) -> ClaimsReport {
    let reports = reports::passing();
    ClaimsReport {
        runner: reports.runner,
        toolchains: reports.toolchains,
        missing: Vec::new(),
        claims,
        duration: Duration::from_millis(4_321),
    }
}

fn hostile() -> ClaimsReport {
    let line = long_line();
    let claim = JudgedClaim {
        source: Some(HOSTILE.to_owned()),
        lesson: Some(HOSTILE.to_owned()),
        ..claim(HOSTILE_NAME, HOSTILE)
    };
    let hostile = |verdict, text: &str| ClaimResult {
        observed: text.to_owned(),
        command: text.to_owned(),
        ..result("1.22.10", verdict, text)
    };
    let mut results = vec![hostile(ClaimVerdict::Refuted, HOSTILE), hostile(ClaimVerdict::Depends, &line)];
    results[1].go = HOSTILE_NAME.to_owned();
    let mut all = report(vec![JudgedClaim { results, ..claim.clone() }, untestable()]);
    all.claims.push(JudgedClaim { results: vec![hostile(ClaimVerdict::Untestable, HOSTILE)], ..claim });
    let hostile = super::values::hostile();
    (all.runner, all.toolchains, all.missing) = (hostile.runner, hostile.toolchains, hostile.missing);
    all
}

pub(super) fn cases() -> Vec<Case> {
    let missing = ClaimsReport {
        missing: reports::failing().missing,
        ..report(vec![holds(), refuted(), depends(), untestable()])
    };
    let mut cases: Vec<Case> = [
        ("passing", report(vec![holds()])),
        ("failing", report(vec![holds(), refuted(), depends(), untestable(), error()])),
        ("few", report(vec![refuted(), depends()])),
        ("erring", report(vec![holds(), error()])),
        ("untestable", report(vec![untestable(), holds(), holds(), untestable()])),
        ("missing", missing),
        ("empty", report(Vec::new())),
    ]
    .into_iter()
    .map(|(name, report)| Case::new("claims", name, |view| seam::claims(&report, view)))
    .collect();
    let (line, few) = (long_line(), hostile());
    let pointers = || {
        Hostile::exact(&[
            ("/claims/0/id", HOSTILE_NAME),
            ("/claims/0/statement", HOSTILE),
            ("/claims/0/source", HOSTILE),
            ("/claims/0/lesson", HOSTILE),
            ("/claims/0/verdicts/0/command", HOSTILE),
            ("/claims/0/verdicts/0/observed", HOSTILE),
            ("/claims/0/verdicts/0/reason", HOSTILE),
            ("/claims/0/verdicts/1/go", HOSTILE_NAME),
            ("/claims/0/verdicts/1/reason", &line),
        ])
    };
    cases.push(Case::hostile("claims", "hostile-few", pointers(), |view| seam::claims(&few, view)));
    let mut many = few.clone();
    many.claims.extend([holds(), error()]);
    cases.push(Case::hostile("claims", "hostile", pointers(), |view| seam::claims(&many, view)));
    cases
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["claims"]);
}
