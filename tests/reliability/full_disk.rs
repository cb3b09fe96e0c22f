//! `apply` on a disk that fills, and on files that turn read-only.

use crate::{
    place::{Place, Program, wait},
    random::Random,
    subject,
    table::{
        Row,
        Rule::{self, Counts, Zero},
        Table,
    },
};
use std::{
    fs::{self, File, Permissions},
    io::{Read, Write},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::{CommandExt, ExitStatusExt},
    },
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

pub const PART: &str = "apply-refused-room";

const ABOUT: &str = "`goenv-ci apply` where its files cannot take all of it. *Size limit*: RLIMIT_FSIZE lets GITHUB_ENV, \
GITHUB_PATH or GITHUB_OUTPUT grow by 0, 1, 2... bytes. *Full disk*: a file system in memory whose last page takes only so \
many bytes, while others append lines to the same GITHUB_ENV and room comes and goes. *Read-only*: the three files lose \
the permission to be written at moments spread over the run. Each run ends with exit code 3 and the name of a file \
that could not be written, or with all lines in their place.";

const COLUMNS: [(&str, Rule); 8] = [
    ("runs", Counts),
    ("all written", Counts),
    ("refused", Counts),
    ("lines of others", Counts),
    ("half lines", Zero),
    ("lost lines", Zero),
    ("leftovers", Zero),
    ("ended otherwise, or named no file", Zero),
];

/// How much is tried.
#[derive(Clone, Copy)]
pub struct Extent {
    /// Every so many bytes of room.
    pub step: usize,
    /// On the disk that is full.
    pub full: u32,
    /// On files that turn read-only.
    pub read_only: u32,
    /// Beside them.
    pub writers: usize,
}

pub fn run(seed: u64, extent: Extent) -> Table {
    let mut rows: Vec<Row> = ["env", "path", "output"].map(|file| size_limit(file, extent.step)).into();
    let mut about = ABOUT.to_owned();
    if is_root() {
        rows.push(full_disk(seed, extent));
    } else {
        about += " The full disk needs root, and is not in this run.";
    }
    rows.push(read_only(seed, extent.read_only));
    Table { part: PART, about, rows, skipped: None }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// What a file holds before: more than any other of the run, so that the limit is its own.
fn held(file: &str) -> String {
    let line = |at: usize| if file == "path" { format!("/held/{at}\n") } else { format!("HELD_{at}=v\n") };
    (0..1_000).map(line).collect()
}

/// The lines that `apply` writes to one of the files.
fn own_lines(place: &Place, file: &str) -> Vec<String> {
    let root = place.root().display();
    let values = [format!("{root}/tmp/go-cache"), format!("{root}/app/go"), format!("{root}/app/go/bin")];
    match file {
        "env" => {
            ["GOCACHE", "GOPATH", "GOBIN"].iter().zip(values).map(|(name, value)| format!("{name}={value}\n")).collect()
        }
        "path" => vec![format!("{}\n", values[2])],
        _ => Vec::new(),
    }
}

fn size_limit(file: &str, step: usize) -> Row {
    let mut row = Row::new(format!("size limit of GITHUB_{}", file.to_uppercase()), &COLUMNS);
    let subject = subject::apply(Program::native());
    let place = &subject.place;
    let before = held(file);
    subject.prepare();
    place.write(file, &before);
    place.run(&subject.args);
    let whole = place.read(file);
    let tree = place.tree();
    for room in (0..=whole.len() - before.len() + 1).step_by(step) {
        subject.prepare();
        place.write(file, &before);
        let limit = before.len() + room;
        let limiter = ["prlimit".to_owned(), format!("--fsize={limit}:{limit}")];
        let output = place.wrapped(&limiter, &subject.args).output().unwrap();
        let content = place.read(file);
        row.add("runs");
        row.add_all("lines of others", 1_000);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        judge_end(&mut row, output.status, &said, content == whole, &format!("{room} bytes of room"));
        if !content.starts_with(before.as_bytes()) {
            row.saw("lost lines", format!("{room} bytes of room"));
        } else if content != whole && content != before.as_bytes() {
            row.saw(
                "half lines",
                format!("{room} bytes of room: {:?}", String::from_utf8_lossy(&content[before.len()..])),
            );
        }
        row.saw_all("leftovers", place.leftovers(&tree));
    }
    row
}

fn judge_end(row: &mut Row, status: ExitStatus, said: &str, is_whole: bool, about: &str) {
    // Which file depends on the case; that one is named, in quotes, does not.
    let names_a_file = said.contains("`/");
    match status.code() {
        Some(0) if is_whole => row.add("all written"),
        Some(3) if names_a_file => row.add("refused"),
        _ => row.saw("ended otherwise, or named no file", format!("{about}: {status}: {}", said.trim())),
    }
    if status.core_dumped() {
        row.saw("ended otherwise, or named no file", format!("{about}: it dumped its core"));
    }
}

/// A file system that goes with its value.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, kib: usize) -> Self {
        fs::create_dir_all(at).unwrap();
        let size = format!("size={kib}k,mode=755");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(at).status().unwrap();
        assert!(mounted.success(), "a small file system at {}", at.display());
        Self(at)
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

const PAGE: usize = 4_096;

fn full_disk(seed: u64, extent: Extent) -> Row {
    let mut row = Row::new(format!("full disk, {} writers", extent.writers), &COLUMNS);
    let mut random = Random::of(seed, "full disk");
    let mut place = Place::new(Program::native()).with_command_files();
    let at = place.path("small");
    let _disk = SmallDisk::mount(&at, 64);
    place.set("GITHUB_ENV", at.join("env").to_str().unwrap());
    let args = ["apply".to_owned()];
    place.run(&args);
    place.write("small/env", "");
    place.run(&args);
    let tree: std::collections::BTreeSet<String> =
        place.tree().into_iter().chain(["small/ballast".to_owned()]).collect();
    for _ in 0..extent.full {
        for file in ["path", "output"] {
            place.write(file, "");
        }
        // So that the last page has room for a part of what `apply` appends.
        let room = usize::try_from(random.below(200)).unwrap();
        let ballast = at.join("ballast");
        let _ = fs::remove_file(&ballast);
        let line = "HELD=v\n";
        let mut before = line.repeat((2 * PAGE - room) / line.len());
        before += &format!("H={}\n", "v".repeat((2 * PAGE - room).saturating_sub(before.len() + 3)));
        place.write("small/env", &before);
        fill(&ballast);
        let over = AtomicBool::new(false);
        let (output, written) = thread::scope(|scope| {
            let (env, over, ballast) = (at.join("env"), &over, &ballast);
            let writers: Vec<_> = (0..extent.writers)
                .map(|writer| {
                    let (env, pause) = (env.clone(), Duration::from_micros(500 + random.below(5_000)));
                    scope.spawn(move || append_while(&env, writer, pause, over))
                })
                .collect();
            let breath = Duration::from_micros(200 + random.below(2_000));
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    thread::sleep(breath);
                    File::options().write(true).open(ballast).unwrap().set_len(PAGE as u64).unwrap();
                    thread::sleep(breath / 4);
                    fill(ballast);
                }
            });
            let output = place.run(&args);
            over.store(true, Ordering::Relaxed);
            (output, writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>())
        });
        row.add("runs");
        judge_full(&mut row, &place, &before, &output, &written);
        row.saw_all("leftovers", place.leftovers(&tree));
    }
    row
}

