//! Profiles of shells and `.envrc`. Nothing is evaluated: only lines that set
//! a plain value count.

use crate::explain::upstream::{Names, Read, UpstreamValue, last_of_each};
use crate::platform::Platform;

type ProfileLine = fn(&str) -> Option<(&str, &str)>;

/// Relative to the user's directory, those that are read last first.
pub(super) fn profiles(platform: Platform) -> &'static [(&'static str, Read)] {
    match platform {
        Platform::Windows => &[
            ("Documents/PowerShell/Microsoft.PowerShell_profile.ps1", of_powershell),
            ("Documents/PowerShell/profile.ps1", of_powershell),
            ("Documents/WindowsPowerShell/Microsoft.PowerShell_profile.ps1", of_powershell),
            ("Documents/WindowsPowerShell/profile.ps1", of_powershell),
        ],
        _ => &[
            (".bashrc", of_posix),
            (".bash_profile", of_posix),
            (".bash_login", of_posix),
            (".profile", of_posix),
            (".zshrc", of_posix),
            (".zprofile", of_posix),
            (".zshenv", of_posix),
            (".config/fish/config.fish", of_fish),
            (".config/powershell/profile.ps1", of_powershell),
        ],
    }
}

/// sh, bash, zsh and direnv.
pub(super) fn of_posix(text: &str, names: &Names) -> Result<Vec<UpstreamValue>, String> {
    Ok(settings(text, names, posix))
}

fn of_fish(text: &str, names: &Names) -> Result<Vec<UpstreamValue>, String> {
    Ok(settings(text, names, fish))
}

fn of_powershell(text: &str, names: &Names) -> Result<Vec<UpstreamValue>, String> {
    Ok(settings(text, names, powershell))
}

/// The last line of a name counts.
fn settings(text: &str, names: &Names, reader: ProfileLine) -> Vec<UpstreamValue> {
    let set = text.lines().enumerate().filter_map(|(at, line)| {
        let (name, value) = reader(line.trim()).filter(|(name, _)| names.has(name))?;
        Some((name, value, at + 1))
    });
    last_of_each(set, |(name, ..)| (*name).to_owned())
        .into_iter()
        .map(|(name, value, at)| UpstreamValue::new(name, value, at))
        .collect()
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
    }
}
