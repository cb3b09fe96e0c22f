//! mise's `[env]`, and the Go that its `[tools]` and asdf's `.tool-versions`
//! ask for. Source: mise, "Configuration" and "Environments".

use crate::explain::upstream::{Fills, Names, UpstreamValue, lines::LineStarts};
use crate::{
    goenv::{locate::shim::mise::data_dir, user_dirs::home},
    platform::{Platform, env::EnvBlock},
    ports::Host,
};
use toml::de::{DeTable, DeValue};

/// The user's settings and the machine's, the strongest first. Source: mise, "Configuration".
pub(super) fn user_files(env: &EnvBlock, host: &dyn Host) -> Vec<String> {
    let platform = env.platform();
    let config = env.get_filled("XDG_CONFIG_HOME").map(str::to_owned);
    let config = config.or_else(|| Some(platform.join(home(env)?, ".config")));
    let own = env.get_filled("MISE_CONFIG_DIR").map(str::to_owned);
    let own = own.or_else(|| Some(platform.join(&config?, "mise"))).filter(|dir| platform.is_absolute(dir));
    let machine = env.get_filled("MISE_SYSTEM_CONFIG_DIR").unwrap_or("/etc/mise").to_owned();
    let mut found = Vec::new();
    for dir in own.into_iter().chain((platform != Platform::Windows).then_some(machine)) {
        found.extend(["config.local.toml", "config.toml"].map(|name| platform.join(&dir, name)));
        let parts = platform.join(&dir, "conf.d");
        let names = host.list(&parts).into_iter().rev().filter(|name| name.ends_with(".toml"));
        found.extend(names.map(|name| platform.join(&parts, &name)));
    }
    found
}

/// What mise sets while a Go that it has installed is active, by its own place. Source: mise, `core/go.rs`.
pub(super) fn set_by_itself(env: &EnvBlock) -> Vec<(String, String)> {
    let platform = env.platform();
    let data = data_dir(env);
    let installs = env.get_filled("MISE_INSTALLS_DIR").map(str::to_owned);
    let installs = installs.or_else(|| Some(platform.join(&data?, "installs")));
    let Some(installs) = installs.filter(|dir| platform.is_absolute(dir)) else { return Vec::new() };
    let gos = platform.join(&installs, "go");
    let is_its = |name: &str, below: &str| {
        let value = env.get_filled(name).filter(|value| platform.is_absolute(value))?;
        // `installs/go/1.22.10`, and what it sets below that.
        let version = match below {
            "" => value.to_owned(),
            _ => platform.above(value).next().filter(|dir| platform.same_path(&platform.join(dir, below), value))?,
        };
        let dir = platform.above(&version).next()?;
        // Older ones have the toolchain in a directory of that.
        let older = platform.above(&dir).next().is_some_and(|dir| platform.same_path(&dir, &gos));
        (platform.same_path(&dir, &gos) || older).then(|| (name.to_owned(), value.to_owned()))
    };
    [("GOROOT", ""), ("GOBIN", "bin"), ("GOPATH", "packages")]
        .into_iter()
        .filter_map(|(name, dir)| is_its(name, dir))
        .collect()
}

/// `[env]`, with `_.path`, which fills PATH. Of templates the directory of the settings and variables that hardly
/// change are known.
pub(super) fn settings(text: &str, path: &str, names: &Names, env: &EnvBlock) -> Result<Vec<UpstreamValue>, String> {
    let file = parsed(text)?;
    let mut found: Vec<UpstreamValue> = Vec::new();
    let table = file.get("env").map(|env| env.get_ref());
    // `[[env]]` is a list of such tables.
    let tables: Vec<&DeTable<'_>> = match table {
        Some(DeValue::Table(table)) => vec![table],
        Some(DeValue::Array(all)) => all.iter().filter_map(|one| one.get_ref().as_table()).collect(),
        _ => Vec::new(),
    };
    let lines = LineStarts::of(text);
    let root = config_root(path, env.platform());
    for (name, value) in tables.iter().copied().flatten().filter(|(name, _)| names.has(name.get_ref())) {
        let value = match value.get_ref() {
            DeValue::Table(table) => table.get("value").map_or(value, |inner| inner),
            _ => value,
        };
        if let Some(text_of) = plain(value.get_ref()) {
            let known = rendered(&text_of, &root, env);
            found.push(UpstreamValue::new(name.get_ref(), &text_of, lines.number(name.span().start)).coming_to(known));
        }
    }
    let directives = tables.iter().filter_map(|table| table.get("_")?.get_ref().as_table());
    for entries in directives.filter_map(|table| table.get("path")) {
        let all = match entries.get_ref() {
            DeValue::Array(all) => all.iter().collect(),
            _ => vec![entries],
        };
        for one in all {
            if let Some(dir) = plain(one.get_ref()) {
                let mut value = UpstreamValue::new("PATH", &dir, lines.number(one.span().start));
                value.fills = Fills::Path;
                found.push(value);
            }
        }
    }
    Ok(found)
}

/// The directory that a file of mise is for, whichever of the names it has.
fn config_root(path: &str, platform: Platform) -> String {
    let dir = platform.above(path).next().unwrap_or_default();
    let mut root = dir.as_str();
    for ending in ["mise", ".mise", ".config"] {
        let is_it = platform.file_name(root).is_some_and(|name| name == ending);
        root = if is_it { root[..root.len() - ending.len()].trim_end_matches(['/', '\\']) } else { root };
    }
    if root.is_empty() { "/".to_owned() } else { root.to_owned() }
}

