//! What shells and sessions read before a process begins: profiles, `.envrc`, fish's variables, `environment.d`.
//! Nothing is run; a value is worked out as far as the variables of the system tell.

use crate::{
    explain::upstream::{Fills, Names, UpstreamValue, last_of_each},
    goenv::user_dirs::home,
    platform::{Platform, env::EnvBlock},
    ports::Host,
    script::{ScriptPiece, ScriptShell, ScriptText, Setter, bash},
};
use std::collections::HashSet;

/// A file that sets variables.
pub(super) struct ShellProfile {
    pub path: String,
    pub kind: ProfileKind,
}

/// By whom it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProfileKind {
    /// sh, bash, zsh and direnv.
    Posix,
    Fish,
    /// Where fish keeps its universal variables.
    FishVariables,
    PowerShell,
    /// `NAME=value` lines in which variables count: systemd's `environment.d`.
    EnvironmentD,
    /// `NAME=value` lines in which nothing is evaluated: `/etc/environment`.
    Environment,
    /// Such lines as direnv's `dotenv` reads them.
    Dotenv,
}

/// What a profile sets, and the files that it reads.
pub(super) struct ProfileSettings {
    pub values: Vec<UpstreamValue>,
    pub sources: Vec<(String, ProfileKind)>,
}

/// Those of the user, those that are read last first, then those of the machine.
pub(super) fn profiles(env: &EnvBlock, host: &dyn Host) -> Vec<ShellProfile> {
    use ProfileKind::{Environment, EnvironmentD, Fish, FishVariables, Posix, PowerShell};
    let platform = env.platform();
    let mut found = Vec::new();
    let mut add = |path: String, kind| found.push(ShellProfile { path, kind });
    let in_dir = |dir: &str, ending: &str| {
        let names: Vec<String> = host.list(dir).into_iter().filter(|name| name.ends_with(ending)).collect();
        names.into_iter().rev().map(|name| platform.join(dir, &name)).collect::<Vec<_>>()
    };
    let home = home(env);
    if platform == Platform::Windows {
        for name in ["PowerShell", "WindowsPowerShell"] {
            for file in ["Microsoft.PowerShell_profile.ps1", "profile.ps1"] {
                if let Some(home) = home {
                    add(platform.join(home, &format!("Documents/{name}/{file}")), PowerShell);
                }
            }
        }
        return found;
    }
    let config = env.get_filled("XDG_CONFIG_HOME").map(str::to_owned).or_else(|| Some(platform.join(home?, ".config")));
    if let Some(home) = home {
        for name in [".bashrc", ".bash_profile", ".bash_login", ".profile"] {
            add(platform.join(home, name), Posix);
        }
        let zsh = env.get_filled("ZDOTDIR").unwrap_or(home);
        for name in [".zlogin", ".zshrc", ".zprofile", ".zshenv"] {
            add(platform.join(zsh, name), Posix);
        }
    }
    if let Some(config) = config.filter(|dir| platform.is_absolute(dir)) {
        add(platform.join(&config, "fish/config.fish"), Fish);
        in_dir(&platform.join(&config, "fish/conf.d"), ".fish").into_iter().for_each(|path| add(path, Fish));
        add(platform.join(&config, "fish/fish_variables"), FishVariables);
        add(platform.join(&config, "powershell/profile.ps1"), PowerShell);
        let session = in_dir(&platform.join(&config, "environment.d"), ".conf");
        session.into_iter().for_each(|path| add(path, EnvironmentD));
    }
    for path in ["/etc/profile", "/etc/bash.bashrc", "/etc/bashrc"] {
        add(path.to_owned(), Posix);
    }
    in_dir("/etc/profile.d", ".sh").into_iter().for_each(|path| add(path, Posix));
    for dir in ["/etc/zsh/", "/etc/"] {
        for name in ["zlogin", "zshrc", "zprofile", "zshenv"] {
            add(format!("{dir}{name}"), Posix);
        }
    }
    add("/etc/fish/config.fish".to_owned(), Fish);
    in_dir("/etc/fish/conf.d", ".fish").into_iter().for_each(|path| add(path, Fish));
    in_dir("/etc/environment.d", ".conf").into_iter().for_each(|path| add(path, EnvironmentD));
    add("/etc/environment".to_owned(), Environment);
    found
}

