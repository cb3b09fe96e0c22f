//! Runs `scripts/launch.sh` in a small checkout, by the line that action.yml has for it: where the
//! action's binary comes from, in which order, what is never started, and that nothing of the
//! workspace or the job reaches what it starts. The release is served here, cargo is mostly a script.

mod trouble;

use crate::support::write_program;
use predicates::{boolean::PredicateBooleanExt, str::contains};
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const MANIFEST: &str = "[package]\nname = \"goenv-ci\"\nversion = \"7.8.9\"\nedition = \"2021\"\n\n[profile.fallback]\ninherits = \"release\"\n";

/// Every program that the launcher or a build may look for.
const TOOLS: &str = "cargo rustc cc ld ar sha256sum shasum cut find sort xargs sed head grep uname id mktemp mkdir \
                     cp mv rm chmod curl env cygpath dirname";

/// A cargo that builds the program which answers `goenv-ci built`.
const BUILDS: &str = "while [ $# -gt 1 ]; do [ \"$1\" = --target-dir ] && dir=$2; shift; done\n\
                      mkdir -p \"$dir/fallback\"\n\
                      printf '#!/bin/sh\\necho goenv-ci built\\n' >\"$dir/fallback/goenv-ci\"\n\
                      chmod +x \"$dir/fallback/goenv-ci\"";

/// An action's checkout with the runner's folders beside it.
struct Checkout {
    dir: tempfile::TempDir,
    server: String,
}

impl Checkout {
    fn new() -> Self {
        Self::below(tempfile::tempdir().expect("a scratch folder"))
    }

    fn below(dir: tempfile::TempDir) -> Self {
        let server = serve_files(dir.path().join("server"));
        let checkout = Self { dir, server };
        for dir in ["action/scripts", "action/src", "temp", "tools", "bin", "workspace"] {
            fs::create_dir_all(checkout.path(dir)).expect(dir);
            checkout.allow(dir, 0o755);
        }
        let ours = Path::new(ROOT).join("scripts");
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

    fn text(&self, relative: &str) -> String {
        self.path(relative).to_str().expect("UTF-8").to_owned()
    }

    fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect(relative);
    }

