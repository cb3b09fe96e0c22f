//! The report folder: made early, filled as a whole, honest about what fails.

use goenv_ci::system::report_dir::{ReportDir, ReportDirError};
use std::fs;

fn names(dir: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn opening_makes_the_folder_and_leaves_nothing_in_it() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("a/b");
    ReportDir::open(&path).unwrap();
    assert_eq!(names(&path), Vec::<String>::new());
}

#[test]
fn a_second_run_replaces_the_files_and_leaves_others_alone() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("mine.txt"), "kept").unwrap();
    for content in ["a longer first text", "second\n"] {
        let dir = ReportDir::open(scratch.path()).unwrap();
        dir.write(&[("report.json", content.to_owned()), ("report.md", content.to_owned())]).unwrap();
    }
    assert_eq!(names(scratch.path()), ["mine.txt", "report.json", "report.md"]);
    assert_eq!(fs::read(scratch.path().join("report.md")).unwrap(), b"second\n");
}

#[test]
fn a_file_in_the_way_of_the_folder_is_named_before_the_work() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("taken");
    fs::write(&path, "").unwrap();
    let error = ReportDir::open(&path).unwrap_err();
    assert!(matches!(error, ReportDirError::Create { .. }));
    assert!(error.to_string().contains("taken"), "{error}");
}

#[test]
fn a_folder_in_the_way_of_a_file_is_named_and_nothing_is_left_behind() {
    let scratch = tempfile::tempdir().unwrap();
    fs::create_dir_all(scratch.path().join("report.md/full")).unwrap();
    let dir = ReportDir::open(scratch.path()).unwrap();
    let files = [("report.json", String::new()), ("report.md", String::new()), ("index.html", String::new())];
    let error = dir.write(&files).unwrap_err();
    assert!(error.to_string().contains("report.md"), "{error}");
    assert_eq!(names(scratch.path()), ["report.json", "report.md"]);
}

#[cfg(unix)]
#[test]
fn others_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = tempfile::tempdir().unwrap();
    ReportDir::open(scratch.path()).unwrap().write(&[("report.json", String::new())]).unwrap();
    let by_hand = scratch.path().join("by-hand");
    fs::write(&by_hand, "").unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&scratch.path().join("report.json")), mode(&by_hand));
}
