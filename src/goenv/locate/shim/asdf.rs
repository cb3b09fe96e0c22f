//! asdf: its shim calls `asdf exec go`, which looks for a version and lets the plugin set variables.
//! Source: asdf, "Versions"; asdf-golang, `bin/exec-env` and `bin/list-bin-paths`.

use super::{Caller, NoTarget, ShimKind, ShimValue, Step};
use crate::goenv::user_dirs::home;

pub(super) fn step(shim: &str, shims: &str, caller: Caller<'_>) -> Step {
    let kind = ShimKind::Asdf;
    let plugin = shim.lines().find_map(|line| line.strip_prefix("# asdf-plugin: ")?.split_whitespace().next());
    let plugin = plugin.unwrap_or("golang");
    let Some(data) = caller.dir("ASDF_DATA_DIR", ".asdf") else { return Step::nowhere(kind, NoTarget::NoVersion) };
    let Some((versions, at)) = wanted(plugin, caller) else { return Step::nowhere(kind, unsaid(caller)) };
    let installs = caller.join(&data, &format!("installs/{plugin}"));
    for version in &versions {
        if version == "system" {
            return match caller.system(shims) {
                Ok(go) => Step::to(kind, go, format!("{at} says system")),
                Err(why) => Step::nowhere(kind, why),
            };
        }
        let install = match version.strip_prefix("path:") {
            Some(path) => path.to_owned(),
            None => caller.join(&installs, &version.replacen("ref:", "ref-", 1)),
        };
        let go = caller.join(&install, "go/bin/go");
        if !caller.is_file(&go) {
            continue;
        }
        let unless_set = |(name, part): (&str, &str)| {
            let value = caller.join(&install, part);
            caller.env.get_filled(name).is_none().then(|| ShimValue { name: name.to_owned(), value })
        };
        let sets = [("GOROOT", "go"), ("GOPATH", "packages"), ("GOBIN", "bin")].into_iter();
        let sets = sets.filter_map(unless_set).collect();
        let pinned = Some(ShimValue { name: variable(plugin), value: version.clone() });
        return Step { sets, pinned, ..Step::to(kind, go, format!("{at} says {version}")) };
    }
    let said = format!("{at} says {}", versions.join(" "));
    Step::nowhere(kind, NoTarget::NotInstalled { said, dir: installs })
}

fn variable(plugin: &str) -> String {
    format!("ASDF_{}_VERSION", plugin.to_uppercase().replace('-', "_"))
}

/// The versions that are asked for, and who says so.
fn wanted(plugin: &str, caller: Caller<'_>) -> Option<(Vec<String>, String)> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let name = variable(plugin);
    if let Some(set) = caller.env.get_filled(&name) {
        return Some((words(set), name));
    }
    let names = ["ASDF_TOOL_VERSIONS_FILENAME", "ASDF_DEFAULT_TOOL_VERSIONS_FILENAME"];
    let file_name = names.into_iter().find_map(|name| caller.env.get_filled(name)).unwrap_or(".tool-versions");
    let legacy = reads_other_files(caller);
    let home = home(caller.env).unwrap_or_default().to_owned();
    for dir in caller.dirs().chain([home]).filter(|dir| !dir.is_empty()) {
        let file = caller.join(&dir, file_name);
        let versions = caller.text(&file).and_then(|text| {
            text.lines().find_map(|line| {
                let mut words = line.split('#').next()?.split_whitespace();
                (words.next()? == plugin).then(|| words.map(str::to_owned).collect::<Vec<_>>())
            })
        });
        if let Some(versions) = versions {
            return Some((versions, format!("`{file}`")));
        }
        let file = caller.join(&dir, ".go-version");
        if let Some(text) = caller.text(&file).filter(|_| legacy) {
            return Some((words(&text), format!("`{file}`")));
        }
    }
    None
}

/// Whether files of other version managers count.
fn reads_other_files(caller: Caller<'_>) -> bool {
    let file = caller.dir("ASDF_CONFIG_FILE", ".asdfrc").unwrap_or_default();
    caller.text(&file).unwrap_or_default().lines().any(|line| {
        line.split_once('=').is_some_and(|(key, value)| key.trim() == "legacy_version_file" && value.trim() == "yes")
    })
}

fn unsaid(caller: Caller<'_>) -> NoTarget {
    let by_module = reads_other_files(caller) && caller.dirs().any(|dir| caller.is_file(&caller.join(&dir, "go.mod")));
    if by_module {
        NoTarget::Unknown("it takes the version from go.mod, by rules of its own (legacy_version_file)")
    } else {
        NoTarget::NoVersion
    }
}