    fn allow(&self, relative: &str, mode: u32) {
        fs::set_permissions(self.path(relative), fs::Permissions::from_mode(mode)).expect(relative);
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

    /// A folder whose every program leaves its name in `started` and fails.
    fn traps(&self, relative: &str) {
        for tool in TOOLS.split_whitespace() {
            self.executable(
                &format!("{relative}/{tool}"),
                &format!("echo {relative}/{tool} >>'{}'; exit 9", self.text("started")),
            );
        }
    }

    /// What of the traps was started.
    fn started(&self) -> String {
        fs::read_to_string(self.path("started")).unwrap_or_default()
    }

    fn launch(&self, environment: &[(&str, &str)]) -> assert_cmd::assert::Assert {
        self.launch_by(&[], environment)
    }

    /// The same, begun by the program and arguments of `starter`.
    fn launch_by(&self, starter: &[&str], environment: &[(&str, &str)]) -> assert_cmd::assert::Assert {
        let mut command = self.step(starter, environment);
        command.env("GITHUB_OUTPUT", self.path("output"));
        assert_cmd::Command::from_std(command).assert()
    }

    /// The step of action.yml, not started yet.
    fn step(&self, starter: &[&str], environment: &[(&str, &str)]) -> Command {
        fs::remove_file(self.path("output")).ok();
        let (shell, line) = launching_step();
        self.write("step.sh", &line);
        let mut arguments = shell.split(' ').map(|part| part.replace("{0}", &self.text("step.sh")));
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").expect("PATH"));
        // What a step of the job gets: not all of it is the launcher's.
        assert_eq!(arguments.next().as_deref(), Some("bash"));
        let mut words = starter.iter().copied().chain(["/bin/bash"]);
        let mut command = Command::new(words.next().expect("a program"));
        command.args(words).args(arguments).env_clear().env("PATH", path).current_dir(self.path("workspace"));
        command.env("GITHUB_ACTION_PATH", self.path("action"));
        command.env("RUNNER_TEMP", self.path("temp")).env("RUNNER_TOOL_CACHE", self.path("tools"));
        command.env("GITHUB_WORKSPACE", self.path("workspace"));
        command.env("GOENV_CI_SERVER_URL", &self.server);
        command.env("GOENV_CI_ACTION_REPOSITORY", "org/goenv-action").envs(environment.iter().copied());
        command
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
        let asset = asset();
        self.program(&format!("server{}", address_of(&asset)), "released");
        self.write("action/scripts/checksums.txt", &format!("source {source}\n{sum}  {asset}\n"));
    }

    /// The files in the tool cache, relative to it.
    fn stored(&self) -> Vec<String> {
        files_below(&self.path("tools"), &self.path("tools"))
    }

    fn in_temp(&self) -> usize {
        fs::read_dir(self.path("temp")).expect("temp").count()
    }

    /// Shortens what the launcher waits for and takes, in the one place where each is said.
    fn hurry(&self) {
        let script = self.path("action/scripts/launch.sh");
        let mut text = fs::read_to_string(&script).expect("launch.sh");
        for (limit, shorter) in [
            ("--connect-timeout 10 ", "--connect-timeout 1 "),
            ("--speed-limit 1024 --speed-time 30 --max-time 300 ", "--speed-limit 1024 --speed-time 1 --max-time 2 "),
            ("--retry 3 --retry-max-time 300 ", ""),
            ("largest=268435456 ", "largest=65536 "),
        ] {
            assert_eq!(text.matches(limit).count(), 1, "launch.sh says `{limit}` once");
            text = text.replace(limit, shorter);
        }
        fs::write(script, text).expect("launch.sh");
    }
}

/// The shell and the line with which action.yml starts the launcher.
fn launching_step() -> (String, String) {
    let text = fs::read_to_string(Path::new(ROOT).join("action.yml")).expect("action.yml");
    let action: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
    let step = &action["runs"]["steps"][0];
    let text = |key: &str| step[key].as_str().expect(key).to_owned();
    let shell = text("shell");
    // What a runner makes of the bare word.
    let shell = if shell == "bash" { "bash --noprofile --norc -e -o pipefail {0}".to_owned() } else { shell };
    (shell, text("run"))
}

fn asset() -> String {
    let system = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-musl" };
    format!("goenv-ci-7.8.9-{}-{system}", std::env::consts::ARCH)
}

fn address_of(asset: &str) -> String {
    format!("/org/goenv-action/releases/download/v7.8.9/{asset}")
}

fn files_below(dir: &Path, root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() {
            files.extend(files_below(&path, root));
        } else {
            files.push(path.strip_prefix(root).expect("below").display().to_string());
        }
    }
    files
}

/// A server on this machine that gives each connection to `answer`, with the path that was asked for.
fn serve(answer: impl Fn(&str, &mut TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.expect("a connection"), answer.clone());
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().expect("a connection")).lines();
                let asked = lines.next().and_then(Result::ok).unwrap_or_default();
                while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
                answer(asked.split(' ').nth(1).unwrap_or_default(), &mut stream);
            });
        }
    });
    format!("http://{address}")
}

pub fn serve_files(dir: PathBuf) -> String {
    serve(move |asked, stream| {
        let response = match fs::read(dir.join(asked.trim_start_matches('/'))) {
            Ok(body) => {
                [format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes(), body].concat()
            }
            Err(_) => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
        };
        stream.write_all(&response).ok();
    })
}

