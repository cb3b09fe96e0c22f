//! GitHub's runner, setup-go, and the caches of actions/cache.

use crate::doctor::log::message::{LogMessage, error, note, warning};

pub(super) const MESSAGES: &[LogMessage] = &[
    warning("setup-go-no-go-sum", "setup-go finds no file for the cache's key")
        .said(&["Restore cache failed: Dependencies file is not found in {path}. Supported file pattern: {name}"])
        .cause("setup-go restores and saves no cache: there is no {name} in `{path}`")
        .remedy("Run actions/checkout before setup-go; for a module below the root set `cache-dependency-path: '**/go.sum'`. A module without dependencies has no go.sum: `cache: false`.")
        .source("actions/setup-go, src/cache-restore.ts")
        .sample("Warning: Restore cache failed: Dependencies file is not found in /home/runner/work/hugo-test/hugo-test. Supported file pattern: go.sum", "https://github.com/actions/setup-go/issues/476"),
    error("setup-go-version-not-found", "setup-go finds no such Go")
        .said(&["Unable to find Go version '{value}' for platform {name} and architecture {arch}.", "Unable to find Go version '{value}' for platform {name} and architecture {arch}"])
        .cause("There is no Go {value} for {name} and {arch}")
        .remedy("Put the version in quotes (1.20 unquoted is the number 1.2), name one that exists, or set `architecture:`. Versions before 1.16 have no build for macOS on arm64.")
        .source("actions/setup-go, src/installer.ts")
        .sample("Error: Unable to find Go version '1.13' for platform darwin and architecture arm64.", "https://github.com/docker/go-events/pull/70"),
    error("setup-go-version-file", "setup-go cannot read the version's file")
        .said(&["The specified go version file at: {path} does not exist"])
        .cause("`go-version-file` names `{path}`, which does not exist")
        .remedy("Run actions/checkout before setup-go; the path begins at the repository's root, whatever `working-directory` says.")
        .source("actions/setup-go, src/main.ts")
        .sample("Error: The specified go version file at: go.mod does not exist", "https://github.com/actions/setup-go/issues/340"),
    warning("cache-restored-twice", "A cache is restored over files that are there")
        .said(&["Cannot open: File exists"])
        .cause("An archive is unpacked over modules that are there already, and Go keeps modules read-only")
        .remedy("Restore the module cache once: `cache: false` for all but one of setup-go, golangci-lint-action and actions/cache, or for each setup-go after the first. With GOTOOLCHAIN=local Go fetches no toolchain before the cache is unpacked.")
        .source("tar")
        .sample("/usr/bin/tar: ../../../go/pkg/mod/golang.org/x/telemetry/config@v0.29.0/doc.go: Cannot open: File exists", "https://github.com/actions/setup-go/issues/498"),
    warning("cache-unpack-failed", "A cache could not be unpacked")
        .said(&["Failed to restore: \"{path}\" failed with error: {why}", "Failed to restore: {path} failed with error: {why}"])
        .cause("A cache was downloaded and could not be unpacked: {why}")
        .remedy("The lines above say why: files that are there, a full disk, no zstd in the container.")
        .source("actions/toolkit, packages/cache")
        .after(&["cache-restored-twice", "no-space"])
        .sample("##[warning]Failed to restore: \"/usr/bin/tar\" failed with error: The process '/usr/bin/tar' failed with exit code 2", "https://github.com/actions/setup-go/issues/722"),
    warning("cache-service", "The cache service refused or failed")
        .said(&["Failed to restore: Cache service responded with {code}", "Failed to restore: getCacheEntry failed: {why}", "Failed to save: Cache service responded with {code}", "Restore cache failed: {why}", "Failed to restore: {why}", "uploadChunk {value} failed: Cache service responded with {code}", "Failed to CreateCacheEntry: {why}"])
        .cause("The cache was not restored or not saved: the service refused or failed")
        .remedy("400 and 422: the action's version speaks a protocol that was switched off: use a current version of actions/cache and setup-go. 429 and 5xx: try again later. The job goes on without a cache.")
        .source("actions/toolkit, packages/cache")
        .sample("Warning: Failed to restore: Cache service responded with 422", "https://github.com/jurplel/install-qt-action/issues/286"),
    note("cache-reserved", "The cache is saved by somebody else")
        .said(&["Failed to save: Unable to reserve cache with key {name}, another job may be creating this cache.{rest}", "Unable to reserve cache with key {name}, another job may be creating this cache.{rest}"])
        .cause("A cache with the key `{name}` is there already, and a cache is never changed")
        .remedy("Nothing, where several jobs have the same key. If what is cached changed, the key has to change with it.")
        .source("actions/toolkit, packages/cache")
        .sample("Failed to save: Unable to reserve cache with key nixcfg-hm-1, another job may be creating this cache. More details: Cache already exists. Scope: refs/heads/main, Key: nixcfg-hm-1, Version: 2e33", "https://github.com/actions/cache/issues/1181"),
    note("cache-not-found", "There was no cache for the key")
        .said(&["Cache not found for input keys: {value}", "Cache not found for keys: {value}", "Cache is not found"])
        .cause("No cache was there, so the job began without one")
        .remedy("The first run of a key is always so. If it is each time: the key changes with each run, nothing was saved (the job failed before its end), or it was saved on another branch.")
        .source("actions/cache, actions/setup-go")
        .sample("Cache is not found", "https://github.com/actions/setup-go/issues/506"),
    warning("cache-path-missing", "There is nothing to cache")
        .said(&["Path Validation Error: Path(s) specified in the action for caching do(es) not exist, hence no cache is being saved.", "Cache folder path is retrieved but doesn't exist on disk: {path}", "There are no cache folders on the disk", "Cache paths are empty. {rest}", "Some specified paths were not resolved, unable to cache dependencies."])
        .cause("The directories that are to be cached do not exist at the end of the job")
        .remedy("GOCACHE or GOMODCACHE was changed after the action asked for it, or nothing was built. Set both before setup-go runs.")
        .source("actions/toolkit, actions/setup-go, src/cache-save.ts")
        .sample("Warning: Path Validation Error: Path(s) specified in the action for caching do(es) not exist, hence no cache is being saved.", "https://github.com/enola-dev/enola/issues/137"),
    error("command-file-refused", "The runner refuses what a step wrote for later steps")
        .said(&["Unable to process file command '{name}' successfully."])
        .cause("A step wrote something to the runner's file for `{name}` that is not `NAME=value`")
        .remedy("The next line of the log quotes it. A value with line ends needs `NAME<<DELIMITER`, and on Windows the file has to be UTF-8 (`Out-File -Encoding utf8 -Append`). What stood before the bad line counts.")
        .source("actions/runner, FileCommandManager.cs")
        .sample("Error: Unable to process file command 'env' successfully.", "https://github.com/actions/runner/issues/3934"),
    error("command-file-format", "A line for later steps has no name")
        .said(&["Invalid format '{value}'", "Invalid value. Matching delimiter not found '{value}'", "Invalid environment variable format '{value}'"])
        .cause("The line `{value}` in a command file of the runner is refused")
        .remedy("Write `NAME=value`, one line for each; a value of several lines as `NAME<<DELIMITER`, the lines, `DELIMITER`.")
        .source("actions/runner, FileCommandManager.cs")
        .sample("Error: Invalid format 'ZXh0Y2xvdWQK'", "https://github.com/ministryofjustice/modernisation-platform/issues/7804"),
    error("command-disabled", "A workflow command that is switched off")
        .said(&["Unable to process command '{value}' successfully.", "The `set-env` command is disabled. {rest}", "The `add-path` command is disabled. {rest}"])
        .cause("A step uses a workflow command that the runner no longer obeys")
        .remedy("Write to the files instead: `echo \"NAME=value\" >> \"$GITHUB_ENV\"`, `echo DIR >> \"$GITHUB_PATH\"`. Use a newer version of the action that does it.")
        .source("actions/runner, ActionCommandManager.cs")
        .sample("Error: The `set-env` command is disabled. Please upgrade to using Environment Files or opt into unsecure command execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`. For more information see: https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/", "https://github.com/posener/goaction/issues/21"),
    error("node-options-refused", "A variable that the runner does not let steps set")
        .said(&["Can't store {name} output parameter using '$GITHUB_ENV' command.", "Can't store {name} output parameter using '$GITHUB_ENV' command"])
        .cause("A step wrote {name} to GITHUB_ENV, and the runner allows that for no step")
        .remedy("Set it in the workflow's `env:`, or in the step that needs it.")
        .source("actions/runner, FileCommandManager.cs")
        .sample("Error: Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command", "https://github.com/actions/github-script/issues/418"),
    note("job-cancelled", "The job was cancelled")
        .said(&["The operation was canceled.", "The job running on runner {value} has exceeded the maximum execution time of {minutes} minutes.", "The runner has received a shutdown signal. {rest}", "The hosted runner lost communication with the server. {rest}", "The hosted runner encountered an error while running your job. {rest}"])
        .cause("The job was ended from outside: by a person, a newer run, a limit of time, or a machine that stopped")
        .remedy("Errors of the same second are consequences. `timeout-minutes`, `concurrency` with `cancel-in-progress`, and a matrix with `fail-fast` end jobs; a machine without memory or disk stops.")
        .source("actions/runner"),
    error("action-not-found", "An action or its directory is not there")
        .said(&["Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '{path}'. Did you forget to run actions/checkout before running your local action?", "Unable to resolve action {value}", "Unable to resolve action `{value}`, {rest}"])
        .cause("The runner finds no such action")
        .remedy("Run actions/checkout before a local action, and correct the name or the version of a public one.")
        .source("actions/runner, ActionManager.cs")
        .sample("2021-03-10T11:26:09.3830758Z ##[error]Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '/tmp/github/_actions/cycjimmy/semantic-release-action/v2'. Did you forget to run actions/checkout before running your local action?", "https://github.com/cycjimmy/semantic-release-action/issues/55"),
    error("working-directory-missing", "The step's directory does not exist")
        .said(&["An error occurred trying to start process '{path}' with working directory '{value}'. No such file or directory", "An error occurred trying to start process '{path}' with working directory '{value}'. {why}"])
        .cause("The step begins in `{value}`, which does not exist, or `{path}` cannot be started")
        .remedy("Run actions/checkout before, and correct `working-directory:`.")
        .source("actions/runner, ProcessInvoker.cs")
        .sample("Error: An error occurred trying to start process '/usr/bin/bash' with working directory '/home/github/actions-runner/_work/actions-playground/actions-playground/xyz'. No such file or directory", "https://github.com/actions/runner/issues/1808"),
];
