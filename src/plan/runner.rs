//! Which runner is planned for: a recorded one, or the one this process is on.

use crate::{
    nearest::{did_you_mean, nearest},
    plan::profile::load_profile,
    platform::{Platform, env::EnvBlock, facts::Facts},
    probe::{MatrixError, RUNNERS},
};

/// The runner that this process is on.
pub const CURRENT: &str = "current";

/// Nothing can be planned for what was named.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// No such runner.
    #[error("there is no recorded runner `{0}`")]
    Unknown(String),
    /// No repository can be called that.
    #[error("`{0}` is not a repository")]
    Repository(String),
    /// A variable that matters here is not UTF-8.
    #[error("the variable `{0}` of the environment is not UTF-8")]
    Unreadable(String),
    /// A recorded runner that cannot be read: a defect of ours.
    #[error(transparent)]
    Profile(#[from] MatrixError),
}

impl RunnerError {
    /// Where the wrong thing was said, if that is not in the message itself.
    #[must_use]
    pub fn place(&self) -> Option<&'static str> {
        match self {
            Self::Unknown(_) => Some("flag --runner (variable GOENV_CI_RUNNER)"),
            Self::Repository(_) => Some("flag --repository (variable GOENV_CI_REPOSITORY), else GITHUB_REPOSITORY"),
            Self::Unreadable(_) | Self::Profile(_) => None,
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown(name) => {
                let names: Vec<_> = known().collect();
                let all = format!("there are {}, and `current` for this machine", names.join(", "));
                did_you_mean(&nearest(name, names)).map_or(all.clone(), |meant| format!("{meant} {all}"))
            }
            Self::Repository(_) => "give OWNER/NAME, for example `org/app`".to_owned(),
            Self::Unreadable(_) => {
                "give it a value in UTF-8: paths, variables and command files are read and written as that".to_owned()
            }
            Self::Profile(_) => "report it: the recorded runners are part of goenv-ci".to_owned(),
        }
    }
}

/// What the system tells this process.
#[derive(Clone, Debug)]
pub struct Here {
    /// Path syntax of this machine.
    pub platform: Platform,
    /// As in RUNNER_ARCH.
    pub arch: String,
    /// The environment of this process.
    pub env: EnvBlock,
    /// Variables that are in it and are not UTF-8.
    pub unreadable: Vec<String>,
    /// Absolute.
    pub current_dir: String,
    /// The system's temporary directory, absolute.
    pub temp_dir: String,
}

/// Refuses to go on as if a variable that matters here were not set.
///
/// # Errors
/// It is not UTF-8.
pub fn check_readable(here: &Here) -> Result<(), RunnerError> {
    let matters = |name: &&String| {
        let name = here.platform.fold_name(name).into_owned();
        name == "PATH" || ["GO", "RUNNER_", "GITHUB_"].iter().any(|prefix| name.starts_with(prefix))
    };
    here.unreadable.iter().find(matters).map_or(Ok(()), |name| Err(RunnerError::Unreadable(name.clone())))
}

/// The names of the recorded runners.
pub fn known() -> impl Iterator<Item = &'static str> {
    RUNNERS.iter().map(|(file, _)| file.trim_start_matches("runners/").trim_end_matches(".yml"))
}

/// The facts of a runner by name; `repository` is `OWNER/NAME` if somebody said it.
///
/// # Errors
/// No such runner, or no such repository can be.
pub fn facts(name: &str, repository: Option<&str>, here: &Here) -> Result<Facts, RunnerError> {
    if let Some(said) = repository.filter(|said| !is_repository(said)) {
        return Err(RunnerError::Repository(said.to_owned()));
    }
    if name == CURRENT {
        return Ok(current(repository, here));
    }
    let Some((file, content)) = RUNNERS.iter().zip(known()).find(|(_, known)| *known == name).map(|(found, _)| found)
    else {
        return Err(RunnerError::Unknown(name.to_owned()));
    };
    let profile = load_profile(file, content)?;
    let (repository, assumed) = repository_or_folder(repository, here);
    let mut facts = profile.facts(&repository);
    facts.assumptions.extend(assumed);
    Ok(facts)
}

/// This machine, from what the runner says of itself. Without RUNNER_TEMP there is no runner, whatever else is set.
fn current(repository: Option<&str>, here: &Here) -> Facts {
    let (platform, env) = (here.platform, &here.env);
    let mut assumptions = Vec::new();
    let (repository, assumed) = repository_or_folder(repository, here);
    let checkout = env.get_filled("GITHUB_WORKSPACE").unwrap_or(&here.current_dir).to_owned();
    let temp = env.get_filled("RUNNER_TEMP").map(str::to_owned);
    let workspace = if temp.is_some() {
        assumptions.extend(assumed);
        workspace(here, &mut assumptions)
    } else {
        assumptions.push(
            "RUNNER_TEMP is not set, so this is no runner: the standard values are Go's own defaults, written out"
                .to_owned(),
        );
        None
    };
    let image = env.get_filled("ImageOS").unwrap_or_default().to_owned();
    Facts {
        runner: CURRENT.to_owned(),
        label: label(&image),
        platform,
        arch: env.get_filled("RUNNER_ARCH").unwrap_or(&here.arch).to_owned(),
        image,
        repository,
        temp_emptied: temp.as_ref().map(|_| "the runner empties when a job begins and when it ends".to_owned()),
        temp,
        workspace,
        checkout,
        path: env.path_entries().into_iter().map(str::to_owned).collect(),
        preinstalled: Vec::new(),
        env: env.clone(),
        expands: false,
        assumptions,
    }
}

