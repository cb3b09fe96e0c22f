//! Lines that are typed into a shell in a terminal, with a Tab behind half a word, as the shell then runs them.

use super::Desk;
use crate::support::lab::skip;
use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::Path,
    process::{Child, Command},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

const READY: &str = "READY> ";
const PATIENCE: Duration = Duration::from_secs(60);

/// A command, a check's id, a directory with a blank in its name, and what is behind `=`; a blank is typed behind each.
const TYPED: &str = "goenv-ci doc\t --check gobin-not-o\t --go-root my\t --fail-on=nev\t\r";
const RUN: [&str; 6] = ["doctor", "--check", "gobin-not-on-path", "--go-root", "my dir/", "--fail-on=never"];

/// A shell in a terminal.
struct Session {
    shell: Child,
    keys: File,
    seen: String,
    shown: Receiver<Vec<u8>>,
}

impl Session {
    fn start(shell: &mut Command, desk: &Desk) -> Self {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&controller).unwrap();
        unlockpt(&controller).unwrap();
        tcsetwinsize(&controller, Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let name = ptsname(&controller, Vec::new()).unwrap().into_string().unwrap();
        let terminal = || OpenOptions::new().read(true).write(true).open(&name).unwrap();
        let recorder = desk.path("bin");
        let path = format!("{}:{}", recorder.display(), std::env::var("PATH").unwrap());
        shell.env("PATH", path).env("TERM", "xterm").env("HOME", desk.path("home")).env("LC_ALL", "C.UTF-8");
        shell.env_remove("XDG_CONFIG_HOME").current_dir(desk.path(""));
        let shell = shell.stdin(terminal()).stdout(terminal()).stderr(terminal()).spawn().unwrap();
        let keys = File::from(controller);
        let mut screen = keys.try_clone().unwrap();
        let (send, shown) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut chunk) {
                if send.send(chunk[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { shell, keys, seen: String::new(), shown }
    }

    /// Reads what is shown until `done`.
    fn wait(&mut self, done: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(&self.seen) {
            assert!(Instant::now() < end, "not in {PATIENCE:?}: {:?}", self.seen);
            if let Ok(chunk) = self.shown.recv_timeout(Duration::from_millis(20)) {
                self.seen.push_str(&String::from_utf8_lossy(&chunk));
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// What a line runs that is typed into a shell.
fn run_of(shell: &mut Command, typed: &str, desk: &Desk, record: &Path) -> Vec<String> {
    let mut session = Session::start(shell, desk);
    session.wait(|seen| seen.contains(READY));
    session.keys.write_all(typed.as_bytes()).unwrap();
    session.wait(|_| record.exists());
    fs::read_to_string(record).unwrap().lines().map(str::to_owned).collect()
}

/// In a session of its own, whose terminal it controls.
fn in_terminal(shell: &str) -> Option<Command> {
    if Command::new(shell).arg("--version").output().is_err() {
        skip(&format!("no {shell}: `bash scripts/lab.sh shells`"));
        return None;
    }
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", shell]);
    Some(command)
}

#[test]
fn bash_runs_what_tab_has_completed() {
    let (desk, Some(mut bash)) = (Desk::new(), in_terminal("bash")) else { return };
    let record = desk.recorder();
    let rc = desk.path("rc");
    fs::write(&rc, format!("PS1='{READY}'\nsource <(goenv-ci completions bash)\n")).unwrap();
    assert_eq!(run_of(bash.args(["--noprofile", "--rcfile"]).arg(rc).arg("-i"), TYPED, &desk, &record), RUN);
}

#[test]
fn zsh_runs_what_tab_has_completed() {
    zsh_runs("autoload -Uz compinit\ncompinit -D -u\nsource <(goenv-ci completions zsh)\n");
}

#[test]
fn zsh_finds_the_script_in_fpath_at_the_first_tab() {
    zsh_runs("fpath=(~/functions $fpath)\nautoload -Uz compinit\ncompinit -D -u\n");
}

fn zsh_runs(rc: &str) {
    let (desk, Some(mut zsh)) = (Desk::new(), in_terminal("zsh")) else { return };
    let record = desk.recorder();
    fs::create_dir(desk.path("home/functions")).unwrap();
    fs::copy(desk.script("zsh"), desk.path("home/functions/_goenv-ci")).unwrap();
    fs::write(desk.path("home/.zshrc"), format!("PS1='{READY}'\n{rc}")).unwrap();
    assert_eq!(run_of(zsh.args(["-d", "-i"]).env("ZDOTDIR", desk.path("home")), TYPED, &desk, &record), RUN);
}

#[test]
fn fish_runs_what_tab_has_completed() {
    let (desk, Some(mut fish)) = (Desk::new(), in_terminal("fish")) else { return };
    let record = desk.recorder();
    let completions = desk.path("home/.config/fish/completions");
    fs::create_dir_all(&completions).unwrap();
    fs::copy(desk.script("fish"), completions.join("goenv-ci.fish")).unwrap();
    let prompt = format!("function fish_prompt; printf '{READY}'; end; function fish_right_prompt; end");
    assert_eq!(
        run_of(fish.args(["--private", "--interactive", "--init-command", &prompt]), TYPED, &desk, &record),
        RUN
    );
}

#[test]
fn elvish_runs_what_tab_has_completed() {
    let (desk, Some(mut elvish)) = (Desk::new(), in_terminal("elvish")) else { return };
    let record = desk.recorder();
    let rc = desk.path("rc.elv");
    // What must be quoted it asks about first.
    let typed = TYPED.replace("my\t", "my\t\r").replace("nev\t", "nev\t\r");
    let lines = format!(
        "eval (goenv-ci completions elvish | slurp)\nset edit:prompt = {{ put '{READY}' }}\nset edit:rprompt = {{ put '' }}\n"
    );
    fs::write(&rc, lines).unwrap();
    assert_eq!(run_of(elvish.arg("-rc").arg(rc), &typed, &desk, &record), RUN);
}
