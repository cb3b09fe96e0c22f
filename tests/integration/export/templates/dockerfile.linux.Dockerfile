# Go's directories, planned by goenv-ci for an example
# What is compiled stays from build to build with RUN --mount=type=cache,target=DIRECTORY for GOCACHE
# and for pkg/mod in GOPATH. Each stage that runs Go needs the ENV lines.
FROM golang:1.23
# GOCACHE: standard: Go's own default, `go-build` in the user's cache directory
ENV GOCACHE="/srv/cache/go-build"
# GOPATH: given with --gopath
ENV GOPATH="/srv/go"
# GOBIN: standard: GOPATH and `bin`
ENV GOBIN="/srv/go/bin"
ENV PATH="$GOBIN:$PATH"
