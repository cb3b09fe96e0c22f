//! What the programs that scripts start have to do with Go, by their names, and which steps start any that does.

use crate::{
    actions::{
        setup_go::{self, GorootExport},
        uses::{Action, KnownAction},
    },
    lint::{
        caches::one,
        timeline::{RowStep, StepKind, StepShell},
    },
    script::{
        ScriptPiece, ScriptText, Setter,
        reading::{RunnerFile, RunnerFileWrite, ScriptCommand, ScriptReading},
    },
    workflow::tree::Node,
};

/// Variables of the environment that Go reads.
const GO_VARIABLES: &str = " CGO_CFLAGS CGO_CPPFLAGS CGO_CXXFLAGS CGO_ENABLED CGO_LDFLAGS GO111MODULE GO386 GOAMD64 GOARCH \
                            GOARM GOARM64 GOAUTH GOBIN GOCACHE GOCACHEPROG GODEBUG GOENV GOEXPERIMENT GOFIPS140 GOFLAGS \
                            GOINSECURE GOMODCACHE GONOPROXY GONOSUMDB GOOS GOPATH GOPRIVATE GOPROXY GOROOT GOSUMDB \
                            GOTMPDIR GOTOOLCHAIN GOVCS GOWORK ";

/// Those that hold a directory.
pub(crate) const GO_DIRS: &[&str] = &["GOCACHE", "GOMODCACHE", "GOPATH", "GOBIN", "GOTMPDIR"];

/// Programs that do nothing that a variable of Go's changes.
const IDLE: &str = " : [ add-content cat cd chdir cls date declare df dir echo env exit export false get-childitem get-content \
                    get-location id local ls md mkdir new-item out-file out-null popd printenv printf pushd pwd readonly set \
                    set-content set-location set-variable sleep tee test touch true type typeset uname unset whoami \
                    write-host write-output ";

/// Programs that know nothing of Go's variables, unless one is among their words.
const FOREIGN: &str = " apt apt-get awk brew chmod choco chown copy-item cp curl diff docker-compose du expand-archive find gh git \
                       grep gzip head invoke-restmethod invoke-webrequest iwr jq kill ln mktemp move-item mv node npm npx pip \
                       pip3 pnpm remove-item rm rsync sed sort start-sleep tail tar timeout tr tree uniq unzip wait wc \
                       wget where which yarn yq zip ";

/// Programs that run Go, as far as their names tell: Go itself, what builds with it, and runners of tasks.
const RUN_GO: &str = " act air buf dagger dlv garble ginkgo go goimports golangci-lint gomobile goreleaser gotestsum govulncheck \
                      gmake just ko mage make mingw32-make nmake staticcheck task xgo ";

/// Shells and interpreters, which run the file that they are given.
const SHELLS: &str = " . bash dash pwsh powershell sh source zsh cmd ";

/// Actions of others that run Go.
const ACTIONS: &[&str] =
    &["golangci/golangci-lint-action", "goreleaser/goreleaser-action", "golang/govulncheck-action"];

/// Owners whose actions set none of Go's variables, but for those that run what they are given.
const HARMLESS_OWNERS: &[&str] = &[
    "actions",
    "anchore",
    "arduino",
    "aws-actions",
    "azure",
    "bufbuild",
    "codecov",
    "coverallsapp",
    "docker",
    "dominikh",
    "dorny",
    "dtolnay",
    "github",
    "golang",
    "golangci",
    "google-github-actions",
    "goreleaser",
    "hashicorp",
    "ossf",
    "peter-evans",
    "pnpm",
    "sigstore",
    "softprops",
    "sonarsource",
    "step-security",
    "tj-actions",
];

/// Actions of those owners that run what they are given, or set Go up.
const SETTING_ACTIONS: &[&str] = &["azure/cli", "azure/powershell", "hashicorp/setup-golang"];

/// What a script of actions/github-script has in it that sets a variable, or that nobody sees through.
const SETTING_WORDS: &[&str] = &["exportVariable", "GITHUB_ENV", "require(", "import", "exec", "spawn", "${{"];

/// A step with a script whose shell and language are known.
pub(crate) struct KnownScript<'r, 'a> {
    /// Its number in the row.
    pub number: usize,
    pub step: &'r RowStep<'a>,
    pub script: &'a Node,
    pub shell: &'r StepShell,
    pub reading: &'r ScriptReading,
}

impl<'r, 'a> KnownScript<'r, 'a> {
    /// Of a step; `None` where only a run tells the shell, or the script is not all understood.
    pub(crate) fn of(number: usize, step: &'r RowStep<'a>) -> Option<Self> {
        match &step.kind {
            StepKind::Script { script, shell: Some(shell), reading: Some(reading) } if reading.syntax_is_known => {
                Some(Self { number, step, script, shell, reading })
            }
            _ => None,
        }
    }

