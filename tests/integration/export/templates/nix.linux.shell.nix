# Go's directories, planned by goenv-ci for an example
{ pkgs ? import <nixpkgs> { } }:

pkgs.mkShell {
  packages = [ pkgs.go ];
  shellHook = ''
    # GOCACHE: standard: Go's own default, `go-build` in the user's cache directory
    export GOCACHE="$HOME/.cache/go-build"
    # GOPATH: given with --gopath
    export GOPATH="/srv/my go"
    # GOBIN: standard: GOPATH and `bin`
    export GOBIN="/srv/my go/bin"
    export PATH="$GOBIN:$PATH"
  '';
}
