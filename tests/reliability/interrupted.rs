//! Commands that are ended at moments spread over their whole run.

use crate::{
    place::{Place, Program, signal, wait},
    random::Random,
    subject::{self, Subject},
    table::{
        Row,
        Rule::{self, Counts, Zero},
        Table,
    },
};
use std::{
    collections::BTreeSet,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

pub const PART: &str = "interrupted";
pub const WINE: &str = "interrupted-wine";

const ABOUT: &str = "Each command gets the signal at moments that are spread evenly over the time that a run of it takes \
here. *In time*: it ended by the signal, and not before. Right after its end: files that have a name and not all of their \
content, files that were not there before and do not belong there, and processes that it started and that are there a second \
later still. After SIGKILL nobody can clean up at once, so those two are counted, and must be 0 once the same command has run \
again. `verify` is three probes of GOBIN on Go 1.22; *nothing kept* compiles the runtime anew.";

/// What a signal that can be handled may not leave.
const HANDLED: [(&str, Rule); 8] = [
    ("runs", Counts),
    ("in time", Counts),
    ("half-written", Zero),
    ("leftovers", Zero),
    ("orphans", Zero),
    ("leftovers after the next run", Zero),
    ("orphans after the next run", Zero),
    ("ended otherwise, or the next run did", Zero),
];

/// Whether it ends the program without asking it.
fn kills(signal: &str, place: &Place) -> bool {
    signal == "KILL" || signal == "TERM" && place.is_wine()
}

/// After SIGKILL there is nobody who could.
fn columns(killed: bool) -> Vec<(&'static str, Rule)> {
    let rule =
        |(name, rule)| if killed && matches!(name, "leftovers" | "orphans") { (name, Counts) } else { (name, rule) };
    HANDLED.into_iter().map(rule).collect()
}

/// How often each command is disturbed.
#[derive(Clone, Copy)]
pub struct Moments {
    /// Of `verify`.
    pub verify: u32,
    /// Of `verify` that compiles everything anew.
    pub cold: u32,
    /// Of the others.
    pub others: u32,
}

pub fn native(seed: u64, moments: Moments, signals: &[&'static str]) -> Table {
    let program = Program::native;
    let mut subjects = vec![
        (subject::apply(program()), moments.others),
        (subject::fix(program()), moments.others),
        (subject::merge(program(), 12), moments.others),
        (subject::publish(program(), 12), moments.others),
        (subject::install(program(), 300), moments.others),
    ];
    subjects.extend(subject::verify(program(), false).map(|subject| (subject, moments.verify)));
    subjects.extend(subject::verify(program(), true).map(|subject| (subject, moments.cold)));
    Table { part: PART, about: ABOUT.to_owned(), rows: rows(&subjects, seed, signals), skipped: None }
}

/// The same of goenv-ci.exe. A signal from outside is what Wine makes of it: SIGINT is Ctrl-C, the others end the
/// process, as the task manager does.
pub fn under_wine(seed: u64, moments: Moments) -> Table {
    const OWN: &str = "The same for goenv-ci.exe under Wine, which makes Ctrl-C of SIGINT; SIGTERM and SIGKILL both end a \
program there as the task manager does, without asking it. `verify` is one probe, `gobin/target-is-in-gobin`.";
    let Some(exe) = std::env::var_os("GOENV_CI_RELIABILITY_EXE") else {
        return Table::skipped(WINE, OWN, "it needs Debian on x86-64 with Wine");
    };
    let program = || Program::Wine(exe.clone().into());
    let mut subjects =
        vec![(subject::apply(program()), moments.others), (subject::merge(program(), 12), moments.others)];
    subjects.extend(subject::verify(program(), false).map(|subject| (subject, moments.verify)));
    Table { part: WINE, about: OWN.to_owned(), rows: rows(&subjects, seed, &["INT", "TERM", "KILL"]), skipped: None }
}

fn rows(subjects: &[(Subject, u32)], seed: u64, signals: &[&'static str]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (subject, moments) in subjects.iter().filter(|(_, moments)| *moments > 0) {
        let usual = Usual::of(subject);
        for signal in signals {
            let mut random = Random::of(seed, &format!("{} {signal}", subject.name));
            rows.push(row(subject, &usual, signal, *moments, &mut random).told());
        }
    }
    rows
}

/// A run that nobody disturbs.
struct Usual {
    exit: Option<i32>,
    length: Duration,
    /// What lies there before it and after it.
    tree: BTreeSet<String>,
}

impl Usual {
    fn of(subject: &Subject) -> Self {
        let mut lengths = Vec::new();
        let (mut exit, mut said, mut tree) = (None, String::new(), BTreeSet::new());
        for _ in 0..3 {
            subject.prepare();
            tree.extend(subject.place.tree());
            let begun = Instant::now();
            let output = subject.place.run(&subject.args);
            lengths.push(begun.elapsed());
            exit = output.status.code();
            said = String::from_utf8_lossy(&output.stderr).into_owned();
            tree.extend(subject.place.tree());
        }
        let wrote = !subject.place.contents(&subject.writes).is_empty();
        assert!(wrote, "{}: an undisturbed run ends with {exit:?} and writes nothing: {said}", subject.name);
        lengths.sort();
        Self { exit, length: lengths[1], tree }
    }
}

fn row(subject: &Subject, usual: &Usual, by: &str, moments: u32, random: &mut Random) -> Row {
    let mut row = Row::new(format!("`{}`, SIG{by}", subject.name), &columns(kills(by, &subject.place)));
    for at in 0..moments {
        subject.prepare();
        row.add("runs");
        let mut command = subject.place.command(&subject.args);
        // In a group of its own, so that the signal reaches it alone.
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
        let share = (f64::from(at) + random.fraction()) / f64::from(moments);
        thread::sleep(usual.length.mul_f64(share));
        signal(child.id(), by);
        let Some(status) = wait(&mut child) else {
            row.saw("ended otherwise, or the next run did", "it never ended");
            continue;
        };
        let by_signal = status.signal().is_some()
            || status.code() == Some(130)
            || subject.place.is_wine() && status.code() != usual.exit;
        if by_signal {
            row.add("in time");
        } else if status.code() != usual.exit {
            row.saw("ended otherwise, or the next run did", format!("{status}"));
        }
        row.saw_all("orphans", subject.place.orphans());
        row.saw_all("leftovers", subject.place.leftovers(&usual.tree));
        row.saw_all("half-written", subject.half_written());
        if kills(by, &subject.place) || at % 10 == 9 {
            let next = subject.place.run(&subject.args);
            if next.status.code() != usual.exit {
                let said = String::from_utf8_lossy(&next.stderr).lines().last().unwrap_or_default().to_owned();
                row.saw("ended otherwise, or the next run did", format!("next: {}: {said}", next.status));
            }
            row.saw_all("orphans after the next run", subject.place.orphans());
            row.saw_all("leftovers after the next run", subject.place.leftovers(&usual.tree));
            row.saw_all("half-written", subject.half_written());
        }
        forget(&subject.place, &usual.tree);
    }
    row
}

/// The next disturbance begins without what an earlier one left.
fn forget(place: &Place, tree: &BTreeSet<String>) {
    place.end_all();
    for left in place.leftovers(tree) {
        place.clear(&left);
        // A file it may be, or gone by now.
        let _ = std::fs::remove_file(place.path(&left));
    }
}
