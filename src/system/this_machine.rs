//! What the system tells this process: platform, environment, working directory, cores.

use crate::output::trouble::system;
use crate::platform::{
    Platform,
    env::{EnvBlock, doubled},
};
use std::{
    env,
    io::{self, IsTerminal},
    sync::LazyLock,
    thread,
};

/// The platform this binary was built for.
#[must_use]
pub fn platform() -> Platform {
    if cfg!(windows) {
        Platform::Windows
    } else if cfg!(target_os = "macos") {
        Platform::Macos
    } else {
        Platform::Linux
    }
}

/// As in RUNNER_ARCH: `X64`, `ARM64`, or Rust's own word in upper case.
#[must_use]
pub fn arch() -> String {
    match env::consts::ARCH {
        "x86_64" => "X64".to_owned(),
        "aarch64" => "ARM64".to_owned(),
        "x86" => "X86".to_owned(),
        other => other.to_uppercase(),
    }
}

/// As in GOARCH.
#[must_use]
pub fn goarch() -> String {
    match env::consts::ARCH {
        "x86_64" => "amd64".to_owned(),
        "aarch64" => "arm64".to_owned(),
        "x86" => "386".to_owned(),
        other => other.to_owned(),
    }
}

/// What this process was started with, and the names of what is not UTF-8.
struct StartedWith {
    pairs: Vec<(String, String)>,
    unreadable: Vec<String>,
}

/// Nothing here changes it, so it is read once.
static BLOCK: LazyLock<StartedWith> = LazyLock::new(|| {
    let (mut pairs, mut unreadable) = (Vec::new(), Vec::new());
    for (name, value) in env::vars_os() {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => pairs.push((name, value)),
            (Ok(name), Err(_)) => unreadable.push(name),
            (Err(name), _) => unreadable.push(name.to_string_lossy().into_owned()),
        }
    }
    StartedWith { pairs, unreadable }
});

/// Names and values as this process was given them; what is not UTF-8 is left out.
#[must_use]
pub fn block() -> &'static [(String, String)] {
    &BLOCK.pairs
}

/// This process's environment; what is not UTF-8 is left out. Of two spellings
/// of one name the value that the system answers with counts.
#[must_use]
pub fn environment() -> EnvBlock {
    let mut environment = EnvBlock::from_pairs(platform(), block().iter().cloned());
    for doubled in doubled(platform(), block()) {
        let name = &doubled.spellings[0].0;
        if let Some(value) = env::var_os(name).and_then(|value| value.into_string().ok()) {
            environment.set(name.clone(), value);
        }
    }
    environment
}

/// Names of what `environment` leaves out, because name or value is not UTF-8.
#[must_use]
pub fn unreadable_names() -> Vec<String> {
    BLOCK.unreadable.clone()
}

/// Names that the environment holds in more than one spelling, where the platform takes them as one.
#[must_use]
pub fn doubled_names() -> Vec<String> {
    doubled(platform(), block()).into_iter().flat_map(|found| found.spellings).map(|(name, _)| name).collect()
}

/// The file of this program, absolute.
///
/// # Errors
/// As the system says, or the path is not UTF-8.
pub fn program() -> io::Result<String> {
    let asked = if cfg!(target_os = "linux") { " (`/proc/self/exe`)" } else { "" };
    let file = env::current_exe().map_err(|why| {
        io::Error::new(
            why.kind(),
            format!("the system does not tell the path of this program{asked}: {}", system(&why)),
        )
    })?;
    let file = file.into_os_string().into_string();
    file.map_err(|file| io::Error::other(format!("`{}` is not UTF-8", file.display())))
}

/// The directory this process was started in; empty if it is gone or not UTF-8.
#[must_use]
pub fn current_dir() -> String {
    env::current_dir().ok().and_then(|dir| dir.into_os_string().into_string().ok()).unwrap_or_default()
}

/// The system's temporary directory.
#[must_use]
pub fn temp_dir() -> String {
    env::temp_dir().to_string_lossy().into_owned()
}

/// The time, UTC, as RFC 3339 has it: `2026-07-04T12:00:00Z`.
#[must_use]
pub fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The day, UTC, that a waiver's last day is held against.
#[must_use]
pub fn today() -> chrono::NaiveDate {
    chrono::Utc::now().date_naive()
}

/// Cores that this process may use.
#[must_use]
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Whether a person reads the standard error.
#[must_use]
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether a person reads standard output.
#[must_use]
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// The width of the terminal that standard output is, in columns.
#[must_use]
pub fn stdout_columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// Whether standard output is a terminal that knows hyperlinks (OSC 8).
#[must_use]
pub fn stdout_shows_links() -> bool {
    stdout_is_terminal() && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}
