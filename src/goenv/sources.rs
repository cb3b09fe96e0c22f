//! What each source says of Go's variables: this process's environment, the scopes of the system
//! that outlive it, and Go's own files; which of them a value of the environment comes from, and
//! what is odd about the environment itself. Reads only.

use crate::{
    goenv::{
        Known,
        explanation::Layer,
        settings::GoSettings,
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
            Err(why) => notes.push(format!(
                "`{}` cannot be read: {}",
                scope.key(),
                crate::output::trouble::system_text(&why.to_string())
            )),
        }
    }
    let newest = Known::newest_version();
    let versions: Vec<&GoVersion> = match toolchains {
        [] => vec![&newest],
        _ => toolchains.iter().map(|toolchain| &toolchain.version).collect(),
    };
    notes.extend(refused_config_dir(&versions, env));
    let settings: Vec<GoSettings<'_>> = match toolchains {
        [] => vec![GoSettings::read(&newest, env, current_dir, host)],
        _ => toolchains
            .iter()
            .map(|one| GoSettings::read(&one.version, env, current_dir, host).with_goroot(&one.goroot, host))
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

/// Entries of PATH in quotation marks that are told one by one.
const MOST_QUOTED: usize = 20;

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
    let mut quoted = env.path_entries().into_iter().enumerate().filter(|(_, entry)| entry.contains('"'));
    notes.extend(quoted.by_ref().take(MOST_QUOTED).map(|(at, entry)| {
        let means = if platform == Platform::Windows {
            "cmd and Go take the quotation marks off, PowerShell and CreateProcess do not"
        } else {
            "here they are part of the name"
        };
        format!("entry {} of PATH is `{entry}`, in quotation marks: {means}", at + 1)
    }));
    let more = quoted.count();
    if more > 0 {
        notes.push(format!("{more} more entries of PATH are in quotation marks"));
    }
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
mod tests {
    //! What each source says, on machines in memory.

    use super::*;
    use crate::{
        goenv::toolchain::ToolchainSource,
        ports::fake::{FakeHost, FakeScopes},
    };
    use Platform::{Linux, Windows};

    const COMPLETE: [(&str, &str); 4] = [
        ("LOCALAPPDATA", r"C:\Users\r\AppData\Local"),
        ("APPDATA", r"C:\Users\r\AppData\Roaming"),
        ("USERPROFILE", r"C:\Users\r"),
        ("SystemRoot", r"C:\Windows"),
    ];

    fn complete(more: &[(&str, &str)]) -> FakeScopes {
        FakeScopes::of(&[&COMPLETE[..], more].concat())
    }

    fn without_files(scopes: &FakeScopes) -> Sources {
        read(&scopes.env(Windows), r"D:\w", scopes, &FakeHost::new(Windows), &[])
    }

    fn said(sources: &Sources, variable: &str) -> Vec<(&'static str, String, String)> {
        let of = sources.found.iter().filter(|s| s.variable == variable);
        of.map(|s| (s.kind.name(), s.value.clone(), s.at.clone().unwrap_or_default())).collect()
    }

    #[test]
    fn every_source_is_asked_and_says_where_exactly() {
        let scopes = complete(&[("GoCache", r"D:\live")])
            .user("GOCACHE", Data::Expand(r"%userprofile%\cache".into()))
            .machine("gocache", Data::Text(r"E:\%raw%".into()));
        let host = FakeHost::new(Windows)
            .file(r"C:\Users\r\AppData\Roaming\go\env", "GOCACHE=first\nGOPATH=C:\\p\n\nGOCACHE=last\n")
            .file(r"C:\go\go.env", "# defaults\n\nGOPROXY=https://proxy.golang.org,direct\nGOTOOLCHAIN=auto\n");
        let sources = {
            let go = Toolchain {
                version: "1.22.0".parse().unwrap(),
                goroot: r"C:\go".into(),
                source: ToolchainSource::Path,
            };
            read(&scopes.env(Windows), r"D:\w", &scopes, &host, &[go])
        };
        let text = |kind, value: &str, at: &str| (kind, value.to_owned(), at.to_owned());
        assert_eq!(
            said(&sources, "GOCACHE"),
            [
                text("environment", r"D:\live", ""),
                text("user-registry", r"C:\Users\r\cache", r"HKCU\Environment"),
                text("machine-registry", r"E:\%raw%", Scope::Machine.key()),
                text("goenv-file", "last", r"C:\Users\r\AppData\Roaming\go\env:4"),
            ]
        );
        assert_eq!(said(&sources, "GOPATH"), [text("goenv-file", r"C:\p", r"C:\Users\r\AppData\Roaming\go\env:2")]);
        assert_eq!(said(&sources, "GOTOOLCHAIN"), [text("goroot-go-env", "auto", r"C:\go\go.env:4")]);
        assert_eq!(sources.notes, Vec::<String>::new());
    }

