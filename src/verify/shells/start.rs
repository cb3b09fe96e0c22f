//! How each shell is started: as the runner starts it for a step. Source:
//! actions/runner, `ScriptHandlerHelpers.cs`, `ScriptHandler.cs`.
//!
//! No script holds a path: what it needs travels in variables, so no shell's
//! quoting or encoding is trusted.

use crate::verify::{Machine, step};
use crate::{
    platform::Platform,
    ports::{Host, Kind},
    report::shells::ShellKind,
};

/// The variable with this program's own file.
pub const OBSERVER: &str = "GOENV_CI_OBSERVER";
/// The variable with the file that an observation is written to.
pub const OBSERVATION: &str = "GOENV_CI_OBSERVATION";
/// The variable in which a shell says what `go` means to itself.
pub const LOOKUP: &str = "GOENV_CI_LOOKUP";
/// The variable with the script, for PowerShell.
pub(crate) const SCRIPT: &str = "GOENV_CI_SCRIPT";

const POSIX: &str = "GOENV_CI_LOOKUP=$(command -v go || :)\nexport GOENV_CI_LOOKUP\n\"$GOENV_CI_OBSERVER\" observe\n";
const POWERSHELL: &str = "$ErrorActionPreference = 'stop'\n\
    $env:GOENV_CI_LOOKUP = \"$((Get-Command go -ErrorAction SilentlyContinue | Select-Object -First 1).CommandType)\"\n\
    & $env:GOENV_CI_OBSERVER observe\n";
const CMD: &str = "@echo off\r\n\"%GOENV_CI_OBSERVER%\" observe\r\n";

/// Whether and how a shell is started.
pub(crate) enum Start {
    /// It is not there, and why that is so.
    Absent(String),
    /// With this.
    Ready(Ready),
}

