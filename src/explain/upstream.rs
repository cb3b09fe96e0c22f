//! What fills the environment before a process begins, where it can be read:
//! the registry, profiles of shells, `.envrc`, mise. Nothing is evaluated: only
//! lines that set a plain value count.

use crate::{
    go_env::Subject,
    go_settings::home,
    model::{
        env::EnvBlock,
        explained::{Held, Layer},
        platform::Platform,
        source::{Data, Scope, expand},
    },
    ports::{Host, Scopes},
};

/// Names with what holds them, the nearest to the process first.
pub(super) struct Upstream {
    pub held: Vec<(String, Held)>,
    pub notes: Vec<String>,
}

pub(super) fn read(subject: &Subject<'_>, host: &dyn Host, scopes: &dyn Scopes) -> Upstream {
    let mut upstream = Upstream { held: Vec::new(), notes: Vec::new() };
    let platform = subject.env.platform();
    for dir in folders(platform, subject.current_dir) {
        upstream.add_file(Layer::Envrc, &platform.join(&dir, ".envrc"), posix, host);
        for name in ["mise.local.toml", "mise.toml", ".mise.toml", ".config/mise.toml"] {
            upstream.add_file(Layer::Mise, &platform.join(&dir, name), mise, host);
        }
    }
    if let Some(home) = home(subject.env) {
        for (name, reader) in profiles(platform) {
            upstream.add_file(Layer::ShellProfile, &platform.join(home, name), *reader, host);
        }
        upstream.add_file(Layer::Mise, &platform.join(home, ".config/mise/config.toml"), mise, host);
    }
    if platform != Platform::Windows {
        for path in ["/etc/profile", "/etc/bash.bashrc", "/etc/zsh/zshenv", "/etc/environment"] {
            upstream.add_file(Layer::ShellProfile, path, posix, host);
        }
    }
    for scope in Scope::ALL {
        upstream.add_scope(scope, subject.env, scopes);
    }
    upstream
}

type Reader = fn(&str) -> Option<(&str, &str)>;

/// Relative to the user's folder, those that are read last first.
fn profiles(platform: Platform) -> &'static [(&'static str, Reader)] {
    match platform {
        Platform::Windows => &[
            ("Documents/PowerShell/Microsoft.PowerShell_profile.ps1", powershell),
            ("Documents/PowerShell/profile.ps1", powershell),
            ("Documents/WindowsPowerShell/Microsoft.PowerShell_profile.ps1", powershell),
            ("Documents/WindowsPowerShell/profile.ps1", powershell),
        ],
        _ => &[
            (".bashrc", posix),
            (".bash_profile", posix),
            (".bash_login", posix),
            (".profile", posix),
            (".zshrc", posix),
            (".zprofile", posix),
            (".zshenv", posix),
            (".config/fish/config.fish", fish),
            (".config/powershell/profile.ps1", powershell),
        ],
    }
}

/// The current folder and those above it.
fn folders(platform: Platform, from: &str) -> Vec<String> {
    let mut found = vec![from.to_owned()];
    while let Some(above) = found.last().and_then(|dir| platform.parent(dir).filter(|above| above != dir)) {
        found.push(above);
    }
    found
}

impl Upstream {
    /// The last line of a name counts.
    fn add_file(&mut self, source: Layer, path: &str, reader: Reader, host: &dyn Host) {
        let content = match host.read(path) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => {
                self.notes.push(format!("`{path}` cannot be read: {error}"));
                return;
            }
        };
        let text = String::from_utf8_lossy(&content);
        let mut found: Vec<(String, Held)> = Vec::new();
        let mut in_env = source != Layer::Mise;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if source == Layer::Mise && line.starts_with('[') {
                in_env = line == "[env]";
            }
            let Some((name, value)) = reader(line).filter(|_| in_env) else { continue };
            found.retain(|(known, _)| known != name);
            let held = Held { source, value: value.to_owned(), at: Some(format!("{path}:{}", at + 1)) };
            found.push((name.to_owned(), held));
        }
        self.held.append(&mut found);
    }

    fn add_scope(&mut self, scope: Scope, env: &EnvBlock, scopes: &dyn Scopes) {
        let source = if scope == Scope::User { Layer::UserRegistry } else { Layer::MachineRegistry };
        match scopes.persisted(scope) {
            Err(why) => self.notes.push(format!("`{}` cannot be read: {why}", scope.key())),
            Ok(values) => {
                for one in values {
                    let value = match one.data {
                        Data::Text(text) => text,
                        Data::Expand(text) => expand(&text, env),
                        Data::WrongType(_) => continue,
                    };
                    self.held.push((one.name, Held { source, value, at: Some(scope.key().to_owned()) }));
                }
            }
        }
    }
}

/// `export NAME=value`, `NAME=value`.
fn posix(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).trim_start().split_once('=')?;
    named(name, literal(value)?)
}

/// `set -gx NAME value`.
fn fish(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("set ")?.trim_start();
    let (flags, rest) = rest.split_once(' ')?;
    let (name, value) = rest.trim_start().split_once(' ')?;
    if !flags.starts_with('-') || !(flags.contains('x') || flags == "--export") {
        return None;
    }
    named(name, literal(value.trim_start())?)
}

/// `$env:NAME = 'value'`.
fn powershell(line: &str) -> Option<(&str, &str)> {
    let start = line.get(..5).filter(|start| start.eq_ignore_ascii_case("$env:"))?;
    let (name, value) = line[start.len()..].split_once('=')?;
    let value = value.trim();
    named(name.trim(), literal(value).filter(|_| value.starts_with(['"', '\'']))?)
}

/// `NAME = "value"` in mise's `[env]`.
fn mise(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let value = value.trim();
    named(name.trim(), literal(value).filter(|_| value.starts_with(['"', '\'']))?)
}

fn named<'t>(name: &'t str, value: &'t str) -> Option<(&'t str, &'t str)> {
    let fine = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    fine.then_some((name, value))
}

/// A value that needs no shell to be understood.
fn literal(text: &str) -> Option<&str> {
    let text = text.trim();
    let (value, raw) = match text.chars().next() {
        Some(mark @ ('"' | '\'')) => (text[1..].split(mark).next()?, mark == '\''),
        _ => (text.split([' ', '\t', '#', ';']).next()?, false),
    };
    (raw || !value.contains(['$', '`', '\\', '~', '*'])).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_are_read_and_nothing_is_evaluated() {
        assert_eq!(posix("export GOBIN=/b # mine"), Some(("GOBIN", "/b")));
        assert_eq!(posix("GOPATH='/a b'"), Some(("GOPATH", "/a b")));
        assert_eq!(posix("export GOBIN=$HOME/bin"), None);
        assert_eq!(posix("if [ \"$x\" = y ]; then"), None);
        assert_eq!(fish("set -gx GOBIN /b"), Some(("GOBIN", "/b")));
        assert_eq!(fish("set GOBIN /b"), None);
        assert_eq!(powershell("$Env:GOBIN = 'C:\\b'"), Some(("GOBIN", "C:\\b")));
        assert_eq!(mise("GOFLAGS = \"-mod=mod\""), Some(("GOFLAGS", "-mod=mod")));
    }
}
