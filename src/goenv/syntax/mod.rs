//! What each variable of `go env` may hold, in one table: its syntax, since which version, what Go
//! says when it refuses a value and which commands stop, and what silently goes wrong with others.

pub(crate) mod address;
mod downloads;
mod flags;
mod places;
mod regexp;
mod table;
pub(crate) mod targets;
mod tools;

pub(crate) use regexp::is_regexp;
pub use table::{RULES, page};

use crate::{
    goenv::{Known, stop::Reach, version::GoVersion},
    output::mask::masked,
    platform::Platform,
};

/// One variable.
#[derive(Debug)]
pub struct Rule {
    /// For example `GOPROXY`.
    pub name: &'static str,
    /// What it may hold, in words.
    pub holds: &'static str,
    /// What Go says of other values, and which commands then stop.
    pub refused: &'static [(Reach, &'static str)],
    /// What goes wrong without a word; empty where nothing is known to.
    pub misread: &'static str,
    /// What differs between versions and patches; empty where nothing does.
    pub changes: &'static str,
    pub(crate) judge: fn(&Asked<'_>) -> Option<Fault>,
}

/// A value, and the Go that is to read it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// In the environment or a settings file; not empty.
    pub value: &'a str,
    /// Of which variable.
    pub name: &'a str,
    /// Whose rules apply.
    pub version: &'a GoVersion,
    /// Whether the environment itself has it, and not one of Go's files.
    pub in_environment: bool,
    /// Whose paths and lists.
    pub platform: Platform,
    /// The target's architecture, which decides who looks at GOAMD64 and its like.
    pub goarch: &'a str,
}

impl Asked<'_> {
    /// 21 for Go 1.21.
    fn minor(&self) -> u64 {
        Known::of(self.version).0
    }

    fn known(&self) -> &'static Known {
        Known::of(self.version).1
    }
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which commands stop; `None`: Go goes on, and not as it was meant.
    pub stops: Option<Reach>,
    /// What Go says, or, where it says nothing, what it does; without passwords.
    pub says: String,
    /// The value that was meant, where that is certain.
    pub corrected: Option<String>,
}

impl Fault {
    fn stops(reach: Reach, says: impl Into<String>) -> Option<Self> {
        Some(Self { stops: Some(reach), says: says.into(), corrected: None })
    }

    fn misread(says: impl Into<String>) -> Option<Self> {
        Some(Self { stops: None, says: says.into(), corrected: None })
    }

    fn meant(self, corrected: Option<String>) -> Self {
        Self { corrected, ..self }
    }
}

/// What is wrong with a value of a variable in force; what lies on the disk is not looked at.
#[must_use]
pub fn judge(asked: &Asked<'_>) -> Option<Fault> {
    let rule = rule(asked.name)?;
    let fault = (rule.judge)(asked)?;
    // A correction that is itself wrong is none.
    let fine = |value: &String| !value.is_empty() && (rule.judge)(&Asked { value, ..*asked }).is_none();
    let says = masked(&fault.says).into_owned();
    Some(Fault { says, corrected: fault.corrected.filter(fine), ..fault })
}

/// The row of a variable.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// A value without blanks and quotation marks around it; `None` where it has none.
fn bare(value: &str) -> Option<String> {
    let bare = value.trim().trim_matches(['"', '\'']).trim();
    (bare != value && !bare.contains(['"', '\''])).then(|| bare.to_owned())
}