/// The last line of a name counts.
pub(super) fn settings(text: &str, kind: ProfileKind, path: &str, names: &Names, env: &EnvBlock) -> ProfileSettings {
    let platform = env.platform();
    let dir = platform.above(path).next().unwrap_or_default();
    // What a line of this file may have changed is not known.
    let value = |name: &str| match name {
        "HOME" | "$home" => home(env).map(str::to_owned),
        "PWD" if path.ends_with(".envrc") => Some(dir.clone()),
        "USER" | "LOGNAME" | "USERPROFILE" | "LOCALAPPDATA" | "APPDATA" | "XDG_CONFIG_HOME" | "XDG_DATA_HOME"
        | "XDG_CACHE_HOME" => env.get(name).map(str::to_owned),
        "BASH_SOURCE" => Some(path.to_owned()),
        _ => None,
    };
    let mut sources = Vec::new();
    let mut lines: Vec<(String, ScriptText, usize)> = Vec::new();
    match kind {
        ProfileKind::Posix | ProfileKind::PowerShell => {
            let shell = if kind == ProfileKind::Posix { ScriptShell::Bash } else { ScriptShell::PowerShell };
            for place in shell.places(text) {
                match place.by {
                    Setter::Export if names.has(&place.name) => lines.push((place.name, place.value, place.line)),
                    Setter::Source => {
                        let path = place.value.with(&value).filter(|path| platform.is_absolute(path));
                        sources.extend(path.map(|path| (path, kind)));
                    }
                    _ => {}
                }
            }
            if kind == ProfileKind::Posix {
                if path.ends_with(".envrc") {
                    let read = text.lines().filter_map(|line| read_by_direnv(line.trim()));
                    let known = read.filter_map(|(file, kind)| Some((file.with(&value)?, kind)));
                    sources.extend(known.map(|(file, kind)| (platform.join(&dir, &file), kind)));
                }
                // A variable that the shell was given stays in the environment also without `export`.
                let exported: HashSet<String> = lines.iter().map(|(name, ..)| name.clone()).collect();
                let plain = text.lines().enumerate().filter_map(|(at, line)| {
                    let (name, value) = posix(line.trim())?;
                    Some((name, value, at + 1))
                });
                for (name, value, at) in plain.filter(|(name, ..)| names.has(name) && !exported.contains(*name)) {
                    lines.push((name.to_owned(), ScriptText::of_text(value), at));
                }
                let defaults =
                    text.lines().enumerate().filter_map(|(at, line)| Some((assigned_default(line)?, at + 1)));
                for ((name, value), at) in
                    defaults.filter(|((name, _), _)| names.has(name) && !exported.contains(*name))
                {
                    lines.push((name.to_owned(), bash::text_with_variables(value), at));
                }
            }
        }
        _ => lines.extend(text.lines().enumerate().filter_map(|(at, line)| {
            let line = line.trim();
            let (name, value) = match kind {
                ProfileKind::Fish => fish(line)?,
                ProfileKind::FishVariables => fish_variable(line)?,
                ProfileKind::EnvironmentD => environment_line(line, true)?,
                ProfileKind::Dotenv => dotenv_line(line)?,
                _ => environment_line(line.strip_prefix("export ").unwrap_or(line), false)?,
            };
            Some((name, value, at + 1))
        })),
    }
    let asked = lines.into_iter().filter(|(name, ..)| names.has(name) || name == "PATH" && kind == ProfileKind::Fish);
    let values = last_of_each(asked, |(name, _, line)| if name == "PATH" { line.to_string() } else { name.clone() })
        .into_iter()
        .map(|(name, template, line)| {
            let known = template.with(&value).or_else(|| with_its_former_value(&name, &template, env));
            let mut one = UpstreamValue::new(&name, &template.written(), line).coming_to(known);
            if name == "PATH" {
                one.fills = Fills::Path;
            }
            one
        })
        .collect();
    ProfileSettings { values, sources }
}

/// What direnv's own commands read, named as in the file that calls them.
fn read_by_direnv(line: &str) -> Option<(ScriptText, ProfileKind)> {
    let (command, rest) = bash::first_word(line);
    let file = bash::first_word(rest).0;
    let is_dotenv = match command.as_literal()? {
        "dotenv" | "dotenv_if_exists" => true,
        "source_env" | "source_env_if_exists" => false,
        _ => return None,
    };
    match (is_dotenv, file.0.is_empty()) {
        (true, true) => Some((ScriptText::of_text(".env"), ProfileKind::Dotenv)),
        (true, false) => Some((file, ProfileKind::Dotenv)),
        (false, _) => Some((file, ProfileKind::Posix)),
    }
}

