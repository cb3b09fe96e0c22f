//! Variables of the C tools. Source: Go, `cmd/go/internal/work`: `init.go: BuildInit`, `exec.go:
//! envList`, `security.go: checkFlags`; `cmd/internal/quoted`.

use crate::goenv::{
    stop::Reach,
    syntax::{Asked, Fault, regexp::is_regexp},
    text::words,
};

/// CC, CXX and FC: a program with arguments, by its bare name or its absolute path.
pub(super) fn compiler(asked: &Asked<'_>) -> Option<Fault> {
    let name = asked.name;
    let says = match words(asked.value) {
        Err(mark) => format!("{name} environment variable could not be parsed: unterminated {mark} string"),
        Ok(words) if words.is_empty() && name == "CC" => return Fault::stops(Reach::Cgo, PANIC),
        Ok(words) => {
            let first = words.first().copied().unwrap_or_default();
            let bare = asked.platform.file_name(first).is_none_or(|name| name == first);
            // An empty name in quotation marks is relative for Go.
            let fine = words.is_empty() || (bare && !first.is_empty()) || asked.platform.is_absolute(first);
            if fine {
                return None;
            }
            format!("{name} environment variable is relative; must be absolute path: {first}")
        }
    };
    Fault::stops(Reach::Builds, says)
}

/// What Go says where it takes the first word of a value that has none.
const PANIC: &str = "panic: runtime error: index out of range [0] with length 0";

/// PKG_CONFIG.
pub(super) fn pkg_config(asked: &Asked<'_>) -> Option<Fault> {
    match words(asked.value) {
        Err(mark) => Fault::stops(Reach::EnvAlone, unreadable(asked, mark)),
        Ok(words) if words.is_empty() => Fault::stops(Reach::EnvAlone, PANIC),
        Ok(_) => None,
    }
}

/// GOCACHEPROG; whether the program is there is not looked at.
pub(super) fn cache_program(asked: &Asked<'_>) -> Option<Fault> {
    let says = match words(asked.value) {
        _ if asked.minor() < 24 => return None,
        Err(mark) => format!("GOCACHEPROG args: unterminated {mark} string"),
        Ok(words) if words.first().is_none_or(|first| first.is_empty()) => {
            "error starting GOCACHEPROG program \"\": exec: no command".to_owned()
        }
        Ok(_) => return None,
    };
    Fault::stops(Reach::Compiles, says)
}

/// CGO_CFLAGS and its like.
pub(super) fn flags(asked: &Asked<'_>) -> Option<Fault> {
    let mark = words(asked.value).err()?;
    Fault::stops(Reach::Cgo, unreadable(asked, mark))
}

fn unreadable(asked: &Asked<'_>, mark: char) -> String {
    format!(
        "could not parse environment variable {} with value {}: unterminated {mark} string",
        asked.name,
        super::quoted(asked.value)
    )
}

/// CGO_CFLAGS_ALLOW and its like.
pub(super) fn regexp(asked: &Asked<'_>) -> Option<Fault> {
    if is_regexp(asked.value, asked.minor()) {
        return None;
    }
    Fault::stops(Reach::CompilesC, format!("parsing ${}: error parsing regexp", asked.name))
}
