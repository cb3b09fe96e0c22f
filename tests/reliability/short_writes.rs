//! Writes that take only a part of what they are given, as on a disk that is nearly full.

use crate::{
    faults::{COLUMNS, Sound},
    place::Program,
    subject::{self, Subject},
    table::{Row, Table},
};
use std::{fs, path::Path, process::Command};

pub const PART: &str = "short-writes";

const ABOUT: &str = "A library that is loaded before the C library's (LD_PRELOAD) shortens one `write` to a file to half of its bytes: \
each that the command makes, in turn. *Then it goes on*: the next write takes all. *Then the disk is full*: every later write \
to the same file is ENOSPC. The columns are those of system calls.";

/// Counts writes to regular files, and shortens one. It is no variable of goenv-ci's that tells it which.
const LIBRARY: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
static int count, full = -1;
ssize_t write(int fd, const void *bytes, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    const char *which = getenv("SHORTENED_WRITE"), *then = getenv("SHORTENED_THEN_FULL");
    struct stat found;
    if (!which || length < 2 || fstat(fd, &found) || !S_ISREG(found.st_mode)) return real(fd, bytes, length);
    if (fd == full) { errno = ENOSPC; return -1; }
    if (__sync_add_and_fetch(&count, 1) != atoi(which)) return real(fd, bytes, length);
    if (then) full = fd;
    const char *reached = getenv("SHORTENED_REACHED");
    if (reached) { truncate(reached, 1); }
    return real(fd, bytes, length / 2);
}
"#;

pub fn run(is_sample: bool) -> Table {
    let dir = tempfile::tempdir().unwrap();
    let Some(library) = compile(dir.path()) else {
        return Table::skipped(PART, ABOUT, "there is no C compiler `cc`");
    };
    let mut subjects = vec![subject::apply(Program::native())];
    if !is_sample {
        subjects.extend([
            subject::examine(Program::native()),
            subject::merge(Program::native(), 3),
            subject::publish(Program::native(), 3),
            subject::fix(Program::native()),
            subject::install(Program::native(), 20),
        ]);
    }
    let mut rows = Vec::new();
    for mut subject in subjects {
        let sound = Sound::of(&subject);
        subject.place.set("LD_PRELOAD", library.to_str().unwrap());
        for then_full in [false, true] {
            rows.push(row(&mut subject, &sound, then_full).told());
        }
    }
    Table { part: PART, about: ABOUT.to_owned(), rows, skipped: None }
}

fn compile(dir: &Path) -> Option<std::path::PathBuf> {
    let (source, library) = (dir.join("short.c"), dir.join("short.so"));
    fs::write(&source, LIBRARY).unwrap();
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-w", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    made.is_ok_and(|status| status.success()).then_some(library)
}

/// More writes than this are not shortened one by one.
const MOST: usize = 400;

fn row(subject: &mut Subject, sound: &Sound, then_full: bool) -> Row {
    let what = if then_full { "then the disk is full" } else { "then it goes on" };
    let mut row = Row::new(format!("`{}`, {what}", subject.name), &COLUMNS);
    let reached = subject.place.path("given/reached");
    subject.place.set("SHORTENED_REACHED", reached.to_str().unwrap());
    if then_full {
        subject.place.set("SHORTENED_THEN_FULL", "yes");
    }
    for nth in 1..=MOST {
        subject.prepare();
        fs::write(&reached, "").unwrap();
        subject.place.set("SHORTENED_WRITE", &nth.to_string());
        let output = subject.place.run(&subject.args);
        if fs::metadata(&reached).unwrap().len() == 0 {
            break;
        }
        row.add("faults");
        // Which file it was the library does not say; that one of ours is named, in quotes, does.
        let root = subject.place.root().to_str().unwrap().to_owned();
        sound.judge(&mut row, subject, &output, &format!("write {nth}"), &[&root]);
    }
    row
}
