# >>> goenv-ci >>>
# Go's directories, planned by goenv-ci for an example
# GOCACHE: standard: Go's own default, `go-build` in the user's cache directory
export GOCACHE="$HOME/.cache/go-build"
# GOPATH: given with --gopath
export GOPATH="/srv/my go"
# GOBIN: standard: GOPATH and `bin`
export GOBIN="/srv/my go/bin"
# In front of PATH, once.
case ":$PATH:" in
  ":$GOBIN:"*) ;;
  *":$GOBIN:"*)
    goenv_ci_path=":$PATH:"
    goenv_ci_path="${goenv_ci_path%%":$GOBIN:"*}:${goenv_ci_path#*":$GOBIN:"}"
    goenv_ci_path="${goenv_ci_path#:}"
    export PATH="$GOBIN:${goenv_ci_path%:}"
    unset goenv_ci_path ;;
  *) export PATH="$GOBIN${PATH:+:$PATH}" ;;
esac
# <<< goenv-ci <<<