/// Takes all the room that there is.
fn fill(ballast: &Path) {
    let mut file = File::options().append(true).create(true).open(ballast).unwrap();
    while file.write(&[b'b'; PAGE]).is_ok_and(|count| count > 0) {}
}

/// Appends lines; those that went in whole, and what of one went in only in part.
fn append_while(env: &Path, writer: usize, pause: Duration, over: &AtomicBool) -> Vec<String> {
    let mut file = File::options().append(true).open(env).unwrap();
    let mut written = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let line = format!("W{writer}_{}=v\n", written.len());
        if let Ok(count @ 1..) = file.write(line.as_bytes()) {
            written.push(line[..count].to_owned());
            if count < line.len() {
                break;
            }
        }
        thread::sleep(pause);
    }
    written
}

fn judge_full(row: &mut Row, place: &Place, before: &str, output: &std::process::Output, written: &[String]) {
    let content = String::from_utf8_lossy(&place.read("small/env")).into_owned();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let own = own_lines(place, "env").concat();
    judge_end(row, output.status, &said, content.contains(&own), "full disk");
    if !content.starts_with(before) {
        row.saw("lost lines", "what was there before");
    }
    let whole = written.iter().filter(|line| line.ends_with('\n'));
    row.add_all("lines of others", whole.clone().count());
    let lost: Vec<String> = whole.filter(|line| !content.contains(line.as_str())).cloned().collect();
    row.saw_all("lost lines", lost);
    // What another program left half is its own; the rest must be a line of somebody.
    let rest = content.replacen(&own, "", 1);
    if rest.contains("GOCACHE=") || rest.contains("GOPATH=") || rest.contains("GOBIN=") {
        row.saw("half lines", format!("{:?}", rest.rsplit("HELD=v\n").next().unwrap_or_default()));
    }
}

/// Whom root runs `apply` as: permissions do not stop root.
const NOBODY: u32 = 65_534;

fn read_only(seed: u64, runs: u32) -> Row {
    let mut row = Row::new("read-only", &COLUMNS);
    let mut random = Random::of(seed, "read-only");
    let bare = subject::apply(Program::native());
    let place = &bare.place;
    // Its own directory may be one that nobody else can enter.
    fs::copy(place.program(), place.path("given/goenv-ci")).unwrap();
    let files = ["env", "path", "output"].map(|file| place.path(file));
    let start = || {
        let mut command = place.wrapped(&[], &bare.args);
        let mut own = Command::new(place.path("given/goenv-ci"));
        own.args(command.get_args())
            .env_clear()
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        own.current_dir(place.path("app/app")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        if is_root() {
            own.uid(NOBODY).gid(NOBODY);
        }
        command = own;
        command.spawn().unwrap()
    };
    let prepare = || {
        for file in &files {
            fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
        }
        bare.prepare();
        if is_root() {
            for path in place.tree().iter().map(|name| place.path(name)).chain([place.root().to_owned()]) {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
    };
    let begun = std::time::Instant::now();
    prepare();
    wait(&mut start());
    let length = begun.elapsed();
    let wholes = ["env", "path", "output"].map(|file| place.read(file));
    let tree = place.tree();
    for at in 0..runs {
        prepare();
        let mut child = start();
        thread::sleep(length.mul_f64((f64::from(at) + random.fraction()) / f64::from(runs)));
        for file in &files {
            fs::set_permissions(file, Permissions::from_mode(0o444)).unwrap();
        }
        let status = wait(&mut child).unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        row.add("runs");
        let contents = ["env", "path", "output"].map(|file| place.read(file));
        judge_end(&mut row, status, &said, contents == wholes, "read-only");
        for (content, whole) in contents.iter().zip(&wholes) {
            if !content.is_empty() && content != whole {
                row.saw("half lines", String::from_utf8_lossy(content).into_owned());
            }
        }
        row.saw_all("leftovers", place.leftovers(&tree));
    }
    row
}
