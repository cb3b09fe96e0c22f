//! go.mod, go.sum and vendor.

use crate::doctor::log::message::{LogMessage, error};

pub(super) const MESSAGES: &[LogMessage] = &[
    error("main-module-missing", "There is no go.mod here")
        .said(&["go: go.mod file not found in current directory or any parent directory; see 'go help modules'", "go: go.mod file not found in current directory or any parent directory.", "go: cannot find main module; see 'go help modules'", "go: cannot find main module, but found {value} in {path}", "no modules specified (see 'go help mod download')", "go: no modules specified (see 'go help mod download')", "pattern {value}: directory prefix {path} does not contain main module", "pattern {value}: directory prefix {path} does not contain main module or its selected dependencies", "go: cannot match {value}: go.mod file not found in current directory or any parent directory; see 'go help modules'"])
        .cause("The command runs where neither the directory nor one above it has a go.mod")
        .remedy("Give the step the module's directory (`working-directory:`), run actions/checkout before it, or `go mod init` once.")
        .source("cmd/go/internal/modload/init.go"),
    error("install-needs-version", "go install outside a module wants a version")
        .said(&["go: 'go install' requires a version when current directory is not in a module"])
        .cause("`go install` of a path without a version runs outside a module")
        .remedy("Add a version, as in `go install example.com/cmd@v1.2.3`, or run it in the module's directory.")
        .source("cmd/go/internal/work/build.go"),
    error("version-in-gopath-mode", "A version in GOPATH mode")
        .said(&["can only use path@version syntax with 'go get' and 'go install' in module-aware mode", "cannot use path@version syntax in GOPATH mode", "go: cannot use path@version syntax in GOPATH mode", "package {package}: can only use path@version syntax with 'go get' and 'go install' in module-aware mode"])
        .cause("GO111MODULE=off, and in that mode a package has no version")
        .remedy("Unset GO111MODULE.")
        .source("cmd/go/internal/load/pkg.go"),
    error("modules-disabled", "Modules are switched off")
        .said(&["go: modules disabled by GO111MODULE=off; see 'go help modules'", "go: list -m cannot be used with GO111MODULE=off"])
        .cause("GO111MODULE=off switches off what this command needs")
        .remedy("Unset GO111MODULE; if `go env -w` stored it, `go env -u GO111MODULE`.")
        .source("cmd/go/internal/modload/init.go"),
    error("gopath-mode-package-missing", "A package is not in GOPATH")
        .said(&["cannot find package {value} in any of:"])
        .cause("GO111MODULE=off, and the package {value} is neither in GOROOT nor in GOPATH")
        .remedy("Unset GO111MODULE: with modules Go finds packages by go.mod.")
        .source("go/build/build.go"),
    error("go-sum-missing", "go.sum lacks an entry")
        .said(&["missing go.sum entry for module providing package {package}; to add:", "missing go.sum entry for module providing package {package} (imported by {name}); to add:", "missing go.sum entry for go.mod file; to add it:", "missing go.sum entry; to add it:", "missing go.sum entry for {rest}", "missing go.sum entry needed to verify package {rest}"])
        .cause("go.sum lacks an entry for a module of the build, and this command may not add it")
        .remedy("Run `go mod tidy` in the module and commit go.sum. In a container, copy go.sum beside go.mod before `go mod download`.")
        .command("go mod tidy")
        .source("cmd/go/internal/modload/import.go"),
    error("checksum-mismatch", "A module is not what go.sum says")
        .said(&["verifying {module}: checksum mismatch", "verifying {module}/go.mod: checksum mismatch"])
        .cause("What was downloaded of `{module}` differs from what go.sum or the checksum database has")
        .remedy("Find out why before you change go.sum: a tag was moved, a proxy changed the module, or the module cache was altered (`go clean -modcache` removes it). Never switch GOSUMDB off for it.")
        .source("cmd/go/internal/modfetch/fetch.go"),
    error("go-sum-malformed", "go.sum cannot be read")
        .said(&["malformed go.sum:"])
        .cause("go.sum has a line that is none")
        .remedy("The line is named below the message. Where it is a mark of a merge, remove it and run `go mod tidy`.")
        .source("cmd/go/internal/modfetch/fetch.go")
        .go("1.22 and later"),
    error("go-mod-not-tidy", "go.mod lacks a module")
        .said(&["no required module provides package {package}; to add it:", "no required module provides package {package}: go.mod file not found in current directory or any parent directory; see 'go help modules'", "no required module provides package {package}{rest}"])
        .cause("No module of go.mod has the package `{package}`")
        .remedy("Run `go mod tidy` in the module and commit go.mod and go.sum. If it is a package of your own, generate it before the build, or correct its path.")
        .source("cmd/go/internal/modload/import.go"),
    error("go-mod-updates-needed", "go.mod has to be brought up to date")
        .said(&["go: updates to go.mod needed; to update it:", "go: updates to go.mod needed, disabled by -mod={value}", "go: updates to go.mod needed", "go: updates to go.sum needed, disabled by -mod={value}", "go: updates to go.work needed, disabled by -mod={value}"])
        .cause("go.mod is not as Go would write it, and this command may not write it")
        .remedy("Run `go mod tidy` and commit what it changes; use the same Go as the job.")
        .command("go mod tidy")
        .source("cmd/go/internal/modload/init.go"),
    error("vendor-inconsistent", "vendor does not fit go.mod")
        .said(&["go: inconsistent vendoring in {path}:", "go: inconsistent vendoring in {path}"])
        .cause("`{path}/vendor/modules.txt` and go.mod name different modules")
        .remedy("Run `go mod vendor` (`go work vendor` in a workspace) and commit it. With `-mod=mod` or `-mod=readonly` the directory is left out.")
        .command("go mod vendor")
        .source("cmd/go/internal/modload/vendor.go"),
    error("vendor-package-missing", "vendor lacks a package")
        .said(&["cannot find package {value} in vendor{rest}", "cannot find module providing package {package}: import lookup disabled by -mod={value}", "cannot find module providing package {package}: import lookup disabled by -mod={value}{rest}", "cannot query module due to -mod=vendor{rest}", "go: cannot query module due to -mod=vendor{rest}"])
        .cause("The command takes packages from `vendor` alone, and what it wants is not there")
        .remedy("Run `go mod vendor` and commit it, or use `-mod=mod`. Where there should be no vendor, look for `-mod=vendor` in GOFLAGS.")
        .source("cmd/go/internal/modload/import.go"),
    error("replace-directory-missing", "The directory of a replace does not exist")
        .said(&["replacement directory {path} does not exist", "go: {module} (replaced by {path}): reading {rest}"])
        .cause("go.mod replaces a module by the directory `{path}`, which is not there")
        .remedy("Check that directory out beside the module (a second actions/checkout with `path:`), or take the `replace` out: a go.work says the same without a commit.")
        .source("cmd/go/internal/modload/load.go"),
    error("replaced-not-required", "A module is replaced and not required")
        .said(&["module {module} provides package {package} and is replaced but not required; to add it:"])
        .cause("go.mod replaces `{module}` and does not require it")
        .remedy("Run `go mod tidy` and commit go.mod.")
        .command("go mod tidy")
        .source("cmd/go/internal/modload/import.go"),
    error("modfile-flag", "-modfile cannot be used so")
        .said(&["go: -modfile cannot be used in workspace mode", "go: -modfile cannot be used with commands that ignore the current module", "go: -modfile={path}: file does not have .mod extension", "go: cannot find main module, but -modfile was set."])
        .cause("`-modfile` does not fit the command, the workspace or the directory")
        .remedy("Give it a file that ends with `.mod`, run in a module, and set GOWORK=off.")
        .source("cmd/go/internal/modload/init.go"),
    error("module-path-mismatch", "A module declares another path")
        .said(&["module declares its path as: {module}"])
        .cause("The module was asked for by a path that is not its own: it calls itself `{module}`")
        .remedy("Require it by its own path; a fork needs a `replace`.")
        .source("cmd/go/internal/modload/modfile.go"),
    error("package-not-in-module", "The module has no such package")
        .said(&["module {module} found, but does not contain package {package}", "module {module} found ({value}), but does not contain package {package}", "go: module {module} found, but does not contain package {package}", "module {module}@latest found ({value}), but does not contain package {package}"])
        .cause("`{module}` is there, and has no package `{package}`")
        .remedy("The path changed with a release (as with `/v2`), or the package is in a later version: look at the module's page on pkg.go.dev.")
        .source("cmd/go/internal/modload/query.go"),
    error("major-version-mismatch", "The version does not fit the module's path")
        .said(&["go: {module}: invalid version: {why}", "require {module}: version {value} invalid: {why}", "version {value} invalid: {why}", "invalid version: {why}", "go: {module}: invalid version {value}: {why}"])
        .cause("The version of a module is refused: {why}")
        .remedy("From v2 on the path ends with the major version (`example.com/m/v2`). `unknown revision` means that the repository has no such tag, branch or commit, or that it was fetched without them.")
        .source("cmd/vendor/golang.org/x/mod/module, cmd/go/internal/modfetch"),
    error("no-matching-versions", "The module has no such version")
        .said(&["go: {module}: no matching versions for query {value}", "module {module}: no matching versions for query {value}", "go: module {module}: no matching versions for query {value}"])
        .cause("`{module}` has no version for {value}")
        .remedy("Look for the tags of the repository; a proxy may know a new one only after some minutes, and a private module is not known to the public proxy (GOPRIVATE).")
        .source("cmd/go/internal/modload/query.go"),
    error("install-with-replace", "A program whose go.mod has replace cannot be installed by its version")
        .said(&["The go.mod file for the module providing named packages contains one or"])
        .cause("`go install PATH@VERSION` refuses a module whose go.mod has `replace` or `exclude`")
        .remedy("Clone that repository and run `go install` in it.")
        .source("cmd/go/internal/load/pkg.go"),
    error("not-a-main-package", "What is to be installed or run is no program")
        .said(&["package {package} is not a main package"])
        .cause("`{package}` is a library, and no program can be made of it")
        .remedy("Name the directory of the program, often PATH/cmd/NAME.")
        .source("cmd/go/internal/load/pkg.go, cmd/go/internal/run/run.go"),
    error("internal-package", "An internal package of another module")
        .said(&["use of internal package {package} not allowed"])
        .cause("`{package}` may be imported only from its own module or directory")
        .remedy("Use what the module exports; after a rename of your module, correct the import paths.")
        .source("cmd/go/internal/load/pkg.go"),
    error("import-cycle", "Packages import each other")
        .said(&["import cycle not allowed", "imports {package}: import cycle not allowed", "imports {package} from {value}: import cycle not allowed", "imports {package}: import cycle not allowed in test", "import cycle not allowed in test"])
        .cause("Packages import each other in a circle")
        .remedy("The lines above the message name the circle; move what both need into a package of its own.")
        .source("cmd/go/internal/load/pkg.go"),
    error("no-go-files", "A directory has no Go files")
        .said(&["no Go files in {path}", "package {package}: no Go files in {path}"])
        .cause("`{path}` has no Go files")
        .remedy("Name a directory that has some, or `./...` for all below. A step runs in the repository's root unless it has `working-directory:`.")
        .source("go/build/build.go"),
    error("build-constraints", "All files are for other systems")
        .said(&["build constraints exclude all Go files in {path}", "package {package}: build constraints exclude all Go files in {path}", "imports {package}: build constraints exclude all Go files in {path}", "imports {package} from {value}: build constraints exclude all Go files in {path}"])
        .cause("Every Go file in `{path}` is for another GOOS, GOARCH, tag, or for cgo")
        .remedy("See what `go env GOOS GOARCH CGO_ENABLED` says and which tags the build has. A package that imports \"C\" needs CGO_ENABLED=1 and a C compiler; for another system CGO_ENABLED is 0 unless it is set.")
        .source("go/build/build.go"),
    error("embed-no-match", "Files to embed are missing")
        .said(&["pattern {value}: no matching files found", "pattern {value}: cannot embed {why}"])
        .cause("`//go:embed {value}` finds no file that it may embed")
        .remedy("Make the files before the build (a front end's `dist`, generated code), and commit what .gitignore may hold back.")
        .source("cmd/go/internal/load/pkg.go"),
    error("relative-import", "A relative import in a module")
        .said(&["\"{value}\" is relative, but relative import paths are not supported in module mode"])
        .cause("The import `{value}` is relative")
        .remedy("Import the package by the module's path.")
        .source("cmd/go/internal/modload/import.go"),
    error("directory-outside-module", "A directory belongs to another module")
        .said(&["main module ({module}) does not contain package {package}", "directory {path} outside main module or its selected dependencies", "directory {path} outside available modules", "directory {path} is outside main module or its selected dependencies"])
        .cause("What was named is not part of the module in which the command runs")
        .remedy("It has a go.mod of its own, or lies outside: run the command there, or list both modules in a go.work.")
        .source("cmd/go/internal/modload/load.go"),
    error("directory-not-found", "A directory does not exist")
        .said(&["pattern {value}: lstat {path}: no such file or directory", "stat {path}: directory not found", "lstat {path}: no such file or directory", "no Go files in {path}: directory not found"])
        .cause("There is no directory `{path}`")
        .remedy("Correct the path; the step may run in another directory (`working-directory:`) or on a checkout without it.")
        .source("cmd/go/internal/modload/load.go"),
    error("ambiguous-import", "Two modules have the same package")
        .said(&["ambiguous import: found package {package} in multiple modules:"])
        .cause("Two modules of go.mod have the package `{package}`")
        .remedy("One module was split from or renamed to the other: raise both to versions of one time, as in `go get OLD@none`.")
        .source("cmd/go/internal/modload/import.go"),
    error("private-module-asked-of-proxy", "A module is not known to the proxy or the checksum database")
        .said(&["go: {module}: reading {url}: 404 Not Found", "go: {module}: reading {url}: 410 Gone", "verifying {module}: {name}: reading {url}: 404 Not Found", "verifying {module}: {name}: reading {url}: 410 Gone", "verifying module: {module}: reading {url}: 404 Not Found", "verifying module: {module}: reading {url}: 410 Gone", "verifying go.mod: {module}: reading {url}: 404 Not Found", "verifying go.mod: {module}: reading {url}: 410 Gone", "reading {url}: 404 Not Found", "reading {url}: 410 Gone"])
        .cause("`{url}` has no such module or version: it is private, or it does not exist")
        .remedy("For a private module set GOPRIVATE to its prefix, without a scheme: Go then asks its repository, and needs credentials for it. Else correct the path or the version.")
        .source("cmd/go/internal/web, cmd/go/internal/modfetch/sumdb.go")
        .sample("go: github.com/elza2/go-cyclic@latest: github.com/elza2/go-cyclic@v1.0.2: verifying module: github.com/elza2/go-cyclic@v1.0.2: checking tree#15583996 against tree#15949845: reading https://goproxy.io/sumdb/sum.golang.org/tile/8/1/237: 404 Not Found", "https://github.com/elza2/go-cyclic/issues/4"),
];
