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

/// What was meant by a name in an environment that looks like one of Go's and is none.
#[must_use]
pub fn misspelt(name: &str, platform: Platform) -> Option<String> {
    let upper = name.to_uppercase();
    let foreign = FOREIGN.iter().any(|known| upper.starts_with(known)) || upper == "GO";
    if !upper.starts_with("GO") || foreign || is_known(&platform.fold_name(name)) {
        return None;
    }
    let squeezed = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>();
    let bare = squeezed(&upper);
    // A name of another length is no slip of the fingers, and not worth the comparison with all.
    let near = |known: &&str| known.len().abs_diff(upper.len()) <= 2 && strsim::levenshtein(&upper, known) <= 2;
    if !is_known(&bare) && !Known::every_name().iter().any(near) {
        return None;
    }
    let meant = if is_known(&bare) { bare } else { meant(name).first()?.to_string() };
    let close = strsim::levenshtein(&upper, &meant) <= 2 || squeezed(&upper) == squeezed(&meant);
    close.then_some(meant)
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
        for fine in ["GOCACHE", "GOENV_CI_RUNNER", "GOROOT_1_22_X64", "GOMAXPROCS", "GOSOMETHING", "PATH"] {
            assert_eq!(of(fine), None, "{fine}");
        }
        assert_eq!(misspelt("gocache", Platform::Windows), None);
    }
}