    #[test]
    fn a_value_of_the_environment_is_traced_to_the_scope_that_holds_it() {
        let scopes =
            complete(&[("GOBIN", r"c:\users\r\bin")]).user("GOBIN", Data::Expand(r"%USERPROFILE%\bin\".into()));
        let sources = without_files(&scopes);
        assert_eq!(sources.origin("GOBIN", r"c:\users\r\bin", Windows), Some((Scope::User, r"HKCU\Environment")));
        assert_eq!(sources.origin("GOBIN", r"D:\other", Windows), None);
    }

    #[test]
    fn a_registry_value_of_the_wrong_type_is_named_and_no_variable() {
        let scopes = complete(&[])
            .user("GOPATH", Data::WrongType("REG_DWORD".into()))
            .user("X", Data::WrongType("REG_BINARY".into()));
        let sources = without_files(&scopes);
        assert_eq!(said(&sources, "GOPATH"), []);
        assert_eq!(sources.notes.len(), 1, "only what is ours: {:?}", sources.notes);
        assert!(
            sources.notes[0].contains("GOPATH")
                && sources.notes[0].contains("REG_DWORD")
                && sources.notes[0].contains(r"HKCU\Environment")
        );
    }

    #[test]
    fn a_scope_that_cannot_be_read_is_said_and_the_others_still_count() {
        let mut scopes = complete(&[]).user("GOPATH", Data::Text(r"D:\p".into()));
        scopes.machine = None;
        let sources = without_files(&scopes);
        assert_eq!(said(&sources, "GOPATH").len(), 1);
        assert!(sources.notes[0].contains("Session Manager") && sources.notes[0].contains("access denied"));
    }

    #[test]
    fn passwords_and_tokens_in_goproxy_are_not_shown() {
        let list = "https://user:secret@proxy.example/x|https://token@b.example,direct";
        let scopes = complete(&[("GOPROXY", list), ("goproxy", list)]);
        let sources = without_files(&scopes);
        assert_eq!(said(&sources, "GOPROXY")[0].1, "https://xxxxx@proxy.example/x|https://xxxxx@b.example,direct");
        assert!(!format!("{sources:?}").contains("secret") && !format!("{sources:?}").contains("token"));
    }

    #[test]
    fn two_spellings_are_two_sources_and_a_note() {
        let scopes = complete(&[("gocache", r"C:\a"), ("GOCACHE", r"D:\b"), ("Secret", "s3"), ("SECRET", "s4")]);
        let sources = without_files(&scopes);
        assert_eq!(said(&sources, "GOCACHE").len(), 2);
        assert!(sources.notes[0].contains(r"`gocache` and `GOCACHE`") && sources.notes[0].contains(r"`D:\b`"));
        assert!(
            sources.notes[1].contains("`Secret` and `SECRET`") && !sources.notes[1].contains("s4"),
            "{:?}",
            sources.notes
        );
    }

    #[test]
    fn each_missing_variable_of_windows_is_named_with_what_is_lost() {
        for (name, _) in COMPLETE {
            let block: Vec<(&str, &str)> = COMPLETE.iter().filter(|(other, _)| *other != name).copied().collect();
            let scopes = FakeScopes::of(&block);
            let notes = environment_notes(&scopes.env(Windows), &scopes.block);
            assert_eq!(notes.len(), 1);
            assert!(notes[0].starts_with(&format!("{name} is not set, so ")), "{}", notes[0]);
            assert!(environment_notes(&scopes.env(Linux), &scopes.block).is_empty(), "only Windows has them");
        }
    }

    #[test]
    fn a_path_with_quoted_entries_or_too_many_characters_is_named() {
        let scopes = complete(&[("Path", r#"C:\a;"C:\b c";C:\d"#)]);
        let notes = environment_notes(&scopes.env(Windows), &scopes.block);
        assert!(notes[0].contains(r#"entry 2 of PATH is `"C:\b c"`"#), "{notes:?}");
        let long = complete(&[("Path", &r"C:\a;".repeat(7_000))]);
        let notes = environment_notes(&long.env(Windows), &long.block);
        assert!(notes[0].contains("35000 characters"), "{notes:?}");
    }

    #[test]
    fn names_between_percent_signs_are_filled_and_unknown_ones_stay() {
        let env = EnvBlock::from_pairs(Platform::Windows, [("UserProfile", r"C:\Users\r"), ("X", "%Y%"), ("Y", "no")]);
        for (text, want) in [
            (r"%USERPROFILE%\go", r"C:\Users\r\go"),
            (r"%NOPE%\go", r"%NOPE%\go"),
            ("100%", "100%"),
            ("%NOPE%userprofile%", r"%NOPEC:\Users\r"),
            ("%%", "%%"),
            ("%X%", "%Y%"),
            ("", ""),
        ] {
            assert_eq!(expand(text, &env), want, "{text}");
        }
    }
}