/// The SHA-256 of the program that answers `goenv-ci <origin>`.
fn sum_of(origin: &str) -> String {
    let script = format!("#!/bin/sh\necho goenv-ci {origin}\n");
    ring::digest::digest(&ring::digest::SHA256, script.as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

fn released_sum() -> String {
    sum_of("released")
}

fn errors_in(launched: &assert_cmd::assert::Assert) -> Vec<String> {
    let text = String::from_utf8_lossy(&launched.get_output().stdout).into_owned();
    text.lines().filter(|line| line.starts_with("::")).map(String::from).collect()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
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
fn a_given_binary_on_two_lines_adds_no_output() {
    let checkout = Checkout::new();
    for name in ["goenv-ci\npath=evil", "goenv-ci\rpath=evil", "goenv-ci\u{1b}[31m", "goenv-ci\n"] {
        checkout.program(&format!("workspace/{name}"), "given");
        let launched = checkout.launch(&[("GOENV_CI_BINARY", name)]).code(2);
        let errors = errors_in(&launched);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains("the input `binary` holds a line feed or another control character"), "{errors:?}");
        assert!(!checkout.path("output").exists(), "{name:?}");
    }
}

#[test]
fn what_a_binary_says_is_one_line_and_no_command() {
    let checkout = Checkout::new();
    checkout.executable("workspace/goenv-ci", "printf 'goenv-ci ##[add-mask]a\\n::add-mask::b\\n'");
    let launched = checkout.launch(&[("GOENV_CI_BINARY", "goenv-ci")]).success();
    launched.stdout(contains("goenv-ci: goenv-ci ##\\u{5b}add-mask]a?::add-mask::b from input binary"));
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
    checkout.cargo(BUILDS);
    checkout.launch(&[]).success().stdout(contains("building it").and(contains("goenv-ci built from build")));
    assert_eq!(checkout.delivered().1, "build");
    let stored = checkout.stored();
    assert!(stored.len() == 2 && stored.iter().any(|file| file.ends_with(".complete")), "no marker: {stored:?}");

    checkout.cargo("exit 101");
    checkout.launch(&[]).success().stdout(contains("goenv-ci built from tool cache"));
    assert_eq!(checkout.delivered().1, "tool cache");
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
    let stored = checkout.stored().into_iter().find(|file| file.ends_with("/goenv-ci")).expect("the stored binary");
    fs::write(checkout.path("tools").join(stored), "#!/bin/sh\necho goenv-ci tampered\n").expect("the stored binary");
    checkout.launch(&[]).success().stdout(contains("it is replaced").and(contains("tampered").not()));
    assert_eq!(checkout.delivered().1, "release");
}

#[test]
fn a_released_binary_with_the_wrong_sum_is_refused_and_not_stored() {
    let checkout = Checkout::new();
    checkout.release(&"0".repeat(64), &checkout.source_sum());
    let launched = checkout.launch(&[]).code(3);
    launched.stdout(contains("It was not started").and(contains("goenv-ci released").not()));
    assert_eq!(checkout.stored(), [""; 0], "nothing may be left for the next job");
    assert_eq!(checkout.in_temp(), 0, "the download stays behind");
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
fn a_release_that_cannot_be_downloaded_is_built_instead_and_found_again() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    fs::remove_dir_all(checkout.path("server")).expect("the server");
    checkout.launch(&[]).code(3).stdout(contains("could not be downloaded: building it")).stderr(contains("cargo was"));
    checkout.cargo(BUILDS);
    checkout.launch(&[]).success().stdout(contains("goenv-ci built from build"));
    checkout.cargo("exit 101");
    checkout.launch(&[]).success().stdout(contains("goenv-ci built from tool cache"));
}

/// Between the look at a file in the tool cache and its start, nobody can exchange it.
#[test]
fn what_is_started_is_a_copy_that_only_this_user_can_reach() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    let mut seen = BTreeSet::new();
    for source in ["release", "tool cache"] {
        checkout.launch(&[]).success();
        let (path, from) = checkout.delivered();
        assert_eq!(from, source);
        assert!(path.starts_with(checkout.path("temp")), "{}", path.display());
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o7777;
        assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o700, 0o700), "{source}");
        assert!(seen.insert(path), "a name that was there before");
    }
}