    /// All of a row.
    pub(crate) fn all(steps: &'r [RowStep<'a>]) -> impl Iterator<Item = Self> {
        steps.iter().enumerate().filter_map(|(number, step)| Self::of(number, step))
    }

    pub(crate) fn text(&self) -> &'a str {
        self.script.text().unwrap_or_default()
    }

    /// A line of the script, from 1.
    pub(crate) fn line(&self, line: usize) -> &'a str {
        self.text().lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }
}

pub(crate) fn is_go_variable(name: &str) -> bool {
    is_in(GO_VARIABLES, name)
}

fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| !one.is_empty() && one == word)
}

/// The program of a command: its file's name in small letters, without `.exe`.
pub(crate) fn program(command: &ScriptCommand) -> Option<String> {
    let written = command.invoked().first()?.as_literal()?;
    let name = written.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
    Some(name.strip_suffix(".exe").unwrap_or(&name).to_owned())
}

/// The words behind the program, where they hold nothing to be found out.
pub(crate) fn argument(command: &ScriptCommand, at: usize) -> &str {
    command.invoked().get(at).and_then(ScriptText::as_literal).unwrap_or_default()
}

/// Whether a command does nothing that a variable of Go's changes: `echo`, `mkdir`, `go env`.
pub(crate) fn is_idle(command: &ScriptCommand) -> bool {
    match program(command) {
        None => command.invoked().is_empty(),
        Some(name) if name == "go" => matches!(argument(command, 1), "env" | "version" | "help"),
        Some(name) => is_in(IDLE, &name),
    }
}

/// Whether a command does nothing that a variable of Go's changes, as long as none is among its words: `git`, `curl`.
pub(crate) fn is_foreign(command: &ScriptCommand) -> bool {
    program(command).is_some_and(|name| is_in(FOREIGN, &name))
}

/// Whether a command runs Go, or a file of the repository that may.
pub(crate) fn may_run_go(command: &ScriptCommand) -> bool {
    match program(command) {
        Some(name) if name == "go" => !is_idle(command),
        Some(name) => is_in(RUN_GO, &name) || runs_file(command),
        None => false,
    }
}

/// Whether a command runs a file of the repository, or text: nobody knows what that does.
pub(crate) fn runs_file(command: &ScriptCommand) -> bool {
    let written = command.invoked().first().and_then(ScriptText::as_literal).unwrap_or_default();
    let is_path = written.contains(['/', '\\']) && !written.starts_with("/usr/") && !written.starts_with("/bin/");
    let is_shell = program(command).is_some_and(|name| is_in(SHELLS, &name)) && command.invoked().len() > 1;
    let has_ending = [".sh", ".ps1", ".bat", ".cmd"].iter().any(|ending| written.ends_with(ending));
    is_path || is_shell || has_ending
}

/// Whether a step runs Go, as far as its text tells.
pub(crate) fn step_may_run_go(step: &RowStep<'_>) -> bool {
    match &step.kind {
        StepKind::Script { .. } => step.reading().is_some_and(|reading| reading.commands.iter().any(may_run_go)),
        StepKind::Action { .. } => runs_go_action(step),
        StepKind::Other => false,
    }
}

/// Whether a step uses an action of others that runs Go.
pub(crate) fn runs_go_action(step: &RowStep<'_>) -> bool {
    published(step.action()).is_some_and(|name| ACTIONS.contains(&&*name))
}

/// `owner/name` of a published action, in small letters.
pub(crate) fn published(action: Option<&Action>) -> Option<String> {
    match action {
        Some(Action::Published(action)) => Some(format!("{}/{}", action.owner, action.name).to_ascii_lowercase()),
        _ => None,
    }
}

/// Whether a script sets the variable for what it runs.
pub(crate) fn sets_itself(step: &RowStep<'_>, name: &str) -> bool {
    step.reading().is_some_and(|reading| {
        reading.settings.iter().any(|place| place.by == Setter::Export && place.name == name)
            || reading.commands.iter().any(|command| command.assignments.iter().any(|(own, _)| own == name))
            || reading.commands.iter().any(|command| {
                let mut words = command.words.iter().filter_map(|word| word.0.first());
                words.any(|piece| {
                    matches!(piece, ScriptPiece::Literal(text) if text.split_once('=').is_some_and(|(own, _)| own == name))
                })
            })
    })
}

/// GOARCH by RUNNER_ARCH.
pub(crate) fn goarch(runner_arch: &str) -> &'static str {
    match runner_arch {
        "X64" => "amd64",
        "X86" => "386",
        "ARM64" => "arm64",
        "ARM" => "arm",
        _ => "",
    }
}

/// This action itself, by the name of its repository, whoever publishes it.
pub(crate) fn is_goenv_action(action: Option<&Action>) -> bool {
    let Some(Action::Published(action)) = action else { return false };
    env!("CARGO_PKG_REPOSITORY").rsplit('/').next().is_some_and(|name| action.name.eq_ignore_ascii_case(name))
        && action.path.is_empty()
}