/// What the runner calls its workspace, else the parent of the checkout that it names. Where it names neither,
/// the current directory says nothing: what lies above it may be anybody's.
fn workspace(here: &Here, assumptions: &mut Vec<String>) -> Option<String> {
    if let Some(said) = here.env.get_filled("RUNNER_WORKSPACE") {
        return Some(said.to_owned());
    }
    let parent = here.env.get_filled("GITHUB_WORKSPACE").and_then(|checkout| here.platform.parent(checkout));
    assumptions.push(match &parent {
        Some(parent) => {
            format!("RUNNER_WORKSPACE is not set, so the parent of the checkout, `{parent}`, stands for it")
        }
        None => "neither RUNNER_WORKSPACE nor GITHUB_WORKSPACE is set, so GOPATH is Go's own default".to_owned(),
    });
    parent
}

/// `OWNER/NAME` or `NAME`, of the characters that GitHub allows: the name becomes a directory.
fn is_repository(text: &str) -> bool {
    let plain = |part: &str| {
        !matches!(part, "" | "." | "..") && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    text.split('/').count() <= 2 && text.split('/').all(plain)
}

fn repository_or_folder(repository: Option<&str>, here: &Here) -> (String, Option<String>) {
    if let Some(said) = repository {
        return (said.to_owned(), None);
    }
    let folder = here.platform.file_name(&here.current_dir).unwrap_or_else(|| "app".to_owned());
    let name = format!("org/{folder}");
    (
        name,
        Some(format!(
            "the repository is taken to be called `{folder}`, like the current folder; `--repository OWNER/NAME` says otherwise"
        )),
    )
}

/// What `runs-on` calls an image. Source: runner-images, `ImageOS` of each.
fn label(image: &str) -> String {
    let numbered = |prefix: &str, make: fn(&str) -> String| {
        image.strip_prefix(prefix).filter(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit())).map(make)
    };
    numbered("win", |n| format!("windows-20{n}"))
        .or_else(|| numbered("ubuntu", |n| format!("ubuntu-{n}.04")))
        .or_else(|| numbered("macos", |n| format!("macos-{n}")))
        .unwrap_or_else(|| "self-hosted".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(pairs: &[(&str, &str)]) -> Here {
        let env = EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied());
        Here {
            unreadable: Vec::new(),
            platform: Platform::Linux,
            arch: "X64".into(),
            env,
            current_dir: "/home/u/app".into(),
            temp_dir: "/tmp".into(),
        }
    }

    #[test]
    fn on_a_runner_its_own_directories_count() {
        let facts = facts(
            CURRENT,
            Some("org/app"),
            &here(&[
                ("RUNNER_TEMP", "/w/_temp"),
                ("RUNNER_WORKSPACE", "/w/app"),
                ("GITHUB_WORKSPACE", "/w/app/app"),
                ("ImageOS", "ubuntu24"),
            ]),
        )
        .unwrap();
        assert_eq!(
            (facts.temp.as_deref(), facts.workspace.as_deref(), facts.label.as_str()),
            (Some("/w/_temp"), Some("/w/app"), "ubuntu-24.04")
        );
        assert!(facts.assumptions.is_empty());
    }

    #[test]
    fn a_missing_workspace_is_the_parent_of_the_checkout() {
        let facts =
            facts(CURRENT, Some("org/app"), &here(&[("RUNNER_TEMP", "/t"), ("GITHUB_WORKSPACE", "/w/app/app")]))
                .unwrap();
        assert_eq!(facts.workspace.as_deref(), Some("/w/app"));
        let neither = self::facts(CURRENT, Some("org/app"), &here(&[("RUNNER_TEMP", "/t")])).unwrap();
        assert_eq!((neither.temp.as_deref(), neither.workspace), (Some("/t"), None), "not what is above /home/u/app");
        assert!(neither.assumptions[0].contains("GOPATH is Go's own default"), "{:?}", neither.assumptions);
    }

    #[test]
    fn without_a_temporary_directory_of_a_runner_there_is_no_runner() {
        for pairs in [&[][..], &[("RUNNER_WORKSPACE", "/w/app"), ("GITHUB_WORKSPACE", "/w/app/app")]] {
            let facts = facts(CURRENT, None, &here(pairs)).unwrap();
            assert_eq!((&facts.temp, &facts.workspace, facts.label.as_str()), (&None, &None, "self-hosted"));
            assert_eq!(facts.assumptions.len(), 1);
            assert!(facts.assumptions[0].contains("Go's own defaults"), "{:?}", facts.assumptions);
        }
    }

    #[test]
    fn what_cannot_be_a_repository_is_no_folder_of_the_plan() {
        for wrong in ["org/", "/", "org/..", "a/b/c", "org/x\\y", "org/x\n::error::y", "org/a b"] {
            assert!(facts("windows-2022", Some(wrong), &here(&[])).is_err(), "{wrong}");
        }
        for good in ["org/app", "app", "org/.github", "o-1/a_b.c"] {
            assert!(facts("windows-2022", Some(good), &here(&[])).is_ok(), "{good}");
        }
    }

    #[test]
    fn an_unknown_runner_is_answered_with_the_known_ones() {
        let error = facts("windows-2019", None, &here(&[])).unwrap_err();
        assert!(error.help().contains("windows-2022"));
    }
}