/// What another user, or a stranger's job before this one, can have put into the tool cache.
#[test]
fn a_foreign_binary_with_a_marker_of_its_own_is_not_started() {
    type Plant = fn(&Checkout, &str);
    let mut plants: Vec<(&str, Plant)> = vec![
        ("the file is writable", |checkout, dir| checkout.allow(&format!("{dir}/goenv-ci"), 0o775)),
        ("its folder is writable", |checkout, dir| checkout.allow(dir, 0o777)),
        ("the marker is writable", |checkout, dir| checkout.allow(&format!("{dir}.complete"), 0o666)),
        ("the version's folder is writable", |checkout, dir| {
            checkout.allow(dir.rsplit_once('/').expect("a folder").0, 0o775);
        }),
        ("the tool's folder is writable", |checkout, _| checkout.allow("tools/goenv-ci", 0o777)),
        ("the tool cache is writable", |checkout, _| checkout.allow("tools", 0o777)),
        ("the tool's folder is a link", |checkout, _| {
            fs::rename(checkout.path("tools/goenv-ci"), checkout.path("elsewhere")).expect("a move");
            symlink(checkout.path("elsewhere"), checkout.path("tools/goenv-ci")).expect("a link");
        }),
        ("the file is a link", |checkout, dir| {
            let file = checkout.path(&format!("{dir}/goenv-ci"));
            fs::rename(&file, checkout.path("elsewhere")).expect("a move");
            symlink(checkout.path("elsewhere"), file).expect("a link");
        }),
    ];
    if is_root() {
        plants.push(("the file is another user's", |checkout, dir| {
            chown(checkout.path(&format!("{dir}/goenv-ci")), Some(65534), None).expect("chown");
        }));
        plants.push(("its folder is another user's", |checkout, dir| {
            chown(checkout.path(dir), Some(65534), None).expect("chown");
        }));
        plants.push(("the tool cache is another user's", |checkout, _| {
            chown(checkout.path("tools"), Some(65534), None).expect("chown");
        }));
    }
    for (what, plant) in plants {
        let checkout = Checkout::new();
        checkout.cargo(BUILDS);
        checkout.launch(&[]).success();
        let marker = checkout.stored().into_iter().find(|file| file.ends_with(".complete")).expect("a marker");
        let dir = format!("tools/{}", marker.trim_end_matches(".complete"));
        checkout.program(&format!("{dir}/goenv-ci"), "foreign");
        checkout.write(&format!("{dir}.complete"), &format!("{}\n", sum_of("foreign")));
        // Nobody else: this user's own entry is used.
        fs::remove_dir_all(checkout.path("temp/goenv-ci")).ok();
        checkout.launch(&[]).success().stdout(contains("goenv-ci foreign from tool cache"));

        plant(&checkout, &dir);
        let launched = checkout.launch(&[]).success();
        launched.stdout(contains("goenv-ci built from build").and(contains("goenv-ci foreign").not()));
        checkout.cargo("exit 101");
        checkout.launch(&[]).success().stdout(contains("goenv-ci built from"));
        if checkout.path("elsewhere").is_dir() {
            assert!(
                files_below(&checkout.path("elsewhere"), &checkout.path("elsewhere")).len() == 2,
                "{what}: written through the link"
            );
        }
    }
}

#[test]
fn where_the_sum_is_known_it_decides_and_not_the_marker() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.launch(&[]).success();
    for file in checkout.stored() {
        match file.strip_suffix(".complete") {
            Some(_) => checkout.write(&format!("tools/{file}"), &format!("{}\n", sum_of("foreign"))),
            None => checkout.program(&format!("tools/{file}"), "foreign"),
        }
    }
    let launched = checkout.launch(&[]).success();
    launched.stdout(contains("goenv-ci released from release").and(contains("foreign").not()));
}

#[test]
fn where_others_may_write_to_the_tool_cache_a_later_step_finds_it_in_runner_temp() {
    let checkout = Checkout::new();
    checkout.allow("tools", 0o777);
    checkout.cargo(BUILDS);
    checkout.launch(&[]).success().stdout(contains("others may write to the tool cache"));
    assert_eq!(checkout.stored(), [""; 0]);
    checkout.cargo("exit 101");
    checkout.launch(&[]).success();
    assert_eq!(checkout.delivered().1, "an earlier step");
}

#[test]
fn a_tool_cache_in_the_workspace_is_the_workspaces() {
    let checkout = Checkout::new();
    checkout.cargo(BUILDS);
    let tools = checkout.text("workspace/tools");
    checkout.launch(&[("RUNNER_TOOL_CACHE", &tools)]).success();
    assert_eq!(checkout.delivered().1, "build");
    assert_eq!(files_below(&checkout.path("workspace"), &checkout.path("workspace")), [""; 0]);
}