/// `{{ config_root }}` and `{{ env.HOME }}`; `None` where another template is there.
fn rendered(text: &str, root: &str, env: &EnvBlock) -> Option<String> {
    let mut found = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let (inner, after) = behind.split_once("}}")?;
        found.push_str(before);
        match inner.trim() {
            "config_root" | "cwd" => found.push_str(root),
            "env.HOME" => found.push_str(env.get_filled("HOME")?),
            _ => return None,
        }
        rest = after;
    }
    found.push_str(rest);
    Some(found)
}

/// `[tools] go = "1.22"`, as a setting of the name `go`.
pub(super) fn wanted_go(text: &str, _: &Names) -> Result<Vec<UpstreamValue>, String> {
    let file = parsed(text)?;
    let tools = file.get("tools").and_then(|tools| tools.get_ref().as_table());
    let wanted = tools.into_iter().flatten().filter(|(name, _)| matches!(name.get_ref().as_ref(), "go" | "golang"));
    let lines = LineStarts::of(text);
    let setting = |(name, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| {
        let value = match value.get_ref() {
            DeValue::Array(all) => plain(all.first()?.get_ref()),
            DeValue::Table(table) => plain(table.get("version")?.get_ref()),
            value => plain(value),
        };
        Some(UpstreamValue::new("go", &value?, lines.number(name.span().start)))
    };
    Ok(wanted.filter_map(setting).collect())
}

/// `golang 1.22.10 system`: the first counts.
pub(super) fn tool_versions(text: &str, _: &Names) -> Result<Vec<UpstreamValue>, String> {
    let lines = text.lines().enumerate().filter_map(|(at, line)| {
        let mut words = line.split('#').next()?.split_whitespace();
        words.next().filter(|tool| matches!(*tool, "go" | "golang"))?;
        Some(UpstreamValue::new("go", words.next()?, at + 1))
    });
    Ok(lines.collect())
}

fn parsed(text: &str) -> Result<DeTable<'_>, String> {
    let file = DeTable::parse(text).map_err(|error| {
        let line =
            error.span().map(|span| format!("line {}: ", LineStarts::of(text).number(span.start))).unwrap_or_default();
        format!("{line}{}", error.message())
    })?;
    Ok(file.into_inner())
}

/// `false` takes a variable away.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(true) => Some("true".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    #[test]
    fn every_form_of_a_value_is_read_and_directives_are_not() {
        let text = "# mine\n[env]\nGOBIN = '/b'\nGOFLAGS = { value = \"-v\", redact = true }\nCGO_ENABLED = 0\nGOWORK = false\n_.path = ['x']\n[tools]\ngo = ['1.22', '1.21']\n";
        let names = &Names::of_go(Platform::Linux);
        let env = EnvBlock::from_pairs(Platform::Linux, [("HOME", "/h")]);
        let found = settings(text, "/p/mise.toml", names, &env).unwrap();
        let mut told: Vec<String> = found.iter().map(|one| format!("{}={} {}", one.name, one.value, one.at)).collect();
        told.sort();
        assert_eq!(told, ["CGO_ENABLED=0 5", "GOBIN=/b 3", "GOFLAGS=-v 4", "PATH=x 7"]);
        assert_eq!(wanted_go(text, names).unwrap(), [UpstreamValue::new("go", "1.22", 9)]);
        assert_eq!(
            tool_versions("node 20\ngolang 1.22.10 # x\n", names).unwrap(),
            [UpstreamValue::new("go", "1.22.10", 2)]
        );
        assert!(settings("[env]\nGOBIN = \n", "/p/mise.toml", names, &env).unwrap_err().starts_with("line 2: "));
    }

    #[test]
    fn templates_are_filled_where_the_place_of_the_file_tells() {
        let env = EnvBlock::from_pairs(Platform::Linux, [("HOME", "/h")]);
        for (path, text, want) in [
            ("/p/mise.toml", "{{config_root}}/bin", Some("/p/bin")),
            ("/p/.config/mise/config.toml", "{{ config_root }}/bin", Some("/p/bin")),
            ("/p/.mise/config.toml", "{{ env.HOME }}/b", Some("/h/b")),
            ("/p/mise.toml", "{{ exec(command='x') }}", None),
            ("/p/mise.toml", "{{ x", None),
        ] {
            assert_eq!(rendered(text, &config_root(path, Platform::Linux), &env).as_deref(), want, "{path} {text}");
        }
    }

    #[test]
    fn what_mise_sets_by_itself_is_known_by_where_it_installs() {
        let set = |pairs: &[(&str, &str)]| {
            let env = EnvBlock::from_pairs(Platform::Linux, [("HOME", "/h")].iter().chain(pairs).copied());
            set_by_itself(&env).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        let own = "/h/.local/share/mise/installs/go/1.22.10";
        let (bin, packages) = (&format!("{own}/bin"), &format!("{own}/packages"));
        assert_eq!(set(&[("GOROOT", own), ("GOBIN", bin), ("GOPATH", packages)]), ["GOROOT", "GOBIN", "GOPATH"]);
        assert_eq!(set(&[("GOROOT", &format!("{own}/go"))]), ["GOROOT"], "of older ones");
        assert_eq!(set(&[("GOBIN", "/h/go/bin"), ("GOROOT", "/usr/local/go")]), [""; 0]);
        let elsewhere = [("MISE_DATA_DIR", "/m"), ("GOBIN", "/m/installs/go/1.25.0/bin")];
        assert_eq!(set(&elsewhere), ["GOBIN"]);
    }
}