/// Whether a step may set a variable for later steps in a way that cannot be seen.
pub(crate) fn may_set_unseen(step: &RowStep<'_>, name: &str) -> bool {
    match &step.kind {
        StepKind::Other | StepKind::Action { is_walked: true, .. } => false,
        StepKind::Action { .. } if step.known_action() == Some(KnownAction::SetupGo) => {
            name == "GOROOT" && may_export_goroot(step)
        }
        StepKind::Action { action, .. } => published(action.as_ref()).is_none_or(|action| match action.as_str() {
            "actions/github-script" => {
                let script = step.input_node("script").and_then(|script| script.node.text());
                script.is_none_or(|script| SETTING_WORDS.iter().any(|word| script.contains(word)))
            }
            action => {
                let owner = action.split('/').next().unwrap_or_default();
                !HARMLESS_OWNERS.contains(&owner) || SETTING_ACTIONS.contains(&action)
            }
        }),
        StepKind::Script { script, reading, .. } => reading.as_ref().is_none_or(|reading| {
            !reading.syntax_is_known
                || reading.commands.iter().any(runs_file)
                || writes_unseen(script.text().unwrap_or_default(), reading)
        }),
    }
}

/// Whether a step of setup-go may export GOROOT: old releases always, others for a Go before 1.9.
fn may_export_goroot(step: &RowStep<'_>) -> bool {
    let release = step.action().and_then(Action::reference).and_then(setup_go::release);
    if !release.is_some_and(|release| release.does.goroot == GorootExport::Old) {
        return true;
    }
    let given = step.input("go-version");
    let Some(given) = one(&given).map(|given| given.trim()) else { return true };
    let number = given.trim_start_matches(|c: char| "^~>=v ".contains(c)).strip_prefix("1.");
    let minor = number.and_then(|rest| rest.split(['.', '-', ' ', 'r', 'b']).next()?.parse::<u64>().ok());
    // Of no version the image's Go is taken, of a file that of a module; modules came with 1.11.
    let is_newer = matches!(given, "" | "stable" | "oldstable") || minor.is_some_and(|minor| minor >= 9);
    !is_newer
}

/// Whether a script writes to GITHUB_ENV what only a run tells, or hands the file to a program.
fn writes_unseen(script: &str, reading: &ScriptReading) -> bool {
    let is_env = |place: &&RunnerFileWrite| place.file == RunnerFile::Env;
    let is_seen = |at: usize| reading.file_writes.iter().filter(is_env).any(|write| write.span.bytes.contains(&at));
    let mut mentions = script.match_indices("GITHUB_ENV").chain(script.match_indices("github.env")).map(|(at, _)| at);
    let is_any = |by: Setter| reading.settings.iter().any(|place| place.by == by);
    let writes = reading.file_writes.iter().filter(is_env).count() > 0;
    is_any(Setter::Unseen) || writes && !is_any(Setter::GithubEnv) || mentions.any(|at| !is_seen(at))
}

/// Where a script runs, from the repository's root; empty: there.
pub(crate) fn working_directory(step: &RowStep<'_>) -> Option<String> {
    let own = step.node.get("working-directory");
    let job = step.file.tree.get("jobs").map(Node::entries).into_iter().flatten().find(|job| {
        job.node.get("steps").map(Node::list).into_iter().flatten().any(|one| std::ptr::eq(one, step.node))
    });
    let default = |node: &Node| node.get("defaults")?.get("run")?.get("working-directory")?.text().map(str::to_owned);
    let written = own
        .and_then(Node::text)
        .map(str::to_owned)
        .or_else(|| default(&job?.node))
        .or_else(|| default(&step.file.tree))
        .unwrap_or_default();
    let value = step.scope.text(&written);
    let value = one(&value)?;
    let workspace = step.scope.variable("GITHUB_WORKSPACE").map(|all| all.concat()).unwrap_or_default();
    let inside = value.strip_prefix(&workspace).filter(|_| !workspace.is_empty()).unwrap_or(value);
    let inside = inside.replace('\\', "/");
    let is_relative = !inside.starts_with(['/', '~', '$']) || inside.len() < value.len();
    let dir = inside.trim_start_matches("./").trim_matches('/').to_owned();
    (is_relative && !dir.split('/').any(|part| part == "..")).then(|| if dir == "." { String::new() } else { dir })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_action_is_known_by_its_name_in_any_case_and_under_any_owner() {
        let (_, name) = env!("CARGO_PKG_REPOSITORY").rsplit_once('/').unwrap();
        let is_it = |uses: &str| is_goenv_action(Action::of(uses).as_ref());
        for owner in ["acme", "Fork-Of-It", name] {
            assert!(is_it(&format!("{owner}/{name}@v1")), "{owner}");
            assert!(is_it(&format!("{owner}/{}@v1", name.to_uppercase())), "{owner}");
            assert!(!is_it(&format!("{owner}/{name}-extra@v1")), "{owner}");
            assert!(!is_it(&format!("{owner}/{name}/below@v1")), "{owner}");
        }
        assert!(!is_it("actions/setup-go@v7"));
    }
}
