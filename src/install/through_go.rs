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
    ports::{Completed, Ended, Invocation, NotRun, TransferPolicy, event::Event},
};
use std::time::Duration;

/// The first that can switch toolchains.
const FIRST_MINOR: (u64, u64) = (1, 21);

/// To say its version; one that hangs is no help.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// To read a list from the proxy.
const LIST_LIMIT: Duration = Duration::from_secs(120);

/// To download, check and unpack; as long as for a download of our own.
const DOWNLOAD_LIMIT: Duration = TransferPolicy::STANDARD.total;

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
        let first = gos_on_path(means.places.env, means.places.current_dir, means.host).next().map(|go| go.program);
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
        let ran = self.run(args, variables, limit).map_err(|failed| Failure::Command {
            command: command.clone(),
            ended: format!("it {}", failed.what()),
            output: failed.why().to_string(),
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
    fn run(&self, args: &[&str], variables: &[(&str, &str)], limit: Duration) -> Result<Completed, NotRun> {
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
mod tests {
    //! What a go that is there is asked, and what becomes of its answers.

    use crate::{
        goenv::{
            locate::Places,
            toolchain::{MissingToolchain, Toolchain, ToolchainSource},
        },
        install::{InstallError, Installation, Means, install},
        platform::{Platform::Linux, env::EnvBlock},
        ports::{
            Completed, Ended, Executor, Fetch, FetchError, Invocation, NotRun, Observer, Reservation, ToolCache,
            event::Event, fake::FakeHost,
        },
    };
    use std::{io, sync::Mutex, time::Duration};

    /// Answers by program and by the words after it and GOTOOLCHAIN; what is not known exits 1.
    struct Programs {
        known: Vec<(&'static str, &'static str, &'static str)>,
        ran: Mutex<Vec<String>>,
    }

    impl Executor for Programs {
        fn run(&self, invocation: &Invocation<'_>) -> Result<Completed, NotRun> {
            assert_eq!(
                (invocation.env.get("GOROOT"), invocation.env.get("GOPROXY")),
                (None, Some("https://corp.example"))
            );
            assert!(invocation.limit <= super::DOWNLOAD_LIMIT, "no go command may hang for ever");
            let toolchain = invocation.env.get("GOTOOLCHAIN").unwrap();
            let asked = format!("{toolchain} {}", invocation.argv[1..].join(" "));
            self.ran.lock().unwrap().push(format!("{} {asked}", invocation.argv[0]));
            let known = self.known.iter().find(|(program, words, _)| *program == invocation.argv[0] && asked == *words);
            let (ended, stdout, stderr) = match known {
                Some((_, _, "cannot start")) => {
                    return Err(NotRun::NotStarted(io::ErrorKind::PermissionDenied.into()));
                }
                Some((_, _, answer)) => (Ended::Code(0), (*answer).into(), Vec::new()),
                None => (Ended::Code(1), Vec::new(), b"go: toolchain not available\n".to_vec()),
            };
            Ok(Completed { ended, stdout, stderr, duration: Duration::ZERO })
        }

        fn interrupted(&self) -> bool {
            false
        }
    }

    struct Nothing;
    impl Observer for Nothing {
        fn event(&self, _: &Event) {}
    }
    impl Fetch for Nothing {
        fn get(&self, url: &str, _: u64) -> Result<Vec<u8>, FetchError> {
            Err(FetchError::NotFound { url: url.to_owned(), reason: "404".to_owned() })
        }
        fn download(&self, url: &str, _: &str, limit: u64) -> Result<(), FetchError> {
            self.get(url, limit).map(drop)
        }
    }
    impl ToolCache for Nothing {
        fn reserve(&self, _: &str) -> io::Result<Option<Box<dyn Reservation + '_>>> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    const MODULE: &str = "/m/golang.org/toolchain@v0.0.1-go1.21.13.linux-amd64";

    fn run(
        wanted: &str,
        host: &FakeHost,
        known: Vec<(&'static str, &'static str, &'static str)>,
    ) -> (Installation, Vec<String>) {
        let programs = Programs { known, ran: Mutex::default() };
        let pairs = [
            ("PATH", "/usr/bin"),
            ("GOROOT", "/x"),
            ("GOMODCACHE", "/m"),
            ("GOPROXY", "https://corp.example"),
            ("HOME", "/h"),
        ];
        let env = EnvBlock::from_pairs(Linux, pairs);
        let places =
            Places { go_roots: &[], env: &env, current_dir: "/w", platform: Linux, arch: "X64", tool_cache: None };
        let missing = [MissingToolchain { request: wanted.parse().unwrap(), looked_at: Vec::new() }];
        let found = [Toolchain {
            version: "1.24.1".parse().unwrap(),
            goroot: "/tc124".to_owned(),
            source: ToolchainSource::ToolCache,
        }];
        let means = Means {
            places: &places,
            found: &found,
            scratch: "/scratch",
            host,
            executor: &programs,
            fetch: &Nothing,
            tool_cache: &Nothing,
            observer: &Nothing,
        };
        let installation = install(&missing, &means);
        (installation, programs.ran.into_inner().unwrap())
    }

    #[test]
    fn a_minor_becomes_its_newest_release_and_go_downloads_it() {
        let host = FakeHost::new(Linux).file("/usr/bin/go", "").goroot(MODULE, "1.21.13");
        let (installation, ran) = run(
            "1.21",
            &host,
            vec![
                ("/usr/bin/go", "local env GOVERSION", "go1.26.0\n"),
                ("/usr/bin/go", "local list -m -versions go", "go 1.9 1.21rc4 1.21.9 1.21.13 1.21.2 1.22.0\n"),
                ("/usr/bin/go", "go1.21.13 env GOVERSION GOROOT", "go1.21.13\n"),
            ],
        );
        assert!(installation.failed.is_empty(), "{:?}", installation.failed);
        assert_eq!(installation.obtained[0].goroot, MODULE);
        assert_eq!(ran.len(), 3, "{ran:?}");
    }

    #[test]
    fn what_go_says_is_shown_with_the_other_ways() {
        let host = FakeHost::new(Linux).file("/usr/bin/go", "");
        let (installation, _) = run("1.21.13", &host, vec![("/usr/bin/go", "local env GOVERSION", "go1.26.0")]);
        let (_, why) = &installation.failed[0];
        let said = "`GOTOOLCHAIN=go1.21.13 /usr/bin/go env GOVERSION GOROOT` failed (exit code 1): go: toolchain not available";
        assert_eq!(why.to_string(), said);
        assert!(["GOPROXY", "setup-go", "--go-root DIR"].iter().all(|way| why.help().contains(way)), "{}", why.help());
    }

    #[test]
    fn a_go_that_is_too_old_or_does_not_answer_is_passed_over() {
        let host = FakeHost::new(Linux).file("/usr/bin/go", "").goroot(MODULE, "1.21.13");
        for answer in ["go1.20.14", "cannot start", "hello"] {
            let known = vec![
                ("/usr/bin/go", "local env GOVERSION", answer),
                ("/tc124/bin/go", "local env GOVERSION", "go1.24.1"),
                ("/tc124/bin/go", "go1.21.13 env GOVERSION GOROOT", ""),
            ];
            let (installation, ran) = run("1.21.13", &host, known);
            assert_eq!(installation.obtained.len(), 1, "{answer}: {ran:?}");
        }
    }

    #[test]
    fn without_a_go_that_answers_the_module_proxy_is_asked() {
        let (installation, _) = run("1.21", &FakeHost::new(Linux), Vec::new());
        let (_, why) = &installation.failed[0];
        assert!(matches!(why, InstallError::NotServed { .. }), "{why}");
        assert!(why.to_string().contains("https://corp.example/golang.org/toolchain/@v/list"), "{why}");
    }

    #[test]
    fn a_toolchain_that_go_found_on_path_instead_is_taken_if_it_is_the_one() {
        let outcome = |version: &str| {
            let host = FakeHost::new(Linux).file("/usr/bin/go", "").goroot("/h/sdk/go1.21.13", version);
            let known = vec![
                ("/usr/bin/go", "local env GOVERSION", "go1.26.0"),
                ("/usr/bin/go", "go1.21.13 env GOVERSION GOROOT", "go1.21.13\n/h/sdk/go1.21.13\n"),
            ];
            run("1.21.13", &host, known).0
        };
        assert_eq!(outcome("1.21.13").obtained[0].goroot, "/h/sdk/go1.21.13");
        let (_, why) = &outcome("1.22.0").failed[0];
        assert!(matches!(why, InstallError::NotThere { .. }) && why.to_string().contains("is Go 1.22.0"), "{why}");
    }
}
