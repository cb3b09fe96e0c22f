//! Variables that hold paths. Source: Go, `cmd/go/main.go`, `cmd/go/internal/cache/default.go`,
//! `cmd/go/internal/modfetch/cache.go: checkCacheDir`, `cmd/go/internal/modload/init.go`.

use crate::goenv::{
    stop::Reach,
    syntax::{Asked, Fault, bare, quoted},
    text::split_list,
};

/// A path without what somebody put around it, where that makes it absolute.
fn meant(asked: &Asked<'_>) -> Option<String> {
    bare(asked.value).filter(|path| asked.platform.is_absolute(path))
}

/// GOPATH; what the home directory makes of it is not looked at.
pub(super) fn gopath(asked: &Asked<'_>) -> Option<Fault> {
    let says = split_list(asked.platform, asked.value).iter().filter(|entry| !entry.is_empty()).find_map(|entry| {
        if entry.starts_with('~') {
            return Some(format!("GOPATH entry cannot start with shell metacharacter '~': {}", quoted(entry)));
        }
        let relative = !asked.platform.is_absolute(entry);
        relative.then(|| format!("GOPATH entry is relative; must be absolute path: {}", quoted(entry)))
    })?;
    Fault::stops(Reach::Every, says).map(|fault| fault.meant(meant(asked)))
}

/// GOBIN.
pub(super) fn gobin(asked: &Asked<'_>) -> Option<Fault> {
    let relative = !asked.platform.is_absolute(asked.value);
    let says = "cannot install, GOBIN must be an absolute path";
    relative.then(|| Fault::stops(Reach::Installs, says).map(|fault| fault.meant(meant(asked))))?
}

/// GOCACHE.
pub(super) fn gocache(asked: &Asked<'_>) -> Option<Fault> {
    let says = match asked.value {
        "off" => return None,
        path if asked.platform.is_absolute(path) => return None,
        _ => "build cache is required, but could not be located: GOCACHE is not an absolute path",
    };
    Fault::stops(Reach::Compiles, says).map(|fault| fault.meant(meant(asked)))
}

/// GOMODCACHE.
pub(super) fn gomodcache(asked: &Asked<'_>) -> Option<Fault> {
    let relative = !asked.platform.is_absolute(asked.value);
    let says = || format!("GOMODCACHE entry is relative; must be absolute path: {}.", quoted(asked.value));
    relative.then(|| Fault::stops(Reach::Downloads, says()).map(|fault| fault.meant(meant(asked))))?
}

/// GOWORK.
pub(super) fn gowork(asked: &Asked<'_>) -> Option<Fault> {
    let fine = matches!(asked.value, "off" | "auto") || asked.platform.is_absolute(asked.value);
    let says = "invalid GOWORK: not an absolute path";
    (!fine).then(|| Fault::stops(Reach::Most, says).map(|fault| fault.meant(meant(asked))))?
}

/// GOENV and GOTMPDIR: a relative one is one of the directory that a command runs in, and `~` is a name.
pub(super) fn relative(asked: &Asked<'_>) -> Option<Fault> {
    if asked.value == "off" || asked.platform.is_absolute(asked.value) {
        return None;
    }
    let why = if asked.value.starts_with('~') {
        "Go knows no `~`, and looks below the directory that a command runs in"
    } else {
        "it is relative, and another one in each directory that a command runs in"
    };
    Fault::misread(format!("{} is `{}`: {why}", asked.name, asked.value)).map(|fault| fault.meant(meant(asked)))
}
