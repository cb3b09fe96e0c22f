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
    publish::publication::{Digest, Fate, Posted, Publication, ShardFate},
    report::Report,
};

const ORIGIN: (&str, &str) = ("https://github.com/org/app/actions/runs/1234", "attempt 2 of run 1234, commit 0123abc");

fn shard(artifact: &str, id: u64, fate: Fate) -> ShardFate {
    ShardFate { artifact: artifact.to_owned(), id, fate }
}

fn digest(reports: &[(&str, &Report)], baseline: Option<(&Report, &Report)>) -> Digest {
    let file = |(name, report): &(&str, &Report)| (format!("{name}/report.json"), seam::report_json(report));
    let files: Vec<(String, Vec<u8>)> = reports.iter().map(file).collect();
    seam::publication_digest(&seam::merged(&files), baseline)
}

fn publication(digest: Digest) -> Publication {
    let page = |part: &str| Posted::Created(format!("https://github.com/org/app/{part}"));
    Publication {
        repository: "org/app".to_owned(),
        run: Some(1234),
        attempt: Some(2),
        shards: vec![
            shard("goenv-ci-windows-2022-1", 11, Fate::Taken(1)),
            shard("goenv-ci-windows-2022-2", 12, Fate::Taken(1)),
        ],
        unfinished: Vec::new(),
        digest,
        report: Some(r"D:\a\_temp\goenv-ci-merged".to_owned()),
        summary: true,
        comment: page("pull/7#issuecomment-1"),
        check: page("runs/99"),
        notes: Vec::new(),
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
        .with("short.md", seam::comment(publication, workflow, origin, 3_000))
}

pub(super) fn cases() -> Vec<Case> {
    let shards = Shards::of(2);
    let (one, two) = (shards.report(1), shards.report(2));
    let (passing, failing) = (reports::passing(), reports::failing());
    let erring = values::erring();

    let updated = Publication {
        comment: Posted::Updated("https://github.com/org/app/pull/7#issuecomment-1".to_owned()),
        check: Posted::Skipped("not wanted; `--check` makes one".to_owned()),
        ..publication(digest(&[("2022", &failing)], Some((&passing, &failing))))
    };
    let mut incomplete = Publication {
        shards: vec![
            shard("goenv-ci-a", 11, Fate::Taken(1)),
            shard("goenv-ci-b", 12, Fate::Expired),
            shard("goenv-ci-b", 10, Fate::Superseded),
            shard("goenv-ci-c", 13, Fate::Refused("it holds no report.json".to_owned())),
            shard("goenv-ci-d", 14, Fate::Lost("download artifact 14: status 503".to_owned())),
        ],
        unfinished: vec!["verify (windows-2025, 1.23)".to_owned()],
        report: None,
        summary: false,
        comment: Posted::Refused(
            "list the comments of pull request 7: the token lacks the permission `pull-requests: write` (403); the pull \
             request comes from a fork, whose token may only read"
                .to_owned(),
        ),
        check: Posted::Failed("make the check: status 502".to_owned()),
        notes: vec!["1 of the artifacts are of an earlier attempt: their jobs were not run again".to_owned()],
        ..publication(digest(&[("a", &one)], None))
    };
    incomplete.digest.notes.push("`goenv-ci-b` is missing: it has expired".to_owned());
    incomplete.digest.notes.push("no baseline: no successful run of this workflow on `main`".to_owned());
    let local = Publication {
        repository: String::new(),
        run: None,
        attempt: None,
        shards: vec![shard("shards", 0, Fate::Taken(2))],
        report: None,
        summary: false,
        comment: Posted::Skipped("there is no token".to_owned()),
        check: Posted::Skipped("not wanted".to_owned()),
        ..publication(digest(&[("a", &one), ("b", &two)], None))
    };

    let report = values::huge();
    let (old, new) = hostile_pair();
    let line = long_line();
    let mut hostile = Publication {
        repository: HOSTILE.to_owned(),
        shards: vec![
            shard(HOSTILE, 11, Fate::Refused(HOSTILE.to_owned())),
            shard(HOSTILE_NAME, 12, Fate::Lost(line.clone())),
        ],
        unfinished: vec![HOSTILE.to_owned()],
        report: Some(HOSTILE.to_owned()),
        comment: Posted::Created(HOSTILE.to_owned()),
        check: Posted::Refused(HOSTILE.to_owned()),
        notes: vec![HOSTILE.to_owned(), line.clone()],
        ..publication(digest(&[(HOSTILE_NAME, &report)], Some((&old, &new))))
    };
    hostile.digest.notes.push(HOSTILE.to_owned());
    let pointers = Hostile::exact(&[("/repository", HOSTILE), ("/report", HOSTILE)]).but_rewritten(&[
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
        case("passing", &publication(digest(&[("a", &one), ("b", &two)], Some((&passing, &passing))))),
        case("failing", &updated),
        case("erring", &publication(digest(&[("2022", &erring)], None))),
        case("incomplete", &incomplete),
        case("local", &local),
        case("empty", &publication(Digest::default())),
        from("hostile", &hostile, HOSTILE, (HOSTILE, HOSTILE), Some(pointers)),
    ]
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["report-publish"]);
}
