//! Archives that lie about themselves.

use goenv_ci::system::unpack::unpack;
use std::{
    fs,
    io::{Cursor, Write},
    sync::atomic::{AtomicUsize, Ordering},
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// The length of an unpacked entry stands here after the signature of its record in the central directory.
const SIZE_AT: usize = 24;

fn archive(build: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    build(&mut zip);
    zip.finish().unwrap().into_inner()
}

fn with_file(name: &str, content: &[u8]) -> Vec<u8> {
    archive(|zip| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    })
}

fn says(mut archive: Vec<u8>, size: u32) -> Vec<u8> {
    let at = archive.windows(4).position(|window| window == b"PK\x01\x02").unwrap() + SIZE_AT;
    archive[at..at + 4].copy_from_slice(&size.to_le_bytes());
    archive
}

fn refusal(archive: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let (file, dest) = (dir.path().join("a.zip"), dir.path().join("dest"));
    fs::write(&file, archive).unwrap();
    fs::create_dir(&dest).unwrap();
    unpack(&file, "p/", &dest, &|| false).unwrap_err().to_string()
}

#[test]
fn an_entry_that_is_larger_or_smaller_than_it_says_is_refused() {
    let honest = with_file("p/a", &[b'x'; 1000]);
    for size in [999, 1001] {
        let refused = refusal(&says(honest.clone(), size));
        assert!(refused.contains("entry `p/a`") && refused.contains("declared"), "{size}: {refused}");
    }
}

#[test]
fn an_archive_that_would_fill_the_disk_is_refused_before_anything_is_written() {
    let refused = refusal(&says(with_file("p/a", b"x"), u32::MAX - 1));
    assert!(refused.contains("more than 524288000 bytes in all"), "{refused}");
}

#[test]
fn links_folders_and_entries_elsewhere_are_refused() {
    let link = archive(|zip| zip.add_symlink("p/a", "/etc/passwd", SimpleFileOptions::default()).unwrap());
    assert!(refusal(&link).contains("not a file"));
    let folder = archive(|zip| zip.add_directory("p/a", SimpleFileOptions::default()).unwrap());
    assert!(refusal(&folder).contains("not a file"));
    assert!(refusal(&with_file("q/a", b"")).contains("not below `p/`"));
}

#[test]
fn damaged_content_is_refused() {
    let mut archive = with_file("p/a", &(0..=255).cycle().take(5000).collect::<Vec<u8>>());
    archive[50] ^= 0xff;
    assert!(refusal(&archive).contains("entry `p/a`"));
}

#[test]
fn an_interruption_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    let many = archive(|zip| {
        for n in 0..200 {
            zip.start_file(format!("p/{n}"), SimpleFileOptions::default()).unwrap();
        }
    });
    fs::write(&file, many).unwrap();
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) > 10;
    let dest = dir.path().join("dest");
    fs::create_dir(&dest).unwrap();
    let why = unpack(&file, "p/", &dest, &stop).unwrap_err();
    assert_eq!(why.kind(), std::io::ErrorKind::Interrupted);
    assert!(fs::read_dir(&dest).unwrap().count() < 200);
}
