//! Where the wrong thing was said, and what to do about it.

use crate::{error::Error, nearest::did_you_mean, relocate::mover::MoveError};

impl Error {
    /// Where the wrong thing was said, if that is not in the message itself.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        match self {
            Self::Plan(error) => Some(error.place()),
            Self::Version(_) => Some("input `go-versions` (flag --go, variable GOENV_CI_GO_VERSIONS)".to_owned()),
            Self::Runner(error) => error.place().map(str::to_owned),
            Self::MatrixDir { .. } => Some("input `matrix` (flag --matrix, variable GOENV_CI_MATRIX)".to_owned()),
            Self::ClaimsDir { .. } => Some("flag --claims".to_owned()),
            Self::Report(_) | Self::ReportName => {
                Some("input `report-dir` (flag --report, variable GOENV_CI_REPORT_DIR)".to_owned())
            }
            _ => None,
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Plan(error) => Some(error.help()),
            Self::Matrix(error) => Some(after(
                error.detail.instead.as_deref(),
                "docs/matrix.md has every key with an example, docs/claims.md those of claims",
            )),
            Self::Config(error) => Some(after(
                error.detail.instead.as_deref(),
                "docs/config.md has every key; what is not among them is for flags, variables and inputs alone. `--no-config` reads no file",
            )),
            Self::Export(why) => Some(why.help.clone()),
            Self::FormatShell { format, .. } => Some(format!("leave `--shell` out, or see which `{format}` takes: `goenv-ci export --list`")),
            Self::FormatScope(_) => Some("leave `--scope` out; who reads the file decides for whom it counts".to_owned()),
            Self::FormatPlatform { .. } => Some("name a runner of the right system with `--runner`, or leave it out".to_owned()),
            Self::ExportExists(_) => Some("`--force` replaces it".to_owned()),
            Self::NotExported { .. } => Some("name a new file in a directory that can be written".to_owned()),
            Self::Import(why) => Some(why.help.clone()),
            Self::ImportFile { .. } => Some("name a file that can be read, or `-` for standard input".to_owned()),
            Self::FixOfInput => Some("write it to a file first".to_owned()),
            Self::Version(_) => Some("write `1.21` for its newest patch, `1.21.13`, or `path` for the `go` on PATH; several with commas".to_owned()),
            Self::Runner(error) => Some(error.help()),
            Self::MatrixDir { .. } => {
                Some("name a directory with .yml files; `embedded` stands for the probes that are built in".to_owned())
            }
            Self::ClaimsDir { .. } => {
                Some("name a directory with .yml files; `embedded` stands for the claims that are built in".to_owned())
            }
            Self::Report(_) | Self::Manual { .. } => Some("name a directory that can be written".to_owned()),
            Self::Undelivered { written: Some(dir), help, .. } => {
                Some(format!("{help}; the report itself is written, in `{dir}`"))
            }
            Self::Undelivered { written: None, help, .. } => Some(help.clone()),
            Self::ReportName => Some("give one path on one line".to_owned()),
            Self::ReportInput(_) => Some("give a report.json, or a directory that holds them".to_owned()),
            Self::Apply(error) => Some(error.help()),
            Self::Missing { present, .. } => {
                let ways = "`--install` downloads it, `--go-root DIR` names an installation, `--allow-missing` skips it";
                let present: Vec<String> = present.iter().map(|word| format!("`--go {word}`")).collect();
                Some(match present.is_empty() {
                    true => ways.to_owned(),
                    false => format!("{} judges what is here; {ways}", present.join(" or ")),
                })
            }
            Self::GoRoot { .. } => Some("name the directory that holds `bin/go`, as `go env GOROOT` prints it".into()),
            Self::NoGo => Some(
                "put it after the step that installs Go, such as setup-go; `goenv-ci verify --install` downloads its own"
                    .to_owned(),
            ),
            Self::Install(failed) => Some(failed.iter().map(|(_, why)| why.help()).next().unwrap_or_default()),
            Self::Record { .. } => Some("remove it and run `goenv-ci apply` again".to_owned()),
            Self::Scratch { .. } => Some("set RUNNER_TEMP, TMPDIR or TEMP to a directory that can be written".to_owned()),
            Self::Observation(_) => Some("`goenv-ci verify` starts this by itself, through each shell".to_owned()),
            Self::Process { .. } => Some("`--environment` without `--pid` is about this process".to_owned()),
            Self::Variable { meant, .. } => Some(suggestion(meant, "`goenv-ci explain` without a name shows all")),
            Self::Forge(why) if why.is_refusal() => Some(
                "give the job's `permissions:` what is named, and GITHUB_TOKEN; docs/publish.md has them all"
                    .to_owned(),
            ),
            Self::Publish(_) => {
                Some("a workflow sets all but GITHUB_TOKEN; `--in DIR` merges what lies here".to_owned())
            }
            Self::Forge(_) => None,
            Self::Check { meant, .. } => Some(suggestion(meant, "`goenv-ci doctor --list` prints all")),
            Self::NoMatch { meant, list, .. } => Some(suggestion(meant, &format!("`{list}` prints all"))),
            Self::EventLog { .. } => Some("export the log Microsoft-Windows-Windows Defender/Operational with the Event Viewer, and read it on Windows".to_owned()),
            Self::Log { .. } => Some("give it a file, or a pipe: `gh run view --log | goenv-ci doctor --log -`".to_owned()),
            Self::Fix { .. } => Some("look at it, and run `goenv-ci doctor` again".to_owned()),
            Self::Relocate(failed) => relocate_help(&failed.why),
            Self::Answer(_) => Some("make room where standard output goes, and run it again".to_owned()),
            Self::Nothing(_) | Self::Interrupted => None,
        }
    }
}

/// What to write first, then where all of it stands.
fn after(instead: Option<&str>, always: &str) -> String {
    instead.map_or_else(|| always.to_owned(), |instead| format!("{instead}\n        {always}"))
}

fn relocate_help(why: &MoveError) -> Option<String> {
    let help = match why {
        MoveError::Busy(_) => "wait until it has ended, or end it",
        MoveError::Journal { .. } => "look at it; without it nothing is known of an earlier move",
        MoveError::Stuck { .. } => "look at both places before you remove anything; the journal says how far it came",
        MoveError::Changed { .. } => "end the programs that write there, and run it again",
        MoveError::Copy(_) | MoveError::Refused { .. } => "run the same command again when that is mended, or `--undo`",
        MoveError::Failed(_) => "`goenv-ci doctor` says what else keeps that Go from working",
        MoveError::NotAsked(_) | MoveError::Stopped => return None,
    };
    Some(help.to_owned())
}

fn suggestion(meant: &[impl AsRef<str>], all: &str) -> String {
    did_you_mean(meant).map_or(all.to_owned(), |meant| format!("{meant} {all}"))
}
