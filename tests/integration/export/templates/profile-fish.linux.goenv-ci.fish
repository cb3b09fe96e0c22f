# >>> goenv-ci >>>
# Go's directories, planned by goenv-ci for an example
# GOCACHE: standard: Go's own default, `go-build` in the user's cache directory
set -gx GOCACHE "$HOME/.cache/go-build"
# GOPATH: given with --gopath
set -gx GOPATH "/srv/my go"
# GOBIN: standard: GOPATH and `bin`
set -gx GOBIN "/srv/my go/bin"
# In front of PATH, once. fish_add_path would leave out a directory that is not there yet.
if set -l goenv_ci_place (contains -i -- "$GOBIN" $PATH)
    set -e PATH[$goenv_ci_place]
end
set -gx PATH "$GOBIN" $PATH
# <<< goenv-ci <<<
