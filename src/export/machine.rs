//! What is planned for where no runner is named: a machine of the kind that a format is for, with values that hold on
//! each of them.

use crate::{
    goenv::variable::GoVar,
    plan::{
        Giver, Override, Overrides,
        runner::{self, Here, RunnerError},
    },
    platform::{Platform, env::EnvBlock, facts::Facts},
};

/// A kind of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportMachine {
    /// A person's or a server's Windows: Go's own defaults, by `%LOCALAPPDATA%` and `%USERPROFILE%`.
    Windows,
    /// A person's Linux or macOS: Go's own defaults, by `$HOME`.
    Unix,
    /// The machine that this runs on, by its own directories.
    Here,
    /// Root in an image that is made of the official one, whose GOPATH is `/go`.
    Container,
    /// A hosted runner of GitHub with Windows, by RUNNER_TEMP and RUNNER_WORKSPACE.
    GithubWindows,
    /// A job of another CI system, in a directory that it keeps for the job, which it names in this variable; below it.
    Job {
        /// `CI_PROJECT_DIR`.
        variable: &'static str,
        /// `.cache`; empty for the directory itself.
        below: &'static str,
        /// `GitLab CI`, for a sentence.
        system: &'static str,
    },
}

/// Values that take the place of the plan's own standard, with the reason.
struct MachineStandard {
    gocache: String,
    gopath: String,
    reason: String,
}

impl ExportMachine {
    /// What was planned for, for a sentence.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Windows => "any Windows machine".to_owned(),
            Self::Unix => "any user's home directory".to_owned(),
            Self::Here => "this machine".to_owned(),
            Self::Container => "an image made of the official golang image".to_owned(),
            Self::GithubWindows => "a hosted Windows runner of GitHub".to_owned(),
            Self::Job { system, .. } => format!("a job of {system}"),
        }
    }

    /// The facts to plan with.
    ///
    /// # Errors
    /// As the plan for this machine.
    pub fn facts(self, repository: Option<&str>, here: &Here) -> Result<Facts, RunnerError> {
        let current = runner::facts(runner::CURRENT, repository, here)?;
        let (platform, pairs): (Platform, &[(&str, &str)]) = match self {
            Self::Here => return Ok(Facts { expands: true, ..current }),
            Self::Windows => {
                (Platform::Windows, &[("USERPROFILE", "%USERPROFILE%"), ("LOCALAPPDATA", "%LOCALAPPDATA%")])
            }
            Self::GithubWindows => (Platform::Windows, &[]),
            Self::Unix => (Platform::Linux, &[("HOME", "$HOME")]),
            Self::Container => (Platform::Linux, &[("HOME", "/root")]),
            Self::Job { .. } => (Platform::Linux, &[]),
        };
        let on_github = self == Self::GithubWindows;
        Ok(Facts {
            runner: self.words(),
            label: if on_github { "windows-2022" } else { "self-hosted" }.to_owned(),
            platform,
            image: String::new(),
            temp: on_github.then(|| "%RUNNER_TEMP%".to_owned()),
            temp_emptied: on_github.then(|| "the runner empties when a job begins and when it ends".to_owned()),
            workspace: on_github.then(|| "%RUNNER_WORKSPACE%".to_owned()),
            checkout: String::new(),
            path: Vec::new(),
            env: EnvBlock::from_pairs(platform, pairs.iter().copied()),
            expands: true,
            assumptions: Vec::new(),
            ..current
        })
    }

    /// What was asked for, and this machine's own standard for the rest; the second is for [`Self::reason`].
    #[must_use]
    pub fn overrides(self, asked: &Overrides) -> Overrides {
        let Some(standard) = self.standard() else { return asked.clone() };
        let or = |asked: &Option<Override>, value: String| {
            asked.clone().or_else(|| Some(Override::new(value, Giver::Default)))
        };
        Overrides {
            gocache: or(&asked.gocache, standard.gocache),
            gopath: or(&asked.gopath, standard.gopath),
            gobin: asked.gobin.clone(),
        }
    }

    /// Why a variable that nobody asked for has its value, where the plan itself does not know.
    #[must_use]
    pub fn reason(self, variable: GoVar) -> Option<String> {
        let standard = self.standard()?;
        matches!(variable, GoVar::Gocache | GoVar::Gopath).then_some(standard.reason)
    }

    fn standard(self) -> Option<MachineStandard> {
        match self {
            Self::Container => Some(MachineStandard {
                gocache: "/root/.cache/go-build".to_owned(),
                gopath: "/go".to_owned(),
                reason: "standard: as in the official golang image".to_owned(),
            }),
            Self::Job { variable, below, system } => {
                let dir = if below.is_empty() { format!("${variable}") } else { format!("${variable}/{below}") };
                Some(MachineStandard {
                    gocache: format!("{dir}/go-build"),
                    gopath: format!("{dir}/go"),
                    reason: format!("standard: in {variable}, where {system} can keep it from job to job"),
                })
            }
            _ => None,
        }
    }
}
