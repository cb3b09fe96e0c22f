use super::*;
use crate::platform::env::EnvBlock;
use Platform::{Linux, Windows};
use std::{cell::RefCell, io};

/// Drives by their letter: free bytes and files in a second.
struct FakeDisks {
    drives: Vec<(&'static str, u64, u32)>,
    bursts: RefCell<Vec<String>>,
}

impl FakeDisks {
    fn new(drives: &[(&'static str, u64, u32)]) -> Self {
        Self { drives: drives.to_vec(), bursts: RefCell::default() }
    }

    fn at(&self, path: &str) -> Option<&(&'static str, u64, u32)> {
        self.drives.iter().filter(|(mount, ..)| path.starts_with(mount)).max_by_key(|(mount, ..)| mount.len())
    }
}

impl Disks for FakeDisks {
    fn drive_of(&self, path: &str) -> Option<Drive> {
        let (mount, free_bytes, _) = self.at(path)?;
        Some(Drive { mount: (*mount).to_owned(), file_system: "NTFS".into(), free_bytes: *free_bytes, leads_to: None })
    }

    fn burst(&self, dir: &str, _: Duration) -> io::Result<Burst> {
        self.bursts.borrow_mut().push(dir.to_owned());
        match self.at(dir) {
            Some((.., 0)) | None => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
            Some((.., files)) => Ok(Burst { files: *files, duration: Duration::from_secs(1) }),
        }
    }
}

fn facts(platform: Platform, temp: &str, workspace: &str, profile: (&str, &str)) -> Facts {
    let pairs = [("RUNNER_TEMP", temp), ("RUNNER_WORKSPACE", workspace), profile];
    Facts {
        runner: "current".into(),
        label: String::new(),
        platform,
        arch: "X64".into(),
        image: String::new(),
        repository: "org/app".into(),
        temp: temp.into(),
        temp_emptied: None,
        workspace: workspace.into(),
        checkout: workspace.into(),
        path: Vec::new(),
        preinstalled: Vec::new(),
        env: EnvBlock::from_pairs(platform, pairs),
        assumptions: Vec::new(),
    }
}

fn windows() -> Facts {
    facts(Windows, r"D:\a\_temp", r"D:\a\app", ("LOCALAPPDATA", r"C:\Users\r\AppData\Local"))
}

const GB: u64 = 1_000_000_000;

#[test]
fn the_faster_drive_is_named_with_the_figures_that_were_measured() {
    let disks = FakeDisks::new(&[("D:\\", 61 * GB, 2_410), ("C:\\", 20 * GB, 890)]);
    let found = look(&windows(), &disks, true);
    assert_eq!(line(&found.places[0]), r"RUNNER_TEMP `D:\a\_temp`: drive `D:\`, NTFS, 61 GB free, 2,410 files/s");
    assert_eq!(
        found.advice,
        [
            "RUNNER_TEMP takes small files 2.7 times as fast as LOCALAPPDATA (2,410 against 890 files/s): a good place for GOCACHE and GOPATH"
        ]
    );
    assert_eq!(disks.bursts.borrow().len(), 2, "once for each drive: {:?}", disks.bursts);
}

#[test]
fn a_slow_d_drive_is_not_praised() {
    let disks = FakeDisks::new(&[("D:\\", 61 * GB, 400), ("C:\\", 20 * GB, 900)]);
    let advice = look(&windows(), &disks, true).advice;
    assert!(
        advice[0].starts_with("LOCALAPPDATA takes small files 2.2 times as fast as RUNNER_TEMP")
            && advice[0].contains("20 GB free")
            && advice[0].contains("--gocache"),
        "{advice:?}"
    );
    let equal = FakeDisks::new(&[("D:\\", 61 * GB, 1_000), ("C:\\", 20 * GB, 900)]);
    assert!(look(&windows(), &equal, true).advice[0].contains("about equally fast (1,000 against 900 files/s)"));
}

#[test]
fn without_the_flag_nothing_is_written_and_the_flag_is_named() {
    let disks = FakeDisks::new(&[("D:\\", 61 * GB, 1), ("C:\\", 20 * GB, 1)]);
    let found = look(&windows(), &disks, false);
    assert!(disks.bursts.borrow().is_empty());
    assert!(
        found.advice[0].contains("different drives") && found.advice[0].contains("--measure-drives"),
        "{:?}",
        found.advice
    );
}

#[test]
fn one_drive_makes_no_difference_and_little_room_is_said() {
    let disks = FakeDisks::new(&[("/", 1_234_000_000, 5)]);
    let found = look(&facts(Linux, "/w/_temp", "/w/app", ("HOME", "/home/r")), &disks, true);
    assert_eq!(found.advice.len(), 2, "{:?}", found.advice);
    assert!(found.advice[0].starts_with("RUNNER_TEMP, RUNNER_WORKSPACE and HOME lie on one drive"));
    assert!(found.advice[1].contains("only 1.2 GB are free on `/`"));
    assert_eq!(disks.bursts.borrow().len(), 1);
}

#[test]
fn a_drive_that_cannot_be_written_or_is_not_listed_is_no_reason_to_stop() {
    let disks = FakeDisks::new(&[("D:\\", 61 * GB, 0)]);
    let found = look(&windows(), &disks, true);
    assert!(line(&found.places[0]).contains("not measured: "));
    assert!(line(&found.places[2]).contains("on no drive that the system lists"));
    assert!(found.advice.is_empty(), "{:?}", found.advice);
}

#[test]
fn one_drive_with_room_is_not_worth_a_line() {
    let linux = facts(Linux, "/w/_temp", "/w/app", ("HOME", "/home/r"));
    let seen = |facts: &Facts, drives: &[(&'static str, u64, u32)], measure| {
        matter(&look(facts, &FakeDisks::new(drives), measure))
    };
    assert!(!seen(&linux, &[("/", 60 * GB, 5)], false));
    assert!(seen(&linux, &[("/", 60 * GB, 5)], true), "somebody asked for the figures");
    assert!(seen(&linux, &[("/", GB, 5)], false), "little room");
    assert!(seen(&windows(), &[("D:\\", 61 * GB, 5), ("C:\\", 20 * GB, 5)], false), "two drives");
}

#[test]
fn numbers_are_written_for_people() {
    for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(number), text);
    }
    for (bytes, text) in [(5_000_000, "5 MB"), (9_950_000_000, "9.9 GB"), (12 * GB, "12 GB"), (2_000 * GB, "2,000 GB")]
    {
        assert_eq!(size(bytes), text);
    }
    assert_eq!(Burst { files: 7, duration: Duration::ZERO }.files_per_second(), 0);
}
