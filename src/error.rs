//! Why there is no answer: what happened, where, and what to do. Each kind
//! names its exit code here and nowhere else.

mod help;

use crate::output::trouble::system;
use crate::{
    apply::ApplyError,
    config::ConfigError,
    exit::Exit,
    export::{CannotHold, ImportFault},
    goenv::{
        toolchain::MissingToolchain,
        version::{GoRequest, NotAGoVersion},
    },
    install::InstallError,
    nearest::nearest,
    output::sanitize,
    plan::{PlanError, runner::RunnerError},
    ports::forge::ForgeError,
    probe::MatrixError,
    relocate::mover::{FailedMove, MoveError},
    yaml::FaultDetail,
};
use std::io;

/// There is no plan, nothing or not all was written, or there is no report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A value or a repository that cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A file of probes or a runner profile that cannot be read.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The repository's file with defaults.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// `--go` with something else.
    #[error(transparent)]
    Version(#[from] NotAGoVersion),
    /// A runner or a repository that cannot be planned for.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// `explain` of a variable that no Go knows.
    #[error("no Go from 1.21 on knows a variable `{name}`")]
    Variable {
        /// As it was given.
        name: String,
        /// The nearest known ones, nearest first.
        meant: Vec<&'static str>,
    },
    /// `explain --pid` of a process that shows nothing.
    #[error("the environment of process {pid} cannot be read: {why}")]
    Process {
        /// As it was given.
        pid: u32,
        /// Why not.
        why: String,
    },
    /// `--matrix` with a directory that cannot be read.
    #[error("the probes in `{dir}` cannot be read: {why}")]
    MatrixDir {
        /// As it was given.
        dir: String,
        /// What the system says.
        why: String,
    },
    /// `--claims` with a directory that cannot be read.
    #[error("the claims in `{dir}` cannot be read: {why}")]
    ClaimsDir {
        /// As it was given.
        dir: String,
        /// What the system says.
        why: String,
    },
    /// The report cannot go where it was asked to go.
    #[error("the report cannot be written: {0}")]
    Report(String),
    /// `man` with a directory that cannot be written.
    #[error("the manual cannot be written to `{dir}`: {why}")]
    Manual {
        /// As it was given.
        dir: String,
        /// Which file, and what the system says.
        why: String,
    },
    /// The runner does not get its summary or its outputs.
    #[error("{variable} `{path}` was not written: {why}")]
    Undelivered {
        /// Which file.
        variable: &'static str,
        /// Its path.
        path: String,
        /// What the system says, or what is in it.
        why: String,
        /// What to do, a clause.
        help: String,
        /// The directory that holds the report, if it was asked for.
        written: Option<String>,
    },
    /// The answer did not reach standard output: a full disk, for example.
    #[error("the answer could not be written to standard output: {}", system(_0))]
    Answer(io::Error),
    /// The report directory's name would be two lines of GITHUB_OUTPUT.
    #[error("the report directory's name holds a line end or another control character")]
    ReportName,
    /// A report that is to be read is not there.
    #[error("{0}")]
    ReportInput(String),
    /// The command files were not written.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// Asked for, and nowhere.
    #[error("{}", nowhere(.missing))]
    Missing {
        /// What was asked for.
        missing: Vec<MissingToolchain>,
        /// What could be asked for instead, as `--go` takes it.
        present: Vec<String>,
    },
    /// `--go-root` of what is none.
    #[error("`{dir}` is no GOROOT: {why}")]
    GoRoot {
        /// As it was looked for.
        dir: String,
        /// What is missing there.
        why: String,
    },
    /// `--live`, and PATH has no Go.
    #[error("there is no `go` on PATH, and `--live` judges no other")]
    NoGo,
    /// `--install` did not get what was missing.
    #[error("{}", not_obtained(.0))]
    Install(Vec<(GoRequest, InstallError)>),
    /// The record that `apply` left cannot be read.
    #[error("the record of what apply delivered, `{path}`, cannot be read: {why}")]
    Record {
        /// Where it lies.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The scratch directory.
    #[error("no scratch directory could be made in `{place}`: {}", system(source))]
    Scratch {
        /// The parent directory.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// `observe`, which `verify` starts.
    #[error("nothing could be observed: {0}")]
    Observation(String),
    /// The forge did not give what is needed.
    #[error("GitHub: {0}")]
    Forge(ForgeError),
    /// What publishing needs to know is not said.
    #[error("{0}")]
    Publish(String),
    /// `doctor --check` with something else.
    #[error("there is no check `{id}`")]
    Check {
        /// As it was given.
        id: String,
        /// The nearest there are, nearest first.
        meant: Vec<&'static str>,
    },
    /// A saved event log tells nothing.
    #[error("`{path}`: {why}")]
    EventLog {
        /// Which file.
        path: String,
        /// Why.
        why: String,
    },
    /// `doctor --log` of what cannot be read.
    #[error("the log `{path}` cannot be read: {}", system(why))]
    Log {
        /// As it was given.
        path: String,
        /// What is there, or what the system says.
        why: io::Error,
    },
    /// A fix was not made, or not taken back.
    #[error("`{path}` was not changed: {why}")]
    Fix {
        /// Which file.
        path: String,
        /// Why.
        why: String,
    },
    /// A move of a tree that was not done.
    #[error(transparent)]
    Relocate(#[from] FailedMove),
    /// A format has no way to say a value.
    #[error(transparent)]
    Export(#[from] CannotHold),
    /// `export --shell` with a format that is for no such shell.
    #[error("`{format}` is for no shell `{shell}`")]
    FormatShell {
        /// As it was typed.
        format: String,
        /// As it was given.
        shell: String,
    },
    /// `export --scope machine` with a format that knows no such thing.
    #[error("`{0}` makes no difference between a user and the machine")]
    FormatScope(String),
    /// A format for another system than the plan's.
    #[error("`{format}` is not for {platform}, and the plan is for {runner}")]
    FormatPlatform {
        /// As it was typed.
        format: String,
        /// What was planned for.
        runner: String,
        /// As in RUNNER_OS.
        platform: &'static str,
    },
    /// `--out` without `--force`, and something is there.
    #[error("`{0}` is there already")]
    ExportExists(String),
    /// `--out` could not be written.
    #[error("`{path}` was not written: {why}")]
    NotExported {
        /// As it was looked for.
        path: String,
        /// What the system says.
        why: String,
    },
    /// A template that cannot be read.
    #[error(transparent)]
    Import(#[from] ImportFault),
    /// A file that cannot be read.
    #[error("`{path}` cannot be read: {why}")]
    ImportFile {
        /// As it was given.
        path: String,
        /// What the system says.
        why: String,
    },
    /// `lint --fix -`.
    #[error("`--fix` changes files, and standard input is none")]
    FixOfInput,
    /// What was asked for matches nothing.
    #[error("nothing was selected: no {what} matches `{}`", .asked.join("`, `"))]
    NoMatch {
        /// `probe`, `claim`.
        what: &'static str,
        /// As it was given.
        asked: Vec<String>,
        /// The nearest there are, nearest first.
        meant: Vec<String>,
        /// The command that prints all.
        list: &'static str,
    },
    /// Nothing was selected.
    #[error("nothing was selected: {0}")]
    Nothing(String),
    /// Ctrl-C.
    #[error("interrupted: the programs that ran are ended, the scratch directory is removed")]
    Interrupted,
}

impl Error {
    /// Nothing among `names` matches what was `asked` for; `list` is the command that prints them.
    #[must_use]
    pub fn no_match(what: &'static str, asked: &[String], names: &[String], list: &'static str) -> Self {
        let mut meant: Vec<String> = Vec::new();
        for name in asked.iter().flat_map(|text| nearest(text, names.iter().map(String::as_str))) {
            if !meant.iter().any(|known| known == name) {
                meant.push(name.to_owned());
            }
        }
        Self::NoMatch { what, asked: asked.to_vec(), meant, list }
    }

    /// By contract.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            // No input is wrong: this machine cannot take what would be written.
            Self::Plan(PlanError::PathTooLong { .. } | PlanError::NoDefault { .. })
            | Self::Runner(RunnerError::Unreadable(_)) => Exit::NoReport,
            Self::Plan(_) | Self::Matrix(_) | Self::Version(_) | Self::Runner(_) | Self::MatrixDir { .. } => {
                Exit::Usage
            }
            Self::Config(_)
            | Self::Check { .. }
            | Self::FixOfInput
            | Self::Export(_)
            | Self::FormatShell { .. }
            | Self::FormatScope(_)
            | Self::FormatPlatform { .. }
            | Self::ExportExists(_)
            | Self::Import(_)
            | Self::ImportFile { .. }
            | Self::EventLog { .. }
            | Self::Log { .. }
            | Self::ReportName
            | Self::ReportInput(_)
            | Self::Publish(_)
            | Self::Variable { .. }
            | Self::GoRoot { .. }
            | Self::ClaimsDir { .. } => Exit::Usage,
            Self::Report(_)
            | Self::Manual { .. }
            | Self::Undelivered { .. }
            | Self::Answer(_)
            | Self::Apply(_)
            | Self::Missing { .. }
            | Self::NoGo
            | Self::Install(_)
            | Self::Record { .. }
            | Self::Scratch { .. }
            | Self::Forge(_)
            | Self::Fix { .. }
            | Self::NotExported { .. }
            | Self::Process { .. }
            | Self::Observation(_) => Exit::NoReport,
            Self::Relocate(failed) => match failed.why {
                MoveError::Stopped => Exit::Interrupted,
                _ => Exit::NoReport,
            },
            Self::Nothing(_) | Self::NoMatch { .. } => Exit::Nothing,
            Self::Interrupted => Exit::Interrupted,
        }
    }

    /// The line of a file that somebody wrote, and what to write instead.
    fn detail(&self) -> Option<&FaultDetail> {
        match self {
            Self::Matrix(error) => Some(&error.detail),
            Self::Config(error) => Some(&error.detail),
            _ => None,
        }
    }

    /// The whole, as it is printed; what a terminal or a runner could take for an order is shown instead.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("error: {self}\n");
        if let Some(detail) = self.detail() {
            text.push_str(&detail.excerpt);
        }
        if let Some(place) = self.place() {
            text.push_str(&format!(" where: {place}\n"));
        }
        if let Some(help) = self.help() {
            text.push_str(&format!("  help: {help}\n"));
        }
        sanitize::disarmed(&sanitize::visible(&text))
    }
}

fn nowhere(all: &[MissingToolchain]) -> String {
    let mut text = String::new();
    for one in all {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("Go {} is nowhere; looked at:", one.request));
        for place in &one.looked_at {
            text.push_str(&format!("\n  - {place}"));
        }
    }
    text
}

fn not_obtained(failed: &[(GoRequest, InstallError)]) -> String {
    let lines: Vec<String> =
        failed.iter().map(|(request, why)| format!("Go {request} was not installed: {why}")).collect();
    lines.join("\n")
}