#[test]
fn a_program_of_the_workspace_is_never_started_instead_of_the_systems() {
    let checkout = Checkout::new();
    for place in ["workspace", "workspace/bin", "temp/bin", "shared", "checkouts/other"] {
        checkout.traps(place);
    }
    symlink(checkout.path("workspace/bin"), checkout.path("link")).expect("a link");
    checkout.allow("shared", 0o777);
    let whole = std::env::var("PATH").expect("PATH");
    let at = |place: &str| checkout.text(place);
    let mut path = vec![String::new(), ".".into(), "bin".into(), at("workspace"), at("workspace/bin"), at("link")];
    path.extend([at("temp/bin"), at("temp/../workspace/bin"), at("shared"), at("checkouts/other"), at("bin"), whole]);
    let path = path.join(":");
    let environment = [("PATH", path.as_str()), ("RUNNER_WORKSPACE", &at("checkouts"))];

    checkout.cargo(BUILDS);
    checkout.launch(&environment).success().stdout(contains("goenv-ci built from build"));
    checkout.launch(&environment).success().stdout(contains("goenv-ci built from tool cache"));
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.launch(&environment).success().stdout(contains("goenv-ci released from release"));
    // The shell itself is the runner's choice, by this PATH.
    let started = checkout.started();
    assert_eq!(started, "", "started from where the job decides");
}

#[test]
fn a_cargo_that_is_not_used_is_named_where_there_is_no_other() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path("bin/cargo")).expect("cargo");
    // A system without cargo.
    fs::create_dir(checkout.path("system")).expect("a folder");
    for tool in TOOLS.split_whitespace().filter(|tool| *tool != "cargo") {
        let found =
            ["/usr/bin", "/bin", "/sbin"].map(|dir| Path::new(dir).join(tool)).into_iter().find(|path| path.exists());
        if let Some(path) = found {
            symlink(path, checkout.path(&format!("system/{tool}"))).expect("a link");
        }
    }
    let script = checkout.path("action/scripts/launch.sh");
    let text = fs::read_to_string(&script).expect("launch.sh");
    let line = text.lines().find(|line| line.starts_with("system_path=/usr/bin:")).expect("the system's directories");
    fs::write(&script, text.replace(line, &format!("system_path={}", checkout.text("system")))).expect("launch.sh");

    for (place, mode) in [("workspace/bin", 0o755), ("temp/bin", 0o755), ("shared", 0o777)] {
        checkout.traps(place);
        checkout.allow(place, mode);
        let launched = checkout.launch(&[("PATH", &checkout.text(place))]).code(3);
        let named = format!("`{}/cargo` is where the job or another user could have put it", checkout.text(place));
        assert!(errors_in(&launched).concat().contains(&named), "{:?}", errors_in(&launched));
    }
    assert_eq!(errors_in(&checkout.launch(&[("PATH", "")]).code(3)).len(), 1);
    assert_eq!(checkout.started(), "");
}

