//! One command: found on the PATH of its own environment, run, and kept as evidence.

use crate::{
    platform::{Platform, env::EnvBlock, program::described},
    ports::{Completed, Executor, Host, Invocation, Kind, NotRun, ReadLimit},
    report::verdict::Evidence,
};
use std::time::Duration;

/// More than any probe looks at; a report stays readable.
const EVIDENCE_BYTES: usize = 4096;

/// What a command came to.
pub(crate) enum StepEnd {
    /// It ran; the whole output, and its excerpt for the report.
    Ran(Completed, Evidence),
    /// No such program on PATH.
    NotFound(String),
    /// It could not be started, or what became of it cannot be read.
    NotRun(String),
}

/// The file that a name means: the first on PATH, or the name itself when it is a path.
/// On Windows the endings of PATHEXT are tried for a name without one.
pub(crate) fn resolve(name: &str, env: &EnvBlock, host: &dyn Host) -> Option<String> {
    resolve_all(name, env, host).into_iter().next()
}

/// All files that a name could mean, in the order of PATH.
pub(crate) fn resolve_all(name: &str, env: &EnvBlock, host: &dyn Host) -> Vec<String> {
    let platform = env.platform();
    let endings = endings(name, env);
    let candidates =
        |base: &str| endings.iter().map(|ending| format!("{base}{ending}")).find(|path| host.kind(path) == Kind::File);
    if name.contains('/') || (platform == Platform::Windows && name.contains('\\')) {
        return candidates(name).into_iter().collect();
    }
    env.path_dirs().iter().filter_map(|dir| candidates(&platform.join(dir, name))).collect()
}

fn endings(name: &str, env: &EnvBlock) -> Vec<String> {
    let has_ending = name.rsplit(['/', '\\']).next().unwrap_or(name).contains('.');
    if env.platform() != Platform::Windows || has_ending {
        return vec![String::new()];
    }
    let listed = env.get_filled("PATHEXT").unwrap_or(".COM;.EXE;.BAT;.CMD");
    listed.split(';').filter(|e| !e.is_empty()).map(str::to_lowercase).collect()
}

/// Runs one command line.
pub(crate) fn run(
    argv: &[String],
    env: &EnvBlock,
    dir: &str,
    limit: Duration,
    executor: &dyn Executor,
    host: &dyn Host,
) -> StepEnd {
    let Some(program) = resolve(&argv[0], env, host) else {
        return StepEnd::NotFound(argv[0].clone());
    };
    let mut started = argv.to_vec();
    started[0].clone_from(&program);
    match executor.run(&Invocation { argv: &started, env, dir, limit }) {
        Err(error @ NotRun::Unread(_)) => StepEnd::NotRun(format!("`{program}` {error}")),
        Err(NotRun::NotStarted(error)) => {
            let kind = host.read(&program, ReadLimit::Program).ok().and_then(|content| described(&content));
            let what = kind.map_or_else(String::new, |kind| format!("; it is {kind}"));
            StepEnd::NotRun(format!("`{program}` could not be started: {error}{what}"))
        }
        Ok(completed) => {
            let evidence = Evidence {
                argv: argv.to_vec(),
                ended: completed.ended,
                stdout: excerpt(&completed.stdout),
                stderr: excerpt(&completed.stderr),
                duration: completed.duration,
            };
            StepEnd::Ran(completed, evidence)
        }
    }
}

/// Output as text: CRLF as LF, no blanks at its end.
pub(crate) fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).replace("\r\n", "\n").trim_end().to_owned()
}

fn excerpt(output: &[u8]) -> String {
    let whole = text(output);
    if whole.len() <= EVIDENCE_BYTES {
        return whole;
    }
    let mut end = EVIDENCE_BYTES;
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}\n… ({} bytes in all)", &whole[..end], whole.len())
}
