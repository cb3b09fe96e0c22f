# Go's directories, planned by goenv-ci for an example
# A variable of the environment wins over these, and `go env -u NAME` takes one back.
# PATH is not Go's to set; /srv/my go/bin belongs in front of it.
# GOCACHE: standard: Go's own default, `go-build` in the user's cache directory
go env -w "GOCACHE=$HOME/.cache/go-build"
# GOPATH: given with --gopath
go env -w "GOPATH=/srv/my go"
# GOBIN: standard: GOPATH and `bin`
go env -w "GOBIN=/srv/my go/bin"