/// `: "${NAME:=value}"`.
fn assigned_default(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim().strip_prefix(": ")?.trim_start().trim_matches('"').strip_prefix("${")?;
    let (name, value) = inner.split_once('=')?;
    named(name.strip_suffix(':').unwrap_or(name), value.split('}').next().filter(|value| !value.contains("${"))?)
}

/// The value that the environment has, where this text can have made it of the one before: `$NAME more`,
/// `${NAME:-value}`, `NAME+=value`.
fn with_its_former_value(name: &str, template: &ScriptText, env: &EnvBlock) -> Option<String> {
    let held = env.get_filled(name)?;
    let mut parts: Vec<FormerOrText> = Vec::new();
    for piece in &template.0 {
        match piece {
            ScriptPiece::Literal(text) => parts.push(FormerOrText::Text(text)),
            ScriptPiece::Variable { written, .. } | ScriptPiece::Unknown(written) => {
                parts.extend(former(name, written)?)
            }
            ScriptPiece::Expression { .. } => return None,
        }
    }
    let says = parts.iter().any(|part| matches!(part, FormerOrText::Text(text) if !text.trim().is_empty()));
    (says && fits(&parts, held)).then(|| held.to_owned())
}

/// A part of a value: what the variable was before, or a text.
#[derive(Clone, Copy)]
enum FormerOrText<'t> {
    Former,
    Text(&'t str),
}

/// What of a variable's own value a piece of its new one takes; `None`: nobody knows.
fn former<'t>(name: &str, written: &'t str) -> Option<Vec<FormerOrText<'t>>> {
    use FormerOrText::{Former, Text};
    let plain = |text: &&str| !text.contains(['$', '`', '\\']);
    if let Some(rest) = written.strip_prefix(name) {
        let adds = rest.strip_prefix("+=").filter(plain).map(|text| vec![Former, Text(text)]);
        return adds.or_else(|| Some(vec![Text(rest.strip_prefix('=').filter(plain)?)]));
    }
    let inner = written.strip_prefix('$')?;
    if inner == name {
        return Some(vec![Former]);
    }
    let rest = inner.strip_prefix('{')?.strip_suffix('}')?.strip_prefix(name)?;
    if rest.is_empty() || rest.starts_with(":+") || rest.starts_with('+') {
        return Some(vec![Former]);
    }
    let default = [":-", ":=", "-", "="].iter().find_map(|sign| rest.strip_prefix(sign)).filter(plain)?;
    Some(vec![Text(default)])
}

/// Whether a text has these parts one after the other.
fn fits(parts: &[FormerOrText<'_>], text: &str) -> bool {
    let mut rest = text;
    let mut is_open = false;
    for (at, part) in parts.iter().enumerate() {
        let FormerOrText::Text(part) = part else {
            is_open = true;
            continue;
        };
        let behind = match is_open {
            false => rest.strip_prefix(part),
            true if at + 1 == parts.len() => rest.ends_with(part).then_some(""),
            true => rest.find(part).map(|start| &rest[start + part.len()..]),
        };
        let Some(behind) = behind else { return false };
        (rest, is_open) = (behind, false);
    }
    is_open || rest.is_empty()
}

/// `export NAME=value`, `NAME=value`.
fn posix(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).trim_start().split_once('=')?;
    named(name, literal(value)?)
}

/// `set -gx NAME value`, and `fish_add_path DIR`, which fills PATH.
fn fish(line: &str) -> Option<(String, ScriptText)> {
    let word = |text: &str| {
        let (word, rest) = bash::first_word(text);
        (word, rest.trim_start().to_owned())
    };
    let (command, mut rest) = word(line);
    let command = command.as_literal()?.to_owned();
    let mut exports = false;
    let mut erases = false;
    let mut next = ScriptText::default();
    while !rest.is_empty() {
        let (found, behind) = word(&rest);
        if behind == rest {
            return None;
        }
        rest = behind;
        match found.as_literal().and_then(|text| text.strip_prefix('-')) {
            Some(flag) => {
                exports |= flag == "-export" || !flag.starts_with('-') && flag.contains('x');
                erases |= flag == "-erase" || !flag.starts_with('-') && flag.contains('e');
            }
            None => {
                next = found;
                break;
            }
        }
    }
    match command.as_str() {
        "fish_add_path" if !next.0.is_empty() => Some(("PATH".to_owned(), next)),
        "set" if exports && !erases => {
            let name = next.as_literal()?.to_owned();
            let (value, behind) = word(&rest);
            // Several are a list, and `(` is a command. Of none it is set, and empty.
            let ends = behind.is_empty() || behind.starts_with(['#', ';']);
            ends.then_some((name, value))
        }
        _ => None,
    }
}

