use super::*;
use crate::report::RunnerFacts;

fn summary(versions: &[&str]) -> ReportSummary {
    ReportSummary { versions: versions.iter().map(|v| (*v).to_owned()).collect(), ..ReportSummary::default() }
}

/// `-` is a cell that is not there.
fn letter_status(letter: char) -> Option<Status> {
    match letter {
        'f' => Some(Status::Fail),
        'e' => Some(Status::Error),
        's' => Some(Status::Skip),
        'p' => Some(Status::Pass),
        _ => None,
    }
}

fn cell<'a>(probe: &'a str, go: &'a str, status: Status, said: &'a str) -> CellRef<'a> {
    CellRef {
        probe,
        variable: "GOBIN",
        go,
        runner: "win22 Windows X64",
        status,
        expected: "",
        said,
        cause: "",
        duration: Duration::from_millis(100),
    }
}

fn compared(old: &[CellRef<'_>], new: &[CellRef<'_>]) -> Comparison {
    let versions = |cells: &[CellRef<'_>]| summary(&cells.iter().map(|cell| cell.go).collect::<Vec<_>>());
    let mut builder = ComparisonBuilder::new(versions(old), versions(new));
    old.iter().for_each(|cell| builder.old_cell(cell));
    new.iter().for_each(|cell| builder.new_cell(cell));
    if builder.asks_again() {
        old.iter().for_each(|cell| builder.again(cell));
    }
    builder.finish()
}

#[test]
fn the_same_is_no_drift() {
    let cells = [
        cell("a", "1.21.13", Status::Pass, ""),
        cell("b", "1.21.13", Status::Fail, "x"),
        cell("c", "1.22.1", Status::Skip, "why"),
    ];
    assert!(!compared(&cells, &cells).changed);
}

/// Verdict before and after (9: not there), and the list it must be in.
#[test]
fn every_turn_has_its_list() {
    let lists = |changes: &Comparison| {
        [
            changes.new_failures.count,
            changes.new_errors.count,
            changes.otherwise.count,
            changes.recovered.count,
            changes.turned.count,
            changes.added.count,
            changes.gone.count,
        ]
    };
    for (old, new, said, list) in [
        ('p', 'f', "x", 0),
        ('s', 'f', "x", 0),
        ('e', 'f', "x", 0),
        ('-', 'f', "x", 0),
        ('p', 'e', "x", 1),
        ('s', 'e', "x", 1),
        ('-', 'e', "x", 1),
        ('f', 'f', "other", 2),
        ('f', 'e', "x", 2),
        ('e', 'e', "other", 2),
        ('f', 'p', "", 3),
        ('e', 'p', "", 3),
        ('p', 's', "x", 4),
        ('s', 'p', "", 4),
        ('f', 's', "x", 4),
        ('-', 'p', "", 5),
        ('-', 's', "x", 5),
        ('p', '-', "", 6),
        ('f', '-', "", 6),
    ] {
        let some = |letter, said| {
            letter_status(letter).map_or_else(Vec::new, |status| vec![cell("a", "1.21.13", status, said)])
        };
        let changes = compared(&some(old, if old == 'p' { "" } else { "x" }), &some(new, said));
        let mut expected = [0; 7];
        expected[list] = 1;
        assert_eq!(lists(&changes), expected, "{old} to {new}");
    }
}

#[test]
fn what_was_said_before_is_told_too() {
    let changes = compared(
        &[cell("a", "1.21.13", Status::Fail, "old"), cell("b", "1.21.13", Status::Pass, "")],
        &[cell("a", "1.21.13", Status::Fail, "new"), cell("b", "1.21.13", Status::Fail, "x")],
    );
    assert_eq!((changes.otherwise.named[0].was.as_str(), changes.otherwise.named[0].said.as_str()), ("old", "new"));
    assert_eq!(changes.new_failures.named[0].was, "", "nothing is said of a pass");
}

#[test]
fn a_new_patch_is_a_setting_and_no_new_cell() {
    let changes = compared(&[cell("a", "1.21.12", Status::Pass, "")], &[cell("a", "1.21.13", Status::Fail, "x")]);
    assert_eq!((changes.new_failures.count, changes.added.count, changes.gone.count), (1, 0, 0));
    assert_eq!(changes.new_failures.named[0].from, Some(Status::Pass));
    let [setting] = changes.settings.as_slice() else { panic!("{:?}", changes.settings) };
    assert_eq!(
        (setting.what.as_str(), &setting.from[..], &setting.to[..]),
        ("Go 1.21", &["1.21.12".to_owned()][..], &["1.21.13".to_owned()][..])
    );
}

#[test]
fn two_patches_of_one_minor_are_told_apart() {
    let both = |first, second| [cell("a", "1.21.1", first, ""), cell("a", "1.21.2", second, "")];
    let changes = compared(&both(Status::Pass, Status::Pass), &both(Status::Pass, Status::Fail));
    assert_eq!(changes.new_failures.named[0].cell.go, "1.21.2");
    assert_eq!(changes.new_failures.count, 1);
}

#[test]
fn time_counts_where_it_changed_by_half_and_by_a_second() {
    let timed = |millis: u64| {
        (0..20)
            .map(|_| CellRef { duration: Duration::from_millis(millis), ..cell("", "1.21.13", Status::Pass, "") })
            .collect()
    };
    let probes: Vec<String> = (0..20).map(|at| format!("p{at}")).collect();
    let of = |millis| -> Vec<CellRef<'_>> {
        let cells: Vec<CellRef<'_>> = timed(millis);
        cells.into_iter().zip(&probes).map(|(cell, probe)| CellRef { probe, ..cell }).collect()
    };
    for (from, to, counts) in
        [(100, 151, true), (100, 149, false), (10, 40, false), (200, 100, true), (100, 100, false)]
    {
        let changes = compared(&of(from), &of(to));
        assert_eq!(!changes.pace.is_empty(), counts, "{from} to {to}: {:?}", changes.pace);
        if counts {
            assert_eq!((changes.pace[0].cells, changes.pace[0].go.as_str()), (20, "1.21"));
        }
    }
}

#[test]
fn values_and_images_are_settings() {
    let mut old = summary(&[]);
    let source = |value: &str| ("GOCACHE".to_owned(), "environment".to_owned(), value.to_owned());
    old.sources.insert(source(r"D:\a"));
    old.runners.push(RunnerFacts { os: "Windows".into(), image_version: "1".into(), ..RunnerFacts::default() });
    let mut new = old.clone();
    new.sources = [source(r"C:\b")].into();
    new.runners[0].image_version = "2".into();
    new.tool_version = "9".into();
    let changes = ComparisonBuilder::new(old, new).finish();
    let names: Vec<&str> = changes.settings.iter().map(|setting| setting.what.as_str()).collect();
    assert_eq!(names, ["GOCACHE (environment)", "Windows", "goenv-ci"]);
}

#[test]
fn a_flood_is_counted_and_a_part_of_it_named() {
    let probes: Vec<String> = (0..2_000).map(|at| format!("p{at}")).collect();
    let all: Vec<CellRef<'_>> = probes.iter().map(|probe| cell(probe, "1.21.13", Status::Fail, "x")).collect();
    let changes = compared(&[], &all);
    assert_eq!((changes.new_failures.count, changes.new_failures.named.len()), (2_000, 500));
}
