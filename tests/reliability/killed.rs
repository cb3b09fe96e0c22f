//! `apply` that is killed while a hundred others write the same files.

use crate::{
    place::{Place, Program, signal, wait},
    random::Random,
    subject,
    table::{
        Row,
        Rule::{self, Counts, Zero},
        Table,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Write,
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

pub const PART: &str = "apply-killed";

const ABOUT: &str = "`goenv-ci apply` is killed (SIGKILL) at moments that are spread evenly over its run, while other \
programs append to GITHUB_ENV and GITHUB_PATH, a line with each write. After each round one `apply` runs to its end. *Half \
lines*: lines that nobody wrote. *Lost lines*: lines that somebody wrote and that are not there once each. *Left by a kill*: \
files that a killed `apply` left.";

const COLUMNS: [(&str, Rule); 8] = [
    ("kills", Counts),
    ("in time", Counts),
    ("lines of others", Counts),
    ("half lines", Zero),
    ("lost lines", Zero),
    ("left by a kill", Counts),
    ("left after the next run", Zero),
    ("the next run failed", Zero),
];

/// In one round, on fresh files, so that they stay short.
const KILLS_IN_A_ROUND: u32 = 20;

pub fn run(seed: u64, kills: u32, writers: usize) -> Table {
    let mut row = Row::new(format!("{writers} writers"), &COLUMNS);
    let mut random = Random::of(seed, PART);
    let length = length();
    for _ in 0..kills.div_ceil(KILLS_IN_A_ROUND) {
        round(&mut row, &mut random, length, kills.min(KILLS_IN_A_ROUND), writers);
    }
    Table { part: PART, about: ABOUT.to_owned(), rows: vec![row], skipped: None }
}

/// Of a run beside nobody.
fn length() -> Duration {
    let subject = subject::apply(Program::native());
    let mut lengths: Vec<Duration> = (0..9)
        .map(|_| {
            subject.prepare();
            let begun = Instant::now();
            subject.place.run(&subject.args);
            begun.elapsed()
        })
        .collect();
    lengths.sort();
    lengths[4]
}

fn round(row: &mut Row, random: &mut Random, length: Duration, kills: u32, writers: usize) {
    let place = subject::apply(Program::native()).place;
    let args = ["apply".to_owned()];
    let over = AtomicBool::new(false);
    let pauses: Vec<Duration> = (0..writers).map(|_| Duration::from_micros(2_000 + random.below(20_000))).collect();
    let mut left = BTreeSet::new();
    let written: Vec<usize> = thread::scope(|scope| {
        let (place, over) = (&place, &over);
        let running: Vec<_> = pauses
            .iter()
            .enumerate()
            .map(|(at, pause)| scope.spawn(move || keep_writing(place, at, *pause, over)))
            .collect();
        for at in 0..kills {
            let mut child = place.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // Beside so many writers it takes longer than alone.
            let share = 1.5 * (f64::from(at) + random.fraction()) / f64::from(kills);
            thread::sleep(length.mul_f64(share));
            signal(child.id(), "KILL");
            row.add("kills");
            if wait(&mut child).is_some_and(|status| status.code().is_none()) {
                row.add("in time");
            }
            left.extend(unfinished(place));
        }
        over.store(true, Ordering::Relaxed);
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    row.add_all("lines of others", 2 * written.iter().sum::<usize>());
    row.add_all("left by a kill", left.len());
    let last = place.run(&args);
    if !last.status.success() {
        row.saw("the next run failed", String::from_utf8_lossy(&last.stderr).into_owned());
    }
    row.saw_all("left after the next run", unfinished(&place).into_iter().collect());
    judge(row, &place, &written);
}

fn keep_writing(place: &Place, writer: usize, pause: Duration, over: &AtomicBool) -> usize {
    let open = |name| File::options().append(true).open(place.path(name)).unwrap();
    let (mut env, mut path) = (open("env"), open("path"));
    let mut lines = 0;
    while !over.load(Ordering::Relaxed) {
        env.write_all(env_line(writer, lines).as_bytes()).unwrap();
        path.write_all(path_line(writer, lines).as_bytes()).unwrap();
        lines += 1;
        thread::sleep(pause);
    }
    lines
}

fn env_line(writer: usize, line: usize) -> String {
    format!("W{writer}_{line}={}\n", "v".repeat(writer % 40))
}

fn path_line(writer: usize, line: usize) -> String {
    format!("/w{writer}/{line}\n")
}

/// Files of an `apply` that did not end.
fn unfinished(place: &Place) -> BTreeSet<String> {
    place.tree().into_iter().filter(|path| path.contains(".goenv-ci-")).collect()
}

fn judge(row: &mut Row, place: &Place, written: &[usize]) {
    let root = place.root().display();
    let own_env =
        [format!("GOCACHE={root}/tmp/go-cache"), format!("GOPATH={root}/app/go"), format!("GOBIN={root}/app/go/bin")];
    let own_path = [format!("{root}/app/go/bin")];
    let line_of: [fn(usize, usize) -> String; 2] = [env_line, path_line];
    for (file, (line, own)) in ["env", "path"].into_iter().zip(line_of.into_iter().zip([&own_env[..], &own_path[..]])) {
        let content = String::from_utf8(place.read(file)).unwrap();
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for line in content.lines() {
            *found.entry(line).or_default() += 1;
        }
        for (writer, lines) in written.iter().enumerate() {
            for at in 0..*lines {
                let wanted = line(writer, at);
                if found.remove(wanted.trim_end()) != Some(1) {
                    row.saw("lost lines", format!("{file}: {}", wanted.trim_end()));
                }
            }
        }
        for own in own {
            if found.remove(own.as_str()).is_none() {
                row.saw("lost lines", format!("{file}: {own}"));
            }
        }
        row.saw_all("half lines", found.into_keys().map(|line| format!("{file}: {line:?}")).collect());
        if !content.ends_with('\n') {
            row.saw("half lines", format!("{file}: the last"));
        }
    }
}