#[test]
fn what_steers_a_shell_or_curl_does_nothing() {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.write("home/.curlrc", &format!("output = \"{}\"\n", checkout.text("started")));
    checkout.write("startup", &format!("echo startup >>'{}'\n", checkout.text("started")));
    let function = format!("() {{ echo function >>'{}'; }}", checkout.text("started"));
    let (startup, home, cdpath) = (checkout.text("startup"), checkout.text("home"), checkout.text("temp"));
    let mut environment: Vec<(&str, &str)> = vec![
        ("BASH_ENV", &startup),
        ("ENV", &startup),
        ("SHELLOPTS", "braceexpand:noexec"),
        ("BASHOPTS", "extglob:failglob"),
        ("CDPATH", &cdpath),
        ("GLOBIGNORE", "*"),
        ("IFS", "/0123456789"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("GREP_OPTIONS", "--invert-match"),
        ("CURL_HOME", &home),
        ("HOME", &home),
        ("OSTYPE", "msys"),
        ("windows", "true"),
        ("private", "/"),
        ("delivered", "true"),
        ("root", "/nowhere"),
    ];
    let functions =
        ["curl", "find", "sed", "cd", "exec", "printf", "exit", "mktemp"].map(|name| format!("BASH_FUNC_{name}%%"));
    environment.extend(functions.iter().map(|name| (name.as_str(), function.as_str())));
    checkout.launch(&environment).success().stdout(contains("goenv-ci released from release"));
    // With both, bash 3.2 ends before it reads its script.
    environment.retain(|(name, _)| *name != "SHELLOPTS");
    environment.push(("POSIXLY_CORRECT", "1"));
    checkout.launch(&environment).success().stdout(contains("goenv-ci released from tool cache"));
    assert_eq!(checkout.started(), "");
}

#[test]
fn cargo_gets_the_variables_that_are_listed_and_no_other() {
    let checkout = Checkout::new();
    checkout.cargo(&format!("env >'{0}/variables'; pwd >'{0}/cwd'; exit 101", checkout.text("")));
    let (inside, outside) = (checkout.text("workspace/.cargo"), checkout.text("cargo-home"));
    fs::create_dir_all(&inside).expect("a folder");
    fs::create_dir_all(&outside).expect("a folder");
    let hostile = "AR CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS CARGO_PROFILE_RELEASE_DEBUG CARGO_TARGET_DIR CC \
                   COMPILER_PATH DYLD_INSERT_LIBRARIES GITHUB_TOKEN LIBRARY_PATH PERL5LIB RUSTC RUSTC_WORKSPACE_WRAPPER \
                   RUSTC_WRAPPER RUSTFLAGS RUSTUP_TOOLCHAIN TARGET_CC CARGO_REGISTRY_TOKEN __CARGO_TEST_ROOT";
    let mut environment: Vec<_> = hostile.split_whitespace().map(|name| (name, "hostile")).collect();
    environment.extend([("CARGO_HOME", inside.as_str()), ("RUSTUP_HOME", outside.as_str()), ("HOME", "relative")]);
    environment.extend([("HTTPS_PROXY", "http://proxy"), ("no_proxy", "localhost"), ("SSL_CERT_FILE", "/ca.pem")]);
    environment.extend([("BASH_FUNC_cargo%%", "() { :; }"), ("A-B", "hostile")]);
    checkout.launch(&environment).code(3);

    let seen = fs::read_to_string(checkout.path("variables")).expect("cargo ran");
    assert!(!seen.contains("hostile"), "{seen}");
    let value = |name: &str| seen.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
    assert_eq!(value("RUSTUP_HOME"), Some(outside.as_str()));
    assert_eq!(value("HTTPS_PROXY"), Some("http://proxy"));
    assert_eq!(value("SSL_CERT_FILE"), Some("/ca.pem"));
    assert_eq!((value("CARGO_HOME"), value("HOME")), (None, None), "a home in the workspace is the workspace's");
    assert_eq!((value("RUSTC_WRAPPER"), value("CARGO_ENCODED_RUSTFLAGS")), (Some(""), Some("")));
    assert!(value("TMPDIR").is_some_and(|dir| dir.starts_with(&checkout.text("temp/goenv-ci."))), "{seen}");
    let names: Vec<_> = seen.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    let ours = names
        .iter()
        .filter(|name| name.starts_with("GITHUB_") || name.starts_with("RUNNER_") || name.starts_with("GOENV_CI_"));
    assert_eq!(ours.count(), 0, "{names:?}");
    assert_eq!(fs::read_to_string(checkout.path("cwd")).expect("cargo ran"), "/\n");

    environment.retain(|(name, _)| *name != "CARGO_HOME");
    environment.push(("CARGO_HOME", &outside));
    checkout.launch(&environment).code(3);
    let seen = fs::read_to_string(checkout.path("variables")).expect("cargo ran");
    assert!(seen.contains(&format!("CARGO_HOME={outside}\n")), "{seen}");
}

/// The real cargo with everything around it that cargo would obey.
#[test]
fn the_build_obeys_neither_the_workspace_nor_a_directory_above_nor_a_variable() {
    let checkout = Checkout::new();
    fs::remove_file(checkout.path("bin/cargo")).expect("the other cargo");
    let version = "fn main() { println!(\"goenv-ci {}\", if cfg!(evil) { \"evil\" } else { \"clean\" }) }\n";
    checkout.write("action/src/main.rs", version);
    checkout.write("action/Cargo.lock", "version = 4\n\n[[package]]\nname = \"goenv-ci\"\nversion = \"7.8.9\"\n");
    checkout.executable("wrapper", &format!("echo wrapper >>'{}'; exec \"$@\"", checkout.text("started")));
    let wrapper = checkout.text("wrapper");
    let config = format!(
        "[build]\nrustc-wrapper = \"{wrapper}\"\nrustflags = [\"--cfg\", \"evil\"]\n\
         target = \"no-such-target\"\ntarget-dir = \"{}\"\n",
        checkout.text("elsewhere")
    );
    for place in ["workspace", "", "temp", "action", "action/src"] {
        let at = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
        checkout.write(&at(".cargo/config.toml"), &config);
        checkout.write(&at("rust-toolchain.toml"), "[toolchain]\nchannel = \"1.2.3\"\n");
        if !place.starts_with("action") {
            checkout.write(&at("Cargo.toml"), "[workspace]\nmembers = [\"nothing\"]\n");
        }
    }
    // The user's own home counts, but no wrapper or flags from there.
    checkout.write(
        "cargo-home/config.toml",
        &format!("[build]\nrustc-wrapper = \"{wrapper}\"\nrustflags = [\"--cfg\", \"evil\"]\n"),
    );
    let homes = ["HOME", "RUSTUP_HOME"].map(|name| (name, std::env::var(name).unwrap_or_default()));
    let mut environment: Vec<_> =
        homes.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, value.as_str())).collect();
    let home = checkout.text("cargo-home");
    environment.extend([("CARGO_HOME", home.as_str()), ("RUSTC_WRAPPER", &wrapper), ("RUSTFLAGS", "--cfg evil")]);
    environment.extend([
        ("CARGO_BUILD_TARGET", "no-such-target"),
        ("RUSTUP_TOOLCHAIN", "1.2.3"),
        ("RUSTC", "/bin/false"),
    ]);
    environment.extend([
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "banana"),
        ("CARGO_TARGET_DIR", "/nowhere"),
        ("CC", "/bin/false"),
    ]);
    checkout.launch(&environment).success().stdout(contains("goenv-ci clean from build"));
    assert_eq!(checkout.started(), "");
    assert!(!checkout.path("elsewhere").exists() && !checkout.path("action/target").exists(), "built elsewhere");
    let left: Vec<_> = fs::read_dir(checkout.delivered().0.parent().expect("a folder")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "sources and target stay behind: {left:?}");
}

