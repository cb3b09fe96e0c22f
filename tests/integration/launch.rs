//! Runs `scripts/launch.sh` in a small checkout: where the action's binary comes from, in which
//! order, and what is never started. No network: the release lies in a folder, cargo is a script.

use crate::support::write_program;
use predicates::{boolean::PredicateBooleanExt, str::contains};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const MANIFEST: &str = "[package]\nname = \"goenv-ci\"\nversion = \"7.8.9\"\n";

/// An action's checkout with the runner's folders beside it.
struct Checkout {
    dir: tempfile::TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self { dir: tempfile::tempdir().expect("a scratch folder") };
        for dir in ["action/scripts", "action/src", "temp", "tools", "bin", "workspace"] {
            fs::create_dir_all(checkout.path(dir)).expect(dir);
        }
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        fs::copy(ours.join("launch.sh"), checkout.path("action/scripts/launch.sh")).expect("launch.sh");
        checkout.write("action/scripts/checksums.txt", "# none\n");
        checkout.write("action/Cargo.toml", MANIFEST);
        checkout.write("action/src/main.rs", "fn main() {}\n");
        checkout.cargo("echo cargo was called >&2; exit 101");
        checkout
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect(relative);
    }

    /// A program that answers `--version` with `goenv-ci <origin>`.
    fn program(&self, relative: &str, origin: &str) {
        self.executable(relative, &format!("echo goenv-ci {origin}"));
    }

    /// The cargo that the launcher finds first on PATH.
    fn cargo(&self, script: &str) {
        self.executable("bin/cargo", script);
    }

    fn executable(&self, relative: &str, script: &str) {
        write_program(&self.path(relative), &format!("#!/bin/sh\n{script}\n"));
    }

    fn launch(&self, environment: &[(&str, &str)]) -> assert_cmd::assert::Assert {
        fs::remove_file(self.path("output")).ok();
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").expect("PATH"));
        let mut command = Command::new("bash");
        command.arg(self.path("action/scripts/launch.sh")).env_clear().env("PATH", path);
        command.env("RUNNER_TEMP", self.path("temp")).env("RUNNER_TOOL_CACHE", self.path("tools"));
        command.env("GITHUB_WORKSPACE", self.path("workspace")).env("GITHUB_OUTPUT", self.path("output"));
        command.env("GOENV_CI_SERVER_URL", format!("file://{}", self.path("server").display()));
        command.env("GOENV_CI_ACTION_REPOSITORY", "org/goenv-ci").envs(environment.iter().copied());
        assert_cmd::Command::from_std(command).assert()
    }

    /// What the launcher wrote for the later steps: the binary's path and where it came from.
    fn delivered(&self) -> (PathBuf, String) {
        let output = fs::read_to_string(self.path("output")).expect("GITHUB_OUTPUT");
        let value = |name: &str| {
            let line = output.lines().find_map(|line| line.strip_prefix(name)).expect(name);
            line.to_owned()
        };
        (PathBuf::from(value("path=")), value("source="))
    }

    fn source_sum(&self) -> String {
        let script = self.path("action/scripts/launch.sh");
        let output = Command::new("bash").arg(script).arg("--source-sum").output().expect("bash");
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    }

    /// The released binary at its address, and checksums.txt with `sum` for it.
    fn release(&self, sum: &str, source: &str) {
        let system = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-musl" };
        let asset = format!("goenv-ci-7.8.9-{}-{system}", std::env::consts::ARCH);
        self.program(&format!("server/org/goenv-ci/releases/download/v7.8.9/{asset}"), "released");
        self.write("action/scripts/checksums.txt", &format!("source {source}\n{sum}  {asset}\n"));
    }

    fn stored(&self) -> usize {
        fs::read_dir(self.path("tools")).expect("tools").count()
    }
}

