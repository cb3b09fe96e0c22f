//! A machine without any Go: a home, a tool cache, and an environment of its own.

use goenv_ci::{
    goenv::{
        locate::{Located, Places, locate},
        toolchain::{MissingToolchain, Toolchain},
        version::GoRequest,
    },
    install::{InstallError, Installation, Means, install},
    platform::{Platform, env::EnvBlock},
    ports::{Completed, Executor, Invocation, NotRun, Observer, event::Event},
    system::{host::LiveHost, http::Web, tool_cache::DiskToolCache},
};
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

pub struct Machine {
    pub home: tempfile::TempDir,
    pub platform: Platform,
    /// How often the user is asked whether to stop before he says yes.
    pub patience: usize,
}

impl Machine {
    pub fn new() -> Self {
        let platform = match std::env::consts::OS {
            "windows" => Platform::Windows,
            "macos" => Platform::Macos,
            _ => Platform::Linux,
        };
        Self { home: tempfile::tempdir().unwrap(), platform, patience: usize::MAX }
    }

    pub fn target(&self) -> String {
        format!("{}-amd64", self.platform.goos())
    }

    pub fn tool_cache(&self) -> std::path::PathBuf {
        self.home.path().join("tool-cache")
    }

    pub fn published(&self) -> std::path::PathBuf {
        self.home.path().join("published")
    }

    pub fn run(&self, wanted: &[&str], goproxy: &str, gosumdb: &str) -> Installation {
        self.with_places(goproxy, gosumdb, |places| {
            let missing: Vec<MissingToolchain> = requests(wanted)
                .into_iter()
                .map(|request| MissingToolchain { request, looked_at: Vec::new() })
                .collect();
            let asked = AtomicUsize::new(0);
            let stop = || asked.fetch_add(1, Ordering::Relaxed) >= self.patience;
            let (web, tool_cache) = (Web::new(&stop), DiskToolCache { stop: &stop });
            let scratch = self.home.path().to_string_lossy().into_owned();
            install(
                &missing,
                &Means {
                    places,
                    found: &[],
                    scratch: &scratch,
                    host: &LiveHost,
                    executor: &NoPrograms,
                    fetch: &web,
                    tool_cache: &tool_cache,
                    observer: &Deaf,
                },
            )
        })
    }

    /// The one toolchain that is expected.
    pub fn obtain(&self, wanted: &str, goproxy: &str, gosumdb: &str) -> Toolchain {
        let mut installation = self.run(&[wanted], goproxy, gosumdb);
        assert!(installation.failed.is_empty(), "{:?}", installation.failed);
        installation.obtained.remove(0)
    }

    /// The one failure that is expected, after which nothing may be left.
    pub fn refuse(&self, wanted: &str, goproxy: &str, gosumdb: &str) -> InstallError {
        let mut installation = self.run(&[wanted], goproxy, gosumdb);
        assert!(installation.obtained.is_empty(), "{:?}", installation.obtained);
        assert!(
            !self.tool_cache().exists(),
            "left behind: {:?}",
            fs::read_dir(self.tool_cache()).unwrap().collect::<Vec<_>>()
        );
        let (_, why) = installation.failed.remove(0);
        assert!(!why.help().is_empty());
        why
    }

    pub fn locate(&self, wanted: &[&str]) -> Located {
        self.with_places("off", "off", |places| locate(&requests(wanted), places, &LiveHost))
    }

    fn with_places<T>(&self, goproxy: &str, gosumdb: &str, act: impl FnOnce(&Places<'_>) -> T) -> T {
        let cache = self.tool_cache().to_string_lossy().into_owned();
        let pairs =
            [("RUNNER_TOOL_CACHE", cache.as_str()), ("GOPROXY", goproxy), ("GOSUMDB", gosumdb), ("GOENV", "off")];
        let env = EnvBlock::from_pairs(self.platform, pairs);
        let (platform, current_dir) = (self.platform, &*self.tool_cache().to_string_lossy().into_owned());
        act(&Places { go_roots: &[], env: &env, current_dir, platform, arch: "X64", tool_cache: None })
    }
}

/// The folder as a proxy, without a server.
pub fn file_url(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    format!("file:///{}", text.trim_start_matches('/'))
}

fn requests(wanted: &[&str]) -> Vec<GoRequest> {
    wanted.iter().map(|text| text.parse().unwrap()).collect()
}

struct NoPrograms;
impl Executor for NoPrograms {
    fn run(&self, invocation: &Invocation<'_>) -> Result<Completed, NotRun> {
        panic!("there is no Go on this machine, yet {:?} was run", invocation.argv)
    }
    fn interrupted(&self) -> bool {
        false
    }
}

struct Deaf;
impl Observer for Deaf {
    fn event(&self, _: &Event) {}
}
