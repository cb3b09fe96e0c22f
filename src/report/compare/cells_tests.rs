use super::*;
use crate::report::RunnerFacts;

fn survey(versions: &[&str]) -> Survey {
    Survey { versions: versions.iter().map(|v| (*v).to_owned()).collect(), ..Survey::default() }
}

fn cell<'a>(probe: &'a str, go: &'a str, rank: u8, said: &'a str) -> Passing<'a> {
    Passing {
        probe,
        variable: "GOBIN",
        go,
        runner: "win22 Windows X64",
        rank,
        expected: "",
        said,
        cause: "",
        duration: Duration::from_millis(100),
    }
}

fn compared(old: &[Passing<'_>], new: &[Passing<'_>]) -> Drift {
    let versions = |cells: &[Passing<'_>]| survey(&cells.iter().map(|cell| cell.go).collect::<Vec<_>>());
    let mut comparison = Comparison::new(versions(old), versions(new));
    old.iter().for_each(|cell| comparison.old(cell));
    new.iter().for_each(|cell| comparison.new_cell(cell));
    if comparison.asks_again() {
        old.iter().for_each(|cell| comparison.again(cell));
    }
    comparison.finish()
}

#[test]
fn the_same_is_no_drift() {
    let cells = [cell("a", "1.21.13", 3, ""), cell("b", "1.21.13", 0, "x"), cell("c", "1.22.1", 2, "why")];
    assert!(compared(&cells, &cells).is_none());
}

/// Verdict before and after (9: not there), and the list it must be in.
#[test]
fn every_turn_has_its_list() {
    let lists = |drift: &Drift| {
        [
            drift.new_failures.count,
            drift.new_errors.count,
            drift.otherwise.count,
            drift.recovered.count,
            drift.turned.count,
            drift.added.count,
            drift.gone.count,
        ]
    };
    for (old, new, said, list) in [
        (3, 0, "x", 0),
        (2, 0, "x", 0),
        (1, 0, "x", 0),
        (9, 0, "x", 0),
        (3, 1, "x", 1),
        (2, 1, "x", 1),
        (9, 1, "x", 1),
        (0, 0, "other", 2),
        (0, 1, "x", 2),
        (1, 1, "other", 2),
        (0, 3, "", 3),
        (1, 3, "", 3),
        (3, 2, "x", 4),
        (2, 3, "", 4),
        (0, 2, "x", 4),
        (9, 3, "", 5),
        (9, 2, "x", 5),
        (3, 9, "", 6),
        (0, 9, "", 6),
    ] {
        let some = |rank: u8, said| if rank == 9 { Vec::new() } else { vec![cell("a", "1.21.13", rank, said)] };
        let drift = compared(&some(old, if old == 3 { "" } else { "x" }), &some(new, said));
        let mut expected = [0; 7];
        expected[list] = 1;
        assert_eq!(lists(&drift), expected, "{old} to {new}");
    }
}

#[test]
fn what_was_said_before_is_told_too() {
    let drift = compared(
        &[cell("a", "1.21.13", 0, "old"), cell("b", "1.21.13", 3, "")],
        &[cell("a", "1.21.13", 0, "new"), cell("b", "1.21.13", 0, "x")],
    );
    assert_eq!((drift.otherwise.named[0].was.as_str(), drift.otherwise.named[0].said.as_str()), ("old", "new"));
    assert_eq!(drift.new_failures.named[0].was, "", "nothing is said of a pass");
}

#[test]
fn a_new_patch_is_a_setting_and_no_new_cell() {
    let drift = compared(&[cell("a", "1.21.12", 3, "")], &[cell("a", "1.21.13", 0, "x")]);
    assert_eq!((drift.new_failures.count, drift.added.count, drift.gone.count), (1, 0, 0));
    assert_eq!(drift.new_failures.named[0].from, Some("pass"));
    let [setting] = drift.settings.as_slice() else { panic!("{:?}", drift.settings) };
    assert_eq!(
        (setting.what.as_str(), &setting.from[..], &setting.to[..]),
        ("Go 1.21", &["1.21.12".to_owned()][..], &["1.21.13".to_owned()][..])
    );
}

#[test]
fn two_patches_of_one_minor_are_told_apart() {
    let both = |first, second| [cell("a", "1.21.1", first, ""), cell("a", "1.21.2", second, "")];
    let drift = compared(&both(3, 3), &both(3, 0));
    assert_eq!(drift.new_failures.named[0].cell.go, "1.21.2");
    assert_eq!(drift.new_failures.count, 1);
}

#[test]
fn time_counts_where_it_changed_by_half_and_by_a_second() {
    let timed = |millis: u64| {
        (0..20).map(|_| Passing { duration: Duration::from_millis(millis), ..cell("", "1.21.13", 3, "") }).collect()
    };
    let probes: Vec<String> = (0..20).map(|at| format!("p{at}")).collect();
    let of = |millis| -> Vec<Passing<'_>> {
        let cells: Vec<Passing<'_>> = timed(millis);
        cells.into_iter().zip(&probes).map(|(cell, probe)| Passing { probe, ..cell }).collect()
    };
    for (from, to, counts) in
        [(100, 151, true), (100, 149, false), (10, 40, false), (200, 100, true), (100, 100, false)]
    {
        let drift = compared(&of(from), &of(to));
        assert_eq!(!drift.pace.is_empty(), counts, "{from} to {to}: {:?}", drift.pace);
        if counts {
            assert_eq!((drift.pace[0].cells, drift.pace[0].go.as_str()), (20, "1.21"));
        }
    }
}

#[test]
fn values_and_images_are_settings() {
    let mut old = survey(&[]);
    let source = |value: &str| ("GOCACHE".to_owned(), "environment".to_owned(), value.to_owned());
    old.sources.insert(source(r"D:\a"));
    old.runners.push(RunnerFacts { os: "Windows".into(), image_version: "1".into(), ..RunnerFacts::default() });
    let mut new = old.clone();
    new.sources = [source(r"C:\b")].into();
    new.runners[0].image_version = "2".into();
    new.tool_version = "9".into();
    let drift = Comparison::new(old, new).finish();
    let names: Vec<&str> = drift.settings.iter().map(|setting| setting.what.as_str()).collect();
    assert_eq!(names, ["GOCACHE (environment)", "Windows", "goenv-ci"]);
}

#[test]
fn a_flood_is_counted_and_a_part_of_it_named() {
    let probes: Vec<String> = (0..2_000).map(|at| format!("p{at}")).collect();
    let all: Vec<Passing<'_>> = probes.iter().map(|probe| cell(probe, "1.21.13", 0, "x")).collect();
    let drift = compared(&[], &all);
    assert_eq!((drift.new_failures.count, drift.new_failures.named.len()), (2_000, 500));
}
