//! docs/reliability.md, written from what a run counted.

use crate::table::Table;
use std::{fmt::Write as _, path::PathBuf, process::Command};

/// Where the page is.
pub fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/reliability.md")
}

const HEAD: &str = include_str!("head.md");

/// What is judged, and where. Asked before the run, which takes its time.
pub fn state() -> String {
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .filter(|said| output.status.success() && !said.is_empty())
    };
    let commit = said("git", &["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let changed = said("git", &["status", "--porcelain", "--", "src", "Cargo.lock", "matrix"]).is_some();
    let beside = if changed { ", with changes that are not committed" } else { "" };
    let date = goenv_ci::system::this_machine::now();
    let date = date.split('T').next().unwrap_or_default();
    let build = if std::env::var_os("GOENV_CI_RELIABILITY_BINARY").is_some() { "release" } else { "debug" };
    let kernel = said("uname", &["-sr"]).unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    format!("{date}, the {build} build of goenv-ci {version} of commit `{commit}`{beside}, {kernel}")
}

/// The whole page.
pub fn render(tables: &[Table], state: &str, seed: u64) -> String {
    let mut page = HEAD.to_owned();
    writeln!(page, "This run: {state}, seed {seed}.\n").unwrap();
    for table in tables {
        page.push_str(&table.markdown());
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}
