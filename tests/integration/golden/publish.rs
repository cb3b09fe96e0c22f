//! `report publish`: what it prints, the comment, and the check.

use super::{
    Case, Hostile,
    accepted::accept_of,
    compare::hostile_pair,
    reports, seam,
    shards::Shards,
    values::{self, HOSTILE, HOSTILE_NAME, long_line},
};
use goenv_ci::{
    publish::{
        Publication,
        publication::{ArtifactState, Posted, ShardArtifact},
    },
    report::Report,
};

const ORIGIN: (&str, &str) = ("https://github.com/org/app/actions/runs/1234", "attempt 2 of run 1234, commit 0123abc");

fn merged(name: &str, id: u64) -> ShardArtifact {
    ShardArtifact::merged(name, Some(id), 1)
}

fn left_out(name: &str, id: u64, state: ArtifactState, why: &str) -> ShardArtifact {
    ShardArtifact::not_merged(name, Some(id), state, why)
}

/// What the merge of these reports and the comparison make of it.
fn of(reports: &[(&str, &Report)], baseline: Option<(&Report, &Report)>) -> Publication {
    let file = |(name, report): &(&str, &Report)| (format!("{name}/report.json"), seam::report_json(report));
    let files: Vec<(String, Vec<u8>)> = reports.iter().map(file).collect();
    published(seam::publication(&seam::merged(&files), baseline))
}

/// All that is done after it is merged.
fn published(publication: Publication) -> Publication {
    let page = |part: &str| Posted::created(format!("https://github.com/org/app/{part}"));
    Publication {
        run: Some(1234),
        attempt: Some(2),
        artifacts: vec![merged("goenv-ci-windows-2022-1", 11), merged("goenv-ci-windows-2022-2", 12)],
        report: Some(r"D:\a\_temp\goenv-ci-merged".to_owned()),
        job_summary: true,
        comment: page("pull/7#issuecomment-1"),
        check: page("runs/99"),
        ..publication
    }
}

fn case(name: &'static str, publication: &Publication) -> Case {
    from(name, publication, "verify", ORIGIN, None)
}

fn from(
    name: &'static str,
    publication: &Publication,
    workflow: &str,
    origin: (&str, &str),
    hostile: Option<Hostile>,
) -> Case {
    let annotations = seam::check_annotations(publication);
    let annotations: String = annotations.iter().map(|(title, message)| format!("\n{title}\n{message}\n")).collect();
    let (title, summary) = seam::check(publication, origin);
    let case = Case::new("report-publish", name, |view| seam::publish(publication, workflow, origin, view));
    Case { hostile, ..case }
        .with("check.md", summary)
        .with("check.annotations.txt", format!("{title}\n{annotations}"))
        .with("short.md", seam::comment(publication, workflow, origin, 4_096))
}

pub(super) fn cases() -> Vec<Case> {
    let shards = Shards::of(2);
    let (one, two) = (shards.report(1), shards.report(2));
    let (passing, failing) = (reports::passing(), reports::failing());
    let erring = values::erring();

    let updated = Publication {
        comment: Posted::updated("https://github.com/org/app/pull/7#issuecomment-1"),
        check: Posted::skipped("not wanted; `--check` makes one"),
        ..of(&[("2022", &failing)], Some((&passing, &failing)))
    };
    let mut incomplete = Publication {
        artifacts: vec![
            merged("goenv-ci-a", 11),
            ShardArtifact::expired("goenv-ci-b", 12),
            ShardArtifact::superseded("goenv-ci-b", 10),
            left_out("goenv-ci-c", 13, ArtifactState::Refused, "it holds no report.json"),
            left_out("goenv-ci-d", 14, ArtifactState::Lost, "download artifact 14: status 503"),
        ],
        unfinished: vec!["verify (windows-2025, 1.23)".to_owned()],
        report: None,
        job_summary: false,
        comment: Posted::refused(
            "list the comments of pull request 7: the token lacks the permission `pull-requests: write` (403); the pull \
             request comes from a fork, whose token may only read",
        ),
        check: Posted::failed("make the check: status 502"),
        ..of(&[("a", &one)], None)
    };
    let earlier = "1 of the artifacts are of an earlier attempt: their jobs were not run again".to_owned();
    incomplete.notes.insert(0, earlier);
    incomplete.notes.push("`goenv-ci-b` is missing: it has expired".to_owned());
    incomplete.notes.push("no baseline: no successful run of this workflow on `main`".to_owned());
    let local = Publication {
        repository: String::new(),
        run: None,
        attempt: None,
        artifacts: vec![ShardArtifact::merged("shards", None, 2)],
        report: None,
        job_summary: false,
        comment: Posted::skipped("there is no token"),
        check: Posted::skipped("not wanted"),
        ..of(&[("a", &one), ("b", &two)], None)
    };

    let report = values::huge();
    let (old, new) = hostile_pair();
    let line = long_line();
    let mut hostile = Publication {
        repository: HOSTILE.to_owned(),
        artifacts: vec![
            left_out(HOSTILE, 11, ArtifactState::Refused, HOSTILE),
            left_out(HOSTILE_NAME, 12, ArtifactState::Lost, &line),
        ],
        unfinished: vec![HOSTILE.to_owned()],
        report: Some(HOSTILE.to_owned()),
        comment: Posted::created(HOSTILE),
        check: Posted::refused(HOSTILE),
        ..of(&[(HOSTILE_NAME, &report)], Some((&old, &new)))
    };
    hostile.notes.splice(0..0, [HOSTILE.to_owned(), line.clone()]);
    hostile.notes.push(HOSTILE.to_owned());
    let pointers = Hostile::exact(&[
        ("/repository", HOSTILE),
        ("/report", HOSTILE),
        ("/artifacts/0/name", HOSTILE),
        ("/artifacts/0/reason", HOSTILE),
        ("/artifacts/1/reason", &line),
        ("/unfinished/0", HOSTILE),
        ("/comment/url", HOSTILE),
        ("/check/reason", HOSTILE),
        ("/notes/0", HOSTILE),
        ("/notes/1", &line),
    ]);
    vec![
        case("passing", &of(&[("a", &one), ("b", &two)], Some((&passing, &passing)))),
        case("failing", &updated),
        case("erring", &of(&[("2022", &erring)], None)),
        case("incomplete", &incomplete),
        case("local", &local),
        case("empty", &published(Publication::new("org/app".to_owned()))),
        from("hostile", &hostile, HOSTILE, (HOSTILE, HOSTILE), Some(pointers)),
    ]
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["report-publish"]);
}
