//! go.work.

use crate::doctor::log::message::{LogMessage, error};

pub(super) const MESSAGES: &[LogMessage] = &[
    error("workspace-mod-flag", "-mod does not fit a workspace")
        .said(&["go: -mod may only be set to readonly when in workspace mode, but it is set to {value}", "go: -mod may only be set to readonly or vendor when in workspace mode, but it is set to {value}"])
        .cause("A go.work is in force, and `-mod` is {value}")
        .remedy("Take `-mod` out of the command and of GOFLAGS, or set GOWORK=off.")
        .source("cmd/go/internal/modload/init.go"),
    error("go-work-use-missing", "go.work names a module that is not there")
        .said(&["go: cannot load module {path} listed in go.work file: open {value}: {why}", "cannot load module {path} listed in go.work file: open {value}: {why}"])
        .cause("go.work lists `{path}`, which is not there: {why}")
        .remedy("Check that module out too (submodules, a second checkout), take it out of go.work (`go work edit -dropuse`), or set GOWORK=off.")
        .source("cmd/go/internal/modload/init.go"),
    error("not-in-workspace", "The module is not in go.work")
        .said(&["current directory is contained in a module that is not one of the workspace modules listed in go.work. You can add the module to the workspace using:", "current directory is contained in a module that is not one of the workspace modules listed in go.work. You can add the module to the workspace using{rest}", "directory {path} is contained in a module that is not one of the workspace modules listed in go.work. You can add the module to the workspace using:", "pattern {value}: directory prefix {path} does not contain modules listed in go.work or their selected dependencies", "directory {path} outside modules listed in go.work or their selected dependencies"])
        .cause("A go.work above is in force, and does not list the module of this directory")
        .remedy("`go work use .` adds it; GOWORK=off leaves the workspace out. A go.work that nobody meant may lie in a directory above the checkout.")
        .source("cmd/go/internal/modload/load.go"),
    error("vendor-of-workspace", "go mod vendor in a workspace")
        .said(&["go: 'go mod vendor' cannot be run in workspace mode. {rest}"])
        .cause("A go.work is in force, and its packages are vendored together")
        .remedy("Run `go work vendor`, or set GOWORK=off for the module alone.")
        .source("cmd/go/internal/modcmd/vendor.go")
        .go("1.22 and later"),
    error("workspace-module-twice", "Two directories of go.work are one module")
        .said(&["go: module {module} appears multiple times in workspace"])
        .cause("Two directories that go.work lists call themselves `{module}`")
        .remedy("Take one of them out of go.work; it may be a copy, or a checkout within the checkout.")
        .source("cmd/go/internal/modload/init.go"),
    error("workspace-replace", "Replacements of a workspace clash")
        .said(&["go: conflicting replacements for {module}:", "go: workspace module {module} is replaced at all versions in the go.work file. {rest}"])
        .cause("The modules of go.work, or go.work itself, replace `{module}` in ways that do not fit")
        .remedy("Say it once, with a `replace` in go.work, which wins over those of the modules.")
        .source("cmd/go/internal/modload/init.go"),
    error("go-work-missing", "There is no go.work")
        .said(&["go: no go.work file found"])
        .cause("The command wants a workspace, and neither this directory nor one above it has a go.work")
        .remedy("Run it where the go.work is, or `go work init` once. GOWORK=off switches workspaces off.")
        .source("cmd/go/internal/modload/init.go"),
    error("gowork-not-absolute", "GOWORK is not absolute")
        .said(&["go: invalid GOWORK: not an absolute path"])
        .cause("GOWORK is not an absolute path")
        .remedy("Write the whole path of the file, or `off`.")
        .source("cmd/go/internal/modload/init.go"),
    error("go-work-unreadable", "go.work cannot be read")
        .said(&["go: reading go.work: open {path}: {why}", "go: reading go.work: read {path}: {why}", "reading go.work: open {path}: {why}"])
        .cause("GOWORK leads to `{path}`, which cannot be read: {why}")
        .remedy("GOWORK names the file, not its directory. Correct it, or unset it: Go looks for go.work in the directories above.")
        .source("cmd/go/internal/modload/init.go"),
];