/// A command line, and the script that it runs.
pub(crate) struct Ready {
    pub kind: ShellKind,
    /// Absolute; the first word of `argv`.
    pub program: String,
    pub argv: Vec<String>,
    /// Absolute path and content; a shell without a language has none.
    pub script: Option<(String, &'static str)>,
}

/// `dir` is the directory of this shell alone.
pub(crate) fn of(kind: ShellKind, observer: &str, dir: &str, machine: &Machine, host: &dyn Host) -> Start {
    let script = |name: &str| machine.platform.join(dir, name);
    let ready = |program: String, args: &[&str], script: Option<(String, &'static str)>| {
        let argv = std::iter::once(program.as_str()).chain(args.iter().copied()).map(str::to_owned).collect();
        Start::Ready(Ready { kind, program, argv, script })
    };
    let own = |args: &[&str]| ready(observer.to_owned(), args, None);
    let found = match kind {
        ShellKind::Direct => return own(&["observe"]),
        ShellKind::PseudoTerminal | ShellKind::PseudoConsole => return own(&["observe", "--in", "pseudo-terminal"]),
        ShellKind::ConsoleHost => return own(&["observe", "--in", "console-host"]),
        ShellKind::Sh => on_path("sh", machine, host),
        ShellKind::Bash => bash(machine, host),
        ShellKind::Cmd => on_path("cmd", machine, host),
        ShellKind::WindowsPowershell => on_path("powershell", machine, host),
        ShellKind::Pwsh => on_path("pwsh", machine, host),
    };
    let program = match found {
        Ok(program) => program,
        Err(why) => return Start::Absent(why),
    };
    match kind {
        ShellKind::Cmd => {
            let file = script("observe.cmd");
            // By its bare name, in its own directory: `cmd` has quoting rules of its own. The dot, since a
            // hardened system does not look for programs in the current directory.
            ready(program, &["/D", "/E:ON", "/V:OFF", "/S", "/C", "CALL", r".\observe.cmd"], Some((file, CMD)))
        }
        ShellKind::WindowsPowershell | ShellKind::Pwsh => {
            ready(program, &["-command", ". $env:GOENV_CI_SCRIPT"], Some((script("observe.ps1"), POWERSHELL)))
        }
        _ => {
            let file = script("observe.sh");
            let named = if machine.platform == Platform::Windows { file.replace('\\', "/") } else { file.clone() };
            let args: &[&str] = match kind {
                ShellKind::Bash => &["--noprofile", "--norc", "-e", "-o", "pipefail", &named],
                _ => &["-e", &named],
            };
            ready(program, args, Some((file, POSIX)))
        }
    }
}

fn on_path(name: &str, machine: &Machine, host: &dyn Host) -> Result<String, String> {
    step::resolve(name, &machine.env, host).ok_or_else(|| format!("there is no `{name}` on PATH"))
}

/// On Windows the `bash` of Git. The one of the Windows Subsystem for Linux
/// starts programs in another system, which has an environment of its own.
fn bash(machine: &Machine, host: &dyn Host) -> Result<String, String> {
    let found = on_path("bash", machine, host);
    if machine.platform != Platform::Windows {
        return found;
    }
    let platform = machine.platform;
    let system = machine.env.get("SYSTEMROOT").unwrap_or(r"C:\Windows");
    let foreign =
        |file: &str| platform.is_within(file, system) || file.to_lowercase().contains(r"\microsoft\windowsapps\");
    match found {
        Ok(file) if foreign(&file) => Err(format!(
            "the first `bash` on PATH is `{file}`, which starts programs in the Windows Subsystem for Linux: a step with `shell: bash` gets that one"
        )),
        Ok(file) => Ok(file),
        Err(_) => {
            let roots = ["ProgramFiles", "ProgramW6432"].into_iter().filter_map(|name| machine.env.get_filled(name));
            let mut files = roots.map(|root| platform.join(root, "Git/bin/bash.exe"));
            files.find(|file| host.kind(file) == Kind::File).ok_or_else(|| {
                "there is no `bash` on PATH, and no Git in the folder that ProgramFiles names".to_owned()
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::env::EnvBlock, ports::fake::FakeHost};

    fn windows(path: &str) -> Machine {
        Machine {
            platform: Platform::Windows,
            goarch: "amd64".into(),
            env: EnvBlock::from_pairs(
                Platform::Windows,
                [("Path", path), ("SystemRoot", r"C:\Windows"), ("ProgramFiles", r"C:\Program Files")],
            ),
            scratch: r"D:\a\_temp\s".into(),
            delivery: None,
            wine: None,
            sources: crate::goenv::sources::Sources::default(),
        }
    }

    #[test]
    fn git_bash_is_started_and_the_subsystems_bash_is_not() {
        let git = r"C:\Program Files\Git\bin\bash.exe";
        let wsl = r"C:\Windows\system32\bash.exe";
        let host = FakeHost::new(Platform::Windows).file(git, "").file(wsl, "");
        assert_eq!(bash(&windows(r"C:\Program Files\Git\bin;C:\Windows\system32"), &host).unwrap(), git);
        assert!(bash(&windows(r"C:\Windows\system32"), &host).unwrap_err().contains("Subsystem for Linux"));
        assert_eq!(bash(&windows(r"C:\tools"), &host).unwrap(), git, "found beside PATH");
        let bare = FakeHost::new(Platform::Windows);
        assert!(bash(&windows(r"C:\tools"), &bare).unwrap_err().contains("ProgramFiles"));
    }

    #[test]
    fn no_command_line_of_a_shell_holds_a_path_that_it_would_have_to_quote() {
        let cmd = r"C:\Windows\system32\cmd.exe";
        let pwsh = r"C:\Program Files\PowerShell\7\pwsh.exe";
        let host = FakeHost::new(Platform::Windows).file(cmd, "").file(pwsh, "");
        let machine = windows(r"C:\Windows\system32;C:\Program Files\PowerShell\7");
        for kind in [ShellKind::Cmd, ShellKind::Pwsh] {
            let Start::Ready(ready) = of(kind, r"D:\a b\goenv-ci.exe", r"D:\a & b", &machine, &host) else { panic!() };
            assert!(
                ready.argv[1..].iter().all(|arg| !arg.contains(['"', '&', '^']) && !arg.contains("a b")),
                "{:?}",
                ready.argv
            );
        }
    }
}
