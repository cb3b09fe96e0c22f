//! `doctor`.

use super::{
    Case, Hostile,
    accepted::accept_of,
    seam,
    values::{HOSTILE, long_line},
};
use goenv_ci::{
    doctor::finding::{FileChange, Finding, Location},
    status::Severity,
};

fn at(finding: Finding, file: &str, line: Option<usize>, column: Option<usize>) -> Finding {
    finding.at(Location { file: file.to_owned(), line, column })
}

fn error() -> Finding {
    let finding = Finding::new(
        "goenv-file-invisible",
        Severity::Error,
        "a line of the file that `go env -w` writes ends in CR, which becomes part of the value",
        r"`GOBIN=D:\a\app\go\bin\r` in line 3",
    );
    let file = r"C:\Users\runneradmin\AppData\Roaming\go\env";
    let change = FileChange::Lines {
        path: file.to_owned(),
        before: b"GOBIN=x\r\n".to_vec(),
        drop: vec![],
        repair: vec![],
        bare_ends: true,
    };
    at(finding, file, Some(3), Some(7)).fixed_by(&format!("notepad {file}"), Some(change))
}

fn warning() -> Finding {
    let finding = Finding::new(
        "gobin-not-on-path",
        Severity::Warning,
        "GOBIN is not on PATH: what `go install` makes is not found by its name",
        r"GOBIN is `D:\a\app\go\bin`; PATH has 41 entries, the nearest is `D:\a\app\go\bin2`",
    );
    finding.fixed_by(r#"[Environment]::SetEnvironmentVariable("Path", "D:\a\app\go\bin;" + $env:Path, "User")"#, None)
}

fn note() -> Finding {
    let finding = Finding::new(
        "cache-on-a-slow-drive",
        Severity::Note,
        "GOCACHE lies on another drive than the checkout",
        r"GOCACHE is `C:\Users\山田太郎\AppData\Local\go-build`, the checkout `D:\仕事\app`",
    );
    at(finding, r"C:\Users\山田太郎\AppData\Local\go-build", None, None)
}

fn hostile() -> Vec<Finding> {
    let line = long_line();
    let first = at(Finding::new("hostile", Severity::Error, HOSTILE, HOSTILE), HOSTILE, Some(1), Some(2));
    let second = Finding::new("hostile-line", Severity::Warning, &line, &line);
    vec![
        first.fixed_by(HOSTILE, Some(FileChange::MakeDir { path: HOSTILE.to_owned() })),
        at(second, &line, None, None).fixed_by(&line, None),
        Finding::new("hostile-note", Severity::Note, HOSTILE, HOSTILE),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    let secret = Finding::new(
        "proxy-with-password",
        Severity::Warning,
        "GOPROXY holds a password",
        "`https://user:hunter2@proxy.example/?token=abc` from GOPROXY",
    );
    let mut cases: Vec<Case> = [
        ("passing", vec![]),
        ("failing", vec![error(), warning(), note()]),
        ("warning", vec![warning()]),
        ("note", vec![note()]),
        ("secret", vec![secret]),
    ]
    .into_iter()
    .map(|(name, findings)| Case::new("doctor", name, |view| seam::doctor(Some("1.23.4"), &findings, view)))
    .collect();
    cases.push(Case::new("doctor", "no-go", |view| seam::doctor(None, &[note()], view)));
    let (line, findings) = (long_line(), hostile());
    let exact = Hostile::exact(&[
        ("/findings/0/message", HOSTILE),
        ("/findings/0/evidence", HOSTILE),
        ("/findings/0/location/file", HOSTILE),
        ("/findings/0/mend/command", HOSTILE),
        ("/findings/1/message", &line),
        ("/findings/1/mend/command", &line),
    ]);
    cases.push(Case::hostile("doctor", "hostile", exact, |view| seam::doctor(Some(HOSTILE), &findings, view)));
    cases
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["doctor"]);
}