/// `SETUVAR --export NAME:value`, in which what is not plain is `\x2f`.
fn fish_variable(line: &str) -> Option<(String, ScriptText)> {
    let (name, written) = line.strip_prefix("SETUVAR --export ")?.split_once(':')?;
    let mut value = String::new();
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let here = &rest[at + 1..];
        let (digits, length) = match here.chars().next()? {
            'x' => (here.get(1..3)?, 3),
            'u' => (here.get(1..5)?, 5),
            other => {
                value.push(other);
                rest = &here[other.len_utf8()..];
                continue;
            }
        };
        value.push(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?);
        rest = &here[length..];
    }
    value.push_str(rest);
    // A list has this between its elements.
    (!value.contains('\u{1e}')).then(|| (name.to_owned(), ScriptText::of_text(&value)))
}

fn dotenv_line(line: &str) -> Option<(String, ScriptText)> {
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
    let value = value.trim_start();
    let ends = if value.starts_with(['"', '\'']) { None } else { value.find('#') };
    environment_line(&format!("{}={}", name.trim(), &value[..ends.unwrap_or(value.len())]), true)
}

fn environment_line(line: &str, expands: bool) -> Option<(String, ScriptText)> {
    let (name, value) = line.split_once('=').filter(|(name, _)| !name.starts_with('#'))?;
    let value = value.trim();
    let mark = value.chars().next().filter(|mark| matches!(mark, '"' | '\''));
    let bare = mark.and_then(|mark| value[1..].strip_suffix(mark)).unwrap_or(value);
    let expands = expands && mark != Some('\'');
    Some((name.to_owned(), if expands { bash::text_with_variables(bare) } else { ScriptText::of_text(bare) }))
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

    fn told(text: &str, kind: ProfileKind, path: &str) -> Vec<String> {
        let env = EnvBlock::from_pairs(Platform::Linux, [("HOME", "/h"), ("XDG_DATA_HOME", "/h/data")]);
        let read = settings(text, kind, path, &Names::of_go(Platform::Linux), &env);
        let value = |one: &UpstreamValue| one.possible.first().map(|known| format!(" = {known}")).unwrap_or_default();
        let mut all: Vec<String> =
            read.values.iter().map(|one| format!("{}: {}={}{}", one.at, one.name, one.value, value(one))).collect();
        all.extend(read.sources.into_iter().map(|(path, _)| path));
        all
    }

    #[test]
    fn a_value_that_is_made_of_the_one_before_is_known_by_what_it_adds() {
        let env = EnvBlock::from_pairs(Platform::Linux, [("GOFLAGS", "-v -nosuch"), ("GOCACHE", "off")]);
        let comes_to = |text: &str| {
            let read = settings(text, ProfileKind::Posix, "/h/.profile", &Names::of_go(Platform::Linux), &env);
            let last = read.values.last().unwrap();
            last.possible.first().cloned().unwrap_or_else(|| last.value.clone())
        };
        for text in [
            "export GOFLAGS=\"$GOFLAGS -nosuch\"",
            "export GOFLAGS=\"${GOFLAGS:+$GOFLAGS }-nosuch\"",
            "export GOFLAGS+=' -nosuch'",
            "export GOFLAGS=\"${GOFLAGS:--v -nosuch}\"",
            "[ -d / ] && export GOFLAGS='-v -nosuch'",
        ] {
            assert_eq!(comes_to(text), "-v -nosuch", "{text}");
        }
        assert_ne!(comes_to("export GOFLAGS=\"$GOFLAGS -other\""), "-v -nosuch");
        assert_ne!(comes_to("export GOFLAGS=\"$OTHER -nosuch\""), "-v -nosuch");
        assert_ne!(comes_to("export GOFLAGS=\"$GOFLAGS\""), "-v -nosuch");
        assert_eq!(comes_to(": \"${GOCACHE:=off}\"\nexport GOCACHE"), "off");
        assert_eq!(comes_to("export GOCACHE=\"${GOCACHE:=off}\""), "off");
    }

    #[test]
    fn direnv_reads_files_by_commands_of_its_own() {
        let envrc = "dotenv\ndotenv_if_exists .env.local\nsource_env ../other/.envrc\nsource_up\n";
        assert_eq!(told(envrc, ProfileKind::Posix, "/p/.envrc"), ["/p/.env", "/p/.env.local", "/p/../other/.envrc"]);
        assert_eq!(told(envrc, ProfileKind::Posix, "/p/.profile"), Vec::<String>::new());
        assert_eq!(
            told(
                "export GOBIN=/b # mine\nGOPATH = '/a#b'\nGOENV=$HOME/e\n#GOFLAGS=-v\n",
                ProfileKind::Dotenv,
                "/p/.env"
            ),
            ["1: GOBIN=/b", "2: GOPATH=/a#b", "3: GOENV=$HOME/e = /h/e"]
        );
    }

    #[test]
    fn profiles_of_posix_shells_are_read_as_far_as_the_system_tells() {
        use ProfileKind::Posix;
        let text = "GOFLAGS=-v\nexport GOBIN=/b # mine\n  export GOPATH=\"$HOME/go\"\nbase=$HOME/x\nexport GOCACHE=$base/c GOENV=~/e\nexport GOWORK=$(pwd)\nexport GOTMPDIR=$UNKNOWN/x\nexport PATH=$PATH:/b\n. ~/.aliases\nsource \"$HOME/.bash_$X\"\n[ -f ~/.env ] && . ~/.env\n";
        assert_eq!(
            told(text, Posix, "/h/.bashrc"),
            [
                "2: GOBIN=/b",
                "3: GOPATH=$HOME/go = /h/go",
                "5: GOCACHE=$HOME/x/c = /h/x/c",
                "5: GOENV=~/e = /h/e",
                "6: GOWORK=$(pwd)",
                "7: GOTMPDIR=$UNKNOWN/x",
                "1: GOFLAGS=-v",
                "/h/.aliases",
                "/h/.env",
            ]
        );
        assert_eq!(told("export GOBIN=$PWD/bin\n", Posix, "/p/.envrc"), ["1: GOBIN=$PWD/bin = /p/bin"]);
        assert_eq!(told("export GOBIN=/a\nexport GOBIN=/b\n", Posix, "/h/.profile"), ["2: GOBIN=/b"]);
        assert_eq!(posix("if [ \"$x\" = y ]; then"), None);
    }

    #[test]
    fn fish_powershell_and_lists_of_variables_have_their_own_forms() {
        use ProfileKind::{Environment, EnvironmentD, Fish, FishVariables, PowerShell};
        assert_eq!(
            told(
                "set -gx GOBIN $HOME/b\n  set --global --export GOPATH '/a b' # mine\nset GOFLAGS -v\nset -Ux GOENV ~/e\nset -gx GOCACHE (pwd)/c\nset -ex GOWORK x\nset -gx GOVCS a b\nfish_add_path -g $GOBIN\nfish_add_path /x/bin\n",
                Fish,
                "/c"
            ),
            ["1: GOBIN=$HOME/b = /h/b", "2: GOPATH=/a b", "4: GOENV=~/e = /h/e", "8: PATH=$GOBIN", "9: PATH=/x/bin"]
        );
        assert_eq!(
            told(
                "SETUVAR --export GOBIN:/h\\x2fb\nSETUVAR GOPATH:/x\nSETUVAR --export GOENV:a\\x1eb\n",
                FishVariables,
                "/v"
            ),
            ["1: GOBIN=/h/b"]
        );
        assert_eq!(
            told("# GOENV=x\nGOBIN=$HOME/b\nGOPATH=\"${HOME}/go\"\nGOFLAGS='$x'\n", EnvironmentD, "/e"),
            ["2: GOBIN=$HOME/b = /h/b", "3: GOPATH=${HOME}/go = /h/go", "4: GOFLAGS=$x"]
        );
        assert_eq!(
            told("GOBIN=\"$HOME/b\"\nexport GOPATH=/g\n", Environment, "/e"),
            ["1: GOBIN=$HOME/b", "2: GOPATH=/g"]
        );
        assert_eq!(
            told("$Env:GOBIN = 'C:\\b'\n$env:GOPATH = \"$HOME/go\"\n", PowerShell, "/p"),
            ["1: GOBIN=C:\\b", "2: GOPATH=$HOME/go = /h/go"]
        );
    }
}
