//! Installs through a `go` that is present: Go itself downloads and checks, with the user's
//! own GOPROXY and GOSUMDB. Source: go.dev/doc/toolchain.

use crate::install::{error::InstallError, means::Means};
use crate::{
    goenv::{
        locate::{gos_on_path, locate, version_of},
        settings::TELEMETRY_DIR,
        toolchain::{Toolchain, ToolchainSource},
        version::{GoRequest, GoVersion},
    },
    platform::env::EnvBlock,
    ports::{Completed, Ended, Invocation, event::Event},
};
use std::{io, time::Duration};

/// The first that can switch toolchains.
const FIRST_MINOR: (u64, u64) = (1, 21);

/// To say its version; one that hangs is no help.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// To read a list from the proxy.
const LIST_LIMIT: Duration = Duration::from_secs(120);

/// To download, check and unpack; a slow line needs minutes for 70 MB.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(1200);

/// A go command that answers and can download others.
pub struct WorkingGo<'a> {
    program: String,
    means: &'a Means<'a>,
    versions: Option<Result<Vec<GoVersion>, String>>,
}

impl<'a> WorkingGo<'a> {
    /// The `go` on PATH or the newest found, the first that answers; `None` where none does.
    pub fn find(means: &'a Means<'a>) -> Option<Self> {
        let platform = means.places.platform;
        let found = means
            .found
            .iter()
            .rev()
            .map(|toolchain| platform.join(&toolchain.goroot, &format!("bin/go{}", platform.exe_suffix())));
        let first = gos_on_path(means.places.env, means.host).next().map(|go| go.program);
        let programs = first.into_iter().chain(found);
        programs.map(|program| Self { program, means, versions: None }).find(Self::answers)
    }

    fn answers(&self) -> bool {
        let ran = self.run(&["env", "GOVERSION"], &[("GOTOOLCHAIN", "local")], ANSWER_LIMIT);
        let version = ran
            .ok()
            .filter(|ran| ran.ended == Ended::Code(0))
            .and_then(|ran| String::from_utf8_lossy(&ran.stdout).trim().parse::<GoVersion>().ok());
        version.is_some_and(|version| version.minor() >= FIRST_MINOR)
    }

    /// Fetches the list of versions if a request needs it.
    pub fn prepare(mut self, requests: &[&GoRequest]) -> Self {
        if requests.iter().any(|request| matches!(request, GoRequest::Minor(..))) {
            self.versions = Some(self.list());
        }
        self
    }

    /// The module mode and GOFLAGS are ours, since `go list -m` needs them so; the rest is the user's.
    fn list(&self) -> Result<Vec<GoVersion>, String> {
        let variables = [("GOTOOLCHAIN", "local"), ("GOFLAGS", "-mod=mod"), ("GO111MODULE", "on")];
        let args = ["list", "-m", "-versions", "go"];
        let stdout = self.output(&args, &variables, LIST_LIMIT).map_err(|why| why.to_string())?;
        Ok(stdout.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect())
    }

    /// Has Go download one version into the module cache.
    ///
    /// # Errors
    /// What Go says.
    pub fn obtain(&self, request: &GoRequest) -> Result<Toolchain, InstallError> {
        let version = self.resolve(request)?;
        self.means.observer.event(&Event::Preparing(format!("downloading Go {version} through `{}`", self.program)));
        let wanted = format!("go{version}");
        let args = ["env", "GOVERSION", "GOROOT"];
        let stdout = self.output(&args, &[("GOTOOLCHAIN", &wanted)], DOWNLOAD_LIMIT).map_err(|why| match why {
            Failure::Interrupted => InstallError::Interrupted(request.clone()),
            Failure::Command { command, ended, output } => InstallError::Go { command, ended, output },
        })?;
        let found = locate(&[GoRequest::Exact(version.clone())], self.means.places, self.means.host).found.pop();
        match found {
            Some(toolchain) => Ok(toolchain),
            None => self.elsewhere(request, version, &stdout),
        }
    }

    /// Go prefers a `go1.21.13` on PATH to a download; that one lies outside the module cache.
    fn elsewhere(&self, request: &GoRequest, version: GoVersion, stdout: &str) -> Result<Toolchain, InstallError> {
        let goroot = stdout.lines().nth(1).unwrap_or_default().trim().to_owned();
        let why = match version_of(&goroot, self.means.places.platform, self.means.host) {
            Ok(actual) if actual == version => {
                return Ok(Toolchain { version, goroot, source: ToolchainSource::Path });
            }
            Ok(actual) => format!("`{goroot}` is Go {actual}"),
            Err(why) => format!("`{goroot}`: {why}"),
        };
        Err(InstallError::NotThere { request: request.clone(), go: self.program.clone(), why })
    }

    fn resolve(&self, request: &GoRequest) -> Result<GoVersion, InstallError> {
        let list = match (request, &self.versions) {
            (GoRequest::Exact(version), _) => return Ok(version.clone()),
            (_, Some(Ok(list))) => list.as_slice(),
            (_, Some(Err(why))) => {
                return Err(InstallError::NotServed { request: request.clone(), why: why.clone() });
            }
            (_, None) => &[],
        };
        let newest = list.iter().filter(|version| request.accepts(version)).max().cloned();
        newest.ok_or_else(|| InstallError::NoSuchVersion {
            request: request.clone(),
            listed: list.len(),
            from: format!("`{} list -m -versions go`", self.program),
        })
    }

    fn output(&self, args: &[&str], variables: &[(&str, &str)], limit: Duration) -> Result<String, Failure> {
        let shown: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let command = format!("{} {} {}", shown.join(" "), self.program, args.join(" "));
        let ran = self.run(args, variables, limit).map_err(|why| Failure::Command {
            command: command.clone(),
            ended: "it could not be started".to_owned(),
            output: why.to_string(),
        })?;
        let ended = match ran.ended {
            Ended::Code(0) => return Ok(String::from_utf8_lossy(&ran.stdout).into_owned()),
            Ended::Interrupted => return Err(Failure::Interrupted),
            Ended::Code(code) => format!("exit code {code}"),
            Ended::Signal(signal) => format!("signal {signal}"),
            Ended::TimedOut => format!("timed out after {} s", limit.as_secs()),
        };
        Err(Failure::Command { command, ended, output: String::from_utf8_lossy(&ran.stderr).trim().to_owned() })
    }

    /// GOROOT goes, since it would be another Go's; GOWORK is off, for the scratch directory is in no workspace.
    fn run(&self, args: &[&str], variables: &[(&str, &str)], limit: Duration) -> io::Result<Completed> {
        let mut env: EnvBlock = self.means.places.env.clone();
        env.remove("GOROOT");
        env.set("GOWORK", "off");
        env.set(TELEMETRY_DIR, self.means.places.platform.join(self.means.scratch, "telemetry"));
        variables.iter().for_each(|(name, value)| env.set(*name, *value));
        let argv: Vec<String> =
            std::iter::once(self.program.as_str()).chain(args.iter().copied()).map(str::to_owned).collect();
        self.means.executor.run(&Invocation { argv: &argv, env: &env, dir: self.means.scratch, limit })
    }
}

/// Why a go command gave no output.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("interrupted")]
    Interrupted,
    #[error("`{command}` failed ({ended}): {output}")]
    Command { command: String, ended: String, output: String },
}

#[cfg(test)]
#[path = "through_go_tests.rs"]
mod tests;
