//! `${NAME}` placeholders: which there are, and how they are filled.

use std::collections::BTreeMap;

/// Names that every probe may use; the variables of its own `env` come on top.
pub const KNOWN: &[&str] = &[
    "/",
    ":",
    "ARCH",
    "CACHE",
    "DEFAULT_GOCACHE",
    "DEFAULT_GOENV",
    "DEFAULT_GOPATH",
    "EXE",
    "GOROOT",
    "GOVERSION",
    "HOME",
    "OS",
    "OTHER_ARCH",
    "OTHER_GOROOT",
    "OTHER_GOVERSION",
    "PROXY",
    "SCRATCH",
    "TMP",
    "WORK",
];

/// Names that live probes may use on top: what `apply` recorded, and what this step's environment means to Go.
pub const OF_THE_STEP: &[&str] =
    &["GOCACHE", "GOPATH", "GOBIN", "STEP_EXE", "STEP_GOBIN", "STEP_GOMODCACHE", "STEP_GOPROXY"];

/// The names in a template, or the rest of the text from a `${` that never ends.
///
/// # Errors
/// An unfinished placeholder.
pub fn names(template: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find("${") {
        let end = rest[at..]
            .find('}')
            .ok_or_else(|| format!("`{}` has no closing `}}`", rest[at..].lines().next().unwrap_or_default()))?;
        names.push(&rest[at + 2..at + end]);
        rest = &rest[at + end + 1..];
    }
    Ok(names)
}

/// Fills all placeholders.
///
/// # Errors
/// The first name that has no value here, for example `OTHER_GOROOT` where
/// there is but one toolchain.
pub fn fill(template: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find("${") {
        let Some(end) = rest[at..].find('}') else { break };
        let name = &rest[at + 2..at + end];
        filled.push_str(&rest[..at]);
        filled.push_str(values.get(name).ok_or_else(|| name.to_owned())?);
        rest = &rest[at + end + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_named_and_filled() {
        let values = BTreeMap::from([("SCRATCH".to_owned(), "/s".to_owned()), ("/".to_owned(), "\\".to_owned())]);
        assert_eq!(fill("a ${SCRATCH}${/}b $x {y}", &values).unwrap(), "a /s\\b $x {y}");
        assert_eq!(fill("${NOPE}", &values).unwrap_err(), "NOPE");
        assert_eq!(names("${A}${B}").unwrap(), ["A", "B"]);
        assert!(names("x ${A").is_err());
    }
}
