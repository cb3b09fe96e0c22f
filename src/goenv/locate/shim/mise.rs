//! mise: its shim is a link to mise itself. Source: mise, "Shims", "Configuration", "Go" and `core/go.rs`.

use super::{Caller, NoTarget, ShimKind, ShimStep, ShimValue};
use crate::{
    goenv::user_dirs::home,
    platform::{Platform, env::EnvBlock},
};
use toml::de::{DeTable, DeValue};

/// Its settings in one directory, the strongest first.
pub(crate) const SETTINGS_FILES: [&str; 8] = [
    "mise.local.toml",
    ".mise.local.toml",
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
];

pub(super) fn step(shims: &str, caller: Caller<'_>) -> ShimStep {
    let kind = ShimKind::Mise;
    let Some(data) = data_dir(caller.env) else { return ShimStep::nowhere(kind, NoTarget::NoVersion) };
    let files = files(caller);
    let installs = caller.join(&data, "installs/go");
    let Some((version, at)) = wanted(&files, caller) else {
        // By default mise then starts what else is on PATH.
        return match caller.system(shims) {
            Ok(go) => ShimStep::to(kind, go, "nothing names a version".to_owned()),
            Err(why) => ShimStep::nowhere(kind, why),
        };
    };
    let said = format!("{at} says {version}");
    if version == "system" {
        return match caller.system(shims) {
            Ok(go) => ShimStep::to(kind, go, said),
            Err(why) => ShimStep::nowhere(kind, why),
        };
    }
    let name = format!("bin/go{}", caller.platform.exe_suffix());
    let plain = version.strip_prefix("prefix:").unwrap_or(&version);
    let has = |folder: &str| caller.is_file(&caller.join(&caller.join(&installs, folder), &name));
    let parts = if plain == "latest" { "" } else { plain };
    let newest = || caller.newest(&installs, parts).filter(|name| has(name));
    let Some(folder) = Some(plain.to_owned()).filter(|folder| has(folder)).or_else(newest) else {
        return ShimStep::nowhere(kind, NoTarget::NotInstalled { said, dir: installs });
    };
    // `1.22` and `latest` are links to what they mean.
    let install = caller.join(&installs, &folder);
    let install = super::real(&install, caller.platform, caller.host);
    let pinned = Some(ShimValue { name: "MISE_GO_VERSION".to_owned(), value: version });
    let mut sets = variables(&install, &files, caller);
    sets.extend(files.iter().rev().flat_map(MiseFile::env));
    ShimStep { sets, pinned, ..ShimStep::to(kind, caller.join(&install, &name), said) }
}

/// Where mise keeps what it installs. Source: mise, `dirs.rs`.
pub(crate) fn data_dir(env: &EnvBlock) -> Option<String> {
    let platform = env.platform();
    let set = |name: &str| env.get_filled(name).map(str::to_owned);
    let below = |base: Option<String>| base.map(|base| platform.join(&base, "mise"));
    let own = set("MISE_DATA_DIR").or_else(|| below(set("XDG_DATA_HOME")));
    own.or_else(|| match platform {
        Platform::Windows => below(set("LOCALAPPDATA")),
        _ => Some(platform.join(home(env)?, ".local/share/mise")),
    })
}

struct MiseFile {
    path: String,
    text: String,
}

/// The files that are there, the strongest first.
fn files(caller: Caller<'_>) -> Vec<MiseFile> {
    let names = || SETTINGS_FILES.into_iter().chain([".tool-versions"]);
    let near = caller.dirs().flat_map(|dir| names().map(|name| caller.join(&dir, name)).collect::<Vec<_>>());
    let global = caller.env.get_filled("MISE_GLOBAL_CONFIG_FILE").map(str::to_owned).or_else(|| {
        let config = caller.dir("XDG_CONFIG_HOME", ".config")?;
        Some(caller.join(&config, "mise/config.toml"))
    });
    let system = (caller.platform != Platform::Windows).then(|| "/etc/mise/config.toml".to_owned());
    let mut paths: Vec<String> = near.chain(global).chain(system).collect();
    // The one in the home directory is met from below too.
    let mut seen = std::collections::HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    paths.into_iter().filter_map(|path| Some(MiseFile { text: caller.text(&path)?, path })).collect()
}

