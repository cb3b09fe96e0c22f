//! Values that try to break out of each format, and reports beyond those of
//! `support::reports`.

use super::reports;
use goenv_ci::{
    ports::Ended,
    report::{
        CellResult, Report, RunFacts,
        verdict::{Evidence, Verdict},
    },
};
use std::time::Duration;

/// Markup, the ends of style sheets, comments, tables and code, orders for a terminal and for a runner's log,
/// marks that reorder or hide text, NUL, mentions, links, and scripts that are wide.
pub const HOSTILE: &str = "<script>alert(1)</script></style></title><!-- --> <img src=x onerror=alert(1)> | `x` ``` @org/team #12 \
    [a](javascript:alert(1)) ![i](http://x.example/i.png) \u{1b}[31m\u{9b}31m\u{1b}]8;;http://x.example\u{7}\0\r\n\
    ::error::pwned\n  ::add-mask::secret\n\n##[error]x ##[add-mask]secret\n# heading\n```\n]]></failure> & \"' \
    \u{202e}fdp.exe \u{2066}\u{feff}\u{fffe}\u{ad}\u{200b} </pre></details></td> %0A,: 漢字かな交じり文";

/// The same for a place that is a name: one line, as short as a name.
pub const HOSTILE_NAME: &str = "<b>|`@a`|\u{1b}[31m\u{202e}::error::##[add-mask]漢字\0";

/// A line of a megabyte.
pub fn long_line() -> String {
    format!("{HOSTILE}{}", "x".repeat(1 << 20))
}

/// A megabyte of markup in one line.
pub fn long_markup() -> String {
    "<b>|`".repeat((1 << 20) / 5)
}

/// One command that was run.
pub fn evidence(argv: &[&str], ended: Ended, stdout: &str, stderr: &str) -> Evidence {
    Evidence {
        argv: argv.iter().map(|arg| (*arg).to_owned()).collect(),
        ended,
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
        duration: Duration::from_millis(41),
    }
}

/// No fail, but cells that could not be judged: one probe on each version, another on one.
pub fn erring() -> Report {
    let mut report = reports::passing();
    for cell in &mut report.results {
        let reason = match (cell.probe.as_str(), cell.go.as_str()) {
            ("goflags/mod-readonly-holds", _) => "`go build` ran past its limit of 30 s; its process tree was ended",
            ("gocache/build-writes-there", "1.22.10") => {
                "`C:\\hostedtoolcache\\windows\\go\\1.22.10\\x64\\bin\\go.exe` cannot be started: Access is denied. (os error 5)"
            }
            _ => continue,
        };
        cell.verdict = Verdict::Error { reason: reason.to_owned() };
        cell.control = String::new();
        cell.evidence = vec![evidence(&["go", "build", "./..."], Ended::TimedOut, "", "go: downloading\n")];
    }
    report
}

/// Nothing ran.
pub fn skipping() -> Report {
    let mut report = reports::passing();
    for cell in &mut report.results {
        cell.verdict = Verdict::Skip { reason: "Go 1.23 is not here, and `--allow-missing` was given".to_owned() };
        (cell.control, cell.evidence) = (String::new(), Vec::new());
    }
    report.shells.clear();
    report
}

/// The failures of a machine whose folders have wide names.
pub fn wide() -> Report {
    let mut report = reports::failing();
    each_text(&mut report, &|text| {
        text.replace("runneradmin", "山田太郎").replace(r"D:\a\app", r"D:\仕事\アプリケーション")
    });
    report
}

/// Every text is hostile, and one result has lines of a megabyte.
pub fn huge() -> Report {
    let mut report = hostile();
    let line = long_line();
    report.results.push(CellResult {
        probe: HOSTILE_NAME.to_owned(),
        variable: "GOBIN".to_owned(),
        go: "1.22.10".to_owned(),
        verdict: Verdict::Fail { expected: line.clone(), observed: long_markup() },
        evidence: vec![evidence(&["go", HOSTILE], Ended::Code(1), &line, "")],
        ..report.results[0].clone()
    });
    report
}

/// Every text is hostile; lines are no longer than others are.
pub fn hostile() -> Report {
    let mut report = reports::hostile();
    // The results beside these say the same in 100,000 characters; `huge` says it in a million.
    report.results.retain(|cell| cell.why.len() < 10_000);
    for view in &mut report.shells {
        view.added.truncate(1);
    }
    each_text(&mut report, &|text| text.replace(reports::HOSTILE, HOSTILE));
    report.run = run("2026-11-20T08:00:00Z", HOSTILE);
    report
}

/// When a report's run began, and which it was.
pub fn run(started_at: &str, id: &str) -> RunFacts {
    RunFacts { started_at: Some(started_at.to_owned()), id: Some(id.to_owned()), attempt: Some(2) }
}

/// Replaces every text of the results, of the sources, the drives and the machine.
pub fn each_text(report: &mut Report, replaced: &dyn Fn(&str) -> String) {
    let change = |text: &mut String| *text = replaced(text);
    let runner = &mut report.runner;
    [&mut runner.os, &mut runner.arch, &mut runner.image, &mut runner.image_version].into_iter().for_each(change);
    change(&mut report.tool_version);
    for source in &mut report.sources.found {
        change(&mut source.value);
        source.at.iter_mut().for_each(change);
    }
    report.sources.notes.iter_mut().chain(&mut report.drives.advice).for_each(change);
    report.drives.places.iter_mut().for_each(|place| change(&mut place.path));
    report.toolchains.iter_mut().for_each(|toolchain| change(&mut toolchain.goroot));
    report.missing.iter_mut().flat_map(|missing| &mut missing.looked_at).for_each(change);
    for view in &mut report.shells {
        view.program.iter_mut().chain(&mut view.added).for_each(change);
        if let Some(seen) = &mut view.sees {
            let values = [&mut seen.go, &mut seen.gocache, &mut seen.gopath, &mut seen.gobin];
            values.into_iter().flatten().chain(&mut seen.path).for_each(change);
        }
    }
    for cell in &mut report.results {
        match &mut cell.verdict {
            Verdict::Fail { expected, observed } => [expected, observed].into_iter().for_each(change),
            Verdict::Skip { reason } | Verdict::Error { reason } => change(reason),
            Verdict::Pass => {}
        }
        [&mut cell.probe, &mut cell.variable, &mut cell.go, &mut cell.why, &mut cell.control]
            .into_iter()
            .for_each(change);
        cell.cause.iter_mut().flat_map(|cause| [&mut cause.text].into_iter().chain(&mut cause.fix)).for_each(change);
        for one in &mut cell.evidence {
            one.argv.iter_mut().chain([&mut one.stdout, &mut one.stderr]).for_each(change);
        }
    }
}
