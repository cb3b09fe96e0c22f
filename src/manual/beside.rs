//! What commands read and write beside what their flags name: one row for each, with the commands that it is for.

/// A name, what it is, and the commands that it is for; `*` is every one.
type Beside = (&'static str, &'static str, &'static [&'static str]);

const ALL: &[&str] = &["*"];
const PLANNED: &[&str] = &["plan", "apply", "verify", "export"];
const SUMMED_UP: &[&str] = &["verify", "explain", "doctor", "lint", "claims", "report publish"];
const FORGE: &[&str] = &["report publish", "report history"];
const OBTAINED: &[&str] = &["verify", "claims", "report publish", "report history"];

const VARIABLES: &[Beside] = &[
    ("RUNNER_TEMP", "the runner's directory for what a job leaves: GOCACHE is go-cache in it", PLANNED),
    ("RUNNER_WORKSPACE", "the directory above the checkout: GOPATH is go in it", PLANNED),
    ("GITHUB_WORKSPACE", "the checkout; the directory above it, where there is no RUNNER_WORKSPACE", PLANNED),
    (
        "GITHUB_REPOSITORY",
        "the repository, as OWNER/NAME",
        &["plan", "apply", "verify", "export", "report publish", "report history"],
    ),
    ("GITHUB_ENV", "the file that apply adds GOCACHE, GOPATH and GOBIN to", &["apply"]),
    ("GITHUB_PATH", "the file that apply adds the directory of programs to", &["apply"]),
    ("GITHUB_OUTPUT", "the file for the outputs of the step", &["apply", "verify", "lint", "report publish"]),
    ("GITHUB_STEP_SUMMARY", "the file that the answer is added to, as Markdown", SUMMED_UP),
    ("RUNNER_TOOL_CACHE", "where the runner keeps toolchains: go/1.21.13/x64, for example", &["verify", "claims"]),
    ("GOPROXY", "where --install downloads toolchains from", &["verify", "claims"]),
    ("GITHUB_TOKEN", "the token for the GitHub API", FORGE),
    ("GITHUB_API_URL", "the address of the GitHub API", FORGE),
    ("GITHUB_RUN_ID", "the run of the workflow, where --run names none", &["report publish"]),
    ("HTTPS_PROXY, NO_PROXY", "the proxy for downloads, and the servers that are reached without it", OBTAINED),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "certificates to trust, instead of the system's", OBTAINED),
    ("NO_COLOR", "without --color: filled, it takes all colors out", ALL),
    ("FORCE_COLOR, CLICOLOR_FORCE", "without --color: filled and not 0, they color pipes and files too", ALL),
    ("CLICOLOR", "without --color: 0 takes all colors out", ALL),
    ("GITHUB_ACTIONS", "filled on a runner: errors are annotations too", ALL),
];

const FILES: &[Beside] = &[
    (
        ".github/goenv-ci.yml",
        "the repository's own defaults, looked for from the working directory up to the repository's root",
        &["plan", "apply", "verify", "doctor", "lint", "export"],
    ),
    (".github/workflows, action.yml", "what is looked at, where no path is named", &["lint"]),
    (
        "RUNNER_TEMP/_goenv-ci/delivery.json",
        "what apply has delivered; verify holds the environment against it",
        &["apply", "verify"],
    ),
    (
        "goenv-ci/warm",
        "in the directory of your caches: what verify has compiled of each Go, which may be removed any time",
        &["verify"],
    ),
    ("FROM.goenv-ci-journal", "beside the old place: how far a move came, and what --undo goes by", &["relocate"]),
];

/// Variables that no flag stands for, with what each is.
pub(super) fn variables(command: &str) -> Vec<(String, String)> {
    of(command, VARIABLES)
}

/// Files that no flag names, with what each is.
pub(super) fn files(command: &str) -> Vec<(String, String)> {
    of(command, FILES)
}

fn of(command: &str, rows: &[Beside]) -> Vec<(String, String)> {
    let ours = rows.iter().filter(|(_, _, commands)| commands.contains(&command) || commands.contains(&"*"));
    ours.map(|(name, meaning, _)| ((*name).to_owned(), (*meaning).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Args;
    use clap::CommandFactory;

    #[test]
    fn every_command_that_a_row_is_for_is_one() {
        let mut root = Args::command();
        root.build();
        for command in VARIABLES.iter().chain(FILES).flat_map(|(_, _, commands)| *commands).filter(|name| **name != "*")
        {
            let found = command.split(' ').try_fold(&root, |above, word| above.find_subcommand(word));
            assert!(found.is_some(), "{command}");
        }
    }
}
