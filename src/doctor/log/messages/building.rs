//! C compilers, programs of another system, and the file system.

use crate::doctor::log::message::{LogMessage, error};

pub(super) const MESSAGES: &[LogMessage] = &[
    error("race-needs-cgo", "-race needs cgo")
        .said(&["go: -race requires cgo; enable cgo by setting CGO_ENABLED=1", "go: -race requires cgo{rest}", "go: -msan requires cgo{rest}", "go: -asan requires cgo{rest}"])
        .cause("`-race` or its like is given, and CGO_ENABLED is 0")
        .remedy("Set CGO_ENABLED=1 and install a C compiler. Without one on PATH, and for another GOOS or GOARCH, Go takes CGO_ENABLED for 0.")
        .source("cmd/go/internal/work/init.go"),
    error("race-unsupported", "-race is not supported there")
        .said(&["-race is not supported on {pair}", "go: -race is not supported on {pair}", "-race is only supported on {rest}", "go: -race is only supported on {rest}"])
        .cause("There is no race detector for the GOOS and GOARCH of this build")
        .remedy("Test with `-race` on the machine's own system, and leave it out for others.")
        .source("cmd/go/internal/work/init.go"),
    error("c-compiler-missing", "There is no C compiler")
        .said(&["cgo: C compiler {value} not found: {why}"])
        .cause("cgo wants the C compiler {value}, which is not on PATH")
        .remedy("Install it (`apt-get install gcc`, `apk add build-base`, MinGW on Windows), correct CC, or set CGO_ENABLED=0 if nothing needs C.")
        .source("cmd/cgo/gcc.go"),
    error("cxx-compiler-missing", "There is no C++ compiler")
        .said(&["g++: exec: \"g++\": executable file not found in {rest}", "clang++: exec: \"clang++\": executable file not found in {rest}", "exec: \"g++\": executable file not found in {rest}", "exec: \"clang++\": executable file not found in {rest}"])
        .cause("A package with C++ in it is built, and its compiler is not on PATH")
        .remedy("Install it (`apt-get install g++`, `apk add build-base`, MinGW on Windows), or correct CXX.")
        .source("cmd/go/internal/work/exec.go"),
    error("buildmode-needs-cgo", "The build mode needs cgo")
        .said(&["-buildmode={value} requires external (cgo) linking, but cgo is not enabled"])
        .cause("What is built has to be linked by a C compiler, and CGO_ENABLED is 0")
        .remedy("Set CGO_ENABLED=1 and install a C compiler for the target.")
        .source("cmd/go/internal/work/init.go")
        .go("1.22 and later"),
    error("c-library-missing", "The linker finds no C library")
        .said(&["cannot find -l{name}", "cannot find -l{name}: No such file or directory", "pkg-config --cflags{rest}", "exec: \"pkg-config\": executable file not found in {rest}"])
        .cause("A C library or pkg-config that the package is linked with is not installed")
        .remedy("Install the library with its headers (`-dev`, `-devel`) and pkg-config, for the architecture of the target.")
        .source("ld, cmd/go/internal/work/exec.go")
        .sample("/usr/lib/gcc/x86_64-pc-msys/9.3.0/../../../../x86_64-pc-msys/bin/ld: cannot find -lmingwex", "https://github.com/svr4/couchbase-lite-cgo/issues/2"),
    error("c-header-missing", "The C compiler finds no header")
        .said(&["fatal error: {name}.h: No such file or directory", "fatal error: '{name}.h' file not found"])
        .cause("The C header `{name}.h` is not installed")
        .remedy("Install the library with its headers (`-dev`, `-devel`; `build-base` on Alpine), or name their directory in CGO_CFLAGS.")
        .source("gcc, clang"),
    error("output-not-a-directory", "Several programs for one file")
        .said(&["go: cannot write multiple packages to non-directory {path}", "go: build output {value} already exists and is a directory"])
        .cause("What `-o` names does not fit what is built: a file for several programs, or a directory for one")
        .remedy("End the name with `/` for a directory, or name a file for each program.")
        .source("cmd/go/internal/work/build.go"),
    error("no-install-location", "go install has no place to install to")
        .said(&["go: no install location for {why}"])
        .cause("`go install` cannot say where the program belongs: {why}")
        .remedy("Set GOBIN, or unset GO111MODULE: with modules programs go to GOPATH/bin.")
        .source("cmd/go/internal/work/build.go"),
    error("current-directory-gone", "The directory of the step is gone")
        .said(&["cannot determine current directory: {why}", "go: cannot determine current directory: {why}"])
        .cause("The directory in which the command runs was removed: {why}")
        .remedy("Change to a directory that exists before; a step that cleans the workspace removes it under the shells that are in it.")
        .source("cmd/go/internal/base/path.go"),
    error("exec-format", "A program is of another system")
        .said(&["fork/exec {path}: exec format error", "running {value}: fork/exec {path}: exec format error", "Exec format error", "cannot execute binary file: Exec format error", "exec {path}: exec format error"])
        .cause("A program was started that is for another GOOS or GOARCH, or is no program")
        .remedy("Unset GOOS and GOARCH for what runs on this machine (`go run`, `go test`, `go generate`, tools), or install an emulator.")
        .source("the system"),
    error("not-a-win32-application", "A program is of another system")
        .said(&["fork/exec {path}: %1 is not a valid Win32 application.", "fork/exec {path}: This version of %1 is not compatible with the version of Windows you're running{rest}"])
        .cause("`{path}` is a program of another GOOS or GOARCH")
        .remedy("Unset GOOS and GOARCH for what runs on this machine.")
        .source("Windows, ERROR_BAD_EXE_FORMAT")
        .sample("fork/exec C:\\Users\\vmom\\AppData\\Local\\Temp\\godebug620220755\\godebug.a.out: %1 is not a valid Win32 application.", "https://github.com/mailgun/godebug/issues/70"),
    error("text-file-busy", "A program is written while it runs")
        .said(&["fork/exec {path}: text file busy", "running {value}: fork/exec {path}: text file busy", "Text file busy", "open {path}: text file busy", "exec {path}: text file busy"])
        .cause("A program is to be started while it is open for writing, or written while it runs")
        .remedy("Two steps or jobs build to the same file: give each its own directory. On a runner of your own, end the old program before it is installed again.")
        .source("the system, ETXTBSY"),
    error("cache-permission", "A cache cannot be written")
        .said(&["open {path}/go-build/{value}: permission denied", "mkdir {path}/go-build{rest}: permission denied", "mkdir {path}/pkg/mod{rest}: permission denied", "open {path}/pkg/mod/{value}: permission denied", "unlinkat {path}/pkg/mod/{value}: permission denied", "could not create module cache: {why}", "go: failed to create cache directory {path}: {why}", "open {path}/.cache/{value}: permission denied", "go: could not create module cache: {why}", "go: writing stat cache: {why}", "mkdir /go/pkg{rest}: permission denied", "mkdir {path}/.cache: permission denied"])
        .cause("A file of Go's caches belongs to another user, or its directory cannot be written")
        .remedy("Somebody ran Go there as another user (sudo, a container as root): give it back with `sudo chown -R \"$USER\"` of the directory, or point GOCACHE and GOMODCACHE elsewhere. Modules are read-only by design: `go clean -modcache` removes them.")
        .source("the system, EACCES")
        .sample("go: failed to create cache directory /go/pkg/mod/cache: mkdir /go: permission denied", "https://github.com/googleapis/google-cloud-go/issues/1503"),
    error("no-space", "The disk is full")
        .said(&["write {path}: no space left on device", "open {path}: no space left on device", "mkdir {path}: no space left on device", "copying {path}: write {value}: no space left on device", "No space left on device", "write error: No space left on device", "No space left on device : {value}", "/usr/bin/ld: final link failed: No space left on device", "write {path}: There is not enough space on the disk.", "System.IO.IOException: No space left on device{rest}", "You are running out of disk space. {rest}"])
        .cause("A disk is full")
        .remedy("Remove what the job does not need, clean the caches (`go clean -cache -modcache`) on a runner of your own, or point GOCACHE and GOTMPDIR to a larger disk.")
        .source("the system, ENOSPC"),
    error("out-of-memory", "The machine has too little memory")
        .said(&["signal: killed", "running {value}: signal: killed", "fork/exec {path}: cannot allocate memory", "compile: signal: killed", "fatal error: runtime: out of memory", "runtime: out of memory: {rest}"])
        .cause("A compiler, linker or test was killed or refused memory")
        .remedy("Build less at one time (`go build -p 1`, GOMAXPROCS, GOFLAGS=-p=1), or use a larger machine. A cancelled job or a timeout reads the same.")
        .source("the system, os/exec")
        .sample("/usr/local/go/pkg/tool/linux_amd64/link: signal: killed", "https://github.com/hashicorp/packer/issues/5983"),
    error("noexec", "Programs may not run in the temporary directory")
        .said(&["fork/exec {path}/go-build{value}: permission denied", "fork/exec {path}/go-build{value}: operation not permitted"])
        .cause("`{path}` is mounted without the right to run programs, and `go run` and `go test` run theirs there")
        .remedy("Point GOTMPDIR to a directory that is not mounted with `noexec`.")
        .source("the system, EACCES"),
    error("output-directory-permission", "What is built cannot be written")
        .said(&["go: open {path}: permission denied", "open {path}/bin/{value}: permission denied", "copying {path}: open {value}: permission denied", "go: creating {path}: {why}", "go: mkdir {path}: permission denied", "go: open {path}: read-only file system", "go: build output {value} already exists and is not an object file", "build output {value} already exists and is not an object file"])
        .cause("Go cannot write its result or one of its files")
        .remedy("Look whose directory it is: `go install` writes to GOBIN, else to GOPATH/bin.")
        .source("the system"),
    error("windows-file-in-use", "A file is used by another process")
        .said(&["go: unlinkat {path}: The process cannot access the file because it is being used by another process.", "unlinkat {path}: The process cannot access the file because it is being used by another process.", "open {path}: The process cannot access the file because it is being used by another process.", "remove {path}: The process cannot access the file because it is being used by another process.", "rename {path}: The process cannot access the file because it is being used by another process."])
        .cause("`{path}` is open in another process")
        .remedy("A program still runs, or a virus scanner reads the file: end it, close files before a test's directory is removed, or exclude GOCACHE and GOTMPDIR from the scanner.")
        .source("Windows, ERROR_SHARING_VIOLATION")
        .sample("open C:\\Users\\YANGPA~1\\AppData\\Local\\Temp\\go-build213642030\\b001\\exe\\a.out.exe: The process cannot access the file because it is being used by another process.", "https://github.com/golang/go/issues/46919"),
    error("windows-access-denied", "Access is denied")
        .said(&["open {path}: Access is denied.", "mkdir {path}: Access is denied.", "unlinkat {path}: Access is denied.", "rename {path}: Access is denied.", "fork/exec {path}: Access is denied.", "remove {path}: Access is denied."])
        .cause("Windows denies access to `{path}`")
        .remedy("The file belongs to another user, is in use, or Defender's Controlled folder access holds Go back: `goenv-ci doctor` on that machine tells which.")
        .source("Windows, ERROR_ACCESS_DENIED"),
    error("windows-path-too-long", "A path or a command line is too long")
        .said(&["fork/exec {path}: The filename or extension is too long.", "open {path}: The filename or extension is too long.", "mkdir {path}: The filename or extension is too long.", "error: unable to create file {path}: Filename too long"])
        .cause("A path or a command line is longer than Windows takes here")
        .remedy("Use short directories (GOCACHE, GOMODCACHE and the checkout near the root of a drive); for git: `git config --system core.longpaths true`.")
        .source("Windows, ERROR_FILENAME_EXCED_RANGE")
        .sample("go build github.com/ipsn/go-libtor/libtor: C:\\Program Files\\Go\\pkg\\tool\\windows_amd64\\cgo.exe: fork/exec C:\\Program Files\\Go\\pkg\\tool\\windows_amd64\\cgo.exe: The filename or extension is too long.", "https://github.com/ipsn/go-libtor/issues/28"),
    error("generate-program-missing", "go generate starts a program that is not there")
        .said(&["running {value}: exec: {name}: executable file not found in {rest}"])
        .cause("`//go:generate` starts {value}, which is not on PATH")
        .remedy("Install it before (`go install` puts it into GOBIN, else GOPATH/bin, which has to be on PATH), or write `go run` or `go tool` in the directive.")
        .source("cmd/go/internal/generate/generate.go"),
    error("installed-program-not-found", "A program of go install is not on PATH")
        .said(&["golangci-lint: command not found", "golangci-lint: not found", "staticcheck: command not found", "goimports: command not found", "gofumpt: command not found", "protoc-gen-go: program not found or is not executable", "protoc-gen-go-grpc: program not found or is not executable", "gotestsum: command not found", "govulncheck: command not found", "mockgen: command not found", "swag: command not found", "wire: command not found", "templ: command not found", "sqlc: command not found", "buf: command not found", "ginkgo: command not found", "goreleaser: command not found", "stringer: command not found", "controller-gen: command not found"])
        .cause("A program that is installed with `go install` is not on PATH")
        .remedy("`go install` writes to GOBIN, else to GOPATH/bin, and changes no PATH: add that directory in an earlier step (`goenv-ci apply`, or `echo \"$(go env GOPATH)/bin\" >> \"$GITHUB_PATH\"`).")
        .source("bash, protoc"),
];