/// The SHA-256 of the program that answers `goenv-ci released`.
fn released_sum() -> String {
    let script = "#!/bin/sh\necho goenv-ci released\n";
    ring::digest::digest(&ring::digest::SHA256, script.as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn a_binary_that_the_caller_gives_is_used_before_anything_else() {
    let checkout = Checkout::new();
    checkout.program("workspace/tools/goenv-ci", "given");
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.launch(&[("GOENV_CI_BINARY", "tools/goenv-ci")]).success().stdout(contains("goenv-ci given"));
    assert_eq!(checkout.delivered(), (checkout.path("workspace/tools/goenv-ci"), "input binary".to_owned()));
}

#[test]
fn a_given_binary_that_is_not_there_is_an_error_not_a_build() {
    let checkout = Checkout::new();
    let launched = checkout.launch(&[("GOENV_CI_BINARY", "nowhere")]).code(2);
    launched.stdout(contains("::error title=goenv-ci::the input `binary` names no file: `nowhere`"));
}

#[test]
fn a_given_binary_that_does_not_start_is_an_error() {
    let checkout = Checkout::new();
    checkout.executable("workspace/broken", "exit 1");
    checkout.launch(&[("GOENV_CI_BINARY", "broken")]).code(3).stdout(contains("does not start"));
}

#[test]
fn the_verify_input_takes_three_words_and_no_other() {
    let checkout = Checkout::new();
    checkout.program("workspace/goenv-ci", "given");
    for word in ["", "true", "false", "only", "live"] {
        checkout.launch(&[("GOENV_CI_BINARY", "goenv-ci"), ("GOENV_CI_VERIFY", word)]).success();
    }
    let launched = checkout.launch(&[("GOENV_CI_VERIFY", "yes\n::notice::x")]).code(2);
    launched.stdout(contains("the input `verify` is `yes%0A::notice::x`. Give true, live, false or only"));
}

#[test]
fn without_a_release_it_is_built_once_and_then_found_in_the_tool_cache() {
    let checkout = Checkout::new();
    checkout.cargo(
        "while [ $# -gt 1 ]; do [ \"$1\" = --target-dir ] && dir=$2; shift; done\n\
         mkdir -p \"$dir/release\"\n\
         printf '#!/bin/sh\\necho goenv-ci built\\n' >\"$dir/release/goenv-ci\"",
    );
    checkout.launch(&[]).success().stdout(contains("building it").and(contains("goenv-ci built from build")));
    let (path, source) = checkout.delivered();
    assert!(path.starts_with(checkout.path("tools")) && source == "build", "{} from {source}", path.display());
    assert!(path.parent().expect("a folder").with_extension("complete").is_file(), "the marker lies beside the folder");

    checkout.cargo("exit 101");
    checkout.launch(&[]).success().stdout(contains("goenv-ci built from tool cache"));
    assert_eq!(checkout.delivered(), (path, "tool cache".to_owned()));
}

#[test]
fn other_sources_never_run_the_binary_that_was_stored_before() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.launch(&[]).success();
    checkout.write("action/src/main.rs", "fn main() { todo!() }\n");
    let launched = checkout.launch(&[]).code(3);
    launched.stdout(contains("these are not the sources of release 7.8.9").and(contains("could not be built")));
}

#[test]
fn a_stored_binary_that_has_changed_is_not_started() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.launch(&[]).success();
    let (path, _) = checkout.delivered();
    fs::write(&path, "#!/bin/sh\necho goenv-ci tampered\n").expect("the stored binary");
    checkout.launch(&[]).success().stdout(contains("it is replaced").and(contains("tampered").not()));
    assert_eq!(checkout.delivered(), (path, "release".to_owned()));
}

#[test]
fn a_released_binary_with_the_wrong_sum_is_refused_and_not_stored() {
    let checkout = Checkout::new();
    checkout.release(&"0".repeat(64), &checkout.source_sum());
    let launched = checkout.launch(&[]).code(3);
    launched.stdout(contains("It was not started").and(contains("goenv-ci released").not()));
    assert_eq!(checkout.stored(), 0, "nothing may be left for the next job");
    assert_eq!(fs::read_dir(checkout.path("temp")).expect("temp").count(), 0, "the download stays behind");
}

#[test]
fn a_released_binary_with_the_right_sum_is_used_and_stored() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.launch(&[]).success().stdout(contains("goenv-ci released from release"));
    assert_eq!(checkout.delivered().1, "release");
    fs::remove_dir_all(checkout.path("server")).expect("the server");
    checkout.launch(&[]).success().stdout(contains("goenv-ci released from tool cache"));
}

#[test]
fn a_release_that_cannot_be_downloaded_is_built_instead() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    fs::remove_dir_all(checkout.path("server")).expect("the server");
    checkout.launch(&[]).code(3).stdout(contains("could not be downloaded: building it")).stderr(contains("cargo was"));
}

#[test]
fn the_source_sum_covers_every_file_that_the_build_embeds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let launcher = fs::read_to_string(root.join("scripts/launch.sh")).expect("launch.sh");
    let list =
        launcher.lines().find(|line| line.trim_start().starts_with("for input in ")).expect("the list of inputs");
    let covered: Vec<_> = list.trim().trim_start_matches("for input in ").trim_end_matches("; do").split(' ').collect();
    let mut pending = vec![root.join("src")];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let text = fs::read_to_string(&path).expect("source text");
        for line in text.lines().filter(|line| line.contains("include_str!(\"") || line.contains("include_bytes!(\"")) {
            let embedded = line.split('"').nth(1).expect("a path");
            let embedded = embedded.trim_start_matches("../").trim_start_matches('/');
            let is_beside = path.with_file_name(embedded).exists();
            let is_covered = covered.iter().any(|input| embedded.starts_with(input));
            assert!(is_beside || is_covered, "{}: launch.sh does not sum `{embedded}`", path.display());
        }
    }
}
