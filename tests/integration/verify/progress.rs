//! What standard error shows meanwhile: a live line that leaves nothing on a terminal, a group in a runner's log.

use crate::support::{judged, system_needs, system_path};
use rustix::{
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};
use std::{
    ffi::OsStr,
    fs::{self, File},
    io::Read,
    os::unix::ffi::OsStrExt,
    process::{Command, ExitStatus, Stdio},
};
use tempfile::TempDir;
use unicode_width::UnicodeWidthChar;

/// Narrower than the names of the cells are.
const COLUMNS: u16 = 40;

/// Probes whose names are wide, one of which fails.
const PROBES: &str = "\
- id: holds
  variable: GOBIN
  why: it is what it is set to
  env: { GOBIN: /b }
  steps: [{ run: [go, env, GOBIN] }]
  expect: [{ stdout_is: /b }]
  control: { set: { GOBIN: /c } }
- id: fails
  variable: GOBIN
  why: it is something else
  steps: [{ run: [go, env, GOROOT] }]
  expect: [{ stdout_is: nowhere }]
  control: { set: { GOBIN: /c } }
";

/// `verify` with these probes; `None` where no toolchain is here.
fn verify(dir: &TempDir) -> Option<Command> {
    let matrix = dir.path().join("matrix");
    fs::create_dir_all(&matrix).unwrap();
    fs::write(matrix.join("日本語の名前がとても長い環境変数.yml"), PROBES).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command.args(["verify", "--go", "1.23", "--jobs", "1", "--matrix"]).arg(matrix);
    command.env_clear().envs(system_needs()).env("PATH", system_path()).env("TERM", "xterm-256color");
    command.env("RUNNER_TOOL_CACHE", judged::tool_cache()?).env("HOME", dir.path()).env("TMPDIR", dir.path());
    Some(command)
}

/// Runs it with its standard error on a terminal, and interrupts it once `interrupt` is shown there; what the
/// terminal got.
fn on_a_terminal(mut command: Command, mut interrupt: Option<&str>) -> (ExitStatus, Vec<u8>) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    tcsetwinsize(&controller, Winsize { ws_row: 24, ws_col: COLUMNS, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let terminal = File::options().read(true).write(true).open(OsStr::from_bytes(name.to_bytes())).unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(terminal).spawn().unwrap();
    drop(command);
    let mut shown = Vec::new();
    let mut controller = File::from(controller);
    let mut chunk = [0; 4096];
    // The system says that the other side is closed by an error.
    while let Ok(length @ 1..) = controller.read(&mut chunk) {
        shown.extend_from_slice(&chunk[..length]);
        if interrupt.is_some_and(|stage| String::from_utf8_lossy(&shown).contains(stage)) {
            kill_process(Pid::from_child(&child), Signal::INT).unwrap();
            interrupt = None;
        }
    }
    (child.wait().unwrap(), shown)
}

/// The lines of a terminal after all of this, blank ones left out, and the most that were filled at once.
fn screen(bytes: &[u8]) -> (Vec<String>, usize) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column, mut most) = (0, 0, 0);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => column = 0,
            '\n' => row += 1,
            '\u{1b}' if rest.peek() == Some(&'[') => {
                rest.next();
                let mut number = String::new();
                let order = loop {
                    match rest.next() {
                        Some(c) if c.is_ascii_alphabetic() => break c,
                        Some(c) => number.push(c),
                        None => break 'm',
                    }
                };
                let number: usize = number.parse().unwrap_or(1);
                match order {
                    'A' => row -= number.min(row),
                    'B' => row += number,
                    'K' => lines[row].clear(),
                    'J' => lines.truncate(row + 1),
                    'm' | 'h' | 'l' => {}
                    other => panic!("what does `{other}` do to a terminal?"),
                }
            }
            c => {
                let width = c.width().unwrap_or(0);
                if column + width > usize::from(COLUMNS) {
                    (row, column) = (row + 1, 0);
                }
                lines.resize(lines.len().max(row + 1), Vec::new());
                let line = &mut lines[row];
                line.resize(line.len().max(column + width), ' ');
                line[column] = c;
                column += width;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
        most = most.max(lines.iter().filter(|line| line.iter().any(|c| *c != ' ')).count());
    }
    let lines = lines.into_iter().map(String::from_iter).filter(|line| !line.trim().is_empty());
    (lines.collect(), most)
}

#[test]
fn a_terminal_shows_one_line_and_keeps_none_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let Some(command) = verify(&dir) else { return };
    let (status, shown) = on_a_terminal(command, None);
    assert_eq!(status.code(), Some(1));
    let text = String::from_utf8_lossy(&shown);
    for stage in ["looking for Go 1.23", "checking that Go 1.23", "日本語", "1 failed"] {
        assert!(text.contains(stage), "{stage}: {text:?}");
    }
    assert_eq!(screen(&shown), (Vec::new(), 1), "{text:?}");
}

#[test]
fn an_interrupted_run_leaves_only_the_word_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let Some(command) = verify(&dir) else { return };
    let (status, shown) = on_a_terminal(command, Some("checking that Go 1.23"));
    assert_eq!(status.code(), Some(130), "{:?}", String::from_utf8_lossy(&shown));
    let (lines, _) = screen(&shown);
    assert!(lines.concat().starts_with("error: interrupted"), "{lines:?}");
}

#[test]
fn a_runner_s_log_has_the_cells_in_a_group() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut command) = verify(&dir) else { return };
    let output = command.env("GITHUB_ACTIONS", "true").output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = log.lines().collect();
    let at = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{log}"));
    let (group, end) = (at("::group::2 cells"), at("::endgroup::"));
    assert!(group < at("pass go1.23") && at("fail go1.23") < end && end < at("::error title="), "{log}");
}
