//! Proxies, the checksum database, version control and what lies between.

use crate::doctor::log::message::{LogMessage, error};

pub(super) const MESSAGES: &[LogMessage] = &[
    error("goproxy-off", "GOPROXY is off")
        .said(&["module lookup disabled by GOPROXY=off", "cannot find module providing package {package}: module lookup disabled by GOPROXY=off"])
        .cause("GOPROXY is `off`, and what is wanted is not in the module cache")
        .remedy("Unset GOPROXY, or fill the module cache before: `go mod download` where the network is allowed.")
        .source("cmd/go/internal/modfetch/repo.go"),
    error("goproxy-empty", "GOPROXY has no entry")
        .said(&["GOPROXY list is not the empty string, but contains no entries"])
        .cause("GOPROXY holds separators and blanks alone")
        .remedy("Unset GOPROXY, or give it a proxy, `direct` or `off`.")
        .source("cmd/go/internal/modfetch/proxy.go"),
    error("goproxy-invalid", "GOPROXY has an entry that is no address")
        .said(&["invalid proxy URL missing scheme: {value}", "invalid proxy URL scheme (must be https, http, file): {value}", "invalid proxy URL: {why}", "Get {value}: http: no Host in request URL", "parse {value}: invalid character {why}"])
        .cause("An entry of GOPROXY is no address of a proxy")
        .remedy("An entry begins with `https://`, `http://` or `file://`, or is `direct` or `off`. Quotes in a workflow's `env:` or a `.env` file may have become part of the value.")
        .source("cmd/go/internal/modfetch/proxy.go"),
    error("proxy-file-missing", "A proxy of files lacks a module")
        .said(&["reading file://{path}: no such file or directory", "module {module}: reading file://{path}: no such file or directory"])
        .cause("GOPROXY is a directory, and it has no `{path}`")
        .remedy("Fill the directory with what is missing, or name another proxy behind it, with `,` between.")
        .source("cmd/go/internal/modfetch/proxy.go"),
    error("malformed-module-path", "A module's path is none")
        .said(&["malformed module path {value}: {why}", "malformed import path {value}: {why}", "invalid module path {value}: {why}"])
        .cause("{value} is no path of a module: {why}")
        .remedy("A path begins with a host that has a dot, without `https://` and without a blank. A package of your own module begins with the module's path.")
        .source("cmd/vendor/golang.org/x/mod/module"),
    error("gosumdb-malformed", "GOSUMDB is no checksum database")
        .said(&["invalid GOSUMDB: {why}", "verifying module: invalid GOSUMDB: {why}"])
        .cause("GOSUMDB cannot be used: {why}")
        .remedy("Unset it. A database of your own is `NAME+HASH+KEY`, with an address behind a blank if needed.")
        .source("cmd/go/internal/modfetch/sumdb.go"),
    error("govcs-disallowed", "GOVCS does not allow the version control system")
        .said(&["GOVCS disallows using {name} for {value}; see 'go help vcs'"])
        .cause("The repository is kept in {name}, which GOVCS does not allow for {value}")
        .remedy("Allow it (`GOVCS=example.com:hg,...`); without GOVCS, public repositories may be git and hg.")
        .source("cmd/go/internal/vcs/vcs.go"),
    error("govcs-malformed", "GOVCS cannot be read")
        .said(&["malformed entry in GOVCS ({why}): {value}", "empty entry in GOVCS", "empty pattern in GOVCS: {value}", "empty VCS list in GOVCS: {value}", "unreachable pattern in GOVCS: {value}"])
        .cause("GOVCS has an entry that is none")
        .remedy("Entries are `PATTERN:LIST` with commas between, a list is `git|hg`, `all` or `off`.")
        .source("cmd/go/internal/vcs/vcs.go"),
    error("vcs-program-missing", "git is not installed")
        .said(&["missing Git command. See https://golang.org/s/gogetcmd", "go: missing {name} command. See {rest}", "missing {name} command. See {rest}", "exec: \"git\": executable file not found in {rest}", "git init --bare in {path}: exec: \"git\": executable file not found in {rest}"])
        .cause("Go has to fetch a module from its repository, and there is no program for it on PATH")
        .remedy("Install git (small container images have none: `apk add git`), or use a proxy.")
        .source("cmd/go/internal/vcs/vcs.go"),
    error("git-network", "git does not reach a server")
        .said(&["fatal: unable to access {value}: {why}"])
        .cause("git cannot reach {value}: {why}")
        .remedy("The machine has no network or no DNS, a firewall or a proxy is in the way (`http.proxy` of git, HTTPS_PROXY), or `url.….insteadOf` of git's configuration leads elsewhere.")
        .source("git"),
    error("git-failed", "git fails while Go fetches a module")
        .said(&["invalid version: git {value}: exit status {code}:", "reading {path} at revision {name}: git {value}: exit status {code}:", "git {value}: exit status {code}:"])
        .cause("`git {value}` fails with exit code {code}")
        .remedy("What git says stands in the next lines of the log.")
        .source("cmd/go/internal/modfetch/codehost")
        .after(&["git-network", "git-credentials", "git-ssh-key"]),
    error("git-credentials", "git has no credentials")
        .said(&["fatal: could not read Username for {value}: terminal prompts disabled", "fatal: could not read Username for {value}: No such device or address", "fatal: could not read Username for {value}: Device not configured", "fatal: could not read Password for {value}: {why}", "fatal: Authentication failed for {value}", "fatal: repository {value} not found", "remote: Repository not found."])
        .cause("git may not read a repository: it is private, or does not exist, and git has no credentials for it")
        .remedy("Give git a token before the step: `git config --global url.\"https://x-access-token:TOKEN@github.com/\".insteadOf https://github.com/`, with a token that may read that repository (GITHUB_TOKEN reads its own alone), and set GOPRIVATE.")
        .source("git")
        .sample("\tfatal: could not read Username for 'https://github.com': terminal prompts disabled", "https://github.com/yuangwei/go-i18next/issues/4"),
    error("git-ssh-key", "git has no key for SSH")
        .said(&["git@{host}: Permission denied (publickey).", "Host key verification failed."])
        .cause("git reaches a repository by SSH, and the server refuses the key or is not known")
        .remedy("Load a key (an SSH agent) and the server's key (`ssh-keyscan`), or use https with a token.")
        .source("git, ssh")
        .sample("        git@github.com: Permission denied (publickey).", "https://github.com/golang/go/issues/50776"),
    error("connection-refused", "Nobody listens at an address")
        .said(&["Get {url}: dial tcp {address}: connect: connection refused", "Get {url}: dial tcp {address}: connectex: {why}", "Get {url}: proxyconnect tcp: {why}"])
        .cause("{url} cannot be reached: the connection is refused")
        .remedy("Look at GOPROXY, GOSUMDB and HTTPS_PROXY: one of them names a server that does not run, or that this machine may not reach.")
        .source("net"),
    error("host-not-found", "A server's name is not known")
        .said(&["Get {url}: dial tcp: lookup {host} on {address}: {why}", "Get {url}: dial tcp: lookup {host}: {why}"])
        .cause("The name `{host}` cannot be resolved: {why}")
        .remedy("The machine has no network or no DNS, or the name in GOPROXY, GOSUMDB or an import path is wrong.")
        .source("net")
        .sample("        go.uber.org/zap: module go.uber.org/zap: Get \"https://proxy.golang.org/go.uber.org/zap/@v/list\": dial tcp: lookup proxy.golang.org on 172.17.240.1:53: read udp 10.88.0.149:36444->172.17.240.1:53: i/o timeout", "https://github.com/golang/go/issues/65662"),
    error("network-timeout", "A server does not answer")
        .said(&["Get {url}: dial tcp {address}: i/o timeout", "Get {url}: dial tcp: i/o timeout", "Get {url}: net/http: TLS handshake timeout", "Get {url}: context deadline exceeded{rest}", "Get {url}: read tcp {value}: read: connection reset by peer", "Get {url}: EOF", "Get {url}: unexpected EOF", "Get {url}: net/http: request canceled{rest}", "Get {url}: http2: {why}"])
        .cause("{url} does not answer, or breaks off")
        .remedy("Run the job again. If it stays so, a firewall holds the packets back: use a proxy that can be reached.")
        .source("net, net/http")
        .sample("go: github.com/go-sql-driver/mysql@v1.6.0: Get \"https://proxy.golang.org/github.com/go-sql-driver/mysql/@v/v1.6.0.mod\": dial tcp 172.217.163.49:443: i/o timeout", "https://github.com/ac0d3r/MySQLMonitor/issues/3"),
    error("certificate", "A certificate is not trusted")
        .said(&["Get {url}: tls: failed to verify certificate: x509: {why}", "Get {url}: x509: {why}", "tls: failed to verify certificate: x509: {why}", "x509: certificate {why}"])
        .cause("A server's certificate is not trusted: {why}")
        .remedy("Small images have no certificates (install `ca-certificates`); behind a proxy that opens TLS, add its certificate to the system's, or name it in SSL_CERT_FILE.")
        .source("crypto/tls, crypto/x509")
        .sample("go: github.com/caddyserver/caddy/v2@v2.7.6: Get \"https://proxy.golang.org/github.com/caddyserver/caddy/v2/@v/v2.7.6.info\": tls: failed to verify certificate: x509: certificate signed by unknown authority", "https://github.com/golang/go/issues/65118"),
    error("proxy-refused", "A proxy refuses")
        .said(&["reading {url}: 400 Bad Request", "reading {url}: 401 Unauthorized", "reading {url}: 403 Forbidden", "reading {url}: 407 Proxy Authentication Required", "reading {url}: 429 Too Many Requests", "reading {url}: 500 Internal Server Error", "reading {url}: 502 Bad Gateway", "reading {url}: 503 Service Unavailable", "reading {url}: 504 Gateway Timeout"])
        .cause("The server of {url} refuses or fails")
        .remedy("401, 403 and 407: credentials are missing (.netrc, GOAUTH, or in the address of GOPROXY). 429 and 5xx: try again later.")
        .source("cmd/go/internal/web"),
    error("insecure-protocol", "A repository has no secure protocol")
        .said(&["no secure protocol found for repository", "unrecognized import path {value}: {why}"])
        .cause("Go finds no repository for an import path that it may use")
        .remedy("The path is wrong, the server does not answer, or it has http alone: then GOINSECURE has to name it.")
        .source("cmd/go/internal/vcs/vcs.go")
        .after(&["vcs-program-missing"]),
    error("git-dubious-ownership", "The repository belongs to another user")
        .said(&["fatal: detected dubious ownership in repository at {path}", "fatal: unsafe repository ({path} is owned by someone else)"])
        .cause("git refuses the repository {path}, since it belongs to another user")
        .remedy("In a container job: `git config --global --add safe.directory \"$GITHUB_WORKSPACE\"` before Go runs, or give the checkout to the user who builds.")
        .command("git config --global --add safe.directory \"$PWD\"")
        .source("git"),
    error("vcs-status", "The state of the repository cannot be asked")
        .said(&["error obtaining VCS status: {why}", "package {package}: error obtaining VCS status: {why}"])
        .cause("Go wants to stamp the program with the commit, and git fails: {why}")
        .remedy("Mostly the checkout belongs to another user (`git config --global --add safe.directory DIR`) or git is missing. `-buildvcs=false`, in GOFLAGS too, builds without the stamp.")
        .source("cmd/go/internal/load/pkg.go")
        .after(&["git-dubious-ownership"]),
];
