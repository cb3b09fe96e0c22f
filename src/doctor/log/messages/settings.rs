//! Variables that Go refuses.

use crate::doctor::log::message::{LogMessage, error, warning};

pub(super) const MESSAGES: &[LogMessage] = &[
    error("goflags-value", "GOFLAGS has a value that its flag refuses")
        .said(&["go: invalid value {value} for flag {flag} (from $GOFLAGS): {why}", "go: invalid value {value} for flag {flag} (from %GOFLAGS%): {why}", "go: invalid boolean value {value} for flag {flag} (from $GOFLAGS): {why}", "go: invalid boolean value {value} for flag {flag} (from %GOFLAGS%): {why}"])
        .cause("GOFLAGS gives `{flag}` the value {value}, which it does not take: {why}")
        .remedy("GOFLAGS is split at blanks. Quote a whole flag, as in GOFLAGS=\"'-ldflags=-s -w'\", or leave out what the flag does not take.")
        .source("cmd/go/internal/base/goflags.go"),
    error("goflags-not-a-flag", "GOFLAGS holds something that is no flag")
        .said(&["go: parsing $GOFLAGS: non-flag {value}", "go: parsing %GOFLAGS%: non-flag {value}"])
        .cause("GOFLAGS holds {value}, which does not begin with `-`")
        .remedy("Each entry is a whole flag: `-tags=six`, not `-tags six`.")
        .source("cmd/go/internal/base/goflags.go"),
    error("goflags-unknown-flag", "GOFLAGS holds an unknown flag")
        .said(&["go: parsing $GOFLAGS: unknown flag {flag}", "go: parsing %GOFLAGS%: unknown flag {flag}"])
        .cause("GOFLAGS holds `{flag}`, which no command of this Go knows")
        .remedy("Take it out of GOFLAGS; `go env GOFLAGS` shows the value, `goenv-ci explain GOFLAGS` where it comes from.")
        .source("cmd/go/internal/base/goflags.go"),
    error("mod-flag-value", "-mod has an unknown value")
        .said(&["-mod={value} not supported (can be {rest}"])
        .cause("`-mod={value}` is none of the values of this flag")
        .remedy("Use `readonly`, `vendor` or `mod`, on the command line or in GOFLAGS.")
        .source("cmd/go/internal/modload/init.go"),
    error("gopath-relative", "GOPATH is not absolute")
        .said(&["go: GOPATH entry is relative; must be absolute path: {value}"])
        .cause("GOPATH has the entry {value}, which is not absolute: every go command stops")
        .remedy("Write the whole path: `${{ github.workspace }}/go` in a workflow, `$HOME/go` in a shell.")
        .source("cmd/go/main.go"),
    error("gopath-tilde", "GOPATH begins with ~")
        .said(&["go: GOPATH entry cannot start with shell metacharacter '~': {value}"])
        .cause("GOPATH has the entry {value}: nobody replaced the `~`, and every go command stops")
        .remedy("Only a shell replaces an unquoted `~`. Write `$HOME/go` where a shell runs, else the whole path.")
        .source("cmd/go/main.go"),
    error("gopath-has-go-mod", "GOPATH is a module")
        .said(&["$GOPATH/go.mod exists but should not"])
        .cause("GOPATH is the directory of a module: it has a go.mod")
        .remedy("Point GOPATH somewhere else. This happens where GOPATH is the parent of the checkouts and the repository is called `go`.")
        .source("cmd/go/internal/modload/init.go")
        .go("1.21"),
    warning("gopath-go-mod-ignored", "GOPATH is a module")
        .said(&["go: warning: ignoring go.mod in $GOPATH {path}", "go: warning: ignoring go.mod in system temp root {path}"])
        .cause("`{path}` has a go.mod that Go does not use, since it is GOPATH or the directory of temporary files")
        .remedy("Point GOPATH somewhere else, or remove a go.mod that was left there.")
        .source("cmd/go/internal/modload/init.go"),
    warning("gopath-is-goroot", "GOPATH is GOROOT")
        .said(&["warning: GOPATH set to GOROOT ({path}) has no effect", "warning: both GOPATH and GOROOT are the same directory ({path}); see {rest}"])
        .cause("GOPATH and GOROOT are both `{path}`")
        .remedy("Unset GOROOT, and give GOPATH a directory of its own.")
        .source("cmd/go/main.go"),
    error("module-cache-not-found", "There is no directory for modules")
        .said(&["go: module cache not found: neither GOMODCACHE nor GOPATH is set"])
        .cause("Neither GOMODCACHE nor GOPATH is set, and without HOME or USERPROFILE there is no default")
        .remedy("Set HOME (USERPROFILE on Windows) for the service or container, or GOPATH.")
        .source("cmd/go/internal/modload/init.go"),
    error("gobin-not-absolute", "GOBIN is not absolute")
        .said(&["cannot install, GOBIN must be an absolute path"])
        .cause("GOBIN is not absolute, so `go install` stops")
        .remedy("Write the whole path, or unset GOBIN: programs then go to GOPATH/bin.")
        .source("cmd/go/internal/load/pkg.go"),
    error("gobin-cross-compiled", "GOBIN is set for another system's program")
        .said(&["go: cannot install cross-compiled binaries when GOBIN is set"])
        .cause("`go install` builds for another GOOS or GOARCH while GOBIN is set")
        .remedy("Unset GOBIN for this command, which then installs below GOPATH/bin/GOOS_GOARCH, or use `go build -o`.")
        .source("cmd/go/internal/work/build.go"),
    error("gocache-not-absolute", "GOCACHE is not absolute")
        .said(&["build cache is required, but could not be located: GOCACHE is not an absolute path"])
        .cause("GOCACHE is not absolute")
        .remedy("Write the whole path, or unset GOCACHE: Go then uses the user's cache directory.")
        .source("cmd/go/internal/cache/default.go"),
    error("gocache-off", "GOCACHE is off")
        .said(&["build cache is disabled by GOCACHE=off, but required as of Go 1.12"])
        .cause("GOCACHE is `off`, and no Go since 1.12 builds without a cache")
        .remedy("Unset GOCACHE, or point it to a directory that is thrown away; `go test -count=1` runs tests again.")
        .source("cmd/go/internal/cache/default.go"),
    error("gocache-undefined", "There is no directory for the build cache")
        .said(&["build cache is required, but could not be located: GOCACHE is not defined and {why}"])
        .cause("GOCACHE is not set, and {why}")
        .remedy("Set HOME (LocalAppData on Windows) for the service or container, or GOCACHE.")
        .source("cmd/go/internal/cache/default.go"),
    error("gocache-not-writable", "The build cache cannot be made")
        .said(&["failed to initialize build cache at {path}: {why}"])
        .cause("The build cache `{path}` cannot be made or opened: {why}")
        .remedy("Give the directory to the user who builds, or point GOCACHE to one that this user can write to.")
        .source("cmd/go/internal/cache/default.go"),
    error("gomodcache-not-absolute", "GOMODCACHE is not absolute")
        .said(&["go: GOMODCACHE entry is relative; must be absolute path: {value}"])
        .cause("GOMODCACHE is {value}, which is not absolute")
        .remedy("Write the whole path, or unset GOMODCACHE: modules then go to GOPATH/pkg/mod.")
        .source("cmd/go/internal/modload/init.go"),
    error("work-directory-missing", "The directory of temporary files does not exist")
        .said(&["go: creating work dir: {why}"])
        .cause("Go cannot make its working directory below GOTMPDIR or the system's temporary directory: {why}")
        .remedy("Make the directory that GOTMPDIR (else TMPDIR; TMP on Windows) names, or unset the variable.")
        .source("cmd/go/internal/work/action.go"),
    error("go111module-unknown", "GO111MODULE has an unknown value")
        .said(&["go: unknown environment setting GO111MODULE={value}"])
        .cause("GO111MODULE is `{value}`; Go knows `on`, `off`, `auto` and nothing")
        .remedy("Unset it: modules are the default.")
        .source("cmd/go/internal/modload/init.go"),
    error("goos-goarch-unsupported", "GOOS and GOARCH are no pair that Go knows")
        .said(&["go: unsupported GOOS/GOARCH pair {pair}"])
        .cause("Go builds nothing for `{pair}`")
        .remedy("`go tool dist list` prints the pairs. Runners use other names: GOOS is `darwin`, not `macOS`, GOARCH is `amd64`, not `x64`.")
        .source("cmd/go/internal/work/action.go"),
    error("memory-limit", "GOMEMLIMIT is no number of bytes")
        .said(&["fatal error: malformed GOMEMLIMIT; see {rest}"])
        .cause("GOMEMLIMIT is no number of bytes, and every program that Go built ends before it begins")
        .remedy("Write a number with `KiB`, `MiB`, `GiB` or `TiB`, as in `GOMEMLIMIT=4GiB`; `4G` and `4GB` are none.")
        .source("runtime/mgcpacer.go"),
    error("goexperiment-unknown", "GOEXPERIMENT holds an unknown name")
        .said(&["go: unknown GOEXPERIMENT {name}"])
        .cause("This Go knows no experiment `{name}`")
        .remedy("Take it out of GOEXPERIMENT; experiments come and go with versions. One that was stored with `go env -w` is removed with `go env -u GOEXPERIMENT`.")
        .source("internal/buildcfg/exp.go"),
    error("goarch-level-invalid", "The level of the processor is refused")
        .said(&["go: invalid {name}: must be {value}"])
        .cause("{name} has to be {value}")
        .remedy("Unset the variable, or give it one of these values.")
        .source("internal/buildcfg/cfg.go"),
    error("goenv-unknown-variable", "go env -w of an unknown variable")
        .said(&["go: unknown go command variable {name}"])
        .cause("`go env -w` or `-u` was told `{name}`, which is no variable of this Go")
        .remedy("Correct the name, or set it in the environment if another program wants it.")
        .source("cmd/go/internal/envcmd/env.go"),
    error("goenv-not-overridable", "go env -w cannot set the variable")
        .said(&["go: {name} cannot be modified"])
        .cause("`go env -w` cannot store `{name}`")
        .remedy("Set it in the environment.")
        .source("cmd/go/internal/envcmd/env.go"),
    error("goenv-no-equals", "go env -w without a value")
        .said(&["go: arguments must be KEY=VALUE: invalid argument: {value}"])
        .cause("`go env -w` was given {value}, which has no `=`")
        .remedy("Write `go env -w NAME=value`.")
        .source("cmd/go/internal/envcmd/env.go"),
    warning("goenv-overridden", "What go env -w stored is overridden")
        .said(&["warning: go env -w {name}=... does not override conflicting OS environment variable"])
        .cause("{name} was stored with `go env -w`, and the environment variable of that name wins")
        .remedy("Unset the environment variable, or set it instead of using `go env -w`.")
        .source("cmd/go/internal/envcmd/env.go"),
    error("goenv-unreadable", "The file of go env -w cannot be used")
        .said(&["go: reading go env config: {why}", "go: writing go env config: {why}", "go: cannot find go env config: {why}"])
        .cause("`go env -w` cannot use its file: {why}")
        .remedy("GOENV names that file. Unset GOENV, or give the file to the user who runs Go.")
        .source("cmd/go/internal/envcmd/env.go"),
    error("gotmpdir-relative", "GOTMPDIR is not absolute")
        .said(&["go: GOTMPDIR must be an absolute path"])
        .cause("`go env -w` was given a GOTMPDIR that is not absolute")
        .remedy("Write the whole path.")
        .source("cmd/go/internal/envcmd/env.go"),
    error("cc-relative", "CC or its like is relative")
        .said(&["go: {name} environment variable is relative; must be absolute path: {value}"])
        .cause("{name} is `{value}`, a relative path")
        .remedy("Write the whole path, or a name that is found on PATH.")
        .source("cmd/go/internal/work/init.go"),
    error("cc-quotes", "CC or its like has an unclosed quote")
        .said(&["go: {name} environment variable could not be parsed: {why}"])
        .cause("{name} cannot be split into words: {why}")
        .remedy("Close the quotes, or take them out.")
        .source("cmd/go/internal/work/init.go"),
    error("cgo-flags-quotes", "CGO_CFLAGS or its like has an unclosed quote")
        .said(&["panic: could not parse environment variable {name} with value {value}: {why}"])
        .cause("{name} is {value}, which cannot be split into words: {why}")
        .remedy("Close the quotes, or take them out.")
        .source("cmd/go/internal/work/exec.go"),
    error("cgo-flag-refused", "A flag of cgo is not allowed")
        .said(&["invalid flag in {where}: {flag}", "invalid flag in {where} {name}: {flag}", "invalid flag in {where} {name}: {flag} (see {rest}"])
        .cause("Go allows no `{flag}` for the C compiler")
        .remedy("If the flag is safe, allow it: CGO_CFLAGS_ALLOW (CGO_LDFLAGS_ALLOW and so on) holds a pattern of such flags.")
        .source("cmd/go/internal/work/security.go"),
    error("processor-setting-unsupported", "GO386 or its like is refused by the compiler")
        .said(&["unsupported setting {name}={value}"])
        .cause("The compiler refuses {name}=`{value}`")
        .remedy("Unset the variable, or give it a value that this Go knows.")
        .source("cmd/compile, internal/buildcfg"),
    error("flag-needs-modules", "A flag of modules without modules")
        .said(&["build flag -mod={value} only valid when using modules", "build flag -modcacherw only valid when using modules", "build flag -modfile only valid when using modules"])
        .cause("A flag that is for modules alone is given, in GOFLAGS perhaps, while GO111MODULE=off")
        .remedy("Unset GO111MODULE.")
        .source("cmd/go/internal/work/init.go"),
    error("goauth-invalid", "GOAUTH is refused")
        .said(&["go: GOAUTH encountered an empty command (GOAUTH={value})", "go: GOAUTH=off cannot be combined with other authentication commands (GOAUTH={value})", "go: GOAUTH=git dir method requires an absolute path to the git working directory{rest}", "go: GOAUTH=git encountered an error; cannot stat {why}"])
        .cause("GOAUTH cannot be used as it is set")
        .remedy("GOAUTH is a list of `netrc`, `git DIR` with an absolute directory, or a command, with `;` between; or `off` alone.")
        .source("cmd/go/internal/auth/auth.go")
        .go("1.24 and later"),
    error("gocacheprog-failed", "The program of GOCACHEPROG cannot be started")
        .said(&["error starting GOCACHEPROG program {value}: {why}"])
        .cause("GOCACHEPROG is {value}, which cannot be started: {why}")
        .remedy("Install the program, or unset GOCACHEPROG.")
        .source("cmd/go/internal/cache/prog.go")
        .go("1.24 and later; before with GOEXPERIMENT=cacheprog"),
];
