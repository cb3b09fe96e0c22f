//! Which Go is wanted, and which one runs.

use crate::doctor::log::message::{LogMessage, error};

pub(super) const MESSAGES: &[LogMessage] = &[
    error("go-mod-wants-newer-go", "go.mod wants a newer Go")
        .said(&["go: go.mod requires go >= {version} (running go {running}; GOTOOLCHAIN={setting})"])
        .cause("go.mod asks for Go {version}, and {running} runs, with GOTOOLCHAIN={setting}, which may not fetch another")
        .remedy("Install the Go that go.mod asks for (`go-version-file: go.mod` in setup-go), or let Go fetch it: unset GOTOOLCHAIN or set it to `auto`. setup-go sets GOTOOLCHAIN=local from its version 6 on.")
        .source("cmd/go/internal/gover, cmd/go/internal/toolchain/select.go"),
    error("go-work-wants-newer-go", "go.work wants a newer Go")
        .said(&["go: go.work requires go >= {version} (running go {running}; GOTOOLCHAIN={setting})"])
        .cause("go.work asks for Go {version}, and {running} runs, with GOTOOLCHAIN={setting}")
        .remedy("Install the Go that go.work asks for, or let Go fetch it (GOTOOLCHAIN=auto); GOWORK=off leaves the workspace out.")
        .source("cmd/go/internal/toolchain/select.go"),
    error("module-wants-newer-go", "A module wants a newer Go")
        .said(&["{module} requires go >= {version} (running go {running}; GOTOOLCHAIN={setting})", "go: {module} requires go >= {version} (running go {running}; GOTOOLCHAIN={setting})", "go: module {module} requires go >= {version} (running go {running}; GOTOOLCHAIN={setting})", "go: {module} requires go >= {version} (running go {running})"])
        .cause("`{module}` asks for Go {version}, and {running} runs")
        .remedy("Use a newer Go, or an older version of that module: `@latest` in a workflow changes with every release.")
        .source("cmd/go/internal/gover, cmd/go/internal/modload"),
    error("go-version-syntax", "The go line of go.mod is no version")
        .said(&["invalid go version '{value}': must match format {version}", "invalid go version '{value}': must match format {version}{rest}"])
        .cause("The `go` line says `{value}`, and this Go takes versions such as {version}")
        .remedy("Go before 1.21 knows only two numbers (`go 1.20`); no Go takes `1.22.x` or a leading `go`. Write a version as the Go that runs takes it, or use a newer Go.")
        .source("cmd/vendor/golang.org/x/mod/modfile/rule.go"),
    error("toolchain-line-syntax", "The toolchain line of go.mod is no toolchain")
        .said(&["invalid toolchain version '{value}': must match format {rest}"])
        .cause("The `toolchain` line says `{value}`, which is no name of a toolchain")
        .remedy("Write `toolchain go1.22.1` with `go` before the version, or remove the line.")
        .source("cmd/vendor/golang.org/x/mod/modfile/rule.go"),
    error("gotoolchain-invalid", "GOTOOLCHAIN is no toolchain")
        .said(&["go: invalid GOTOOLCHAIN {value}", "invalid GOTOOLCHAIN {value}"])
        .cause("GOTOOLCHAIN is {value}: every go command stops")
        .remedy("It is `local`, `auto`, `path`, or a name such as `go1.22.1` (with `go`), which may end with `+auto` or `+path`.")
        .source("cmd/go/internal/toolchain/select.go"),
    error("toolchain-language-version", "GOTOOLCHAIN is a language version")
        .said(&["go: invalid toolchain: {name} is a language version but not a toolchain version ({rest}", "invalid toolchain: {name} is a language version but not a toolchain version ({rest}"])
        .cause("`{name}` is a version of the language, and no release is called so")
        .remedy("From Go 1.21 on the first release ends with `.0`: write `go1.22.0`.")
        .source("cmd/go/internal/toolchain/select.go"),
    error("gosumdb-off-toolchain", "Without a checksum database no toolchain is fetched")
        .said(&["verifying module: checksum database disabled by GOSUMDB=off", "checksum database disabled by GOSUMDB=off"])
        .cause("GOSUMDB is `off`, and Go fetches no toolchain that it cannot verify")
        .remedy("Unset GOSUMDB, install the Go that is wanted, or set GOTOOLCHAIN=local.")
        .source("cmd/go/internal/modfetch/sumdb.go"),
    error("toolchain-not-on-path", "The toolchain is not on PATH")
        .said(&["go: cannot find {value} in PATH", "go: cannot find {value} in PATH: {why}"])
        .cause("GOTOOLCHAIN allows only toolchains on PATH, and {value} is none of them")
        .remedy("Install it (`go install golang.org/dl/NAME@latest`), or let Go fetch it: GOTOOLCHAIN=auto.")
        .source("cmd/go/internal/toolchain/select.go"),
    error("toolchain-not-available", "The toolchain cannot be fetched")
        .said(&["download {version} for {pair}: toolchain not available", "download {version} for {pair}: {why}", "go: download {version} for {pair}: {why}"])
        .cause("Go {version} was to be fetched for {pair}, and was not")
        .remedy("Either there is no such release (a first release is `go1.21.0` from 1.21 on), or GOPROXY does not reach it (`off`, `direct` alone, a mirror without golang.org/toolchain), or GOSUMDB is off. GOTOOLCHAIN=local keeps the Go that is installed.")
        .source("cmd/go/internal/toolchain/select.go"),
    error("go-work-older-than-module", "go.work is for an older Go than its modules")
        .said(&["go: module {module} listed in go.work file requires go >= {version}, but go.work lists go {running}; {rest}"])
        .cause("The module `{module}` asks for Go {version}, and go.work says {running}")
        .remedy("`go work use` raises the line in go.work.")
        .command("go work use")
        .source("cmd/go/internal/modload/init.go"),
];
