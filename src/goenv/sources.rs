//! What each source says of Go's variables: this process's environment, the scopes of the system
//! that outlive it, and Go's own files; which of them a value of the environment comes from, and
//! what is odd about the environment itself. Reads only.

use crate::{
    goenv::{
        Known,
        explanation::Layer,
        settings::Settings,
        toolchain::Toolchain,
        user_dirs::{RELATIVE_CONFIG_DIR, config_dir},
        version::GoVersion,
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
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// This process's environment.
    Environment,
    /// A scope of the system; what it holds counts once it is in an environment.
    Registry(Scope),
    /// What `go env -w` writes.
    GoenvFile,
    /// `go.env` in a GOROOT.
    GorootGoEnv,
}

impl SourceKind {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Registry(Scope::User) => "user-registry",
            Self::Registry(Scope::Machine) => "machine-registry",
            Self::GoenvFile => "goenv-file",
            Self::GorootGoEnv => "goroot-go-env",
        }
    }
}

/// One variable in one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// In the usual spelling: `GOCACHE`.
    pub variable: String,
    /// What kind of source.
    pub kind: SourceKind,
    /// What it holds there, expanded, without passwords; an empty one means unset.
    pub value: String,
    /// Where exactly: a key, or `file:line`; `None` for the environment.
    pub at: Option<String>,
}

/// One variable in one source, as report.json has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceV1 {
    /// For example `GOCACHE`.
    pub variable: String,
    /// `environment`, `user-registry`, `machine-registry`, `goenv-file` or `goroot-go-env`.
    pub source: String,
    /// What it holds there: expanded, and without user names and passwords in addresses.
    pub value: String,
    /// The registry key, or `file:line`; null for the environment.
    #[serde(default)]
    pub at: Option<String>,
}

/// What all sources say, in the order in which they win, and what is odd about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Variables in the order in which they were asked for, for each the strongest source first.
    pub found: Vec<Source>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}

impl From<&Source> for SourceV1 {
    fn from(source: &Source) -> Self {
        Self {
            variable: source.variable.clone(),
            source: source.kind.name().to_owned(),
            value: source.value.clone(),
            at: source.at.clone(),
        }
    }
}

impl Sources {
    /// The scope that holds this value for a variable: where the environment's value is likely to come from.
    #[must_use]
    pub fn origin(&self, variable: &str, value: &str, platform: Platform) -> Option<(Scope, &'static str)> {
        self.found.iter().filter(|s| s.variable == variable).find_map(|source| match source.kind {
            SourceKind::Registry(scope) if source.value == value || platform.same_path(&source.value, value) => {
                Some((scope, scope.key()))
            }
            _ => None,
        })
    }
}

/// `%NAME%` filled from an environment; a name that is not there stays as it is written, as on Windows.
/// Source: Microsoft, `ExpandEnvironmentStringsW`.
#[must_use]
pub fn expand(text: &str, env: &EnvBlock) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let Some(length) = rest[at + 1..].find('%') else { break };
        let name = &rest[at + 1..at + 1 + length];
        expanded.push_str(&rest[..at]);
        match env.get(name).filter(|_| !name.is_empty()) {
            Some(value) => {
                expanded.push_str(value);
                rest = &rest[at + length + 2..];
            }
            None => {
                // The closing one may open the next name.
                expanded.push_str(&rest[at..at + 1 + length]);
                rest = &rest[at + 1 + length..];
            }
        }
    }
    expanded + rest
}

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

/// Asks every source. `toolchains` are those whose rules and whose `go.env` count; without any the
/// newest rules do. `current_dir` is absolute.
#[must_use]
pub fn read(
    env: &EnvBlock,
    current_dir: &str,
    scopes: &dyn Scopes,
    host: &dyn Host,
    toolchains: &[Toolchain],
) -> Sources {
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
    let newest = Known::newest_version();
    let versions: Vec<&GoVersion> = match toolchains {
        [] => vec![&newest],
        _ => toolchains.iter().map(|toolchain| &toolchain.version).collect(),
    };
    notes.extend(refused_config_dir(&versions, env));
    let settings: Vec<Settings<'_>> = match toolchains {
        [] => vec![Settings::read(&newest, env, current_dir, host)],
        _ => toolchains
            .iter()
            .map(|one| Settings::read(&one.version, env, current_dir, host).with_goroot(&one.goroot, host))
            .collect(),
    };

    let mut found = Vec::new();
    for variable in VARIABLES {
        let is_it = |name: &str| platform.fold_name(name) == platform.fold_name(variable);
        let mut add = |kind, value: &str, at| {
            let source = Source { variable: variable.to_owned(), kind, value: shown(variable, value).into_owned(), at };
            if !found.contains(&source) {
                found.push(source);
            }
        };
        for (_, value) in block.iter().filter(|(name, _)| is_it(name)) {
            add(SourceKind::Environment, value, None);
        }
        let held = env.get(variable);
        if let Some(live) = scopes.live(variable).filter(|live| held != Some(live)) {
            add(SourceKind::Environment, &live, None);
        }
        for (scope, values) in &registry {
            let persisted = values.iter().find(|value| is_it(&value.name));
            if let Some(value) = persisted.and_then(|one| of_registry(&one.data, env)) {
                add(SourceKind::Registry(*scope), &value, Some(scope.key().to_owned()));
            }
        }
        for (layer, kind) in [(Layer::GoenvFile, SourceKind::GoenvFile), (Layer::GorootGoEnv, SourceKind::GorootGoEnv)]
        {
            let filed = settings.iter().flat_map(|settings| settings.filed(variable));
            for (file, line) in filed.filter(|(file, _)| file.layer == layer) {
                add(kind, &line.value, Some(format!("{}:{}", file.path, line.number)));
            }
        }
    }
    Sources { found, notes }
}

/// What Windows makes of a registry value; `None` where it makes no variable.
fn of_registry(data: &Data, env: &EnvBlock) -> Option<String> {
    match data {
        Data::Text(text) => Some(text.clone()),
        Data::Expand(text) => Some(expand(text, env)),
        Data::WrongType(_) => None,
    }
}

/// Which of the versions read no file of `go env -w`, since XDG_CONFIG_HOME is relative.
fn refused_config_dir(versions: &[&GoVersion], env: &EnvBlock) -> Option<String> {
    let named = env.get_filled("XDG_CONFIG_HOME").filter(|_| env.get_filled("GOENV").is_none())?;
    let mut refusing: Vec<String> = versions
        .iter()
        .filter(|version| config_dir(version, env) == Err(RELATIVE_CONFIG_DIR))
        .map(ToString::to_string)
        .collect();
    refusing.dedup();
    (!refusing.is_empty()).then(|| {
        format!(
            "XDG_CONFIG_HOME is `{named}`, which is relative, so Go {} reads no file of `go env -w`",
            refusing.join(", ")
        )
    })
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