#[test]
fn a_build_that_fails_says_one_error_however_it_fails() {
    for (what, script) in [
        ("cargo fails", "exit 101"),
        ("cargo is killed", "kill -9 $$"),
        ("cargo makes nothing", "exit 0"),
        ("what it makes does not start", &BUILDS.replace("echo goenv-ci built", "exit 1")),
    ] {
        let checkout = Checkout::new();
        checkout.cargo(script);
        let launched = checkout.launch(&[]).code(3);
        let errors = errors_in(&launched);
        assert!(errors.len() == 1 && errors[0].starts_with("::error title=goenv-ci::"), "{what}: {errors:?}");
        assert!(errors[0].contains("the input `binary`"), "{what}: no way out: {errors:?}");
    }
    let checkout = Checkout::new();
    checkout.cargo(BUILDS);
    fs::remove_dir(checkout.path("temp")).expect("temp");
    checkout.write("temp", "a file");
    let errors = errors_in(&checkout.launch(&[]).code(3));
    assert_eq!(errors.len(), 1, "RUNNER_TEMP is no folder: {errors:?}");
}

#[test]
fn a_server_that_does_not_come_to_an_end_is_given_up() {
    let part = |stream: &mut TcpStream, bytes: &[u8]| stream.write_all(bytes).and_then(|()| stream.flush()).is_ok();
    let head = b"HTTP/1.1 200 OK\r\n\r\n";
    let stalled = serve(|_, _| std::thread::sleep(Duration::from_secs(60)));
    let dripping = serve(move |_, stream| {
        part(stream, head);
        while part(stream, b"x") {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    // Above the least rate, and below the largest size for longer than anybody waits.
    let slow = serve(move |_, stream| {
        part(stream, head);
        while part(stream, &[0; 1024]) {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let endless = serve(move |_, stream| {
        part(stream, head);
        while part(stream, &[0; 65536]) {}
    });
    let silent_tls = stalled.replace("http://", "https://");
    let servers = [
        ("stalled", stalled),
        ("dripping", dripping),
        ("slow", slow),
        ("endless", endless),
        ("silent TLS", silent_tls),
    ];
    std::thread::scope(|scope| {
        for (what, server) in &servers {
            scope.spawn(move || {
                let checkout = Checkout::new();
                checkout.hurry();
                checkout.cargo(BUILDS);
                checkout.release(&released_sum(), &checkout.source_sum());
                let launched = checkout.launch(&[("GOENV_CI_SERVER_URL", server)]).success();
                launched.stdout(contains("could not be downloaded: building it").and(contains("from build")));
                let largest = files_below(&checkout.path("temp"), &checkout.path("temp")).into_iter();
                let largest =
                    largest.map(|file| fs::metadata(checkout.path("temp").join(file)).expect("a file").len()).max();
                assert!(largest.expect("a file") <= 65536, "{what}: too much was kept");
            });
        }
    });
}

#[test]
fn a_release_comes_by_http_and_is_never_led_elsewhere() {
    let checkout = Checkout::new();
    checkout.cargo(BUILDS);
    checkout.release(&released_sum(), &checkout.source_sum());
    let fifo = checkout.path(&format!("files{}", address_of(&asset())));
    fs::create_dir_all(fifo.parent().expect("a folder")).expect("a folder");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    let server = checkout.server.clone();
    let elsewhere = serve(move |asked, stream| {
        let head = format!("HTTP/1.1 302 Found\r\nLocation: {server}{asked}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(head.as_bytes()).ok();
    });
    let home = checkout.text("files");
    for server in [format!("file://{home}"), elsewhere, format!("ftp://{home}"), "-o/dev/null".into(), String::new()] {
        fs::remove_dir_all(checkout.path("tools")).ok();
        fs::remove_dir_all(checkout.path("temp")).ok();
        let launched = checkout.launch(&[("GOENV_CI_SERVER_URL", &server)]).success();
        launched.stdout(contains("could not be downloaded: building it").and(contains("from build")));
    }
}

/// The same files are summed and built from; cargo would miss one that Cargo.toml names.
#[test]
fn what_the_build_is_made_from_is_a_whole_package() {
    let checkout = Checkout::new();
    fs::remove_dir_all(checkout.path("action/src")).expect("src");
    let names = ["Cargo.toml", "Cargo.lock", ".cargo", "askama.toml", "src", "matrix", "benches"];
    let paths = names.map(|name| Path::new(ROOT).join(name));
    let copied = Command::new("cp").arg("-R").args(paths).arg(checkout.path("action")).status().expect("cp");
    assert!(copied.success());
    symlink("/etc", checkout.path("action/src/link")).expect("a link");
    let cargo = env!("CARGO");
    checkout.cargo(&format!(
        "while [ $# -gt 1 ]; do [ \"$1\" = --manifest-path ] && manifest=$2; shift; done\n\
         [ ! -e \"${{manifest%/*}}/src/link\" ] || exit 9\n\
         '{cargo}' metadata --no-deps --offline --format-version 1 --manifest-path \"$manifest\" >/dev/null"
    ));
    let launched = checkout.launch(&[("HOME", &std::env::var("HOME").unwrap_or_default())]).code(3);
    launched.stdout(contains("cargo ended without a goenv-ci"));
}

#[test]
fn the_source_sum_covers_every_file_that_the_build_embeds() {
    let root = Path::new(ROOT);
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
            // All of `src` is summed.
            let there = path.with_file_name(embedded).canonicalize();
            let is_beside = there.is_ok_and(|file| file.starts_with(root.join("src")));
            let embedded = embedded.trim_start_matches("../").trim_start_matches('/');
            let is_covered = covered.iter().any(|input| embedded.starts_with(input));
            assert!(is_beside || is_covered, "{}: launch.sh does not sum `{embedded}`", path.display());
        }
    }
}
