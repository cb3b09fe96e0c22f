//! Asks the Go of a GOROOT: its version, where it says it is, and the probes of GOROOT.

use crate::{
    cli::values::COMMAND_SECONDS,
    commands::{
        World,
        setup::{bare_machine, scratch},
        verify::kept_runtimes,
    },
    goenv::{
        locate::version_of,
        toolchain::{Toolchain, ToolchainSource},
    },
    output::trouble,
    platform::env::EnvBlock,
    ports::{Ended, Executor, Host, Invocation, KeptFiles, Observer, event::Event},
    probe::{EMBEDDED_FILES, Probe, ProbeKind, SourceFile, load_probes},
    relocate::{
        answers::MoveAnswer,
        mover::{GoChecks, MoveError},
    },
    report::verdict::Verdict,
    system::this_machine,
    verify::{self, Ports, VerifyJob, WantedShells},
};
use std::time::Duration;

/// By the programs of this machine.
pub(super) struct WorldChecks<'a> {
    pub world: &'a World,
    pub observer: &'a dyn Observer,
}

impl GoChecks for WorldChecks<'_> {
    fn answers(&self, goroot: &str) -> Result<Vec<MoveAnswer>, MoveError> {
        let wrong = |why: String| MoveError::NotAsked(why);
        let scratch = scratch(self.world).map_err(|why| wrong(why.to_string()))?;
        let dir = scratch.path().map_err(|why| wrong(trouble::system(&why)))?.to_owned();
        let mut answers = self.said(goroot, &dir)?;
        answers.extend(self.probed(goroot, &dir)?);
        drop(scratch);
        if self.world.processes.interrupted() { Err(MoveError::Stopped) } else { Ok(answers) }
    }
}

impl WorldChecks<'_> {
    fn said(&self, goroot: &str, dir: &str) -> Result<Vec<MoveAnswer>, MoveError> {
        let platform = self.world.here.platform;
        let go = platform.join(goroot, &format!("bin/go{}", platform.exe_suffix()));
        let mut env: EnvBlock = bare_machine(self.world, dir).env;
        // Each `go` is to say by itself where it is, and no other is to answer in its place.
        for (name, value) in [("GOROOT", ""), ("GOFLAGS", ""), ("GOENV", "off"), ("GOTOOLCHAIN", "local")] {
            env.set(name, value);
        }
        let ask = |words: &[&str]| {
            let argv: Vec<String> =
                std::iter::once(go.as_str()).chain(words.iter().copied()).map(str::to_owned).collect();
            let limit = Duration::from_secs(COMMAND_SECONDS);
            match self.world.processes.run(&Invocation { argv: &argv, env: &env, dir, limit }) {
                Ok(done) if done.ended == Ended::Code(0) => {
                    (String::from_utf8_lossy(&done.stdout).trim().to_owned(), true)
                }
                Ok(done) => (String::from_utf8_lossy(&done.stderr).trim().to_owned(), false),
                Err(why) => (trouble::system_text(&why.to_string()), false),
            }
        };
        let (version, answers) = ask(&["version"]);
        let (root, says_root) = ask(&["env", "GOROOT"]);
        let leads_here = says_root && self.world.host.same_file(&root, goroot).unwrap_or_default();
        Ok(vec![
            MoveAnswer { what: "go version".to_owned(), said: version, holds: answers, may_differ: false },
            MoveAnswer { what: "go env GOROOT".to_owned(), said: root, holds: leads_here, may_differ: true },
        ])
    }

    /// The probes of GOROOT, each with its control.
    fn probed(&self, goroot: &str, dir: &str) -> Result<Vec<MoveAnswer>, MoveError> {
        let world = self.world;
        let wrong = |why: String| MoveError::NotAsked(why);
        let version = version_of(goroot, world.here.platform, &world.host).map_err(|why| wrong(why.to_string()))?;
        let toolchain =
            Toolchain { version: version.clone(), goroot: goroot.to_owned(), source: ToolchainSource::GoRoot };
        let probes = goroot_probes().map_err(wrong)?;
        let program = this_machine::program().map_err(|why| wrong(trouble::system(&why)))?;
        // What was compiled before the move need not be compiled again behind it.
        let kept = kept_runtimes(&version, world);
        let job = VerifyJob {
            probes: &probes,
            toolchains: &[toolchain],
            absent: &[],
            shells: WantedShells { cells: &[], observer: &program },
            by_gos_rules: false,
            part: None,
            workers: world.cores(),
            limit: Duration::from_secs(COMMAND_SECONDS),
            kept: kept.as_ref().map(|kept| kept as &dyn KeptFiles),
        };
        let ports = Ports { host: &world.host, executor: &*world.processes, observer: &StagesAlone(self.observer) };
        let judged =
            verify::verify(&job, &bare_machine(world, dir), &ports).map_err(|why| wrong(trouble::system(&why)))?;
        let answer = |result: crate::report::CellResult| MoveAnswer {
            what: result.probe,
            said: match &result.verdict {
                Verdict::Fail { observed, .. } => format!("fail: {observed}"),
                Verdict::Skip { .. } | Verdict::Error { .. } | Verdict::Pass => {
                    result.verdict.status().name().to_owned()
                }
            },
            holds: result.verdict == Verdict::Pass,
            may_differ: false,
        };
        Ok(judged.results.into_iter().map(answer).collect())
    }
}

fn goroot_probes() -> Result<Vec<Probe>, String> {
    let mut probes = load_probes(&SourceFile::embedded(EMBEDDED_FILES)).map_err(|why| why.to_string())?;
    probes.retain(|probe| probe.variable == "GOROOT" && probe.kind == ProbeKind::Contract);
    Ok(probes)
}

/// A cell is told as what is being done at the moment: the answer has them all.
struct StagesAlone<'a>(&'a dyn Observer);

impl Observer for StagesAlone<'_> {
    fn event(&self, event: &Event) {
        if let Event::CellFinished { cell, .. } = event {
            self.0.event(&Event::Stage(cell.clone()));
        }
    }
}
