//! GOROOT, and Go's own programs and packages.

use crate::doctor::log::message::{LogMessage, error};

pub(super) const MESSAGES: &[LogMessage] = &[
    error("goroot-not-found", "GOROOT does not exist")
        .said(&["go: cannot find GOROOT directory: {path}"])
        .cause("GOROOT is `{path}`, and there is no such directory: every go command stops")
        .remedy("Unset GOROOT: a `go` finds its own. If `go env -w` stored it, remove the line from the file that `goenv-ci explain GOROOT` names.")
        .source("cmd/go/main.go"),
    error("goroot-trimmed", "go does not lie in its installation")
        .said(&["go: cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set"])
        .cause("The `go` that runs was copied or linked out of its installation, and cannot find it")
        .remedy("Put the directory `bin` of the installation on PATH, and copy no `go` alone.")
        .source("cmd/go/main.go"),
    error("goroot-other-version", "GOROOT is another version of Go")
        .said(&["compile: version {value} does not match go tool version {name}", "asm: version {value} does not match go tool version {name}", "link: version {value} does not match go tool version {name}"])
        .cause("`go` is version {name}, its GOROOT is version {value}")
        .remedy("Unset GOROOT: a `go` finds its own. Where it is unset, two installations are mixed in one directory: remove it and install again.")
        .source("cmd/internal/objabi/flag.go, cmd/compile"),
    error("package-not-in-std", "A package is not in the standard library")
        .said(&["package {package} is not in std ({path})", "package {package} is not in std", "package {package} is not in GOROOT ({path})"])
        .cause("`{package}` has no dot in its first element, so Go looks for it in its own library, and it is not there")
        .remedy("Either the import path is wrong (a package of your module begins with the module's path), or it came with a later Go than the one that runs, or GOROOT holds no whole Go. Where std itself is missing (`fmt`, `errors`), unset GOROOT or install Go again.")
        .source("cmd/go/internal/modload/import.go, cmd/go/internal/load/pkg.go"),
    error("toolchain-over-older", "A Go was unpacked over an older one")
        .said(&["{path}/src/runtime/{name}: {value} redeclared in this block", "{path}/src/internal/abi/{name}: {value} redeclared in this block", "{path}/src/internal/strconv/{name}: {value} redeclared in this block"])
        .cause("Go's own library declares `{value}` twice: files of an older Go lie among those of the one that runs")
        .remedy("Remove the directory of this Go as a whole before you unpack the archive again: `rm -rf /usr/local/go && tar -C /usr/local -xzf ...`. On a runner, let setup-go install it.")
        .source("cmd/compile"),
    error("covdata-missing", "A fetched Go 1.25 has no covdata")
        .said(&["go: no such tool \"covdata\""])
        .cause("`go test -cover` wants the tool `covdata`, which a Go of 1.25 or later that was fetched into the module cache neither has nor makes")
        .remedy("Install the Go that go.mod asks for (`go-version-file: go.mod` in setup-go), or set GOTOOLCHAIN to its name with `+auto`, as in `go1.25.0+auto`: that Go then makes the tool where it is wanted.")
        .source("cmd/go/internal/base/tool.go; <https://github.com/golang/go/issues/75031>"),
    error("tool-missing", "Go has no such tool")
        .said(&["go: no such tool {value}", "go tool: no such tool {value}"])
        .cause("`go tool` knows no {value} in this installation")
        .remedy("Install Go again, or, if it is a tool of yours, declare it in go.mod (`go get -tool`, from Go 1.24 on).")
        .source("cmd/go/internal/tool/tool.go, cmd/go/internal/base/tool.go"),
    error("go-not-found", "There is no go on PATH")
        .said(&["go: command not found", "sudo: go: command not found", "go: not found", "exec: \"go\": executable file not found in {rest}", "The term 'go' is not recognized {rest}", "'go' is not recognized as an internal or external command,", "go : The term 'go' is not recognized {rest}", "env: go: No such file or directory", "env: 'go': No such file or directory", "env: ‘go’: No such file or directory"])
        .cause("The shell or program finds no `go` on PATH")
        .remedy("Run actions/setup-go before this step, or add Go's `bin` to PATH. sudo, a login shell and a container have a PATH of their own.")
        .source("bash, dash, PowerShell, cmd, os/exec"),
    error("go-command-unknown", "This Go has no such command")
        .said(&["go {name}: unknown command"])
        .cause("This Go has no command `go {name}`")
        .remedy("It is misspelt, or came with a later Go: `go work` with 1.18, `go telemetry` with 1.23.")
        .source("cmd/go/main.go"),
    error("flag-unknown", "A flag that the program does not know")
        .said(&["flag provided but not defined: {flag}"])
        .cause("A program was given `{flag}`, which it does not know")
        .remedy("It is misspelt, or came with a later Go. Where Go itself gives the flag to its compiler (`-std`), GOROOT is another version: unset it.")
        .source("flag"),
    error("go-mod-syntax", "go.mod or go.work cannot be read")
        .said(&["syntax error ({why})"])
        .cause("A line of go.mod or go.work cannot be read: {why}")
        .remedy("Close the block, or take back what was edited last.")
        .source("cmd/vendor/golang.org/x/mod/modfile/read.go"),
    error("go-mod-unknown-directive", "go.mod or go.work has a line that this Go does not know")
        .said(&["unknown directive: {name}", "unknown block type: {name}"])
        .cause("`{name}` is no directive of go.mod or go.work for the Go that runs")
        .remedy("Use a Go that knows it: `toolchain` and `godebug` came with 1.21 and 1.23, `tool` with 1.24, `ignore` with 1.25. `<<<<<<<` is a merge that was not finished.")
        .source("cmd/vendor/golang.org/x/mod/modfile/rule.go"),
];
