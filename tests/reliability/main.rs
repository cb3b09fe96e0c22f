//! What is left when something goes wrong in the middle: commands are killed, interrupted, refused room and system calls.
//! A small sample runs with every test; `scripts/reliability.sh` runs all and writes docs/reliability.md. Linux only.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it does")]

mod faults;
mod full_disk;
mod interrupted;
mod killed;
mod page;
mod place;
#[path = "../integration/install/publisher.rs"]
#[allow(dead_code, reason = "shared with the integration tests, which use the rest")]
mod publisher;
mod random;
mod short_writes;
mod subject;
mod table;
mod unlisted;
#[path = "../integration/support"]
#[allow(dead_code, reason = "shared with the integration tests, which use the rest")]
mod support {
    pub mod environment;
    pub mod judged;
    pub mod lab;
    pub mod shards;
}

use interrupted::Moments;
use std::{env, fs, time::Instant};
use table::Table;

/// Any other is as good; this one makes a run repeatable.
const SEED: u64 = 13;

fn seed() -> u64 {
    env::var("GOENV_CI_RELIABILITY_SEED").map_or(SEED, |seed| seed.parse().expect("a number as the seed"))
}

fn faults_of(tables: &[Table]) -> Vec<String> {
    tables
        .iter()
        .flat_map(|table| {
            table.rows.iter().flat_map(|row| row.faults()).map(|fault| format!("{}: {fault}", table.part))
        })
        .collect()
}

fn assert_no_faults(tables: &[Table]) {
    let faults = faults_of(tables);
    assert!(faults.is_empty(), "this may not be left behind:\n  {}", faults.join("\n  "));
}

/// A sample of what cannot be had here is no success.
fn assert_sample(tables: &[Table]) {
    for table in tables {
        if let Some(why) = &table.skipped {
            support::lab::skip(&format!("{}: {why}", table.part));
        }
    }
    assert_no_faults(tables);
}

fn is_whole_campaign() -> bool {
    env::var_os("GOENV_CI_RELIABILITY").is_some()
}

#[test]
fn a_sample_of_killed_applies_leaves_every_line() {
    if !is_whole_campaign() {
        assert_sample(&[killed::run(seed(), 20, 20)]);
    }
}

#[test]
fn a_sample_of_applies_without_room_leaves_every_line() {
    if !is_whole_campaign() {
        let extent = full_disk::Extent { step: 17, full: 8, read_only: 8, writers: 10 };
        assert_sample(&[full_disk::run(seed(), extent)]);
    }
}

#[test]
fn a_sample_of_interrupted_commands_leaves_nothing() {
    if !is_whole_campaign() {
        let moments = Moments { verify: 1, cold: 0, others: 2 };
        assert_sample(&[interrupted::native(seed(), moments, &["TERM", "KILL"])]);
    }
}

#[test]
fn a_sample_of_failing_system_calls_is_refused_by_name() {
    if !is_whole_campaign() {
        assert_sample(&[faults::run(faults::Extent { most: 20, is_sample: true }), short_writes::run(true)]);
    }
}

#[test]
fn what_a_command_left_ends_where_processes_cannot_be_listed() {
    if faults::strace_works() {
        unlisted::assert_nothing_outlives_it();
    } else {
        support::lab::skip(faults::NO_STRACE);
    }
}

/// A part of the campaign, with all that it needs to know.
type Run = Box<dyn Fn() -> Table>;

/// Runs with `GOENV_CI_RELIABILITY=all`, or a part.
#[test]
fn the_whole_campaign_leaves_nothing() {
    let Ok(part) = env::var("GOENV_CI_RELIABILITY") else { return };
    let seed = seed();
    let number = |name: &str, otherwise: u32| env::var(name).map_or(otherwise, |text| text.parse().expect("a number"));
    let many = number("GOENV_CI_RELIABILITY_MOMENTS", 100);
    let moments = Moments { verify: many, cold: many / 5, others: many };
    let of_wine = number("GOENV_CI_RELIABILITY_WINE_MOMENTS", many);
    let wine = Moments { verify: of_wine, cold: 0, others: of_wine };
    let extent = full_disk::Extent { step: 1, full: 3 * many, read_only: 3 * many, writers: 100 };
    let parts: [(&str, Run); 6] = [
        (killed::PART, Box::new(move || killed::run(seed, 10 * many, 100))),
        (full_disk::PART, Box::new(move || full_disk::run(seed, extent))),
        (interrupted::PART, Box::new(move || interrupted::native(seed, moments, &["INT", "TERM", "KILL"]))),
        (interrupted::WINE, Box::new(move || interrupted::under_wine(seed, wine))),
        (faults::PART, Box::new(move || faults::run(faults::Extent { most: 6 * many as usize, is_sample: false }))),
        (short_writes::PART, Box::new(|| short_writes::run(false))),
    ];
    let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    let (mut tables, state) = (Vec::new(), page::state());
    for (name, run) in parts.iter().filter(|(name, _)| part == "all" || part == *name) {
        let begun = Instant::now();
        tables.push(run());
        eprintln!("{name}: {} s", begun.elapsed().as_secs());
        eprintln!("{}", tables.last().map(Table::markdown).unwrap_or_default());
    }
    assert!(!tables.is_empty(), "no part is called `{part}`; there are {}", names.join(", "));
    if part == "all" {
        fs::write(page::page(), page::render(&tables, &state, seed)).unwrap();
        eprintln!("written: {}", page::page().display());
    }
    assert_no_faults(&tables);
}
