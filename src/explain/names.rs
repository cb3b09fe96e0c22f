//! Names of variables: known ones, and which one somebody meant.

use crate::{goenv::Known, nearest::nearest, platform::Platform};

/// Names that begin like Go's and are somebody else's.
const FOREIGN: [&str; 14] = [
    "GOENV_CI",
    "GOOGLE",
    "GOROOT_",
    "GOLANGCI",
    "GOLAND",
    "GOVERSION",
    "GOPLS",
    "GOSS",
    "GOGC",
    "GOMEMLIMIT",
    "GOMAXPROCS",
    "GOTRACEBACK",
    "GOCOVERDIR",
    "GOLANG_",
];

/// The known names that are nearest to one that no Go knows, nearest first.
#[must_use]
pub fn meant(name: &str) -> Vec<&'static str> {
    nearest(name, Known::every_name().iter().copied())
}

/// Whether any Go knows a name.
#[must_use]
pub fn is_known(name: &str) -> bool {
    Known::every_name().binary_search(&name).is_ok()
}

/// Names with a `_` too many that somebody may mean for Go's own; the others are those of makefiles and images:
/// GO_VERSION, GO_ENV, GO_OS, GO_ARCH, GO_ROOT, GO_TEST, and nobody expects Go to read them.
const SPLIT: [&str; 12] = [
    "GO_BIN",
    "GO_CACHE",
    "GO_FLAGS",
    "GO_MODCACHE",
    "GO_MOD_CACHE",
    "GO_NOPROXY",
    "GO_NOSUMDB",
    "GO_PATH",
    "GO_PRIVATE",
    "GO_PROXY",
    "GO_SUMDB",
    "GO_TOOLCHAIN",
];

/// What Go finds out by itself, or what decides which file it reads: setting one of these breaks more than it mends.
const NEVER: [&str; 12] = [
    "GOENV",
    "GOEXE",
    "GOGCCFLAGS",
    "GOHOSTARCH",
    "GOHOSTOS",
    "GOMOD",
    "GOOS",
    "GOARCH",
    "GOROOT",
    "GOTELEMETRYDIR",
    "GOTOOLDIR",
    "GOVERSION",
];

/// What was meant by a name in an environment that looks like one of Go's and is none: one slip of the fingers away,
/// or with a `_` too many.
#[must_use]
pub fn misspelt(name: &str, platform: Platform) -> Option<String> {
    let upper = name.to_uppercase();
    let foreign = FOREIGN.iter().any(|known| upper.starts_with(known)) || upper == "GO";
    if !upper.starts_with("GO") || foreign || is_known(&platform.fold_name(name)) {
        return None;
    }
    if SPLIT.contains(&upper.as_str()) {
        return Some(upper.replace('_', ""));
    }
    if is_known(&upper) {
        // `gobin` on a system where case counts.
        return (!NEVER.contains(&upper.as_str())).then_some(upper);
    }
    if upper.contains('_') {
        return None;
    }
    // A short name has too many neighbours: GODIR and GOLIB are no GOBIN.
    let least = if upper.len() < 6 { 0 } else { 1 };
    let near = |known: &&&str| {
        known.starts_with("GO")
            && known.len().abs_diff(upper.len()) <= 1
            && strsim::osa_distance(&upper, known) <= least
            && !NEVER.contains(known)
    };
    Known::every_name().iter().find(near).map(|known| (*known).to_owned())
}

/// Whether Go could use a value for one of its variables: directories are absolute, flags begin with `-`.
#[must_use]
pub fn could_be(name: &str, value: &str, platform: Platform) -> bool {
    match name {
        "GOBIN" | "GOCACHE" | "GOMODCACHE" | "GOTMPDIR" => platform.is_absolute(value),
        "GOPATH" => !value.is_empty() && platform.split_list(value).iter().all(|entry| platform.is_absolute(entry)),
        "GOFLAGS" => value.starts_with('-'),
        "GOPROXY" => matches!(value, "off" | "direct") || value.contains("://"),
        "GOPRIVATE" | "GONOPROXY" | "GONOSUMDB" => value.contains(['.', '*']),
        "GOTOOLCHAIN" => value == "auto" || value == "local" || value.starts_with("go1"),
        _ => !value.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_has_a_neighbour() {
        assert_eq!(meant("GOCAHCE").first(), Some(&"GOCACHE"));
        assert_eq!(meant("gopath").first(), Some(&"GOPATH"));
        assert_eq!(meant("XYZZY"), [""; 0]);
    }
    #[test]
    fn only_what_is_near_to_a_name_of_go_s_is_misspelt() {
        let of = |name: &str| misspelt(name, Platform::Linux);
        assert_eq!(of("GOCAHCE").as_deref(), Some("GOCACHE"));
        assert_eq!(of("GO_PATH").as_deref(), Some("GOPATH"));
        assert_eq!(of("GO_MOD_CACHE").as_deref(), Some("GOMODCACHE"));
        assert_eq!(of("gobin").as_deref(), Some("GOBIN"));
        assert_eq!(of("GOPROYX").as_deref(), Some("GOPROXY"));
        for others in [
            "GO_VERSION",
            "GO_ENV",
            "GO_TEST",
            "GO_TESTS",
            "GO_OS",
            "GO_ARCH",
            "GO_ROOT",
            "GO_LDFLAGS",
            "GO_TAGS",
            "GO_BUILD_FLAGS",
            "GOVERSION_FILE",
            "GOVERSION",
            "GODIR",
            "GOLIB",
            "GOTAGS",
            "GOARGS",
            "GOEXEC",
            "GOFILE",
            "GOLINE",
            "GOPACKAGE",
            "GOTEST",
            "GO_EXTRA",
            "GOENVS",
            "GO_MODULE",
            "GOBASE",
            "GOOPTS",
            "GO_CMD",
            "GO_WORK",
        ] {
            assert_eq!(of(others), None, "{others}");
        }
        for fine in ["GOCACHE", "GOENV_CI_RUNNER", "GOROOT_1_22_X64", "GOMAXPROCS", "GOSOMETHING", "PATH"] {
            assert_eq!(of(fine), None, "{fine}");
        }
        assert_eq!(misspelt("gocache", Platform::Windows), None);
    }
}