/// As Go's `%q` writes a text.
fn quoted(text: &str) -> String {
    format!("{text:?}").replace("\\'", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn fault(name: &str, value: &str, version: &str) -> Option<Fault> {
        let version = version.parse().unwrap();
        judge(&Asked {
            value,
            name,
            version: &version,
            in_environment: true,
            platform: Platform::Linux,
            goarch: "amd64",
        })
    }

    #[test]
    fn every_variable_has_a_row_and_no_row_is_of_something_else() {
        let mut rows: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert!(rows.is_sorted(), "in alphabetical order");
        rows.dedup();
        assert_eq!(rows, Known::every_name());
    }

    /// Name, version, value, the beginning of what Go says, and what was meant.
    const REFUSED: &[(&str, &str, &str, &str, &str)] = &[
        ("GOFLAGS", "1.22.10", "-ldflags='-s -w'", "parsing $GOFLAGS: unknown flag -w'", "'-ldflags=-s -w'"),
        ("GOFLAGS", "1.22.10", "-tags six", "parsing $GOFLAGS: non-flag \"six\"", "-tags=six"),
        ("GOFLAGS", "1.22.10", "-tags six -v", "parsing $GOFLAGS: non-flag \"six\"", "-tags=six -v"),
        ("GOFLAGS", "1.22.10", "\"-v", "parsing $GOFLAGS: unterminated \" string", ""),
        ("GOFLAGS", "1.22.10", "-nosuch", "parsing $GOFLAGS: unknown flag -nosuch", ""),
        ("GOFLAGS", "1.22.10", "-mod vendor", "parsing $GOFLAGS: non-flag \"vendor\"", "-mod=vendor"),
        ("GOFLAGS", "1.22.10", "-mod=foo", "-mod=foo not supported", ""),
        ("GOFLAGS", "1.22.10", "-tags", "flag needs an argument: -tags (from $GOFLAGS)", ""),
        ("GOFLAGS", "1.22.10", "-race=maybe", "invalid boolean value \"maybe\" for flag -race (from $GOFLAGS)", ""),
        ("GOFLAGS", "1.25.0", "-artifacts", "parsing $GOFLAGS: unknown flag -artifacts", ""),
        ("GOPROXY", "1.22.10", ",", "GOPROXY list is not the empty string, but contains no entries", ""),
        ("GOPROXY", "1.22.10", " ", "GOPROXY list is not the empty string, but contains no entries", ""),
        ("GOPROXY", "1.22.10", "none", "invalid proxy URL missing scheme: none", ""),
        ("GOPROXY", "1.22.10", "https://a b", "parse \"https://a b\": invalid character \" \" in host name", ""),
        ("GOPROXY", "1.22.10", "\"https://a.b\"", "parse \"\\\"https", "https://a.b"),
        ("GOPROXY", "1.22.10", "'direct'", "invalid proxy URL missing scheme: 'direct'", "direct"),
        ("GOSUMDB", "1.22.10", "junk", "invalid GOSUMDB: malformed verifier id", ""),
        ("GOSUMDB", "1.22.10", "\"sum.golang.org\"", "invalid GOSUMDB: malformed verifier id", "sum.golang.org"),
        ("GOVCS", "1.22.10", "git", "malformed entry in GOVCS (missing colon): \"git\"", ""),
        ("GOAUTH", "1.24.0", "git rel", "GOAUTH=git dir method requires an absolute path", ""),
        ("GOBIN", "1.22.10", "~/bin", "cannot install, GOBIN must be an absolute path", ""),
        ("GOMODCACHE", "1.22.10", "rel", "GOMODCACHE entry is relative; must be absolute path: \"rel\".", ""),
        ("GOARM", "1.21.13", "7,hardfloat", "invalid GOARM: must be 5, 6, 7", ""),
        ("CC", "1.22.10", "rel/cc", "CC environment variable is relative; must be absolute path: rel/cc", ""),
    ];

    #[test]
    fn what_go_refuses_is_said_in_its_words_with_what_was_meant() {
        for (name, version, value, says, meant) in REFUSED {
            let fault = fault(name, value, version).unwrap_or_else(|| panic!("{name}={value} is taken"));
            assert!(fault.stops.is_some() && fault.says.starts_with(says), "{name}={value}: {fault:?}");
            assert_eq!(fault.corrected.as_deref().unwrap_or_default(), *meant, "{name}={value}");
        }
    }

    #[test]
    fn what_go_misreads_is_told_with_what_was_meant() {
        for (name, version, value, meant) in [
            ("GOPRIVATE", "1.22.10", "https://example.com/x", "example.com/x"),
            ("GOPRIVATE", "1.22.10", "a.com, b.com", "a.com,b.com"),
            ("GOPRIVATE", "1.22.10", "a.com b.com", "a.com,b.com"),
            ("GONOPROXY", "1.22.10", "\"example.com\"", "example.com"),
            ("GONOSUMDB", "1.22.10", "example.com/x/...", "example.com/x"),
            ("GOPRIVATE", "1.22.10", "git@example.com:x/y.git", ""),
            ("GOPROXY", "1.22.10", "direct,https://a.b", ""),
            ("CGO_ENABLED", "1.22.10", "yes", "1"),
            ("CGO_ENABLED", "1.22.10", "2", ""),
            ("GOAMD64", "1.23.9", "v9", ""),
            ("GOTELEMETRY", "1.23.9", "off", ""),
        ] {
            let fault = fault(name, value, version).unwrap_or_else(|| panic!("{name}={value} is taken"));
            assert_eq!(fault.stops, None, "{name}={value}: {fault:?}");
            assert_eq!(fault.corrected.as_deref().unwrap_or_default(), meant, "{name}={value}");
        }
    }

    #[test]
    fn what_is_right_is_no_fault() {
        for (name, value) in [
            ("GOFLAGS", "'-ldflags=-s -w' -tags=a,b -v"),
            ("GOFLAGS", "-mod=vendor --trimpath -p=4 -gcflags=all=-N"),
            ("GOPROXY", "https://proxy.golang.org,direct"),
            ("GOPROXY", "goproxy.example.com|file:///srv/p"),
            ("GOSUMDB", "sum.golang.org https://sum.golang.google.cn"),
            ("GOPRIVATE", "*.corp.example.com,github.com/me/*,*"),
            ("GOVCS", "private:all, public:git|hg"),
            ("GOVCS", "*:off"),
            ("GOINSECURE", "example.com/x/"),
            ("GODEBUG", "http2client=0,gctrace=1"),
            ("GOCACHE", "/c"),
            ("GOCACHE", "off"),
            ("CGO_CFLAGS", "-g '-DX=a b'"),
            ("CGO_CFLAGS_ALLOW", "-f(no-)?x.*"),
            ("GOEXPERIMENT", "none,noregabi"),
            ("GOVERSION", "go1.22"),
        ] {
            assert_eq!(fault(name, value, "1.22.10"), None, "{name}={value}");
        }
    }
}
