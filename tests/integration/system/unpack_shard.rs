//! Artifacts that somebody made to do harm: refused whole, with nothing left.

use goenv_ci::system::unpack_shard::{MAX_ENTRIES, unpack_reports, unpack_within};
use std::{
    fs,
    io::{Cursor, Write},
};
use zip::{ZipWriter, write::SimpleFileOptions};

type Zip = ZipWriter<Cursor<Vec<u8>>>;

fn archive(build: impl FnOnce(&mut Zip)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    build(&mut zip);
    zip.finish().unwrap().into_inner()
}

fn file(zip: &mut Zip, name: &str, content: &[u8]) {
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
}

/// A good report first, so that something could be left behind.
fn with(name: &str) -> Vec<u8> {
    archive(|zip| {
        file(zip, "a/report.json", b"{}");
        file(zip, name, b"x");
    })
}

fn refusal(archive: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let (zip, dest) = (dir.path().join("a.zip"), dir.path().join("in/dest"));
    fs::write(&zip, archive).unwrap();
    let why = unpack_reports(&zip, &dest).unwrap_err().to_string();
    assert!(!dest.exists(), "something is left: {why}");
    let all: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(all.iter().all(|name| name == "a.zip" || name == "in"), "{all:?}");
    why
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    for name in [
        "../report.json",
        "a/../../report.json",
        "/report.json",
        "C:/report.json",
        "C:report.json",
        r"..\report.json",
        r"\\h\s\report.json",
        "a/NUL.json",
        "report.json.",
    ] {
        let why = refusal(&with(name));
        assert!(why.contains("the archive is refused: entry `"), "{name}: {why}");
    }
}

#[test]
fn names_that_are_one_on_some_file_systems_are_refused() {
    for name in ["A/report.json", "a/REPORT.json", "a", "A"] {
        assert!(refusal(&with(name)).contains("case aside"), "{name}");
    }
}

#[test]
fn links_are_refused() {
    let link = archive(|zip| {
        file(zip, "a/report.json", b"{}");
        zip.add_symlink("b", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    });
    assert!(refusal(&link).contains("a link"));
}

#[test]
fn too_many_entries_too_many_bytes_and_bombs_are_refused() {
    let many = archive(|zip| (0..=MAX_ENTRIES).for_each(|at| file(zip, &format!("{at}/report.json"), b"{}")));
    assert!(refusal(&many).contains("entries"));
    let bomb = archive(|zip| file(zip, "report.json", &vec![b' '; 4 << 20]));
    assert!(refusal(&bomb).contains("times its packed size"));
    let mut huge = with("b/report.json");
    // The unpacked length of the first entry in the central directory.
    let at = huge.windows(4).position(|window| window == b"PK\x01\x02").unwrap() + 24;
    huge[at..at + 4].copy_from_slice(&(u32::MAX - 1).to_le_bytes());
    assert!(refusal(&huge).contains("bytes in all"));
}

#[test]
fn an_entry_of_another_size_than_it_says_takes_the_whole_archive_with_it() {
    for size in [1_u32, 3] {
        let mut lying = archive(|zip| {
            file(zip, "a/report.json", b"{}");
            file(zip, "b/report.json", b"{}");
        });
        let at = lying.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap() + 24;
        lying[at..at + 4].copy_from_slice(&size.to_le_bytes());
        refusal(&lying);
    }
}

#[test]
fn what_is_no_archive_is_refused() {
    assert!(refusal(b"<html>").contains("refused"));
}

#[test]
fn a_report_folder_gives_its_report_alone() {
    let dir = tempfile::tempdir().unwrap();
    let good = archive(|zip| {
        zip.add_directory("go-1.21", SimpleFileOptions::default()).unwrap();
        for name in ["go-1.21/report.json", "go-1.21/index.html", "report.json"] {
            file(zip, name, b"{}");
        }
    });
    let (zip, dest) = (dir.path().join("a.zip"), dir.path().join("dest"));
    fs::write(&zip, good).unwrap();
    assert_eq!(
        unpack_reports(&zip, &dest).unwrap(),
        [dest.join("go-1.21").join("report.json"), dest.join("report.json")]
    );
    assert!(!dest.join("go-1.21/index.html").exists());
}

#[test]
fn what_all_archives_hold_together_has_a_limit() {
    let dir = tempfile::tempdir().unwrap();
    let (zip, room) = (dir.path().join("a.zip"), std::sync::atomic::AtomicU64::new(25));
    fs::write(&zip, archive(|zip| file(zip, "report.json", &[b'x'; 10]))).unwrap();
    for (name, fits) in [("one", true), ("two", true), ("three", false)] {
        let dest = dir.path().join(name);
        let unpacked = unpack_within(&zip, &dest, &room);
        assert_eq!((unpacked.is_ok(), dest.exists()), (fits, fits), "{name}: {unpacked:?}");
    }
}
