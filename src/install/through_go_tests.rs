//! What a go that is there is asked, and what becomes of its answers.

use crate::{
    goenv::{
        locate::Places,
        toolchain::{MissingToolchain, Toolchain, ToolchainSource},
    },
    install::{InstallError, Installation, Means, install},
    platform::{Platform::Linux, env::EnvBlock},
    ports::{
        Completed, Ended, Executor, Fetch, FetchError, Invocation, Observer, Reservation, ToolCache, event::Event,
        fake::FakeHost,
    },
};
use std::{io, sync::Mutex, time::Duration};

/// Answers by program and by the words after it and GOTOOLCHAIN; what is not known exits 1.
struct Programs {
    known: Vec<(&'static str, &'static str, &'static str)>,
    ran: Mutex<Vec<String>>,
}

impl Executor for Programs {
    fn run(&self, invocation: &Invocation<'_>) -> io::Result<Completed> {
        assert_eq!((invocation.env.get("GOROOT"), invocation.env.get("GOPROXY")), (None, Some("https://corp.example")));
        let toolchain = invocation.env.get("GOTOOLCHAIN").unwrap();
        let asked = format!("{toolchain} {}", invocation.argv[1..].join(" "));
        self.ran.lock().unwrap().push(format!("{} {asked}", invocation.argv[0]));
        let known = self.known.iter().find(|(program, words, _)| *program == invocation.argv[0] && asked == *words);
        let (ended, stdout, stderr) = match known {
            Some((_, _, "cannot start")) => return Err(io::ErrorKind::PermissionDenied.into()),
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
    let places = Places { go_roots: &[], env: &env, current_dir: "/w", platform: Linux, arch: "X64", tool_cache: None };
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
    let said =
        "`GOTOOLCHAIN=go1.21.13 /usr/bin/go env GOVERSION GOROOT` failed (exit code 1): go: toolchain not available";
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
