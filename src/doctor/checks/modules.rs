//! What a go.mod requires, whether it is here, and the flags of GOFLAGS.

use crate::{
    doctor::{
        Context,
        checks::workspace::{Workspace, lines_of, module_dir},
    },
    goenv::{directives::Directive, goflags},
    ports::Kind,
};

/// A module at a version.
pub(crate) type Required = (String, String);

/// The flags of GOFLAGS; none where Go cannot read it.
pub(crate) fn flags<'s>(context: &'s Context<'_>) -> Vec<&'s str> {
    goflags(context.value("GOFLAGS")).unwrap_or_default()
}

/// `mod` and `vendor` of `--mod=vendor`; a flag without a value is switched on.
pub(crate) fn parts(flag: &str) -> (&str, &str) {
    let bare = flag.strip_prefix("--").or_else(|| flag.strip_prefix('-')).unwrap_or(flag);
    bare.split_once('=').unwrap_or((bare, "true"))
}

/// The value of a flag of GOFLAGS; of two the last counts.
pub(crate) fn flag<'s>(context: &'s Context<'_>, name: &str) -> Option<&'s str> {
    flags(context).into_iter().rev().map(parts).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// What the go.mod of a module requires.
pub(crate) fn required(lines: &[Directive]) -> Vec<Required> {
    let pair = |line: &Directive| Some((line.words.first()?.clone(), line.words.get(1)?.clone()));
    lines.iter().filter(|line| line.verb == "require").filter_map(pair).collect()
}

/// The modules that are replaced, whatever by.
pub(crate) fn replaced(lines: &[Directive]) -> Vec<&str> {
    lines.iter().filter(|line| line.verb == "replace").filter_map(|line| Some(line.words.first()?.as_str())).collect()
}

/// Whether what is imported comes from the directory `vendor`.
pub(crate) fn is_vendored(context: &Context<'_>) -> bool {
    if let Some(mode) = flag(context, "mod") {
        return mode == "vendor";
    }
    let dir = match Workspace::of(context) {
        // From Go 1.22 on there is `go work vendor`.
        Some(work) if context.subject.version.minor() >= (1, 22) => context.platform().parent(&work.file),
        Some(_) => None,
        None => module_dir(context),
    };
    dir.is_some_and(|dir| context.host.kind(&context.platform().join(&dir, "vendor")) == Kind::Dir)
}

/// What a go.mod requires of others, replaced modules left out.
pub(crate) fn required_by(context: &Context<'_>, file: &str) -> Vec<Required> {
    let lines = lines_of(context, file);
    let replaced = replaced(&lines);
    required(&lines).into_iter().filter(|(path, _)| !replaced.contains(&path.as_str())).collect()
}

/// What a go.mod requires and the module cache lacks: `example.com/dep v1.0.0`. Nothing is needed where it is vendored.
pub(crate) fn absent_modules(context: &Context<'_>, file: &str) -> Vec<String> {
    let (platform, cache) = (context.platform(), context.value("GOMODCACHE"));
    if cache.is_empty() || is_vendored(context) {
        return Vec::new();
    }
    let is_here = |path: &str, version: &str| {
        let dir = platform.join(cache, &format!("{}@{}", escaped(path), escaped(version)));
        let zip = platform.join(cache, &format!("cache/download/{}/@v/{}.zip", escaped(path), escaped(version)));
        [dir, zip].iter().any(|at| context.host.kind(at) != Kind::Absent)
    };
    let absent = required_by(context, file).into_iter().filter(|(path, version)| !is_here(path, version));
    absent.map(|(path, version)| format!("{path} {version}")).collect()
}

/// A path in the module cache: capital letters are written `!a`. Source: golang.org/x/mod, `module.EscapePath`.
fn escaped(path: &str) -> String {
    let mut text = String::new();
    for c in path.chars() {
        if c.is_ascii_uppercase() {
            text.push('!');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goenv::directives::directives;

    #[test]
    fn capital_letters_are_escaped_in_the_module_cache() {
        assert_eq!(escaped("github.com/BurntSushi/toml"), "github.com/!burnt!sushi/toml");
    }

    #[test]
    fn a_flag_has_one_or_two_dashes() {
        assert_eq!(parts("--mod=vendor"), ("mod", "vendor"));
        assert_eq!(parts("-race"), ("race", "true"));
    }

    #[test]
    fn directives_of_go_mod_are_told_apart() {
        let lines = directives("module m\nrequire (\n\ta v1.0.0 // indirect\n)\nrequire b v1.0.0\nreplace b => ../b\n");
        assert_eq!(required(&lines).len(), 2);
        assert_eq!(replaced(&lines), ["b"]);
    }
}
