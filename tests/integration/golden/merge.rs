//! `report merge`: the terminal, the four files, and what `--format json` prints.

use super::{
    Case, Hostile,
    accepted::accept_of,
    reports, seam,
    shards::Shards,
    values::{self, HOSTILE, HOSTILE_NAME, long_line, long_markup},
};
use goenv_ci::report::Report;

fn case(name: &'static str, files: &[(String, Vec<u8>)], hostile: Option<Hostile>) -> Case {
    let merge = seam::merged(files);
    let case = Case::new("report-merge", name, |view| seam::merge(&merge, view));
    Case { hostile, ..case }.with("answer.json", seam::merge_answer(&merge))
}

fn file(name: &str, report: &Report) -> (String, Vec<u8>) {
    (format!("shards/{name}/report.json"), seam::report_json(report))
}

fn on(image: &str, mut report: Report) -> Report {
    image.clone_into(&mut report.runner.image);
    report
}

/// Fewer results of each kind, so that the files stay short.
fn some(mut report: Report) -> Report {
    let dull = [
        "gocache/second-build",
        "gocache/relative",
        "gopath/first-entry",
        "gopath/inside",
        "gobin/cross",
        "gobin/version",
    ];
    report.results.retain(|cell| !dull.iter().any(|probe| cell.probe.starts_with(probe)));
    report.results.retain(|cell| !cell.probe.starts_with("shells/") || cell.probe.contains("bash"));
    report
}

pub(super) fn cases() -> Vec<Case> {
    let shards = Shards::of(3);
    let whole = [file("a", &shards.report(1)), file("b", &shards.report(2)), file("c", &shards.report(3))];
    let failing = [
        file("2022", &some(reports::failing())),
        file("2025", &some(on("windows-2025", reports::failing()))),
        file("own", &some(on("", values::wide()))),
    ];
    let erring = [file("2022", &some(values::erring())), file("2025", &some(on("windows-2025", reports::passing())))];
    let cut = |content: &[u8]| content[..content.len() / 2].to_vec();
    let broken = [
        file("a", &shards.report(1)),
        file("again", &shards.report(1)),
        ("shards/foreign/report.json".to_owned(), b"{\"tests\": 1}".to_vec()),
        ("shards/half/report.json".to_owned(), cut(&seam::report_json(&shards.report(2)))),
        ("shards/newer/report.json".to_owned(), b"{\"schema_version\": 2, \"runs\": []}".to_vec()),
        file("other-plan", &Shards::with_probes(2, 9).report(1)),
    ];
    // The same machine once without and once with failures: each cell came twice, some with another verdict.
    let conflict = [file("first", &some(reports::passing())), file("second", &some(reports::failing()))];
    let hostile = [
        (format!("{HOSTILE}/report.json"), seam::report_json(&values::huge())),
        (format!("{HOSTILE_NAME}/report.json"), HOSTILE.as_bytes().to_vec()),
    ];
    let (line, markup, last) = (long_line(), long_markup(), values::huge().results.len() - 1);
    let at = |rest: &str| format!("/results/{last}/{rest}");
    let path = format!("{HOSTILE_NAME}/report.json");
    let exact = Hostile::exact(&[
        ("/results/0/why", HOSTILE),
        ("/results/0/evidence/0/argv/1", HOSTILE),
        ("/toolchains/0/goroot", HOSTILE),
        ("/notes/1", HOSTILE),
        ("/merged/problems/0/shard", &path),
        (&at("probe"), HOSTILE_NAME),
        (&at("expected"), &line),
        (&at("observed"), &markup),
        (&at("evidence/0/stdout"), &line),
    ]);
    vec![
        case("passing", &whole, None),
        case("failing", &failing, None),
        case("erring", &erring, None),
        case("missing", &whole[..2], None),
        case("broken", &broken, None),
        case("conflict", &conflict, None),
        case("empty", &[file("empty", &reports::empty())], None),
        case("hostile", &hostile, Some(exact)),
    ]
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["report-merge"]);
}
