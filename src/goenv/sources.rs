//! What each source says of Go's variables, which of them a value of the
//! environment comes from, and what is odd about the environment itself. Reads
//! only; what Go makes of it is Go's business.

use crate::{
    goenv::{
        settings::{EnvFile, goenv_file},
        source::{Source, SourceKind, Sources, expand},
    },
    output::mask::shown,
    platform::{
        Platform,
        env::{EnvBlock, LONGEST_WINDOWS, doubled},
    },
    ports::{
        Host, Scopes,
        registry::{Data, Persisted, Scope},
    },
};

/// The variables that are looked up in every source.
pub const VARIABLES: [&str; 9] =
    ["GOCACHE", "GOPATH", "GOBIN", "GOMODCACHE", "GOROOT", "GOENV", "GOFLAGS", "GOTOOLCHAIN", "GOPROXY"];

/// Windows' own variables on which Go's defaults rest, and what is lost without them.
/// Source: Go, `os/file.go`: `UserCacheDir`, `UserConfigDir`, `UserHomeDir`.
const WINDOWS_NEEDS: [(&str, &str); 4] = [
    ("LOCALAPPDATA", "Go has no default for GOCACHE, and stops where GOCACHE is not set"),
    ("APPDATA", "Go finds no file of `go env -w`"),
    ("USERPROFILE", "Go has no default for GOPATH, and with it none for GOBIN and GOMODCACHE"),
    ("SystemRoot", "programs find no system libraries: Go and others may not start"),
];

/// Asks every source; `goroots` are the toolchains whose `go.env` counts.
#[must_use]
pub fn read(env: &EnvBlock, scopes: &dyn Scopes, host: &dyn Host, goroots: &[&str]) -> Sources {
    let platform = env.platform();
    let block = scopes.block();
    let mut notes = environment_notes(env, &block);
    let mut registry = Vec::new();
    for scope in Scope::ALL {
        match scopes.persisted(scope) {
            Ok(values) => {
                notes.extend(values.iter().filter_map(|value| wrong_type(scope, value)));
                registry.push((scope, values));
            }
            Err(why) => notes.push(format!("`{}` cannot be read: {why}", scope.key())),
        }
    }
    let file = goenv_file(env).map(|path| (SourceKind::GoenvFile, path));
    let toolchains = goroots.iter().map(|root| (SourceKind::GorootGoEnv, platform.join(root, "go.env")));
    let files: Vec<(SourceKind, EnvFile)> =
        file.into_iter().chain(toolchains).map(|(kind, path)| (kind, EnvFile::read(&path, host))).collect();

    let mut found = Vec::new();
    for variable in VARIABLES {
        let mut add = |kind, value: &str, at| {
            let source = Source { variable: variable.to_owned(), kind, value: shown(variable, value).into_owned(), at };
            if !found.contains(&source) {
                found.push(source);
            }
        };
        for (_, value) in block.iter().filter(|(name, _)| platform.fold_name(name) == platform.fold_name(variable)) {
            add(SourceKind::Environment, value, None);
        }
        let held = env.get(variable);
        if let Some(live) = scopes.live(variable).filter(|live| held != Some(live)) {
            add(SourceKind::Environment, &live, None);
        }
        for (scope, values) in &registry {
            let same = |value: &&Persisted| platform.fold_name(&value.name) == platform.fold_name(variable);
            let value = values.iter().find(same).and_then(|value| match &value.data {
                Data::Text(text) => Some(text.clone()),
                Data::Expand(text) => Some(expand(text, env)),
                Data::WrongType(_) => None,
            });
            if let Some(value) = value {
                add(SourceKind::Registry(*scope), &value, Some(scope.key().to_owned()));
            }
        }
        for (kind, file) in &files {
            let line = if *kind == SourceKind::GoenvFile { file.last(variable) } else { file.first(variable) };
            if let Some((number, value)) = line {
                add(*kind, value, Some(format!("{}:{number}", file.path)));
            }
        }
    }
    Sources { found, notes }
}

/// What is odd about an environment, a sentence each: `env` as it is looked
/// up, `block` as the system handed it over.
#[must_use]
pub fn environment_notes(env: &EnvBlock, block: &[(String, String)]) -> Vec<String> {
    let platform = env.platform();
    let mut notes: Vec<String> = doubled(platform, block)
        .iter()
        .map(|one| {
            let names: Vec<String> = one.spellings.iter().map(|(name, _)| format!("`{name}`")).collect();
            let counts = VARIABLES
                .iter()
                .find(|known| platform.fold_name(&one.spellings[0].0) == platform.fold_name(known))
                .and_then(|known| Some(format!(", here `{}`", shown(known, env.get(known)?))));
            format!(
                "{} stand side by side in the environment, and they are one name to {}: which value a program gets is left to chance{}; whoever starts the step must set one of them only",
                names.join(" and "),
                platform.runner_os(),
                counts.unwrap_or_default(),
            )
        })
        .collect();
    if platform == Platform::Windows {
        let missing = WINDOWS_NEEDS.iter().filter(|(name, _)| env.get_filled(name).is_none());
        notes.extend(missing.map(|(name, loss)| format!("{name} is not set, so {loss}")));
        let length = env.get("PATH").unwrap_or_default().encode_utf16().count();
        if length > LONGEST_WINDOWS {
            notes.push(format!(
                "PATH has {length} characters, and Windows gives a program no more than {LONGEST_WINDOWS}"
            ));
        }
    }
    let quoted = env.path_entries().into_iter().enumerate().filter(|(_, entry)| entry.contains('"'));
    notes.extend(quoted.map(|(at, entry)| {
        let means = if platform == Platform::Windows {
            "cmd and Go take the quotation marks off, PowerShell and CreateProcess do not"
        } else {
            "here they are part of the name"
        };
        format!("entry {} of PATH is `{entry}`, in quotation marks: {means}", at + 1)
    }));
    notes
}

/// Names that Windows does not make a variable of, although they are ours or PATH.
fn wrong_type(scope: Scope, value: &Persisted) -> Option<String> {
    let Data::WrongType(kind) = &value.data else { return None };
    let ours = VARIABLES.iter().chain(&["PATH"]).find(|known| value.name.eq_ignore_ascii_case(known))?;
    Some(format!(
        "{ours} in `{}` is of the type {kind}, of which Windows makes no variable; REG_SZ and REG_EXPAND_SZ are the right ones",
        scope.key()
    ))
}

#[cfg(test)]
#[path = "sources_tests.rs"]
mod tests;
