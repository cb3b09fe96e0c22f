//! Variables that hold paths. Source: Go, `cmd/go/main.go`, `cmd/go/internal/cache/default.go`,
//! `cmd/go/internal/modfetch/cache.go: checkCacheDir`, `cmd/go/internal/modload/init.go`.

use crate::{
    goenv::{
        stop::Reach,
        syntax::{JudgedValue, ValueFault, bare, quoted},
        text::split_list,
    },
    platform::Platform,
};

/// A path without what somebody put around it, where that makes it absolute.
fn meant(asked: &JudgedValue<'_>) -> Option<String> {
    bare(asked.value).filter(|path| asked.platform.is_absolute(path))
}

/// GOPATH; what the home directory makes of it is not looked at.
pub(super) fn gopath(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let says = split_list(asked.platform, asked.value).iter().filter(|entry| !entry.is_empty()).find_map(|entry| {
        if entry.starts_with('~') {
            return Some(format!("GOPATH entry cannot start with shell metacharacter '~': {}", quoted(entry)));
        }
        let relative = !asked.platform.is_absolute(entry);
        relative.then(|| format!("GOPATH entry is relative; must be absolute path: {}", quoted(entry)))
    })?;
    ValueFault::stops(Reach::Every, says).map(|fault| fault.meant(meant(asked)))
}

/// GOBIN.
pub(super) fn gobin(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let relative = !asked.platform.is_absolute(asked.value);
    let says = "cannot install, GOBIN must be an absolute path";
    relative.then(|| ValueFault::stops(Reach::Installs, says).map(|fault| fault.meant(meant(asked))))?
}

/// GOCACHE.
pub(super) fn gocache(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let says = match asked.value {
        "off" => return None,
        path if asked.platform.is_absolute(path) => return None,
        _ => "build cache is required, but could not be located: GOCACHE is not an absolute path",
    };
    ValueFault::stops(Reach::Compiles, says).map(|fault| fault.meant(meant(asked)))
}

/// GOMODCACHE.
pub(super) fn gomodcache(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let relative = !asked.platform.is_absolute(asked.value);
    let says = || format!("GOMODCACHE entry is relative; must be absolute path: {}.", quoted(asked.value));
    relative.then(|| ValueFault::stops(Reach::Downloads, says()).map(|fault| fault.meant(meant(asked))))?
}

/// GOWORK.
pub(super) fn gowork(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let fine = matches!(asked.value, "off" | "auto") || asked.platform.is_absolute(asked.value);
    let says = "invalid GOWORK: not an absolute path";
    (!fine).then(|| ValueFault::stops(Reach::Most, says).map(|fault| fault.meant(meant(asked))))?
}

/// GOENV and GOTMPDIR: a relative one is one of the directory that a command runs in, and `~` is a name.
pub(super) fn relative(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let is_device = asked.platform == Platform::Windows && asked.value.eq_ignore_ascii_case("nul");
    if asked.value == "off" || is_device || asked.platform.is_absolute(asked.value) {
        return None;
    }
    let why = if asked.value.starts_with('~') {
        "Go knows no `~`, and looks below the directory that a command runs in"
    } else {
        "it is relative, and another one in each directory that a command runs in"
    };
    ValueFault::misread(format!("{} is `{}`: {why}", asked.name, asked.value)).map(|fault| fault.meant(meant(asked)))
}