impl MiseFile {
    fn table(&self) -> Option<DeTable<'_>> {
        DeTable::parse(&self.text).ok().map(toml::Spanned::into_inner)
    }

    fn is_plain(&self) -> bool {
        self.path.ends_with(".tool-versions")
    }

    /// The Go that it asks for.
    fn version(&self) -> Option<String> {
        let is_go = |name: &str| matches!(name, "go" | "golang" | "core:go");
        if self.is_plain() {
            return self.text.lines().find_map(|line| {
                let mut words = line.split('#').next()?.split_whitespace();
                words.next().filter(|name| is_go(name))?;
                words.next().map(str::to_owned)
            });
        }
        let table = self.table()?;
        let tools = table.get("tools")?.get_ref().as_table()?;
        let (_, value) = tools.iter().find(|(name, _)| is_go(name.get_ref()))?;
        text_of(match value.get_ref() {
            DeValue::Array(all) => all.first()?.get_ref(),
            DeValue::Table(one) => one.get("version")?.get_ref(),
            one => one,
        })
    }

    /// `go.set_gobin`, or `go_set_gobin`, among its settings.
    fn setting(&self, name: &str) -> Option<bool> {
        let table = self.table().filter(|_| !self.is_plain())?;
        let settings = table.get("settings")?.get_ref().as_table()?;
        let value = match settings.get(format!("go_{name}").as_str()) {
            Some(value) => value,
            None => settings.get("go")?.get_ref().as_table()?.get(name)?,
        };
        if let DeValue::Boolean(is) = value.get_ref() { Some(*is) } else { None }
    }

    /// Go's variables in `[env]`; templates are left out, for only mise knows what they come to.
    fn env(&self) -> Vec<ShimValue> {
        let read = || {
            let table = self.table().filter(|_| !self.is_plain())?;
            let env = table.get("env")?.get_ref().as_table()?;
            let one = |name: &str, value: &DeValue<'_>| {
                let value = text_of(value).filter(|text| !text.contains("{{") && !text.contains('$'))?;
                let is_gos = name.starts_with("GO") || name.starts_with("CGO_");
                is_gos.then(|| ShimValue { name: name.to_owned(), value })
            };
            Some(env.iter().filter_map(|(name, value)| one(name.get_ref(), value.get_ref())).collect::<Vec<_>>())
        };
        read().unwrap_or_default()
    }
}

fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

fn wanted(files: &[MiseFile], caller: Caller<'_>) -> Option<(String, String)> {
    if let Some(set) = caller.env.get_filled("MISE_GO_VERSION") {
        return Some((set.to_owned(), "MISE_GO_VERSION".to_owned()));
    }
    files.iter().find_map(|file| Some((file.version()?, format!("`{}`", file.path))))
}

fn variables(install: &str, files: &[MiseFile], caller: Caller<'_>) -> Vec<ShimValue> {
    let setting = |name: &str| {
        let set = caller.env.get_filled(&format!("MISE_GO_{}", name.to_uppercase()));
        let set = set.map(|text| matches!(text, "1" | "true" | "yes" | "y"));
        set.or_else(|| files.iter().find_map(|file| file.setting(name)))
    };
    let one = |name: &str, value: String| ShimValue { name: name.to_owned(), value };
    let mut sets = Vec::new();
    let gobin = setting("set_gobin");
    if gobin == Some(true) || (gobin.is_none() && caller.env.get("GOBIN").is_none()) {
        sets.push(one("GOBIN", caller.join(install, "bin")));
    }
    if setting("set_goroot") != Some(false) {
        sets.push(one("GOROOT", install.to_owned()));
    }
    if setting("set_gopath") == Some(true) {
        sets.push(one("GOPATH", caller.join(install, "packages")));
    }
    sets
}
